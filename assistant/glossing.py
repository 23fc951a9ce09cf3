"""Abbreviations that the plan defines: the long form with the line that defines it."""

from __future__ import annotations

import re

from assistant.evidence import EvidenceBook
from assistant.followup import subject_words
from assistant.models import Claim, Question
from ingest.models import Abbreviation
from ingest.store.index import PlanIndex

MAX_GLOSSES = 3


class Glossary:
    def __init__(self, index: PlanIndex) -> None:
        self.index = index
        self.by_short: dict[str, list[Abbreviation]] = {}
        for item in index.abbreviations:
            self.by_short.setdefault(item.short.lower(), []).append(item)

    def claims(self, question: Question, evidence: EvidenceBook) -> list[Claim]:
        """One claim an abbreviation that the question asks about; empty when it asks about something else."""
        low = question.text.lower()
        asked = [s for s in self.by_short if re.search(rf"(?<![\w-]){re.escape(s)}(?![\w-])", low)]
        others = [w for w in subject_words(low) if w not in asked and not any(w in s for s in asked)]
        direct = any(
            re.search(
                rf"{re.escape(s)}\W+(?:itu|tuh|artinya|adalah|singkatan|kepanjangan\w*)|(?:apa itu|kepanjangan\w*|singkatan|arti)\W+(?:dari\W+)?{re.escape(s)}",
                low,
            )
            for s in asked
        )
        if not asked or len(asked) > MAX_GLOSSES or (len(others) > 2 and not direct):
            return []
        out = []
        for short in asked:
            # the same abbreviation may stand for two things: say both
            for item in self.by_short[short][:2]:
                where = self.place(item, evidence)
                out.append(Claim(text=f"**{item.short}** adalah singkatan dari {item.long}.", evidence=(where,)))
        return out

    def place(self, item: Abbreviation, evidence: EvidenceBook) -> str:
        return evidence.of_line(item.doc, item.line)
