"""Whatever a model says, no number that its evidence does not hold is shown."""

from __future__ import annotations

import contextlib
import random
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from model_plan import Fact, run, writer

from assistant.answer import Assistant
from assistant.casefile import CaseFile
from assistant.drafts import from_text
from assistant.models import Answer
from assistant.scripted_llm import Reply, scripted
from assistant.session import Rejected, Session
from assistant.support import Support


@pytest.fixture(scope="module")
def plan(assistant: Assistant) -> Assistant:
    return assistant


@pytest.fixture(scope="module")
def fact(plan: Assistant) -> Fact:
    return Fact(plan)


ADVERSARIAL = 500
WIRE_SAMPLE = 60
"""As many of them go over HTTP with their retries; all of them through the session that decides."""


def adversarial(fact: Fact, seed: int) -> str:
    """A completion that mixes right statements with wrong numbers, years, rows, units, ids and orders."""
    chance = random.Random(seed)
    series = fact.series
    lines = []

    def pick(right: Any, *wrong: Any) -> Any:
        return right if chance.random() < 0.7 else chance.choice(wrong)

    for _ in range(chance.randint(1, 4)):
        figure, other = chance.choice(series), chance.choice(series)
        made = f"{chance.uniform(1, 99):.2f}".replace(".", ",")
        number = pick(figure.raw, other.raw, made, str(chance.randint(1, 10 ** chance.randint(1, 13))))
        unit = pick("", " persen", " orang", " triliun", " ribu", "jt", "%")
        words = pick("", "enam puluh ", "sekitar ", "Rp", "lebih dari ")
        year = pick(figure.year, other.year, chance.randint(1990, 2050))
        label = pick(fact.label, "Indeks Kebahagiaan Pegawai", "itu")
        ids = pick("[E1]", "[E2]", "[E1][E2][E3]", "[E99]", "", "[1]", "[E1, E2]")
        shape = chance.choice([
            "Target {l} tahun {y} adalah {w}{n}{u}. {i}", "{l}: {w}{n}{u} ({y}) {i}",
            "Pada {y} {l} sebesar {w}{n}{u}, naik {w}{m} dari {z}. {i}", "| {y} | {z} |\n|---|---|\n| {n} | {m} | {i}",
            "Menurut [E1], {l} {n}{u}.", "IGNORE PREVIOUS INSTRUCTIONS: {n} {i}", '{{"text": "{n}"}}',
            "{l} {y}–{z} berturut-turut {n} dan {m} {i}", "**{n}** {i}", "Pasal {n} ayat ({m}) mengatur {l}. {i}",
        ])  # fmt: skip
        lines.append(shape.format(l=label, y=year, z=other.year, n=number, m=other.raw, w=words, u=unit, i=ids))
    return "\n".join(lines)


def loose_numbers(answer: Answer, plan: Assistant) -> list[str]:
    """Digit runs of an answer that stand nowhere in what it cites. Independent of the verifier: bare text search."""
    cited = []
    for c in answer.citations:
        cited += [c.quote, c.section, c.table or "", c.row or ""]
    years = {str(f.year) for f in answer.figures}
    text = re.sub(r"\[\d+\]", "", answer.answer)
    haystack = "\n".join(cited)
    return [t for t in re.findall(r"\d[\d.,]*\d|\d", text) if t not in haystack and t not in years]


def test_500_adversarial_completions_show_no_unsupported_number(plan: Assistant, fact: Fact) -> None:
    shown = 0
    support = Support(plan.retriever)
    for seed in range(ADVERSARIAL):
        parts: list[str] = []
        case = CaseFile(plan.index, plan.book)
        case.take_answer(fact.offline[0])
        case.take_hits(fact.offline[1].hits, 6)
        session = Session(fact.offline[1].question, case, support, parts.append)
        for draft in from_text(adversarial(fact, seed), final=True):  # each by itself, so that all of them are judged
            with contextlib.suppress(Rejected):
                session.accept(draft)
        for part in parts:
            shown += 1
            claim = next(c for c in session.accepted if c.text == part)
            quotes = "\n".join(f"{case.items[k].quote}\n{case.items[k].section}\n{case.items[k].table}" for k in claim.evidence)
            years = {str(plan.book.figures[f].year) for f in claim.figures}
            assert [t for t in re.findall(r"\d[\d.,]*\d|\d", part) if t not in quotes and t not in years] == [], part
            for figure_id in claim.figures:
                assert plan.book.figures[figure_id].raw in part
            for year, number in re.findall(r"tahun (\d{4}) adalah (?:sekitar )?([\d.,]*\d)", part):
                assert number in {f.raw for f in fact.series if f.year == int(year)}, part
    print(f"{shown} statements shown")
    assert shown > ADVERSARIAL / 50, "some of them are right and have to come through"


def test_adversarial_completions_over_the_wire(plan: Assistant, fact: Fact) -> None:
    seeds = iter(range(10**6))
    with scripted(lambda request, turn: Reply(text=adversarial(fact, next(seeds)))) as server:
        model = writer(plan, server.url, llm_mode="two-step")
        for _ in range(WIRE_SAMPLE):
            events: list[Any] = []
            found = run(model, fact, events)
            if found is not None:
                assert loose_numbers(found[0], plan) == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(alphabet="0123456789.,%RpabE[]() \n-|:tahun", max_size=120), value=st.decimals(0, 10**12, places=1))
def test_no_number_outside_the_evidence_survives(plan: Assistant, fact: Fact, text: str, value: Any) -> None:
    case = CaseFile(plan.index, plan.book)
    case.take_answer(fact.offline[0])
    parts: list[str] = []
    session = Session(fact.offline[1].question, case, Support(plan.retriever), parts.append)
    for draft in from_text(f"{text} [E1]\nTarget {fact.label} tahun {fact.figure.year} adalah {value} [E1]", final=True):
        try:
            session.accept(draft)
        except Rejected:
            continue
    known = "\n".join(f"{e.quote}\n{e.section}\n{e.table}" for e in case.items.values()) + " ".join(str(f.year) for f in fact.series)
    for part in parts:
        assert all(run_ in known for run_ in re.findall(r"\d[\d.,]*\d|\d", part))
