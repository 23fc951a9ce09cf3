"""What the everyday-language layer brings: the ranker refitted without it, with its words, with its vectors, with both.

`python -m evals.ablation DATASET ...` prints a Markdown table: evidence recall@1 and @5, cross-validated over five
folds of the questions, with bootstrap intervals. The last row is the fitted ranker as shipped.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.answer import build_assistant
from assistant.retrieve import FEATURES
from evals.fit import FOLDS, Array, Sample, asked_samples, fit_ranker, samples
from ingest.settings import Settings

WORDS = ("asked_likeness", "asked_bm25", "name_in_question")
VECTORS = ("dense_asked", "asked_second", "dense_sum")
VARIANTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tanpa lapisan sehari-hari", (*WORDS, *VECTORS)),
    ("dengan kata-katanya", VECTORS),
    ("dengan vektornya", WORDS),
    ("dengan keduanya", ()),
)
NEAR_PRIOR = 0.01
DRAWS = 1000


def without(data: Sequence[Sample], names: Sequence[str]) -> list[Sample]:
    kept = np.array([name not in names for name in FEATURES], dtype=np.float32)
    return [Sample(s.features * kept, s.right, s.fold) for s in data]


def ranks(data: Sequence[Sample], weights: Array) -> list[int]:
    out = []
    for s in data:
        scores = s.features @ weights
        out.append(int((scores > scores[s.right].max()).sum()))
    return out


def cross_validated(everyday: list[Sample], data: list[Sample]) -> list[int]:
    prior = fit_ranker(everyday).astype(float)
    out: list[int] = []
    for fold in range(FOLDS):
        weights = fit_ranker([s for s in data if s.fold != fold], prior, NEAR_PRIOR)
        out += ranks([s for s in data if s.fold == fold], weights)
    return out


def interval(hits: Sequence[bool]) -> str:
    rng = np.random.default_rng(0)
    values = np.array(hits, dtype=float)
    means = np.sort([rng.choice(values, len(values)).mean() for _ in range(DRAWS)])
    return f"{values.mean():.3f} [{means[int(0.025 * DRAWS)]:.3f}, {means[int(0.975 * DRAWS)]:.3f}]"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", nargs="+", type=Path)
    parser.add_argument("--step", type=int, default=3, help="setiap pertanyaan sehari-hari ke-n dipakai melatih")
    args = parser.parse_args(argv)
    assistant = build_assistant(Settings())
    everyday = samples(assistant, args.step)
    data = [s for path in args.datasets for s in asked_samples(assistant, path)]
    print("| varian | recall@1 | recall@5 |\n| --- | --- | --- |")
    for name, dropped in VARIANTS:
        found = cross_validated(without(everyday, dropped), without(data, dropped))
        print(f"| {name} | {interval([r < 1 for r in found])} | {interval([r < 5 for r in found])} |", flush=True)
    shipped = ranks(data, assistant.retriever.weights)
    print(f"| model peringkat terpasang | {interval([r < 1 for r in shipped])} | {interval([r < 5 for r in shipped])} |")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
