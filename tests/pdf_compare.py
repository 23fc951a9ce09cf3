"""How far the text read from a PDF agrees with the text edition it was typeset from."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from ingest.line_kinds import strip_markup
from ingest.read_text import ILLEGIBLE


@dataclass(frozen=True)
class Agreement:
    """Shares (0..1) of the text edition's words, lines, rows and cells that came back equal and in order."""

    words: float
    lines: float
    rows: float
    cells: float
    missing_rows: tuple[tuple[str, ...], ...]


def plain(text: str, cell: bool = False) -> str:
    """Without markup and bullets, which a text edition writes and a page shows otherwise or not at all."""
    text = re.sub(r"<br\s*/?>", " ", text)
    text = re.sub(r"<li>", " • ", text)
    text = html.unescape(re.sub(r"</?(?:i|b|ul|li|sup|sub|u)[^>]*>", "", text))
    text = strip_markup(text)
    if not cell:
        text = re.sub(r"^\s*-\s+(?=\S)", "", text)
    text = text.replace("**", "").replace("\\", "").replace("•", " ")
    text = re.sub(r"(?<!\w)\*(?=\w)|(?<=\w)\*(?!\w)", "", text)
    return " ".join(text.split())


def prose_of(text: str) -> list[str]:
    lines = (line for line in text.split("\n") if "\t" not in line and ILLEGIBLE not in line)
    return [line for line in map(plain, lines) if line]


def rows_of(text: str) -> list[tuple[str, ...]]:
    return [tuple(plain(cell, cell=True) for cell in line.split("\t")) for line in text.split("\n") if "\t" in line]


def agreement(edition: str, read: str) -> Agreement:
    ours, theirs = prose_of(edition), prose_of(read)
    equal_words = equal_lines = 0
    for tag, a, b, c, d in SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes():
        left, right = " ".join(ours[a:b]).split(), " ".join(theirs[c:d]).split()
        if tag == "equal":
            equal_lines += b - a
        equal_words += sum(block.size for block in SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks())
    rows, found = rows_of(edition), rows_of(read)
    equal_rows = cells = equal_cells = 0
    missing: list[tuple[str, ...]] = []
    for tag, a, b, c, d in SequenceMatcher(None, rows, found, autojunk=False).get_opcodes():
        cells += sum(len(row) for row in rows[a:b])
        if tag == "equal":
            equal_rows += b - a
            equal_cells += sum(len(row) for row in rows[a:b])
            continue
        missing += rows[a:b]
        equal_cells += sum(p == q for row, other in zip(rows[a:b], found[c:d], strict=False) for p, q in zip(row, other, strict=False))
    words = sum(len(line.split()) for line in ours)
    return Agreement(
        equal_words / max(words, 1), equal_lines / max(len(ours), 1), equal_rows / max(len(rows), 1), equal_cells / max(cells, 1), tuple(missing)
    )  # fmt: skip
