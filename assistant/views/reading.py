"""A document cut into leaves for reading: by section, tables whole where they are short, long ones in stretches. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.models import Block, Document, Row, Section, Table

LEAF_LEVEL = 2
"""Sections down to this level begin a leaf."""
ROWS_A_LEAF = 40
BLOCKS_A_LEAF = 70
LEAST = 12
"""A leaf lighter than this takes the next section in: a chapter's heading does not stand alone."""
SNIPPET = 180
MAX_FOUND = 200


@dataclass(frozen=True)
class TablePart:
    """Some rows of a table, in order. `first` says that they are its beginning, so that notes and title stand once."""

    table: Table
    rows: tuple[Row, ...]

    @property
    def lines(self) -> tuple[int, int]:
        return self.rows[0].lines[0], self.rows[-1].lines[-1]


Piece = Block | TablePart


def piece_lines(piece: Piece) -> tuple[int, int]:
    return piece.lines if isinstance(piece, TablePart) else (piece.span.line_start, piece.span.line_end)


@dataclass(frozen=True)
class Leaf:
    """What is shown at once."""

    section: str
    pieces: tuple[Piece, ...]

    @property
    def lines(self) -> tuple[int, int]:
        return piece_lines(self.pieces[0])[0], max(piece_lines(p)[1] for p in self.pieces)


@dataclass(frozen=True)
class Found:
    line: int
    path: tuple[str, ...]
    snippet: str


class Reading:
    """A document with its leaves, outline and places."""

    def __init__(self, document: Document, tables: Iterable[Table]) -> None:
        self.document = document
        self.doc = document.source.meta.doc
        self.sections = {s.id: s for s in document.sections}
        self.tables = sorted((t for t in tables if t.doc == self.doc and t.rows), key=lambda t: t.span.line_start)
        self.leaves = tuple(self._leaves())
        self._starts = [leaf.lines[0] for leaf in self.leaves]
        self.outline = tuple(s for s in document.sections if s.level <= LEAF_LEVEL)

    # leaves ------------------------------------------------------------------------------------------------------------

    def _leaves(self) -> Iterable[Leaf]:
        current: list[Piece] = []
        owner = first = ""
        weight = 0
        for piece, section in self._pieces():
            top = self._leaf_section(section)
            heavy = len(piece.rows) if isinstance(piece, TablePart) else 1
            full = weight + heavy > BLOCKS_A_LEAF and weight > 0
            if current and ((top != owner and weight >= LEAST) or full):
                yield Leaf(first, tuple(current))
                current, weight = [], 0
            if not current:
                first = top
            current.append(piece)
            owner, weight = top, weight + heavy
        if current:
            yield Leaf(first, tuple(current))

    def _pieces(self) -> Iterable[tuple[Piece, str]]:
        """Blocks in order; the lines of a table once, as parts of it."""
        by_line = {line: t for t in self.tables for line in self._own_lines(t)}
        done: set[str] = set()
        for block in self.document.blocks:
            table = by_line.get(block.span.line_start) if block.kind == "row" else None
            if table is None:
                yield block, block.section
            elif table.id not in done:
                done.add(table.id)
                for start in range(0, len(table.rows), ROWS_A_LEAF):
                    yield TablePart(table, table.rows[start : start + ROWS_A_LEAF]), table.section or block.section

    @staticmethod
    def _own_lines(table: Table) -> set[int]:
        return {
            *table.header_lines,
            *(line for row in table.rows for line in row.lines),
            *range(table.span.line_start, table.span.line_end + 1),
        }

    def _leaf_section(self, section: str) -> str:
        found = self.sections.get(section)
        while found is not None and found.level > LEAF_LEVEL and found.parent:
            found = self.sections.get(found.parent)
        return found.id if found is not None else ""

    # places ------------------------------------------------------------------------------------------------------------

    def leaf_at(self, line: int) -> int:
        """The number of the leaf that shows a line (or what stands before it)."""
        for number, leaf in enumerate(self.leaves):
            if any(first <= line <= last for first, last in map(piece_lines, leaf.pieces)):
                return number
        return max(0, bisect_right(self._starts, line) - 1)

    def section_named(self, name: str) -> Section | None:
        """A section by its id or its number ("BAB III", "3.2"), letters' case aside; the first where a number stands twice."""
        if name in self.sections:
            return self.sections[name]
        wanted = name.casefold().strip()
        return next((s for s in self.document.sections if s.number.casefold() == wanted), None)

    def section_key(self, section: Section) -> str:
        """The shortest name that `section_named` takes back to this section."""
        named = self.section_named(section.number) if section.number else None
        return section.number if named is not None and named.id == section.id else section.id

    def pieces_around(self, lines: tuple[int, int], before: int = 2, after: int = 2) -> list[Piece]:
        """The pieces that hold these lines among their neighbours; of a table only the rows nearby."""
        flat: list[Piece] = [piece for leaf in self.leaves for piece in leaf.pieces]
        hit = [i for i, piece in enumerate(flat) if touches(piece_lines(piece), lines)]
        if not hit:
            return []
        if isinstance(flat[hit[0]], TablePart):
            return [p for p in (rows_around(flat[i], lines, before, after) for i in hit) if p is not None]
        out: list[Piece] = []
        for piece in flat[max(0, hit[0] - before) : hit[-1] + after + 1]:
            near = piece if isinstance(piece, Block) else TablePart(piece.table, piece.rows[: before + after])
            out.append(near)
        return out

    # search ------------------------------------------------------------------------------------------------------------

    def search(self, words: str) -> list[Found]:
        """Places that hold all the words (letters' case aside), in the order of the document."""
        wanted = search_words(words)
        if not wanted:
            return []
        found: list[Found] = []
        for leaf in self.leaves:
            for line, text, path in self._texts(leaf):
                low = text.casefold()
                if all(word in low for word in wanted):
                    found.append(Found(line, path, snippet(text, wanted)))
                    if len(found) == MAX_FOUND:
                        return found
        return found

    def _texts(self, leaf: Leaf) -> Iterable[tuple[int, str, tuple[str, ...]]]:
        for piece in leaf.pieces:
            if isinstance(piece, Block):
                section = self.sections.get(piece.section)
                yield piece.span.line_start, " ".join(piece.text.split()), section.path if section else ()
            else:
                for row in piece.rows:
                    yield (
                        row.lines[0],
                        " · ".join(c.text for c in row.cells if c.text and not c.inherited),
                        (*piece.table.path, piece.table.name),
                    )


def touches(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def rows_around(piece: Piece, lines: tuple[int, int], before: int, after: int) -> TablePart | None:
    if isinstance(piece, Block):
        return None
    hit = [i for i, row in enumerate(piece.rows) if touches((row.lines[0], row.lines[-1]), lines)]
    if not hit:
        return TablePart(piece.table, piece.rows[: before + after])
    return TablePart(piece.table, piece.rows[max(0, hit[0] - before) : hit[-1] + after + 1])


def search_words(words: str) -> list[str]:
    return [w for w in words.casefold().split() if w]


def snippet(text: str, words: Sequence[str]) -> str:
    """The stretch of `text` around the first word."""
    if len(text) <= SNIPPET:
        return text
    start = max(0, text.casefold().find(words[0]) - SNIPPET // 3)
    cut = text[start : start + SNIPPET]
    return ("…" if start else "") + cut + ("…" if start + SNIPPET < len(text) else "")
