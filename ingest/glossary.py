"""Abbreviations that the plan defines itself: "Orientasi Pra Pemberangkatan (OPP)", "IKK (Indikator ...)"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from ingest.line_kinds import strip_markup
from ingest.models import Abbreviation, Document

SHORT = r"[A-Z][A-Za-z0-9&/-]{1,14}(?: [A-Z][A-Za-z0-9]{1,9})?"
PAREN = re.compile(rf"\(\s*({SHORT})\s*\)")
REVERSED = re.compile(r"\b([A-Z]{2,8}) \(([^()\n]{5,80})\)")
CAPITALS = re.compile(r"(?<![\w.&/-])[A-Z]{2,8}(?![\w.-])")
ROMAN = re.compile(r"[IVX]+")
WORD = re.compile(r"[\w'/-]+")
MAX_WORDS = 10
MAX_TITLE = 6
STOP = {"dan", "atau", "yang", "di", "ke", "dari", "untuk", "pada", "dalam", "the", "of", "for", "and", "to", "bagi", "tentang"}
SPELT_OFTEN = 2
"""An abbreviation that the plan never defines is read from its letters when both it and the name stand this often."""
CLEARER = 4
"""So many times commoner than any other name of those letters must it be."""


def mine_abbreviations(document: Document) -> tuple[Abbreviation, ...]:
    """Every (short, long) pair that the text defines, the first place of each; then those that its letters tell."""
    found: dict[tuple[str, str], Abbreviation] = {}
    doc = document.source.meta.doc
    texts = [(block.span.line_start, strip_markup(re.sub(r"<[^>]+>", " ", block.text)).replace("*", "")) for block in document.blocks]
    for first, text in texts:
        pairs = [(m.start(), m[1], long_form(text[: m.start()], m[1])) for m in PAREN.finditer(text)]
        pairs += [(m.start(), m[1], m[2]) for m in REVERSED.finditer(text) if not m[2].isupper() and initials(m[2]) == m[1].lower()]
        for start, short, long in pairs:
            if long and (short, long.lower()) not in found:
                found[short, long.lower()] = Abbreviation(short=short, long=long, doc=doc, line=first + text[:start].count("\n"))
    defined = {short for short, _ in found}
    return (*found.values(), *spelt_out(texts, defined, doc))


def initials(name: str) -> str:
    return "".join(w[0].lower() for part in WORD.findall(name) for w in re.split(r"[-/]", part) if w and w.lower() not in STOP)


def spelt_out(texts: list[tuple[int, str]], defined: set[str], doc: str) -> list[Abbreviation]:
    """Abbreviations in capitals that the text uses without defining them, where one name of the text clearly spells them."""
    used = Counter(m for _, text in texts for m in CAPITALS.findall(text) if not text.isupper())
    wanted = {s.lower(): s for s, n in used.items() if n >= SPELT_OFTEN and s not in defined and not ROMAN.fullmatch(s)}
    names: dict[str, Counter[str]] = {}
    places: dict[str, int] = {}
    for first, text in texts:
        for name, start in title_names(text):
            if (letters := initials(name)) in wanted:
                names.setdefault(letters, Counter())[name] += 1
                places.setdefault(name, first + text[:start].count("\n"))
    out = []
    for letters, counts in names.items():
        (best, count), *others = [*counts.most_common(2), ("", 0)]
        if count >= SPELT_OFTEN and count >= CLEARER * others[0][1]:
            out.append(Abbreviation(short=wanted[letters], long=best, doc=doc, line=places[best], origin="spelt"))
    # "Migran Indonesia" is the end of a longer name
    return [a for a in out if not any(b.long.endswith(f" {a.long}") for b in out)]


def title_names(text: str) -> Iterator[tuple[str, int]]:
    """Every stretch of two to six words in title case, function words between them."""
    for clause in re.finditer(r"[^.;:()\t\n“”\"]+", text):
        found = [(m.start(), m.end(), m[0]) for m in WORD.finditer(clause[0])]
        for i, (start, _, word) in enumerate(found):
            if not word[0].isupper() or word.isupper():
                continue
            titled = 0
            for _, end, following in found[i : i + 2 * MAX_TITLE]:
                if following[0].isupper() and not following.isupper():
                    titled += 1
                    if 2 <= titled <= MAX_TITLE:
                        yield clause[0][start:end], clause.start() + start
                elif following.lower() not in STOP:
                    break


def long_form(before: str, short: str) -> str:
    """The words right before "(SHORT)" whose letters spell it: shortest stretch first; empty when none does."""
    clause = re.split(r"[.;:()\t\n“”\"]", before)[-1]
    words = [(m.start(), m[0]) for m in WORD.finditer(clause)]
    letters = spelt_letters(short)
    if not any(c.isupper() for c in short[1:]) and not any(c.isdigit() for c in short):
        return blended(words, clause, short.lower())
    for count in range(1, min(MAX_WORDS, len(words)) + 1):
        stretch = words[-count:]
        if stretch[0][1].lower() in STOP or not stretch[0][1][0].isalpha():
            continue
        if spells([w for _, w in stretch], letters):
            return clause[stretch[0][0] :].strip(" ,")
    return title_run(clause, words, short)


def blended(words: list[tuple[int, str]], clause: str, short: str) -> str:
    """The two words right before whose beginnings make up a clipped name: "Rencana Strategis (Renstra)"."""
    if len(words) < 2:
        return ""
    (start, left), (_, right) = words[-2:]
    cuts = range(2, len(short) - 1)
    fits = any(left.lower().startswith(short[:i]) and right.lower().startswith(short[i:]) for i in cuts)
    return clause[start:].strip(" ,") if fits else ""


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
