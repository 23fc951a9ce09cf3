"""One answer at work on a thread of its own, so that the page draws its status meanwhile and can be stopped at any time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from assistant.events import Event
from assistant.models import Turn

if TYPE_CHECKING:
    from assistant.answer import Assistant


class Running:
    """Begins at once; iterate over its events. What the assistant raises comes out of the iteration.

    Whoever leaves the iteration early (a stopped page) thereby cancels the work.
    """

    def __init__(self, assistant: Assistant, question: str, history: Sequence[Turn]) -> None:
        self.cancel = threading.Event()
        self._came: queue.Queue[Event | Exception | None] = queue.Queue()
        threading.Thread(target=self._work, args=(assistant, question, history), daemon=True, name="answer").start()

    def _work(self, assistant: Assistant, question: str, history: Sequence[Turn]) -> None:
        try:
            for event in assistant.stream(question, history, self.cancel):
                self._came.put(event)
                if self.cancel.is_set():
                    break
        except Exception as error:
            self._came.put(error)
        finally:
            self._came.put(None)

    def __iter__(self) -> Iterator[Event]:
        try:
            while (item := self._came.get()) is not None:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.cancel.set()
