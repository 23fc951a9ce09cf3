"""Which row of a table does a question mean? One linear score over all rows that state figures.

What retrieval knows of a row's passage is joined by how the question's words meet the row's own names, its activity,
office, level, unit and code. The coefficients are fitted (docs/retrieval.md) and kept in `row_ranker.json`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from assistant.matching import TermTable
from assistant.measures import BARE_TERMS, LEVELS, MONEY
from assistant.models import Question
from assistant.retrieve import AT_WORK, FEATURES, Groups, Ranking, Retriever
from assistant.row_sets import numerals, rows_with
from assistant.rows import ACTIVITY_LEVEL, RowBook, TableRow
from ingest.terms import fold, terms, words

Array = npt.NDArray[np.float32]
T = TypeVar("T")
WEIGHTS = Path(__file__).with_name("row_ranker.json")
OF_PASSAGE = (
    "passage", "dense", "dense_asked", "bm25", "coverage", "title_in_question", "question_in_title", "asked_likeness", "asked_bm25", "name_in_question",
    "asked_second",
)  # fmt: skip
OF_ROW = (
    "label_covers", "row_covers", "label_named", "label_alike", "label_exact", "label_unnamed", "context_named", "measure_there", "measure_missing",
    "money_missing", "years_there", "in_period", "unit_named", "level_named", "level_other", "code_own", "code_activity", "part_named", "own", "own_money",
    "own_office", "own_said", "indicator_target", "output_money", "goal", "plain_table", "numeral_same", "numeral_other",
)  # fmt: skip
ROW_FEATURES = OF_PASSAGE + OF_ROW
SAYS_ACTIVITY = re.compile(r"\b(kegiatan|activity)\b")
PER_WEIGHT, PLACE_SHARE = 0.4, 0.9
"""Score for each unit of weight of a name that is said word for word; less of it for the name of the activity."""
EXACT_MASS = 15.0
"""Weight of a long label; exact naming counts the more, the longer the label is."""


@dataclass(frozen=True)
class RowScores:
    """Scores of all figure rows for one question; `order` holds positions, best first."""

    scores: Array
    order: npt.NDArray[np.int64]
    features: Array
    """shape (rows, len(ROW_FEATURES))"""


def load_row_weights(path: Path = WEIGHTS) -> Array:
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return np.array([data["weights"].get(name, 0.0) for name in ROW_FEATURES], dtype=np.float32)


class RowMatcher:
    def __init__(self, book: RowBook, retriever: Retriever, weights: Array | None = None) -> None:
        self.book = book
        self.retriever = retriever
        self.weights = load_row_weights() if weights is None else weights
        self.rows: list[TableRow] = [book.rows[key] for key in book.order if book.rows[key].states_figures]
        self.at = {entry.id: i for i, entry in enumerate(self.rows)}
        self.own = np.array([entry.id == own_id(book, entry) for entry in self.rows], dtype=np.float32)
        owners, names = self.all_names()
        self.name_owner = np.array(owners, dtype=np.int64)
        self.texts = TermTable([" ".join([*e.all_words, *e.names]) for e in self.rows])
        shared: dict[str, Any] = {"vocabulary": self.texts.vocabulary, "idf": self.texts.idf}
        self.names = TermTable(names, **shared)
        self.phrases = [f" {' '.join(words(name))} " for name in names]
        self.context = TermTable([f"{e.row.activity or ' '.join(e.row.parents)}" for e in self.rows], **shared)
        self.offices = TermTable([e.row.org_unit for e in self.rows], **shared)
        self.places = [
            f" {' '.join(words(e.row.activity))} " if e.row.activity and e.row.activity not in e.names else "-" for e in self.rows
        ]
        self.passage_owner, self.passage_at = self.passages()
        self.with_unit = rows_with([[unit] if (unit := frozenset(terms(e.row.unit))) else [] for e in self.rows])
        self.with_term = rows_with([e.all_terms for e in self.rows])
        self.with_level = rows_with([[e.row.level] for e in self.rows])
        self.numerals = [numerals(f"{e.row.label} {e.row.activity} {e.row.org_unit}") for e in self.rows]
        self.with_numeral = rows_with(self.numerals)
        self.with_measure = rows_with([e.measures for e in self.rows])
        self.stated = self.years_stated()
        period = retriever.understanding.period
        first, last = period or (0, 0)
        self.in_period = np.array([any(first <= y <= last for y in e.years()) for e in self.rows], dtype=np.float32)
        self.static = self.static_features()

    def all_names(self) -> tuple[list[int], list[str]]:
        """Every name of every row with the position of the row; an activity's own row bears the activity's name too."""
        owners: list[int] = []
        names: list[str] = []
        for i, entry in enumerate(self.rows):
            for name in [*entry.names, *([entry.row.activity] if self.own[i] else [])]:
                owners.append(i)
                names.append(name)
        return owners, names

    def passages(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """(row position, passage position) pairs: a row's own passage, and for an activity's own row its heading's."""
        owner, at = [], []
        for position, passage in enumerate(self.retriever.passages):
            row_id = self.book.figure_row(passage.row_id) if passage.row_id else ""
            if row_id:
                owner.append(self.at[row_id])
                at.append(position)
        return np.array(owner, dtype=np.int64), np.array(at, dtype=np.int64)

    def static_features(self) -> dict[str, Array]:
        level = np.array([e.row.level for e in self.rows])
        self.indicators = np.array([name.startswith("Indikator") for name in level], dtype=np.float32)
        self.outputs = self.any_of(self.with_level, ("Rincian Output", "KRO"))
        return {
            "own": self.own,
            "goal": ((level == ACTIVITY_LEVEL) & (self.own == 0)).astype(np.float32),
            "plain_table": (level == "").astype(np.float32),
        }

    # scoring ---------------------------------------------------------------------------------------------------------

    def rank(self, question: Question, ranking: Ranking) -> RowScores:
        features = self.features(question, ranking)
        _, outright = self.of_question(question, ranking.asking.groups)
        scores: Array = (features @ self.weights + outright).astype(np.float32)
        return RowScores(scores, np.argsort(-scores, kind="stable"), features)

    @lru_cache(maxsize=AT_WORK)  # noqa: B019 - one matcher lives as long as the process
    def of_question(self, question: Question, groups: Groups) -> tuple[dict[str, Array], Array]:
        """(the features that need no vector, what rows gain that are named word for word)"""
        exact = self.best_name(self.exact(question) * self.names.mass)
        return {**self.of_words(question, groups, exact), **self.of_request(question)}, self.outright(question, exact)

    def features(self, question: Question, ranking: Ranking) -> Array:
        values = {**self.of_passages(ranking), **self.of_question(question, ranking.asking.groups)[0], **self.static}
        return np.stack([np.asarray(values[name], dtype=np.float32) for name in ROW_FEATURES], axis=1)

    def of_passages(self, ranking: Ranking) -> dict[str, Array]:
        columns = [FEATURES.index(name) for name in OF_PASSAGE[1:]]
        values = np.column_stack([ranking.scores, ranking.features[:, columns]])[self.passage_at]
        best = np.full((len(self.rows), len(OF_PASSAGE)), -99.0, dtype=np.float32)
        np.maximum.at(best, self.passage_owner, values)
        best[best == -99.0] = 0.0
        return {name: best[:, i] for i, name in enumerate(OF_PASSAGE)}

    def known(self, groups: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
        """Asked words that some row holds, the known form first."""
        found = []
        for group in groups:
            there = tuple(t for t in group if t in self.texts.vocabulary)
            if there:
                found.append(there)
        return found

    def of_words(self, question: Question, asked: Sequence[tuple[str, ...]], exact: Array) -> dict[str, Array]:
        groups = self.known(asked)
        telling = [g for g in groups if g[0] not in BARE_TERMS and not (g[0].isdigit() and g[0] not in question.codes)] or groups
        covers = self.best_name(self.names.coverage(telling))
        mass = self.names.mass
        covered = self.names.covered(groups)
        return {
            "label_covers": covers,
            "row_covers": self.texts.coverage(telling),
            "label_named": self.best_name(covered),
            "label_alike": self.best_name(self.names.likeness(telling)),
            "label_exact": np.asarray(np.minimum(exact / EXACT_MASS, 1.0), dtype=np.float32),
            "label_unnamed": -self.best_name(-(1 - covered) * mass) / EXACT_MASS,
            "context_named": np.maximum(self.named_context(self.context, groups), self.named_context(self.offices, groups)),
        }

    def named_context(self, table: TermTable, groups: Sequence[Sequence[str]]) -> Array:
        share = table.covered(groups)
        return np.where(table.mass > 1, share, 0.0).astype(np.float32)

    def exact_names(self, question: Question) -> Array:
        """For each row the weight (0..1) of its heaviest name that stands in the question word for word."""
        return np.asarray(np.minimum(self.best_name(self.exact(question) * self.names.mass) / EXACT_MASS, 1.0), dtype=np.float32)

    def exact(self, question: Question) -> Array:
        """Which names stand in the question word for word, abbreviations written out or not."""
        said = self.said(question)
        return np.array([phrase in said for phrase in self.phrases], dtype=np.float32)

    def said(self, question: Question) -> str:
        """The words of every spelling of a question, each spelling on a line, a blank around each word."""
        return "\n".join(f" {' '.join(words(text))} " for text in self.spellings(question))

    def spellings(self, question: Question) -> tuple[str, ...]:
        """A question as typed, as read, and with its abbreviations written out."""
        lexicon = self.retriever.understanding.lexicon
        longer = " ".join((lexicon.long_forms(word) or (word,))[0] for word in words(question.standalone))
        return tuple(dict.fromkeys((question.standalone, question.text, longer)))

    def outright(self, question: Question, exact: Array) -> Array:
        """What a row gains where its own name, and that of its activity, stand in the question word for word: the
        longer the name, the more."""
        said = self.said(question)
        inside = np.array([p in said for p in self.places], dtype=np.float32) * (1 - self.own)
        return np.asarray(PER_WEIGHT * (exact + PLACE_SHARE * inside * self.context.mass), dtype=np.float32)

    def holding(self, groups: Sequence[Sequence[str]]) -> list[TableRow]:
        """The rows that hold every asked word or one that stands for it."""
        there = np.ones(len(self.rows), dtype=np.float32)
        for group in groups:
            there *= self.any_of(self.with_term, group)
        return [self.rows[i] for i in np.flatnonzero(there)]

    def any_of(self, rows: Mapping[T, npt.NDArray[np.int64]], wanted: Iterable[T]) -> Array:
        """1.0 for the rows that have any of the wanted things."""
        there = np.zeros(len(self.rows), dtype=np.float32)
        for one in wanted:
            if one in rows:
                there[rows[one]] = 1.0
        return there

    def held_words(self, entry: TableRow, ranking: Ranking) -> frozenset[str]:
        """The question's telling words that a row holds, of those that any row holds."""
        telling = [g for g in self.known(ranking.asking.groups) if g[0] not in BARE_TERMS and not g[0].isdigit()]
        return frozenset(g[0] for g in telling if any(t in entry.all_terms for t in g))

    def best_name(self, values: Array, start: float = -99.0) -> Array:
        best = np.full(len(self.rows), start, dtype=np.float32)
        np.maximum.at(best, self.name_owner, values)
        return np.where(best == start, 0.0, best).astype(np.float32)

    def of_request(self, question: Question) -> dict[str, Array]:
        """What the question asks of a row: measure, years, unit, level, code."""
        money = any(m in MONEY for m in question.measures)
        named = [m for m in question.measures if m in self.with_measure]
        wanted = frozenset(named) | (frozenset(MONEY) if money else frozenset())
        low = fold(question.standalone)
        asked = frozenset(terms(question.standalone))
        asked_numerals = numerals(question.standalone)
        levels = {name for pattern, name in LEVELS if re.search(pattern, low)}
        there = self.any_of(self.with_measure, wanted)
        level = self.any_of(self.with_level, levels)
        nothing = np.zeros(len(self.rows), dtype=np.float32)
        target = "target" in question.measures or (not question.measures and question.asked == "nilai")
        same = self.any_of(self.with_numeral, asked_numerals)
        planned = not question.years and (money or "target" in question.measures or question.operation in ("org_unit", "unit"))
        return {
            "measure_there": there,
            "measure_missing": (1 - there) * bool(wanted),
            "money_missing": (1 - there) * money,
            "years_there": self.years_there(question, wanted),
            "in_period": self.in_period * planned,
            "unit_named": self.any_of(self.with_unit, [u for u in self.with_unit if u <= asked]),
            "level_named": level,
            "level_other": (1 - level) * bool(levels),
            "code_own": self.where(lambda e: any(self.book.has_code(e, c) for c in question.codes)) if question.codes else nothing,
            "code_activity": self.where(lambda e: e.row.activity_code in question.codes) if question.codes else nothing,
            "part_named": self.where(lambda e: any(p.lower() in e.table.name.lower() for p in question.parts))
            if question.parts
            else nothing,
            "numeral_same": same,
            "numeral_other": self.any_of(self.with_numeral, self.with_numeral) * bool(asked_numerals) * (1 - same),
            "own_money": self.own * money,
            "own_office": self.own * (question.operation == "org_unit"),
            "own_said": self.own * bool(SAYS_ACTIVITY.search(low)),
            "indicator_target": self.indicators * target,
            "output_money": self.outputs * money,
        }

    def where(self, condition: Callable[[TableRow], bool]) -> Array:
        return np.array([condition(entry) for entry in self.rows], dtype=np.float32)

    def years_stated(self) -> dict[tuple[str, int], npt.NDArray[np.bool_]]:
        """Which rows state a measure for a year."""
        stated: dict[tuple[str, int], npt.NDArray[np.bool_]] = {}
        for i, entry in enumerate(self.rows):
            for key in {(m, y) for m in entry.measures for y in entry.years(m)}:
                stated.setdefault(key, np.zeros(len(self.rows), dtype=np.bool_))[i] = True
        return stated

    def years_there(self, question: Question, wanted: frozenset[str]) -> Array:
        """The share of the asked years for which a row states one of the wanted measures (any, if none is named)."""
        share = np.zeros(len(self.rows), dtype=np.float32)
        for year in question.years:
            there = [rows for (measure, y), rows in self.stated.items() if y == year and (not wanted or measure in wanted)]
            if there:
                share += np.logical_or.reduce(there)
        return np.asarray(share / max(1, len(question.years)), dtype=np.float32)


def own_id(book: RowBook, entry: TableRow) -> str:
    own = book.activity_row(entry.row.activity_code) if entry.row.activity_code else None
    return own.id if own else ""
