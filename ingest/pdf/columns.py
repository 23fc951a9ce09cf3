"""Two columns of text on a page: which lines stand left, which right, which go across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.pdf.lines import find_lines
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import TextLine, Word

STEP = 3.0
"""distance in points between the places tried for the strip"""
MIDDLE = (0.3, 0.7)
"""the strip runs in this part of the text's width"""
WORDS_A_LINE = 2.5
"""lines of text have at least so many words on average; fewer are a list of names or figures"""


@dataclass(frozen=True)
class Region:
    """Lines of one column from top to bottom; `top`..`bottom` is the band of the page that its columns share."""

    lines: tuple[TextLine, ...]
    left: float
    right: float
    top: float
    bottom: float
    columns: int = 1


def find_regions(lines: Sequence[TextLine], options: PdfOptions = DEFAULT) -> list[Region]:
    """The text of a page in reading order: bands from top to bottom, in each the left column before the right one."""
    if not lines:
        return []
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    best = best_band(lines, left, right, options)
    if best is None:
        return [Region(tuple(lines), left, right, lines[0].top, max(line.bottom for line in lines))]
    first, last, strip = best
    pair = column_pair(lines[first:last], strip, options)
    assert pair is not None
    return [*find_regions(lines[:first], options), *pair, *find_regions(lines[last:], options)]


def best_band(lines: Sequence[TextLine], left: float, right: float, options: PdfOptions) -> tuple[int, int, float] | None:
    """The longest run of lines that leave one strip white and are two columns of text: (first, last + 1, x of the strip)."""
    width = right - left
    if sum(1 for line in lines if has_gap(line, left + MIDDLE[0] * width, left + MIDDLE[1] * width, options)) < options.column_lines:
        return None
    found: list[tuple[int, int, float]] = []
    x = left + MIDDLE[0] * width
    while x <= left + MIDDLE[1] * width - options.gutter:
        found += [(first, last, x) for first, last in white_runs(lines, x, x + options.gutter)]
        x += STEP
    for first, last, strip in sorted(found, key=lambda run: run[0] - run[1]):
        if last - first < options.column_lines:
            break
        if column_pair(lines[first:last], strip, options) is not None:
            return first, last, strip
    return None


def has_gap(line: TextLine, left: float, right: float, options: PdfOptions) -> bool:
    gaps = ((a.x1, b.x0) for a, b in zip(line.words, line.words[1:], strict=False))
    return any(b - a >= options.gutter and a < right and b > left for a, b in gaps) or line.x1 < right or line.x0 > left


def white_runs(lines: Sequence[TextLine], x0: float, x1: float) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start: int | None = None
    for i, line in enumerate(lines):
        crossed = any(word.x0 < x1 and word.x1 > x0 for word in line.words)
        if crossed and start is not None:
            runs.append((start, i))
            start = None
        elif not crossed and start is None:
            start = i
    if start is not None:
        runs.append((start, len(lines)))
    return runs


def column_pair(lines: Sequence[TextLine], strip: float, options: PdfOptions) -> tuple[Region, Region] | None:
    """The two columns on either side of the strip, if both hold running text side by side."""
    words = [word for line in lines for word in line.words]
    sides: list[Region] = []
    for side in (False, True):
        own: list[Word] = [word for word in words if (word.x0 > strip) == side]
        column = find_lines(own, options)
        if len(column) < options.column_lines:
            return None
        left, right = min(line.x0 for line in column), max(line.x1 for line in column)
        if not is_running_text(column, right - left, options):
            return None
        sides.append(Region(tuple(column), left, right, lines[0].top, max(line.bottom for line in lines), columns=2))
    (a, b) = sides
    beside = min(a.lines[-1].bottom, b.lines[-1].bottom) - max(a.lines[0].top, b.lines[0].top)
    shorter = min(side.lines[-1].bottom - side.lines[0].top for side in sides)
    return (a, b) if b.left - a.right >= options.gutter and beside >= 0.5 * shorter else None


def is_running_text(lines: Sequence[TextLine], width: float, options: PdfOptions) -> bool:
    filled = sum(line.x1 - line.x0 for line in lines) / (width * len(lines))
    words = sum(1 for line in lines for word in line.words if any(c.isalpha() for c in word.text))
    return filled >= options.column_fill and words / len(lines) >= WORDS_A_LINE
