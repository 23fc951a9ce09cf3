"""Indonesian numerals <-> Decimal. Pure: no I/O, no state, exact arithmetic only.

A dot groups thousands and a comma marks decimals ("907.187.500.000", "58,5"); a lone dot that cannot group
thousands is read as a decimal point ("9.64"). What cannot be read with certainty is None, never a guess.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

DASHES = {"-", "--", "—", "–", "−", "n/a", "N/A"}
"""Printed for "no value"."""

_GROUPED = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_PLAIN = re.compile(r"\d+(?:,\d+)?")
_DOT_DECIMAL = re.compile(r"\d+\.\d+")
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMERIC_ONLY = re.compile(r"[-−+±]?\s*(?:Rp\.?\s*)?[\d][\d.,\s]*%?", re.IGNORECASE)
_MIXED = re.compile(r"([-−]?\d[\d.,]*%?)\s*\(([^()]*[A-Za-z][^()]*)\)")
_LEVEL = re.compile(r"^level\s*\d+\s*\(\s*nilai\s*([\d.,]+)\s*\)$", re.IGNORECASE)
_RANGE = re.compile(r"^[\d.,]+\s*[-–—]\s*[\d.,]+\s*\(\s*([\d.,]+)\s*\)$")
_OWN_YEAR = re.compile(r"^([-−]?\d[\d.,]*%?)\s*\(\s*(?:tahun\s*)?((?:19|20)\d\d)\s*\)$", re.IGNORECASE)
_YEAR_ONLY = re.compile(r"^(?:tahun|th\.?)\s*((?:19|20)\d\d)$", re.IGNORECASE)

SCALE_WORDS = {
    "ribu": Decimal(1_000), "juta": Decimal(1_000_000), "miliar": Decimal(10**9), "milyar": Decimal(10**9),
    "triliun": Decimal(10**12), "trilyun": Decimal(10**12),
}  # fmt: skip


class Reading(NamedTuple):
    """One value read from a cell. `label` names it where the cell holds several; `year` is a year of its own."""

    value: Decimal | None
    flags: tuple[str, ...] = ()
    year: int | None = None
    label: str = ""


class FoundNumber(NamedTuple):
    """A number in prose: `start:end` into the text, the exact value (scale words applied) and its unit."""

    start: int
    end: int
    value: Decimal
    unit: str
    """"rupiah", "persen", "tahun" or empty."""


def mend_number(raw: str) -> str:
    """A numeral that a narrow cell has broken ("115.920. 000", "135 08") without its spaces; other text unchanged."""
    text = raw.strip()
    if not _NUMERIC_ONLY.fullmatch(text):
        return text
    pieces = text.split()
    if len(pieces) > 1 and all(_YEAR.fullmatch(piece) for piece in pieces):
        return text  # several years side by side are no single number
    return "".join(pieces)


@lru_cache(maxsize=16384)
def parse_number(raw: str) -> Decimal | None:
    """The exact value of a cell or token that is one numeral (Rp and % allowed); None for anything else."""
    text = mend_number(raw.replace("\u00a0", " "))
    text = re.sub(r"^([-−+±]?)\s*Rp\.?\s*", r"\1", text, flags=re.IGNORECASE)
    text = text.removesuffix("%").strip()
    negative = text[:1] in {"-", "−"}
    text = text.lstrip("-−+±").strip()
    value = _magnitude(text)
    if value is None:
        return None
    return -value if negative else value


def _magnitude(text: str) -> Decimal | None:
    if _GROUPED.fullmatch(text) and not text.startswith("0"):
        return Decimal(text.replace(".", "").replace(",", "."))
    if _PLAIN.fullmatch(text):
        return Decimal(text.replace(",", "."))
    if _DOT_DECIMAL.fullmatch(text):
        whole, fraction = text.split(".")
        # three digits after one dot would be thousands, unless nothing can be grouped ("0.982", "1234.567")
        if len(fraction) != 3 or whole == "0" or len(whole) > 3:
            return Decimal(text)
    return None


def is_dot_decimal(raw: str) -> bool:
    """Whether `raw` is a numeral that uses a dot as its decimal mark ("9.64")."""
    text = mend_number(raw).lstrip("-−+±").removesuffix("%")
    return bool(_DOT_DECIMAL.fullmatch(text)) and not _GROUPED.fullmatch(text)


def read_cell(raw: str) -> tuple[Reading, ...]:
    """Every value of a table cell, in order; a graded word ("WTP", "2+") is one reading without a value."""
    text = " ".join(raw.replace("\u00a0", " ").split())
    if not text:
        return ()
    if text in DASHES:
        return (Reading(None, ("no-value",)),)
    number = parse_number(text)
    if number is not None:
        return (Reading(number, _numeral_flags(text)),)
    return _read_mixed(text)


def _numeral_flags(text: str) -> tuple[str, ...]:
    flags = []
    if " " in text and mend_number(text) != text:
        flags.append("mended")
    if is_dot_decimal(text):
        flags.append("dot-decimal")
    return tuple(flags)


def _read_mixed(text: str) -> tuple[Reading, ...]:
    own_year = _OWN_YEAR.match(text)
    if own_year:
        return (Reading(parse_number(own_year[1]), ("own-year",), int(own_year[2])),)
    only_year = _YEAR_ONLY.match(text)
    if only_year:
        return (Reading(Decimal(only_year[1]), ("year-value",)),)
    graded = _LEVEL.match(text) or _RANGE.match(text)
    if graded:
        return (Reading(parse_number(graded[1]), ("graded",)),)
    parts = list(_MIXED.finditer(text))
    if parts and not _MIXED.sub("", text).strip(" ;,/"):
        return tuple(Reading(parse_number(p[1]), ("several-values",) if len(parts) > 1 else (), label=p[2].strip()) for p in parts)
    if re.fullmatch(r"[-−]?[\d.,\s]+%?", text):
        return (Reading(None, ("unclear",)),)  # digits that are no Indonesian numeral: two commas, bad grouping
    return (Reading(None, ("graded",)),)


def parse_value(raw: str) -> tuple[Decimal | None, tuple[str, ...]]:
    """The (first) value of a cell and its flags; (None, ()) for an empty cell."""
    readings = read_cell(raw)
    return (readings[0].value, readings[0].flags) if readings else (None, ())


def format_number(value: Decimal) -> str:
    """Indonesian notation of an exact value: 58.5 -> "58,5", 907187500000 -> "907.187.500.000"."""
    text = f"{abs(value):f}"
    whole, _, fraction = text.partition(".")
    grouped = f"{int(whole):,}".replace(",", ".")
    sign = "-" if value < 0 else ""
    return f"{sign}{grouped},{fraction}" if fraction else f"{sign}{grouped}"


def format_rupiah(value: Decimal) -> str:
    """ "Rp907.187.500.000"; decimals only where the value has any."""
    trimmed = value.quantize(Decimal(1)) if value == value.to_integral_value() else value
    text = format_number(abs(trimmed))
    return f"-Rp{text}" if value < 0 else f"Rp{text}"


def short_rupiah(value: Decimal) -> str:
    """A rounded amount in words of scale, two decimals at most: 2150116698105 -> "2,15 triliun"."""
    for word, scale in (("triliun", Decimal(10**12)), ("miliar", Decimal(10**9)), ("juta", Decimal(10**6))):
        if abs(value) >= scale:
            rounded = (value / scale).quantize(Decimal("0.01"), ROUND_HALF_UP).normalize()
            return f"{format_number(rounded)} {word}"
    return format_number(value)


_DIGITS = {
    "nol": 0, "kosong": 0, "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8,
    "sembilan": 9, "sepuluh": 10, "sebelas": 11, "seratus": 100, "seribu": 1000, "sejuta": 10**6, "semiliar": 10**9,
}  # fmt: skip
_BIG = {"ribu": 10**3, "juta": 10**6, "miliar": 10**9, "milyar": 10**9, "triliun": 10**12, "trilyun": 10**12}
_FILLER = {"kurang", "lebih", "sekitar", "rupiah", "persen", "perseratus", "orang", "dan"}


def number_in_words(text: str) -> Decimal | None:
    """The value of a number written in Indonesian words ("delapan puluh lima koma nol empat"); None if it is not one.

    Words of unit ("rupiah", "persen", "per seratus") and hedges ("kurang lebih") are read over.
    """
    words = [w for w in re.findall(r"[a-z]+|\d+", text.lower().replace("per seratus", "")) if w not in _FILLER]
    negative = bool(words) and words[0] in {"minus", "negatif"}
    if negative:
        words = words[1:]
    if not words:
        return None
    whole_words, fraction_words, scale = words, [], 1
    if "koma" in words:
        cut = words.index("koma")
        whole_words, fraction_words = words[:cut], words[cut + 1 :]
        while len(fraction_words) > 1 and fraction_words[-1] in _BIG:  # "dua koma lima juta"
            scale *= _BIG[fraction_words.pop()]
        if not whole_words or not fraction_words:
            return None
    whole = _words_to_int(whole_words)
    fraction = _fraction_digits(fraction_words) if fraction_words else ""
    if whole is None or fraction is None:
        return None
    value = scale * (Decimal(f"{whole}.{fraction}") if fraction else Decimal(whole))
    return -value if negative else value


def _words_to_int(words: list[str]) -> int | None:
    """ "tujuh ratus sembilan puluh tujuh ribu enam" -> 797006; None when a word or their order makes no number."""
    total, hundreds, pending = 0, 0, None
    for word in words:
        if word.isdigit() or word in _DIGITS:
            number = int(word) if word.isdigit() else _DIGITS[word]
            if pending is not None and not word.startswith("se"):
                return None
            if word in {"sepuluh", "sebelas", "seratus"}:
                hundreds, pending = hundreds + (pending or 0) + number, None
            elif number >= 1000 and not word.isdigit():
                total, hundreds, pending = total + number, 0, None
            else:
                pending = number
        elif word == "belas" and pending:
            hundreds, pending = hundreds + 10 + pending, None
        elif word == "puluh" and pending:
            hundreds, pending = hundreds + 10 * pending, None
        elif word == "ratus" and pending:
            hundreds, pending = hundreds + 100 * pending, None
        elif word in _BIG:
            group = hundreds + (pending or 0)
            if not group:
                return None
            total, hundreds, pending = total + group * _BIG[word], 0, None
        else:
            return None
    return total + hundreds + (pending or 0)


def _fraction_digits(words: list[str]) -> str | None:
    """Digits after the decimal mark: leading "nol" are zeros, a run of single digits is spelled, the rest is one number."""
    zeros = 0
    while words and words[0] in {"nol", "kosong"}:
        zeros, words = zeros + 1, words[1:]
    if not words:
        return "0" * zeros
    if len(words) > 1 and all(w in _DIGITS and _DIGITS[w] < 10 for w in words):
        return "0" * zeros + "".join(str(_DIGITS[w]) for w in words)
    rest = _words_to_int(words)
    return None if rest is None else "0" * zeros + str(rest)


_IN_PROSE = re.compile(
    r"(?<![\w.,/])(?P<rp>Rp\.?\s?)?(?P<sign>[-−](?=\d))?(?P<num>\d+(?:[.,]\d+)*)(?![\w/])"
    r"(?P<pct>\s?%)?"
    r"(?P<words>\s*\([^()]*\))?"
    r"(?:\s+(?P<scale>ribu|juta|miliar|milyar|triliun|trilyun|persen|perseratus)\b)?",
    re.IGNORECASE,
)


def find_numbers(text: str) -> list[FoundNumber]:
    """Every numeral of a stretch of prose with its exact value; scale words are multiplied in ("Rp2,5 miliar")."""
    found = []
    for match in _IN_PROSE.finditer(text):
        value = parse_number(match["num"])
        if value is None:
            continue
        if match["sign"] and not text[: match.start("sign")].rstrip().endswith(tuple("0123456789")):
            value = -value
        word = (match["scale"] or "").lower()
        value *= SCALE_WORDS.get(word, Decimal(1))
        end = match.end() if word else match.end("pct") if match["pct"] else match.end("num")
        found.append(FoundNumber(match.start(), end, value, _prose_unit(match, word)))
    return found


def _prose_unit(match: re.Match[str], word: str) -> str:
    if match["rp"]:
        return "rupiah"
    if match["pct"] or word in {"persen", "perseratus"}:
        return "persen"
    return "tahun" if _YEAR.fullmatch(match["num"]) and not word else ""
