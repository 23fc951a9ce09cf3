"""Fitting the ranker and the evidence test on the everyday questions, each with itself left out of the index.

`python -m evals.fit --out assistant/ranker.json` writes the coefficients; the cross-validated figures go to standard
output (folds are sections of the plan, so no passage is in two folds). Development questions are only measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from assistant.answer import Assistant, build_assistant
from assistant.evidence_test import TESTED, EvidenceTest
from assistant.models import Turn
from assistant.retrieve import FEATURES
from ingest.errors import InputError
from ingest.settings import Settings

Array = npt.NDArray[np.float32]
NEGATIVES = 40
FOLDS = 5
RIDGE = 1e-3
NEAR_PRIOR = 0.02
GONE, OWN_ABSENT = 0.15, 2.0
"""Weight of a question whose passage was taken away, and of a written unanswerable one of the sets."""
THRESHOLD = 0.2


@dataclass
class Sample:
    """One question: features of its candidates, which of them are right, which fold it is in."""

    features: Array
    right: npt.NDArray[np.bool_]
    fold: int


def overlapping(assistant: Assistant) -> list[set[int]]:
    """For each passage, those that share lines with it (a list and its items)."""
    by_line: dict[tuple[str, int], list[int]] = {}
    for i, p in enumerate(assistant.retriever.passages):
        for span in (p.span, *p.item_spans):
            for line in range(span.line_start, span.line_end + 1):
                by_line.setdefault((p.doc, line), []).append(i)
    out: list[set[int]] = [set() for _ in assistant.retriever.passages]
    for members in by_line.values():
        for i in members:
            out[i].update(members)
    return out


def samples(assistant: Assistant, step: int = 1) -> list[Sample]:
    retriever = assistant.retriever
    start = np.ones(len(FEATURES), dtype=np.float32)
    vectors = assistant.index.question_vectors
    near = overlapping(assistant)
    found = []
    for i in range(0, len(assistant.index.questions), step):
        question = assistant.understanding.read(assistant.index.questions[i].text)
        asking = retriever.asking(question, vectors[i])
        features, _ = retriever.features(question, asking, without=i)
        right = int(retriever.owner[i])
        rough = features[:, :4] @ start[:4] + features[:, 7] * 3
        hard = [int(p) for p in np.argsort(-rough)[: NEGATIVES + 12] if int(p) == right or int(p) not in near[right]][:NEGATIVES]
        keep = np.array([right, *[p for p in hard if p != right]])
        fold = retriever.passages[right].span.line_start // 60 % FOLDS
        found.append(Sample(features[keep], keep == right, fold))
    return found


def fit_ranker(data: list[Sample], prior: npt.NDArray[np.float64] | None = None, ridge: float = RIDGE) -> Array:
    """Weights that maximise the likelihood of a right passage among the candidates (conditional logit), near `prior`."""
    size = data[0].features.shape[1]
    prior = np.zeros(size) if prior is None else prior
    right = np.zeros((len(data), max(len(s.right) for s in data)))
    for i, s in enumerate(data):
        right[i, : len(s.right)] = s.right
    width = max(len(s.right) for s in data)
    x = np.zeros((len(data), width, size))
    mask = np.full((len(data), width), -1e9)
    for i, s in enumerate(data):
        x[i, : len(s.right)] = s.features
        mask[i, : len(s.right)] = 0.0

    def loss(w: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        scores = x @ w + mask
        scores -= scores.max(axis=1, keepdims=True)
        share = np.exp(scores)
        share /= share.sum(axis=1, keepdims=True)
        good = share * right
        hit = np.maximum(good.sum(axis=1), 1e-12)
        apart = w - prior
        value = -np.log(hit).mean() + ridge * apart @ apart
        gradient = (np.einsum("nk,nkf->nf", share, x) - np.einsum("nk,nkf->nf", good / hit[:, None], x)).mean(axis=0) + 2 * ridge * apart
        return float(value), gradient

    result = minimize(loss, prior.copy(), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    weights: Array = result.x.astype(np.float32)
    return weights


def recall(data: list[Sample], weights: Array) -> tuple[float, float]:
    ranks = []
    for s in data:
        scores = s.features @ weights
        ranks.append(int((scores > scores[s.right].max()).sum()))
    return float(np.mean([r < 1 for r in ranks])), float(np.mean([r < 5 for r in ranks]))


def asked_samples(assistant: Assistant, path: Path) -> list[Sample]:
    """Samples from a question set with evidence: right is every passage that holds a piece of it."""
    retriever = assistant.retriever
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()):
        item = json.loads(line)
        right = right_passages(assistant, [*item.get("evidence", []), *item.get("evidence_any", [])])
        if item.get("abstain") or not right:
            continue
        question = assistant.understanding.read(item["question"], [Turn(**turn) for turn in item.get("history", [])])
        asking = retriever.asking(question)
        features, _ = retriever.features(question, asking)
        order = np.argsort(-(features @ retriever.weights))[: 2 * NEGATIVES]
        keep = np.array(list(dict.fromkeys([*right, *map(int, order)])))
        found.append(Sample(features[keep], np.isin(keep, right), number % FOLDS))
    return found


def right_passages(assistant: Assistant, evidence: list[str]) -> list[int]:
    lines = {line.no for d in assistant.index.documents for line in d.source.lines for quote in evidence if quote in line.text}
    out = []
    for i, p in enumerate(assistant.retriever.passages):
        spans = [p.span, *p.item_spans]
        if p.kind != "table" and any(s.line_start <= n <= s.line_end for s in spans for n in lines):
            out.append(i)
        elif p.row_id and (owner := assistant.book.figure_row(p.row_id)) and set(assistant.book.rows[owner].row.lines) & lines:
            # the heading row of an activity leads to the row that holds its figures
            out.append(i)
    return out


@dataclass
class Signals:
    """What the evidence test saw of each question: signals, whether it is answered, its weight, its number."""

    x: npt.NDArray[np.float64]
    answered: npt.NDArray[np.bool_]
    weight: npt.NDArray[np.float64]
    number: npt.NDArray[np.int64]


def evidence_signals(assistant: Assistant, items: Sequence[dict[str, Any]]) -> Signals:
    """Signals of questions as asked and, for those with evidence, with every passage that holds it taken away."""
    retriever, near = assistant.retriever, overlapping(assistant)
    test = EvidenceTest(retriever, np.zeros(len(TESTED)), 0.5)
    rows: list[tuple[npt.NDArray[np.float64], bool, float, int]] = []
    for number, item in enumerate(items):
        try:
            question = assistant.understanding.read(item["question"], [Turn(**turn) for turn in item.get("history", [])])
        except InputError:
            continue  # a question of the set that is no question at all
        ranking = retriever.rank(question)
        if item.get("abstain"):
            rows.append((test.signals(question, ranking), False, item.get("weight", OWN_ABSENT), number))
            continue
        right = right_passages(assistant, [*item.get("evidence", []), *item.get("evidence_any", [])])
        wide = set().union(*[near[r] for r in right]) if right else set()
        if any(int(p) in wide for p in ranking.order[:3]):
            rows.append((test.signals(question, ranking), True, 1.0, number))
        if wide:
            gone = ranking.scores.copy()
            gone[list(wide)] = -1e9
            rows.append(
                (test.signals(question, replace(ranking, scores=gone, order=np.argsort(-gone, kind="stable"))), False, GONE, number)
            )
    x, answered, weight, numbers = zip(*rows, strict=True)
    return Signals(np.stack(x), np.array(answered), np.array(weight), np.array(numbers))


def fit_evidence(signals: Signals, keep: npt.NDArray[np.bool_] | None = None) -> npt.NDArray[np.float64]:
    from sklearn.linear_model import LogisticRegression

    keep = np.ones(len(signals.answered), dtype=bool) if keep is None else keep
    spread = signals.x.std(axis=0)
    spread[spread < 1e-6] = 1.0
    model = LogisticRegression(C=0.1, max_iter=5000, fit_intercept=False)
    model.fit(signals.x[keep] / spread, signals.answered[keep], sample_weight=signals.weight[keep])
    weights: npt.NDArray[np.float64] = model.coef_[0] / spread
    return weights


def read_items(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def cross_validate(signals: Signals) -> None:
    probability = np.zeros(len(signals.answered))
    for fold in range(FOLDS):
        test = signals.number % FOLDS == fold
        probability[test] = 1 / (1 + np.exp(-signals.x[test] @ fit_evidence(signals, ~test)))
    absent = ~signals.answered & (signals.weight != GONE)
    for threshold in (0.1, 0.15, 0.2, 0.25, 0.3):
        refused = np.mean(probability[signals.answered] < threshold)
        print(
            f"ambang {threshold}: menolak keliru {refused:.3f}, menjawab padahal tidak ada {np.mean(probability[absent] >= threshold):.3f}"
        )


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="+", type=Path, default=sorted(Path("evals/datasets").glob("*.jsonl")))
    parser.add_argument("--training", type=Path, default=Path("evals/training"))
    parser.add_argument("--out", type=Path)
    parser.add_argument("--step", type=int, default=2)
    args = parser.parse_args(argv)
    assistant = build_assistant(Settings())
    everyday = samples(assistant, args.step)
    prior = fit_ranker(everyday)
    print("pertanyaan sehari-hari, recall@1 dan @5:", recall(everyday, prior))
    data = [s for path in args.sets for s in asked_samples(assistant, path)]
    for fold in range(FOLDS):
        weights = fit_ranker([s for s in data if s.fold != fold], prior.astype(float), NEAR_PRIOR)
        print("lipatan", fold, "recall@1 dan @5:", recall([s for s in data if s.fold == fold], weights))
    weights = fit_ranker(data, prior.astype(float), NEAR_PRIOR)
    assistant.retriever.weights = weights
    absent = [{**item, "abstain": True, "weight": 1.0} for item in read_items(args.training / "unanswerable.jsonl")]
    items = [item for path in args.sets for item in read_items(path)] + read_items(args.training / "answerable.jsonl") + absent
    signals = evidence_signals(assistant, items)
    cross_validate(signals)
    test = fit_evidence(signals)
    out = {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "evidence_test": {"weights": {name: round(float(w), 4) for name, w in zip(TESTED, test, strict=True)}, "threshold": THRESHOLD},
    }
    if args.out:
        args.out.write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
