"""The structured-lookup tool: words for an indicator -> its row -> exact figures with their place, or a question back.

A figure of another row, year or unit is the worst answer: where several rows fit equally the result is `ambiguous`,
where the plan gives several values for one fact it is `conflict`, and a year or measure that a row lacks is `not_found`.
"""

from __future__ import annotations

from collections.abc import Sequence

from langchain_core.tools import BaseTool, StructuredTool

from assistant.choosing import RowChooser, Scored
from assistant.lookup_models import LookupRequest, LookupResult
from assistant.measures import BARE_TERMS, measure_name
from assistant.models import Question
from assistant.retrieve import Ranking, Retriever
from assistant.row_operations import RowOperations
from assistant.row_reading import RowReader, measure_asked
from assistant.rows import ACTIVITY_LEVEL, RowBook, TableRow

MAX_OPTIONS = 5
CROWD = 24
"""Rows with all asked words and what is asked beyond which the ranking by words is not even tried."""
WELL_AHEAD, FEW = 2.5, 8
"""Lead in score, and number of other facts with all asked words, from which words alone decide: of 516 requests (parts
of row names, everyday names, questions) they decided 195, each as the embedding would have (docs/decisions.md)."""


class Lookup:
    def __init__(self, book: RowBook, retriever: Retriever) -> None:
        self.book = book
        self.retriever = retriever
        self.chooser = RowChooser(book, retriever)
        self.reader = RowReader(book)
        self.operations = RowOperations(book, retriever)

    def warm(self) -> None:
        """Make what is made once, and look once."""
        wording = self.chooser.wording
        _ = wording.money_names, wording.offices
        self.find(LookupRequest(indicator="target"))

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
        question = self.chooser.wording.read(question)
        if (several := self.operations.over_rows(question, request)) is not None:
            return several
        result = self.by_words(question, request) or self.look(question, self.retriever.rank(question), request)
        return self.completed(result, request)

    def by_words(self, question: Question, request: LookupRequest) -> LookupResult | None:
        """The result where the asked words alone decide the row; None where the embedding is needed."""
        blind = self.retriever.no_vector
        telling = telling_groups(self.retriever.asking(question, blind).groups)
        meant = self.chooser.matcher.holding(telling) if telling else []
        if not meant or sum(self.chooser.covers(entry, question) for entry in meant) > CROWD:
            return None
        ranking = self.retriever.rank(question, blind)
        candidates = self.chooser.choose(question, ranking, request)
        return self.settle(question, ranking, candidates, request) if self.words_decide(question, ranking, candidates) else None

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

    def words_decide(self, question: Question, ranking: Ranking, candidates: Scored) -> bool:
        """Whether `ranking`, made of words alone, can be trusted: the best row holds every asked word, few other facts
        do, and the next lies well behind. Then the embedding, the dearest step of a lookup, has nothing to add."""
        telling = telling_groups(ranking.asking.groups)
        if not candidates or not telling or self.chooser.unknown_codes(question):
            return False
        best, top = candidates[0]

        def rival(entry: TableRow) -> bool:
            return entry.id != best.id and not self.chooser.equals.same_fact(best, entry) and self.chooser.covers(entry, question)

        holding = self.chooser.matcher.holding(telling)
        if best not in holding or any(top - score < WELL_AHEAD and rival(entry) for entry, score in candidates[1:]):
            return False
        return sum(map(rival, holding)) <= FEW

    def look(self, question: Question, ranking: Ranking, request: LookupRequest | None = None) -> LookupResult:
        """The row that a question means and what it asks of it."""
        if missing := self.chooser.unknown_codes(question):
            return LookupResult(status="not_found", message=f"Kode {', '.join(missing)} tidak ada dalam dokumen.")
        question = self.chooser.wording.read(question)
        return self.settle(question, ranking, self.chooser.choose(question, ranking, request), request)

    def settle(self, question: Question, ranking: Ranking, candidates: Scored, request: LookupRequest | None = None) -> LookupResult:
        """The reading of the first of the chosen rows, or a question back where several fit equally."""
        if (named := self.chooser.wording.row_at_line(question)) is not None:
            return self.reader.read(question, named)
        if (rows := self.chooser.wording.office_rows(question)) is not None:
            return self.of_office(question, rows)
        if not candidates:
            return LookupResult(status="not_found", message="Tidak ada baris tabel yang cukup cocok.")
        equals = self.chooser.equals.equally_fitting(question, ranking, candidates)
        if len(equals) > 1:
            return ask_back(question, equals)
        narrowed = request is not None and (request.level or request.activity_code)
        if not narrowed and (own := self.chooser.wording.activity_beside(question, ranking, candidates[0][0])) is not None:
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


def telling_groups(groups: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The asked words that name a thing, each with what it may stand for."""
    return [g for g in groups if not g[0].isdigit() and g[0] not in BARE_TERMS]


def ask_back(question: Question, rows: Sequence[TableRow]) -> LookupResult:
    """A complete question for each row that fits equally; by its line where its name and place do not tell it from another."""
    asked = [option(question, entry) for entry in rows]
    same_name = [asked.count(text) > 1 or not entry.row.activity_code for text, entry in zip(asked, rows, strict=True)]
    options = [
        f"{text} (baris {entry.row.lines[0]})?" if same else f"{text}?"
        for text, entry, same in zip(asked, rows, same_name, strict=True)
    ][:MAX_OPTIONS]  # fmt: skip
    return LookupResult(
        status="ambiguous", rows=tuple(r.id for r in rows), options=tuple(options), message="Ada beberapa baris yang cocok."
    )


def option(question: Question, entry: TableRow) -> str:
    """The question for one row, without its question mark."""
    measure = measure_name(measure_asked(entry, question) or "target")
    of = entry.row.activity or entry.row.org_unit or (entry.row.parents[-1] if entry.row.parents else entry.table.name)
    code = f" ({entry.row.activity_code})" if entry.row.activity_code else ""
    year = f" tahun {', '.join(map(str, question.years))}" if question.years else ""
    name = f"“{entry.shown}” pada {of}{code}" if entry.row.level != ACTIVITY_LEVEL else f"kegiatan {of}{code}"
    return f"Berapa {measure} {name}{year}"


def make_lookup_tool(lookup: Lookup) -> BaseTool:
    """The lookup as a LangChain tool; its result is JSON-ready (dict)."""

    def find(**fields: object) -> dict[str, object]:
        return lookup.find(LookupRequest.model_validate(fields)).model_dump(mode="json")

    return StructuredTool.from_function(
        func=find, name="cari_angka", args_schema=LookupRequest,
        description="Mencari angka persis (target, alokasi, realisasi, baseline, bobot, risiko) di tabel-tabel rencana strategis, dengan barisnya.",
    )  # fmt: skip
