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
  let tries = 0;
  const look = () => {
    const found = document.getElementById(data.id);
    if (found) { found.scrollIntoView({ block: 'center' }); }
    else if (tries++ < 20) { setTimeout(look, 100); }
  };
  setTimeout(look, 50);
}
"""


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


def scroll_to(element_id: str, key: str) -> None:
    """Bring an element with this id into view."""
    _scroll()(data={"id": element_id}, key=key)


def page_head(title: str, about: str = "") -> None:
    st.title(title, anchor=False)
    if about:
        st.caption(about)
