"""Document and Tables -> Passages: what is indexed and what may be quoted.

`text` is verbatim and stands at its span; `index_text` adds the path, the lead-in and the headers. One paragraph, one
list (with its lead-in), one list item, one table, one row each make a passage; headings of the same rank that
follow each other make an outline, which answers "apa saja ...".
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from ingest.line_kinds import strip_markup
from ingest.models import Block, Document, Passage, PassageKind, Row, Section, Span, Table, stable_id

TABLE_LABELS = 40
"""At most this many row labels go into the index text of a whole table."""
HEADING_ALONE = 170
"""A marked line up to this length that opens a section is its heading."""


def make_passages(document: Document, tables: tuple[Table, ...]) -> tuple[Passage, ...]:
    maker = Maker(document)
    found = [*maker.prose(), *maker.lists(), *maker.outlines(), *maker.front_matter()]
    for table in tables:
        found += maker.table(table)
    unique = {p.id: p for p in found}
    return tuple(sorted(unique.values(), key=lambda p: (p.span.line_start, p.span.line_end, p.kind)))


def readable(text: str) -> str:
    """Markup and line structure removed, for indexing."""
    text = re.sub(r"<li>", " ; ", text)
    text = re.sub(r"<[^>]+>", " ", text)
    return re.sub(r"\s+", " ", strip_markup(text.replace("\t", " ")).replace("*", "")).strip()


class Maker:
    def __init__(self, document: Document) -> None:
        self.document = document
        self.source = document.source
        self.sections = {s.id: s for s in document.sections}
        self.blocks = {b.id: b for b in document.blocks}

    def passage(
        self, kind: PassageKind, span: Span, index_text: str, section: str, path: tuple[str, ...] | None = None, **more: object
    ) -> Passage:
        text = self.source.text[span.start : span.end]
        found = self.sections.get(section)
        return Passage(
            id=stable_id("p", self.source.meta.doc, kind, span.line_start, span.line_end, text, more.get("row_id", "")),
            doc=self.source.meta.doc, kind=kind, text=text, index_text=index_text, span=span,
            path=path if path is not None else (found.path if found else ()), section=section, **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def heading(self, section: str, depth: int = 2) -> str:
        """The last headings above a passage, without chapter numbers: what its topic is called. Before the first one, the document."""
        meta = self.source.meta
        path = self.sections[section].path if section in self.sections else (f"{meta.number} {meta.title}".strip(),)
        return " › ".join(readable(re.sub(r"^(BAB [IVXLC]+|\d+(\.\d+)*|[a-z0-9]+[.)])\s+", "", label)) for label in path[-depth:])

    def prose(self) -> Iterable[Passage]:
        for block, following in zip(self.document.blocks, [*self.document.blocks[1:], None], strict=True):
            # a marked line above text is a heading: it answers only as part of an outline
            says_more = "\n" in block.text or len(block.text) > HEADING_ALONE or self.alone(block)
            whole_item = block.kind == "item" and not block.list_id and says_more
            if block.kind == "paragraph" and block.text.rstrip().endswith(":") and following is not None and following.kind == "paragraph":
                # "Visi tersebut berbunyi:" says nothing without what follows it
                span = self.source.span(block.span.line_start, following.span.line_end)
                heading = self.heading(block.section)
                text = readable(self.source.text[span.start : span.end])
                yield self.passage("paragraph", span, f"{heading}: {text}", block.section, title=heading)
                continue
            if block.kind in ("paragraph", "caption", "note") or whole_item:
                heading = self.heading(block.section)
                yield self.passage("paragraph", block.span, f"{heading}: {readable(block.text)}", block.section, title=heading)

    def alone(self, block: Block) -> bool:
        """Whether a section consists of this block only: a heading without text below it."""
        section = self.sections.get(block.section)
        return section is not None and section.span == block.span

    # lists -----------------------------------------------------------------------------------------------------------

    def lists(self) -> Iterable[Passage]:
        groups: dict[str, list[Block]] = defaultdict(list)
        order = list(self.document.blocks)
        for block in order:
            if block.list_id:
                groups[block.list_id].append(block)
        positions = {b.id: i for i, b in enumerate(order)}
        for list_id, items in groups.items():
            lead = self.blocks.get(items[0].lead_in)
            lead_text = readable(lead.text) if lead else ""
            outer = self.outer_lead(lead)
            yield from self.items(items, lead_text, outer)
            if len(items) > 1:
                last = self.last_nested(order, positions[items[-1].id], items[-1].depth)
                yield self.whole_list(list_id, items, lead, last, outer)

    def outer_lead(self, lead: Block | None) -> str:
        outer = self.blocks.get(lead.lead_in) if lead else None
        return readable(outer.text) if outer else ""

    def last_nested(self, order: list[Block], position: int, depth: int) -> Block:
        last = order[position]
        for block in order[position + 1 :]:
            if block.kind != "item" or not block.list_id or block.depth <= depth:
                break
            last = block
        return last

    def items(self, items: list[Block], lead_text: str, outer: str) -> Iterable[Passage]:
        for block in items:
            tail = lead_text[-300:]
            index_text = " ".join(filter(None, [self.heading(block.section, 1) + ":", outer[-150:], tail, readable(block.text)]))
            path = (*self.sections[block.section].path, block.marker) if block.section in self.sections else (block.marker,)
            yield self.passage(
                "item", block.span, index_text, block.section, path, list_id=block.list_id, marker=block.marker, lead_in=lead_text,
                title=lead_text[-120:],
            )  # fmt: skip

    def whole_list(self, list_id: str, items: list[Block], lead: Block | None, last: Block, outer: str) -> Passage:
        first = lead.span.line_start if lead and lead.kind != "item" else (lead or items[0]).span.line_start
        span = self.source.span(first, last.span.line_end)
        lead_text = readable(lead.text) if lead else ""
        body = "; ".join(readable(b.text) for b in items)
        index_text = " ".join(filter(None, [self.heading(items[0].section, 2) + ":", outer[-150:], lead_text, body]))
        return self.passage(
            "list", span, index_text, items[0].section, list_id=list_id, lead_in=lead_text, item_spans=tuple(b.span for b in items),
            title=lead_text[-160:] or self.heading(items[0].section, 1),
        )  # fmt: skip

    def outlines(self) -> Iterable[Passage]:
        """Run-in headings that count up under one parent: their heading lines are the items."""
        groups: dict[tuple[str, str], list[Section]] = defaultdict(list)
        for section in self.document.sections:
            if section.number[-1:] in (".", ")") and section.parent:
                groups[section.parent, section.number[-1]].append(section)
        for (parent, _), members in groups.items():
            if len(members) < 2:
                continue
            above = self.sections[parent]
            # the block right above the first heading is the lead-in: "Faktor-faktor tersebut antara lain:"
            head = next(b for b in reversed(self.document.blocks) if b.span.line_start < members[0].span.line_start)
            introduces = (
                head.kind in ("paragraph", "item") and head.text.rstrip().endswith(":") and head.span.line_start >= above.span.line_start
            )
            span = head.span if introduces else self.source.span(above.span.line_start, above.span.line_start)
            titles = "; ".join(f"{s.number} {s.title}" for s in members)
            lead = readable(self.source.text[span.start : span.end])
            yield self.passage(
                "list", span, f"{self.heading(parent, 2)}: {lead} {titles}", parent, list_id=stable_id("o", parent, members[0].id), lead_in=lead,
                item_spans=tuple(self.source.span(s.span.line_start, s.span.line_start) for s in members), title=self.heading(parent, 1),
            )  # fmt: skip

    # tables ----------------------------------------------------------------------------------------------------------

    def table(self, table: Table) -> Iterable[Passage]:
        labels = list(dict.fromkeys(row.label for row in table.rows if row.label and row.kind != "total"))[:TABLE_LABELS]
        headers = list(dict.fromkeys(part for column in table.columns for part in column.header if not re.fullmatch(r"[\d\s()]*", part)))
        about = f"{self.heading(table.section, 1)}: {table.name}. {'; '.join(headers)}. {'; '.join(labels)}"
        yield self.passage("table", table.span, about, table.section, (*table.path, table.name), table_id=table.id, title=table.name)
        for row in table.rows:
            yield self.passage(
                "row", row.span, row_index_text(table, row), table.section, (*table.path, table.name), table_id=table.id, row_id=row.id,
                title=row.label,
            )  # fmt: skip

    def front_matter(self) -> Iterable[Passage]:
        """Titles and signature blocks: neighbours read as one passage."""
        run: list[Block] = []
        for block in [*self.document.blocks, None]:
            if block is not None and block.kind == "furniture" and (not run or block.section == run[-1].section):
                run.append(block)
                continue
            if run:
                span = self.source.span(run[0].span.line_start, run[-1].span.line_end)
                text = readable(self.source.text[span.start : span.end])
                yield self.passage("front", span, f"{self.source.meta.number} {self.source.meta.title}: {text}", run[0].section)
            run = [block] if block is not None and block.kind == "furniture" else []


def row_index_text(table: Table, row: Row) -> str:
    """What a row says in words: table, parents, label, then its text cells with their headers (no figures)."""
    said = [table.name + ":", " › ".join(row.parents), row.level, row.code, row.label]
    seen = {row.label, *row.parents}
    for cell in row.cells:
        column = table.columns[cell.column] if cell.column < len(table.columns) else None
        if column is None or not cell.text or cell.text in seen or column.kind in ("number", "index", "empty"):
            continue
        seen.add(cell.text)
        said.append(f"{column.header[-1] if column.header else ''}: {cell.text}")
    if row.org_unit and row.org_unit not in seen:
        said.append(row.org_unit)
    return re.sub(r"\s+", " ", " ".join(filter(None, said)))
