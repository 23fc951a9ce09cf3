"""The one way in: `build_assistant(settings)` connects stores, retrieval, lookup and verifier; `Assistant.answer()` answers."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.checked import recorded
from assistant.documents import candidates, name_document
from assistant.draft import Drafter
from assistant.draft_models import Draft
from assistant.events import Event, Final, Part, Step
from assistant.evidence import EvidenceBook
from assistant.evidence_test import EvidenceTest
from assistant.lexicon import Lexicon
from assistant.lookup import Lookup
from assistant.models import Answer, Question, Trace, Turn
from assistant.render import MAX_CITATIONS, Rendered, pieces, render
from assistant.retrieve import FEATURES, Ranking, Retriever
from assistant.rows import RowBook
from assistant.several import one_by_one
from assistant.suggest import Suggester
from assistant.understand import Understanding, as_turns
from assistant.verify import Violation, verify
from ingest.embedding import Embedder, SentenceEmbedder
from ingest.errors import InputError, PlanError
from ingest.settings import Settings
from ingest.store.index import PlanIndex, open_index

if TYPE_CHECKING:
    from assistant.model_writer import ModelWriter

HITS_TRACED = 10


FAR_MORE = 0.25
"""Share of a question's words by which another document's best passage must hold more of them."""


class Clock:
    """Milliseconds a step."""

    def __init__(self) -> None:
        self.began = time.perf_counter()
        self.last = self.began
        self.steps: list[tuple[str, float]] = []

    def step(self, name: str) -> None:
        now = time.perf_counter()
        self.steps.append((name, round((now - self.last) * 1000, 2)))
        self.last = now

    @property
    def total(self) -> float:
        return round((time.perf_counter() - self.began) * 1000, 2)


class Assistant:
    """Answers questions over an open index. Thread-safe: nothing is kept between questions."""

    def __init__(self, settings: Settings, index: PlanIndex, embedder: Embedder) -> None:
        self.settings = settings
        self.index = index
        today = date.fromisoformat(settings.today) if settings.today else date.today()
        self.understanding = Understanding(Lexicon.of(index), period_of(index), today)
        self.retriever = Retriever(index, embedder, self.understanding)
        metas = [document.source.meta for document in index.documents]
        self.book = RowBook(index.figures, [name for m in metas for name in (m.issuer, m.title, *m.aliases)])
        self.lookup = Lookup(self.book, self.retriever)
        self.test = EvidenceTest(self.retriever)
        self.drafter = Drafter(self.retriever, self.lookup, self.book, self.test)
        texts = [question.text for question in index.questions]
        self.suggester = Suggester(self.retriever, self.answers_itself, recorded(settings.corpus, texts) if texts else None)
        self._desks: dict[str, Assistant] = {}
        self._desk_lock = threading.Lock()
        self._writer: ModelWriter | None = None
        self._writer_lock = threading.Lock()

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        return self.run(question, history)[0]

    def run(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        final: Final | None = None
        for event in self.stream(question, history):
            if isinstance(event, Final):
                final = event
        assert final is not None
        return final.answer, final.trace

    def stream(self, question: str, history: Sequence[Turn] = (), cancel: threading.Event | None = None) -> Iterator[Event]:
        """Steps, then verified parts, then the whole. With a model configured its verified sentences are the parts."""
        history = as_turns(history)
        desk = self.desk_for(question, history)
        if desk is not self:
            for event in desk.stream(question, history, cancel):
                yield self.named(event, desk) if isinstance(event, Final) else event
            return
        if not self.settings.llm:
            yield from self.stream_offline(question, history)
            return
        from assistant.streaming import stream_with_model

        yield from stream_with_model(self, question, history, cancel)

    def desk_for(self, question: str, history: Sequence[Turn]) -> Assistant:
        """The assistant that knows only the document the question goes to; this one where there is no other."""
        metas = [document.source.meta for document in self.index.documents]
        if len(metas) < 2:
            return self
        try:
            read = self.understanding.read(question, history)
        except InputError:
            return self
        docs = candidates(question, history, bool(read.from_history), metas)
        if len(docs) > 1:
            docs = [self.meant_document(self.retriever.rank(read), docs)]
        return self.desk(docs[0])

    def meant_document(self, ranking: Ranking, docs: Sequence[str]) -> str:
        """The document of the best passage, or one that holds far more of the question's words."""
        coverage = ranking.features[:, FEATURES.index("coverage")]
        best: dict[str, tuple[float, float]] = {}
        for i in ranking.order:
            doc = self.retriever.passages[i].doc
            score, covers = best.get(doc, (float(ranking.scores[i]), 0.0))
            best[doc] = (score, max(covers, float(coverage[i])))
        first = max(docs, key=lambda doc: best[doc][0])
        return next((doc for doc in docs if best[doc][1] >= best[first][1] + FAR_MORE), first)

    def named(self, event: Final, desk: Assistant) -> Final:
        metas = [document.source.meta for document in self.index.documents]
        (own,) = (document.source.meta for document in desk.index.documents)
        return Final(name_document(event.answer, own, [m for m in metas if m != own]), event.trace)

    def desk(self, doc: str) -> Assistant:
        """The assistant of one document, made at its first question."""
        with self._desk_lock:
            if doc not in self._desks:
                self._desks[doc] = Assistant(self.settings, self.index.only({doc}), self.retriever.embedder)
            return self._desks[doc]

    def stream_offline(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Event]:
        clock = Clock()
        try:
            read = self.understanding.read(question, history)
        except InputError as error:
            yield from self.refuse(question, error, clock)
            return
        clock.step("memahami")
        yield Step(f"Dipahami sebagai: {read.summary()}", name="dipahami")
        yield Step("Mencari di dokumen …", name="mencari")
        ranking = self.retriever.rank(read)
        clock.step("mencari")
        if read.operation or read.measures:
            yield Step("Mencari angka dan menghitung …", name="menghitung")
        draft, violations = self.one_by_one(read, ranking) if read.subquestions else self.verified(read, ranking)
        clock.step("menyusun dan memeriksa")
        written = render(draft.claims, draft.evidence.items, self.book.figures)
        if draft.mode != "lookup":
            yield from map(Part, pieces(written[0]))
        yield Final(*self.finish(read, ranking, draft, written, violations, clock))

    def run_offline(self, question: str, history: Sequence[Turn] = ()) -> tuple[Answer, Trace]:
        """The deterministic answer, whatever is configured."""
        history = as_turns(history)
        desk = self.desk_for(question, history)
        final = [e for e in desk.stream_offline(question, history) if isinstance(e, Final)][-1]
        return final.answer, final.trace

    # parts of it -----------------------------------------------------------------------------------------------------

    def verified(self, question: Question, ranking: Ranking) -> tuple[Draft, list[Violation]]:
        """The first draft that passes the verifier; a draft with a violation is never shown."""
        found: list[Violation] = []
        for draft in self.drafter.drafts(question, ranking):
            violations = self.check(question, draft)
            if not violations:
                return draft, found
            found += violations
        return self.drafter.refusal(question, ranking), found

    def answers_itself(self, position: int) -> bool:
        """Whether an everyday question, asked, is answered from the passage that it is bound to. Its vector is in the index."""
        bound = self.index.questions[position]
        try:
            read = self.understanding.read(bound.text)
        except InputError:
            return False
        draft, _ = self.verified(read, self.retriever.rank(read, self.index.question_vectors[position]))
        span = self.index.passages[bound.passage_id].span
        cited = (item.lines for item in draft.evidence.items.values())
        return draft.status in ("answered", "conflict") and any(a <= span.line_end and span.line_start <= b for a, b in cited)

    def one_by_one(self, question: Question, ranking: Ranking) -> tuple[Draft, list[Violation]]:
        """Each question of a text by itself; the text as a whole where one passage of prose answers them all, or none is answered."""
        reads = self.understanding.parts(question)
        rankings = [self.retriever.rank(read) for read in reads]
        if len({int(part.order[0]) for part in rankings}) == 1:
            whole = self.verified(question, ranking)
            if whole[0].mode != "lookup":
                return whole
        drafts = [self.verified(read, part)[0] for read, part in zip(reads, rankings, strict=True)]
        begins = {next((item.lines[0] for item in draft.evidence.items.values()), 0) for draft in drafts}
        if all(draft.status == "not_found" for draft in drafts) or len(begins) == 1:
            return self.verified(question, ranking)
        together = one_by_one(question.subquestions, drafts, EvidenceBook(self.index))
        return self.verified(question, ranking) if self.check(question, together) else (together, [])

    def check(self, question: Question, draft: Draft) -> list[Violation]:
        figures = {**self.book.figures, **draft.quoted} if draft.quoted else self.book.figures
        return verify(draft.claims, draft.evidence.items, figures, self.source_text, f"{question.text}\n{question.standalone}")

    def source_text(self, doc: str, first: int, last: int) -> str:
        source = self.index.by_doc[doc].source
        return source.text[source.lines[first - 1].start : source.lines[last - 1].end]

    def finish(
        self, question: Question, ranking: Ranking, draft: Draft, written: Rendered, violations: Sequence[Violation], clock: Clock
    ) -> tuple[Answer, Trace]:
        text, citations, figures = written
        answer = Answer(
            question=question.text, answer=text, status=draft.status, abstained=draft.status == "not_found", mode=draft.mode,
            citations=citations[:MAX_CITATIONS] if draft.mode != "lookup" else citations, figures=figures, options=draft.options,
            suggestions=self.suggester.suggest(question, ranking, draft), warnings=draft.warnings, latency_ms=clock.total, index=self.index.fingerprint,
        )  # fmt: skip
        clock.step("merangkai")
        trace = Trace(
            question=question, hits=tuple(self.retriever.hits(ranking, HITS_TRACED)), evidence_score=draft.evidence_score, rows=draft.rows,
            steps=tuple(clock.steps), notes=draft.notes, violations=tuple(f"{v.kind}: {v.message}" for v in violations),
        )  # fmt: skip
        return answer.model_copy(update={"latency_ms": clock.total}), trace

    def refuse(self, question: str, error: PlanError, clock: Clock) -> Iterator[Event]:
        answer = Answer(
            question=question,
            answer=error.message,
            status="not_found",
            abstained=True,
            mode="extractive",
            latency_ms=clock.total,
            index=self.index.fingerprint,
        )
        yield Part(error.message)
        yield Final(answer, Trace(question=Question(text=question, normalised="", standalone=""), notes=("bukan pertanyaan",)))

    # for the app -------------------------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Load and make what the first question would wait for."""
        self.retriever.warm()
        self.lookup.warm()
        if self.settings.llm:
            self.writer.prepare()

    def complete(self, prefix: str, limit: int = 6) -> list[str]:
        return self.suggester.complete(prefix, limit)

    def related(self, answer: Answer, limit: int = 4) -> list[str]:
        return self.suggester.related(answer, limit)

    @property
    def writer(self) -> ModelWriter:
        """The model side, made at its first use."""
        with self._writer_lock:
            if self._writer is None:
                from assistant.model_writer import ModelWriter

                self._writer = ModelWriter(self.settings, self.index, self.lookup, self.retriever)
            return self._writer

    def close(self) -> None:
        """Nothing is held open: stores are read whole or mapped read-only."""


def period_of(index: PlanIndex) -> tuple[int, int] | None:
    for document in index.documents:
        meta = document.source.meta
        if meta.in_force and meta.period_start and meta.period_end:
            return meta.period_start, meta.period_end
    return None


def build_assistant(settings: Settings, embedder: Embedder | None = None) -> Assistant:
    """Open the index and connect everything. IndexMissingError or StaleIndexError when there is nothing to answer from."""
    return Assistant(settings, open_index(settings), embedder or SentenceEmbedder(settings.embedding_model))
