"""A citation opened: the quote, its section, and its place in the plan among its neighbours, beside the answer."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from assistant.models import Answer, Citation
from assistant.views import html, library, routes, widgets
from assistant.views.markup import plain, shorten
from assistant.views.reading import TablePart, touches
from assistant.views.texts import t
from ingest.models import Box, Line
from ingest.store.index import PlanIndex

log = logging.getLogger(__name__)
Cell = tuple[int, Box]
"""page and box"""
NEIGHBOURS = 2
OPENED = "opened-source"
"""Key of the session state: which citation is open."""
SCALE = 1.5
"""Dots a PDF point of a page image."""
MOST_PAGES = 2


def place_label(citation: Citation, limit: int = 46) -> str:
    """Where a citation stands, short enough for a chip: "Lampiran 1 · baris 1893"."""
    first, last = citation.lines
    where = (citation.table or "").split(". ")[0] or (citation.section.split(" › ")[-1] if citation.section else citation.doc)
    page = f"{t('page_no')} {citation.page}, " if citation.page else ""
    return f"{shorten(where, limit)} · {page}{t('line')} {first if first == last else f'{first}–{last}'}"


def open_source(message_key: str, number: int) -> None:
    """Show citation `number` of a message beside the conversation from the next script run on."""
    st.session_state[OPENED] = (message_key, number)


def close_source() -> None:
    st.session_state.pop(OPENED, None)


def opened() -> tuple[str, int] | None:
    """(message key, citation number) of what is open."""
    found: tuple[str, int] | None = st.session_state.get(OPENED)
    return found


def panel(index: PlanIndex, message_key: str, answer: Answer, number: int) -> None:
    """The open citation: where it stands, the row's cells or the quote, and its place among its neighbours."""
    citations = answer.citations
    citation = next((c for c in citations if c.n == number), None)
    if citation is None:
        return
    key = f"{message_key}-{number}"
    with widgets.side_panel(t("source.title", n=plain(f"[{number}]")), key, close_source, selector=".hit:not(tr)"):
        turn(message_key, citations, number)
        contents(index, citation, cited_cells(index, answer, number))


def turn(message_key: str, citations: Sequence[Citation], number: int) -> None:
    """To the answer's other sources without closing this one."""
    numbers = [c.n for c in citations]
    at = numbers.index(number)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="source-turn"):
        for other, name, side in ((at - 1, "previous", "left"), (at + 1, "next", "right")):
            there = 0 <= other < len(numbers)
            st.button(
                t(name),
                key=f"source-{name}",
                icon=f":material/chevron_{side}:",
                icon_position=side,  # type: ignore[arg-type]
                type="tertiary",
                disabled=not there,
                on_click=open_source,
                args=(message_key, numbers[other] if there else number),
            )
        st.caption(t("source.of", n=at + 1, all=len(numbers)), width="content")
        st.space("stretch")
        citation = citations[at]
        routes.link("reader", t("source.open"), routes.place(citation.doc, citation.lines), icon=":material/menu_book:")


def cited_cells(index: PlanIndex, answer: Answer, number: int) -> tuple[Cell, ...]:
    """Page and box of the cells whose figures the answer states from this source, where they are known."""
    figures = [index.figures.by_id(ref.figure_id) for ref in answer.figures if ref.citation == number]
    return tuple((f.page, f.box) for f in figures if f is not None and f.page is not None and f.box is not None)


def contents(index: PlanIndex, citation: Citation, cells: tuple[Cell, ...] = ()) -> None:
    path = plain(citation.section or citation.doc)
    first, last = citation.lines
    lines = f"{t('line')} {first}" if first == last else f"{t('line')} {first}–{last}"
    st.caption(f"{path} · {lines}")
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
        st.markdown(f"**{t('source.place')}**")
    st.html(html.plan_html(pieces, html.Shown(citation.lines, citation.quote)))
    page_image(index, citation.doc, citation.lines[0], citation.quote, cells)


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
    st.html(html.pairs_html(pairs))


@st.cache_data(show_spinner=False, max_entries=64)
def _images(path: str, changed: float, line: Line, quote: str, cells: tuple[Cell, ...]) -> list[tuple[int, bytes]]:
    """(page, PNG) of each page that the quote stands on, the quote framed and, inside it, the cells in another colour."""
    from ingest.read_pdf import CELL, find_quote, mark_boxes, render_page

    file = Path(path)
    boxes: dict[int, list[Box]] = {}
    for page, box in find_quote(file, line, quote):
        boxes.setdefault(page, []).append(box)
    if not boxes and line.page is not None:
        boxes[line.page] = []
    out = []
    for page, places in list(boxes.items())[:MOST_PAGES]:
        png = io.BytesIO()
        framed = mark_boxes(render_page(file, page, SCALE), places, SCALE)
        mark_boxes(framed, [box for at, box in cells if at == page], SCALE, CELL).save(png, format="PNG")
        out.append((page, png.getvalue()))
    return out


def page_image(index: PlanIndex, doc: str, line_no: int, quote: str, cells: tuple[Cell, ...] = ()) -> None:
    """The page of the original PDF with the place framed, where the source is a PDF that can still be read."""
    source = index.by_doc[doc].source
    file = Path(source.path)
    line = source.lines[line_no - 1]
    if source.kind != "pdf" or line.page is None or not file.exists():
        return
    try:
        images = _images(str(file), file.stat().st_mtime, line, quote, cells)
    except Exception:
        log.exception("page %s of %s could not be drawn", line.page, doc)
        return
    for page, png in images:
        st.image(png, caption=t("reader.page_image", n=page), width="stretch")
