"""Figures, tables and discrepancies in one SQLite file: written once by ingest, opened read-only by everybody else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ingest.errors import IndexMissingError, StaleIndexError
from ingest.models import FIGURE_FIELDS, Column, Discrepancy, Figure, Place, Row, Span, Table
from ingest.models import Cell as TableCell

_REST = ("table_id", "row_id", "column", "lines", "parents", "box")
_COLUMNS = (*FIGURE_FIELDS, *_REST)
_JSON = {"flags", "lines", "parents", "box"}
_NUMBERS = {"line", "page", "year", "column"}
"""INTEGER columns. `value` and `scale` are exact decimals and stay TEXT."""


def write_figures(path: Path, figures: Sequence[Figure], tables: Sequence[Table], discrepancies: Sequence[Discrepancy]) -> None:
    """Write a fresh store at `path` (an older file there is replaced)."""
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        with connection:
            columns = ", ".join(f'"{name}" {"INTEGER" if name in _NUMBERS else "TEXT"}' for name in _COLUMNS)
            connection.execute(f"CREATE TABLE figure ({columns}, PRIMARY KEY (id))")
            connection.execute("CREATE TABLE plan_table (id TEXT PRIMARY KEY, doc TEXT, name TEXT, body TEXT)")
            connection.execute("CREATE TABLE discrepancy (id TEXT PRIMARY KEY, doc TEXT, kind TEXT, severity INTEGER, body TEXT)")
            marks = ", ".join("?" for _ in _COLUMNS)
            connection.executemany(f"INSERT OR IGNORE INTO figure VALUES ({marks})", (_flat(figure) for figure in figures))
            connection.executemany(
                "INSERT OR IGNORE INTO plan_table VALUES (?, ?, ?, ?)", ((t.id, t.doc, t.name, _body(t)) for t in tables)
            )
            connection.executemany(
                "INSERT OR IGNORE INTO discrepancy VALUES (?, ?, ?, ?, ?)",
                ((d.id, d.doc, d.kind, d.severity, _body(d)) for d in discrepancies),
            )
            connection.execute("CREATE INDEX figure_row ON figure (row_id)")
    finally:
        connection.close()


def _flat(figure: Figure) -> list[object]:
    out: list[object] = []
    for name in _COLUMNS:
        value = getattr(figure, name)
        if name in _JSON:
            value = None if value is None else json.dumps(value, ensure_ascii=False)
        elif isinstance(value, Decimal):
            value = str(value)
        out.append(value)
    return out


def _body(model: Table | Discrepancy) -> str:
    return json.dumps(model.model_dump(), ensure_ascii=False, default=str)


class FigureStore:
    """What `write_figures` wrote. Tables are read when they are first asked for."""

    def __init__(
        self, path: Path, figures: tuple[Figure, ...], discrepancies: tuple[Discrepancy, ...], docs: Collection[str] | None = None
    ) -> None:
        """`docs`: the documents whose tables it shows; None: all."""
        self.path = path
        self.docs = docs
        self.figures = figures
        self.discrepancies = discrepancies
        self._by_id = {figure.id: figure for figure in figures}
        rows: dict[str, list[Figure]] = {}
        for figure in figures:
            rows.setdefault(figure.row_id, []).append(figure)
        self._by_row = MappingProxyType({row: tuple(found) for row, found in rows.items()})

    @classmethod
    def open(cls, path: Path) -> FigureStore:
        """Read the store; IndexMissingError where there is none, StaleIndexError where it is none of ours."""
        if not path.exists():
            raise IndexMissingError(f"Indeks angka tidak ada: {path}. Jalankan `renstra ingest` dahulu.")
        try:
            figures = tuple(_figure(record) for record in _select(path, f"SELECT {', '.join(_quoted())} FROM figure ORDER BY rowid"))
            bodies = _select(path, "SELECT body FROM discrepancy ORDER BY rowid")
            return cls(path, figures, tuple(_discrepancy(json.loads(body)) for (body,) in bodies))
        except (sqlite3.DatabaseError, json.JSONDecodeError, KeyError) as error:
            raise StaleIndexError(f"Indeks angka {path} tidak bisa dibaca ({error}). Jalankan lagi `renstra ingest`.") from error

    def by_id(self, figure_id: str) -> Figure | None:
        return self._by_id.get(figure_id)

    def by_row(self, row_id: str) -> tuple[Figure, ...]:
        """The figures of one table row, left to right; empty for an unknown row."""
        return self._by_row.get(row_id, ())

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        found = (_table(json.loads(body)) for (body,) in _select(self.path, "SELECT body FROM plan_table ORDER BY rowid"))
        return tuple(table for table in found if self.docs is None or table.doc in self.docs)

    def only(self, docs: Collection[str]) -> FigureStore:
        """The part of it that belongs to these documents."""
        return FigureStore(
            self.path, tuple(f for f in self.figures if f.doc in docs), tuple(d for d in self.discrepancies if d.doc in docs), docs
        )

    @cached_property
    def rows(self) -> MappingProxyType[str, tuple[Table, Row]]:
        """Every table row by its id, with its table."""
        return MappingProxyType({row.id: (table, row) for table in self.tables for row in table.rows})

    @cached_property
    def _by_figure(self) -> dict[str, tuple[Discrepancy, ...]]:
        found: dict[str, list[Discrepancy]] = {}
        for discrepancy in self.discrepancies:
            for figure_id in discrepancy.figure_ids:
                found.setdefault(figure_id, []).append(discrepancy)
        return {figure_id: tuple(several) for figure_id, several in found.items()}

    def discrepancies_of(self, figure_id: str) -> tuple[Discrepancy, ...]:
        """The discrepancies in which a figure takes part, most serious first."""
        return self._by_figure.get(figure_id, ())


def _quoted() -> list[str]:
    return [f'"{name}"' for name in _COLUMNS]


def _select(path: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


# The store is our own output, checked when it was written: `model_construct` loads it without validating it again.


def _figure(record: tuple[Any, ...]) -> Figure:
    values = dict(zip(_COLUMNS, record, strict=True))
    for name in ("flags", "lines", "parents"):
        values[name] = tuple(json.loads(values[name]))
    values["box"] = tuple(json.loads(values["box"])) if values["box"] else None
    values["value"] = Decimal(values["value"]) if values["value"] is not None else None
    values["scale"] = Decimal(values["scale"])
    return Figure.model_construct(**values)


def _discrepancy(body: dict[str, Any]) -> Discrepancy:
    places = tuple(
        Place.model_construct(**(p | {"value": Decimal(p["value"]) if p["value"] is not None else None})) for p in body["places"]
    )
    return Discrepancy.model_construct(**(body | {"places": places, "figure_ids": tuple(body["figure_ids"])}))


def _span(body: dict[str, Any]) -> Span:
    return Span.model_construct(**(body | {"box": tuple(body["box"]) if body["box"] else None}))


def _table(body: dict[str, Any]) -> Table:
    columns = tuple(Column.model_construct(**(c | {"header": tuple(c["header"])})) for c in body["columns"])
    rows = tuple(_row(row) for row in body["rows"])
    tuples = {name: tuple(body[name]) for name in ("path", "notes", "note_lines", "header_lines", "flags")}
    return Table.model_construct(**(body | tuples | {"columns": columns, "rows": rows, "span": _span(body["span"])}))


def _row(body: dict[str, Any]) -> Row:
    cells = tuple(
        TableCell.model_construct(
            **(c | {"items": tuple(c["items"]), "flags": tuple(c["flags"]), "box": tuple(c["box"]) if c["box"] else None})
        )
        for c in body["cells"]
    )
    tuples = {name: tuple(body[name]) for name in ("lines", "parents", "flags")}
    return Row.model_construct(**(body | tuples | {"cells": cells, "span": _span(body["span"])}))
