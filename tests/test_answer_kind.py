"""What kind of thing is asked for, and whether an answer holds one: years, laws and list numbers are no quantities."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Assistant
from assistant.answer_kind import asked_kinds, holds, quantities
from ingest.terms import fold


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("berapa persen pmi yang berangkat lewat perusahaan?", "percent"),
        ("tanggal berapa peraturan ini ditetapkan?", "day"),
        ("dasarnya perpres nomor berapa?", "rule"),
        ("diatur di pasal berapa?", "article"),
        ("plafon pinjamannya berapa?", "money"),
        ("link pendaftarannya apa?", "link"),
        ("nomor hotline pengaduan", "phone"),
        ("sejak kapan badan ini ada?", "date"),
        ("ada berapa balai di daerah?", "quantity"),
        ("how many nurses work abroad?", "quantity"),
    ],
)
def test_the_kind_that_is_asked_for_is_told(question: str, kind: str) -> None:
    assert kind in asked_kinds(fold(question))


@pytest.mark.parametrize("question", ["apa visi kementerian?", "jelaskan arah kebijakan ketiga", "kenapa target belum tercapai?"])
def test_a_question_for_words_asks_for_no_kind(question: str) -> None:
    assert asked_kinds(fold(question)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Peraturan Menteri Nomor 12 Tahun 2025 tentang Penyelenggaraan Penilaian Kompetensi",
        "ditetapkan pada tanggal 10 Oktober 2025",
        "periode 2025-2029",
        "1) penguatan sinergi antarlembaga",
        "tercantum dalam Lampiran 1 dan Tabel 4",
        "pandemi Covid-19",
    ],
)
def test_years_laws_and_list_numbers_are_no_quantities(text: str) -> None:
    assert quantities(fold(text)) == []
    assert not holds("quantity", fold(text))


@pytest.mark.parametrize(
    "text", ["sebanyak 2.298 perawat", "hampir setengahnya nonprosedural", "setingkat eselon III", "opini WTP", "23 balai"]
)
def test_counts_shares_ranks_and_grades_are_quantities(text: str) -> None:
    assert holds("quantity", fold(text))


@given(st.text(max_size=300))
def test_any_text_is_looked_at_without_an_error(text: str) -> None:
    for kind in (*asked_kinds(fold(text)), "quantity", "link", "day"):
        holds(kind, fold(text))


@pytest.mark.parametrize(
    "question",
    [
        "plafon kredit usaha rakyat maksimal berapa juta?",
        "pagu Kementerian Kesehatan tahun 2027 berapa?",
        "peraturan ini diundangkan tanggal berapa?",
    ],
)
def test_a_quantity_that_the_plan_lacks_is_refused_however_near_the_words_are(assistant: Assistant, question: str) -> None:
    assert assistant.run_offline(question)[0].abstained


def test_the_day_of_enactment_is_told(assistant: Assistant) -> None:
    answer = assistant.run_offline("peraturan ini ditetapkan tanggal berapa?")[0]
    assert "10 Oktober 2025" in answer.answer


def test_an_asked_list_comes_whole_and_not_item_by_item(assistant: Assistant) -> None:
    answer = assistant.run_offline("sebutkan unsur pengukur survei kepuasan masyarakat")[0].answer
    assert all(word in answer for word in ("persyaratan", "waktu penyelesaian", "perilaku pelaksana", "sarana dan prasarana"))


def test_a_row_of_figures_does_not_hide_the_sentence_that_gives_the_reason(assistant: Assistant) -> None:
    answer = assistant.run_offline("kenapa capaian produktivitas upah PMI meleset dari target?")[0]
    assert not answer.abstained
    assert "Covid" in answer.answer
