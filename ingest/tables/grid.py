"""The body of a table as a grid: every line put under the columns it belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.models import Box
from ingest.tables.align import MISFIT, Aligner, Col, kind_of
from ingest.tables.cells import RawRow
from ingest.tables.headers import Header
from ingest.tables.parts import Draft
from ingest.tables.relocate import TextPlaces, continue_list
from ingest.tables.vocabulary import MARKER, level_of, split_index_and_level

ENUMERATED = re.compile(r"^\d{1,2}[.)]\s")


@dataclass
class GridRow:
    lines: list[int]
    cells: list[str]
    """raw text per column; pieces of a joined cell are separated by a line break"""
    boxes: list[Box | None]
    flags: set[str] = field(default_factory=set)
    first_of_part: bool = False
    spanning: bool = False
    """one label over the whole width (group, parent, total)"""
    inherited: set[int] = field(default_factory=set)
    shifted: set[int] = field(default_factory=set)

    def own(self, column: int) -> str:
        return "" if column in self.inherited else self.cells[column]


@dataclass
class Grid:
    cols: tuple[Col, ...]
    rows: list[GridRow]

    def first(self, role: str) -> int | None:
        return next((i for i, col in enumerate(self.cols) if col.role == role), None)

    @property
    def label(self) -> int:
        found = self.first("label")
        return 0 if found is None else found

    @property
    def numbers(self) -> list[int]:
        return [i for i, col in enumerate(self.cols) if col.role == "number"]


def build_grid(draft: Draft, cols: tuple[Col, ...]) -> Grid:
    grid = Grid(cols, [])
    aligner = Aligner(cols)
    places = TextPlaces(cols, draft)
    header: Header | None = None
    main: GridRow | None = None
    for part in draft.parts:
        header = part.header or header
        first = True
        for raw in part.body:
            if not raw.filled:
                continue
            row = _place_row(raw, grid, aligner, header, places, main)
            row.first_of_part = first
            first = False
            if any(row.cells):
                grid.rows.append(row)
            elif main:
                main.lines += row.lines
            if has_key(grid, row) and not row.spanning:
                main = row
    return grid


# --- one line -> one row ------------------------------------------------------------------------------------------------


def _place_row(raw: RawRow, grid: Grid, aligner: Aligner, header: Header | None, places: TextPlaces, main: GridRow | None) -> GridRow:
    cells = list(raw.cells)
    boxes = list(raw.boxes) or [None] * len(cells)
    if places.movable and main is not None and not _starts_with_key(cells, grid.cols):
        continue_list(cells, main.cells, main.lines, raw.no, grid.cols)
        places.settle(cells, len(grid.cols))
    label = _take_spanning_label(cells, grid.cols)
    if not label:
        _part_merged_index(cells, boxes, grid.cols)
    mapping, cost = aligner.place(tuple(cells))
    out = [cells[s] if s is not None else "" for s in mapping]
    row = GridRow([raw.no], out, [boxes[s] if s is not None and s < len(boxes) else None for s in mapping], set(raw.flags))
    row.shifted = _shifted(mapping, raw, cells, grid.cols, header)
    if row.shifted:
        row.flags.add("shifted-column")
    lost = [c for i, c in enumerate(cells) if c and i not in mapping]
    if lost:
        row.cells[grid.label] = " ".join([row.cells[grid.label], *lost]).strip()
    if lost or cost >= MISFIT:
        row.flags.add("unclear")
    if label:
        row.spanning = True
        row.cells[grid.label] = f"{label} {row.cells[grid.label]}".strip()
    return row


def _take_spanning_label(cells: list[str], cols: tuple[Col, ...]) -> str:
    """A label that stands over the columns: text in a leading key column, or the only text of a row of a matrix."""
    filled = [i for i, cell in enumerate(cells) if cell]
    if not filled:
        return ""
    first = filled[0]
    texts = [i for i in filled if kind_of(cells[i]) in ("short", "long", "place")]
    role = cols[first].role if first < len(cols) else "text"
    if first not in texts or level_of(cells[first]) or split_index_and_level(cells[first]):
        return ""
    alone = len(filled) == 1 and len(cols) > 1
    over_key = role in ("index", "code", "level") and not MARKER.match(cells[first])
    if not alone and not over_key:
        return ""
    if alone and role in ("text", "label") and ENUMERATED.match(cells[first]):
        return ""
    if alone and role not in ("index", "code", "level") and first > 0:
        return ""
    end = next((i for i, col in enumerate(cols) if col.role in ("unit", "place", "number")), len(cols))
    taken = [i for i in texts if i < max(end, first + 1)] if not alone else [first]
    label = " ".join(cells[i] for i in taken)
    for i in taken:
        cells[i] = ""
    return label


def _part_merged_index(cells: list[str], boxes: list[Box | None], cols: tuple[Col, ...]) -> None:
    """ "1 Sasaran Kegiatan" in one cell -> two cells, where the table has a column for each."""
    if len(cols) > 1 and cols[0].role == "index" and cols[1].role == "level" and cells[0]:
        parted = split_index_and_level(cells[0])
        if parted:
            cells[:1] = list(parted)
            boxes[:1] = [boxes[0], boxes[0]]


def _starts_with_key(cells: list[str], cols: tuple[Col, ...]) -> bool:
    """Whether the row has its own number or code: then it is a row of its own."""
    return any(
        kind_of(c) in ("int", "marker", "code", "level")
        for c in cells[: 1 + max((i for i, col in enumerate(cols) if col.role == "code"), default=0)]
    )


def has_key(grid: Grid, row: GridRow) -> bool:
    return any(row.cells[i] for i, col in enumerate(grid.cols) if col.role in ("index", "code", "level"))


def _shifted(mapping: tuple[int | None, ...], raw: RawRow, cells: list[str], cols: tuple[Col, ...], header: Header | None) -> set[int]:
    """Number columns whose cell stood under another column's header on its own page."""
    if header is None or len(cells) < len(raw.cells):
        return set()
    grown = len(cells) - len(raw.cells)
    out = set()
    for target, source in enumerate(mapping):
        if source is None or not cells[source] or cols[target].role != "number":
            continue
        at = source - grown if cells != list(raw.cells) and grown > 0 else source
        head = header.columns[at] if 0 <= at < len(header.columns) else None
        want = cols[target].head
        if (
            head is None
            or (want.year is not None and (head.year, head.measure) != (want.year, want.measure))
            or (want.year is None and head.name and head.name.lower() != want.name.lower() and head.year is None and want.name)
        ):
            out.add(target)
    return out
