"""What a single line of a plan looks like: heading, list item, caption, note, table row. Pure; knows no context."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from ingest.read_text import ILLEGIBLE

LineKind = Literal[
    "blank", "row", "gap", "bab", "numbered", "pasal", "lampiran", "hash", "caption", "note", "item", "bullet", "title", "text"
]

TERMINAL = re.compile(r"""[.;:!?]["”'*)]*\s*$|,?\s(?:dan|atau|dan/atau)\s*$|;\s*(?:dan|atau)?\s*$""")
BAB = re.compile(r"^BAB\s+([IVXLC]+)\b[.:]?\s*(.*)$")
NUMBERED = re.compile(r"^(\d+(?:\.\d+)+)\.?\s+(\S.*)$")
PASAL = re.compile(r"^(Pasal\s+\d+)\s*$")
LAMPIRAN = re.compile(r"^(?:(L(?:ampiran|AMPIRAN)\s+(?:\d+|[IVX]+))(?:\s*[.:]\s*(\S.*))?|(LAMPIRAN))$")
CAPTION = re.compile(r"^(Tabel|Gambar|Grafik|Bagan|Diagram|Matriks|TABEL|GAMBAR|GRAFIK)\s+(\d+(?:\.\d+)*)\s*[.:]?\s+(\S.*)$")
NOTE = re.compile(r"^(?:(?:Sumber|Keterangan|Catatan|Data)\s*:|\(\\?\*+\))", re.IGNORECASE)
SIGNED = re.compile(r"^ttd\.?$", re.IGNORECASE)
OPENING = re.compile(r"^(Menimbang|Mengingat|Menetapkan|Memperhatikan)\s*:\s*")
MARKER = re.compile(r"^(?:(\d{1,3})([.)])|([a-z])([.)])|\((\d{1,3}|[a-z])\)|([ivx]{2,5})([.)]))\s+(?=\S)")
BULLET = re.compile(r"^\s*[-•–▪]\s+")
HEADING_LENGTH = 200
"""Longer lines are text, whatever they start with."""
APPENDIX_LENGTH = 400
TITLE_LENGTH = 120


@dataclass(frozen=True)
class Marker:
    style: str
    """`1.`, `1)`, `a.`, `a)`, `(1)`, `i.` or `-`: items of one list share it."""
    ordinal: int
    printed: str


@dataclass(frozen=True)
class LineInfo:
    kind: LineKind
    text: str
    """without heading marks, bullets and bold; the marker still in it"""
    body: str
    """without the marker or the heading's number"""
    number: str = ""
    marker: Marker | None = None
    hashes: int = 0
    opening: bool = False
    """begins with "Menimbang :", "Mengingat :" ...: nothing above it introduces it"""


def strip_markup(text: str) -> str:
    """Markdown emphasis and heading marks removed: `### **Gambar 13**` -> `Gambar 13`."""
    text = re.sub(r"^\s*#+\s*", "", text)
    text = re.sub(r"\*\*(.+?)\*\*", r"\1", text)
    text = re.sub(r"(?<![\w*])\*(?!\s)([^*]+?)(?<!\s)\*(?![\w*])", r"\1", text)
    return text.replace("\\*", "*").strip()


def parse_marker(text: str) -> tuple[Marker | None, str]:
    found = MARKER.match(text)
    if not found:
        return None, text
    number, number_end, letter, letter_end, boxed, roman, roman_end = found.groups()
    if number:
        marker = Marker("1" + number_end, int(number), number + number_end)
    elif letter:
        marker = Marker("a" + letter_end, ord(letter) - 96, letter + letter_end)
    elif boxed:
        marker = Marker("(1)", int(boxed) if boxed.isdigit() else ord(boxed) - 96, f"({boxed})")
    else:
        marker = Marker("i" + roman_end, roman_value(roman), roman + roman_end)
    return marker, text[found.end() :]


def roman_value(text: str) -> int:
    values = [{"i": 1, "v": 5, "x": 10}[c] for c in text]
    return sum(-v if i + 1 < len(values) and values[i + 1] > v else v for i, v in enumerate(values))


def terminated(text: str) -> bool:
    """Whether a sentence or list item ends here (otherwise it may go on after a page break)."""
    return bool(TERMINAL.search(text))


def classify(raw: str) -> LineInfo:
    if not raw.strip():
        return LineInfo("blank", "", "")
    if "\t" in raw:
        return LineInfo("row", raw, raw)
    if ILLEGIBLE in raw:
        return LineInfo("gap", raw.strip(), raw.strip())
    hashes = len(re.match(r"^\s*(#*)", raw).group(1))  # type: ignore[union-attr]
    plain = strip_markup(raw)
    heading = classify_heading(plain, hashes)
    if heading:
        return heading
    if NOTE.match(plain):
        return LineInfo("note", plain, plain)
    bulleted = bool(BULLET.match(plain))
    content = BULLET.sub("", plain)
    opening = OPENING.match(content)
    marker, body = parse_marker(content[opening.end() :] if opening else content)
    if marker:
        return LineInfo("item", content, body, marker=marker, hashes=hashes, opening=bool(opening))
    if opening or SIGNED.match(plain):
        return LineInfo("text" if opening else "title", content, content)
    if hashes:
        return LineInfo("hash", plain, plain, hashes=hashes)
    if bulleted:
        return LineInfo("bullet", content, content, marker=Marker("-", 0, "-"))
    letters = [c for c in plain if c.isalpha()]
    if letters and len(plain) <= TITLE_LENGTH and sum(c.isupper() for c in letters) > 0.8 * len(letters):
        return LineInfo("title", plain, plain)
    return LineInfo("text", plain, plain)


def classify_heading(plain: str, hashes: int) -> LineInfo | None:
    if len(plain) > (APPENDIX_LENGTH if plain.startswith("Lampiran") else HEADING_LENGTH):
        return None
    if found := BAB.match(plain):
        return LineInfo("bab", plain, found[2], number=f"BAB {found[1]}", hashes=hashes)
    if found := PASAL.match(plain):
        return LineInfo("pasal", plain, "", number=found[1], hashes=hashes)
    if found := LAMPIRAN.match(plain):
        return LineInfo("lampiran", plain, found[2] or "", number=found[1] or found[3], hashes=hashes)
    if found := CAPTION.match(plain):
        return LineInfo("caption", plain, found[3], number=f"{found[1].title()} {found[2]}")
    if (found := NUMBERED.match(plain)) and not plain.endswith((".", ";", ":")) and len(found[2].split()) <= 25 and found[2][0].isalpha():
        return LineInfo("numbered", plain, found[2], number=found[1], hashes=hashes)
    return None
