"""One answer on its way: what the worker thread and the waiting caller share, and reading an agent's stream."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from assistant.drafts import DraftClaim, Jawaban, from_arguments, from_text
from assistant.events import Part, Step
from assistant.guard import ModelTrouble
from assistant.session import Session

MAX_TOKENS = 60_000
"""Tokens in and out for one answer."""
VERBS = {
    "cari_angka": "Mencari angka", "cari_teks": "Mencari teks", "baca_bagian": "Membaca", "daftar_isi": "Melihat daftar",
    "hitung": "Menghitung",
}  # fmt: skip


class Run:
    """One answer on its way: what the worker thread and the waiting caller share."""

    def __init__(self, session: Session, deadline: float) -> None:
        self.session = session
        self.deadline = deadline
        self.stop = threading.Event()
        self.events: queue.Queue[Step | Part | ModelTrouble | None] = queue.Queue()
        self.calls = 0
        self.tokens = 0
        self.model_seconds = 0.0
        self.blocked_seconds = 0.0
        self.prompt_version = ""

    def step(self, name: str, text: str) -> None:
        self.events.put(Step(name=name, text=text))

    @contextmanager
    def blocking(self) -> Iterator[None]:
        """Around work during which the model's stream waits to be read: that time is not the model's."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.blocked_seconds += time.perf_counter() - began

    def check(self) -> None:
        if self.stop.is_set():
            raise ModelTrouble("dihentikan")
        if self.tokens > MAX_TOKENS:
            self.stop.set()  # the call that is under way ends too
            raise ModelTrouble("batas token")


STATEMENT_ENDS = frozenset("{}]")
"""Without one of these in what came, no statement of the answer's JSON has come to its end."""


class AgentReader:
    """Follows an agent's stream: steps for the person, statements for the session."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.arguments: dict[tuple[str, int], str] = {}
        self.names: dict[tuple[str, int], str] = {}
        self.drafts: list[DraftClaim] | None = None
        self.text = ""

    def read(self, mode: str, chunk: Any) -> None:
        if mode == "messages":
            self.message(chunk[0])
        else:
            for update in chunk.values():
                self.update(update or {})

    def message(self, message: Any) -> None:
        for part in getattr(message, "tool_call_chunks", None) or ():
            key = (message.id or "", part.get("index") or 0)
            if key not in self.names:
                self.names[key] = part.get("name") or ""
                if self.names[key] == Jawaban.__name__:
                    self.run.session.restart()  # a call repeated after a failure starts its answer anew
            more = part.get("args") or ""
            self.arguments[key] = self.arguments.get(key, "") + more
            if self.names[key] == Jawaban.__name__ and not STATEMENT_ENDS.isdisjoint(more):
                self.run.session.offer(from_arguments(self.arguments[key]))

    def update(self, update: Any) -> None:
        if not isinstance(update, dict):
            return
        if isinstance(update.get("structured_response"), Jawaban):
            self.drafts = list(update["structured_response"].claims)
        for message in update.get("messages", ()):
            for call in getattr(message, "tool_calls", ()) or ():
                if call["name"] != Jawaban.__name__:
                    self.run.step("alat", describe(call["name"], call["args"]))
            if message.type == "ai" and isinstance(message.text, str) and not message.tool_calls:
                self.text = message.text

    def end(self) -> None:
        if self.drafts is None:
            found = from_text(self.text, final=True)
            if not any(draft.evidence for draft in found):
                raise ModelTrouble("tanpa alat", self.text[:200])
            self.drafts = found
        if [c.text for c in self.run.session.accepted] != [d.text.strip() for d in self.drafts[: self.run.session.taken]]:
            self.run.session.restart()
        self.run.session.offer(self.drafts)


def describe(tool: str, arguments: dict[str, Any]) -> str:
    about = str(arguments.get("indicator") or arguments.get("query") or arguments.get("part") or arguments.get("kind") or "")[:80]
    return f"{VERBS.get(tool, tool)}: {about}" if about else VERBS.get(tool, tool)
