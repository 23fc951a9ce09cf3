"""A streamed answer with a language model: the deterministic answer first, then the model's verified sentences.

The model writes on a thread of its own and hands over steps and verified statements through a queue; when it fails,
is slow or is refused by the verifier, the deterministic answer is shown with a plain note.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.events import Event, Final, Part, Step
from assistant.model_writer import noted, without_model
from assistant.models import Answer, Trace, Turn

if TYPE_CHECKING:
    from assistant.answer import Assistant

TICK = 1.0
"""Seconds without news after which whoever listens is told that the model is still awaited, and may stop."""
BETWEEN = "\n\n"


def stream_with_model(assistant: Assistant, question: str, history: Sequence[Turn], cancel: threading.Event | None) -> Iterator[Event]:
    offline: Final | None = None
    for event in assistant.stream_offline(question, history):
        if isinstance(event, Step):
            yield event
        elif isinstance(event, Final):
            offline = event
    assert offline is not None
    if not assistant.writer.wanted(offline.trace.question, offline.answer):
        yield from shown(offline.answer, offline.trace)
        return
    problem = assistant.writer.prepare()
    if problem:
        yield from shown(noted(offline.answer, f"Model bahasa tidak dapat dipakai: {problem}"), offline.trace)
        return
    yield from written(assistant, history, offline, cancel or threading.Event())


def written(assistant: Assistant, history: Sequence[Turn], offline: Final, cancel: threading.Event) -> Iterator[Event]:
    """What the writer says while it writes. Whoever stops listening stops the writer."""
    events: queue.Queue[Step | Part | None] = queue.Queue()
    result: list[tuple[Answer, Trace]] = []

    def work() -> None:
        try:
            result.append(
                assistant.writer.write(offline.trace.question, history, (offline.answer, offline.trace), lambda e: events.put(e), cancel)
            )
        finally:
            events.put(None)

    threading.Thread(target=work, daemon=True, name="penulis").start()
    began, parts = time.monotonic(), 0
    try:
        while True:
            try:
                item = events.get(timeout=TICK)
            except queue.Empty:
                yield Step(f"Menunggu model bahasa: {time.monotonic() - began:.0f} s", name="menunggu")
                continue
            if item is None:
                break
            if isinstance(item, Part):
                item = Part((BETWEEN if parts else "") + item.text)
                parts += 1
            yield item
    finally:
        cancel.set()
    # a writer that broke has shown its own traceback; the person gets the deterministic answer
    answer, trace = result[0] if result else without_model((offline.answer, offline.trace), "gagal")
    if parts == 0 or trace.model_trouble:
        yield Part((BETWEEN if parts else "") + answer.answer)
    yield Final(answer, trace)


def shown(answer: Answer, trace: Trace) -> Iterator[Event]:
    yield Part(answer.answer)
    yield Final(answer, trace)
