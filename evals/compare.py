"""Two runs of the same questions: what got better, what got worse, and whether the difference means anything."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from evals.datasets import DatasetError
from evals.metrics import BY_NAME, Metric
from evals.report import number_said, percent_said
from evals.report_models import Report
from evals.results import ItemResult
from evals.why import LABELS

ALPHA = 0.05
RESAMPLES = 5000
COMPARED = (
    "coverage",
    "exact_figures",
    "wrong_figures",
    "abstained_when_due",
    "abstained_wrongly",
    "evidence_cited",
    "citation_precision",
    "recall_10",
    "ndcg_10",
    "latency_p50",
)
"""Metrics whose mean an item is compared; of the latency too."""


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Change(Frozen):
    id: str
    type: str
    question: str
    before: str
    after: str


class Difference(Frozen):
    """Mean of B minus A over the items where both are measured, with a paired bootstrap interval of 95 %.
    `verdict`: better or worse when the interval lacks 0, else same."""

    name: str
    label: str
    a: float
    b: float
    difference: float
    low: float
    high: float
    n: int
    verdict: Literal["better", "worse", "same"]


class Comparison(Frozen):
    """`p_value`: exact McNemar test of "right" before and after."""

    n: int
    only_a: int
    only_b: int
    correct_a: float
    correct_b: float
    better: tuple[Change, ...]
    worse: tuple[Change, ...]
    p_value: float
    means_something: bool
    differences: tuple[Difference, ...]


def mcnemar(better: int, worse: int) -> float:
    """Two-sided exact p-value that `better` and `worse` come from a fair coin; 1 when nothing changed."""
    from scipy.stats import binomtest

    if better + worse == 0:
        return 1.0
    return float(binomtest(better, better + worse, 0.5).pvalue)


def paired_interval(a: Sequence[float], b: Sequence[float]) -> tuple[float, float]:
    """95 % interval of the mean of b - a, by a seeded paired bootstrap over the items."""
    from scipy.stats import bootstrap

    change = np.asarray(b, dtype=float) - np.asarray(a, dtype=float)
    if len(change) < 2 or np.all(change == change[0]):
        return float(change[0]), float(change[0])
    found: Any = bootstrap((change,), np.mean, n_resamples=RESAMPLES, method="percentile", rng=0).confidence_interval
    return float(found.low), float(found.high)


def compare(a: Report, b: Report) -> Comparison:
    """Question by question over the shared ids; DatasetError when the two are runs of different sets."""
    before = {row.id: row for row in a.assistant.items}
    after = {row.id: row for row in b.assistant.items}
    shared = [i for i in before if i in after]
    if not shared:
        raise DatasetError("Kedua laporan tidak punya satu pertanyaan pun yang sama.")
    changed = [i for i in shared if (before[i].question, before[i].history) != (after[i].question, after[i].history)]
    if changed:
        raise DatasetError(f"Id {changed[0]!r} menanyakan hal lain di kedua laporan: bukan kumpulan pertanyaan yang sama.")
    pairs = [(before[i], after[i]) for i in shared]
    better = [_change(x, y) for x, y in pairs if y.correct and not x.correct]
    worse = [_change(x, y) for x, y in pairs if x.correct and not y.correct]
    p_value = mcnemar(len(better), len(worse))
    return Comparison(
        n=len(pairs),
        only_a=len(before) - len(pairs),
        only_b=len(after) - len(pairs),
        correct_a=sum(x.correct for x, _ in pairs) / len(pairs),
        correct_b=sum(y.correct for _, y in pairs) / len(pairs),
        better=tuple(better),
        worse=tuple(worse),
        p_value=p_value,
        means_something=p_value < ALPHA,
        differences=tuple(d for name in COMPARED if (d := _difference(BY_NAME[name], pairs))),
    )


def _change(a: ItemResult, b: ItemResult) -> Change:
    return Change(id=a.id, type=a.type, question=a.question, before=_state(a), after=_state(b))


def _state(row: ItemResult) -> str:
    return "benar" if row.correct else row.miss


def _difference(metric: Metric, pairs: Sequence[tuple[ItemResult, ItemResult]]) -> Difference | None:
    both = [(x, y) for r, s in pairs if (x := metric.of(r)) is not None and (y := metric.of(s)) is not None]
    if not both:
        return None
    a, b = [x for x, _ in both], [y for _, y in both]
    low, high = paired_interval(a, b)
    rose = low > 0
    sure = rose or high < 0
    return Difference(
        name=metric.name,
        label="Waktu jawab (rata-rata ms)" if metric.unit == "ms" else metric.label,
        a=fmean(a),
        b=fmean(b),
        difference=fmean(b) - fmean(a),
        low=low,
        high=high,
        n=len(both),
        verdict=("better" if rose == (metric.better == "higher") else "worse") if sure else "same",
    )


VERDICTS = {"better": "lebih baik", "worse": "lebih buruk", "same": "tidak (bisa kebetulan)"}


def _row(d: Difference) -> str:
    digits = 1 if BY_NAME[d.name].unit == "ms" else 3
    a, b, change, low, high = (number_said(value, digits) for value in (d.a, d.b, d.difference, d.low, d.high))
    return f"| {d.label} | {a} | {b} | {change} | {low} .. {high} | {d.n} | {VERDICTS[d.verdict]} |"


def _said(state: str) -> str:
    return LABELS.get(state, state)


def comparison_markdown(found: Comparison, a: str, b: str) -> str:
    """The comparison to read, in Indonesian."""
    verdict = "bermakna" if found.means_something else "tidak bermakna (bisa kebetulan)"
    lines = [
        f"# Perbandingan {a} → {b}",
        "",
        f"Jawaban benar: {percent_said(found.correct_a)} → {percent_said(found.correct_b)} dari {found.n} pertanyaan. "
        f"{len(found.better)} membaik, {len(found.worse)} memburuk; uji McNemar eksak p = {number_said(found.p_value, 4)}: perbedaannya {verdict}.",
    ]
    if found.only_a or found.only_b:
        lines.append(f"Tidak dibandingkan: {found.only_a} hanya ada di {a}, {found.only_b} hanya ada di {b}.")
    lines += ["", "| ukuran | A | B | B − A | selang 95 % | n | bermakna |", "| --- | ---: | ---: | ---: | --- | ---: | --- |"]
    lines += [_row(d) for d in found.differences]
    for title, changes in (("Membaik", found.better), ("Memburuk", found.worse)):
        lines += ["", f"## {title} ({len(changes)})", ""]
        lines += [f"- `{c.id}` ({c.type}) {c.question} — {_said(c.before)} → {_said(c.after)}" for c in changes] or ["Tidak ada."]
    return "\n".join(lines) + "\n"
