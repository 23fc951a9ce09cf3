"""A run with a language model beside the same questions without one: what it costs, what it changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.models import Answer, Trace, Turn
from evals.compare import mcnemar
from evals.report import number_said
from evals.results import ItemResult

if TYPE_CHECKING:
    from assistant.answer import Assistant

OFFLINE, OFFLINE_LABEL = "offline", "tanpa model"


class WithoutModel:
    """The same assistant, its language model left out."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant

    def run(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        return self.assistant.run_offline(question, history)


def cost_notes(rows: Sequence[ItemResult], offline: Sequence[ItemResult]) -> list[str]:
    """For the head of a report: the whole cost, why answers came without the model, what it made better or worse."""
    asked = [row for row in rows if row.model_calls is not None]
    calls, tokens = sum(r.model_calls or 0 for r in asked), sum(r.model_tokens or 0 for r in asked)
    seconds = sum(r.model_ms or 0.0 for r in asked) / 1000
    written = sum(r.mode == "model" for r in asked)
    troubles = Counter(r.model_trouble for r in asked if r.model_trouble)
    reasons = ", ".join(f"{kind} {n}" for kind, n in troubles.most_common())
    before = {row.id: row.correct for row in offline}
    better = sum(r.correct and not before[r.id] for r in rows)
    worse = sum(before[r.id] and not r.correct for r in rows)
    return [
        f"Model ditanya untuk {len(asked)} dari {len(rows)} pertanyaan dan menulis {written} jawaban; sisanya jawaban langsung"
        + (f" ({reasons})." if reasons else "."),
        f"Biaya model: {number_said(calls)} panggilan, {number_said(tokens)} token, {number_said(seconds, 1)} detik.",
        f"Dibanding tanpa model: {better} membaik, {worse} memburuk (uji McNemar eksak p = {number_said(mcnemar(better, worse), 4)}).",
    ]
