"""Discrepancies: what the shipped plan has, that messages name both places and values, and that sound plans have none."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_files import OTHER_PLAN, discrepancies, document, figures, grid, read, tables

from ingest.checks import find_discrepancies, flag_figures
from ingest.models import Discrepancy, Figure


def of(kind: str, *lines: int) -> list[Discrepancy]:
    """Discrepancies of a kind that have a place on each of the lines."""
    return [d for d in discrepancies() if d.kind == kind and set(lines) <= {p.line for p in d.places}]


def check(text: str) -> tuple[Discrepancy, ...]:
    made, found, its_figures = read(text)
    return find_discrepancies(its_figures, found, made)


# --- sums ----------------------------------------------------------------------------------------------------------------


def test_outputs_against_their_kegiatan() -> None:
    (found,) = [d for d in of("sum", 2208) if d.year == 2028]
    assert "Rp36.395.858.257" in found.message
    assert "Rp48.495.858.000" in found.message
    assert "2208" in found.message
    assert "2215, 2224" in found.message
    assert found.severity == 1


def test_kegiatan_against_their_program() -> None:
    (found,) = [d for d in of("sum", 2038) if d.year == 2025]
    assert "Rp374.499.337.000" in found.message


def test_kegiatan_against_the_ministry_agree_but_for_one_year() -> None:
    wrong = [d for d in of("sum", 1878) if "Kementerian" in d.message]
    assert [d.year for d in wrong] == [2027]
    assert "selisih Rp30.000.000" in wrong[0].message


def test_total_against_its_columns() -> None:
    found = [d for d in of("sum", 2358) if d.message.startswith("Total")]
    assert [d.year for d in found] == [2027, 2028, 2029]
    assert "alokasi APBN + alokasi non-APBN" in found[0].message


def test_rounding_is_no_discrepancy() -> None:
    assert not [d for d in of("sum", 390) if d.year == 2020], "32,98 against 32,97"
    assert [d.year for d in of("sum", 390)] == [2021]
    assert [d.year for d in of("sum", 384)] == [2022]


def test_the_last_group_before_an_unreadable_page_is_not_judged() -> None:
    assert not [d for d in of("sum", 2390) if d.message.startswith("Alokasi APBN Proyek")]


# --- the same thing in several tables --------------------------------------------------------------------------------------


def test_target_of_one_output_with_two_values() -> None:
    (found,) = [d for d in of("cross-table", 1237, 1888) if d.year == 2025]
    assert "16.000 di Gambar 31 (baris 1237)" in found.message
    assert "15.540 di Lampiran 1 (baris 1888)" in found.message
    assert {1237, 1888, 2358, 2382} == {p.line for p in found.places}
    assert found.severity == 1


def test_amount_of_a_period_against_the_sum_of_its_years() -> None:
    (found,) = [d for d in of("cross-table", 1234, 1822, 1825) if d.year is None]
    assert "Rp1.397.379.000" in found.message
    assert "Rp4.273.125.000" in found.message


def test_achieved_values_in_two_tables() -> None:
    assert of("cross-table", 154, 433)[0].year == 2023
    assert "69,27" in of("cross-table", 154, 433)[0].message
    assert of("cross-table", 137, 435)[0].year == 2024


def test_values_on_different_scales_are_not_compared() -> None:
    assert not of("cross-table", 387, 405)


def test_agreeing_tables_are_silent() -> None:
    assert not of("cross-table", 1208, 1820)
    assert not of("cross-table", 1209, 2374)


# --- rows, units, words, prose ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("output", "indicator"), [(1856, 1857), (1867, 1868), (2332, 2333)])
def test_output_against_its_indicators(output: int, indicator: int) -> None:
    assert len(of("row-pair", output, indicator)) == 1


def test_indicators_that_add_up_to_their_output_are_sound() -> None:
    assert not of("row-pair", 2063)
    assert not of("row-pair", 2184)
    assert len([d for d in discrepancies() if d.kind == "row-pair"]) == 3


def test_implausible_units_are_reported_once_with_all_their_figures() -> None:
    (found,) = [d for d in discrepancies() if d.kind == "unit"]
    assert "(dalam juta rupiah)" in found.message
    assert len(found.figure_ids) > 100


def test_risk_products_of_the_plan_are_right_and_a_wrong_one_is_found() -> None:
    assert not [d for d in discrepancies() if d.kind == "product"]
    text = document().source.text.replace("\t5\t5\t25\t", "\t5\t5\t20\t")
    (found,) = [d for d in check(text) if d.kind == "product"]
    assert "5 x likelihood 5 = 25" in found.message


def test_shares_against_counts() -> None:
    assert "89,08%" in of("share", 569)[0].message
    assert {d.places[0].line for d in discrepancies() if d.kind == "share"} == {569, 924, 926, 927}


def test_numbers_in_words_agree_with_digits_and_a_wrong_one_is_found() -> None:
    assert not [d for d in discrepancies() if d.kind == "words"]
    text = document().source.text.replace(
        "71,57 (tujuh puluh satu koma lima puluh tujuh)", "71,75 (tujuh puluh satu koma lima puluh tujuh)"
    )
    (found,) = [d for d in check(text) if d.kind == "words"]
    assert "71,75" in found.message
    assert "71,57" in found.message
    assert found.places[0].line == 351


def test_prose_against_tables() -> None:
    assert {d.year for d in of("prose", 366)} == {2022, 2023, 2024}
    assert "72,71" in next(d.message for d in of("prose", 366, 435) if d.year == 2024)
    assert of("prose", 441, 402)[0].year == 2022
    assert not of("prose", 362), "level 3 in 2020 agrees with the table"


def test_average_of_listed_values() -> None:
    assert "89,12" in of("prose", 488)[0].message


# --- labels ------------------------------------------------------------------------------------------------------------------


def test_labels_used_twice_or_skipped() -> None:
    messages = [d.message for d in discrepancies() if d.kind == "label"]
    for expected in (
        "Tabel 1 dipakai 2 kali", "Gambar 32 dipakai 2 kali", "Gambar 349 (baris 1733) tidak sesuai urutan",
        "Nomor Gambar 37, 38, 39 tidak dipakai", "Kode risiko 11 tidak ada", "kode IKSS-1 dipakai untuk hal yang berbeda",
        "berkode AEF di baris 2035, tetapi AEP di baris 2141",
    ):  # fmt: skip
        assert any(expected in message for message in messages), expected


def test_a_list_that_skips_a_letter() -> None:
    text = "BAB I\nPENDAHULUAN\n\n1.1 Kondisi\n\nTujuannya adalah:\n\na. pertama;\nb. kedua;\nd. keempat; dan\ne. kelima.\n"
    (found,) = [d for d in check(text) if d.kind == "label"]
    assert "melompati c." in found.message


# --- all ---------------------------------------------------------------------------------------------------------------------


def test_most_serious_first_with_both_places_and_unique_ids() -> None:
    found = discrepancies()
    assert [d.severity for d in found] == sorted(d.severity for d in found)
    assert len({d.id for d in found}) == len(found)
    known = {f.id for f in figures()}
    for discrepancy in found:
        assert set(discrepancy.figure_ids) <= known
        assert discrepancy.message.endswith((".", ")"))
        if discrepancy.kind in ("sum", "cross-table", "row-pair", "prose") and discrepancy.figure_ids:
            assert len(discrepancy.places) >= 2
    assert len(found) < 100, "no flood"


def test_figures_say_that_they_take_part() -> None:
    flagged = {f.id: f for f in flag_figures(figures(), discrepancies())}
    (found,) = [d for d in of("sum", 2208) if d.year == 2028]
    assert all("sum-mismatch" in flagged[i].flags for i in found.figure_ids)
    assert len(flagged) == len(figures())


def test_another_plan_has_only_its_one_discrepancy() -> None:
    (found,) = discrepancies(OTHER_PLAN)
    assert found.kind == "cross-table"
    assert "74 di Tabel 2.1 (baris 116), 76 di Lampiran 1 (baris 189)" in found.message


def test_bad_tables_are_reported_and_never_crash() -> None:
    text = (
        "Tabel 1. Target\n\n" + grid("Indikator | Target 2025 | Target 2025", "A naskah | 1,2,3 | -", "B naskah | 7 | -")
        + "\n\nSebuah paragraf.\n\n" + grid("tanpa judul | 12 | 13", "lagi | 14 | 15")
    )  # fmt: skip
    messages = " ".join(d.message for d in check(text))
    assert "1,2,3" in messages
    assert "satu tahun muncul dua kali" in messages
    assert "tidak berjudul kolom" in messages


def test_a_column_of_only_dashes_is_reported() -> None:
    rows = grid(
        "Indikator | Satuan | Bobot | Target 2025", "A naskah | Naskah | 3 | -", "B naskah | Naskah | 4 | -", "C naskah | Naskah | 5 | -"
    )
    assert any("hanya berisi tanda '-'" in d.message for d in check("Tabel 1. Target\n\n" + rows))


@settings(max_examples=8, deadline=None)
@given(st.integers(min_value=0, max_value=10**6), st.integers(min_value=1, max_value=40))
def test_any_change_of_figures_is_checked_without_a_crash(seed: int, count: int) -> None:
    some = random.Random(seed).sample(figures(), count)
    changed = {
        f.id: f.model_copy(update={"value": None if i % 3 else Decimal(i), "year": 2026 if i % 5 else f.year}) for i, f in enumerate(some)
    }
    mutated: tuple[Figure, ...] = tuple(changed.get(f.id, f) for f in figures())
    find_discrepancies(mutated, tables(), document())
