"""What a question takes for given and the plan says otherwise; what is counted, and what only looks like it."""

from __future__ import annotations

import pytest

from assistant.answer import Assistant
from assistant.counted import Premise, premises
from assistant.models import Turn


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Jabarkan kelima sasaran strategis", Premise(5, ("sasar", "strategis"))),
        ("Apa sasaran strategis ketiga?", Premise(3, ("sasar", "strategis"), at_least=True)),
        ("sasaran strategis ada lima ya", Premise(5, ("sasar", "strategis"))),
    ],
)
def test_a_count_taken_for_given_is_read(question: str, expected: Premise) -> None:
    assert expected in premises(question)


@pytest.mark.parametrize(
    "question",
    [
        "Sebutkan kelima sasaran strategis kementerian",
        "Apa sasaran strategis ketiga kementerian?",
        "Sasaran strategis KP2MI ada lima ya, sebutin kelimanya",
    ],
)
def test_a_wrong_count_is_set_right_with_the_sentence_that_counts(assistant: Assistant, question: str) -> None:
    answer = assistant.answer(question)
    assert "2 sasaran strategis" in answer.answer
    assert answer.citations[0].lines == (1086, 1086)


def test_a_right_count_is_not_corrected(assistant: Assistant) -> None:
    assert "lain daripada" not in assistant.answer("Sebutkan dua sasaran strategis kementerian").answer


def test_a_status_taken_for_given_is_set_right_with_the_row(assistant: Assistant) -> None:
    answer = assistant.answer("Mengapa risiko eksploitasi dan TPPO diberi status paling tinggi, 25, di Lampiran 4?")
    assert "**20**" in answer.answer
    assert answer.citations[0].lines == (2492, 2492)


def test_impact_and_likelihood_are_both_given(assistant: Assistant) -> None:
    answer = assistant.answer("berapa nilai dampak, kemungkinan dan status risiko peningkatan beban sosial dan beban anggaran negara?")
    assert all(part in answer.answer for part in ("impact: **5**", "likelihood: **4**", "status: **20**"))


@pytest.mark.parametrize(
    "question",
    [
        "Total pegawai KP2MI/BP2MI saat ini berapa orang?",
        "Jumlah total ASN di KP2MI sekarang berapa orang?",
        "berapa harga visa kerja ke Korea?",
    ],
)
def test_what_only_looks_like_the_figure_is_not_stated(assistant: Assistant, question: str) -> None:
    assert assistant.answer(question).abstained


def test_counted_countries_go_before_counted_functions(assistant: Assistant) -> None:
    assert "12 negara" in assistant.answer("Atase yang direvitalisasi rencananya ditaruh di berapa negara?").answer


def test_an_abbreviation_stands_for_the_name_that_introduced_it(assistant: Assistant) -> None:
    assert "31 Desember 2007" in assistant.answer("Direct Hiring Service Centre di Taiwan berdiri kapan?").answer


def test_totals_said_with_other_words_are_added_up(assistant: Assistant) -> None:
    answer = assistant.answer("Kalau ditotal 2025 sampai 2029, berapa orang yang dapat layanan reintegrasi sosial di BP3MI?")
    assert "**2.689 orang**" in answer.answer


def test_a_series_behind_the_first_passage_is_found_but_not_in_another_unit(assistant: Assistant) -> None:
    documents = assistant.answer("Perjanjian kerja sama dalam negeri 2020 s.d. 2024 kalau dijumlah jadi berapa dokumen?")
    assert "243" in documents.answer
    people = assistant.answer("Dari keempat skema yang disebut, total PMI yang ditempatkan 2020-2024 berapa orang?")
    assert "Rp" not in people.answer.split("\n")[0]


def test_which_one_is_gone_on_from_with_the_one_that_was_named(assistant: Assistant) -> None:
    history = [
        Turn(role="user", content="Risiko mana di Lampiran 4 yang statusnya 25?"),
        Turn(role="assistant", content="Risiko nomor 10, yaitu praktik perekrutan ilegal, dengan status 25."),
    ]
    assert "Direktorat Jenderal Penempatan" in assistant.answer("Siapa unit pengampunya?", history).answer


def test_english_money_of_the_whole_institution(assistant: Assistant) -> None:
    assert "Rp2.154.884.566.660" in assistant.answer("What is the ministry's total budget allocation for 2027?").answer


def test_the_second_of_two_numbered_units_is_no_other_row(assistant: Assistant) -> None:
    answer = assistant.answer("bandingin anggaran inspektorat 1 dan 2 tahun 2027")
    assert {c.lines[0] for c in answer.citations} == {2267, 2287}


def test_a_thing_with_non_before_it_is_not_the_thing(assistant: Assistant) -> None:
    assert assistant.answer("anggaran direktorat penempatan nonpemerintah 2026").citations[0].lines == (1864, 1864)
    assert not assistant.answer("berapa orang yang ditargetkan ikut OPP nonpemerintah 2029").figures
