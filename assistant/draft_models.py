"""A draft of an answer: what the verifier is asked about before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.evidence import EvidenceBook
from assistant.models import Claim, Mode, Status
from ingest.models import Figure, Passage


@dataclass
class Draft:
    claims: list[Claim]
    evidence: EvidenceBook
    status: Status = "answered"
    mode: Mode = "extractive"
    options: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence_score: float | None = None
    passages: list[Passage] = field(default_factory=list)
    quoted: dict[str, Figure] = field(default_factory=dict)
    """Numbers read from prose, by id: of no table, yet recomputed like any."""
