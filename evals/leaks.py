"""Test questions that nearly equal an indexed everyday question: marked, and the scores told with and without them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evals.datasets import DatasetError, Faults, Item, json_records
from evals.score import normalise

THRESHOLD = 90.0
"""Character similarity (0-100) over which two questions count as the same."""
BLOCK = 200


def corpus_questions(folder: Path) -> list[str]:
    """Every question and name of the folder's `*.questions.jsonl`; DatasetError for a damaged file."""
    out: list[str] = []
    for path in sorted(folder.glob("*.questions.jsonl")):
        faults = Faults(path)
        for number, record in json_records(path, faults):
            texts = [*record.get("questions", ()), *record.get("names", ())]
            if not all(isinstance(text, str) for text in texts):
                raise DatasetError(f"{path}, baris {number}: “questions” dan “names” harus berupa daftar teks.")
            out += texts
        faults.raise_any()
    return out


def near_duplicates(items: Sequence[Item], asked: Sequence[str], threshold: float = THRESHOLD) -> dict[str, str]:
    """Item id -> the indexed question it is more similar to than `threshold` (the most similar one)."""
    if not asked or not items:
        return {}
    import numpy as np
    from rapidfuzz import fuzz, process

    theirs = [normalise(text) for text in asked]
    found: dict[str, str] = {}
    for start in range(0, len(items), BLOCK):  # a block at a time: the matrix stays small
        block = items[start : start + BLOCK]
        scores = process.cdist(
            [normalise(i.question) for i in block], theirs, scorer=fuzz.ratio, score_cutoff=threshold, workers=-1, dtype=np.float32
        )
        best = scores.argmax(axis=1)
        found |= {item.id: asked[int(b)] for item, row, b in zip(block, scores, best, strict=True) if row[b] > threshold}
    return found
