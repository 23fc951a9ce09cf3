"""Abbreviations that the plan defines itself: "Orientasi Pra Pemberangkatan (OPP)", "IKK (Indikator ...)"."""

from __future__ import annotations

import re
from itertools import pairwise

from ingest.line_kinds import strip_markup
from ingest.models import Abbreviation, Document

SHORT = r"[A-Z][A-Za-z0-9&/-]{1,14}(?: [A-Z0-9]{2,6})?"
PAREN = re.compile(rf"\(\s*({SHORT})\s*\)")
WORD = re.compile(r"[\w'/-]+")
MAX_WORDS = 10
STOP = {"dan", "atau", "yang", "di", "ke", "dari", "untuk", "pada", "dalam", "the", "of", "for", "and", "to", "bagi", "tentang"}


def mine_abbreviations(document: Document) -> tuple[Abbreviation, ...]:
    """Every (short, long) pair that the text defines; the first place of each pair counts."""
    found: dict[tuple[str, str], Abbreviation] = {}
    for block in document.blocks:
        text = strip_markup(re.sub(r"<[^>]+>", " ", block.text)).replace("*", "")
        for match in PAREN.finditer(text):
            long = long_form(text[: match.start()], match[1])
            if long and (match[1], long.lower()) not in found:
                line = block.span.line_start + text[: match.start()].count("\n")
                found[match[1], long.lower()] = Abbreviation(short=match[1], long=long, doc=document.source.meta.doc, line=line)
    return tuple(found.values())


def long_form(before: str, short: str) -> str:
    """The words right before "(SHORT)" whose letters spell it: shortest stretch first; empty when none does."""
    clause = re.split(r"[.;:()\t\n“”\"]", before)[-1]
    words = [(m.start(), m[0]) for m in WORD.finditer(clause)]
    letters = spelt_letters(short)
    if not any(c.isupper() for c in short[1:]) and not any(c.isdigit() for c in short):
        return ""
    for count in range(1, min(MAX_WORDS, len(words)) + 1):
        stretch = words[-count:]
        if stretch[0][1].lower() in STOP or not stretch[0][1][0].isalpha():
            continue
        if spells([w for _, w in stretch], letters):
            return clause[stretch[0][0] :].strip(" ,")
    return title_run(clause, words, short)


def spelt_letters(short: str) -> list[str]:
    """The letters an abbreviation stands for; a digit repeats the letter before it: "P3MI" -> p p p m i."""
    letters: list[str] = []
    for c in short.lower():
        if c.isdigit() and letters and c in "23456":
            letters += letters[-1] * (int(c) - 1)
        elif c.isalnum():
            letters.append(c)
    return letters


def title_run(clause: str, words: list[tuple[int, str]], short: str) -> str:
    """A name in capitals right before an acronym that is made of syllables: "Sistem Informasi ... (SIPAGAR)"."""
    run: list[tuple[int, str]] = []
    for start, word in reversed(words[-MAX_WORDS:]):
        if not (word[0].isupper() or word.lower() in STOP):
            break
        run.append((start, word))
    while run and run[-1][1].lower() in STOP:
        run.pop()
    if len(run) < 3 or len(short) < 4 or run[-1][1][0].lower() != short[0].lower():
        return ""
    return clause[run[-1][0] :].strip(" ,")


def spells(words: list[str], letters: list[str]) -> bool:
    """Whether the letters run through the words in order, the first letter and most words' initials among them."""
    first = words[0].lower()
    if not letters or not first.startswith(letters[0]):
        return False
    text = " ".join(words).lower()
    position = 0
    for letter in letters:
        position = text.find(letter, position)
        if position < 0:
            return False
        position += 1
    initials = [w[0].lower() for w in words if w.lower() not in STOP]
    hits, rest = 0, list(letters)
    for initial in initials:
        if initial in rest:
            rest = rest[rest.index(initial) + 1 :]
            hits += 1
    repeated = any(a == b for a, b in pairwise(letters))
    return hits >= max(1, len(initials) * (1.0 if repeated else 0.6)) and (not repeated or hits == len(letters))
