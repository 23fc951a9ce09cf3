"""The columns of a whole table: from the best header of its parts and from what stands below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from ingest.numerals import DASHES, parse_number, read_cell
from ingest.tables.align import Col, Role, kind_of
from ingest.tables.cells import RawRow
from ingest.tables.headers import HeadColumn
from ingest.tables.parts import Draft
from ingest.tables.vocabulary import (
    CODE_HEADER,
    INDEX_HEADER,
    LABEL_HEADERS,
    LEVEL_HEADER,
    MARKER,
    MEASURE_WORD,
    MONEY,
    ORG_HEADER,
    PLACE_HEADER,
    UNIT_HEADER,
    is_code,
    level_of,
    measure_name,
    split_index_and_level,
)  # fmt: skip
from ingest.words import Vocabulary

NUMBER_SHARE = 0.6
"""A nameless or unclear column is one of numbers when this share of its filled cells is."""
WIDE_SHARE = 0.5
"""Rows that must reach beyond the header before it is taken to be cut short."""
SUMS = ("jumlah", "total")
LEVEL_SHARE = 0.4
"""Rows of a matrix whose second or first cell names a level."""


def table_columns(draft: Draft, vocabulary: Vocabulary) -> tuple[Col, ...]:
    header = draft.header
    rows = [row for part in draft.parts for row in part.body]
    if header is None:
        width = max((_width(row) for row in rows), default=0)
        heads = [HeadColumn() for _ in range(width)]
    else:
        heads = _widened(_clean_heads(draft, vocabulary), rows)
    if _is_matrix(heads, rows):
        return _matrix_columns(heads)
    heads = _without_empty_tail(heads, rows)
    cols = _sums_of_money(tuple(_typed(head, i, rows) for i, head in enumerate(heads)))
    return _with_label(cols, rows)


def _width(row: RawRow) -> int:
    return max(row.filled, default=-1) + 1


def _widened(heads: list[HeadColumn], rows: list[RawRow]) -> list[HeadColumn]:
    """Columns that the header lacks: most rows reach beyond it, or one has more filled cells than it has columns."""
    reach = sum(1 for row in rows if _width(row) > len(heads))
    full = max((len(row.filled) for row in rows), default=0)
    while reach > WIDE_SHARE * len(rows) or full > len(heads):
        left = heads[-1] if heads else HeadColumn()
        heads = [*heads, HeadColumn(header=left.header) if left.year is None else HeadColumn()]
        reach = sum(1 for row in rows if _width(row) > len(heads))
    return heads


def _clean_heads(draft: Draft, vocabulary: Vocabulary) -> list[HeadColumn]:
    """The chosen header, each cell in the reading with the fewest unknown words that most parts agree on."""
    chosen = draft.header
    assert chosen is not None
    alike = [p.header for p in draft.parts if p.header and len(p.header.columns) == len(chosen.columns)]
    heads = []
    for i, head in enumerate(chosen.columns):
        same = [h.columns[i] for h in alike if h.columns[i].year == head.year and len(h.columns[i].header) == len(head.header)]
        votes = Counter(tuple(vocabulary.mend(text) for text in h.header) for h in same)
        best = min(votes, key=lambda path: (vocabulary.unknown(" ".join(path)), -votes[path]), default=head.header)
        heads.append(replace(head, header=best if head.year is None else head.header))
    return heads


# --- the matrix of performance and funding ----------------------------------------------------------------------------


def _is_matrix(heads: list[HeadColumn], rows: list[RawRow]) -> bool:
    """A matrix of programmes: runs of years, and rows that name their level (Sasaran Kegiatan, KRO, Rincian Output ...)."""
    if not any(h.group >= 0 for h in heads) or not rows or LEVEL_HEADER.match(heads[0].name if heads else ""):
        return False
    levelled = sum(1 for row in rows if _names_level(row))
    return levelled >= LEVEL_SHARE * len(rows)


def _names_level(row: RawRow) -> bool:
    return any(level_of(c) or split_index_and_level(c) for c in (row.cells[i] for i in row.filled[:2]))


def _matrix_columns(heads: list[HeadColumn]) -> tuple[Col, ...]:
    """Index, level and label lead; what stands between them and the years keeps its header."""
    first_year = next(i for i, h in enumerate(heads) if h.group >= 0)
    unit = next((i for i in range(first_year) if UNIT_HEADER.match(heads[i].name)), first_year)
    label_head = next((h for h in reversed(heads[:unit]) if h.header), HeadColumn())
    lead = heads[0] if heads and heads[0].header else HeadColumn(("Program/Kegiatan",))
    cols = [Col(lead, "index"), Col(lead, "level"), Col(label_head, "label")]
    for head in heads[unit:first_year]:
        cols.append(Col(head, _role_by_header(head) or "text"))
    for head in heads[first_year:]:
        if head.group >= 0:
            cols.append(Col(head, "number", _is_money(head)))
        elif head.header:
            cols.append(Col(head, _role_by_header(head) or "text"))
    return tuple(cols)


# --- other tables -------------------------------------------------------------------------------------------------------


def _role_by_header(head: HeadColumn) -> Role | None:
    if head.group >= 0:
        return "number"
    name = head.name.strip(" .:")
    if INDEX_HEADER.match(head.name.strip()) or INDEX_HEADER.match(name):
        return "index"
    checks: tuple[tuple[Role, bool], ...] = (
        ("code", bool(CODE_HEADER.search(name))),
        ("level", bool(LEVEL_HEADER.match(name))),
        ("unit", bool(UNIT_HEADER.match(name))),
        ("place", bool(PLACE_HEADER.match(name))),
        ("org", bool(ORG_HEADER.search(name)) and not MEASURE_WORD.match(name)),
    )
    return next((role for role, hit in checks if hit), None)


def _is_money(head: HeadColumn) -> bool:
    return any(MONEY.search(text) for text in head.header)


def _typed(head: HeadColumn, index: int, rows: list[RawRow]) -> Col:
    values = [row.cells[index] for row in rows if index < len(row.cells) and row.cells[index]]
    role = _role_by_header(head)
    if role in ("index", "code", "unit", "place", "level", "number", "org"):
        return Col(_measured(head) if role == "number" else head, role, _is_money(head))
    if _mostly(values, lambda v: is_code(v) or (bool(MARKER.match(v)) and not v.isdigit())) and index == 0:
        return Col(head, "code")
    numbers = [v for v in values if parse_number(v) is not None or v in DASHES]
    dated = MEASURE_WORD.match(head.name) and _mostly(values, lambda v: bool(read_cell(v)) and read_cell(v)[0].value is not None)
    if values and (len(numbers) >= NUMBER_SHARE * len(values) or dated):
        if not head.header and index == 0 and _counts_up(values):
            return Col(head, "index")
        return Col(_measured(head), "number", _is_money(head))
    return Col(head, "text")


def _sums_of_money(cols: tuple[Col, ...]) -> tuple[Col, ...]:
    """A column "Jumlah" or "Total" beside columns of nothing but money is money too."""
    others = [col for col in cols if col.role == "number" and col.head.measure not in SUMS]
    if not others or not all(col.money for col in others):
        return cols
    return tuple(replace(col, money=True) if col.role == "number" else col for col in cols)


def _measured(head: HeadColumn) -> HeadColumn:
    return head if head.measure else replace(head, measure=measure_name(" ".join(head.header)) or "nilai")


def _mostly(values: list[str], test: Callable[[str], bool]) -> bool:
    return bool(values) and sum(1 for v in values if test(v)) >= NUMBER_SHARE * len(values)


def _counts_up(values: list[str]) -> bool:
    numbers = [int(v.rstrip(".)")) for v in values if v.rstrip(".)").isdigit()]
    return len(numbers) >= 2 and numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 1


def _without_empty_tail(heads: list[HeadColumn], rows: list[RawRow]) -> list[HeadColumn]:
    """Trailing columns that no row fills and no header names are an artefact of reading."""
    used = max((_width(row) for row in rows if _width(row) <= len(heads)), default=len(heads))
    end = len(heads)
    while end > used and end > 1 and (not heads[end - 1].header or heads[end - 1].header == heads[end - 2].header):
        end -= 1
    return heads[:end]


def _with_label(cols: tuple[Col, ...], rows: list[RawRow]) -> tuple[Col, ...]:
    """Choose the column that says what a row is about."""
    texts = [i for i, col in enumerate(cols) if col.role == "text"]
    if not texts:
        return cols
    level = next((i for i, col in enumerate(cols) if col.role == "level"), None)
    after_level = [i for i in texts if level is not None and i > level and _is_filled(i, rows)]
    chosen = (
        after_level[0]
        if after_level
        else next((i for pattern in LABEL_HEADERS for i in texts if pattern.search(cols[i].head.name) and _is_filled(i, rows)), None)
    )
    if chosen is None:
        filled = [i for i in texts if _is_filled(i, rows)]
        chosen = (filled or texts)[0]
    return tuple(replace(col, role="label") if i == chosen else col for i, col in enumerate(cols))


def _is_filled(index: int, rows: list[RawRow]) -> bool:
    cells = [row.cells[index] for row in rows if index < len(row.cells)]
    words = [c for c in cells if c and kind_of(c) in ("short", "long", "graded", "place")]
    return len(words) >= max(1, len(rows) // 3)
