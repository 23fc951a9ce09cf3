"""Renewing the vectors that ship with the corpus, so that a first start embeds nothing."""

from __future__ import annotations

from ingest.corpus import find_sources
from ingest.embedding import SentenceEmbedder
from ingest.pipeline import read_plan_file, vector_sources
from ingest.settings import Settings
from ingest.vector_cache import VectorCache, key

BATCH = 64


def ship_vectors(settings: Settings, fresh: bool = False) -> list[str]:
    """Write `<source>.vectors.npz` beside every source; only new or changed texts are embedded, all of them if `fresh`.

    All in 8 bits, under 3 MB for a plan: half precision for the prose moved two of 400 measured questions.
    """
    said = []
    embedder = SentenceEmbedder(settings.embedding_model)
    for path in find_sources([settings.corpus]):
        plan = read_plan_file(path, settings)
        passages = [p.index_text for p in plan.passages]
        asked = [q.text for q in plan.bound.questions]
        cache = VectorCache(settings.embedding_model)
        known = [] if fresh else vector_sources(settings)
        for texts, role, encode in ((passages, "passage", embedder.passages), (asked, "query", embedder.queries)):
            for old in known:  # the shipped vectors last: what did not change is written as it was
                cache.rows.update({k: old.rows[k] for text in texts if (k := key(text, role)) in old.rows})
            todo = [text for text in texts if key(text, role) not in cache.rows]
            for start in range(0, len(todo), BATCH):
                part = todo[start : start + BATCH]
                cache.rows.update({key(text, role): vector for text, vector in zip(part, encode(part), strict=True)})
        target = path.with_suffix(".vectors.npz")
        cache.save(target, half=(), rest=cache.rows)
        said.append(f"{target}: {len(cache.rows)} vektor, {target.stat().st_size / 1e6:.2f} MB")
    return said
