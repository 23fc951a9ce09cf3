"""The metrics: each with a written definition and a bootstrap interval. None is "not applicable", never a zero.

`docs/metrics.md` is checked against this list by a test.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evals.results import ItemResult
from evals.score import DRAWS, Statistic, interval, mean
from evals.statistics_of_items import BINS, calibration_error, median, percentile_95, ratio

Better = Literal["higher", "lower", "neutral"]


@dataclass(frozen=True)
class Metric:
    """`of` gives an item's contribution or None; `statistic` makes one number of the contributions."""

    name: str
    label: str
    definition: str
    better: Better
    of: Callable[[ItemResult], Any]
    statistic: Statistic = mean
    unit: Literal["share", "ms", "chars", "score", "count"] = "share"


class Measured(BaseModel):
    """A metric's value over `n` applicable items; all None when there are none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None
    low: float | None
    high: float | None
    n: int


def _answerable(value: Callable[[ItemResult], Any]) -> Callable[[ItemResult], Any]:
    return lambda r: None if r.abstain else value(r)


def _evidence_pair(r: ItemResult) -> tuple[float, float] | None:
    return None if r.evidence_score is None else (min(max(r.evidence_score, 0.0), 1.0), float(not r.abstain))


def _squared(r: ItemResult) -> float | None:
    pair = _evidence_pair(r)
    return None if pair is None else (pair[0] - pair[1]) ** 2


METRICS: tuple[Metric, ...] = (
    Metric(
        "correct",
        "Jawaban benar",
        "Setiap kelompok “must” ada di bagian awal jawaban, tak ada “must_not”, dan tidak menolak; butir “abstain” benar bila menolak.",
        "higher",
        lambda r: float(r.correct),
    ),
    Metric(
        "coverage",
        "Cakupan jawaban",
        "Bagian kelompok “must” yang ditemukan di bagian awal jawaban (butir “abstain”: 1 bila menolak).",
        "higher",
        lambda r: r.coverage,
    ),
    Metric(
        "correct_answerable",
        "Benar, butir yang ada jawabannya",
        "“Jawaban benar” di antara butir yang dijawab oleh dokumen.",
        "higher",
        _answerable(lambda r: float(r.correct)),
    ),
    Metric(
        "exact_figures",
        "Angka tepat",
        "Di antara butir yang meminta angka: semua angka yang diminta disebut, tanpa angka terlarang dan tanpa menolak.",
        "higher",
        lambda r: r.exact_figures,
    ),
    Metric(
        "wrong_figures",
        "Angka salah disebut",
        "Di antara butir yang meminta angka atau yang tak terjawab: angka terlarang, atau angka lain diberikan sebagai ganti yang diminta.",
        "lower",
        lambda r: r.wrong_figure,
    ),
    Metric(
        "figures_grounded",
        "Angka bersandar",
        "Bagian angka dalam “figures” yang bentuk cetaknya ada di baris kutipan yang disebutnya.",
        "higher",
        lambda r: r.figures_grounded,
    ),
    Metric(
        "abstained_when_due",
        "Menolak saat seharusnya",
        "Di antara butir yang tidak dijawab dokumen: menolak, tanpa pernyataan terlarang.",
        "higher",
        lambda r: float(r.correct) if r.abstain else None,
    ),
    Metric(
        "abstained_wrongly",
        "Menolak padahal ada",
        "Di antara butir yang dijawab dokumen: menolak.",
        "lower",
        _answerable(lambda r: float(r.abstained)),
    ),
    Metric(
        "evidence_cited",
        "Bukti dikutip",
        "Bagian potongan bukti yang barisnya ada di dalam baris yang dikutip (enam kutipan pertama).",
        "higher",
        lambda r: r.evidence_cited,
    ),
    Metric(
        "citation_precision",
        "Ketepatan kutipan",
        "Bagian kutipan yang barisnya memuat salah satu bukti, di antara jawaban yang mengutip.",
        "higher",
        lambda r: r.citation_precision,
    ),
    Metric(
        "citation_valid",
        "Kutipan sah",
        "Bagian kutipan yang barisnya ada di dokumen dan yang teksnya memang berdiri di sana.",
        "higher",
        _answerable(lambda r: (r.citations_valid, r.citations) if r.citations else None),
        ratio,
    ),
    Metric(
        "uncited",
        "Jawaban tanpa kutipan",
        "Di antara butir yang dijawab dokumen: dijawab tanpa satu kutipan pun.",
        "lower",
        _answerable(lambda r: float(not r.abstained and not r.citations)),
    ),
    Metric(
        "recall_1",
        "Recall@1",
        "Bagian potongan bukti yang barisnya ada dalam petikan pertama hasil pencarian.",
        "higher",
        lambda r: r.recall_1,
    ),
    Metric("recall_5", "Recall@5", "Sama, dalam lima petikan pertama.", "higher", lambda r: r.recall_5),
    Metric("recall_10", "Recall@10", "Sama, dalam sepuluh petikan pertama.", "higher", lambda r: r.recall_10),
    Metric(
        "mrr",
        "MRR",
        "Satu dibagi peringkat petikan pertama yang memuat bukti; 0 bila tak ada di sepuluh teratas.",
        "higher",
        lambda r: r.mrr,
    ),
    Metric(
        "ndcg_10",
        "nDCG@10",
        "nDCG (trec_eval): nilai petikan: banyaknya bukti yang baru dimuatnya; bukti tak terambil ikut urutan ideal.",
        "higher",
        lambda r: r.ndcg_10,
    ),
    Metric(
        "length",
        "Panjang jawaban (median)",
        "Median banyaknya karakter jawaban tanpa markah.",
        "neutral",
        lambda r: float(r.length) if r.answered and not r.crashed else None,
        median,
        "chars",
    ),
    Metric(
        "latency_p50",
        "Waktu jawab p50",
        "Median milidetik satu jawaban (diukur selama proses lain berjalan).",
        "lower",
        lambda r: r.latency_ms,
        median,
        "ms",
    ),
    Metric(
        "latency_p95",
        "Waktu jawab p95",
        "95 dari 100 jawaban tidak lebih lama dari ini (milidetik).",
        "lower",
        lambda r: r.latency_ms,
        percentile_95,
        "ms",
    ),
    Metric(
        "evidence_brier",
        "Brier uji bukti",
        "Rata-rata kuadrat selisih peluang uji bukti dengan kenyataan (1: dokumen menjawabnya). 0 sempurna, 0,25 menebak.",
        "lower",
        _squared,
        mean,
        "score",
    ),
    Metric(
        "evidence_ece",
        "Salah kalibrasi uji bukti (ECE)",
        "Selisih peluang uji bukti dengan kenyataan per sepersepuluh, ditimbang banyaknya butir.",
        "lower",
        _evidence_pair,
        calibration_error,
        "score",
    ),
    Metric(
        "crashes",
        "Galat",
        "Bagian butir yang membuat program berhenti atau tidak dijawab sama sekali; selalu ikut dihitung salah.",
        "lower",
        lambda r: float(r.crashed or not r.answered),
    ),
    Metric(
        "model_written",
        "Ditulis model",
        "Di antara jawaban yang ditanyakan kepada model bahasa: yang tampil dalam kata-katanya; sisanya jawaban langsung.",
        "neutral",
        lambda r: None if r.model_calls is None else float(r.mode == "model"),
    ),
    Metric("model_calls", "Panggilan model", "Rata-rata panggilan model sebuah jawaban.", "lower", lambda r: r.model_calls, mean, "count"),
    Metric(
        "model_tokens", "Token model", "Rata-rata token masuk dan keluar sebuah jawaban.", "lower", lambda r: r.model_tokens, mean, "count"
    ),
    Metric("model_ms", "Waktu model", "Median milidetik model dalam sebuah jawaban.", "lower", lambda r: r.model_ms, median, "ms"),
    Metric(
        "grade",
        "Nilai juri",
        "Rata-rata nilai 0-1 dari model bahasa (hanya dengan --judge, tidak pernah dalam gate).",
        "higher",
        lambda r: r.grade,
        mean,
        "score",
    ),
)
BY_NAME = {metric.name: metric for metric in METRICS}
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Jawaban", ("correct", "coverage", "correct_answerable", "length", "crashes", "grade")),
    ("Angka", ("exact_figures", "wrong_figures", "figures_grounded")),
    ("Menolak", ("abstained_when_due", "abstained_wrongly", "evidence_brier", "evidence_ece")),
    ("Kutipan", ("evidence_cited", "citation_precision", "citation_valid", "uncited")),
    ("Pencarian", ("recall_1", "recall_5", "recall_10", "mrr", "ndcg_10")),
    ("Kecepatan", ("latency_p50", "latency_p95")),
    ("Model bahasa", ("model_written", "model_calls", "model_tokens", "model_ms")),
)
"""Every metric once, in the order of a report."""
BROKEN_DOWN = ("correct", "coverage", "exact_figures", "evidence_cited", "recall_10")
RETRIEVAL = ("recall_1", "recall_5", "recall_10", "mrr", "ndcg_10")


def measure(metric: Metric, rows: Sequence[ItemResult], draws: int = DRAWS) -> Measured:
    values = [value for row in rows if (value := metric.of(row)) is not None]
    if not values:
        return Measured(value=None, low=None, high=None, n=0)
    value, low, high = interval(values, metric.statistic, draws)
    assert not math.isnan(value)
    return Measured(value=value, low=low, high=high, n=len(values))


def summarise(rows: Sequence[ItemResult], names: Sequence[str] = tuple(BY_NAME)) -> dict[str, Measured]:
    return {name: measure(BY_NAME[name], rows) for name in names}


def break_down(rows: Sequence[ItemResult], key: str) -> dict[str, dict[str, Measured]]:
    """The broken-down metrics for each value of a field (`type`, `persona`, `part`, `dataset`), in first-seen order."""
    groups: dict[str, list[ItemResult]] = defaultdict(list)
    for row in rows:
        groups[str(getattr(row, key)) or "-"].append(row)
    return {name: summarise(group, BROKEN_DOWN) for name, group in sorted(groups.items())}


def reliability(rows: Sequence[ItemResult]) -> list[dict[str, float]]:
    """Points of the calibration plot: mean probability, share that came true and size of each filled tenth."""
    bins: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for row in rows:
        pair = _evidence_pair(row)
        if pair:
            bins[min(int(pair[0] * BINS), BINS - 1)].append(pair)
    return [{"p": fmean(p for p, _ in b), "y": fmean(y for _, y in b), "n": len(b)} for _, b in sorted(bins.items())]
