"""Speed, measured where a user would feel it. Ratios come from one run, so a slow machine does not change them."""

from __future__ import annotations

import math
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from assistant.answer import Assistant, build_assistant
from assistant.bench_samples import Samples, samples
from assistant.lookup_models import LookupRequest
from ingest.settings import Settings

ROUNDS = 12


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that so large a share of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    return round(ordered[max(0, math.ceil(share * len(ordered)) - 1)], 2)


def timed(call: Callable[[str], object], texts: Sequence[str], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each call; every text is varied so that no cache of whole questions can help."""
    out = []
    for turn in range(rounds):
        for text in texts:
            varied = text + "?" * turn
            began = time.perf_counter()
            call(varied)
            out.append((time.perf_counter() - began) * 1000)
    return out


def run(settings: Settings, quick: bool = False, mode: str = "offline") -> dict[str, Any]:
    results: dict[str, Any] = {"cores": os.cpu_count() or 1}
    # first: an index that is missing is said at once
    assistant = build_assistant(settings.model_copy(update={"llm": ""}))
    asked = samples(assistant.index)
    if not quick:
        from assistant.bench_questions import bench_questions

        results.update(bench_ingest(settings, asked.prose[0]))
        results.update(bench_questions(settings, asked.prose))
    assistant.warm()
    results.update(bench_answers(assistant, asked))
    if mode == "model":
        from assistant.bench_model import bench_model

        results.update(bench_model(settings, (*asked.prose, *asked.lookups)))
    return results


def bench_answers(assistant: Assistant, asked: Samples) -> dict[str, Any]:
    embedding = timed(lambda q: assistant.retriever.embedder.queries([q]), asked.prose)
    prose = timed(assistant.run_offline, asked.prose)
    lookups = timed(lambda q: assistant.lookup.find(LookupRequest(indicator=q)), asked.lookups)
    return {
        "embed_question_p50_ms": percentile(embedding, 0.5),
        "prose_answer_p50_ms": percentile(prose, 0.5),
        "prose_answer_p95_ms": percentile(prose, 0.95),
        "prose_answer_over_embedding_p50": round(statistics.median(prose) / statistics.median(embedding), 2),
        "lookup_p50_ms": percentile(lookups, 0.5),
        "lookup_p95_ms": percentile(lookups, 0.95),
    }


def bench_ingest(settings: Settings, question: str) -> dict[str, Any]:
    """Whole processes: first start to first answer, a second ingest, a full embed against the embedding calls alone."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RENSTRA_INDEX": str(Path(folder) / "index"), "RENSTRA_CORPUS": str(settings.corpus)}
        program = [sys.executable, "-m", "assistant.cli"]
        first = process([*program, "ingest", str(settings.corpus)], environment) + process(
            [*program, "ask", question, "--json"], environment
        )
        again = process([*program, "ingest", str(settings.corpus)], environment)
        imports = process([sys.executable, "-c", "import ingest.pipeline"], environment)
        out: dict[str, Any] = {
            "first_start_to_first_answer_s": round(first, 2), "second_ingest_beyond_imports_s": round(max(0.0, again - imports), 2),
            "index_mb": round(sum(f.stat().st_size for f in Path(folder).rglob("*") if f.is_file()) / 1e6, 1),
        }  # fmt: skip
        environment["RENSTRA_VECTORS"] = str(Path(folder) / "none.npz")
        full = process([sys.executable, "-m", "ingest.bench_embed", str(settings.corpus), folder], environment, capture=True)
        out.update(full)
    return out


def process(command: list[str], environment: dict[str, str], capture: bool = False) -> Any:
    began = time.perf_counter()
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    if capture:
        import json

        return json.loads(done.stdout)
    return time.perf_counter() - began
