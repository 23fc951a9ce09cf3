"""The assistant's own share of an answer with a language model: everything but the model's time, against a scripted server.

The scripted model looks something up first (with tools) and then says what the deterministic answer says, so that all
of it is read, verified, cited and shown.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from typing import Any

from assistant.answer import Assistant, build_assistant
from assistant.bench import LOOKUPS, PROSE, percentile
from assistant.models import Answer
from assistant.scripted_llm import Json, Reply, ScriptedLLM, claims, scripted
from assistant.verify_text import clean
from ingest.settings import Settings

ROUNDS = 3


def bench_model(settings: Settings) -> dict[str, Any]:
    return {name: value for mode in ("agent", "two-step") for name, value in bench_mode(settings, mode).items()}


def bench_mode(settings: Settings, mode: str) -> dict[str, Any]:
    """Percentiles of own milliseconds per answer, and how many answers the model's words made it into."""
    with scripted([Reply()]) as server:
        changed = {"llm": "openai:scripted", "llm_base_url": server.url, "llm_mode": mode}
        assistant = build_assistant(settings.model_copy(update=changed))
        assistant.warm()
        own(assistant, server, PROSE[:1])  # imports and the connection are the first question's, once
        times, written = own(assistant, server, (*PROSE, *LOOKUPS) * ROUNDS)
    name = mode.replace("-", "_")
    return {
        f"model_{name}_own_p50_ms": percentile(times, 0.5), f"model_{name}_own_p95_ms": percentile(times, 0.95),
        f"model_{name}_answers": len(times), f"model_{name}_written": written,
    }  # fmt: skip


def own(assistant: Assistant, server: ScriptedLLM, questions: Sequence[str]) -> tuple[list[float], int]:
    """(milliseconds beside the model's of each answer that asked it, answers in the model's words)."""
    times, written = [], 0
    for question in questions:
        server.script = script(question, assistant.run_offline(question)[0])
        before = assistant.writer.stats
        began = time.perf_counter()
        answer = assistant.answer(question)
        total = 1000 * (time.perf_counter() - began)
        after = assistant.writer.stats
        if after.calls > before.calls:
            times.append(total - (after.model_ms - before.model_ms))
            written += answer.mode == "model"
    return times, written


def script(question: str, answer: Answer) -> Callable[[Json, int], Reply]:
    """A search, then the answer's own sentences, each with all the evidence that it was given."""
    said = [text for line in answer.answer.splitlines() if (text := clean(line).strip())]

    def reply(request: Json, turn: int) -> Reply:
        given = "\n".join(str(m.get("content")) for m in request["messages"] if m["role"] in {"user", "tool"})
        ids = list(dict.fromkeys(re.findall(r'"id": "(E\d+)"', given)))
        if "tools" not in request:
            return Reply(text="\n".join(f"{text} [{', '.join(ids)}]" for text in said))
        if request["messages"][-1]["role"] == "user":
            return Reply(calls=[("cari_teks", {"query": question, "k": 6})])
        return claims(*((text, ids) for text in said))

    return reply
