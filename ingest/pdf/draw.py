"""Pages as images: with what the reader found drawn on them, or with a quote and its cell boxed for the app."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image, ImageDraw

from ingest.models import Box, Line
from ingest.pdf.findings import PageFindings, read_page
from ingest.pdf.lines import find_lines
from ingest.pdf.opening import open_pdf
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.pages import render
from ingest.pdf.parts import TextLine, Word, inside, union
from ingest.pdf.words import find_turn, find_words, read_chars

Color = tuple[int, int, int]
QUOTE: Color = (214, 39, 40)
CELL: Color = (255, 127, 14)
COLORS: dict[str, Color] = {"furniture": (150, 150, 150), "paragraph": (31, 119, 180), "table": (44, 160, 44), "cell": (148, 208, 148)}
MOST_SCALE = 4.0
PAD = 1.5
"""points of air between a quote and its box"""


def render_page(path: Path, page_no: int, scale: float = 1.5) -> Image.Image:
    """The page as an image, `scale` (at most 4) dots a point."""
    return render(Path(path), page_no, min(scale, MOST_SCALE))


def mark_boxes(image: Image.Image, boxes: Iterable[Box], scale: float, color: Color = QUOTE) -> Image.Image:
    """A copy of a page image (rendered at `scale`) with frames drawn round the boxes."""
    out = image.convert("RGB")
    pen = ImageDraw.Draw(out)
    for x0, top, x1, bottom in boxes:
        pen.rectangle(
            ((x0 - PAD) * scale, (top - PAD) * scale, (x1 + PAD) * scale, (bottom + PAD) * scale), outline=color, width=max(2, round(scale))
        )
    return out


def draw_findings(path: Path, page_no: int, out_png: Path, *, scale: float = 1.5, ocr: bool = False) -> PageFindings:
    """Write an image of the page with furniture grey, paragraphs blue, tables and cells green; returns what was drawn."""
    found = read_page(path, page_no, ocr=ocr)
    image = render_page(path, page_no, scale)
    boxes: dict[str, list[Box]] = {
        "cell": [cell.box for table in found.tables for row in table.rows for cell in row if cell.box],
        "furniture": [line.box for line in found.furniture],
        "paragraph": [para.box for para in found.paragraphs],
        "table": [table.box for table in found.tables],
    }
    for kind, places in boxes.items():
        image = mark_boxes(image, places, scale, COLORS[kind])
    image.save(out_png)
    return found


def line_places(line: Line) -> tuple[tuple[int, Box], ...]:
    """(page, box) of every part of a line: a paragraph cut by a page break has two. Nothing where the box is unknown."""
    if line.page is None or line.box is None:
        return ()
    return ((line.page, line.box), *line.more)


def find_quote(path: Path, line: Line, quote: str, *, options: PdfOptions = DEFAULT) -> tuple[tuple[int, Box], ...]:
    """Where the quote itself stands inside its line: (page, box) a printed line. The whole line's places where its words
    cannot be told apart on the page (OCR, words mended)."""
    wanted = [squeeze(word) for word in quote.split() if squeeze(word)]
    places: list[tuple[int, Box]] = []
    printed: list[tuple[int, Word]] = [(page, word) for page, box in line_places(line) for word in words_in(Path(path), page, box, options)]
    stream = [squeeze(word.text) for _, word in printed]
    at = find_run(stream, wanted)
    if at is None or "ocr" in line.flags:
        return line_places(line)
    for page in sorted({page for page, _ in printed[at : at + len(wanted)]}):
        words = [word for number, word in printed[at : at + len(wanted)] if number == page]
        places += [(page, union(word.box for word in part.words)) for part in find_lines(words, options)]
    return tuple(places)


def squeeze(word: str) -> str:
    return "".join(c for c in word.casefold() if c.isalnum())


def find_run(stream: Sequence[str], wanted: Sequence[str]) -> int | None:
    """Where the wanted words follow each other in the stream; None for nowhere or more than one place."""
    starts = [i for i in range(len(stream) - len(wanted) + 1) if list(stream[i : i + len(wanted)]) == list(wanted)] if wanted else []
    return starts[0] if len(starts) == 1 else None


def words_in(path: Path, page_no: int, box: Box, options: PdfOptions) -> list[Word]:
    """The upright page's words inside a box in reading order; none on a turned page, whose lines run otherwise."""
    with open_pdf(path) as pdf:
        page = pdf.pages[page_no - 1]
        chars = read_chars(page, options)
        turn = find_turn(chars, float(page.width), float(page.height))
        words = find_words(chars, turn, options) if turn.degrees == 0 else []
    lines: list[TextLine] = find_lines([word for word in words if inside(word.middle, box)], options)
    return [word for line in lines for word in line.words if squeeze(word.text)]
