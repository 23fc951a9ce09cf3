"""The highest or lowest of many rows, and the first few of them: among activities, the outputs of one, or a table."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.compose_figures import FigureWriter
from assistant.figure_text import shown
from assistant.measures import MONEY, measure_name
from assistant.models import Claim, Operation, Question
from assistant.operations import amount
from assistant.picking import Chosen, Picker
from assistant.retrieve import Ranking
from assistant.rows import ACTIVITY_LEVEL, OUTPUT_LEVELS, TableRow
from ingest.terms import fold

NOUN = (
    r"kegiatan|risiko|unit|direktorat|biro|indikator|rincian output|output|ro|komponen|faktor|kekuatan|kelemahan|peluang|ancaman|program|kawasan|poin|hal"
    r"|activity|activities|risk|strength|weakness|threat|opportunity"
)
WHICH = re.compile(
    rf"\b(?:{NOUN})\s+(?:\w+\s+)?(?:apa|mana|yang|dengan|with)\b|\b(?:apa|mana|what|which)\s+(?:{NOUN})\b|\b(?:{NOUN})\s+\w*\s*(?:ter\w+|paling)",
    re.IGNORECASE,
)
FIRST_FEW = re.compile(
    rf"\b(\d{{1,2}}|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh)\s+(?:{NOUN})\b|\btop\s+(\d{{1,2}})\b", re.IGNORECASE
)
NUMBERS = {"dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9, "sepuluh": 10}
OUTPUTS = re.compile(r"\b(?:rincian output|ro|output|outputs)\b")
ACTIVITIES = re.compile(r"\b(?:kegiatan|unit|direktorat|biro|activity|activities)\b")
FINAL = ("status", "skor", "alokasi", "nilai", "target")
"""Measures that sum a row up, the most telling first."""
MAX_TIED, MAX_FIRST = 5, 10


class Extremes:
    def __init__(self, picker: Picker) -> None:
        self.picker = picker
        self.book = picker.book

    def write(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        if question.operation not in ("highest", "lowest"):
            return []
        few = wanted_number(question.standalone)
        if not few and not WHICH.search(question.standalone):
            return []
        pool = self.pool(question, ranking)
        if len(pool) < 2 or (len(pool) < 3 and not self.under_activity(question)):
            return []
        ordered = in_order(pool, question.operation)
        if few:
            return self.first_few(ordered[: min(few, MAX_FIRST)], writer)
        best = [c for c in ordered if amount(c.figure) == amount(ordered[0].figure)]
        return [self.one(c, question.operation, writer) for c in best] if len(best) <= MAX_TIED else []

    def one(self, c: Chosen, operation: Operation, writer: FigureWriter) -> Claim:
        year = f" tahun {c.figure.year}" if c.figure.year else ""
        word = "tertinggi" if operation == "highest" else "terendah"
        others = [f for f in c.entry.figures if f.id != c.figure.id and f.year == c.figure.year and f.year is None][:2]
        beside = f" ({'; '.join(f'{measure_name(f.measure)} {shown(f)}' for f in others)})" if others else ""
        text = f"**{writer.name(c.entry)}** – {measure_name(c.figure.measure)} {word}{year}: **{shown(c.figure)}**{beside}."
        return Claim(text=text, evidence=(writer.evidence.of_row(c.entry),), figures=(c.figure.id, *(f.id for f in others)))

    def first_few(self, chosen: Sequence[Chosen], writer: FigureWriter) -> list[Claim]:
        claims = []
        for c in chosen:
            year = f" tahun {c.figure.year}" if c.figure.year else ""
            text = f"- {writer.name(c.entry)} – {measure_name(c.figure.measure)}{year}: **{shown(c.figure)}**"
            claims.append(Claim(text=text, evidence=(writer.evidence.of_row(c.entry),), figures=(c.figure.id,)))
        return claims

    # among which rows ----------------------------------------------------------------------------------------------------

    def under_activity(self, question: Question) -> bool:
        return any(c in self.book.by_activity for c in question.codes)

    def pool(self, question: Question, ranking: Ranking) -> list[Chosen]:
        """The rows among which the highest is sought: those of the named kind in the activity or table that is meant."""
        low = fold(question.standalone)
        money = any(m in MONEY for m in question.measures)
        if money and OUTPUTS.search(low):
            return self.outputs(question, ranking)
        if money and ACTIVITIES.search(low):
            return self.activities(question)
        table = self.picker.meant_table(ranking)
        if table is None:
            return []
        rows = [self.book.rows[r.id] for r in table.rows if r.kind == "data" and self.book.rows[r.id].figures]
        grouped = self.in_group(low, rows)
        measure = common_measure(question, grouped)
        out = []
        for entry in grouped:
            years: list[int | None] = [y for y in question.years if entry.figure(measure, y)] or [None]
            figure = entry.figure(measure, years[0])
            if figure is not None and figure.value is not None:
                out.append(Chosen(entry, figure))
        return out

    def outputs(self, question: Question, ranking: Ranking) -> list[Chosen]:
        """The outputs of the named activity, or of all activities where none is named."""
        if len(question.years) != 1:
            return []
        code = self.picker.activity(question, ranking)
        rows = self.book.by_activity.get(code, []) if code else list(self.book.rows.values())
        return self.main_table([self.picker.figure(r, question) for r in rows if r.row.level in OUTPUT_LEVELS])

    def activities(self, question: Question) -> list[Chosen]:
        if len(question.years) != 1:
            return []
        own = [r for code in self.book.by_activity if (r := self.book.activity_row(code)) is not None and r.row.level == ACTIVITY_LEVEL]
        said = frozenset(fold(question.standalone).split())
        programs = {p for r in own if (p := r.row.program) and words_of(p) <= said}
        rows = [r for r in own if r.row.program in programs] if programs else own
        return self.main_table([self.picker.figure(r, question) for r in rows])

    def main_table(self, chosen: Sequence[Chosen | None]) -> list[Chosen]:
        """Only allocations, and only those of the table that has most of them: another prints them again."""
        found = [c for c in chosen if c is not None and c.figure.measure == "alokasi"]
        main = max({c.entry.table.id for c in found}, key=lambda t: sum(c.entry.table.id == t for c in found), default="")
        return [c for c in found if c.entry.table.id == main]

    def in_group(self, low: str, rows: list[TableRow]) -> list[TableRow]:
        """Only the rows under the group that is named ("ancaman" names the group "Threats" too)."""
        english = self.picker.retriever.understanding.group_words()
        named = []
        for entry in rows:
            parents = fold(" ".join(entry.row.parents))
            words = {w for p in re.findall(r"\w+", parents) for w in (p, *english.get(p, "").split())}
            if any(re.search(rf"\b{re.escape(w)}\w*", low) for w in words if len(w) > 4):
                named.append(entry)
        return named if 2 < len(named) < len(rows) else rows


def words_of(name: str) -> frozenset[str]:
    return frozenset(fold(name).split())


def wanted_number(text: str) -> int:
    """How many of the first are asked for ("tiga kegiatan dengan alokasi terbesar"); 0 where just the one."""
    found = FIRST_FEW.search(text)
    if not found:
        return 0
    said = (found[1] or found[2]).lower()
    return NUMBERS.get(said) or (int(said) if said.isdigit() and int(said) > 1 else 0)


def in_order(pool: Sequence[Chosen], operation: Operation) -> list[Chosen]:
    """The asked ones first. The heaviest of negative scores is the lowest number."""
    values = [amount(c.figure) for c in pool]
    negative = all(v <= 0 for v in values) and any(v < 0 for v in values)
    descending = (operation == "highest") != negative
    return sorted(pool, key=lambda c: amount(c.figure), reverse=descending)


def common_measure(question: Question, rows: Sequence[TableRow]) -> str:
    have = [m for r in rows for m in r.measures]
    named = next((m for m in question.measures if m in have), "")
    return named or next((m for m in FINAL if m in have), have[0] if have else "")
