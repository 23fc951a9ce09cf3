"""What a claim's text states: its numbers, the year that governs each, number words, tables. Pure.

Everything that carries a digit is accounted for: it is a numeral, or a token with letters in it (a code) that has to
stand in the evidence as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from ingest.numerals import SCALE_WORDS, find_numbers, number_in_words

_MARK = re.compile(r"\[\d{1,3}\]")
_LIST_MARK = re.compile(r"(?m)^(\s*(?:>\s*)?(?:[-*]\s+)?)(\(?\d{1,3})([.)])(?=\s)")
_MARKUP = re.compile(r"[*`_]{1,3}(?=\S)|(?<=\S)[*`_]{1,3}|\\(?=[^\w\s])")
_TOKEN = re.compile(r"\S+")
_EDGE = "()[]{}.,;:!?\"'“”‘’«»*|–—"
_NUMERAL_TOKEN = re.compile(r"(?:ke-|ke|±|~|≈|[<>≤≥=+])?\W*(?:Rp\.?|IDR)?[-−]?[\d.,]+\W*%?\W*", re.IGNORECASE)
_ORDINAL = re.compile(r"\b[Kk]e-?(?=\d)")
SCALES = {
    **SCALE_WORDS, "rb": Decimal(10**3), "jt": Decimal(10**6), "mlr": Decimal(10**9), "thousand": Decimal(10**3),
    "million": Decimal(10**6), "billion": Decimal(10**9), "trillion": Decimal(10**12),
}  # fmt: skip
_AFTER = re.compile(r"\s*(?P<word>[A-Za-z]+)")
_CURRENCY = re.compile(r"(?:idr|rp\.?)\s*$", re.IGNORECASE)
_BEFORE_NAME = re.compile(
    r"(pasal|ayat|nomor|no|tabel|gambar|lampiran|bab|huruf|angka|butir|bagian|level|halaman|baris|kode|kegiatan|program|perpres|permen|uu|pp"
    r"|article|table|figure|chapter|annex|page|line|number)[.\s(⟨]*$",
    re.IGNORECASE,
)  # fmt: skip
NUMBER_WORDS = (
    "nol|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|seratus|seribu|sejuta|semiliar|belas|puluh|ratus|"
    "ribu|juta|miliar|milyar|triliun|trilyun|puluhan|belasan|ratusan|ribuan|jutaan|miliaran|triliunan|setengah|separuh|sepertiga|seperempat|lusin|selusin"
)
_ENGLISH = {
    "zero": 0, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11,
    "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
    "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90,
}  # fmt: skip
_ENGLISH_VAGUE = {
    "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion", "billions", "trillion", "trillions", "half", "halves",
    "twice", "thrice", "double", "triple", "quadruple", "dozen", "dozens", "couple", "myriad", "nought", "naught", "nil", "threescore",
    "twofold", "threefold", "fourfold", "fivefold", "sixfold", "tenfold", "hundredfold",
}  # fmt: skip
_PARTS = r"(?:thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?)"
"""Parts in English, after "a", "one", "two" ...: by themselves they are ordinals."""
_WORDS = re.compile(
    rf"\b(?:(?:{NUMBER_WORDS}|koma)(?:\s+|$|(?=\W)))+|\b(?:an?|{'|'.join(('one', *_ENGLISH))})[\s-]{_PARTS}\b"
    rf"|\b(?:{'|'.join(('one', 'kesatu', *_ENGLISH, *_ENGLISH_VAGUE))})\b",
    re.IGNORECASE,
)
_ONE = {"satu", "kesatu", "one"}
_NO_NUMBER = re.compile(r"\b(?:salah|per|no|any|every|each|some|which|this|that|the|another)\s*$", re.IGNORECASE)
"""Before "satu", "one": not a number. "satu per satu", "one of" neither."""
_NO_NUMBER_AFTER = re.compile(r"\s*(?:-|per\b|sama\b|of\b|another\b|by\b)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z“\"(*])|\n+")
_CLAUSE = re.compile(
    r",\s+|;\s+|\s+(?:dan|serta|menjadi|sedangkan|sementara|lalu|kemudian|tetapi|namun|and|while|whereas|then|but|to|ke)\s+", re.IGNORECASE
)
_RANGE = re.compile(
    r"((?:19|20)\d\d)\s*(?:[-–—]|s\.?\s?/?d\.?|sampai(?: dengan)?|hingga|to|until)\s*(?:tahun\s+)?((?:19|20)\d\d)", re.IGNORECASE
)
_LAW = re.compile(r"\b(?:nomor|no\.?)\s*([\w./-]+)\s+tahun\s+((?:19|20)\d\d)", re.IGNORECASE)
_YEAR_CELL = re.compile(r"(?:tahun\s+)?(?:19|20)\d\d", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\d[^()]*\)")


@dataclass(frozen=True)
class Stated:
    """A number as stated at `start:end` of the cleaned text. `scale` and `places` say how it may be rounded."""

    start: int
    end: int
    value: Decimal
    unit: str
    scale: Decimal = Decimal(1)
    places: int = 0
    name: str = ""
    """the word before it that makes it part of a name: "pasal", "tabel" ..."""
    after: str = ""
    """the word after it, lower case: perhaps its unit"""


@lru_cache(maxsize=4096)
def clean(text: str) -> str:
    """The text without citation marks, list numbering and Markdown emphasis."""
    text = _MARK.sub("", text)
    text = _LIST_MARK.sub(lambda m: f"{m[1]}-", text)
    return _MARKUP.sub("", text)


def list_items(text: str) -> int:
    """How many list items the text holds."""
    return sum(bool(re.match(r"\s*(?:[-*•]|\d{1,3}[.)]|[a-z][.)])\s+\S", line)) for line in text.splitlines())


@lru_cache(maxsize=4096)
def codes(text: str) -> tuple[tuple[int, int, str], ...]:
    """Tokens that mix digits with letters or slashes ("QAA.004", "G20", "60jt", "2024/2025"): (start, end, token)."""
    found = []
    for match in _TOKEN.finditer(text):
        token = match[0]
        if not token.isalpha() and any(c.isnumeric() for c in token) and not _NUMERAL_TOKEN.fullmatch(token):
            found += _pieces(token, match.start())
    return tuple(found)


def _pieces(token: str, at: int) -> list[tuple[int, int, str]]:
    """A token at its dashes, brackets, pipes and colons: pieces that are plain numerals are numerals after all."""
    pieces = []
    for part in re.finditer(r"[^-–—−()\[\]|:;“”\"=+<>≤≥~≈±→]+", token):
        piece = part[0].strip(_EDGE)
        if any(c.isnumeric() for c in piece) and not _NUMERAL_TOKEN.fullmatch(piece):
            start = at + part.start() + part[0].index(piece)
            pieces.append((start, start + len(piece), piece))
    return pieces


def numbers(text: str) -> list[Stated]:
    """Every numeral of cleaned text that is no part of a code, with scale words (also English ones) applied."""
    return list(_numbers(text))


@lru_cache(maxsize=4096)
def _numbers(text: str) -> tuple[Stated, ...]:
    taken = [(a, b) for a, b, _ in codes(text)]
    plain = _ORDINAL.sub(lambda m: " " * len(m[0]), text)
    # a bracket after a numeral is read as its words ("100 (seratus) juta"); one that holds numerals has to be read itself
    plain = _BRACKETS.sub(lambda m: f"⟨{m[0][1:-1]}⟩", plain)
    return tuple(
        _stated(plain, n.start, n.end, n.value, n.unit) for n in find_numbers(plain) if not any(a <= n.start < b for a, b in taken)
    )


def uncovered(text: str) -> list[str]:
    """Digits that neither `numbers` nor `codes` accounts for: "1,2,3", "5.00.1". Nobody can vouch for them."""
    covered = [(n.start, n.end) for n in numbers(text)] + [(a, b) for a, b, _ in codes(text)]
    found = []
    for match in re.finditer(r"[^\W_]*\d[\d.,/]*", _ORDINAL.sub(lambda m: " " * len(m[0]), text)):
        digit = next(i for i in range(match.start(), match.end()) if text[i].isnumeric())
        if not any(a <= digit < b for a, b in covered):
            found.append(match[0])
    return found


def _stated(text: str, start: int, end: int, value: Decimal, unit: str) -> Stated:
    scale = Decimal(1)
    own = re.search(r"([A-Za-z]+)$", text[start:end])
    if own and own[1].lower() in SCALES:
        scale = SCALES[own[1].lower()]
    after = _AFTER.match(text, end)
    word = after["word"].lower() if after else ""
    if scale == 1 and word in SCALES:
        scale, value, end = SCALES[word], value * SCALES[word], after.end() if after else end
        unit = "" if unit == "tahun" else unit
        after = _AFTER.match(text, end)
        word = after["word"].lower() if after else ""
    if word in {"rupiah", "persen", "percent", "rupiahs", "idr"}:
        unit = "persen" if word in {"persen", "percent"} else "rupiah"
    if _CURRENCY.search(text[max(0, start - 16) : start]):
        unit = "rupiah"
    digits = re.search(r"\d[\d.,]*", text[start:end])
    printed = value / scale
    places = len(digits[0].rstrip(".,").rsplit(",", 1)[1]) if digits and "," in digits[0].rstrip(".,") else _dot_places(printed)
    name = _BEFORE_NAME.search(text[max(0, start - 16) : start])
    return Stated(start, end, value, unit, scale, places, name[1].lower() if name else "", word)


def _dot_places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def ranges(text: str) -> set[tuple[int, int]]:
    """(first, last) of every "2025-2029", "2025 s.d. 2029"."""
    return {(int(first), int(last)) for first, last in _RANGE.findall(text)}


def laws(text: str) -> set[tuple[str, str]]:
    """(number, year) of every "Nomor N Tahun Y": the pair belongs together."""
    return {(number.rstrip("."), year) for number, year in _LAW.findall(text)}


def number_words(text: str) -> list[tuple[str, Decimal | None]]:
    """Numbers written in words: (words, value or None when vague). "salah satu" is no number; nor a scale word after digits."""
    found: list[tuple[str, Decimal | None]] = []
    for match in _WORDS.finditer(text):
        run = " ".join(match[0].lower().split())
        before = text[: match.start()].rstrip()
        scaled = run.split()[0] in SCALES and (before[-1:].isdigit() or before.endswith(")"))
        if run == "koma" or scaled or (run in _ONE and (_NO_NUMBER.search(before) or _NO_NUMBER_AFTER.match(text, match.end()))):
            continue
        found.append((run, Decimal(1) if run in _ONE else Decimal(_ENGLISH[run]) if run in _ENGLISH else number_in_words(run)))
    return found


@dataclass(frozen=True)
class Region:
    """Where a number stands: its own clause or table cell's row and header, then wider and wider around it."""

    years: tuple[int, ...]
    near: tuple[str, ...]
    """texts around the number, narrowest first"""


@lru_cache(maxsize=4096)
def years_of(text: str) -> tuple[int, ...]:
    """Years named in a text, ranges filled."""
    found = [int(n.value) for n in numbers(text) if n.unit == "tahun"]
    for first, last in _RANGE.findall(text):
        found += range(int(first), int(last) + 1) if 0 < int(last) - int(first) < 30 else ()
    return tuple(dict.fromkeys(found))


def regions(text: str, values: list[Stated]) -> list[Region]:
    """The region of each of `values` (in order of place), whose years are those that govern it; () when none does."""
    spans, at = [], 0
    for part in _SENTENCE.split(text):
        start = text.index(part, at) if part else at
        spans.append((start, start + len(part), part))
        at = start + len(part)
    result: list[Region] = []
    inherited: tuple[int, ...] = ()
    header: list[str] = []
    lead = ""
    for start, end, part in spans:
        own = [v for v in values if start <= v.start < end]
        if part.lstrip().startswith("|"):
            cells = [c.strip() for c in part.strip().strip("|").split("|")]
            if not header:
                header = cells
            result += [_in_table(part, start, v, header, inherited, lead) for v in own]
            continue
        header = []
        governed = _govern(part, start, own)
        result += [Region(years or inherited, (*near, part)) for years, near in governed]
        named = years_of(part)
        inherited = named or inherited
        lead = part
    return result


def _in_table(line: str, start: int, value: Stated, header: list[str], inherited: tuple[int, ...], lead: str) -> Region:
    body = line.strip()
    offset = start + line.index(body[:1]) if body else start
    column = body[1 : max(1, value.start - offset)].count("|")
    cells = [c.strip() for c in body.strip("|").split("|")]
    head = header[column] if column < len(header) else ""
    labels = [c for i, c in enumerate(cells) if i != column and re.search(r"[A-Za-z]{3}", c)]
    in_row = [y for i, c in enumerate(cells) if i != column and _YEAR_CELL.fullmatch(c) for y in years_of(c)]
    own = cells[column] if column < len(cells) else ""
    years = years_of(own) or years_of(head) or tuple(in_row) or inherited
    return Region(years, (" ".join([own, *labels]), " ".join([*labels, head]), lead))


def _govern(part: str, start: int, values: list[Stated]) -> list[tuple[tuple[int, ...], tuple[str, ...]]]:
    """For each value of a sentence the years that govern it and the clauses around it."""
    if not values:
        return []
    local = [(v.start - start, v) for v in values]
    zipped = _respectively(part, [at for at, _ in local])
    cuts = [0, *(m.start() for m in _CLAUSE.finditer(part)), len(part)]
    result: list[tuple[tuple[int, ...], tuple[str, ...]]] = []
    last: tuple[int, ...] = ()
    for index, (at, _) in enumerate(local):
        a = max(c for c in cuts if c <= at)
        b = min(c for c in cuts if c > at)
        clause = part[a:b]
        if zipped:
            years: tuple[int, ...] = (zipped[index],)
        else:
            before = years_of(part[:a])
            years = _in_clause(clause, at - a, [x - a for x, _ in local if a <= x < b]) or last or before[-1:] or _next_years(part[b:])
        last = years or last
        result.append((years, (clause, part[:b])))
    return result


def _next_years(rest: str) -> tuple[int, ...]:
    return years_of(rest)[:1]


def _year_places(text: str) -> list[tuple[int, int]]:
    return [(n.start, int(n.value)) for n in numbers(text) if n.unit == "tahun"]


def _respectively(sentence: str, values: list[int]) -> list[int]:
    """ "2026 dan 2027 masing-masing 59 dan 60": k years then (or after) k values, k > 1 -> the year of each value."""
    years = _year_places(sentence)
    spread = years_of(sentence)
    if len(values) < 2 or not years:
        return []
    apart = max(p for p, _ in years) < min(values) or min(p for p, _ in years) > max(values)
    if not apart:
        return []
    if len(years) == len(values):
        return [year for _, year in years]
    ranged = sorted(spread) if _RANGE.search(sentence) else []
    return ranged if len(ranged) == len(values) else []


def _in_clause(clause: str, at: int, values: list[int]) -> tuple[int, ...]:
    years = _year_places(clause)
    if not years:
        return ()
    if len(years) == 1 or _RANGE.search(clause):
        return years_of(clause)
    if len(years) == len(values):  # Y V Y V, or V Y V Y
        return (years[values.index(at)][1],)
    before = [y for p, y in years if p < at]
    after = [y for p, y in years if p > at]
    return (before[-1],) if before else (after[0],)
