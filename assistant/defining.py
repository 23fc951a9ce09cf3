"""The sentences in which a plan says what something is: "X merupakan ...", "yang dimaksud dengan X adalah ...", "X: ..."."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.sentences import split_sentences
from ingest.models import Passage
from ingest.terms import STOP_WORDS, stem, words

COPULA = re.compile(
    r"(?:,?\s+(?:merupakan|adalah|ialah|didefinisikan sebagai|dapat diartikan(?: sebagai)?|diartikan sebagai|berfungsi sebagai|yaitu|yakni)"
    r"|(?<=\))\*?\s+(?:sebagai|untuk))\s",
    re.IGNORECASE,
)
COLON = re.compile(r"\s*:\s+(?=[a-zA-Z]{3})")
OPENING = r"sedangkan|sementara itu|adapun|selain itu|namun|berdasarkan [^,]{3,60}|sebagai [^,]{3,60}|dalam [^,]{3,80}"
LEAD = re.compile(rf"^(?:[\s\-*#“\"(]|\d{{1,2}}[.)]|[a-z][.)]|(?:{OPENING})\b,?)*(?:.{{0,120}}dimaksud dengan )?", re.IGNORECASE)
"""What may stand before the subject of a sentence."""
MAX_SUBJECT = 12
"""Words of a subject: longer ones say something about a thing, not what it is."""
LIKE = 0.6
"""Share of words that the subject asked for and the subject defined must have in common."""
BEGINS = 0.7
FILLER = frozenset(
    stem(w) for w in words("suatu sebuah program sistem istilah kata matriks analisis metode konsep huruf singkatan jenis lembaga badan")
)
"""Words that say of what sort a subject is."""


@dataclass(frozen=True)
class Defining:
    """`start:end` of a sentence in a passage's text, and the stems of what it defines, in order."""

    subject: tuple[str, ...]
    passage: Passage
    start: int
    end: int
    strict: bool


class Definitions:
    def __init__(self, passages: Iterable[Passage]) -> None:
        self.found: list[Defining] = []
        for passage in passages:
            if passage.kind in ("paragraph", "item", "front"):
                self.found += defining(passage)

    def of(self, *subjects: Iterable[str]) -> list[Defining]:
        """The sentences, two at most, that define the first of the subjects (each given by its words) that any defines."""
        for subject in filter(None, map(subject_of, subjects)):
            scored = [(likeness(subject, d.subject), d.strict, -i) for i, d in enumerate(self.found)]
            best = sorted((s for s in scored if s[0] >= LIKE), reverse=True)[:2]
            if best:
                return [self.found[-s[2]] for s in best if s[:2] == best[0][:2]]
        return []


def defining(passage: Passage) -> list[Defining]:
    out = []
    for sentence in split_sentences(passage.text):
        lead = LEAD.match(sentence.text)
        rest = sentence.text[lead.end() if lead else 0 :]
        copula = COPULA.search(rest)
        colon = COLON.search(rest) if passage.kind == "item" else None
        cut = min((m.start() for m in (copula, colon) if m), default=0)
        said = words(rest[:cut])
        if cut and len(said) <= MAX_SUBJECT and (subject := subject_of(said)):
            strict = copula is not None and cut == copula.start() and not re.match(r",?\s+(?:yaitu|yakni)", rest[cut:])
            out.append(Defining(subject, passage, sentence.start, sentence.end, strict))
    return out


def subject_of(said: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(stem(w) for w in said if w not in STOP_WORDS and len(w) > 1))


def likeness(asked: Sequence[str], defined: Sequence[str]) -> float:
    """How much two names have in common (Jaccard, the sort of thing before them left out); 0 unless they begin alike."""
    a, b = bare(asked), bare(defined)
    if not a or not b or a[0] != b[0]:
        return 0.0
    if len(a) > 1 and a == b[: len(a)]:
        return max(BEGINS, len(a) / len(b))
    return len({*a} & {*b}) / len({*a} | {*b})


def bare(name: Sequence[str]) -> Sequence[str]:
    """A name without the sort of thing before it: "matriks X" is X; a name of sorts only stays."""
    start = next((i for i, s in enumerate(name) if s not in FILLER), 0)
    return name[start:]
