"""Does the best evidence answer this question? A calibrated probability from how the question and the passages meet.

Coefficients are fitted (see docs/retrieval.md) and kept in `ranker.json`. e5 similarities are compressed, so none
decides alone: what counts most is whether the question's telling words, its year and its kind of answer are there.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.answer_kind import asked_kinds, holds
from assistant.models import Question
from assistant.passage_traits import SIGNED
from assistant.retrieve import FEATURES, RANKER, Ranking, Retriever
from assistant.sentences import split_sentences
from ingest.models import Passage
from ingest.terms import fold, stem, terms

TESTED = (
    "bias", "top_score", "margin", "dense_raw", "asked_raw", "coverage_top", "coverage_three", "missing_weight", "unknown_share", "likeness",
    "name", "number_missing", "year_missing", "short", "asked_gap", "sentence_cover", "unit_missing", "novel", "asked_global", "asked_here",
    "year_unknown", "proper_missing", "person_missing", "row_top", "year_missing_three", "coverage_asked", "dense_gap",
    "kind_anchor", "kind_agrees", "kind_asked",
)  # fmt: skip
UNASKED = 0.4
"""A plan without everyday questions cannot show that people ask so: less has to be shown of it."""
PROPER = re.compile(r"(?<=[a-z0-9,?] )[A-Z][a-z]{3,}\b")
OFFICES = (
    r"(?:presiden|menteri|dirjen|direktur|kepala|ketua|gubernur|sekjen|sekretaris|inspektur|irjen|bupati|wali kota|deputi|wamen|staf ahli)"
)
PERSON = re.compile(
    rf"\bsiapa(?:kah)? (?:sih )?(?:nama\w*|yang menjabat|(?:yang jadi )?(?:wakil )?{OFFICES})\b"
    rf"|\b{OFFICES}\b.{{0,40}}\bsiapa nama\w*|\bnama (?:lengkap|pejabat|orang\w*|{OFFICES})\b|\bwho is\b|\bname of\b",
    re.IGNORECASE,
)
"""Asks for a person's name: plans name nobody but those who sign."""
AT = {name: i for i, name in enumerate(FEATURES)}


class EvidenceTest:
    def __init__(self, retriever: Retriever, weights: npt.NDArray[np.float64] | None = None, threshold: float | None = None) -> None:
        self.retriever = retriever
        if weights is None or threshold is None:
            data: dict[str, Any] = json.loads(Path(RANKER).read_text(encoding="utf-8"))["evidence_test"]
            weights = np.array([data["weights"].get(name, 0.0) for name in TESTED])
            threshold = float(data["threshold"])
        self.weights = weights
        self.threshold = threshold
        self._words: dict[int, frozenset[str]] = {}
        self._sentences: dict[int, list[frozenset[str]]] = {}

    def answers(self, question: Question, ranking: Ranking) -> tuple[bool, float]:
        """(whether the best evidence may answer the question, the calibrated probability)."""
        signals = self.signals(question, ranking)
        score = float(signals @ self.weights)
        probability = 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
        needed = self.threshold if len(self.retriever.owner) else self.threshold * UNASKED
        return probability >= needed and not self.ruled_out(signals), probability

    def ruled_out(self, signals: npt.NDArray[np.float64]) -> bool:
        """What no similarity makes up for: no passage near holds the asked year, a number, or a person's name."""
        at = {name: float(value) for name, value in zip(TESTED, signals, strict=True)}
        return at["year_missing_three"] >= 1 or at["year_unknown"] > 0 or at["person_missing"] > 0 or at["number_missing"] > 0

    def signals(self, question: Question, ranking: Ranking) -> npt.NDArray[np.float64]:
        """One value a name in TESTED."""
        order = [int(p) for p in ranking.order[:3]]
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
        unknown = sum(
            w
            for g, w in zip(groups, weights, strict=True)
            if not any(t in table.vocabulary or t in self.retriever.asked.vocabulary for t in g)
        )
        dense = float(self.retriever.index.vectors[top] @ ranking.asking.vector)
        nearest = int(ranking.asked_best[top])
        asked_raw = float(self.retriever.index.question_vectors[nearest] @ ranking.asking.vector) if nearest >= 0 else dense - 0.02
        wants_number = question.asked in ("nilai", "jumlah") and question.operation not in ("org_unit", "unit")
        year_missing = 0.0
        if question.years:
            there = [p for p in order[:1] for y in question.years if y in self.retriever.traits.years and self.retriever.traits.years[y][p]]
            year_missing = 1.0 - len(there) / len(question.years)
        extra = self.closer_look(question, ranking, order, held)
        second = float(ranking.scores[order[1]]) if len(order) > 1 else 0.0
        return np.array([
            1.0, float(ranking.scores[top]), float(ranking.scores[top]) - second, (dense - 0.85) * 20, (asked_raw - 0.88) * 20,
            1 - sum(missing) / whole, covered_three, max(missing, default=0.0) / 8, unknown / whole, float(row[AT["asked_likeness"]]),
            float(row[AT["name_in_question"]]), float(wants_number and not self.retriever.traits.has_number[top]), year_missing, float(len(groups) <= 2),
            float(row[AT["dense_asked"]] - row[AT["dense"]]), *extra,
        ])  # fmt: skip

    def closer_look(self, question: Question, ranking: Ranking, order: Sequence[int], held: Sequence[frozenset[str]]) -> list[float]:
        """The later names of TESTED: what a reader would check in the best passages."""
        retriever = self.retriever
        groups, table = ranking.asking.groups, retriever.table
        weights = [table.weight(g[0]) for g in groups]
        whole = sum(weights) or 1.0
        best_sentence = 0.0
        for position in order:
            for own in self.sentences_of(int(position)):
                best_sentence = max(best_sentence, sum(w for g, w in zip(groups, weights, strict=True) if any(t in own for t in g)) / whole)
        top = int(order[0])
        nearest = int(ranking.asked_best[top])
        asked_words = frozenset(terms(retriever.index.questions[nearest].text)) if nearest >= 0 else frozenset()
        three = frozenset().union(*held) | asked_words
        novel = [w for g, w in zip(groups, weights, strict=True) if not any(t in three for t in g)]
        own_asked = sum(w for g, w in zip(groups, weights, strict=True) if any(t in asked_words or t in held[0] for t in g)) / whole
        similar = retriever.index.question_vectors @ ranking.asking.vector if len(retriever.owner) else np.zeros(1, np.float32)
        globally = int(similar.argmax()) if len(retriever.owner) else -1
        here = globally >= 0 and any(
            same_place(retriever.passages[int(retriever.owner[globally])], retriever.passages[int(p)]) for p in order
        )
        three_text = " ".join(retriever.passages[int(p)].text for p in order)
        kinds = asked_kinds(fold(question.standalone))
        unit_missing = bool(kinds) and not any(holds(kind, fold(three_text)) for kind in kinds)
        known = set(retriever.traits.years)
        unknown_year = any(
            y not in known or (retriever.understanding.period and y > retriever.understanding.period[1]) for y in question.years
        )
        missing_three = [
            y for y in question.years if not any(y in retriever.traits.years and retriever.traits.years[y][int(p)] for p in order)
        ]
        proper = [w for w in PROPER.findall(question.text) if stem(fold(w)) not in three and fold(w) not in fold(three_text)]
        signatures = any(retriever.passages[int(p)].kind == "front" for p in order) and SIGNED.search(question.standalone)
        person = bool(PERSON.search(question.standalone)) and not signatures
        dense = retriever.index.vectors @ ranking.asking.vector
        return [
            best_sentence, float(unit_missing), max(novel, default=0.0) / 8, (float(similar.max()) - 0.9) * 20, float(here), float(unknown_year),
            float(min(len(proper), 3)), float(person), float(retriever.traits.kinds["row"][top]), len(missing_three) / max(1, len(question.years)), own_asked,
            float(dense.max() - dense[top]) * 20, *self.kind_signals(kinds, ranking, order),
        ]  # fmt: skip

    def kind_signals(self, kinds: Sequence[str], ranking: Ranking, order: Sequence[int]) -> list[float]:
        """(share of the question's telling words beside a thing of the asked kind, whether the nearest everyday question asks for
        such a thing too, whether a kind is asked for at all); ones where no kind is asked for."""
        if not kinds:
            return [1.0, 1.0, 0.0]
        weight = self.retriever.table.weight
        telling = [g for g in ranking.asking.groups if not g[0].isdigit()]
        whole = sum(weight(g[0]) for g in telling) or 1.0
        best = 0.0
        for position in order:
            passage = self.retriever.passages[position]
            texts = [passage.text] if passage.kind == "row" else [s.text for s in split_sentences(passage.text)]
            for text, own in zip(texts, self.sentences_of(position), strict=True):
                if any(holds(kind, fold(text)) for kind in kinds):
                    best = max(best, sum(weight(g[0]) for g in telling if any(t in own for t in g)) / whole)
        nearest = int(ranking.asked_best[order[0]])
        agrees = nearest >= 0 and bool(set(kinds) & set(asked_kinds(fold(self.retriever.index.questions[nearest].text))))
        return [best, float(agrees), 1.0]

    def sentences_of(self, position: int) -> list[frozenset[str]]:
        if position not in self._sentences:
            passage = self.retriever.passages[position]
            head = frozenset(terms(f"{passage.title} {passage.lead_in}"))
            pieces = [passage.index_text] if passage.kind == "row" else [s.text for s in split_sentences(passage.text)]
            self._sentences[position] = [frozenset(terms(piece)) | head for piece in pieces]
        return self._sentences[position]

    def words_of(self, position: int) -> frozenset[str]:
        if position not in self._words:
            self._words[position] = frozenset(terms(self.retriever.passages[position].index_text))
        return self._words[position]


def same_place(a: Passage, b: Passage) -> bool:
    return a.doc == b.doc and a.span.line_start <= b.span.line_end and b.span.line_start <= a.span.line_end
