"""Pictures by their captions: which number one bears, and where its data come from. What a picture shows is not in the text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.evidence import EvidenceBook
from assistant.models import Claim, Question
from assistant.retrieve import Retriever
from assistant.wording import readable
from ingest.models import Passage
from ingest.terms import fold, terms

KIND = r"(?:gambar|grafik|bagan|diagram|picture|figure|chart)"
CAPTION = re.compile(r"^\W*(?:Gambar|Grafik|Bagan|Diagram)\s+\d+", re.IGNORECASE)
SOURCE = re.compile(r"^\W*Sumber\b", re.IGNORECASE)
NUMBER_ASKED = re.compile(rf"\b{KIND}\w*\s+(?:yang\s+)?(?:(?:nomor|no|ke)\W*)?(?:berapa|mana)\b|\b(?:which|what)\s+{KIND}\b")
SOURCE_ASKED = re.compile(
    r"\bsumber(?:nya)?\b|\b(?:dari|oleh) (?:lembaga |instansi |badan )?mana\b|\b(?:lembaga|instansi|badan) mana\b|\bsource\b"
)
PICTURED = re.compile(rf"\b{KIND}\w*\b")
NAMED = 0.6
"""Share of a caption's weight that a question must hold to mean its picture."""
BELOW = 3
"""Lines below a caption among which its source stands."""


class Captions:
    def __init__(self, retriever: Retriever) -> None:
        self.retriever = retriever
        self.captions = [p for p in retriever.passages if p.kind == "paragraph" and CAPTION.match(p.text) and "\n" not in p.text]
        notes = [p for p in retriever.passages if p.kind == "paragraph" and SOURCE.match(p.text)]
        self.sources = {c.id: s for c in self.captions for s in notes if s.doc == c.doc and 0 < first(s) - first(c) <= BELOW}

    def claims(self, question: Question, evidence: EvidenceBook) -> list[Claim]:
        """The caption, or the line of the source below it, of the picture that a question is about; empty where it asks neither."""
        low = fold(question.standalone)
        wants_source = bool(SOURCE_ASKED.search(low)) and bool(PICTURED.search(low))
        if not (wants_source or NUMBER_ASKED.search(low)):
            return []
        caption = self.meant(question)
        note = self.sources.get(caption.id) if caption else None
        if caption is None or (wants_source and note is None):
            return []
        shown = [caption, note] if wants_source and note else [caption]
        return [Claim(text=readable(p.text), evidence=(evidence.of_span(p, p.span),)) for p in shown]

    def meant(self, question: Question) -> Passage | None:
        """The picture whose number or most of whose caption stands in the question; None where two fit alike."""
        if any(part.startswith("Gambar") for part in question.parts):
            return self.of_number(question)
        asked = frozenset(terms(question.standalone))
        scored = sorted(((self.share(asked, c), -i) for i, c in enumerate(self.captions)), reverse=True)
        if not scored or scored[0][0] < NAMED or (len(scored) > 1 and scored[1][0] == scored[0][0]):
            return None
        return self.captions[-scored[0][1]]

    def of_number(self, question: Question) -> Passage | None:
        """The picture that the question names by its number; a table that is called a picture is read as a table."""
        tables = {table.number for table in self.retriever.index.figures.tables}
        numbers = [part.split()[-1] for part in question.parts if part.startswith("Gambar") and part not in tables]
        named = rf"\W*\w+\s+(?:{'|'.join(numbers)})\b"
        return next((c for c in self.captions if numbers and re.match(named, c.text)), None)

    def share(self, asked: frozenset[str], caption: Passage) -> float:
        weight = self.retriever.table.weight
        own = [t for t in dict.fromkeys(terms(CAPTION.sub(" ", caption.text))) if not t.isdigit()]
        whole = sum(map(weight, own))
        return sum(weight(t) for t in own if t in asked) / whole if whole else 0.0


def only_captions(claims: Sequence[Claim], question: Question) -> bool:
    """Whether an answer is nothing but the name of a picture, where no picture is asked for."""
    return bool(claims) and all(CAPTION.match(c.text) for c in claims) and not PICTURED.search(fold(question.standalone))


def first(passage: Passage) -> int:
    return passage.span.line_start
