"""Pages -> what is known of each alone, in this process or in several; a scan is read by OCR where that is asked for."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import joblib
import pypdfium2
import pytesseract
from pdfplumber.page import Page
from PIL import Image

from ingest.errors import InputError
from ingest.pdf.ocr import read_image
from ingest.pdf.opening import count_pages, open_pdf
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import RawPage, Turn
from ingest.pdf.ruled import ruled_tables
from ingest.pdf.rules import read_rules
from ingest.pdf.words import count_unmapped, find_turn, find_words, read_chars

Progress = Callable[[int, int], None]
MOST_WORKERS = 3
"""each takes some 170 MB"""
TASKS = 32
MOST_PAGES = 64
"""Long files are cut into about 32 tasks of at most 64 pages: each opens the file anew, and pdfminer's caches end with it."""
UNREADABLE = frozenset({"scan", "unmapped", "damaged"})


def read_raw_pages(
    path: Path, *, ocr: bool, workers: int | None, progress: Progress | None, options: PdfOptions = DEFAULT
) -> list[RawPage]:
    """All pages in order. `progress(done, total)` is called as pages come in."""
    total = count_pages(path, options)
    step = 1 if ocr else min(max(options.pages_per_task, total // TASKS), MOST_PAGES)
    chunks = [range(first, min(first + step, total + 1)) for first in range(1, total + 1, step)]
    processes = min(workers or min(joblib.cpu_count(), MOST_WORKERS), len(chunks))
    alone = processes <= 1 or (total < options.parallel_from and not ocr)
    source = (read_chunk(path, chunk, ocr, options) for chunk in chunks) if alone else in_parallel(path, chunks, ocr, processes, options)
    pages: list[RawPage] = []
    for chunk in source:
        pages += chunk
        if progress is not None:
            progress(len(pages), total)
    return pages


def in_parallel(path: Path, chunks: list[range], ocr: bool, processes: int, options: PdfOptions) -> Iterator[list[RawPage]]:
    """Chunks in order, read by worker processes that know nothing of the caller's threads or main module."""
    pool = joblib.Parallel(n_jobs=processes, backend="loky", return_as="generator")
    try:
        yield from pool(joblib.delayed(read_chunk_apart)(path, chunk, ocr, options) for chunk in chunks)
    except joblib.externals.loky.process_executor.TerminatedWorkerError as error:
        raise InputError(
            f"{path} tidak selesai dibaca: proses pembacanya berhenti (mungkin kehabisan memori). Coba lagi, atau pisahkan dokumennya."
        ) from error


def read_chunk_apart(path: Path, numbers: range, ocr: bool, options: PdfOptions) -> list[RawPage]:
    """In a worker process: Tesseract's own threads would only get in the other workers' way."""
    os.environ.setdefault("OMP_THREAD_LIMIT", "1")
    return read_chunk(path, numbers, ocr, options)


def read_chunk(path: Path, numbers: range, ocr: bool, options: PdfOptions) -> list[RawPage]:
    """Some pages (1-based numbers). The file is opened anew for each chunk, so that pdfminer's caches do not pile up."""
    out: list[RawPage] = []
    with open_pdf(path) as pdf:
        for number in numbers:
            page = pdf.pages[number - 1]
            raw = read_raw_page(page, options)
            page.close()
            out.append(read_scan(path, raw, options) if ocr and UNREADABLE & set(raw.flags) else raw)
    return out


def read_raw_page(page: Page, options: PdfOptions = DEFAULT) -> RawPage:
    """Words, ruling lines and ruled tables of a page. Whatever a broken page raises becomes the page's `problem`."""
    try:
        return read_printed(page, options)
    except Exception as error:  # pdfminer raises nearly anything on broken content; one bad page must not hide the others
        return RawPage(page.page_number, Turn(0, 595, 842), (), flags=("damaged",), problem=f"{type(error).__name__}: {error}")


def read_printed(page: Page, options: PdfOptions) -> RawPage:
    width, height = float(page.bbox[2] - page.bbox[0]), float(page.bbox[3] - page.bbox[1])
    chars = read_chars(page, options)
    turn = find_turn(chars, width, height)
    rules, drawing = read_rules(page, turn, options)
    tables, words = ruled_tables(rules, find_words(chars, turn, options), options)
    printed = sum(1 for char in chars if not char["text"].isspace())
    unmapped = count_unmapped(chars)
    images = image_share(page, width, height)
    flags = ["drawing"] if drawing else []
    if len(page.chars) > options.max_chars_per_page:
        flags.append("cut")
    if printed <= options.scan_chars and images >= options.scan_image_share:
        flags.append("scan")
    elif not printed:
        flags.append("blank")
    elif unmapped > options.unmapped_share * printed:
        flags.append("unmapped")
    return RawPage(page.page_number, turn, tuple(words), tuple(tables), tuple(rules), printed, images, unmapped, tuple(flags))


def image_share(page: Page, width: float, height: float) -> float:
    """Share of the page's area under pictures, at most 1; overlaps count twice."""
    left, top, right, bottom = page.bbox
    area = 0.0
    for image in page.images:
        across = min(image["x1"], right) - max(image["x0"], left)
        down = min(image["bottom"], bottom) - max(image["top"], top)
        area += max(0.0, across) * max(0.0, down)
    return min(1.0, area / max(width * height, 1.0))


def read_scan(path: Path, raw: RawPage, options: PdfOptions) -> RawPage:
    """The page with the words that Tesseract reads on its image, flagged `ocr`; unchanged with the reason where it fails."""
    try:
        image = render(path, raw.number, options.ocr_dpi / 72)
        words, rules = read_image(image, options)
    except (pytesseract.TesseractError, pypdfium2.PdfiumError, RuntimeError) as error:
        return replace(raw, problem=f"OCR: {error}")
    turn = Turn(0, image.width * 72 / options.ocr_dpi, image.height * 72 / options.ocr_dpi)
    tables, free = ruled_tables(rules, words, options)
    return RawPage(raw.number, turn, tuple(free), tuple(tables), tuple(rules), raw.chars, raw.image_share, raw.unmapped, ("ocr",))


def render(path: Path, number: int, scale: float) -> Image.Image:
    """The page as an image, `scale` dots a point."""
    document = pypdfium2.PdfDocument(path)
    try:
        page = document[number - 1]
        image: Image.Image = page.render(scale=scale).to_pil()
        page.close()
        return image
    finally:
        document.close()
