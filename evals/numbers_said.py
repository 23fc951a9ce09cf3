"""Which numbers an item wants and which an answer states. Pure text; years count as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evals.datasets import Item
from evals.score import Score, contains, counted, normalise

_WANTED = re.compile(r"(?:rp\.?\s?)?\d[\d.,]*%?(?:\s[^\d\s]+){0,3}")
_STATED = re.compile(r"(?<![\w.,])\d[\d.,]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MARK = re.compile(r"\[\d+\]")
_NUMBERING = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)


def is_figure(alternatives: Sequence[str]) -> bool:
    """Whether a group of alternatives asks for a number: one of them is a number with at most a unit behind it."""
    return any(_WANTED.fullmatch(normalise(alternative)) for alternative in alternatives)


def figure_groups(item: Item) -> list[int]:
    return [i for i, group in enumerate(item.must) if is_figure(group)]


def stated_numbers(item: Item, answer: str | None) -> set[str]:
    """Numbers in the counted part of an answer; marks like [1], list numbering and the question's own numbers left out."""
    text = counted(item, _NUMBERING.sub(" ", _MARK.sub(" ", answer or "")))
    asked = {n.rstrip(".,") for n in _STATED.findall(normalise(item.question))}
    return {n.rstrip(".,") for n in _STATED.findall(text)} - asked


def exact_figures(item: Item, score: Score) -> float | None:
    """1 when every wanted number is there, none is forbidden and the answer did not refuse; None: no number wanted."""
    wanted = figure_groups(item)
    if item.abstain or not wanted:
        return None
    return float(all(score.groups[i] for i in wanted) and not score.forbidden and not score.abstained)


def told_instead(item: Item, answer: str | None, score: Score) -> list[str]:
    """Numbers that an answer tells though a wanted number is missing (or none may be told): the forbidden ones, or else
    those that no group asks for. Years in passing do not count, unless the missing number is a year. Empty: none."""
    if score.abstained:
        return []
    forbidden = [bad for bad in score.forbidden if is_figure([bad])]
    missing = [] if item.abstain else [i for i in figure_groups(item) if not score.groups[i]]
    if forbidden or not (item.abstain or missing):
        return forbidden
    years_count = any(_YEAR.fullmatch(normalise(alternative)) for i in missing for alternative in item.must[i])
    wanted = [alternative for group in item.must for alternative in group]
    said = stated_numbers(item, answer)
    return sorted(
        n
        for n in said
        if (years_count or not _YEAR.fullmatch(n)) and not any(contains(normalise(alternative), n) for alternative in wanted)
    )


def wrong_figure(item: Item, answer: str | None, score: Score) -> float | None:
    """1 when a number is told that is not the right one (`told_instead`); None where neither a number nor silence is wanted."""
    if not item.abstain and not figure_groups(item):
        return None
    return float(bool(told_instead(item, answer, score)))
