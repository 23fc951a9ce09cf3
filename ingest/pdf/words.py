"""Characters of a pdfplumber page -> words, upright, in the coordinates of the page as turned for reading."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

from pdfplumber.page import Page
from pdfplumber.utils.text import extract_words

from ingest.pdf.options import PdfOptions
from ingest.pdf.parts import Turn, Word

BOLD = re.compile(r"bold|black|heavy|semibold|demi(?!light)", re.IGNORECASE)
ITALIC = re.compile(r"italic|oblique|kursiv", re.IGNORECASE)
UNMAPPED = re.compile(r"\(cid:\d+\)")
SPARE_CODES = re.compile(r"\(cid:(?:127|129|141|143|144|157)\)")
"""Codes that the Windows encoding leaves free print a bullet (PDF 32000, annex D.2, note 3)."""
SYMBOL_BULLETS = str.maketrans(dict.fromkeys("\uf0b7\uf0a7\uf0d8\uf0fc\uf076\uf0a8●○◦‣⁃■□◆➢✓►", "•"))
"""Bullets of symbol fonts have no letter of their own: Word writes U+F0B7 for a dot."""
Char = dict[str, Any]


def read_chars(page: Page, options: PdfOptions) -> list[Char]:
    """The page's visible characters, boxes from the top left of what is shown; doubled ones (false bold) once."""
    left, top, right, bottom = page.bbox
    seen: set[tuple[str, int, int]] = set()
    out: list[Char] = []
    for char in page.chars[: options.max_chars_per_page]:
        inside = left <= (char["x0"] + char["x1"]) / 2 <= right and top <= (char["top"] + char["bottom"]) / 2 <= bottom
        key = (char["text"], round(char["x0"]), round(char["top"]))
        if inside and char["size"] > 0 and key not in seen:
            if not char["text"].isspace():
                seen.add(key)
            text = SPARE_CODES.sub("•", char["text"])
            out.append(
                {
                    **char,
                    "text": text,
                    "x0": char["x0"] - left,
                    "x1": char["x1"] - left,
                    "top": char["top"] - top,
                    "bottom": char["bottom"] - top,
                }
            )
    return out


def heading_of(char: Char) -> int | None:
    """Clockwise turn in degrees that brings the character upright; None for slanted print (watermarks)."""
    a, b, c, d = char["matrix"][:4]
    if abs(b) <= 0.1 * abs(a) and abs(c) <= 0.3 * max(abs(d), 1e-9) + 0.1:
        return 0 if a > 0 else 180
    if abs(a) <= 0.1 * abs(b):
        return 90 if b > 0 else 270
    return None


def find_turn(chars: list[Char], width: float, height: float) -> Turn:
    """The turn that makes most of the page's text upright."""
    votes = Counter(heading_of(char) for char in chars if not char["text"].isspace())
    votes.pop(None, None)
    degrees = votes.most_common(1)[0][0] if votes else 0
    return Turn(degrees or 0, width, height)


def find_words(chars: list[Char], turn: Turn, options: PdfOptions) -> list[Word]:
    """Words in no particular order. Text at a right angle to the page's own is read along its own direction."""
    groups: dict[int, list[Char]] = {}
    for char in chars:
        degrees = heading_of(char)
        if degrees is not None:
            groups.setdefault(degrees, []).append(char)
    words: list[Word] = []
    for degrees, members in groups.items():
        own = Turn(degrees, turn.width, turn.height)
        for word in upright_words(members, own, options):
            if degrees == turn.degrees:
                words.append(word)
            else:
                x0, top, x1, bottom = turn.box(own.back(word.box))
                words.append(Word(word.text, x0, top, x1, bottom, word.size, word.bold, word.italic, sideways=True))
    return words


def upright_words(chars: list[Char], turn: Turn, options: PdfOptions) -> list[Word]:
    turned: list[Char] = []
    for char in chars:
        x0, top, x1, bottom = turn.box((char["x0"], char["top"], char["x1"], char["bottom"]))
        turned.append(
            {
                "text": char["text"], "x0": x0, "x1": x1, "top": top, "bottom": bottom, "doctop": top, "upright": True,
                "width": x1 - x0, "height": bottom - top, "size": bottom - top, "fontname": char.get("fontname", ""),
            }
        )  # fmt: skip
    found = extract_words(turned, x_tolerance_ratio=options.word_gap_em, y_tolerance=1.5, return_chars=True)
    return [word for raw in found if (word := to_word(raw)) is not None]


def to_word(raw: Char) -> Word | None:
    chars: list[Char] = raw["chars"]
    text = unicodedata.normalize("NFC", raw["text"]).translate(SYMBOL_BULLETS)
    text = "".join(c for c in text if c.isprintable() or c == "\u00ad")
    if not text:
        return None
    size, font = Counter((round(char["size"], 1), str(char["fontname"])) for char in chars).most_common(1)[0][0]
    return Word(text, raw["x0"], raw["top"], raw["x1"], raw["bottom"], size, bool(BOLD.search(font)), bool(ITALIC.search(font)))


def count_unmapped(chars: list[Char]) -> int:
    """Characters whose font tells no letter: they come out as `(cid:12)` or as the replacement character."""
    return sum(1 for char in chars if UNMAPPED.fullmatch(char["text"]) or char["text"] == "\ufffd")
