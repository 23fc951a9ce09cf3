"""Building Evidence: the smallest verbatim piece of the plan that carries a statement, with its place."""

from __future__ import annotations

from assistant.models import Evidence
from assistant.rows import TableRow
from ingest.models import Passage, Span, stable_id
from ingest.store.index import PlanIndex

MAX_LINES = 40
"""A citation longer than this points nowhere."""


class EvidenceBook:
    """Evidence of one answer, by id; the same place is the same evidence."""

    def __init__(self, index: PlanIndex) -> None:
        self.index = index
        self.items: dict[str, Evidence] = {}

    def add(self, item: Evidence) -> str:
        self.items.setdefault(item.id, item)
        return item.id

    def of_stretch(self, passage: Passage, start: int, end: int) -> str:
        """Characters start..end of a passage's text."""
        source = self.index.by_doc[passage.doc].source
        first = self.line_at(passage.doc, passage.span.start + start)
        last = self.line_at(passage.doc, passage.span.start + max(start, end - 1))
        quote = source.text[passage.span.start + start : passage.span.start + end]
        return self.place(passage, first, last, quote)

    def of_span(self, passage: Passage, span: Span) -> str:
        source = self.index.by_doc[passage.doc].source
        last = min(span.line_end, span.line_start + MAX_LINES - 1)
        end = source.lines[last - 1].end
        return self.place(passage, span.line_start, last, source.text[span.start : end].strip())

    def place(self, passage: Passage, first: int, last: int, quote: str) -> str:
        line = self.index.by_doc[passage.doc].source.lines[first - 1]
        key = stable_id("e", passage.doc, first, last, quote)
        return self.add(
            Evidence(
                id=key, doc=passage.doc, section=passage.place, table=passage.title if passage.kind == "table" else None, page=line.page,
                box=line.box if first == last else None, lines=(first, last), quote=quote, passage_id=passage.id,
            )
        )  # fmt: skip

    def of_row(self, entry: TableRow) -> str:
        """A table row: the line that holds its figures, or its first line."""
        table, row = entry.table, entry.row
        source = self.index.by_doc[table.doc].source
        lines = [n for n in row.lines if n - row.lines[0] < MAX_LINES]
        first, last = lines[0], lines[-1]
        quote = source.text[source.lines[first - 1].start : source.lines[last - 1].end]
        line = source.lines[first - 1]
        return self.add(
            Evidence(
                id=stable_id("e", row.id), doc=table.doc, section=" › ".join(table.path), table=table.name, row=row.label or None, page=line.page,
                box=line.box, lines=(first, last), quote=quote, passage_id="", row_id=row.id,
            )
        )  # fmt: skip

    def of_heading(self, entry: TableRow) -> tuple[str, ...]:
        """The line right above a row that names its activity with its code ("Kegiatan: ... (7815)"); empty where there is none."""
        row = entry.row
        above = row.lines[0] - 1
        text = self.index.by_doc[entry.table.doc].source.lines[above - 1].text.strip() if row.activity_code and above else ""
        named = text.startswith(row.parents[-1:]) and f"({row.activity_code})" in text
        return (self.of_line(entry.table.doc, above, " › ".join(entry.table.path)),) if named else ()

    def of_line(self, doc: str, line_no: int, section: str = "") -> str:
        line = self.index.by_doc[doc].source.lines[line_no - 1]
        key = stable_id("e", doc, line_no)
        return self.add(
            Evidence(id=key, doc=doc, section=section, page=line.page, box=line.box, lines=(line_no, line_no), quote=line.text.strip())
        )

    def line_at(self, doc: str, offset: int) -> int:
        lines = self.index.by_doc[doc].source.lines
        low, high = 0, len(lines) - 1
        while low < high:
            middle = (low + high + 1) // 2
            if lines[middle].start <= offset:
                low = middle
            else:
                high = middle - 1
        return lines[low].no
