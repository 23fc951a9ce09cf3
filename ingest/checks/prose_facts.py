"""What running text says of an indicator in a year, against the tables.

Cautious on purpose: a sentence counts only when it names an indicator of a table by its abbreviation or by all its telling
words, and ties a value to a year directly ("pada tahun 2022 dengan nilai 85,04", "4,1 pada tahun 2022").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ingest.checks.facts import Facts, place, shown
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
    for block in text_blocks(facts):
        stated = _stated(block)
        if not stated:
            continue
        named = [figures for name, short, figures in rows if _names(facts, block, name, short)]
        for item in stated:
            yield from _against(facts, block, item, named)


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


def _names(facts: Facts, block: Block, words: frozenset[str], short: frozenset[str]) -> bool:
    """Whether the paragraph is about the indicator: it opens with its abbreviation, or with all of its telling words."""
    opening = re.split(r"(?<=[.;])\s", block.text.replace("\n", " "))[0]
    if short & set(_ABBREVIATION.findall(opening)):
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
