"""The rows of all tables, ready for lookup: their figures by measure and year, their twins, their activity's own row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from assistant.measures import FRAME_TERMS, MONEY, SCORE_UNITS
from ingest.models import Discrepancy, Figure, Row, Table
from ingest.store.figures import FigureStore
from ingest.terms import fold, terms

SAME_LABEL = 0.85
"""Share of words that two labels must have in common to name the same thing."""
EVERYWHERE = 0.25
"""A word of the institution's name that stands in so many of its rows tells none from another."""
WORDS_LENGTH = 60
"""A cell longer than this says something in words."""
ACTIVITY_LEVEL = "Sasaran Kegiatan"
OUTPUT_LEVELS = ("Rincian Output", "RO")
OUTPUT_INDICATOR_LEVELS = ("IKRO",)


@dataclass(frozen=True, eq=False)
class TableRow:
    """A row with its table and figures."""

    row: Row
    table: Table
    figures: tuple[Figure, ...]
    by_key: dict[tuple[str, int | None], Figure] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.row.id

    def coded(self, code: str) -> bool:
        """Whether a column of codes gives this row the code itself (not a cell above it)."""
        return any(
            cell.text.strip() == code and not cell.inherited and any("kode" in h.lower() for h in self.table.columns[cell.column].header)
            for cell in self.row.cells
            if cell.column < len(self.table.columns)
        )

    @property
    def states_figures(self) -> bool:
        """Whether the row is about amounts; a row of words with a deadline year is not."""
        return any(f.unit.lower() != "tahun" and not f.measure.startswith("target penyelesaian") for f in self.figures)

    @cached_property
    def has_words(self) -> bool:
        """Whether cells other than the label hold sentences (a risk's description, a mitigation)."""
        texts = [
            c.text
            for c in self.row.cells
            if self.table.columns[c.column].kind == "text" and c.text not in (self.row.label, self.row.org_unit, *self.row.parents)
        ]
        return sum(len(t) > WORDS_LENGTH for t in texts) >= 2

    @cached_property
    def measures(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(f.measure for f in self.figures))

    @cached_property
    def years_of(self) -> dict[str | None, tuple[int, ...]]:
        """The years of each measure, and under None those of any."""
        found: dict[str | None, set[int]] = {None: set()}
        for f in self.figures:
            if f.year:
                found[None].add(f.year)
                found.setdefault(f.measure, set()).add(f.year)
        return {measure: tuple(sorted(years)) for measure, years in found.items()}

    def years(self, measure: str | None = None) -> tuple[int, ...]:
        return self.years_of.get(measure, ())

    def figure(self, measure: str, year: int | None) -> Figure | None:
        return self.by_key.get((measure, year))

    def series(self, measure: str) -> tuple[Figure, ...]:
        return tuple(sorted((f for f in self.figures if f.measure == measure), key=lambda f: (f.year or 0, f.column)))

    @cached_property
    def label_terms(self) -> frozenset[str]:
        return frozenset(terms(self.row.label))

    @cached_property
    def all_terms(self) -> frozenset[str]:
        return frozenset(terms(" ".join(self.all_words)))

    @cached_property
    def said_terms(self) -> frozenset[str]:
        """Terms of the label and of every cell of words, as an indicator's name beside its activity's."""
        columns = self.table.columns
        cells = (c.text for c in self.row.cells if c.column < len(columns) and columns[c.column].kind in ("text", "label"))
        return frozenset(terms(" ".join([self.row.label, *cells])))

    @cached_property
    def all_words(self) -> tuple[str, ...]:
        row = self.row
        return (row.label, *row.parents, row.activity, row.activity_code, row.org_unit, row.program, row.code, self.table.name)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """What the row may be called: its label, and the indicators that its figures measure."""
        return tuple(dict.fromkeys(n for n in (self.row.label, *(f.indicator for f in self.figures)) if n))

    @property
    def shown(self) -> str:
        """The row's label as an answer names it, with its unit or activity where the label alone is not telling."""
        return re.sub(r"\s+", " ", self.row.label).strip(" .;:")


class RowBook:
    """All rows that state figures. Read-only. `names`: what the institution is called, in all its forms."""

    def __init__(self, store: FigureStore, names: Sequence[str] = ()) -> None:
        figures: dict[str, list[Figure]] = defaultdict(list)
        for figure in store.figures:
            figures[figure.row_id].append(figure)
        self.rows: dict[str, TableRow] = {}
        self.order: list[str] = []
        for table in store.tables:
            for row in table.rows:
                own = tuple(figures.get(row.id, ()))
                keys: dict[tuple[str, int | None], Figure] = {}
                for f in own:
                    keys.setdefault((f.measure, f.year), f)
                self.rows[row.id] = TableRow(row, table, own, keys)
                self.order.append(row.id)
        self.figures = {f.id: f for f in store.figures}
        self.discrepancies: dict[str, list[Discrepancy]] = defaultdict(list)
        self.cited = [d for d in store.discrepancies if d.kind == "prose" and len(d.places) > 1 and not d.figure_ids]
        self.told = [d for d in store.discrepancies if d.kind == "prose" and sum(not p.figure_id for p in d.places) == 1]
        """Numbers of sentences that tables contradict."""
        self.counted = [d for d in store.discrepancies if d.severity <= 3 and not d.figure_ids and d.kind != "prose"]
        """Numbers of sentences that do not come out: averages, shares, words, counts of a list."""
        for item in store.discrepancies:
            for figure_id in item.figure_ids:
                self.discrepancies[figure_id].append(item)
        self._labels: Counter[tuple[str, str]] = Counter()
        institution = {t for name in names for t in terms(name)}
        labels = [entry.label_terms for entry in self.rows.values()]
        everywhere = (t for t in institution if sum(t in label for label in labels) >= EVERYWHERE * len(labels) > 0)
        self.frame = FRAME_TERMS | frozenset(everywhere)
        """Words that say what is asked, or that stand in so many rows that they tell none from another."""
        self.units = frozenset(fold(e.row.unit) for e in self.rows.values() if e.row.unit) - SCORE_UNITS - {"rupiah"}
        """Units in which things are counted."""
        self.by_activity: dict[str, list[TableRow]] = defaultdict(list)
        for key in self.order:
            entry = self.rows[key]
            if entry.row.activity_code:
                self.by_activity[entry.row.activity_code].append(entry)

    def doubts(self, figure_ids: Collection[str]) -> list[Discrepancy]:
        """What is wrong with figures that are shown beside the asked one: the worst first; units and column slips are not repeated."""
        found = {d.id: d for key in figure_ids for d in self.discrepancies.get(key, ()) if d.severity <= 3 and d.kind != "unit"}
        return sorted((d for d in found.values() if d.kind != "sum" or d.places[0].figure_id in figure_ids), key=lambda d: d.severity)

    def figure_row(self, key: str) -> str:
        """The row that states the figures of a row: itself, or for the heading row of an activity the activity's own."""
        entry = self.rows[key]
        if entry.states_figures:
            return key
        if entry.row.kind == "parent" and entry.row.activity_code and (own := self.activity_row(entry.row.activity_code)):
            return own.id if own.states_figures else ""
        return ""

    def alike(self, entry: TableRow) -> bool:
        """Whether other rows with figures bear the very same label in the table."""
        if not self._labels:
            self._labels.update((row.table.id, row.row.label) for row in self.rows.values() if row.figures)
        return self._labels[entry.table.id, entry.row.label] > 1

    def activity_row(self, code: str) -> TableRow | None:
        """The row that holds an activity's own allocation: its first Sasaran Kegiatan with money."""
        rows = [r for r in self.by_activity.get(code, ()) if r.row.level == ACTIVITY_LEVEL]
        funded = [r for r in rows if any(f.measure == "alokasi" for f in r.figures)]
        return (funded or rows or [None])[0]  # type: ignore[list-item]

    def funded_row(self, code: str) -> TableRow | None:
        """The one row that bears a code itself and states money (an activity in a table of budget codes)."""
        rows = [r for r in self.rows.values() if self.has_code(r, code) and any(f.measure in MONEY for f in r.figures)]
        return rows[0] if len(rows) == 1 else None

    def twin(self, entry: TableRow) -> TableRow | None:
        """The output row of an output indicator, or the other way round: the neighbour that states the same targets."""
        position = self.order.index(entry.id)
        if entry.row.level in OUTPUT_INDICATOR_LEVELS:
            for key in reversed(self.order[max(0, position - 8) : position]):
                other = self.rows[key]
                if other.row.level in OUTPUT_LEVELS and other.row.activity_code == entry.row.activity_code:
                    return other if same_targets(entry, other) else None
        elif entry.row.level in OUTPUT_LEVELS and position + 1 < len(self.order):
            other = self.rows[self.order[position + 1]]
            if other.row.level in OUTPUT_INDICATOR_LEVELS and same_targets(entry, other):
                return other
        return None

    def has_code(self, entry: TableRow, code: str) -> bool:
        """Whether a row's own code is, or ends in, a code."""
        own, wanted = entry.row.code.upper(), code.upper()
        return bool(own) and (own == wanted or own.endswith("." + wanted))

    def codes(self, code: str) -> list[TableRow]:
        """Rows that carry a code, as their own or as their activity's."""
        wanted = code.upper()
        own = [r for r in self.rows.values() if self.has_code(r, code)]
        short = [r for r in self.rows.values() if wanted.isdigit() and len(wanted) <= 3 and r.coded(wanted)]
        return [*own, *short, *self.by_activity.get(wanted, ())]


def same_targets(a: TableRow, b: TableRow) -> bool:
    mine = {f.year: f.value for f in a.figures if f.measure == "target"}
    theirs = {f.year: f.value for f in b.figures if f.measure == "target"}
    return bool(mine) and mine == theirs


def same_label(a: str, b: str) -> bool:
    mine, theirs = set(terms(a)), set(terms(b))
    return bool(mine) and len(mine & theirs) >= SAME_LABEL * len(mine | theirs)
