"""The plan as HTML: the only place where HTML is made. Every piece of text passes through `markupsafe.escape`.

Used where Streamlit has no element of its own: tables with merged cells, highlighted quotes, hanging indents.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from assistant.views.reading import Piece, TablePart, piece_lines, touches
from assistant.views.texts import t
from ingest.models import Block, Cell, Row, Table

WIDE_TEXT = 40
"""A column with cells longer than this many characters gets room."""
_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_ITALIC = re.compile(r"(?<![\w*])\*(?!\s)([^*]+?)(?<!\s)\*(?![\w*])")
_ESCAPED = re.compile(r"\\([*_#.\-()\[\]])")
_TAGS = re.compile(r"</?[a-zA-Z][^<>]*>")
_HEADING = re.compile(r"^\s*#+\s*", re.MULTILINE)
_HARD_BREAK = re.compile(r" {2,}\n|\n(?=[A-Z(])")


@dataclass(frozen=True)
class Shown:
    """What is to stand out: lines, the exact quote inside them, words that were searched."""

    lines: tuple[int, int] | None = None
    quote: str = ""
    words: tuple[str, ...] = ()


def plan_html(pieces: Iterable[Piece], shown: Shown = Shown()) -> str:
    """The pieces as one safe HTML string for `st.html`."""
    parts = [table_html(p.table, p.rows, shown) if isinstance(p, TablePart) else block_html(p, shown) for p in pieces]
    return str(Markup('<div class="plan">{}</div>').format(Markup("").join(parts)))


def quote_html(text: str) -> str:
    return str(Markup('<div class="plan"><blockquote>{}</blockquote></div>').format(text))


def snippet_html(text: str, words: Sequence[str]) -> str:
    return str(Markup('<div class="plan">{}</div>').format(inline(text, Shown(words=tuple(words)))))


def pairs_html(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values under each other, for a wide row in a narrow place."""
    body = Markup("").join(Markup("<dt>{}</dt><dd>{}</dd>").format(name, value) for name, value in pairs)
    return str(Markup('<div class="plan"><dl>{}</dl></div>').format(body))


# text ----------------------------------------------------------------------------------------------------------------


def inline(text: str, shown: Shown) -> Markup:
    """Escaped text; its own bold and italics shown, quote and searched words marked."""
    marked = Markup("").join(Markup("<mark>{}</mark>").format(piece) if hit else escape(piece) for piece, hit in split_marks(text, shown))
    html = _BOLD.sub(r"<strong>\1</strong>", str(marked))
    html = _ITALIC.sub(r"<em>\1</em>", html)
    return Markup(_ESCAPED.sub(r"\1", html).replace("\n", "<br>"))


def split_marks(text: str, shown: Shown) -> list[tuple[str, bool]]:
    """`text` cut into stretches, each with whether it is to be marked."""
    ranges = []
    quote = shown.quote.strip()
    if quote and (at := text.find(quote)) >= 0:
        ranges.append((at, at + len(quote)))
    if shown.words:
        pattern = "|".join(re.escape(w) for w in sorted(shown.words, key=len, reverse=True))
        ranges += [m.span() for m in re.finditer(pattern, text, re.IGNORECASE)]
    out: list[tuple[str, bool]] = []
    position = 0
    for start, end in sorted(ranges):
        if start < position:
            continue
        out += [(text[position:start], False), (text[start:end], True)]
        position = end
    return [(piece, hit) for piece, hit in [*out, (text[position:], False)] if piece]


def flowing(text: str) -> str:
    """Lines of one block as they flow: a break that the source makes on purpose stays, one of the page is a space."""
    lines = [line for line in _HARD_BREAK.sub("\u2028", _TAGS.sub("", text)).replace("\n", " ").split("\u2028") if line.strip()]
    return "\n".join(" ".join(line.split()) for line in lines)


def block_html(block: Block, shown: Shown) -> Markup:
    hit = shown.lines is not None and touches(piece_lines(block), shown.lines)
    here = Shown(shown.lines, flowing(shown.quote) if hit else "", shown.words)
    place = Markup('id="baris-{}" class="{}"')
    css = block.kind + (" hit" if hit else "")
    if block.kind == "heading":
        level = 2 if re.match(r"\W*(BAB|LAMPIRAN|Lampiran)\b", block.text) else 3
        text = _HEADING.sub("", block.text).replace("**", "")
        return Markup("<h{} {}>{}</h{}>").format(
            level, place.format(block.span.line_start, css), inline(" ".join(flowing(text).split()), here), level
        )
    if block.kind == "item":
        body = block.text.strip().removeprefix("- ").removeprefix(block.marker if block.marker != "-" else "").strip()
        marker = "•" if block.marker in ("-", "•", "*", "") else block.marker
        css += f" d{min(block.depth, 3)}"
        quote = here.quote.removeprefix("- ").removeprefix(block.marker).strip() if here.quote else ""
        return Markup('<div {}><span class="m">{}</span><span class="b">{}</span></div>').format(
            place.format(block.span.line_start, css), marker, inline(flowing(body), Shown(here.lines, quote, here.words))
        )
    text = _HEADING.sub("", block.text)
    if block.kind == "gap":
        text = f"{text.strip()} – {t('reader.gap')}"
    if block.kind == "caption":
        text = text.replace("**", "")
    if block.kind == "row":
        text = " · ".join(cell.strip() for cell in text.split("\t") if cell.strip())
    text = text.strip() if block.kind == "furniture" else flowing(text)
    return (
        Markup("<div {}>{}</div>").format(place.format(block.span.line_start, css), inline(text, here))
        if block.kind != "paragraph"
        else Markup("<p {}>{}</p>").format(place.format(block.span.line_start, css), inline(text, here))
    )


# tables --------------------------------------------------------------------------------------------------------------


def table_html(table: Table, rows: Sequence[Row], shown: Shown) -> Markup:
    body = Markup("").join(row_html(table, rows, number, shown) for number in range(len(rows)))
    return Markup(
        '<div class="scroll" tabindex="0" role="region" aria-label="{}"><table><thead>{}</thead><tbody>{}</tbody></table></div>'
    ).format(table.name, head_html(table), body)


def head_html(table: Table) -> Markup:
    """The header rows; equal neighbours are one cell, a header without a second line reaches down."""
    depth = max((len(c.header) for c in table.columns), default=0)
    out = []
    for level in range(depth):
        cells = []
        at = 0
        while at < len(table.columns):
            width = header_width(table, at, level)
            header = table.columns[at].header
            if not header and not level:
                cells.append(Markup('<td colspan="1" rowspan="{}"></td>').format(depth))
            if level < len(header):
                last = level == len(header) - 1
                cells.append(
                    Markup('<th scope="col" colspan="{}" rowspan="{}">{}</th>').format(
                        width, depth - level if last else 1, clean(header[level])
                    )
                )
            at += width
        out.append(Markup("<tr>{}</tr>").format(Markup("").join(cells)))
    return Markup("").join(out)


def header_width(table: Table, at: int, level: int) -> int:
    """How many columns from `at` share the header down to `level`."""
    header = table.columns[at].header
    if level >= len(header):
        return 1
    if level == len(header) - 1:
        width = 1
        while at + width < len(table.columns) and table.columns[at + width].header == header:
            width += 1
        return width
    width = 1
    while at + width < len(table.columns) and table.columns[at + width].header[: level + 1] == header[: level + 1]:
        width += 1
    return width


def clean(text: str) -> str:
    return _TAGS.sub(" ", text).replace("**", "").strip()


def row_html(table: Table, rows: Sequence[Row], number: int, shown: Shown) -> Markup:
    row = rows[number]
    hit = shown.lines is not None and touches((row.lines[0], row.lines[-1]), shown.lines)
    cells = []
    for column in table.columns:
        cell = cell_at(row, column.index)
        if cell is not None and cell.inherited and number and same_above(rows[number - 1], cell):
            continue
        height = 1
        while number + height < len(rows) and merges(row, rows[number + height], column.index):
            height += 1
        css = "num" if column.kind == "number" and cell is not None and len(cell.text) < WIDE_TEXT else "wide" if is_wide(cell) else ""
        span = Markup(' rowspan="{}"').format(height) if height > 1 else ""
        cells.append(Markup('<td class="{}"{}>{}</td>').format(css, span, cell_html(cell, shown)))
    css = row.kind + (" hit" if hit else "")
    return Markup('<tr id="baris-{}" class="{}">{}</tr>').format(row.lines[0], css, Markup("").join(cells))


def cell_at(row: Row, column: int) -> Cell | None:
    if column < len(row.cells) and row.cells[column].column == column:
        return row.cells[column]
    return next((c for c in row.cells if c.column == column), None)


def same_above(above: Row, cell: Cell) -> bool:
    other = cell_at(above, cell.column)
    return other is not None and other.text == cell.text


def merges(top: Row, below: Row, column: int) -> bool:
    first, other = cell_at(top, column), cell_at(below, column)
    return first is not None and other is not None and other.inherited and other.text == first.text


def is_wide(cell: Cell | None) -> bool:
    return cell is not None and len(cell.text) > WIDE_TEXT


def cell_html(cell: Cell | None, shown: Shown) -> Markup:
    if cell is None:
        return Markup("")
    words = Shown(words=shown.words)
    if len(cell.items) > 1:
        return Markup("<ul>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(inline(item.removeprefix("- "), words)) for item in cell.items)
        )
    return inline(clean(cell.text), words)
