"""Words -> lines of text, by overlap of their heights, left to right."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import TextLine, Turn, Word

GLUE_EM = 0.12
"""A change of type inside a word leaves no gap: parts closer than this are one word."""


def find_lines(words: Iterable[Word], options: PdfOptions = DEFAULT) -> list[TextLine]:
    """Lines from top to bottom. A word joins a line when its height overlaps that of the line's first word enough."""
    groups: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (w.middle[1], w.x0)):
        for group in reversed(groups[-4:]):
            if share_height(group[0], word) >= options.same_line_share:
                group.append(word)
                break
        else:
            groups.append([word])
    lines = [TextLine(tuple(glue(sorted(group, key=lambda w: (w.x0, w.x1))))) for group in groups]
    return sorted(lines, key=lambda line: (line.top, line.x0))


def share_height(a: Word, b: Word) -> float:
    overlap = min(a.bottom, b.bottom) - max(a.top, b.top)
    return overlap / max(min(a.bottom - a.top, b.bottom - b.top), 0.1)


def glue(words: list[Word]) -> list[Word]:
    """Parts of one word set in two types put together again: "(" + "SSW" + ")"."""
    out: list[Word] = []
    for word in words:
        last = out[-1] if out else None
        if last and -GLUE_EM * last.size < word.x0 - last.x1 < GLUE_EM * min(last.size, word.size) and last.confidence is None:
            out[-1] = Word(
                last.text + word.text, last.x0, min(last.top, word.top), word.x1, max(last.bottom, word.bottom),
                max(last.size, word.size), last.bold and word.bold, last.italic and word.italic,
            )  # fmt: skip
        else:
            out.append(word)
    return out


def cell_lines(words: list[Word], options: PdfOptions = DEFAULT) -> tuple[TextLine, ...]:
    """The lines of one cell; a cell printed sideways is read along its own direction, its boxes stay where they are."""
    sideways = [word for word in words if word.sideways]
    if len(sideways) <= len(words) / 2:
        return tuple(find_lines(words, options))
    turn = Turn(90, 0, 0)
    turned = {moved(word, turn): word for word in words}
    lines = find_lines(turned, options)
    return tuple(TextLine(tuple(turned.get(word, word) for word in line.words)) for line in lines)


def moved(word: Word, turn: Turn) -> Word:
    """The word on a page turned so."""
    x0, top, x1, bottom = turn.box(word.box)
    return Word(word.text, x0, top, x1, bottom, word.size, word.bold, word.italic, word.sideways, word.confidence)


def mean_confidence(lines: Iterable[TextLine]) -> float | None:
    """Mean OCR confidence (0..100) weighted by length; None where nothing came from OCR."""
    weights = [(word.confidence, len(word.text)) for line in lines for word in line.words if word.confidence is not None]
    total = sum(weight for _, weight in weights)
    return sum(confidence * weight for confidence, weight in weights) / total if total else None
