"""One run at a time writes an index: two that add a document each would otherwise leave only one of them."""

from __future__ import annotations

import contextlib
import fcntl
from collections.abc import Callable, Iterator
from pathlib import Path

LOCK = "lock"


@contextlib.contextmanager
def alone(index: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the index folder for writing; calls `waiting` once where another run holds it. A run that dies lets go of it.

    Where the folder cannot be written nothing is held: the run itself says so when it comes to write.
    """
    with contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):
            index.mkdir(parents=True, exist_ok=True)
            file = held.enter_context((index / LOCK).open("w", encoding="utf-8"))
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                waiting()
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
