"""What is wrong with a file of everyday questions: too close to the text, doubled, vague, or without a passage."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from ingest.models import Passage, Source
from ingest.questions import QuestionRecord, bind, text_hash
from ingest.terms import terms

CLOSE_SHARE = 1 / 3
"""A question shares little with its passage when less than this share of its content words stands there."""
NEAR = 96
"""Character similarity (0-100) from which two questions are called near duplicates."""


@dataclass
class LintReport:
    questions: int = 0
    little_shared: int = 0
    duplicates: list[str] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    several: list[str] = field(default_factory=list)
    changed: int = 0
    unasked: list[Passage] = field(default_factory=list)

    @property
    def faults(self) -> int:
        return len(self.duplicates) + self.changed

    def text(self) -> str:
        share = self.little_shared / self.questions if self.questions else 0.0
        said = [
            f"  {self.questions} pertanyaan; {share:.0%} berbagi kurang dari sepertiga kata isinya dengan kutipannya",
            f"  {len(self.duplicates)} kembar persis, {len(self.near)} hampir kembar, {len(self.several)} cocok ke beberapa kutipan sama kuat",
            f"  {self.changed} catatan tidak lagi cocok dengan teksnya",
            f"  {len(self.unasked)} kutipan belum punya pertanyaan",
        ]
        said += [f"    kembar: {text}" for text in self.duplicates[:10]]
        said += [f"    hampir kembar: {a} | {b}" for a, b in self.near[:10]]
        return "\n".join(said)


def lint(records: list[QuestionRecord], source: Source, passages: tuple[Passage, ...]) -> LintReport:
    report = LintReport()
    bound = bind(records, source, passages)
    by_id = {p.id: p for p in passages}
    report.questions = len(bound.questions)
    content = {p.id: set(terms(p.text)) for p in passages}
    for question in bound.questions:
        own = set(terms(question.text))
        if own and len(own & content[question.passage_id]) / len(own) < CLOSE_SHARE:
            report.little_shared += 1
    seen = Counter(normal(q.text) for q in bound.questions)
    report.duplicates = [text for text, count in seen.items() if count > 1]
    report.near = near_duplicates(sorted(seen))
    places = defaultdict(set)
    for question in bound.questions:
        places[normal(question.text)].add(question.passage_id)
    report.several = [text for text, ids in places.items() if len(ids) > 1]
    report.changed = sum(r.hash != text_hash(source, r.line_start, r.line_end) for r in records if r.line_end <= len(source.lines))
    asked = {q.passage_id for q in bound.questions}
    # an item is asked for through its list, a row through its table
    asked_lists = {by_id[i].list_id for i in asked if by_id[i].list_id}
    report.unasked = [
        p for p in passages if p.kind in ("paragraph", "list") and p.id not in asked and p.list_id not in asked_lists and len(p.text) > 80
    ]
    return report


def normal(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def near_duplicates(texts: list[str]) -> list[tuple[str, str]]:
    """Pairs of distinct texts with a character similarity of at least NEAR."""
    matrix: Any = process.cdist(texts, texts, scorer=fuzz.ratio, score_cutoff=NEAR, dtype="uint8", workers=2) if texts else []
    pairs = []
    for i, row in enumerate(matrix):
        pairs += [(texts[i], texts[j]) for j in row.nonzero()[0] if j > i and differs_in_words(texts[i], texts[j])]
    return pairs


def differs_in_words(a: str, b: str) -> bool:
    """Two questions that differ in a number, a code or a unit's ordinal ask for different things."""
    odd = set(a.split()) ^ set(b.split())
    return not any(re.search(r"\d|^[ivx]+$", word) for word in odd)
