"""Questions made from a sample of rows: no answer states a figure of another row, also after all figures were changed."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from assistant.answer import Assistant
from evals.figure_sweep import over_copy, rewritten, sweep

MOST_WRONG = 0.04
"""What is reached; the aim is none."""
EVERY = 45
"""One row of so many; `python -m evals.figure_sweep` runs all of them."""


def verdicts(assistant: Assistant, every: int) -> Counter[str]:
    results = sweep(assistant, every)
    wrong = [(probe.kind, probe.text, answer.answer[:200]) for verdict, probe, answer in results if verdict == "wrong"]
    assert len(wrong) <= MOST_WRONG * len(results), wrong
    return Counter(verdict for verdict, _, _ in results)


def test_no_question_from_a_row_gets_another_rows_figure(assistant: Assistant) -> None:
    found = verdicts(assistant, EVERY)
    assert found["right"] > 0.9 * found.total()


@pytest.mark.skipif(
    not os.environ.get("RENSTRA_TEST_SWEEP"), reason="embeds a whole copy of the plan; run on demand with RENSTRA_TEST_SWEEP=1"
)
@pytest.mark.timeout(1800)
def test_answers_follow_a_copy_with_other_figures(assistant: Assistant, tmp_path: Path) -> None:
    copy = over_copy(assistant, tmp_path, seed=7)
    own = {f.id: f.value for f in assistant.index.figures.figures}
    assert len([f for f in copy.index.figures.figures if f.id not in own]) > 0.7 * len(own)
    found = verdicts(copy, 2 * EVERY)
    assert found["right"] > 0.85 * found.total()


def test_a_rewritten_plan_keeps_its_lines(assistant: Assistant) -> None:
    source = assistant.index.documents[0].source
    lines = rewritten(assistant, 3).split("\n")
    assert len(lines) == len(source.lines)
    changed = [a.text != b for a, b in zip(source.lines, lines, strict=True)]
    assert sum(changed) > 300
