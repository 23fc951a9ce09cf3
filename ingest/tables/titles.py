"""What a table is called and what is noted below it: captions before or after, headings right above, Keterangan, Sumber."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.models import Block, Document
from ingest.tables.cells import strip_markup
from ingest.tables.parts import Draft

_CAPTION = re.compile(
    r"^(?P<kind>Tabel|Gambar|Grafik|Bagan|Diagram|Lampiran|Matriks)\s+(?P<no>\d+(?:\.\d+)*|[IVX]+)\b\s*[.:]?\s*(?P<title>.*)$",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^(?:keterangan|sumber|catatan|data|note)\s*:|^\(\\?\*+\)|^\*+\)|^[A-Za-z]{2,4}\s*\([\d.]+\)\s*:", re.IGNORECASE)
_HEADING_WORDS = 20
_LOOK_AHEAD = 10
"""Blocks after a table among which its notes and a caption below it are sought."""


@dataclass(frozen=True)
class Naming:
    number: str
    title: str
    notes: tuple[str, ...]
    note_lines: tuple[int, ...]


def plain(block: Block) -> str:
    return strip_markup(" ".join(re.sub(r"^\s*#+\s*", "", line) for line in block.text.splitlines()))


def read_caption(text: str) -> tuple[str, str] | None:
    """ "Tabel 1. Judul" -> ("Tabel 1", "Judul"); None for any other line."""
    found = _CAPTION.match(text)
    return (f"{found['kind'].capitalize()} {found['no'].upper()}", found["title"].strip(" .")) if found and found["title"] else None


def name_table(document: Document, draft: Draft, previous: Naming | None) -> Naming:
    notes, note_lines, below = _after(document.blocks, draft.parts[-1].after)
    number, title = _above(document.blocks, draft.parts[0].before)
    printed = next((strip_markup(r.cells[r.filled[0]]) for p in draft.parts for r in p.titles), "")
    if not number and below:
        number, title = below[0], f"{title} ({below[1]})" if title else below[1]
    if not number and not title and previous is not None and draft.parts[0].before < 0:
        title = previous.title
    if not title:
        head = ", ".join(c.name for c in draft.header.columns if c.header)[:120] if draft.header else ""
        own = printed or head
        follows = previous is not None and _directly_follows(document.blocks, draft)
        title = f"{previous.title}: {own}" if previous is not None and follows and previous.title else own
    return Naming(number, title, notes, note_lines)


def _directly_follows(blocks: tuple[Block, ...], draft: Draft) -> bool:
    at = draft.parts[0].before
    return 0 <= at < len(blocks) and blocks[at].kind == "row"


def _above(blocks: tuple[Block, ...], at: int) -> tuple[str, str]:
    """The caption, or a short heading, right above the table; unreadable pages and page furniture are looked through."""
    while at >= 0 and (blocks[at].kind in ("gap", "furniture") and not read_caption(plain(blocks[at]))):
        at -= 1
    if at < 0 or blocks[at].kind == "row":
        return "", ""
    text = plain(blocks[at])
    caption = read_caption(text)
    if caption:
        return caption
    short = len(text.split()) <= _HEADING_WORDS and not text.endswith((".", ":", ";", ","))
    if short and blocks[at].kind in ("caption", "heading", "item", "paragraph"):
        return "", re.sub(r"^(?:\d{1,2}|[a-zA-Z])[.)]\s+", "", text)
    return "", ""


def _goes_on(note: str, text: str) -> bool:
    """A line of a legend ("PN (00) : ..."), or the text below a bare "Keterangan:"."""
    return note.endswith(":") or (len(text.split()) <= _HEADING_WORDS and bool(re.match(r"^\w+.*\s?:\s", text)))


def _after(blocks: tuple[Block, ...], at: int) -> tuple[tuple[str, ...], tuple[int, ...], tuple[str, str] | None]:
    notes: list[str] = []
    lines: list[int] = []
    caption: tuple[str, str] | None = None
    in_notes = False
    for block in blocks[at : at + _LOOK_AHEAD]:
        text = plain(block)
        found = read_caption(text)
        if found and caption is None and not found[0].startswith(("Tabel", "Lampiran")):
            caption = found
        elif block.kind == "note" or _NOTE.match(text) or (in_notes and _goes_on(notes[-1], text)):
            notes.append(text)
            lines += range(block.span.line_start, block.span.line_end + 1)
            in_notes = True
        else:
            break
    return tuple(notes), tuple(lines), caption
