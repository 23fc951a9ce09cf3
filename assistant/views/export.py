"""An answer as plain text, Markdown or a Word document; tables as CSV or Excel. Bytes and strings out, no files."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.models import Answer, Citation
from assistant.views.markup import kept_breaks
from assistant.views.texts import t

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Value = Decimal | int | str | None
_FORMULA = ("=", "+", "@", "\t", "\r")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_RULE = re.compile(r"\|[|\s:-]+")
_WORD_BOLD = re.compile(r"(\*\*.+?\*\*)")


def file_name(text: str) -> str:
    """A short ASCII file name of a question."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return "-".join(words[:8])[:60] or "jawaban"


def source_line(citation: Citation) -> str:
    section = "" if citation.table and bare(citation.section).endswith(bare(citation.table)) else citation.section
    where = " › ".join(filter(None, [section, citation.table, citation.row]))
    page = f", {t('page_no')} {citation.page}" if citation.page else ""
    first, last = citation.lines
    return f"[{citation.n}] {where}{page}, {t('line')} {first if first == last else f'{first}-{last}'} ({citation.doc})"


def bare(text: str) -> str:
    """Without the signs in which a table's own title and the heading above it differ."""
    return re.sub(r"\W+", " ", text).casefold().strip()


def as_text(answer: Answer) -> str:
    """For the clipboard, to be pasted anywhere: no Markdown signs, a table's cells a tab apart; the sources below."""
    text = "\n".join(
        "\t".join(cells(line)) if line.startswith("|") else line for line in answer.answer.split("\n") if not _RULE.fullmatch(line)
    ).replace("**", "")
    sources = "\n".join(source_line(c) for c in answer.citations)
    return f"{text}\n\n{t('export.sources')}:\n{sources}" if sources else text


def cells(line: str) -> list[str]:
    """Of one row of a Markdown table."""
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def as_markdown(answer: Answer) -> str:
    parts = [f"# {answer.question}", kept_breaks(answer.answer)]
    if answer.warnings:
        parts.append("\n".join(f"> {t('export.note')}: {w}" for w in answer.warnings))
    if answer.citations:
        parts.append(f"## {t('export.sources')}")
        parts += [
            f"{source_line(c)}\n\n" + "\n".join(f"> {line}" for line in c.quote.splitlines() if line.strip()) for c in answer.citations
        ]
    parts.append(f"{t('status.index')} {answer.index}")
    return "\n\n".join(parts) + "\n"


# Word ----------------------------------------------------------------------------------------------------------------


def as_docx(answer: Answer) -> bytes:
    from docx import Document
    from docx.shared import Pt

    document = Document()
    document.styles["Normal"].font.name = "Calibri"
    document.styles["Normal"].font.size = Pt(11)
    document.add_heading(legal(answer.question), level=1)
    for block in blocks(answer.answer):
        if block[0].startswith("|"):
            word_table(document, block)
        elif block[0].lstrip().startswith(("- ", "• ")):
            for line in block:
                runs(document.add_paragraph(style="List Bullet"), re.sub(r"^\s*[-•]\s+", "", line))
        else:
            for line in block:
                runs(document.add_paragraph(), line)
    for warning in answer.warnings:
        document.add_paragraph(f"{t('export.note')}: {legal(warning)}", style="Intense Quote")
    if answer.citations:
        document.add_heading(t("export.sources"), level=2)
        for citation in answer.citations:
            document.add_paragraph(legal(source_line(citation)))
            document.add_paragraph(legal(citation.quote.replace("\t", " | ")), style="Quote")
    document.add_paragraph(f"{t('status.index')} {answer.index}").runs[0].font.size = Pt(8)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def legal(text: str) -> str:
    """Without the control characters that XML does not admit."""
    return _CONTROL.sub("", text)


def blocks(markdown: str) -> list[list[str]]:
    """Paragraphs, list runs and tables of an answer's Markdown, as lists of lines."""
    out: list[list[str]] = []
    for paragraph in re.split(r"\n\s*\n", markdown.strip()):
        for line in paragraph.split("\n"):
            kind = kind_of(line)
            if out and out[-1] and kind_of(out[-1][-1]) == kind and line is not paragraph.split("\n")[0]:
                out[-1].append(line)
            else:
                out.append([line])
    return [block for block in out if any(line.strip() for line in block)]


def kind_of(line: str) -> str:
    text = line.lstrip()
    return "table" if text.startswith("|") else "list" if text.startswith(("- ", "• ")) else "text"


def runs(paragraph: object, text: str) -> None:
    for piece in _WORD_BOLD.split(legal(text)):
        if piece:
            run = paragraph.add_run(piece.strip("*") if piece.startswith("**") else piece)  # type: ignore[attr-defined]
            run.bold = piece.startswith("**")


def word_table(document: object, lines: Sequence[str]) -> None:
    rows = [[cell.replace("**", "") for cell in cells(line)] for line in lines if not _RULE.fullmatch(line)]
    if not rows:
        return
    table = document.add_table(rows=len(rows), cols=max(map(len, rows)), style="Light Grid Accent 1")  # type: ignore[attr-defined]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            cell = table.cell(r, c)
            cell.text = legal(text)
            if c and r:
                cell.paragraphs[0].alignment = 2  # right


# tables --------------------------------------------------------------------------------------------------------------


def as_csv(header: Sequence[str], rows: Sequence[Sequence[Value]]) -> bytes:
    """Semicolons and decimal commas, as a spreadsheet in Indonesian expects; UTF-8 with a mark so that Excel knows."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([harmless(h) for h in header])
    writer.writerows([[csv_value(v) for v in row] for row in rows])
    return out.getvalue().encode("utf-8-sig")


def csv_value(value: Value) -> str:
    if value is None:
        return ""
    return f"{value:f}".replace(".", ",") if isinstance(value, Decimal) else str(value) if isinstance(value, int) else harmless(value)


def harmless(text: str) -> str:
    """Text that a spreadsheet would run as a formula, made text."""
    return "'" + text if text.startswith(_FORMULA) else text


def as_xlsx(header: Sequence[str], rows: Sequence[Sequence[Value]], title: str) -> bytes:
    """Numbers as numbers with thousands marks, text as text (never a formula), the header fixed."""
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
    for r, row in enumerate([header, *rows], 1):
        for c, value in enumerate(row, 1):
            cell = sheet.cell(r, c)
            if isinstance(value, str):
                cell.value = legal(value)
                cell.data_type = "s"
            elif value is not None:
                cell.value = value
                whole = isinstance(value, int) or value == value.to_integral_value()
                cell.number_format = "0" if isinstance(value, int) else "#,##0" if whole else "#,##0.00##"
            if r == 1:
                cell.font = Font(bold=True)
    for c, name in enumerate(header, 1):
        longest = max([len(str(name)), *(len(str(row[c - 1])) for row in rows[:200] if row[c - 1] is not None)], default=8)
        sheet.column_dimensions[get_column_letter(c)].width = min(60, max(8, longest + 2))
    sheet.freeze_panes = "A2"
    if rows:
        sheet.auto_filter.ref = sheet.dimensions
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
