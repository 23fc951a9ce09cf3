"""A citation opened: the quote, its section, and its place in the plan among its neighbours, in a drawer beside the answer."""

from __future__ import annotations

import logging
from pathlib import Path

import streamlit as st

from assistant.models import Citation
from assistant.views import html, library, routes
from assistant.views.markup import plain, shorten
from assistant.views.reading import TablePart, touches
from assistant.views.texts import t
from ingest.models import Box
from ingest.store.index import PlanIndex

log = logging.getLogger(__name__)
NEIGHBOURS = 2
IMAGE_DPI = 110


def place_label(citation: Citation, limit: int = 46) -> str:
    """Where a citation stands, short enough for a chip: "Lampiran 1 · baris 1893"."""
    where = (citation.table or "").split(". ")[0] or (citation.section.split(" › ")[-1] if citation.section else citation.doc)
    page = f"{t('page_no')} {citation.page}, " if citation.page else ""
    return f"{shorten(where, limit)} · {page}{t('line')} {citation.lines[0]}"


def open_source(index: PlanIndex, citation: Citation) -> None:
    """Show the drawer. Only one may open in a script run."""
    st.dialog(t("source.title", n=citation.n), position="right", width="medium")(_drawer)(index, citation)


def _drawer(index: PlanIndex, citation: Citation) -> None:
    st.caption(plain(citation.section or citation.doc))
    if citation.table:
        st.markdown(f"**{plain(citation.table)}**")
    if citation.doc not in index.by_doc:
        st.html(html.quote_html(citation.quote))
        return
    reading = library.reading(index, citation.doc)
    pieces = reading.pieces_around(citation.lines, NEIGHBOURS, NEIGHBOURS)
    tables = [p for p in pieces if isinstance(p, TablePart)]
    if citation.row and tables:
        row_details(tables[0], citation)
    elif not tables:
        with st.expander(t("source.quote"), icon=":material/format_quote:"):
            st.html(html.quote_html(citation.quote))
    st.markdown(f"**{t('source.place')}**")
    st.html(html.STYLE + html.plan_html(pieces, html.Shown(citation.lines, citation.quote)))
    page_image(index, citation.doc, citation.page, citation.box)
    routes.link("reader", t("source.open"), routes.place(citation.doc, citation.lines), icon=":material/menu_book:")


def row_details(part: TablePart, citation: Citation) -> None:
    """The cited row's cells under each other: a row of sixteen columns does not fit beside an answer."""
    row = next((r for r in part.rows if touches((r.lines[0], r.lines[-1]), citation.lines)), None)
    if row is None:
        return
    pairs = []
    for column in part.table.columns:
        cell = html.cell_at(row, column.index)
        if cell is not None and cell.text:
            pairs.append((" · ".join(dict.fromkeys(column.header)) or "–", cell.text))
    st.html(html.STYLE + html.pairs_html(pairs))


@st.cache_data(show_spinner=False, max_entries=64)
def _image(path: str, page: int, box: Box | None) -> bytes | None:
    from ingest.read_pdf import render_page

    return render_page(Path(path), page, [box] if box else [], dpi=IMAGE_DPI)


def page_image(index: PlanIndex, doc: str, page: int | None, box: Box | None) -> None:
    """The page of the original PDF with the place framed, where the source is a PDF that can still be read."""
    source = index.by_doc[doc].source
    if page is None or source.kind != "pdf" or not Path(source.path).exists():
        return
    try:
        image = _image(source.path, page, box)
    except Exception:
        log.exception("page %s of %s could not be drawn", page, doc)
        return
    if image:
        st.image(image, caption=t("reader.page_image", n=page), width="stretch")
