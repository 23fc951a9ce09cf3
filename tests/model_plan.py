"""A model writer over the shipped plan that talks to a scripted server, and a figure of the plan to ask it for."""

from __future__ import annotations

import re
import threading
from typing import Any

from assistant.answer import Assistant
from assistant.guard import Breaker, Line
from assistant.model_writer import NOTE, ModelWriter
from assistant.models import Answer, Trace
from assistant.scripted_llm import ScriptedLLM


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
