"""A model writer over the shipped plan that talks to a scripted server, and a figure of the plan to ask it for."""

from __future__ import annotations

import re
import threading
from typing import Any

from assistant.answer import Assistant
from assistant.casefile import CaseFile
from assistant.drafts import DraftClaim, unmarked
from assistant.guard import Breaker, Line
from assistant.model_writer import NOTE, ModelWriter
from assistant.models import Answer, Trace
from assistant.rows import TableRow
from assistant.scripted_llm import ScriptedLLM
from assistant.session import Rejected, Session
from assistant.support import Support
from ingest.models import Figure


def writer(assistant: Assistant, url: str, breaker: Breaker | None = None, **more: Any) -> ModelWriter:
    """As `Assistant.writer`, for the server at `url`; loaded, so that only its work counts against the time limit."""
    fields = {"llm": "openai:scripted", "llm_base_url": url, "llm_timeout": 8.0, **more}
    settings = assistant.settings.model_copy(update=fields)
    made = ModelWriter(settings, assistant.index, assistant.lookup, assistant.retriever, Line(breaker or Breaker()))
    assert made.prepare() == ""
    return made


class Fact:
    """A figure of the plan to ask for: its row has one target a year, named without numerals."""

    def __init__(self, plan: Assistant) -> None:
        for entry in plan.book.rows.values():
            series = [f for f in entry.series("target") if f.value is not None and f.year]
            values = {f.raw for f in series}
            if len(values) >= 4 and entry.row.label and not re.search(r"\d", entry.row.label) and len(entry.shown.split()) in range(3, 7):
                self.question = f"berapa target {entry.shown} tahun {series[2].year}?"
                answer, trace = plan.run_offline(self.question)
                if answer.status == "answered" and answer.figures and answer.figures[0].figure_id == series[2].id and not answer.warnings:
                    self.figure, self.series, self.label, self.offline = series[2], series, entry.shown, (answer, trace)
                    return
        raise AssertionError("no such row")

    @property
    def right(self) -> str:
        return f"Target {self.label} tahun {self.figure.year} adalah {self.figure.raw}."

    def wrong(self) -> str:
        return f"Target {self.label} tahun {self.figure.year} adalah {self.figure.raw}7."


def ask(plan: Assistant, fact: Fact, server: ScriptedLLM, events: list[Any] | None = None, **more: Any) -> tuple[Answer, Trace] | None:
    return run(writer(plan, server.url, **more), fact, events)


def run(
    model: ModelWriter, fact: Fact, events: list[Any] | None = None, cancel: threading.Event | None = None
) -> tuple[Answer, Trace] | None:
    """The model's answer; None when it was the deterministic one, which then comes with its note and the reason."""
    answer, trace = fact.offline
    found = model.write(trace.question, (), (answer, trace), (events if events is not None else []).append, cancel)
    if not found[1].model_trouble:
        return found
    assert (found[0].answer, found[0].mode, found[0].warnings) == (answer.answer, answer.mode, (*answer.warnings, NOTE))
    return None


class Stand:
    """A row of the plan with five targets, and a session to offer statements about it to."""

    def __init__(self, plan: Assistant, row: str = "") -> None:
        """`row`: the one to take, whatever its targets are."""
        self.plan = plan
        entry = plan.book.rows[row] if row else next(r for r in plan.book.rows.values() if self.fits(r))
        self.row, self.label, self.series = entry.id, entry.shown, self.targets(entry)
        self.question = plan.run_offline(f"berapa target {self.label} tahun {self.series[2].year}?")[1].question

    @staticmethod
    def targets(entry: TableRow) -> list[Figure]:
        return [f for f in entry.series("target") if f.value is not None and f.year]

    def fits(self, entry: TableRow) -> bool:
        series = self.targets(entry)
        values = [f.value for f in series]
        alone = sum(r.row.label == entry.row.label for r in self.plan.book.rows.values()) == 1
        rising = len(values) == 5 and values == sorted({f.value for f in series if f.value is not None})
        return rising and alone and not series[0].unit and not re.search(r"\d", entry.row.label)

    def shows(self, text: str, language: str = "id") -> bool:
        """Whether a statement that names the row as its evidence is shown."""
        case = CaseFile(self.plan.index, self.plan.book)
        case.take_row(self.row)
        session = Session(self.question.model_copy(update={"language": language}), case, Support(self.plan.retriever), lambda part: None)
        try:
            session.accept(unmarked(DraftClaim(text=text, evidence=("E1",))))
        except Rejected:
            return False
        return True
