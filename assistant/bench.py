"""Speed, measured where a user would feel it. Ratios come from one run, so a slow machine does not change them."""

from __future__ import annotations

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
from assistant.lookup_models import LookupRequest
from ingest.settings import Settings

PROSE = (
    "Apa visi KP2MI 2025-2029?", "Sebutkan misi kementerian", "Apa itu Desa Migran Emas dan apa fungsinya?", "kenapa IKSS 1 belum tercapai?",
    "Berapa perawat baru yang lulus tiap tahun?", "apa saja tantangan migrasi nonprosedural", "siapa yang menandatangani peraturan ini",
    "bagaimana pengendalian kinerja dilakukan", "apa kelemahan organisasi", "di mana kedudukan balai di Sumatera",
)  # fmt: skip
LOOKUPS = (
    "indeks pelindungan pekerja migran 2027", "maturitas SPIP 2026", "alokasi pelatihan peningkatan kompetensi 2028", "opini BPK 2029",
    "sistem merit 2027", "literasi keuangan 2025", "layanan perkantoran alokasi 2026", "nilai kinerja anggaran 2028", "pengelolaan aset 2029",
    "penempatan nonpemerintah di BP3MI 2027",
)  # fmt: skip
ROUNDS = 12


def percentile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))], 2)


def timed(call: Callable[[str], object], texts: Sequence[str], rounds: int = ROUNDS) -> list[float]:
    """Milliseconds of each call; every text is varied so that no cache of whole questions can help."""
    out = []
    for turn in range(rounds):
        for text in texts:
            varied = text if turn == 0 else f"{text} {'ya' * (turn % 2)}{'?' * (turn % 3)}".strip()
            began = time.perf_counter()
            call(varied)
            out.append((time.perf_counter() - began) * 1000)
    return out


def run(settings: Settings, quick: bool = False, mode: str = "offline") -> dict[str, Any]:
    results: dict[str, Any] = {"cores": os.cpu_count() or 1}
    # first: an index that is missing is said at once
    assistant = build_assistant(settings.model_copy(update={"llm": ""}))
    if not quick:
        from assistant.bench_questions import bench_questions

        results.update(bench_ingest(settings))
        results.update(bench_questions(settings, PROSE))
    assistant.warm()
    results.update(bench_answers(assistant))
    if mode == "model":
        from assistant.bench_model import bench_model

        results.update(bench_model(settings))
    return results


def bench_answers(assistant: Assistant) -> dict[str, Any]:
    embedding = timed(lambda q: assistant.retriever.embedder.queries([q]), PROSE)
    prose = timed(assistant.run_offline, PROSE)
    lookups = timed(lambda q: assistant.lookup.find(LookupRequest(indicator=q)), LOOKUPS)
    return {
        "embed_question_p50_ms": percentile(embedding, 0.5),
        "prose_answer_p50_ms": percentile(prose, 0.5),
        "prose_answer_p95_ms": percentile(prose, 0.95),
        "prose_answer_over_embedding_p50": round(statistics.median(prose) / statistics.median(embedding), 2),
        "lookup_p50_ms": percentile(lookups, 0.5),
        "lookup_p95_ms": percentile(lookups, 0.95),
    }


def bench_ingest(settings: Settings) -> dict[str, Any]:
    """Whole processes: first start to first answer, a second ingest, a full embed against the embedding calls alone."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "RENSTRA_INDEX": str(Path(folder) / "index"), "RENSTRA_CORPUS": str(settings.corpus)}
        program = [sys.executable, "-m", "assistant.cli"]
        first = process([*program, "ingest", str(settings.corpus)], environment) + process(
            [*program, "ask", PROSE[0], "--json"], environment
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
