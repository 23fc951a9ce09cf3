"""Fitting the row matcher: everyday questions (each left out of the index), questions made from the rows, question sets.

`python -m evals.fit_rows --out assistant/row_ranker.json` writes the coefficients and prints cross-validated hit rates.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.answer import Assistant, build_assistant
from assistant.models import Question
from assistant.retrieve import FEATURES, fuse
from assistant.row_match import ROW_FEATURES, RowMatcher
from evals.figure_sweep import probes
from evals.fit import FOLDS, Sample, fit_ranker, read_items, recall
from ingest.settings import Settings

NEGATIVES = 40
SETS_COUNT, ROWS_COUNT = 8, 4
"""How often a question of the sets, and one made from a row, counts beside an everyday question."""
NEAR_PRIOR = 0.001
PRIOR = np.array([float(name == "passage") for name in ROW_FEATURES])
"""Without anything fitted a row ranks as its passage does."""
LAYER = tuple(FEATURES.index(n) for n in ("dense_asked", "asked_likeness", "asked_bm25", "name_in_question", "asked_second", "dense_sum"))
"""Features of the everyday layer: absent for a plan without one, so half of the samples go without them."""
PROBED = ("whole", "lower", "short", "abbreviated", "with code", "with activity", "with office", "total", "activity money", "office")
ITEM_TYPES = ("lookup", "compare", "aggregate", "conflict", "followup", "typo", "english", "factoid")


class Samples:
    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self.matcher: RowMatcher = assistant.lookup.chooser.matcher
        self.rng = random.Random(0)
        self.start = np.zeros(len(ROW_FEATURES))
        for name in ("coverage", "row_covers", "label_covers", "label_named", "name_in_question"):
            self.start[ROW_FEATURES.index(name)] = 1.0

    def take(self, question: Question, right: frozenset[int], without: int | None = None, bare: bool = False) -> Sample | None:
        retriever = self.assistant.retriever
        vector = self.assistant.index.question_vectors[without] if without is not None else None
        ranking = retriever.rank(question, vector, without)
        if bare:
            seen = ranking.features.copy()
            seen[:, LAYER] = 0.0
            ranking = replace(ranking, features=seen, scores=fuse(seen, retriever.weights))
        features = self.matcher.features(question, ranking)
        hard = [int(p) for p in np.argsort(-(features @ self.start))[: NEGATIVES + len(right)] if int(p) not in right]
        keep = np.array([*right, *hard[:NEGATIVES]])
        fold = self.matcher.rows[min(right)].row.lines[0] // 60 % FOLDS
        return Sample(features[keep].astype(np.float32), np.isin(keep, list(right)), fold)

    def with_twins(self, rows: Sequence[str]) -> frozenset[int]:
        book = self.assistant.book
        found = {self.matcher.at[r] for r in rows if r in self.matcher.at}
        for key in rows:
            twin = book.twin(book.rows[key]) if key in self.matcher.at else None
            if twin is not None and twin.id in self.matcher.at:
                found.add(self.matcher.at[twin.id])
        return frozenset(found)

    def everyday(self) -> Iterator[Sample]:
        retriever, index = self.assistant.retriever, self.assistant.index
        for i, asked in enumerate(index.questions):
            row_id = retriever.passages[int(retriever.owner[i])].row_id
            row = self.assistant.book.figure_row(row_id) if row_id else ""
            question = self.assistant.understanding.read(asked.text)
            if not row or not (
                question.measures or question.operation or question.asked in ("nilai", "jumlah", "perbandingan") or question.years
            ):
                continue
            if sample := self.take(question, self.with_twins([row]), i, bare=i % 5 == 0):
                yield sample

    def probed(self, every: int) -> Iterator[Sample]:
        abbreviations = [(a.short, a.long) for a in self.assistant.index.abbreviations if len(a.long.split()) > 1]
        for i, probe in enumerate(probes(self.assistant.book, abbreviations, seed=1, every=every)):
            if probe.kind in PROBED and self.rng.random() < 0.4:
                question = self.assistant.understanding.read(probe.text)
                rows = [probe.row.id, *(sorted(probe.rows) if probe.kind != "short" else [])]
                if sample := self.take(question, self.with_twins(rows), bare=i % 3 == 0):
                    yield sample

    def items(self, path: Path) -> Iterator[Sample]:
        by_line: dict[int, list[str]] = {}
        for entry in self.matcher.rows:
            by_line.setdefault(entry.row.lines[0], []).append(entry.id)
        source = self.assistant.index.documents[0].source
        for item in read_items(path):
            quotes = [*item.get("evidence", []), *item.get("evidence_any", [])]
            lines = [line.no for line in source.lines if any(q in line.text for q in quotes)]
            rows = [r for n in lines for r in by_line.get(n, ())]
            if not rows or item["type"] not in ITEM_TYPES or item.get("history"):
                continue
            if sample := self.take(self.assistant.understanding.read(item["question"]), self.with_twins(rows)):
                yield sample


def collect(args: argparse.Namespace) -> dict[str, list[Sample]]:
    made = Samples(build_assistant(Settings()))
    return {
        "everyday": list(made.everyday()),
        "from rows": list(made.probed(args.every)),
        "sets": [s for path in args.set for s in made.items(path)],
        "held out": [s for path in args.held_out for s in made.items(path)],
    }


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--every", type=int, default=2, help="questions from every N-th row")
    parser.add_argument("--set", type=Path, action="append", default=[Path("evals/datasets/dev.jsonl"), Path("evals/datasets/own-a.jsonl")])
    parser.add_argument("--held-out", type=Path, action="append", default=[Path("evals/datasets/own-b.jsonl")])
    parser.add_argument("--cache", type=Path, help="keep the samples here, for trying other settings")
    args = parser.parse_args(argv)
    if args.cache and args.cache.exists():
        groups = pickle.loads(args.cache.read_bytes())
    else:
        groups = collect(args)
        if args.cache:
            args.cache.write_bytes(pickle.dumps(groups))
    training = [*groups["everyday"], *(groups["from rows"] * ROWS_COUNT), *(groups["sets"] * SETS_COUNT)]
    hits: dict[str, list[float]] = {}
    for fold in range(FOLDS):
        weights = fit_ranker([s for s in training if s.fold != fold], PRIOR, NEAR_PRIOR)
        for name, data in groups.items():
            if here := [s for s in data if s.fold == fold]:
                hits.setdefault(name, []).extend([recall([s], weights)[0] for s in here])
    for name, values in hits.items():
        print(f"{name:12s} n={len(values):5d} first={np.mean(values):.3f}")
    weights = fit_ranker(training, PRIOR, NEAR_PRIOR)
    out = {name: round(float(w), 4) for name, w in zip(ROW_FEATURES, weights, strict=True)}
    print(json.dumps(out, indent=1))
    if args.out:
        args.out.write_text(json.dumps({"weights": out}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
