"""Passages: what may be quoted is verbatim, what is indexed adds path, lead-in and headers; nothing of the plan is left out."""

from __future__ import annotations

import re
from functools import cache

import pytest
from plan_files import OTHER_PLAN, PLAN, document, read, tables

from ingest.models import Passage
from ingest.passages import make_passages, readable

PLANS = pytest.mark.parametrize("path", [PLAN, OTHER_PLAN], ids=["shipped", "other"])


@cache
def passages(path=PLAN) -> tuple[Passage, ...]:  # type: ignore[no-untyped-def]
    return make_passages(document(path), tables(path))


def at(line: int, kind: str) -> Passage:
    """The smallest passage of a kind that covers a line."""
    found = [p for p in passages() if p.kind == kind and p.span.line_start <= line <= p.span.line_end]
    return min(found, key=lambda p: p.span.end - p.span.start)


@PLANS
def test_every_quote_stands_character_for_character_at_its_span(path) -> None:  # type: ignore[no-untyped-def]
    source = document(path).source
    for passage in passages(path):
        assert source.text[passage.span.start : passage.span.end] == passage.text
        assert passage.text == "\n".join(line.text for line in source.lines[passage.span.line_start - 1 : passage.span.line_end])
        for span in passage.item_spans:
            assert source.lines[span.line_start - 1].start == span.start


@PLANS
def test_every_line_that_says_something_can_be_found(path) -> None:  # type: ignore[no-untyped-def]
    covered = {n for p in passages(path) for span in (p.span, *p.item_spans) for n in range(span.line_start, span.line_end + 1)}
    headings = {n for b in document(path).blocks if b.kind in ("heading", "gap") for n in range(b.span.line_start, b.span.line_end + 1)}
    openers = {s.span.line_start for s in document(path).sections}
    left = [line.no for line in document(path).source.lines if line.text.strip() and line.no not in covered | headings | openers]
    assert not left


@PLANS
def test_ids_are_unique_and_survive_a_rebuild(path) -> None:  # type: ignore[no-untyped-def]
    ids = [p.id for p in passages(path)]
    assert len(set(ids)) == len(ids)
    assert [p.id for p in make_passages(document(path), tables(path))] == ids


@PLANS
def test_every_row_and_table_has_one_passage(path) -> None:  # type: ignore[no-untyped-def]
    rows = [p.row_id for p in passages(path) if p.kind == "row"]
    assert sorted(rows) == sorted(r.id for t in tables(path) for r in t.rows)
    assert sorted(p.table_id for p in passages(path) if p.kind == "table") == sorted(t.id for t in tables(path))


def test_list_passage_has_all_items_and_its_lead_in() -> None:
    missions = at(1051, "list")
    assert (missions.span.line_start, missions.span.line_end, len(missions.item_spans)) == (1047, 1053, 5)
    assert missions.lead_in == "Adapun Misi KP2MI/BP2MI yang ditetapkan, yakni:"
    assert "tata kelola" in missions.index_text
    item = at(1051, "item")
    assert item.lead_in == missions.lead_in
    assert item.index_text.endswith("meningkatkan kualitas layanan penempatan;")
    assert item.text == "- c. meningkatkan kualitas layanan penempatan;"


def test_list_cut_by_a_page_break_is_one_passage() -> None:
    whole = at(1644, "list")
    assert (whole.span.line_start, whole.span.line_end, len(whole.item_spans)) == (1630, 1647, 16)


def test_list_of_lists_ends_with_its_last_nested_item() -> None:
    outer = next(p for p in passages() if p.kind == "list" and p.span.line_start == 1623)
    assert (len(outer.item_spans), outer.span.line_end) == (3, 1648)


def test_run_in_headings_make_an_outline() -> None:
    outline = next(p for p in passages() if p.kind == "list" and "bonus demografi" in p.index_text and len(p.item_spans) == 11)
    assert [s.line_start for s in outline.item_spans][:3] == [539, 555, 576]


def test_heading_without_text_can_be_found() -> None:
    assert at(291, "paragraph").text.startswith("- 5) fasilitasi, rehabilitasi dan reintegrasi")


def test_outline_without_lead_in_of_its_own_does_not_borrow_that_of_a_picture() -> None:
    outline = next(p for p in passages() if p.kind == "list" and len(p.item_spans) == 9 and p.item_spans[0].line_start == 349)
    assert outline.text == "e. Capaian Program Sekretariat Utama"


def test_outline_has_the_lead_in_that_stands_in_its_heading() -> None:
    outline = next(p for p in passages() if p.kind == "list" and p.item_spans and p.item_spans[0].line_start == 828)
    assert (outline.span.line_start, outline.span.line_end) == (825, 826)
    assert outline.text.endswith("antara lain:")


def test_what_stands_before_the_first_heading_is_indexed_under_the_document() -> None:
    assert at(25, "list").index_text.startswith("Peraturan Menteri P2MI/BP2MI Nomor 29 Tahun 2025")


def test_path_leads_from_the_chapter_to_the_item() -> None:
    item = at(1264, "item")
    assert item.path[0].startswith("BAB III")
    assert item.path[1].startswith("3.2 Arah Kebijakan")
    assert item.path[-1] == "b."
    assert item.place.count(" › ") == len(item.path) - 1


def test_row_is_indexed_with_its_table_parents_and_office_but_without_figures() -> None:
    row = at(1801, "row")
    assert row.title == "Pelatihan Peningkatan Kompetensi bagi Pekerja Migran Indonesia"
    for part in ("Lampiran 1", "Rincian Output", "Orang"):
        assert part in row.index_text
    assert "996.856.250.000" in row.text
    assert "996.856.250.000" not in row.index_text


def test_table_is_indexed_by_title_headers_and_labels() -> None:
    table = at(1096, "table")
    assert table.title.startswith("Tabel 1. Sasaran Strategis")
    assert "Indeks Pelindungan Pekerja Migran Indonesia" in table.index_text


def test_index_text_has_no_markup() -> None:
    assert not [p.span.line_start for p in passages() if re.search(r"\*\*|<li>|\t|\n|^#", p.index_text)]


def test_reading_form_of_a_cell_with_a_list() -> None:
    assert readable("**A**\t<ul><li>satu</li><li>dua</li></ul>") == "A ; satu ; dua"


def test_a_plan_without_tables_or_lists_has_passages() -> None:
    made, found, _ = read("Visi lembaga adalah arsip yang tertib.")
    (only,) = make_passages(made, found)
    assert (only.kind, only.text) == ("paragraph", "Visi lembaga adalah arsip yang tertib.")
