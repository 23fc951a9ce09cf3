"""What goes in and out of the assistant: Turn -> Question -> Evidence -> Claim -> Answer, and the Trace of the way.

`Answer` is a fixed format that other tools read (`renstra ask --json`, predictions of `renstra eval`).
"""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.models import Box

Status = Literal["answered", "partial", "ambiguous", "conflict", "not_found", "error"]
Mode = Literal["lookup", "extractive", "model"]
Asked = Literal[
    "nilai", "daftar", "definisi", "alasan", "cara", "siapa", "kapan", "di mana", "dasar hukum", "jumlah", "perbandingan", "ya/tidak", "uraian",
]  # fmt: skip
Operation = Literal[
    "value", "series", "rows", "difference", "growth", "ratio", "highest", "lowest", "sum", "average", "count", "rank", "share", "compare",
    "unit", "org_unit",
]  # fmt: skip


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Turn(Frozen):
    role: Literal["user", "assistant"]
    content: str


class Question(Frozen):
    """A question as understood. `text` is what the person typed; everything else is reading."""

    text: str
    normalised: str = Field(description="spelling mended, slang and abbreviations resolved")
    standalone: str = Field(description="with what the history fills in; equals `normalised` without history")
    language: Literal["id", "en"] = "id"
    asked: Asked = "uraian"
    operation: Operation | None = None
    measures: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    year_range: bool = False
    codes: tuple[str, ...] = ()
    parts: tuple[str, ...] = Field(
        default=(), description='parts of the plan that are named: "BAB III", "Lampiran 2", "Tabel 4", "Gambar 21"'
    )
    corrections: tuple[tuple[str, str], ...] = Field(default=(), description="(typed, read as)")
    from_history: tuple[str, ...] = Field(default=(), description="what the history filled in, for showing")
    subquestions: tuple[str, ...] = ()

    def summary(self) -> str:
        """One Indonesian line: how the question was understood."""
        said = [f"ditanya: {self.asked}"]
        if self.years:
            said.append("tahun " + ", ".join(map(str, self.years)))
        if self.measures:
            said.append("ukuran " + ", ".join(self.measures))
        if self.parts:
            said.append("bagian " + ", ".join(self.parts))
        if self.codes:
            said.append("kode " + ", ".join(self.codes))
        if self.standalone != self.text:
            said.append(f"dibaca sebagai “{self.standalone}”")
        return "; ".join(said)


class Evidence(Frozen):
    """A verbatim piece of the plan that a claim may rest on. `lines` are 1-based, inclusive."""

    id: str
    doc: str
    section: str
    table: str | None = None
    row: str | None = None
    page: int | None = None
    box: Box | None = None
    lines: tuple[int, int]
    quote: str
    passage_id: str = ""
    row_id: str = ""


class FigureRef(Frozen):
    """A figure stated in an answer."""

    figure_id: str
    indicator: str
    measure: str
    year: int | None
    raw: str
    value: Decimal | None
    unit: str
    citation: int


class Derived(Frozen):
    """A computed number: recomputed by the verifier from its operands."""

    operation: Operation
    operands: tuple[str, ...] = Field(description="figure ids, in order")
    value: Decimal
    formula: str


class Claim(Frozen):
    """One statement of an answer and the evidence it rests on (ids). `text` may hold Markdown, but no [n] marks."""

    text: str
    evidence: tuple[str, ...] = ()
    figures: tuple[str, ...] = Field(default=(), description="ids of the figures stated in the text")
    derived: tuple[Derived, ...] = ()
    plain: bool = Field(default=False, description="says nothing about the plan (a heading, an invitation): needs no evidence")


class Citation(Frozen):
    n: int
    doc: str
    section: str
    table: str | None = None
    row: str | None = None
    page: int | None = None
    box: Box | None = None
    lines: tuple[int, int]
    quote: str


class Answer(Frozen):
    id: str | None = None
    question: str
    answer: str
    status: Status
    abstained: bool
    mode: Mode
    citations: tuple[Citation, ...] = ()
    figures: tuple[FigureRef, ...] = ()
    options: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    latency_ms: float = 0.0
    index: str = ""


class Hit(Frozen):
    """A retrieved passage with the parts of its score."""

    passage_id: str
    lines: tuple[int, int]
    score: float
    features: dict[str, float] = Field(default_factory=dict)


class Trace(Frozen):
    """How an answer came about, for `--trace`, the app and the evaluators' "why"."""

    question: Question
    hits: tuple[Hit, ...] = Field(default=(), description="best passages, in rank order")
    evidence_score: float | None = Field(default=None, description="calibrated probability that the best evidence answers the question")
    rows: tuple[str, ...] = Field(default=(), description="labels of the table rows considered, best first")
    steps: tuple[tuple[str, float], ...] = Field(default=(), description="(step, milliseconds)")
    notes: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    prompt_version: str = ""
    model_calls: int = 0
    model_tokens: int = 0
    model_ms: float = 0.0
    model_trouble: str = Field(default="", description="why a configured model's words are not shown; empty: they are, or none were wanted")
