"""What the everyday questions cost: making the index, its size, and each answer, with and without them in one run."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from assistant.answer import build_assistant
from ingest.corpus import find_sources
from ingest.pipeline import ingest, shipped_caches
from ingest.settings import Settings

ROUNDS = 10


def bench_questions(settings: Settings, texts: Sequence[str]) -> dict[str, float]:
    """Seconds and MB of the index with and without the layer (vectors from the shipped cache), milliseconds more an answer."""
    with tempfile.TemporaryDirectory() as folder:
        made = {}
        out: dict[str, float] = {}
        for name in ("with", "without"):
            own = prepared(settings, Path(folder) / name, questions=name == "with")
            began = time.perf_counter()
            ingest([own.corpus], own)
            out[f"ingest_{name}_questions_s"] = round(time.perf_counter() - began, 2)
            out[f"index_{name}_questions_mb"] = round(sum(f.stat().st_size for f in own.index.rglob("*") if f.is_file()) / 1e6, 1)
            made[name] = build_assistant(own)
            made[name].warm()
        spent: dict[str, list[float]] = {name: [] for name in made}
        for turn in range(ROUNDS):
            for text in texts:  # in turns, by the processor's time: other work on the machine does not count
                for name, assistant in made.items():
                    began = time.process_time()
                    assistant.run_offline(f"{text}{' ya' * turn}")
                    spent[name].append((time.process_time() - began) * 1000)
        more = [a - b for a, b in zip(spent["with"], spent["without"], strict=True)]
        return {**out, "questions_cost_per_answer_ms": round(statistics.median(more), 2)}


def prepared(settings: Settings, folder: Path, questions: bool) -> Settings:
    """Settings over a copy of the corpus, with or without its questions files."""
    corpus = folder / "corpus"
    corpus.mkdir(parents=True)
    for source in find_sources([settings.corpus]):
        for file in source.parent.glob(f"{source.stem}.*"):
            if questions or not file.name.endswith(".questions.jsonl"):
                shutil.copy(file, corpus)
    caches = shipped_caches(settings)
    return settings.model_copy(update={"corpus": corpus, "index": folder / "index", "vectors": caches[0] if caches else None, "llm": ""})
