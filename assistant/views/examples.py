"""Questions to begin with, made from what the index holds: its parts, largest budget, top indicators, everyday questions. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from assistant.views.budget import find_budget
from ingest.models import Figure
from ingest.store.index import PlanIndex

PARTS = ("Visi", "Misi", "Tujuan", "Sasaran Strategis")
"""What every strategic plan has to state, by regulation."""
PLAIN = re.compile(r"(?:Siapa|Mengapa|Kenapa|Bagaimana|Kapan)\b.{28,60}\?")
"""An everyday question plainly put and short enough for a button."""
EVERYDAY = 3
LONGEST = 110

Example = tuple[str, str]
"""(kind, question)"""


def examples(index: PlanIndex) -> list[Example]:
    """One of each kind first, then what fills up to an even number."""
    found = [*islice(of_parts(index), 1), *islice(of_targets(index), 1), *islice(of_budget(index), 1), *everyday(index)]
    return found[: len(found) // 2 * 2] or found


def of_parts(index: PlanIndex) -> Iterator[Example]:
    titles = {title: None for document in index.documents for s in document.sections if (title := s.title.strip()) and len(title) < LONGEST}
    for part in PARTS:
        for title in titles:
            if re.match(rf"{part}\b", title, re.IGNORECASE):
                yield "section", f"Apa {part.lower()}{title[len(part) :]}?"


def of_targets(index: PlanIndex) -> Iterator[Example]:
    """The target of an indicator of the highest level, in a year of the plan's period."""
    for figure in index.figures.figures:
        if figure.measure == "target" and "Sasaran Strategis" in figure.level and in_period(index, figure):
            yield "target", f"Berapa target {figure.indicator} tahun {figure.year}?"


def of_budget(index: PlanIndex) -> Iterator[Example]:
    """What an activity gets, the largest first, in the middle of the period."""
    rows = sorted(find_budget(index.figures).rows, key=lambda r: -sum((f.value or 0) * f.scale for f in r.by_year.values()))
    for row in rows:
        years = sorted(row.by_year)
        if years and row.first.activity:
            yield "money", f"Berapa alokasi kegiatan {row.first.activity} tahun {years[len(years) // 2]}?"


def in_period(index: PlanIndex, figure: Figure) -> bool:
    meta = index.by_doc[figure.doc].source.meta
    return bool(
        meta.in_force
        and figure.year
        and meta.period_start
        and meta.period_start < figure.year
        and figure.value is not None
        and len(figure.indicator) < LONGEST
    )


def everyday(index: PlanIndex) -> list[Example]:
    """Spread over the document and the same for everybody; one an opening word."""
    words: dict[str, str] = {}
    for question in sorted((q.text for q in index.questions if PLAIN.fullmatch(q.text)), key=lambda text: (len(text), text)):
        words.setdefault(question.split()[0], question)
    return [("everyday", text) for text in list(words.values())[:EVERYDAY]]
