"""What the everyday-language layer brings: everything refitted without it, with its words, with its vectors, with both.

`python -m evals.ablation DATASET ...` prints a Markdown table a set: evidence recall@1 and @5 and answers correct, with
bootstrap intervals. Ranker and evidence test are refitted a variant and cross-validated over five folds of the given
sets' questions; the last row is the assistant as shipped.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from assistant.answer import Assistant, build_assistant
from assistant.matching import TermTable
from assistant.retrieve import FEATURES
from evals.datasets import Dataset, Item, load_datasets
from evals.fit import FOLDS, Array, Sample, asked_samples, evidence_signals, fit_evidence, fit_ranker, read_items, samples
from evals.runner import ask
from evals.score import Edition, Editions, Prediction, interval, judge, mean
from ingest.embedding import Embedder, SentenceEmbedder
from ingest.settings import Settings
from ingest.store.index import PlanIndex
from ingest.store.lexical import LexicalIndex

WORDS = ("asked_likeness", "asked_bm25", "name_in_question")
VECTORS = ("dense_asked", "asked_second", "dense_sum")
VARIANTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("tanpa lapisan sehari-hari", (*WORDS, *VECTORS)),
    ("dengan kata-katanya", VECTORS),
    ("dengan vektornya", WORDS),
    ("dengan keduanya", ()),
)
NEAR_PRIOR = 0.01
TRAINING = Path("evals/training")


def without(data: Sequence[Sample], names: Sequence[str]) -> list[Sample]:
    kept = np.array([name not in names for name in FEATURES], dtype=np.float32)
    return [Sample(s.features * kept, s.right, s.fold) for s in data]


def ranks(data: Iterable[Sample], weights: Array) -> list[int]:
    scored = ((s.features @ weights, s.right) for s in data)
    return [int((scores > scores[right].max()).sum()) for scores, right in scored]


def assistant_without(full: Assistant, dropped: Sequence[str]) -> Assistant:
    """The assistant over the same index, with what `dropped` names taken out of it."""
    index = full.index
    words, vectors = not set(WORDS) & set(dropped), not set(VECTORS) & set(dropped)
    questions = index.questions if words or vectors else ()
    silent = [q.text if words else "" for q in questions]
    changed: PlanIndex = replace(
        index, questions=questions, names=index.names if words else (), question_lexical=LexicalIndex.build(silent)
    )  # fmt: skip
    asked = index.question_vectors if vectors else np.zeros((len(questions), index.vectors.shape[1]), dtype=np.float32)
    changed.__dict__["_collections"] = (index.vectors, asked)
    made = Assistant(full.settings, changed, full.retriever.embedder)
    made.retriever.asked = TermTable(silent)
    return made


class Remembering:
    """An embedder that computes the vector of a question once."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder, self.name = embedder, embedder.name
        self.known: dict[str, Array] = {}

    def queries(self, texts: Sequence[str]) -> Array:
        if new := [text for text in texts if text not in self.known]:
            self.known |= dict(zip(new, self.embedder.queries(new), strict=True))
        return np.stack([self.known[text] for text in texts])

    def passages(self, texts: Sequence[str]) -> Array:
        return self.embedder.passages(texts)


class Ablation:
    """The given sets, with what is fitted on their folds for one variant after the other."""

    def __init__(self, full: Assistant, sets: Sequence[Dataset], step: int) -> None:
        self.full = full
        self.sets = sets
        self.everyday = samples(full, step)
        self.data = {s.name: asked_samples(full, s.path) for s in sets}
        self.editions = Editions([Edition(d.source.meta.doc, tuple(line.text for line in d.source.lines)) for d in full.index.documents])

    def run(self, dropped: Sequence[str]) -> dict[str, tuple[list[int], list[bool]]]:
        """Set -> (rank of the first right passage a question with evidence, whether each answer is right), cross-validated."""
        every = without([s for data in self.data.values() for s in data], dropped)
        prior = fit_ranker(without(self.everyday, dropped)).astype(float)
        rankers = [fit_ranker([s for s in every if s.fold != fold], prior, NEAR_PRIOR) for fold in range(FOLDS)]
        assistant = assistant_without(self.full, dropped)
        assistant.retriever.weights = fit_ranker(every, prior, NEAR_PRIOR)
        tests = self.evidence_tests(assistant)
        out = {}
        for s in self.sets:
            found = [rank for sample in without(self.data[s.name], dropped) for rank in ranks([sample], rankers[sample.fold])]
            right = []
            for number, item in enumerate(s.items):
                assistant.retriever.weights, assistant.test.weights = rankers[number % FOLDS], tests[number % FOLDS]
                right.append(self.correct(assistant, item))
            out[s.name] = found, right
        return out

    def evidence_tests(self, assistant: Assistant) -> list[np.ndarray]:
        """The evidence test of each fold: fitted on all but its questions, and on the training sets."""
        absent = [{**item, "abstain": True, "weight": 1.0} for item in read_items(TRAINING / "unanswerable.jsonl")]
        training = read_items(TRAINING / "answerable.jsonl") + absent
        asked = [(number % FOLDS, item) for s in self.sets for number, item in enumerate(read_items(s.path))]
        signals = evidence_signals(assistant, [item for _, item in asked] + training)
        folds = np.array([fold for fold, _ in asked] + [-1] * len(training))[signals.number]
        return [fit_evidence(signals, folds != fold) for fold in range(FOLDS)]

    def shipped(self) -> dict[str, tuple[list[int], list[bool]]]:
        weights = self.full.retriever.weights
        return {s.name: (ranks(self.data[s.name], weights), [self.correct(self.full, item) for item in s.items]) for s in self.sets}

    def correct(self, assistant: Assistant, item: Item) -> bool:
        prediction = Prediction.model_validate(ask(assistant, item, assistant.index.passages))
        return judge(item, prediction, self.editions).correct


def shown(values: Sequence[bool]) -> str:
    value, low, high = interval([float(v) for v in values], mean)
    return f"{value:.3f} [{low:.3f}, {high:.3f}]"


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("datasets", nargs="+", type=Path)
    parser.add_argument("--step", type=int, default=3, help="setiap pertanyaan sehari-hari ke-n dipakai melatih")
    args = parser.parse_args(argv)
    settings = Settings().model_copy(update={"llm": ""})
    full = build_assistant(settings, Remembering(SentenceEmbedder(settings.embedding_model)))
    ablation = Ablation(full, load_datasets(args.datasets), args.step)
    rows: dict[str, list[str]] = {s.name: [] for s in ablation.sets}
    for name, dropped in (*VARIANTS, ("seperti terpasang", None)):
        for set_name, (places, right) in (ablation.shipped() if dropped is None else ablation.run(dropped)).items():
            row = f"| {name} | {shown([r < 1 for r in places])} | {shown([r < 5 for r in places])} | {shown(right)} |"
            rows[set_name].append(row)
            print(set_name, row, file=sys.stderr, flush=True)
    for s in ablation.sets:
        head = "| varian | recall@1 | recall@5 | jawaban benar |\n| --- | --- | --- | --- |"
        print(f"\n`{s.path}`:\n\n{head}\n" + "\n".join(rows[s.name]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
