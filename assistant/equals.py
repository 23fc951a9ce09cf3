"""Rows that no word of a question tells apart: which of them a person has to be asked about, and which say the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.models import Question
from assistant.retrieve import Ranking
from assistant.row_match import RowMatcher
from assistant.row_reading import measure_asked
from assistant.row_sets import numerals
from assistant.rows import RowBook, TableRow, same_label

CLOSE = 0.75
"""Rows whose score lies within this distance of the best may be meant as well."""
SECOND_LOOK = 6 * CLOSE


class EqualRows:
    def __init__(self, book: RowBook, matcher: RowMatcher) -> None:
        self.book = book
        self.matcher = matcher

    def equally_fitting(self, question: Question, ranking: Ranking, candidates: Sequence[tuple[TableRow, float]]) -> list[TableRow]:
        """The best row and those that no word of the question tells from it."""
        best, top = candidates[0]
        held = self.matcher.held_words(best, ranking)
        said = bool(held & best.label_terms)
        equals = [best]
        for other, score in candidates[1:]:
            if other.table.id != best.table.id and not question.years and not set(other.years()) & set(best.years()):
                continue
            one_code = code_said(question, best) and best.row.code == other.row.code and best.table.id == other.table.id
            reach = SECOND_LOOK if one_code or (said and other.label_terms == best.label_terms) else CLOSE
            if top - score > reach or self.same_fact(best, other) or held - self.matcher.held_words(other, ranking):
                continue
            if code_said(question, best) and best.row.code != other.row.code:
                continue
            if self.other_numeral(question, best, other) or same_values(question, best, other):
                continue
            measure = measure_asked(other, question)
            offered = bool(measure) and (not question.years or any(other.figure(measure, y) for y in question.years))
            if (one_code or same_label(best.row.label, other.row.label)) and offered:
                equals.append(other)
        return equals

    def other_numeral(self, question: Question, best: TableRow, other: TableRow) -> bool:
        """Whether "Wilayah II" in the question rules a row of another region out."""
        asked, own = numerals(question.standalone), self.matcher.numerals
        return bool(asked & own[self.matcher.at[best.id]]) and not asked & own[self.matcher.at[other.id]]

    def same_fact(self, a: TableRow, b: TableRow) -> bool:
        """An output and its indicator, or the same thing printed in another table."""
        if (twin := self.book.twin(a)) and twin.id == b.id:
            return True
        return a.table.id != b.table.id and bool(set(a.by_key) & set(b.by_key)) and same_label(a.row.label, b.row.label)


def code_said(question: Question, entry: TableRow) -> bool:
    """Whether the question names a row's code, however it is spaced: "IKSS2", "ikss 2"."""
    return len(bare(entry.row.code)) > 2 and spaced(entry.row.code).search(question.standalone.lower()) is not None


def bare(code: str) -> str:
    return re.sub(r"[\W_]+", "", code).lower()


@lru_cache(maxsize=4096)
def spaced(code: str) -> re.Pattern[str]:
    """What finds a code in a lowered text, however its characters are spaced."""
    return re.compile(rf"(?<![a-z0-9]){r'[ ._-]*'.join(map(re.escape, bare(code)))}(?![0-9])")


def same_values(question: Question, a: TableRow, b: TableRow) -> bool:
    """Whether both rows give the asked fact the same values: then nobody need choose between them."""
    measure, other = measure_asked(a, question), measure_asked(b, question)
    mine = {(f.year, f.raw) for f in a.series(measure) if not question.years or f.year in question.years}
    theirs = {(f.year, f.raw) for f in b.series(other) if not question.years or f.year in question.years}
    return measure == other and bool(mine) and mine == theirs
