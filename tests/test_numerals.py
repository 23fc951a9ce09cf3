"""Indonesian numerals: what is read, what is refused, and that writing and reading are each other's inverse."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.numerals import (
    find_numbers,
    format_number,
    format_rupiah,
    number_in_words,
    parse_number,
    parse_value,
    read_cell,
    short_rupiah,
)

ONES = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]


def spelled(number: int) -> str:
    """A plain speller for the round trip: 797006 -> "tujuh ratus sembilan puluh tujuh ribu enam"."""
    if number < 12:
        return ONES[number]
    if number < 20:
        return f"{ONES[number - 10]} belas"
    for size, word, short in (
        (10**9, "miliar", ""),
        (10**6, "juta", ""),
        (1000, "ribu", "seribu"),
        (100, "ratus", "seratus"),
        (10, "puluh", ""),
    ):
        if number >= size:
            head, rest = divmod(number, size)
            first = short if head == 1 and short else f"{spelled(head)} {word}"
            return f"{first} {spelled(rest)}" if rest else first
    raise AssertionError(number)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("907.187.500.000", "907187500000"),
        ("58,5", "58.5"),
        ("66,70%", "66.70"),
        ("13000", "13000"),
        ("1.500", "1500"),
        ("2.025", "2025"),
        ("9.64", "9.64"),
        ("0.982", "0.982"),
        ("-0,800", "-0.800"),
        ("−1,621", "-1.621"),
        ("115.920. 000", "115920000"),
        ("135 08", "13508"),
        ("338 .00 0", "338000"),
        ("Rp9.722.961,00", "9722961.00"),
        ("Rp38.14", "38.14"),
        ("Rp 2.500", "2500"),
    ],
)
def test_numerals_of_the_plan_are_exact(raw: str, value: str) -> None:
    assert parse_number(raw) == Decimal(value)


@pytest.mark.parametrize(
    "raw", ["", "-", "--", "WTP", "2+", "1,2,3", "1.23.456", "2020 2021", "0–100", "12 orang", "Tahun 2025", "KP 02.09.05"]
)
def test_what_is_no_single_numeral_is_not_guessed(raw: str) -> None:
    assert parse_number(raw) is None


@pytest.mark.parametrize(
    ("raw", "value", "flag"),
    [
        ("level 3 (Nilai 3,46)", "3.46", "graded"),
        ("level 3(Nilai 3,46)", "3.46", "graded"),
        ("Level 3 (Nilai 3,58)", "3.58", "graded"),
        ("76-100 (93)", "93", "graded"),
        ("9.64", "9.64", "dot-decimal"),
        ("135 08", "13508", "mended"),
        ("Tahun 2025", "2025", "year-value"),
        ("55,56 (2023)", "55.56", "own-year"),
        ("WTP", None, "graded"),
        ("2+", None, "graded"),
        ("Sangat baik", None, "graded"),
        ("-", None, "no-value"),
        ("1,2,3", None, "unclear"),
    ],
)
def test_mixed_and_graded_cells_keep_their_value_and_say_what_they_are(raw: str, value: str | None, flag: str) -> None:
    read, flags = parse_value(raw)
    assert read == (None if value is None else Decimal(value))
    assert flag in flags


def test_own_year_of_a_baseline() -> None:
    (reading,) = read_cell("55,56 (2023)")
    assert (reading.value, reading.year) == (Decimal("55.56"), 2023)


def test_two_named_values_in_one_cell() -> None:
    first, second = read_cell("106,83 (RB Tematik) 69,56 (RB General)")
    assert (first.value, first.label) == (Decimal("106.83"), "RB Tematik")
    assert (second.value, second.label) == (Decimal("69.56"), "RB General")


def test_an_empty_cell_has_no_reading() -> None:
    assert read_cell("  ") == ()
    assert parse_value("") == (None, ())


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**15), max_value=10**15))
def test_written_numbers_are_read_back_exactly(value: Decimal) -> None:
    assert parse_number(format_number(value)) == value


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_written_whole_numbers_and_rupiah_are_read_back(number: int) -> None:
    assert parse_number(format_number(Decimal(number))) == number
    assert parse_number(format_rupiah(Decimal(abs(number)))) == abs(number)


@given(st.integers(min_value=1000, max_value=10**13), st.integers(min_value=1, max_value=12))
def test_a_numeral_broken_by_a_narrow_cell_keeps_its_value(number: int, cut: int) -> None:
    text = format_number(Decimal(number))
    at = min(cut, len(text) - 1)
    assert parse_number(f"{text[:at]} {text[at:]}") == number


@given(st.text(max_size=40))
def test_any_text_is_read_without_a_crash(text: str) -> None:
    parse_number(text)
    read_cell(text)
    number_in_words(text)
    for found in find_numbers(text):
        assert text[found.start : found.end]


@given(st.integers(min_value=0, max_value=10**12 - 1))
def test_numbers_in_words_are_read(number: int) -> None:
    assert number_in_words(spelled(number)) == number


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("delapan puluh lima koma nol empat", "85.04"),
        ("minus satu koma lima ratus enam puluh tiga", "-1.563"),
        ("minus 1 koma enam ratus dua puluh satu", "-1.621"),
        ("delapan puluh lima koma sepuluh persen", "85.10"),
        ("sepuluh perseratus", "10"),
        ("sepuluh per seratus", "10"),
        ("kurang lebih dua ratus lima puluh ribu", "250000"),
        ("seribu tujuh ratus enam puluh enam", "1766"),
        ("sembilan juta tujuh ratus dua puluh dua ribu sembilan ratus enam puluh satu rupiah", "9722961"),
        ("Sembilan puluh satu koma tujuh puluh dua persen", "91.72"),
        ("nol koma dua puluh persen", "0.20"),
    ],
)
def test_words_of_the_plan(words: str, value: str) -> None:
    assert number_in_words(words) == Decimal(value)


@pytest.mark.parametrize("words", ["", "dua dokumen", "koma lima", "tujuh puluh sampai delapan puluh persen", "dua tiga", "ribu"])
def test_other_words_are_no_number(words: str) -> None:
    assert number_in_words(words) is None


def test_numbers_in_prose_with_their_units() -> None:
    text = "Pada tahun 2020 remitansi Rp132,925 miliar dari 8 (delapan) juta orang, naik 5,86%; KP2MI memiliki 17.000 pulau (-1,621)."
    found = [(text[f.start : f.end], f.value, f.unit) for f in find_numbers(text)]
    assert ("2020", Decimal(2020), "tahun") in found
    assert ("Rp132,925 miliar", Decimal("132925000000"), "rupiah") in found
    assert ("8 (delapan) juta", Decimal(8000000), "") in found
    assert ("5,86%", Decimal("5.86"), "persen") in found
    assert ("17.000", Decimal(17000), "") in found
    assert any(value == Decimal("-1.621") for _, value, _ in found)
    assert not any(raw == "2" for raw, *_ in found), "the digit inside an abbreviation is no number"


@pytest.mark.parametrize(
    ("value", "text"),
    [("2150116698105", "2,15 triliun"), ("996856250000", "996,86 miliar"), ("500000000", "500 juta"), ("999", "999")],
)
def test_short_rupiah(value: str, text: str) -> None:
    assert short_rupiah(Decimal(value)) == text
