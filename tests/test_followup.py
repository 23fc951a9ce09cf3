"""Follow-ups keep the subject, measure and year that are not replaced; a new subject starts afresh."""

from __future__ import annotations

import pytest

from assistant.answer import Assistant
from assistant.models import Question, Turn

FIGURE = ("target literasi keuangan 2027", "Target tahun 2027: 60.")
MISSIONS = ("sebutkan misi", "Misi: 1. meningkatkan pelindungan pekerja; 2. memperkuat ekonomi keluarga migran; 3. mewujudkan tata kelola")


def ask(assistant: Assistant, text: str, *turns: str) -> Question:
    history = [Turn(role="assistant" if i % 2 else "user", content=content) for i, content in enumerate(turns)]
    return assistant.understanding.read(text, history)


@pytest.mark.parametrize(
    ("text", "standalone"),
    [
        ("kalau 2028?", "kalau 2028? target literasi keuangan"),
        ("how about 2029?", "how about 2029? target literasi keuangan"),
        ("tahun berikutnya?", "tahun 2028? target literasi keuangan"),
        ("berapa anggarannya", "berapa anggarannya literasi keuangan 2027"),
        ("kenapa segitu?", "kenapa segitu? target literasi keuangan 2027"),
        ("dibanding 2025 naik berapa?", "dibanding 2025 naik berapa? target literasi keuangan 2027"),
        ("kalau penempatan nonpemerintah?", "kalau penempatan nonpemerintah? target 2027"),
        ("jelaskan lagi", "jelaskan lagi target literasi keuangan 2027"),
    ],
)
def test_what_is_missing_comes_from_the_question_before(assistant: Assistant, text: str, standalone: str) -> None:
    read = ask(assistant, text, *FIGURE)
    assert read.standalone == standalone
    assert read.from_history


@pytest.mark.parametrize(
    "text",
    [
        "P4MI itu apa sih",
        "sebutkan misi KP2MI",
        "terus apa visi kementerian?",
        "apa dasar hukum renstra ini?",
        "targetnya pemulangan 2028 berapa?",
        "siapa menteri yang tanda tangan renstra?",
        "oke. remitansi total 2024 berapa?",
    ],
)
def test_a_new_subject_starts_afresh(assistant: Assistant, text: str) -> None:
    """ "P4MI itu apa sih" took over the subject and year of the question before it."""
    read = ask(assistant, text, *FIGURE)
    assert read.standalone == read.normalised
    assert read.from_history == ()


def test_the_office_is_asked_of_the_same_subject(assistant: Assistant) -> None:
    read = ask(assistant, "unitnya?", *FIGURE)
    assert read.operation == "org_unit"
    assert "literasi keuangan" in read.standalone
    assert read.years == ()


def test_the_question_word_of_before_stays_when_only_the_year_changes(assistant: Assistant) -> None:
    """ "dan yang tahun 2024?" after "ada berapa" was read as a question for prose."""
    read = ask(assistant, "dan yang tahun 2024?", "dokumen kerja sama 2023 ada berapa?", "152 dokumen.")
    assert read.asked == "jumlah"
    assert read.years == (2024,)


def test_another_question_of_the_same_subject_drops_the_measure(assistant: Assistant) -> None:
    read = ask(assistant, "mitigasinya apa?", "status risiko TPPO di lampiran 4 berapa?", "20.")
    assert "status" not in read.standalone
    assert read.measures == ()
    assert "TPPO" in read.standalone


def test_what_the_earlier_question_said_of_its_subject_goes(assistant: Assistant) -> None:
    read = ask(assistant, "wilayah kerjanya mana aja?", "BP3MI Kalimantan Selatan kantornya di kota apa?", "Banjarbaru.")
    assert read.standalone == "wilayah kerjanya mana saja? BP3MI Kalimantan Selatan"


def test_a_program_takes_the_place_of_a_program(assistant: Assistant) -> None:
    read = ask(assistant, "kalau program penempatan?", "alokasi program dukungan manajemen 2029?", "Rp1.")
    assert read.standalone == "kalau program penempatan? alokasi 2029"


def test_a_country_takes_the_place_of_a_country(assistant: Assistant) -> None:
    read = ask(assistant, "kalau Taiwan?", "jumlah pmi di Malaysia 2024", "5.")
    assert "Malaysia" not in read.standalone
    assert "jumlah pmi" in read.standalone
    assert read.years == (2024,)


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("jelaskan yang kedua", "memperkuat ekonomi keluarga migran"),
        ("yang ke-2 maksudnya apa", "memperkuat ekonomi keluarga migran"),
        ("nomor 3 maksudnya?", "mewujudkan tata kelola"),
        ("yang terakhir?", "mewujudkan tata kelola"),
        ("explain the second one", "memperkuat ekonomi keluarga migran"),
    ],
)
def test_an_item_of_the_last_answer_is_meant(assistant: Assistant, text: str, item: str) -> None:
    read = ask(assistant, text, *MISSIONS)
    assert item in read.standalone
    assert "meningkatkan pelindungan" not in read.standalone


def test_an_ordinal_without_a_list_stays(assistant: Assistant) -> None:
    assert "yang kedua" in ask(assistant, "yang kedua?", "apa visi", "Visinya satu kalimat saja.").standalone


def test_a_year_of_the_answer_counts_when_no_question_had_one(assistant: Assistant) -> None:
    read = ask(assistant, "berapa anggarannya di tahun itu?", "target tertinggi literasi keuangan", "Tahun 2028: 85.")
    assert read.years == (2028,)


def test_back_to_an_earlier_subject_over_many_turns(assistant: Assistant) -> None:
    turns = ["berapa target SPIP 2026", "3,5", "2027?", "3,6", "kalau opini BPK?", "WTP", "unitnya siapa?", "Biro Keuangan"]
    read = ask(assistant, "balik ke SPIP, 2029 berapa?", *turns)
    assert "SPIP" in read.standalone
    assert "opini" not in read.standalone
    assert read.years == (2029,)
    index = ["indeks pelindungan pmi target 2025?", "57", "oke. remitansi total 2024 berapa?", "Rp251,232 miliar"]
    read = ask(assistant, "balik ke indeks yang tadi, di tahun terakhir renstra jadi berapa?", *index)
    assert "indeks pelindungan" in read.standalone
    assert "remitansi" not in read.standalone
    assert read.years == (2029,)


def test_the_typed_words_stay_in_play(assistant: Assistant) -> None:
    for text in ("kalau 2028?", "unitnya?", "jelaskan lagi"):
        assert ask(assistant, text, *FIGURE).standalone.startswith(text)


def test_without_history_nothing_is_filled_in(assistant: Assistant) -> None:
    assert ask(assistant, "kalau 2028?").from_history == ()


@pytest.mark.parametrize(
    ("text", "years"),
    [("tahun depannya malah jadi berapa?", (2028,)), ("setahun sebelum itu?", (2026,)), ("setahun setelah itu?", (2028,))],
)
def test_years_told_from_the_last_one(assistant: Assistant, text: str, years: tuple[int, ...]) -> None:
    assert ask(assistant, text, *FIGURE).years == years


def test_others_are_others_of_the_same_thing(assistant: Assistant) -> None:
    read = ask(assistant, "lembaga lain yang dilibatkan siapa saja?", "Permen jaminan sosial PMI itu bidang apa?", "Bidang pelindungan.")
    assert "jaminan sosial" in read.standalone


def test_another_country_takes_the_place_of_the_one_before(assistant: Assistant) -> None:
    history = [Turn(role="user", content="MoU sama Malaysia itu tentang apa ya?"), Turn(role="assistant", content="Sektor domestik.")]
    assert "Korea" in assistant.run_offline("kalo yang sama Korsel soal apa?", history)[0].answer


def test_a_new_subject_without_evidence_does_not_take_the_old_one_up(assistant: Assistant) -> None:
    history = [Turn(role="user", content="target literasi keuangan 2027"), Turn(role="assistant", content="60 persen.")]
    assert assistant.run_offline("siapa presiden Amerika?", history)[0].abstained
