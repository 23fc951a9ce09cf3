"""Bands of a ruled table that hold several rows because no line was drawn between them."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.models import Box
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import CellPart, RowPart, TextLine, union
from ingest.pdf.row_bands import GridLine, cut, is_number, space_breaks, split_rows

STACKED = 2
"""One cell with figures above each other may be a list, two are rows."""
FILLED = 0.6
"""share of the parts that must fill two cells to be rows"""
DEEP = 3
"""Two figures above each other may be one, cut because its cell is too narrow."""


def unstack(row: RowPart, lone: bool, options: PdfOptions = DEFAULT) -> list[RowPart]:
    """The band's rows where figures stand above each other in several cells, or (the `lone` band below a header) where white
    space parts rows that fill two cells or more; the band itself otherwise."""
    deep = sum(1 for cell in row.cells if sum(1 for line in cell.lines if is_number(line.text)) >= DEEP)
    if deep < STACKED and not lone:
        return [row]
    lines = printed_lines(row)
    if len(lines) < 2:
        return [row]
    by_space = space_breaks(lines, options)
    parts = [part_of(row, group) for group in (cut(lines, by_space) if by_space else split_rows(lines, (), options))]
    filled = sum(1 for part in parts if part.filled >= 2)
    return parts if deep >= STACKED or (by_space and filled >= FILLED * len(parts)) else [row]


def printed_lines(row: RowPart) -> list[GridLine]:
    """Lines of all cells that stand at one height put together."""
    every = sorted(((line, column) for column, cell in enumerate(row.cells) for line in cell.lines), key=lambda pair: pair[0].base)
    lines: list[dict[int, TextLine]] = []
    foot = float("-inf")
    for line, column in every:
        if line.base - foot > line.size / 2 or column in lines[-1]:
            lines.append({})
            foot = line.base
        lines[-1][column] = line
    return [GridLine(dict(sorted(cells.items()))) for cells in lines]


def part_of(row: RowPart, group: Sequence[GridLine]) -> RowPart:
    _, top, _, bottom = union(line.box for line in group)
    cells: list[CellPart] = []
    for column, cell in enumerate(row.cells):
        own = tuple(line.cells[column] for line in group if column in line.cells)
        box: Box | None = (cell.box[0], top, cell.box[2], bottom) if cell.box else None
        cells.append(CellPart(own, box, cell.columns))
    return RowPart(tuple(cells), (row.box[0], top, row.box[2], bottom))
