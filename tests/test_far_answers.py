"""Answers that came from something far from what was asked: a year, an office or a series that only shares a word."""

from __future__ import annotations

import pytest

from assistant.answer import Assistant


def test_a_year_and_the_institutions_name_name_no_group_of_rows(assistant: Assistant) -> None:
    assert assistant.answer("Berapa jumlah PNS dan PPPK KP2MI per Desember 2025?").abstained


def test_a_series_of_several_years_told_with_a_span_is_added(assistant: Assistant) -> None:
    assert "1.118 orang" in assistant.answer("Total SDM yang ikut pelatihan selama 2022 sampai 2024 kalau dijumlah?").answer


def test_a_passage_far_behind_gives_no_sum(assistant: Assistant) -> None:
    assert "656,429" not in assistant.answer("Total SDM yang ikut pelatihan selama 2022 sampai 2024 kalau dijumlah?").answer


def test_a_country_is_not_told_by_the_highest_year(assistant: Assistant) -> None:
    answer = assistant.answer("Negara sumber remitansi terbesar kedua itu mana?").answer
    assert "Tertinggi" not in answer
    assert "Taiwan" in answer


def test_what_something_is_called_is_no_question_for_its_abbreviation(assistant: Assistant) -> None:
    answer = assistant.answer("Apa arti renstra disebut living document?").answer
    assert "living document" in answer
    assert "singkatan" not in answer


def test_a_deadline_taken_for_given_is_set_right(assistant: Assistant) -> None:
    answer = assistant.answer("Peraturan tentang pelayanan advokasi hukum katanya harus rampung 2025, bersama lembaga apa?").answer
    assert "2026" in answer
    assert "Kejaksaan Agung" in answer


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("gambar nomor berapa sih yang nampilin pengaduan yg dilayani berbasis sistem?", "Gambar 8"),
        ("Dari lembaga mana data untuk gambar rute penyelundupan dan perdagangan orang di Indonesia?", "Imigrasi"),
        ("sumber gambar 24 apa?", "Kementerian Kesehatan"),
    ],
)
def test_a_picture_is_found_by_its_caption_and_its_source_stands_below(assistant: Assistant, question: str, told: str) -> None:
    assert told in assistant.answer(question).answer


def test_the_name_of_a_picture_is_no_answer(assistant: Assistant) -> None:
    assert assistant.answer("What rupiah-dollar exchange rate does the plan assume for its 2027 budget?").abstained


def test_a_code_that_only_a_rows_words_say_is_known(assistant: Assistant) -> None:
    answer = assistant.answer("Pelaksana utama kegiatan prioritas Kartu Usaha Afirmatif (06.03.02) siapa saja?").answer
    assert "Kementerian Desa" in answer


def test_a_code_that_the_plan_lacks_is_named_in_the_refusal(assistant: Assistant) -> None:
    answer = assistant.answer("target kode 99.88.77 tahun 2027")
    assert answer.abstained
    assert "99.88.77" in answer.answer


def test_where_money_comes_from_is_not_how_much(assistant: Assistant) -> None:
    assert "Rupiah Murni" in assistant.answer("Kebutuhan dana 2025-2029 bersumber dari mana saja?").answer


def test_why_something_is_small_is_no_comparison_of_figures(assistant: Assistant) -> None:
    answer = assistant.answer("kenapa jumlah PMI yg ngadu & dipulangkan dibilang kecil dibanding yang ditempatkan?").answer
    assert "Rp" not in answer
    assert "komunitas" in answer


def test_the_list_under_a_paragraph_that_names_a_rule_is_about_it(assistant: Assistant) -> None:
    answer = assistant.answer("Perpres 130/2024 soal tata kelola penempatan: prinsip utamanya apa saja?").answer
    assert "kepastian hukum dan regulasi" in answer
    assert "koordinasi multipihak" in answer


def test_several_of_a_kind_are_not_told_by_the_highest_year(assistant: Assistant) -> None:
    answer = assistant.answer("5 negara penyumbang remitansi paling gede?").answer
    assert "Singapura" in answer
    assert "75,1" not in answer


def test_the_highest_year_of_a_series_is_told_where_it_is_asked(assistant: Assistant) -> None:
    assert "tahun 2024" in assistant.answer("remitansi terbesar dari Malaysia itu tahun berapa?").answer


def test_the_indicators_of_an_office_are_listed(assistant: Assistant) -> None:
    answer = assistant.answer("Indikator kinerja kegiatan Biro Hukum apa saja?").answer
    assert "Ada **5**" in answer
    assert "JDIH" in answer
