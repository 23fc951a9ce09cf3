"""What the wording of a question says of the row it means, beyond which words a row holds: the noun that heads a label, the unit
that is counted, a name with a word of money in it, the office whose money is asked for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cached_property

from assistant.measures import MONEY, SCORE_UNITS
from assistant.models import Question
from assistant.retrieve import ORDERING, Ranking
from assistant.row_match import RowMatcher
from assistant.rows import OUTPUT_LEVELS, RowBook, TableRow
from ingest.terms import fold, stem, terms, words

HEADS = frozenset(["tingkat", "persentase", "indeks", "nilai", "proporsi", "rasio", "opini"])
"""Nouns with which an indicator begins; a question that begins with one of them means such an indicator."""
LEAD = re.compile(
    r"^(?:(?:berapa\w*|apa|tolong|sebutkan|tampilkan|target\w*|realisasi\w*|capaian|baseline|untuk|tahun|20\d\d|kah|sih|itu)\s+)*(?P<head>\w+)"
)
COUNTED = re.compile(r"\bberapa\s+(?:banyak\s+)?(?P<noun>[a-z]{3,})")
LINE = re.compile(r"\bbaris (?P<line>\d{1,5})\b", re.IGNORECASE)
MONEY_WORDS = re.compile(r"\b(?:anggaran|alokasi|biaya|dana|pagu|uang|duit|pendanaan)\w*\b")
JOINING = frozenset(["dan", "di", "lingkungan"])
MIN_NAME = 3
"""Words of a label from which it can hide a word of money ("nilai kinerja anggaran")."""
REACH = 9.0
"""Score that a row named by its head noun or its unit may lie behind the best one."""


class Wording:
    def __init__(self, book: RowBook, matcher: RowMatcher) -> None:
        self.book = book
        self.matcher = matcher

    def row_at_line(self, question: Question) -> TableRow | None:
        """The row with figures whose source line the question gives ("baris 1822"), where it also holds words of the question."""
        found = LINE.search(question.standalone)
        line = int(found["line"]) if found else 0
        said = set(terms(question.standalone))
        rows = [r for r in self.matcher.rows if line and line in r.row.lines and said & r.label_terms]
        return rows[0] if len(rows) == 1 else None

    # names with a word of money in them ----------------------------------------------------------------------------------

    @cached_property
    def money_names(self) -> tuple[str, ...]:
        """Labels of rows without money that hold a word of money: "nilai kinerja anggaran"; the longest first."""
        found = set()
        for entry in self.matcher.rows:
            name = " ".join(words(re.sub(r"\([^)]*\)", " ", entry.row.label)))
            if MONEY_WORDS.search(name) and not set(entry.measures) & set(MONEY) and len(name.split()) >= MIN_NAME:
                found.add(name)
        return tuple(sorted(found, key=len, reverse=True))

    def read(self, question: Question) -> Question:
        """The question without the measure that only a word of a label seemed to ask for."""
        if not set(question.measures) & set(MONEY):
            return question
        said = " ".join(words(question.standalone))
        name = next((n for n in self.money_names if n in said), "")
        if not name or MONEY_WORDS.search(said.replace(name, " ")):
            return question
        return question.model_copy(update={"measures": tuple(m for m in question.measures if m not in MONEY) or ("target",)})

    # rows that the wording names -------------------------------------------------------------------------------------------

    def prefer(self, question: Question, ranking: Ranking, best: TableRow) -> TableRow | None:
        """A row that holds no less of the question than the best one and is worded as the question is; None for the best itself."""
        if question.operation == "org_unit" and best.row.activity_code in question.codes:
            # who carries an activity out is said of the activity, not of one of its rows
            own = self.book.activity_row(best.row.activity_code)
            return own if own is not None and own.row.org_unit == best.row.org_unit else None
        if set(question.measures) & set(MONEY) or question.operation in ("org_unit", "unit"):
            return None
        head = LEAD.match(fold(question.standalone))
        noun = COUNTED.search(fold(question.standalone))
        if head and head["head"] in HEADS and not begins(best, head["head"]):
            return self.nearest(question, ranking, best, lambda entry: begins(entry, head["head"]))
        if noun and noun["noun"] not in SCORE_UNITS and best.row.unit.lower() in SCORE_UNITS and self.is_unit(noun["noun"]):
            return self.nearest(question, ranking, best, lambda entry: stem(fold(entry.row.unit)) == stem(noun["noun"]))
        return None

    def is_unit(self, noun: str) -> bool:
        return any(stem(fold(entry.row.unit)) == stem(noun) for entry in self.matcher.rows)

    def nearest(self, question: Question, ranking: Ranking, best: TableRow, wanted: Callable[[TableRow], bool]) -> TableRow | None:
        """Of the wanted rows near enough that hold all that the best row holds, the one whose label holds most of it."""
        ranked = self.matcher.rank(question, ranking)
        held = self.matcher.held_words(best, ranking)
        least = float(ranked.scores[self.matcher.at[best.id]]) - REACH
        near = [self.matcher.rows[int(p)] for p in ranked.order if float(ranked.scores[int(p)]) >= least]
        fitting = [
            entry for entry in near if wanted(entry) and held <= self.matcher.held_words(entry, ranking) and covers_years(entry, question)
        ]
        return max(fitting, key=lambda entry: len(held & entry.label_terms), default=None)

    # the money of an office ------------------------------------------------------------------------------------------------

    @cached_property
    def offices(self) -> dict[tuple[str, ...], list[TableRow]]:
        """Name of an office -> the own rows of the activities that it carries out (none where it carries out no activity)."""
        found: dict[tuple[str, ...], list[TableRow]] = defaultdict(list)
        for entry in self.matcher.rows:
            name = office_name(entry.row.org_unit)
            if name and entry.table.number.startswith("Lampiran"):
                rows = found[name]
                own = self.book.activity_row(entry.row.activity_code) if entry.row.activity_code else None
                if own is not None and own.id not in {r.id for r in rows}:
                    rows.append(own)
        return found

    def office_rows(self, question: Question) -> list[TableRow] | None:
        """The activities of an office whose money is asked for and beyond which nothing is named; None where no office is named."""
        if not set(question.measures) & set(MONEY) or question.codes:
            return None
        for text in self.matcher.spellings(question):
            said = [w for w in words(text) if w not in JOINING and w not in ORDERING]
            named = [name for name in self.offices if _within(name, said)]
            if not named:
                continue
            name = max(named, key=len)
            rest = frozenset(terms(" ".join(w for w in said if w not in name)))
            if not {t for t in rest - self.book.frame if not t.isdigit()}:
                return self.offices[name]
        return None

    # an activity beside its output -----------------------------------------------------------------------------------------

    def activity_beside(self, question: Question, ranking: Ranking, best: TableRow) -> TableRow | None:
        """The activity's own row, where money is asked for and the words fit an output and its activity alike."""
        if not set(question.measures) & set(MONEY) or best.row.level not in OUTPUT_LEVELS or question.codes:
            return None
        own = self.book.activity_row(best.row.activity_code) if best.row.activity_code else None
        if own is None or own.id == best.id or not own.states_figures:
            return None
        held = self.matcher.held_words(best, ranking) - self.book.frame
        groups = [g for g in ranking.asking.groups if g[0] not in self.book.frame and not g[0].isdigit()]
        name = frozenset(terms(own.row.activity))
        whole = frozenset(terms(re.sub(r"\([^)]*\)", " ", best.row.label))) - self.book.frame
        if not groups or any(g[0] not in held for g in groups) or not all(any(t in name for t in g) for g in groups):
            return None
        return own if whole - {t for g in groups for t in g} else None


def begins(entry: TableRow, head: str) -> bool:
    return any(words(name)[:1] == [head] for name in entry.names)


def covers_years(entry: TableRow, question: Question) -> bool:
    return all(y in entry.years() for y in question.years)


def office_name(org_unit: str) -> tuple[str, ...]:
    return tuple(w for w in words(re.sub(r"\([^)]*\)", " ", org_unit)) if w not in JOINING)


def _within(name: Sequence[str], said: Sequence[str]) -> bool:
    size = len(name)
    return any(tuple(said[at : at + size]) == tuple(name) for at in range(len(said) - size + 1))
