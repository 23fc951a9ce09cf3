"""Table lines of a document -> whole Tables: parts joined, headers propagated, merged cells filled, rows understood."""

from __future__ import annotations

from collections import Counter

from ingest.models import Cell, Column, Document, Row, Section, Table, stable_id
from ingest.numerals import mend_number, parse_number
from ingest.tables.align import Col
from ingest.tables.cells import read_text_cell
from ingest.tables.columns import table_columns
from ingest.tables.grid import Grid, GridRow, build_grid
from ingest.tables.meaning import Meaning, read_meanings
from ingest.tables.parts import Draft, draft_tables, without_header
from ingest.tables.titles import Naming, name_table
from ingest.tables.whole import make_whole
from ingest.words import Vocabulary

_KINDS = {"index": "index", "code": "code", "label": "label", "unit": "unit", "number": "number"}


def find_tables(document: Document) -> tuple[Table, ...]:
    """Every table of the document, in order. Nothing that stands in a table line is lost; what is doubtful is flagged."""
    vocabulary = Vocabulary.of(document)
    tables: list[Table] = []
    previous: Naming | None = None
    for draft in draft_tables(document):
        if not any(part.body for part in draft.parts):
            draft = without_header(draft)
        naming = name_table(document, draft, previous)
        cols = table_columns(draft, vocabulary)
        if not cols:
            continue
        grid = build_grid(draft, cols)
        make_whole(grid)
        if grid.rows:
            tables.append(_table(document, draft, naming, grid, vocabulary))
            previous = naming
    return tuple(tables)


def _table(document: Document, draft: Draft, naming: Naming, grid: Grid, vocabulary: Vocabulary) -> Table:
    doc = document.source.meta.doc
    meanings = read_meanings(grid, vocabulary)
    doubled = _doubled_columns(grid.cols)
    rows = tuple(_row(document, grid, row, meaning, vocabulary, doubled) for row, meaning in zip(grid.rows, meanings, strict=True))
    first, last = draft.parts[0].rows[0].no, draft.parts[-1].rows[-1].no
    section = _section_of(document, draft)
    flags = set() if draft.header else {"no-header", "unclear"}
    if doubled:
        flags |= {"duplicate-year", "unclear"}
    flags |= {flag for part in draft.parts for row in part.rows for flag in row.flags}
    return Table(
        id=stable_id("t", doc, first, naming.number, naming.title),
        doc=doc,
        number=naming.number,
        title=naming.title,
        section=section.id if section else "",
        path=section.path if section else (),
        span=document.source.span(first, last),
        columns=tuple(_column(i, col) for i, col in enumerate(grid.cols)),
        rows=rows,
        notes=naming.notes,
        note_lines=naming.note_lines,
        header_lines=tuple(sorted(no for part in draft.parts for no in part.header_lines)),
        flags=tuple(sorted(flags)),
    )


def _column(index: int, col: Col) -> Column:
    unit = "rupiah" if col.role == "number" and col.money else "persen" if col.head.measure == "persen" else ""
    return Column(
        index=index, header=col.head.header, kind=_KINDS.get(col.role, "text"), unit=unit,  # type: ignore[arg-type]
        measure=col.head.measure if col.role == "number" else "", year=col.head.year,
    )  # fmt: skip


def _doubled_columns(cols: tuple[Col, ...]) -> set[int]:
    """Columns that a header calls the same (measure and year twice): which one is meant cannot be known."""
    keys = [(c.head.measure, c.head.year) if c.role == "number" and c.head.year is not None else None for c in cols]
    count = Counter(key for key in keys if key)
    return {i for i, key in enumerate(keys) if key and count[key] > 1}


def _section_of(document: Document, draft: Draft) -> Section | None:
    line = draft.parts[0].rows[0].no
    inside = [s for s in document.sections if s.span.line_start <= line <= s.span.line_end]
    return max(inside, key=lambda s: s.level, default=None)


def _row(document: Document, grid: Grid, row: GridRow, meaning: Meaning, vocabulary: Vocabulary, doubled: set[int]) -> Row:
    lines = tuple(sorted(set(row.lines)))
    cells = tuple(_cell(i, grid, row, meaning, vocabulary, doubled) for i in range(len(row.cells)))
    span = document.source.span(lines[0], lines[-1])
    text = "\x1f".join(document.source.lines[no - 1].text for no in lines)
    return Row(
        id=stable_id("r", document.source.meta.doc, lines[0], row.lines[0], text),
        span=span,
        lines=lines,
        kind=meaning.kind,
        label=meaning.label,
        cells=cells,
        parents=meaning.parents,
        level=meaning.level,
        level_raw=meaning.level_raw,
        code=meaning.code,
        program=meaning.program,
        activity=meaning.activity,
        activity_code=meaning.activity_code,
        org_unit=meaning.org_unit,
        unit=meaning.unit,
        flags=tuple(sorted(meaning.flags)),
    )


def _cell(index: int, grid: Grid, row: GridRow, meaning: Meaning, vocabulary: Vocabulary, doubled: set[int]) -> Cell:
    raw = row.cells[index]
    inherited = index in row.inherited
    if not raw and grid.cols[index].role == "org" and meaning.org_unit and grid.first("level") is not None:
        return Cell(column=index, raw="", text=meaning.org_unit, inherited=True)
    joined = raw.replace("\n", " ")
    if grid.cols[index].role == "number" and parse_number(joined) is not None:
        text = mend_number(joined)
        items: tuple[str, ...] = ()
    else:
        text, items = read_text_cell(joined, vocabulary)
    flags = {"shifted-column"} if index in row.shifted else set()
    if index in doubled and raw:
        flags.add("unclear")
    return Cell(column=index, raw=raw, text=text, items=items, inherited=inherited, flags=tuple(sorted(flags)), box=row.boxes[index])
