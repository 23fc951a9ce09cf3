"""`python -m ingest.bench_embed CORPUS FOLDER`: a full embed of the plan against its embedding calls alone, as JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.embedding import SentenceEmbedder, Vectors
from ingest.pipeline import ingest
from ingest.settings import Settings


class TimedEmbedder(SentenceEmbedder):
    """Adds up the seconds spent in embedding calls, so that one run gives both sides of the ratio."""

    seconds = 0.0

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self.timed(super().queries, texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self.timed(super().passages, texts)

    def timed(self, encode: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> Vectors:
        began = time.perf_counter()
        try:
            return encode(texts)
        finally:
            self.seconds += time.perf_counter() - began


def main(corpus: str, folder: str) -> dict[str, float]:
    settings = Settings(index=Path(folder) / "full", corpus=Path(corpus))
    embedder = TimedEmbedder(settings.embedding_model)
    embedder.passages(["pemanasan"])
    embedder.seconds = 0.0
    began = time.perf_counter()
    ingest([settings.corpus], settings, embedder=embedder)
    whole = time.perf_counter() - began
    return {
        "embedding_calls_alone_s": round(embedder.seconds, 1), "full_ingest_s": round(whole, 1),
        "full_ingest_over_embedding": round(whole / embedder.seconds, 3),
    }  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
