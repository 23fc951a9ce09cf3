"""The assistant's own share of an answer with a language model: everything but the model's time, against a scripted server.

The scripted model searches first (with tools) and then writes from its evidence, so that all of it is read, verified,
cited and shown.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from assistant.answer import Assistant, build_assistant
from assistant.bench import percentile
from assistant.scripted_llm import scripted
from assistant.scripted_server import well_behaved
from ingest.settings import Settings


def bench_model(settings: Settings, questions: Sequence[str]) -> dict[str, Any]:
    return {name: value for mode in ("agent", "two-step") for name, value in bench_mode(settings, mode, questions).items()}


def bench_mode(settings: Settings, mode: str, questions: Sequence[str]) -> dict[str, Any]:
    """Percentiles of own milliseconds per answer, and how many answers the model's words made it into."""
    with scripted(well_behaved) as server:
        changed = {"llm": "openai:scripted", "llm_base_url": server.url, "llm_mode": mode}
        assistant = build_assistant(settings.model_copy(update=changed))
        assistant.warm()
        own(assistant, ["tugas pokok kementerian"])  # imports and the connection are the first question's, once
        times, written = own(assistant, questions)  # each once: no cache of what was read or checked before helps
    name = mode.replace("-", "_")
    return {
        f"model_{name}_own_p50_ms": percentile(times, 0.5), f"model_{name}_own_p95_ms": percentile(times, 0.95),
        f"model_{name}_own_max_ms": round(max(times), 2), f"model_{name}_answers": len(times), f"model_{name}_written": written,
    }  # fmt: skip


def own(assistant: Assistant, questions: Sequence[str]) -> tuple[list[float], int]:
    """(milliseconds beside the model's of each answer that asked it, answers in the model's words)."""
    times, written = [], 0
    for question in questions:
        before = assistant.writer.stats
        began = time.perf_counter()
        answer = assistant.answer(question)
        total = 1000 * (time.perf_counter() - began)
        after = assistant.writer.stats
        if after.calls > before.calls:
            times.append(total - (after.model_ms - before.model_ms))
            written += answer.mode == "model"
    return times, written
