"""Putting the cells of a row under the columns they belong to, also where the row is shifted against its header.

A row that fits its columns by type (numbers under years, a level word under the level column ...) stays as it is.
Otherwise the cheapest one or two edits are sought - an empty cell put in or taken out - after which it fits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ingest.numerals import DASHES, parse_number, read_cell
from ingest.tables.headers import HeadColumn
from ingest.tables.vocabulary import MARKER, PLACE_WORD, is_code, level_of

Role = Literal["index", "code", "level", "label", "unit", "place", "org", "text", "number"]
Kind = Literal["empty", "dash", "int", "small", "big", "graded", "code", "level", "place", "marker", "short", "long"]

MAX_EDITS = 2
EDIT = 1.0
MISFIT = 10.0
ODD = 4.0
STRANGE = 3.0
"""A short word in a number column: a grade we do not know."""
PART_FILLED = 6.0
"""Cost of a run of years that is filled in part: shifted rows look like that, whole ones do not."""
BIG = 1_000_000
"""From here on a number is an amount of money rather than a target."""
SHORT_WORDS = 5


@dataclass(frozen=True)
class Col:
    """A column of the whole table: its header and what stands in it."""

    head: HeadColumn
    role: Role
    money: bool = False

    @property
    def group(self) -> int:
        return self.head.group


Mapping = tuple[int | None, ...]
"""For every column the index of the row's cell that belongs to it; None: the row has none."""


def kind_of(raw: str) -> Kind:
    if not raw:
        return "empty"
    if raw in DASHES:
        return "dash"
    if raw.startswith("0") and is_code(raw):
        return "code"
    number = parse_number(raw)
    if number is not None:
        if abs(number) >= BIG:
            return "big"
        return "int" if number == number.to_integral_value() and 0 < number < 1000 and "," not in raw else "small"
    if is_code(raw):
        return "code"
    if level_of(raw):
        return "level"
    if PLACE_WORD.match(raw):
        return "place"
    if MARKER.match(raw):
        return "marker"
    readings = read_cell(raw)
    if readings and (readings[0].value is not None or "unclear" in readings[0].flags or len(raw) <= 4):
        return "graded"
    return "short" if len(raw.split()) <= SHORT_WORDS else "long"


def _text_cost(kind: Kind) -> float:
    return {
        "empty": 0.0,
        "short": 0.0,
        "long": 0.0,
        "place": 0.0,
        "graded": 0.5,
        "marker": 1.0,
        "dash": 0.0,
        "level": 0.5,
        "code": 1.0,
    }.get(kind, 3.0)


def fit(kind: Kind, col: Col) -> float:
    """What it costs to have a cell of this kind in this column: 0 fits, MISFIT does not."""
    if kind == "empty":
        return 0.0
    role = col.role
    if role == "number":
        return {"dash": 0.0, "small": 0.0, "int": 0.0, "graded": 0.0, "short": STRANGE, "marker": 1.0, "place": 8.0,
                "big": 0.0 if col.money or col.group < 0 else 0.5}.get(kind, MISFIT)  # fmt: skip
    if role == "index":
        return {"int": 0.0, "marker": 0.0}.get(kind, MISFIT)
    if role == "code":
        return {"code": 0.0, "marker": 0.0, "int": 0.0, "small": 0.0, "short": 1.0}.get(kind, MISFIT)
    if role == "level":
        return 0.0 if kind == "level" else MISFIT
    if role == "unit":
        return {"short": 0.0, "graded": 0.0, "marker": 1.0, "dash": 0.0, "place": ODD, "level": ODD, "code": ODD, "long": 3.0}.get(
            kind, MISFIT
        )
    if role == "place":
        return {"place": 0.0, "code": 0.0, "dash": 0.0, "short": ODD, "long": ODD, "graded": ODD, "marker": ODD, "level": ODD}.get(
            kind, MISFIT
        )
    if role == "label":
        return {"short": 0.0, "long": 0.0, "graded": 0.5, "place": 1.0, "marker": 1.0, "level": 2.0, "code": ODD}.get(kind, MISFIT)
    if role == "org":
        return {"short": 0.0, "long": 0.0, "place": 0.5, "graded": 0.5, "dash": 0.0}.get(kind, MISFIT)
    return _text_cost(kind)


@dataclass(frozen=True)
class Fit:
    """How well a row fits its columns."""

    types: float
    """sum of what its cells cost"""
    worst: float
    """the dearest cell"""
    part_filled: int
    """runs of years that are filled in part"""

    @property
    def cost(self) -> float:
        return self.types + PART_FILLED * self.part_filled


def row_fit(kinds: tuple[Kind, ...], mapping: Mapping, cols: tuple[Col, ...]) -> Fit:
    costs = [0.0]
    filled: dict[int, list[bool]] = {}
    for source, col in zip(mapping, cols, strict=True):
        kind: Kind = "empty" if source is None else kinds[source]
        costs.append(fit(kind, col))
        if col.group >= 0:
            filled.setdefault(col.group, []).append(kind != "empty")
    return Fit(sum(costs), max(costs), sum(1 for run in filled.values() if any(run) and not all(run)))


class Aligner:
    """Finds, and remembers per shape of row, where the cells of a row belong."""

    def __init__(self, cols: tuple[Col, ...]) -> None:
        self.cols = cols
        self._known: dict[tuple[Kind, ...], tuple[Mapping, float]] = {}

    def place(self, cells: tuple[str, ...]) -> tuple[Mapping, float]:
        """The mapping of a row and what its dearest cell costs there (MISFIT: it cannot belong there)."""
        kinds = tuple(kind_of(cell) for cell in cells)
        if kinds not in self._known:
            self._known[kinds] = self._search(kinds)
        return self._known[kinds]

    def _search(self, kinds: tuple[Kind, ...]) -> tuple[Mapping, float]:
        start: tuple[int | None, ...] = tuple(range(len(kinds)))
        plain = self._fitted(start, kinds)
        if plain is not None:
            as_printed = row_fit(kinds, plain, self.cols)
            if as_printed.types < ODD and as_printed.part_filled < 2:
                return plain, as_printed.worst
        best = self._best_edit(start, kinds, plain)
        if best is None:
            return (plain or self._squeezed(kinds)), (row_fit(kinds, plain, self.cols).worst if plain else float("inf"))
        return best, row_fit(kinds, best, self.cols).worst

    def _best_edit(self, start: tuple[int | None, ...], kinds: tuple[Kind, ...], plain: Mapping | None) -> Mapping | None:
        """The cheapest mapping after one or two edits, if it is cheaper than the row as printed."""
        printed = row_fit(kinds, plain, self.cols) if plain is not None else None
        best: Mapping | None = None
        best_cost = printed.cost if printed else float("inf")
        layer: set[tuple[int | None, ...]] = {start}
        for edits in range(1, MAX_EDITS + 1):
            if best_cost <= edits * EDIT:
                break
            layer = {edited for sequence in layer for edited in _edits(sequence, kinds)}
            for sequence in sorted(layer, key=_order):
                mapping = self._fitted(sequence, kinds)
                if mapping is None:
                    continue
                found = row_fit(kinds, mapping, self.cols)
                # where every cell fits its column already, only a shift that fills all runs of years is believed
                if printed is not None and printed.types < ODD and found.part_filled:
                    continue
                if found.cost + edits * EDIT < best_cost:
                    best, best_cost = mapping, found.cost + edits * EDIT
        return best

    def _fitted(self, sequence: tuple[int | None, ...], kinds: tuple[Kind, ...]) -> Mapping | None:
        """The sequence with empties added or taken at its end until it is as wide as the table; None: it is too wide."""
        width = len(self.cols)
        if any(s is not None and kinds[s] != "empty" for s in sequence[width:]):
            return None
        return (*sequence[:width], *([None] * (width - len(sequence))))

    def _squeezed(self, kinds: tuple[Kind, ...]) -> Mapping:
        """Too many cells for any fit: empties are dropped from the left, and what is still left over stays out."""
        keep = list(range(len(kinds)))
        while len(keep) > len(self.cols) and any(kinds[i] == "empty" for i in keep):
            keep.remove(next(i for i in keep if kinds[i] == "empty"))
        width = len(self.cols)
        return (*keep[:width], *([None] * (width - len(keep))))


def _edits(sequence: tuple[int | None, ...], kinds: tuple[Kind, ...]) -> Iterator[tuple[int | None, ...]]:
    for i in range(len(sequence)):
        yield (*sequence[:i], None, *sequence[i:])
        source = sequence[i]
        if source is not None and kinds[source] == "empty":
            yield (*sequence[:i], *sequence[i + 1 :])


def _order(sequence: tuple[int | None, ...]) -> tuple[int, ...]:
    """A fixed order of candidates, so that ties always fall the same way."""
    return tuple(-1 if s is None else s for s in sequence)
