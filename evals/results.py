"""Predictions against items -> one `ItemResult` a question: every number the metrics need, and what a person reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from pydantic import BaseModel, ConfigDict

from evals.datasets import Item
from evals.numbers_said import exact_figures, wrong_figure
from evals.retrieval import DEPTH, retrieval_scores
from evals.score import (
    MAX_CITATIONS,
    Editions,
    Place,
    Prediction,
    Range,
    Score,
    check_citation,
    contains,
    covers,
    evidence_units,
    judge,
    normalise,
)
from evals.why import explain

CONTEXT_CHARS = 600
QUOTE_CHARS = 1200


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CitationShown(Frozen):
    n: int
    doc: str
    lines: tuple[int, ...]
    quote: str
    valid: bool
    hits: bool | None


class ContextLine(Frozen):
    doc: str
    line: int
    text: str
    evidence: bool


class ItemResult(Frozen):
    """One question of one run. None: not applicable, never counted as a zero."""

    id: str
    dataset: str
    type: str
    persona: str
    part: str
    abstain: bool
    answered: bool
    crashed: bool
    abstained: bool
    correct: bool
    coverage: float
    citations: int = 0
    citations_valid: int = 0
    evidence_cited: float | None = None
    citation_precision: float | None = None
    exact_figures: float | None = None
    wrong_figure: float | None = None
    figures_grounded: float | None = None
    recall_1: float | None = None
    recall_5: float | None = None
    recall_10: float | None = None
    mrr: float | None = None
    ndcg_10: float | None = None
    length: int = 0
    latency_ms: float | None = None
    evidence_score: float | None = None
    miss: str = ""
    miss_detail: str = ""
    near_duplicate: str = ""
    model_calls: int | None = None
    """None: no model was asked"""
    model_tokens: int | None = None
    model_ms: float | None = None
    model_trouble: str = ""
    grade: float | None = None
    grade_reason: str = ""
    # to read
    question: str = ""
    history: tuple[str, ...] = ()
    wanted: str = ""
    must: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    got: str = ""
    status: str = ""
    mode: str = ""
    understood: str = ""
    rows: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    cited: tuple[CitationShown, ...] = ()
    context: tuple[ContextLine, ...] = ()
    retrieved: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Context:
    """What scoring needs of the index: the editions, and the part of the plan (BAB, Lampiran) a line stands in."""

    editions: Editions
    part_of: Callable[[str, int], str]


def ranking_of(prediction: Prediction | None, editions: Editions) -> list[Range]:
    """The retrieved line ranges with their documents, best first."""
    if prediction is None or not prediction.retrieved or not editions.all:
        return []
    docs = prediction.retrieved_docs or ("",) * len(prediction.retrieved)
    known = [(editions.of(doc), first, last) for doc, (first, last) in zip(docs, prediction.retrieved, strict=False)]
    return [(edition.doc, first, last) for edition, first, last in known if edition is not None][:DEPTH]


def evaluate(
    items: Sequence[tuple[str, Item]], predictions: Mapping[str, Prediction], context: Context, duplicates: Mapping[str, str] | None = None
) -> list[ItemResult]:
    """Score (dataset name, item) pairs, in order. `duplicates`: item id -> the indexed question it nearly equals."""
    units = {item.id: [] if item.abstain else evidence_units(item, context.editions) for _, item in items}
    rankings = {item.id: ranking_of(predictions.get(item.id), context.editions) for _, item in items}
    # a run without `retrieved` (a foreign assistant) has no retrieval figures; a crash has bad ones
    measured = {i for i in units if (p := predictions.get(i)) is None or p.retrieved is not None or p.crash}
    retrieval = retrieval_scores({i: (units[i], rankings[i]) for i in units if i in measured})
    out = []
    for dataset, item in items:
        prediction = predictions.get(item.id)
        score = judge(item, prediction, context.editions)
        miss = explain(item, prediction, score, units[item.id], rankings[item.id], evidence_rows(units[item.id], context.editions))
        found = retrieval.get(item.id)
        base = _scored(item, prediction, score, units[item.id], context)
        out.append(
            base.model_copy(
                update={
                    "dataset": dataset,
                    "part": part_of(units[item.id], context),
                    "near_duplicate": (duplicates or {}).get(item.id, ""),
                    "miss": miss.kind if miss else "",
                    "miss_detail": miss.detail if miss else "",
                    "retrieved": tuple(rankings[item.id]),
                    **({} if found is None else vars(found)),
                }
            )
        )
    return out


def _scored(item: Item, prediction: Prediction | None, score: Score, units: Sequence[frozenset[Place]], context: Context) -> ItemResult:
    given = prediction or Prediction(id=item.id)
    shown = _citations(given, units, context.editions)
    answered = bool(units) and not score.abstained and bool(shown)
    return ItemResult(
        id=item.id,
        dataset="",
        type=item.type,
        persona=item.persona,
        part="",
        abstain=item.abstain,
        answered=score.answered,
        crashed=bool(given.crash),
        abstained=score.abstained,
        correct=score.correct,
        coverage=score.coverage,
        citations=score.citations,
        citations_valid=score.citations_valid,
        evidence_cited=score.evidence_cited,
        citation_precision=fmean(bool(c.hits) for c in shown) if answered else None,
        exact_figures=exact_figures(item, score),
        wrong_figure=wrong_figure(item, given, score, evidence_rows(units, context.editions)),
        figures_grounded=_grounded(given, context.editions),
        length=len(normalise(given.answer or "")),
        latency_ms=given.latency_ms,
        evidence_score=given.evidence_score,
        model_calls=given.model_calls,
        model_tokens=given.model_tokens,
        model_ms=given.model_ms,
        model_trouble=given.model_trouble,
        question=item.question,
        history=tuple(f"{turn.role}: {turn.content}" for turn in item.history),
        wanted=item.answer,
        must=item.must,
        must_not=item.must_not,
        got=given.answer or given.crash,
        status=given.status,
        mode=given.mode,
        understood=given.understood,
        rows=given.rows,
        violations=given.violations,
        cited=shown,
        context=evidence_context(units, context.editions),
    )


def _citations(prediction: Prediction, units: Sequence[frozenset[Place]], editions: Editions) -> tuple[CitationShown, ...]:
    out = []
    for citation in (prediction.citations or ())[:MAX_CITATIONS]:
        place, valid = check_citation(citation, editions)
        hits = any(covers(place, unit) for unit in units) if place and units else (False if units else None)
        out.append(
            CitationShown(
                n=citation.n,
                doc=citation.doc,
                lines=citation.lines or (),
                quote=(citation.quote or "")[:QUOTE_CHARS],
                valid=valid,
                hits=hits,
            )
        )
    return tuple(out)


def _grounded(prediction: Prediction, editions: Editions) -> float | None:
    """Share of the figures that an answer lists whose printed form stands in the lines of the citation they name."""
    if not prediction.figures:
        return None
    by_number = {citation.n: citation for citation in prediction.citations or ()}
    good = 0
    for figure in prediction.figures:
        citation = by_number.get(figure.citation)
        place = check_citation(citation, editions)[0] if citation else None
        edition = editions.of(place[0]) if place else None
        if place and edition:
            good += _printed("\t".join(edition.lines[place[1] - 1 : place[2]]), figure.raw)
    return good / len(prediction.figures)


def _printed(text: str, raw: str) -> bool:
    """Whether a figure stands in a text: as a number or word of its own, or as a whole cell that a break has parted."""
    squeezed = "".join(raw.split())
    return contains(normalise(text), raw) or any("".join(cell.split()) == squeezed for cell in text.split("\t"))


def part_of(units: Sequence[frozenset[Place]], context: Context) -> str:
    """The part of the plan of the first piece of evidence."""
    return context.part_of(*min(units[0])) if units else "tanpa bukti"


def evidence_rows(units: Sequence[frozenset[Place]], editions: Editions) -> list[str]:
    """The text of every line of evidence."""
    return [editions.by_doc[doc].lines[line - 1] for unit in units for doc, line in sorted(unit)]


def evidence_context(units: Sequence[frozenset[Place]], editions: Editions) -> tuple[ContextLine, ...]:
    """The evidence lines with the filled line before and after each."""
    evidence = {min(unit) for unit in units}
    wanted: set[Place] = set(evidence)
    for doc, line in evidence:
        lines = editions.by_doc[doc].lines
        before = next((n for n in range(line - 1, 0, -1) if lines[n - 1].strip()), None)
        after = next((n for n in range(line + 1, len(lines) + 1) if lines[n - 1].strip()), None)
        wanted |= {(doc, n) for n in (before, after) if n is not None}
    return tuple(
        ContextLine(doc=doc, line=n, text=editions.by_doc[doc].lines[n - 1][:CONTEXT_CHARS].strip(), evidence=(doc, n) in evidence)
        for doc, n in sorted(wanted)
    )
