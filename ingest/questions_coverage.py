"""How many everyday questions each passage that states something has, against what is asked for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.models import Figure, Passage, Table
from ingest.questions import Bound, states, telling_rows

DEMAND = {"paragraph": 3, "list": 3, "table": 3, "row": 2}
"""Questions asked for, by the kind of passage."""
LABELS = {"paragraph": "paragraf", "list": "daftar", "table": "tabel", "row": "baris tabel"}
LINES_SHOWN = 12


@dataclass
class Kind:
    stating: int = 0
    enough: int = 0
    short: list[Passage] = field(default_factory=list)
    """those with fewer questions than asked for"""


@dataclass
class Coverage:
    kinds: dict[str, Kind] = field(default_factory=lambda: {kind: Kind() for kind in DEMAND})
    named: int = 0
    unnamed: list[Passage] = field(default_factory=list)
    """rows with figures of their own that no everyday name leads to"""

    @property
    def complete(self) -> bool:
        return not self.unnamed and not any(kind.short for kind in self.kinds.values())

    def text(self) -> str:
        said = []
        for name, kind in self.kinds.items():
            lines = shown([p.span.line_start for p in kind.short])
            said.append(f"  {LABELS[name]}: {kind.enough} dari {kind.stating} punya sedikitnya {DEMAND[name]} pertanyaan{lines}")
        lines = shown([p.span.line_start for p in self.unnamed])
        said.append(f"  sebutan sehari-hari: {self.named} dari {self.named + len(self.unnamed)} baris berangka{lines}")
        return "\n".join(said)


def shown(numbers: Sequence[int]) -> str:
    """The first lines that fall short, for a reader."""
    listed = f"{', '.join(map(str, numbers[:LINES_SHOWN]))}{', …' if len(numbers) > LINES_SHOWN else ''}"
    return f"; kurang: baris {listed}" if numbers else ""


def coverage(passages: Iterable[Passage], tables: Sequence[Table], figures: Sequence[Figure], bound: Bound) -> Coverage:
    """Passages that state something against DEMAND. A single item counts for its list's place only, a row through its own passage;
    an objective bears the name of what it stands under."""
    questions = Counter(q.passage_id for q in bound.questions)
    named = {n.passage_id for n in bound.names}
    telling = telling_rows(tables, figures)
    with_figures = {figure.row_id for figure in figures}
    objectives = {row.id for table in tables for row in table.rows if row.level.startswith("Sasaran")}
    found = Coverage()
    for passage in passages:
        if passage.kind not in DEMAND or not states(passage, telling):
            continue
        kind = found.kinds[passage.kind]
        kind.stating += 1
        if questions[passage.id] >= DEMAND[passage.kind]:
            kind.enough += 1
        else:
            kind.short.append(passage)
        if passage.row_id in with_figures - objectives:
            if passage.id in named:
                found.named += 1
            else:
                found.unnamed.append(passage)
    return found
