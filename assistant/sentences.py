"""Sentences of a passage and which of them answer a question. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.answer_kind import asked_kinds, holds, quantities
from assistant.matching import TermTable
from assistant.models import Question
from ingest.terms import fold, terms

ENDS = re.compile(r"(?<=[.!?])[\"”*)]*\s+(?=[\"“*(]*[A-Z0-9])|(?<=[.;:!?])\s*\n+|  \n+")
NO_END = re.compile(
    r"(?:\b(?:No|Nomor|hlm|dll|dsb|dst|s\.d|a\.n|Rp|Dr|Prof|Drs|Ir|Sdr|St|vs|Jl|Tbk|cq|c\.q|i\.e|e\.g)|\b[A-Z]|\b\d{1,2}|^[a-z])\.$"
)
DEFINES = re.compile(
    r"\b(adalah|merupakan|ialah|dapat diartikan|yakni|yaitu|berfungsi sebagai|dirancang untuk|diharapkan menjadi|bertujuan)\b",
    re.IGNORECASE,
)
REASONS = re.compile(
    r"\b(karena|disebabkan|akibat\w*|sehingga|oleh karena|dikarenakan|faktor|bertujuan|agar|guna|untuk menjamin|menghindari"
    r"|untuk (?:memastikan|mencegah|menjaga|mengurangi|menghilangkan)|dalam rangka|hambatan|dipicu)\b",
    re.IGNORECASE,
)
HIGHEST = re.compile(r"\b(tertinggi|terbesar|terbanyak|puncak\w*|paling (?:besar|tinggi|banyak)|utama)\b", re.IGNORECASE)
LOWEST = re.compile(r"\b(terendah|terkecil|paling (?:kecil|rendah|sedikit))\b", re.IGNORECASE)
INTRODUCED = re.compile(r"((?:[\w-]+[ *]+){2,7})\(([A-Z][A-Za-z0-9]{1,9})\)")
"""A name with its abbreviation: "Direct Hiring Service Centre (DHSC)"."""
BONUS = 0.18
"""What the fitting kind of content adds to a sentence's coverage of the question."""


@dataclass(frozen=True)
class Sentence:
    """`start:end` into the passage's text; `score` says how well it answers."""

    start: int
    end: int
    text: str
    score: float = 0.0


def split_sentences(text: str) -> list[Sentence]:
    """Verbatim sentences in order; each is text[start:end]."""
    cuts = [0]
    for match in ENDS.finditer(text):
        if not NO_END.search(text[cuts[-1] : match.start()].rstrip('"”*)')):
            cuts.append(match.end())
    cuts.append(len(text))
    out = []
    for start, end in pairwise(cuts):
        piece = text[start:end]
        lead = len(piece) - len(piece.lstrip())
        body = piece.strip()
        if body:
            out.append(Sentence(start + lead, start + lead + len(body), body))
    return out


def score_sentences(sentences: Sequence[Sentence], question: Question, groups: Sequence[Sequence[str]], table: TermTable) -> list[Sentence]:
    """Coverage of the question's words, weighted by rarity, plus a little for the kind of thing that is asked."""
    whole = sum(table.weight(g[0]) for g in groups) or 1.0
    # in a follow-up the words just typed say which sentence, the history says which passage
    focus = set(terms(question.normalised)) if question.from_history else set()
    typed = sum(table.weight(t) for t in focus) or 1.0
    scored = []
    names: dict[str, set[str]] = {}
    for position, sentence in enumerate(sentences):
        own = set(terms(sentence.text))
        # a sentence that goes on with the abbreviation speaks of what the name said
        own |= set().union(*(long for short, long in names.items() if short in sentence.text))
        names |= introduced(sentence.text)
        covered = sum(table.weight(g[0]) for g in groups if any(t in own for t in g)) / whole
        if focus:
            covered = covered / 2 + sum(table.weight(t) for t in focus & own) / typed
        scored.append(
            Sentence(sentence.start, sentence.end, sentence.text, covered + kind_bonus(sentence.text, question) - 0.01 * position)
        )
    return scored


def introduced(text: str) -> dict[str, set[str]]:
    """Abbreviations that a sentence introduces, with the terms of their names."""
    return {short: set(terms(" ".join(name.split()[-len(short) :]))) for name, short in INTRODUCED.findall(text)}


def kind_bonus(text: str, question: Question) -> float:
    bonus = 0.0
    low = fold(text)
    kinds = asked_kinds(fold(question.standalone))
    bonus += BONUS * sum(holds(kind, low) for kind in kinds) / max(1, len(kinds))
    if not kinds and question.asked in ("nilai", "jumlah", "perbandingan") and quantities(low):
        bonus += BONUS
    if question.asked == "definisi" and DEFINES.search(text):
        bonus += BONUS
    if question.asked == "alasan" and REASONS.search(text):
        bonus += 2 * BONUS
    if question.operation in ("highest", "lowest"):
        pattern = HIGHEST if question.operation == "highest" else LOWEST
        bonus += 1.5 * BONUS * bool(pattern.search(text))
    if question.years:
        named = sum(str(year) in text for year in question.years) / len(question.years)
        bonus += BONUS * named
    return bonus


def cover(sentences: Sequence[Sentence], groups: Sequence[Sequence[str]], budget: int) -> list[Sentence]:
    """Sentences that together hold the words of a question that holds two things against each other, each one adding a word;
    empty where one sentence holds them all."""
    own = [set(terms(s.text)) for s in sentences]
    held = [{g[0] for g in groups if any(t in words for t in g)} for words in own]
    missing = set().union(*held)
    picked: list[int] = []
    used = 0
    while missing:
        best = max(range(len(sentences)), key=lambda i: (len(held[i] & missing), sentences[i].score))
        if used + len(sentences[best].text) > budget:
            break
        missing -= held[best]
        picked.append(best)
        used += len(sentences[best].text)
    if len(picked) < 2:
        return []
    # "... berasal dari Malaysia. Dari tahun 2020 tercatat ...": the number of a name may stand in the sentence after it
    picked += [
        i + 1
        for i in picked
        if i + 1 < len(sentences) and not holds("quantity", low := fold(sentences[i].text)) and not holds("money", low)
    ]
    return [sentences[i] for i in sorted(set(picked))]


def choose(sentences: Sequence[Sentence], budget: int, enough: float = 0.6) -> list[Sentence]:
    """The best sentence, then others nearly as good, in their order, within `budget` characters."""
    if not sentences:
        return []
    ranked = sorted(sentences, key=lambda s: -s.score)
    best = ranked[0]
    chosen, used = [best], len(best.text)
    for sentence in ranked[1:]:
        if (enough <= 0 or sentence.score >= enough * best.score) and used + len(sentence.text) <= budget:
            chosen.append(sentence)
            used += len(sentence.text)
    return sorted(chosen, key=lambda s: s.start)
