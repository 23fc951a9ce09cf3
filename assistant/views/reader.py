"""Dokumen: the plan with its outline, its tables as tables, search with highlights, and links to every place."""

from __future__ import annotations

import re

import streamlit as st

from assistant.views import backend, html, library, routes, widgets
from assistant.views.markup import plain, shorten
from assistant.views.reading import Found, Leaf, Reading, search_words
from assistant.views.source import page_image
from assistant.views.texts import t
from ingest.models import Block, Section
from ingest.store.index import PlanIndex

FOUND_A_PAGE = 15
SEARCHED = "reader-searched"
"""Key of the session state: the words of the address that the search box was last filled from."""
LINES = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?")


def page() -> None:
    index = backend.assistant().index
    doc = chosen_document(index)
    reading = library.reading(index, doc)
    wanted, unknown = wanted_lines(reading)
    number = reading.leaf_at(wanted[0])
    leaf = reading.leaves[number]
    outline(reading, leaf)
    widgets.style()
    widgets.page_head(index.by_doc[doc].source.meta.title, index.by_doc[doc].source.meta.number)
    words = search_box(doc)
    if words:
        results(reading, words)
        return
    if unknown:
        st.warning(t("reader.unknown"), icon=":material/info:")
    show_leaf(index, reading, number, wanted)


def search_box(doc: str) -> str:
    """The words that are searched. The address is what counts: a hit or the contents lead to one without a search (?cari=)."""
    asked = st.query_params.get("cari", "").strip()
    if asked != st.session_state.get(SEARCHED, ""):
        st.session_state[SEARCHED] = st.session_state["cari"] = asked

    def search() -> None:
        words = st.session_state["cari"].strip()
        st.session_state[SEARCHED] = words
        st.query_params.from_dict({"dok": doc} | ({"cari": words} if words else {}))

    st.text_input(t("reader.search"), key="cari", icon=":material/search:", max_chars=100, on_change=search)
    return st.query_params.get("cari", "").strip()


def chosen_document(index: PlanIndex) -> str:
    known = [d.source.meta.doc for d in index.documents]
    asked = st.query_params.get("dok", "")
    current = asked if asked in known else library.main_doc(index)
    if len(known) == 1:
        return current
    titles = {d.source.meta.doc: d.source.meta.title for d in index.documents}
    picked = st.sidebar.selectbox(t("reader.doc"), known, index=known.index(current), format_func=lambda d: titles[d])
    if picked != current:
        routes.go("reader", {"dok": picked})
    return picked


def wanted_lines(reading: Reading) -> tuple[tuple[int, int], bool]:
    """The lines that the address names (?baris= or ?bagian=), and whether it names a place that is not there."""
    last_line = len(reading.document.source.lines)
    given = LINES.fullmatch(st.query_params.get("baris", ""))
    if given:
        first = int(given[1])
        last = min(int(given[2] or first), last_line)
        if 1 <= first <= last:
            return (first, last), False
    elif name := st.query_params.get("bagian", ""):
        section = reading.section_named(name)
        if section is not None:
            return (section.span.line_start, section.span.line_start), False
    asked = "baris" in st.query_params or "bagian" in st.query_params
    first = reading.leaves[0].lines[0]
    return (first, first), asked


def outline(reading: Reading, leaf: Leaf) -> None:
    with st.sidebar:
        st.markdown(f"**{t('reader.outline')}**")
        here = {s.id for s in reading.outline if any(s.span.line_start <= line <= s.span.line_end for line in leaf.lines)}
        with st.container(gap=None, key="outline"):
            for section in reading.outline:
                outline_entry(reading, section, section.id in here)


def outline_entry(reading: Reading, section: Section, here: bool) -> None:
    label = shorten(f"{section.number} {section.title}".strip(), 58)
    if not label:
        return
    label = plain(label)
    if st.button(f"**{label}**" if here else label, key=f"outline-{section.level}-{section.id}", type="tertiary", width="stretch"):
        routes.go("reader", {"dok": reading.doc, "bagian": reading.section_key(section)})


def show_leaf(index: PlanIndex, reading: Reading, number: int, wanted: tuple[int, int]) -> None:
    leaf = reading.leaves[number]
    section = reading.sections.get(leaf.section)
    first, last = leaf.lines
    st.caption(" · ".join(filter(None, [plain(" › ".join(section.path)) if section else "", t("reader.lines", first=first, last=last)])))
    asked = "baris" in st.query_params
    st.html(html.plan_html(leaf.pieces, html.Shown(wanted if asked else None)))
    if asked or "bagian" in st.query_params:
        widgets.scroll_to(f"#baris-{anchor_line(leaf, wanted[0])}", key=f"reader-scroll-{wanted[0]}", block="center" if asked else "start")
    if asked:
        page_image(index, reading.doc, wanted[0], reading.document.source.lines[wanted[0] - 1].text)
    turn_pages(reading, number)


def anchor_line(leaf: Leaf, line: int) -> int:
    """The line that carries the id in the page: a block's or row's first."""
    starts: list[int] = []
    for piece in leaf.pieces:
        starts += [piece.span.line_start] if isinstance(piece, Block) else [row.lines[0] for row in piece.rows]
    return max((s for s in starts if s <= line), default=starts[0])


def turn_pages(reading: Reading, number: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        if st.button(t("previous"), icon=":material/arrow_back:", disabled=number == 0, key="leaf-back"):
            to_leaf(reading, number - 1)
        st.caption(t("reader.part", n=number + 1, all=len(reading.leaves)))
        first = reading.leaves[number].lines[0]
        widgets.copy_button(t("reader.link"), routes.address("reader", routes.place(reading.doc, first)), key="leaf-link")
        if st.button(
            t("next"), icon=":material/arrow_forward:", icon_position="right", disabled=number + 1 == len(reading.leaves), key="leaf-on"
        ):
            to_leaf(reading, number + 1)


def to_leaf(reading: Reading, number: int) -> None:
    section = reading.sections.get(reading.leaves[number].section)
    first = reading.leaves[number].lines[0]
    if section is not None and reading.leaf_at(section.span.line_start) == number:
        routes.go("reader", {"dok": reading.doc, "bagian": reading.section_key(section)})
    routes.go("reader", {"dok": reading.doc, "baris": str(first)})


def results(reading: Reading, words: str) -> None:
    found = reading.search(words)
    if not found:
        st.info(t("reader.not_found"), icon=":material/search_off:")
        return
    st.caption(t("reader.found", n=len(found), words=plain(words)))
    pages = -(-len(found) // FOUND_A_PAGE)
    chosen = st.pagination(pages, key=f"found-{len(found)}") if pages > 1 else 1
    for place in found[(chosen - 1) * FOUND_A_PAGE : chosen * FOUND_A_PAGE]:
        result(reading, place, words)


def result(reading: Reading, place: Found, words: str) -> None:
    with st.container(border=True, key=f"hit-{place.line}"):
        where = " › ".join(place.path[-2:])
        st.caption(f"{plain(shorten(where, 110))} · {t('line')} {place.line}")
        st.html(html.snippet_html(place.snippet, search_words(words)))
        # no link: one to the page it stands on leaves the browser's address as it was
        if st.button(t("source.open"), key=f"open-{place.line}", icon=":material/arrow_forward:", type="tertiary"):
            routes.go("reader", routes.place(reading.doc, place.line))
