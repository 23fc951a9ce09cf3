"""The tools a model may use: look up, search, read, list, compute. Typed, read-only; no SQL, no web, no shell.

`PlanTools` is the plain-Python core, also behind the MCP server; `agent_tools` wraps it for LangChain.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Literal, get_args

from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool, StructuredTool, ToolException
from pydantic import BaseModel, ConfigDict, Field
from rapidfuzz import fuzz, process

from assistant.casefile import CaseFile
from assistant.lookup import Lookup
from assistant.lookup_models import LookupRequest
from assistant.models import Operation
from assistant.operations import derive
from assistant.retrieve import Retriever
from ingest.errors import InputError
from ingest.models import Section, Table
from ingest.numerals import format_number
from ingest.store.index import PlanIndex

PLAN_TOOLS = "plan_tools"
"""Under which a call's configuration carries its `PlanTools`."""
MAX_OUTPUT = 9000
"""Characters of one tool's answer."""
MAX_LISTED = 80
MAX_READ_LINES = 60
COMPUTED: tuple[Operation, ...] = ("difference", "growth", "ratio", "sum", "average", "highest", "lowest", "count", "share")
WIDE = re.compile(r"\b(ringkas\w*|rangkum\w*|simpul\w*|jelaskan|uraikan|gambaran|summar\w+|overview|explain)\b", re.IGNORECASE)
PART = re.compile(r"\b(?:bab [ivxlc]+|(?:tabel|lampiran|pasal) \d+|\d+(?:\.\d+)+)\b", re.IGNORECASE)
Kind = Literal["bagian", "tabel", "unit", "indikator", "tahun", "singkatan"]


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SearchArguments(Arguments):
    query: str = Field(min_length=1, max_length=400, description="pertanyaan atau kata kunci, bahasa Indonesia")
    k: int = Field(default=6, ge=1, le=12, description="banyaknya kutipan")


class ReadArguments(Arguments):
    part: str = Field(min_length=1, max_length=200, description="nama atau nomor bagian, tabel, lampiran; mis. “BAB II”, “Tabel 4”, “2.4”")
    start: int = Field(default=1, ge=1, description="mulai dari kutipan ke berapa (untuk membaca lanjutannya)")


class ListArguments(Arguments):
    kind: Kind = Field(description="apa yang didaftar")
    contains: str = Field(default="", max_length=100, description="hanya yang memuat kata ini")


class ComputeArguments(Arguments):
    operation: Operation = Field(description=f"salah satu dari: {', '.join(COMPUTED)}")
    figures: list[str] = Field(min_length=1, max_length=60, description="id angka (A1, A2, ...) berurutan, dari hasil cari_angka")


class PlanTools:
    """The plan, readable by tools. One `CaseFile` collects what they show."""

    def __init__(self, index: PlanIndex, lookup: Lookup, retriever: Retriever, case: CaseFile | None = None) -> None:
        self.index = index
        self.lookup = lookup
        self.retriever = retriever
        self.case = case or CaseFile(index, lookup.book)

    def find_figures(self, request: LookupRequest) -> dict[str, Any]:
        """Exact figures of the row that the words mean; or what it could be, or why there is none."""
        result = self.lookup.find(request)
        out: dict[str, Any] = {"status": result.status, "pesan": result.message}
        if result.options:
            out["pilihan"] = list(result.options)
        if result.status in {"found", "conflict"}:
            rows = dict.fromkeys([f.row_id for f in result.figures] or result.rows[:1])
            out["bukti"] = [self.case.show(self.case.take_row(row)) for row in rows]
            out["diminta"] = [self.case.show_figure(f) for f in result.figures]
            out["hasil_hitung"] = [
                {"id": self.case.compute(d), "nilai": format_number(d.value), "rumus": d.formula} for d in result.derived
            ]  # fmt: skip
            out["ketidakcocokan"] = [d.message for d in result.discrepancies]
        return {key: value for key, value in out.items() if value}

    def search(self, query: str, k: int = 6) -> dict[str, Any]:
        """The passages that fit a question best, verbatim."""
        question = self.retriever.understanding.read(query)
        hits = self.retriever.search(question, min(4 * k, 40))
        shorts = self.case.take_hits(hits, k)
        return {k: v for k, v in self.page({}, shorts, 1, len(shorts)).items() if k == "bukti"}

    def read(self, part: str, start: int = 1) -> dict[str, Any]:
        """A section or table, from its beginning, as much as fits; `lanjut` says where to read on."""
        table = best_match(part, {t.id: t.name for t in self.index.figures.tables})
        section = best_match(part, {s.id: f"{s.number} {s.title}" for s in self.index.sections.values()})
        if table and (not section or table[1] >= section[1]):
            return self.read_table(next(t for t in self.index.figures.tables if t.id == table[0]), start)
        if section:
            return self.read_section(self.index.sections[section[0]], start)
        known = "; ".join(dict.fromkeys(s.path[0][:60] for s in self.index.sections.values() if s.path))
        raise InputError(f"Tidak ada bagian atau tabel “{part}”. Bagian utamanya: {known}.")

    def read_table(self, table: Table, start: int) -> dict[str, Any]:
        shorts = [self.case.take_row(row.id) for row in table.rows[start - 1 : start + 11]]
        return self.page({"tabel": table.name, "catatan": list(table.notes)}, shorts, start, len(table.rows))

    def read_section(self, section: Section, start: int) -> dict[str, Any]:
        doc = next(d for d in self.index.documents if any(s.id == section.id for s in d.sections)).source.meta.doc
        inside = [
            p for p in self.index.passages.values()
            if p.doc == doc and section.span.line_start <= p.span.line_start and p.span.line_end <= section.span.line_end
            and p.kind in {"paragraph", "list", "front"}
        ]  # fmt: skip
        inside.sort(key=lambda p: (p.span.line_start, -p.span.line_end))
        wanted = inside[start - 1 : start + 11]
        shorts = [self.case.take_passage(p) or self.case.covering(p) for p in wanted]
        head = {"bagian": " › ".join(section.path), "anak": [s.title for s in self.index.sections.values() if s.parent == section.id]}
        return self.page(head, shorts, start, len(inside))

    def page(self, head: dict[str, Any], shorts: Sequence[str], start: int, total: int) -> dict[str, Any]:
        shown: dict[str, dict[str, Any]] = {}
        used, end = 0, start
        for short in shorts:
            item = shown.get(short) or self.case.show(short)
            used += 0 if short in shown else len(json.dumps(item, ensure_ascii=False))
            if shown and used > MAX_OUTPUT - 500:
                break
            shown[short] = item
            end += 1
        out = {**{k: v for k, v in head.items() if v}, "bukti": list(shown.values())}
        return {**out, "lanjut": end} if start < end <= total else out

    def listing(self, kind: Kind, contains: str = "") -> dict[str, Any]:
        """What there is: names only, no evidence."""
        names = list(dict.fromkeys(n for n in self.names(kind) if contains.casefold() in n.casefold()))
        return {"jumlah": len(names), "daftar": names[:MAX_LISTED]}

    def names(self, kind: Kind) -> list[str]:
        figures = self.index.figures.figures
        if kind == "bagian":
            return [" › ".join(s.path) for s in self.index.sections.values() if s.level <= 4]
        if kind == "tabel":
            return [t.name for t in self.index.figures.tables]
        if kind == "unit":
            return [name for name, _ in Counter(f.org_unit for f in figures if f.org_unit).most_common()]
        if kind == "indikator":
            return [f.indicator for f in figures]
        if kind == "tahun":
            return [str(y) for y in sorted({f.year for f in figures if f.year})]
        return [f"{a.short}: {a.long}" for a in self.index.abbreviations]

    def compute(self, operation: Operation, figures: Sequence[str]) -> dict[str, Any]:
        """Exact arithmetic over figures that have been looked up."""
        unknown = [short for short in figures if short not in self.case.figure_ids]
        if unknown:
            raise InputError(f"Id angka tidak dikenal: {', '.join(unknown)}. Ambil dulu dengan cari_angka.")
        operands = [self.case.book.figures[self.case.figure_ids[short]] for short in figures]
        derived = derive(operation, operands) if operation in COMPUTED else None
        if derived is None:
            raise InputError(f"Hitungan “{operation}” tidak dapat dilakukan atas angka-angka itu.")
        return {"id": self.case.compute(derived), "nilai": format_number(derived.value), "rumus": derived.formula}

    def discrepancies(self, contains: str = "", limit: int = 30) -> dict[str, Any]:
        """Where the plan disagrees with itself, most serious first."""
        said = {d.id: " ".join([d.message, *(p.label for p in d.places)]).casefold() for d in self.index.figures.discrepancies}
        found = [d for d in self.index.figures.discrepancies if contains.casefold() in said[d.id]]
        found.sort(key=lambda d: (d.severity, d.places[0].line if d.places else 0))
        fields = {"id", "doc", "kind", "severity", "message", "year", "places"}
        return {"jumlah": len(found), "ketidakcocokan": [d.model_dump(mode="json", include=fields) for d in found[:limit]]}


def part_to_sum_up(text: str) -> str:
    """The part by its number ("BAB II", "Tabel 4") that a question wants summed up or explained; empty when it wants none."""
    named = PART.search(text) if WIDE.search(text) else None
    return named[0] if named else ""


def best_match(part: str, names: dict[str, str], cutoff: float = 80.0) -> tuple[str, float] | None:
    """(id, score) of the name that a part's words mean; a number at its head ("Tabel 4", "2.4") has to agree."""
    wanted = " ".join(part.casefold().split())
    head = re.match(r"(?:bab|tabel|gambar|lampiran|pasal)?\s*[\divxlc]+(?:\.\d+)*\b", wanted)
    exact = [key for key, name in names.items() if head and re.match(rf"{re.escape(head[0].strip())}(?![\w]|\.\d)", name.casefold())]
    if head and exact:
        return max(((key, 90 + fuzz.WRatio(wanted, names[key].casefold()) / 10) for key in exact), key=lambda pair: pair[1])
    if head and re.search(r"[a-z]{3}\s+\S|\d", head[0]):
        return None  # a part named by its number is that part or none
    best = process.extractOne(wanted, {k: n.casefold() for k, n in names.items()}, scorer=fuzz.token_set_ratio, score_cutoff=cutoff)
    return (str(best[2]), float(best[1])) if best else None


def agent_tools() -> list[BaseTool]:
    """The tools as a LangChain agent takes them; each answers with JSON. The call's configuration carries the `PlanTools`."""

    def make(name: str, about: str, schema: type[BaseModel], call: Callable[[PlanTools, Any], dict[str, Any]]) -> BaseTool:
        def run(config: RunnableConfig, **fields: Any) -> str:
            try:
                tools: PlanTools = config["configurable"][PLAN_TOOLS]
                return json.dumps(call(tools, schema.model_validate(fields)), ensure_ascii=False, default=str)[:MAX_OUTPUT]
            except InputError as error:
                raise ToolException(error.message) from error

        return StructuredTool.from_function(func=run, name=name, description=about, args_schema=schema, handle_tool_error=True)

    kinds = ", ".join(get_args(Kind))
    return [
        make("cari_angka", "Angka persis dari tabel (target, alokasi, realisasi ...) beserta barisnya.", LookupRequest, PlanTools.find_figures),
        make("cari_teks", "Kutipan dokumen yang paling cocok dengan pertanyaan.", SearchArguments, lambda t, a: t.search(a.query, a.k)),
        make("baca_bagian", "Membaca satu bagian atau tabel dokumen.", ReadArguments, lambda t, a: t.read(a.part, a.start)),
        make("daftar_isi", f"Daftar yang ada dalam dokumen: {kinds}.", ListArguments, lambda t, a: t.listing(a.kind, a.contains)),
        make(
            "hitung", "Menghitung atas angka yang sudah dicari. Angka hitungan hanya boleh berasal dari sini.", ComputeArguments,
            lambda t, a: t.compute(a.operation, a.figures),
        ),
    ]  # fmt: skip
