"""Telling how far a run is, on standard error: a bar for people, or one JSON object a line for a program."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import Any, TextIO

from evals.datasets import Item
from evals.runner import OnDone
from evals.score import Editions, Prediction, judge


class Progress:
    """`kind`: bar, jsonl or none.

    JSON lines: {"event": "question", "done", "total", "id", "correct", "status", "crash", "ms"} for each finished
    question, {"event": "step", "name", "done", "total"} for slow steps, {"event": "end", ...} at the end.
    """

    def __init__(self, kind: str, items: Mapping[str, Item], stream: TextIO | None = None) -> None:
        self.kind = kind
        self.items = items
        self.stream = stream or sys.stderr
        self.done = 0
        self.right = 0
        self.bar: Any = None

    def for_editions(self, editions: Editions) -> OnDone:
        """The callback for a finished question; its score is worked out here, from the same rule."""

        def finished(prediction: Prediction, seconds: float) -> None:
            correct = judge(self.items[prediction.id], prediction, editions).correct
            self.done += 1
            self.right += correct
            if self.kind == "jsonl":
                self.tell(
                    "question",
                    done=self.done,
                    total=len(self.items),
                    id=prediction.id,
                    correct=correct,
                    status=prediction.status,
                    crash=prediction.crash,
                    ms=prediction.latency_ms,
                )
            elif self.kind == "bar":
                self._bar("pertanyaan", self.done, len(self.items))
                self.bar.set_postfix_str(f"benar {self.right}", refresh=False)

        return finished

    def step(self, name: str, done: int, total: int) -> None:
        if self.kind == "jsonl":
            self.tell("step", name=name, done=done, total=total)
        elif self.kind == "bar":
            self._bar(name, done, total)

    def end(self, **facts: object) -> None:
        if self.bar is not None:
            self.bar.close()
        if self.kind == "jsonl":
            self.tell("end", **facts)

    def tell(self, event: str, **facts: object) -> None:
        print(json.dumps({"event": event, **facts}, ensure_ascii=False), file=self.stream, flush=True)

    def _bar(self, name: str, done: int, total: int) -> None:
        from tqdm import tqdm

        if self.bar is None or self.bar.desc != f"{name}: ":
            if self.bar is not None:
                self.bar.close()
            self.bar = tqdm(total=total, desc=name, file=self.stream, leave=False, disable=not self.stream.isatty())
            self.bar.desc = f"{name}: "
        self.bar.update(done - self.bar.n)
