"""Whole rows: cut rows joined again, merged cells filled down, totals recognised."""

from __future__ import annotations

import re

from ingest.numerals import parse_number
from ingest.tables.align import Col, kind_of
from ingest.tables.cells import strip_markup
from ingest.tables.grid import ENUMERATED, Grid, GridRow, has_key
from ingest.tables.vocabulary import MERGED_HEADER, TOTAL

KEYED_SHARE = 0.9
"""A key column (number, level, code) that is filled this often is never empty in a whole row."""
KEYED_AT_ALL = 0.7
"""Of all rows, the rests of cut rows included, it is filled at least this often."""
_ENDED = re.compile(r"[.;:!?]\s*$")


def make_whole(grid: Grid) -> None:
    """Join what page breaks cut and fill what merged cells left empty; in place."""
    join_cut_rows(grid)
    fill_down(grid)


# --- cut rows -----------------------------------------------------------------------------------------------------------


def join_cut_rows(grid: Grid) -> None:
    """Rejoin rows that a page break cut, and lines that only add codes to the row above."""
    keyed = _keyed_columns(grid)
    out: list[GridRow] = []
    main: GridRow | None = None
    for row in grid.rows:
        previous = out[-1] if out else None
        if previous is not None and not row.spanning and not previous.spanning:
            if _adds_codes(grid, row) or ((row.first_of_part or keyed) and _is_cut(grid, keyed, row)):
                _join(previous if main is None or _adds_codes(grid, row) else _joined_to(grid, main, previous, row), row)
                continue
            if row.first_of_part and main is not None and not has_key(grid, row):
                _give_back(grid, main, row)
        out.append(row)
        if has_key(grid, row) or main is None:
            main = row
    grid.rows = out


def _keyed_columns(grid: Grid) -> list[int]:
    """Key columns that whole rows always fill: nearly every row with numbers, and most of all rows."""
    rows = [r for r in grid.rows if not r.spanning and not r.first_of_part]
    valued = [r for r in rows if any(r.cells[i] for i in grid.numbers)] or rows
    keys = [i for i, col in enumerate(grid.cols) if col.role in ("index", "level", "code")]
    return [i for i in keys if _filled(valued, i) >= KEYED_SHARE and _filled(rows, i) >= KEYED_AT_ALL]


def _filled(rows: list[GridRow], column: int) -> float:
    return sum(1 for r in rows if r.cells[column]) / len(rows) if rows else 0.0


def _adds_codes(grid: Grid, row: GridRow) -> bool:
    filled = [i for i, cell in enumerate(row.cells) if cell]
    return (
        len(filled) > 0 and filled[0] > 0 and all(grid.cols[i].role == "code" and kind_of(row.cells[i]) in ("code", "int") for i in filled)
    )


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
    side_by_side = sum(1 for col in grid.cols if col.role == "index") > 1
    # in a matrix the parents are worked out by level instead
    leading = not side_by_side and not any(col.role == "level" for col in grid.cols)
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
        if above.cells[i] and grid.cols[i].role != "index" and not ENUMERATED.match(above.cells[i]):
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
