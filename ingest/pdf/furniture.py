"""Headers, footers and page numbers: lines that come back at the same height on page after page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.pdf.lines import find_lines
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import RawPage, TextLine

PAGE_NUMBER = re.compile(
    r"^\W*(?:(?:hal(?:aman|\.)?|page)\s*)?(?:\d{1,4}|[ivxl]{1,7})(?:\s*(?:/|dari|of)\s*\d{1,4})?\W*$", re.IGNORECASE
)
NUMBERS = re.compile(r"\d+")
COLUMN_HEADS = 3
"""A line with this many separate numbers is the head of a table (the years), repeated on every page."""
STANDS_APART = 1.0
"""Furniture keeps at least this many of its own heights away from the text."""
Edge = Literal["top", "bottom"]


@dataclass(frozen=True)
class Candidate:
    page: int
    line: TextLine
    edge: Edge
    distance: float
    """of its middle from that edge of the page"""
    pattern: str


def find_furniture(pages: Sequence[RawPage], options: PdfOptions = DEFAULT) -> dict[int, tuple[TextLine, ...]]:
    """page number -> the lines on it that are furniture"""
    lines = {page.number: find_lines(page.words, options) for page in pages}
    candidates = [c for page in pages for c in page_candidates(page, lines[page.number], options)]
    repeated = repeated_lines(candidates, len(pages), options)
    found: dict[int, tuple[TextLine, ...]] = {}
    for page in pages:
        own = [c for c in candidates if c.page == page.number]
        kept: list[TextLine] = []
        for edge in ("top", "bottom"):
            kept += peel(page, [c for c in own if c.edge == edge], lines[page.number], repeated)
        if kept:
            found[page.number] = tuple(kept)
    return found


def page_candidates(page: RawPage, lines: list[TextLine], options: PdfOptions) -> list[Candidate]:
    zone = options.margin_share * page.height
    out: list[Candidate] = []
    for line in lines:
        middle = (line.top + line.bottom) / 2
        edge: Edge = "top" if middle < page.height / 2 else "bottom"
        distance = middle if edge == "top" else page.height - middle
        if distance <= zone:
            out.append(Candidate(page.number, line, edge, distance, pattern_of(line.text)))
    return out


def pattern_of(text: str) -> str:
    if PAGE_NUMBER.match(text):
        return "#"
    return NUMBERS.sub("#", " ".join(text.split()).casefold())


def repeated_lines(candidates: list[Candidate], pages: int, options: PdfOptions) -> set[int]:
    """ids of the candidates whose text comes back at the same height on enough pages"""
    groups: dict[tuple[Edge, str], list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        if len(NUMBERS.findall(candidate.line.text)) < COLUMN_HEADS or candidate.pattern == "#":
            groups[candidate.edge, candidate.pattern].append(candidate)
    needed = max(options.furniture_pages, options.furniture_share * pages)
    out: set[int] = set()
    for group in groups.values():
        group.sort(key=lambda c: c.distance)
        start = 0
        for i in range(1, len(group) + 1):
            if i == len(group) or group[i].distance - group[i - 1].distance > options.furniture_drift:
                level = group[start:i]
                if len({c.page for c in level}) >= needed:
                    out.update(id(c) for c in level)
                start = i
    return out


def peel(page: RawPage, candidates: list[Candidate], lines: list[TextLine], repeated: set[int]) -> list[TextLine]:
    """From the edge inwards: furniture, as long as it is repeated (or a page number by itself) and stands apart from the text."""
    kept: list[TextLine] = []
    for candidate in sorted(candidates, key=lambda c: c.distance):
        alone = candidate.pattern == "#" and not kept
        if id(candidate) not in repeated and not (alone and clearance(page, candidate, lines) >= 2 * STANDS_APART):
            break
        kept.append(candidate.line)
    while kept:
        last = next(c for c in candidates if c.line is kept[-1])
        if last.pattern == "#" or clearance(page, last, lines) >= STANDS_APART:
            break
        kept.pop()
    return kept


def clearance(page: RawPage, candidate: Candidate, lines: list[TextLine]) -> float:
    """White space between the line and what comes next towards the middle of the page, in heights of the line."""
    line = candidate.line
    others = [(other.top, other.bottom) for other in lines if other is not line] + [(table.box[1], table.box[3]) for table in page.tables]
    if candidate.edge == "top":
        gaps = [top - line.bottom for top, bottom in others if bottom > line.bottom]
    else:
        gaps = [line.top - bottom for top, bottom in others if top < line.top]
    height = max(line.bottom - line.top, 1.0)
    return min(gaps, default=page.height) / height
