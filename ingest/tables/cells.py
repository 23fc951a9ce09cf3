"""One table line -> raw cells; one raw cell -> text for reading and list items."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from ingest.models import Box, Line
from ingest.words import Vocabulary

_ITEM = re.compile(r"<li[^>]*>(.*?)</li>", re.IGNORECASE | re.DOTALL)
_LIST = re.compile(r"(<(?:ul|ol)[^>]*>.*?</(?:ul|ol)>)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^>]*>")
_EMPHASIS = re.compile(r"(?<!\w)(\*{1,2})(?=\S)(.+?)(?<=\S)\1(?!\w)")
_BULLET = re.compile(r"(?:^|\s)[•▪◦]\s*")
_DASHED = re.compile(r"(?:^|\s)[-–]\s+(?=[A-Za-z])")
_NUMBERED = re.compile(r"(?:^|\s)(\d{1,2})[.)]\s+(?=[A-Za-z])")
_SPACE_BEFORE = re.compile(r"\s+([,;:.)])")


@dataclass(frozen=True)
class RawRow:
    """A table line as printed."""

    no: int
    cells: tuple[str, ...]
    boxes: tuple[Box | None, ...] = ()
    flags: tuple[str, ...] = ()

    @property
    def filled(self) -> list[int]:
        return [i for i, cell in enumerate(self.cells) if cell]


def raw_row(line: Line) -> RawRow:
    cells = tuple(cell.strip() for cell in line.text.split("\t"))
    boxes = line.cell_boxes if line.cell_boxes and len(line.cell_boxes) == len(cells) else ()
    return RawRow(line.no, cells, boxes, line.flags)


def strip_markup(raw: str) -> str:
    """Tags, entities and emphasis gone, white space single."""
    text = _TAG.sub("", _BREAK.sub(" ", raw))
    text = _EMPHASIS.sub(r"\2", html.unescape(text))
    return _SPACE_BEFORE.sub(r"\1", " ".join(text.split())).replace("( ", "(")


def read_text_cell(raw: str, vocabulary: Vocabulary) -> tuple[str, tuple[str, ...]]:
    """The cell for reading and its list items: HTML and bulleted lists are split and joined by "; "."""
    if not raw:
        return "", ()
    lead, items = _split_items(raw)
    if not items:
        text = vocabulary.mend(strip_markup(raw))
        return text, _numbered_items(text)
    lead = vocabulary.mend(strip_markup(lead))
    items = [vocabulary.mend(item) for item in items]
    return " ".join(part for part in (lead, "; ".join(items)) if part), tuple(items)


def _split_items(raw: str) -> tuple[str, list[str]]:
    if _ITEM.search(raw):
        return _html_items(raw)
    plain = strip_markup(raw)
    for mark in (_BULLET, _DASHED):
        pieces = mark.split(plain)
        if len(pieces) > 1 and (mark is _BULLET or not pieces[0].strip()):
            return pieces[0], [p.strip() for p in pieces[1:] if p.strip()]
    return "", []


def _html_items(raw: str) -> tuple[str, list[str]]:
    """Text before the first list leads it; text behind a list is the rest of its last item (a row cut in two)."""
    lead, items = "", []
    for at, piece in enumerate(_LIST.split(raw)):
        if at % 2:  # the list itself
            items += [_BULLET.sub("", re.sub(r"^\s*[-–]\s+", "", strip_markup(item))).strip() for item in _ITEM.findall(piece)]
        elif strip_markup(piece) and items:
            items[-1] += " " + strip_markup(piece)
        else:
            lead += piece
    return lead, [item for item in items if item]


def _numbered_items(text: str) -> tuple[str, ...]:
    """Items of a run-in list "1. ... 2. ..." that counts up without a gap; empty otherwise."""
    found = list(_NUMBERED.finditer(text))
    ordinals = [int(m[1]) for m in found]
    if len(found) < 2 or found[0].start() != 0 or ordinals != list(range(ordinals[0], ordinals[0] + len(ordinals))):
        return ()
    ends = [m.start() for m in found[1:]] + [len(text)]
    return tuple(text[m.end() : end].strip() for m, end in zip(found, ends, strict=True))
