"""A block of a document while it is being put together from its lines."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingest.line_kinds import LineInfo, Marker
from ingest.models import BlockKind


@dataclass
class Draft:
    """A block being put together."""

    kind: BlockKind
    first: int
    last: int
    info: LineInfo
    lines: list[LineInfo] = field(default_factory=list)
    below: int = 0
    """characters of the lines directly below the first"""
    opens_section: bool = False
    after_gap: bool = False
    section: str = ""
    list_id: str = ""
    lead_in: int | None = None
    depth: int = 0

    @property
    def marker(self) -> Marker | None:
        return self.info.marker

    @property
    def tail(self) -> str:
        return self.lines[-1].text

    @property
    def length(self) -> int:
        return sum(len(line.text) for line in self.lines)
