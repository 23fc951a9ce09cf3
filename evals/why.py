"""Why an answer was missed: one class an item, decided from score and trace in a fixed order. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.datasets import Item
from evals.numbers_said import figure_groups, told_instead
from evals.score import Place, Prediction, Range, Score, contains, covers, normalise

LABELS = {
    "missing": "tidak ada prediksi",
    "crash": "galat (program berhenti)",
    "answered_absent": "dijawab padahal tidak ada di dokumen",
    "refused_present": "ditolak padahal ada di dokumen",
    "not_concise": "tidak ringkas (jawabannya ada, tetapi terlalu jauh di belakang)",
    "wrong_figure": "baris, kolom, atau tahun salah",
    "forbidden": "memuat pernyataan yang salah",
    "not_retrieved": "tidak terambil",
    "not_used": "terambil tetapi tidak dipakai",
    "unexplained": "tidak terjelaskan (butir tanpa bukti)",
    "citation": "kutipan salah (jawabannya benar)",
}
MISSES = tuple(kind for kind in LABELS if kind != "citation")
"""Classes of wrong answers; `citation` is a flaw of a right one."""


@dataclass(frozen=True)
class Miss:
    kind: str
    detail: str


def explain(
    item: Item,
    prediction: Prediction | None,
    score: Score,
    units: Sequence[frozenset[Place]],
    ranking: Sequence[Range],
    rows: Sequence[str] = (),
) -> Miss | None:
    """The class of a miss and one Indonesian sentence about it; None for a right answer with the right citations.
    `rows`: the lines of evidence as they stand in the plan."""
    if prediction is None:
        return Miss("missing", "Tidak ada prediksi untuk id ini.")
    if prediction.crash:
        return Miss("crash", prediction.crash)
    if score.correct:
        return _citation(score, units)
    if item.abstain:
        return _should_refuse(score)
    if score.abstained:
        return Miss("refused_present", f"Jawabannya ada di dokumen. {_rank_said(units, ranking, score)}")
    if not score.forbidden and _right_later(item, prediction):
        return Miss("not_concise", "Semua yang dicari ada dalam jawaban, tetapi di luar bagian awal yang dinilai.")
    figure = _figure(item, prediction, score, units, rows)
    if figure:
        return figure
    if score.forbidden:
        return Miss("forbidden", f"Jawaban memuat: {', '.join(score.forbidden)}.")
    return _search(item, prediction, score, units, ranking)


def _should_refuse(score: Score) -> Miss:
    if score.abstained:
        return Miss("forbidden", f"Menolak, tetapi memuat: {', '.join(score.forbidden)}.")
    return Miss("answered_absent", "Dokumen tidak memuat jawabannya; seharusnya dikatakan begitu.")


def _citation(score: Score, units: Sequence[frozenset[Place]]) -> Miss | None:
    if score.evidence_cited is None or score.evidence_cited == 1:
        return None
    missing = [f"baris {min(unit)[1]}" for unit in units if not any(covers(place, unit) for place in score.ranges)]
    return Miss("citation", f"Jawaban benar, tetapi buktinya tidak dikutip: {', '.join(missing)}.")


def _right_later(item: Item, prediction: Prediction) -> bool:
    text = normalise(prediction.answer or "")
    return bool(item.must) and all(any(contains(text, alternative) for alternative in group) for group in item.must)


def _cited(units: Sequence[frozenset[Place]], score: Score) -> list[bool]:
    return [any(covers(place, unit) for place in score.ranges) for unit in units]


def _figure(item: Item, prediction: Prediction, score: Score, units: Sequence[frozenset[Place]], rows: Sequence[str]) -> Miss | None:
    told = told_instead(item, prediction, score, rows)
    if not told:
        return None
    wanted = ", ".join(item.must[i][0] for i in figure_groups(item) if not score.groups[i]) or "jawaban tanpa angka itu"
    return Miss("wrong_figure", f"Yang dicari {wanted}; yang disebut {', '.join(told[:6])}.{_place_said(units, score)}")


def _place_said(units: Sequence[frozenset[Place]], score: Score) -> str:
    if not units:
        return ""
    return " Barisnya benar dikutip: tahun atau kolomnya yang lain." if all(_cited(units, score)) else " Baris yang benar tidak dikutip."


def _search(item: Item, prediction: Prediction, score: Score, units: Sequence[frozenset[Place]], ranking: Sequence[Range]) -> Miss:
    lacking = "; ".join(group[0] for group, found in zip(item.must, score.groups, strict=True) if not found)
    said = f"Tidak ada dalam jawaban ({sum(score.groups)} dari {len(score.groups)} ada): {lacking}."
    if not units:
        return Miss("unexplained", said)
    cited = _cited(units, score)
    # a cell was looked up, and it is another one: of a row that is not the evidence, or of another column of it
    if prediction.mode == "lookup" and (not any(cited) or (all(cited) and not any(score.groups))):
        return Miss("wrong_figure", said + _place_said(units, score))
    found = [there or any(covers(place, unit) for place in ranking) for unit, there in zip(units, cited, strict=True)]
    return Miss("not_used" if all(found) else "not_retrieved", f"{said} {_rank_said(units, ranking, score)}")


def _rank_said(units: Sequence[frozenset[Place]], ranking: Sequence[Range], score: Score) -> str:
    """At which rank each line of evidence was found, and whether it was cited."""
    if not units:
        return "Butir ini tidak punya bukti."
    parts = []
    for unit, cited in zip(units, _cited(units, score), strict=True):
        rank = next((r for r, place in enumerate(ranking, 1) if covers(place, unit)), None)
        where = f"peringkat {rank}" if rank else "tidak terambil"
        parts.append(f"baris {min(unit)[1]}: {where}{', dikutip' if cited else ''}")
    return f"Bukti {'; '.join(dict.fromkeys(parts))}."
