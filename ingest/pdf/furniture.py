"""Headers, footers and page numbers: lines that come back at the same height on page after page."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.models import Box
from ingest.pdf.lines import find_lines, moved
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import RawPage, TextLine, Turn

PAGE_NUMBER = re.compile(r"^\W*(?:(?:hal(?:aman|\.)?|page)\s*)?(?:\d{1,4}|[ivxl]{1,7})(?:\s*(?:/|dari|of)\s*\d{1,4})?\W*$", re.IGNORECASE)
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
    """in the page's reading coordinates"""
    edge: Edge
    distance: float
    """of its middle from that edge of the page"""
    clearance: float
    """white space towards the middle of the page, in heights of the line"""
    pattern: str


def find_furniture(pages: Sequence[RawPage], options: PdfOptions = DEFAULT) -> dict[int, tuple[TextLine, ...]]:
    """page number -> the lines on it that are furniture"""
    views = [view for page in pages for view in page_views(page, options)]
    repeated = repeated_lines([candidate for view in views for candidate in view], len(pages), options)
    found: dict[int, list[TextLine]] = defaultdict(list)
    for view in views:
        for edge in ("top", "bottom"):
            for candidate in peel([c for c in view if c.edge == edge], repeated):
                found[candidate.page].append(candidate.line)
    return {page: tuple(lines) for page, lines in found.items()}


def page_views(page: RawPage, options: PdfOptions) -> list[list[Candidate]]:
    """The page as read; and, where it was turned for reading (a sideways table), its other print as the page is shown."""
    upright = [word for word in page.words if not word.sideways]
    boxes = [table.box for table in page.tables]
    views = [candidates_of(page.number, find_lines(upright, options), boxes, Turn(0, *page.turn.size), options)]
    if page.turn.degrees and len(upright) < len(page.words):
        back = Turn((360 - page.turn.degrees) % 360, *page.turn.size)
        shown = find_lines([moved(word, back) for word in page.words if word.sideways], options)
        body = [back.box(box) for box in (*boxes, *(word.box for word in upright))]
        views.append(candidates_of(page.number, shown, body, back, options))
    return views


def candidates_of(number: int, lines: Sequence[TextLine], others: Sequence[Box], view: Turn, options: PdfOptions) -> list[Candidate]:
    """Lines near the upper or lower edge of a page seen through `view`, with what else stands on it."""
    height = view.size[1]
    out: list[Candidate] = []
    for line in lines:
        middle = (line.top + line.bottom) / 2
        edge: Edge = "top" if middle < height / 2 else "bottom"
        distance = middle if edge == "top" else height - middle
        if distance <= options.margin_share * height:
            rest = [(other.top, other.bottom) for other in lines if other is not line] + [(box[1], box[3]) for box in others]
            place = (
                TextLine(tuple(moved(word, Turn((360 - view.degrees) % 360, *view.size)) for word in line.words)) if view.degrees else line
            )
            out.append(Candidate(number, place, edge, distance, clearance(line, edge, rest, height), pattern_of(line.text)))
    return out


def clearance(line: TextLine, edge: Edge, others: Sequence[tuple[float, float]], height: float) -> float:
    if edge == "top":
        gaps = [top - line.bottom for top, bottom in others if bottom > line.bottom]
    else:
        gaps = [line.top - bottom for top, bottom in others if top < line.top]
    return min(gaps, default=height) / max(line.bottom - line.top, 1.0)


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


def peel(candidates: list[Candidate], repeated: set[int]) -> list[Candidate]:
    """From the edge inwards: furniture, as long as it is repeated (or a page number by itself) and stands apart from the text."""
    kept: list[Candidate] = []
    for candidate in sorted(candidates, key=lambda c: c.distance):
        alone = candidate.pattern == "#" and not kept and candidate.clearance >= 2 * STANDS_APART
        if id(candidate) not in repeated and not alone:
            break
        kept.append(candidate)
    while kept and kept[-1].pattern != "#" and kept[-1].clearance < STANDS_APART:
        kept.pop()
    return kept
