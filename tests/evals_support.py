"""A tiny plan, a few questions, one assistant that gets them right and several that are broken on purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from assistant.models import Answer, Citation, FigureRef, Hit, Question, Trace, Turn
from evals.datasets import Item
from evals.metrics import summarise
from evals.report_models import System, make_system
from evals.results import Context, ItemResult, evaluate
from evals.runner import run
from evals.workbench import context_of
from ingest.models import AskedQuestion, Document, DocumentMeta, Passage
from ingest.read_text import source_from_text
from ingest.structure import build_document

PLAN = """BAB I PENDAHULUAN

Visi lembaga adalah arsip yang tertib dan mudah ditemukan.

BAB II TARGET KINERJA

Indikator\tSatuan\t2025\t2026\t2027
Persentase layanan tepat waktu\t%\t50\t55\t60
Jumlah arsiparis terlatih\tOrang\t120\t130\t140

BAB III PENUTUP

Rencana ini ditetapkan oleh kepala lembaga setelah ditelaah."""
ON_TIME, TRAINED, VISION, CLOSING = (
    "Persentase layanan tepat waktu",
    "Jumlah arsiparis terlatih",
    "Visi lembaga adalah",
    "Rencana ini ditetapkan",
)


def item(name: str, question: str, must: Sequence[Sequence[str]], evidence: str = "", **more: Any) -> Item:
    return Item.model_validate(
        {
            "id": name,
            "type": more.pop("type", "lookup"),
            "persona": more.pop("persona", "manajer"),
            "question": question,
            "must": must,
            "evidence": [evidence] if evidence else [],
            **more,
        }
    )


ITEMS = (
    item("T-1", "berapa persen layanan tepat waktu tahun 2026?", [["55"]], ON_TIME, must_not=["60"], answer="55 persen"),
    item("T-2", "berapa arsiparis terlatih pada 2027?", [["140"]], TRAINED, answer="140 orang"),
    item("T-3", "apa visi lembaga?", [["arsip yang tertib"]], VISION, type="definition", persona="staf", answer="arsip yang tertib"),
    item(
        "T-4", "siapa yang menetapkan rencana ini?", [["kepala lembaga"]], CLOSING, type="factoid", persona="staf", answer="kepala lembaga"
    ),
    item("T-5", "berapa gaji arsiparis?", [], type="unanswerable", persona="staf", abstain=True),
    item("T-6", "kapan gedung baru selesai?", [], type="unanswerable", persona="evaluator", abstain=True),
)
BY_QUESTION = {i.question: i for i in ITEMS}
WRONG_YEAR = {"T-1": "60", "T-2": "130"}


@dataclass
class FakeIndex:
    """What the workbench reads of a PlanIndex."""

    documents: tuple[Document, ...]
    passages: dict[str, Passage]
    fingerprint: str = "fake"
    questions: tuple[AskedQuestion, ...] = ()
    vectors: npt.NDArray[np.float32] = field(default_factory=lambda: np.zeros((0, 0), np.float32))

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(self.passages)


def small_index(text: str = PLAN, questions: Sequence[str] = ()) -> FakeIndex:
    """Every filled line of a plan is a passage; its vector counts letters."""
    document = build_document(source_from_text(text, DocumentMeta(doc="contoh", title="Contoh"), "contoh.txt"))
    source = document.source
    filled = [line for line in source.lines if line.text.strip()]
    passages = {
        f"p-{line.no}": Passage(
            id=f"p-{line.no}",
            doc="contoh",
            kind="paragraph",
            text=line.text,
            index_text=line.text,
            span=source.span(line.no, line.no),
            path=(),
        )
        for line in filled
    }
    asked = tuple(AskedQuestion(id=f"q-{n}", text=t, passage_id=next(iter(passages))) for n, t in enumerate(questions))
    return FakeIndex((document,), passages, questions=asked, vectors=LetterEmbedder().passages([p.index_text for p in passages.values()]))


class LetterEmbedder:
    """Deterministic vectors without a model: counts of letter pairs, unit length."""

    name = "huruf"

    def passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        out = np.zeros((len(texts), 26 * 26), np.float32)
        for row, text in zip(out, texts, strict=True):
            letters = [ord(c) - 97 for c in text.lower() if "a" <= c <= "z"]
            for a, b in pairwise(letters):
                row[a * 26 + b] += 1
        return np.asarray(out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9), dtype=np.float32)

    queries = passages


class Good:
    """Knows the items: right answer, right citation, right passage first, and refuses what the plan lacks."""

    def __init__(self, index: FakeIndex) -> None:
        self.index = index
        self.asked = 0

    def line(self, wanted: Item) -> int:
        return next(line.no for line in self.index.documents[0].source.lines if wanted.evidence and wanted.evidence[0] in line.text)

    def run(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        self.asked += 1
        wanted = BY_QUESTION[question]
        if wanted.abstain:
            return self.refuse(question)
        return self.say(question, f"{wanted.answer} [1]", self.line(wanted))

    def say(
        self, question: str, text: str, line: int | None, hits: Sequence[int] | None = None, sure: float = 0.95
    ) -> tuple[Answer, Trace]:
        quote = self.index.documents[0].source.lines[line - 1].text if line else ""
        citations = (Citation(n=1, doc="contoh", section="", lines=(line, line), quote=quote),) if line else ()
        number = next((w for w in text.split() if w.isdigit()), "")
        figures = (
            (FigureRef(figure_id="f", indicator="", measure="target", year=None, raw=number, value=None, unit="", citation=1),)
            if number and line
            else ()
        )
        answer = Answer(
            question=question,
            answer=text,
            status="answered",
            abstained=False,
            mode="lookup",
            citations=citations,
            figures=figures,
            latency_ms=5.0,
        )
        return answer, self.trace(question, hits if hits is not None else [line or 1], sure)

    def refuse(self, question: str, sure: float = 0.05) -> tuple[Answer, Trace]:
        answer = Answer(
            question=question, answer="Tidak ada di dokumen.", status="not_found", abstained=True, mode="extractive", latency_ms=5.0
        )
        return answer, self.trace(question, [1], sure)

    def trace(self, question: str, lines: Sequence[int], sure: float) -> Trace:
        hits = tuple(Hit(passage_id=f"p-{n}", lines=(n, n), score=1.0 / r) for r, n in enumerate(lines, 1))
        return Trace(question=Question(text=question, normalised=question, standalone=question), hits=hits, evidence_score=sure)


class WrongYear(Good):
    """Reads the right row, but the neighbouring year."""

    def run(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        wanted = BY_QUESTION[question]
        if wanted.id in WRONG_YEAR:
            return self.say(question, f"{WRONG_YEAR[wanted.id]} [1]", self.line(wanted))
        return super().run(question, history)


class NoCitations(Good):
    def say(
        self, question: str, text: str, line: int | None, hits: Sequence[int] | None = None, sure: float = 0.95
    ) -> tuple[Answer, Trace]:
        return super().say(question, text, None, [line or 1], sure)


class AlwaysRefusing(Good):
    def run(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        answer, _ = self.refuse(question)
        wanted = BY_QUESTION[question]
        return answer, self.trace(question, [1 if wanted.abstain else self.line(wanted)], 0.05)


class AlwaysAnswering(Good):
    """Never says that the plan does not hold it, and names a number for it."""

    def refuse(self, question: str, sure: float = 0.95) -> tuple[Answer, Trace]:
        return self.say(question, "Jumlahnya 130 [1]", 9, sure=0.95)


class Crashing(Good):
    def run(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        if BY_QUESTION[question].id in {"T-2", "T-3"}:
            raise ZeroDivisionError("dibagi nol")
        return super().run(question, history)


class Rambling(Good):
    """Says the right thing, after a page of something else."""

    def say(
        self, question: str, text: str, line: int | None, hits: Sequence[int] | None = None, sure: float = 0.95
    ) -> tuple[Answer, Trace]:
        return super().say(question, "Sebelum itu perlu disampaikan beberapa hal umum. " * 60 + text, line, hits, sure)


class AlteredQuotes(Good):
    def run(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        answer, trace = super().run(question, history)
        changed = tuple(c.model_copy(update={"quote": c.quote.replace("a", "o")}) for c in answer.citations)
        return answer.model_copy(update={"citations": changed}), trace


class WrongPlace(Good):
    """Right words with a citation of the opening heading, and a search that ranks the evidence last or not at all."""

    def line(self, wanted: Item) -> int:
        return 1


class Overcautious(Good):
    """Its evidence test believes the opposite of what is true."""

    def trace(self, question: str, lines: Sequence[int], sure: float) -> Trace:
        return super().trace(question, lines, 1 - sure)


def context() -> Context:
    return context_of(small_index().documents)


def results(make: Callable[[FakeIndex], Any], items: Sequence[Item] = ITEMS) -> list[ItemResult]:
    index = small_index()
    predictions = run(make(index), items, index.passages, workers=2)
    return evaluate([("contoh", i) for i in items], predictions, context())


def summary(make: Callable[[FakeIndex], Any]) -> dict[str, float | None]:
    return {name: measured.value for name, measured in summarise(results(make)).items()}


def system(make: Callable[[FakeIndex], Any]) -> System:
    return make_system("asisten", "asisten", results(make), detailed=True)
