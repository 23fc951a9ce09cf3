"""Regulations and plans that the text cites: one amendment of one law in one year has one number, one plan periods of one length."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from ingest.checks.facts import Facts
from ingest.checks.prose import line_at, text_blocks
from ingest.models import Discrepancy, Place

_KIND = r"(?:Undang-Undang|Peraturan Pemerintah|Peraturan Presiden|Keputusan Presiden|Peraturan Menteri(?: [A-Z][\w/]+)*|Peraturan Badan(?: [A-Z][\w/]+)*)"
_AMENDMENT = re.compile(
    rf"(?P<rule>(?P<kind>{_KIND})\s+Nomor\s+(?P<number>\d+)\s+Tahun\s+(?P<year>\d{{4}}))\s+tentang\s+"
    rf"(?P<what>Perubahan(?:\s+Ke\w+)?\s+[Aa]tas\s+{_KIND}\s+Nomor\s+\d+\s+Tahun\s+\d{{4}})"
)
_PERIOD = re.compile(
    r"\b(?P<plan>RPJMN|RPJPN|RPJM Nasional|RPJP Nasional|Rencana Pembangunan Jangka (?:Menengah|Panjang) Nasional)(?:\s+\([A-Z]+\))?"
    r"(?:\s+[Tt]ahun)?\s+(?P<first>20\d\d)\s?[-–—]\s?(?P<last>20\d\d)"
)
SHORT_NAME = {"rpjmn": "rpjm nasional", "rpjpn": "rpjp nasional"}


def check_rules(facts: Facts) -> Iterator[Discrepancy]:
    yield from _amendments(facts)
    yield from _periods(facts)


def _periods(facts: Facts) -> Iterator[Discrepancy]:
    """A national plan runs for one number of years: a mention with another length is a slip."""
    found: dict[str, dict[int, list[Place]]] = defaultdict(lambda: defaultdict(list))
    for block in text_blocks(facts):
        for said in _PERIOD.finditer(block.text):
            name = " ".join(said["plan"].split()).lower()
            name = (
                SHORT_NAME.get(name, name)
                .replace("rencana pembangunan jangka menengah", "rpjm")
                .replace("rencana pembangunan jangka panjang", "rpjp")
            )
            raw = " ".join(said.group(0).split())
            spot = Place(line=line_at(block, said.start()), label=" ".join(said["plan"].split()), raw=raw)
            found[name][int(said["last"]) - int(said["first"])].append(spot)
    for lengths in found.values():
        usual = max(lengths, key=lambda n: len(lengths[n]))
        for length, places in lengths.items():
            if length != usual and len(places) < len(lengths[usual]):
                here, there = places[0], lengths[usual][0]
                message = f'Baris {here.line} menulis "{here.raw}", padahal di tempat lain periodenya {usual + 1} tahun: "{there.raw}" (baris {there.line}).'
                yield facts.discrepancy("label", 4, message, [here, there])


def _amendments(facts: Facts) -> Iterator[Discrepancy]:
    cited: dict[tuple[str, str, str], dict[str, Place]] = defaultdict(dict)
    for block in text_blocks(facts):
        for found in _AMENDMENT.finditer(block.text):
            what = " ".join(found["what"].split()).lower()
            spot = Place(line=line_at(block, found.start()), label=" ".join(found["what"].split()), raw=" ".join(found["rule"].split()))
            cited[found["kind"].lower(), what, found["year"]].setdefault(found["number"], spot)
    for (_, _, year), spots in cited.items():
        if len(spots) > 1:
            places = sorted(spots.values(), key=lambda p: p.line)
            said = ", ".join(f"{p.raw} (baris {p.line})" for p in places)
            yield facts.discrepancy("prose", 3, f"{places[0].label} tahun {year} disebut dengan nomor yang berbeda: {said}.", places)
