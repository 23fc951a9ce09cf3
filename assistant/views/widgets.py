"""Small browser components (copying, citation marks, the panel beside the page) and the look. Their scripts are fixed; text goes in as data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
import streamlit.components.v2 as components

from assistant.views.texts import t

COPY_HTML = '<button type="button"><svg viewBox="0 0 24 24" aria-hidden="true"><path/></svg><span aria-live="polite"></span></button>'
COPY_CSS = """
button { font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: transparent; cursor: pointer; white-space: nowrap;
  display: inline-flex; align-items: center; gap: 0.35rem; border: 0; border-radius: 0.5rem; min-height: 2.25rem; padding: 0.25rem 0.5rem; }
svg { width: 1.1rem; height: 1.1rem; fill: currentColor; }
button:hover { color: var(--st-primary-color); background: var(--st-secondary-background-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
"""
COPY_JS = """
const paths = {
  copy: 'M16 1H4a2 2 0 0 0-2 2v14h2V3h12V1zm3 4H8a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h11a2 2 0 0 0 2-2V7a2 2 0 0 0-2-2zm0 16H8V7h11v14z',
  link: 'M3.9 12a3.1 3.1 0 0 1 3.1-3.1h4V7H7a5 5 0 0 0 0 10h4v-1.9H7A3.1 3.1 0 0 1 3.9 12zM8 13h8v-2H8v2zm9-6h-4v1.9h4a3.1 3.1 0 0 1 0 6.2h-4V17h4a5 5 0 0 0 0-10z',
};
export default function({ data, parentElement }) {
  const button = parentElement.querySelector('button');
  const label = button.querySelector('span');
  label.textContent = data.label;
  button.querySelector('path').setAttribute('d', paths[data.icon]);
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(data.text);
    } catch (error) {  // no clipboard API outside a secure context
      const area = document.createElement('textarea');
      area.value = data.text;
      document.body.appendChild(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    label.textContent = data.done;
    setTimeout(() => { label.textContent = data.label; }, 1600);
  };
}
"""
MARKS_JS = """
export default function({ setTriggerValue }) {
  const heard = (event) => {
    const link = event.target.closest && event.target.closest('a[href^="#sumber-"]');
    if (!link) return;
    event.preventDefault();
    setTriggerValue('mark', link.getAttribute('href').slice('#sumber-'.length));
  };
  document.addEventListener('click', heard, true);
  return () => document.removeEventListener('click', heard, true);
}
"""
SCROLL_JS = """
export default function({ data }) {
  // the chat keeps itself scrolled to its end while content arrives: bring it back until all has come or a person takes over
  const hold = () => document.querySelector(data.selector)?.scrollIntoView({ block: data.block });
  const timer = setInterval(hold, 60);
  const stop = () => {
    clearInterval(timer);
    clearTimeout(end);
    document.removeEventListener('scroll', hold, true);
  };
  const end = setTimeout(stop, 2500);
  document.addEventListener('scroll', hold, true);
  ['wheel', 'touchstart', 'keydown', 'mousedown'].forEach((name) => window.addEventListener(name, stop, { once: true, passive: true }));
  hold();
  return stop;
}
"""
PANEL_JS = """
export default function({ data }) {
  const panel = document.querySelector('.st-key-side-panel');
  if (!panel) return;
  panel.setAttribute('role', 'complementary');
  panel.setAttribute('aria-label', data.label);
  panel.setAttribute('tabindex', '-1');
  if (!window.renstraEscape) {  // once a page: a panel that is just being redrawn must not miss the key
    window.renstraEscape = (event) => { if (event.key === 'Escape') document.querySelector('.st-key-side-close button')?.click(); };
    document.addEventListener('keydown', window.renstraEscape);
  }
  const times = [];
  if (data.focus) {
    panel.scrollTop = 0;
    // the next question may be in the writing already: its Enter must not go to the panel
    const writing = () => document.activeElement?.matches('input, textarea');
    times.push(setTimeout(() => writing() || panel.focus({ preventScroll: true }), 60));
  }
  if (data.selector) times.push(...[80, 400].map((wait) => setTimeout(() => {
    const found = panel.querySelector(data.selector);
    if (!found) return;
    const box = found.getBoundingClientRect(), frame = panel.getBoundingClientRect();
    if (box.bottom > frame.bottom) panel.scrollTop += box.top - frame.top - frame.height / 3;
  }, wait)));
  return () => times.forEach(clearTimeout);
}
"""
COOKIE_JS = """
export default function({ data }) {
  const secure = location.protocol === 'https:' ? '; secure' : '';
  document.cookie = `${data.name}=${data.value}; path=/; max-age=31536000; samesite=strict${secure}`;
}
"""
LOOK = Path(__file__).with_name("look.css")
MARK = Path(__file__).with_name("mark.svg")
NARROW = "<style>.stMainBlockContainer, [data-testid='stBottomBlockContainer'] { max-width: 54rem; }</style>"


DARK_INK, LIGHT_INK = "#07141a", "#e6eef0"


def wordmark() -> str:
    """The product's name with its mark, as SVG in the colour that the theme's background wants."""
    mark = MARK.read_text(encoding="utf-8").split(">", 1)[1].rsplit("</svg>", 1)[0]
    ink = LIGHT_INK if st.context.theme.type == "dark" else DARK_INK
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 330 64">{mark}<text x="80" y="44" textLength="246" lengthAdjust="spacingAndGlyphs" '
        f'font-family="Source Sans Pro, Segoe UI, Helvetica, Arial, sans-serif" font-size="36" font-weight="700" fill="{ink}">Tanya Renstra</text></svg>'
    )


UPLOAD = """<style>[data-testid="stFileUploaderDropzone"] button p {{ font-size: 0; }}
[data-testid="stFileUploaderDropzone"] button p::after {{ content: "{label}"; font-size: 0.875rem; }}</style>"""
"""The uploader's button has no setting for its word."""


@cache
def _look() -> str:
    return f"<style>{LOOK.read_text(encoding='utf-8')}</style>"


@cache
def _copy() -> Any:
    return components.component("copy_text", html=COPY_HTML, css=COPY_CSS, js=COPY_JS)


@cache
def _marks() -> Any:
    return components.component("citation_marks", js=MARKS_JS)


@cache
def _scroll() -> Any:
    return components.component("scroll_to", js=SCROLL_JS)


@cache
def _panel() -> Any:
    return components.component("side_panel", js=PANEL_JS)


@cache
def _cookie() -> Any:
    return components.component("remember", js=COOKIE_JS)


def remember(name: str, value: str) -> None:
    """A cookie of this browser, for a year."""
    _cookie()(data={"name": name, "value": value}, key="remember")


def copy_button(label: str, text: str, key: str, icon: str = "copy") -> None:
    """A button that puts `text` on the clipboard without a rerun. `icon`: "copy" or "link"."""
    _copy()(data={"label": label, "done": t("copied"), "text": text, "icon": icon}, key=key, width="content")


def clicked_mark(key: str) -> tuple[str, int] | None:
    """(message key, citation number) of the mark in an answer's text that was just clicked."""
    clicked = _marks()(key=key, on_mark_change=lambda: None).mark
    message, _, number = str(clicked or "").rpartition("-")
    return (message, int(number)) if message and number.isdigit() else None


def scroll_to(selector: str, key: str, block: str = "center") -> None:
    """Bring the element of a CSS selector into view, once for each selector. `block`: where in the window it ends up."""
    _scroll()(data={"selector": selector, "block": block}, key=key)


@contextmanager
def side_panel(title: str, key: str, on_close: Callable[[], None], selector: str = "", focus: bool = True) -> Iterator[None]:
    """What stands beside the page (on a phone: above its lower part) and leaves it usable. Escape closes it.

    `key` names the content: a new one takes the focus. `selector`: what is to be in view. One panel a page.
    """
    with st.container(key="side-panel"):
        with st.container(key="side-head", horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", wrap=False):
            st.markdown(f"**{title}**")
            with st.container(key="side-close", width="content"):
                st.button(t("close"), key="side-close-button", icon=":material/close:", type="tertiary", on_click=on_close)
        yield
        _panel()(data={"label": title.replace("\\", ""), "selector": selector, "focus": focus}, key=f"panel-{key}")


def style(narrow: bool = False) -> None:
    """The look that the theme has no setting for. `narrow`: lines short enough to read."""
    st.html(_look() + UPLOAD.format(label=t("choose_file")) + (NARROW if narrow else ""))


def page_head(title: str, about: str = "") -> None:
    st.title(title, anchor=False)
    if about:
        st.caption(about)
