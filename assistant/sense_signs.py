"""Marks and signs that say something of their own: quotation marks, links, symbols, foreign letters, dates, roman numerals. Pure."""

from __future__ import annotations

import re
import unicodedata

from assistant.ground import Ground
from ingest.terms import words

QUOTED = re.compile(r"[“\"«]([^“”\"«»]{8,})[”\"»]")
UNSAFE = re.compile(r"<[a-z!/]|&#?\w+;|\]\(|!\[|https?://|www\.|javascript:|data:", re.IGNORECASE)
MONTHS = frozenset([
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november", "desember", "january",
    "february", "june", "july", "august", "october", "december",
])  # fmt: skip
HARMLESS = frozenset("`^~|+=<>≤≥±≈×÷−–—·•…→°")
"""Symbols that the checks of numbers know, or that say nothing."""
ROMAN = re.compile(r"(?=[ivxl]{2,})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")


def strange(ground: Ground) -> list[str]:
    """Reasons (Indonesian) why a claim's signs are not its evidence's."""
    raw, text, haystack = ground.claim.text, ground.text, ground.haystack
    if UNSAFE.search(raw) and raw not in haystack:
        return ["memuat tautan atau markup"]
    found = [f"tanda atau huruf “{c}” tidak ada dalam bukti" for c in dict.fromkeys(raw) if is_strange(c) and c not in haystack]
    if not ground.claim.derived:
        found += [
            f"tanda “{m[1]}” di depan angka tidak ada dalam bukti"
            for m in re.finditer(r"([<>≤≥+±~≈])\s*(?=\d|Rp)", text)
            if m[1] not in haystack
        ]
    plain = flat(haystack)
    found += [
        f"kutipan “{m[1][:60]}” tidak sama dengan bukti" for m in QUOTED.finditer(text) if flat(m[1]) not in plain and len(words(m[1])) > 2
    ]
    held = ground.words
    found += [f"“{w}” tidak ada dalam bukti" for w in dict.fromkeys(words(text)) if (w in MONTHS or ROMAN.fullmatch(w)) and w not in held]
    return found


def is_strange(char: str) -> bool:
    """Letters of other scripts, invisible characters, currency signs, pictures, digits that are none of 0-9."""
    if char.isascii():
        return char == "$" or (ord(char) < 32 and char not in "\n\t\r")
    kind = unicodedata.category(char)
    if char in HARMLESS:
        return False
    return kind in {"Cf", "Cc", "Co", "Cn", "Sc", "So", "Sm", "Sk", "No", "Nl", "Nd", "Mn", "Me"} or (kind[0] == "L" and ord(char) > 0x24F)


def flat(text: str) -> str:
    """Words and digits alone, so that emphasis, spacing and punctuation do not matter."""
    return " ".join(re.findall(r"\w+", re.sub(r"[*_`]", "", text).casefold()))
