"""Labels and numbers that are used twice or skipped: captions, codes of rows, running numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise

from rapidfuzz import fuzz

from ingest.checks.facts import Facts, brief
from ingest.checks.prose import text_blocks
from ingest.models import Block, Discrepancy, Place, Row, Table
from ingest.tables.titles import plain, read_caption

LEAP = 20
"""A caption number that jumps this far is a slip of the pen, not a gap."""
_MENTION = re.compile(r"^Lampiran\s+\d+\s+(?![.:])", re.IGNORECASE)
"""A line that only mentions an appendix; its own title has a full stop or colon behind the number."""
_TABLE_MENTION = re.compile(r"(?<=\bpada )tabel \d+(?:(?:, | dan )(?:tabel )?\d+)*", re.IGNORECASE)
SAME_NAME = 88
DIFFERENT_NAME = 60
_PRIORITY = str.maketrans("PQRSTU", "ABCDEF")
"""KRO codes of national priorities begin with P to U where the ordinary ones begin with A to F."""


def check_labels(facts: Facts) -> Iterator[Discrepancy]:
    yield from _captions(facts)
    for table in facts.tables:
        yield from _codes_used_twice(facts, table)
        yield from _output_codes(facts, table)
        yield from _output_under_code(facts, table)
        yield from _running_numbers(facts, table)


# --- captions -----------------------------------------------------------------------------------------------------------


def _captions(facts: Facts) -> Iterator[Discrepancy]:
    kinds: dict[str, list[tuple[int, str, Block]]] = defaultdict(list)
    for block in facts.document.blocks:
        text = plain(block)
        caption = read_caption(text) if block.kind in ("caption", "heading") and not _MENTION.match(text) else None
        if caption and caption[0].split()[1].isdigit():
            kind, number = caption[0].split()
            kinds[kind].append((int(number), caption[1], block))
    for kind, captions in kinds.items():
        yield from _caption_twice(facts, kind, captions)
        yield from _caption_order(facts, kind, captions)
    yield from _mentions(facts, kinds.get("Tabel", []))


def _caption_twice(facts: Facts, kind: str, captions: list[tuple[int, str, Block]]) -> Iterator[Discrepancy]:
    by_number: dict[int, list[tuple[str, Block]]] = defaultdict(list)
    for number, title, block in captions:
        by_number[number].append((title, block))
    for number, several in by_number.items():
        if len(several) > 1:
            listed = "; ".join(f'baris {at.span.line_start} "{brief(title, 60)}"' for title, at in several)
            message = f"{kind} {number} dipakai {len(several)} kali: {listed}."
            yield facts.discrepancy("label", 5, message, [_spot(at, f"{kind} {number}") for _, at in several])


def _mentions(facts: Facts, captions: list[tuple[int, str, Block]]) -> Iterator[Discrepancy]:
    """A table that a sentence names by number, while what the sentence speaks of stands in the titles of other numbers."""
    shorts = {id(block): set(re.findall(r"\b[A-Z]{3,6}\b", title)) for _, title, block in captions}
    common = {short for short in set().union(*shorts.values()) if sum(short in own for own in shorts.values()) * 4 > len(captions)}
    for block in text_blocks(facts):
        text = " ".join(block.text.split())
        found = _TABLE_MENTION.search(text)
        if not found or block.kind in ("caption", "heading"):
            continue
        named = {int(n) for n in re.findall(r"\d+", found.group(0))}
        about = set(re.findall(r"\b[A-Z]{3,6}\b", text[: found.start()])) - common
        meant = {number for number, _, at in captions if shorts[id(at)] & about}
        given = [(number, title, at) for number, title, at in captions if number in named]
        if not given or not meant or named & meant:
            continue
        others = [(number, title, at) for number, title, at in captions if number in meant]
        listed = ", ".join(f'Tabel {n} "{brief(title, 50)}" (baris {at.span.line_start})' for n, title, at in others[:3])
        message = f'Baris {block.span.line_start} merujuk "{found.group(0)}" untuk {", ".join(sorted(about))}, padahal yang memuatnya adalah {listed}.'
        yield facts.discrepancy("label", 4, message, [_spot(block, found.group(0)), *(_spot(at, f"Tabel {n}") for n, _, at in others[:3])])


def _caption_order(facts: Facts, kind: str, captions: list[tuple[int, str, Block]]) -> Iterator[Discrepancy]:
    used = {number for number, *_ in captions}
    slips = set()
    for at, (number, _, block) in enumerate(captions):
        before = captions[at - 1][0] if at else 0
        if number > before + LEAP and number > max((n for n in used if n != number), default=0) + LEAP:
            slips.add(number)
            then = f", sesudahnya {kind} {captions[at + 1][0]}" if at + 1 < len(captions) else ""
            message = f"{kind} {number} (baris {block.span.line_start}) tidak sesuai urutan: sebelumnya {kind} {before}{then}."
            yield facts.discrepancy("label", 5, message, [_spot(block, f"{kind} {number}")])
    regular = sorted(used - slips)
    missing = [n for n in range(1, max(regular, default=0)) if n not in used]
    if missing and len(missing) <= LEAP:
        numbers = ", ".join(map(str, missing))
        after = next((b for n, _, b in captions if n > missing[0] and n not in slips), captions[-1][2])
        message = f"Nomor {kind} {numbers} tidak dipakai (terlompati sebelum baris {after.span.line_start})."
        yield facts.discrepancy("label", 5, message, [_spot(after, f"{kind} {numbers}")])


def _spot(block: Block, label: str) -> Place:
    return Place(line=block.span.line_start, label=label, raw=plain(block)[:160])


# --- codes --------------------------------------------------------------------------------------------------------------


def _codes_used_twice(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    """One code, different things (the code of an indicator repeated by mistake)."""
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        if row.code and row.kind == "data" and row.level != "KRO" and re.search(r"\d", row.code):
            by_code[row.code].append(row)
    for code, rows in by_code.items():
        names = {_squeezed(row.label): row for row in rows}
        if len(names) > 1 and not code.isdigit():
            first, *others = names.values()
            if all(fuzz.ratio(_squeezed(first.label), _squeezed(o.label)) < SAME_NAME for o in others):
                listed = "; ".join(f'baris {r.lines[0]} "{brief(r.label, 60)}"' for r in names.values())
                message = f"{facts.short(table)}: kode {code} dipakai untuk hal yang berbeda: {listed}."
                yield facts.discrepancy("label", 4, message, [_row_spot(table, r, code) for r in names.values()])


def _squeezed(text: str) -> str:
    return re.sub(r"\W+", "", text.lower())


def _output_codes(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    """KRO codes: one name with two codes, or one code with two names."""
    rows = [r for r in table.rows if r.level == "KRO" and re.fullmatch(r"[A-Z]{3}", r.code)]
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_code[row.code].append(row)
    usual = {code: max({r.label for r in found}, key=[r.label for r in found].count) for code, found in by_code.items()}
    for code, found in by_code.items():
        odd = [r for r in found if fuzz.ratio(r.label.lower(), usual[code].lower()) < DIFFERENT_NAME]
        if odd:
            own = next(r for r in found if r.label == usual[code])
            message = (
                f'Kode KRO {code} dipakai untuk "{own.label}" (antara lain baris {own.lines[0]}) dan juga untuk "{odd[0].label}" '
                f"(baris {odd[0].lines[0]})."
            )
            yield facts.discrepancy("label", 4, message, [_row_spot(table, r, code) for r in (own, *odd)])
    codes = sorted(by_code, key=lambda c: -len(by_code[c]))
    for at, code in enumerate(codes):
        for other in codes[at + 1 :]:
            if _same_name(usual[code], usual[other]) and code.translate(_PRIORITY) != other.translate(_PRIORITY) and code[1:] != other[1:]:
                message = (
                    f'KRO "{usual[code]}" berkode {code} di baris {by_code[code][0].lines[0]}, tetapi {other} di baris '
                    f"{by_code[other][0].lines[0]}."
                )
                yield facts.discrepancy("label", 4, message, [_row_spot(table, by_code[c][0], c) for c in (code, other)])


def _output_under_code(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    """A full budget code names its KRO ("104.DP.4562.PEA.001"): the row must stand under that one, and the code in one place."""
    kro: Row | None = None
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in table.rows:
        kro = row if row.level == "KRO" else kro
        full = re.fullmatch(r"\d{2,3}(?:\.\d{2})?\.[A-Z]{2}\.\d{4}\.([A-Z]{3})\.\w{3}", row.code)
        if not full or row.level == "KRO":
            continue
        by_code[row.code].append(row)
        if kro is not None and kro.activity_code == row.activity_code and kro.code and not kro.code.endswith(full[1]):
            message = (
                f"{facts.short(table)}: {row.label} (baris {row.lines[0]}) berkode {row.code}, jadi KRO-nya {full[1]}, tetapi berdiri di bawah "
                f"KRO {kro.code} {kro.label} (baris {kro.lines[0]})."
            )
            yield facts.discrepancy("label", 4, message, [_row_spot(table, row, row.code), _row_spot(table, kro, kro.code)])
    for code, rows in by_code.items():
        if len(rows) > 1 and len({_squeezed(r.label) for r in rows}) == 1:
            lines = " dan ".join(str(r.lines[0]) for r in rows)
            message = (
                f"{facts.short(table)}: kode {code} dipakai {len(rows)} kali untuk {rows[0].label} (baris {lines}), dengan angka berbeda."
            )
            values = [tuple(f.value for f in facts.by_row.get(r.id, ())) for r in rows]
            if len(set(values)) > 1:
                yield facts.discrepancy("label", 4, message, [_row_spot(table, r, code) for r in rows])


def _same_name(first: str, second: str) -> bool:
    """Equal but for slips inside single words ("Diseminasi", "Desiminasi"); other words mean other things."""
    ones, twos = first.lower().split(), second.lower().split()
    return len(ones) == len(twos) and all(
        a == b or (abs(len(a) - len(b)) <= 1 and fuzz.ratio(a, b) >= 75) for a, b in zip(ones, twos, strict=True)
    )


def _row_spot(table: Table, row: Row, raw: str) -> Place:
    return Place(line=row.lines[0], table=table.name, label=row.label, raw=raw)


# --- running numbers -----------------------------------------------------------------------------------------------------


def _running_numbers(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    for column in table.columns:
        if column.kind not in ("index", "code"):
            continue
        last: tuple[int, Row] | None = None
        for row in table.rows:
            if column.index >= len(row.cells):
                continue
            cell = row.cells[column.index]
            text = cell.raw.rstrip(".)")
            if cell.inherited or not text.isdigit() or text.startswith("0"):
                continue
            number = int(text)
            if last and number > last[0] + 1 and number - last[0] <= LEAP and _counts(table, column.index):
                gap = ", ".join(map(str, range(last[0] + 1, number)))
                name = column.header[-1].capitalize() if column.header else "Nomor"
                message = (
                    f"{facts.short(table)}: {name} {gap} tidak ada; setelah {last[0]} (baris {last[1].lines[0]}) "
                    f"langsung {number} (baris {row.lines[0]})."
                )
                yield facts.discrepancy("label", 5, message, [_row_spot(table, last[1], str(last[0])), _row_spot(table, row, text)])
            last = (number, row)


def _counts(table: Table, column: int) -> bool:
    """Whether a column mostly counts up by one."""
    cells = [row.cells[column] for row in table.rows if column < len(row.cells)]
    values = [int(c.raw.rstrip(".)")) for c in cells if not c.inherited and c.raw.rstrip(".)").isdigit()]
    steps = [b - a for a, b in pairwise(values)]
    return len(steps) >= 3 and sum(1 for s in steps if s == 1) * 3 >= len(steps) * 2
