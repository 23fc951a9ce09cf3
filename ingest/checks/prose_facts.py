"""What running text says of an indicator in a year, against the tables.

Cautious on purpose: a sentence counts only when it names an indicator of a table by its abbreviation or by all its telling
words, and ties a value to a year directly ("pada tahun 2022 dengan nilai 85,04", "4,1 pada tahun 2022").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from ingest.checks.facts import Facts, likeness, place, shown
from ingest.checks.prose import line_at, text_blocks
from ingest.models import Block, Discrepancy, Figure, Place
from ingest.numerals import format_number, parse_number

ACHIEVED = {"realisasi", "nilai", "capaian"}
_NUMBER = r"(?P<value>(?<![\w.,/])\d+(?:[.,]\d+)*(?![\w/]))"
_BEFORE = re.compile(
    r"(?:tahun|pada)\s+(?P<year>(?:19|20)\d\d)\s+(?:adalah\s+|tercatat\s+)?"
    r"(?:dengan nilai|di angka|sebesar|sebanyak|mencapai|menjadi|yakni|yaitu|adalah)\s+(?:sebesar\s+|sebanyak\s+|level\s+)?" + _NUMBER
)
_AFTER = re.compile(
    _NUMBER
    + r"\s?%?\s*(?:\([^()]*\)\s*)?(?:[a-z]+\s+)?(?:pada|di)\s+(?:tahun\s+)?(?P<year>(?:19|20)\d\d)(?!\s*(?:dengan nilai|di angka|sebesar))"
)
_TWO_YEARS = re.compile(r"(?:19|20)\d\d\s+dan\s+(?:pada\s+)?$")
_ABBREVIATION = re.compile(r"\b[A-Z]{3,6}\b")
_BOUND = re.compile(
    r"tahun\s+(?P<first>20\d\d)\s+(?:sampai(?: dengan)?|hingga|[-–])\s+(?:tahun\s+)?(?P<last>20\d\d)[^.;]{0,90}?\bdi\s+(?P<side>atas|bawah)\s+"
    r"(?P<value>\d+(?:,\d+)?)"
)
"""A claim over years: "tahun 2019 sampai dengan tahun 2021 ... di atas 90"."""
MOST_WORDS = 0.65
"""Likeness of a heading and an indicator from which they are the same thing."""
_MARKER = re.compile(r"^[-•\s]*(?:\(?\w{1,2}[.)])?\s*")
_NO_UNIT = {"rupiah"}


@dataclass(frozen=True)
class Stated:
    """A value with its year, as a sentence gives it."""

    year: int
    value: Decimal
    raw: str
    line: int


def check_prose_against_tables(facts: Facts) -> Iterator[Discrepancy]:
    rows = _indicators(facts)
    headings = _headings(facts)
    for block in text_blocks(facts):
        stated = _stated(block)
        if not stated and not _BOUND.search(block.text):
            continue
        heads = [facts.content(head) for head in (_first_line(block.text), headings.get(block.id, "")) if head]
        named = [
            (max(likeness(name, h) for h in heads), figures) for name, short, figures in rows if _names(facts, block, name, short, heads)
        ]
        nearest = [figures for _, figures in sorted(named, key=lambda pair: -pair[0])]
        for item in stated:
            yield from _against(facts, block, item, nearest)
        yield from _bounds(facts, block, nearest[:1])


def _indicators(facts: Facts) -> list[tuple[frozenset[str], frozenset[str], list[Figure]]]:
    """Achieved values of the tables by indicator: its telling words, its abbreviations, its figures."""
    grouped: dict[tuple[str, str], list[Figure]] = {}
    for figure in facts.figures:
        if figure.measure in ACHIEVED and figure.year is not None and figure.value is not None and figure.unit not in _NO_UNIT:
            grouped.setdefault((figure.row_id, figure.indicator), []).append(figure)
    out = []
    for (_, indicator), figures in grouped.items():
        short = frozenset(_ABBREVIATION.findall(indicator))
        out.append((facts.content(indicator), short, figures))
    return out


def _stated(block: Block) -> list[Stated]:
    text = block.text.replace("\n", " ")
    found: dict[int, Stated] = {}
    for pattern in (_AFTER, _BEFORE):  # a year right behind the value is nearer than one before it
        for match in pattern.finditer(text):
            value, start = parse_number(match["value"]), match.start("value")
            if pattern is _BEFORE and _TWO_YEARS.search(text[: match.start()]):
                continue
            if value is not None and start not in found and not re.fullmatch(r"(?:19|20)\d\d", match["value"]):
                found[start] = Stated(int(match["year"]), value, match.group(0), line_at(block, start))
    return list(found.values())


def _headings(facts: Facts) -> dict[str, str]:
    """The short line right above a paragraph that names what it is about: "4) nilai layanan"."""
    found: dict[str, str] = {}
    for above, block in pairwise(facts.document.blocks):
        title = above.text.strip()
        if block.kind == "paragraph" and above.kind in ("item", "heading") and "\n" not in title and not title.endswith((".", ";", ":")):
            found[block.id] = _MARKER.sub("", title)
    return found


def _first_line(text: str) -> str:
    return re.split(r"(?<=[.;])\s|\n", _MARKER.sub("", text))[0]


def _names(facts: Facts, block: Block, words: frozenset[str], short: frozenset[str], heads: list[frozenset[str]]) -> bool:
    """Whether the paragraph is about the indicator: it opens with its abbreviation, with all of its telling words, or is headed by
    most of them."""
    opening = re.split(r"(?<=[.;])\s", block.text.replace("\n", " "))[0]
    if short & set(_ABBREVIATION.findall(opening)) or any(likeness(words, head) >= MOST_WORDS for head in heads):
        return True
    return len(words) >= 2 and words <= facts.content(opening)


def _against(facts: Facts, block: Block, item: Stated, named: list[list[Figure]]) -> Iterator[Discrepancy]:
    figures = [f for group in named for f in group if f.year == item.year and f.value is not None]
    if not figures or any(f.value == item.value for f in figures):
        return
    tables = "; ".join(f"{f.table.split('.')[0]} baris {f.line} ({f.indicator}): {shown(f)}" for f in figures[:4])
    message = f"Baris {item.line} menyebut {format_number(item.value)} untuk tahun {item.year}, sedangkan {tables}."
    here = Place(line=item.line, label=" ".join(block.text.split())[:80], raw=item.raw, value=item.value)
    yield facts.discrepancy("prose", 2, message, [here, *(place(f) for f in figures[:6])], figures[:6], item.year)


def _bounds(facts: Facts, block: Block, named: list[list[Figure]]) -> Iterator[Discrepancy]:
    """A bound claimed over several years, against the values that the table gives for those years."""
    for claim in _BOUND.finditer(block.text.replace("\n", " ")):
        bound = parse_number(claim["value"])
        years = range(int(claim["first"]), int(claim["last"]) + 1)
        figures = [f for group in named for f in group if f.year in years and f.value is not None]
        if bound is None or not figures:
            continue
        above = claim["side"] == "atas"
        wrong = [f for f in figures if f.value is not None and (f.value < bound if above else f.value > bound)]
        if not wrong:
            continue
        line = line_at(block, claim.start("value"))
        listed = "; ".join(f"{f.year}: {shown(f)}" for f in wrong)
        message = (
            f"Baris {line} menyebut nilai di {claim['side']} {format_number(bound)} untuk tahun {years[0]}-{years[-1]}, sedangkan "
            f"{wrong[0].table.split('.')[0]} baris {wrong[0].line} ({wrong[0].indicator}) memuat {listed}."
        )
        here = Place(line=line, label=" ".join(block.text.split())[:80], raw=claim.group(0), value=bound)
        yield facts.discrepancy("prose", 2, message, [here, *(place(f) for f in wrong)], wrong)
