"""What is wrong with a file of everyday questions: too close to the text, doubled, vague, or leading to no passage."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rapidfuzz import fuzz, process

from ingest.models import AskedQuestion, Passage, Source
from ingest.questions import PassagesByLine, QuestionRecord, bind
from ingest.terms import terms

CLOSE_SHARE = 1 / 3
"""A question shares little with its passage when less than this share of its content words stands there."""
YEAR = re.compile(r"(?:19|20)\d\d")
NEAR = 96
"""Character similarity (0-100) from which two questions are called near duplicates."""


@dataclass
class LintReport:
    questions: int = 0
    little_shared: int = 0
    duplicates: list[str] = field(default_factory=list)
    near: list[tuple[str, str]] = field(default_factory=list)
    several: list[str] = field(default_factory=list)
    """Questions whose words all stand in their own passage and all in another one too."""
    changed: tuple[int, ...] = ()
    astray: tuple[int, ...] = ()
    """First lines of the records that lead to no passage"""
    drafted: int = 0

    @property
    def faults(self) -> int:
        return len(self.duplicates) + len(self.changed) + len(self.astray)

    def text(self) -> str:
        share = self.little_shared / self.questions if self.questions else 0.0
        said = [
            f"  {self.questions} pertanyaan; {share:.0%} berbagi kurang dari sepertiga kata isinya dengan kutipannya",
            f"  {len(self.duplicates)} kembar persis, {len(self.near)} hampir kembar, {len(self.several)} yang kata-katanya juga muat di kutipan lain",
            f"  {len(self.changed)} catatan tidak lagi cocok dengan teksnya{self.lines(self.changed)}",
            f"  {len(self.astray)} catatan tidak menemukan kutipan{self.lines(self.astray)}",
            f"  {self.drafted} pertanyaan rancangan model menunggu `renstra questions review`",
        ]
        said += [f"    kembar: {text}" for text in self.duplicates[:10]]
        said += [f"    hampir kembar: {a} | {b}" for a, b in self.near[:10]]
        said += [f"    kurang khas: {text}" for text in self.several[:10]]
        return "\n".join(said)

    @staticmethod
    def lines(numbers: Sequence[int]) -> str:
        return f": baris {', '.join(map(str, numbers[:10]))}{', …' if len(numbers) > 10 else ''}" if numbers else ""


def lint(records: list[QuestionRecord], source: Source, passages: tuple[Passage, ...]) -> LintReport:
    report = LintReport()
    bound = bind(records, source, passages)
    report.questions = len(bound.questions)
    content = {p.id: set(terms(p.text)) for p in passages}
    for question in bound.questions:
        own = set(terms(question.text))
        if own and len(own & content[question.passage_id]) / len(own) < CLOSE_SHARE:
            report.little_shared += 1
    seen = Counter(normal(q.text) for q in bound.questions)
    report.duplicates = [text for text, count in seen.items() if count > 1]
    report.near = near_duplicates(sorted(seen))
    report.several = unspecific(bound.questions, source, passages)
    report.changed, report.astray = bound.lost, bound.astray
    report.drafted = sum(q.drafted for q in bound.questions)
    return report


def normal(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()


def unspecific(questions: Sequence[AskedQuestion], source: Source, passages: tuple[Passage, ...]) -> list[str]:
    """Questions whose content words (years apart) all stand in their passage and all in one elsewhere: either could be meant."""
    lines = PassagesByLine(source, passages).lines
    said = {p.id: frozenset(terms(p.index_text)) for p in passages}
    holding: dict[str, set[str]] = defaultdict(set)
    for passage_id, words in said.items():
        for word in words:
            holding[word].add(passage_id)
    out = []
    for question in questions:
        asked = {word for word in terms(question.text) if not YEAR.fullmatch(word)}
        if not asked or not asked <= said[question.passage_id]:
            continue
        fitting = set.intersection(*(holding[word] for word in asked))
        if any(lines[other].isdisjoint(lines[question.passage_id]) for other in fitting):
            out.append(question.text)
    return out


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
