"""LookupResult -> claims: the figure with its unit first, then the small table of years, what disagrees, who is in charge."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.computed import computed
from assistant.evidence import EvidenceBook
from assistant.figure_text import shown
from assistant.lookup_models import LookupResult
from assistant.measures import measure_name
from assistant.models import Claim, Question
from assistant.periods import spans
from assistant.rows import RowBook, TableRow
from ingest.models import Discrepancy, Figure
from ingest.terms import fold

SOURCE_ASKED = re.compile(r"\b(?:siapa|lembaga mana|instansi mana|badan mana|sumber(?:nya)?|who|which institution)\b")
SOURCE_COLUMNS = re.compile(r"\b(?:sumber data|sumber|penilai|lembaga penilai)\b", re.IGNORECASE)
PARENT_WORDS = 8
"""A longer parent does not tell a short label apart, it hides the figure."""


class FigureWriter:
    def __init__(self, book: RowBook, evidence: EvidenceBook) -> None:
        self.book = book
        self.evidence = evidence

    def write(self, question: Question, result: LookupResult) -> list[Claim]:
        """The claims of a `found` or `conflict` result."""
        if result.status == "conflict":
            return self.conflict(question, result)
        entry = self.book.rows[result.rows[0]]
        if question.operation == "org_unit" and entry.row.org_unit:
            return [self.org_unit(entry)]
        if question.operation == "unit" and entry.row.unit and "target" not in question.measures:
            return [self.unit(entry)]
        claims = [self.headline(question, entry, result)]
        if result.message:
            claims.append(Claim(text=result.message, plain=True))
        if question.operation == "unit" and entry.row.unit:
            claims.insert(1, self.unit(entry))
        claims += self.source_beside(question, entry)
        if not result.derived or result.derived[0].operation not in ("difference", "growth", "ratio"):
            claims += self.years_table(entry, result)
        claims += self.warnings(result)
        return claims

    def absent(self, question: Question, result: LookupResult) -> list[Claim]:
        """What is not there, and what the row does hold."""
        entry = self.book.rows[result.rows[0]]
        years = entry.years(result.measure)
        missing = ", ".join(str(y) for y in question.years if y not in years)
        series = entry.series(result.measure)
        held = f"Yang ada: {measure_name(result.measure)} {self.name(entry)} untuk tahun {spans(years)}."
        return [
            Claim(text=f"Tidak ditemukan dalam dokumen: tahun {missing}.", plain=True),
            Claim(text=held, evidence=(self.evidence.of_row(entry),), figures=tuple(f.id for f in series)),
        ]

    # single statements -----------------------------------------------------------------------------------------------

    def name(self, entry: TableRow, figures: Sequence[Figure] = ()) -> str:
        """What a row is called; by the indicator of its figures where the row's label only says what they stand under."""
        row = entry.row
        if row.label and len(indicators := {f.indicator for f in figures}) == 1 and not {row.label, ""} & indicators and not row.activity:
            return f"{indicators.pop()} ({entry.shown})"
        label = entry.shown
        if row.level == "Sasaran Kegiatan" and row.activity:
            return f"kegiatan {row.activity} ({row.activity_code})" if row.activity_code else f"kegiatan {row.activity}"
        if row.activity and row.activity_code:
            return f"{label} – kegiatan {row.activity} ({row.activity_code})"
        if row.org_unit and self.book.alike(entry):
            # only the office tells it from rows of the same name
            return f"{label} ({row.org_unit})"
        if row.parents and len(label.split()) < 4 and row.parents[-1] not in label and len(row.parents[-1].split()) <= PARENT_WORDS:
            return f"{label} ({row.parents[-1]})"
        return label

    def headline(self, question: Question, entry: TableRow, result: LookupResult) -> Claim:
        figures = result.figures
        where = (self.evidence.of_row(entry), *self.evidence.of_heading(entry))
        about = self.name(entry, figures)
        measure = measure_name(result.measure, begins=True)
        if about.casefold().startswith(f"{measure.casefold()} "):
            # "Nilai SAKIP", not "Nilai Nilai SAKIP"
            about = about[len(measure) + 1 :]
        if result.derived:
            operands = [self.book.figures[key] for key in result.derived[0].operands]
            return computed(result.derived[0], operands, measure, about, where)
        named = [m for m in question.measures if m in entry.measures]
        if len({f.measure for f in figures}) > 1 and len(named) > 1:
            listed = "; ".join(f"{measure_name(f.measure)}{f' {f.year}' if f.year else ''}: **{shown(f)}**" for f in figures)
            return Claim(text=f"{about[0].upper()}{about[1:]} – {listed}.", evidence=where, figures=tuple(f.id for f in figures))
        if len(figures) == 1:
            figure = figures[0]
            year = f" tahun {figure.year}" if figure.year else ""
            return Claim(text=f"{measure} {about}{year}: **{shown(figure)}**.", evidence=where, figures=(figure.id,))
        listed = "; ".join(f"{f.year}: **{shown(f)}**" if f.year else f"{measure_name(f.measure)}: **{shown(f)}**" for f in figures)
        return Claim(text=f"{measure} {about} – {listed}.", evidence=where, figures=tuple(f.id for f in figures))

    def org_unit(self, entry: TableRow) -> Claim:
        row = entry.row
        return Claim(
            text=f"Unit organisasi pelaksana {self.name(entry)}: **{row.org_unit}**.",
            evidence=self.org_evidence(entry),
            figures=tuple(f.id for f in entry.figures[:1]),
        )

    def org_evidence(self, entry: TableRow) -> tuple[str, ...]:
        """The row itself, and the row that prints the unit when it is another's cell filled down."""
        own = self.evidence.of_row(entry)
        printed = any(entry.row.org_unit in cell.text and not cell.inherited for cell in entry.row.cells)
        carrier = None if printed else self.book.activity_row(entry.row.activity_code)
        return (own, self.evidence.of_row(carrier)) if carrier and carrier.id != entry.id else (own, *self.evidence.of_heading(entry))

    def source_beside(self, question: Question, entry: TableRow) -> list[Claim]:
        """ "Nilainya berapa, dan siapa yang menilai": the cell of the row that names who measured it."""
        if not SOURCE_ASKED.search(fold(question.standalone)):
            return []
        columns = entry.table.columns
        named = [(" ".join(columns[c.column].header), c.text.strip()) for c in entry.row.cells if c.column < len(columns)]
        where = (self.evidence.of_row(entry),)
        return [Claim(text=f"{header}: **{text}**.", evidence=where) for header, text in named if text and SOURCE_COLUMNS.search(header)]

    def unit(self, entry: TableRow) -> Claim:
        return Claim(
            text=f"Satuan {self.name(entry)}: **{entry.row.unit}**.",
            evidence=(self.evidence.of_row(entry),),
            figures=tuple(f.id for f in entry.figures[:1]),
        )

    def years_table(self, entry: TableRow, result: LookupResult) -> list[Claim]:
        """All years of the row, the asked measure and the money beside it."""
        # a row of a priority states its money and, in another cell, an indicator with the indicator's targets: not one table
        names = {m: {f.indicator for f in entry.series(m)} for m in entry.measures}
        columns = [m for m in dict.fromkeys([result.measure, "target", "alokasi", "realisasi"]) if m in names]
        columns = [m for m in columns if names[m] == names.get(result.measure)][:3]
        # the year of a baseline alone would be a line of dashes
        years = [y for y in entry.years() if any(entry.figure(m, y) for m in columns)]
        if len(years) < 2 or (len(result.figures) > 1 and len(columns) < 2):
            return []
        rows, used = [], []
        for year in years:
            cells = []
            for measure in columns:
                figure = entry.figure(measure, year)
                cells.append(shown(figure) if figure else "–")
                used += [figure.id] if figure else []
            rows.append(f"| {year} | " + " | ".join(cells) + " |")
        head = "| Tahun | " + " | ".join(m.capitalize() for m in columns) + " |"
        rule = "| --- | " + " | ".join("---:" for _ in columns) + " |"
        return [
            Claim(
                text="\n".join([f"**{self.name(entry, entry.series(result.measure))}** per tahun:\n", head, rule, *rows]),
                evidence=(self.evidence.of_row(entry),),
                figures=tuple(used),
            )
        ]

    # disagreement ------------------------------------------------------------------------------------------------------

    def conflict(self, question: Question, result: LookupResult) -> list[Claim]:
        """All values that the plan gives for the fact, each with its place."""
        entry = self.book.rows[result.rows[0]]
        claims = []
        year = f" tahun {question.years[0]}" if question.years else ""
        claims.append(
            Claim(
                text=f"Dokumen memuat angka yang berbeda untuk {measure_name(result.measure)} {self.name(entry, result.figures)}{year}:",
                evidence=(self.evidence.of_row(entry),),
                figures=tuple(f.id for f in result.figures),
            )
        )
        stated: set[str] = set()
        for figure in result.figures:
            claims.append(self.value_at(figure, stated))
        for item in result.discrepancies:
            claims += self.places(item, stated)
        return claims

    def value_at(self, figure: Figure, stated: set[str]) -> Claim:
        stated.add(figure.id)
        owner = self.book.rows[figure.row_id]
        stated.add(f"{owner.table.id} {figure.measure} {figure.value}")
        year = f" tahun {figure.year}" if figure.year else ""
        where = owner.table.number or owner.table.title
        text = f"- {where}, {measure_name(figure.measure)} “{owner.shown}”{year}: **{shown(figure)}**"
        return Claim(text=text, evidence=(self.evidence.of_row(owner),), figures=(figure.id,))

    def places(self, item: Discrepancy, stated: set[str]) -> list[Claim]:
        out = []
        for place in item.places:
            figure = self.book.figures.get(place.figure_id)
            if figure is not None:
                same = f"{self.book.rows[figure.row_id].table.id} {figure.measure} {figure.value}"
                if figure.id not in stated and same not in stated:
                    out.append(self.value_at(figure, stated))
                continue
            key = f"line-{place.line}"
            if key not in stated:
                stated.add(key)
                out.append(Claim(text=f"- baris {place.line}: **{place.raw}**", evidence=(self.evidence.of_line(item.doc, place.line),)))
        return out

    def adds_rows(self, item: Discrepancy) -> bool:
        """Whether it is the sum over other rows that does not come out: its parts are no other value of the same thing."""
        rows = {self.book.figures[p.figure_id].row_id for p in item.places if p.figure_id in self.book.figures}
        return item.kind == "sum" and len(rows) > 1

    def warnings(self, result: LookupResult) -> list[Claim]:
        """What disagrees with the stated figures, shortly; the other value with its place."""
        out: list[Claim] = []
        stated = {f.id for f in result.figures}
        bounds = {d.id for d in result.discrepancies if d.kind == "prose" and d.year is None}
        for item in [d for d in result.discrepancies if d.severity <= 3 and d.id not in bounds and not self.adds_rows(d)][:1]:
            listed = self.places(item, stated)
            if listed:
                out.append(Claim(text="Catatan: dokumen juga memuat angka lain untuk hal yang sama, berbeda dengan di atas:", plain=True))
                out += listed[:2]
        return out
