"""PDF editions: the typeset edition of the shipped plan, and an invented plan typeset in many settings."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pdfplumber
import pytest
from pdf_compare import agreement, rows_of
from pdf_variants import SETTINGS, Setting, typeset
from plan_files import OTHER_PLAN, PLAN

from ingest.corpus import load_meta
from ingest.editions import folded
from ingest.figures import extract_figures
from ingest.figures_diff import diff_figures
from ingest.line_kinds import classify
from ingest.models import DocumentMeta, Figure, Line, Source
from ingest.passages import make_passages
from ingest.pdf.draw import line_places
from ingest.read_pdf import find_quote, read_page, read_pdf
from ingest.read_text import read_text
from ingest.structure import build_document
from ingest.tables import find_tables

TYPESET = Path(__file__).parents[2] / "shared" / "corpus" / "typeset-edition.pdf"
needs_typeset = pytest.mark.skipif(not TYPESET.exists(), reason="the typeset edition lies beside the project, not in it")
META = DocumentMeta(doc="uji", title="Uji")
OTHER_TEXT = OTHER_PLAN.read_text(encoding="utf-8")


@cache
def typeset_source() -> Source:
    return read_pdf(TYPESET, load_meta(PLAN))


def figures_of(source: Source) -> tuple[Figure, ...]:
    document = build_document(source)
    return extract_figures(find_tables(document), document)


@pytest.fixture(scope="module")
def set_plan(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    """name of a setting -> the invented plan's PDF in that setting and what was read from it"""
    folder = tmp_path_factory.mktemp("set")

    @cache
    def read(name: str) -> tuple[Path, Source]:
        path = typeset(OTHER_TEXT, folder / f"{name}.pdf", SETTINGS[name])
        return path, read_pdf(path, META, workers=1)

    return read


def row_with(source: Source, text: str) -> Line:
    return next(line for line in source.lines if line.cell_boxes and text in line.text)


# --- the typeset edition of the shipped plan -------------------------------------------------------------------------


@needs_typeset
def test_typeset_edition_has_the_prose_and_rows_of_the_text_edition() -> None:
    found = agreement(PLAN.read_text(encoding="utf-8"), typeset_source().text)
    assert found.words >= 0.999
    assert found.lines >= 0.99
    assert found.rows >= 0.99
    assert found.cells >= 0.998


@needs_typeset
def test_typeset_edition_has_every_list_item_with_its_marker_in_order() -> None:
    def markers(source: Source) -> list[tuple[str, str]]:
        items = [classify(line.text) for line in source.lines]
        return [(item.marker.printed, " ".join(item.body.split()[:3])) for item in items if item.kind == "item" and item.marker]

    from_text = markers(read_text(PLAN, META))
    assert [m for m, _ in markers(typeset_source())] == [m for m, _ in from_text]


@needs_typeset
def test_typeset_edition_has_the_same_figures_and_sections() -> None:
    text = read_text(PLAN, load_meta(PLAN))
    diff = diff_figures(figures_of(text), figures_of(typeset_source()))
    assert diff.share >= 0.995, diff.text(20)
    numbers = [[section.number for section in build_document(source).sections] for source in (text, typeset_source())]
    assert numbers[0] == numbers[1]


@needs_typeset
def test_no_sentence_of_the_text_edition_is_lost_to_the_passages_of_the_typeset_one() -> None:
    """What is no passage is never found: text swallowed by a heading above it is lost though it was read."""
    document = build_document(typeset_source())
    held = " ".join(folded(passage.text) for passage in make_passages(document, find_tables(document)))
    prose = [line.text for line in read_text(PLAN, META).lines if classify(line.text).kind == "text" and len(line.text) > 60]
    sentences = [sentence for text in prose for sentence in re.split(r"(?<=[.;:])\s+", text)]
    assert len(sentences) > 500
    assert [sentence for sentence in sentences if folded(sentence) not in held] == []


@needs_typeset
def test_every_line_of_a_pdf_has_its_page_and_a_box_on_it() -> None:
    source = typeset_source()
    with pdfplumber.open(TYPESET) as pdf:
        sizes = {page.page_number: (float(page.width), float(page.height)) for page in pdf.pages}
    for line in source.lines:
        assert source.text[line.start : line.end] == line.text
        for page, (x0, top, x1, bottom) in line_places(line):
            width, height = sizes[page]
            assert 0 <= x0 < x1 <= width
            assert 0 <= top < bottom <= height
        if "\t" in line.text:
            assert line.cell_boxes is not None
            assert len(line.cell_boxes) == line.text.count("\t") + 1
        assert bool(line.text) == (line.page is not None)


# --- settings --------------------------------------------------------------------------------------------------------


HARD = {"no-rules-tight": 0.91, "no-rules-right": 0.93, "no-rules-middle": 0.97}
"""without any line, and with no space between rows, or figures and titles on different sides of a column: share of rows that come out"""


@pytest.mark.parametrize("name", [name for name in SETTINGS if name not in HARD])
def test_the_same_plan_comes_out_of_every_setting(set_plan, name: str) -> None:  # type: ignore[no-untyped-def]
    """Other fonts, sizes and margins, hyphenation, indents, columns, rules, turned pages: same words, paragraphs and rows."""
    _, source = set_plan(name)
    found = agreement(OTHER_TEXT, source.text)
    assert found.words == 1.0
    assert found.lines >= 0.98
    assert found.missing_rows == ()


@pytest.mark.parametrize("name", ["plain", "no-rules", "flat-rules", "sideways", "split-rows", "two-columns", "no-rules-drift"])
def test_the_same_figures_come_out_of_every_setting(set_plan, name: str) -> None:  # type: ignore[no-untyped-def]
    _, source = set_plan(name)
    diff = diff_figures(figures_of(read_text(OTHER_PLAN, META)), figures_of(source))
    assert diff.share >= 0.995, diff.text(20)


@pytest.mark.parametrize("name", HARD)
def test_most_rows_without_any_rules_come_out_where_little_tells_them_apart(set_plan, name: str) -> None:  # type: ignore[no-untyped-def]
    found = agreement(OTHER_TEXT, set_plan(name)[1].text)
    assert found.words == 1.0
    assert found.rows >= HARD[name]


@pytest.mark.parametrize(("name", "share"), [("no-rules-right", 0.99), ("no-rules-middle", 0.95)])
def test_nearly_all_figures_come_out_where_cells_stand_on_different_heights_or_sides(set_plan, name: str, share: float) -> None:  # type: ignore[no-untyped-def]
    diff = diff_figures(figures_of(read_text(OTHER_PLAN, META)), figures_of(set_plan(name)[1]))
    assert diff.share >= share, diff.text(20)


def test_tables_found_without_rules_are_flagged_and_ruled_ones_are_not(set_plan) -> None:  # type: ignore[no-untyped-def]
    for name, flags in {"no-rules": {"no-rules"}, "flat-rules": {"no-rules"}, "plain": set(), "open-sides": set()}.items():
        rows = [line for line in set_plan(name)[1].lines if line.cell_boxes]
        assert rows
        assert {flag for line in rows for flag in line.flags} == flags


@pytest.mark.parametrize("name", ["times-letter", "no-rules", "two-columns", "indents", "rotated", "sideways"])
def test_headers_footers_and_page_numbers_are_left_out(set_plan, name: str) -> None:  # type: ignore[no-untyped-def]
    setting, (_, source) = SETTINGS[name], set_plan(name)
    if setting.header:
        assert setting.header not in source.text.split("\n")
    assert not any(setting.footer.format(page=page) == line.text for page in range(1, 30) for line in source.lines)


def test_a_row_cut_by_the_page_edge_is_one_line_with_a_place_on_both_pages(tmp_path: Path) -> None:
    long = " ".join(f"kata{i} penjelasan" for i in range(160))
    text = f"Tabel 1. Uraian\n\nNo\tUraian\tSatuan\n1\tPendek\tDokumen\n2\t{long}\tLayanan\n3\tAkhir\tUnit\n"
    setting = Setting(split_rows=True, page=(420, 300), margins=(50, 50, 50, 50), wide=False)
    lines = [line for line in read_pdf(typeset(text, tmp_path / "a.pdf", setting), META).lines if line.cell_boxes]
    (cut,) = [line for line in lines if line.text.startswith("2\t")]
    assert cut.text == f"2\t{long}\tLayanan"
    assert cut.page is not None
    assert [page for page, _ in cut.more] == list(range(cut.page + 1, cut.page + 1 + len(cut.more)))
    assert cut.more
    assert lines[-1].text == "3\tAkhir\tUnit"


def test_a_paragraph_over_two_pages_is_one_line_with_a_place_on_both(set_plan) -> None:  # type: ignore[no-untyped-def]
    source = set_plan("indents")[1]
    cut = [line for line in source.lines if line.more and not line.cell_boxes]
    assert any(line.text in OTHER_TEXT for line in cut)


def test_repeated_headers_of_a_table_over_many_pages_begin_a_run_of_their_own(tmp_path: Path) -> None:
    rows = [f"{i}\tIndikator ke-{i}\t{i * 10}\t{i * 11}" for i in range(1, 90)]
    text = "Tabel 1. Banyak Baris\n\nNo\tIndikator\tTarget\t\n\t\t2025\t2026\n" + "\n".join(rows)
    lines = [line.text for line in read_pdf(typeset(text, tmp_path / "a.pdf"), META).lines]
    heads = [i for i, line in enumerate(lines) if line.startswith("No\tIndikator\tTarget")]
    assert len(heads) >= 2
    assert all(lines[i - 1] == "" and lines[i + 1] == "\t\t2025\t2026" for i in heads)
    assert [line for line in lines if "Indikator ke-" in line] == rows


def test_sideways_pages_give_boxes_on_the_page_as_shown(set_plan) -> None:  # type: ignore[no-untyped-def]
    path, source = set_plan("sideways")
    line = row_with(source, "Layanan Konservasi Naskah")
    box = line.cell_boxes[2]
    with pdfplumber.open(path) as pdf:
        inside = pdf.pages[line.page - 1].crop(box).chars
    assert sorted(char["text"] for char in inside if char["text"].strip()) == sorted(line.text.split("\t")[2].replace(" ", ""))


def test_a_quote_is_boxed_line_by_line_on_its_page(set_plan) -> None:  # type: ignore[no-untyped-def]
    path, source = set_plan("plain")
    line = next(line for line in source.lines if line.text.startswith("Balai Arsip Naskah Bahari (BANB) merawat"))
    places = find_quote(path, line, "peta laut, dan buku harian nakhoda")
    assert places
    assert all(page == line.page and box[3] - box[1] < 15 for page, box in places)
    whole = line.box
    assert whole is not None
    assert all(whole[0] - 1 <= box[0] and box[2] <= whole[2] + 1 and whole[1] - 1 <= box[1] <= whole[3] for _, box in places)


def test_a_quote_that_is_not_there_gets_the_whole_line(set_plan) -> None:  # type: ignore[no-untyped-def]
    path, source = set_plan("plain")
    line = next(line for line in source.lines if line.text.startswith("Balai Arsip Naskah Bahari (BANB) merawat"))
    assert find_quote(path, line, "kata yang tidak ada") == line_places(line)


def test_findings_of_a_page_tell_furniture_paragraphs_and_tables(set_plan) -> None:  # type: ignore[no-untyped-def]
    path, _ = set_plan("times-letter")
    found = read_page(path, 2)
    assert {line.text for line in found.furniture} == {"Renstra Tahun 2025-2029", "- 2 -"}
    assert found.paragraphs
    assert found.model_validate_json(found.model_dump_json()) == found


# --- slices of the shipped plan --------------------------------------------------------------------------------------


def slice_of_plan() -> str:
    """Prose and lists of Bab II with its first table, and the first pages of the matrix of Lampiran 1."""
    lines = PLAN.read_text(encoding="utf-8").split("\n")
    start = next(i for i, line in enumerate(lines) if line.startswith("2.1 Visi"))
    end = next(i for i in range(start, len(lines)) if lines[i].startswith("Untuk menjamin tercapainya"))
    matrix = next(i for i, line in enumerate(lines) if line.startswith("Matriks Rencana Strategis") and "\t" in line)
    return "\n".join([*lines[start:end], "", *lines[matrix : matrix + 70]])


@pytest.mark.parametrize(
    "name", ["plain", "times-letter", "hyphens", "no-rules", "no-rules-drift", "no-rules-middle", "sideways", "two-columns"]
)
def test_a_slice_of_the_shipped_plan_comes_out_of_other_settings(tmp_path: Path, name: str) -> None:
    text = slice_of_plan()
    source = read_pdf(typeset(text, tmp_path / "a.pdf", narrowed(SETTINGS[name])), META, workers=1)
    found = agreement(text, source.text)
    assert found.words >= 0.99
    assert found.rows >= 0.97, found.missing_rows[:5]
    assert len(rows_of(source.text)) >= len(rows_of(text))


def narrowed(setting: Setting) -> Setting:
    """with a table type small enough that no word of the matrix is wider than its column"""
    return Setting(**{**vars(setting), "table_size": 5.0})
