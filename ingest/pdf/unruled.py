"""Tables without (or with few) ruling lines, by the white strips between their columns. Flagged `no-rules`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ingest.pdf.columns import column_pair
from ingest.pdf.marks import TABLE_CAPTION, opens_block
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import CellPart, RowPart, Rule, TablePart, TextLine, Word, union
from ingest.pdf.row_bands import GridLine, is_head_number, is_number, split_rows
from ingest.pdf.strips import Strips, find_strips, year_runs
from ingest.pdf.table_lines import NEXT_LINE_EM, candidate_runs, is_small, is_tabular, pieces_of

FLAG = "no-rules"
WRAP_PITCH_EM = 1.7
"""a wrapped line lies no further below than this"""
SPLITS_TRIED = 3


@dataclass(frozen=True)
class Run:
    """Lines first..last-1 of a page that may be a table, with the columns they show."""

    first: int
    last: int
    head: TextLine
    strips: Strips


def find_runs(lines: Sequence[TextLine], body: float, options: PdfOptions = DEFAULT) -> list[Run]:
    """All stretches of a page that may be tables. `body`: type size of the file's text."""
    return [
        part
        for first, last in candidate_runs(lines, body, options)
        for part in split_by_columns(lines, make_run(lines, first, last, options), options)
    ]


def make_run(lines: Sequence[TextLine], first: int, last: int, options: PdfOptions) -> Run:
    return Run(first, last, lines[first], find_strips(lines[first:last], options))


def split_by_columns(lines: Sequence[TextLine], run: Run, options: PdfOptions) -> list[Run]:
    """Two tables that follow each other closely have fewer white strips in common than each by itself: parted where space is widest."""
    figures = any(has_figures(line) for line in lines[run.first : run.last])
    gaps = sorted(range(run.first + 1, run.last), key=lambda k: lines[k].top - lines[k - 1].bottom, reverse=True)
    for k in gaps[:SPLITS_TRIED]:
        parts = [(run.first, k), (k, run.last)]
        if any(body_rows(lines[a:b], figures, options) < 1 for a, b in parts):
            continue
        tried = [make_run(lines, a, b, options) for a, b in parts]
        if max(len(part.strips.columns) for part in tried) > len(run.strips.columns):
            richer = max((part.strips for part in tried), key=lambda strips: len(strips.columns))
            if holds(richer, lines[run.first : run.last], options):
                # one table, part of which leaves some of its columns empty
                return [Run(run.first, run.last, run.head, richer)]
            return [piece for part in tried for piece in split_by_columns(lines, part, options)]
    return [run]


def holds(strips: Strips, lines: Sequence[TextLine], options: PdfOptions) -> bool:
    """Whether the lines stand in these columns: hardly a one (a merged cell, a title) has a piece that reaches over several."""
    crossing = sum(1 for line in lines if not all(strips.covers(piece) for piece in pieces_of(line, options.river_em)))
    return crossing <= options.river_crossed * len(lines)


def body_rows(lines: Sequence[TextLine], figures: bool, options: PdfOptions) -> int:
    """Lines with figures (years and column numbers are none); in a table without `figures` lines with several cells below the first."""
    if figures:
        return sum(1 for line in lines if has_figures(line))
    tabular = [line for line in lines if is_tabular(line, options)]
    return sum(1 for line in tabular[1:] if not all(is_head_number(word.text) for word in line.words))


def has_figures(line: TextLine) -> bool:
    return sum(1 for word in line.words if is_number(word.text) and not is_head_number(word.text)) >= 2


Known = Mapping[str, Sequence[Run]]
"""first line of a run -> the runs of the file that begin with it"""


def by_head(runs: Iterable[Run]) -> Known:
    out: dict[str, list[Run]] = defaultdict(list)
    for run in runs:
        out[run.head.text].append(run)
    return out


def best_strips(run: Run, known: Known, options: PdfOptions) -> Strips:
    """The run's columns, or more of them known from a longer part of the same table with the same header."""
    same = [other.strips for other in known.get(run.head.text, ()) if same_head(other.head, run.head, options)]
    return max([run.strips, *same], key=lambda strips: len(strips.columns))


def same_head(a: TextLine, b: TextLine, options: PdfOptions) -> bool:
    return all(abs(v.x0 - w.x0) <= options.furniture_drift for v, w in zip(a.words, b.words, strict=False))


def unruled_tables(
    lines: Sequence[TextLine],
    runs: Sequence[Run],
    rules: Sequence[Rule],
    body: float,
    known: Known,
    options: PdfOptions = DEFAULT,
) -> tuple[list[TablePart], list[TextLine]]:
    """Tables found among a page's lines (its `runs`), and the lines that stand in none. `known`: the runs of all pages."""
    tables: list[TablePart] = []
    free: list[TextLine] = []
    at = 0
    for i, run in enumerate(runs):
        floor = widest_gap(lines, runs[i - 1].last, run.first) if i else at
        ceiling = widest_gap(lines, run.last, runs[i + 1].first) if i + 1 < len(runs) else len(lines)
        strips = best_strips(run, known, options)
        first, last = widen(lines, run, max(at, floor), ceiling, strips, body, options)
        sure = is_small(lines[first], body, options) or (first > 0 and is_captioned(lines[first - 1 : last], strips, options))
        table = build_table(lines[first:last], strips, rules, sure, options) if first >= at else None
        if table is not None:
            tables.append(table)
            free += lines[at:first]
            at = last
    return tables, [*free, *lines[at:]]


def is_captioned(lines: Sequence[TextLine], strips: Strips, options: PdfOptions) -> bool:
    """Whether the first line is a table's caption over the others, and these are not two columns of text."""
    if not TABLE_CAPTION.match(lines[0].text) or is_tabular(lines[0], options):
        return False
    return len(strips.columns) != 2 or column_pair(lines[1:], strips.columns[0][1], options) is None


def widest_gap(lines: Sequence[TextLine], last: int, first: int) -> int:
    """Where to part the lines between two tables: before the line with the most white space above it."""
    return max(range(last, first + 1), key=lambda k: lines[k].top - lines[k - 1].bottom)


def widen(
    lines: Sequence[TextLine], run: Run, floor: int, ceiling: int, strips: Strips, body: float, options: PdfOptions
) -> tuple[int, int]:
    """Lines with one cell at the table's ends taken in: wrapped ones, and rows of their own where the type is the table's alone."""

    def near(line: TextLine, neighbour: TextLine) -> bool:
        pitch = abs(line.base - neighbour.base)
        own_type = is_small(neighbour, body, options)
        alike = abs(line.size - neighbour.size) <= 0.5 and pitch <= (NEXT_LINE_EM if own_type else WRAP_PITCH_EM) * neighbour.size
        return alike and not opens_block(line.text)

    def one_cell(line: TextLine) -> bool:
        return all(strips.covers(piece) for piece in pieces_of(line, options.column_gap_em))

    first, last = run.first, run.last
    while first > floor and near(lines[first - 1], lines[first]) and (one_cell(lines[first - 1]) or is_small(lines[first], body, options)):
        first -= 1
    while last < ceiling and near(lines[last], lines[last - 1]) and one_cell(lines[last]):
        last += 1
    return first, last


def build_table(lines: Sequence[TextLine], strips: Strips, rules: Sequence[Rule], sure: bool, options: PdfOptions) -> TablePart | None:
    """The table, or None where the lines make none: too few columns (two do where it is `sure`), or hardly a row that fills them."""
    count = len(strips.columns)
    if count < (2 if sure else 3):
        return None
    grid = [place_pieces(line, strips, options) for line in lines]
    rows = [merge_lines(group, strips) for group in split_rows(grid, rules, options)]
    if sum(1 for row in rows if row.filled >= max(2, count / 3)) < (1 if sure else 2):
        return None
    return TablePart(union(row.box for row in rows), tuple(spread_heads(rows)), flags=(FLAG,))


def place_pieces(line: TextLine, strips: Strips, options: PdfOptions) -> GridLine:
    held: dict[int, list[Word]] = {}
    for piece in pieces_of(line, options.river_em):
        held.setdefault(strips.column_of(piece), []).extend(piece.words)
    return GridLine({column: TextLine(tuple(words)) for column, words in sorted(held.items())})


def merge_lines(group: Sequence[GridLine], strips: Strips) -> RowPart:
    """A cell is as wide as its column or, if it reaches over several, as its text."""
    cells: list[CellPart] = []
    for column, (x0, x1) in enumerate(strips.columns):
        own = tuple(line.cells[column] for line in group if column in line.cells)
        cells.append(CellPart(own, union([*(part.box for part in own), (x0, own[0].top, x1, own[0].bottom)]) if own else None))
    return RowPart(tuple(cells), union(line.box for line in group))


def spread_heads(rows: list[RowPart]) -> list[RowPart]:
    """A head centred over the columns of five years moved to the first of them, where a merged cell's text stands."""
    out = list(rows)
    for i in range(len(rows) - 1):
        runs = year_runs([cell.plain for cell in rows[i + 1].cells])
        cells = list(out[i].cells)
        for first, last in runs:
            heads = [c for c in range(first, last) if cells[c].lines]
            if len(heads) == 1 and heads[0] != first:
                cells[first], cells[heads[0]] = cells[heads[0]], CellPart()
        out[i] = RowPart(tuple(cells), out[i].box)
    return out
