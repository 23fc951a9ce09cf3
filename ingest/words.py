"""Mending words that a narrow table cell has broken, with the document's own unbroken words as dictionary."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from ingest.models import Document

WORD = re.compile(r"[^\W_]+")
MAX_PIECES = 7
"""A word is never put together from more pieces than this ("Pemb erday aan" has three)."""
SEEN_OFTEN = 3
"""A piece that stands alone this often in running text is a word of its own ("di", "luar")."""
FRAGMENT = 2
"""A rare piece this short is looked at even if the document has it elsewhere."""
DAMAGED_SHARE = 0.15
"""A table line with more unknown words than this is not used as a source of words."""
_TAG = re.compile(r"<[^>]*>")
_EDGES = re.compile(r"^([^\w]*)(.*?)([^\w]*)$", re.DOTALL)
_GLUED = re.compile(r"^(\w*[a-z]{3})([A-Z][a-z]{3}\w*)$")


class Vocabulary:
    """The words of a document: counts from its prose, and from those table lines that are whole."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts = counts
        self.mend = lru_cache(maxsize=None)(self._mend)

    @classmethod
    def of(cls, document: Document) -> Vocabulary:
        prose: Counter[str] = Counter()
        rows: list[list[str]] = []
        for line in document.source.lines:
            if "\t" in line.text:
                rows.append([w.lower() for w in WORD.findall(_TAG.sub(" ", line.text)) if w.isalpha()])
            elif line.text:
                prose.update(w.lower() for w in WORD.findall(line.text) if not w.isdigit())
        counts = Counter(prose)
        for words in rows:
            unknown = sum(1 for w in words if w not in prose)
            lone = sum(1 for w in words if len(w) == 1)
            if words and unknown <= DAMAGED_SHARE * len(words) and lone <= DAMAGED_SHARE * len(words):
                counts.update(words)
        return cls(counts)

    def known(self, word: str) -> bool:
        return self.counts[word.lower()] > 0

    def unknown(self, text: str) -> int:
        """How many words of `text` the document does not have elsewhere."""
        return sum(1 for word in WORD.findall(text) if word.isalpha() and not self.known(word))

    def stands_alone(self, word: str) -> bool:
        """Whether a piece is a word of its own rather than a fragment."""
        return len(word) > 1 and self.counts[word.lower()] >= SEEN_OFTEN

    def _mend(self, text: str) -> str:
        """`text` with broken words joined and glued ones parted; unchanged where the dictionary knows no better."""
        pieces = text.split()
        cores = [_EDGES.match(p).group(2) for p in pieces]  # type: ignore[union-attr]
        if all(not c or self.stands_alone(c) or (any(ch.isdigit() for ch in c) and self.known(c)) for c in cores):
            return " ".join(pieces)
        return " ".join(self._part(word) for word in self._join(pieces))

    def _join(self, pieces: list[str]) -> list[str]:
        """The cheapest way to put the pieces together (dynamic programming over where words end)."""
        best: list[tuple[float, int]] = [(0.0, 0)]
        for end in range(1, len(pieces) + 1):
            options = [(best[start][0] + self._cost(pieces[start:end]), start) for start in range(max(0, end - MAX_PIECES), end)]
            best.append(min(options, key=lambda option: (option[0], -option[1])))
        words: list[str] = []
        end = len(pieces)
        while end:
            start = best[end][1]
            words.append("".join(pieces[start:end]))
            end = start
        return words[::-1]

    def _cost(self, pieces: list[str]) -> float:
        if len(pieces) == 1:
            core = _EDGES.match(pieces[0]).group(2)  # type: ignore[union-attr]
            if not core or not core[0].isalpha() or self.stands_alone(core):
                return 1.0
            return 1.6 if self.known(core) else 3.0
        joined = "".join(pieces)
        core = _EDGES.match(joined).group(2)  # type: ignore[union-attr]
        inner = [_EDGES.match(p).groups() for p in pieces]  # type: ignore[union-attr]
        # a symbol, punctuation or a capital inside ends a word
        if not all(middle for _, middle, _ in inner) or any(tail for *_, tail in inner[:-1]) or any(head for head, *_ in inner[1:]):
            return float("inf")
        if any(b[0].isupper() and not a.isupper() for (_, a, _), (_, b, _) in pairwise(inner)):
            return float("inf")
        if all(self.stands_alone(middle) for _, middle, _ in inner) or not core.isalnum() or not self.known(core):
            return float("inf")
        return 1.0

    def _part(self, word: str) -> str:
        glued = _GLUED.match(word)
        if glued and not self.known(word) and self.stands_alone(glued[1]) and self.stands_alone(glued[2]):
            return f"{glued[1]} {glued[2]}"
        return word
