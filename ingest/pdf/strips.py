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
    columns = dense_intervals(covered, int(options.river_crossed * len(tabular)), left, options.river_em * size)
    others = [(piece, k < heads) for k, line in enumerate(lines) for piece in pieces_of(line, options.river_em)]
    years = year_spans(lines[:heads], options)
    found = sorted([*columns, *sparse_columns(others, columns, years)])
    return Strips(tuple(without_marker_columns(found, [piece for piece, _ in others])))


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
    return next((i for i, line in enumerate(lines) if i and is_tabular(line, options)), 0)


def year_spans(lines: Sequence[TextLine], options: PdfOptions) -> list[tuple[float, float]]:
    """x from the first to the last of years that count up in a header line: what is centred above them is no column."""
    out: list[tuple[float, float]] = []
    for line in lines:
        pieces = pieces_of(line, options.river_em)
        out += [(pieces[first].x0, pieces[last - 1].x1) for first, last in year_runs([piece.text for piece in pieces])]
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


def sparse_columns(
    pieces: Sequence[tuple[TextLine, bool]], columns: Sequence[tuple[float, float]], years: Sequence[tuple[float, float]]
) -> list[tuple[float, float]]:
    """Columns with text in few rows: two pieces above each other between the others, or a head of its own."""
    out: list[tuple[float, float, int]] = []
    for piece, in_head in sorted(pieces, key=lambda p: p[0].x0):
        if any(min(x1, piece.x1) > max(x0, piece.x0) for x0, x1 in columns):
            continue
        middle = (piece.x0 + piece.x1) / 2
        weight = 2 if in_head and not any(x0 <= middle <= x1 for x0, x1 in years) else 1
        if out and piece.x0 < out[-1][1]:
            out[-1] = (out[-1][0], max(out[-1][1], piece.x1), out[-1][2] + weight)
        else:
            out.append((piece.x0, piece.x1, weight))
    return [(x0, x1) for x0, x1, weight in out if weight >= 2]
