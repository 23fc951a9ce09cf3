"""The structured-lookup tool: words for an indicator -> its row -> exact figures with their place, or a question back.

A figure of another row, year or unit is the worst answer: where several rows fit equally the result is `ambiguous`,
where the plan gives several values for one fact it is `conflict`, and a year or measure that a row lacks is `not_found`.
"""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.tools import BaseTool, StructuredTool

from assistant.choosing import RowChooser, Scored
from assistant.lookup_models import LookupRequest, LookupResult
from assistant.models import Question
from assistant.retrieve import Ranking, Retriever
from assistant.row_operations import RowOperations
from assistant.row_reading import RowReader, measure_asked
from assistant.rows import ACTIVITY_LEVEL, RowBook, TableRow

MAX_OPTIONS = 5


class Lookup:
    def __init__(self, book: RowBook, retriever: Retriever) -> None:
        self.book = book
        self.retriever = retriever
        self.chooser = RowChooser(book, retriever)
        self.reader = RowReader(book)
        self.operations = RowOperations(book, retriever)

    def find(self, request: LookupRequest) -> LookupResult:
        question = self.retriever.understanding.read(request.words)
        update: dict[str, object] = {"operation": request.operation or question.operation}
        if request.measure:
            update["measures"] = (request.measure,)
        if request.years:
            update["years"] = request.years
        if request.activity_code:
            update["codes"] = tuple(dict.fromkeys([*question.codes, request.activity_code]))
        question = question.model_copy(update=update)
        if (several := self.operations.over_rows(question, request)) is not None:
            return several
        result = self.look(question, self.retriever.rank(question), request)
        return self.completed(result, request)

    def completed(self, result: LookupResult, request: LookupRequest) -> LookupResult:
        """With all values of a conflict, and with the rank or share that was asked for."""
        if result.status == "conflict":
            others = [self.book.figures[i] for d in result.discrepancies for i in d.figure_ids if i in self.book.figures]
            return result.model_copy(update={"figures": tuple({f.id: f for f in (*result.figures, *others)}.values())})
        if request.operation in ("rank", "share") and result.status == "found":
            if len(result.figures) != 1:
                return LookupResult(status="not_found", rows=result.rows, measure=result.measure, message="Sebutkan satu tahun.")
            found = self.operations.related(self.book.rows[result.rows[0]], result.figures[0], request.operation)
            return found or LookupResult(
                status="not_found", rows=result.rows, measure=result.measure, message="Tidak ada jumlah keseluruhan untuk baris itu."
            )
        return result

    def look(self, question: Question, ranking: Ranking, request: LookupRequest | None = None) -> LookupResult:
        """The row that a question means and what it asks of it."""
        if missing := self.chooser.unknown_codes(question):
            return LookupResult(status="not_found", message=f"Kode {', '.join(missing)} tidak ada dalam dokumen.")
        wording = self.chooser.wording
        question = wording.read(question)
        if request is None and (rows := wording.office_rows(question)) is not None:
            return self.of_office(question, rows)
        candidates = self.chooser.choose(question, ranking, request)
        if not candidates:
            return LookupResult(status="not_found", message="Tidak ada baris tabel yang cukup cocok.")
        equals = self.chooser.equally_fitting(question, ranking, candidates)
        if len(equals) > 1:
            return ask_back(question, equals)
        if request is None and (own := wording.activity_beside(question, ranking, candidates[0][0])) is not None:
            return ask_back(question, [candidates[0][0], own])
        result = self.reader.read(question, candidates[0][0])
        if result.status == "not_found" and question.years and (other := self.same_elsewhere(question, candidates)):
            return self.reader.read(question, other)
        return result

    def of_office(self, question: Question, rows: Sequence[TableRow]) -> LookupResult:
        """Money of an office: its activity's; a question back where it has several; none where the plan gives it none."""
        if not rows:
            return LookupResult(status="not_found", message="Dokumen tidak memuat alokasi untuk unit itu sendiri.")
        return ask_back(question, rows) if len(rows) > 1 else self.reader.read(question, rows[0])

    def same_elsewhere(self, question: Question, candidates: Scored) -> TableRow | None:
        """Where the meant row lacks the year: a row of another table about the same thing that has it."""
        best = candidates[0][0]
        return next(
            (
                entry
                for entry, _ in candidates[1:]
                if entry.table.id != best.table.id and best.label_terms <= entry.said_terms and self.chooser.covers(entry, question)
            ),
            None,
        )


def ask_back(question: Question, rows: Sequence[TableRow]) -> LookupResult:
    """A complete question for each row that fits equally."""
    options = []
    for entry in rows[:MAX_OPTIONS]:
        measure = measure_asked(entry, question) or "target"
        of = entry.row.activity or entry.row.org_unit or (entry.row.parents[-1] if entry.row.parents else entry.table.name)
        code = f" ({entry.row.activity_code})" if entry.row.activity_code else ""
        year = f" tahun {', '.join(map(str, question.years))}" if question.years else ""
        name = f"“{entry.shown}” pada {of}{code}" if entry.row.level != ACTIVITY_LEVEL else f"kegiatan {of}{code}"
        options.append(f"Berapa {measure} {name}{year}?")
    ids = tuple(r.id for r in rows)
    return LookupResult(status="ambiguous", rows=ids, options=tuple(dict.fromkeys(options)), message="Ada beberapa baris yang cocok.")


def make_lookup_tool(lookup: Lookup) -> BaseTool:
    """The lookup as a LangChain tool; its result is JSON-ready (dict)."""

    def find(**fields: object) -> dict[str, object]:
        return lookup.find(LookupRequest.model_validate(fields)).model_dump(mode="json")

    return StructuredTool.from_function(
        func=find, name="cari_angka", args_schema=LookupRequest,
        description="Mencari angka persis (target, alokasi, realisasi, baseline, bobot, risiko) di tabel-tabel rencana strategis, dengan barisnya.",
    )  # fmt: skip
