"""What the rows of a table are: their label, level and code, what they stand under, whose they are."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from ingest.numerals import parse_number
from ingest.tables.cells import read_text_cell
from ingest.tables.grid import Grid, GridRow
from ingest.tables.vocabulary import (
    BUDGET_CODE,
    LEVEL_RANK,
    MERGED_HEADER,
    head_row,
    is_code,
    level_from_code,
    level_of,
    split_label_code,
    split_trailing_code,
)  # fmt: skip
from ingest.tables.whole import is_total
from ingest.words import Vocabulary

RowKind = Literal["data", "group", "total", "parent"]


@dataclass
class Meaning:
    """What a row means; filled in while the table is walked from top to bottom."""

    kind: RowKind = "data"
    label: str = ""
    parents: tuple[str, ...] = ()
    level: str = ""
    level_raw: str = ""
    code: str = ""
    program: str = ""
    activity: str = ""
    activity_code: str = ""
    org_unit: str = ""
    unit: str = ""
    flags: set[str] = field(default_factory=set)
    block: int = 0
    """number of the kegiatan it belongs to; 0 or less: to none"""


@dataclass
class _Open:
    """A row that later rows may stand under."""

    rank: int
    label: str
    level: str


@dataclass
class _State:
    program: str = ""
    activity: str = ""
    activity_code: str = ""
    block: int = 0
    stack: list[_Open] = field(default_factory=list)
    group: str = ""
    last: Meaning | None = None


def read_meanings(grid: Grid, vocabulary: Vocabulary) -> list[Meaning]:
    state = _State()
    out = []
    for row in grid.rows:
        texts = [read_text_cell(cell.replace("\n", " "), vocabulary)[0] for cell in row.cells]
        meaning = _read(grid, row, texts, state)
        out.append(meaning)
        state.last = meaning
    _spread_units(out)
    if grid.first("level") is None:
        _settle_offices(grid, out)
    _drop_doubtful_goals(out)
    return out


def _read(grid: Grid, row: GridRow, texts: list[str], state: _State) -> Meaning:
    meaning = Meaning(label=texts[grid.label], flags=set(row.flags))
    _own_fields(grid, row, texts, meaning)
    has_numbers = any(row.cells[i] and i not in row.inherited for i in grid.numbers)
    head = head_row(meaning.label) if row.spanning else None
    if head:
        _open_head(meaning, head, state)
    elif row.spanning:
        _spanning(grid, row, meaning, state, has_numbers)
    elif meaning.level and (grid.first("level") is not None or BUDGET_CODE.match(meaning.code)):
        _levelled(meaning, state)
    elif not meaning.label and has_numbers:
        _nameless(grid, row, meaning, state)
    else:
        _plain(grid, row, texts, meaning, state)
    if meaning.kind != "total" or meaning.parents:
        meaning.program, meaning.activity, meaning.activity_code = state.program, state.activity, state.activity_code
    meaning.block = state.block
    return meaning


def _own_fields(grid: Grid, row: GridRow, texts: list[str], meaning: Meaning) -> None:
    level_at, unit_at, org_at, place_at = (grid.first(role) for role in ("level", "unit", "org", "place"))
    if level_at is not None and row.cells[level_at]:
        meaning.level_raw = texts[level_at]
        meaning.level = level_of(texts[level_at])
    if unit_at is not None:
        meaning.unit = texts[unit_at]
        if re.match(r"skala", grid.cols[unit_at].head.name, re.IGNORECASE) and re.match(r"^\d", meaning.unit):
            meaning.unit = f"skala {meaning.unit}"
    if org_at is not None:
        meaning.org_unit = texts[org_at]
    codes = [i for i, col in enumerate(grid.cols) if col.role == "code" and i < grid.label]
    if codes and not row.spanning:
        meaning.code = texts[codes[-1]]
    elif place_at is not None and is_code(texts[place_at]):
        meaning.code = texts[place_at]
    label, code = split_label_code(meaning.label)
    if code and label:
        meaning.label, meaning.code = label, meaning.code or code
    if meaning.level == "KRO":
        meaning.label, meaning.code = split_trailing_code(meaning.label)
    if meaning.code and not meaning.level:
        meaning.level = level_from_code(meaning.code)


def _open_head(meaning: Meaning, head: tuple[str, str, str], state: _State) -> None:
    """A spanning row that opens a program or a kegiatan."""
    what, name, code = head
    meaning.kind, meaning.level, meaning.level_raw, meaning.code = "parent", what, what, code
    state.stack = []
    if what == "Program":
        state.program, state.activity, state.activity_code = name, "", ""
        meaning.label = f"Program {name}"
        state.block = -abs(state.block)
    else:
        state.activity, state.activity_code = name, code
        meaning.label = name
        meaning.parents = (f"Program {state.program}",) if state.program else ()
        state.block = abs(state.block) + 1


def _spanning(grid: Grid, row: GridRow, meaning: Meaning, state: _State, has_numbers: bool) -> None:
    """A group heading, a total, or the line of a whole institution."""
    if has_numbers:
        matrix = grid.first("level") is not None
        if matrix:  # the line of the whole institution belongs to no kegiatan
            state.activity, state.activity_code, state.stack = "", "", []
            state.block = -abs(state.block)
        meaning.kind = "total" if matrix or is_total(grid, row) else "data"
        meaning.parents = (state.group,) if state.group and is_total(grid, row) and not _closes_all(meaning.label) else ()
        state.group = ""
        return
    meaning.kind = "parent" if meaning.level else "group"
    state.group = meaning.label
    state.stack = []


def _closes_all(label: str) -> bool:
    return bool(re.fullmatch(r"(?:grand )?(?:total|jumlah)(?: keseluruhan)?", label.strip(" :"), re.IGNORECASE))


def _levelled(meaning: Meaning, state: _State) -> None:
    rank = LEVEL_RANK.get(meaning.level, 9)
    if BUDGET_CODE.match(meaning.code):
        _budget_code(meaning, state)
    while state.stack and state.stack[-1].rank >= rank:
        state.stack.pop()
    heads = tuple(h for h in (f"Program {state.program}" if state.program else "", _activity_label(state)) if h)
    inner = tuple(o.label for o in state.stack)
    meaning.parents = (*heads, *inner) if meaning.level not in ("Program", "Kegiatan") else heads[: 1 if meaning.level == "Kegiatan" else 0]
    if state.group:
        meaning.parents = (state.group, *meaning.parents)
    if meaning.level in ("Program", "Kegiatan"):
        meaning.kind = "parent"
    elif not meaning.level.startswith(("Indikator", "IKRO")):
        state.stack.append(_Open(rank, meaning.label, meaning.level))
        meaning.kind = "group" if meaning.level == "KRO" else "data"


def _budget_code(meaning: Meaning, state: _State) -> None:
    """Program and kegiatan from a budget code ("104.DP.3894.QAA.001"), whose rows carry the names."""
    if meaning.level == "Program":
        state.program, state.activity, state.activity_code = re.sub(r"^program\s+", "", meaning.label, flags=re.IGNORECASE), "", ""
        state.stack = []
    elif meaning.level == "Kegiatan":
        state.activity, state.activity_code = meaning.label, meaning.code.split(".")[-1]
        state.stack = []


def _activity_label(state: _State) -> str:
    if not state.activity:
        return ""
    return f"Kegiatan: {state.activity}" + (f" ({state.activity_code})" if state.activity_code else "")


def _nameless(grid: Grid, row: GridRow, meaning: Meaning, state: _State) -> None:
    """A row of values without a label: a grade of the row above, or the total of its group."""
    words = all(parse_number(row.cells[i]) is None for i in grid.numbers if row.cells[i])
    above = state.last.label if state.last else ""
    if words and above:
        meaning.label, meaning.parents = f"{above} (predikat)", state.last.parents if state.last else ()
        meaning.flags.add("label-inherited")
    elif state.group:
        meaning.label, meaning.kind, meaning.parents = f"Jumlah {state.group}", "total", (state.group,)
        meaning.flags.add("label-missing")
    else:
        meaning.label = f"(baris tanpa nama di bawah {above})" if above else "(baris tanpa nama)"
        meaning.flags |= {"label-missing", "unclear"}


def _plain(grid: Grid, row: GridRow, texts: list[str], meaning: Meaning, state: _State) -> None:
    merged = [
        texts[i] for i, col in enumerate(grid.cols[: grid.label]) if col.role == "text" and MERGED_HEADER.match(col.head.name) and texts[i]
    ]
    group = () if is_total(grid, row) and _closes_all(meaning.label) else (state.group,) if state.group else ()
    meaning.parents = (*group, *merged)
    if is_total(grid, row):
        meaning.kind = "total"
        state.group = ""
    own = [i for i, cell in enumerate(row.cells) if cell and i not in row.inherited]
    if not meaning.label:
        meaning.label = next((texts[i] for i in own if grid.cols[i].role in ("text", "org")), "")
    if len(own) > 1 and all(texts[i].upper() == texts[i] and re.search(r"[A-Z]{4}", texts[i]) for i in own):
        meaning.kind = "group"


def _spread_units(meanings: list[Meaning]) -> None:
    """The unit of a kegiatan (on its own row or its first sasaran) holds for all its rows; a row's own unit wins."""
    units: dict[int, str] = {}
    for m in meanings:
        if m.block > 0 and m.org_unit and (m.level in ("Kegiatan", "Sasaran Kegiatan")):
            units.setdefault(m.block, m.org_unit)
    for m in meanings:
        if m.block > 0 and not m.org_unit and m.kind != "total":
            m.org_unit = units.get(m.block, "")


def _settle_offices(grid: Grid, meanings: list[Meaning]) -> None:
    """An office in a merged cell that begins on the last row of a sasaran, the rows before of which another one has, begins
    with the next sasaran: its words were printed a row too high. Such rows are flagged."""
    org_at = grid.first("org")
    if org_at is None:
        return
    merged = [org_at in row.inherited for row in grid.rows]
    for i in range(1, len(meanings) - 1):
        before, m, after = meanings[i - 1 : i + 2]
        inside = m.parents and m.parents == before.parents and m.parents != after.parents
        if inside and merged[i - 1] and not merged[i] and merged[i + 1] and before.org_unit and m.org_unit != before.org_unit:
            m.org_unit = before.org_unit
            m.flags.add("shifted-office")


def _drop_doubtful_goals(meanings: list[Meaning]) -> None:
    """Outputs of a kegiatan with several sasaran belong to none of them in particular."""
    goals: dict[int, list[str]] = {}
    for m in meanings:
        if m.block > 0 and m.level == "Sasaran Kegiatan":
            goals.setdefault(m.block, []).append(m.label)
    for m in meanings:
        several = goals.get(m.block, [])
        if len(several) > 1 and m.level in ("KRO", "Rincian Output", "IKRO"):
            m.parents = tuple(p for p in m.parents if p not in several)
