"""Rows and tables in words: the cell that is asked for, a row's other cells, a table's lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence import EvidenceBook
from assistant.models import Claim, Question
from assistant.rows import RowBook, TableRow
from assistant.wording import numbered_parts, readable, unnumbered
from ingest.models import Cell, Passage
from ingest.store.index import PlanIndex
from ingest.terms import fold, stem, terms, words

PERSON_COLUMNS = re.compile(r"\b(unit|penanggung|pelaksana|pengampu|pj|institusi|instansi)\b", re.IGNORECASE)
PARTNER_COLUMNS = re.compile(r"\b(?:terkait|institusi|instansi|mitra)\b", re.IGNORECASE)
PARTNERS = re.compile(
    r"\b(?:instansi|institusi|lembaga|pihak|kementerian) (?:\w+ ){0,3}?(?:mana|apa|siapa|lain|luar|terkait)\b"
    r"|\b(?:which|what|outside) (?:\w+ )?(?:institutions?|agenc\w+)\b"
)
"""Asks who else has a part in it."""
TIME_COLUMNS = re.compile(r"\b(tanggal|waktu|target penyelesaian|tahun)\b", re.IGNORECASE)
REASON_COLUMNS = re.compile(r"\b(urgensi|alasan|deskripsi|penyebab|indikasi)\b", re.IGNORECASE)
LABEL_AND_CELL = 600
"""Characters of a label with its one cell; a longer pair goes on lines of its own."""
TABLE_LIMIT = 2500


class CellWriter:
    def __init__(self, index: PlanIndex, book: RowBook, evidence: EvidenceBook) -> None:
        self.index = index
        self.book = book
        self.evidence = evidence

    def row(self, question: Question, entry: TableRow) -> list[Claim]:
        """The row's label and the cell that is asked for; its other text cells where none stands out."""
        where = self.evidence.of_row(entry)
        cells = [c for c in entry.row.cells if c.text.strip() and c.column < len(entry.table.columns)]
        plain = [c for c in cells if entry.table.columns[c.column].kind not in ("index", "empty", "code", "number")]
        # the year that something is due stands in a column of numbers
        due = [c for c in cells if c not in plain and TIME_COLUMNS.search(self.header(entry, c))]
        # a question that takes another year for given is set right
        otherwise = [c for c in due if question.years and not any(str(year) in c.text for year in question.years)]
        due = due if question.asked == "kapan" else []
        cells = [*plain, *due]
        label = unnumbered(re.sub(r"\s+", " ", entry.row.label).strip(" .;"))
        asked = [c for c in self.asked_cells(question, entry, cells) if unnumbered(c.text.strip(" .;")) != label]
        lines = []
        for cell in [*(asked or cells), *(c for c in otherwise if c not in (asked or cells))]:
            header = self.header(entry, cell)
            if unnumbered(cell.text.strip(" .;")) == label and len(cells) > 1:
                continue
            value = self.cell_text(cell)
            lines.append(f"- {header}: {value}" if header else f"- {value}")
        if len(lines) == 1 and asked and not otherwise:
            header, value = self.header(entry, asked[0]), self.cell_text(asked[0])
            body = f"**{label}** – {header}: {value}" if header else f"**{label}** – {value}"
            if len(body) < LABEL_AND_CELL or not cells:
                return [Claim(text=body, evidence=(where,))]
        text = f"**{label}**" + ("" if not lines else "\n" + "\n".join(lines))
        return [Claim(text=text[:TABLE_LIMIT], evidence=(where,))]

    def cell_text(self, cell: Cell) -> str:
        if len(cell.items) > 1:
            return "; ".join(readable(i).strip(" ;.") for i in cell.items)
        return unnumbered(readable(cell.text)) if not re.search(r"\s2\.\s", cell.text) else "; ".join(numbered_parts(readable(cell.text)))

    def header(self, entry: TableRow, cell: Cell) -> str:
        return " › ".join(h for h in entry.table.columns[cell.column].header if h and not re.fullmatch(r"\(?\d+\)?", h))

    def asked_cells(self, question: Question, entry: TableRow, cells: Sequence[Cell]) -> list[Cell]:
        """The cells whose header the question names (its words, or the kind of thing asked)."""
        asked = {stem(w) for w in words(question.normalised if question.from_history else question.standalone)}
        partners = PARTNERS.search(fold(question.normalised if question.from_history else question.standalone))
        scored = []
        for cell in cells:
            header = self.header(entry, cell)
            own = set(terms(header))
            score = len(own & asked) / len(own) if own else 0.0
            if question.asked == "siapa" and PERSON_COLUMNS.search(header):
                score += 0.5
            if partners and PARTNER_COLUMNS.search(header):
                score += 0.7
            if question.asked == "kapan" and TIME_COLUMNS.search(header):
                score += 0.5
            if question.asked == "alasan" and REASON_COLUMNS.search(header):
                score += 0.5
            scored.append((score, cell))
        top = max((s for s, _ in scored), default=0.0)
        return [c for s, c in scored if s >= max(0.33, 0.34 * top)] if top >= 0.33 else []

    def table(self, passage: Passage) -> list[Claim]:
        """The rows of a table by their labels; of a small one all cells."""
        table = next(t for t in self.index.figures.tables if t.id == passage.table_id)
        where = self.evidence.of_span(passage, passage.span)
        lines = [Claim(text=f"**{table.name}**", evidence=(where,))]
        used = 0
        for row in table.rows:
            cells = [
                self.cell_text(c)
                for c in row.cells
                if c.text.strip() and not c.inherited and table.columns[c.column].kind not in ("index", "empty")
            ]
            said = "; ".join(dict.fromkeys(t for t in cells if t))
            if not said:
                continue
            entry = self.book.rows[row.id]
            line = f"- {said}"
            if used + len(line) > TABLE_LIMIT:
                break
            used += len(line)
            evidence = where if row.span.line_end <= passage.span.line_start + 39 else self.evidence.of_row(entry)
            lines.append(Claim(text=line, evidence=(evidence,)))
        return lines
