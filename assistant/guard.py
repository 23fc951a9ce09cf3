"""Keeping a bad model server from costing anybody time: failures told apart, a circuit breaker, counts, a log of what left.

Breaker and counts belong to the server, not to whoever asks it: `line_to` gives every writer of a process the same ones.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import Field

from assistant.models import Frozen

TRANSIENT = {408, 409, 425, 429, 500, 502, 503, 504}
CONNECTION = {"APIConnectionError", "TransportError", "ConnectionError", "ConnectError", "RemoteProtocolError", "APITimeoutError"}
KEPT = 200


class ModelTrouble(Exception):
    """Why a model's answer is not shown. `kind` is counted and logged; `down` says that the server is to blame."""

    def __init__(self, kind: str, detail: str = "", down: bool = False) -> None:
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind
        self.detail = detail
        self.down = down


class Abandoned(BaseException):
    """Ends a call that nobody waits for any more. No `Exception`: nothing on the way may retry, log or explain it."""


def status_of(error: BaseException) -> int | None:
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def is_connection(error: BaseException) -> bool:
    """Whether a request did not reach the server or broke off; by name, since each provider has classes of its own."""
    return bool({cls.__name__ for cls in type(error).__mro__} & CONNECTION)


def is_transient(error: BaseException) -> bool:
    """Whether asking again may help: busy, rate-limited, broken off."""
    status = status_of(error)
    return status in TRANSIENT if status else is_connection(error)


def trouble_of(error: BaseException) -> ModelTrouble:
    """An exception of a provider or of LangChain in our terms."""
    if isinstance(error, ModelTrouble):
        return error
    status, name = status_of(error), type(error).__name__
    detail = f"{name}: {str(error)[:200]}"
    if status == 429:
        return ModelTrouble("dibatasi", detail, down=True)
    if status in {401, 403}:
        return ModelTrouble("ditolak server", detail, down=True)
    if status and status >= 500:
        return ModelTrouble("server gagal", detail, down=True)
    if "Timeout" in name:
        return ModelTrouble("terlambat", detail, down=True)
    if is_connection(error):
        return ModelTrouble("tak tersambung", detail, down=True)
    if "LimitExceeded" in name or "Recursion" in name:
        return ModelTrouble("terlalu banyak langkah", detail)
    return ModelTrouble("gagal", detail)


class Breaker:
    """Open after `limit` failures in a row: nobody waits for a dead server. After a pause one question tries again.

    Each failed try doubles the pause, up to `longest` seconds.
    """

    def __init__(self, limit: int = 2, pause: float = 30.0, longest: float = 600.0, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit, self.first_pause, self.longest, self.clock = limit, pause, longest, clock
        self._lock = threading.Lock()
        self._failures = 0
        self._pause = pause
        self._until = 0.0
        self._trying = False

    def enter(self) -> str:
        """ "closed" to go on, "trying" for the one probe, "open" to do without."""
        with self._lock:
            if self._failures < self.limit:
                return "closed"
            if self._trying or self.clock() < self._until:
                return "open"
            self._trying = True
            return "trying"

    def success(self) -> None:
        with self._lock:
            self._failures, self._pause, self._trying = 0, self.first_pause, False

    def failure(self, weight: int = 1) -> None:
        with self._lock:
            if self._trying:
                self._pause = min(self._pause * 2, self.longest)
            self._trying = False
            self._failures += weight
            if self._failures >= self.limit:
                self._until = self.clock() + self._pause

    def neutral(self) -> None:
        """The probe ended without telling anything about the server (stopped by the person)."""
        with self._lock:
            self._trying = False


class Sent(Frozen):
    """What left this machine in one call, for the administrator."""

    when: str
    model: str
    server: str
    question: str
    messages: tuple[str, ...]


class ModelStats(Frozen):
    """Counts since the start. Times in milliseconds; `own_ms` is everything but the model's time."""

    answers: int = 0
    written: int = 0
    fallbacks: dict[str, int] = Field(default_factory=dict, description="reason -> answers given without the model")
    calls: int = 0
    tokens: int = 0
    model_ms: float = 0.0
    own_ms: float = 0.0
    last_trouble: str = ""


@dataclass
class Meter:
    """Counts, thread-safe."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    troubles: Counter[str] = field(default_factory=Counter)
    sums: Counter[str] = field(default_factory=Counter)
    times: dict[str, float] = field(default_factory=lambda: {"model_ms": 0.0, "own_ms": 0.0})
    last: str = ""
    sent: deque[Sent] = field(default_factory=lambda: deque(maxlen=KEPT))

    def add(self, calls: int, tokens: int, model_ms: float, own_ms: float, trouble: str = "") -> None:
        with self.lock:
            self.sums.update(answers=1, written=int(not trouble), calls=calls, tokens=tokens)
            self.times["model_ms"] += model_ms
            self.times["own_ms"] += own_ms
            if trouble:
                self.troubles[trouble] += 1
                self.last = trouble

    def stats(self) -> ModelStats:
        with self.lock:
            return ModelStats(
                answers=self.sums["answers"], written=self.sums["written"], calls=self.sums["calls"], tokens=self.sums["tokens"],
                model_ms=self.times["model_ms"], own_ms=self.times["own_ms"], fallbacks=dict(self.troubles), last_trouble=self.last,
            )  # fmt: skip


@dataclass(frozen=True)
class Line:
    """What all that ask one server share."""

    breaker: Breaker = field(default_factory=Breaker)
    meter: Meter = field(default_factory=Meter)


LINES: dict[tuple[str, str], Line] = {}
_LINES_LOCK = threading.Lock()


def line_to(model: str, server: str = "") -> Line:
    """The process's line to a model (`provider:model`) at a server's address, made at its first mention."""
    with _LINES_LOCK:
        return LINES.setdefault((model, server), Line())
