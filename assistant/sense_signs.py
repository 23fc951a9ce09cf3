"""Marks and signs that say something of their own: quotation marks, links, symbols, foreign letters, dates, roman numerals. Pure."""

from __future__ import annotations

import re
import unicodedata

from assistant.ground import Ground
from ingest.terms import STOP_WORDS, words

QUOTED = re.compile(
    r"[“\"«„]([^“”\"«»„]{8,})[”\"»“]|[‹「『]([^‹›「」『』]{8,})[›」』]|(?<!\w)[‘'`]{1,2}(\w[^‘’`\n]{7,}?)[’'`]{1,2}(?!\w)|(?m:^\s*>\s*(.{8,})$)"
)
"""What is set off as another's words: in marks of any kind, or as a block."""
UNSAFE = re.compile(r"<[a-z!/]|&#?\w+;|\]\(|!\[|https?://|www\.|javascript:|data:", re.IGNORECASE)
BRACKETED = re.compile(r"\[\s*[\d^]")
MONTHS = frozenset([
    "januari", "februari", "maret", "april", "mei", "juni", "juli", "agustus", "september", "oktober", "november", "desember", "january",
    "february", "june", "july", "august", "october", "december",
])  # fmt: skip
HARMLESS = frozenset("`^~|+=<>≤≥±≈×÷−–—·•…→")
"""Symbols that the checks of numbers know, or that say nothing."""
ROMAN = re.compile(r"(?=[ivxlcdm]{2,})m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")
ROMAN_DIGIT = re.compile(r"(?<![\w.])[IVXLCDM](?![\w.]*\w)")


def strange(ground: Ground) -> list[str]:
    """Reasons (Indonesian) why a claim's signs are not its evidence's."""
    raw, text, haystack = ground.claim.text, ground.text, ground.haystack
    if UNSAFE.search(raw) and raw not in haystack:
        return ["memuat tautan atau markup"]
    if BRACKETED.search(raw) and raw not in haystack:
        return ["memuat tanda kutipan buatan sendiri"]
    found = [f"tanda atau huruf “{c}” tidak ada dalam bukti" for c in dict.fromkeys(raw) if is_strange(c) and c not in haystack]
    if not ground.claim.derived:
        found += [
            f"tanda “{m[m.lastindex or 0]}” di depan angka tidak ada dalam bukti"
            for m in re.finditer(r"([<>≤≥+±~≈√])\s*(?=\d|Rp)|(?:^|[^\d\s]\s+|\()([–—])(?=\d|Rp)", text)
            if m[m.lastindex or 0] not in haystack
        ]
    plain = flat(haystack)
    quoted = [m[m.lastindex or 0] for m in QUOTED.finditer(raw)]
    found += [f"kutipan “{q[:60]}” tidak sama dengan bukti" for q in quoted if flat(q) not in plain and len(words(q)) > 2]
    held = ground.words
    found += [f"“{w}” tidak ada dalam bukti" for w in dict.fromkeys(words(text)) if is_date_or_roman(w) and w not in held]
    digits = frozenset(ROMAN_DIGIT.findall(haystack))
    found += [f"“{w}” tidak ada dalam bukti" for w in dict.fromkeys(ROMAN_DIGIT.findall(text)) if w not in digits]
    return found


def is_date_or_roman(word: str) -> bool:
    return word in MONTHS or (word not in STOP_WORDS and bool(ROMAN.fullmatch(word)))


def is_strange(char: str) -> bool:
    """Letters of other scripts, invisible characters, signs of currency and unit, pictures, digits that are none of 0-9."""
    if char.isascii():
        return char == "$" or (ord(char) < 32 and char not in "\n\t\r")
    kind = unicodedata.category(char)
    if char in HARMLESS:
        return False
    return kind in {"Cf", "Cc", "Co", "Cn", "Sc", "So", "Sm", "Sk", "No", "Nl", "Nd", "Mn", "Me", "Po"} or (
        kind[0] == "L" and ord(char) > 0x24F
    )


def flat(text: str) -> str:
    """Words and digits alone, so that emphasis, spacing and punctuation do not matter."""
    return " ".join(re.findall(r"\w+", re.sub(r"[*_`]", "", text).casefold()))
