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
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    LongTable,
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
NUMBER = re.compile(r"^[(-]?\d[\d.,]*%?\)?$")
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
    """`grid`, `none`, `flat` (lines between rows only), `tall` (between columns and below the header), `open` (no outer sides),
    `heads` (above, below and under the header only), `boxes` (each line a thin filled box), `dashed`"""
    zebra: bool = False
    """every second row is shaded"""
    merge: bool = True
    """header cells over several columns are merged"""
    merge_rows: int = 1
    """a label and up to so many empty cells below it less one are one cell"""
    repeat_heads: bool = True
    valign: str = "TOP"
    numbers: str = "LEFT"
    """how figures stand in their columns: LEFT, RIGHT, CENTER"""
    centre_heads: bool = False
    """column titles centred in bold"""
    table_share: float = 1.0
    """width of the tables as a share of the text's"""
    row_padding: float = 1.5
    drift: float = 0
    """column borders wander from row to row by up to this much"""
    split_rows: bool = False
    """rows may be cut by the page's edge"""
    wide: bool = True
    """tables with many columns stand on landscape pages"""
    broad: tuple[float, float] | None = None
    """size of those pages"""
    centre_chapters: bool = False
    header: str = ""
    footer: str = "- {page} -"
    ligatures: bool = False
    backwards: bool = False
    """what stands last on a page is drawn first"""
    alternate: bool = False
    """header and footer stand left on even pages, right on odd ones"""
    rotate: int = 0
    """the page's own /Rotate"""
    sideways: bool = False
    """wide tables are printed sideways on upright pages"""


def typeset(text: str, path: Path, setting: Setting = Setting()) -> Path:
    """Write `text` as a PDF."""
    if setting.font == "Vera":
        register_vera()
    width, height = setting.page
    left, right, top, bottom = setting.margins
    gap = 18.0
    column = (width - left - right - gap * (setting.columns - 1)) / setting.columns
    frames = [
        Frame(left + i * (column + gap), bottom, column, height - top - bottom, 0, 0, 0, 0, id=f"c{i}") for i in range(setting.columns)
    ]
    broad = setting.broad or landscape((max(width, 842), height))
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
    document.build(story(text, setting, column, broad[0] - left - right), canvasmaker=BoxRules if setting.rules == "boxes" else Canvas)
    if setting.backwards:
        draw_backwards(path)
    return path


def register_vera() -> None:
    """A TrueType family that comes with reportlab, because the standard fonts have no ligatures."""
    faces = {"Vera": "Vera", "Vera-Bold": "VeraBd", "Vera-Italic": "VeraIt", "Vera-BoldItalic": "VeraBI"}
    for name, file in faces.items():
        pdfmetrics.registerFont(TTFont(name, f"{file}.ttf"))
    pdfmetrics.registerFontFamily("Vera", "Vera", "Vera-Bold", "Vera-Italic", "Vera-BoldItalic")


class BoxRules(Canvas):
    """Draws a line as a word processor does: as a thin filled box."""

    def line(self, x1: float, y1: float, x2: float, y2: float) -> None:
        half = self._lineWidth / 2
        self.setFillColor(colors.black)
        self.rect(min(x1, x2) - half, min(y1, y2) - half, abs(x2 - x1) + 2 * half, abs(y2 - y1) + 2 * half, stroke=0, fill=1)


def draw_backwards(path: Path) -> None:
    import pypdfium2

    document = pypdfium2.PdfDocument(path.read_bytes())
    for page in document:
        objects = list(page.get_objects(max_depth=1))
        for thing in objects:
            page.remove_obj(thing)
        for thing in reversed(objects):
            page.insert_obj(thing)
        page.gen_content()
    document.save(path)


def page_decorator(setting: Setting):  # type: ignore[no-untyped-def]
    def decorate(canvas: Canvas, document: BaseDocTemplate) -> None:
        width, height = canvas._pagesize
        canvas.saveState()
        canvas.setFont(setting.font, 8)
        for i, line in enumerate(setting.header.split("\n") if setting.header else []):
            if setting.alternate and document.page % 2:
                canvas.drawRightString(width - setting.margins[1], height - 24 - 10 * i, line)
            else:
                canvas.drawString(setting.margins[0], height - 24 - 10 * i, line)
        number = setting.footer.format(page=document.page)
        if setting.alternate:
            canvas.drawString(setting.margins[0] if document.page % 2 == 0 else width - setting.margins[1] - 20, 28, number)
        elif number:
            canvas.drawCentredString(width / 2, 28, number)
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
    if setting.ligatures:
        text = text.replace("fi", "\ufb01").replace("fl", "\ufb02")
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
        centred = setting.centre_chapters and plain.startswith("BAB ")
        look = ParagraphStyle(
            "head", style, fontSize=setting.size * 1.15, leading=setting.leading * 1.15, spaceBefore=4, firstLineIndent=0,
            alignment=TA_CENTER if centred else TA_LEFT,
        )  # fmt: skip
        return Paragraph(bold, look)
    if setting.centre_chapters and plain.isupper() and len(plain) < 120:
        return Paragraph(f"<b>{markup(plain, setting)}</b>", ParagraphStyle("title", style, alignment=TA_CENTER, firstLineIndent=0))
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
    heads = header_count(rows)
    widths = column_widths(rows, setting.table_share * width, setting)
    figures = [mostly_numbers([row[c] for row in rows[heads:]]) for c in range(len(rows[0]))]
    cells = [[cell_of(cell, r < heads, figures[c], setting) for c, cell in enumerate(row)] for r, row in enumerate(rows)]
    commands: list[tuple[object, ...]] = [("VALIGN", (0, 0), (-1, -1), setting.valign)]
    if setting.rules != "none":
        commands += [("BACKGROUND", (0, 0), (-1, heads - 1), colors.whitesmoke)]
    if setting.zebra:
        commands += [("BACKGROUND", (0, r), (-1, r), colors.whitesmoke) for r in range(heads, len(rows), 2)]
    commands += [(side, (0, 0), (-1, -1), setting.row_padding) for side in ("TOPPADDING", "BOTTOMPADDING")]
    commands += [(side, (0, 0), (-1, -1), 2.5) for side in ("LEFTPADDING", "RIGHTPADDING")]
    commands += rule_commands(setting.rules, heads)
    if setting.merge:
        commands += header_spans(rows, heads)
    if setting.merge_rows > 1:
        commands += label_spans(rows, heads, setting.merge_rows)
    if setting.drift:
        return [drifting_row(row, widths, commands, setting, rng) for row in cells]
    repeat = heads if setting.repeat_heads else 0
    made = LongTable if setting.merge_rows == 1 and len(rows) > 60 else Table
    return [made(cells, widths, repeatRows=repeat, style=TableStyle(commands), splitInRow=int(setting.split_rows))]


def mostly_numbers(cells: list[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return 2 * sum(1 for cell in filled if NUMBER.match(cell)) > len(filled)


def cell_of(text: str, head: bool, figures: bool, setting: Setting) -> Paragraph | str:
    if not text.strip():
        return ""
    style = ParagraphStyle("cell", fontName=setting.font, fontSize=setting.table_size, leading=setting.table_size * 1.2)
    if head and setting.centre_heads:
        return Paragraph(f"<b>{markup(text, setting)}</b>", ParagraphStyle("column title", style, alignment=TA_CENTER))
    if figures and not head:
        alignment = {"LEFT": TA_LEFT, "RIGHT": TA_RIGHT, "CENTER": TA_CENTER}[setting.numbers]
        return Paragraph(markup(text, setting), ParagraphStyle("figure", style, alignment=alignment))
    return Paragraph(markup(text, setting), style)


def rule_commands(rules: str, heads: int) -> list[tuple[object, ...]]:
    line = (0.4, colors.black)
    every = ((0, 0), (-1, -1))
    return {
        "grid": [("GRID", *every, *line)],
        "boxes": [("GRID", *every, *line)],
        "dashed": [("GRID", *every, *line, None, (1, 1))],
        "flat": [("LINEABOVE", *every, *line), ("LINEBELOW", (0, -1), (-1, -1), *line)],
        "open": [("INNERGRID", *every, *line), ("LINEABOVE", (0, 0), (-1, 0), *line), ("LINEBELOW", (0, -1), (-1, -1), *line)],
        "tall": [
            ("LINEBEFORE", *every, *line),
            ("LINEAFTER", (-1, 0), (-1, -1), *line),
            ("BOX", *every, *line),
            ("LINEBELOW", (0, 0), (-1, heads - 1), *line),
        ],
        "heads": [
            ("LINEABOVE", (0, 0), (-1, 0), *line),
            ("LINEBELOW", (0, heads - 1), (-1, heads - 1), *line),
            ("LINEBELOW", (0, -1), (-1, -1), *line),
        ],
        "none": [],
    }[rules]


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


def label_spans(rows: list[list[str]], heads: int, most: int) -> list[tuple[object, ...]]:
    """Labels in the first two columns with empty cells below them, where the next column goes on, as one cell."""
    out: list[tuple[object, ...]] = []
    for c in range(min(2, len(rows[0]) - 1)):
        r = heads
        while r < len(rows):
            end = r
            while (
                rows[r][c].strip() and end + 1 < len(rows) and end - r + 1 < most
                and not rows[end + 1][c].strip() and rows[end + 1][c + 1].strip()
            ):  # fmt: skip
                end += 1
            if end > r:
                out.append(("SPAN", (c, r), (c, end)))
            r = end + 1
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


REGULATION = "Peraturan Kepala Balai Nomor 7 Tahun 2025\ntentang Rencana Strategis Tahun 2025-2029"
F4 = (609.4, 935.4)
A3 = (1190.55, 841.89)
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
    "gazette": Setting(
        font="Times-Roman", size=12, leading=18, first_indent=28, justify=True, page=F4, margins=(85, 71, 85, 71), broad=A3,
        centre_chapters=True, header=REGULATION, footer="-{page}-", alternate=True,
    ),
    "nine-point": Setting(table_size=9, broad=A3, split_rows=True, numbers="RIGHT", centre_heads=True),
    "zebra": Setting(rules="none", zebra=True, row_padding=3, broad=A3),
    "three-rules": Setting(rules="heads", row_padding=3, broad=A3, font="Times-Roman", centre_heads=True),
    "heads-once": Setting(repeat_heads=False, broad=A3),
    "boxes": Setting(rules="boxes", broad=A3, table_share=0.9),
    "dashed": Setting(rules="dashed", broad=A3),
    "middle": Setting(valign="MIDDLE", centre_heads=True, numbers="CENTER", broad=A3),
    "merged": Setting(merge_rows=4, valign="MIDDLE", broad=A3),
    "no-rules-right": Setting(rules="none", numbers="RIGHT", row_padding=3, broad=A3, footer="Halaman {page} dari 99"),
    "no-rules-middle": Setting(rules="none", valign="MIDDLE", row_padding=4, broad=A3, font="Times-Roman"),
    "no-rules-drift": Setting(rules="none", drift=2.0, merge=False, row_padding=3, broad=A3),
    "ligatures": Setting(font="Vera", ligatures=True, broad=A3),
    "landscape": Setting(page=landscape(A4), wide=False, margins=(50, 50, 50, 50)),
    "backwards": Setting(backwards=True, header=REGULATION, broad=A3),
}  # fmt: skip


def with_page(setting: Setting, width: float, height: float) -> Setting:
    return replace(setting, page=(width, height))
