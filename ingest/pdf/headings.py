"""Which paragraphs are headings, and of which rank, by numbering first and by type second."""

from __future__ import annotations

from collections.abc import Iterable

from ingest.pdf.marks import CAPTION, CHAPTER, NOTE, NUMBERED
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import Para
from ingest.pdf.typography import Typography

MOST_LINES = 3
DEEPEST = 6
Style = tuple[float, bool]


def is_set_as_heading(para: Para, typography: Typography, options: PdfOptions = DEFAULT) -> bool:
    """Set larger or bolder than the body, short, no sentence, no caption."""
    text = para.plain
    if len(para.lines) > MOST_LINES or len(text) > options.heading_length or not any(c.isalpha() for c in text):
        return False
    if CAPTION.match(text) or NOTE.match(text) or text.endswith((".", ";", ",", ":", '"', "”")):
        return False
    larger = para.size >= options.heading_size * typography.body
    return larger or (para.bold and para.size >= options.small_type * typography.body)


def style_ranks(paras: Iterable[Para], typography: Typography, options: PdfOptions = DEFAULT) -> dict[Style, int]:
    """Heading styles of the file, the largest first: rank 1."""
    styles = {style_of(para) for para in paras if is_set_as_heading(para, typography, options)}
    return {style: min(rank, DEEPEST) for rank, style in enumerate(sorted(styles, reverse=True), 1)}


def style_of(para: Para) -> Style:
    return (round(para.size), para.bold)


def heading_rank(para: Para, ranks: dict[Style, int], typography: Typography, options: PdfOptions = DEFAULT) -> int:
    """0 for what is no heading; else the number of '#' to set before it."""
    if not is_set_as_heading(para, typography, options):
        return 0
    text = para.plain
    if CHAPTER.match(text):
        return 1
    if found := NUMBERED.match(text):
        return min(1 + found[1].count("."), DEEPEST)
    return ranks.get(style_of(para), DEEPEST)
