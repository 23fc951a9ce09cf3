"""Discrepancies: what the shipped plan has, that messages name both places and values, and that sound plans have none."""

from __future__ import annotations

import random
from decimal import Decimal
from functools import cache

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


def test_an_output_renamed_in_another_table_is_known_by_its_targets() -> None:
    (found,) = of("cross-table", 1230, 1981)
    assert "Rp4.489.274.000" in found.message
    assert "Rp8.580.000.000" in found.message


def test_all_tables_that_give_the_other_value_are_named() -> None:
    (found,) = [d for d in of("cross-table", 1225, 2027) if d.year == 2025]
    assert "Lampiran 1 (baris 2027) dan Lampiran 2 (baris 2383)" in found.message
    (opp,) = [d for d in of("cross-table", 1237) if d.year == 2025]
    assert "Lampiran 2 (baris 2358, 2382)" in opp.message


def test_a_sum_that_does_not_come_out_says_what_would_explain_it() -> None:
    assert "sama dengan satu bagiannya saja: kegiatan Pengelolaan Pelayanan Operasional (4587)" in of("sum", 2038, 2050)[0].message
    assert "bila Layanan Sarana Internal (baris 2246, Rp500.000.000) tidak dihitung" in of("sum", 2231, 2246)[0].message


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
    assert {d.year for d in of("prose", 366)} == {2022, 2023, 2024, None}
    near = next(d.message for d in of("prose", 366, 154) if d.year == 2022)
    assert "menyebut 85,04" in near
    assert near.index("baris 154") < near.index("baris 137"), "the indicator that the heading names comes first"
    assert "72,71" in next(d.message for d in of("prose", 366, 435) if d.year == 2024)
    assert of("prose", 441, 402)[0].year == 2022
    assert not of("prose", 362), "level 3 in 2020 agrees with the table"


def test_a_bound_over_years_against_the_table() -> None:
    (found,) = [d for d in of("prose", 366, 154) if d.year is None]
    assert "di atas 90" in found.message
    assert "2020: 81,34; 2021: 85,68" in found.message


def test_average_of_listed_values() -> None:
    (found,) = of("sum", 488, 490, 495)
    assert "89,17" in found.message
    assert "89,12" in found.message


def test_kinds_that_are_more_than_the_whole_they_are_kinds_of() -> None:
    (found,) = of("sum", 355, 588, 592)
    assert "56 + 42 = 98, lebih dari 96" in found.message
    sound = document().source.text.replace("menjadi 96 (sembilan puluh enam) dokumen", "menjadi 99 (sembilan puluh sembilan) dokumen")
    assert not [d for d in check(sound) if "Nota Kesepakatan" in d.message]


# --- labels ------------------------------------------------------------------------------------------------------------------


def test_labels_used_twice_or_skipped() -> None:
    messages = [d.message for d in discrepancies() if d.kind == "label"]
    for expected in (
        "Tabel 1 dipakai 2 kali", "Gambar 32 dipakai 2 kali", "Gambar 349 (baris 1733) tidak sesuai urutan",
        "Nomor Gambar 37, 38, 39 tidak dipakai", "Kode risiko 11 tidak ada", "kode IKSS-1 dipakai untuk hal yang berbeda",
        "berkode AEF di baris 2035, tetapi AEP di baris 2141",
    ):  # fmt: skip
        assert any(expected in message for message in messages), expected


def test_an_item_that_stands_twice_in_a_list() -> None:
    (found,) = of("label", 1386, 1388)
    assert "Provinsi Jawa Timur" in found.message


def test_a_list_shorter_than_it_is_said_to_be() -> None:
    assert not [d for d in discrepancies() if "berisi" in d.message and d.kind == "label"]
    item = "- g. Provinsi Lampung, berkedudukan di Kota Bandar Lampung, mencakup wilayah kerja seluruh Provinsi Lampung;\n"
    text = document().source.text
    assert item in text
    found = [d for d in check(text.replace(item, "")) if "23 (dua puluh tiga) provinsi" in d.message]
    assert "berisi 22 butir" in found[0].message


def test_a_code_that_stands_under_another_output_group() -> None:
    assert "KRO AEA" in of("label", 1822, 1821)[0].message
    assert of("label", 1822, 1825)


def test_a_reference_to_a_table_of_another_number() -> None:
    (found,) = of("label", 955, 912)
    assert '"tabel 3 dan tabel 4"' in found.message
    assert "Tabel 7" in found.message


def test_a_national_plan_with_a_period_of_another_length() -> None:
    (found,) = [d for d in discrepancies() if "RPJM Nasional 2025-2045" in d.message]
    assert "periodenya 5 tahun" in found.message


def test_a_list_that_skips_a_letter() -> None:
    text = "BAB I\nPENDAHULUAN\n\n1.1 Kondisi\n\nTujuannya adalah:\n\na. pertama;\nb. kedua;\nd. keempat; dan\ne. kelima.\n"
    (found,) = [d for d in check(text) if d.kind == "label"]
    assert "melompati c." in found.message


CHANGED = (
    # what is changed in a copy -> kind, line and what the message must say
    ("sum", 1798, "500.000.000\t700.000.000\t907.187.500.000", "500.000.000\t700.000.000\t917.187.500.000", "Rp917.187.500.000"),
    ("sum", 2038, "298.618.616.000\t476.550.001.000\t978", "298.618.616.000\t486.550.001.000\t978", "Rp486.550.001.000"),
    ("sum", 1878, "494.614.516.000\t546.336.168.000", "494.614.516.000\t566.336.168.000", "Rp566.336.168.000"),
    ("cross-table", 1209, "\t55,56 (2023)\t60\t80", "\t55,56 (2023)\t60\t85", "85"),
    ("row-pair", 1810, "Lembaga\t0\t0\t125\t130\t135\t0\t0", "Lembaga\t0\t0\t126\t130\t135\t0\t0", "126 lawan 125"),
    ("product", 2508, "\t4\t4\t16\t", "\t4\t4\t12\t", "= 16"),
    ("share", 917, "24,5\t12%\t4", "24,5\t21%\t4", "21%"),
    ("words", 441, "3,25 (tiga koma dua puluh lima)", "3,52 (tiga koma dua puluh lima)", "3,52"),
    ("outlier", 1845, "143.085.000\t8.831.804.000\t9.714.985.000", "143.085.000\t8.831.804.000\t9.714.985", "Rp9.714.985"),
    ("label", 2524, "\t7\tBerkurangnya Remitansi", "\t8\tBerkurangnya Remitansi", "Kode risiko 7 tidak ada"),
)


@cache
def changed() -> tuple[Discrepancy, ...]:
    """What is found in one copy of the plan in which one figure of each kind is changed."""
    text = document().source.text
    for _, _, old, new, _ in CHANGED:
        assert text.count(old) >= 1, old
        text = text.replace(old, new, 1)
    return check(text)


@pytest.mark.parametrize(("kind", "line", "old", "new", "said"), CHANGED)
def test_each_kind_is_found_in_a_changed_copy(kind: str, line: int, old: str, new: str, said: str) -> None:
    known = {d.message for d in discrepancies()}
    found = [d for d in changed() if d.kind == kind and d.message not in known and line in {p.line for p in d.places}]
    assert any(said in d.message for d in found), [d.message for d in changed() if d.message not in known]


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
    assert {f.raw for f in read(text)[2] if "unclear" in f.flags} == {"1,2,3", "-", "7", "12", "13", "14", "15"}


def test_one_year_of_only_dashes_is_reported_though_others_have_numbers() -> None:
    rows = grid("Indikator | Satuan | Target 2025 | Target 2026", "A naskah | Naskah | - | 1", "B naskah | Naskah | - | 3")
    assert any("kolom target 2025 hanya berisi tanda '-'" in d.message for d in check("Tabel 1. Target\n\n" + rows))


def test_a_cell_beyond_the_header_is_kept_and_unclear() -> None:
    rows = grid("Indikator | Satuan | 2025 | 2026", "A naskah | Naskah | 12 | 13 | 99", "C arsip | Arsip | 3 | 4")
    assert [f.raw for f in read("Tabel 1. Target\n\n" + rows)[2] if "unclear" in f.flags] == ["99"]


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
