"""What is put into an answer: the whole list or the one row, both sides of a comparison, the number of what was asked. Real plan."""

from __future__ import annotations

import pytest

from assistant.answer import Assistant
from assistant.models import Turn
from assistant.sentences import cover, split_sentences


def cited(assistant: Assistant, question: str, history: tuple[Turn, ...] = ()) -> tuple[str, set[int]]:
    answer = assistant.answer(question, history)
    return answer.answer, {line for c in answer.citations for line in range(c.lines[0], c.lines[1] + 1)}


@pytest.mark.parametrize(
    ("symptom", "question", "line", "said"),
    [
        ("two names of a long list were taken for the list", "susunan organisasi kementerian: staf ahli dan unitnya siapa saja, lengkap", 1565, "Inspektorat"),
        ("a town that the plan names once was no place", "bp3mi sumatera barat kantornya di kota mana", 1377, "Padang"),
        ("only the sentence before the list was shown", "tiga aspek yang dipadukan desa migran emas itu apa", 1411, "hukum"),
        ("the list of another field was shown", "peraturan apa saja yang akan dibentuk di bidang pelindungan", 1494, "Siber"),
        ("a law asked for by 'berapa' was taken for a count", "rencana induk perbatasan negara diatur perpres berapa?", 823, "118 Tahun 2022"),
        ("the title was shown instead of the signature", "kapan peraturan renstra ini ditetapkan dan oleh siapa?", 62, "10 Oktober 2025"),
        ("a wrong name kept the signature from being shown", "permen renstra ini diteken Pak Budi Santoso tanggal berapa?", 62, "Mukhtarudin"),
        ("the acronym was told instead of the word in it", "'Empati' di PROTEKSI artinya apa?", 1028, "peduli"),
        ("all risks were listed where one row's cell is asked", "mitigasi risiko remitansi turun di lampiran 4 apa saja", 2524, "sektor formal"),
        ("a heading of an outline was not gone below", "ancaman dari luar menurut SWOT apa saja?", 899, "data"),
        ("who else takes part was not told from who is responsible", "Which outside institutions are involved in the gratuity control rule?", 2438, "Korupsi"),
        ("one of two countries was told", "remitansi Malaysia sama Arab Saudi tahun 2024, besar mana?", 664, "63,56"),
        ("a year due stood in a column of numbers", "RPP pelaksanaan UU 18/2017 kapan ditargetkan selesai?", 2401, "2026"),
        ("English was not understood", "Which coordinating ministry oversees the ministry?", 1518, "Pemberdayaan Masyarakat"),
    ],
)  # fmt: skip
def test_the_answer_holds_what_was_asked(assistant: Assistant, symptom: str, question: str, line: int, said: str) -> None:
    text, lines = cited(assistant, question)
    assert said.lower() in text.lower(), symptom
    assert line in lines, symptom


@pytest.mark.parametrize(
    "question",
    [
        "jumlah jenazah PMI yang dipulangkan selama 2023",
        "Berapa PMI yang meninggal dunia sepanjang 2024?",
        "jumlah pengaduan yang dilayani tahun 2023",
    ],
)
def test_a_number_of_something_else_is_no_answer(assistant: Assistant, question: str) -> None:
    assert assistant.answer(question).abstained


def test_one_amendment_with_two_numbers_is_told_with_both(assistant: Assistant) -> None:
    answer = assistant.answer("perubahan UU Kementerian Negara tahun 2024 itu undang-undang nomor berapa?")
    assert "61 Tahun 2024" in answer.answer
    assert "64 Tahun 2024" in answer.answer
    assert answer.warnings


def test_the_year_is_found_in_another_table_that_states_the_same(assistant: Assistant) -> None:
    text, lines = cited(assistant, "target proporsi PMI pada pemberi kerja berbadan hukum tahun 2026 menurut lampiran 2")
    assert "65 persen" in text
    assert 2374 in lines


def test_absent_years_are_told_one_by_one(assistant: Assistant) -> None:
    text, _ = cited(assistant, "target jumlah kerja sama internasional tentang ketenagakerjaan KP 02.09.05 tahun 2035")
    assert "2025-2029" in text or "2025, 2029" in text


def test_outputs_that_add_up_to_more_are_a_warning_not_a_second_allocation(assistant: Assistant) -> None:
    answer = assistant.answer("alokasi kegiatan 8064 tahun 2028 berapa?")
    assert answer.status == "answered"
    assert "Rp3.165.788.000" in answer.answer
    assert any("Rp3.665.788.000" in warning for warning in answer.warnings)


def test_the_parts_of_a_whole_are_added_up_and_shown(assistant: Assistant) -> None:
    answer = assistant.answer(
        "total penempatan PMI semua skema (P3MI, perseorangan, pemerintah, perusahaan sendiri) 2020-2024 berapa orang?"
    )
    assert "894.751" in answer.answer
    assert "797.006" in answer.answer


@pytest.mark.parametrize(
    ("asked", "told", "question", "line"),
    [
        ("target indeks pengelolaan aset 2028?", "2,95", "mundur ke 2026 berapa?", 2095),
        ("berapa PMI yang berangkat lewat P3MI 2020-2024?", "797.006 orang", "terus yang lewat pemerintah ada berapa?", 569),
        ("permen kode etik ASN dipegang unit mana?", "Biro OSDM", "instansi di luar kita yang dilibatkan siapa?", 2412),
    ],
)
def test_a_short_question_goes_on_with_the_one_before(assistant: Assistant, asked: str, told: str, question: str, line: int) -> None:
    history = (Turn(role="user", content=asked), Turn(role="assistant", content=told))
    assert line in cited(assistant, question, history)[1]


def test_sentences_of_both_sides_and_the_number_after_a_name() -> None:
    text = "Terbesar dari Malaysia. Nilainya Rp75 miliar. Lalu Arab Saudi dengan Rp63 miliar. Selebihnya kecil."
    pieces = split_sentences(text)
    assert [s.text for s in cover(pieces, [("malaysia",), ("saud",)], 500)] == [s.text for s in pieces[:3]]
    assert cover(pieces, [("saud",)], 500) == []
    assert cover([], [("saud",)], 500) == []


def test_a_picture_that_is_not_there_excuses_only_what_may_be_in_it(assistant: Assistant) -> None:
    assert "Gambar" not in assistant.answer("Siapa presiden Amerika?").answer
    assert "tidak tersedia" in assistant.answer("Apa isi Gambar 21?").answer
