"""Ranked passages against the evidence, by trec_eval (`pytrec_eval`): recall@1/5/10, reciprocal rank, nDCG@10.

A unit is one piece of evidence (or one group of which any piece is enough); a passage finds it when its lines hold
the evidence's line. recall@k: share of units found among the first k passages (trec `success_k`, a topic a unit).
Reciprocal rank: of the first passage that finds any unit. nDCG@10: a passage gains the number of units that it is the
first to find; units never found stand in the ideal ranking.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evals.score import Place, Range, covers

CUTS = (1, 5, 10)
DEPTH = 10


@dataclass(frozen=True)
class Retrieval:
    recall_1: float
    recall_5: float
    recall_10: float
    mrr: float
    ndcg_10: float


def retrieval_scores(cases: Mapping[str, tuple[Sequence[frozenset[Place]], Sequence[Range]]]) -> dict[str, Retrieval]:
    """Scores a question id, from its units and its ranked passages (best first). Questions without units are left out."""
    asked = {name: case for name, case in cases.items() if case[0]}
    if not asked:
        return {}
    import pytrec_eval

    unit_rels, unit_runs, gains, runs = _topics(asked)
    found = pytrec_eval.RelevanceEvaluator(unit_rels, {"success." + ",".join(map(str, CUTS))}).evaluate(unit_runs)
    ranked = pytrec_eval.RelevanceEvaluator(gains, {"recip_rank", "ndcg_cut.10"}).evaluate(runs)
    out = {}
    for name, (units, _) in asked.items():
        shares = [sum(found[f"{name}#{u}"][f"success_{k}"] for u in range(len(units))) / len(units) for k in CUTS]
        out[name] = Retrieval(shares[0], shares[1], shares[2], ranked[name]["recip_rank"], ranked[name]["ndcg_cut_10"])
    return out


def _names(ranking: Sequence[Range]) -> dict[str, float]:
    """Passage names with scores that fall by rank; trec_eval sorts by score."""
    return {f"p{rank:02d}": float(DEPTH - rank) for rank in range(min(len(ranking), DEPTH))} or {"none": 0.0}


Run = dict[str, dict[str, float]]
Judged = dict[str, dict[str, int]]


def _topics(asked: Mapping[str, tuple[Sequence[frozenset[Place]], Sequence[Range]]]) -> tuple[Judged, Run, Judged, Run]:
    unit_rels: Judged = {}
    unit_runs: Run = {}
    gains: Judged = {}
    runs: Run = {}
    for name, (units, ranking) in asked.items():
        gain: dict[str, int] = {}
        for u, unit in enumerate(units):
            holding = [f"p{rank:02d}" for rank, place in enumerate(ranking[:DEPTH]) if covers(place, unit)]
            unit_rels[f"{name}#{u}"] = dict.fromkeys(holding, 1) or {"missing": 1}
            unit_runs[f"{name}#{u}"] = _names(ranking)
            first = holding[0] if holding else f"missing{u}"
            gain[first] = gain.get(first, 0) + 1
        gains[name], runs[name] = gain, _names(ranking)
    return unit_rels, unit_runs, gains, runs
