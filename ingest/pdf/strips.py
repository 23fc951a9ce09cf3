"""Columns of a table without ruling lines: what lies between the white strips that run through its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.marks import is_marker
from ingest.pdf.options import PdfOptions
from ingest.pdf.parts import TextLine
from ingest.pdf.row_bands import is_head_number, is_number
from ingest.pdf.table_lines import is_tabular, pieces_of

STEP = 0.5
"""resolution in points at which white strips are looked for"""


@dataclass(frozen=True)
class Strips:
    """Columns as intervals of x, parted by white strips."""

    columns: tuple[tuple[float, float], ...]

    def column_of(self, piece: TextLine) -> int:
        """The column a piece of a line stands in; of a piece across several (a merged cell) the first."""
        overlaps = [min(x1, piece.x1) - max(x0, piece.x0) for x0, x1 in self.columns]
        best = max(range(len(overlaps)), key=lambda i: overlaps[i])
        if overlaps[best] <= 0:
            middle = (piece.x0 + piece.x1) / 2
            return min(range(len(self.columns)), key=lambda i: abs(sum(self.columns[i]) / 2 - middle))
        touched = [i for i, overlap in enumerate(overlaps) if overlap > 0]
        return best if overlaps[best] >= 0.8 * (piece.x1 - piece.x0) else touched[0]

    def covers(self, piece: TextLine) -> bool:
        """Whether the piece fits into one column."""
        return sum(1 for x0, x1 in self.columns if min(x1, piece.x1) > max(x0, piece.x0)) <= 1


def find_strips(lines: Sequence[TextLine], options: PdfOptions) -> Strips:
    """Columns: what lies between strips that are white in nearly all rows below the header; then those filled in few rows."""
    size = sorted(line.size for line in lines)[len(lines) // 2]
    heads = header_lines(lines, options)
    tabular = [line for line in lines[heads:] if is_tabular(line, options)]
    body = [piece for line in tabular or lines for piece in pieces_of(line, options.river_em)]
    left = min(piece.x0 for piece in body)
    covered = [0] * (int((max(piece.x1 for piece in body) - left) / STEP) + 2)
    for piece in body:
        for k in range(int((piece.x0 - left) / STEP), int((piece.x1 - left) / STEP) + 1):
            covered[k] += 1
    dense = dense_intervals(covered, int(options.river_crossed * len(tabular)), left, options.river_em * size)
    head_lines = [pieces_of(line, options.river_em) for line in lines[:heads]]
    below = [piece for line in lines[heads:] for piece in pieces_of(line, options.river_em)]
    years = year_spans(head_lines)
    columns = sorted([*dense, *sparse_columns([(piece, 1) for piece in below], dense)])
    columns = under_heads(columns, head_lines, years)
    # a title over one entry is a column, a title centred over years is none
    titles = [(piece, 1 if is_inside(piece, years) else 2) for line in head_lines for piece in line]
    found = sorted([*columns, *sparse_columns([*titles, *((piece, 1) for piece in below)], columns)])
    return Strips(tuple(without_marker_columns(found, [piece for line in [*head_lines, below] for piece in line])))


# --- titles of columns -----------------------------------------------------------------------------------------------


Span = tuple[float, float]


def under_heads(columns: Sequence[Span], lines: Sequence[Sequence[TextLine]], years: Sequence[Span]) -> list[Span]:
    """The columns widened by their titles. A title that stands over no figure (set left over figures set right, or centred) belongs
    to the column at its left or right: each title of a line to another one, in order, and none to a column that has its own."""
    out = list(columns)
    own = [[piece for piece in line if is_head_number(piece.text) or not is_inside(piece, years)] for line in lines]
    headed = {hit[0] for line in own for piece in line if len(hit := touched(piece, columns)) == 1}
    for line in own:
        loose = [piece for piece in line if not touched(piece, out)]
        for piece, column in match_in_order(loose, out, headed):
            out[column] = (min(out[column][0], piece.x0), max(out[column][1], piece.x1))
            headed.add(column)
    return out


def touched(piece: TextLine, columns: Sequence[Span]) -> list[int]:
    return [i for i, (x0, x1) in enumerate(columns) if min(x1, piece.x1) > max(x0, piece.x0)]


def is_inside(piece: TextLine, spans: Sequence[Span]) -> bool:
    middle = (piece.x0 + piece.x1) / 2
    return any(x0 <= middle <= x1 for x0, x1 in spans)


def match_in_order(pieces: Sequence[TextLine], columns: Sequence[Span], closed: set[int]) -> list[tuple[TextLine, int]]:
    """Pieces to the column on their left or right, as many as can be, with the least white space between; dynamic programming."""
    best: dict[int, tuple[int, float, list[tuple[TextLine, int]]]] = {-1: (0, 0.0, [])}
    """last column used -> (pieces left over, white space, pairs)"""
    for piece in sorted(pieces, key=lambda p: p.x0):
        right = next((i for i, (x0, _) in enumerate(columns) if x0 >= piece.x1), len(columns))
        beside = [i for i in (right - 1, right) if 0 <= i < len(columns) and i not in closed]
        step: dict[int, tuple[int, float, list[tuple[TextLine, int]]]] = {}
        for last, (left_over, space, pairs) in best.items():
            options = [(last, (left_over + 1, space, pairs))]
            for i in beside:
                if i > last:
                    gap = max(columns[i][0] - piece.x1, piece.x0 - columns[i][1], 0.0)
                    options.append((i, (left_over, space + gap, [*pairs, (piece, i)])))
            for key, value in options:
                if key not in step or value[:2] < step[key][:2]:
                    step[key] = value
        best = step
    return min(best.values(), key=lambda value: value[:2])[2]


def without_marker_columns(columns: list[tuple[float, float]], pieces: Sequence[TextLine]) -> list[tuple[float, float]]:
    """List markers set apart from their text are no column of numbers: they have no head. They go with what they mark."""
    out: list[tuple[float, float]] = []
    pending: float | None = None
    for x0, x1 in columns:
        own = [piece.text for piece in pieces if min(x1, piece.x1) > max(x0, piece.x0)]
        if own and all(is_marker(text) for text in own):
            pending = x0 if pending is None else pending
            continue
        out.append((x0 if pending is None else pending, x1))
        pending = None
    return out


def header_lines(lines: Sequence[TextLine], options: PdfOptions) -> int:
    """How many first lines stand above the first row of figures; years and column numbers are no figures."""
    for i, line in enumerate(lines):
        numbers = [piece.text for piece in pieces_of(line, options.river_em) if is_number(piece.text)]
        if len(numbers) >= 2 and not all(is_head_number(text) for text in numbers):
            return i
    rows = (i for i, line in enumerate(lines) if i and is_tabular(line, options))
    return next((i for i in rows if not all(is_head_number(word.text) for word in lines[i].words)), 0)


def year_spans(lines: Sequence[Sequence[TextLine]]) -> list[Span]:
    """x from the first to the last of years that count up in a header line: what is centred above them is no column."""
    out: list[Span] = []
    for pieces in lines:
        for first, last in year_runs([piece.text for piece in pieces]):
            # years set right leave room at their left, where the head over all of them may begin
            room = pieces[first + 1].x0 - pieces[first].x1
            out.append((pieces[first].x0 - room, pieces[last - 1].x1))
    return out


def year_runs(texts: Sequence[str]) -> list[tuple[int, int]]:
    """Columns under which years count up one by one: (first, last + 1) of each such run of two or more."""
    runs: list[tuple[int, int]] = []
    for i, text in enumerate(texts):
        year = int(text) if text.isdigit() and 1900 <= int(text) <= 2100 else None
        if year is None:
            continue
        if runs and runs[-1][1] == i and int(texts[i - 1]) + 1 == year:
            runs[-1] = (runs[-1][0], i + 1)
        else:
            runs.append((i, i + 1))
    return [run for run in runs if run[1] - run[0] >= 2]


def dense_intervals(covered: list[int], most: float, left: float, narrowest: float) -> list[tuple[float, float]]:
    out: list[tuple[float, float]] = []
    for k, count in enumerate(covered):
        if count <= most:
            continue
        x = left + k * STEP
        if out and x - out[-1][1] <= narrowest:
            out[-1] = (out[-1][0], x + STEP)
        else:
            out.append((x, x + STEP))
    return out


def sparse_columns(pieces: Sequence[tuple[TextLine, int]], columns: Sequence[Span]) -> list[Span]:
    """Columns with text in few rows: pieces (each with its weight) above each other between the others, two in all."""
    out: list[tuple[float, float, int]] = []
    for piece, weight in sorted(pieces, key=lambda p: p[0].x0):
        if touched(piece, columns):
            continue
        if out and piece.x0 < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], piece.x1), out[-1][2] + weight)
        else:
            out.append((piece.x0, piece.x1, weight))
    return [(x0, x1) for x0, x1, weight in out if weight >= 2]
