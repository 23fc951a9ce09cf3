"""From sets and settings to a finished report: index, run, baselines, scores. `commands.py` is its command line."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evals import runner
from evals.datasets import Dataset, Faults, Item
from evals.leaks import near_duplicates
from evals.model_cost import OFFLINE, OFFLINE_LABEL, WithoutModel, cost_notes
from evals.report_models import ASSISTANT, Report, SetInfo, System, make_system
from evals.results import Context, ItemResult, evaluate
from evals.score import Edition, Editions, Prediction
from ingest.errors import InputError
from ingest.settings import Settings

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from evals.judge import Judge
    from ingest.models import Document
    from ingest.store.index import PlanIndex

PART_CHARS = 60
Chosen = Sequence[tuple[Dataset, Item]]
Step = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Options:
    """How a run goes. `score_only`: predictions to be scored as they are, nothing is asked. `own_file`: the file of
    predictions belongs to the report, so answers to another set in it are simply replaced."""

    command: str = "renstra eval"
    workers: int = 2
    predictions: Path | None = None
    own_file: bool = False
    score_only: Path | None = None
    fresh: bool = False
    baseline: bool = False
    mode: str = "offline"


def run_settings(index: Path | None, mode: str) -> Settings:
    """The settings of a run; InputError when a model is asked for and none is configured."""
    changed: dict[str, Any] = {"index": index} if index else {}
    if mode == "offline":
        return Settings(**changed, llm="")
    settings = Settings(**changed)
    if not settings.llm:
        raise InputError("--mode model memerlukan model bahasa: atur RENSTRA_LLM, atau jalankan dengan --mode offline.")
    return settings


def context_of(documents: Sequence[Document]) -> Context:
    """Editions and parts of the plan, from the documents of an index."""
    editions = [Edition(d.source.meta.doc, tuple(line.text for line in d.source.lines), d.source.kind) for d in documents]
    parts = {d.source.meta.doc: _parts(d) for d in documents}

    def part_of(doc: str, line: int) -> str:
        found = parts[doc][line] if line < len(parts[doc]) else ""
        return f"{doc}: {found}" if len(parts) > 1 else found

    return Context(Editions(editions), part_of)


def _parts(document: Document) -> list[str]:
    """The top-level part that each line stands in, by line number."""
    out = ["(depan)"] * (len(document.source.lines) + 1)
    for section in sorted(document.sections, key=lambda s: s.level):
        top = section.path[0] if section.path else section.number or section.title
        for line in range(section.span.line_start, min(section.span.line_end, len(out) - 1) + 1):
            out[line] = top[:PART_CHARS]
    return out


def check_evidence(chosen: Chosen, editions: Editions) -> list[str]:
    """Notes about evidence that an edition lacks. In a text edition that is a fault (DatasetError with file and line);
    a PDF as read may differ from the text the set was written from, so there it is only told."""
    lenient = any(edition.kind == "pdf" for edition in editions.all)
    missing = [(s, item, quote) for s, item in chosen for quote in (*item.evidence, *item.evidence_any) if not editions.find(quote)]
    if missing and not lenient:
        faults = Faults(missing[0][0].path)
        faults.found = [
            f"{s.path}, baris {s.lines[item.id]}: bukti tidak ada di dokumen yang diindeks: “{quote[:90]}”" for s, item, quote in missing
        ]
        faults.raise_any()
    return (
        [f"{len(missing)} potongan bukti tidak ditemukan dalam PDF sebagaimana terbaca; butirnya dinilai tanpa bukti itu."]
        if missing
        else []
    )


def predictions_of(
    settings: Settings,
    index: PlanIndex,
    assistant: runner.Answerer | None,
    items: Sequence[Item],
    ids: Sequence[str],
    options: Options,
    code: str,
    on_done: runner.OnDone | None,
) -> dict[str, Prediction]:
    if options.score_only:
        return runner.read_predictions(options.score_only, ids)
    assert assistant is not None
    base = runner.run_base(settings, index.fingerprint, code)
    return runner.run(
        assistant,
        items,
        index.passages,
        base=base,
        workers=options.workers,
        out=options.predictions,
        fresh=options.fresh,
        own_file=options.own_file,
        on_done=on_done,
    )


def baseline_systems(
    items: Sequence[tuple[str, Item]],
    index: PlanIndex,
    settings: Settings,
    context: Context,
    duplicates: Mapping[str, str],
    step: Step | None,
) -> list[System]:
    """The quickstart, and BM25 and dense alone, over the same items."""
    from evals import baselines
    from ingest.embedding import SentenceEmbedder

    embedder = SentenceEmbedder(settings.embedding_model)
    asked = [item for _, item in items]
    queries = baselines.embed_questions(asked, embedder, step)
    passages = [index.passages[key] for key in index.order]
    runs: list[tuple[str, str, dict[str, Prediction], bool]] = [
        (
            "quickstart",
            "RAG quickstart",
            baselines.quickstart(asked, context.editions.all, embedder, settings.index / "eval-cache", queries, step),
            False,
        ),
        ("bm25", "BM25 saja", baselines.bm25_alone(asked, passages), True),
        ("dense", "vektor saja", baselines.dense_alone(asked, passages, index.vectors, queries[0]), True),
    ]
    return [make_system(name, label, evaluate(items, found, context, duplicates), only) for name, label, found, only in runs]


def offline_rows(
    assistant: Assistant, items: Sequence[tuple[str, Item]], index: PlanIndex, context: Context, options: Options, step: Step | None
) -> list[ItemResult]:
    """The same questions to the same assistant without its model."""
    asked = [item for _, item in items]
    done = itertools.count(1)
    told = (lambda _, seconds: step(OFFLINE_LABEL, next(done), len(asked))) if step else None
    found = runner.run(WithoutModel(assistant), asked, index.passages, workers=options.workers, on_done=told)
    return evaluate(items, found, context)


def evaluate_sets(
    settings: Settings,
    index: PlanIndex,
    assistant: Assistant | None,
    sets: Sequence[Dataset],
    chosen: Chosen,
    options: Options,
    *,
    on_done: Callable[[Editions], runner.OnDone] | None = None,
    step: Step | None = None,
    judge: Judge | None = None,
) -> Report:
    """Ask (or read) every chosen question, score it, and put the baselines beside it."""
    began = time.perf_counter()
    context = context_of(index.documents)
    notes = [*(w for s in sets for w in s.warnings), *check_evidence(chosen, context.editions)]
    named = [(s.name, item) for s, item in chosen]
    items = [item for _, item in named]
    code = runner.code_digest()
    ids = [item.id for s in sets for item in s.items]
    found = predictions_of(settings, index, assistant, items, ids, options, code, on_done(context.editions) if on_done else None)
    duplicates = near_duplicates(items, [question.text for question in index.questions])
    rows: list[ItemResult] = evaluate(named, found, context, duplicates)
    if judge:
        from evals.judge import failed, graded

        rows = graded(rows, judge, step)
        if failed(rows):
            notes.append(f"juri gagal menilai {failed(rows)} jawaban; alasannya ada pada butirnya.")
    systems = [make_system(ASSISTANT, "asisten", rows, detailed=True)]
    seconds = time.perf_counter() - began
    if options.mode == "model" and assistant is not None:
        offline = offline_rows(assistant, named, index, context, options, step)
        notes += cost_notes(rows, offline)
        systems.append(make_system(OFFLINE, OFFLINE_LABEL, offline))
    if options.baseline:
        systems += baseline_systems(named, index, settings, context, duplicates, step)
    counts = {s.name: sum(1 for other, _ in chosen if other is s) for s in sets}
    return Report(
        command=options.command,
        made=datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        index=index.fingerprint,
        code=code,
        mode=settings.llm or "tanpa model bahasa",
        today=settings.today or date.today().isoformat(),
        seconds=round(seconds, 2),
        workers=options.workers,
        sets=tuple(SetInfo(name=s.name, path=str(s.path), items=counts[s.name], warnings=s.warnings) for s in sets),
        systems=tuple(systems),
        notes=tuple(notes),
    )
