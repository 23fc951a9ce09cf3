"""The numbers that quotes and names of evidence hold, and whether a stated number is one of them. Pure."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from assistant import verify_text as vt
from assistant.derivation import rounded
from assistant.verify_labels import UNITS
from assistant.wording import without_words
from ingest.numerals import parse_number

_WORD_BEFORE = re.compile(r"([^\W\d_]+)[\W_]*$")
_WORD_AFTER = re.compile(r"[^\w\n.;!?|]*([^\W\d_]+)")
_LOOSE = " .,;:()"
CODE_NAMES = {"kegiatan", "program", "kode"}


def equal(number: vt.Stated, value: Decimal) -> bool:
    """Same value; a number with a scale word may be the value's correct rounding at the decimals it shows."""
    if number.value == value or (number.value == abs(value) and value < 0):
        return True
    return number.scale > 1 and abs(value) >= number.scale and number.value / number.scale in rounded(value / number.scale, number.places)


@lru_cache(maxsize=512)
def name_numbers(text: str) -> tuple[vt.Stated, ...]:
    return tuple(vt.numbers(vt.clean(text)))


def beside(text: str, start: int, end: int) -> tuple[str, str]:
    """The words right before and right after `start:end`, casefolded; "" where there is none. The one before may end the line above."""
    before = _WORD_BEFORE.search(text[max(0, start - 80) : start])
    after = _WORD_AFTER.match(text, end)
    return (before[1].casefold() if before else "", after[1].casefold() if after else "")


def named_alike(text: str, number: vt.Stated, source: str, other: vt.Stated) -> bool:
    """Whether a number of a name or heading is said as part of that name: the 2.4 of "2.4 Sasaran Strategis" is no quantity."""
    if text[number.start : number.end].strip(_LOOSE) != source[other.start : other.end].strip(_LOOSE):
        return False
    if other.name:
        return other.name == number.name
    return token_alike(text, (number.start, number.end), source, (other.start, other.end), number.name)


def token_alike(text: str, own: tuple[int, int], source: str, other: tuple[int, int], name: str = "") -> bool:
    """Whether a token stands beside the same word in both. `name`: the word that makes it a code ("kegiatan", "kode")."""
    said, told = beside(text, *own), beside(source, *other)
    if told[1]:
        return said[1] == told[1]
    alone = not source[source.rfind("\n", 0, other[0]) + 1 : other[0]].strip()
    if alone:  # a code, printed by itself: "kegiatan 7799", "Peningkatan Kapasitas (7799)"
        return name in CODE_NAMES or (text[: own[0]].endswith("(") and said[0] == told[0])
    return said[0] == told[0]


def cell_alike(text: str, number: vt.Stated, cell: str, other: vt.Stated, quote: str) -> bool:
    """Whether a number of a row's cell may be stated so: one inside a label only as part of it, a row's own number not at all."""
    if parse_number(cell) is None:
        words = beside(vt.clean(cell), other.start, other.end)
        return not any(words) or named_alike(text, number, vt.clean(cell), other)
    leading = any(line.split("\t")[0].strip() == cell for line in quote.splitlines() if "\t" in line)
    return not leading or not beside(text, number.start, number.end)[0]


def same(number: vt.Stated, other: vt.Stated, line: str) -> bool:
    if not equal(number, other.value) or (number.scale > 1 and number.value != other.value and number.places < 1):
        return False
    if other.name and other.name != number.name:
        return False  # the 17 of "Pasal 17" is no quantity
    kinds = {number.unit, other.unit}
    if kinds == {"rupiah", "persen"} or ("persen" in kinds and "%" not in line and "persen" not in line.casefold()):
        return False
    if number.unit == "rupiah" and other.unit != "rupiah":
        return "rp" in line.casefold() or "rupiah" in line.casefold()
    return not (number.after in UNITS and number.after not in line.casefold())


@lru_cache(maxsize=512)
def quote_numbers(quote: str, row: bool, cells_too: bool = False) -> tuple[tuple[vt.Stated, tuple[int, ...], str], ...]:
    """Numbers of a quote with the years that govern them. Of a table row only names and leading codes: its figures carry the rest.

    `cells_too`: also the numeric cells, for a claim that names no figure of the row.
    """
    if not row:
        text = vt.clean(quote)
        found = [n for n in vt.numbers(text) if n.unit != "tahun"]
        governed = vt.regions(text, found)
        return tuple((n, r.years, text) for n, r in zip(found, governed, strict=True))
    result = []
    for line in quote.splitlines():
        cells = [c.strip() for c in line.split("\t")]
        for position, cell in enumerate(cells):
            if cells_too or parse_number(cell) is None or (position == 0 and len(cells) > 1):
                result += [(n, (), cell) for n in vt.numbers(vt.clean(cell)) if n.unit != "tahun"]
    return tuple(result)


def plain(text: str) -> str:
    return without_words(" ".join(vt.clean(text).split())).rstrip(".").casefold()
