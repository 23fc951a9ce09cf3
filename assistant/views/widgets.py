"""Two small browser components: copying text, and hearing clicks on citation marks. Their scripts are fixed; text goes in as data."""

from __future__ import annotations

from functools import cache
from typing import Any

import streamlit as st
import streamlit.components.v2 as components

from assistant.views.texts import t

COPY_HTML = '<button type="button"><span aria-live="polite"></span></button>'
COPY_CSS = """
button { font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: transparent; cursor: pointer; white-space: nowrap;
  border: 1px solid var(--st-border-color); border-radius: var(--st-button-radius, 0.5rem); min-height: 2.5rem; padding: 0.25rem 0.75rem; }
button:hover { border-color: var(--st-primary-color); color: var(--st-primary-color); }
button:focus-visible { outline: 3px solid var(--st-primary-color); outline-offset: 1px; }
"""
COPY_JS = """
export default function({ data, parentElement }) {
  const button = parentElement.querySelector('button');
  const label = button.querySelector('span');
  label.textContent = data.label;
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
  // the chat keeps itself scrolled to its end while content arrives: look again until it has settled or a person scrolls
  const times = [60, 350, 800, 1400].map((wait) => setTimeout(() => {
    const found = document.querySelector(data.selector);
    if (found) found.scrollIntoView({ block: data.block });
  }, wait));
  const stop = () => times.forEach(clearTimeout);
  ['wheel', 'touchstart', 'keydown', 'mousedown'].forEach((name) => window.addEventListener(name, stop, { once: true, passive: true }));
  return stop;
}
"""
STYLE = """<style>
.stMainBlockContainer { padding-top: 4.5rem; padding-bottom: 3rem; scroll-margin-top: 4rem; }
[class*="st-key-asked-"] { scroll-margin-top: 4.5rem; }
[data-testid="stElementToolbarButton"]:has([aria-label="Download as CSV"]) { display: none; }
.st-key-outline button, .st-key-examples button,
.st-key-idea-list button, [class*="st-key-option-"] button { justify-content: flex-start; text-align: left; }
.st-key-outline button p { text-align: left; }
@media (max-width: 640px) { .stMainBlockContainer { padding-left: 0.9rem; padding-right: 0.9rem; } }
</style>"""
NARROW = "<style>.stMainBlockContainer, [data-testid='stBottomBlockContainer'] { max-width: 60rem; }</style>"


@cache
def _copy() -> Any:
    return components.component("copy_text", html=COPY_HTML, css=COPY_CSS, js=COPY_JS)


@cache
def _marks() -> Any:
    return components.component("citation_marks", js=MARKS_JS)


@cache
def _scroll() -> Any:
    return components.component("scroll_to", js=SCROLL_JS)


def copy_button(label: str, text: str, key: str) -> None:
    """A button that puts `text` on the clipboard without a rerun."""
    _copy()(data={"label": label, "done": t("copied"), "text": text}, key=key, width="content")


def clicked_mark(key: str) -> tuple[str, int] | None:
    """(message key, citation number) of the mark in an answer's text that was just clicked."""
    clicked = _marks()(key=key, on_mark_change=lambda: None).mark
    message, _, number = str(clicked or "").rpartition("-")
    return (message, int(number)) if message and number.isdigit() else None


def scroll_to(selector: str, key: str, block: str = "center") -> None:
    """Bring the element of a CSS selector into view, once for each selector. `block`: where in the window it ends up."""
    _scroll()(data={"selector": selector, "block": block}, key=key)


def style(narrow: bool = False) -> None:
    """Spacing that the theme has no setting for. `narrow`: lines short enough to read."""
    st.html(STYLE + (NARROW if narrow else ""))


def page_head(title: str, about: str = "") -> None:
    st.title(title, anchor=False)
    if about:
        st.caption(about)
