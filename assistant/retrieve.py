"""Question -> ranked passages: lexical and dense scores against passages and their everyday questions, fused by one
linear model whose coefficients were fitted and are kept in `ranker.json` (see docs/retrieval.md)."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from bm25s.stopwords import STOPWORDS_EN_PLUS
from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document as LangChainDocument
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from assistant.asking import NEGATED
from assistant.matching import TermTable
from assistant.models import Hit, Question
from assistant.passage_traits import PassageTraits
from assistant.question_vectors import QuestionVectors
from assistant.understand import Understanding
from ingest.embedding import Embedder
from ingest.models import Passage
from ingest.store.index import PlanIndex
from ingest.terms import STOP_WORDS, stem, terms, words

Array = npt.NDArray[np.float32]
Groups = tuple[tuple[str, ...], ...]
UNASKED = 0.3
"""Standard deviations below its own likeness that a passage without everyday questions gets for theirs."""
ENGLISH_FRAME = frozenset(
    ["plan", "document", "ministry", "say", "says", "said", "state", "states", "run", "runs", "two", "three", "mention", "mentioned"]
)
"""Words that an English question is put in: they name nothing in the plan."""
ORDERING = frozenset(
    words(
        "sebut sebutkan sebutin jabarkan jabarin paparkan uraikan jelaskan jelasin terangkan tuliskan tulis satu-satu tolong "
        "punya sekarang kini nih tuh dong deh kan tadi kira-kira"
    )
)
"""Words that tell the assistant what to do, and talk: they name nothing in the plan."""
SHORT_STEM = 5
TELLING = 0.5
"""Share of the weight of a long form's rarest word that another of its words must have to stand for the whole."""
AT_WORK = 32
"""Questions whose word matches are kept: a question is ranked several times while it is answered, by words and by meaning."""
RANKER = Path(__file__).with_name("ranker.json")
FEATURES = (
    "dense", "dense_asked", "bm25", "coverage", "coverage_text", "title_in_question", "question_in_title", "asked_likeness", "asked_bm25",
    "name_in_question", "list_for_list", "row_for_value", "definition", "year_there", "part_there", "code_there", "number_there", "item",
    "table", "row", "length", "reason_there", "org_there", "front", "table_for_list", "measure_there", "measure_missing", "in_period", "asked_second", "dense_sum",
)  # fmt: skip


@dataclass(frozen=True)
class Asking:
    """A question ready for matching."""

    vector: Array
    groups: Groups
    """each content word's stem, with the stems of what it stands for"""
    terms: tuple[str, ...]
    expansion: tuple[str, ...]


@dataclass(frozen=True)
class Ranking:
    """Scores of all passages for one question; `order` holds positions, best first."""

    scores: Array
    order: npt.NDArray[np.int64]
    features: Array
    """shape (passages, len(FEATURES))"""
    asking: Asking
    asked_best: npt.NDArray[np.int64]
    """position of the nearest everyday question of each passage, -1 for none"""


def zscore(values: Array) -> Array:
    spread = float(values.std()) or 1.0
    scored: Array = ((values - values.mean()) / spread).astype(np.float32)
    return scored


def fuse(features: Array, weights: Array) -> Array:
    """The score of each row of features: one linear combination."""
    score: Array = features @ weights
    return score


def load_weights(path: Path = RANKER) -> Array:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return np.array([data["weights"].get(name, 0.0) for name in FEATURES], dtype=np.float32)


class Retriever:
    def __init__(self, index: PlanIndex, embedder: Embedder, understanding: Understanding, weights: Array | None = None) -> None:
        self.index = index
        self.embedder = embedder
        self.vectors = QuestionVectors(embedder, understanding)
        self.understanding = understanding
        self.weights = load_weights() if weights is None else weights
        self.passages: list[Passage] = [index.passages[key] for key in index.order]
        positions = index.positions
        self.owner = np.array([positions[q.passage_id] for q in index.questions], dtype=np.int64)
        self.table = TermTable([p.index_text for p in self.passages])
        shared: dict[str, Any] = {"vocabulary": self.table.vocabulary, "idf": self.table.idf}
        self.texts = TermTable([f"{p.lead_in} {p.text}" for p in self.passages], **shared)
        self.titles = TermTable([p.title for p in self.passages], **shared)
        self.asked = TermTable([q.text for q in index.questions])
        self.names = TermTable([n.name for n in index.names])
        self.name_owner = np.array([positions[n.passage_id] for n in index.names], dtype=np.int64)
        self.traits = PassageTraits(index, understanding.period)
        self.no_vector = np.zeros(index.vectors.shape[1], dtype=np.float32)
        """ranks by words alone"""

    def warm(self) -> None:
        """Load what loads late: the model and the vectors."""
        self.embedder.queries(["pemanasan"])
        _ = self.index.vectors, self.index.question_vectors
        self.traits.warm()

    # the question ----------------------------------------------------------------------------------------------------

    def asking(self, question: Question, vector: Array | None = None) -> Asking:
        return Asking(self.vectors.of(question) if vector is None else vector, *self.wording(question))

    @lru_cache(maxsize=AT_WORK)  # noqa: B019 - one retriever lives as long as the process
    def wording(self, question: Question) -> tuple[Groups, tuple[str, ...], tuple[str, ...]]:
        """(groups, terms, expansion) of an `Asking`."""
        meant = NEGATED.sub(" ", question.standalone) if len(terms(NEGATED.sub(" ", question.standalone))) >= 2 else question.standalone
        expansion = self.understanding.expansions(meant)
        added = [t for phrase in expansion for t in terms(phrase)]
        groups = []
        for word in words(meant):
            named_period = word.isdigit() and not question.years and self.understanding.in_period(word)
            said_in_english = question.language == "en" and (word in STOPWORDS_EN_PLUS or word in ENGLISH_FRAME)
            if word in STOP_WORDS or word in ORDERING or said_in_english or (len(word) < 2 and not word.isdigit()) or named_period:
                continue
            groups.append((stem(word), *self.alternatives(word)))
        groups += [(term,) for phrase in self.understanding.phrases(meant) for term in terms(phrase)]
        groups = list(dict.fromkeys(groups))
        own = [g[0] for g in groups]
        return tuple(groups), tuple(own), tuple(t for t in dict.fromkeys(added) if t not in own)

    @lru_cache(maxsize=8192)  # noqa: B019 - one retriever lives as long as the process
    def alternatives(self, word: str) -> tuple[str, ...]:
        """Stems that count as the same word: an abbreviation's rarest long-form word, an everyday word's plan words."""
        more = [t for phrase in self.understanding.expansions(word) for t in terms(phrase)]
        # of a long form only its telling words stand for it: "PMI" is not any "Indonesia"
        more = sorted(set(more), key=lambda t: -self.table.weight(t))[:2]
        more = [t for t in more if self.table.weight(t) >= TELLING * self.table.weight(more[0])]
        return (*more, *self.made_so(word))

    def made_so(self, word: str) -> list[str]:
        """ "terstandar" is what went through "standardisasi": the plan's nouns for making something what a word says it is."""
        own = stem(word)
        if own == word or len(own) < SHORT_STEM or not word.startswith(("ter", "di", "me")):
            return []
        made = re.compile(rf"{re.escape(own)}[a-z]?isasi")
        return [t for t in self.table.vocabulary if t.startswith(own) and made.fullmatch(t)]

    # scoring ---------------------------------------------------------------------------------------------------------

    def rank(self, question: Question, vector: Array | None = None, without: int | None = None) -> Ranking:
        """Score every passage. `without`: position of an everyday question to leave out (for fitting)."""
        asking = self.asking(question, vector)
        features, nearest = self.features(question, asking, without)
        scores = fuse(features, self.weights)
        return Ranking(scores, np.argsort(-scores, kind="stable"), features, asking, nearest)

    def features(self, question: Question, asking: Asking, without: int | None = None) -> tuple[Array, npt.NDArray[np.int64]]:
        of_meaning, nearest = self.of_meaning(asking.vector, without)
        values = {**of_meaning, **self.of_words(question, asking.groups, asking.terms, asking.expansion, without)}
        return np.stack([np.asarray(values[name], dtype=np.float32) for name in FEATURES], axis=1), nearest

    def of_meaning(self, vector: Array, without: int | None) -> tuple[dict[str, Array], npt.NDArray[np.int64]]:
        """What the question's vector says of each passage, and its nearest everyday question; nothing without a vector."""
        size = len(self.passages)
        if not vector.any():
            nothing = np.zeros(size, dtype=np.float32)
            features = {"dense": nothing, "dense_asked": nothing - np.float32(UNASKED), "asked_second": nothing, "dense_sum": nothing}
            return features, np.full(size, -1, dtype=np.int64)
        dense = self.index.vectors @ vector
        near = zscore(dense)
        asked = self.index.question_vectors @ vector if len(self.owner) else np.zeros(0, np.float32)
        dense_asked, nearest = self.best_asked(asked, without)
        second = self.second_asked(dense_asked, without, asked) if len(self.owner) else dense_asked
        return {
            "dense": near,
            "dense_asked": np.where(dense_asked > 0, zscore(np.where(dense_asked > 0, dense_asked, dense - 0.02)), near - UNASKED),
            "asked_second": np.where(second > 0, (second - 0.85) * 10, 0.0),
            "dense_sum": near * np.where(dense_asked > 0, zscore(np.where(dense_asked > 0, dense_asked, 0.82)), 0.0) / 4,
        }, nearest

    @lru_cache(maxsize=AT_WORK)  # noqa: B019 - one retriever lives as long as the process
    def of_words(
        self, question: Question, groups: Groups, own: tuple[str, ...], expansion: tuple[str, ...], without: int | None
    ) -> dict[str, Array]:
        """What words, years, codes and kinds say of each passage."""
        bm25 = self.index.lexical.scores([*own, *expansion], dict.fromkeys(expansion, 0.4))
        likeness, _ = self.best_asked(self.asked.likeness(groups), without)
        asked_bm25, _ = self.best_asked(self.index.question_lexical.scores(list(own)), without)
        names = np.zeros(len(self.passages), dtype=np.float32)
        if self.names.size:
            np.maximum.at(names, self.name_owner, self.names.covered(groups))
        return {
            "bm25": bm25 / max(float(bm25.max(initial=0.0)), 1e-6),
            "coverage": self.table.coverage(groups),
            "coverage_text": self.texts.coverage(groups),
            "title_in_question": self.titles.covered(groups),
            "question_in_title": self.titles.coverage(groups),
            "asked_likeness": likeness,
            "asked_bm25": asked_bm25 / max(float(asked_bm25.max(initial=0.0)), 1e-6),
            "name_in_question": names,
            **self.traits.of_question(question),
            **self.traits.kinds,
        }

    def best_asked(self, scores: Array, without: int | None) -> tuple[Array, npt.NDArray[np.int64]]:
        """(best score a passage over its everyday questions, position of that question)."""
        best = np.zeros(len(self.passages), dtype=np.float32)
        which = np.full(len(self.passages), -1, dtype=np.int64)
        if not len(scores):
            return best, which
        if without is not None:
            scores = scores.copy()
            scores[without] = 0.0
        np.maximum.at(best, self.owner, scores)
        hit = scores >= best[self.owner]
        which[self.owner[hit]] = np.flatnonzero(hit)
        return best, which

    def second_asked(self, best: Array, without: int | None, scores: Array) -> Array:
        """The second best similarity of each passage's everyday questions: two votes weigh more than one."""
        rest = np.where(scores >= best[self.owner], 0.0, scores).astype(np.float32)
        if without is not None:
            rest[without] = 0.0
        out = np.zeros(len(self.passages), dtype=np.float32)
        np.maximum.at(out, self.owner, rest)
        return out

    # results -----------------------------------------------------------------------------------------------------------

    def search(self, question: Question, k: int = 10) -> list[Hit]:
        return self.hits(self.rank(question), k)

    def hits(self, ranking: Ranking, k: int = 10) -> list[Hit]:
        found = []
        for position in ranking.order[:k]:
            passage = self.passages[position]
            values = {name: round(float(v), 3) for name, v in zip(FEATURES, ranking.features[position], strict=True) if v}
            found.append(
                Hit(
                    passage_id=passage.id,
                    lines=(passage.span.line_start, passage.span.line_end),
                    score=float(ranking.scores[position]),
                    features=values,
                )
            )
        return found


class PlanRetriever(BaseRetriever):
    """The retriever as LangChain knows it: page_content is verbatim, metadata says where it stands."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    retriever: Retriever
    k: int = 10

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[LangChainDocument]:
        question = self.retriever.understanding.read(query)
        out = []
        for hit in self.retriever.search(question, self.k):
            passage = self.retriever.index.passages[hit.passage_id]
            metadata = {
                "passage_id": passage.id,
                "doc": passage.doc,
                "section": passage.place,
                "lines": hit.lines,
                "page": passage.span.page,
                "score": hit.score,
            }
            out.append(LangChainDocument(page_content=passage.text, metadata=metadata))
        return out
