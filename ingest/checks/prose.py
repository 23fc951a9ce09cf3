"""Numbers in running text: words against digits, shares against counts, averages and rises against the values they come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from ingest.checks.facts import Facts
from ingest.models import Block, Discrepancy, Place
from ingest.numerals import format_number, number_in_words, parse_number

SHARE_TOLERANCE = Decimal("0.1")
"""Percentage points by which a share in prose may differ from the one computed."""
WHOLE = (Decimal(97), Decimal(103))
"""Shares that add up to about this are meant as the parts of one whole."""
ROUNDING = Decimal("0.011")
"""What a printed average or rise of two decimals may be off."""
_PAIR = re.compile(r"(?<![\w.,])(?P<digits>(?:Rp\.?\s?)?[-−]?\d[\d.,]*\d|\d)\s?%?\s*\((?P<words>[^()]{3,200})\)")
_COUNT_AND_SHARE = re.compile(
    r"(?P<count>\d{1,3}(?:\.\d{3})+|\d+)\s*(?:\([^()]*\)\s*)?(?:[a-z]+\s+){0,3}?(?:atau|yakni|yaitu|setara)\s+(?:sekitar\s+|sebesar\s+)*"
    r"(?P<share>\d+(?:,\d+)?)\s?%"
)
_YEAR_VALUE = re.compile(r"tahun\s+(?P<year>20\d\d)\s*:\s*(?P<value>\d+(?:,\d+)?)\s?%?")
_RISE = re.compile(
    r"(?P<word>naik|turun|meningkat|menurun)\s+(?:sebesar\s+)?(?P<value>\d+(?:,\d+)?)\s?%?.{0,120}?dari tahun\s+(?P<year>20\d\d)"
)
_AVERAGE = re.compile(r"rata-rata(?! kenaikan| penurunan| gaji).{0,80}?sebesar\s+(?P<value>\d+(?:,\d+)?)")


def text_blocks(facts: Facts) -> list[Block]:
    return [b for b in facts.document.blocks if b.kind in ("paragraph", "item", "heading", "furniture", "note")]


def line_at(block: Block, offset: int) -> int:
    """The source line of a character of a block."""
    return block.span.line_start + block.text[:offset].count("\n")


def check_prose(facts: Facts) -> Iterator[Discrepancy]:
    for block in text_blocks(facts):
        yield from _words_against_digits(facts, block)
        yield from _shares(facts, block)
    yield from _yearly_lists(facts)


def _words_against_digits(facts: Facts, block: Block) -> Iterator[Discrepancy]:
    for found in _PAIR.finditer(block.text):
        digits, words = parse_number(found["digits"]), number_in_words(found["words"])
        if digits is None or words is None or digits == words:
            continue
        line = line_at(block, found.start())
        message = f'Baris {line}: angka {found["digits"]} ditulis dengan huruf "{found["words"]}" ({format_number(words)}).'
        yield facts.discrepancy(
            "words", 2, message, [Place(line=line, label=" ".join(found["words"].split()), raw=found.group(0), value=digits)]
        )


def _shares(facts: Facts, block: Block) -> Iterator[Discrepancy]:
    """Counts with their shares of one whole, in one paragraph."""
    pairs = [(m, parse_number(m["count"]), parse_number(m["share"])) for m in _COUNT_AND_SHARE.finditer(block.text)]
    known = [(m, count, share) for m, count, share in pairs if count is not None and share is not None]
    if len(known) < 3 or not WHOLE[0] <= sum(share for *_, share in known) <= WHOLE[1]:
        return
    whole = sum((count for _, count, _ in known), Decimal(0))
    wrong = [(m, count, share, count / whole * 100) for m, count, share in known if whole]
    wrong = [item for item in wrong if abs(item[3] - item[2]) > SHARE_TOLERANCE]
    if not wrong:
        return
    listed = "; ".join(
        f"{format_number(count)} tertulis {format_number(share)}%, seharusnya {format_number(real.quantize(Decimal('0.01')))}%"
        for _, count, share, real in wrong
    )
    line = line_at(block, wrong[0][0].start())
    added = format_number(sum((share for *_, share in known), Decimal(0)))
    message = (
        f"Baris {line}: persentase tidak cocok dengan jumlahnya (total {format_number(whole)}; persentasenya berjumlah {added}%): {listed}."
    )
    listed_first = [*(item[:3] for item in wrong), *(item for item in known if item[0] not in {w[0] for w in wrong})]
    spots = [
        Place(line=line_at(block, m.start()), label=format_number(count), raw=m.group(0), value=share) for m, count, share in listed_first
    ]
    yield facts.discrepancy("share", 3, message, spots)


@dataclass(frozen=True)
class _Yearly:
    year: int
    value: Decimal
    block: Block


def _yearly_lists(facts: Facts) -> Iterator[Discrepancy]:
    """A list "tahun 2020: 85,10%" with rises, below a sentence that gives the average."""
    blocks = facts.document.blocks
    at = 0
    while at < len(blocks):
        run: list[_Yearly] = []
        end = at
        while end < len(blocks) and blocks[end].kind in ("item", "paragraph") and (item := _yearly(blocks[end])):
            run.append(item)
            end += 1
        if len(run) >= 3:
            yield from _rises(facts, run)
            if at:
                yield from _average(facts, blocks[at - 1], run)
        at = max(end, at + 1)


def _yearly(block: Block) -> _Yearly | None:
    found = _YEAR_VALUE.search(block.text[:80])
    value = parse_number(found["value"]) if found else None
    return _Yearly(int(found["year"]), value, block) if found and value is not None else None


def _rises(facts: Facts, run: list[_Yearly]) -> Iterator[Discrepancy]:
    values = {item.year: item.value for item in run}
    for item in run:
        found = _RISE.search(item.block.text.replace("\n", " "))
        stated = parse_number(found["value"]) if found else None
        if not found or stated is None or int(found["year"]) not in values:
            continue
        real = item.value - values[int(found["year"])]
        if found["word"] in ("turun", "menurun"):
            real = -real
        if abs(real - stated) > ROUNDING:
            line = item.block.span.line_start
            message = (
                f"Baris {line}: tertulis {found['word']} {format_number(stated)} dari tahun {found['year']}, padahal selisih "
                f"{format_number(item.value)} dan {format_number(values[int(found['year'])])} adalah {format_number(real)}."
            )
            yield facts.discrepancy(
                "prose", 3, message, [Place(line=line, label=str(item.year), raw=found.group(0), value=stated)], (), item.year
            )


def _average(facts: Facts, block: Block, run: list[_Yearly]) -> Iterator[Discrepancy]:
    found = _AVERAGE.search(block.text.replace("\n", " "))
    stated = parse_number(found["value"]) if found else None
    if not found or stated is None:
        return
    real = sum((item.value for item in run), Decimal(0)) / len(run)
    if abs(real - stated) > ROUNDING:
        line = line_at(block, found.start("value"))
        last = run[-1].block.span.line_end
        message = (
            f"Baris {line}: rata-rata tertulis {format_number(stated)}, padahal rata-rata {len(run)} nilai di baris "
            f"{run[0].block.span.line_start}-{last} adalah {format_number(real.quantize(Decimal('0.01')))}."
        )
        spots = [Place(line=line, label="rata-rata", raw=found.group(0)[-60:], value=stated)]
        spots += [
            Place(line=i.block.span.line_start, label=f"tahun {i.year}", raw=" ".join(i.block.text.split())[:60], value=i.value)
            for i in run
        ]
        yield facts.discrepancy("sum", 3, message, spots)
