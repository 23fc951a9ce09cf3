"""Sums: outputs against their kegiatan, kegiatan against program and institution, totals, products, shares of a total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from ingest.checks.facts import RUPIAH_TOLERANCE, Facts, amount, brief, half_unit, lines_of, measure_title, place, shown
from ingest.models import Discrepancy, Figure, Row, Table

SERIOUS_SHARE = Decimal("0.01")
"""From this share of the total on a difference is most serious."""
SHARE_TOLERANCE = Decimal("0.75")
"""Percentage points by which a printed share may differ from the computed one (shares are printed whole)."""
OUTPUT, GOAL, PROGRAM = "Rincian Output", "Sasaran Kegiatan", "Program"
FACTORS = (
    (
        {"impact", "dampak"},
        {"likelihood", "kemungkinan", "frekuensi"},
        {"status", "besaran risiko", "skor", "nilai risiko", "level risiko"},
    ),
)


def check_sums(facts: Facts) -> Iterator[Discrepancy]:
    for table in facts.tables:
        yield from _activities(facts, table)
        yield from _hierarchy(facts, table)
        yield from _totals(facts, table)
        yield from _row_totals(facts, table)
        yield from _products(facts, table)
        yield from _shares(facts, table)


def _compare(facts: Facts, whole: Figure, parts: list[Figure], what: str, of: str, note: str = "") -> Iterator[Discrepancy]:
    """One discrepancy where the parts do not add up to the whole."""
    if whole.value is None or not parts:
        return
    total = sum((amount(p) for p in parts), Decimal(0))
    difference = amount(whole) - total
    if abs(difference) <= _tolerance(whole, parts):
        return
    year = f" {whole.year}" if whole.year else ""
    message = (
        f"{what}{year} tercatat {shown(whole)} (baris {whole.line}), tetapi jumlah {of} adalah {shown(whole, total)} "
        f"({lines_of(p.line for p in parts)}): selisih {shown(whole, abs(difference))}.{_cause(whole, parts)}{note}"
    )
    serious = whole.unit == "rupiah" and abs(difference) >= SERIOUS_SHARE * max(abs(total), abs(amount(whole)))
    spots = [place(whole), *(place(p) for p in parts[:12])]
    yield facts.discrepancy("sum", 1 if serious else 3, message, spots, [whole, *parts], whole.year)


def _cause(whole: Figure, parts: list[Figure]) -> str:
    """What would explain the difference: one part left out of the whole, or one part taken for the whole."""
    if len(parts) < 2:
        return ""
    total = sum((amount(p) for p in parts), Decimal(0))
    left_out = [p for p in parts if amount(p) and abs(total - amount(p) - amount(whole)) <= _tolerance(whole, parts)]
    alone = [p for p in parts if amount(p) and amount(p) == amount(whole)]
    if len(left_out) == 1:
        part = left_out[0]
        return f" Jumlahnya cocok bila {_part_name(part)} (baris {part.line}, {shown(part)}) tidak dihitung."
    if len(alone) == 1:
        return f" Angka itu sama dengan satu bagiannya saja: {_part_name(alone[0])} (baris {alone[0].line})."
    return ""


def _part_name(part: Figure) -> str:
    if part.level == GOAL and part.activity:
        return f"kegiatan {brief(part.activity)} ({part.activity_code})"
    return brief(part.indicator)


def _tolerance(whole: Figure, parts: list[Figure]) -> Decimal:
    if whole.unit == "rupiah":
        return RUPIAH_TOLERANCE * whole.scale * max(1, len(parts)) if whole.scale == 1 else whole.scale * len(parts)
    values = [v for v in (whole.value, *(p.value for p in parts)) if v is not None]
    return half_unit(values) * (len(parts) + 1)


# --- kegiatan, program, institution ------------------------------------------------------------------------------------


def _activity_rows(table: Table) -> dict[tuple[str, str], list[Row]]:
    blocks: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in table.rows:
        if row.activity:
            blocks[(row.activity_code, row.activity)].append(row)
    return blocks


def _activity_figures(facts: Facts, rows: list[Row]) -> list[Figure]:
    """The amounts of a kegiatan: on its own row, or on its first sasaran."""
    for level in ("Kegiatan", GOAL):
        for row in rows:
            if row.level == level and facts.money(row):
                return facts.money(row)
    return []


def _activities(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    blocks = _activity_rows(table)
    if not any(row.level == GOAL for row in table.rows):
        return
    wholes: dict[str, list[Figure]] = defaultdict(list)
    everything: list[Figure] = []
    for (code, name), rows in blocks.items():
        figures = _activity_figures(facts, rows)
        for whole in figures:
            parts = [
                f for row in rows if row.level == OUTPUT if (f := facts.figure(row, whole.measure, whole.year)) and f.value is not None
            ]
            yield from _compare(facts, whole, parts, f"Alokasi kegiatan {code} {name}".replace("  ", " "), "alokasi rincian outputnya")
        wholes[rows[0].program] += figures
        everything += figures
    yield from _above_activities(facts, table, wholes, everything)


def _above_activities(facts: Facts, table: Table, wholes: dict[str, list[Figure]], everything: list[Figure]) -> Iterator[Discrepancy]:
    gap = (
        " Satu halaman tabel ini tidak terbaca, jadi jumlah itu mungkin belum lengkap."
        if facts.gap_before(table) or facts.gap_after(table)
        else ""
    )
    for row in table.rows:
        whole_table = row.kind == "total" and not row.parents
        if not whole_table and row.level != PROGRAM:
            continue
        for whole in facts.money(row):
            pool = everything if whole_table else wholes.get(row.program, [])
            parts = [f for f in pool if f.measure == whole.measure and f.year == whole.year]
            yield from _compare(facts, whole, parts, f"Alokasi {row.label}", "alokasi kegiatan di bawahnya", gap if whole_table else "")


# --- rows under rows ----------------------------------------------------------------------------------------------------


def _hierarchy(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    """Levels that carry amounts themselves: priority activities over projects over outputs, and budget codes."""
    if any(row.level == GOAL for row in table.rows):
        return
    open_end = facts.gap_after(table)
    for at, row in enumerate(table.rows):
        if not row.level or row.kind == "total":
            continue
        children, complete = _children(table.rows, at)
        if open_end and not complete:
            continue
        for whole in facts.money(row):
            parts = [f for child in children if (f := facts.figure(child, whole.measure, whole.year)) and f.value is not None]
            yield from _compare(facts, whole, parts, f"{measure_title(whole)} {row.level} {row.label}", "baris di bawahnya")


def _children(rows: tuple[Row, ...], at: int) -> tuple[list[Row], bool]:
    """The rows directly below one row, and whether the group ends before the table does."""
    row = rows[at]
    children: list[Row] = []
    level = ""
    for below in rows[at + 1 :]:
        if not _under(below, row):
            return children, True
        level = level or below.level
        if below.level == level:
            children.append(below)
    return children, False


def _under(below: Row, row: Row) -> bool:
    if row.code and below.code and "." in row.code:
        return below.code.startswith(row.code + ".")
    return len(below.parents) > len(row.parents) and row.label in below.parents


def _totals(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    """Total rows of plain tables: of a group, or of the whole table."""
    if any(row.level == GOAL for row in table.rows):
        return
    for row in table.rows:
        if row.kind != "total":
            continue
        for whole in facts.by_row.get(row.id, ()):
            parts = _addends(facts, table, row, whole)
            yield from _compare(facts, whole, parts, f"{row.label} ({whole.measure})", "baris-barisnya")


def _addends(facts: Facts, table: Table, total: Row, whole: Figure) -> list[Figure]:
    group = total.parents[0] if total.parents else ""
    levels = [row.level for row in table.rows if row.kind != "total"]
    top = next((level for level in levels if level), "")
    rows = [
        row for row in table.rows
        if row.kind != "total" and (not group or group in row.parents) and (not top or row.level == top)
    ]  # fmt: skip
    same = [
        f
        for row in rows
        for f in facts.by_row.get(row.id, ())
        if (f.measure, f.year, f.column) == (whole.measure, whole.year, whole.column)
    ]
    return [f for f in same if f.value is not None]


def _row_totals(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    """A column "total" against the columns of amounts in the same row and year."""
    for row in table.rows:
        figures = facts.by_row.get(row.id, ())
        for whole in figures:
            if whole.measure not in ("total", "jumlah") or whole.unit != "rupiah":
                continue
            money = [f for f in figures if f.unit == "rupiah" and f.measure != whole.measure and f.value is not None]
            parts = [f for f in money if whole.year is None or f.year == whole.year]
            names = " + ".join(dict.fromkeys(c.measure for c in table.columns if c.unit == "rupiah" and c.measure != whole.measure))
            yield from _compare(facts, whole, parts, f"Total {row.label}", f"kolom {names.replace('apbn', 'APBN')}")


# --- products and shares ------------------------------------------------------------------------------------------------


def _products(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    for row in table.rows:
        figures = {f.measure: f for f in facts.by_row.get(row.id, ()) if f.value is not None}
        for names in FACTORS:
            one, two, product = (next((figures[n] for n in group if n in figures), None) for group in names)
            if one is None or two is None or product is None:
                continue
            expected = amount(one) * amount(two)
            if expected != amount(product):
                message = (
                    f"Risiko {row.code} {row.label}: {product.measure} tercatat {shown(product)}, padahal {one.measure} {shown(one)} x "
                    f"{two.measure} {shown(two)} = {shown(product, expected)} (baris {row.lines[0]})."
                ).replace("  ", " ")
                yield facts.discrepancy("product", 2, message, [place(product), place(one), place(two)], [product, one, two])


def _shares(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    """A share column against its base column, where the table has the total of the base."""
    total = next((r for r in table.rows if r.kind == "total" and not r.parents), None)
    base_column = next((c for c in table.columns if c.measure in ("bobot", "jumlah", "volume")), None)
    share_column = next((c for c in table.columns if c.measure == "persen"), None)
    if total is None or base_column is None or share_column is None:
        return
    whole = facts.figure(total, base_column.measure, base_column.year)
    if whole is None or not whole.value:
        return
    for row in table.rows:
        base = facts.figure(row, base_column.measure, base_column.year)
        share = facts.figure(row, "persen", share_column.year)
        if row.kind != "data" or base is None or share is None or base.value is None or share.value is None:
            continue
        expected = base.value / whole.value * 100
        if abs(expected - share.value) > SHARE_TOLERANCE:
            message = (
                f"{row.code} {row.label}: tertulis {share.raw}, padahal {base.measure} {shown(base)} dari total {shown(whole)} "
                f"adalah {shown(share, expected.quantize(Decimal('0.1')))}% (baris {row.lines[0]} dan {total.lines[0]})."
            ).strip()
            yield facts.discrepancy("share", 3, message, [place(share), place(base), place(whole)], [share, base, whole])
