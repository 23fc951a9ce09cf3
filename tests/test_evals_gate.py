"""The shipped sets against the shipped gate, over the real plan: an answer that got worse stops a change here."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from assistant.answer import Assistant
from evals.datasets import load_datasets, select
from evals.gate import judge_gate, read_gate
from evals.report_models import Report
from evals.workbench import Options, evaluate_sets

GATE = Path(__file__).parents[1] / "evals" / "gate.toml"
BUDGET_S_PER_500 = 180.0
"""Processor seconds with other tests beside; `renstra eval` says what it takes alone."""
"""Processor seconds, so that a busy machine does not fail the test; on two cores the clock shows less."""


@pytest.fixture(scope="module")
def timed(assistant: Assistant) -> tuple[Report, float]:
    sets = load_datasets(read_gate(GATE).datasets)
    began = time.process_time()
    report = evaluate_sets(assistant.settings, assistant.index, assistant, sets, select(sets), Options())
    return report, time.process_time() - began


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_shipped_sets_pass_the_gate(timed: tuple[Report, float]) -> None:
    verdicts = judge_gate(read_gate(GATE), timed[0].assistant.items)
    assert [verdict.line() for verdict in verdicts if not verdict.passed] == []


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_five_hundred_questions_do_not_take_long(timed: tuple[Report, float]) -> None:
    report, seconds = timed
    assert seconds * 500 / len(report.assistant.items) < BUDGET_S_PER_500


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_no_shipped_question_makes_the_assistant_crash(timed: tuple[Report, float]) -> None:
    assert [(row.id, row.miss_detail) for row in timed[0].assistant.items if row.crashed] == []
