"""Fitting the ranker and the evidence test on the everyday questions, each with itself left out of the index.

`python -m evals.fit --out assistant/ranker.json` writes the coefficients; the cross-validated figures go to standard
output (folds are sections of the plan, so no passage is in two folds). Development questions are only measured.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from assistant.answer import Assistant, build_assistant
from assistant.evidence_test import TESTED, EvidenceTest
from assistant.models import Turn
from assistant.retrieve import FEATURES, Ranking
from ingest.settings import Settings

Array = npt.NDArray[np.float32]
NEGATIVES = 40
FOLDS = 5
RIDGE = 1e-3


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
    prior = np.zeros(len(FEATURES)) if prior is None else prior
    right = np.zeros((len(data), max(len(s.right) for s in data)))
    for i, s in enumerate(data):
        right[i, : len(s.right)] = s.right
    width = max(len(s.right) for s in data)
    x = np.zeros((len(data), width, len(FEATURES)))
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
        elif p.row_id and (owner := assistant.lookup.figure_row(p.row_id)) and set(assistant.book.rows[owner].row.lines) & lines:
            # the heading row of an activity leads to the row that holds its figures
            out.append(i)
    return out


def evidence_samples(assistant: Assistant, step: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Signals of answerable questions (themselves left out) and of the same with every right passage taken away."""
    retriever, near = assistant.retriever, overlapping(assistant)
    vectors = assistant.index.question_vectors
    test = EvidenceTest(retriever, np.zeros(len(TESTED)), 0.5)
    rows, labels = [], []
    for i in range(0, len(assistant.index.questions), step):
        question = assistant.understanding.read(assistant.index.questions[i].text)
        asking = retriever.asking(question, vectors[i])
        features, nearest = retriever.features(question, asking, without=i)
        scores = features @ retriever.weights
        right = int(retriever.owner[i])
        whole = Ranking(scores, np.argsort(-scores, kind="stable"), features, asking, nearest)
        if int(whole.order[0]) in near[right]:
            rows.append(test.signals(question, whole))
            labels.append(1)
        gone = scores.copy()
        gone[list(near[right])] = -1e9
        rows.append(test.signals(question, Ranking(gone, np.argsort(-gone, kind="stable"), features, asking, nearest)))
        labels.append(0)
    return np.stack(rows), np.array(labels)


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--step", type=int, default=1)
    args = parser.parse_args(argv)
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict

    assistant = build_assistant(Settings())
    data = samples(assistant, args.step)
    for fold in range(FOLDS):
        weights = fit_ranker([s for s in data if s.fold != fold])
        print("fold", fold, "recall@1, @5:", recall([s for s in data if s.fold == fold], weights))
    weights = fit_ranker(data)
    assistant.retriever.weights = weights
    x, y = evidence_samples(assistant, max(args.step, 2))
    model = LogisticRegression(C=1.0, max_iter=2000, fit_intercept=False, class_weight="balanced")
    held_out = cross_val_predict(model, x, y, cv=5, method="predict_proba")[:, 1]
    for threshold in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        print(
            f"threshold {threshold}: refused though present {np.mean(held_out[y == 1] < threshold):.3f}, answered though absent {np.mean(held_out[y == 0] >= threshold):.3f}"
        )
    model.fit(x, y)
    out = {
        "weights": {name: round(float(w), 4) for name, w in zip(FEATURES, weights, strict=True)},
        "evidence_test": {"weights": {name: round(float(w), 4) for name, w in zip(TESTED, model.coef_[0], strict=True)}, "threshold": 0.15},
    }
    print(json.dumps(out, indent=1))
    if args.out:
        args.out.write_text(json.dumps(out, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
