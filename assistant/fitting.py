"""Does a composed answer hold the kind of thing that was asked, of the thing that was asked? The last look before it is shown. Pure.

"Berapa X" wants a quantity said of X, "tanggal berapa" a date; a figure asked for a named place or institution wants
that name. An answer that lacks it answers something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.answer_kind import PLACE, asked_kinds, holds
from assistant.followup import GENERIC_STEMS
from assistant.models import Claim, Question
from assistant.periods import YEAR
from assistant.render import is_item
from ingest.terms import fold, stem, terms, words

Groups = Sequence[Sequence[str]]
PAYMENTS = (
    ("gaji", "upah", "honor", "penghasilan", "pendapatan", "salary", "wage", "pay", "tunjangan", "tukin"),
    ("harga", "tarif", "biaya", "ongkos", "iuran", "denda", "premi", "gratis", "cost", "fee", "price"),
    ("plafon", "pinjaman", "kredit", "kur"),
)
"""Words for one kind of payment: what a thing costs is not told by what somebody earns."""
LARGER = re.compile(
    r"\b(?:mana|siapa) yang lebih (?:besar|tinggi|banyak|kecil|rendah|sedikit|gede|mahal)\b"
    r"|\blebih (?:besar|tinggi|banyak|kecil|rendah|sedikit|gede|mahal) mana\b|\bwhich is (?:larger|higher|bigger|greater|more|lower|smaller)\b"
)
"""Holds two sizes against each other: an answer without a number does not tell."""
COUNTED = re.compile(r"\bberapa (?:banyak |jumlah |buah )?(?!macam|jenis|apa|saja|aja)(\w{3,})")
HEAD_NOUN = re.compile(r"\b(?:jumlah|total|banyaknya)(?: seluruh| semua)? (?!dari|nya|berapa)(\w{4,})")
DOING = re.compile(r"\bberapa(?: \w+){1,2} yang (?!ada\b|sudah|akan|harus|bisa|di\b|ke\b|dari\b)(\w{4,})")
"""What the counted ones did: "berapa PMI yang meninggal"."""
RARE = 0.5
"""A term of at least this share of the weight of one that stands nowhere is rare."""
SURE, CERTAIN = 0.5, 0.8
"""Probabilities from which on the words of a quantity's sentence need not be the question's own, and from which on even the noun
that is counted may be another."""
ENOUGH = 0.12
"""Share of the telling words' weight that must stand beside the quantity."""
LISTED = 3
"""A list of so many items counts them itself."""


def proper_words(texts: Sequence[str], least: int = 2) -> frozenset[str]:
    """Words that a document writes at least `least` times and never small: names of places, people, institutions; folded."""
    large: dict[str, int] = {}
    small: set[str] = set()
    for text in texts:
        for found in re.finditer(r"(?<=[a-z,;] )([A-Z][a-z]{3,})\b|\b([a-z]{4,})\b", text):
            if found[1]:
                large[found[1].lower()] = large.get(found[1].lower(), 0) + 1
            else:
                small.add(found[2])
    return frozenset(word for word, count in large.items() if count >= least and word not in small)


@dataclass(frozen=True)
class Vocabulary:
    """What a plan's words are. `proper`: names that tell passages apart; `rare`: also those that stand once, as a town does;
    `weight`: how rare a term is."""

    proper: frozenset[str]
    rare: frozenset[str]
    weight: Callable[[str], float]


def fits(question: Question, groups: Groups, claims: Sequence[Claim], context: str, known: Vocabulary, score: float) -> bool:
    """Whether the claims hold the kind of thing that the question asks for. `groups`: the question's telling words, each with what
    it may stand for; `context`: titles and lead-ins of what is quoted; `score`: the probability that the evidence answers."""
    low = fold(question.standalone)
    answer = fold("\n".join(claim.text for claim in claims))
    if not names_there(question, low, fold(f"{answer} {context}"), known.proper):
        return False
    if PLACE.search(low) and not {w for c in claims for w in words(fold(c.text))} & known.rare - set(words(low)):
        return False
    if "money" in asked_kinds(low) and not of_that_payment(low, f"{answer} {fold(context)}"):
        return False
    if LARGER.search(low) and not holds("quantity", answer):
        return False
    kinds = asked_kinds(low)
    if kinds and not question.from_history and not of_the_named(question, kinds, claims, context, known):
        return False
    if kinds == ("quantity",) and score < CERTAIN and not question.from_history:
        held = {*terms(answer), *terms(context)}
        if not of_counted_things(low, groups, held, known.weight):
            return False
    if not kinds or ("quantity" in kinds and counted_by_list(low, claims, context)):
        return True
    if score >= SURE or question.language == "en":
        return any(holds(kind, answer) for kind in kinds)
    return any(anchored(kind, groups, answer, context, known.weight) for kind in kinds)


def of_that_payment(low: str, answer: str) -> bool:
    """Whether an answer speaks of the kind of payment that a question names: a price, a wage, a loan."""
    for names in PAYMENTS:
        pattern = rf"\b(?:{'|'.join(names)})\w*\b"
        if re.search(pattern, low):
            return re.search(rf"(?:{'|'.join(names)})", answer) is not None
    return True


def of_the_named(question: Question, kinds: Sequence[str], claims: Sequence[Claim], context: str, known: Vocabulary) -> bool:
    """Whether a thing of the asked kind stands beside the place or person that is named, and in one of the asked years."""
    names = [stem(w) for w in words(fold(question.standalone)) if w in known.proper]
    answer = fold("\n".join(claim.text for claim in claims))
    if names and not named_beside(kinds, names, answer, fold(context)):
        return False
    return not question.years or question.year_range or not of_other_years(question, claims, context)


def of_counted_things(low: str, groups: Groups, held: set[str], weight: Callable[[str], float]) -> bool:
    """ "Jumlah jenazah yang dipulangkan" is told by no text that never speaks of "jenazah". `held`: terms of answer and context."""
    nouns = {stem(found[1]) for found in [HEAD_NOUN.search(low)] if found}
    # a verb that stands in few places is no other word for "berangkat" or "dilayani"
    nouns |= {stem(found[1]) for found in [DOING.search(low)] if found and weight(stem(found[1])) >= RARE * weight("")}
    nouns -= GENERIC_STEMS
    return all(any(t in held for t in group) for group in groups if group[0] in nouns)


def counted_by_list(low: str, claims: Sequence[Claim], context: str) -> bool:
    """ "Ada berapa X": whether the claims are a list of X."""
    if sum(is_item(claim) for claim in claims) < LISTED:
        return False
    found = COUNTED.search(low)
    noun = found[1] if found else ""
    return not noun or stem(noun) in {*terms(context), *terms(claims[0].text)}


def names_there(question: Question, low: str, answer: str, proper: frozenset[str]) -> bool:
    """What is said of a named place must come with the name."""
    if question.asked not in ("nilai", "jumlah") or question.from_history:
        return True
    held = {stem(word) for word in words(answer)}
    return all(stem(word) in held for word in words(low) if word in proper)


def of_other_years(question: Question, claims: Sequence[Claim], context: str) -> bool:
    """Whether what is quoted speaks of years, and of none of the asked ones."""
    said = {int(y) for y in YEAR.findall(" ".join([context, *(claim.text for claim in claims)]))}
    return bool(said) and not said & set(question.years)


def named_beside(kinds: Sequence[str], names: Sequence[str], answer: str, context: str) -> bool:
    """Whether a sentence that holds a thing of an asked kind also names a place or person of the question, or what leads to it does."""
    if any(name in {stem(w) for w in words(context)} for name in names):
        return True
    pieces = re.split(r"(?<=[.!?;])\s+|\n", answer)
    beside = [f"{before} {piece}" for before, piece in zip(["", *pieces], pieces, strict=False) if any(holds(k, piece) for k in kinds)]
    return any(name in {stem(w) for w in words(text)} for text in beside for name in names)


def anchored(kind: str, groups: Groups, answer: str, context: str, weight: Callable[[str], float]) -> bool:
    """Whether a piece of the answer holds a thing of a kind together with enough of the question's telling words."""
    telling = [g for g in groups if not g[0].isdigit() and g[0] not in GENERIC_STEMS]
    around = set(terms(context))
    for piece in re.split(r"(?<=[.!?;])\s+|\n", answer):
        if not holds(kind, piece):
            continue
        own = around | set(terms(piece))
        held = sum(weight(g[0]) for g in telling if any(t in own for t in g))
        if not telling or held >= ENOUGH * sum(weight(g[0]) for g in telling):
            return True
    return False
