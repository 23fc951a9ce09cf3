"""Picking single rows and figures for answers over several rows."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.lookup import Lookup
from assistant.measures import MONEY
from assistant.models import Derived, Question
from assistant.retrieve import Ranking
from assistant.row_reading import measure_asked
from assistant.rows import RowBook, TableRow
from ingest.models import Figure, Table
from ingest.numerals import format_number, short_rupiah
from ingest.terms import terms

NAME_SHARE = 0.75
"""Share of an activity's or office's name that a question must hold to name it."""


@dataclass(frozen=True)
class Chosen:
    entry: TableRow
    figure: Figure


class Picker:
    def __init__(self, lookup: Lookup) -> None:
        self.lookup = lookup
        self.book: RowBook = lookup.book
        self.retriever = lookup.retriever

    def one(self, question: Question, text: str, must: str = "", besides: str = "") -> TableRow | None:
        """The row that a part of the question means. `must`: a word that it holds; `besides`: words of which it holds
        the most telling ones."""
        if not must and (own := self.of_office(question, text)) is not None:
            return own
        read = self.part(question, text)
        ranking = self.retriever.rank(read)
        candidates = self.lookup.chooser.choose(read, ranking)
        if must:
            exact = re.compile(rf"\b{must}\b")
            candidates = [c for c in candidates if exact.search(f"{c[0].row.label} {c[0].row.org_unit} {c[0].row.activity}")]
        if besides and candidates:
            held = {c[0].id: self.held(besides, c[0]) for c in candidates}
            most = max(held.values())
            candidates = [c for c in candidates if held[c[0].id] == most > 0]
        if not candidates:
            return None
        best = candidates[0][0]
        if any(m in MONEY for m in read.measures) and not any(f.measure in MONEY for f in best.figures):
            best = self.lookup.reader.funded(best) or best
        return best

    def part(self, question: Question, text: str) -> Question:
        """A part of the question's words, read with its years, measures and codes."""
        read = self.retriever.understanding.read(text)
        return read.model_copy(
            update={
                "years": question.years,
                "measures": question.measures or read.measures,
                "operation": None,
                "codes": question.codes or read.codes,
            }
        )

    def of_office(self, question: Question, text: str) -> TableRow | None:
        """The activity of the one office that a text names, where money is asked for: not an output that bears its name."""
        rows = self.lookup.chooser.wording.office_rows(self.part(question, text)) or []
        return rows[0] if len(rows) == 1 else None

    def held(self, text: str, entry: TableRow) -> float:
        """Weight of the words of a text that a row holds."""
        asked = {t for phrase in (text, *self.retriever.understanding.expansions(text)) for t in terms(phrase)}
        return round(sum(self.retriever.table.weight(t) for t in asked & entry.all_terms), 3)

    def figure(self, entry: TableRow, question: Question) -> Chosen | None:
        measure = measure_asked(entry, question)
        series = [f for f in entry.series(measure) if not question.years or f.year in question.years or f.year is None]
        return Chosen(entry, series[0]) if len(series) >= 1 and series[0].value is not None else None

    def activity(self, question: Question, ranking: Ranking) -> str:
        """Code of the activity that the question names by its code, name or office; empty when none clearly."""
        if code := next((c for c in question.codes if c in self.book.by_activity), ""):
            return code
        asked = frozenset(t for g in ranking.asking.groups for t in g)
        for entry, _ in self.lookup.chooser.candidates(question, ranking, k=3):
            row = entry.row
            for name in (row.activity, row.org_unit):
                words = frozenset(terms(name))
                if row.activity_code and words and len(words & asked) >= NAME_SHARE * len(words):
                    return row.activity_code
        return ""

    def meant_table(self, ranking: Ranking) -> Table | None:
        """The table that most of the best passages stand in."""
        tables = {t.id: t for t in self.retriever.index.figures.tables}
        score: dict[str, float] = {}
        top = float(ranking.scores[ranking.order[0]])
        for position in ranking.order[:10]:
            passage = self.retriever.passages[int(position)]
            if passage.table_id:
                score[passage.table_id] = score.get(passage.table_id, 0.0) + 2.0 ** (float(ranking.scores[position]) - top)
        return tables[max(score, key=lambda k: score[k])] if score else None


def result_text(derived: Derived, figure: Figure) -> str:
    """A computed amount with the unit of its operands."""
    value = abs(derived.value)
    if figure.measure in MONEY:
        return f"Rp{format_number(value)}" + (f" ({short_rupiah(value)})" if value >= 10**6 else "")
    return f"{format_number(value)} {figure.unit.lower()}".strip()
