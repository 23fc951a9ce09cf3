"""Header rows: which they are, and what each column below them means (years, measures, spans)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ingest.numerals import mend_number, parse_number
from ingest.tables.cells import RawRow, strip_markup
from ingest.tables.vocabulary import COLUMN_NUMBER, HEADER_WORD, MEASURE_WORD, level_of, measure_name, years_in

MAX_HEADER_CELL = 130
"""A longer cell is text, not a header."""
MAX_HEADER_ROWS = 5
SAME_HEADER = 78
"""Similarity (0-100) from which two headers are the same one, reading slips included."""
SAME_WORDS = 92
"""The same for their words in any order."""
MIN_SHARE = 0.4
"""A header much shorter than another is not the same one."""
WORD_SHARE = 0.5
SURE_SHARE = 0.8
"""In the midst of a part only a row with this many header words begins another table."""
_ENUMERATED = re.compile(r"^(?:\d{1,2}|[a-z])[.)]\s")
_YEARS = re.compile(r"(?:19|20)\d\d|[12]\.\d{3}")
_STARTING = re.compile(r"\b(?:baseline|kondisi awal|data awal|tahun dasar)\b", re.IGNORECASE)
_PARENTHESES = re.compile(r"^\([^)]*\)$")


@dataclass(frozen=True)
class HeadColumn:
    """What the header says of one column."""

    header: tuple[str, ...] = ()
    year: int | None = None
    measure: str = ""
    group: int = -1
    """columns of one run of years share it; -1: not a year column"""

    @property
    def name(self) -> str:
        return self.header[-1] if self.header else ""

    @property
    def first(self) -> str:
        return self.header[0] if self.header else ""


@dataclass(frozen=True)
class Header:
    rows: tuple[RawRow, ...]
    columns: tuple[HeadColumn, ...]

    @property
    def signature(self) -> str:
        return signature(self.rows)


def signature(rows: tuple[RawRow, ...]) -> str:
    """Letters of the header without what varies between its repetitions."""
    return " ".join("".join(re.findall(r"[a-z%]+", strip_markup(cell).lower())) for row in rows for cell in row.cells if cell)


def same_header(first: str, second: str) -> bool:
    if not first or not second:
        return False
    if min(len(first), len(second)) < MIN_SHARE * max(len(first), len(second)):
        return False
    return fuzz.ratio(first.replace(" ", ""), second.replace(" ", "")) >= SAME_HEADER or fuzz.token_set_ratio(first, second) >= SAME_WORDS


def is_column_numbers(row: RawRow) -> bool:
    cells = [row.cells[i] for i in row.filled]
    return len(cells) >= 3 and all(COLUMN_NUMBER.match(c) for c in cells) and sum("(" in c for c in cells) * 2 >= len(cells)


def is_year_row(row: RawRow) -> bool:
    cells = [row.cells[i] for i in row.filled]
    with_year = [c for c in cells if len(years_in(c)) == 1 and len(c) < 25]
    return len(with_year) >= 2 and len(with_year) * 4 >= len(cells) * 3


def has_plain_number(row: RawRow) -> bool:
    return any(parse_number(row.cells[i]) is not None and not years_in(row.cells[i]) for i in row.filled)


def _headerish(row: RawRow) -> bool:
    cells = [strip_markup(row.cells[i]) for i in row.filled]
    if len(cells) < 2 or has_plain_number(row):
        return False
    if any(len(c) > MAX_HEADER_CELL or _ENUMERATED.match(c) for c in cells):
        return False
    return not any(level_of(c) and not HEADER_WORD.match(c) for c in cells)


def looks_like_header(row: RawRow, share: float = WORD_SHARE) -> bool:
    """Header by its own words: enough of its cells begin with header words or are years, and none holds other figures."""
    cells = [strip_markup(row.cells[i]) for i in row.filled]
    if not _headerish(row) or (len(cells) < 3 and not any(years_in(c) for c in cells)) or _is_level_row(row):
        return False
    if _has_other_digits(cells) or any(len(c) > 40 and years_in(c) and not HEADER_WORD.match(c) for c in cells):
        return False
    return sum(1 for c in cells if HEADER_WORD.match(c) or _is_year_cell(c)) >= share * len(cells)


def _has_other_digits(cells: list[str]) -> bool:
    return any(re.search(r"\d", _YEARS.sub("", c)) and not years_in(c) for c in cells)


def _is_year_cell(text: str) -> bool:
    return bool(years_in(text)) and len(text.split()) <= 3 and not re.search(r"\d", _YEARS.sub("", mend_number(text)).replace(".", ""))


def _is_level_row(row: RawRow) -> bool:
    """A data row "KRO | Layanan ..." also begins with header words."""
    leading = [row.cells[i] for i in row.filled[:2]]
    return any(level_of(c) in {"KRO", "IKRO", "Rincian Output"} for c in leading) and not any(years_in(c) for c in row.cells)


def could_be_header(row: RawRow, following: list[RawRow]) -> bool:
    """The first row right below a caption: a header unless it holds numbers or whole sentences."""
    if looks_like_header(row):
        return True
    cells = [strip_markup(row.cells[i]) for i in row.filled]
    if not _headerish(row) or _is_level_row(row) or _has_other_digits(cells):
        return False
    shouting = all(c.upper() == c for c in cells)
    numbers_below = any(has_plain_number(r) for r in following[:3])
    short = all(len(c.split()) <= 6 for c in cells)
    return shouting or (short and (numbers_below or (len(following) >= 2 and len(cells) >= 3)))


def read_header(rows: list[RawRow], at: int) -> Header:
    """The header that begins with `rows[at]`, with its lower rows."""
    end = at + 1
    for ahead in range(at + 1, min(at + MAX_HEADER_ROWS, len(rows))):
        if (any(is_year_row(r) or is_column_numbers(r) for r in rows[ahead : at + MAX_HEADER_ROWS]) and _lower_header_row(rows[ahead])) or (
            ahead == end and _continues_upper(rows[at], rows[ahead])
        ):
            end = ahead + 1
        else:
            break
    header_rows = tuple(rows[at:end])
    return Header(header_rows, _columns(header_rows))


def _lower_header_row(row: RawRow) -> bool:
    return is_year_row(row) or is_column_numbers(row) or (bool(row.filled) and _headerish_or_single(row))


def _headerish_or_single(row: RawRow) -> bool:
    cells = [row.cells[i] for i in row.filled]
    return not has_plain_number(row) and all(len(c) <= MAX_HEADER_CELL and not _ENUMERATED.match(c) for c in cells) and not row.cells[0]


def _continues_upper(top: RawRow, row: RawRow) -> bool:
    """A second row in capitals below a spanning cell of a header in capitals."""
    cells = [strip_markup(row.cells[i]) for i in row.filled]
    if not cells or row.cells[0] or has_plain_number(row) or is_year_row(row):
        return False
    capitals = all(c.upper() == c and len(c) <= MAX_HEADER_CELL for c in (*cells, *(top.cells[i] for i in top.filled)))
    below_span = all(i >= len(top.cells) or not top.cells[i] or _last_filled(top) == i for i in row.filled)
    return capitals and below_span


def _last_filled(row: RawRow) -> int:
    return row.filled[-1] if row.filled else -1


# --- what the columns mean -------------------------------------------------------------------------------------------


def _columns(rows: tuple[RawRow, ...]) -> tuple[HeadColumn, ...]:
    width = max(len(r.cells) for r in rows)
    texts = [[strip_markup(r.cells[i]) if i < len(r.cells) else "" for i in range(width)] for r in rows if not is_column_numbers(r)]
    leaves = [_leaf_year(texts, i) for i in range(width)]
    years = [leaf[0] if leaf else None for leaf in leaves]
    groups = _year_groups(leaves, texts)
    columns = [HeadColumn(year=years[i], group=groups[i]) for i in range(width)]
    used: set[tuple[int, int]] = set()
    for group in sorted({g for g in groups if g >= 0}):
        members = [i for i in range(width) if groups[i] == group]
        path, measure, taken = _group_header(texts, members, group, groups)
        used |= taken
        for i in members:
            words = path if isinstance(measure, str) else (measure[i].upper(),)
            columns[i] = replace(columns[i], header=(*words, str(years[i])), measure=measure if isinstance(measure, str) else measure[i])
    return tuple(_plain_columns(texts, columns, used))


def _leaf_year(texts: list[list[str]], column: int) -> tuple[int, int] | None:
    """The one year that the lowest non-empty header cell of a column names, and the row of that cell; a period is no year."""
    for row in range(len(texts) - 1, -1, -1):
        cell = texts[row][column]
        if cell:
            found = years_in(cell)
            return (found[0], row) if len(found) == 1 and len(cell) < 60 else None
    return None


def _year_groups(leaves: list[tuple[int, int] | None], texts: list[list[str]]) -> list[int]:
    """Number the runs of rising years. A year that does not rise, stands in another header row, or is a starting value
    ("Baseline 2024") begins a run of its own."""
    groups: list[int] = []
    current = -1
    last: tuple[int, int] | None = None
    for i, leaf in enumerate(leaves):
        if leaf is None:
            groups.append(-1)
            if any(row[i] for row in texts):
                last = None
            continue
        start = bool(_STARTING.search(texts[leaf[1]][i]))
        if last is None or leaf[0] <= last[0] or leaf[1] != last[1] or start:
            current += 1
        groups.append(current)
        last = None if start else leaf
    return groups


def _group_header(
    texts: list[list[str]], members: list[int], group: int, groups: list[int]
) -> tuple[tuple[str, ...], str | dict[int, str], set[tuple[int, int]]]:
    """Header words over a run of years: written into the year cells, right above the first, or counted out in order."""
    leaf = {i: next(row[i] for row in reversed(texts) if row[i]) for i in members}
    embedded = {i: _without_year(leaf[i]) for i in members if _without_year(leaf[i])}
    names = {measure_name(word) for word in embedded.values()}
    if len(names) == 1:
        return (next(iter(embedded.values())),), names.pop(), set()
    if embedded:
        return (), _carried(members, embedded), set()
    first = members[0]
    above = [(r, first) for r, row in enumerate(texts) if row[first] and row[first] != leaf[first]]
    if above:
        path = tuple(texts[r][c] for r, c in above)
        measure = measure_name(path[0])
        if MEASURE_WORD.search(path[0]) or not _in_order(texts, groups):
            return path, measure, set(above)
    ordered = _in_order(texts, groups)
    if ordered:
        row, column = ordered[group]
        notes = tuple(t[c] for t in texts[row + 1 :] for c in range(column, min(column + len(members), len(t))) if _PARENTHESES.match(t[c]))
        return (texts[row][column], *notes[:1]), measure_name(texts[row][column]), {(row, column)}
    return (), "", set()


def _carried(members: list[int], embedded: dict[int, str]) -> dict[int, str]:
    """Several words in one run of years: each holds from its own year up to the next word."""
    word = embedded[min(embedded)]
    out = {}
    for i in members:
        word = embedded.get(i, word)
        out[i] = measure_name(word)
    return out


def _in_order(texts: list[list[str]], groups: list[int]) -> list[tuple[int, int]]:
    """Measure words of the top row, as many as there are runs of years; empty when the numbers differ."""
    count = max(groups) + 1
    for r, row in enumerate(texts):
        found: list[tuple[int, int]] = []
        for c, cell in enumerate(row):
            if (
                cell
                and MEASURE_WORD.search(cell)
                and not years_in(cell)
                and (not found or measure_name(cell) != measure_name(row[found[-1][1]]))
            ):
                found.append((r, c))
        if count and len(found) == count:
            return found
    return []


def _without_year(text: str) -> str:
    return re.sub(r"\s*\(?(?:19|20)\d ?\d\)?|\d\.\d{3}|\d{2,3} \d{1,2}$", "", text).strip() if years_in(text) else ""


def _plain_columns(texts: list[list[str]], columns: list[HeadColumn], used: set[tuple[int, int]]) -> list[HeadColumn]:
    """Columns without a year: their own cells from the top down; a nameless one belongs to the spanning cell on its left,
    or takes a header word that stands over a run of years but is not its measure (a misplaced header)."""
    misplaced = [
        row[c] for r, row in enumerate(texts) for c, column in enumerate(columns)
        if column.year is not None and row[c] and not years_in(row[c]) and (r, c) not in used
        and not MEASURE_WORD.search(row[c]) and not _PARENTHESES.match(row[c])
    ]  # fmt: skip
    out: list[HeadColumn] = []
    for i, column in enumerate(columns):
        if column.year is not None:
            out.append(column)
            continue
        path = tuple(row[i] for row in texts if row[i])
        if not path and out and out[-1].year is not None and misplaced:
            path = (misplaced.pop(0),)
        elif len(path) <= 1 and out and out[-1].year is None and out[-1].header and not texts[0][i]:
            path = (out[-1].first, *path)
        out.append(HeadColumn(header=path))
    return out
