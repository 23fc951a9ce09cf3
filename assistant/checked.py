"""Which everyday questions were seen to be answered from their own passage: kept beside a plan in `<plan>.answered.json`.

Asking a question before it is suggested takes as long as answering it. For a plan that is shipped it is done once
(`python -m evals.answered`); the record holds only for exactly the questions it was made with.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from pathlib import Path

SUFFIX = ".answered.json"


def mark(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def fingerprint(texts: Sequence[str]) -> str:
    """Of a set of questions, whatever their order."""
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:16]


def record(texts: Sequence[str], answered: Sequence[bool]) -> str:
    """The record as JSON text: the set it holds for, and the marks of the questions that are not answered."""
    marks = sorted(mark(text) for text, good in zip(texts, answered, strict=True) if not good)
    return json.dumps({"questions": fingerprint(texts), "unanswered": marks}, indent=1) + "\n"


def recorded(folder: Path, texts: Sequence[str]) -> frozenset[str] | None:
    """Marks of the unanswered ones of these questions; None where no record in the folder holds for them."""
    for path in sorted(folder.glob(f"*{SUFFIX}")):
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["questions"] == fingerprint(texts):
            return frozenset(data["unanswered"])
    return None
