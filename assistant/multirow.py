"""Answers over several rows: sums over named activities, two things compared, the highest of a table, how many there are.

Each returns claims with every row cited and every number derived with its operands, or nothing when the question is
not of its kind or a row is not certain: then the question goes the ordinary way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.compose_figures import FigureWriter, shown
from assistant.evidence import EvidenceBook
from assistant.lookup import MONEY, Lookup
from assistant.models import Claim, Derived, Operation, Question
from assistant.operations import amount, derive
from assistant.retrieve import Ranking, Retriever
from assistant.rows import ACTIVITY_LEVEL, RowBook, TableRow
from ingest.models import Figure, Table
from ingest.numerals import format_number, short_rupiah
from ingest.terms import fold, terms

CODE_RANGE = re.compile(r"\b([3-9]\d{3})\s*(?:s\.?\s?/?d\.?|sampai(?: dengan)?|hingga|-|–|to)\s*([3-9]\d{3})\b")
ENUMERATED = re.compile(r"\b(\w+)\s+((?:[IVX]{1,4}|\d)(?:\s*,\s*(?:[IVX]{1,4}|\d))*,?\s+(?:dan|and|&|serta)\s+(?:[IVX]{1,4}|\d))\b")
BETWEEN = (
    re.compile(r"\b(?:antara|between)\s+(?P<a>.+?)\s+(?:dan|dengan|sama|and)\s+(?P<b>.+?)(?:,|\?|\bmana\b|\blebih\b|\bwhich\b|$)", re.IGNORECASE),
    re.compile(r"^(?P<a>.+?)\s+(?:vs\.?|versus)\s+(?P<b>.+?)(?:,|\?|\bmana\b|\bberapa\b|$)", re.IGNORECASE),
    re.compile(r"^(?P<a>.+?)\s+(?:sama|dan|atau|dengan|and|or)\s+(?P<b>.+?)(?:,|\?)\s*(?:mana|lebih|siapa|which)\b.*$", re.IGNORECASE),
    re.compile(r"^(?:bandingkan|compare)\s+(?P<a>.+?)\s+(?:dengan|dan|sama|with|and)\s+(?P<b>.+)$", re.IGNORECASE),
    re.compile(r"\b(?:mana yang lebih \w+|lebih (?:besar|tinggi|banyak|kecil|rendah)(?: mana)?)[,:]?\s+(?:antara\s+)?(?P<a>.+?)\s+(?:atau|dan|dengan|sama)\s+(?P<b>.+)$", re.IGNORECASE),
)  # fmt: skip
NOUN = r"kegiatan|risiko|unit|direktorat|biro|indikator|output|komponen|faktor|kekuatan|kelemahan|peluang|ancaman|program|kawasan|poin|hal|activity|activities|risk|strength|weakness|threat|opportunity"
WHICH = re.compile(
    rf"\b(?:{NOUN})\s+(?:\w+\s+)?(?:apa|mana|yang|with)\b|\b(?:apa|mana|what|which)\s+(?:{NOUN})\b|\b(?:{NOUN})\s+\w*\s*(?:ter\w+|paling)",
    re.IGNORECASE,
)
LEVELS: tuple[tuple[str, str], ...] = (
    (r"\b(indikator kinerja kegiatan|ikk|indikator|indicators?)\b", "Indikator Kinerja Kegiatan"),
    (r"\b(rincian output|ro|output|outputs)\b", "Rincian Output"),
    (r"\b(kro|klasifikasi rincian output)\b", "KRO"),
    (r"\b(ikro)\b", "IKRO"),
)
GROWING = re.compile(r"\b(kenaikan\w*|naik\w*|pertumbuhan\w*|tumbuh|turun\w*|penurunan\w*|increase\w*|grew|growth)\b", re.IGNORECASE)
DEADLINE = re.compile(r"\b(deadline\w*|target penyelesaian|selesai\w*|penyelesaian|ditarget\w*|rampung|jatuh tempo)\b", re.IGNORECASE)
MAX_LISTED = 12
GROUP_WORDS = 8
BARE = frozenset(terms("bidang direktorat jenderal biro kementerian lembaga unit"))
"""Words that name no group by themselves."""


@dataclass(frozen=True)
class Chosen:
    entry: TableRow
    figure: Figure


class MultiRow:
    def __init__(self, lookup: Lookup, book: RowBook, retriever: Retriever) -> None:
        self.lookup = lookup
        self.book = book
        self.retriever = retriever

    def write(self, question: Question, ranking: Ranking, evidence: EvidenceBook) -> list[Claim]:
        writer = FigureWriter(self.book, evidence)
        kinds: tuple[Callable[[Question, Ranking, FigureWriter], list[Claim]], ...] = (
            self.named_rows, self.count, self.two_things, self.extreme, self.due, self.group,
        )  # fmt: skip
        for kind in kinds:
            if claims := kind(question, ranking, writer):
                return claims
        return []

    # several rows by name ------------------------------------------------------------------------------------------------

    def named_rows(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        entries = self.by_codes(question) or self.by_enumeration(question)
        if len(entries) < 2:
            return []
        chosen = [c for entry in entries if (c := self.figure(entry, question)) is not None]
        if len(chosen) != len(entries) or (not question.years and len(chosen[0].entry.years(chosen[0].figure.measure)) > 1):
            return []
        operation: Operation = question.operation if question.operation in ("sum", "average", "highest", "lowest", "difference") else "sum"
        return self.together(chosen, operation, writer)

    def by_codes(self, question: Question) -> list[TableRow]:
        codes = list(question.codes)
        if span := CODE_RANGE.search(question.standalone):
            known = [c for c in self.book.by_activity if c.isdigit() and int(span[1]) <= int(c) <= int(span[2])]
            codes = sorted(set(known))
        rows = [self.book.activity_row(code) for code in codes]
        return [r for r in rows if r is not None]

    def by_enumeration(self, question: Question) -> list[TableRow]:
        """ "Inspektorat I, II, dan III" -> a row for each."""
        found = ENUMERATED.search(question.standalone)
        if not found:
            return []
        rows = []
        for part in re.findall(r"[IVX]{1,4}|\d", found[2]):
            single = question.standalone.replace(found[0], f"{found[1]} {part}")
            single = re.sub(r"\b(gabungan|total|jumlah\w*|keseluruhan)\b", " ", single, flags=re.IGNORECASE)
            row = self.one(question, single, part)
            if row is None:
                return []
            rows.append(row)
        return rows if len({r.id for r in rows}) == len(rows) else []

    def one(self, question: Question, text: str, must: str = "") -> TableRow | None:
        """The certain row for a part of the question; None when several fit."""
        read = self.lookup.retriever.understanding.read(text)
        read = read.model_copy(update={"years": question.years, "measures": question.measures or read.measures, "operation": None})
        ranking = self.retriever.rank(read)
        candidates = self.lookup.candidates(read, ranking)
        if must:
            exact = re.compile(rf"\b{must}\b")
            candidates = [c for c in candidates if exact.search(f"{c[0].row.label} {c[0].row.org_unit} {c[0].row.activity}")]
        if not candidates:
            return None
        ordered = self.lookup.ordered(read, candidates, ranking.asking.groups)
        best = ordered[0][0]
        if any(m in MONEY for m in read.measures) and not any(f.measure in MONEY for f in best.figures):
            best = self.lookup.funded(best) or best
        return best

    def figure(self, entry: TableRow, question: Question) -> Chosen | None:
        measure = self.lookup.measure(entry, question)
        series = [f for f in entry.series(measure) if not question.years or f.year in question.years or f.year is None]
        return Chosen(entry, series[0]) if len(series) >= 1 and series[0].value is not None else None

    def together(self, chosen: Sequence[Chosen], operation: Operation, writer: FigureWriter) -> list[Claim]:
        figures = [c.figure for c in chosen]
        derived = derive(operation, figures)
        if derived is None:
            return []
        first = figures[0]
        year = f" tahun {first.year}" if first.year else ""
        word = {"sum": "Jumlah", "average": "Rata-rata", "highest": "Tertinggi", "lowest": "Terendah", "difference": "Selisih"}[operation]
        lines = "; ".join(f"{writer.name(c.entry)}: {shown(c.figure)}" for c in chosen)
        text = f"{word} {first.measure}{year}: **{self.money(derived, first)}** ({lines})."
        return [
            Claim(
                text=text,
                evidence=tuple(writer.evidence.of_row(c.entry) for c in chosen),
                figures=tuple(f.id for f in figures),
                derived=(derived,),
            )
        ]

    def money(self, derived: Derived, figure: Figure) -> str:
        value = abs(derived.value)
        if figure.measure in MONEY:
            return f"Rp{format_number(value)}" + (f" ({short_rupiah(value)})" if value >= 10**6 else "")
        return f"{format_number(value)} {figure.unit.lower()}".strip()

    # two things compared -------------------------------------------------------------------------------------------------

    def two_things(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        if question.operation not in ("compare", "highest", "lowest", "difference") and question.asked != "perbandingan":
            return []
        pair = next((m for p in BETWEEN if (m := p.search(question.standalone))), None)
        if (
            pair is None
            or min(len(terms(pair["a"])), len(terms(pair["b"]))) == 0
            or re.fullmatch(r"\W*(?:tahun )?(?:19|20)\d\d\W*", pair["b"])
        ):
            return []
        context = question.standalone.replace(pair["a"], " ").replace(pair["b"], " ")
        kept = " ".join(
            w for w in re.findall(r"[\w-]+", context) if w.lower() not in ("antara", "mana", "lebih", "yang", "sama", "dan", "between")
        )
        one, two = self.one(question, f"{pair['a']} {kept}"), self.one(question, f"{pair['b']} {kept}")
        if one is None or two is None or one.id == two.id:
            return []
        if GROWING.search(context) and len(question.years) != 1:
            return self.growths(question, one, two, writer)
        a, b = self.figure(one, question), self.figure(two, question)
        if a is None or b is None or a.figure.measure != b.figure.measure:
            return []
        derived = derive("difference", [a.figure, b.figure])
        if derived is None:
            return []
        if derived.value == 0:
            said = f"Sama: keduanya **{shown(a.figure)}**"
        else:
            more, less = (b, a) if derived.value > 0 else (a, b)
            said = f"**{writer.name(more.entry)}** lebih besar dengan selisih {self.money(derived, a.figure)}"
            _ = less
        year = f" tahun {a.figure.year}" if a.figure.year else ""
        text = f"{said}. {a.figure.measure.capitalize()}{year} {writer.name(a.entry)}: **{shown(a.figure)}**; {writer.name(b.entry)}: **{shown(b.figure)}**."
        rows = tuple(writer.evidence.of_row(c.entry) for c in (a, b))
        return [Claim(text=text, evidence=rows, figures=(a.figure.id, b.figure.id), derived=(derived,))]

    def growths(self, question: Question, one: TableRow, two: TableRow, writer: FigureWriter) -> list[Claim]:
        """Which of two rose more between the first and the last asked year."""
        changes = []
        for entry in (one, two):
            measure = self.lookup.measure(entry, question)
            series = [f for f in entry.series(measure) if f.value is not None and (not question.years or f.year in question.years)]
            derived = derive("difference", [series[0], series[-1]]) if len(series) > 1 else None
            if derived is None:
                return []
            changes.append((entry, series[0], series[-1], derived))
        ordered = sorted(changes, key=lambda c: -c[3].value)
        names = [writer.name(c[0]) for c in ordered]
        lead = f"Kenaikan {names[0]} lebih besar." if ordered[0][3].value != ordered[1][3].value else "Kenaikannya sama."
        claims = [
            Claim(
                text=lead,
                evidence=tuple(writer.evidence.of_row(c[0]) for c in ordered),
                figures=tuple(f.id for c in ordered for f in c[1:3]),
            )
        ]
        for entry, first, last, derived in ordered:
            way = "naik" if derived.value > 0 else "turun" if derived.value < 0 else "tetap"
            unit = "poin" if last.unit.lower() in ("", "nilai", "indeks", "%", "persen") else last.unit.lower()
            amount_text = self.money(derived, last) if last.measure in MONEY else f"{format_number(abs(derived.value))} {unit}"
            text = f"- {writer.name(entry)}: {way} **{amount_text}**, dari {shown(first)} (tahun {first.year}) menjadi {shown(last)} (tahun {last.year})"
            claims.append(Claim(text=text, evidence=(writer.evidence.of_row(entry),), figures=(first.id, last.id), derived=(derived,)))
        return claims

    # the highest of many -------------------------------------------------------------------------------------------------

    def extreme(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        if question.operation not in ("highest", "lowest") or not WHICH.search(question.standalone):
            return []
        pool = self.pool(question, ranking)
        if len(pool) < 3:
            return []
        values = [amount(c.figure) for c in pool]
        # the heaviest of negative scores is the lowest number
        sign = -1 if all(v <= 0 for v in values) and any(v < 0 for v in values) else 1
        wanted = (max if (question.operation == "highest") == (sign == 1) else min)(values)
        best = [c for c, v in zip(pool, values, strict=True) if v == wanted]
        figures = [c.figure for c in pool]
        operation: Operation = "highest" if wanted == max(values) else "lowest"
        derived = derive(operation, figures)
        if derived is None or len(best) > 5:
            return []
        claims = []
        for c in best:
            year = f" tahun {c.figure.year}" if c.figure.year else ""
            word = "tertinggi" if question.operation == "highest" else "terendah"
            others = [f for f in c.entry.figures if f.id != c.figure.id and f.year == c.figure.year and f.year is None][:2]
            beside = f" ({'; '.join(f'{f.measure} {shown(f)}' for f in others)})" if others else ""
            text = f"**{writer.name(c.entry)}** – {c.figure.measure} {word}{year}: **{shown(c.figure)}**{beside}."
            claims.append(
                Claim(text=text, evidence=(writer.evidence.of_row(c.entry),), figures=(c.figure.id, *(f.id for f in others)), derived=())
            )
        return claims

    def pool(self, question: Question, ranking: Ranking) -> list[Chosen]:
        """The rows among which the highest is sought: those of the named kind in the table that the question means."""
        low = fold(question.standalone)
        if re.search(r"\b(kegiatan|unit|direktorat|biro|activity|activities)\b", low) and any(m in MONEY for m in question.measures):
            rows = [
                r for code in self.book.by_activity if (r := self.book.activity_row(code)) is not None and r.row.level == ACTIVITY_LEVEL
            ]
            chosen = [c for r in rows if (c := self.figure(r, question)) is not None and c.figure.measure == "alokasi"]
            main = max({c.entry.table.id for c in chosen}, key=lambda t: sum(c.entry.table.id == t for c in chosen), default="")
            return [c for c in chosen if c.entry.table.id == main] if len(question.years) == 1 else []
        table = self.meant_table(ranking)
        if table is None:
            return []
        rows = [self.book.rows[r.id] for r in table.rows if r.kind == "data" and self.book.rows[r.id].figures]
        grouped = self.in_group(low, rows)
        measure = self.common_measure(question, grouped)
        out = []
        for entry in grouped:
            years: list[int | None] = [y for y in question.years if entry.figure(measure, y)] or [None]
            figure = entry.figure(measure, years[0])
            if figure is not None and figure.value is not None:
                out.append(Chosen(entry, figure))
        return out

    def meant_table(self, ranking: Ranking) -> Table | None:
        tables = {t.id: t for t in self.retriever.index.figures.tables}
        score: dict[str, float] = {}
        top = float(ranking.scores[ranking.order[0]])
        for position in ranking.order[:10]:
            passage = self.retriever.passages[int(position)]
            if passage.table_id:
                score[passage.table_id] = score.get(passage.table_id, 0.0) + 2.0 ** (float(ranking.scores[position]) - top)
        return tables[max(score, key=lambda k: score[k])] if score else None

    def in_group(self, low: str, rows: list[TableRow]) -> list[TableRow]:
        """Only the rows under the group that is named ("ancaman" names the group "Threats" too)."""
        english = self.retriever.understanding.group_words()
        named = []
        for entry in rows:
            parents = fold(" ".join(entry.row.parents))
            words = {w for p in re.findall(r"\w+", parents) for w in (p, *english.get(p, "").split())}
            if any(re.search(rf"\b{re.escape(w)}\w*", low) for w in words if len(w) > 4):
                named.append(entry)
        return named if 2 < len(named) < len(rows) else rows

    def common_measure(self, question: Question, rows: Sequence[TableRow]) -> str:
        have = [m for r in rows for m in r.measures]
        for measure in question.measures:
            if measure in have:
                return measure
        final = ("status", "skor", "alokasi", "nilai", "target")
        return next((m for m in final if m in have), have[0] if have else "")

    # how many --------------------------------------------------------------------------------------------------------------

    def count(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        if question.operation != "count" and question.asked != "jumlah":
            return []
        low = fold(question.standalone)
        level = next(
            (
                name
                for pattern, name in LEVELS
                if re.search(rf"berapa (?:jumlah |banyak )?{pattern}|jumlah {pattern}|how many {pattern}", low)
            ),
            "",
        )
        if not level:
            return []
        code = next((c for c in question.codes if c in self.book.by_activity), "") or self.named_activity(question, ranking)
        rows = [r for r in self.book.by_activity.get(code, ()) if r.row.level == level]
        if not rows:
            return []
        own = self.book.activity_row(code) or rows[0]
        listed = [f"- {r.shown}" for r in rows[:MAX_LISTED]]
        text = f"Ada **{len(rows)}** {level.lower()} pada kegiatan {own.row.activity} ({code}):\n" + "\n".join(listed)
        figures = tuple(r.figures[0].id for r in rows if r.figures)
        derived = Derived(operation="count", operands=figures, value=Decimal(len(rows)), formula=str(len(rows)))
        return [
            Claim(
                text=text,
                evidence=tuple(writer.evidence.of_row(r) for r in rows),
                figures=figures,
                derived=(derived,) if len(figures) == len(rows) else (),
            )
        ]

    def named_activity(self, question: Question, ranking: Ranking) -> str:
        """The activity whose name or office the question names; empty when none clearly."""
        asked = self.lookup.telling_words(question)
        for entry, _ in self.lookup.candidates(question, ranking, k=3):
            row = entry.row
            for name in (row.activity, row.org_unit):
                words = frozenset(terms(name))
                if row.activity_code and words and len(words & asked) >= 0.75 * len(words):
                    return row.activity_code
        return ""

    # due in a year ---------------------------------------------------------------------------------------------------------

    def due(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        """Rows of words whose deadline is the asked year."""
        if (
            len(question.years) != 1
            or not DEADLINE.search(question.standalone)
            or not re.search(r"\b(mana|apa|which|what|daftar|sebutkan|list)\b", fold(question.standalone))
        ):
            return []
        table = self.meant_table(ranking)
        rows = [self.book.rows[r.id] for r in table.rows] if table is not None else []
        hits = [(r, f) for r in rows for f in r.figures if f.measure.startswith("target penyelesaian") and str(question.years[0]) in f.raw]
        if not hits or len(hits) > MAX_LISTED or any(r.states_figures for r, _ in hits):
            return []
        head = Claim(
            text=f"Dengan {hits[0][1].measure} tahun {question.years[0]}:",
            evidence=(writer.evidence.of_row(hits[0][0]),),
            figures=(hits[0][1].id,),
        )
        items = [Claim(text=f"- {r.shown} ({f.raw})", evidence=(writer.evidence.of_row(r),), figures=(f.id,)) for r, f in hits]
        return [head, *items]

    # a group of rows -------------------------------------------------------------------------------------------------------

    def group(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        """All rows of words under the heading, or with the office, that the question names."""
        if question.asked not in ("daftar", "jumlah") or question.measures or question.from_history:
            return []
        table = self.meant_table(ranking)
        best = self.retriever.passages[int(ranking.order[0])]
        if table is None or (
            best.table_id != table.id and sum(self.retriever.passages[int(p)].table_id == table.id for p in ranking.order[:5]) < 2
        ):
            return []
        asked = frozenset(t for g in ranking.asking.groups for t in g)
        if best.row_id and len(asked & self.book.rows[best.row_id].label_terms) >= 0.7 * len(self.book.rows[best.row_id].label_terms):
            return []
        groups: dict[str, list[TableRow]] = {}
        for row in table.rows:
            entry = self.book.rows[row.id]
            if row.kind != "data" or entry.states_figures:
                continue
            short = [c.text for c in row.cells if 0 < len(c.text.split()) <= GROUP_WORDS and c.text != row.label]
            for name in dict.fromkeys([*row.parents, *short]):
                groups.setdefault(name, []).append(entry)
        named = [
            (len(frozenset(terms(name))), len(rows), rows)
            for name, rows in groups.items()
            if (words := frozenset(terms(name)) - BARE) and words <= asked and 2 <= len(rows) <= 3 * MAX_LISTED
        ]
        if not named:
            return []
        rows = max(named, key=lambda n: (n[0], -n[1]))[2]
        head = Claim(
            text=f"Ada **{len(rows)}** dalam {table.number or table.title}:", evidence=tuple(writer.evidence.of_row(r) for r in rows[:1])
        )
        items = [Claim(text=f"- {r.shown}", evidence=(writer.evidence.of_row(r),)) for r in rows]
        return [head, *items]
