"""Cells -> Figures: what each number or graded word of a table measures, for whom, in which year and unit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from ingest.models import Cell, Column, Document, Figure, Row, Table, stable_id
from ingest.numerals import Reading, parse_number, read_cell

STATE_BUDGET = Decimal(5 * 10**15)
"""Rupiah. More than the whole state budget of a year: an amount above it cannot be meant."""
_THOUSANDS = re.compile(r"\b(?:rp\.?|rupiah)?\s*\(?\s*(?:dalam\s+)?ribu(?:an)?\b", re.IGNORECASE)
_MILLIONS = re.compile(r"\bjuta(?:an)?\b", re.IGNORECASE)
_BILLIONS = re.compile(r"\bmil[iy]ar(?:an)?\b", re.IGNORECASE)
_IN_UNIT = re.compile(r"\(\s*dalam\s+(\w+)", re.IGNORECASE)
_BY_WHEN = re.compile(r"penyelesaian|tahun|waktu|jadwal", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_PERIOD = re.compile(r"((?:19|20)\d\d)\s*[-–—]\s*((?:19|20)\d\d)")
_UNIT_IN_NAME = re.compile(r"\s*\(([A-Za-z][a-z]{2,}(?: [A-Za-z]?[a-z]+)*)\)$")
_PER_ROW_UNIT = {"target", "realisasi", "baseline", "nilai", "capaian"}
"""Measures that are counted in the unit that the row names."""


def extract_figures(tables: tuple[Table, ...], document: Document) -> tuple[Figure, ...]:
    """Every numeric or graded cell of every table that states something of its own (merged cells count once)."""
    return tuple(figure for table in tables for figure in _of_table(table, document))


def _of_table(table: Table, document: Document) -> Iterator[Figure]:
    scales = _scales(table)
    implausible = _implausible_columns(table, scales)
    for row in table.rows:
        for cell in row.cells:
            if cell.inherited or not cell.raw or cell.column >= len(table.columns):
                continue
            column = table.columns[cell.column]
            if column.kind == "number":
                scale = Decimal(1) if cell.column in implausible else scales[cell.column]
                flags = {"unit-label-implausible"} if cell.column in implausible else set()
                if _unknown_scale(column) or (row.unit and not re.search(r"[A-Za-z%]", row.unit)):
                    flags.add("unclear")
                yield from _of_cell(table, row, cell, column, scale, flags)
            elif column.kind in ("text", "label", "unit") and parse_number(cell.raw) is not None and not _is_place_code(column, cell):
                yield from _of_cell(table, row, cell, column, Decimal(1), {"unclear"})


def _is_place_code(column: Column, cell: Cell) -> bool:
    """A bare zero-padded number in a text column is a code."""
    return bool(re.fullmatch(r"0\d", cell.raw))


def _scales(table: Table) -> dict[int, Decimal]:
    """The factor of every number column; a sum column without a unit of its own has that of the columns it adds up."""
    scales = {column.index: header_scale(column) for column in table.columns if column.kind == "number"}
    sums = {c.index for c in table.columns if c.kind == "number" and c.measure in ("jumlah", "total") and c.unit == "rupiah"}
    others = {scale for index, scale in scales.items() if index not in sums and table.columns[index].unit == "rupiah"}
    for index in sums:
        if scales[index] == 1 and len(others) == 1:
            scales[index] = next(iter(others))
    return scales


def header_scale(column: Column) -> Decimal:
    """The factor that a column's header gives: 1000 for "(Rp Ribu)", 1000000 for "(dalam juta rupiah)"."""
    text = " ".join(column.header)
    if column.unit != "rupiah":
        return Decimal(1)
    if _BILLIONS.search(text):
        return Decimal(10**9)
    if _MILLIONS.search(text):
        return Decimal(10**6)
    return Decimal(1000) if _THOUSANDS.search(text) else Decimal(1)


def _unknown_scale(column: Column) -> bool:
    """A header that names a scale of money we do not know ("dalam lusin rupiah")."""
    found = _IN_UNIT.search(" ".join(column.header)) if column.unit == "rupiah" else None
    return bool(found) and header_scale(column) == 1 and str(found[1]).lower() not in ("", "rupiah", "rp")  # type: ignore[index]


def _implausible_columns(table: Table, scales: dict[int, Decimal]) -> set[int]:
    """Scaled columns where the header's unit cannot be right: one amount would exceed the state budget."""
    beyond = {
        scales[cell.column]
        for row in table.rows for cell in row.cells
        if scales.get(cell.column, Decimal(1)) > 1 and (value := parse_number(cell.text)) is not None
        and abs(value) * scales[cell.column] > STATE_BUDGET
    }  # fmt: skip
    return {index for index, scale in scales.items() if scale in beyond}


def _of_cell(table: Table, row: Row, cell: Cell, column: Column, scale: Decimal, flags: set[str]) -> Iterator[Figure]:
    readings = read_cell(cell.raw.replace("\n", " "))
    base, unit, measure = _what(table, row, column)
    for at, reading in enumerate(readings):
        indicator = f"{base} ({reading.label})" if reading.label else base
        yield Figure(
            id=stable_id("f", table.doc, row.id, cell.column, cell.raw, at),
            doc=table.doc,
            table=table.name,
            line=row.lines[0],
            page=row.span.page,
            program=row.program,
            activity=row.activity,
            activity_code=row.activity_code,
            org_unit=row.org_unit,
            level=row.level,
            code=row.code,
            indicator=indicator,
            unit=_unit(reading, column, measure, unit),
            measure=measure,
            year=reading.year if reading.year is not None else column.year,
            raw=cell.raw,
            value=reading.value,
            scale=scale if reading.value is not None else Decimal(1),
            flags=tuple(sorted(_flags(reading, row, cell, column) | (flags if reading.value is not None else set()))),
            table_id=table.id,
            row_id=row.id,
            column=cell.column,
            lines=row.lines,
            parents=row.parents if base.startswith(row.label) else (*row.parents, row.label),
            box=cell.box,
        )


def _flags(reading: Reading, row: Row, cell: Cell, column: Column) -> set[str]:
    flags = set(reading.flags) | set(cell.flags) | (set(row.flags) & {"unclear", "label-missing", "label-inherited", "shifted-office"})
    if not any(part.strip() for part in column.header):
        # nothing says what the number is
        flags.add("unclear")
    period = _PERIOD.search(" ".join(column.header)) if column.year is None else None
    if period:
        flags.add(f"periode-{period[1]}-{period[2]}")
    return flags


def _what(table: Table, row: Row, column: Column) -> tuple[str, str, str]:
    """The indicator, the row's unit and the measure that a column's cells state."""
    measure = column.measure or " ".join(column.header).lower() or f"kolom {column.index + 1}"
    beside = _label_beside(table, row, column)
    if beside:
        header = column.header[0] if column.header else ""
        return (f"{beside} ({header})" if header else beside), row.unit, "nilai"
    if measure in _PER_ROW_UNIT:
        named = _indicator_cell(table, row)
        if named:
            found = _UNIT_IN_NAME.search(named)
            return (named[: found.start()] if found else named), row.unit or (found[1] if found else ""), measure
    return row.label or (row.parents[-1] if row.parents else ""), row.unit, measure


def _label_beside(table: Table, row: Row, column: Column) -> str:
    """Tables of label and value side by side: the text left of the number stands under the same header."""
    if column.year is not None or column.index == 0:
        return ""
    left = table.columns[column.index - 1]
    if left.kind in ("label", "text") and left.header and left.header == column.header:
        return row.cells[left.index].text or row.label
    return ""


def _indicator_cell(table: Table, row: Row) -> str:
    """The text of an indicator column next to the label column."""
    for column in table.columns:
        if (
            column.kind == "text"
            and column.header
            and re.search(r"indikator\b(?! kinerja sasaran strategis)", column.header[-1], re.IGNORECASE)
        ):
            cell = row.cells[column.index]
            if cell.text and not cell.inherited:
                return cell.text
    return ""


def _unit(reading: Reading, column: Column, measure: str, row_unit: str) -> str:
    if "year-value" in reading.flags or (_BY_WHEN.search(measure) and _YEAR.fullmatch(str(reading.value))):
        return "tahun"
    if column.unit:
        return column.unit
    return row_unit if measure in _PER_ROW_UNIT else ""
