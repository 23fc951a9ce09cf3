"""What a model's statement stands on, and the sentences of it that say nearly the same. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from assistant import verify_text as vt
from assistant.models import Claim, Evidence
from assistant.sentences import split_sentences
from ingest.models import Figure
from ingest.terms import terms, words

NEAR = 0.7
"""Sentences that share this much of what the nearest one shares are near too."""


@dataclass(frozen=True)
class Ground:
    """A claim, its cited evidence, the figures it states, and all figures of the rows it cites."""

    claim: Claim
    cited: tuple[Evidence, ...]
    stated: tuple[Figure, ...]
    rows: tuple[Figure, ...]
    language: str = "id"

    @cached_property
    def text(self) -> str:
        return vt.clean(self.claim.text)

    @cached_property
    def haystack(self) -> str:
        return "\n".join([*(evidence_text(e) for e in self.cited), *(figure_text(f) for f in self.stated)])

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(words(self.haystack))

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """Of the evidence: those of its quotes; a row counts as one."""
        found: list[str] = []
        for item in self.cited:
            found += [evidence_text(item)] if item.row_id else pieces(vt.clean(item.quote))
        return tuple(dict.fromkeys(found))

    @cached_property
    def verbatim(self) -> bool:
        """Whether the claim is whole sentences of its evidence's prose, word for word: it then says what the evidence says."""
        own = pieces(self.text)
        prose = {s for item in self.cited if not item.row_id for s in pieces(vt.clean(item.quote))}
        return bool(own) and all(sentence in prose for sentence in own)

    @cached_property
    def lines(self) -> frozenset[str]:
        """Of the quotes, bare of the space around them."""
        return frozenset(line.strip() for item in self.cited for line in item.quote.splitlines())

    def near(self, sentence: str) -> tuple[str, ...]:
        """The evidence sentences that say nearly the same; all of them where no words are shared (another language)."""
        own = bag(sentence)
        shared = [len(own & bag(s)) for s in self.sentences]
        most = max(shared, default=0)
        if not most or self.language != "id":
            return self.sentences
        return tuple(s for s, n in zip(self.sentences, shared, strict=True) if n >= NEAR * most)


@lru_cache(maxsize=2048)
def bag(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def pieces(text: str) -> list[str]:
    """The sentences, list items and table rows of a text."""
    return [s.text for s in split_sentences(text) if re.search(r"[^\W\d_]{2}", s.text)]


def evidence_text(item: Evidence) -> str:
    return "\n".join(part for part in (item.section, item.table, item.row, item.quote) if part)


def figure_text(figure: Figure) -> str:
    parts = (
        figure.indicator, figure.program, figure.activity, figure.org_unit, figure.unit, figure.level, figure.measure, figure.raw,
        *figure.parents,
    )  # fmt: skip
    return " ".join(part for part in parts if part)


def shorten(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"
