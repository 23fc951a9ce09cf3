"""What a model has been shown for one answer, under short ids: "E1" for a quote, "A1" for a figure.

The model sees and names only these ids; code turns them into evidence, figures and citations again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant import verify_text as vt
from assistant.derivation import figure_value
from assistant.evidence import EvidenceBook
from assistant.figure_text import shown
from assistant.models import Answer, Claim, Derived, Evidence, Hit
from assistant.rows import RowBook
from assistant.verify_quotes import equal
from ingest.models import Figure, Passage
from ingest.store.index import PlanIndex

MAX_TEXT = 1600
"""Characters of one quote that a model is shown."""
MAX_FIGURES = 24


class CaseFile:
    def __init__(self, index: PlanIndex, book: RowBook) -> None:
        self.index = index
        self.book = book
        self.evidence = EvidenceBook(index)
        self.ids: dict[str, str] = {}
        """short id -> evidence id"""
        self.figure_ids: dict[str, str] = {}
        """short id -> figure id"""
        self.computed: dict[str, Derived] = {}
        self.places: set[tuple[str, int, int]] = set()

    @property
    def items(self) -> dict[str, Evidence]:
        return self.evidence.items

    # taking up ---------------------------------------------------------------------------------------------------------

    def take(self, evidence_id: str) -> str:
        """The short id of a piece of evidence, given out at its first mention."""
        for short, known in self.ids.items():
            if known == evidence_id:
                return short
        short = f"E{len(self.ids) + 1}"
        self.ids[short] = evidence_id
        item = self.items[evidence_id]
        self.places.add((item.doc, *item.lines))
        return short

    def take_figure(self, figure: Figure) -> str:
        for short, known in self.figure_ids.items():
            if known == figure.id:
                return short
        short = f"A{len(self.figure_ids) + 1}"
        self.figure_ids[short] = figure.id
        return short

    def take_row(self, row_id: str) -> str:
        return self.take(self.evidence.of_row(self.book.rows[row_id]))

    def take_passage(self, passage: Passage) -> str | None:
        """A passage, or None when all of it has been shown already."""
        first, last = passage.span.line_start, passage.span.line_end
        if any(doc == passage.doc and a <= first and last <= b for doc, a, b in self.places):
            return None
        if passage.row_id:
            return self.take_row(passage.row_id)
        return self.take(self.evidence.of_span(passage, passage.span))

    def covering(self, passage: Passage) -> str:
        """The short id under which (more than) a passage has been shown."""
        first, last = passage.span.line_start, passage.span.line_end
        shown_ = ((short, self.items[key]) for short, key in self.ids.items())
        return next(s for s, e in shown_ if e.doc == passage.doc and e.lines[0] <= first and last <= e.lines[1])

    def take_hits(self, hits: Sequence[Hit], limit: int) -> list[str]:
        found: list[str] = []
        for hit in hits:
            passage = self.index.passages[hit.passage_id]
            if passage.kind == "table":
                continue  # its rows say more
            short = self.take_passage(passage)
            if short:
                found.append(short)
            if len(found) >= limit:
                break
        return found

    def take_answer(self, answer: Answer) -> list[str]:
        """What the deterministic answer rests on."""
        rows = [self.book.figures[f.figure_id].row_id for f in answer.figures if f.figure_id in self.book.figures]
        found = [self.take_row(row) for row in dict.fromkeys(rows)]
        for c in answer.citations:
            inside = any(doc == c.doc and a <= c.lines[0] and c.lines[1] <= b for doc, a, b in self.places)
            if not inside:
                fields = c.model_dump(exclude={"n"})
                item = Evidence(id=f"c{c.n}", **fields)
                found.append(self.take(self.evidence.add(item)))
        return found

    def compute(self, derived: Derived) -> str:
        for short, known in self.computed.items():
            if known == derived:
                return short
        short = f"H{len(self.computed) + 1}"
        self.computed[short] = derived
        return short

    # showing -----------------------------------------------------------------------------------------------------------

    def show(self, short: str) -> dict[str, Any]:
        """A piece of evidence as a model reads it."""
        item = self.items[self.ids[short]]
        shown_: dict[str, Any] = {"id": short, "tempat": item.section or item.doc, "teks": item.quote[:MAX_TEXT]}
        if item.table:
            shown_["tabel"] = item.table
        if item.row:
            shown_["baris"] = item.row
        figures = self.row_figures(item)[:MAX_FIGURES]
        if figures:
            shown_["angka"] = [self.show_figure(f) for f in figures]
        return shown_

    def show_figure(self, figure: Figure) -> dict[str, Any]:
        value = shown(figure)
        return {"id": self.take_figure(figure), "ukuran": figure.measure, "tahun": figure.year, "nilai": value, "satuan": figure.unit}

    def row_figures(self, item: Evidence) -> tuple[Figure, ...]:
        entry = self.book.rows.get(item.row_id) if item.row_id else None
        return entry.figures if entry else ()

    # turning a model's words into a claim --------------------------------------------------------------------------------

    def claim(self, text: str, ids: Sequence[str], computed: Sequence[str] = ()) -> Claim:
        """The claim that a model means. Unknown ids stay as they are: the verifier refuses them.

        The figures that the text states are found here, among those of the named rows, so that a model need not list
        them and cannot list wrong ones.
        """
        evidence = [self.ids.get(short.strip(), short.strip()) for short in ids if short.strip() not in self.figure_ids]
        for short in ids:  # a figure named as evidence stands for its row
            if short.strip() in self.figure_ids:
                evidence.append(self.ids[self.take_row(self.book.figures[self.figure_ids[short.strip()]].row_id)])
        derived = tuple(self.computed[k] for k in dict.fromkeys(computed) if k in self.computed)
        derived += tuple(d for d in self.used(text) if d not in derived)
        cited = [self.items[key] for key in dict.fromkeys(evidence) if key in self.items]
        stated = self.stated(text, [f for item in cited for f in self.row_figures(item)])
        return Claim(text=text.strip(), evidence=tuple(dict.fromkeys(evidence)), figures=tuple(f.id for f in stated), derived=derived)

    def used(self, text: str) -> list[Derived]:
        """Computed results whose value the text states."""
        values = {abs(n.value) for n in vt.numbers(vt.clean(text))}
        return [d for d in self.computed.values() if abs(d.value) in values]

    def stated(self, text: str, figures: Sequence[Figure]) -> list[Figure]:
        """The figures whose value the text states; of one value in several years those whose year governs it."""
        plain = vt.clean(text)
        found = [n for n in vt.numbers(plain) if n.unit != "tahun"]
        kept: dict[str, Figure] = {}
        for number, region in zip(found, vt.regions(plain, found), strict=True):
            same = [f for f in figures if (v := figure_value(f)) is not None and (equal(number, v) or number.value == f.value)]
            governed = [f for f in same if f.year is None or f.year in region.years]
            kept.update({f.id: f for f in governed or same})
        folded = plain.casefold()
        kept.update({f.id: f for f in figures if f.value is None and len(f.raw) > 1 and f.raw.casefold() in folded})
        return list(kept.values())
