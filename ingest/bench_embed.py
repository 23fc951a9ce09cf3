"""`python -m ingest.bench_embed CORPUS FOLDER`: a full embed of the plan against its embedding calls alone, as JSON."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from ingest.corpus import find_sources
from ingest.embedding import SentenceEmbedder
from ingest.pipeline import EMBED_BATCH, ingest, read_plan_file
from ingest.settings import Settings


def main(corpus: str, folder: str) -> dict[str, float]:
    settings = Settings(index=Path(folder) / "full", corpus=Path(corpus))
    embedder = SentenceEmbedder(settings.embedding_model)
    embedder.queries(["pemanasan"])
    plan = read_plan_file(find_sources([settings.corpus])[0], settings)
    texts = [p.index_text for p in plan.passages]
    asked = [q.text for q in plan.bound.questions]
    began = time.perf_counter()
    for start in range(0, len(texts), EMBED_BATCH):
        embedder.passages(texts[start : start + EMBED_BATCH])
    passages_s = time.perf_counter() - began
    began = time.perf_counter()
    for start in range(0, len(asked), EMBED_BATCH):
        embedder.queries(asked[start : start + EMBED_BATCH])
    alone = passages_s + time.perf_counter() - began
    began = time.perf_counter()
    ingest([settings.corpus], settings, embedder=embedder)
    whole = time.perf_counter() - began
    return {
        "embedding_calls_alone_s": round(alone, 1), "full_ingest_s": round(whole, 1), "full_ingest_over_embedding": round(whole / alone, 3),
        "embedding_passages_only_s": round(passages_s, 1),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
