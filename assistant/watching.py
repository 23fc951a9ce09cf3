"""Counts a model's calls, tokens and time, keeps what was sent for the administrator, and ends calls nobody waits for any more."""

from __future__ import annotations

import datetime
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult

from assistant.guard import Abandoned, Meter, Sent
from ingest.settings import Settings

if TYPE_CHECKING:
    from assistant.model_run import Run

CHARACTERS = 4
"""Characters of a token, roughly: for calls whose count never came, broken off or by a server that tells none."""


@dataclass
class Call:
    began: float
    prompt: int
    """characters sent"""
    written: int = 0
    """tokens that came back"""

    @property
    def tokens(self) -> int:
        return self.prompt // CHARACTERS + self.written


class Watcher(BaseCallbackHandler):
    """A call of an agent runs on a thread that nobody else can reach: what is raised in here is what ends it."""

    def __init__(self, run: Run, settings: Settings, meter: Meter) -> None:
        self.run = run
        self.settings = settings
        self.meter = meter
        self.calls: dict[UUID, Call] = {}

    def on_chat_model_start(self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **more: Any) -> None:
        self.leave_if_nobody_waits()
        sent = tuple(f"{m.type}: {m.text}" for batch in messages for m in batch)
        self.calls[run_id] = Call(time.perf_counter(), sum(map(len, sent)))
        self.run.calls += 1
        self.meter.sent.append(
            Sent(
                when=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), model=self.settings.llm,
                server=self.settings.llm_base_url, question=self.run.session.question.text, messages=sent,
            )
        )  # fmt: skip

    def on_llm_new_token(self, token: Any, *, run_id: UUID, **more: Any) -> None:
        call = self.calls.get(run_id)
        if call is not None:
            before = call.tokens if call.written else 0
            call.written += 1
            self.run.tokens += call.tokens - before  # while it writes: a stream without end has to meet the limit
        self.leave_if_nobody_waits()

    def leave_if_nobody_waits(self) -> None:
        if self.run.stop.is_set():
            raise Abandoned

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **more: Any) -> None:
        messages = [getattr(generation, "message", None) for batch in response.generations for generation in batch]
        told = sum(int((getattr(m, "usage_metadata", None) or {}).get("total_tokens", 0)) for m in messages)
        self.ended(run_id, told)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **more: Any) -> None:
        self.ended(run_id)

    def close(self) -> None:
        """Calls that were broken off end here."""
        for run_id in list(self.calls):
            self.ended(run_id)

    def ended(self, run_id: UUID, told: int = 0) -> None:
        """`told`: tokens by the server's own count, 0 when it gave none."""
        call = self.calls.pop(run_id, None)
        if call is not None:
            self.run.model_seconds += time.perf_counter() - call.began
            estimate = call.tokens if call.written else 0
            self.run.tokens += (told or estimate) - estimate
