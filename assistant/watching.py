"""Counts a model's calls, tokens and time, and keeps what was sent for the administrator."""

from __future__ import annotations

import datetime
import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import LLMResult

from assistant.guard import Meter, Sent
from ingest.settings import Settings

if TYPE_CHECKING:
    from assistant.model_run import Run


class Watcher(BaseCallbackHandler):
    def __init__(self, run: Run, settings: Settings, meter: Meter) -> None:
        self.run = run
        self.settings = settings
        self.meter = meter
        self.began: dict[UUID, float] = {}

    def on_chat_model_start(self, serialized: dict[str, Any], messages: list[list[BaseMessage]], *, run_id: UUID, **more: Any) -> None:
        self.began[run_id] = time.perf_counter()
        self.run.calls += 1
        self.meter.sent.append(
            Sent(
                when=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"), model=self.settings.llm,
                server=self.settings.llm_base_url, question=self.run.session.question.text,
                messages=tuple(f"{m.type}: {m.text}" for batch in messages for m in batch),
            )
        )  # fmt: skip

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **more: Any) -> None:
        self.ended(run_id)
        for batch in response.generations:
            for generation in batch:
                usage = getattr(getattr(generation, "message", None), "usage_metadata", None) or {}
                self.run.tokens += int(usage.get("total_tokens", 0))

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **more: Any) -> None:
        self.ended(run_id)

    def close(self) -> None:
        """Calls that were broken off end here."""
        for run_id in list(self.began):
            self.ended(run_id)

    def ended(self, run_id: UUID) -> None:
        began = self.began.pop(run_id, None)
        if began is not None:
            self.run.model_seconds += time.perf_counter() - began
