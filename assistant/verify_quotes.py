"""The numbers that quotes and names of evidence hold, and whether a stated number is one of them. Pure."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from assistant import verify_text as vt
from assistant.derivation import rounded
from assistant.verify_labels import UNITS
from assistant.wording import without_words
from ingest.numerals import parse_number


def equal(number: vt.Stated, value: Decimal) -> bool:
    """Same value; a number with a scale word may be the value's correct rounding at the decimals it shows."""
    if number.value == value or (number.value == abs(value) and value < 0):
        return True
    return number.scale > 1 and abs(value) >= number.scale and number.value / number.scale in rounded(value / number.scale, number.places)


@lru_cache(maxsize=512)
def name_numbers(text: str) -> tuple[vt.Stated, ...]:
    return tuple(vt.numbers(vt.clean(text)))


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
