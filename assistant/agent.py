"""The language model: the only file that talks to one. It writes; the tools know; the verifier decides.

`ModelWorker.work` drafts one answer on a thread of its own; whoever waits for it is `model_writer`'s business.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from assistant.casefile import CaseFile
from assistant.drafts import Jawaban, from_text
from assistant.guard import Abandoned, Meter, ModelTrouble, is_transient, status_of, trouble_of
from assistant.lookup import Lookup
from assistant.model_options import is_small, model_options
from assistant.model_run import AgentReader, Run
from assistant.models import Answer, Trace, Turn
from assistant.prompts import fill
from assistant.retrieve import Retriever
from assistant.session import Rejected
from assistant.tools import PLAN_TOOLS, PlanTools, agent_tools, part_to_sum_up
from assistant.watching import Watcher
from ingest.errors import InputError
from ingest.settings import Settings
from ingest.store.index import PlanIndex

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

log = logging.getLogger("renstra.model")
ATTEMPTS = 2
ENDING = re.compile(r"[\n\]}]")
"""Without one of these a statement cannot have come to its end."""
MAX_MODEL_CALLS, MAX_TOOL_CALLS = 8, 12
TOOLLESS = 3
"""Answers in a row without the answer's tool call after which a model counts as unable to use tools."""
EVIDENCE_CHARACTERS = {"agent": 9000, "two-step": 6000}


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


class ModelWorker:
    """One model and its ways of drafting an answer. Thread-safe: what belongs to one answer is in its `Run`."""

    def __init__(self, settings: Settings, index: PlanIndex, lookup: Lookup, retriever: Retriever, meter: Meter) -> None:
        self.settings = settings
        self.index = index
        self.lookup = lookup
        self.retriever = retriever
        self.meter = meter
        self._model: BaseChatModel | None = None
        self._graphs: dict[str, Any] = {}
        self._lock = threading.Lock()
        self._toolless = 0
        self._two_step = settings.llm_mode == "two-step" or (settings.llm_mode == "auto" and is_small(settings.llm))

    def model(self) -> BaseChatModel:
        """InputError when it cannot be made."""
        with self._lock:
            if self._model is None:
                self._model = chat_model(self.settings)
            return self._model

    def work(self, run: Run, offline: tuple[Answer, Trace], history: Sequence[Turn]) -> None:
        from langsmith import tracing_context

        try:
            with tracing_context(enabled=False):  # nothing goes anywhere but to the named server
                self.attempts(run, offline, history)
            run.events.put(None)
        except Abandoned:
            run.events.put(ModelTrouble("dihentikan"))
        except Rejected as refused:
            run.events.put(ModelTrouble("tidak lolos pemeriksaan", "; ".join(refused.reasons)))
        except Exception as error:
            # every provider raises classes of its own; the person gets the deterministic answer, the log the reason
            run.events.put(trouble_of(error))

    def attempts(self, run: Run, offline: tuple[Answer, Trace], history: Sequence[Turn]) -> None:
        run.step("bukti", "Mengumpulkan bukti")
        part = part_to_sum_up(run.session.question.text)
        if self.has_part(part):
            self.tools(run.session.case).read(part)
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

    def tools(self, case: CaseFile | None = None) -> PlanTools:
        return PlanTools(self.index, self.lookup, self.retriever, case)

    def has_part(self, part: str) -> bool:
        try:
            return bool(part) and bool(self.tools().read(part)["bukti"])
        except InputError:
            return False

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
        # the limits of calls end a loop; the graph counts every guard as a step of its own
        config: Any = {
            "callbacks": [watcher],
            "recursion_limit": 30 * MAX_MODEL_CALLS,
            "configurable": {PLAN_TOOLS: self.tools(run.session.case)},
        }
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
                        if ENDING.search(str(chunk.text)):
                            with run.blocking():
                                run.session.offer(from_text(text))
                finally:
                    watcher.close()
                run.session.offer(from_text(text, final=True))
