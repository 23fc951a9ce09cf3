"""Words cut at a line's end made whole again, with the file's own vocabulary as the judge."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.models import Box
from ingest.pdf.parts import TextLine

EDGES = re.compile(r"^\W+|\W+$")
GROUPED = re.compile(r"^\(?-?\d{1,3}(?:\.\d{3})+(?:,\d+)?\)?$")
DIGITS = re.compile(r"^[\d.,]+$")
SOFT_HYPHEN = "\u00ad"
Vocabulary = Counter[str]


def build_vocabulary(lines: Iterable[TextLine]) -> Vocabulary:
    """How often each word stands inside a line, where nothing can have cut it."""
    words: Vocabulary = Counter()
    for line in lines:
        words.update(bare(word.text) for word in line.words[1:-1])
    del words[""]
    return words


def bare(word: str) -> str:
    return EDGES.sub("", word).casefold()


def join_lines(lines: Sequence[TextLine], vocabulary: Vocabulary, cell: Box | None = None) -> str:
    """The lines' text as one line. `cell`: the box whose width broke them, so that words cut without a hyphen show."""
    text = ""
    for i, line in enumerate(lines):
        text = line.text if not text else text + junction(text, lines[i - 1], line, vocabulary, cell)
        if text.endswith(SOFT_HYPHEN) and i + 1 < len(lines):
            text = text[:-1] + "\u2060"
    return re.sub("\u2060 ?", "", text).replace(SOFT_HYPHEN, "")


def junction(text: str, above: TextLine, line: TextLine, vocabulary: Vocabulary, cell: Box | None) -> str:
    """What is put after `text`: the line with or without a space; a "\\b" is never needed because hyphens are kept or joined here."""
    left, right = text.split(" ")[-1], line.words[0].text
    if left.endswith("\u2060"):
        return line.text
    if left.endswith("-") and len(left) > 2 and left[-2].isalnum():
        return line.text if keeps_hyphen(left, right, vocabulary) else "\u2060" + line.text
    if left.endswith("/") and vocabulary[bare(left + right)]:
        return line.text
    if cell is not None and was_cut(above, line, cell, vocabulary):
        return line.text
    return " " + line.text


def keeps_hyphen(left: str, right: str, vocabulary: Vocabulary) -> bool:
    """Undang-/Undang, 2025-/2029, tujuh-/belas keep theirs; pelin-/dungan loses it (marked for removal by the caller)."""
    if not right[:1].islower():
        return True
    head, tail = bare(left[:-1]), bare(right)
    whole, hyphened = vocabulary[head.split("-")[-1] + tail] + vocabulary[head + tail], vocabulary[f"{head}-{tail}"]
    if whole != hyphened:
        return hyphened > whole
    return head.split("-")[-1] == tail or bool(vocabulary[head] and vocabulary[tail])


def was_cut(above: TextLine, line: TextLine, cell: Box, vocabulary: Vocabulary) -> bool:
    """A word too wide for its cell is cut anywhere: it fills its line to the last character and is alone on it."""
    last, first = above.words[-1], line.words[0]
    padding = max(min(above.x0, line.x0) - cell[0], 0.0)
    inner_right = cell[2] - min(padding, 0.25 * (cell[2] - cell[0]))
    next_char = (first.x1 - first.x0) / max(len(first.text), 1)
    too_wide = (last.x1 - last.x0) + (first.x1 - first.x0) > inner_right - cell[0] - padding
    if len(above.words) > 1 or not too_wide or inner_right - last.x1 > 1.5 * next_char:
        return False
    joined = last.text + first.text
    if DIGITS.match(joined):
        return bool(GROUPED.match(joined)) and not (GROUPED.match(last.text) and len(first.text) > 2)
    if not (last.text[-1].isalpha() and first.text[0].isalpha()):
        return False
    if vocabulary[bare(joined)]:
        return True
    known = bool(vocabulary[bare(last.text)]) + bool(vocabulary[bare(first.text)])
    return known < 2 and (first.text[0].islower() or first.text.isupper())
