"""A chosen row and a question -> the asked figures, what is computed of them, and whether the plan disagrees with itself."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.lookup_models import LookupResult
from assistant.measures import MONEY, SCORE_UNITS
from assistant.models import Derived, Operation, Question
from assistant.operations import derive
from assistant.periods import spans
from assistant.rows import ACTIVITY_LEVEL, OUTPUT_INDICATOR_LEVELS, RowBook, TableRow
from ingest.models import Discrepancy, Figure
from ingest.numerals import parse_number
from ingest.terms import fold, stem, terms

OVER_YEARS: tuple[Operation, ...] = ("difference", "growth", "ratio", "highest", "lowest", "sum", "average")
SERIOUS = ("cross-table", "prose", "sum")
"""Kinds of discrepancy that give one fact two values."""


DOUBTS = re.compile(r"\b(?:cocok|sama|beda|berbeda|selisih|nyambung|konsisten|sesuai|benar|kok|match|differ\w*|consistent)\b")
"""Asks whether figures agree."""


RISK = frozenset(["impact", "likelihood", "status"])
SCORES = frozenset(["skor", "nilai", "rating"])
"""What people call the product of impact and likelihood."""


def measure_asked(entry: TableRow, question: Question) -> str:
    """The row's measure that the question names; its main one when it names none; empty when the row lacks it."""
    have = entry.measures
    named = [m for m in question.measures if m in have]
    if named:
        return named[0]
    if set(have) >= RISK and SCORES & set(question.measures):
        return "status"
    if any(m in MONEY for m in question.measures):
        return next((m for m in MONEY if m in have), "")
    said = {stem(t) for t in re.findall(r"\w+", question.standalone.lower())}
    for word in have:
        if stem(word.split()[0]) in said:
            return word
    if "realisasi" in question.measures and set(have) == {"nilai"}:
        # what was measured is what was reached
        return "nilai"
    if {"realisasi", "baseline"} & set(question.measures):
        return ""
    if question.years:
        covering = [m for m in have if any(entry.figure(m, y) for y in question.years)]
        past = [m for m in covering if m == "realisasi"]
        return (past or covering or [""])[0]
    return "realisasi" if "realisasi" in have and "target" not in question.measures else (have[0] if have else "")


class RowReader:
    def __init__(self, book: RowBook) -> None:
        self.book = book

    def read(self, question: Question, entry: TableRow) -> LookupResult:
        measure = measure_asked(entry, question)
        if not measure and any(m in MONEY for m in question.measures):
            funded = self.funded(entry)
            if funded is not None and funded.row.level == ACTIVITY_LEVEL and funded.id != entry.id and measure_asked(funded, question):
                result = self.figures_of(question, funded, measure_asked(funded, question))
                own = f"“{entry.shown}” tidak memuat alokasi sendiri; yang ada alokasi kegiatannya."
                return (
                    result.model_copy(update={"message": own})
                    if result.status == "found" and named_itself(entry, question, self.book.frame)
                    else result
                )
            if funded is not None:
                entry, measure = funded, measure_asked(funded, question)
        if measure:
            return self.figures_of(question, entry, measure)
        asked = ", ".join(question.measures) or f"angka tahun {', '.join(map(str, question.years))}"
        there = "; ".join(f"{m} {spans(years)}" if (years := entry.years(m)) else m for m in entry.measures)
        message = f"Baris “{entry.shown}” tidak memuat {asked}; yang ada: {there or 'tanpa angka'}."
        return LookupResult(status="not_found", rows=(entry.id,), context=entry.figures, message=message)

    def funded(self, entry: TableRow) -> TableRow | None:
        """Who carries the money for a row without any: its output, else its activity."""
        twin = self.book.twin(entry) if entry.row.level in OUTPUT_INDICATOR_LEVELS else None
        if twin and any(f.measure in MONEY for f in twin.figures):
            return twin
        return self.book.activity_row(entry.row.activity_code) if entry.row.activity_code else None

    def figures_of(self, question: Question, entry: TableRow, measure: str) -> LookupResult:
        series = entry.series(measure)
        years = () if measure == "baseline" else entry.years(measure)
        known = years or (entry.years() if measure != "baseline" else ())
        outside = [y for y in question.years if known and y not in known]
        gaps = question.year_range and question.operation in ("sum", "average")
        if outside and (not question.year_range or gaps or len(outside) == len(question.years)):
            span = spans(known)
            absent = ", ".join(map(str, outside))
            message = f"{entry.table.name} memuat {measure} “{entry.shown}” untuk {span}; tahun {absent} tidak ada."
            return LookupResult(status="not_found", rows=(entry.id,), measure=measure, context=series, message=message)
        if pair := against_target(question, entry):
            result = derive("share", pair[::-1]) if question.operation == "share" else derive("difference", pair)
            return LookupResult(
                status="found", rows=(entry.id,), measure="realisasi", figures=tuple(pair),
                context=tuple(f for f in entry.figures if f not in pair), derived=(result,) if result else (),
                discrepancies=self.touching(question, pair),
            )  # fmt: skip
        wanted = [f for m in (measure, *also_named(question, entry, measure)) for f in entry.series(m) if in_years(f, question)]
        touching = self.touching(question, wanted)
        conflict = [
            d for d in touching if d.kind in SERIOUS and len({p.raw for p in d.places}) > 1 and self.same_thing(question, d, wanted)
        ]
        is_conflict = bool(conflict) and len(question.years) == 1 and len({f.measure for f in wanted}) == 1
        return LookupResult(
            status="conflict" if is_conflict else "found", rows=(entry.id,), measure=measure, figures=tuple(wanted or series),
            context=tuple(f for f in entry.figures if f not in wanted), derived=derived(question, wanted or list(series)),
            discrepancies=tuple(conflict) if is_conflict else touching,
        )  # fmt: skip

    def touching(self, question: Question, figures: Sequence[Figure]) -> tuple[Discrepancy, ...]:
        """Discrepancies about the figures, of the asked years; all in which they take part where the question doubts them."""
        doubted = bool(DOUBTS.search(fold(question.standalone)))
        found = {d.id: d for f in figures for d in self.book.discrepancies.get(f.id, ()) if doubted or self.is_about(d, f)}
        return tuple(d for d in found.values() if not question.years or d.year is None or d.year in question.years)

    def is_about(self, item: Discrepancy, figure: Figure) -> bool:
        """A sum that does not come out is about its total (and the columns of its own row), and about a part larger than the total;
        not about every row that is added."""
        total = self.book.figures.get(item.places[0].figure_id)
        if item.kind != "sum" or total is None or total.row_id == figure.row_id:
            return True
        return figure.value is not None and total.value is not None and figure.value * figure.scale > total.value * total.scale

    def same_thing(self, question: Question, item: Discrepancy, wanted: Sequence[Figure]) -> bool:
        """Whether a discrepancy gives the asked fact itself another value, not a sum or another year of it."""
        own = {f.id for f in wanted}
        others = [self.book.figures[i] for i in item.figure_ids if i in self.book.figures and i not in own]
        if item.kind == "sum" and len({p.line for p in item.places}) > 1 and not DOUBTS.search(fold(question.standalone)):
            # what its outputs add up to is no second value of an activity's own allocation
            return False
        # a bound claimed for several years is no value of one of them
        return (item.kind == "prose" and item.year is not None) or (
            bool(others) and all(o.year in {f.year for f in wanted} for o in others)
        )


def named_itself(entry: TableRow, question: Question, frame: frozenset[str]) -> bool:
    """Whether the question says words of the row's own that are not those of its activity."""
    return bool(set(terms(question.standalone)) & entry.label_terms - frozenset(terms(entry.row.activity)) - frame)


def in_years(figure: Figure, question: Question) -> bool:
    return not question.years or figure.year in question.years or figure.year is None or figure.measure == "baseline"


def also_named(question: Question, entry: TableRow, measure: str) -> list[str]:
    """Other measures of the row that the question names, by name or by their unit ("berapa orang ... duitnya")."""
    if question.operation not in (None, "series", "unit"):
        return []
    named = [m for m in entry.measures if m != measure and m in question.measures]
    unit = entry.row.unit.lower()
    counted = unit and re.search(rf"\bberapa (banyak )?{re.escape(unit)}\b", question.standalone.lower())
    if measure in MONEY and counted and "target" in entry.measures:
        named.append("target")
    return list(dict.fromkeys(named))


def against_target(question: Question, entry: TableRow) -> list[Figure]:
    """[target, realisasi] of the one asked year, where the question holds them against each other; else empty."""
    if not {"target", "realisasi"} <= set(question.measures) or len(question.years) != 1:
        return []
    if question.operation not in ("difference", "compare", "share"):
        return []
    pair = [entry.figure(measure, question.years[0]) for measure in ("target", "realisasi")]
    known = [f for f in pair if f is not None and parse_number(f.raw) is not None]
    return known if len(known) == len(pair) else []


def adds_up(figures: Sequence[Figure]) -> bool:
    """Whether these may be summed: amounts of money, people, documents; not scores or shares."""
    units = {f.unit.lower() for f in figures}
    return (
        len({f.measure for f in figures}) == 1 and len(units) == 1 and not units & SCORE_UNITS and all(f.value is not None for f in figures)
    )


def derived(question: Question, figures: Sequence[Figure]) -> tuple[Derived, ...]:
    """What is to be computed of a row's figures in the order of years; nothing where only the figures are asked for."""
    operation = question.operation
    if operation in (None, "series", "count") and question.year_range and len(figures) > 2 and adds_up(figures):
        operation = "sum"
    ordered = [f for f in figures if f.value is not None]
    if operation not in OVER_YEARS or len(ordered) < 2:
        return ()
    ends = [ordered[0], ordered[-1]] if operation in ("difference", "growth", "ratio") else ordered
    if operation == "sum" and not adds_up(ordered):
        # percentages of five years come to nothing
        return ()
    result = derive(operation, ends)
    return (result,) if result is not None else ()
