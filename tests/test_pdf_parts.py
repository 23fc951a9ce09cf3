"""The PDF reader's small pure parts, and properties that hold for any input."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ingest.pdf.columns import find_regions
from ingest.pdf.grouping import group
from ingest.pdf.joining import JoinedPara
from ingest.pdf.lines import find_lines
from ingest.pdf.marks import is_marker, marker_of, parse_marker
from ingest.pdf.mending import join_lines
from ingest.pdf.options import PdfOptions
from ingest.pdf.parts import Para, Rule, TextLine, Turn, Word
from ingest.pdf.ruled import cluster, ruled_tables
from ingest.pdf.strips import year_runs

WIDTH = 5.0
"""of a character in these tests"""
words = st.text("abcdefghijklmnopqrstuvwxyz", min_size=6, max_size=14)


def line_at(text: str, x: float = 60.0, top: float = 100.0, size: float = 10.0, gap: float = 3.0) -> TextLine:
    out: list[Word] = []
    for token in text.split():
        out.append(Word(token, x, top, x + WIDTH * len(token), top + size, size))
        x = out[-1].x1 + gap
    return TextLine(tuple(out))


# --- words cut at line ends ------------------------------------------------------------------------------------------


@given(words, st.data())
def test_a_known_word_hyphenated_at_a_line_end_is_whole_again(word: str, data: st.DataObject) -> None:
    cut = data.draw(st.integers(2, len(word) - 2))
    lines = [line_at(f"awal kalimat {word[:cut]}-"), line_at(f"{word[cut:]} lalu selesai")]
    assert join_lines(lines, Counter({word: 1})) == f"awal kalimat {word} lalu selesai"


@given(words)
def test_a_doubled_word_keeps_its_hyphen(word: str) -> None:
    lines = [line_at(f"para {word}-"), line_at(f"{word} itu")]
    assert join_lines(lines, Counter()) == f"para {word}-{word} itu"


@pytest.mark.parametrize(
    ("above", "below", "whole"),
    [
        ("tahun 2025-", "2029 ini", "tahun 2025-2029 ini"),
        ("Undang-", "Undang Nomor 18", "Undang-Undang Nomor 18"),
        ("biaya -", "minus", "biaya - minus"),
        ("pelin\u00ad", "dungan", "pelindungan"),
        ("program di-", "tetapkan lagi", "program ditetapkan lagi"),
    ],
)
def test_hyphens_at_line_ends(above: str, below: str, whole: str) -> None:
    assert join_lines([line_at(above), line_at(below)], Counter({"ditetapkan": 2})) == whole


def test_a_number_too_wide_for_its_cell_is_whole_again() -> None:
    cell = (58.0, 90.0, 58.0 + 4 + 11 * WIDTH, 130.0)
    assert join_lines([line_at("1.234.567.8"), line_at("90")], Counter(), cell) == "1.234.567.890"


def test_two_numbers_stacked_in_a_cell_stay_two() -> None:
    cell = (58.0, 90.0, 160.0, 130.0)
    assert join_lines([line_at("106,83"), line_at("69,56")], Counter(), cell) == "106,83 69,56"


@given(st.lists(st.lists(words, min_size=1, max_size=6), min_size=1, max_size=5))
def test_joining_lines_loses_no_letter(lines: list[list[str]]) -> None:
    joined = join_lines([line_at(" ".join(line)) for line in lines], Counter())
    assert joined.replace(" ", "") == "".join("".join(line) for line in lines)


# --- what belongs together -------------------------------------------------------------------------------------------


def paras(*texts: str) -> list[JoinedPara]:
    return [JoinedPara((Para(1, (line_at(text, top=100.0 + 30 * i),), 400.0),)) for i, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("above", "below", "goes_on"),
    [
        ("Sumber: Kementerian Keuangan,", "BPS/BAPPENAS", True),
        ("Sumber: Kementerian Keuangan.", "BPS/BAPPENAS", False),
        ("Sumber: Kementerian Keuangan,", "1) butir pertama", False),
        ("Gambar 16. Peminjaman Naskah", "berdasarkan Jenis Layanan", True),
        ("Gambar 16. Peminjaman Naskah", "berdasarkan data tahun lalu, layanan meningkat.", False),
        ("Gambar 16. Peminjaman Naskah", "Layanan meningkat", False),
    ],
)
def test_a_note_or_caption_set_over_two_lines_is_one(above: str, below: str, goes_on: bool) -> None:
    first, second = paras(above, below)
    assert (id(second) in group([first, second]).bodies) == goes_on


# --- geometry --------------------------------------------------------------------------------------------------------

numbers = st.floats(0, 500, allow_nan=False)


@given(st.sampled_from([0, 90, 180, 270]), numbers, numbers, numbers, numbers)
def test_a_box_turned_and_turned_back_is_itself(degrees: int, x0: float, y0: float, width: float, height: float) -> None:
    turn = Turn(degrees, 1200, 1100)
    box = (x0, y0, x0 + width, y0 + height)
    turned = turn.box(box)
    assert turn.back(turned) == pytest.approx(box, abs=1e-6)
    assert 0 <= turned[0] <= turned[2] <= turn.size[0]


@given(st.lists(numbers, min_size=1, max_size=30), st.floats(0, 10))
def test_clusters_are_ascending_and_apart(values: list[float], tolerance: float) -> None:
    found = cluster(values, tolerance)
    assert list(found) == sorted(found)
    assert min(values) - 1e-6 <= found[0]
    assert found[-1] <= max(values) + 1e-6


@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=40))
def test_finding_lines_keeps_every_word_once(places: list[tuple[float, float]]) -> None:
    given_words = [Word(f"w{i}x", x, y, x + 20, y + 10) for i, (x, y) in enumerate(places)]
    text = "".join(word.text for line in find_lines(given_words) for word in line.words)
    assert Counter(text.split("x")[:-1]) == Counter(word.text[:-1] for word in given_words)


@given(st.lists(st.tuples(numbers, numbers, st.integers(1, 12)), max_size=60))
def test_finding_columns_keeps_every_line(places: list[tuple[float, float, int]]) -> None:
    given_words = [Word("kata" * n, x, y, x + 20 * n, y + 10) for x, y, n in places]
    lines = find_lines(given_words)
    found = sorted(word.text for region in find_regions(lines) for line in region.lines for word in line.words)
    assert found == sorted(word.text for line in lines for word in line.words)


# --- ruled tables ----------------------------------------------------------------------------------------------------


def grid(xs: list[float], ys: list[float]) -> list[Rule]:
    return [Rule("h", y, xs[0], xs[-1]) for y in ys] + [Rule("v", x, ys[0], ys[-1]) for x in xs]


def test_a_merged_header_cell_stands_over_its_first_column() -> None:
    rules = grid([0, 100, 150, 200], [20, 40])
    rules += [Rule("h", 0, 0, 200), Rule("v", 0, 0, 20), Rule("v", 100, 0, 20), Rule("v", 200, 0, 20)]
    found, free = ruled_tables(rules, [Word("Target", 130, 5, 170, 15), Word("2025", 110, 25, 130, 35), Word("2026", 160, 25, 180, 35)])
    assert [[cell.plain for cell in row.cells] for row in found[0].rows] == [["", "Target", ""], ["", "2025", "2026"]]
    assert found[0].rows[0].cells[1].box == (100, 0, 200, 20)
    assert free == []


def test_a_row_without_a_line_below_it_is_open() -> None:
    rules = [rule for rule in grid([0, 100, 200], [0, 20, 40]) if not (rule.way == "h" and rule.at == 40)]
    found, _ = ruled_tables(rules, [Word("a", 5, 5, 10, 15), Word("b", 5, 25, 10, 35)])
    assert [[cell.plain for cell in row.cells] for row in found[0].rows] == [["a", ""], ["b", ""]]
    assert found[0].open_bottom
    assert not found[0].open_top


def test_a_frame_round_text_is_no_table() -> None:
    word = Word("bingkai", 5, 5, 40, 15)
    assert ruled_tables(grid([0, 100], [0, 20]), [word]) == ([], [word])


def test_column_borders_that_wander_a_little_are_one_border() -> None:
    rules = grid([0, 100, 200], [0, 20]) + grid([0, 104, 200], [20, 40])
    found, _ = ruled_tables(rules, [Word("a", 5, 5, 10, 15), Word("b", 110, 5, 120, 15), Word("c", 110, 25, 120, 35)])
    assert [[cell.plain for cell in row.cells] for row in found[0].rows] == [["a", "b"], ["", "c"]]


# --- marks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["a. satu", "1) satu", "(2) satu", "- satu", "iv. satu", "12. satu", "• satu"])
def test_list_markers_are_seen(text: str) -> None:
    assert marker_of(text) == text.split()[0]


@pytest.mark.parametrize("text", ["2025 satu", "a satu", "1.2 Potensi", "Rp4.000 per orang", "(dua belas) kota"])
def test_what_is_no_list_marker_is_not_seen(text: str) -> None:
    assert marker_of(text) == ""


def test_markers_of_one_list_share_their_style() -> None:
    assert parse_marker("3) x") == parse_marker("3) lain")
    assert parse_marker("c. x").style == parse_marker("d. y").style != parse_marker("c) x").style
    assert is_marker("2.")
    assert not is_marker("2.500")


def test_years_that_count_up_are_runs() -> None:
    assert year_runs(["", "2025", "2026", "2027", "2025", "2026", "x", "2029"]) == [(1, 4), (4, 6)]


def test_tolerances_are_checked() -> None:
    with pytest.raises(ValidationError):
        PdfOptions(word_gap_em=2)
    with pytest.raises(ValidationError):
        PdfOptions(unknown=1)
