"""How a number stands in its sentence: which years it is said for, as a level or a change, beside its own words. Pure.

`verify` ties each number to a figure or a quote, `sense_numbers` to what it counts; what is left is the sentence around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant import verify_quotes as vq
from assistant import verify_text as vt
from assistant.derivation import figure_value
from assistant.ground import Ground, pieces
from assistant.sense import said
from assistant.sense_numbers import PLAIN_AFTER
from assistant.verify_labels import MEASURES, SCORES, UNITS
from ingest.models import Figure
from ingest.numerals import number_in_words, parse_number
from ingest.terms import STOP_WORDS, words

_AMOUNTS = re.compile(r"\b(?:sebesar|sebanyak|mencapai|bernilai|berjumlah|sejumlah|amounts? to|totals?)\s*(?:Rp\s*)?$", re.IGNORECASE)
_EQUALS = re.compile(r"(?:\b(?:adalah|ialah|yaitu|yakni|menjadi|is|was|are|atau|or|dan|and)|[:=|])\s*$", re.IGNORECASE)
_YEAR_ENDS = re.compile(r"(?:19|20)\d\d\s*(?:,|dan|atau|and|or)\s*$", re.IGNORECASE)
_SEVERAL_YEARS = re.compile(
    r"((?:19|20)\d\d)(?:\s*[-–—]\s*|\s+(?:s\.?d\.?|sampai(?: dengan)?|hingga|to|until)\s+(?:tahun\s+)?)((?:19|20)\d\d)"
    r"|(?:19|20)\d\d(?:(?:\s*,\s*|\s*,?\s*(?:dan|serta|maupun|and)\s+)(?:tahun\s+)?(?:19|20)\d\d)+",
    re.IGNORECASE,
)
_OWN_YEAR = re.compile(r"\s*\((?:tahun\s+)?((?:19|20)\d\d)\)", re.IGNORECASE)
_GLOSS = re.compile(r"(\d[\d.,]*\d|\d)\s*%?\s*(ribu|juta|miliar|milyar|triliun)?\s*\(([a-z][a-z \-]+)\)", re.IGNORECASE)
_NUMBER_WORDS = frozenset(vt.NUMBER_WORDS.split("|")) | {"koma", "rupiah", "persen"}
_CHANGED = re.compile(
    r"\b(?:naik|turun|meningkat|menurun|bertambah|berkurang|tumbuh|menyusut|selisih\w*|kenaikan\w*|penurunan\w*|peningkatan\w*|pertumbuhan\w*"
    r"|rises?|rose|rising|increas\w+|decreas\w+|fell|falls?|falling|gr[oe]ws?|up|down)\s+"
    r"(?:(?:sebesar|sebanyak|sekitar|by|of)\s+)?(?:Rp\s*)?$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\b([^\W\d_]{2,})[ -](\d[\d.,]*\d|\d)(?![\d.,]*\d)")
NO_NAMES = frozenset().union(*MEASURES, UNITS, SCORES, PLAIN_AFTER) | {"rp", "senilai", "mencapai", "berjumlah", "sejumlah", "sekitar"}
"""Words before a number that name nothing: what follows is a value."""
_RATE = re.compile(r"\s*(?:[\w%]+\s+)?per\s+([^\W\d_]+)", re.IGNORECASE)
_ABOUT = re.compile(r"\d\s*-?\s?an\b|(?:19|20)\d\d\s*[-–—/]\s*\d{1,2}(?!\d)")
"""Shapes that turn a number into another: "60-an", "2025-17"."""
_NO_YEAR = re.compile(r"\b(?:tahun|year)\s*$", re.IGNORECASE)


def misplaced(ground: Ground) -> list[str]:
    """Reasons (Indonesian) why a number's place in its sentence says something else than the evidence."""
    if ground.verbatim:
        return []
    text, found = ground.text, []
    haystack = " ".join(ground.haystack.casefold().split())
    for number in vt.numbers(text):
        shown = text[number.start : number.end]
        before, after = text[: number.start], text[number.end :]
        if number.unit == "tahun":
            if poses_as_value(before, number):
                found.append(f"“{shown}” adalah tahun, bukan nilai")
            continue
        if _NO_YEAR.search(before) and f"tahun {shown}".casefold() not in haystack:
            found.append(f"“{shown}” bukan tahun")
        rate = _RATE.match(after)
        if rate and not rate_held(rate[1].casefold(), haystack):
            found.append(f"“per {rate[1]}” tidak ada dalam bukti")
        if number.unit == "rupiah" and (shown.endswith("%") or re.match(r"\s*(?:%|persen)", after)):
            found.append(f"“{shown}”: rupiah atau persen")
        own = _OWN_YEAR.match(after)
        figures = [f for f in ground.stated if holds(f, number)]
        if own and figures and int(own[1]) not in {f.year for f in figures}:
            found.append(f"“{shown}” bukan angka tahun {own[1]}")
        if figures and of_other_measure(text, number, figures):
            found.append(f"“{shown}” adalah {figures[0].measure}")
        if figures and is_level_as_change(ground, number, figures, before):
            found.append(f"“{shown}” adalah nilainya, bukan perubahannya")
    found += [f"“{m[0]}” tidak ada dalam bukti" for m in _ABOUT.finditer(text) if m[0] not in ground.haystack]
    return [*found, *glosses(text, haystack), *renumbered(ground), *spread(ground)]


def holds(figure: Figure, number: vt.Stated) -> bool:
    value = figure_value(figure)
    return value is not None and (vq.equal(number, value) or number.value == figure.value)


def poses_as_value(before: str, year: vt.Stated) -> bool:
    """Whether a year stands where a value is expected: "sebanyak 2027", "Target tahun 2026 adalah 2027", "2027 orang"."""
    sentence = re.split(r"[.!?]\s|\n", before)[-1]
    if _AMOUNTS.search(sentence):
        return True
    if not _EQUALS.search(sentence) or _YEAR_ENDS.search(sentence):
        return (year.after in UNITS or year.after in SCORES) and not re.search(r"[^\W\d_]\s*$|[-–—]\s*$", sentence)
    return bool(vt.years_of(sentence)) and not {"most", "least"} & set(said(sentence))


def rate_held(word: str, haystack: str) -> bool:
    if word in {"cent", "seratus"}:
        return "%" in haystack or "persen" in haystack
    return f"per {word}" in haystack


def of_other_measure(text: str, number: vt.Stated, figures: list[Figure]) -> bool:
    """Whether the narrowest text around a number that names a measure names another one ("Target ... 6,20 dan 9,24")."""
    own = {i for i, family in enumerate(MEASURES) for f in figures if f.measure in family}
    labels = {w for f in figures for w in words(f"{f.indicator} {f.activity} {f.program}")}
    for near in vt.regions(text, [number])[0].near:
        said_ = {i for i, family in enumerate(MEASURES) if family & ({*words(near)} - labels)}
        if said_:
            return bool(own) and not said_ & own
    return False


def is_level_as_change(ground: Ground, number: vt.Stated, figures: list[Figure], before: str) -> bool:
    """ "naik 60" says by how much; 60 is the level."""
    changed = _CHANGED.search(before)
    if not changed or any(abs(number.value) == abs(d.value) for d in ground.claim.derived):
        return False
    word = changed[0].split()[0].casefold()
    return not any(word in f"{f.indicator} {f.measure}".casefold() for f in figures)


def glosses(text: str, haystack: str) -> Iterator[str]:
    """A number and the same number in words in brackets are one number, of one unit."""
    for match in _GLOSS.finditer(text):
        value, spelled = parse_number(match[1]), number_in_words(match[3])
        if value is None or spelled is None:
            continue
        scaled = value * vt.SCALES.get((match[2] or "").lower(), 1)
        more = {w for w in words(match[3]) if w not in _NUMBER_WORDS}
        if scaled != spelled or (more and " ".join(match[3].casefold().split()) not in haystack):
            yield f"“{match[0]}”: angka dan kata-katanya berbeda"


def renumbered(ground: Ground) -> Iterator[str]:
    """A name that the evidence numbers ("Prioritas Nasional 3", "PN 03", "Covid-19") keeps its number."""
    held: dict[str, set[str]] = {}
    for match in _NUMBERED.finditer(vt.clean(ground.haystack)):
        held.setdefault(match[1].casefold(), set()).add(match[2])
    for match in _NUMBERED.finditer(ground.text):
        word = match[1].casefold()
        if word in held and match[2] not in held[word] and word not in STOP_WORDS and word not in NO_NAMES:
            yield f"“{match[0]}” tidak ada dalam bukti"


def spread(ground: Ground) -> Iterator[str]:
    """One value said for several years has to be each year's value."""
    for sentence in pieces(ground.text):
        if ground.claim.derived or {"most", "least"} & set(said(sentence)):
            continue
        found = vt.numbers(sentence)
        values = [n for n in found if n.unit != "tahun"]
        for match in _SEVERAL_YEARS.finditer(sentence):
            later = [n for n in found if n.start >= match.end()]
            own = [n for n in later[:1] if n.unit != "tahun"]
            if not own or len([n for n in values if n.start >= match.end()]) > 1:
                continue  # several values: each has its year
            figures = [f for f in ground.stated if holds(f, own[0])]
            years = set(vt.years_of(match[0]))
            if figures and not any(years <= alike(ground, f) for f in figures):
                yield f"“{sentence[own[0].start : own[0].end]}” bukan nilai semua tahun itu"


def alike(ground: Ground, figure: Figure) -> set[int]:
    """The years in which a figure's row has the same value."""
    value = figure_value(figure)
    rows = (f for f in ground.rows if f.row_id == figure.row_id and f.measure == figure.measure)
    return {f.year for f in rows if f.year is not None and figure_value(f) == value}
