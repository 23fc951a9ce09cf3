"""How many of a thing the plan says there are ("2 (dua) sasaran strategis"), and questions that take another number for given. Pure.

A question for "kelima sasaran strategis", or for the third of two, is set right with the sentence that counts them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.periods import NUMBERS, ORDINALS
from assistant.sentences import split_sentences
from ingest.models import Passage
from ingest.numerals import number_in_words
from ingest.terms import STOP_WORDS, fold, stem, words

PRINTED = re.compile(r"\b(?P<digits>\d{1,3})\s*\((?P<words>[a-z ]+)\)\s+(?P<noun>[a-z-]+(?:\s+[a-z-]+){0,3})", re.IGNORECASE)
"""How the plan counts: digits, the number in words, the thing."""
WORD_NUMBERS = "|".join(sorted(NUMBERS, key=len, reverse=True))
EVERY = re.compile(rf"\bke(?P<n>{WORD_NUMBERS})\s+(?P<noun>[a-z-]+(?:\s+[a-z-]+)?)")
"""All of so many: "kelima sasaran strategis"."""
NTH = re.compile(rf"\b(?P<noun>[a-z-]+\s+[a-z-]+|[a-z-]+)\s+(?:yang )?(?P<n>{'|'.join(ORDINALS)}|ke-?\s?\d{{1,2}})\b")
THERE_ARE = re.compile(
    rf"\b(?P<noun>[a-z-]+(?:\s+[a-z-]+)?)(?:\s+\w+)?\s+(?:itu\s+)?(?:kan\s+)?(?:ada|cuma|hanya|baru|berjumlah|sebanyak)\s+(?:ada\s+)?(?P<n>\d{{1,2}}|{WORD_NUMBERS})\b"
)
SO_MANY = re.compile(rf"\b(?P<n>\d{{1,2}}|{WORD_NUMBERS})\s+(?:buah\s+)?(?P<noun>[a-z-]+\s+[a-z-]+)")
MOST_PREMISES = 20
"""A larger number counts people or money, not the parts of a plan."""


@dataclass(frozen=True)
class Count:
    """`noun`: the stems of the counted thing, the head first; `start:end`: the counting sentence in the passage's text."""

    value: int
    noun: tuple[str, ...]
    passage: Passage
    start: int
    end: int


@dataclass(frozen=True)
class Premise:
    """A number that a question takes for given. `at_least`: it names the n-th of them."""

    value: int
    noun: tuple[str, ...]
    at_least: bool = False

    def contradicts(self, value: int) -> bool:
        return self.value > value if self.at_least else self.value != value


def stems(noun: str) -> tuple[str, ...]:
    return tuple(stem(w) for w in words(noun) if w not in STOP_WORDS)


def counts_of(passages: Sequence[Passage]) -> list[Count]:
    """Every count that prose or the lead of a list states with the number in words beside it."""
    found = []
    for passage in passages:
        if passage.kind not in ("paragraph", "list", "item"):
            continue
        for sentence in split_sentences(passage.text):
            for m in PRINTED.finditer(sentence.text):
                if number_in_words(m["words"]) == int(m["digits"]) and (noun := stems(m["noun"])):
                    found.append(Count(int(m["digits"]), noun, passage, sentence.start, sentence.end))
    return found


def premises(question: str) -> list[Premise]:
    """The counts that a question takes for given, each with its thing."""
    low = fold(question)
    found = []
    for pattern in (EVERY, NTH, THERE_ARE, SO_MANY):
        for m in pattern.finditer(low):
            digits = re.sub(r"\D", "", m["n"])
            value = int(digits) if digits else NUMBERS.get(m["n"]) or ORDINALS.get(m["n"], 0)
            if 1 < value <= MOST_PREMISES and (noun := stems(m["noun"])):
                found.append(Premise(value, noun, at_least=pattern is NTH))
    return found


def contradiction(question: str, counts: Sequence[Count]) -> Count | None:
    """The count of the very thing of which the question supposes another number; None where some count bears it out."""
    for premise in premises(question):
        same = [c for c in counts if c.noun[: len(premise.noun)] == premise.noun]
        if len(premise.noun) == 1 and len({c.value for c in same}) > 1:
            # "15 unit": of which units, one word does not say
            continue
        if same and all(premise.contradicts(c.value) for c in same):
            return same[0]
    return None
