"""Rows that belong together: an output and its indicators; a row's own years; doubtful cells and units."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from ingest.checks.facts import Facts, amount, brief, is_money, lines_of, measure_title, place, shown
from ingest.models import Discrepancy, Figure, Row, Table

SLIP = Decimal(300)
"""A year this many times below both its neighbours looks like three lost zeros."""


def check_pairs(facts: Facts) -> Iterator[Discrepancy]:
    for table in facts.tables:
        yield from _outputs_and_indicators(facts, table)
        yield from _slips(facts, table)
        yield from _units(facts, table)
        yield from _unclear(facts, table)


# --- an output and its indicators ----------------------------------------------------------------------------------------


def _outputs_and_indicators(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    for at, row in enumerate(table.rows):
        if row.level != "Rincian Output":
            continue
        indicators = []
        for below in table.rows[at + 1 :]:
            if below.level != "IKRO":
                break
            if below.unit.lower() == row.unit.lower():
                indicators.append(below)
        if indicators:
            yield from _compare_targets(facts, row, indicators)


def _compare_targets(facts: Facts, output: Row, indicators: list[Row]) -> Iterator[Discrepancy]:
    wrong: list[tuple[Figure, list[Figure], Decimal]] = []
    for target in facts.by_row.get(output.id, ()):
        if target.measure != "target" or target.value is None:
            continue
        own = [f for row in indicators if (f := facts.figure(row, "target", target.year)) and f.value is not None]
        values = [amount(f) for f in own]
        if own and sum(values) != amount(target) and any(v != amount(target) for v in values):
            wrong.append((target, own, sum(values, Decimal(0))))
    if not wrong:
        return
    years = "; ".join(f"{t.year}: {shown(t)} lawan {shown(t, total)}" for t, _, total in wrong)
    several = f"jumlah {len(indicators)} indikatornya" if len(indicators) > 1 else "indikatornya (IKRO)"
    message = (
        f"Target rincian output {output.label} (baris {output.lines[0]}) tidak sama dengan {several} "
        f"({lines_of(r.lines[0] for r in indicators)}) – {years}."
    )
    figures = [f for target, own, _ in wrong for f in (target, *own)]
    yield facts.discrepancy("row-pair", 2, message, [place(f) for f in figures[:16]], figures)


# --- one row over the years ----------------------------------------------------------------------------------------------


def _slips(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    for row in table.rows:
        by_measure: dict[str, list[Figure]] = defaultdict(list)
        for figure in facts.by_row.get(row.id, ()):
            if is_money(figure) and figure.year is not None and figure.value:
                by_measure[figure.measure].append(figure)
        for series in by_measure.values():
            ordered = sorted(series, key=lambda f: f.year or 0)
            for before, here, after in zip(ordered, ordered[1:], ordered[2:], strict=False):
                if min(amount(before), amount(after)) >= SLIP * amount(here):
                    message = (
                        f"{measure_title(here)} {here.year} {row.label} tercatat {shown(here)}, jauh di bawah {before.year} "
                        f"({shown(before)}) dan {after.year} ({shown(after)}): mungkin kurang tiga angka nol (baris {here.line})."
                    )
                    yield facts.discrepancy("outlier", 3, message, [place(here), place(before), place(after)], [here], here.year)


# --- units and doubtful cells ---------------------------------------------------------------------------------------------


def _units(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    wrong = [f for row in table.rows for f in facts.by_row.get(row.id, ()) if "unit-label-implausible" in f.flags]
    if not wrong:
        return
    biggest = max(wrong, key=amount)
    header = next((part for c in table.columns if c.index == biggest.column for part in c.header if "(" in part), "")
    message = (
        f"{facts.short(table)}: judul kolom menyebut {header or 'satuan lain'}, tetapi nilainya ditulis dalam rupiah penuh (misalnya {biggest.raw} "
        f"di baris {biggest.line}); dibaca sebagai rupiah, tidak dikalikan."
    )
    yield facts.discrepancy("unit", 2, message, [place(biggest)], wrong)


def _unclear(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    for row in table.rows:
        figures = [f for f in facts.by_row.get(row.id, ()) if "unclear" in f.flags]
        if figures:
            cells = "; ".join(f"{f.raw!r}" for f in figures[:5])
            message = f"{facts.short(table)}, baris {row.lines[0]} ({brief(row.label) or 'tanpa nama'}): sel tidak bisa dibaca dengan pasti: {cells}."
            yield facts.discrepancy("unclear", 4, message, [place(f) for f in figures[:8]], figures)
    if "no-header" in table.flags:
        yield facts.discrepancy("unclear", 4, f"{facts.short(table)} tidak berjudul kolom: arti angkanya tidak pasti.", ())
    if "duplicate-year" in table.flags:
        yield facts.discrepancy("unclear", 4, f"{facts.short(table)}: satu tahun muncul dua kali di judul kolom.", ())
    yield from _only_dashes(facts, table)
    yield from _shifted(facts, table)


def _only_dashes(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    columns: dict[tuple[str, int | None], list[Figure]] = defaultdict(list)
    for row in table.rows:
        for figure in facts.by_row.get(row.id, ()):
            columns[figure.measure, figure.year].append(figure)
    empty: dict[str, list[Figure]] = defaultdict(list)
    for (measure, _), figures in columns.items():
        if len(figures) > 1 and all("no-value" in f.flags for f in figures):
            empty[measure] += figures
    for measure, figures in empty.items():
        years = sorted({f.year for f in figures if f.year})
        name = " ".join([measure.replace("apbn", "APBN"), ", ".join(map(str, years))]).strip()
        message = f"{facts.short(table)}: kolom {name} hanya berisi tanda '-', tidak satu pun angka ({lines_of(f.line for f in figures)})."
        yield facts.discrepancy("unclear", 5, message, [place(f) for f in figures[:6]], figures)


def _shifted(facts: Facts, table: Table) -> Iterator[Discrepancy]:
    rows = [row for row in table.rows if "shifted-column" in row.flags]
    if rows:
        figures = [f for row in rows for f in facts.by_row.get(row.id, ()) if "shifted-column" in f.flags]
        message = (
            f"{facts.short(table)}: {len(rows)} baris bergeser satu kolom terhadap judul kolom di halamannya "
            f"({lines_of(r.lines[0] for r in rows)}); angkanya dibaca di kolom yang benar."
        )
        yield facts.discrepancy("unclear", 5, message, [place(f) for f in figures[:6]], figures)
