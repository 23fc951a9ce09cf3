"""Numbers as a writer may dress them up: in words, with another thing counted, as a place, as list numbers. Pure.

`verify` says whether a number is the evidence's; this says whether it still means the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from assistant import verify_quotes as vq
from assistant import verify_text as vt
from assistant.derivation import figure_value
from assistant.ground import Ground, bag, evidence_text
from assistant.models import Evidence
from assistant.verify_labels import SCORES
from ingest.terms import STOP_WORDS, stem

PLACES = {
    "pasal", "ayat", "tabel", "gambar", "lampiran", "bab", "huruf", "butir", "bagian", "halaman", "baris", "article", "table", "figure",
    "chapter", "annex", "page", "line",
}  # fmt: skip
PLAIN_AFTER = {
    "persen", "percent", "rupiah", "poin", "point", "points", "tahun", "menjadi", "naik", "turun", "meningkat", "menurun", "lalu",
    "kemudian", "sedangkan", "sementara", "target", "alokasi", "anggaran", "dibanding", "dibandingkan", "per", "yaitu", "selama", "sebesar",
}  # fmt: skip
_LIST = re.compile(r"(?m)^\s*(?:[-*]\s+)?\(?(\d{1,4})[.)](?=\s)")
_ORDINAL = re.compile(r"\bke-?\s?$", re.IGNORECASE)
_POINT = re.compile(r"(?:poin|percentage point)", re.IGNORECASE)


def altered(ground: Ground, before: str = "") -> list[str]:
    """Reasons (Indonesian) why the numbers of a claim mean something else than in its evidence. `before`: the claim before it."""
    text = ground.text
    own = [line for line in ground.claim.text.splitlines() if line.strip() not in ground.lines]
    found = [f"Nomor butir {n} tidak berurutan." for n in misnumbered("\n".join(own), before)]
    for number in vt.numbers(text):
        if number.unit == "tahun":
            continue
        shown = text[number.start : number.end]
        if is_place(text, number) and not any(vq.equal(number, n.value) and n.name for n in vq.name_numbers(ground.haystack)):
            found.append(f"“{number.name or 'ke-'} {shown}” tidak ada dalam bukti")
        elif counts_otherwise(ground, number):
            found.append(f"“{shown} {number.after}”: yang dihitung dalam bukti bukan itu")
    return found + ([] if ground.verbatim else in_words(ground)) + points(ground)


def misnumbered(text: str, before: str) -> Iterator[int]:
    """List numbers that neither begin a list nor go on with the one before."""
    last = max((int(m[1]) for m in _LIST.finditer(before)), default=0)
    for match in _LIST.finditer(text):
        own = int(match[1])
        if own not in {1, last + 1}:
            yield own
        last = own


def is_place(text: str, number: vt.Stated) -> bool:
    """Whether a number is said to be a place or a rank ("Tabel 60", "ke-60")."""
    return number.name in PLACES or bool(_ORDINAL.search(text[: number.start]))


def counts_otherwise(ground: Ground, number: vt.Stated) -> bool:
    """Whether the word right after a number is a thing that the evidence does not count with it."""
    after = number.after
    counts_years = after == "tahun" and not re.match(r"\W*tahun\W+(?:ke\W*)?\d", ground.text[number.end :], re.IGNORECASE)
    if not after or after in STOP_WORDS or (after in PLAIN_AFTER and not counts_years) or after in SCORES:
        return False
    figures = [f for f in ground.stated if (v := figure_value(f)) is not None and (vq.equal(number, v) or number.value == f.value)]
    if figures:
        return not any(stem(after) in bag(f"{f.unit} {f.raw}") for f in figures)
    holders = [e for e in ground.cited if any(vq.equal(number, n.value) for n in numbers_of(e))]
    return bool(holders) and not any(stem(after) in bag(evidence_text(e)) for e in holders)


def numbers_of(item: Evidence) -> tuple[vt.Stated, ...]:
    return vq.name_numbers(item.quote)


def in_words(ground: Ground) -> list[str]:
    """Numbers in words under another year than the evidence has them for."""
    text, found, at = ground.text, [], 0
    for spelled, value in vt.number_words(text):
        pattern = re.compile(r"\s+".join(map(re.escape, spelled.split())), re.IGNORECASE)
        match = pattern.search(text, at)
        if match is None or value is None:
            continue
        at = match.end()
        years = set(vt.regions(text, [vt.Stated(match.start(), match.end(), value, "")])[0].years)
        governed = [set(y) for e in ground.cited for n, y, _ in vq.quote_numbers(e.quote, bool(e.row_id)) if n.value == value]
        governed += [{f.year} for f in ground.stated if figure_value(f) == value and f.year]
        if years and governed and all(y and not y & years for y in governed):
            found.append(f"“{spelled}” milik tahun lain dalam bukti")
    return found


def points(ground: Ground) -> list[str]:
    """A difference of percentages is stated in points, growth in percent."""
    found = []
    for derived in ground.claim.derived:
        units = {f.unit for f in ground.rows if f.id in derived.operands}
        percent = any("%" in u or "persen" in u.casefold() for u in units)
        for number in vt.numbers(ground.text):
            if abs(number.value) != abs(derived.value) or number.value == Decimal(0):
                continue
            said = bool(_POINT.match(ground.text[number.end :].lstrip())) or number.after in {"poin", "point", "points"}
            if (derived.operation == "difference" and percent and not said) or (derived.operation in {"growth", "share"} and said):
                found.append(f"“{ground.text[number.start : number.end]}”: bedakan persen dan poin persen")
    return found
