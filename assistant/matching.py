"""Term matrices for matching: how much of a question stands in a text, and how much of a title in a question."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse

from ingest.terms import terms

Scores = npt.NDArray[np.float32]


class TermTable:
    """Texts as sets of stemmed terms, weighted by how rare a term is among them.

    All scores are arrays with one value a text, in [0, 1].
    """

    def __init__(self, texts: Sequence[str], vocabulary: dict[str, int] | None = None, idf: Scores | None = None) -> None:
        token_sets = [set(terms(text)) for text in texts]
        self.size = len(token_sets)
        if vocabulary is None:
            names = sorted({term for tokens in token_sets for term in tokens})
            vocabulary = {name: i for i, name in enumerate(names)}
        self.vocabulary = vocabulary
        rows = [i for i, tokens in enumerate(token_sets) for term in tokens if term in vocabulary]
        columns = [vocabulary[term] for tokens in token_sets for term in tokens if term in vocabulary]
        data = np.ones(len(rows), dtype=np.float32)
        self.matrix = sparse.csc_matrix((data, (rows, columns)), shape=(self.size, len(vocabulary)))
        if idf is None:
            frequency = np.asarray(self.matrix.sum(axis=0)).ravel()
            idf = np.log(1 + (self.size - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
        self.idf: Scores = idf
        self.unseen = float(np.log(1 + 2 * (self.size + 0.5))) if self.size else 1.0
        """weight of a term that no text holds"""
        self.mass: Scores = np.maximum(self.matrix @ self.idf, 1e-6).astype(np.float32)

    def weight(self, term: str) -> float:
        number = self.vocabulary.get(term)
        return float(self.idf[number]) if number is not None else self.unseen

    def share(self, term: str) -> float:
        """Share of the texts that hold a term."""
        number = self.vocabulary.get(term)
        if number is None or not self.size:
            return 0.0
        return float(self.matrix.indptr[number + 1] - self.matrix.indptr[number]) / self.size

    def shared(self, groups: Sequence[Sequence[str]]) -> tuple[Scores, float]:
        """(shared weight a text, whole weight of the question). A group is one asked word with its alternatives:
        a text shares it when it holds any of them."""
        out = np.zeros(self.size, dtype=np.float32)
        whole = 0.0
        for group in groups:
            weight = self.weight(group[0])
            whole += weight
            columns = [self.vocabulary[t] for t in group if t in self.vocabulary]
            if len(columns) == 1:
                start, end = self.matrix.indptr[columns[0]], self.matrix.indptr[columns[0] + 1]
                out[self.matrix.indices[start:end]] += weight
            elif columns:
                hit = np.zeros(self.size, dtype=bool)
                for column in columns:
                    hit[self.matrix.indices[self.matrix.indptr[column] : self.matrix.indptr[column + 1]]] = True
                out[hit] += weight
        return out, whole

    def coverage(self, groups: Sequence[Sequence[str]]) -> Scores:
        """Share of the question's weight that each text holds."""
        shared, whole = self.shared(groups)
        share: Scores = shared / np.float32(max(whole, 1e-6))
        return share

    def covered(self, groups: Sequence[Sequence[str]]) -> Scores:
        """Share of each text's weight that the question holds."""
        flat = list(dict.fromkeys(t for group in groups for t in group))
        shared, _ = self.shared([[t] for t in flat if t in self.vocabulary])
        share: Scores = np.minimum(shared / self.mass, 1.0)
        return share

    def likeness(self, groups: Sequence[Sequence[str]]) -> Scores:
        """Shared weight over the weight of both together (a weighted Jaccard index)."""
        shared, whole = self.shared(groups)
        share: Scores = shared / np.maximum(self.mass + np.float32(whole) - shared, 1e-6)
        return share
