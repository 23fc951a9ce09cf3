"""What a mistyped word most likely means, out of a vocabulary with counts. Pure.

A word that anybody writes (`common`) or that the vocabulary has is right and stays as typed: a wrong correction
changes the subject of a question ("pesawat" is not "perawat").
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

MIN_TYPO = 4
"""Shorter words are never mended: too many neighbours."""
LONG_TYPO = 8
"""From this length two slips are mended, below it one."""
MAX_CLIPPED = 6
"""A clipped word ("sosialis", "alok") lacks at most this many letters."""
MIN_PIECE = 3
VOWEL_COST = 0.3
"""A dropped vowel counts less than any other slip: chat writing leaves vowels out on purpose."""
RARER = 0.15
"""What a word loses for being ten times rarer than another, in slips."""
SPOKEN = 6
"""A spoken verb ("jelasin") has at least this many letters."""
NASAL = re.compile(r"n[gy]?[aiueotdcj]|m[aiueopb]")
SUFFIXES = ("nya", "kah", "lah", "pun")
AFFIXES = frozenset(["di", "ke", "per", "pe", "ber", "ter", "me", "an", "kan", "nya", "kah"])
FORMS = ("nya", "kah", "lah", "pun", "ku", "mu", "kan", "an", "in")
PREFIX = re.compile(r"^(?:di|ke|se|ter|ber|nge|ng|me)(?=\w{4})")


class Spelling:
    """`counts`: the words to mend towards. `known`: whether a word is right as typed."""

    def __init__(self, counts: Counter[str], known: Callable[[str], bool]) -> None:
        self.counts = counts
        self.known = known
        self.by_length: dict[int, list[str]] = {}
        self.by_skeleton: dict[str, list[str]] = {}
        self.by_start: dict[str, list[str]] = {}
        for word in counts:
            if len(word) >= MIN_TYPO and word.isalpha():
                self.by_length.setdefault(len(word), []).append(word)
                self.by_skeleton.setdefault(skeleton(word), []).append(word)
                self.by_start.setdefault(word[:MIN_TYPO], []).append(word)
        self.mend = lru_cache(maxsize=20000)(self._mend)

    def right(self, word: str) -> bool:
        """Whether a word, or the known word that an everyday form is made of ("kantornya", "dikasih"), is no slip."""
        if self.known(word) or not word.isalpha() or len(word) < MIN_TYPO:
            return True
        stems = [word.removesuffix(s) for s in FORMS if word.endswith(s)] + [PREFIX.sub("", word)]
        return any(len(s) >= MIN_TYPO and s != word and self.known(s) for s in stems)

    def _mend(self, word: str) -> str:
        """The word meant; two words where two were joined; the word itself when none is near."""
        if written := self.written(word):
            return written
        if self.right(word):
            return word
        for suffix in SUFFIXES:
            base = word.removesuffix(suffix)
            if base != word and len(base) >= MIN_TYPO and (meant := self.nearest(base)):
                return meant + suffix
        return self.nearest(word) or self.parted(word) or self.unclipped(word) or word

    def written(self, word: str) -> str:
        """A spoken verb as it is written: "ngatasinnya" -> "mengatasinya", "nyiapin" -> "menyiapkan"; "" for any other word."""
        tail = "nya" if word.endswith("nya") else ""
        base = word.removesuffix("nya")
        if not base.endswith("in") or len(base) < SPOKEN or self.counts[base]:
            return ""
        stems = [base[:-2] + ending for ending in ("i", "kan")]
        forms = [f"me{s}" for s in stems if NASAL.match(s)] + [f"me{s[3:]}" for s in stems if s.startswith("nge")] + stems
        return next((form + tail for form in forms if self.counts[form]), "") or next((f + tail for f in forms if self.known(f)), "")

    def nearest(self, word: str) -> str:
        """The nearest word within reach of a slip or two, or with the same consonants; "" when none is."""
        reach = 2 if len(word) >= LONG_TYPO else 1
        near: dict[str, float] = {}
        for length in range(len(word) - reach, len(word) + reach + 1):
            found = process.extract(word, self.by_length.get(length, ()), scorer=DamerauLevenshtein.distance, score_cutoff=reach, limit=8)
            near.update({c: distance for c, distance, _ in found if distance and plausible(word, c)})
        for candidate in self.by_skeleton.get(skeleton(word), ()):
            if missing := dropped_vowels(word, candidate):
                near[candidate] = 1 + VOWEL_COST * (missing - 1) - VOWEL_COST
        return min(near, key=lambda c: (near[c] - RARER * math.log10(self.counts[c]), c)) if near else ""

    def parted(self, word: str) -> str:
        """ "desamigran" -> "desa migran": two words of the vocabulary written as one, the commoner the better."""
        cuts = [(word[:i], word[i:]) for i in range(MIN_PIECE, len(word) - MIN_PIECE + 1)]
        good = [(min(self.counts[a], self.counts[b]), a, b) for a, b in cuts if self.part(a) and self.part(b)]
        return " ".join(max(good)[1:]) if good else ""

    def part(self, word: str) -> bool:
        return self.counts[word] >= (3 if len(word) > MIN_PIECE else 30)

    def unclipped(self, word: str) -> str:
        """ "perenc" -> "perencanaan": the word that a clipped one begins, where one of them is by far the commonest."""
        begun = [w for w in self.by_start.get(word[:MIN_TYPO], ()) if w.startswith(word) and len(w) - len(word) <= MAX_CLIPPED]
        if not begun:
            return ""
        best = max(begun, key=lambda w: (self.counts[w], w))
        return best if self.counts[best] * 2 > sum(self.counts[w] for w in begun) else ""

    def joined(self, left: str, right: str) -> str:
        """ "penem" "patan" -> "penempatan": one word typed as two, where a piece is no word by itself; "" otherwise."""
        whole = left + right
        if not whole.isalpha() or len(whole) < LONG_TYPO:
            return ""
        lone = [p for p in (left, right) if not self.known(p)]
        affixed = (left in AFFIXES and not self.counts[right]) or right in AFFIXES
        if self.counts[whole] and (lone or affixed):
            return whole
        return self.nearest(whole) if len(lone) == 2 else ""

    def slips(self, times: int = 20) -> list[str]:
        """Words of the vocabulary that look like misprints: rare, and the nearest word is many times commoner."""
        rare = [w for w, n in self.counts.items() if n <= 2 and len(w) >= LONG_TYPO and w.isalpha()]
        near = [(w, best) for w in rare if (best := self.nearest(w)) and self.counts[best] >= times * self.counts[w]]
        return [w for w, best in near if DamerauLevenshtein.distance(w, best) == 1]


def skeleton(word: str) -> str:
    """The first letter and the consonants after it: what chat writing leaves of a word."""
    return word[0] + re.sub(r"[aeiou]", "", word[1:])


def dropped_vowels(word: str, candidate: str) -> int:
    """How many vowels a typed word lacks of a candidate; 0 when it is not the candidate with vowels left out."""
    rest = iter(candidate)
    return len(candidate) - len(word) if all(letter in rest for letter in word) else 0


def plausible(word: str, candidate: str) -> bool:
    """A slip keeps the first letter, or swaps it with the second; short words must keep it."""
    return word[0] == candidate[0] or (len(word) >= 6 and word[1:3] == candidate[1:3])
