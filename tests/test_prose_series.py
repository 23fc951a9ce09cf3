"""Sums, averages and changes over numbers that stand in sentences, not in a table."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Assistant
from assistant.prose_series import pairs
from ingest.numerals import find_numbers, format_number

COUNTS = st.lists(st.integers(1, 99_999), min_size=2, max_size=5)


def ask(assistant: Assistant, question: str) -> str:
    return assistant.run_offline(question)[0].answer


def said(assistant: Assistant, line: int, position: int) -> Decimal:
    """A number of a line of the plan, as the plan prints it."""
    source = assistant.index.documents[0].source
    numbers = [n for n in find_numbers(source.text[source.lines[line - 1].start : source.lines[line - 1].end]) if n.unit != "tahun"]
    return numbers[position].value


def test_documents_of_five_years_are_added_up_across_a_paragraph_that_a_page_cuts(assistant: Assistant) -> None:
    total = sum((said(assistant, 590, n) for n in range(4)), said(assistant, 592, 0))
    answer = ask(assistant, "total PKS dalam negeri selama lima tahun 2020-2024 ada berapa?")
    assert f"**{format_number(total)} dokumen**" in answer
    assert "2024: 42 dokumen" in answer


def test_an_average_of_percentages_leaves_the_number_of_a_disease_out(assistant: Assistant) -> None:
    source = assistant.index.documents[0].source
    text = source.text[source.lines[675].start : source.lines[675].end]
    percentages = [n.value for n in find_numbers(text) if n.unit == "persen"]
    mean = (sum(percentages, Decimal(0)) / len(percentages)).quantize(Decimal("0.01"))
    assert len(percentages) == 5
    assert f"**{format_number(mean)} persen**" in ask(assistant, "Rata-rata TPT agustus 2020-2024 berapa persen?")


def test_a_change_of_one_country_takes_that_country_only(assistant: Assistant) -> None:
    answer = ask(assistant, "remitansi dari Malaysia naik berapa dari 2020 ke 2024?")
    assert "38,14 miliar (tahun 2020)" in answer and "75,1 miliar (tahun 2024)" in answer


def test_what_fell_is_not_said_to_rise(assistant: Assistant) -> None:
    assert ask(assistant, "remitansi tahun 2021 naik berapa dari 2020?").startswith("Turun")


@pytest.mark.parametrize("question", ["total remitansi 2018-2022 berapa?", "rata-rata remitansi 2024 sampai 2027?"])
def test_a_year_that_the_text_does_not_tell_gives_no_sum(assistant: Assistant, question: str) -> None:
    assert not ask(assistant, question).startswith(("Jumlah", "Rata-rata 20"))


@given(COUNTS)
def test_each_number_goes_with_the_year_beside_it(counts: list[int]) -> None:
    told = [(2020 + i, n) for i, n in enumerate(counts)]
    before = ", ".join(f"{format_number(Decimal(n))} orang pada tahun {year}" for year, n in told)
    after = ", ".join(f"pada tahun {year} sebanyak {format_number(Decimal(n))} orang" for year, n in told)
    for sentence in (f"Jumlahnya {before}.", f"Jumlahnya {after}."):
        assert [(t.year, t.value) for t in pairs(sentence, 0)] == [(year, Decimal(n)) for year, n in told]


@pytest.mark.parametrize(
    "sentence", ["Pada tahun 2020 ada 10 orang dan 12 kasus.", "Dari 5 menjadi 7 orang.", "Tahun 2020 dan 2021 tercatat 9 orang.", ""]
)
def test_a_sentence_without_plain_pairs_gives_none(sentence: str) -> None:
    assert pairs(sentence, 0) == []
