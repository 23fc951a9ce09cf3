"""Counts by year in running text: kinds of a thing that together are more than the text gives for all of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ingest.checks.facts import Facts, lines_of
from ingest.checks.prose import line_at, text_blocks
from ingest.models import Block, Discrepancy, Place
from ingest.numerals import format_number, parse_number

MIN_YEARS = 3
_VALUE = r"(?P<value>\d{1,3}(?:\.\d{3})+|\d+)(?:\s*\([^()]*\))?\s+(?P<noun>[a-z]{4,})"
_PATTERNS = (
    re.compile(_VALUE + r"\s+(?:pada|di)\s+(?:tahun\s+)?(?P<year>20\d\d)(?!\s+sebanyak)"),
    re.compile(
        r"(?:tahun|pada)\s+(?P<year>20\d\d)(?:,(?:(?!20\d\d)[^.;]){0,90}?)?\s+(?:(?:menjadi|yakni|yaitu|adalah|tercatat)\s+)?(?:sebanyak\s+|sebesar\s+)?"
        + _VALUE
    ),
)
_SUBJECT = re.compile(r"\bjumlah\s+(?P<what>(?:\w+\s+){1,5}?)(?=me\w+|ter\w+|ber\w+|tahun|pada|sebanyak|adalah)", re.IGNORECASE)


@dataclass(frozen=True)
class Series:
    """Counts of one thing by year, as a paragraph gives them: "jumlah Nota Kesepakatan ... 10 dokumen pada tahun 2020"."""

    block: Block
    subject: frozenset[str]
    name: str
    noun: str
    values: dict[int, tuple[Decimal, int]]
    """year -> count and the source line it stands in"""


def check_series(facts: Facts) -> Iterator[Discrepancy]:
    found = [series for block in text_blocks(facts) if (series := _series(facts, block))]
    by_section: dict[str, list[Series]] = defaultdict(list)
    for series in found:
        by_section[series.block.section].append(series)
    for parts in by_section.values():
        if len(parts) < 2 or len({p.noun for p in parts}) > 1 or len({p.name for p in parts}) < len(parts):
            continue
        topic = _topic(facts, parts[0].block.section)
        wholes = [w for w in found if w not in parts and w.noun == parts[0].noun and w.subject and w.subject <= topic]
        for whole in wholes:
            yield from _compare(facts, whole, parts)


def _series(facts: Facts, block: Block) -> Series | None:
    text = block.text.replace("\n", " ")
    subject = _SUBJECT.search(text)
    values: dict[int, tuple[Decimal, int]] = {}
    nouns: set[str] = set()
    taken: set[int] = set()
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            value = parse_number(match["value"])
            if value is not None and int(match["year"]) not in values and match.start("value") not in taken:
                taken.add(match.start("value"))
                values[int(match["year"])] = (value, line_at(block, match.start("value")))
                nouns.add(match["noun"])
    if subject is None or len(values) < MIN_YEARS or len(nouns) != 1:
        return None
    (noun,) = nouns
    name = " ".join(subject["what"].split())
    return Series(block, facts.content(name) - {noun}, name, noun, values)


def _topic(facts: Facts, section: str) -> frozenset[str]:
    """The telling words of a section's own title."""
    return next((facts.content(s.title) for s in facts.document.sections if s.id == section), frozenset())


def _compare(facts: Facts, whole: Series, parts: list[Series]) -> Iterator[Discrepancy]:
    shared = sorted(year for year in whole.values if all(year in part.values for part in parts))
    wrong = [(y, sum((p.values[y][0] for p in parts), Decimal(0))) for y in shared]
    wrong = [(year, total) for year, total in wrong if total > whole.values[year][0]]
    if not wrong:
        return
    names = " dan ".join(part.name for part in parts)
    lines = lines_of(p.values[y][1] for y, _ in wrong for p in parts)
    listed = "; ".join(
        f"{y}: {' + '.join(format_number(p.values[y][0]) for p in parts)} = {format_number(total)}, lebih dari {format_number(whole.values[y][0])}"
        for y, total in wrong
    )
    message = f"Jumlah {whole.name} (baris {whole.values[wrong[0][0]][1]}) lebih kecil daripada jumlah {names} ({lines}) – {listed}."
    spots = [_spot(series, year) for year, _ in wrong for series in (whole, *parts)]
    yield facts.discrepancy("sum", 3, message, spots, (), wrong[0][0] if len(wrong) == 1 else None)


def _spot(series: Series, year: int) -> Place:
    value, line = series.values[year]
    return Place(line=line, label=f"{series.name} {year}", raw=format_number(value), value=value)
