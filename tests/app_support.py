"""What the tests of the app share: an index of the real plan with made-up vectors, and a scripted assistant over it."""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from pathlib import Path

import numpy as np
import streamlit as st

from assistant.events import Event, Final, Part, Step
from assistant.models import Answer, Citation, FigureRef, Question, Trace, Turn
from assistant.views import backend
from ingest.models import Figure
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store.index import PlanIndex, open_index

CORPUS = Path(__file__).parent.parent / "corpus"
DIMENSION = 16


class MadeUpEmbedder:
    """Vectors from a hash of the text: enough where nothing is ranked."""

    name = "uji"

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        rows = [np.frombuffer(hashlib.sha256(t.encode()).digest()[:DIMENSION], dtype=np.uint8) for t in texts]
        matrix = np.stack(rows).astype(np.float32) + 1
        return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


@functools.cache
def test_settings() -> Settings:
    folder = Path(tempfile.mkdtemp(prefix="renstra-uji-"))
    return Settings(
        index=folder / "index",
        corpus=CORPUS,
        vectors=folder / "none.npz",
        embedding_model=MadeUpEmbedder.name,
        feedback_url=f"sqlite:///{folder}/fb.sqlite",
    )


@functools.cache
def real_index() -> PlanIndex:
    """The real plan, indexed once a test session."""
    settings = test_settings().model_copy(update={"vectors": None, "corpus": Path("/nonexistent")})
    ingest([CORPUS], settings, embedder=MadeUpEmbedder())
    return open_index(settings)


def money_row(index: PlanIndex) -> tuple[Figure, ...]:
    """The allocations of the first row that has them for several years."""
    for figure in index.figures.figures:
        row = tuple(f for f in index.figures.by_row(figure.row_id) if f.measure == "alokasi" and f.value)
        if figure.measure == "alokasi" and len(row) >= 5:
            return row
    raise AssertionError("the plan states no allocations")


class ScriptedAssistant:
    """Answers by a word in the question; everything it cites stands in the real plan."""

    def __init__(self, index: PlanIndex) -> None:
        self.index = index
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []

    def stream(self, question: str, history: Sequence[Turn] = (), cancel: object = None) -> Iterator[Event]:
        self.asked.append((question, tuple(history)))
        yield Step("Dipahami sebagai: uji")
        if "rusak" in question:
            raise RuntimeError("meledak")
        answer, years = self.answer_for(question)
        half = len(answer.answer) // 2
        yield Part(answer.answer[:half])
        yield Part(answer.answer[half:])
        reading = Question(text=question, normalised=question, standalone=question, years=years)
        yield Final(answer, Trace(question=reading, steps=(("mencari", 1.5),), evidence_score=0.9))

    def answer_for(self, question: str) -> tuple[Answer, tuple[int, ...]]:
        base = Answer(
            question=question, answer="", status="answered", abstained=False, mode="extractive", index=self.index.fingerprint, latency_ms=12
        )
        if "alokasi" in question:
            return self.money(base), (2027,)
        if "mana" in question:
            return base.model_copy(update={"answer": "Yang mana?", "status": "ambiguous", "options": ("Pilihan satu?", "Pilihan dua?")}), ()
        if "bahaya" in question:
            text = "Biaya $a$ <script>alert(1)</script> [klik](javascript:alert(1)) ![x](http://a.b/c.png) :material/bug_report: [1]"
            return base.model_copy(update={"answer": text, "citations": (self.line_citation(),)}), ()
        if "tidak ada" in question:
            return base.model_copy(update={"answer": "Tidak ditemukan dalam dokumen.", "status": "not_found", "abstained": True}), ()
        return base.model_copy(
            update={
                "answer": f"Jawaban untuk {question} [1]",
                "citations": (self.line_citation(),),
                "suggestions": ("Lanjut apa?", "Lalu mana?"),
            }
        ), ()

    def line_citation(self) -> Citation:
        document = self.index.documents[0]
        block = next(b for b in document.blocks if b.kind == "paragraph" and len(b.text) > 100 and b.span.line_start == b.span.line_end)
        return Citation(
            n=1, doc=document.source.meta.doc, section="BAB I", lines=(block.span.line_start, block.span.line_end), quote=block.text
        )

    def money(self, base: Answer) -> Answer:
        row = money_row(self.index)
        asked = next(f for f in row if f.year == 2027)
        line = asked.line
        quote = self.index.lines(asked.doc, line, line)[0]
        citation = Citation(n=1, doc=asked.doc, section="Lampiran", table=asked.table, row=asked.indicator, lines=(line, line), quote=quote)
        ref = FigureRef(
            figure_id=asked.id,
            indicator=asked.indicator,
            measure=asked.measure,
            year=asked.year,
            raw=asked.raw,
            value=asked.value,
            unit=asked.unit,
            citation=1,
        )
        table = "\n".join(f"| {f.year} | {f.raw} |" for f in row)
        text = f"Alokasinya **Rp{asked.raw}** [1]\n\n| Tahun | Alokasi |\n| --- | ---: |\n{table}"
        return base.model_copy(
            update={
                "answer": text,
                "mode": "lookup",
                "status": "conflict",
                "citations": (citation,),
                "figures": (ref,),
                "warnings": ("Dua tabel berbeda.",),
            }
        )

    def related(self, answer: Answer, limit: int = 4) -> list[str]:
        return ["Orang lain bertanya?"] if answer.citations else []

    def complete(self, prefix: str, limit: int = 6) -> list[str]:
        return [f"{prefix} lengkap?"]

    def warm(self) -> None:
        """Nothing to load."""


def use_assistant(monkeypatch, assistant: ScriptedAssistant, **changed: object) -> None:  # type: ignore[no-untyped-def]
    """Let every page meet this assistant instead of a loaded one."""
    done: Future[ScriptedAssistant] = Future()
    done.set_result(assistant)
    settings = test_settings().model_copy(update=changed)
    monkeypatch.setattr(backend, "start", lambda: done)
    monkeypatch.setattr(backend, "settings", lambda: settings)
    st.cache_resource.clear()
    st.cache_data.clear()


def page_of(name: str) -> Callable[[], None]:
    """A script that shows one page, for AppTest."""
    scripts = {
        "chat": chat_script,
        "figures": figures_script,
        "reader": reader_script,
        "evaluation": evaluation_script,
        "status": status_script,
    }
    return scripts[name]


def chat_script() -> None:
    from assistant.views import chat

    chat.page()


def figures_script() -> None:
    from assistant.views import explorer

    explorer.page()


def reader_script() -> None:
    from assistant.views import reader

    reader.page()


def evaluation_script() -> None:
    from assistant.views import evaluation

    evaluation.page()


def status_script() -> None:
    from assistant.views import status

    status.page()
