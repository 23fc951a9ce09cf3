"""Over the page's edge: paragraphs and rows that a page or column break cut are put together; runs of rows told apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.pdf.headings import is_set_as_heading
from ingest.pdf.marks import CHAPTER_ALONE, NUMBERED, ends_sentence, marker_of, opens_block
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import CellPart, PageLayout, Para, RowPart, TablePart
from ingest.pdf.typography import Typography, room_for


@dataclass(frozen=True)
class JoinedPara:
    """A paragraph with the parts that stand in other columns or on other pages."""

    parts: tuple[Para, ...]

    @property
    def head(self) -> Para:
        return self.parts[0]

    @property
    def whole(self) -> Para:
        return replace(self.head, lines=tuple(line for part in self.parts for line in part.lines))


@dataclass(frozen=True)
class JoinedRow:
    """A row with its part on the next page, if the page's edge cut it."""

    parts: tuple[tuple[int, RowPart], ...]
    """(page, part)"""


@dataclass(frozen=True)
class Run:
    """Rows of one table on one page, its (repeated) header first."""

    rows: tuple[JoinedRow, ...]
    flags: tuple[str, ...] = ()


Element = JoinedPara | Run


def join_pages(layouts: Sequence[PageLayout], typography: Typography, options: PdfOptions = DEFAULT) -> list[Element]:
    """All elements of the file in order."""
    return join_tables(join_paragraphs(layouts, typography, options))


# --- paragraphs ------------------------------------------------------------------------------------------------------


def join_paragraphs(layouts: Sequence[PageLayout], typography: Typography, options: PdfOptions) -> list[JoinedPara | tuple[int, TablePart]]:
    out: list[JoinedPara | tuple[int, TablePart]] = []
    open_at: int | None = None
    """where the last paragraph of body type stands in `out`, while only notes have followed it"""
    hanging = items_hang([e for layout in layouts for e in layout.elements if isinstance(e, Para)], options)
    for layout in layouts:
        for element in layout.elements:
            if isinstance(element, TablePart):
                out.append((layout.page.number, element))
                open_at = None
                continue
            last = out[open_at] if open_at is not None else None
            if isinstance(last, JoinedPara) and open_at is not None and goes_on(last, element, hanging, typography, options):
                out[open_at] = JoinedPara((*last.parts, element))
                continue
            out.append(JoinedPara((element,)))
            if open_at is None or not is_note(element, typography, options):
                open_at = len(out) - 1
    return out


def is_note(para: Para, typography: Typography, options: PdfOptions) -> bool:
    return para.size < options.small_type * typography.body


def items_hang(paras: Sequence[Para], options: PdfOptions) -> bool:
    """Whether the file sets the further lines of list items in from their marker."""
    items = [para for para in paras if len(para.lines) > 1 and marker_of(para.plain)]
    return 2 * sum(1 for item in items if item.lines[1].x0 > item.lines[0].x0 + options.indent) > len(items)


def goes_on(joined: JoinedPara, para: Para, hanging: bool, typography: Typography, options: PdfOptions) -> bool:
    """Whether `para` begins a new column or page in the middle of the paragraph before."""
    last = joined.parts[-1]
    above, line = last.lines[-1], para.lines[0]
    if last.page == para.page and line.top >= above.top:
        return False
    if abs(last.size - para.size) > 0.5 or is_set_as_heading(last, typography, options) or is_set_as_heading(para, typography, options):
        return False
    text = line.text
    if marker_of(text) or opens_block(text) or NUMBERED.match(text) or CHAPTER_ALONE.match(above.text):
        return False
    if room_for(line, above, last.right, options.fit_slack):
        return False
    if len(para.lines) > 1 and line.x0 > para.lines[1].x0 + options.indent:
        return False  # a first-line indent
    head = joined.head.lines[0]
    if hanging and marker_of(head.text) and not text[:1].islower() and abs(line.x0 - head.x0) <= options.indent and last.page != para.page:
        return False
    if not ends_sentence(above.text):
        return True
    return text[:1].islower() and not above.text.endswith((".", ":"))


# --- tables ----------------------------------------------------------------------------------------------------------


def join_tables(items: Sequence[JoinedPara | tuple[int, TablePart]]) -> list[Element]:
    out: list[Element] = []
    cut = 0
    """columns of the table whose last row the page's edge has cut; 0: none"""
    for item in items:
        if isinstance(item, JoinedPara):
            out.append(item)
            cut = 0
            continue
        page, table = item
        runs = split_runs(page, table)
        last = out[-1] if out else None
        if cut == table.columns and isinstance(last, Run):
            out[-1], runs = join_cut_row(last, runs)
        out += runs
        cut = table.columns if table.open_bottom else 0
    return out


def split_runs(page: int, table: TablePart) -> list[Run]:
    """The part's rows; where its first rows come back inside it, a new run begins with them."""
    head = header_rows(table.rows)
    runs: list[list[RowPart]] = [[]]
    for i, row in enumerate(table.rows):
        if i and head and row.key == table.rows[0].key and [r.key for r in table.rows[i : i + head]] == [r.key for r in table.rows[:head]]:
            runs.append([])
        runs[-1].append(row)
    return [Run(tuple(JoinedRow(((page, row),)) for row in rows), table.flags) for rows in runs]


def header_rows(rows: Sequence[RowPart]) -> int:
    """How many first rows are seen again further down (0: none is, or it is too bare to tell)."""
    if rows[0].filled < 2:
        return 0
    for i in range(1, len(rows)):
        if rows[i].key == rows[0].key:
            return 1
    return 0


def join_cut_row(last: Run, runs: list[Run]) -> tuple[Run, list[Run]]:
    """The row left open at the foot of the page takes in the first row below the repeated header: (that run, what is left)."""
    first = runs[0]
    repeated = common_head(last.rows, first.rows)
    if repeated >= len(first.rows):
        return last, runs
    whole = JoinedRow((*last.rows[-1].parts, *first.rows[repeated].parts))
    rest = (*first.rows[:repeated], *first.rows[repeated + 1 :])
    left = [replace(first, rows=rest), *runs[1:]] if len(rest) > repeated else runs[1:]
    return replace(last, rows=(*last.rows[:-1], whole)), left


def common_head(above: Sequence[JoinedRow], below: Sequence[JoinedRow]) -> int:
    """Rows with which both runs begin."""
    count = 0
    for a, b in zip(above[:-1], below, strict=False):
        if a.parts[0][1].key != b.parts[0][1].key:
            break
        count += 1
    return count


def merged_cells(row: JoinedRow) -> list[CellPart]:
    """The row's cells with all their lines; a cell that only has text on a later page has no box."""
    first = row.parts[0][1]
    cells = list(first.cells)
    for _, part in row.parts[1:]:
        for i, cell in enumerate(part.cells):
            if cell.lines:
                cells[i] = CellPart((*cells[i].lines, *cell.lines), cells[i].box if cells[i].lines else None, cells[i].columns)
    return cells
