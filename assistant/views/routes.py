"""The pages by name, links between them, and addresses that can be shared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import urlencode, urlsplit

import streamlit as st

PATHS = {"chat": "", "figures": "angka", "reader": "dokumen", "evaluation": "evaluasi", "status": "tentang"}
ICONS = {
    "chat": ":material/forum:",
    "figures": ":material/table_chart:",
    "reader": ":material/menu_book:",
    "evaluation": ":material/fact_check:",
    "status": ":material/info:",
}


def known_pages() -> Mapping[str, object]:
    """The `st.Page` objects of this session's navigation; empty when a page runs on its own (a test)."""
    found: Mapping[str, object] = st.session_state.get("pages", {})
    return found


def go(name: str, params: Mapping[str, str]) -> None:
    """Switch to a page; ends the script run."""
    page = known_pages().get(name)
    if page is not None:
        st.switch_page(page, query_params=dict(params))  # type: ignore[arg-type]
    st.query_params.from_dict(dict(params))
    st.rerun()


def link(name: str, label: str, params: Mapping[str, str], icon: str | None = None) -> None:
    """A link to a page of the app that keeps the session. `label` is Markdown: escape what comes from a document."""
    page = known_pages().get(name)
    if page is not None:
        st.page_link(page, label=label, icon=icon, query_params=dict(params))  # type: ignore[arg-type]
    else:
        st.link_button(label, f"{PATHS[name]}?{urlencode(params)}", icon=icon)


def address(name: str, params: Mapping[str, str]) -> str:
    """The full address of a page, for sharing; relative where the browser's own address is not known."""
    url = st.context.url or ""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    for known in PATHS.values():
        if known and path.endswith(f"/{known}"):
            path = path.removesuffix(f"/{known}")
    base = f"{parts.scheme}://{parts.netloc}{path}/" if parts.scheme else "/"
    return f"{base}{PATHS[name]}?{urlencode(params)}"


def place(doc: str, lines: tuple[int, int] | int) -> dict[str, str]:
    """Query parameters of a place in the reader."""
    first, last = (lines, lines) if isinstance(lines, int) else lines
    return {"dok": doc, "baris": str(first) if first == last else f"{first}-{last}"}


PageFunction = Callable[[], None]
