"""Whether an answer is right: the shared rule of the project, typed, for one or several documents.

With one document the results equal those of the shared `score.py` (a test holds them together): markup and case are
folded, a figure never matches inside a longer figure, only the beginning of an answer counts, at most six citations
of at most 40 lines each.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict

from evals.datasets import Item

READ_FIRST = {"list": 2600, "explain": 2600, "conflict": 2600, "definition": 1000}
READ_FIRST_DEFAULT = 700
"""Characters of the folded answer that count, by type: an answer must come to the point."""
MAX_CITATIONS = 6
MAX_CITED_LINES = 40
DRAWS = 1000
Floats = npt.NDArray[np.float64]
Statistic = Callable[[Floats], Floats]
"""(..., n) values or (..., n, 2) pairs -> (...)"""
Place = tuple[str, int]
"""(document, 1-based line)"""
Range = tuple[str, int, int]
"""(document, first line, last line), inclusive"""


class Cited(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    n: int = 0
    doc: str = ""
    lines: tuple[int, ...] | None = None
    quote: str | None = ""


class Stated(BaseModel):
    """A figure that an answer says it states."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    raw: str = ""
    year: int | None = None
    measure: str = ""
    indicator: str = ""
    citation: int = 0


class Prediction(BaseModel):
    """One line of a predictions file: the Answer, `id`, and what the run adds."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    question: str = ""
    answer: str | None = ""
    status: str = ""
    mode: str = ""
    abstained: bool = False
    citations: tuple[Cited, ...] | None = ()
    figures: tuple[Stated, ...] = ()
    latency_ms: float | None = None
    index: str = ""
    retrieved: tuple[tuple[int, int], ...] | None = None
    retrieved_docs: tuple[str, ...] = ()
    evidence_score: float | None = None
    understood: str = ""
    rows: tuple[str, ...] = ()
    violations: tuple[str, ...] = ()
    crash: str = ""
    run_key: str = ""
    model_calls: int | None = None
    model_tokens: int | None = None
    model_ms: float | None = None
    model_trouble: str = ""


@dataclass(frozen=True)
class Edition:
    """A document as the line numbers and quotes refer to it."""

    doc: str
    lines: tuple[str, ...]
    kind: Literal["text", "pdf"] = "text"


class Editions:
    """The documents of an index, in order; finds evidence and reads cited lines."""

    def __init__(self, editions: Sequence[Edition]) -> None:
        self.all = tuple(editions)
        self.by_doc = {edition.doc: edition for edition in editions}
        self._found: dict[str, frozenset[Place]] = {}

    def of(self, doc: str) -> Edition | None:
        """The named document; with a single one the name does not matter, without a name the first is meant."""
        if len(self.all) == 1 or (not doc and self.all):
            return self.all[0]
        return self.by_doc.get(doc)

    def find(self, quote: str) -> frozenset[Place]:
        """Every line that holds a quote as written; where none does, those that hold it apart from white space and marks (a
        row of a table pasted into a sheet loses its tabs; the columns of a PDF as read are not the text's)."""
        if quote not in self._found:
            self._found[quote] = self._lines(lambda line: quote in line) or self._squeezed(quote)
        return self._found[quote]

    def _squeezed(self, quote: str) -> frozenset[Place]:
        squeezed = _squeeze(quote)
        return self._lines(lambda line: squeezed in _squeeze(line)) if squeezed else frozenset()

    def _lines(self, holds: Callable[[str], bool]) -> frozenset[Place]:
        return frozenset((edition.doc, number) for edition in self.all for number, line in enumerate(edition.lines, 1) if holds(line))


def _squeeze(text: str) -> str:
    return "".join(normalise(text).split())


@dataclass(frozen=True)
class Score:
    """What the rule says of one answer. `evidence_cited` is None where the item has no evidence."""

    answered: bool
    abstained: bool
    correct: bool
    coverage: float
    citations: int = 0
    citations_valid: int = 0
    evidence_cited: float | None = None
    groups: tuple[bool, ...] = ()
    forbidden: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = field(default=())


def normalise(text: str) -> str:
    """Lower-case, strip markup and dashes, fold white space; digits keep their . , % separators."""
    text = unicodedata.normalize("NFKC", text or "").lower()
    text = re.sub(r"<(https?://[^>\s]+)>", r" \1 ", text)  # an address in angle brackets is text, not a tag
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"[*_`#|>“”\"'‘’()\[\]:;]", " ", text)
    text = re.sub(r"[-–—−‑]", " ", text)  # "ke-3" and "ke 3", "2025-2029" and "2025 – 2029" are the same
    return re.sub(r"\s+", " ", text).strip()


def contains(haystack: str, needle: str) -> bool:
    """Whether a normalised needle stands in a normalised haystack, never inside a longer number."""
    needle = normalise(needle)
    if not needle:
        return False
    before = r"(?<!\d)(?<!\d[.,])" if needle[0].isdigit() else ""
    after = ""
    if needle[-1].isdigit():  # "57" is found in "57,0" and "57,00", not in "57,5", "575" or "57.000"
        zeros = r"0*" if re.search(r",\d+$", needle) else r"(?:,0+)?"
        after = zeros + r"(?!\d)(?![.,]\d)"
    return re.search(before + re.escape(needle) + after, haystack) is not None


def counted(item: Item, answer: str | None) -> str:
    """The part of an answer that counts, folded."""
    return normalise(answer or "")[: READ_FIRST.get(item.type, READ_FIRST_DEFAULT)]


def evidence_units(item: Item, editions: Editions) -> list[frozenset[Place]]:
    """What should be cited: one unit a piece of `evidence`, one for all of `evidence_any`. Pieces not found are left out."""
    units = [editions.find(quote) for quote in item.evidence]
    if item.evidence_any:
        units.append(frozenset().union(*(editions.find(quote) for quote in item.evidence_any)))
    return [unit for unit in units if unit]


def covers(place: Range, unit: frozenset[Place]) -> bool:
    doc, first, last = place
    return any(d == doc and first <= line <= last for d, line in unit)


def judge(item: Item, prediction: Prediction | None, editions: Editions) -> Score:
    """The shared rule for one item; a missing prediction counts as an empty answer."""
    answered = prediction is not None
    prediction = prediction or Prediction(id=item.id)
    text = counted(item, prediction.answer)
    forbidden = tuple(bad for bad in item.must_not if contains(text, bad))
    if item.abstain:
        correct = prediction.abstained and not forbidden
        return Score(answered, prediction.abstained, correct, float(correct), forbidden=forbidden)
    groups = tuple(any(contains(text, alternative) for alternative in group) for group in item.must)
    citations = (prediction.citations or ())[:MAX_CITATIONS]
    checked = [check_citation(citation, editions) for citation in citations]
    ranges = tuple(place for place, _ in checked if place is not None)
    wanted = [any(covers(place, unit) for place in ranges) for unit in evidence_units(item, editions)]
    return Score(
        answered=answered,
        abstained=prediction.abstained,
        correct=all(groups) and not forbidden and not prediction.abstained and bool(text),
        coverage=sum(groups) / len(groups) if groups else 1.0,
        citations=len(citations),
        citations_valid=sum(valid for _, valid in checked),
        evidence_cited=sum(wanted) / len(wanted) if wanted else None,
        groups=groups,
        forbidden=forbidden,
        ranges=ranges,
    )


def check_citation(citation: Cited, editions: Editions) -> tuple[Range | None, bool]:
    """(the cited range, or None when it is no usable one; whether the quote stands in it)."""
    edition = editions.of(citation.doc)
    first, last = (*(citation.lines or ()), 0, 0)[:2]
    if edition is None or not (1 <= first <= last <= len(edition.lines) and last - first < MAX_CITED_LINES):
        return None, False
    there = normalise(" ".join(edition.lines[first - 1 : last]).replace("\t", " "))
    quote = normalise((citation.quote or "").replace("\t", " "))
    parts = [p.strip() for p in re.split(r"\.\.\.|…", quote) if p.strip()]
    return (edition.doc, first, last), bool(parts) and all(part in there for part in parts)


def mean(values: npt.ArrayLike) -> Floats:
    return np.asarray(np.asarray(values, dtype=float).mean(axis=-1))


@lru_cache(maxsize=64)
def _drawn(n: int, draws: int) -> npt.NDArray[np.int32]:
    """(draws, n) positions drawn with replacement: those that `random.choices` of the shared rule takes."""
    rng = random.Random(0)
    return np.array([rng.choices(range(n), k=n) for _ in range(draws)], dtype=np.int32)


def interval(values: Sequence[Any], statistic: Statistic, draws: int = DRAWS) -> tuple[float, float, float]:
    """(value, low, high): a statistic with its seeded 95 % bootstrap interval; NaN when there is nothing to measure."""
    if not values:
        return (float("nan"),) * 3
    given = np.asarray(values, dtype=float)
    drawn = np.sort(statistic(given[_drawn(len(given), draws)]))
    return float(statistic(given)), float(drawn[int(0.025 * draws)]), float(drawn[int(0.975 * draws) - 1])
