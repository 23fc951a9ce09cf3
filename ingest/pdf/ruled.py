"""Ruling lines and words -> tables with one row a band of the grid. A merged cell's text stands in its first cell."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from pdfplumber.table import cells_to_tables, edges_to_intersections, intersections_to_cells

from ingest.models import Box
from ingest.pdf.lines import cell_lines
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import CellPart, RowPart, Rule, TablePart, Word, union
from ingest.pdf.rules import to_edge
from ingest.pdf.stacked import unstack

MOST_HEADS = 4
"""A table of so many bands and one more may have lines between columns and below its header only."""


def ruled_tables(rules: list[Rule], words: list[Word], options: PdfOptions = DEFAULT) -> tuple[list[TablePart], list[Word]]:
    """The page's ruled tables from top to bottom, and the words that stand in none of them."""
    tables: list[TablePart] = []
    free = words
    for group in connected(rules, options):
        frame = close_frame(group, options)
        for boxes in grids(frame.rules, options):
            grid = Grid.over(boxes, options)
            inside = [word for word in free if grid.holds(word)]
            table = grid.fill(inside, frame, options)
            if table is not None:
                tables.append(table)
                taken = set(map(id, inside))
                free = [word for word in free if id(word) not in taken]
    return sorted(tables, key=lambda table: table.box[1]), free


# --- frames ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Frame:
    """Ruling lines that hang together, closed where a row goes on over the page's edge or a side has no line."""

    rules: list[Rule]
    open_top: float | None = None
    open_bottom: float | None = None


def connected(rules: list[Rule], options: PdfOptions) -> list[list[Rule]]:
    """Groups of lines that meet each other; lines that meet no other rule no table."""
    parent = list(range(len(rules)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    flat = [i for i, rule in enumerate(rules) if rule.way == "h"]
    tall = [i for i, rule in enumerate(rules) if rule.way == "v"]
    for i in flat:
        for j in tall:
            if meets(rules[i], rules[j], options.snap):
                parent[root(i)] = root(j)
    groups: dict[int, list[Rule]] = {}
    for i, rule in enumerate(rules):
        groups.setdefault(root(i), []).append(rule)
    return [group for group in groups.values() if len({rule.way for rule in group}) == 2]


def meets(h: Rule, v: Rule, snap: float) -> bool:
    return h.start - snap <= v.at <= h.end + snap and v.start - snap <= h.at <= v.end + snap


def close_frame(group: list[Rule], options: PdfOptions) -> Frame:
    """Lines added where uprights stick out beyond the last crossbar (a row cut by the page's edge), or crossbars at the sides."""
    flat = [rule for rule in group if rule.way == "h"]
    tall = [rule for rule in group if rule.way == "v"]
    snap = options.snap
    added: list[Rule] = []
    top, bottom = min(h.at for h in flat), max(h.at for h in flat)
    open_top = sticking_out([(v.start, v.at) for v in tall if v.start < top - snap], min, snap)
    open_bottom = sticking_out([(v.end, v.at) for v in tall if v.end > bottom + snap], max, snap)
    for end in (open_top, open_bottom):
        if end:
            added.append(Rule("h", *end))
    left, right = min(v.at for v in tall), max(v.at for v in tall)
    for side in (
        sticking_out([(h.start, h.at) for h in flat if h.start < left - snap], min, snap),
        sticking_out([(h.end, h.at) for h in flat if h.end > right + snap], max, snap),
    ):
        if side:
            added.append(Rule("v", *side))
    return Frame(group + added, open_top[0] if open_top else None, open_bottom[0] if open_bottom else None)


def sticking_out(ends: list[tuple[float, float]], far: object, snap: float) -> tuple[float, float, float] | None:
    """Where two or more parallel lines end together: (their end, the first of them, the last of them)."""
    if len(ends) < 2:
        return None
    edge = (min if far is min else max)(end for end, _ in ends)
    places = [at for end, at in ends if abs(end - edge) <= snap]
    return (edge, min(places), max(places)) if len(places) >= 2 else None


def grids(rules: list[Rule], options: PdfOptions) -> list[list[Box]]:
    """Cells of every grid in the frame; a single box (a frame round text) is none."""
    crossings = edges_to_intersections([to_edge(rule) for rule in rules], options.snap, options.snap)
    cells = intersections_to_cells(crossings)
    return [group for group in cells_to_tables(cells) if len(group) > 1]


# --- grids -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grid:
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[Box, ...]

    @classmethod
    def over(cls, cells: list[Box], options: PdfOptions) -> Grid:
        xs = cluster((x for cell in cells for x in (cell[0], cell[2])), options.column_drift)
        ys = cluster((y for cell in cells for y in (cell[1], cell[3])), options.row_drift)
        return cls(xs, ys, tuple(cells))

    @property
    def box(self) -> Box:
        return (self.xs[0], self.ys[0], self.xs[-1], self.ys[-1])

    def holds(self, word: Word) -> bool:
        x, y = word.middle
        return self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]

    def place(self, box: Box) -> tuple[int, int, int, int]:
        """first row, first column, row after the last, column after the last"""
        return nearest(self.ys, box[1]), nearest(self.xs, box[0]), nearest(self.ys, box[3]), nearest(self.xs, box[2])

    def fill(self, words: list[Word], frame: Frame, options: PdfOptions) -> TablePart | None:
        """The table with its words; None where it has one column, one cell, or no text."""
        columns, bands = len(self.xs) - 1, len(self.ys) - 1
        if columns < 2 or bands < 1 or not words:
            return None
        owner: dict[tuple[int, int], tuple[int, int]] = {}
        boxes: dict[tuple[int, int], Box] = {}
        spans: dict[tuple[int, int], int] = {}
        for cell in self.cells:
            r0, c0, r1, c1 = self.place(cell)
            boxes[r0, c0], spans[r0, c0] = cell, max(1, c1 - c0)
            owner.update({(r, c): (r0, c0) for r in range(r0, r1) for c in range(c0, c1)})
        held: dict[tuple[int, int], list[Word]] = {}
        for word in words:
            x, y = word.middle
            spot = (slot(self.ys, y), slot(self.xs, x))
            held.setdefault(owner.get(spot, spot), []).append(word)
        rows: list[RowPart] = []
        apart = False
        """whether the last band holds rows that no line parts: then an open foot says nothing of the last of them"""
        lone = 1 < bands <= MOST_HEADS + 1 and self.ys[-1] - self.ys[-2] > (self.ys[-1] - self.ys[0]) / 2
        for r in range(bands):
            cells = tuple(
                CellPart(cell_lines(held.get((r, c), []), options), boxes.get((r, c)), spans.get((r, c), 1)) for c in range(columns)
            )
            if any(cell.lines for cell in cells):
                band = unstack(RowPart(cells, (self.xs[0], self.ys[r], self.xs[-1], self.ys[r + 1])), lone and r == bands - 1, options)
                rows += band
                apart = len(band) > 1
        return TablePart(
            union(row.box for row in rows),
            tuple(rows),
            open_top=frame.open_top is not None and abs(self.ys[0] - frame.open_top) <= options.snap,
            open_bottom=not apart and frame.open_bottom is not None and abs(self.ys[-1] - frame.open_bottom) <= options.snap,
        )


def cluster(values: Iterable[float], tolerance: float) -> tuple[float, ...]:
    """Means of values that lie within `tolerance` of the one before, ascending."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][0] <= tolerance:
            groups[-1].append(value)
        else:
            groups.append([value])
    return tuple(sum(group) / len(group) for group in groups)


def nearest(edges: tuple[float, ...], value: float) -> int:
    return min(range(len(edges)), key=lambda i: abs(edges[i] - value))


def slot(edges: tuple[float, ...], value: float) -> int:
    """the interval between edges that holds the value"""
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)
