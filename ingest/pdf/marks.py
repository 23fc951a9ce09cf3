"""What the beginning and the end of a printed line say: list markers, captions, notes, chapter heads. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARKER = re.compile(r"^(?:(?:\d{1,3}|[a-z]|[ivx]{2,5})[.)]|\((?:\d{1,3}|[a-z])\)|[-–•▪*])\s+(?=\S)")
BOXED = re.compile(r"^\((?:\d{1,3}|[a-z])\)\s")
NOTE = re.compile(r"^(?:Sumber|Keterangan|Catatan)\s*:", re.IGNORECASE)
NOTE_ALONE = re.compile(r"^(?:Sumber|Keterangan|Catatan)\s*:$", re.IGNORECASE)
CAPTION = re.compile(r"^(?:Tabel|Gambar|Grafik|Bagan|Diagram|Matriks|TABEL|GAMBAR|GRAFIK|BAGAN|DIAGRAM)\s+\d+(?:[.\-]\d+)*\b")
TABLE_CAPTION = re.compile(r"^(?:Tabel|TABEL|Matriks|Lampiran)\s+\d")
CHAPTER = re.compile(r"^(?:BAB\s+[IVXLC]+|LAMPIRAN(?:\s+(?:\d+|[IVX]+))?|Lampiran\s+(?:\d+|[IVX]+)|Pasal\s+\d+)\b")
CHAPTER_ALONE = re.compile(r"^(?:BAB\s+[IVXLC]+|LAMPIRAN(?:\s+(?:\d+|[IVX]+))?|Pasal\s+\d+)\.?$")
NUMBERED = re.compile(r"^(\d+(?:\.\d+)+)\.?\s+\S")
SENTENCE_END = re.compile(r"[.;:!?][\"”')\]]*$")
UNFINISHED = re.compile(r"(?:,|\b(?:dan|atau|dan/atau|serta|di|ke|dari|untuk|tentang|dengan|yang))$")
LIST_GOES_ON = re.compile(r"(?:[.;:,]|\b(?:dan|atau|dan/atau|serta))$")


def marker_of(text: str) -> str:
    """The list marker that a line begins with, as printed; empty where it begins with none."""
    found = MARKER.match(text)
    return found[0].strip() if found else ""


@dataclass(frozen=True)
class Marker:
    style: str
    """`1.`, `a)`, `(1)` ...: items of one list share it"""
    ordinal: int
    """0 for a bullet"""


def parse_marker(text: str) -> Marker | None:
    """The list marker with its place in the count; roman numerals count as bullets."""
    printed = marker_of(text)
    core = printed.strip("().")
    if not printed:
        return None
    if core.isdigit():
        return Marker(printed.replace(core, "1"), int(core))
    if len(core) == 1 and core.isalpha():
        return Marker(printed.replace(core, "a"), ord(core) - 96)
    return Marker(printed, 0)


def is_marker(text: str) -> bool:
    """Whether the text is a list marker and nothing else."""
    return marker_of(f"{text} x") == text


def ends_sentence(text: str) -> bool:
    return bool(SENTENCE_END.search(text))


def may_precede_item(text: str) -> bool:
    """Whether the line above a list item can end like this."""
    return bool(LIST_GOES_ON.search(text))


def opens_block(text: str) -> bool:
    """A line that begins something of its own: a note, a caption, a chapter."""
    return bool(NOTE.match(text) or CAPTION.match(text) or CHAPTER_ALONE.match(text))
