"""A streamed answer with a language model: the deterministic answer first, then the model's verified sentences.

The model writes on a thread of its own and hands over steps and verified statements through a queue; when it fails,
is slow or is refused by the verifier, the deterministic answer is shown with a plain note.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.events import Event, Final, Part, Step
from assistant.models import Answer, Trace, Turn

if TYPE_CHECKING:
    from assistant.answer import Assistant

NOTE = "Model bahasa tidak dapat dipakai untuk jawaban ini; yang tampil adalah jawaban langsung dari dokumen."
Written = tuple[Answer, Trace] | None


def stream_with_model(assistant: Assistant, question: str, history: Sequence[Turn], cancel: threading.Event | None) -> Iterator[Event]:
    offline: Final | None = None
    for event in assistant.stream_offline(question, history):
        if isinstance(event, Step):
            yield event
        elif isinstance(event, Final):
            offline = event
    assert offline is not None
    if offline.answer.abstained:
        yield from shown(offline.answer, offline.trace)
        return
    problem = assistant.writer.prepare()
    if problem:
        yield from shown(noted(offline.answer, f"Model bahasa tidak dapat dipakai: {problem}"), offline.trace)
        return
    events: queue.Queue[Step | Part | None] = queue.Queue()
    written: list[Written] = [None]

    def work() -> None:
        try:
            written[0] = assistant.writer.write(
                offline.trace.question, history, (offline.answer, offline.trace), lambda e: events.put(e), cancel
            )
        finally:
            events.put(None)

    thread = threading.Thread(target=work, daemon=True, name="penulis")
    thread.start()
    parts = 0
    while (item := events.get()) is not None:
        parts += isinstance(item, Part)
        yield item
    thread.join()
    result = written[0]
    if result is None:
        yield from shown(noted(offline.answer, NOTE), offline.trace)
    elif parts == 0:
        yield from shown(*result)
    else:
        yield Final(*result)


def noted(answer: Answer, note: str) -> Answer:
    return answer.model_copy(update={"warnings": (*answer.warnings, note)})


def shown(answer: Answer, trace: Trace) -> Iterator[Event]:
    yield Part(answer.answer)
    yield Final(answer, trace)
