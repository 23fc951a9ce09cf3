"""The words that the understanding works with: the plan's own vocabulary, its abbreviations, reviewed everyday words."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from ingest.models import Abbreviation
from ingest.store.index import PlanIndex
from ingest.terms import STOP_WORDS, words

EVERYDAY = Path(__file__).with_name("everyday.toml")
MIN_TYPO = 4
"""Shorter words are never mended: too many neighbours."""
LONG_TYPO = 8
"""From this length two slips are mended, below it one."""


@dataclass(frozen=True)
class Everyday:
    slang: dict[str, str]
    terms: dict[str, str]
    english: dict[str, str]
    institutions: tuple[str, ...] = ()
    """other ministries and agencies, folded"""


@cache
def everyday() -> Everyday:
    data = tomllib.loads(EVERYDAY.read_text(encoding="utf-8"))
    return Everyday(slang=data["slang"], terms=data["terms"], english=data["english"], institutions=tuple(data["institutions"]["names"]))


@dataclass(frozen=True)
class Lexicon:
    """`counts`: how often each folded word stands in the plan (and in its everyday questions)."""

    counts: Counter[str]
    abbreviations: dict[str, tuple[Abbreviation, ...]]
    by_length: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, index: PlanIndex) -> Lexicon:
        counts: Counter[str] = Counter()
        for passage in index.passages.values():
            if passage.kind in ("paragraph", "item", "row", "front"):
                counts.update(words(passage.index_text))
        asked: Counter[str] = Counter()
        for question in index.questions:
            asked.update(words(question.text))
        for name in index.names:
            asked.update(words(name.name))
        # people's questions are written with typos now and then: a word of theirs counts from its third use
        counts.update({word: count for word, count in asked.items() if count >= 3})
        return cls.build(counts, index.abbreviations)

    @classmethod
    def build(cls, counts: Counter[str], abbreviations: tuple[Abbreviation, ...]) -> Lexicon:
        short: dict[str, list[Abbreviation]] = {}
        for item in abbreviations:
            short.setdefault(item.short.lower(), []).append(item)
        lengths: dict[int, list[str]] = {}
        for word in counts:
            if len(word) >= MIN_TYPO and word.isalpha():
                lengths.setdefault(len(word), []).append(word)
        return cls(counts, {k: tuple(v) for k, v in short.items()}, {k: tuple(v) for k, v in lengths.items()})

    def known(self, word: str) -> bool:
        return (
            word in self.counts
            or word in STOP_WORDS
            or word in everyday().slang
            or word in self.abbreviations
            or word in everyday().english
        )

    def mend(self, word: str) -> str:
        """The word of the plan that a typed word most likely means; the word itself when none is near."""
        return _mend(self, word)

    def long_forms(self, word: str) -> tuple[str, ...]:
        """What an abbreviation stands for; empty when it is none."""
        return tuple(dict.fromkeys(a.long for a in self.abbreviations.get(word.lower(), ())))

    def __hash__(self) -> int:
        return id(self)


@lru_cache(maxsize=20000)
def _mend(lexicon: Lexicon, word: str) -> str:
    if len(word) < MIN_TYPO or not word.isalpha() or lexicon.known(word) or known_affixed(lexicon, word):
        return word
    reach = 2 if len(word) >= LONG_TYPO else 1
    near: list[tuple[float, int, str]] = []
    for length in range(len(word) - reach, len(word) + reach + 1):
        found = process.extract(word, lexicon.by_length.get(length, ()), scorer=DamerauLevenshtein.distance, score_cutoff=reach, limit=5)
        near += [(distance, -lexicon.counts[candidate], candidate) for candidate, distance, _ in found if plausible(word, candidate)]
    if near:
        return min(near)[2]
    return split_joined(lexicon, word)


def plausible(word: str, candidate: str) -> bool:
    """A slip keeps the first letter, or swaps it with the second; short words must keep it."""
    return word[0] == candidate[0] or (len(word) >= 6 and word[1:3] == candidate[1:3])


def known_affixed(lexicon: Lexicon, word: str) -> bool:
    """Everyday forms of known words: "targetnya", "kantornya", "pegawainya", "dikasih"."""
    for suffix in ("nya", "kah", "lah", "ku", "mu", "an", "in", "kan"):
        if word.endswith(suffix) and word[: -len(suffix)] in lexicon.counts:
            return True
    return re.sub(r"^(di|ke|se|ter|ber|nge|ng|me)", "", word) in lexicon.counts


def split_joined(lexicon: Lexicon, word: str) -> str:
    """ "desamigran" -> "desa migran": two words of the plan written as one."""
    for cut in range(4, len(word) - 3):
        left, right = word[:cut], word[cut:]
        if lexicon.counts[left] >= 3 and lexicon.counts[right] >= 3:
            return f"{left} {right}"
    return word
