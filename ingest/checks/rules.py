"""Regulations that the text cites: one amendment of one law in one year has one number."""

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


def check_rules(facts: Facts) -> Iterator[Discrepancy]:
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
