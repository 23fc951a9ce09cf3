"""What the speed is measured with: the questions that the plan's own .toml gives, else some made from its sections and rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ingest.store.index import PlanIndex

WANTED = 10
T = TypeVar("T")


@dataclass(frozen=True)
class Samples:
    prose: tuple[str, ...]
    lookups: tuple[str, ...]


def samples(index: PlanIndex) -> Samples:
    """Of the first document in force. A plan with no figures is looked up by what its sections are called."""
    documents = sorted(index.documents, key=lambda d: not d.source.meta.in_force)
    meta = documents[0].source.meta
    titles = [section.title for section in documents[0].sections if section.title] or [meta.title]
    rows = dict.fromkeys(f"{f.indicator} {f.year}" for f in index.figures.figures if f.doc == meta.doc and f.year and f.indicator)
    return Samples(
        meta.sample_questions or tuple(f"apa isi {title}?" for title in spread(titles)),
        meta.sample_lookups or tuple(spread(list(rows) or titles)),
    )


def spread(items: Sequence[T], wanted: int = WANTED) -> list[T]:
    """At most so many of the items, evenly over all of them."""
    count = min(wanted, len(items))
    return [items[i * len(items) // count] for i in range(count)]
