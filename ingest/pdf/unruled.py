"""Tables without (or with few) ruling lines, by the white strips between their columns. Flagged `no-rules`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdf.marks import CAPTION, is_marker, opens_block
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import CellPart, RowPart, Rule, TablePart, TextLine, Word, union
from ingest.pdf.row_bands import GridLine, is_head_number, is_number, split_rows

FLAG = "no-rules"
STEP = 0.5
"""resolution in points at which white strips are looked for"""
NEXT_LINE_EM = 4.0
"""a table's lines lie no further apart than this"""
WRAP_PITCH_EM = 1.7
"""a wrapped line lies no further below than this"""
SAME_HEAD = 0.75
"""share of words that two lines have in common to be the same header, wrapped otherwise"""
HEAD_WORDS = re.compile(
    r"^(?:no(?:mor)?\b|kode|level|uraian|jenis|program|kegiatan|sasaran|indikator|satuan|lokasi|baseline|target|realisasi|capaian|alokasi|pagu"
    r"|anggaran|jumlah|total|unit|penanggung|pelaksana|keterangan|bobot|rating|skor|nilai|status|sumber|arah|urgensi|strategi|waktu)",
    re.IGNORECASE,
)
"""What column titles of planning documents begin with."""
HEAD_ALONE = re.compile(
    r"^(?:no\.?|nomor|kode\b.*|satuan|lokasi|target\b.*|realisasi\b.*|alokasi\b.*|pagu\b.*|baseline\b.*|unit\b.*|penanggung\b.*|keterangan|bobot\b.*"
    r"|rating|skor|status|jumlah|total|level|urgensi\b.*|arah\b.*|waktu\b.*)$",
    re.IGNORECASE,
)
"""Titles that no row of a matrix begins a cell with ("Indikator ..." and "Sasaran ..." do)."""
STRETCHED = 1.6
"""widest over narrowest gap in a justified line"""
SPLITS_TRIED = 3
MOST_WRAPPED = 8
"""lines of one cell between two lines with several cells"""


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


Known = Sequence[tuple[TextLine, Strips]]
"""first line and columns of each table found so far: a part with few rows takes the columns of a longer one with its header"""


def known_strips(pages: Iterable[Sequence[TextLine]], body: float, options: PdfOptions = DEFAULT) -> Known:
    return [(lines[first], find_strips(lines[first:last], options)) for lines in pages for first, last in candidate_runs(lines, body, options)]


def best_strips(lines: Sequence[TextLine], known: Known, options: PdfOptions) -> Strips:
    """The columns of these lines, or more of them known from a part of the same table with the same header."""
    own = find_strips(lines, options)
    same = [strips for head, strips in known if same_head(head, lines[0], options)]
    return max([own, *same], key=lambda strips: len(strips.columns))


def same_head(a: TextLine, b: TextLine, options: PdfOptions) -> bool:
    return a.text == b.text and all(abs(v.x0 - w.x0) <= options.furniture_drift for v, w in zip(a.words, b.words, strict=False))


def unruled_tables(
    lines: Sequence[TextLine], rules: Sequence[Rule], body: float, known: Known = (), options: PdfOptions = DEFAULT
) -> tuple[list[TablePart], list[TextLine]]:
    """Tables found among the lines, and the lines that stand in none. `body`: type size of the file's text."""
    tables: list[TablePart] = []
    free: list[TextLine] = []
    at = 0
    runs = candidate_runs(lines, body, options)
    for i, (first, last) in enumerate(runs):
        floor = widest_gap(lines, runs[i - 1][1], first) if i else at
        ceiling = widest_gap(lines, last, runs[i + 1][0]) if i + 1 < len(runs) else len(lines)
        strips = best_strips(lines[first:last], known, options)
        first, last = widen(lines, first, last, max(at, floor), ceiling, strips, body, options)
        captioned = first > 0 and bool(CAPTION.match(lines[first - 1].text)) and not is_tabular(lines[first - 1], options)
        sure = captioned or is_small(lines[first], body, options)
        table = build_table(lines[first:last], strips, rules, sure, options) if first >= at else None
        if table is not None:
            tables.append(table)
            free += lines[at:first]
            at = last
    return tables, [*free, *lines[at:]]


def widest_gap(lines: Sequence[TextLine], last: int, first: int) -> int:
    """Where to part the lines between two tables: before the line with the most white space above it."""
    return max(range(last, first + 1), key=lambda k: lines[k].top - lines[k - 1].bottom)


# --- which lines -----------------------------------------------------------------------------------------------------


def pieces_of(line: TextLine, gap_em: float) -> list[TextLine]:
    """The line cut wherever its words lie further apart than `gap_em`; a line of text stretched to the margin stays whole."""
    if is_stretched(line):
        return [line]
    groups: list[list[Word]] = [[line.words[0]]]
    for above, word in zip(line.words, line.words[1:], strict=False):
        if word.x0 - above.x1 > gap_em * max(above.size, word.size):
            groups.append([])
        groups[-1].append(word)
    return [TextLine(tuple(group)) for group in groups]


def is_stretched(line: TextLine) -> bool:
    """Justified text: all gaps alike, most words in lower case."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(line.words)]
    if len(gaps) < 3 or max(gaps) > STRETCHED * max(min(gaps), 0.1):
        return False
    return 2 * sum(1 for word in line.words if word.text[0].islower()) >= len(line.words)


def is_tabular(line: TextLine, options: PdfOptions) -> bool:
    """Whether the line has cells: two pieces that say something; list markers and colons by themselves do not."""
    pieces = pieces_of(line, options.column_gap_em)
    content = [piece for piece in pieces if piece.text != ":" and not is_marker(piece.text)]
    return len(content) >= 2 or (len(pieces) >= 3 and any(is_number(piece.text) for piece in content))


def is_small(line: TextLine, body: float, options: PdfOptions) -> bool:
    """Set in type smaller than the text: tables are, when anything is."""
    return line.size < options.small_type * body


def candidate_runs(lines: Sequence[TextLine], body: float, options: PdfOptions) -> list[tuple[int, int]]:
    """Stretches that begin and end with a line of several cells and have few others between."""
    runs: list[tuple[int, int]] = []
    current: list[int] = []
    for i, line in enumerate(lines):
        if not is_tabular(line, options):
            continue
        if current and reaches(lines, current[-1], i, body, options) and not begins_table(lines[current[0]], lines[current[-1]], line, options):
            current.append(i)
            continue
        runs += closed_run(current, options)
        current = [i]
    runs += closed_run(current, options)
    return [part for run in runs for part in split_by_columns(lines, run, options)]


def closed_run(tabular: Sequence[int], options: PdfOptions) -> list[tuple[int, int]]:
    return [(tabular[0], tabular[-1] + 1)] if len(tabular) >= options.min_table_lines else []


def reaches(lines: Sequence[TextLine], above: int, line: int, body: float, options: PdfOptions) -> bool:
    """Whether the lines between two lines of cells can be wrapped ones: few, close together, none that opens something else."""
    between = lines[above : line + 1]
    close = all(b.top - a.bottom <= NEXT_LINE_EM * b.size for a, b in pairwise(between))
    small = all(is_small(each, body, options) for each in between)
    return close and (small or len(between) - 1 <= MOST_WRAPPED) and not any(opens_block(each.text) for each in between[1:-1])


def begins_table(head: TextLine, above: TextLine, line: TextLine, options: PdfOptions) -> bool:
    """Whether another table, or another part of it with other columns, begins: its first line comes again, or reads like a head."""
    if looks_like_head(line, options) and not looks_like_head(above, options):
        return True
    if head.words[0].text != line.words[0].text or any(is_number(piece.text) for piece in pieces_of(head, options.river_em)):
        return False
    a, b = Counter(word.text for word in head.words), Counter(word.text for word in line.words)
    return len(head.words) >= 3 and (a & b).total() >= SAME_HEAD * max(a.total(), b.total())


def looks_like_head(line: TextLine, options: PdfOptions) -> bool:
    """Three or more column titles as planning documents use them, and no figures."""
    texts = [piece.text for piece in pieces_of(line, options.river_em) if not is_head_number(piece.text)]
    titles = {found[0].casefold() for text in texts if (found := HEAD_WORDS.match(text)) and not any(c.isdigit() for c in text)}
    sure = sum(1 for text in texts if HEAD_ALONE.match(text))
    return sure >= 2 and len(titles) >= 3 and len(titles) >= len(texts) / 2 and not any(is_number(text) for text in texts)


def split_by_columns(lines: Sequence[TextLine], run: tuple[int, int], options: PdfOptions) -> list[tuple[int, int]]:
    """Two tables that follow each other closely have fewer white strips in common than each by itself: parted where space is widest."""
    first, last = run
    count = len(find_strips(lines[first:last], options).columns)
    gaps = sorted(range(first + 1, last), key=lambda k: lines[k].top - lines[k - 1].bottom, reverse=True)
    for k in gaps[:SPLITS_TRIED]:
        parts = [(first, k), (k, last)]
        tabular = [sum(1 for line in lines[a:b] if is_tabular(line, options)) for a, b in parts]
        if min(tabular) >= 2 and max(len(find_strips(lines[a:b], options).columns) for a, b in parts) > count:
            return [piece for part in parts for piece in split_by_columns(lines, part, options)]
    return [run]


def widen(
    lines: Sequence[TextLine], first: int, last: int, floor: int, ceiling: int, strips: Strips, body: float, options: PdfOptions
) -> tuple[int, int]:
    """Lines with one cell at the table's ends taken in: wrapped ones, and rows of their own where the type is the table's alone."""

    def belongs(line: TextLine, neighbour: TextLine) -> bool:
        pitch = abs(line.base - neighbour.base)
        own_type = is_small(neighbour, body, options)
        alike = abs(line.size - neighbour.size) <= 0.5 and pitch <= (NEXT_LINE_EM if own_type else WRAP_PITCH_EM) * neighbour.size
        return alike and not opens_block(line.text) and all(strips.covers(piece) for piece in pieces_of(line, options.column_gap_em))

    while first > floor and belongs(lines[first - 1], lines[first]):
        first -= 1
    while last < ceiling and belongs(lines[last], lines[last - 1]):
        last += 1
    return first, last


# --- columns ---------------------------------------------------------------------------------------------------------


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


# --- rows ------------------------------------------------------------------------------------------------------------


def build_table(lines: Sequence[TextLine], strips: Strips, rules: Sequence[Rule], sure: bool, options: PdfOptions) -> TablePart | None:
    """The table, or None where the lines make none: too few columns (two are enough where it is `sure`), or hardly a row that fills them."""
    count = len(strips.columns)
    if count < (2 if sure else 3):
        return None
    grid = [place_pieces(line, strips, options) for line in lines]
    rows = [merge_lines(group, strips) for group in split_rows(grid, rules, options)]
    if sum(1 for row in rows if row.filled >= max(2, count / 2)) < 2:
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
