"""The language model: the only file that talks to one. It writes; the tools know; the verifier decides.

`ModelWriter.write` gives an answer whose every statement is verified, or None: then the deterministic answer is shown.
"""

from __future__ import annotations

import json
import logging
import queue
import re
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from assistant.casefile import CaseFile
from assistant.drafts import Jawaban, from_text
from assistant.events import Part, Step
from assistant.guard import Breaker, Meter, ModelStats, ModelTrouble, Sent, is_transient, status_of, trouble_of
from assistant.lookup import Lookup
from assistant.model_options import is_small, model_options
from assistant.model_run import AgentReader, Run
from assistant.models import Answer, Question, Trace, Turn
from assistant.prompts import fill
from assistant.retrieve import Retriever
from assistant.session import Rejected, Session, make_answer
from assistant.support import Support
from assistant.tools import PLAN_TOOLS, PlanTools, agent_tools
from assistant.watching import Watcher
from ingest.errors import InputError
from ingest.settings import Settings
from ingest.store.index import PlanIndex

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger("renstra.model")
ATTEMPTS = 2
MAX_MODEL_CALLS, MAX_TOOL_CALLS = 8, 12
TOOLLESS = 3
"""Answers in a row without the answer's tool call after which a model counts as unable to use tools."""
PROBE_SECONDS = 5.0
EVIDENCE_CHARACTERS = {"agent": 9000, "two-step": 6000}
WIDE = re.compile(r"\b(ringkas\w*|rangkum\w*|simpul\w*|jelaskan|uraikan|gambaran|summar\w+|overview|explain)\b", re.IGNORECASE)
OnEvent = Callable[[Step | Part], None]


def chat_model(settings: Settings) -> BaseChatModel:
    """The model that `RENSTRA_LLM` names. InputError when its package is missing or the name cannot be read."""
    from langchain.chat_models import init_chat_model

    provider, separator, name = settings.llm.partition(":")
    if not separator or not name:
        raise InputError("RENSTRA_LLM harus berbentuk penyedia:model, misalnya ollama:qwen3:8b atau openai:gpt-5-mini.")
    try:
        return init_chat_model(name, model_provider=provider, **model_options(provider, settings))  # type: ignore[no-any-return]
    except ImportError as error:
        raise InputError(f"Paket untuk “{provider}” belum terpasang. Pasang dengan: pip install 'tanya-renstra[{provider}]'.") from error
    except Exception as error:  # each provider complains in its own way
        raise InputError(f"Model “{settings.llm}” tidak bisa disiapkan: {str(error)[:200]}") from error


def make_agent(model: BaseChatModel, language: str) -> Any:
    from langchain.agents import create_agent
    from langchain.agents.middleware import ModelCallLimitMiddleware, ModelRetryMiddleware, ToolCallLimitMiddleware
    from langchain.agents.structured_output import ToolStrategy

    guards: list[Any] = [
        ModelRetryMiddleware(max_retries=2, retry_on=is_transient, on_failure="error", initial_delay=0.3, max_delay=2.0),
        ModelCallLimitMiddleware(run_limit=MAX_MODEL_CALLS, exit_behavior="error"),
        ToolCallLimitMiddleware(run_limit=MAX_TOOL_CALLS, exit_behavior="error"),
    ]
    shape = ToolStrategy(Jawaban, handle_errors="Bentuk jawaban salah. Panggil Jawaban dengan claims: [{text, evidence}].")
    prompt, _ = fill("agent", language)
    return create_agent(model, agent_tools(), system_prompt=prompt, response_format=shape, middleware=guards)


class ModelWriter:
    def __init__(self, settings: Settings, index: PlanIndex, lookup: Lookup, retriever: Retriever, breaker: Breaker | None = None) -> None:
        self.settings = settings
        self.index = index
        self.lookup = lookup
        self.retriever = retriever
        self.support = Support(retriever)
        self.breaker = breaker or Breaker()
        self.meter = Meter()
        self._model: BaseChatModel | None = None
        self._graphs: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._toolless = 0
        self._two_step = settings.llm_mode == "two-step" or (settings.llm_mode == "auto" and is_small(settings.llm))

    @property
    def stats(self) -> ModelStats:
        return self.meter.stats()

    def sent(self) -> tuple[Sent, ...]:
        """What left this machine lately, newest last."""
        return tuple(self.meter.sent)

    def model(self) -> BaseChatModel:
        with self._lock:
            if self._model is None:
                self._model = chat_model(self.settings)
            return self._model

    def prepare(self) -> str:
        """Load what the first answer needs. Why there is no model (Indonesian), empty when there is one."""
        try:
            self.graph("id")
        except InputError as error:
            return error.message
        return ""

    # the caller's side -------------------------------------------------------------------------------------------------

    def write(
        self, question: Question, history: Sequence[Turn], offline: tuple[Answer, Trace], on_event: OnEvent | None = None,
        cancel: threading.Event | None = None,
    ) -> tuple[Answer, Trace] | None:  # fmt: skip
        """The model's verified answer within the time limit. None: show the deterministic one with a note.

        A question back, two values in conflict and an honest refusal are not rewritten: `offline` comes back as it is.
        `on_event` is called on this thread with steps and with statements that have been verified.
        """
        if not self.wanted(question, *offline):
            return offline
        began = time.perf_counter()
        gate = self.breaker.enter()
        if gate == "open":
            self.meter.add(0, 0, 0.0, 0.0, "sirkuit terbuka")
            return None
        limit = self.settings.llm_timeout if gate == "closed" else min(PROBE_SECONDS, self.settings.llm_timeout)
        session = Session(question, CaseFile(self.index, self.lookup.book), self.support, lambda text: run.events.put(Part(text=text)))
        run = Run(session, time.monotonic() + limit)
        threading.Thread(target=self.work, args=(run, offline, history), name="renstra-model", daemon=True).start()
        trouble = self.wait(run, on_event, cancel)
        total = time.perf_counter() - began
        model = max(0.0, run.model_seconds - session.seconds)
        own = max(0.0, total - model) if trouble is None else 0.0
        self.meter.add(run.calls, run.tokens, 1000 * model, 1000 * own, trouble.kind if trouble else "")
        if trouble is not None:
            self.settle(trouble, question)
            return None
        self.breaker.success()
        return self.finished(run, offline, 1000 * total, 1000 * model)

    def wanted(self, question: Question, answer: Answer, trace: Trace) -> bool:
        if answer.abstained:
            return bool(WIDE.search(question.text) and (trace.evidence_score or 0.0) >= 0.1)
        return answer.status in {"answered", "partial"}

    def wait(self, run: Run, on_event: OnEvent | None, cancel: threading.Event | None) -> ModelTrouble | None:
        """Pass events on until the worker ends, the time is up or the person stops it."""
        while True:
            left = run.deadline - time.monotonic()
            if left <= 0:
                run.stop.set()
                return ModelTrouble("terlambat", f"lebih dari {self.settings.llm_timeout:g} detik", down=True)
            if cancel is not None and cancel.is_set():
                run.stop.set()
                return ModelTrouble("dihentikan")
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
            self.breaker.failure(2 if trouble.kind == "terlambat" else 1)
        elif trouble.kind == "dihentikan":
            self.breaker.neutral()
        else:
            self.breaker.success()  # the server works; it is the words that do not

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

    # the worker's side -------------------------------------------------------------------------------------------------

    def work(self, run: Run, offline: tuple[Answer, Trace], history: Sequence[Turn]) -> None:
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):  # nothing goes anywhere but to the named server
                self.attempts(run, offline, history)
            run.events.put(None)
        except Rejected as refused:
            run.events.put(ModelTrouble("tidak lolos pemeriksaan", "; ".join(refused.reasons)))
        except Exception as error:
            # every provider raises classes of its own; the person gets the deterministic answer, the log the reason
            run.events.put(trouble_of(error))

    def attempts(self, run: Run, offline: tuple[Answer, Trace], history: Sequence[Turn]) -> None:
        run.step("bukti", "Mengumpulkan bukti")
        run.session.case.take_answer(offline[0])
        run.session.case.take_hits(offline[1].hits or self.retriever.search(run.session.question, 12), 6)
        self.precompute(run)
        feedback: tuple[str, ...] = ()
        for attempt in range(ATTEMPTS):
            run.session.restart()
            try:
                self.attempt(run, self.request(run, history, feedback))
                run.session.finish(offline[0])
                return
            except Rejected as refused:
                if attempt + 1 == ATTEMPTS:
                    raise
                feedback = refused.reasons
                run.step("periksa", "Draf tidak lolos pemeriksaan; model diminta memperbaiki")

    def precompute(self, run: Run) -> None:
        """What the question wants computed is computed here, so that a model without tools has it too."""
        question = run.session.question
        if question.operation is None:
            return
        result = self.lookup.look(question, self.retriever.rank(question))
        known = {f for short in run.session.case.ids.values() for f in run.session.case.row_figures(run.session.case.items[short])}
        for derived in result.derived:
            if {*derived.operands} <= {f.id for f in known}:
                run.session.case.compute(derived)

    def attempt(self, run: Run, request: str) -> None:
        if self._two_step:
            return self.two_step(run, request)
        try:
            self.agent(run, request)
        except ModelTrouble as trouble:
            if trouble.kind != "tanpa alat" or self.settings.llm_mode != "auto":
                raise
            self._toolless += 1  # a refusal looks the same: only a habit decides
        except Exception as error:
            refuses_tools = status_of(error) in {400, 404, 422, 501} and "tool" in str(error).lower()
            if not refuses_tools or self.settings.llm_mode != "auto":
                raise
            self._toolless = TOOLLESS
        else:
            self._toolless = 0
            return None
        if self._toolless >= TOOLLESS:
            self._two_step = True
            log.info("model: %s tidak memakai alat; mulai kini dua langkah dipakai", self.settings.llm)
        run.session.restart()
        return self.two_step(run, request)

    def request(self, run: Run, history: Sequence[Turn], feedback: Sequence[str]) -> str:
        """What a model is told beside its instructions: the question, the evidence, and why a first draft failed."""
        question, case = run.session.question, run.session.case
        parts = [f"Pertanyaan: {question.text}"]
        if question.standalone != question.text:
            parts.append(f"Dibaca sebagai: {question.standalone}")
        asked = [t.content[:200] for t in history if t.role == "user"][-2:]
        if asked:
            parts.append("Pertanyaan sebelumnya: " + " | ".join(asked))
        limit = EVIDENCE_CHARACTERS["two-step" if self._two_step else "agent"]
        lines: list[str] = []
        for short in case.ids:
            line = json.dumps(case.show(short), ensure_ascii=False)
            if lines and sum(map(len, lines)) + len(line) > limit:
                break
            lines.append(line)
        parts.append("Bukti:\n" + "\n".join(lines))
        if case.computed:
            parts.append("Hasil hitung:\n" + "\n".join(f"{k}: {d.formula}" for k, d in case.computed.items()))
        if feedback:
            reasons = "\n".join(f"- {reason}" for reason in feedback[:8])
            parts.append(f"Draf sebelumnya ditolak karena:\n{reasons}\nTulis ulang seluruh jawaban tanpa kesalahan itu.")
        return "\n\n".join(parts)

    def agent(self, run: Run, request: str) -> None:
        """The agent with tools; its answer's statements are checked while they are being written."""
        language = run.session.question.language
        run.prompt_version = fill("agent", language)[1]
        reader = AgentReader(run)
        watcher = Watcher(run, self.settings, self.meter)
        tools = PlanTools(self.index, self.lookup, self.retriever, run.session.case)
        # the limits of calls end a loop; the graph counts every guard as a step of its own
        config: Any = {"callbacks": [watcher], "recursion_limit": 30 * MAX_MODEL_CALLS, "configurable": {PLAN_TOOLS: tools}}
        start: Any = {"messages": [{"role": "user", "content": request}]}
        try:
            for mode, chunk in self.graph(language).stream(start, config=config, stream_mode=["messages", "updates"]):
                run.check()
                reader.read(mode, chunk)
        finally:
            watcher.close()
        reader.end()

    def graph(self, language: str) -> Any:
        """The compiled agent for answers in a language, made once: what differs between questions comes with the call."""
        model = self.model()
        with self._lock:
            if language not in self._graphs:
                self._graphs[language] = make_agent(model, language)
            return self._graphs[language]

    def two_step(self, run: Run, request: str) -> None:
        """One completion over given evidence, for models that cannot use tools."""
        from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_exponential_jitter

        prompt, run.prompt_version = fill("two_step", run.session.question.language)
        messages = [("system", prompt), ("human", request)]
        run.step("tulis", "Menulis jawaban")
        run.session.attribute = True
        again = retry_if_exception(is_transient)
        for attempt in Retrying(
            stop=stop_after_attempt(3), wait=wait_exponential_jitter(max=2.0, multiplier=0.3), retry=again, reraise=True
        ):
            with attempt:
                run.session.restart()
                text, watcher = "", Watcher(run, self.settings, self.meter)
                try:
                    for chunk in self.model().stream(messages, config={"callbacks": [watcher]}):
                        run.check()
                        text += str(chunk.text)
                        run.session.offer(from_text(text))
                finally:
                    watcher.close()
                run.session.offer(from_text(text, final=True))
