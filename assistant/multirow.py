"""Answers over several rows: sums and shares, two things compared, the highest of many, how many there are.

Each kind returns claims with every row cited and every number derived with its operands, or nothing when the question
is not of its kind or a row is not certain: then the question goes the ordinary way.
"""

from __future__ import annotations

from assistant.comparing import Comparing
from assistant.compose_figures import FigureWriter
from assistant.evidence import EvidenceBook
from assistant.extremes import Extremes
from assistant.listing import Listing
from assistant.lookup import Lookup
from assistant.models import Claim, Question
from assistant.picking import Picker
from assistant.retrieve import Ranking
from assistant.summing import Summing


class MultiRow:
    def __init__(self, lookup: Lookup) -> None:
        self.book = lookup.book
        picker = Picker(lookup)
        self.kinds = (Summing(picker), Comparing(picker), Extremes(picker), Listing(picker))

    def write(self, question: Question, ranking: Ranking, evidence: EvidenceBook) -> list[Claim]:
        writer = FigureWriter(self.book, evidence)
        for kind in self.kinds:
            if claims := kind.write(question, ranking, writer):
                return claims
        return []
