"""What the assistant is compared with.

`quickstart`: what a person would build from a RAG quickstart (RecursiveCharacterTextSplitter 1000/200, the same
embedder, Chroma in memory, the top four chunks as the answer). For retrieval alone: BM25 alone and dense alone over
the assistant's own passages, which shows what its ranking adds.
"""

from __future__ import annotations

import contextlib
import hashlib
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from evals.datasets import Item
from evals.retrieval import DEPTH
from evals.score import Cited, Edition, Prediction
from ingest.embedding import Embedder
from ingest.models import Passage
from ingest.store.lexical import LexicalIndex
from ingest.terms import terms

CHUNK_SIZE, CHUNK_OVERLAP, TOP = 1000, 200, 4
BATCH = 64
Vectors = npt.NDArray[np.float32]
Step = Callable[[str, int, int], None]


def split(editions: Sequence[Edition]) -> list[Any]:
    """LangChain documents of the chunks, with doc, first and last line as metadata."""
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK_SIZE, chunk_overlap=CHUNK_OVERLAP, add_start_index=True)
    chunks = []
    for edition in editions:
        starts = np.cumsum([0, *(len(line) + 1 for line in edition.lines[:-1])]).tolist()
        for chunk in splitter.split_documents([Document("\n".join(edition.lines), metadata={"doc": edition.doc})]):
            start = int(chunk.metadata["start_index"])
            first, last = bisect_right(starts, start), bisect_right(starts, start + len(chunk.page_content) - 1)
            chunk.metadata = {"doc": edition.doc, "first": first, "last": last}
            chunks.append(chunk)
    return chunks


def chunk_vectors(texts: Sequence[str], embedder: Embedder, cache: Path | None, step: Step | None = None) -> Vectors:
    """Vectors of the chunks; kept in `cache` (a folder) by content, as embedding them is the slow part."""
    name = hashlib.sha256("\x1f".join([embedder.name, *texts]).encode()).hexdigest()[:16]
    path = cache / f"quickstart-{name}.npz" if cache else None
    if path and path.exists():
        with np.load(path, allow_pickle=False) as kept:
            return np.asarray(kept["vectors"], dtype=np.float32)
    parts = []
    for start in range(0, len(texts), BATCH):
        parts.append(embedder.passages(texts[start : start + BATCH]))
        if step:
            step("pembanding: vektor", min(start + BATCH, len(texts)), len(texts))
    vectors = np.concatenate(parts)
    if path:
        with contextlib.suppress(OSError):  # an index that is mounted read-only: nothing is kept, nothing is lost
            path.parent.mkdir(parents=True, exist_ok=True)
            np.savez_compressed(path, vectors=vectors)
    return vectors


class Quickstart:
    """Chroma in memory over the chunks, through langchain-chroma."""

    def __init__(self, editions: Sequence[Edition], embedder: Embedder, cache: Path | None = None, step: Step | None = None) -> None:
        import chromadb
        from chromadb.config import Settings as ChromaSettings
        from langchain_chroma import Chroma

        self.chunks = split(editions)
        vectors = chunk_vectors([chunk.page_content for chunk in self.chunks], embedder, cache, step)
        client = chromadb.EphemeralClient(ChromaSettings(anonymized_telemetry=False))
        # as wide a search as there are chunks: the approximate index then finds the true neighbours, the same in every run
        exact = {"hnsw:space": "cosine", "hnsw:search_ef": max(100, len(self.chunks)), "hnsw:num_threads": 1}
        # in-memory clients of one process share their collections: the name must be its own
        self.store = Chroma(client=client, collection_name=f"quickstart-{uuid4().hex}", collection_metadata=exact)
        collection = client.get_collection(self.store._collection.name)
        for start in range(0, len(self.chunks), BATCH):
            block = self.chunks[start : start + BATCH]
            collection.add(
                ids=[str(start + i) for i in range(len(block))],
                embeddings=vectors[start : start + BATCH],
                documents=[c.page_content for c in block],
                metadatas=[c.metadata for c in block],
            )

    def predict(self, item: Item, query: Vectors, embed_ms: float) -> Prediction:
        began = time.perf_counter()
        found = self.store.similarity_search_by_vector(query.tolist(), k=min(DEPTH, len(self.chunks)))
        top = found[:TOP]
        citations = tuple(
            Cited(n=n, doc=c.metadata["doc"], lines=(c.metadata["first"], c.metadata["last"]), quote=c.page_content)
            for n, c in enumerate(top, 1)
        )
        return Prediction(
            id=item.id,
            question=item.question,
            answer="\n\n".join(c.page_content for c in top),
            status="answered",
            mode="quickstart",
            citations=citations,
            latency_ms=round((time.perf_counter() - began) * 1000 + embed_ms, 2),
            **_ranked([(c.metadata["doc"], c.metadata["first"], c.metadata["last"]) for c in found]),
        )


def _ranked(ranges: Sequence[tuple[str, int, int]]) -> dict[str, Any]:
    return {"retrieved": tuple((first, last) for _, first, last in ranges), "retrieved_docs": tuple(doc for doc, _, _ in ranges)}


def embed_questions(items: Sequence[Item], embedder: Embedder, step: Step | None = None) -> tuple[Vectors, float]:
    """One row a question, and the milliseconds that one took."""
    began = time.perf_counter()
    parts = []
    for start in range(0, len(items), BATCH):
        parts.append(embedder.queries([item.question for item in items[start : start + BATCH]]))
        if step:
            step("pembanding: pertanyaan", min(start + BATCH, len(items)), len(items))
    return np.concatenate(parts), (time.perf_counter() - began) * 1000 / len(items)


def quickstart(
    items: Sequence[Item],
    editions: Sequence[Edition],
    embedder: Embedder,
    cache: Path | None,
    queries: tuple[Vectors, float],
    step: Step | None = None,
) -> dict[str, Prediction]:
    """The quickstart's predictions by id."""
    built = Quickstart(editions, embedder, cache, step)
    return {item.id: built.predict(item, query, queries[1]) for item, query in zip(items, queries[0], strict=True)}


def bm25_alone(items: Sequence[Item], passages: Sequence[Passage]) -> dict[str, Prediction]:
    """Rankings by BM25 over the passages' index text."""
    index = LexicalIndex.build([p.index_text for p in passages])
    return {item.id: _ranking(item, index.scores(terms(item.question)), passages) for item in items}


def dense_alone(items: Sequence[Item], passages: Sequence[Passage], vectors: Vectors, queries: Vectors) -> dict[str, Prediction]:
    """Rankings by cosine; `vectors` has a row a passage."""
    return {item.id: _ranking(item, row, passages) for item, row in zip(items, queries @ vectors.T, strict=True)}


def _ranking(item: Item, scores: npt.NDArray[np.float32], passages: Sequence[Passage]) -> Prediction:
    best = np.argsort(-scores, kind="stable")[:DEPTH]
    spans = [passages[int(i)] for i in best]
    return Prediction(id=item.id, question=item.question, **_ranked([(p.doc, p.span.line_start, p.span.line_end) for p in spans]))
