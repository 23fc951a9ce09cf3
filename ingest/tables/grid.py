"""The body of a table as a grid: rows under their columns, cut rows whole again, merged cells filled down."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ingest.models import Box
from ingest.numerals import parse_number
from ingest.tables.align import MISFIT, Aligner, Col, kind_of
from ingest.tables.cells import RawRow, strip_markup
from ingest.tables.headers import Header
from ingest.tables.parts import Draft
from ingest.tables.relocate import TextPlaces, continue_list
from ingest.tables.vocabulary import MARKER, MERGED_HEADER, TOTAL, level_of, split_index_and_level

KEYED_SHARE = 0.9
"""A key column (number, level, code) that is filled this often is never empty in a whole row."""
_ENUMERATED = re.compile(r"^\d{1,2}[.)]\s")
_ENDED = re.compile(r"[.;:!?]\s*$")


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
            if _has_key(grid, row) and not row.spanning:
                main = row
    join_cut_rows(grid)
    fill_down(grid)
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
        row.cells[grid.label] = label
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
    if alone and role in ("text", "label") and _ENUMERATED.match(cells[first]):
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
    return any(kind_of(c) in ("int", "marker", "code", "level") for c in cells[: 1 + max((i for i, col in enumerate(cols) if col.role == "code"), default=0)])


def _has_key(grid: Grid, row: GridRow) -> bool:
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
        if head is None or (want.year is not None and (head.year, head.measure) != (want.year, want.measure)) or (want.year is None and head.name and head.name.lower() != want.name.lower() and head.year is None and want.name):
            out.add(target)
    return out


# --- cut rows -----------------------------------------------------------------------------------------------------------


def join_cut_rows(grid: Grid) -> None:
    """Rejoin rows that a page break cut, and lines that only add codes to the row above."""
    keyed = _keyed_columns(grid)
    out: list[GridRow] = []
    main: GridRow | None = None
    for row in grid.rows:
        previous = out[-1] if out else None
        if previous is not None and not row.spanning and not previous.spanning:
            if _adds_codes(grid, row) or (row.first_of_part and _is_cut(grid, keyed, row)):
                _join(previous if main is None or _adds_codes(grid, row) else _joined_to(grid, main, previous, row), row)
                continue
            if row.first_of_part and main is not None and not _has_key(grid, row):
                _give_back(grid, main, row)
        out.append(row)
        if _has_key(grid, row) or main is None:
            main = row
    grid.rows = out


def _keyed_columns(grid: Grid) -> list[int]:
    rows = [r for r in grid.rows if not r.spanning and not r.first_of_part]
    keys = [i for i, col in enumerate(grid.cols) if col.role in ("index", "level", "code")]
    return [i for i in keys if rows and sum(1 for r in rows if r.cells[i]) >= KEYED_SHARE * len(rows)]


def _adds_codes(grid: Grid, row: GridRow) -> bool:
    filled = [i for i, cell in enumerate(row.cells) if cell]
    return len(filled) > 0 and filled[0] > 0 and all(grid.cols[i].role == "code" and kind_of(row.cells[i]) in ("code", "int") for i in filled)


def _is_cut(grid: Grid, keyed: list[int], row: GridRow) -> bool:
    """The rest of the row before the page break: without its key and without numbers, going on in mid-sentence."""
    filled = [i for i, cell in enumerate(row.cells) if cell]
    if any(grid.cols[i].role in ("number", "index", "code", "level") for i in filled):
        return False
    if keyed:
        return all(not row.cells[i] for i in keyed)
    lower = [i for i in filled if strip_markup(row.cells[i])[:1].islower()]
    org = grid.first("org")
    return bool(lower) and (org is None or org not in filled or org in lower)


def _joined_to(grid: Grid, main: GridRow, previous: GridRow, row: GridRow) -> GridRow:
    """The rest belongs to the row before it, its merged cells to the main row of the block."""
    if previous is main:
        return previous
    _give_back(grid, main, row, sure=True)
    return previous


def _give_back(grid: Grid, main: GridRow, row: GridRow, sure: bool = False) -> None:
    """Move the ends of merged cells (text that goes on in lower case) from a sub-row to the main row above the break."""
    org = grid.first("org")
    for i, cell in enumerate(row.cells):
        if not cell or grid.cols[i].role not in ("text", "label") or not main.cells[i] or (org is not None and i >= org):
            continue
        if (strip_markup(cell)[:1].islower() or sure) and not _ENDED.search(main.cells[i]):
            main.cells[i] += "\n" + cell
            main.lines += [n for n in row.lines if n not in main.lines]
            row.cells[i] = ""


def _join(target: GridRow, row: GridRow) -> None:
    for i, cell in enumerate(row.cells):
        if cell:
            target.cells[i] = f"{target.cells[i]}\n{cell}" if target.cells[i] else cell
    target.lines += row.lines
    target.flags |= row.flags


# --- merged cells --------------------------------------------------------------------------------------------------------


def fill_down(grid: Grid) -> None:
    """Empty leading cells, and empty cells of a unit or remark column, mean "as above": filled and marked inherited."""
    if sum(1 for col in grid.cols if col.role == "index") > 1 or any(c.role == "level" for c in grid.cols):
        leading = False  # two lists side by side, or a matrix (its parents are worked out by level)
    else:
        leading = True
    merged = [i for i, col in enumerate(grid.cols[: grid.label]) if leading and col.role == "text" and MERGED_HEADER.match(col.head.name)]
    trailing = [i for i, col in enumerate(grid.cols) if _fills_down(grid, i, col)]
    above: GridRow | None = None
    for row in grid.rows:
        if row.spanning or is_total(grid, row):
            above = None if row.spanning and not is_total(grid, row) else above
            continue
        if above is not None:
            if leading and any(row.cells[i] for i, col in enumerate(grid.cols) if col.role != "number"):
                _fill_leading(grid, row, above)
            for i in (*merged, *trailing):
                if not row.cells[i] and above.cells[i]:
                    row.cells[i] = above.cells[i]
                    row.inherited.add(i)
        above = row


def _fill_leading(grid: Grid, row: GridRow, above: GridRow) -> None:
    for i, cell in enumerate(row.cells):
        if cell and grid.cols[i].role == "index":
            continue
        if cell:
            return
        if above.cells[i] and grid.cols[i].role != "index" and not _ENUMERATED.match(above.cells[i]):
            row.cells[i] = above.cells[i]
            row.inherited.add(i)


def _fills_down(grid: Grid, index: int, col: Col) -> bool:
    """A unit column of a table without levels, or a remark column that holds single words."""
    if any(c.role == "level" for c in grid.cols):
        return False
    values = [r.cells[index] for r in grid.rows if r.cells[index]]
    if not values or not grid.rows or not next((r for r in grid.rows if not r.spanning), grid.rows[0]).cells[index]:
        return False
    if col.role == "org":
        return index > grid.label
    return bool(re.match(r"keterangan", col.head.name, re.IGNORECASE)) and all(len(v.split()) <= 2 for v in values)


def is_total(grid: Grid, row: GridRow) -> bool:
    """A row that says "Total ..." and has no number or code of its own."""
    if any(row.own(i) for i, col in enumerate(grid.cols) if col.role in ("index", "code", "level")):
        return False
    return bool(TOTAL.match(strip_markup(row.cells[grid.label]))) and any(parse_number(row.cells[i]) is not None for i in grid.numbers)
