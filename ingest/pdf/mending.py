"""Words cut at a line's end made whole again, with the file's own vocabulary as the judge."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.models import Box
from ingest.pdf.parts import TextLine

EDGES = re.compile(r"^\W+|\W+$")
GROUPED = re.compile(r"^\(?-?\d{1,3}(?:\.\d{3})+(?:,\d+)?\)?$")
DIGITS = re.compile(r"^[\d.,]+$")
SOFT_HYPHEN = "\u00ad"
FULL_CHARS = 1.5
"""A line that was cut inside a word has no room for this many more of its characters."""
COMPOUND_PART = 4
"""Shorter halves are prefixes and suffixes (di-, -kan), which no hyphen joins."""
Vocabulary = Counter[str]


def build_vocabulary(groups: Iterable[Sequence[TextLine]]) -> Vocabulary:
    """How often each word stands where nothing can have cut it. A group: the lines of one paragraph or cell."""
    words: Vocabulary = Counter()
    for lines in groups:
        for i, line in enumerate(lines):
            first, last = (0 if i == 0 else 1), len(line.words) - (0 if i == len(lines) - 1 else 1)
            words.update(bare(word.text) for word in line.words[first:last])
    del words[""]
    return words


def bare(word: str) -> str:
    return EDGES.sub("", word).casefold()


def join_lines(lines: Sequence[TextLine], vocabulary: Vocabulary, cell: Box | None = None) -> str:
    """The lines' text as one line. `cell`: the box whose width broke them, so that words cut without a hyphen show."""
    if not lines:
        return ""
    text = lines[0].text
    for above, line in pairwise(lines):
        dropped, between = junction(above, line, vocabulary, cell)
        text = text[: len(text) - dropped] + between + line.text
    return text.replace(SOFT_HYPHEN, "")


def junction(above: TextLine, line: TextLine, vocabulary: Vocabulary, cell: Box | None) -> tuple[int, str]:
    """(characters to drop at the end of the text above, what to put between)"""
    left, right = above.words[-1].text, line.words[0].text
    if left.endswith(SOFT_HYPHEN):
        return 1, ""
    if left.endswith(("-", "\u2010")) and len(left) > 1 and left[-2].isalnum() and (len(left) > 2 or vocabulary[bare(left[:-1] + right)]):
        return (0, "") if keeps_hyphen(left, right, vocabulary) else (1, "")
    if len(left) > 2 and left.endswith("/") and vocabulary[bare(left + right)]:
        return 0, ""
    if cell is not None and was_cut(above, line, cell, vocabulary):
        return 0, ""
    return 0, " "


def keeps_hyphen(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Undang-/Undang, 2025-/2029, tujuh-/belas keep theirs; pelin-/dungan loses it."""
    if not right[:1].islower():
        return True
    head, tail = bare(left[:-1]), bare(right)
    whole = vocabulary[head + tail] + (vocabulary[head.split("-")[-1] + tail] if "-" in head else 0)
    hyphened = vocabulary[f"{head}-{tail}"]
    if whole != hyphened:
        return hyphened > whole
    compound = min(len(head), len(tail)) >= COMPOUND_PART and bool(vocabulary[head] and vocabulary[tail])
    return head.split("-")[-1] == tail or compound


def was_cut(above: TextLine, line: TextLine, cell: Box, vocabulary: Vocabulary) -> bool:
    """A word too wide for its cell is cut anywhere: its first part fills the line to the last character."""
    last, first = above.words[-1], line.words[0]
    padding = min(max(min(above.x0, line.x0) - cell[0], 0.0), 0.25 * (cell[2] - cell[0]))
    inner = cell[2] - cell[0] - 2 * padding
    room = cell[2] - padding - last.x1
    next_char = (first.x1 - first.x0) / len(first.text)
    if room > FULL_CHARS * next_char or (last.x1 - last.x0) + (first.x1 - first.x0) <= inner:
        return False
    joined = last.text + first.text
    if DIGITS.match(joined):
        whole = bool(GROUPED.match(last.text)) and len(first.text) > 2
        return joined.isdigit() or (bool(GROUPED.match(joined)) and not whole)
    if not (last.text[-1].isalpha() and first.text[0].isalpha()):
        return False
    if vocabulary[bare(joined)]:
        return True
    known = bool(vocabulary[bare(last.text)]) + bool(vocabulary[bare(first.text)])
    return known < (2 if len(above.words) == 1 else 1) and (first.text[0].islower() or first.text.isupper())
