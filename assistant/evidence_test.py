"""Does the best evidence answer this question? A calibrated probability from how the question and the passages meet.

Coefficients are fitted (see docs/retrieval.md) and kept in `ranker.json`. e5 similarities are compressed, so none
decides alone: what counts most is whether the question's telling words, its year and its kind of answer are there.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.models import Question
from assistant.retrieve import FEATURES, RANKER, Ranking, Retriever
from ingest.terms import terms

TESTED = (
    "bias", "top_score", "margin", "dense_raw", "asked_raw", "coverage_top", "coverage_three", "missing_weight", "unknown_share", "likeness",
    "name", "number_missing", "year_missing", "short", "asked_gap",
)  # fmt: skip
AT = {name: i for i, name in enumerate(FEATURES)}


class EvidenceTest:
    def __init__(self, retriever: Retriever, weights: npt.NDArray[np.float64] | None = None, threshold: float | None = None) -> None:
        self.retriever = retriever
        if weights is None or threshold is None:
            data: dict[str, Any] = json.loads(Path(RANKER).read_text(encoding="utf-8"))["evidence_test"]
            weights = np.array([data["weights"][name] for name in TESTED])
            threshold = float(data["threshold"])
        self.weights = weights
        self.threshold = threshold
        self._words: dict[int, frozenset[str]] = {}

    def probability(self, question: Question, ranking: Ranking) -> float:
        score = float(self.signals(question, ranking) @ self.weights)
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))

    def signals(self, question: Question, ranking: Ranking) -> npt.NDArray[np.float64]:
        """One value a name in TESTED."""
        order = ranking.order[:3]
        top = int(order[0])
        row = ranking.features[top]
        groups = ranking.asking.groups
        table = self.retriever.table
        weights = [table.weight(g[0]) for g in groups]
        whole = sum(weights) or 1.0
        held = [self.words_of(int(p)) for p in order]
        missing = [w for g, w in zip(groups, weights, strict=True) if not any(t in held[0] for t in g)]
        three = frozenset().union(*held)
        covered_three = sum(w for g, w in zip(groups, weights, strict=True) if any(t in three for t in g)) / whole
        unknown = sum(w for g, w in zip(groups, weights, strict=True) if not any(t in table.vocabulary or t in self.retriever.asked.vocabulary for t in g))
        dense = float(self.retriever.index.vectors[top] @ ranking.asking.vector)
        nearest = int(ranking.asked_best[top])
        asked_raw = float(self.retriever.index.question_vectors[nearest] @ ranking.asking.vector) if nearest >= 0 else dense - 0.02
        wants_number = question.asked in ("nilai", "jumlah") or bool(question.measures)
        year_missing = 0.0
        if question.years:
            there = [p for p in order[:1] for y in question.years if y in self.retriever.years and self.retriever.years[y][p]]
            year_missing = 1.0 - len(there) / len(question.years)
        second = float(ranking.scores[order[1]]) if len(order) > 1 else 0.0
        return np.array([
            1.0, float(ranking.scores[top]), float(ranking.scores[top]) - second, (dense - 0.85) * 20, (asked_raw - 0.88) * 20,
            1 - sum(missing) / whole, covered_three, max(missing, default=0.0) / 8, unknown / whole, float(row[AT["asked_likeness"]]),
            float(row[AT["name_in_question"]]), float(wants_number and not self.retriever.has_number[top]), year_missing, float(len(groups) <= 2),
            float(row[AT["dense_asked"]] - row[AT["dense"]]),
        ])  # fmt: skip

    def words_of(self, position: int) -> frozenset[str]:
        if position not in self._words:
            self._words[position] = frozenset(terms(self.retriever.passages[position].index_text))
        return self._words[position]
