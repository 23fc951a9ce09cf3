"""What can be turned round without touching a number: denial, direction, extremes, comparisons. Pure.

A statement may deny only what its evidence denies and must deny that; it may say "naik" or "tertinggi" only where its
evidence says so or the figures of its rows show it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from assistant import verify_text as vt
from assistant.derivation import figure_value
from assistant.ground import Ground, pieces, shorten
from ingest.models import Figure
from ingest.terms import STOP_WORDS, stem, words

NEGATIONS = frozenset([
    "tidak", "bukan", "belum", "tanpa", "jangan", "kecuali", "tak", "nihil", "gagal", "not", "no", "never", "without", "nor", "except",
    "none", "nothing", "neither", "failed", "fails",
])  # fmt: skip
REACH = 4
"""Content words after a negation that it may govern in the evidence."""
FAMILIES = {
    "rise": (
        r"(?:ke)?naik\w*|menaik\w*|meningkat\w*|peningkatan\w*|bertambah\w*|(?:ber)?tumbuh|pertumbuhan|melonjak|lonjakan|rises?|rose|rising"
        r"|increas\w+|gr[oe]w\w*"
    ),
    "fall": (
        r"turun\w*|menurun\w*|penurunan\w*|berkurang\w*|menyusut|penyusutan|merosot|anjlok|falls?|fell|falling|decreas\w+|declin\w+"
        r"|drop\w*"
    ),
    "same": r"tetap|stabil|konstan|stagnan|unchanged|constant|stable",
    "most": r"tertinggi|terbesar|terbanyak|paling (?:tinggi|besar|banyak)|maksimum|puncak\w*|highest|largest|biggest|maximum",
    "least": r"terendah|terkecil|tersedikit|paling (?:rendah|kecil|sedikit)|minimum|lowest|smallest",
    "more": (
        r"lebih (?:tinggi|besar|banyak|dari|daripada)|melebihi|melampaui|di atas|minimal|setidaknya|sedikitnya|sekurang-kurangnya|higher"
        r"|more than|above|exceed\w*|at least|ke atas|over (?=\d|Rp)"
    ),
    "less": (
        r"lebih (?:rendah|kecil|sedikit)|kurang dari|di bawah|maksimal|sebanyak-banyaknya|lower|less than|fewer|below|at most"
        r"|ke bawah|(?:under|up to) (?=\d|Rp)"
    ),
}  # fmt: skip
_FAMILIES = {name: re.compile(rf"\b(?:{words_})(?:\b|(?<= ))", re.IGNORECASE) for name, words_ in FAMILIES.items()}

DIRECTIONS = tuple(re.compile(words_.replace("(?=\\d|Rp)", ""), re.IGNORECASE) for words_ in FAMILIES.values())
"""The words of each family by themselves."""


def turned(ground: Ground) -> list[str]:
    """Reasons (Indonesian) why a statement says the opposite of, or more than, its evidence."""
    found: list[str] = []
    for sentence in pieces(ground.text):
        near = ground.near(sentence)
        if denies_otherwise(sentence, near, ground.language):
            found.append(f"“{shorten(sentence)}” mengubah “tidak” dari bukti")
        for family in said(sentence):
            if not backed(family, sentence, near, ground):
                found.append(f"“{_match(family, sentence)}” tidak ada dalam bukti")
    return found


# denial ------------------------------------------------------------------------------------------------------------------


def denied(text: str, reach: int) -> tuple[frozenset[str], frozenset[str]]:
    """(stems that a negation governs, words that none governs). A negation governs the `reach` content words after it."""
    governed: set[str] = set()
    free: set[str] = set()
    left = 0
    for word in words(text):
        if word in NEGATIONS:
            left = reach
        elif word not in STOP_WORDS:
            if left:
                governed.add(stem(word))
                left -= 1
            else:
                free.add(word)
    return frozenset(governed), frozenset(free)


def negations(text: str) -> int:
    return sum(word in NEGATIONS for word in words(text))


def denies_otherwise(sentence: str, near: Iterable[str], language: str) -> bool:
    """Whether a negation was added, moved or lost against the evidence sentences that say nearly the same."""
    near = tuple(near)
    theirs = [(denied(s, REACH), denied(s, 1)) for s in near]
    own, free = denied(sentence, 1)
    if negations(sentence) > sum(map(negations, near)):
        return True
    if language != "id":
        return False
    if own and not any(own <= wide[0] for wide, _ in theirs):
        return True
    kept = [bool(free & {w for w in free if stem(w) in narrow[0] and w not in narrow[1]}) for _, narrow in theirs]
    return bool(kept) and all(kept)


# direction ---------------------------------------------------------------------------------------------------------------


def said(text: str) -> list[str]:
    return [name for name, pattern in _FAMILIES.items() if pattern.search(text)]


def _match(family: str, text: str) -> str:
    match = _FAMILIES[family].search(text)
    return match[0] if match else family


def backed(family: str, sentence: str, near: Iterable[str], ground: Ground) -> bool:
    """Whether the evidence says so, for the same years, or the figures of the cited rows show it."""
    if any(_match(family, sentence).casefold() in f.indicator.casefold() for f in ground.rows):
        return True  # part of the row's name
    years = vt.years_of(sentence)
    near = [s for s in near if set(vt.years_of(s)) & set(years)] or list(near)
    if any(_FAMILIES[family].search(part) for s in near for part in about(s, years)):
        return True
    if family in {"more", "less"}:
        return False
    return any(shows(family, series, years) for series in series_of(ground, sentence))


def about(sentence: str, years: tuple[int, ...]) -> list[str]:
    """The clauses of a sentence that speak of those years and of a direction; the whole where none does."""
    cuts = [0, *(m.start() for m in vt._CLAUSE.finditer(sentence)), len(sentence)]
    clauses = [sentence[a:b] for a, b in pairwise(cuts)]
    fitting = [c for c in clauses if set(vt.years_of(c)) & set(years) and said(c)]
    return fitting if years and fitting else [sentence]


def series_of(ground: Ground, sentence: str) -> list[list[Figure]]:
    """The year series of the cited rows that a sentence is about: those of the stated figures, else of all measures."""
    of_stated = {(f.row_id, f.measure) for f in ground.stated}
    found: dict[tuple[str, str], list[Figure]] = {}
    for figure in ground.rows:
        key = (figure.row_id, figure.measure)
        if figure.year is not None and figure.value is not None and (key in of_stated or not of_stated):
            found.setdefault(key, []).append(figure)
    named = {key: s for key, s in found.items() if re.search(rf"\b{re.escape(key[1])}", sentence, re.IGNORECASE)}
    return [sorted(s, key=lambda f: f.year or 0) for s in (named or found).values()]


def shows(family: str, series: list[Figure], years: tuple[int, ...]) -> bool:
    """Whether a series moves so: between the named years, into the one named year, or all along."""
    values = {f.year: v for f in series if (v := figure_value(f)) is not None}
    if family in {"most", "least"}:
        extreme = (max if family == "most" else min)(values.values(), default=None)
        return bool(years) and all(values.get(year) == extreme for year in years)
    chosen = [y for y in values if not years or min(years) <= (y or 0) <= max(years)]
    if len(years) == 1:
        chosen = [y for y in (years[0] - 1, years[0]) if y in values]
    elif len(years) == 2:
        chosen = [y for y in years if y in values]
    line = [values[y] for y in sorted(chosen, key=lambda y: y or 0)]
    if len(line) < 2:
        return False
    steps = [b - a for a, b in pairwise(line)]
    if family == "same":
        return not any(steps)
    sign = 1 if family == "rise" else -1
    return any(steps) and all(step * sign >= 0 for step in steps)
