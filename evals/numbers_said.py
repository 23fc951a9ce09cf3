"""Which numbers an item wants and which an answer states. Pure text; years count as numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evals.datasets import Item
from evals.score import Score, counted, normalise

_WANTED = re.compile(r"(?:rp\.?\s?)?\d[\d.,]*")
_STATED = re.compile(r"(?<![\w.,])\d[\d.,]*")
_MARK = re.compile(r"\[\d+\]")
_NUMBERING = re.compile(r"^\s*\d+[.)]\s", re.MULTILINE)


def is_figure(alternatives: Sequence[str]) -> bool:
    """Whether a group of alternatives asks for a number: one of them begins with it."""
    return any(_WANTED.match(normalise(alternative)) for alternative in alternatives)


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


def wrong_figure(item: Item, answer: str | None, score: Score) -> float | None:
    """1 when a number is told that is not the right one; None where neither a number nor silence is wanted.

    For an item with wanted numbers: a forbidden number, or numbers stated while a wanted one is missing. For an item
    that the plan does not answer: any number stated instead of refusing.
    """
    wanted = figure_groups(item)
    if not item.abstain and not wanted:
        return None
    if score.abstained:
        return 0.0
    if any(is_figure([bad]) for bad in score.forbidden):
        return 1.0
    complete = not item.abstain and all(score.groups[i] for i in wanted)
    return float(not complete and bool(stated_numbers(item, answer)))
