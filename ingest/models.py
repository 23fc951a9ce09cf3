"""The contract between the stages: frozen models that carry their place in the source.

Lines are 1-based and inclusive; character offsets are 0-based, end-exclusive, into `Source.text`. For a PDF,
`Source.text` is the text as read (one line a paragraph, list item or table row), and lines also carry a page
(1-based) and a box in PDF points. Invariant: `source.text[span.start:span.end]` is the item's verbatim text.
"""

from __future__ import annotations

import hashlib
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Box = tuple[float, float, float, float]
"""x0, top, x1, bottom in PDF points, origin at the top left of the page."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def stable_id(prefix: str, *parts: object) -> str:
    """An id from content and place, so that it survives a rebuild: `prefix-` and 12 hex digits."""
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()
    return f"{prefix}-{digest[:12]}"


class Span(Frozen):
    line_start: int
    line_end: int
    start: int
    end: int
    page: int | None = None
    box: Box | None = None


class Line(Frozen):
    """One line of the source, without its line break. `cell_boxes`: for a PDF table row, a box (or None) a cell."""

    no: int
    start: int
    end: int
    text: str
    page: int | None = None
    box: Box | None = None
    cell_boxes: tuple[Box | None, ...] | None = None
    more: tuple[tuple[int, Box], ...] = ()
    """(page, box) of the parts of a PDF paragraph or row that stand in a later column or on a later page"""
    flags: tuple[str, ...] = ()
    """`ocr`, `no-rules` (a table found without ruling lines) ..."""


class DocumentMeta(Frozen):
    """What the .toml beside a source says of it."""

    doc: str = Field(description="stable short name, the file's stem")
    title: str
    number: str = ""
    year: int | None = None
    period_start: int | None = None
    period_end: int | None = None
    issuer: str = ""
    aliases: tuple[str, ...] = Field(default=(), description="names by which a question may mean this document or its issuer")
    known_gaps: tuple[str, ...] = ()
    in_force: bool = True
    index_label: str = ""
    everyday: dict[str, str] = Field(default={}, description="everyday word or phrase of its field -> the plan's own words for it")
    sample_questions: tuple[str, ...] = Field(default=(), description="questions in words, to measure the speed with")
    sample_lookups: tuple[str, ...] = Field(default=(), description="what a row is called and a year, to measure the speed with")


class Source(Frozen):
    meta: DocumentMeta
    kind: Literal["text", "pdf"]
    path: str
    text: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = Field(default=(), description="findings of the reader: pages without text, OCR used ...")

    def span(self, first: int, last: int) -> Span:
        """The span of whole lines first..last (1-based, inclusive)."""
        head, tail = self.lines[first - 1], self.lines[last - 1]
        box = head.box if first == last else None
        return Span(line_start=first, line_end=last, start=head.start, end=tail.end, page=head.page, box=box)


BlockKind = Literal["heading", "paragraph", "item", "row", "caption", "note", "gap", "furniture"]
"""`row`: a table line (tab-separated). `note`: Sumber, Keterangan, a footnote. `gap`: a page that could not be
read. `furniture`: signature lines, repeated title lines and the like: kept, never quoted as an answer."""


class Block(Frozen):
    """What belongs together in the source: a whole paragraph (also over a page break), one list item, one table line."""

    id: str
    kind: BlockKind
    text: str
    span: Span
    section: str = Field(default="", description="id of the innermost section")
    marker: str = Field(default="", description='a list item\'s own marker: "a.", "1)", "-"')
    depth: int = 0
    list_id: str = Field(default="", description="items of one list share it")
    lead_in: str = Field(default="", description="id of the block that introduces the list")


class Section(Frozen):
    id: str
    number: str = Field(description='"BAB III", "3.2", "a.", "Lampiran 1", "Pasal 4"')
    title: str
    level: int
    parent: str = ""
    path: tuple[str, ...] = Field(description='from the top: ("BAB III", "3.2 Arah Kebijakan ...", "a. ...")')
    span: Span = Field(description="from the heading's line to the last line of the section")


class Document(Frozen):
    """A source and its structure."""

    source: Source
    blocks: tuple[Block, ...]
    sections: tuple[Section, ...]


class Column(Frozen):
    index: int
    header: tuple[str, ...] = Field(description='from the top header row down: ("Target", "2027")')
    kind: Literal["index", "code", "label", "text", "unit", "number", "empty"] = "text"
    unit: str = ""
    measure: str = Field(default="", description="target, alokasi, realisasi, baseline or the column's own name; empty for labels")
    year: int | None = None


class Cell(Frozen):
    column: int
    raw: str = Field(description="as printed, markup included")
    text: str = Field(description="mended for reading: broken words joined, markup gone, list items joined by '; '")
    items: tuple[str, ...] = Field(default=(), description="the items of an HTML or bulleted list in the cell")
    inherited: bool = Field(default=False, description="filled down from a merged cell above")
    flags: tuple[str, ...] = ()
    box: Box | None = None


class Row(Frozen):
    id: str
    span: Span = Field(description="all source lines of the row; a row cut by a page break spans the break")
    lines: tuple[int, ...] = Field(description="the row's own lines, repeated headers between them left out")
    kind: Literal["data", "group", "total", "parent"] = "data"
    label: str = Field(description="what the row is about, for reading")
    cells: tuple[Cell, ...]
    parents: tuple[str, ...] = Field(default=(), description="labels of what it stands under, outermost first")
    level: str = ""
    level_raw: str = ""
    code: str = ""
    program: str = ""
    activity: str = ""
    activity_code: str = ""
    org_unit: str = ""
    unit: str = ""
    flags: tuple[str, ...] = ()


class Table(Frozen):
    id: str
    doc: str
    number: str = Field(description='"Tabel 3", "Lampiran 1", "Gambar 18" or empty')
    title: str
    section: str = Field(default="", description="id of the section it stands in")
    path: tuple[str, ...] = ()
    span: Span
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[str, ...] = ()
    note_lines: tuple[int, ...] = ()
    header_lines: tuple[int, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.number}. {self.title}".strip(". ") if self.number else self.title


class Figure(Frozen):
    """One number or graded word of a table, with what it means. `FIGURE_FIELDS` names what is exported."""

    id: str
    doc: str
    table: str = Field(description="the table's name")
    line: int = Field(description="source line of the row (joined rows: the first)")
    page: int | None = None
    program: str = ""
    activity: str = ""
    activity_code: str = ""
    org_unit: str = ""
    level: str = ""
    code: str = ""
    indicator: str
    unit: str = ""
    measure: str
    year: int | None = None
    raw: str
    value: Decimal | None = None
    scale: Decimal = Field(default=Decimal(1), description="factor to the plain unit: 1000 under a header '(Rp Ribu)'")
    flags: tuple[str, ...] = ()
    # not exported
    table_id: str
    row_id: str
    column: int
    lines: tuple[int, ...] = ()
    parents: tuple[str, ...] = ()
    box: Box | None = None


FIGURE_FIELDS = (
    "id", "doc", "table", "line", "page", "program", "activity", "activity_code", "org_unit", "level", "code",
    "indicator", "unit", "measure", "year", "raw", "value", "scale", "flags",
)  # fmt: skip


class Place(Frozen):
    """One of the places that disagree: a figure, or a stretch of prose."""

    line: int
    table: str = ""
    label: str
    raw: str
    value: Decimal | None = None
    figure_id: str = ""


class Discrepancy(Frozen):
    id: str
    doc: str
    kind: str = Field(
        description='"sum", "cross-table", "unit", "words", "prose", "product", "share", "label", "unclear", "outlier", "row-pair"'
    )
    severity: int = Field(description="1 most serious .. 5")
    message: str = Field(description="one Indonesian sentence that says what is wrong")
    places: tuple[Place, ...]
    figure_ids: tuple[str, ...] = ()
    year: int | None = None


class Abbreviation(Frozen):
    short: str
    long: str
    doc: str = ""
    line: int
    origin: Literal["plan", "spelt"] = Field(default="plan", description='"spelt": not defined, but its letters spell a name of the plan')


PassageKind = Literal["paragraph", "list", "item", "table", "row", "front"]


class Passage(Frozen):
    """A unit of retrieval. `text` is verbatim and quotable; `index_text` is what the indexes read."""

    id: str
    doc: str
    kind: PassageKind
    text: str
    index_text: str
    span: Span
    path: tuple[str, ...]
    section: str = ""
    table_id: str = ""
    row_id: str = ""
    list_id: str = ""
    marker: str = ""
    lead_in: str = Field(default="", description="the lead-in sentence's text of a list or item")
    item_spans: tuple[Span, ...] = Field(default=(), description="for a list: its items in order")
    title: str = Field(default="", description="heading, caption or row label nearest to it")

    @property
    def place(self) -> str:
        return " › ".join(self.path)


class AskedQuestion(Frozen):
    """A question as people would ask it, bound to the passage that answers it. Never evidence, never quoted."""

    id: str
    text: str
    passage_id: str
    drafted: bool = False


class WrittenQuestions(Frozen):
    """What a writer proposes for one passage, before anybody has looked at it."""

    questions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()


class Everyday(Frozen):
    """An everyday name of a row's thing, bound to its passage."""

    name: str
    passage_id: str
