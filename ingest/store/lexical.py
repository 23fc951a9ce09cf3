"""BM25 over stemmed terms (`bm25s`), on disk and memory-mapped."""

from __future__ import annotations

from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt

from ingest.terms import terms

Scores = npt.NDArray[np.float32]


class LexicalIndex:
    """Scores of every text for a question; texts are known by their position."""

    def __init__(self, model: bm25s.BM25, size: int) -> None:
        self.model = model
        self.size = size
        self.vocabulary: dict[str, int] = model.vocab_dict

    @classmethod
    def build(cls, texts: list[str]) -> LexicalIndex:
        model = bm25s.BM25(k1=1.2, b=0.6)
        corpus = [terms(text) or ["∅"] for text in texts] or [["∅"]]
        model.index(corpus, show_progress=False)
        return cls(model, len(texts))

    def save(self, folder: Path) -> None:
        self.model.save(folder)

    @classmethod
    def open(cls, folder: Path, size: int) -> LexicalIndex:
        return cls(bm25s.BM25.load(folder, mmap=True), size)

    def scores(self, question_terms: list[str], weights: dict[str, float] | None = None) -> Scores:
        """BM25 of each text, shape (size,); `weights` scale single terms (an expansion counts less than a typed word)."""
        out = np.zeros(max(self.size, 1), dtype=np.float32)
        for term in dict.fromkeys(question_terms):
            number = self.vocabulary.get(term)
            if number is not None:
                out += np.float32((weights or {}).get(term, 1.0)) * self.model.get_scores_from_ids([number])
        return out[: self.size]
