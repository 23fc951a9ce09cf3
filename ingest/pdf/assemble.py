"""Elements of the whole file -> the text and its lines, in the conventions of a text edition."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ingest.models import Box, Line
from ingest.pdf.grouping import Grouping, group
from ingest.pdf.headings import heading_rank, style_ranks
from ingest.pdf.joining import Element, JoinedPara, JoinedRow, Run, merged_cells
from ingest.pdf.lines import mean_confidence
from ingest.pdf.marks import marker_of
from ingest.pdf.mending import Vocabulary, join_lines
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import PageLayout, RawPage, TablePart, TextLine
from ingest.pdf.typography import Typography
from ingest.read_text import ILLEGIBLE


@dataclass(frozen=True)
class Draft:
    """A line of the text to be, without its number and offsets."""

    text: str
    page: int
    box: Box | None
    kind: str
    """`para`, `item`, `row`, `gap`; `below`: stands right under the line before; `body`: so does it, unless that is a heading"""
    cell_boxes: tuple[Box | None, ...] | None = None
    more: tuple[tuple[int, Box], ...] = ()
    flags: tuple[str, ...] = ()
    run: int = 0
    """rows of one run stand together"""


@dataclass(frozen=True)
class Book:
    """What writing a line needs to know of the file."""

    pages: dict[int, RawPage]
    vocabulary: Vocabulary
    typography: Typography
    ranks: dict[tuple[float, bool], int]
    grouping: Grouping
    options: PdfOptions

    def box(self, page: int, box: Box) -> Box:
        x0, top, x1, bottom = self.pages[page].turn.back(box)
        return (round(x0, 2), round(top, 2), round(x1, 2), round(bottom, 2))


def write_lines(
    elements: Sequence[Element], pages: Sequence[RawPage], vocabulary: Vocabulary, typography: Typography, options: PdfOptions = DEFAULT
) -> list[Draft]:
    """All lines in order, a line for each page that could not be read included."""
    paras = [element.whole for element in elements if isinstance(element, JoinedPara)]
    ranks = style_ranks(paras, typography, options)
    book = Book({page.number: page for page in pages}, vocabulary, typography, ranks, group(elements, options), options)
    drafts: list[Draft] = []
    for number, element in enumerate(elements, 1):
        if isinstance(element, JoinedPara):
            drafts.append(write_para(element, book))
        else:
            drafts += [write_row(row, element, number, book) for row in element.rows]
    unread = [page for page in pages if {"scan", "damaged", "unmapped"} & set(page.flags)]
    for page in unread:
        at = next((i for i, draft in enumerate(drafts) if draft.page > page.number), len(drafts))
        drafts.insert(at, Draft(ILLEGIBLE, page.number, None, "gap"))
    return drafts


def write_para(joined: JoinedPara, book: Book) -> Draft:
    whole = joined.whole
    text = join_lines(whole.lines, book.vocabulary)
    rank = 0 if id(joined) in book.grouping.titles else heading_rank(whole, book.ranks, book.typography, book.options)
    kind = "item" if marker_of(text) else "para"
    if rank:
        text, kind = f"{'#' * rank} {text}", "para"
    elif id(joined) in book.grouping.bullets:
        text, kind = f"- {text}", "item"
    elif id(joined) in book.grouping.titles:
        kind = "below"
    elif id(joined) in book.grouping.bodies:
        kind = "body"
    more = tuple((part.page, book.box(part.page, part.box)) for part in joined.parts[1:])
    return Draft(text, whole.page, book.box(whole.page, joined.head.box), kind, more=more, flags=ocr_flags(whole.lines, book.options))


def write_row(row: JoinedRow, run: Run, number: int, book: Book) -> Draft:
    page, first = row.parts[0]
    cells = merged_cells(row)
    texts = [join_lines(cell.lines, book.vocabulary, cell.box).replace("\t", " ") for cell in cells]
    boxes = tuple(book.box(page, cell.box) if cell.box else None for cell in cells)
    more = tuple((other, book.box(other, part.box)) for other, part in row.parts[1:])
    flags = (*run.flags, *ocr_flags([line for cell in cells for line in cell.lines], book.options))
    return Draft("\t".join(texts), page, book.box(page, first.box), "row", boxes, more, flags, number)


def ocr_flags(lines: Iterable[TextLine], options: PdfOptions) -> tuple[str, ...]:
    """`ocr`, its mean confidence as `ocr-87`, and `unclear` where that is low."""
    confidence = mean_confidence(lines)
    if confidence is None:
        return ()
    doubt = ("unclear",) if confidence < options.ocr_doubtful else ()
    return ("ocr", f"ocr-{round(confidence)}", *doubt)


# --- drafts -> text --------------------------------------------------------------------------------------------------


def number_lines(drafts: Sequence[Draft]) -> tuple[str, tuple[Line, ...]]:
    """The text and its lines; a blank line between blocks, none inside a list, a run of rows or a title."""
    lines: list[Line] = []
    offset = 0
    before: Draft | None = None
    for draft in drafts:
        if before is not None and not tight(before, draft):
            lines.append(Line(no=len(lines) + 1, start=offset, end=offset, text=""))
            offset += 1
        text = draft.text
        lines.append(
            Line(
                no=len(lines) + 1, start=offset, end=offset + len(text), text=text, page=draft.page, box=draft.box,
                cell_boxes=draft.cell_boxes, more=draft.more, flags=draft.flags,
            )
        )  # fmt: skip
        offset += len(text) + 1
        before = draft
    return "\n".join(line.text for line in lines), tuple(lines)


def tight(above: Draft, draft: Draft) -> bool:
    if draft.kind == "below" or (draft.kind == "body" and not above.text.startswith("#")):
        return True
    return above.kind == draft.kind == "item" or (above.kind == draft.kind == "row" and above.run == draft.run)


def all_texts(layouts: Sequence[PageLayout]) -> Iterable[tuple[TextLine, ...]]:
    """The lines of every paragraph and of every cell: the vocabulary comes from these."""
    for layout in layouts:
        for element in layout.elements:
            if isinstance(element, TablePart):
                yield from (cell.lines for row in element.rows for cell in row.cells if cell.lines)
            else:
                yield element.lines
