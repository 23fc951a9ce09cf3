"""Which paragraphs belong together though space stands between them: titles over lines, unmarked lists, items with text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.pdf.joining import Element, JoinedPara
from ingest.pdf.marks import (
    CAPTION,
    CHAPTER_ALONE,
    NOTE,
    NOTE_ALONE,
    NUMBERED,
    UNFINISHED,
    Marker,
    ends_sentence,
    opens_block,
    parse_marker,
)
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import Para

SAME_INDENT = 2.0
TITLE_LENGTH = 120
CAPITALS = 0.8
"""share of capitals among the letters of a title line"""
TITLE_GAP_EM = 1.1
"""white space inside a title over several lines"""
LONG_ITEM = 170
REACH = 8
"""The next item of a list comes within so many paragraphs."""


@dataclass(frozen=True)
class Grouping:
    """ids of paragraphs"""

    bullets: frozenset[int]
    """list items by their indent alone"""
    titles: frozenset[int]
    """further lines of a title"""
    bodies: frozenset[int]
    """text of the list item or the note right above, or its further lines"""


def group(elements: Sequence[Element], options: PdfOptions = DEFAULT) -> Grouping:
    bullets = frozenset(indented_items(elements, options))
    titles = frozenset(title_lines(elements))
    bodies = {*item_bodies(elements, options), *loose_lines(elements)}
    return Grouping(bullets, titles, frozenset(bodies) - titles - bullets)


# --- unmarked lists --------------------------------------------------------------------------------------------------


def indented_items(elements: Sequence[Element], options: PdfOptions) -> set[int]:
    """Paragraphs set in from the lead-in ("...:") above them, two or more in one place, are a list whose bullets are not text."""
    found: set[int] = set()
    for i, element in enumerate(elements):
        if not isinstance(element, JoinedPara) or not element.whole.plain.endswith(":") or parse_marker(element.head.plain):
            continue
        lead = element.head.lines[-1 if len(element.head.lines) > 1 else 0].x0
        group: list[JoinedPara] = []
        for following in elements[i + 1 :]:
            if not isinstance(following, JoinedPara) or parse_marker(following.head.plain) or not all_set_in(following.head, lead, options):
                break
            if group and abs(following.head.lines[0].x0 - group[0].head.lines[0].x0) > SAME_INDENT:
                break
            group.append(following)
        if len(group) >= 2:
            found.update(id(member) for member in group)
    return found


def all_set_in(para: Para, lead: float, options: PdfOptions) -> bool:
    return all(lead + options.indent < line.x0 < lead + 12 * options.indent for line in para.lines)


# --- titles ----------------------------------------------------------------------------------------------------------


def title_lines(elements: Sequence[Element]) -> set[int]:
    """Lines in capitals close below a chapter's number or another such line."""
    found: set[int] = set()
    for above, element in pairwise(elements):
        if isinstance(above, JoinedPara) and isinstance(element, JoinedPara) and is_title(element.head.plain):
            chapter = bool(CHAPTER_ALONE.match(above.head.plain))
            close = element.head.page == above.head.page and element.head.box[1] - above.head.box[3] <= TITLE_GAP_EM * element.head.size
            if close and (chapter or is_title(above.head.plain)):
                found.add(id(element))
    return found


def is_title(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    shouted = len(letters) >= 3 and sum(c.isupper() for c in letters) > CAPITALS * len(letters)
    return shouted and len(text) <= TITLE_LENGTH and not text.endswith((".", ";", ":")) and not opens_block(text)


# --- lines that go on ------------------------------------------------------------------------------------------------


def loose_lines(elements: Sequence[Element]) -> set[int]:
    """Lines of an address, a note or a caption that were set one by one: below "Keterangan:", or in the middle of a sentence."""
    return {
        id(element)
        for above, element in pairwise(elements)
        if isinstance(above, JoinedPara) and isinstance(element, JoinedPara) and is_loose(above.whole.plain, element.head)
    }


def is_loose(text: str, below: Para) -> bool:
    """Whether the paragraph `below` goes on with `text`, the one above it."""
    further = below.plain
    if NOTE.match(text) and UNFINISHED.search(text):
        # a list of sources may end in a name in capitals
        return not parse_marker(further) and not opens_block(further)
    if not is_plain(below):
        return False
    if CAPTION.match(text):
        return further[:1].islower() and max(len(text), len(further)) <= TITLE_LENGTH and not ends_sentence(text + further)
    return bool(NOTE_ALONE.match(text)) or (
        len(text) <= TITLE_LENGTH and breaks_off(text) and (further[:1].islower() or bool(UNFINISHED.search(text)))
    )


def breaks_off(text: str) -> bool:
    return not (ends_sentence(text) or is_title(text) or CHAPTER_ALONE.match(text) or NUMBERED.match(text))


# --- items with text -------------------------------------------------------------------------------------------------


def item_bodies(elements: Sequence[Element], options: PdfOptions) -> set[int]:
    """Paragraphs between an item and the next of its list are that item's text; after the last item as after most before."""
    found: set[int] = set()
    lists: dict[str, list[bool]] = {}
    """kind of marker -> whether the items of that list so far have text"""
    for i, element in enumerate(elements[:-1]):
        item, below = item_of(element), elements[i + 1]
        if item is None:
            continue
        with_body = lists.setdefault(item.marker.style, [])
        if item.marker.ordinal == 1:
            with_body.clear()
        may_have = isinstance(below, JoinedPara) and is_plain(below.head) and not is_cut(item.para)
        last_of_many = 2 * sum(with_body) > len(with_body)
        with_body.append(may_have and (next_item(elements, i + 2, item, options) or last_of_many))
        if with_body[-1]:
            found.add(id(below))
    return found


def is_cut(para: Para) -> bool:
    """A long item without an end goes on in the next paragraph: that is no text of its own."""
    return len(para.plain) > LONG_ITEM and not ends_sentence(para.plain)


@dataclass(frozen=True)
class Item:
    marker: Marker
    para: Para


def item_of(element: Element) -> Item | None:
    if not isinstance(element, JoinedPara):
        return None
    marker = parse_marker(element.head.plain)
    return Item(marker, element.head) if marker and marker.ordinal else None


def is_plain(para: Para) -> bool:
    return not parse_marker(para.plain) and not opens_block(para.plain) and not is_title(para.plain)


def next_item(elements: Sequence[Element], start: int, item: Item, options: PdfOptions) -> bool:
    """Whether the list goes on soon with the next number at the same indent."""
    for element in elements[start : start + REACH]:
        other = item_of(element)
        if not isinstance(element, JoinedPara) or CHAPTER_ALONE.match(element.head.plain):
            return False
        if other and other.marker.style == item.marker.style:
            same_place = abs(other.para.lines[0].x0 - item.para.lines[0].x0) <= options.indent
            return same_place and other.marker.ordinal == item.marker.ordinal + 1
    return False
