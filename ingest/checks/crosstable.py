"""The same output or indicator in several tables: targets and amounts that must agree but do not.

Rows are taken for the same thing when they share a code, or when their labels have (nearly) the same telling words;
rows of one budget activity also when their first and last targets coincide. What is only similar is left alone.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from ingest.checks.facts import RUPIAH_TOLERANCE, Facts, amount, brief, is_money, likeness, place, shown
from ingest.models import Discrepancy, Figure, Row, Table

SAME_LABEL = 0.88
"""Likeness of labels from which two rows are the same thing."""
SAME_LABEL_ONE_ACTIVITY = 0.7
"""The same within one budget activity, whose few outputs are easily told apart."""
SAME_LABEL_RARE_TARGETS = 0.5
"""The same for two rows of one unit whose first and last targets coincide and are given by no other output."""
MIN_WORDS = 2
ACHIEVED = {"realisasi", "nilai", "capaian"}
_SUFFIX = re.compile(r"\(([^()]+)\)$")


@dataclass(frozen=True)
class Entry:
    """A thing that a table gives figures for: one row, or several with one label and code taken together."""

    table: Table
    rows: tuple[Row, ...]
    label: str
    names: tuple[frozenset[str], ...]
    """the telling words of its label, and of its indicator where that has a column of its own"""
    figures: tuple[Figure, ...]

    @property
    def head(self) -> Row:
        return self.rows[0]

    @property
    def codes(self) -> set[str]:
        return {row.code for row in self.rows if _telling(row.code)}

    @cached_property
    def targets(self) -> dict[int, Decimal]:
        """Target by year, the rows of the entry added up."""
        found: dict[int, Decimal] = defaultdict(Decimal)
        for figure in self.figures:
            if figure.measure == "target" and figure.year is not None and figure.value is not None:
                found[figure.year] += figure.value
        return dict(found)


@dataclass(frozen=True)
class Difference:
    """One thing of a table and one of another that give different values; an empty year is a whole period."""

    one: Entry
    two: Entry
    family: str
    year: int | None
    period: str
    ones: tuple[Figure, ...]
    twos: tuple[Figure, ...]


def check_across_tables(facts: Facts) -> Iterator[Discrepancy]:
    by_table = {table.id: entries for table in facts.tables if (entries := _entries(facts, table))}
    tables = [table for table in facts.tables if table.id in by_table]
    found: dict[tuple[object, ...], list[Difference]] = defaultdict(list)
    pairs = [
        pair for at, first in enumerate(tables) for second in tables[at + 1 :] for pair in _pairs(by_table[first.id], by_table[second.id])
    ]
    for one, two in [*pairs, *_by_way_of_a_third(pairs, [t.id for t in tables])]:
        for difference in _compare(one, two):
            total = sum(map(amount, difference.twos), Decimal(0))
            found[(one.head.id, one.label, difference.family, difference.year, difference.period, total)].append(difference)
    for same in found.values():
        yield _tell(facts, same)


def _telling(code: str) -> bool:
    """A code that means the same thing in every table: a budget code of an output, or a priority code."""
    return bool(re.fullmatch(r"\d{2,3}(?:\.\d{2})?\.[A-Z]{2}\.\d{4}\.[A-Z]{3}\.\w{3}|(?:PN|PP|KP|ProP) ?\d{2}(?:\.\d{2})+", code))


# --- what the tables speak of ------------------------------------------------------------------------------------------


def _entries(facts: Facts, table: Table) -> list[Entry]:
    groups: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in table.rows:
        if row.kind == "data" and row.level not in ("IKRO", "Sasaran Kegiatan") and facts.by_row.get(row.id):
            key = (row.activity_code, row.label, row.code) if _telling(row.code) else (row.id, "", "")
            groups[key].append(row)
    return [entry for rows in groups.values() for entry in _entries_of(facts, table, rows)]


def _entries_of(facts: Facts, table: Table, rows: list[Row]) -> Iterator[Entry]:
    """One entry for the rows; the parts of a cell with several values ("69,56 (RB General)") are entries of their own."""
    figures = [f for row in rows for f in facts.by_row[row.id]]
    whole = tuple(f for f in figures if "several-values" not in f.flags)
    labels = list(dict.fromkeys(f.indicator for f in whole))
    if whole:
        names = tuple(dict.fromkeys(facts.content(label) for label in (rows[0].label, *labels)))
        yield Entry(table, tuple(rows), rows[0].label, names, whole)
    for figure in figures:
        name = _SUFFIX.search(figure.indicator) if "several-values" in figure.flags else None
        if name:
            yield Entry(table, tuple(rows), str(name[1]), (facts.content(str(name[1])),), (figure,))


def _pairs(ones: list[Entry], twos: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Entries of two tables that are the same thing: by code, else the best match of both sides."""
    scores = {(i, j): s for i, one in enumerate(ones) for j, two in enumerate(twos) if (s := _score(one, two)) > 0}
    best_one: dict[int, float] = defaultdict(float)
    best_two: dict[int, float] = defaultdict(float)
    for (i, j), score in scores.items():
        best_one[i], best_two[j] = max(best_one[i], score), max(best_two[j], score)
    for i, one in enumerate(ones):
        by_code = [two for two in twos if one.codes and one.codes & two.codes and _same_kind(one, two)]
        if by_code:
            yield from ((one, two) for two in by_code)
            continue
        for j, two in enumerate(twos):
            score = scores.get((i, j), 0.0)
            if score and score == best_one[i] and score == best_two[j]:
                yield one, two
    left = [one for i, one in enumerate(ones) if not best_one[i]], [two for j, two in enumerate(twos) if not best_two[j]]
    yield from _by_rare_targets(*left)


def _by_rare_targets(ones: list[Entry], twos: list[Entry]) -> Iterator[tuple[Entry, Entry]]:
    """Rows named rather alike whose targets of several years are those of no other row of the two tables."""
    same = [(one, two) for one in ones for two in twos if _same_targets(one, two, 2) and _same_kind(one, two)]
    for one, two in same:
        only = sum(a is one for a, _ in same) == 1 == sum(b is two for _, b in same)
        if only and _same_level(one.head, two.head) and _alike(one, two) >= SAME_LABEL_RARE_TARGETS:
            yield one, two


def _by_way_of_a_third(pairs: list[tuple[Entry, Entry]], order: list[str]) -> list[tuple[Entry, Entry]]:
    """Entries that are not alike enough themselves but are both the same thing as an entry of a third table."""
    known = {(_key(one), _key(two)) for one, two in pairs}
    same: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for one, two in pairs:
        same[_key(one)].append(two)
        same[_key(two)].append(one)
    found: list[tuple[Entry, Entry]] = []
    for others in same.values():
        ordered = sorted(others, key=lambda e: order.index(e.table.id))
        for at, one in enumerate(ordered):
            for two in ordered[at + 1 :]:
                if one.table.id != two.table.id and (_key(one), _key(two)) not in known and _same_kind(one, two):
                    known.add((_key(one), _key(two)))
                    found.append((one, two))
    return found


def _key(entry: Entry) -> tuple[str, str]:
    return entry.head.id, entry.label


def _same_kind(one: Entry, two: Entry) -> bool:
    units = {_unit(f.unit) for f in one.figures if f.measure == "target"} | {_unit(f.unit) for f in two.figures if f.measure == "target"}
    return len(units - {""}) <= 1


def _unit(unit: str) -> str:
    return "persen" if unit.strip() in ("%", "persen", "Persen") else unit.strip().lower()


def _score(one: Entry, two: Entry) -> float:
    """How surely two entries are the same thing; 0 when they are not."""
    if not _same_level(one.head, two.head) or not _same_kind(one, two):
        return 0.0
    alike = _alike(one, two)
    if bool(one.head.activity_code) and one.head.activity_code == two.head.activity_code:
        if _same_targets(one, two, 2):
            return 0.9 + alike / 10
        return alike if alike >= SAME_LABEL_ONE_ACTIVITY else 0.0
    if alike >= SAME_LABEL_ONE_ACTIVITY and _same_targets(one, two, 4):
        return alike
    return alike if alike == 1.0 or (alike >= SAME_LABEL and min(map(len, one.names)) >= MIN_WORDS) else 0.0


def _alike(one: Entry, two: Entry) -> float:
    return max((likeness(a, b) for a in one.names for b in two.names if 2 * len(a & b) >= min(len(a), len(b))), default=0.0)


def _same_level(one: Row, two: Row) -> bool:
    if not one.level or not two.level:
        return True
    indicators = [row.level.startswith(("Indikator", "Kegiatan Prioritas")) for row in (one, two)]
    return one.level == two.level or all(indicators)


def _same_targets(one: Entry, two: Entry, years: int) -> bool:
    """Every year that both give a target for coincides, at least so many, and they are not one number throughout."""
    mine, other = one.targets, two.targets
    shared = [year for year in mine if year in other]
    varied = len({mine[y] for y in shared}) > 1
    return len(shared) >= years and varied and all(mine[y] == other[y] for y in shared)


# --- comparing -----------------------------------------------------------------------------------------------------------


Keyed = dict[tuple[str, int | None], list[Figure]]
"""Figures of an entry by family of measure and year."""


def _family(figure: Figure) -> str:
    if is_money(figure):
        return "alokasi" if figure.measure.startswith("alokasi") and "non" not in figure.measure else figure.measure
    return "capaian" if figure.measure in ACHIEVED else figure.measure


def _by_key(entry: Entry) -> Keyed:
    found: Keyed = defaultdict(list)
    for figure in entry.figures:
        if figure.value is not None and "own-year" not in figure.flags:
            found[(_family(figure), figure.year)].append(figure)
    return found


def _compare(one: Entry, two: Entry) -> Iterator[Difference]:
    first, second = _by_key(one), _by_key(two)
    for key in sorted(first.keys() & second.keys(), key=str):
        family, year = key
        if family not in ("target", "alokasi", "capaian", "baseline") or (family == "capaian" and not _comparable(first[key], second[key])):
            continue
        tolerance = RUPIAH_TOLERANCE if is_money(first[key][0]) else Decimal(0)
        if abs(_sum(first[key]) - _sum(second[key])) > tolerance:
            yield Difference(one, two, family, year, "", tuple(first[key]), tuple(second[key]))
    yield from _period(one, two, first, second)
    yield from _period(two, one, second, first)


def _sum(figures: Sequence[Figure]) -> Decimal:
    return sum(map(amount, figures), Decimal(0))


def _comparable(ones: list[Figure], twos: list[Figure]) -> bool:
    """Achieved values are compared on the same scale only, and only with a year."""
    scales = {f.unit.replace("–", "-") for f in (*ones, *twos) if f.unit.startswith("skala")}
    bare = any(not f.unit.startswith("skala") for f in (*ones, *twos))
    return ones[0].year is not None and (len(scales) == 0 or (len(scales) == 1 and not bare))


def _period(whole: Entry, yearly: Entry, first: Keyed, second: Keyed) -> Iterator[Difference]:
    """An amount for a period ("2025-2029") against the sum of the years."""
    for figure in first.get(("alokasi", None), ()):
        found = next((re.fullmatch(r"periode-(\d{4})-(\d{4})", flag) for flag in figure.flags if flag.startswith("periode-")), None)
        if not found:
            continue
        years = set(range(int(found[1]), int(found[2]) + 1))
        parts = [f for year in sorted(years) for f in second.get(("alokasi", year), ())]
        if {f.year for f in parts} == years and abs(amount(figure) - _sum(parts)) > figure.scale * len(parts):
            yield Difference(whole, yearly, "alokasi", None, f"{found[1]}-{found[2]}", (figure,), tuple(parts))


def _tell(facts: Facts, same: list[Difference]) -> Discrepancy:
    """One discrepancy for a thing, with all the places that give the other value."""
    first = same[0]
    when = f" {first.period}" if first.period else f" tahun {first.year}" if first.year else ""
    there = " dan ".join(_where(*entries) for entries in _by_table([d.two for d in same]))
    summed = "jumlah alokasi per tahun " if first.period else ""
    message = (
        f"{first.family.capitalize()}{when} {first.one.label} berbeda: {shown(first.ones[0], _sum(first.ones))} di {_where(first.one)}, "
        f"{summed}{shown(first.ones[0], _sum(first.twos))} di {there}{_other_name(first.one, first.two)}."
    )
    figures = [*first.ones, *(f for d in same for f in d.twos)]
    severity = 2 if first.family == "capaian" else 1
    return facts.discrepancy("cross-table", severity, message, [place(f) for f in figures], figures, first.year)


def _by_table(entries: list[Entry]) -> list[list[Entry]]:
    found: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.table.id].append(entry)
    return list(found.values())


def _where(*entries: Entry) -> str:
    """One or several entries of a table: "Lampiran 2 (baris 2358, 2382)"."""
    table = entries[0].table
    lines = ", ".join(dict.fromkeys(str(row.lines[0]) for entry in entries for row in entry.rows))
    return f"{table.number or brief(table.title, 60)} (baris {lines})"


def _other_name(one: Entry, two: Entry) -> str:
    return "" if one.label.lower() == two.label.lower() else f' (di sana disebut "{two.label}")'
