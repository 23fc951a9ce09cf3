"""The words that the understanding works with: the plan's own vocabulary, its abbreviations, reviewed everyday words."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from assistant.fitting import proper_words
from assistant.spelling import Spelling
from ingest.models import Abbreviation
from ingest.store.index import PlanIndex
from ingest.terms import STOP_WORDS, words

EVERYDAY = Path(__file__).with_name("everyday.toml")
ASKED_OFTEN = 3
"""People's questions are written with slips now and then: a word of theirs counts from this many uses."""


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


@cache
def trade_words() -> frozenset[str]:
    """English words of the trade that are not written alike in Indonesian: they tell that a question is English."""
    return frozenset(word for word, meant in everyday().english.items() if word not in meant.split())


@cache
def common_words() -> frozenset[str]:
    """Words that Indonesians (and writers of English) use anywhere, names of countries and people among them."""
    from wordfreq import get_frequency_dict

    return frozenset(get_frequency_dict("id", "small")) | frozenset(get_frequency_dict("en", "small"))


class Lexicon:
    """`counts`: how often each folded word stands in the plan (and in its everyday questions). `names`: words that it
    never writes small. `own_words`: everyday words of the plan's own field."""

    def __init__(
        self,
        counts: Counter[str],
        abbreviations: tuple[Abbreviation, ...],
        asked: Counter[str] | None = None,
        names: frozenset[str] = frozenset(),
        own_words: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.abbreviations: dict[str, list[Abbreviation]] = {}
        for item in abbreviations:
            self.abbreviations.setdefault(item.short.lower(), []).append(item)
        self.names = names
        self.everyday = {**everyday().terms, **own_words}
        self.counts = counts
        self.spelling = Spelling(counts, self.known)
        for slip in self.spelling.slips():
            if slip not in common_words():
                del counts[slip]
        self.of_plan = frozenset(counts)
        # what the plan does not have is taken over from questions unless it looks like a slip of what it has
        often = {w: n for w, n in (asked or {}).items() if n >= ASKED_OFTEN and w not in counts}
        words_asked = {w: n for w, n in often.items() if self.known(w) or not w.isalpha() or self.spelling.mend(w) == w}
        self.counts = counts + Counter(words_asked)
        self.spelling = Spelling(self.counts, self.known)
        self.english = Spelling(self.counts + Counter(everyday().english.keys()), self.known)

    @classmethod
    def of(cls, index: PlanIndex) -> Lexicon:
        counts: Counter[str] = Counter()
        for passage in index.passages.values():
            if passage.kind in ("paragraph", "item", "row", "front"):
                counts.update(words(passage.index_text))
        asked: Counter[str] = Counter()
        for text in [*(q.text for q in index.questions), *(n.name for n in index.names)]:
            asked.update(words(text))
        names = proper_words([d.source.text for d in index.documents])
        own_words = {short: long for d in index.documents for short, long in d.source.meta.everyday.items()}
        return cls(counts, index.abbreviations, asked, names, own_words)

    def known(self, word: str) -> bool:
        """Whether a folded word is right as typed."""
        return (
            word in self.counts
            or word in common_words()
            or word in STOP_WORDS
            or word in everyday().slang
            or word in self.everyday
            or word in everyday().english
            or word in self.abbreviations
        )

    def mend(self, word: str, english: bool = False) -> str:
        """The word that a typed word most likely means; the word itself when it is right or none is near."""
        return (self.english if english else self.spelling).mend(word)

    def long_forms(self, word: str) -> tuple[str, ...]:
        """What an abbreviation stands for; empty when it is none."""
        return tuple(dict.fromkeys(a.long for a in self.abbreviations.get(word.lower(), ())))
