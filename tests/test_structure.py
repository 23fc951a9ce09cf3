"""Structure of the shipped plan and of made-up ones: every line in one block, what pages cut is whole, headings are headings."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_files import OTHER_PLAN, PLAN, document

from ingest.errors import InputError
from ingest.line_kinds import classify, parse_marker, strip_markup
from ingest.models import Block, Document, DocumentMeta, Section
from ingest.read_text import source_from_text
from ingest.structure import build_document

PLANS = pytest.mark.parametrize("path", [PLAN, OTHER_PLAN], ids=["shipped", "other"])


def made(text: str) -> Document:
    return build_document(source_from_text(text, DocumentMeta(doc="contoh", title="Contoh"), "contoh.txt"))


def block_at(line: int) -> Block:
    (found,) = [b for b in document().blocks if b.span.line_start <= line <= b.span.line_end]
    return found


def section_at(line: int) -> Section:
    (found,) = [s for s in document().sections if s.span.line_start == line]
    return found


def every_line_has_one_block(doc: Document) -> bool:
    owners: dict[int, int] = {}
    for block in doc.blocks:
        for line in range(block.span.line_start, block.span.line_end + 1):
            owners[line] = owners.get(line, 0) + 1
    filled = [line.no for line in doc.source.lines if line.text.strip()]
    return all(owners.get(no) == 1 for no in filled) and all(count == 1 for count in owners.values())


def stands_at_its_span(doc: Document) -> bool:
    return all(doc.source.text[b.span.start : b.span.end] == b.text for b in doc.blocks)


# --- the invariants -------------------------------------------------------------------------------------------------------


@PLANS
def test_every_line_with_text_belongs_to_exactly_one_block(path) -> None:  # type: ignore[no-untyped-def]
    assert every_line_has_one_block(document(path))


@PLANS
def test_every_block_stands_character_for_character_at_its_span(path) -> None:  # type: ignore[no-untyped-def]
    assert stands_at_its_span(document(path))


@PLANS
def test_sections_nest_and_hold_their_blocks(path) -> None:  # type: ignore[no-untyped-def]
    doc = document(path)
    sections = {s.id: s for s in doc.sections}
    assert len(sections) == len(doc.sections)
    for section in doc.sections:
        if section.parent:
            above = sections[section.parent]
            assert above.level < section.level
            assert above.path == section.path[:-1]
            assert above.span.line_start <= section.span.line_start <= section.span.line_end <= above.span.line_end
    for block in doc.blocks:
        if block.section:
            own = sections[block.section].span
            assert own.line_start <= block.span.line_start <= block.span.line_end <= own.line_end


def test_ids_survive_a_rebuild() -> None:
    again = build_document(document().source)
    assert [b.id for b in again.blocks] == [b.id for b in document().blocks]
    assert [s.id for s in again.sections] == [s.id for s in document().sections]
    assert len({b.id for b in again.blocks}) == len(again.blocks)


# --- what pages cut -------------------------------------------------------------------------------------------------------


def test_paragraph_cut_by_a_page_break_is_whole() -> None:
    block = block_at(368)
    assert (block.kind, block.span.line_start, block.span.line_end) == ("paragraph", 368, 372)
    assert block.text.rstrip().endswith("analisis yang holistik.")


def test_sentence_that_goes_on_after_a_gap_is_whole() -> None:
    assert block_at(574).span.line_start == 572


def test_no_paragraph_begins_in_the_middle_of_a_sentence() -> None:
    def cut(before: Block, block: Block) -> bool:
        return block.kind == before.kind == "paragraph" and block.text[:1].islower() and before.text.rstrip()[-1:].isalpha()

    assert [b.span.line_start for a, b in pairwise(document().blocks) if cut(a, b)] == []


def test_list_cut_by_a_page_break_is_one_list() -> None:
    before, after = block_at(1642), block_at(1644)
    assert (before.marker, after.marker) == ("l)", "m)")
    assert before.list_id == after.list_id
    items = [b for b in document().blocks if b.list_id == before.list_id]
    assert [b.marker[0] for b in items] == list("abcdefghijklmnop")


def test_list_item_does_not_swallow_the_next_heading() -> None:
    assert block_at(1648).span.line_end == 1648
    assert section_at(1649).title.startswith("Pengembangan Aparatur Sipil Negara")


def test_item_continued_in_a_bullet_of_its_own_is_one_item() -> None:
    assert (block_at(24).span.line_start, block_at(26).span.line_end) == (24, 26)
    assert block_at(24).id == block_at(26).id


# --- headings ---------------------------------------------------------------------------------------------------------------


def test_chapters_in_order() -> None:
    assert [s.number for s in document().sections if s.number.startswith("BAB")] == ["BAB I", "BAB II", "BAB III", "BAB IV", "BAB V"]


def test_title_of_a_chapter_that_stands_below_a_gap() -> None:
    assert section_at(1141).number == "BAB III"
    assert section_at(1141).title == "ARAH KEBIJAKAN, STRATEGI, KERANGKA REGULASI, DAN KERANGKA KELEMBAGAAN"


def test_appendices_are_sections_of_their_own() -> None:
    found = [(s.number, s.span.line_start) for s in document().sections if s.number.startswith("Lampiran ")]
    assert found == [("Lampiran 1", 1777), ("Lampiran 2", 2344), ("Lampiran 3", 2395), ("Lampiran 4", 2488)]
    assert section_at(1777).title.startswith("Matriks Kinerja dan Pendanaan")


def test_appendix_named_inside_a_chapter_opens_no_section() -> None:
    assert document().blocks and not [s for s in document().sections if s.span.line_start == 1082]
    assert [s.span.line_end for s in document().sections if s.number == "BAB II"] == [1139]


@pytest.mark.parametrize(
    ("line", "number", "above"),
    [(166, "a.", "1.1.1"), (340, "e.", "1.1.1"), (360, "3)", "e."), (732, "1)", "k."), (872, "a.", "1.2.3.1"), (1516, "a.", "3.4")],
)
def test_run_in_heading_opens_a_section_below_its_own(line: int, number: str, above: str) -> None:
    section = section_at(line)
    assert section.number == number
    assert section.path[-2].startswith(above)


def test_numbered_headings_with_and_without_marks() -> None:
    numbers = [s.number for s in document().sections if s.number[:1].isdigit() and "." in s.number and ")" not in s.number]
    assert numbers == [
        "1.1", "1.1.1", "1.1.2", "1.2", "1.2.1", "1.2.2", "1.2.3", "1.2.3.1", "1.2.3.2", "2.1", "2.2", "2.3", "2.4", "3.1", "3.2", "3.3", "3.4",
        "4.1", "4.2", "5.1", "5.2",
    ]  # fmt: skip


def test_unreadable_pages_are_gaps() -> None:
    assert [b.span.line_start for b in document().blocks if b.kind == "gap"] == [1779, 2393]


# --- lists and their lead-in --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "lead", "count"), [(1049, 1047, 5), (1043, 1041, 3), (1263, 1261, 9), (1410, 1408, 3), (1625, 1623, 3), (1631, 1630, 16)]
)
def test_list_stays_with_its_lead_in(line: int, lead: int, count: int) -> None:
    item = block_at(line)
    assert item.lead_in == block_at(lead).id
    assert len([b for b in document().blocks if b.list_id == item.list_id]) == count


def test_letters_that_restart_begin_another_list() -> None:
    assert block_at(1045).list_id != block_at(1049).list_id
    assert block_at(1626).list_id != block_at(1631).list_id


def test_legal_grounds_do_not_stand_under_the_considerations() -> None:
    grounds = block_at(22)
    assert "Mengingat" in grounds.text
    assert (grounds.lead_in, grounds.depth, block_at(21).kind) == ("", 0, "paragraph")
    assert {b.span.line_start for b in document().blocks if b.list_id == grounds.list_id} == {22, 23, 24, 27, 28, 29, 30, 31}


def test_heading_without_text_between_run_in_headings_is_no_part_of_the_one_before() -> None:
    assert [section_at(line).number for line in (289, 291, 292)] == ["4)", "5)", "6)"]
    assert block_at(291).section == section_at(291).id
    assert section_at(291).parent == section_at(289).parent


def test_list_below_a_heading_with_the_same_marks_stays_a_list() -> None:
    doc = made(
        "1.1 Isu\n\n1) jarak\n\n"
        + "Wilayah yang luas menuntut layanan yang dekat. " * 3
        + "Layanan itu:\n\n1) kantor;\n2) gerai; dan\n3) kios."
    )
    assert [s.number for s in doc.sections] == ["1.1", "1)"]
    assert [b.marker for b in doc.blocks if b.list_id] == ["1)", "2)", "3)"]


def test_text_right_below_a_heading_is_no_part_of_the_heading() -> None:
    doc = made(
        "# a. kedudukan balai\nBalai berada di bawah dan bertanggung jawab kepada Menteri.\n\n# b. tugas balai\n\nBalai merawat naskah."
    )
    assert [block.kind for block in doc.blocks] == ["heading", "paragraph", "heading", "paragraph"]
    assert doc.blocks[1].section == doc.blocks[0].section


def test_sign_of_the_signature_is_no_paragraph() -> None:
    assert (block_at(2569).text, block_at(2569).kind) == ("ttd.", "furniture")


# --- single lines ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "kind", "number"),
    [
        ("BAB IV TARGET KINERJA", "bab", "BAB IV"),
        ("### BAB III", "bab", "BAB III"),
        ("#### 2.4 Sasaran Strategis", "numbered", "2.4"),
        ("Pasal 4", "pasal", "Pasal 4"),
        ("Pasal 4 mengatur hal lain.", "text", ""),
        ("### **Gambar 13 Opini atas Laporan Keuangan**", "caption", "Gambar 13"),
        ("Tabel 1. Target", "caption", "Tabel 1"),
        ("Lampiran 2. Matriks", "lampiran", "Lampiran 2"),
        ("Sumber: Laporan Kinerja", "note", ""),
        ("a\tb", "row", ""),
        ("[illegible]", "gap", ""),
        (" \u00a0 ", "blank", ""),
        ("- b. kewenangan", "item", ""),
        ("2.500 orang ditempatkan.", "text", ""),
        ("VISI DAN MISI", "title", ""),
    ],
)
def test_kind_of_a_line(line: str, kind: str, number: str) -> None:
    assert (classify(line).kind, classify(line).number) == (kind, number)


@pytest.mark.parametrize(("text", "style", "ordinal"), [("c. x", "a.", 3), ("12) x", "1)", 12), ("(2) x", "(1)", 2), ("iv. x", "i.", 4)])
def test_marker(text: str, style: str, ordinal: int) -> None:
    marker, body = parse_marker(text)
    assert marker is not None
    assert (marker.style, marker.ordinal, body) == (style, ordinal, "x")


def test_emphasis_is_no_text() -> None:
    assert strip_markup("## **Gambar 1** *Grand Design* 2 * 3") == "Gambar 1 Grand Design 2 * 3"


# --- whatever comes ---------------------------------------------------------------------------------------------------------------

LINES = [line.text for line in document().source.lines]
ODD = st.text(st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=40)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(LINES), st.sampled_from(["", "", "a. x", "- b. y:", "# z", "1) k;", "BAB X"]), ODD), max_size=60))
def test_shuffled_lines_lose_nothing(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        doc = made(text)
    except InputError:
        assert not any(c.isalnum() for line in lines if "[illegible]" not in line for c in line)
        return
    assert every_line_has_one_block(doc)
    assert stands_at_its_span(doc)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, len(LINES) - 200), st.randoms(use_true_random=False))
def test_a_stretch_of_the_plan_in_any_order_loses_nothing(start: int, random) -> None:  # type: ignore[no-untyped-def]
    stretch = LINES[start : start + 200]
    random.shuffle(stretch)
    if not any(line.strip() for line in stretch):
        return
    doc = made("\n".join(stretch))
    assert every_line_has_one_block(doc)
