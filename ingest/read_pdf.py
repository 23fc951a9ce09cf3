"""A PDF edition -> Source, in the line conventions of a text edition, so that every later stage runs unchanged on both.

One line a paragraph, list item or table row (cells parted by tabs); each line with its page and box, rows with a box a
cell. What the reader could not read stands in `Source.notes` and, in its place, as a line `[illegible]`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from ingest.errors import InputError
from ingest.models import DocumentMeta, Source
from ingest.pdf.assemble import all_texts, number_lines, write_lines
from ingest.pdf.draw import CELL, draw_findings, find_quote, mark_boxes, render_page
from ingest.pdf.findings import PageFindings, read_page
from ingest.pdf.joining import join_pages
from ingest.pdf.layout import lay_out
from ingest.pdf.mending import build_vocabulary
from ingest.pdf.ocr import HOW_TO, check_tesseract
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.pages import read_raw_pages
from ingest.pdf.parts import RawPage

__all__ = ["CELL", "PageFindings", "draw_findings", "find_quote", "mark_boxes", "read_page", "read_pdf", "render_page"]


def read_pdf(
    path: Path,
    meta: DocumentMeta,
    *,
    ocr: bool = False,
    progress: Callable[[int, int], None] | None = None,
    workers: int | None = None,
    options: PdfOptions = DEFAULT,
) -> Source:
    """Read `path`; InputError (Indonesian) for what is no readable PDF or holds no text.

    `ocr`: read pages without text with Tesseract. `progress(pages done, pages)` is called as pages come in.
    `workers`: processes to read with; 1 stays in this one, None takes what the machine has (3 at most).
    """
    path = Path(path)
    if ocr:
        check_tesseract(options)
    pages = read_raw_pages(path, ocr=ocr, workers=workers, progress=progress, options=options)
    layouts, typography = lay_out(pages, options)
    drafts = write_lines(join_pages(layouts, typography, options), pages, build_vocabulary(all_texts(layouts)), typography, options)
    if not any(draft.kind != "gap" for draft in drafts):
        raise InputError(f"{path} tidak memuat teks: {describe(len(pages))}. " + (HOW_TO if not ocr else "Periksa mutu pindaiannya."))
    text, lines = number_lines(drafts)
    return Source(meta=meta, kind="pdf", path=str(path), text=text, lines=lines, notes=tuple(reader_notes(pages)))


def describe(pages: int) -> str:
    return f"{pages} halaman berupa gambar (hasil pindai), kosong, atau rusak"


def reader_notes(pages: Sequence[RawPage]) -> list[str]:
    """What a person should know of the reading: one sentence a finding, pages named."""
    findings = [
        ("scan", "tidak memuat teks (hasil pindai) dan tidak terbaca. " + HOW_TO),
        ("unmapped", "memakai huruf tanpa peta teks dan tidak terbaca. " + HOW_TO),
        ("damaged", "rusak dan tidak terbaca. Periksa berkasnya atau unduh ulang."),
        ("ocr", "dibaca dengan OCR (Tesseract); teksnya bisa keliru."),
        ("cut", "memuat terlalu banyak huruf; kelebihannya tidak dibaca."),
        ("drawing", "memuat gambar garis yang rumit; garis tabel di sana diabaikan."),
        ("blank", "kosong."),
    ]
    notes: list[str] = []
    for flag, message in findings:
        numbers = [page.number for page in pages if flag in page.flags]
        if numbers:
            notes.append(f"{len(numbers)} halaman ({page_ranges(numbers)}) {message}")
    failed = [page for page in pages if page.problem.startswith("OCR:")]
    notes += [f"Halaman {page.number}: {page.problem}" for page in failed]
    return notes


def page_ranges(numbers: Sequence[int]) -> str:
    """[1, 2, 3, 7] -> "1-3, 7" """
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges)
