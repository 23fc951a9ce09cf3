"""All figures as a grid: one line a table row and measure, one column a year. Filters, totals and exports over it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from assistant.views.export import Value
from assistant.views.markup import number
from assistant.views.money import amount, is_money
from ingest.models import Figure
from ingest.store.figures import FigureStore

FACETS = ("level", "measure", "org_unit", "activity", "program", "table")
"""Attributes of a line that can be filtered by choice."""


@dataclass(frozen=True)
class GridLine:
    """One measure of one table row. `cells` by year; None is the year of figures without one."""

    key: str
    first: Figure
    cells: dict[int | None, Figure]

    @property
    def series(self) -> list[Figure]:
        return [self.cells[year] for year in sorted(self.cells, key=lambda y: y or 0)]

    @property
    def money(self) -> bool:
        return is_money(self.first)

    @property
    def activity(self) -> str:
        f = self.first
        return f"{f.activity} ({f.activity_code})" if f.activity and f.activity_code else f.activity or f.activity_code

    @property
    def unit(self) -> str:
        return "Rupiah" if self.money else self.first.unit

    def facet(self, name: str) -> str:
        return self.activity if name == "activity" else str(getattr(self.first, name))

    @property
    def words(self) -> str:
        f = self.first
        return " ".join([f.indicator, f.code, self.activity, f.org_unit, f.program, f.level, f.table, *f.parents]).casefold()


@dataclass(frozen=True)
class Filters:
    """What a line must have. Empty admits everything; years keep lines with a figure in one of them."""

    words: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    years: tuple[int, ...] = ()

    def admits(self, line: GridLine) -> bool:
        if any(values and line.facet(name) not in values for name, values in self.chosen.items()):
            return False
        if self.years and not any(y in self.years for y in line.cells):
            return False
        return all(word in line.words for word in self.words.casefold().split())


@dataclass(frozen=True)
class Grid:
    lines: tuple[GridLine, ...]
    years: tuple[int, ...]

    def filtered(self, filters: Filters) -> tuple[GridLine, ...]:
        return tuple(line for line in self.lines if filters.admits(line))

    def values(self, facet: str) -> list[str]:
        """The facet's values, those of most lines first."""
        counts: dict[str, int] = {}
        for line in self.lines:
            if value := line.facet(facet):
                counts[value] = counts.get(value, 0) + 1
        return sorted(counts, key=lambda v: (-counts[v], v))


def ordered(lines: Sequence[GridLine], order: str) -> tuple[GridLine, ...]:
    """`order`: "doc" (as in the document), "name", or a year with the largest first (words and empty cells last)."""
    if order == "name":
        return tuple(sorted(lines, key=lambda line: line.first.indicator.casefold()))
    if order.isdigit():
        return tuple(sorted(lines, key=lambda line: -largest(line.cells.get(int(order)))))
    return tuple(lines)


def largest(figure: Figure | None) -> Decimal:
    value = amount(figure) if figure is not None else None
    return Decimal("-Infinity") if value is None else value


def make_grid(store: FigureStore) -> Grid:
    lines: dict[str, GridLine] = {}
    for figure in store.figures:
        copy = 0
        while True:
            key = f"{figure.row_id}/{figure.measure}/{copy}"
            line = lines.setdefault(key, GridLine(key, figure, {}))
            if figure.year not in line.cells:
                line.cells[figure.year] = figure
                break
            copy += 1  # a second column of the same measure and year gets a line of its own
    years = sorted({f.year for f in store.figures if f.year})
    return Grid(tuple(lines.values()), tuple(years))


def used_years(lines: Iterable[GridLine], chosen: Sequence[int]) -> list[int]:
    """The years that stand in these lines (only the chosen ones, when some are)."""
    present = {y for line in lines for y in line.cells if y}
    return sorted(y for y in present if not chosen or y in chosen)


def cell_value(figure: Figure | None) -> Value:
    """The exact value in the plain unit; the word where the cell states a word."""
    if figure is None:
        return None
    value = amount(figure)
    return " ".join(figure.raw.split()) if value is None else value


def cell_text(figure: Figure) -> str:
    """As the grid shows it: the number in Indonesian notation without its unit, words as printed."""
    value = amount(figure)
    raw = " ".join(figure.raw.split())
    if value is None or any(c.isalpha() for c in raw):
        return raw
    if is_money(figure) or raw.isdigit():
        return number(value)
    return raw.removeprefix("Rp").strip()


def total(lines: Sequence[GridLine], year: int | None) -> tuple[Decimal, str] | None:
    """The sum of a year over lines of one measure, unit, level and table, with its formula; None where they must not be added:
    a programme and its activities state the same money."""
    if len({(line.first.measure, line.unit.lower(), line.first.level, line.first.table_id) for line in lines}) != 1:
        return None
    figures = [line.cells[year] for line in lines if year in line.cells]
    values = [v for v in map(amount, figures) if v is not None]
    if len(values) < 2 or len(values) != len(figures):
        return None
    result = sum(values, Decimal(0))
    return result, f"{' + '.join(number(v) for v in values)} = {number(result)}"


def describe(line: GridLine) -> str:
    """A line in words, for labels."""
    of = line.activity or line.first.org_unit
    return f"{line.first.indicator} – {line.first.measure}" + (f" ({of})" if of else "")


__all__ = ["FACETS", "Filters", "Grid", "GridLine", "cell_text", "cell_value", "describe", "make_grid", "ordered", "total", "used_years"]
