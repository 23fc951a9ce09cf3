"""Lists of the text: a marker that is skipped, an item that stands twice, a length that the sentence above counts otherwise."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import combinations

from rapidfuzz import fuzz

from ingest.checks.facts import Facts, brief
from ingest.models import Block, Discrepancy, Place
from ingest.numerals import number_in_words, parse_number

SAME_ITEM = 92
"""Likeness (0-100) of two items with the same first clause from which they are one item printed twice."""
MIN_LENGTH = 12
_MARKER = re.compile(r"^\(?(?:[a-z]|\d{1,2})[.)]")
_COUNTED = re.compile(r"(?<![\d.,])(?P<digits>\d{1,2})\s*\((?P<words>[a-z ]+)\)\s+(?P<what>[^.;:()]{3,90}):\s*$")


def check_lists(facts: Facts) -> Iterator[Discrepancy]:
    yield from _skipped(facts)
    lists: dict[str, list[Block]] = defaultdict(list)
    for block in facts.document.blocks:
        if block.kind == "item" and block.list_id:
            lists[block.list_id].append(block)
    blocks = {block.id: block for block in facts.document.blocks}
    for items in lists.values():
        yield from _twice(facts, items)
        first = items[0]
        if lead := blocks.get(first.lead_in):
            yield from _count(facts, lead, [*[b for b in items if b.lead_in == first.lead_in], *_continued(facts, items[-1])])


def _skipped(facts: Facts) -> Iterator[Discrepancy]:
    """Lists that skip a letter or a number: what follows begins two further on, in the same section and style."""
    previous: Block | None = None
    for block in facts.document.blocks:
        if block.kind == "row":
            previous = None
        if block.kind != "item" or not _MARKER.match(block.marker):
            continue
        if previous is not None and previous.section == block.section and previous.depth <= block.depth:
            here, before = _ordinal(block.marker), _ordinal(previous.marker)
            if _style(block.marker) == _style(previous.marker) and here == before + 2:
                skipped = _printed(block.marker, before + 1)
                message = (
                    f"Daftar melompati {skipped}: setelah {previous.marker} (baris {previous.span.line_start}) langsung {block.marker} "
                    f"(baris {block.span.line_start})."
                )
                yield facts.discrepancy("label", 5, message, [_spot(previous), _spot(block)])
        previous = block


def _twice(facts: Facts, items: list[Block]) -> Iterator[Discrepancy]:
    bodies = [(block, _body(block)) for block in items]
    for (one, first), (two, second) in combinations(bodies, 2):
        if not _same(first, second):
            continue
        message = (
            f'Daftar memuat butir yang sama dua kali: "{brief(first)}" di {one.marker} (baris {one.span.line_start}) dan di {two.marker} '
            f"(baris {two.span.line_start}); satu butir mungkin salah tulis atau kurang."
        )
        yield facts.discrepancy("label", 4, message, [_spot(one), _spot(two)])


def _count(facts: Facts, lead: Block, items: list[Block]) -> Iterator[Discrepancy]:
    """The sentence above a lettered list that says how many there are: "23 (dua puluh tiga) provinsi, yaitu:"."""
    said = _COUNTED.search(" ".join(lead.text.split()))
    number = parse_number(said["digits"]) if said else None
    if said is None or number is None or number_in_words(said["words"]) != number:
        return
    if not all(_MARKER.match(b.marker) for b in items) or len(items) in (0, number):
        return
    line = lead.span.line_end
    message = (
        f"Baris {line} menyebut {said.group(0).rstrip(': ')}, tetapi daftar di bawahnya (baris {items[0].span.line_start}-{items[-1].span.line_end}) "
        f"berisi {len(items)} butir."
    )
    here = Place(line=line, label=said["what"].strip(), raw=said.group(0), value=number)
    yield facts.discrepancy("label", 3, message, [here, _spot(items[0]), _spot(items[-1])])


def _continued(facts: Facts, last: Block) -> list[Block]:
    """Items that go on behind a list that skips a marker: no new list begins with a later letter."""
    blocks = facts.document.blocks
    at = next(i for i, b in enumerate(blocks) if b.id == last.id) + 1
    found: list[Block] = []
    while at < len(blocks) and blocks[at].kind == "item" and _MARKER.match(blocks[at].marker):
        before = found[-1] if found else last
        if not _MARKER.match(before.marker) or _style(blocks[at].marker) != _style(before.marker):
            break
        if _ordinal(blocks[at].marker) <= _ordinal(before.marker):
            break
        found.append(blocks[at])
        at += 1
    return found


def _same(first: str, second: str) -> bool:
    if min(len(first), len(second)) < MIN_LENGTH:
        return False
    ones, twos = _squeezed(first), _squeezed(second)
    if ones == twos:
        return True
    lead, other = first.split(",")[0], second.split(",")[0]
    return "," in first and len(lead) >= MIN_LENGTH and _squeezed(lead) == _squeezed(other) and fuzz.ratio(ones, twos) >= SAME_ITEM


def _body(block: Block) -> str:
    text = " ".join(block.text.split()).removeprefix("- ")
    return re.sub(r"[;.,]?(?:\s+dan)?$", "", text.removeprefix(block.marker).strip())


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def _spot(block: Block) -> Place:
    return Place(line=block.span.line_start, label=block.marker, raw=" ".join(block.text.split())[:160])


def _ordinal(marker: str) -> int:
    core = marker.strip("().")
    return int(core) if core.isdigit() else ord(core) - 96


def _style(marker: str) -> tuple[bool, str]:
    return marker.strip("().").isdigit(), re.sub(r"[a-z\d]", "", marker)


def _printed(marker: str, ordinal: int) -> str:
    core = marker.strip("().")
    return marker.replace(core, str(ordinal) if core.isdigit() else chr(96 + ordinal))
