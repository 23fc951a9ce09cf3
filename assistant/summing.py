"""Sums and shares over rows: named activities, the outputs of an activity, the same indicator for every region."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.compose_figures import FigureWriter
from assistant.figure_text import shown
from assistant.measures import MONEY, measure_name
from assistant.models import Claim, Operation, Question
from assistant.operations import amount, derive
from assistant.picking import Chosen, Picker, result_text
from assistant.retrieve import Ranking
from assistant.row_reading import adds_up
from assistant.rows import TableRow
from ingest.numerals import format_number
from ingest.terms import fold

CODE_RANGE = re.compile(r"\b([3-9]\d{3})\s*(?:s\.?\s?/?d\.?|sampai(?: dengan)?|hingga|-|–|to)\s*([3-9]\d{3})\b")
ENUMERATED = re.compile(
    r"\b(\w+)\s+((?:[IVX]{1,4}|\d)(?:(?:\s*,\s*(?:[IVX]{1,4}|\d))*,?\s+(?:dan|and|&|serta)\s+(?:[IVX]{1,4}|\d)|(?:\s*,\s*(?:[IVX]{1,4}|\d)){2,}))\b"
)
ALIKE = re.compile(r"\b(?:sama(?: rata)?|beda\w*|berbeda|seragam|the same|differ\w*)\b")
"""Asks whether they are alike."""
TOGETHER = re.compile(r"\b(?:gabungan|total|jumlah\w*|keseluruhan)\b", re.IGNORECASE)
ALL_OUTPUTS = re.compile(
    r"\b(?:semua|seluruh|setiap|tiap|all)\s+(?:rincian output|ro|output)\b|\b(?:rincian output|ro|output)(?:nya)?\s+(?:semua|seluruh)\w*\b"
)
WHICH_MORE = re.compile(r"\b(?:mana (?:yang )?(?:lebih|paling|ter)|lebih (?:besar|kecil|tinggi|rendah|banyak|sedikit)|bandingkan)")
EVERYWHERE = re.compile(
    r"\b(?:semua|seluruh|segala|all)\s+(?:kawasan|wilayah|negara|daerah|region\w*|unit|inspektorat|direktorat|ditjen)\b"
)
OF_WHOLE = re.compile(
    r"^(?P<part>.+?)\s(?:dari|terhadap|of)\s+(?P<whole>(?:total|seluruh|keseluruhan|jumlah|alokasi|anggaran|pagu|dana|kegiatan|program|the total)\b.+)$",
    re.IGNORECASE,
)
PERCENT = re.compile(r"\b(?:berapa persen|persentase\w*|porsi\w*|what (?:percentage|share))\b", re.IGNORECASE)
WORDS: dict[str, str] = {"sum": "Jumlah", "average": "Rata-rata", "highest": "Tertinggi", "lowest": "Terendah", "difference": "Selisih"}
SAME_KIND: tuple[Operation, ...] = ("sum", "average", "highest", "lowest", "difference")
MAX_ROWS = 12


class Summing:
    def __init__(self, picker: Picker) -> None:
        self.picker = picker
        self.book = picker.book

    def write(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        for kind in (self.share, self.named_rows, self.outputs, self.everywhere):
            if claims := kind(question, ranking, writer):
                return claims
        return []

    # several rows by name ------------------------------------------------------------------------------------------------

    def named_rows(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        entries = self.by_codes(question) or self.by_enumeration(question)
        if len(entries) < 2:
            return []
        chosen = [c for entry in entries if (c := self.picker.figure(entry, question)) is not None]
        if len(chosen) != len(entries) or (not question.years and len(chosen[0].entry.years(chosen[0].figure.measure)) > 1):
            return []
        if len(chosen) == 2 and (
            question.operation == "compare" or question.asked == "perbandingan" or WHICH_MORE.search(fold(question.standalone))
        ):
            return self.together(chosen, "difference", writer)
        if ALIKE.search(fold(question.standalone)) and len({amount(c.figure) for c in chosen}) == 1:
            head = f"{measure_name(chosen[0].figure.measure, begins=True)} semuanya sama:"
            return [Claim(text=head, plain=True), *self.each(chosen, writer)]
        return self.together(chosen, question.operation if question.operation in SAME_KIND else "sum", writer)

    def each(self, chosen: Sequence[Chosen], writer: FigureWriter) -> list[Claim]:
        """A line for each row with its figure."""
        claims = []
        for c in chosen:
            year = f" tahun {c.figure.year}" if c.figure.year else ""
            text = f"- {distinct_name(c, chosen, writer)}{year}: {shown(c.figure)}"
            claims.append(Claim(text=text, evidence=(writer.evidence.of_row(c.entry),), figures=(c.figure.id,)))
        return claims

    def by_codes(self, question: Question) -> list[TableRow]:
        codes = list(question.codes)
        if span := CODE_RANGE.search(question.standalone):
            codes = sorted({c for c in self.book.by_activity if c.isdigit() and int(span[1]) <= int(c) <= int(span[2])})
        rows = [self.book.activity_row(code) or self.book.funded_row(code) for code in codes]
        return [r for r in rows if r is not None]

    def by_enumeration(self, question: Question) -> list[TableRow]:
        """ "Inspektorat I, II, dan III" -> a row for each."""
        found = ENUMERATED.search(question.standalone)
        if not found:
            return []
        rows = []
        for part in re.findall(r"[IVX]{1,4}|\d", found[2]):
            single = TOGETHER.sub(" ", question.standalone.replace(found[0], f"{found[1]} {part}"))
            row = self.picker.one(question, single, part)
            if row is None:
                return []
            rows.append(row)
        return rows if len({r.id for r in rows}) == len(rows) else []

    # rows that belong together -----------------------------------------------------------------------------------------

    def outputs(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        """ "jumlah alokasi semua rincian output kegiatan X": added up, not read from the activity's own row."""
        if len(question.years) != 1 or not ALL_OUTPUTS.search(fold(question.standalone)):
            return []
        code = self.picker.activity(question, ranking)
        rows = [r for r in self.book.by_activity.get(code, ()) if r.row.level == "Rincian Output"] if code else []
        chosen = [Chosen(r, f) for r in rows if (f := r.figure("alokasi", question.years[0])) is not None and f.value is not None]
        if not any(m in MONEY for m in question.measures) or len(chosen) < 2:
            return []
        own = self.book.activity_row(code)
        figure = own.figure("alokasi", question.years[0]) if own is not None else None
        claims = self.together(chosen, "sum", writer)
        if own is not None and figure is not None:
            text = f"Alokasi {writer.name(own)} sendiri tahun {figure.year}: **{shown(figure)}**."
            claims.append(Claim(text=text, evidence=(writer.evidence.of_row(own),), figures=(figure.id,)))
        return claims

    def everywhere(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        """One indicator that several rows of a table state, each for its own region or unit."""
        if len(question.years) != 1 or not EVERYWHERE.search(fold(question.standalone)):
            return []
        candidates = self.picker.lookup.chooser.choose(question, ranking)
        if not candidates:
            return []
        best = candidates[0][0]
        rows = [
            e for e in self.book.rows.values() if e.table.id == best.table.id and e.label_terms == best.label_terms and e.states_figures
        ]
        chosen = [c for e in rows if (c := self.picker.figure(e, question)) is not None]
        if (
            len(chosen) != len(rows)
            or not 2 <= len(rows) <= MAX_ROWS
            or not adds_up([c.figure.model_copy(update={"unit": best.row.unit}) for c in chosen])
        ):
            return []
        return self.together(chosen, "sum", writer)

    def share(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        """A row's part of an activity's or the whole institution's money, in percent."""
        pair = OF_WHOLE.search(question.standalone)
        if pair is None or len(question.years) != 1 or not (question.operation == "share" or PERCENT.search(question.standalone)):
            return []
        year = f" tahun {question.years[0]}"
        whole = self.whole(question, pair["whole"] + year)
        part = self.picker.one(question.model_copy(update={"codes": ()}), PERCENT.sub(" ", pair["part"]) + year)
        if whole is None or part is None or whole.id == part.id:
            return []
        a, b = self.picker.figure(part, question), self.picker.figure(whole, question)
        derived = derive("share", [a.figure, b.figure]) if a and b and a.figure.measure == b.figure.measure else None
        if a is None or b is None or derived is None:
            return []
        text = (
            f"{measure_name(a.figure.measure, begins=True)} {writer.name(part)}{year} adalah **{format_number(derived.value)}%** dari {writer.name(whole)}: "
            f"{shown(a.figure)} dari {shown(b.figure)}."
        )
        rows = tuple(writer.evidence.of_row(c.entry) for c in (a, b))
        return [Claim(text=text, evidence=rows, figures=(a.figure.id, b.figure.id), derived=(derived,))]

    def whole(self, question: Question, text: str) -> TableRow | None:
        read = self.picker.retriever.understanding.read(text)
        read = read.model_copy(update={"measures": read.measures or question.measures, "operation": None, "years": question.years})
        if code := next((c for c in read.codes if c in self.book.by_activity), ""):
            return self.book.activity_row(code)
        chosen = self.picker.lookup.chooser.choose(read, self.picker.retriever.rank(read))
        return chosen[0][0] if chosen else None

    def together(self, chosen: Sequence[Chosen], operation: Operation, writer: FigureWriter) -> list[Claim]:
        figures = [c.figure for c in chosen]
        derived = derive(operation, figures)
        if derived is None:
            return []
        first = figures[0]
        year = f" tahun {first.year}" if first.year else ""
        text = f"{WORDS[operation]} {measure_name(first.measure)}{year}: **{result_text(derived, first)}**, dari:"
        rows = tuple(writer.evidence.of_row(c.entry) for c in chosen)
        head = Claim(text=text, evidence=rows, figures=tuple(f.id for f in figures), derived=(derived,))
        return [head, *self.each(chosen, writer)]


def distinct_name(one: Chosen, among: Sequence[Chosen], writer: FigureWriter) -> str:
    """The row's name, with what it stands under where others bear the same."""
    name = writer.name(one.entry)
    parents = one.entry.row.parents
    same = sum(c.entry.label_terms == one.entry.label_terms for c in among) > 1 and not one.entry.row.activity_code
    return f"{name} ({parents[-1]})" if same and parents and parents[-1] not in name else name
