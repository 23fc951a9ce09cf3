"""Lines -> the parts of tables between page breaks -> drafts of whole tables, each with its header and its rows."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field

from ingest.models import Block, Document
from ingest.tables.cells import RawRow, raw_row, strip_markup
from ingest.tables.headers import (
    SURE_SHARE,
    Header,
    could_be_header,
    has_plain_number,
    is_column_numbers,
    looks_like_header,
    read_header,
    same_header,
    signature,
)  # fmt: skip
from ingest.tables.vocabulary import head_row

_PAGE_NUMBER = re.compile(r"^\W*(?:hal(?:aman)?\.?\s*)?\d{1,4}\W*$|^-\s*\d+\s*-$", re.IGNORECASE)
_TITLE_WORD = re.compile(r"^(?:matriks|tabel|rekap|daftar|lampiran|ringkasan)", re.IGNORECASE)


@dataclass
class Part:
    """Table lines without anything between them: what one page shows of a table."""

    rows: list[RawRow]
    before: int
    """index of the last block before it"""
    after: int
    header: Header | None = None
    titles: list[RawRow] = field(default_factory=list)
    body: list[RawRow] = field(default_factory=list)

    @property
    def header_lines(self) -> list[int]:
        """Lines of the part that are no rows: titles, the header and its repetitions."""
        kept = {row.no for row in self.body}
        return [row.no for row in self.rows if row.no not in kept]


@dataclass
class Draft:
    """A whole table being put together."""

    parts: list[Part]

    @property
    def header(self) -> Header | None:
        """The header as most rows have it above them; among equals the one with the most named columns."""
        headers = [p.header for p in self.parts if p.header]
        if not headers:
            return None
        rows: Counter[int] = Counter()
        shapes: Counter[tuple[object, ...]] = Counter()
        for part in self.parts:
            if part.header:
                rows[len(part.header.columns)] += len(part.body)
                shapes[_shape(part.header)] += 1
        return max(headers, key=lambda h: (rows[len(h.columns)], sum(1 for c in h.columns if c.header), shapes[_shape(h)]))


def _shape(header: Header) -> tuple[object, ...]:
    return tuple((c.first, c.year, c.measure) for c in header.columns)


def find_parts(document: Document) -> list[Part]:
    """Row blocks that stand together; a blank line, another block or a new header ends a part."""
    lines = document.source.lines
    parts: list[Part] = []
    last_line, last_block = -1, -2
    for i, block in enumerate(document.blocks):
        if block.kind != "row":
            continue
        for no in range(block.span.line_start, block.span.line_end + 1):
            row = raw_row(lines[no - 1])
            if not row.filled:
                continue
            if last_block >= i - 1 and no == last_line + 1 and parts:
                parts[-1].rows.append(row)
                parts[-1].after = i + 1
            else:
                parts.append(Part([row], before=i - 1, after=i + 1))
            last_line, last_block = no, i
    return [piece for part in parts for piece in _split_at_headers(part)]


def _split_at_headers(part: Part) -> list[Part]:
    """A header in the midst of a part that differs from the first one begins another table (or the next page)."""
    cuts = [0]
    first = next((r for r in part.rows if looks_like_header(r)), None)
    mark = signature((first,)) if first else ""
    for i, row in enumerate(part.rows):
        if row is first or i == 0 or not looks_like_header(row, SURE_SHARE):
            continue
        lower = any(row in read_header(part.rows, j).rows for j in range(max(0, i - 4), i) if looks_like_header(part.rows[j]))
        if mark and not lower and not same_header(signature((row,)), mark):
            cuts.append(i)
            mark = signature((row,))
    ends = [*cuts[1:], len(part.rows)]
    return [Part(part.rows[a:b], part.before, part.after) for a, b in zip(cuts, ends, strict=True)]


def draft_tables(document: Document) -> list[Draft]:
    drafts: list[Draft] = []
    for part in find_parts(document):
        previous = drafts[-1] if drafts else None
        apart = previous is None or _separated(document.blocks, previous.parts[-1].after, part.before)
        _open_part(part, None if apart else previous)
        if previous is not None and not apart and _belongs(part, previous):
            previous.parts.append(part)
        else:
            drafts.append(Draft([part]))
    return drafts


def without_header(draft: Draft) -> Draft:
    """A table that is nothing but what was taken for its header: its lines are rows after all."""
    return Draft([Part(part.rows, part.before, part.after, body=list(part.rows)) for part in draft.parts])


def _separated(blocks: tuple[Block, ...], start: int, before: int) -> bool:
    """Whether text stands between two parts; unreadable pages, page numbers and running titles do not count."""
    for block in blocks[start : before + 1]:
        if block.kind in ("gap", "furniture") or _PAGE_NUMBER.match(block.text.strip()):
            continue
        return True
    return False


def _belongs(part: Part, draft: Draft) -> bool:
    header = draft.header
    if part.header is None:
        return True
    return header is not None and any(p.header and same_header(part.header.signature, p.header.signature) for p in draft.parts)


def _open_part(part: Part, previous: Draft | None) -> None:
    """Find the part's title rows and header, and take repeated headers out of its body."""
    rows = part.rows
    start = 0
    while start < min(2, len(rows)) and len(rows[start].filled) == 1 and _is_title(rows, start):
        part.titles.append(rows[start])
        start += 1
    known = [p.header.signature for p in previous.parts if p.header] if previous else []
    at = _header_at(rows, start, known, fresh=previous is None)
    if at is not None:
        part.header = read_header(rows, at)
    part.body = _body(rows, start, part.header, known)


def _is_title(rows: list[RawRow], at: int) -> bool:
    """One single cell over the header: a title when it begins the part and is no parent row of the body."""
    text = strip_markup(rows[at].cells[rows[at].filled[0]])
    following = rows[at + 1] if at + 1 < len(rows) else None
    if following is None or head_row(text):
        return False
    if _TITLE_WORD.match(text):
        return True
    return at == 0 and (len(following.filled) == 1 or looks_like_header(following)) and not has_plain_number(rows[at])


def _header_at(rows: list[RawRow], start: int, known: list[str], fresh: bool) -> int | None:
    for at in range(start, min(start + 3, len(rows))):
        row = rows[at]
        if looks_like_header(row) or any(same_header(signature((row,)), k) for k in known if len(row.filled) > 1):
            return at
        if fresh and at == start and could_be_header(row, rows[at + 1 :]):
            return at
        if len(row.filled) > 1:
            return None
    return None


def _body(rows: list[RawRow], start: int, header: Header | None, known: list[str]) -> list[RawRow]:
    head_lines = {r.no for r in header.rows} if header else set()
    head_marks = [signature((r,)) for r in header.rows] if header else []
    body = []
    for row in rows[start:]:
        if row.no in head_lines or is_column_numbers(row):
            continue
        if header and len(row.filled) > 1 and not has_plain_number(row) and signature((row,)) in head_marks:
            continue
        body.append(row)
    return body
