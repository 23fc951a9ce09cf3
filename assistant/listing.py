"""Rows counted and listed: the indicators or outputs of an activity, what is due in a year, the rows of a group."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal

from assistant.compose_figures import FigureWriter
from assistant.models import Claim, Derived, Question
from assistant.picking import Picker
from assistant.retrieve import Ranking
from assistant.rows import TableRow
from ingest.models import Table
from ingest.terms import fold, terms

COUNTED: tuple[tuple[str, str], ...] = (
    (r"\b(indikator kinerja kegiatan|ikk|indikator|indicators?)\b", "Indikator Kinerja Kegiatan"),
    (r"\b(rincian output|ro|output|outputs)\b", "Rincian Output"),
    (r"\b(kro|klasifikasi rincian output)\b", "KRO"),
    (r"\b(ikro)\b", "IKRO"),
)
DEADLINE = re.compile(
    r"\b(deadline\w*|target penyelesaian|target\w*|selesai\w*|penyelesaian|ditarget\w*|rampung|jatuh tempo)\b", re.IGNORECASE
)
LISTS = re.compile(r"\b(mana|apa|which|what|daftar|sebutkan|list|ada berapa|berapa (?:banyak|jumlah)|how many)\b")
DATE = re.compile(r"(?:\w+ ){0,2}(?:19|20)\d\d")
"""When something is due: no group of rows."""
MAX_LISTED = 12
GROUP_WORDS = 8
BARE = frozenset(terms("bidang direktorat jenderal biro kementerian lembaga unit"))
"""Words that name no group by themselves."""


class Listing:
    def __init__(self, picker: Picker) -> None:
        self.picker = picker
        self.book = picker.book
        self.retriever = picker.retriever

    def write(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        for kind in (self.count, self.due, self.group):
            if claims := kind(question, ranking, writer):
                return claims
        return []

    def count(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        low = fold(question.standalone)
        counts = any(re.search(rf"\bberapa (?:jumlah |banyak )?{pattern}", low) for pattern, _ in COUNTED)
        if question.operation not in ("count", "unit") and question.asked not in ("jumlah", "daftar") and not counts:
            return []
        asks = (
            rf"berapa (?:jumlah |banyak )?{pattern}|jumlah {pattern}|how many {pattern}|{pattern}(?:nya)?(?: [\w&/().-]+){{0,8}} (?:itu )?apa (?:saja|aja)"
            rf"|(?:sebutkan|daftar|apa saja|semua|seluruh) (?:semua )?{pattern}"
            for pattern, _ in COUNTED
        )
        level = next((name for ask, (_, name) in zip(asks, COUNTED, strict=True) if re.search(ask, low)), "")
        code = self.picker.activity(question, ranking) if level else ""
        rows = [r for r in self.book.by_activity.get(code, ()) if r.row.level == level]
        if not code or not rows:
            return []
        # another table may give the code of an earlier plan to things of its own
        tables = Counter(r.table.id for r in rows)
        rows = [r for r in rows if r.table.id == tables.most_common(1)[0][0]]
        own = self.book.activity_row(code) or rows[0]
        listed = "\n".join(f"- {r.shown}" for r in rows[:MAX_LISTED])
        text = f"Ada **{len(rows)}** {level.lower()} pada kegiatan {own.row.activity} ({code}):\n{listed}"
        figures = tuple(r.figures[0].id for r in rows if r.figures)
        derived = Derived(operation="count", operands=figures, value=Decimal(len(rows)), formula=str(len(rows)))
        where = tuple(writer.evidence.of_row(r) for r in rows)
        return [Claim(text=text, evidence=where, figures=figures, derived=(derived,) if len(figures) == len(rows) else ())]

    def due(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        """Rows of words whose deadline is the asked year."""
        low = fold(question.standalone)
        if len(question.years) != 1 or not DEADLINE.search(low) or not LISTS.search(low):
            return []
        table = self.picker.meant_table(ranking)
        rows = [self.book.rows[r.id] for r in table.rows] if table is not None else []
        hits = [(r, f) for r in rows for f in r.figures if f.measure.startswith("target penyelesaian") and str(question.years[0]) in f.raw]
        if not hits or len(hits) > MAX_LISTED or any(r.states_figures for r, _ in hits):
            return []
        counted = f"Ada **{len(hits)}** dengan" if question.asked == "jumlah" or question.operation == "count" else "Dengan"
        figures = tuple(f.id for _, f in hits)
        derived = Derived(operation="count", operands=figures, value=Decimal(len(hits)), formula=str(len(hits)))
        head = Claim(
            text=f"{counted} {hits[0][1].measure} tahun {question.years[0]}:", evidence=tuple(writer.evidence.of_row(r) for r, _ in hits),
            figures=figures, derived=(derived,),
        )  # fmt: skip
        items = [Claim(text=f"- {r.shown} ({f.raw})", evidence=(writer.evidence.of_row(r),), figures=(f.id,)) for r, f in hits]
        return [head, *items]

    def group(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        """All rows of words under the heading, or with the office, that the question names."""
        if question.asked not in ("daftar", "jumlah") or question.measures or question.from_history:
            return []
        table = self.picker.meant_table(ranking)
        best = self.retriever.passages[int(ranking.order[0])]
        if table is None or (
            best.table_id != table.id and sum(self.retriever.passages[int(p)].table_id == table.id for p in ranking.order[:5]) < 2
        ):
            return []
        institution = self.picker.lookup.chooser.institution
        # the institution's name is in every office's: it names none of them
        asked = frozenset(t for g in ranking.asking.groups for t in (g[:1] if g[0] in institution else g))
        if best.row_id and len(asked & self.book.rows[best.row_id].label_terms) >= 0.7 * len(self.book.rows[best.row_id].label_terms):
            return []
        groups: dict[str, list[TableRow]] = {}
        for row in table.rows:
            entry = self.book.rows[row.id]
            if row.kind != "data" or entry.states_figures:
                continue
            short = [c.text for c in row.cells if 0 < len(c.text.split()) <= GROUP_WORDS and c.text != row.label]
            for name in dict.fromkeys([*row.parents, *short]):
                # a row that goes on over several lines of the table is one thing
                if entry.shown not in {other.shown for other in groups.get(name, ())}:
                    groups.setdefault(name, []).append(entry)
        named = [
            (len(frozenset(terms(name))), len(rows), frozenset(terms(name)), rows)
            for name, rows in groups.items()
            if (words := frozenset(terms(name)) - BARE) and not DATE.fullmatch(name) and words <= asked and 2 <= len(rows) <= 3 * MAX_LISTED
        ]
        if not named:
            return []
        _, _, words, rows = max(named, key=lambda n: (n[0], -n[1]))
        if self.names_one_row(frozenset(g[0] for g in ranking.asking.groups) - words, table, ranking):
            return []
        head = Claim(
            text=f"Ada **{len(rows)}** dalam {table.number or table.title}:", evidence=tuple(writer.evidence.of_row(r) for r in rows[:1])
        )
        return [head, *[Claim(text=f"- {r.shown}", evidence=(writer.evidence.of_row(r),)) for r in rows]]

    def names_one_row(self, asked: frozenset[str], table: Table, ranking: Ranking) -> bool:
        """Whether words that stand in no header of a table stand in the label of its best row alone: a cell of that row is meant."""
        ranked = (self.retriever.passages[int(p)] for p in ranking.order[:5])
        best = next((self.book.rows[p.row_id].label_terms for p in ranked if p.table_id == table.id and p.row_id), frozenset())
        headers = frozenset(t for column in table.columns for part in column.header for t in terms(part)) | frozenset(terms(table.title))
        labels = {self.book.rows[row.id].label_terms for row in table.rows if row.kind == "data"}
        return any(sum(term in label for label in labels) == 1 for term in (asked & best) - headers if not term.isdigit())
