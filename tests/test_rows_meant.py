"""Which row a figure question means, and what is computed of it: each was once answered with another row or number."""

from __future__ import annotations

import pytest

from assistant.answer import Assistant
from assistant.asking import operations


@pytest.mark.parametrize("word", ["terstandar", "menstandarkan", "distandarkan"])
def test_a_word_for_made_so_finds_the_row_that_names_the_making(assistant: Assistant, word: str) -> None:
    answer = assistant.answer(f"alokasi lembaga vokasi yang {word} 2027")
    assert answer.citations[0].lines == (1813, 1813)


@pytest.mark.parametrize(
    ("question", "line", "told"),
    [
        ("Berapa unit sarana internal BP3MI yang mau diadakan di 2029 dan berapa uangnya?", 2068, ("171 unit", "1.792.593.000")),
        ("Sarana internal Inspektorat Jenderal: berapa unit dan berapa rupiah di 2027?", 2341, ("20 unit", "700.000.000")),
    ],
)
def test_two_measures_of_one_thing_are_one_question(assistant: Assistant, question: str, line: int, told: tuple[str, ...]) -> None:
    answer = assistant.answer(question)
    assert answer.citations[0].lines == (line, line)
    assert all(text in answer.answer for text in told)


def test_who_measured_a_value_is_told_with_it(assistant: Assistant) -> None:
    answer = assistant.answer("Nilai kepatuhan terhadap standar pelayanan publik tahun 2022 berapa, dan siapa yang mengukurnya?").answer
    assert "72,66" in answer
    assert "Ombudsman" in answer


def test_a_measured_value_is_a_result(assistant: Assistant) -> None:
    assert "80,75" in assistant.answer("Survei Internal Organisasi pada tahun 2021 hasilnya berapa?").answer


@pytest.mark.parametrize(
    ("question", "lines"),
    [
        ("PMI nonprosedural yang berhasil dicegah 2024: Eropa-Timur Tengah dibanding Amerika-Pasifik gimana?", {150, 143}),
        ("realisasi penurunan kasus 2024 kawasan asia afrika dibanding kawasan amerika pasifik", {141, 148}),
    ],
)
def test_one_indicator_of_two_regions_is_compared(assistant: Assistant, question: str, lines: set[int]) -> None:
    answer = assistant.answer(question)
    assert {c.lines[0] for c in answer.citations} == lines
    assert "Selisihnya" in answer.answer


def test_a_region_printed_a_row_too_high_begins_with_the_next_sasaran(assistant: Assistant) -> None:
    rows = {e.row.lines[0]: e.row for e in assistant.book.rows.values()}
    assert rows[142].org_unit == rows[141].org_unit
    assert "shifted-office" in rows[142].flags
    assert all("shifted-office" in f.flags for f in assistant.book.figures.values() if f.line == 142)
    assert rows[143].org_unit != rows[142].org_unit
    assert (
        "65" in assistant.answer("Realisasi 2024 PMI dan keluarganya yang melakukan kegiatan produktif Kawasan Amerika dan Pasifik?").answer
    )


def test_only_rows_of_one_merged_cell_have_a_shifted_office(assistant: Assistant) -> None:
    assert [e.row.lines[0] for e in assistant.book.rows.values() if "shifted-office" in e.row.flags] == [142]


def test_activities_known_by_budget_codes_alone_are_added(assistant: Assistant) -> None:
    answer = assistant.answer("Jumlah indikasi alokasi RPJMN untuk kegiatan Kawasan Asia-Afrika (4561) plus Amerika-Pasifik (4562)?")
    assert "5.886.653.000" in answer.answer


def test_percentages_are_never_added_up(assistant: Assistant) -> None:
    answer = assistant.answer("total lembaga yg dikasih izin/rekomendasi selama 5 tahun renstra jadi brp?").answer
    assert "472" not in answer
    assert "550 lembaga" in answer
    assert "Jumlah" not in assistant.answer("total target persentase penanganan permasalahan yang difasilitasi BP3MI 2025-2029").answer[:40]


def test_a_count_does_not_tell_a_percentage(assistant: Assistant) -> None:
    answer = assistant.answer("berapa % PMI dan keluarga yang ditargetkan makin jago kelola uang di akhir 2029?").answer
    assert "orang" not in answer


@pytest.mark.parametrize("place", ["biro humas", "biro hubungan masyarakat"])
def test_the_money_of_an_office_is_its_activitys(assistant: Assistant, place: str) -> None:
    answer = assistant.answer(f"Bandingin alokasi 2026 biro hukum dgn {place} dong")
    assert [c.lines[0] for c in answer.citations] == [2121, 2137]


def test_three_numbered_offices_that_are_alike_are_told_so(assistant: Assistant) -> None:
    answer = assistant.answer("Pagu 2028 Inspektorat I, II, III beda-beda atau sama rata?")
    assert "sama" in answer.answer
    assert answer.answer.count("8.559.958.440") == 3


def test_what_was_reached_is_held_against_the_target_of_the_same_row(assistant: Assistant) -> None:
    over = assistant.answer("selisih target dan realisasi PMI nonprosedural yang dicegah kawasan asia afrika 2023").answer
    assert "**978** orang di atas target (1.500 orang)" in over
    share = assistant.answer("realisasi penempatan terampil kawasan eropa timur tengah 2024 berapa persen dari target").answer
    assert "112,53%" in share
    under = assistant.answer("selisih target dengan realisasi produktivitas tingkat upah 2023").answer
    assert "**0,83** di bawah target" in under


@pytest.mark.parametrize(
    ("question", "operation"),
    [
        ("alokasi dari 2026 ke 2027 menyusut berapa persen", "growth"),
        ("anggaran 2026 anjlok berapa rupiah dibanding 2025", "difference"),
    ],
)
def test_everyday_words_for_change_are_read(question: str, operation: str) -> None:
    assert operations(question)[0] == operation


def test_a_unit_named_for_the_answer_is_not_asked_for(assistant: Assistant) -> None:
    answer = assistant.answer("Indikasi dana RPJMN lima tahun buat fasilitasi rehab & reintegrasi sosial purna PMI (satuan ribu rupiah)?")
    assert "7.819.884.000" in answer.answer


def test_things_counted_differently_stand_side_by_side(assistant: Assistant) -> None:
    answer = assistant.answer("mana yg lebih besar 2028: literasi keuangan atau edukasi kewirausahaan")
    assert "berbeda, jadi tidak dihitung" in answer.answer
    assert len(answer.citations) == 2
