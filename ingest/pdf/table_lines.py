"""Which lines of a page look like rows of a table without ruling lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.pdf.marks import is_marker, opens_block
from ingest.pdf.options import PdfOptions
from ingest.pdf.parts import TextLine, Word
from ingest.pdf.row_bands import is_head_number, is_number

NEXT_LINE_EM = 4.0
"""a table's lines lie no further apart than this"""
SAME_HEAD = 0.75
"""share of words that two lines have in common to be the same header, wrapped otherwise"""
HEAD_WORDS = re.compile(
    r"^(?:no(?:mor)?\b|kode|level|uraian|jenis|program|kegiatan|sasaran|indikator|satuan|lokasi|baseline|target|realisasi|capaian|alokasi|pagu"
    r"|anggaran|jumlah|total|unit|penanggung|pelaksana|keterangan|bobot|rating|skor|nilai|status|sumber|arah|urgensi|strategi|waktu)",
    re.IGNORECASE,
)
"""What column titles of planning documents begin with."""
HEAD_ALONE = re.compile(
    r"^(?:no\.?|nomor|kode\b.*|satuan|lokasi|target\b.*|realisasi\b.*|alokasi\b.*|pagu\b.*|baseline\b.*|unit\b.*|penanggung\b.*|keterangan|bobot\b.*"
    r"|rating|skor|status|jumlah|total|level|urgensi\b.*|arah\b.*|waktu\b.*)$",
    re.IGNORECASE,
)
"""Titles that no row of a matrix begins a cell with ("Indikator ..." and "Sasaran ..." do)."""
STRETCHED = 1.6
"""widest over narrowest gap in a justified line"""
MOST_WRAPPED = 8
"""lines of one cell between two lines with several cells"""


def pieces_of(line: TextLine, gap_em: float) -> list[TextLine]:
    """The line cut wherever its words lie further apart than `gap_em`; a line of text stretched to the margin stays whole."""
    if is_stretched(line):
        return [line]
    groups: list[list[Word]] = [[line.words[0]]]
    for above, word in zip(line.words, line.words[1:], strict=False):
        if word.x0 - above.x1 > gap_em * max(above.size, word.size):
            groups.append([])
        groups[-1].append(word)
    return [TextLine(tuple(group)) for group in groups]


def is_stretched(line: TextLine) -> bool:
    """Justified text: all gaps alike, most words in lower case."""
    gaps = [b.x0 - a.x1 for a, b in pairwise(line.words)]
    if len(gaps) < 3 or max(gaps) > STRETCHED * max(min(gaps), 0.1):
        return False
    return 2 * sum(1 for word in line.words if word.text[0].islower()) >= len(line.words)


def is_tabular(line: TextLine, options: PdfOptions) -> bool:
    """Whether the line has cells: two pieces that say something; list markers and colons by themselves do not."""
    pieces = pieces_of(line, options.column_gap_em)
    content = [piece for piece in pieces if piece.text != ":" and not is_marker(piece.text)]
    return len(content) >= 2 or (len(pieces) >= 3 and any(is_number(piece.text) for piece in content))


def is_small(line: TextLine, body: float, options: PdfOptions) -> bool:
    """Set in type smaller than the text: tables are, when anything is."""
    return line.size < options.small_type * body


def candidate_runs(lines: Sequence[TextLine], body: float, options: PdfOptions) -> list[tuple[int, int]]:
    """Stretches that begin and end with a line of several cells and have few others between."""
    runs: list[tuple[int, int]] = []
    current: list[int] = []
    for i, line in enumerate(lines):
        if not is_tabular(line, options):
            continue
        if (
            current
            and reaches(lines, current[-1], i, body, options)
            and not begins_table(lines[current[0]], lines[current[-1]], line, options)
        ):
            current.append(i)
            continue
        runs += closed_run(lines, current, body, options)
        current = [i]
    return runs + closed_run(lines, current, body, options)


def closed_run(lines: Sequence[TextLine], tabular: Sequence[int], body: float, options: PdfOptions) -> list[tuple[int, int]]:
    """The run, if it has lines enough; a header and one row are enough in a table's own type."""
    small = bool(tabular) and is_small(lines[tabular[0]], body, options)
    return [(tabular[0], tabular[-1] + 1)] if len(tabular) >= options.min_table_lines - small else []


def reaches(lines: Sequence[TextLine], above: int, line: int, body: float, options: PdfOptions) -> bool:
    """Whether the lines between two lines of cells can be wrapped ones: few, close together, none that opens something else."""
    between = lines[above : line + 1]
    close = all(b.top - a.bottom <= NEXT_LINE_EM * b.size for a, b in pairwise(between))
    small = all(is_small(each, body, options) for each in between)
    return close and (small or len(between) - 1 <= MOST_WRAPPED) and not any(opens_block(each.text) for each in between[1:-1])


def begins_table(head: TextLine, above: TextLine, line: TextLine, options: PdfOptions) -> bool:
    """Whether another table, or another part of it with other columns, begins: its first line comes again, or reads like a head."""
    if looks_like_head(line, options) and not looks_like_head(above, options):
        return True
    if head.words[0].text != line.words[0].text or any(is_number(piece.text) for piece in pieces_of(head, options.river_em)):
        return False
    a, b = Counter(word.text for word in head.words), Counter(word.text for word in line.words)
    return len(head.words) >= 3 and (a & b).total() >= SAME_HEAD * max(a.total(), b.total())


def looks_like_head(line: TextLine, options: PdfOptions) -> bool:
    """Three or more column titles as planning documents use them, and no figures."""
    texts = [piece.text for piece in pieces_of(line, options.river_em) if not is_head_number(piece.text)]
    titles = {found[0].casefold() for text in texts if (found := HEAD_WORDS.match(text)) and not any(c.isdigit() for c in text)}
    sure = sum(1 for text in texts if HEAD_ALONE.match(text))
    return sure >= 2 and len(titles) >= 3 and len(titles) >= len(texts) / 2 and not any(is_number(text) for text in texts)
