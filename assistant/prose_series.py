"""A series told in prose ("10 dokumen pada tahun 2020 menjadi 60 dokumen pada tahun 2021"), and what its numbers come to.

Each number is paired with the year beside it; a sentence where that is not plain gives no pairs. The pairs become figures
with their line, so that the verifier recomputes every sum, average and difference from them. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.models import Claim, Derived, Operation, Question
from assistant.operations import derive
from assistant.sentences import split_sentences
from ingest.models import Figure, Passage
from ingest.numerals import find_numbers, format_number, parse_number
from ingest.terms import STOP_WORDS, fold, stem, terms, words

SPAN = re.compile(r"\b(?:tahun )?(?:19|20)\d\d\s*(?:-|–|hingga|sampai(?: dengan)?(?: pada)?)\s*(?:[Tt]ahun |[A-Z][a-z]+ )?(?:19|20)\d\d\b")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
NAMED = re.compile(r"\b[A-Za-z]+-\d+\b")
"""A number that is part of a name: "Covid-19"."""
OVER_YEARS = 0
"""Stands for the year of a number that is told for several years together."""
IN_WORDS = re.compile(r"\([^()]*\)")
NOUN = re.compile(r"\s*(?:\([^()]*\)\s*)?([a-z]{3,})\b")
ONE_OF_SERIES = re.compile(r"\b(?:berapa|kapan|tahun|angka\w*|nilai\w*|jumlah\w*|how (?:much|many)|which year|when|year)\b")
AVERAGE = re.compile(r"\b(?:rata-rata|rerata|average)\b")
SCALES = ((Decimal(10**12), "triliun"), (Decimal(10**9), "miliar"), (Decimal(10**6), "juta"))
HOW_MANY = re.compile(
    r"\bberapa (?:banyak |jumlah |total )?(orang|dokumen|negara|kasus|lembaga|layanan|pengaduan|unit|balai|rupiah|jenis|pekerja)\b"
)
IN_ALL = re.compile(r"\bberapa (?!persen|nilai|rata|indeks)\w+ .*\bselama\b|\bselama\b.*\bberapa (?!persen|nilai|rata|indeks)\w+")
"""Counts over several years at once."""
COUNT_AND_SHARE = re.compile(
    r"(?P<count>\d{1,3}(?:\.\d{3})+|\d+)\s*(?:\([^()]*\)\s*)?(?P<unit>[a-z]+)\s+(?:atau|yakni|yaitu|setara)\s+(?:sekitar\s+|sebesar\s+)*\d+(?:,\d+)?\s?%"
)
ALL = re.compile(r"\b(?:semua\w*|seluruh\w*|keseluruhan|total\w*|all|altogether|overall)\b")
HEADS: dict[Operation, str] = {"sum": "Jumlah", "average": "Rata-rata", "highest": "Tertinggi", "lowest": "Terendah"}


@dataclass(frozen=True)
class Told:
    """One number of a series. `start`, `end`: the characters of its sentence in the passage's text."""

    year: int | None
    value: Decimal
    unit: str
    raw: str
    start: int
    end: int


def pairs(sentence: str, offset: int) -> list[Told]:
    """The (year, number) pairs of a sentence; empty where they do not alternate plainly."""
    plain = sentence
    for pattern in (IN_WORDS, SPAN, NAMED):
        if pattern is SPAN:
            over_years = [(m.start(), OVER_YEARS, -1) for m in SPAN.finditer(plain)]
        plain = pattern.sub(lambda m: " " * len(m[0]), plain)
    found: list[tuple[int, int | None, int]] = [(m.start(), int(m[0]), -1) for m in YEAR.finditer(plain)]
    numbers = [n for n in find_numbers(plain) if n.unit != "tahun"]
    found += [(n.start, None, at) for at, n in enumerate(numbers)]
    if len(found) % 2 and len(over_years) == 1:
        # "100 orang pada tahun 2019-2021": a number of its own, and of no single year
        found += over_years
    found.sort()
    if not found or len(found) % 2:
        return []
    out = []
    for one, two in zip(found[::2], found[1::2], strict=True):
        year, at = (one[1], two[2]) if one[1] is not None else (two[1], one[2])
        if year is None or at < 0:
            return []
        if year == OVER_YEARS:
            continue
        number = numbers[at]
        noun = NOUN.match(sentence[number.end :])
        unit = number.unit or (noun[1] if noun and noun[1] not in STOP_WORDS else "")
        out.append(Told(year, number.value, unit, sentence[number.start : number.end], offset, offset + len(sentence)))
    return out


def series_of(passage: Passage) -> list[tuple[str, list[Told]]]:
    """The series of a passage, each with the words it stands in; a year that comes again, or a sentence between, begins another."""
    out: list[tuple[str, list[Told]]] = []
    before = ""
    for sentence in split_sentences(passage.text):
        told = pairs(sentence.text, sentence.start)
        known = {t.year for t in out[-1][1]} if out else set()
        units = {t.unit for t in out[-1][1]} | {t.unit for t in told} if out and told else set()
        if told and out and not known & {t.year for t in told} and len(units - {""}) <= 1:
            out[-1] = (f"{out[-1][0]} {sentence.text}", [*out[-1][1], *told])
        elif told:
            out.append((f"{before} {sentence.text}", told))
        before = sentence.text
    return out


def wanted(question: Question) -> Operation | None:
    low = fold(question.standalone)
    if AVERAGE.search(low):
        return "average"
    if question.operation == "compare" and len(question.years) == 2:
        return "difference"
    if question.operation is None and question.year_range and IN_ALL.search(low):
        return "sum"
    if question.operation in ("highest", "lowest") and not ONE_OF_SERIES.search(low):
        # "lima negara terbesar": no number or year of a series tells that
        return None
    return question.operation if question.operation in ("sum", "difference", "highest", "lowest") else None


def meant(question: Question, passage: Passage, proper: frozenset[str]) -> list[Told]:
    """The one series that a question is about, for the asked years; empty when it is not plain which, or a year is missing."""
    named = {w for w in words(question.standalone) if w in proper}
    asked = {stem(w) for w in terms(question.standalone)}
    years = set(question.years)
    if wanted(question) == "difference" and years:
        years = {min(years), max(years)}
    fitting = []
    for text, told in series_of(passage):
        if named and not named & set(words(text)):
            continue
        chosen = [t for t in told if not years or t.year in years]
        complete = not years or {t.year for t in chosen} == years
        if complete and len(chosen) > 1 and len({t.year for t in chosen}) == len(chosen):
            fitting.append((len(asked & set(terms(text))), chosen))
    if counted := HOW_MANY.search(fold(question.standalone)):
        # people asked for are not told by a series of rupiah
        fitting = [(score, chosen) for score, chosen in fitting if {stem(t.unit) for t in chosen} <= {stem(counted[1]), ""}]
    best = max((score for score, _ in fitting), default=0)
    top = [chosen for score, chosen in fitting if score == best]
    return sorted(top[0], key=lambda t: t.year or 0) if len(top) == 1 and len({t.unit for t in top[0]} - {""}) <= 1 else []


def parts(question: Question, passage: Passage) -> list[Told]:
    """The counts of one whole that a passage gives with their shares, where all of them together are asked for and the passage
    speaks of the asked years; empty otherwise."""
    if not ALL.search(fold(question.standalone)) or not all(str(y) in passage.text for y in {*question.years[:1], *question.years[-1:]}):
        return []
    found = []
    for sentence in split_sentences(passage.text):
        for m in COUNT_AND_SHARE.finditer(sentence.text):
            value = parse_number(m["count"])
            if value is not None:
                found.append(Told(None, value, m["unit"], m["count"], sentence.start, sentence.end))
    return found if len(found) > 2 and len({t.unit for t in found}) == 1 and len({t.raw for t in found}) == len(found) else []


def figures_of(told: Sequence[Told], passage: Passage, line_at: Sequence[int]) -> list[Figure]:
    """The numbers as figures of the passage, for arithmetic and the verifier. `line_at`: the source line of each."""
    unit = next((t.unit for t in told if t.unit), "")
    return [
        Figure(
            id=f"{passage.id}-{t.year or t.raw}", doc=passage.doc, table="", line=line, indicator=passage.title, unit="" if unit == "rupiah" else unit,
            measure="alokasi" if unit == "rupiah" else "nilai", year=t.year, raw=t.raw, value=t.value, table_id="", row_id=passage.id, column=0,
        )
        for t, line in zip(told, line_at, strict=True)
    ]  # fmt: skip


def write(operation: Operation, figures: Sequence[Figure], evidence: tuple[str, ...]) -> Claim | None:
    """What the figures come to, each of them shown."""
    derived = derive(operation, [figures[0], figures[-1]] if operation == "difference" else list(figures))
    if derived is None:
        return None
    ids = tuple(f.id for f in figures)
    if operation == "difference":
        return Claim(text=changed(figures[0], figures[-1], derived), evidence=evidence, figures=(ids[0], ids[-1]), derived=(derived,))
    if all(f.year is None for f in figures):
        added = " + ".join(format_number(f.value or Decimal(0)) for f in figures)
        return Claim(
            text=f"{HEADS[operation]}: **{shown(derived.value, figures[0])}** ({added}).",
            evidence=evidence,
            figures=ids,
            derived=(derived,),
        )
    each = "; ".join(f"{f.year}: {shown(f.value, f)}" for f in figures)
    at = next((f" (tahun {f.year})" for f in figures if f.value == derived.value), "") if operation in ("highest", "lowest") else ""
    text = f"{HEADS[operation]} {figures[0].year}-{figures[-1].year}: **{shown(derived.value, figures[0])}**{at} ({each})."
    return Claim(text=text, evidence=evidence, figures=ids, derived=(derived,))


def changed(first: Figure, last: Figure, derived: Derived) -> str:
    way = "Naik" if derived.value > 0 else "Turun" if derived.value < 0 else "Tetap"
    # between two percentages lie points, not percent: the number alone
    amount = format_number(abs(derived.value)) if last.unit == "persen" else shown(abs(derived.value), last)
    return (
        f"{way} **{amount}**: dari {shown(first.value, first)} (tahun {first.year}) menjadi {shown(last.value, last)} (tahun {last.year})."
    )


def shown(value: Decimal | None, figure: Figure) -> str:
    number = value or Decimal(0)
    number = number.quantize(Decimal(1)) if number == number.to_integral_value() else number
    if figure.measure == "alokasi":
        scale, word = next(((s, w) for s, w in SCALES if abs(number) >= s), (Decimal(1), ""))
        return f"Rp{format_number((number / scale).normalize())} {word}".strip()
    return f"{format_number(number)} {figure.unit}".strip()
