"""Which lines of a table make one row, where no ruling line says so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.models import Box
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import Rule, TextLine, union
from ingest.pdf.typography import SPACE_EM

NUMBER = re.compile(r"^[(<>≥≤±+\-–]*\s*(?:Rp\.?\s*)?\d[\d.,]*\s*%?\)?$|^[-–]$")
HEAD_NUMBER = re.compile(r"^(?:(?:19|20)\d\d|2\.0\d\d|\(\d{1,2}\))$")
"""Years (also OCR'd as 2.025) and column numbers (1) (2) ... stand in headers and are no figures."""
ROW_SPACE_EM = 0.6
"""White space above every line that is wider than this: each line is a row."""
SAME_CELL_EM = 0.2
"""White space up to this is that between the lines of a cell, or of cells set in the middle of their row: no row begins there."""
NARROW = 0.1
AS_WIDE = 0.9
"""White space of this share of the narrow ones (this share from below) among those where rows are ruled apart parts rows as well."""
TRUSTED = 0.8
"""share of rows that must look like one row for the white space between lines to be believed"""


@dataclass(frozen=True)
class GridLine:
    """One printed line of a table: column -> what stands there."""

    cells: dict[int, TextLine]

    @property
    def box(self) -> Box:
        return union(part.box for part in self.cells.values())

    @property
    def numbers(self) -> int:
        return sum(1 for part in self.cells.values() if is_number(part.text) and not is_head_number(part.text))


def is_head_number(text: str) -> bool:
    return bool(HEAD_NUMBER.match(text))


def is_number(text: str) -> bool:
    return bool(NUMBER.match(text))


def split_rows(lines: Sequence[GridLine], rules: Sequence[Rule], options: PdfOptions = DEFAULT) -> list[list[GridLine]]:
    """Rows by ruling lines between them where there are enough, by white space where it is clear, else by what wraps."""
    ruled = [ruled_between(above, line, rules) for above, line in pairwise(lines)]
    wraps = wrapped_lines(lines, options)
    by_text = [not wrap for wrap in wraps[1:]]
    by_space = space_breaks(lines, options)
    if ruled and sum(ruled) >= 0.5 * sum(by_text):
        return cut(lines, [a or b for a, b in zip(ruled, as_wide_as_ruled(lines, ruled, by_space), strict=True)])
    if by_space is not None and trustworthy(cut(lines, by_space), wraps, by_space):
        by_text = by_space
    return cut(lines, [a or b for a, b in zip(ruled, by_text, strict=True)])


def cut(lines: Sequence[GridLine], breaks: Sequence[bool]) -> list[list[GridLine]]:
    rows: list[list[GridLine]] = []
    for i, line in enumerate(lines):
        if i == 0 or breaks[i - 1]:
            rows.append([])
        rows[-1].append(line)
    return rows


def ruled_between(above: GridLine, line: GridLine, rules: Sequence[Rule]) -> bool:
    (_, a_top, _, a_bottom), (x0, top, x1, bottom) = above.box, line.box
    low, high = (a_top + a_bottom) / 2, (top + bottom) / 2
    return any(rule.way == "h" and low < rule.at < high and min(rule.end, x1) - max(rule.start, x0) > 0.5 * (x1 - x0) for rule in rules)


def wrapped_lines(lines: Sequence[GridLine], options: PdfOptions) -> list[bool]:
    """For each line whether it only goes on with cells of the line above: each of those was full to its column's edge."""
    rights: dict[int, float] = {}
    for line in lines:
        for column, part in line.cells.items():
            rights[column] = max(rights.get(column, 0.0), part.x1)
    out: list[bool] = []
    held: dict[int, TextLine] = {}
    for line in lines:
        wrap = bool(held) and all(
            column in held and not is_number(part.text) and is_full(held[column], part, rights[column], options)
            for column, part in line.cells.items()
        )
        held = {**held, **line.cells} if wrap else dict(line.cells)
        out.append(wrap)
    return out


def is_full(above: TextLine, part: TextLine, right: float, options: PdfOptions) -> bool:
    first = part.words[0]
    return above.x1 + SPACE_EM * above.size + (first.x1 - first.x0) + options.fit_slack > right


def space_breaks(lines: Sequence[GridLine], options: PdfOptions) -> list[bool] | None:
    """Rows where the white space above a line is clearly wider than inside a cell; None where all space is alike."""
    spaces = white_spaces(lines)
    size = max(part.size for line in lines for part in line.cells.values())
    ordered = sorted(max(space, SAME_CELL_EM * size) for space in spaces)
    if ordered and ordered[0] > ROW_SPACE_EM * size:
        return [True] * len(spaces)
    jumps = [(b / a, (a + b) / 2) for a, b in pairwise(ordered) if b - a > 1.0]
    if not jumps:
        return None
    ratio, limit = max(jumps)
    return [space > limit for space in spaces] if ratio >= options.row_gap_ratio else None


def as_wide_as_ruled(lines: Sequence[GridLine], ruled: Sequence[bool], by_space: Sequence[bool] | None) -> list[bool]:
    """Where no line was drawn though the white space is as wide as where one was: between shaded rows, or in a header."""
    if by_space is None or not any(ruled):
        return [False] * len(ruled)
    spaces = white_spaces(lines)
    drawn = sorted(space for space, rule in zip(spaces, ruled, strict=True) if rule)
    narrow = drawn[int(NARROW * len(drawn))]
    return [broken and space >= AS_WIDE * narrow for broken, space in zip(by_space, spaces, strict=True)]


def white_spaces(lines: Sequence[GridLine]) -> list[float]:
    return [line.box[1] - above.box[3] for above, line in pairwise(lines)]


def trustworthy(rows: Sequence[Sequence[GridLine]], wraps: Sequence[bool], breaks: Sequence[bool]) -> bool:
    """Rows by space are right when each holds one line of figures at most; without figures, when what they join wraps."""
    if any(line.numbers for row in rows for line in row):
        single = sum(1 for row in rows if sum(1 for line in row if line.numbers) <= 1)
        return single >= TRUSTED * len(rows)
    if all(breaks):
        return True
    joined = [wrap for wrap, broken in zip(wraps[1:], breaks, strict=True) if not broken]
    return bool(joined) and sum(joined) >= TRUSTED * len(joined)
