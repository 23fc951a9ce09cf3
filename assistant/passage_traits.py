"""What is known of passages beside their words: kind, years, measures, reasons, codes; and which of it a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from assistant.models import Question
from ingest.models import Passage
from ingest.store.index import PlanIndex

Array = npt.NDArray[np.float32]
DEFINITION = re.compile(r"\b(adalah|merupakan|ialah|dapat diartikan|yang dimaksud|yakni|yaitu)\b|\([A-Z][A-Za-z0-9]{1,9}\)", re.IGNORECASE)
CAUSE = re.compile(r"\b(disebabkan|dikarenakan|karena|akibat|penyebab\w*|dipicu|terhambat)\b", re.IGNORECASE)
REASON = re.compile(
    r"\b(karena|disebabkan|akibat|sehingga|agar|untuk itu|oleh karena|dikarenakan|faktor|bertujuan|penyebab)\b", re.IGNORECASE
)
SIGNED = re.compile(
    r"\b(?:teken|meneken|diteken|tanda ?tangan\w*|menandatangani|disahkan|mengesahkan|ditetapkan|menetapkan|diundangkan|pengundangan)\b"
    r".*\b(?:renstra|peraturan|permen|aturan|dokumen|rencana strategis)\b|\b(?:renstra|peraturan|permen|aturan|dokumen|rencana strategis)\b"
    r".*\b(?:teken|meneken|diteken|tanda ?tangan\w*|ditandatangani|disahkan|ditetapkan|diundangkan)\b|\bwho signed\b"
    r"|\b(?:siapa|nama)\b.*\b(?:pengundangan|mengundangkan|diundangkan|tanda ?tangan\w*|menandatangani)\b|\b(?:pengundangan|diundangkan)\b.*\bsiapa\b",
    re.IGNORECASE,
)
"""Asks about the making of the regulation itself: that stands in its title and signature block."""
DIGIT = re.compile(r"\d")


class PassageTraits:
    """Vectors over the passages in `index.order`, shape (passages,). `period`: the plan's first and last year."""

    def __init__(self, index: PlanIndex, period: tuple[int, int] | None) -> None:
        self.index = index
        self.period = period
        self.passages: list[Passage] = [index.passages[key] for key in index.order]

    def warm(self) -> None:
        """Make what is made once: reading all passages for it takes some tens of milliseconds."""
        _ = self.kinds, self.has_definition, self.has_reason, self.has_cause, self.has_number
        _ = self.years, self.row_org, self.row_measures, self.in_period

    @cached_property
    def kinds(self) -> dict[str, Array]:
        kinds = np.array([p.kind for p in self.passages])
        lengths = np.array([len(p.text) for p in self.passages], dtype=np.float32)
        return {
            "list": (kinds == "list").astype(np.float32),
            "item": (kinds == "item").astype(np.float32),
            "table": (kinds == "table").astype(np.float32),
            "row": (kinds == "row").astype(np.float32),
            "front": (kinds == "front").astype(np.float32),
            "length": np.log1p(lengths) / 8,
        }

    @cached_property
    def has_definition(self) -> Array:
        return np.array(
            [bool(DEFINITION.search(p.text)) and p.kind in ("paragraph", "item", "list") for p in self.passages], dtype=np.float32
        )

    @cached_property
    def has_reason(self) -> Array:
        return np.array([bool(REASON.search(p.text)) for p in self.passages], dtype=np.float32)

    @cached_property
    def has_cause(self) -> Array:
        return np.array([bool(CAUSE.search(p.text)) and p.kind != "row" for p in self.passages], dtype=np.float32)

    @cached_property
    def has_number(self) -> Array:
        """A number, or a row that states figures or grades ("WTP")."""
        stated = {figure.row_id for figure in self.index.figures.figures}
        return np.array([bool(DIGIT.search(p.text)) or p.row_id in stated for p in self.passages], dtype=np.float32)

    @cached_property
    def years(self) -> dict[int, Array]:
        """For each year, which passages hold a figure for it or name it."""
        out: dict[int, Array] = {}
        by_row: dict[str, set[int]] = {}
        for figure in self.index.figures.figures:
            if figure.year:
                by_row.setdefault(figure.row_id, set()).add(figure.year)
        for position, passage in enumerate(self.passages):
            named = {int(y) for y in re.findall(r"(?<![\d.,])((?:19|20)\d\d)(?![\d.,]\d)", passage.text)} | by_row.get(
                passage.row_id, set()
            )
            for year in named:
                out.setdefault(year, np.zeros(len(self.passages), dtype=np.float32))[position] = 1.0
        return out

    @cached_property
    def row_org(self) -> Array:
        rows = {row.id: row for table in self.index.figures.tables for row in table.rows}
        return np.array([bool(p.row_id and p.row_id in rows and rows[p.row_id].org_unit) for p in self.passages], dtype=np.float32)

    def of_question(self, question: Question) -> dict[str, Array]:
        nothing = np.zeros(len(self.passages), dtype=np.float32)
        kinds = self.kinds
        lists = kinds["list"]
        wants_list = question.asked in ("daftar", "jumlah")
        wants_value = question.asked in ("nilai", "jumlah", "perbandingan") or bool(question.measures) or bool(question.operation)
        years = [self.years[y] for y in question.years if y in self.years]
        return {
            "list_for_list": lists if wants_list else nothing,
            "table_for_list": kinds["table"] if wants_list else nothing,
            "row_for_value": kinds["row"] if wants_value else nothing,
            "definition": self.has_definition if question.asked == "definisi" else nothing,
            "reason_there": self.has_reason if question.asked == "alasan" else nothing,
            "number_there": self.has_number if wants_value else nothing,
            "year_there": np.mean(years, axis=0).astype(np.float32) if years else nothing,
            **self.of_measures(question),
            "org_there": self.row_org if question.operation == "org_unit" or question.asked == "siapa" else nothing,
            "part_there": self.in_parts(question.parts)
            if question.parts
            else self.kinds["front"]
            if SIGNED.search(question.standalone)
            else nothing,
            "code_there": self.with_codes(question.codes) if question.codes else nothing,
        }

    @cached_property
    def row_measures(self) -> dict[str, Array]:
        """For each measure, which row passages state it."""
        out: dict[str, Array] = {}
        positions = {p.row_id: i for i, p in enumerate(self.passages) if p.row_id}
        for figure in self.index.figures.figures:
            if figure.row_id in positions:
                out.setdefault(figure.measure, np.zeros(len(self.passages), dtype=np.float32))[positions[figure.row_id]] = 1.0
        return out

    @cached_property
    def in_period(self) -> Array:
        """Rows with figures for the years that the plan plans."""
        period = self.period
        out = np.zeros(len(self.passages), dtype=np.float32)
        for year in range(period[0], period[1] + 1) if period else ():
            out = np.maximum(out, self.years.get(year, out) * self.kinds["row"])
        return out

    def of_measures(self, question: Question) -> dict[str, Array]:
        nothing = np.zeros(len(self.passages), dtype=np.float32)
        there = nothing
        for measure in question.measures:
            there = np.maximum(there, self.row_measures.get(measure, nothing))
        rows = self.kinds["row"]
        planned = not question.years and (
            "target" in question.measures or "alokasi" in question.measures or question.operation in ("org_unit", "unit")
        )
        return {
            "measure_there": there,
            "measure_missing": rows * (1 - there) if question.measures else nothing,
            "in_period": self.in_period if planned else nothing,
        }

    def in_parts(self, parts: Sequence[str]) -> Array:
        wanted = [re.compile(rf"\b{re.escape(part)}\b", re.IGNORECASE) for part in parts]
        return np.array([any(w.search(p.place) or w.search(p.title) for w in wanted) for p in self.passages], dtype=np.float32)

    def with_codes(self, codes: Sequence[str]) -> Array:
        return np.array([any(code in p.index_text.upper() for code in codes) for p in self.passages], dtype=np.float32)
