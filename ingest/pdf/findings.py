"""One page, looked at: what the reader found on it. For `renstra ingest show --page N` and for tests."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ingest.errors import InputError
from ingest.models import Box, Frozen
from ingest.pdf.layout import lay_out
from ingest.pdf.mending import Vocabulary, build_vocabulary, join_lines
from ingest.pdf.opening import count_pages
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.pages import read_chunk
from ingest.pdf.parts import Para, RowPart, TablePart, TextLine, Turn, Word

NEIGHBOURS = 4
"""pages on either side that are read along, so that headers and footers show"""


class FoundWord(Frozen):
    text: str
    box: Box
    size: float
    bold: bool = False
    confidence: float | None = Field(default=None, description="of OCR, 0..100")


class FoundText(Frozen):
    """A line, or a paragraph with its words mended."""

    text: str
    box: Box


class FoundCell(Frozen):
    text: str
    box: Box | None


class FoundTable(Frozen):
    box: Box
    rows: tuple[tuple[FoundCell, ...], ...]
    flags: tuple[str, ...] = ()
    open_top: bool = Field(default=False, description="its first row began on the page before")
    open_bottom: bool = Field(default=False, description="its last row goes on on the next page")


class PageFindings(Frozen):
    """All boxes are in points from the top left of the page as shown, also where it was turned for reading."""

    page: int
    width: float
    height: float
    turn: int = Field(description="degrees clockwise that the page was turned by to read it")
    words: tuple[FoundWord, ...] = Field(description="those outside ruled tables")
    furniture: tuple[FoundText, ...] = Field(description="headers, footers, page numbers")
    lines: tuple[FoundText, ...]
    paragraphs: tuple[FoundText, ...]
    tables: tuple[FoundTable, ...]
    flags: tuple[str, ...] = ()
    problem: str = ""

    def report(self) -> str:
        """What was found, for reading in a terminal (Indonesian)."""
        flags = ", ".join(self.flags) or "tidak ada"
        out = [f"Halaman {self.page}: {self.width:.0f} x {self.height:.0f} pt, diputar {self.turn}°, tanda: {flags}"]
        out += [f"Masalah: {self.problem}"] if self.problem else []
        out += [f"kepala/kaki   {line.text}" for line in self.furniture]
        out += [f"paragraf      {para.text[:160]}" for para in self.paragraphs]
        for table in self.tables:
            marks = [*table.flags, *(["terbuka di atas"] if table.open_top else []), *(["terbuka di bawah"] if table.open_bottom else [])]
            out.append(f"tabel         {len(table.rows)} baris x {len(table.rows[0])} kolom {' '.join(marks)}")
            out += [f"  baris       {' | '.join(cell.text for cell in row)[:160]}" for row in table.rows]
        return "\n".join(out)


def read_page(path: Path, page_no: int, *, ocr: bool = False, options: PdfOptions = DEFAULT) -> PageFindings:
    """What stands on page `page_no` (1-based); a few pages around it are read to tell its furniture."""
    total = count_pages(Path(path), options)
    if not 1 <= page_no <= total:
        raise InputError(f"Halaman {page_no} tidak ada: {path} berisi {total} halaman.")
    around = read_chunk(Path(path), range(max(1, page_no - NEIGHBOURS), min(total, page_no + NEIGHBOURS) + 1), ocr, options)
    layouts, _ = lay_out(around, options)
    layout = next(layout for layout in layouts if layout.page.number == page_no)
    page, turn = layout.page, layout.page.turn
    paras = [element for element in layout.elements if isinstance(element, Para)]
    words = build_vocabulary(para.lines for para in paras)
    return PageFindings(
        page=page_no,
        width=turn.width,
        height=turn.height,
        turn=turn.degrees,
        words=tuple(found_word(word, turn) for word in page.words),
        furniture=tuple(found_line(line, turn) for line in layout.furniture),
        lines=tuple(found_line(line, turn) for para in paras for line in para.lines),
        paragraphs=tuple(FoundText(text=join_lines(para.lines, words), box=turn.back(para.box)) for para in paras),
        tables=tuple(found_table(element, words, turn) for element in layout.elements if isinstance(element, TablePart)),
        flags=page.flags,
        problem=page.problem,
    )


def found_word(word: Word, turn: Turn) -> FoundWord:
    return FoundWord(text=word.text, box=turn.back(word.box), size=word.size, bold=word.bold, confidence=word.confidence)


def found_line(line: TextLine, turn: Turn) -> FoundText:
    return FoundText(text=line.text, box=turn.back(line.box))


def found_table(table: TablePart, words: Vocabulary, turn: Turn) -> FoundTable:
    rows = tuple(found_row(row, words, turn) for row in table.rows)
    return FoundTable(box=turn.back(table.box), rows=rows, flags=table.flags, open_top=table.open_top, open_bottom=table.open_bottom)


def found_row(row: RowPart, words: Vocabulary, turn: Turn) -> tuple[FoundCell, ...]:
    return tuple(
        FoundCell(text=join_lines(cell.lines, words, cell.box), box=turn.back(cell.box) if cell.box else None) for cell in row.cells
    )
