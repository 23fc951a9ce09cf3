"""Operations of the lookup tool over several rows: listing, adding up, the highest and lowest, counting, ranks and shares."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.lookup_models import LookupRequest, LookupResult
from assistant.measures import LEVELS, MONEY
from assistant.models import Operation, Question
from assistant.operations import amount, derive
from assistant.retrieve import Retriever
from assistant.row_reading import measure_asked
from assistant.rows import ACTIVITY_LEVEL, OUTPUT_LEVELS, RowBook, TableRow
from ingest.models import Figure
from ingest.terms import fold, terms

OVER_ROWS: tuple[Operation, ...] = ("rows", "count", "rank", "sum", "average", "highest", "lowest")
ALWAYS: tuple[Operation, ...] = ("rows", "count")
"""Operations that mean rows also where no level is named."""
ACTIVITY = re.compile(r"^(?:semua |seluruh )?(?:kegiatan|activity|activities)$")
MAX_ROWS = 200
LEVEL_TERMS = frozenset(terms("kegiatan rincian output indikator kinerja sasaran kro ikro semua seluruh"))


class RowOperations:
    def __init__(self, book: RowBook, retriever: Retriever) -> None:
        self.book = book
        self.retriever = retriever

    def over_rows(self, question: Question, request: LookupRequest) -> LookupResult | None:
        """The result over all rows of a level that the request admits; None where the request is about one row."""
        operation = request.operation
        level = self.level(request)
        if operation not in OVER_ROWS or (not level and operation not in ALWAYS):
            return None
        if operation == "rank" and self.telling(request):
            return None
        rows = self.main_table([r for r in self.rows_of(level) if self.admits(r, request)])
        pairs = [(r, f) for r in rows for f in self.figures(r, question)]
        if operation == "count":
            return self.counted(rows)
        if not pairs:
            return LookupResult(
                status="not_found", message=f"Tidak ada {level or 'baris'} yang cocok dan memuat {request.measure or 'angka'} itu."
            )
        if operation != "rows" and len({(f.measure, f.year) for _, f in pairs}) > 1 and operation != "sum":
            return LookupResult(
                status="not_found", message="Sebutkan satu tahun dan satu ukuran: angka beberapa tahun tidak dapat diurutkan."
            )
        return self.computed(operation, pairs)

    def computed(self, operation: Operation, pairs: Sequence[tuple[TableRow, Figure]]) -> LookupResult:
        known = [(r, f) for r, f in pairs if f.value is not None]
        if operation in ("rank", "highest", "lowest"):
            known.sort(key=lambda pair: amount(pair[1]), reverse=operation != "lowest")
        units = {f.unit.lower() for _, f in known}
        shown = pairs if operation == "rows" else known
        if operation in ("sum", "average") and len(units) > 1:
            return LookupResult(status="not_found", message=f"Satuannya berbeda ({', '.join(sorted(units))}): tidak dapat dijumlahkan.")
        derived = derive(operation, [f for _, f in known]) if operation not in ("rows", "rank") else None
        return LookupResult(
            status="found", rows=tuple(dict.fromkeys(r.id for r, _ in shown)), measure=shown[0][1].measure if shown else "",
            figures=tuple(f for _, f in shown)[:MAX_ROWS], derived=(derived,) if derived else (),
            message="Diurutkan dari yang terbesar." if operation == "rank" else "",
        )  # fmt: skip

    def counted(self, rows: Sequence[TableRow]) -> LookupResult:
        if not rows:
            return LookupResult(status="not_found", message="Tidak ada baris yang cocok.")
        figures = [r.figures[0] for r in rows if r.figures]
        derived = derive("count", figures) if all(f.value is not None for f in figures) else None
        return LookupResult(
            status="found", rows=tuple(r.id for r in rows), measure="", figures=tuple(figures), derived=(derived,) if derived else (),
            message=f"{len(rows)} baris.",
        )  # fmt: skip

    def related(self, entry: TableRow, figure: Figure, operation: Operation) -> LookupResult | None:
        """A row's share of its whole, or its rank among the rows of its level."""
        others = self.peers(entry, figure) if operation == "rank" else self.whole(entry, figure)
        derived = derive(operation, [figure, *others]) if others else None
        if derived is None:
            return None
        return LookupResult(status="found", rows=(entry.id,), measure=figure.measure, figures=(figure, *others), derived=(derived,))

    def peers(self, entry: TableRow, figure: Figure) -> list[Figure]:
        rows = (
            self.rows_of("kegiatan") if self.is_activity(entry) else [r for r in self.book.rows.values() if r.row.level == entry.row.level]
        )
        found = [r.figure(figure.measure, figure.year) for r in rows if r.table.id == entry.table.id and r.id != entry.id]
        return [f for f in found if f is not None and f.value is not None and f.unit == figure.unit]

    def whole(self, entry: TableRow, figure: Figure) -> list[Figure]:
        """An output's activity, an activity's institution, a plain row's total."""
        if entry.row.level in OUTPUT_LEVELS and entry.row.activity_code and (own := self.book.activity_row(entry.row.activity_code)):
            rows = [own]
        else:
            rows = [r for r in self.book.rows.values() if r.row.kind == "total" and r.table.id == entry.table.id and not r.row.parents]
        found = [r.figure(figure.measure, figure.year) for r in rows if r.id != entry.id]
        return [f for f in found if f is not None and f.value is not None][:1]

    # which rows -----------------------------------------------------------------------------------------------------------

    def level(self, request: LookupRequest) -> str:
        said = fold(request.level or request.indicator).strip()
        if ACTIVITY.match(said):
            return "kegiatan"
        if request.level:
            return request.level
        return next((name for pattern, name in LEVELS if re.fullmatch(rf"(?:semua |seluruh )?{pattern}", said)), "")

    def rows_of(self, level: str) -> list[TableRow]:
        if level == "kegiatan":
            own = [self.book.activity_row(code) for code in self.book.by_activity]
            return [r for r in own if r is not None and self.is_activity(r)]
        rows = [r for r in self.book.rows.values() if r.figures and r.row.kind == "data"]
        return [r for r in rows if not level or level.lower() in r.row.level.lower()]

    def is_activity(self, entry: TableRow) -> bool:
        own = self.book.activity_row(entry.row.activity_code) if entry.row.activity_code else None
        return entry.row.level == ACTIVITY_LEVEL and own is not None and own.id == entry.id

    def admits(self, entry: TableRow, request: LookupRequest) -> bool:
        row = entry.row
        if request.table and request.table.lower() not in entry.table.name.lower():
            return False
        if request.activity_code and request.activity_code != row.activity_code:
            return False
        if request.unit and request.unit.lower() != row.unit.lower():
            return False
        if request.org_unit and not set(terms(request.org_unit)) <= set(terms(row.org_unit)):
            return False
        return all(any(t in entry.all_terms for t in group) for group in self.telling(request))

    def telling(self, request: LookupRequest) -> list[tuple[str, ...]]:
        """The words of the request that name a thing, each with what it may stand for."""
        read = self.retriever.understanding.read(request.indicator)
        groups = self.retriever.rank(read).asking.groups
        frame = self.book.frame | LEVEL_TERMS
        return [tuple(g) for g in groups if g[0] not in frame and not g[0].isdigit()]

    def figures(self, entry: TableRow, question: Question) -> list[Figure]:
        measure = measure_asked(entry, question)
        money = bool(set(question.measures) & set(MONEY))
        if not measure or (question.measures and measure not in question.measures and not (money and measure in MONEY)):
            return []
        return [f for f in entry.series(measure) if not question.years or f.year in question.years]

    def main_table(self, rows: Sequence[TableRow]) -> list[TableRow]:
        """Only the rows of the table that has most of them: another prints them again."""
        count = Counter(r.table.id for r in rows)
        return [r for r in rows if r.table.id == count.most_common(1)[0][0]]
