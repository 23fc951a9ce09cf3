"""One page at a time: everything that can be known of it alone."""

from __future__ import annotations

from pdfplumber.page import Page

from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import RawPage, Turn
from ingest.pdf.ruled import ruled_tables
from ingest.pdf.rules import read_rules
from ingest.pdf.words import count_unmapped, find_turn, find_words, read_chars


def read_raw_page(page: Page, options: PdfOptions = DEFAULT) -> RawPage:
    """Words, ruling lines and ruled tables of a page. Whatever a broken page raises becomes the page's `problem`."""
    try:
        return _read(page, options)
    except Exception as error:  # pdfminer raises nearly anything on broken content; one bad page must not hide the others
        return RawPage(page.page_number, Turn(0, 595, 842), (), flags=("damaged",), problem=f"{type(error).__name__}: {error}")


def _read(page: Page, options: PdfOptions) -> RawPage:
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
    area = 0.0
    for image in page.images:
        area += max(0.0, min(image["x1"], page.bbox[2]) - max(image["x0"], page.bbox[0])) * max(
            0.0, min(image["bottom"], page.bbox[3]) - max(image["top"], page.bbox[1])
        )
    return min(1.0, area / max(width * height, 1.0))
