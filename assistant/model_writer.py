"""An answer in a language model's words, or the deterministic one with a note: whoever asks never waits past the time limit."""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence

from assistant.agent import ModelWorker
from assistant.casefile import CaseFile
from assistant.events import Part, Step
from assistant.guard import Line, ModelStats, ModelTrouble, Sent, line_to
from assistant.lookup import Lookup
from assistant.model_run import Run
from assistant.models import Answer, Question, Trace, Turn
from assistant.retrieve import Retriever
from assistant.session import Session, make_answer
from assistant.support import Support
from assistant.tools import part_to_sum_up
from ingest.errors import InputError
from ingest.settings import Settings
from ingest.store.index import PlanIndex

log = logging.getLogger("renstra.model")
NOTE = "Model bahasa tidak dapat dipakai untuk jawaban ini; yang tampil adalah jawaban langsung dari dokumen."
PROBE_SECONDS, LEAST_SECONDS = 5.0, 0.5
BREAKER_OPEN = "sakelar terbuka"
LATE, STOPPED = "terlambat", "dihentikan"
UNFINISHED = {LATE, STOPPED}
"""Troubles in which a call may still be on its way: all the time until then was the model's."""
OnEvent = Callable[[Step | Part], None]


class ModelWriter:
    """`line`: the server's circuit breaker and counts, shared by every writer that uses the same server."""

    def __init__(self, settings: Settings, index: PlanIndex, lookup: Lookup, retriever: Retriever, line: Line | None = None) -> None:
        self.settings = settings
        self.index = index
        self.lookup = lookup
        self.support = Support(retriever)
        self.line = line or line_to(settings.llm, settings.llm_base_url)
        self.worker = ModelWorker(settings, index, lookup, retriever, self.line.meter)

    @property
    def stats(self) -> ModelStats:
        return self.line.meter.stats()

    def sent(self) -> tuple[Sent, ...]:
        """What left this machine lately, newest last."""
        return tuple(self.line.meter.sent)

    def prepare(self) -> str:
        """Load what the first answer needs. Why there is no model (Indonesian), empty when there is one."""
        try:
            self.worker.graph("id")
        except InputError as error:
            return error.message
        return ""

    def write(
        self, question: Question, history: Sequence[Turn], offline: tuple[Answer, Trace], on_event: OnEvent | None = None,
        cancel: threading.Event | None = None,
    ) -> tuple[Answer, Trace]:  # fmt: skip
        """The model's verified answer within the time limit; `offline` with a note when there is none (`trace.model_trouble` says why).

        A question back, two values in conflict and a refusal are not rewritten: `offline` comes back as it is.
        `on_event` is called on this thread with steps and with statements that have been verified.
        """
        if not self.wanted(question, offline[0]):
            return offline
        began = time.perf_counter()
        gate = self.line.breaker.enter()
        if gate == "open":
            self.line.meter.add(0, 0, 0.0, 0.0, BREAKER_OPEN)
            log.warning("model: %s; pertanyaan %r dijawab tanpa model", BREAKER_OPEN, question.text[:120])
            return without_model(offline, BREAKER_OPEN)
        limit = self.settings.llm_timeout if gate == "closed" else min(PROBE_SECONDS, self.settings.llm_timeout)
        session = Session(question, CaseFile(self.index, self.lookup.book), self.support, lambda text: run.events.put(Part(text=text)))
        # the limit is the person's: what the deterministic answer took is gone already
        run = Run(session, time.monotonic() + max(LEAST_SECONDS, limit - offline[0].latency_ms / 1000))
        threading.Thread(target=self.worker.work, args=(run, offline, history), name="renstra-model", daemon=True).start()
        trouble = self.wait(run, limit, on_event, cancel)
        total = time.perf_counter() - began
        waited = trouble is not None and trouble.kind in UNFINISHED
        model = max(0.0, (total if waited else run.model_seconds) - run.blocked_seconds)
        own = max(0.0, total - model) if trouble is None else 0.0
        self.line.meter.add(run.calls, run.tokens, 1000 * model, 1000 * own, trouble.kind if trouble else "")
        if trouble is not None:
            self.settle(trouble, question)
            return without_model(offline, trouble.kind, run, 1000 * total, 1000 * model)
        self.line.breaker.success()
        return self.finished(run, offline, 1000 * total, 1000 * model)

    def wanted(self, question: Question, answer: Answer) -> bool:
        """Whether a model may write this answer. Of refusals only one: a whole part summed up needs a writer, not a passage."""
        if answer.abstained:
            return self.worker.has_part(part_to_sum_up(question.text))
        return answer.status in {"answered", "partial"}

    def wait(self, run: Run, limit: float, on_event: OnEvent | None, cancel: threading.Event | None) -> ModelTrouble | None:
        """Pass events on until the worker ends, the time is up or the person stops it."""
        while True:
            left = run.deadline - time.monotonic()
            if left <= 0:
                run.stop.set()
                return ModelTrouble(LATE, f"lebih dari {limit:g} detik", down=True)
            if cancel is not None and cancel.is_set():
                run.stop.set()
                return ModelTrouble(STOPPED)
            try:
                item = run.events.get(timeout=min(0.05, left))
            except queue.Empty:
                continue
            if item is None or isinstance(item, ModelTrouble):
                return item
            if on_event is not None:
                on_event(item)

    def settle(self, trouble: ModelTrouble, question: Question) -> None:
        log.warning("model: %s (%s); pertanyaan %r dijawab tanpa model", trouble.kind, trouble.detail[:300], question.text[:120])
        if trouble.down:
            self.line.breaker.failure(2 if trouble.kind == LATE else 1)
        elif trouble.kind == STOPPED:
            self.line.breaker.neutral()
        else:
            self.line.breaker.success()  # the server works; it is the words that do not

    def finished(self, run: Run, offline: tuple[Answer, Trace], total_ms: float, model_ms: float) -> tuple[Answer, Trace]:
        answer = make_answer(run.session, offline[0]).model_copy(update={"latency_ms": offline[0].latency_ms + total_ms})
        steps = (*offline[1].steps, ("model", model_ms), ("pemeriksaan", 1000 * run.session.seconds))
        trace = offline[1].model_copy(
            update={
                "steps": steps, "violations": (*offline[1].violations, *run.session.refused), "prompt_version": run.prompt_version,
                "model_calls": run.calls, "model_tokens": run.tokens, "model_ms": model_ms,
            }
        )  # fmt: skip
        return answer, trace


def noted(answer: Answer, note: str) -> Answer:
    return answer.model_copy(update={"warnings": (*answer.warnings, note)})


def without_model(
    offline: tuple[Answer, Trace], trouble: str, run: Run | None = None, total_ms: float = 0.0, model_ms: float = 0.0
) -> tuple[Answer, Trace]:
    """The deterministic answer with a plain note; its trace says why, and what the model has cost all the same."""
    answer = noted(offline[0], NOTE).model_copy(update={"latency_ms": offline[0].latency_ms + total_ms})
    spent: dict[str, object] = {"model_trouble": trouble}
    if run is not None:
        spent |= {
            "violations": (*offline[1].violations, *run.session.refused), "prompt_version": run.prompt_version,
            "model_calls": run.calls, "model_tokens": run.tokens, "model_ms": model_ms,
        }  # fmt: skip
    return answer, offline[1].model_copy(update=spent)
