"""One page, looked at: what the reader found on it. For `renstra ingest show --page N` and for tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ingest.errors import InputError
from ingest.pdf.layout import lay_out
from ingest.pdf.mending import Vocabulary, join_lines
from ingest.pdf.opening import count_pages
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.pages import read_chunk
from ingest.pdf.parts import Para, TablePart, TextLine, Turn, Word

EMPTY = Vocabulary()
NEIGHBOURS = 4
"""pages on either side that are read along, so that headers and footers show"""


@dataclass(frozen=True, slots=True)
class PageFindings:
    """Boxes are those of the page as shown, turned back where it was turned for reading."""

    page: int
    width: float
    height: float
    turn: int
    """degrees clockwise that the page was turned by to read it"""
    words: tuple[Word, ...]
    """outside ruled tables; boxes as turned for reading"""
    furniture: tuple[TextLine, ...]
    paragraphs: tuple[Para, ...]
    tables: tuple[TablePart, ...]
    flags: tuple[str, ...]
    problem: str

    @property
    def lines(self) -> tuple[TextLine, ...]:
        return tuple(line for para in self.paragraphs for line in para.lines)

    @property
    def geometry(self) -> Turn:
        return Turn(self.turn, self.width, self.height)

    def report(self) -> str:
        """What was found, for reading in a terminal (Indonesian)."""
        flags = ", ".join(self.flags) or "tidak ada"
        out = [f"Halaman {self.page}: {self.width:.0f} x {self.height:.0f} pt, diputar {self.turn}°, tanda: {flags}"]
        if self.problem:
            out.append(f"Masalah: {self.problem}")
        out += [f"kepala/kaki   {line.text}" for line in self.furniture]
        for para in self.paragraphs:
            out.append(f"paragraf      [{para.box[0]:.0f},{para.box[1]:.0f}] {join_lines(para.lines, EMPTY)[:160]}")
        for table in self.tables:
            marks = [*table.flags, *(["terbuka di atas"] if table.open_top else []), *(["terbuka di bawah"] if table.open_bottom else [])]
            out.append(f"tabel         {len(table.rows)} baris x {table.columns} kolom {' '.join(marks)}")
            out += [f"  baris       {' | '.join(cell.plain for cell in row.cells)[:160]}" for row in table.rows]
        return "\n".join(out)


def read_page(path: Path, page_no: int, *, ocr: bool = False, options: PdfOptions = DEFAULT) -> PageFindings:
    """What stands on page `page_no` (1-based); a few pages around it are read to tell its furniture."""
    total = count_pages(Path(path), options)
    if not 1 <= page_no <= total:
        raise InputError(f"Halaman {page_no} tidak ada: {path} berisi {total} halaman.")
    around = read_chunk(Path(path), range(max(1, page_no - NEIGHBOURS), min(total, page_no + NEIGHBOURS) + 1), ocr, options)
    layouts, _ = lay_out(around, options)
    layout = next(layout for layout in layouts if layout.page.number == page_no)
    page = layout.page
    return PageFindings(
        page=page_no,
        width=page.turn.width,
        height=page.turn.height,
        turn=page.turn.degrees,
        words=page.words,
        furniture=layout.furniture,
        paragraphs=tuple(element for element in layout.elements if isinstance(element, Para)),
        tables=tuple(element for element in layout.elements if isinstance(element, TablePart)),
        flags=page.flags,
        problem=page.problem,
    )
