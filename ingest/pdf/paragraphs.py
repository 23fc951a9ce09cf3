"""Lines of one column of text -> paragraphs, list items, headings and captions, each with all its lines."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.pdf.marks import BOXED, CHAPTER_ALONE, NOTE, NUMBERED, ends_sentence, marker_of, may_precede_item, opens_block
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import Para, TextLine
from ingest.pdf.typography import SPACE_EM, Typography, room_for

OTHER_SIZE = 0.08
"""Types that differ by more than this share are two types."""
HANG_DRIFT = 2.5
"""An item's further lines hang below its text, give or take this many indents."""
UNBREAKABLE = 0.25
"""Words tied together ("Rp 4.000") may leave up to this share of the line empty though the first of them had fitted."""
CONJUNCTIONS = frozenset({"dan", "atau", "dan/atau", "serta"})
"""The last word of a list item may stand alone on its last line."""


def find_paragraphs(
    page: int, lines: Sequence[TextLine], left: float, right: float, typography: Typography, options: PdfOptions = DEFAULT
) -> list[Para]:
    """The paragraphs of a column that runs from x `left` to x `right`, in order."""
    out: list[Para] = []
    for block in tight_blocks(lines, typography, options):
        edge = block_right(block, right, options)
        current: list[TextLine] = []
        for line in block:
            if current and begins_paragraph(line, current, left, edge, options):
                out.append(Para(page, tuple(current), edge))
                current = []
            current.append(line)
        out.append(Para(page, tuple(current), edge))
    return out


def tight_blocks(lines: Sequence[TextLine], typography: Typography, options: PdfOptions) -> list[list[TextLine]]:
    """Lines in one type that follow each other at the pitch of wrapped lines."""
    blocks: list[list[TextLine]] = []
    for line in lines:
        above = blocks[-1][-1] if blocks else None
        if above is not None and goes_with(above, line, typography, options):
            blocks[-1].append(line)
        else:
            blocks.append([line])
    return blocks


def goes_with(above: TextLine, line: TextLine, typography: Typography, options: PdfOptions) -> bool:
    if abs(above.size - line.size) > OTHER_SIZE * max(above.size, line.size):
        return False
    return 0 < line.base - above.base <= options.paragraph_gap * typography.pitch(line.size)


def block_right(block: Sequence[TextLine], right: float, options: PdfOptions) -> float:
    """The edge its lines were broken at: the column's, or its own where it is set narrower throughout (a quotation)."""
    own = max(line.x1 for line in block)
    pairs = list(pairwise(block))
    if len(block) >= 3 and not any(room_for(line, above, own, options.fit_slack) for above, line in pairs):
        return own
    return right


def begins_paragraph(line: TextLine, current: list[TextLine], left: float, right: float, options: PdfOptions) -> bool:
    """Whether `line`, set tight below `current`, begins something new."""
    above, text = current[-1], line.text
    if CHAPTER_ALONE.match(above.text) or CHAPTER_ALONE.match(text) or NOTE.match(text):
        return True
    if above.text.endswith(";") and text in CONJUNCTIONS:
        return False
    short = is_short(line, above, left, right, options)
    if above.bold != line.bold and (short or ends_sentence(above.text)):
        return True
    if opens_block(text) and (short or ends_sentence(above.text)):
        return True
    if marker_of(text) or NUMBERED.match(text):
        return begins_item(line, current, short, options)
    if short:
        return not (text[:1].islower() and not ends_sentence(above.text) and (right - above.x1) < UNBREAKABLE * (right - left))
    return steps_in(line, current, options) or (ends_sentence(above.text) and steps_aside(line, current, options))


def is_short(line: TextLine, above: TextLine, left: float, right: float, options: PdfOptions) -> bool:
    """Whether the line above ends early: the next word had fitted (for centred lines: within the width of the column)."""
    if above.text.endswith("-"):
        return False
    centred = (
        is_centred(above, left, right, options) and is_centred(line, left, right, options) and abs(above.x0 - line.x0) > options.indent
    )
    if not centred:
        return room_for(line, above, right, options.fit_slack)
    first = line.words[0]
    needed = (above.x1 - above.x0) + SPACE_EM * above.size + (first.x1 - first.x0) + options.fit_slack
    return needed <= right - left


def is_centred(line: TextLine, left: float, right: float, options: PdfOptions) -> bool:
    before, after = line.x0 - left, right - line.x1
    return min(before, after) > 2 * options.indent and abs(before - after) <= 2 * options.indent


def begins_item(line: TextLine, current: list[TextLine], short: bool, options: PdfOptions) -> bool:
    """A marker at the beginning of a line begins an item unless it is a wrapped "ayat / (2)" or the like."""
    above = current[-1]
    if short or (len(current) > 1 and line.x0 < current[1].x0 - options.indent):
        return True
    return may_precede_item(above.text) and not BOXED.match(line.text)


def steps_in(line: TextLine, current: list[TextLine], options: PdfOptions) -> bool:
    """A first-line indent where the lines above show that it is none of theirs."""
    if len(current) > 1:
        return line.x0 > current[1].x0 + options.indent
    words = current[0].words
    if not marker_of(current[0].text) or len(words) < 2:
        return False
    return not words[0].x0 - options.indent <= line.x0 <= words[1].x0 + HANG_DRIFT * options.indent


def steps_aside(line: TextLine, current: list[TextLine], options: PdfOptions) -> bool:
    """An indent below a single line, or a step back out of a hanging item: new where a sentence has ended."""
    if len(current) == 1:
        return not marker_of(current[0].text) and line.x0 > current[0].x0 + options.indent
    return line.x0 < current[1].x0 - options.indent
