"""Typesets a text edition (one line a paragraph, item or tab-separated row) to PDF in many settings, for tests.

What goes in is what the reader has to give back: same paragraphs, items with markers, rows cell by cell.
"""

from __future__ import annotations

import io
import random
import re
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_JUSTIFY, TA_LEFT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
    TableStyle,
)

ITEM = re.compile(r"^(?:\d{1,3}[.)]|[a-z][.)]|-)\s")
HEADING = re.compile(r"^(?:#+\s|BAB [IVX]+|\d+(?:\.\d+)+\s|Pasal \d+$|Lampiran \d+)")
SOFT_HYPHEN = "\u00ad"
SYLLABLE = re.compile(r"(?<=[aiueo])(?=[bcdfghjklmnpqrstvwxyz][aiueo])")


@dataclass(frozen=True)
class Setting:
    """How a PDF is set. Lengths in points."""

    font: str = "Helvetica"
    size: float = 10
    leading: float = 13.5
    table_size: float = 7
    page: tuple[float, float] = A4
    margins: tuple[float, float, float, float] = (60, 60, 62, 62)
    """left, right, top, bottom"""
    space_after: float = 5
    first_indent: float = 0
    justify: bool = False
    hyphenate: bool = False
    columns: int = 1
    rules: str = "grid"
    """`grid`, `none`, `flat` (lines between rows only), `tall` (between columns and below the header), `open` (no outer sides)"""
    merge: bool = True
    """header cells over several columns, and body cells over several rows, are merged"""
    row_padding: float = 1.5
    drift: float = 0
    """column borders wander from row to row by up to this much"""
    split_rows: bool = False
    """rows may be cut by the page's edge"""
    wide: bool = True
    """tables with many columns stand on landscape pages"""
    header: str = ""
    footer: str = "- {page} -"
    rotate: int = 0
    """the page's own /Rotate"""
    sideways: bool = False
    """wide tables are printed sideways on upright pages"""


def typeset(text: str, path: Path, setting: Setting = Setting()) -> Path:
    """Write `text` as a PDF."""
    width, height = setting.page
    left, right, top, bottom = setting.margins
    gap = 18.0
    column = (width - left - right - gap * (setting.columns - 1)) / setting.columns
    frames = [
        Frame(left + i * (column + gap), bottom, column, height - top - bottom, 0, 0, 0, 0, id=f"c{i}") for i in range(setting.columns)
    ]
    broad = landscape((max(width, 842), height))
    on_page = page_decorator(setting)
    upright = PageTemplate("upright", frames, onPage=on_page, pagesize=setting.page)
    across = PageTemplate(
        "across", [Frame(left, bottom, broad[0] - left - right, broad[1] - top - bottom, 0, 0, 0, 0)], onPage=on_page, pagesize=broad
    )
    if setting.sideways:
        turned = (broad[1], broad[0])
        across = PageTemplate(
            "across",
            [Frame(bottom, left, broad[0] - bottom - top, broad[1] - left - right, 0, 0, 0, 0)],
            onPage=sideways(on_page, turned),
            pagesize=turned,
        )
    document = BaseDocTemplate(str(path), pageTemplates=[upright, across], title="uji")
    document.build(story(text, setting, column, broad[0] - left - right))
    return path


def page_decorator(setting: Setting):  # type: ignore[no-untyped-def]
    def decorate(canvas: Canvas, document: BaseDocTemplate) -> None:
        width, height = canvas._pagesize
        canvas.saveState()
        canvas.setFont(setting.font, 8)
        if setting.header:
            canvas.drawString(setting.margins[0], height - 30, setting.header)
        if setting.footer:
            canvas.drawCentredString(width / 2, 28, setting.footer.format(page=document.page))
        if setting.rotate:
            canvas.setPageRotation(setting.rotate)
        canvas.restoreState()

    return decorate


def sideways(decorate, size: tuple[float, float]):  # type: ignore[no-untyped-def]
    def turned(canvas: Canvas, document: BaseDocTemplate) -> None:
        decorate(canvas, document)
        canvas.translate(size[0], 0)
        canvas.rotate(90)

    return turned


# --- story -----------------------------------------------------------------------------------------------------------


def story(text: str, setting: Setting, column: float, broad: float) -> list[Flowable]:
    rng = random.Random(7)
    out: list[Flowable] = []
    on_broad = False
    for block in blocks(text):
        rows = [line.split("\t") for line in block] if "\t" in block[0] else None
        wants_broad = rows is not None and setting.wide and len(rows[0]) > 9
        if wants_broad != on_broad:
            out += [NextPageTemplate("across" if wants_broad else "upright"), PageBreak()]
            on_broad = wants_broad
        if rows is not None:
            out += [*table(rows, setting, broad if on_broad else column, rng), Spacer(1, 6)]
        else:
            out += [paragraph(line, setting) for line in block]
    return out


def blocks(text: str) -> list[list[str]]:
    """Runs of lines of one kind: rows together, everything else line by line."""
    out: list[list[str]] = []
    before = ""
    for line in text.split("\n"):
        if "\t" in line and "\t" in before:
            out[-1].append(line)
        elif line.strip():
            out.append([line])
        before = line
    return out


def markup(text: str, setting: Setting) -> str:
    text = re.sub(r"</?(?:i|b|ul|li|br)[^>]*>", " ", text)
    if setting.hyphenate:
        text = re.sub(r"\b[a-z]{8,}\b", lambda m: SYLLABLE.sub(SOFT_HYPHEN, m[0]), text)
    text = escape(text.strip())
    text = re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", text)
    return re.sub(r"(?<![\w*])\*(?!\s)([^*]+?)(?<!\s)\*(?![\w*])", r"<i>\1</i>", text)


def paragraph(line: str, setting: Setting) -> Paragraph:
    plain = line.strip()
    if re.match(r"^- (?:[a-z]|\d{1,3})[.)]\s", plain):
        plain = plain[2:]
    style = ParagraphStyle(
        "text", fontName=setting.font, fontSize=setting.size, leading=setting.leading, spaceAfter=setting.space_after,
        firstLineIndent=setting.first_indent, alignment=TA_JUSTIFY if setting.justify else TA_LEFT,
    )  # fmt: skip
    if HEADING.match(plain):
        bold = f"<b>{markup(plain.lstrip('# '), setting)}</b>"
        return Paragraph(
            bold,
            ParagraphStyle("head", style, fontSize=setting.size * 1.15, leading=setting.leading * 1.15, spaceBefore=4, firstLineIndent=0),
        )
    if ITEM.match(plain):
        deep = 16 if re.match(r"^[a-z]\)", plain) else 0
        return Paragraph(markup(plain, setting), ParagraphStyle("item", style, leftIndent=14 + deep, firstLineIndent=0 if deep else -14))
    return Paragraph(markup(plain, setting), style)


# --- tables ----------------------------------------------------------------------------------------------------------


def header_count(rows: list[list[str]]) -> int:
    """A title row, the row of titles, and the rows below it that name nothing in their first cell."""
    title = int(sum(1 for cell in rows[0] if cell.strip()) == 1 and len(rows) > 2)
    return next((i for i in range(title + 1, len(rows)) if rows[i][0].strip()), title + 1)


def table(rows: list[list[str]], setting: Setting, width: float, rng: random.Random) -> list[Flowable]:
    style = ParagraphStyle("cell", fontName=setting.font, fontSize=setting.table_size, leading=setting.table_size * 1.2)
    heads = header_count(rows)
    widths = column_widths(rows, width, setting)
    cells = [[Paragraph(markup(cell, setting), style) if cell.strip() else "" for cell in row] for row in rows]
    commands = (
        [("VALIGN", (0, 0), (-1, -1), "TOP"), ("BACKGROUND", (0, 0), (-1, heads - 1), colors.whitesmoke)] if setting.rules != "none" else []
    )
    commands += [("VALIGN", (0, 0), (-1, -1), "TOP")]
    commands += [(side, (0, 0), (-1, -1), setting.row_padding) for side in ("TOPPADDING", "BOTTOMPADDING")]
    commands += [(side, (0, 0), (-1, -1), 2.5) for side in ("LEFTPADDING", "RIGHTPADDING")]
    line = (0.4, colors.black)
    commands += {
        "grid": [("GRID", (0, 0), (-1, -1), *line)],
        "flat": [("LINEABOVE", (0, 0), (-1, -1), *line), ("LINEBELOW", (0, -1), (-1, -1), *line)],
        "open": [("INNERGRID", (0, 0), (-1, -1), *line), ("LINEABOVE", (0, 0), (-1, 0), *line), ("LINEBELOW", (0, -1), (-1, -1), *line)],
        "tall": [
            ("LINEBEFORE", (0, 0), (-1, -1), *line),
            ("LINEAFTER", (-1, 0), (-1, -1), *line),
            ("BOX", (0, 0), (-1, -1), *line),
            ("LINEBELOW", (0, 0), (-1, heads - 1), *line),
        ],
        "none": [],
    }[setting.rules]
    if setting.merge:
        commands += header_spans(rows, heads)
    if setting.drift:
        return [drifting_row(row, widths, commands, setting, rng) for row in cells]
    return [Table(cells, widths, repeatRows=heads, style=TableStyle(commands), splitInRow=int(setting.split_rows))]


def drifting_row(row: list[object], widths: list[float], commands: list[object], setting: Setting, rng: random.Random) -> Table:
    shift = [rng.uniform(-setting.drift, setting.drift) for _ in range(len(widths) - 1)]
    edges = [0.0]
    for width in widths:
        edges.append(edges[-1] + width)
    moved = [edges[0], *(edge + move for edge, move in zip(edges[1:-1], shift, strict=True)), edges[-1]]
    plain = [command for command in commands if command[0] != "SPAN" and command[0] != "BACKGROUND"]  # type: ignore[index]
    return Table([row], [b - a for a, b in zip(moved, moved[1:], strict=False)], style=TableStyle(plain))


def header_spans(rows: list[list[str]], heads: int) -> list[tuple[object, ...]]:
    """A header cell followed by empty ones over filled cells of the row below spans them, as "Target" over five years."""
    out: list[tuple[object, ...]] = []
    for r in range(heads - 1):
        c = 0
        while c < len(rows[r]):
            end = c
            while rows[r][c].strip() and end + 1 < len(rows[r]) and not rows[r][end + 1].strip() and rows[r + 1][end + 1].strip():
                end += 1
            if end > c:
                out.append(("SPAN", (c, r), (end, r)))
            c = end + 1
    return out


def column_widths(rows: list[list[str]], width: float, setting: Setting) -> list[float]:
    """By the longest word and the square root of the text, so that label columns are wider than figures'."""
    em = 0.56 * setting.table_size
    need = [max(max((len(word) for word in re.split(r"\s+", row[c])), default=1) for row in rows) * em + 8 for c in range(len(rows[0]))]
    text = [max(len(row[c]) for row in rows) ** 0.7 + 1 for c in range(len(rows[0]))]
    spare = max(0.0, width - sum(need))
    scale = min(1.0, width / sum(need))
    return [scale * n + spare * t / sum(text) for n, t in zip(need, text, strict=True)]


# --- other files -----------------------------------------------------------------------------------------------------


def scan(path: Path, out: Path, *, dpi: int = 200) -> Path:
    """The PDF as pictures of its pages: what a scanner makes of a printed plan."""
    import pypdfium2
    from reportlab.lib.utils import ImageReader

    document = pypdfium2.PdfDocument(path)
    canvas = Canvas(str(out))
    for page in document:
        image = page.render(scale=dpi / 72, grayscale=True).to_pil()
        buffer = io.BytesIO()
        image.save(buffer, "PNG")
        buffer.seek(0)
        canvas.setPageSize(page.get_size())
        canvas.drawImage(ImageReader(buffer), 0, 0, *page.get_size())
        canvas.showPage()
    canvas.save()
    document.close()
    return out


def many_pages(out: Path, count: int) -> Path:
    """A long file: a heading and a few lines of text a page."""
    canvas = Canvas(str(out), pageCompression=1)
    for number in range(1, count + 1):
        canvas.setFont("Helvetica", 10)
        for k in range(30):
            canvas.drawString(60, 760 - 14 * k, f"Baris {k} pada halaman {number} memuat kata-kata biasa tentang target dan anggaran.")
        canvas.drawCentredString(300, 30, f"- {number} -")
        canvas.showPage()
    canvas.save()
    return out


SETTINGS: dict[str, Setting] = {
    "plain": Setting(),
    "times-letter": Setting(
        font="Times-Roman", size=11, leading=14, page=(612, 792), margins=(80, 72, 90, 72), justify=True, header="Renstra Tahun 2025-2029"
    ),
    "indents": Setting(space_after=0, first_indent=24, justify=True, footer="Halaman {page}", size=12, leading=18),
    "hyphens": Setting(hyphenate=True, justify=True, font="Times-Roman", size=11, leading=13, margins=(120, 120, 70, 70)),
    "no-rules": Setting(rules="none", row_padding=3, header="jdih.contoh.go.id", footer="{page}"),
    "no-rules-tight": Setting(rules="none", row_padding=0, table_size=8),
    "flat-rules": Setting(rules="flat"),
    "open-sides": Setting(rules="open", font="Times-Roman"),
    "tall-rules": Setting(rules="tall", row_padding=2.5),
    "drift": Setting(drift=2.0, merge=False),
    "split-rows": Setting(split_rows=True, page=(595, 420), margins=(60, 60, 50, 50), header="BANB"),
    "two-columns": Setting(columns=2, size=9, leading=11.5, table_size=5.5, header="Berita Negara"),
    "rotated": Setting(rotate=90),
    "sideways": Setting(sideways=True),
}


def with_page(setting: Setting, width: float, height: float) -> Setting:
    return replace(setting, page=(width, height))
