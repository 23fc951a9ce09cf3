"""What the stages hand on: words, rules, cells, tables and paragraphs of a page, frozen.

Coordinates are points from the top left of the page *as turned for reading*; `Turn.back` gives the box on the page as
it is shown. Dataclasses and not pydantic models, because a file has hundreds of thousands of words.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.models import Box


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float = 10.0
    bold: bool = False
    italic: bool = False
    sideways: bool = False
    """printed at a right angle to the page's other text"""
    confidence: float | None = None
    """of OCR, 0..100"""

    @property
    def box(self) -> Box:
        return (self.x0, self.top, self.x1, self.bottom)

    @property
    def middle(self) -> tuple[float, float]:
        return ((self.x0 + self.x1) / 2, (self.top + self.bottom) / 2)


@dataclass(frozen=True, slots=True)
class Rule:
    """A ruling line: `h` at height `at` from x `start` to `end`, or `v` at x `at` from height `start` to `end`."""

    way: Literal["h", "v"]
    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A page turned clockwise by 0, 90, 180 or 270 degrees so that its text reads upright; sizes before the turn."""

    degrees: int
    width: float
    height: float

    @property
    def size(self) -> tuple[float, float]:
        return (self.height, self.width) if self.degrees in (90, 270) else (self.width, self.height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        if self.degrees == 90:
            return self.height - y, x
        if self.degrees == 180:
            return self.width - x, self.height - y
        if self.degrees == 270:
            return y, self.width - x
        return x, y

    def box(self, box: Box) -> Box:
        return _ordered(*self.point(box[0], box[1]), *self.point(box[2], box[3]))

    def back(self, box: Box) -> Box:
        width, height = self.size
        return Turn((360 - self.degrees) % 360, width, height).box(box)


def _ordered(x0: float, y0: float, x1: float, y1: float) -> Box:
    return (min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))


@dataclass(frozen=True, slots=True)
class TextLine:
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return self.words[0].x0

    @property
    def x1(self) -> float:
        return max(word.x1 for word in self.words)

    @property
    def top(self) -> float:
        return min(word.top for word in self.words)

    @property
    def bottom(self) -> float:
        return max(word.bottom for word in self.words)

    @property
    def box(self) -> Box:
        return (self.x0, self.top, self.x1, self.bottom)

    @property
    def size(self) -> float:
        """the type size of most of its characters"""
        weights: dict[float, int] = {}
        for word in self.words:
            weights[word.size] = weights.get(word.size, 0) + len(word.text)
        return max(weights, key=lambda size: (weights[size], size))

    @property
    def base(self) -> float:
        """the foot of its main words: pitches are measured from foot to foot"""
        size = self.size
        feet = sorted(word.bottom for word in self.words if word.size == size)
        return feet[len(feet) // 2]

    @property
    def bold(self) -> bool:
        letters = [word for word in self.words if any(c.isalpha() for c in word.text)]
        return bool(letters) and all(word.bold for word in letters)


@dataclass(frozen=True, slots=True)
class CellPart:
    """A cell: its lines of text, the box of the cell, the right edge that its lines were broken at."""

    lines: tuple[TextLine, ...] = ()
    box: Box | None = None
    columns: int = 1
    """columns that a merged cell covers"""

    @property
    def plain(self) -> str:
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class RowPart:
    cells: tuple[CellPart, ...]
    box: Box

    @property
    def key(self) -> tuple[str, ...]:
        """what makes two rows the same row: a repeated header"""
        return tuple("".join(cell.plain.split()).casefold() for cell in self.cells)

    @property
    def filled(self) -> int:
        return sum(1 for cell in self.cells if cell.lines)


@dataclass(frozen=True, slots=True)
class TablePart:
    """The part of a table that stands on one page."""

    box: Box
    rows: tuple[RowPart, ...]
    flags: tuple[str, ...] = ()
    open_top: bool = False
    """no line above its first row: the row began on the page before"""
    open_bottom: bool = False

    @property
    def columns(self) -> int:
        return len(self.rows[0].cells) if self.rows else 0


@dataclass(frozen=True, slots=True)
class RawPage:
    """What is known of a page without looking at any other."""

    number: int
    turn: Turn
    words: tuple[Word, ...]
    """those that stand in no ruled table"""
    tables: tuple[TablePart, ...] = ()
    rules: tuple[Rule, ...] = ()
    chars: int = 0
    image_share: float = 0.0
    unmapped: int = 0
    flags: tuple[str, ...] = ()
    """`scan`, `blank`, `unmapped`, `damaged`, `ocr`, `drawing`, `cut`"""
    problem: str = ""

    @property
    def width(self) -> float:
        return self.turn.size[0]

    @property
    def height(self) -> float:
        return self.turn.size[1]

    def without(self, boxes: Sequence[Box]) -> RawPage:
        """The page without the words that stand in one of the boxes."""
        return replace(self, words=tuple(word for word in self.words if not any(inside(word.middle, box) for box in boxes)))


def inside(point: tuple[float, float], box: Box) -> bool:
    return box[0] <= point[0] <= box[2] and box[1] <= point[1] <= box[3]


@dataclass(frozen=True, slots=True)
class Para:
    """Lines that make one paragraph, list item, heading or caption."""

    page: int
    lines: tuple[TextLine, ...]
    right: float
    """the edge that its lines were broken at"""

    @property
    def plain(self) -> str:
        return " ".join(line.text for line in self.lines)

    @property
    def size(self) -> float:
        return max(self.lines, key=lambda line: len(line.text)).size

    @property
    def bold(self) -> bool:
        return all(line.bold for line in self.lines)

    @property
    def box(self) -> Box:
        return union(line.box for line in self.lines)


@dataclass(frozen=True, slots=True)
class PageLayout:
    """A page in reading order."""

    page: RawPage
    elements: tuple[Para | TablePart, ...]
    furniture: tuple[TextLine, ...] = ()


def union(boxes: Iterable[Box]) -> Box:
    x0, top, x1, bottom = zip(*boxes, strict=True)
    return (min(x0), min(top), max(x1), max(bottom))
