"""Which numbers an item wants and which an answer states in their place. Pure text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from evals.datasets import Item
from evals.score import Prediction, Score, contains, counted, normalise

_WANTED = re.compile(r"(?:rp\.?\s?)?\d[\d.,]*%?(?:\s[^\d\s]+){0,3}")
_NUMBER = re.compile(r"(?<![\w.,])\d[\d.,]*(?!\w)")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MARK = re.compile(r"\[\d+\]|\(\d+\)")
_NUMBERING = re.compile(r"^\s*(?:[-*]\s+)?\d+[.)]\s", re.MULTILINE)
_REFERENCE = re.compile(
    r"\bke-\d+|\b(?:nomor|no\.?|pasal|ayat|bab|lampiran|tabel|gambar|halaman|butir|tanggal|number|article|table|figure|page)\s+\d[\d.,/]*",
    re.IGNORECASE,
)
"""Numbers that name a thing; in the text as written, as folding turns "ke-3" into "ke 3"."""
_COUNTED = re.compile(r"\s*(%|(?!tahun (?:19|20)\d\d)[^\W\d_]+)")
_HOW_MUCH = re.compile(
    r"\b(?:ber?apa\w*|brp\w*|jumlah\w*|total|nilai|pagu|anggaran\w*|alokasi\w*|target\w*|realisasi\w*|persen\w*|how (?:many|much)|budget)\b"
)
_SCALES = {"ribu", "juta", "miliar", "triliun", "thousand", "million", "billion", "trillion", "rupiah"}
_PERCENT = {"%", "persen", "percent"}
_JOINING = {"dan", "atau", "serta", "pada", "di", "ke", "untuk", "menjadi", "dengan", "yang", "lalu", "dari", "and", "in", "or", "to"}


def is_figure(alternatives: Sequence[str]) -> bool:
    """Whether a group of alternatives asks for a number: one of them is a number with at most a unit behind it."""
    return any(_WANTED.fullmatch(normalise(alternative)) for alternative in alternatives)


def figure_groups(item: Item) -> list[int]:
    return [i for i, group in enumerate(item.must) if is_figure(group)]


def exact_figures(item: Item, score: Score) -> float | None:
    """1 when every wanted number is there, none is forbidden and the answer did not refuse; None: no number wanted."""
    wanted = figure_groups(item)
    if item.abstain or not wanted:
        return None
    return float(all(score.groups[i] for i in wanted) and not score.forbidden and not score.abstained)


def headline(item: Item, answer: str | None) -> str:
    """What an answer says in its own words, folded: the counted part without marks and list numbering, up to the first
    table (the other years of the same row stand there)."""
    lines = takewhile(lambda line: not line.lstrip().startswith("|"), (answer or "").split("\n"))
    text = _NUMBERING.sub(" ", _MARK.sub(" ", "\n".join(lines)))
    return counted(item, _REFERENCE.sub(" ", text))


def numbers(text: str) -> dict[str, str]:
    """Each number of a folded text with what it counts: the word behind it, "%", or nothing."""
    out: dict[str, str] = {}
    for match in _NUMBER.finditer(text):
        thing = _COUNTED.match(text, match.end())
        word = thing[1] if thing else ""
        out.setdefault(match[0].rstrip(".,"), "%" if word in _PERCENT else "" if word in _SCALES | _JOINING else word)
    return out


def told_instead(item: Item, prediction: Prediction, score: Score, rows: Sequence[str] = ()) -> list[str]:
    """Numbers that an answer gives in place of a wanted one, or for what the plan does not hold; empty: none.

    A forbidden number always counts. Else a wanted number must be missing (or all, where the plan holds none), and every
    number of the headline counts but years (where no year is missing), the question's own, the right ones, and
    - in prose: what counts another thing than the wanted ("12 countries" for "298 archivists"), and all where no amount was asked;
    - in prose, or beside a wanted number: what stands in the written answer or in a line of evidence (`rows`) that holds no
      missing number, as it is an operand of the wanted or another year of a row rightly read.
    """
    if score.abstained:
        return []
    forbidden = [bad for bad in score.forbidden if is_figure([bad])]
    groups = [] if item.abstain else figure_groups(item)
    missing = [i for i in groups if not score.groups[i]]
    if forbidden or not (item.abstain or missing):
        return forbidden
    looked_up = prediction.mode == "lookup" or bool(prediction.figures)
    if item.abstain and not looked_up and not _HOW_MUCH.search(normalise(item.question)):
        return []
    wanted = [normalise(alternative) for group in item.must for alternative in group]
    years = any(_YEAR.fullmatch(normalise(alternative)) for i in missing for alternative in item.must[i])
    things = {thing for text in (*wanted, normalise(item.answer)) for thing in numbers(text).values() if thing}
    right = [*wanted, normalise(item.question)]
    if not looked_up or len(missing) < len(groups):
        right += [normalise(item.answer), *_complete(item, missing, rows)]
    return [
        n
        for n, thing in numbers(headline(item, prediction.answer)).items()
        if (years or not _YEAR.fullmatch(n))
        and not any(contains(text, n) for text in right)
        and (looked_up or not thing or not things or thing in things)
    ]


def _complete(item: Item, missing: Sequence[int], rows: Sequence[str]) -> list[str]:
    """The folded rows in which no missing number stands."""
    folded = [normalise(row) for row in rows]
    return [row for row in folded if not any(contains(row, alternative) for i in missing for alternative in item.must[i])]


def wrong_figure(item: Item, prediction: Prediction, score: Score, rows: Sequence[str] = ()) -> float | None:
    """1 when a number is told that is not the right one (`told_instead`); None where neither a number nor silence is wanted."""
    if not item.abstain and not figure_groups(item):
        return None
    return float(bool(told_instead(item, prediction, score, rows)))
