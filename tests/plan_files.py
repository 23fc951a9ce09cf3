"""The shipped plan as the stages see it, read once for all tests that look at it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from ingest.checks import find_discrepancies
from ingest.corpus import load_meta
from ingest.figures import extract_figures
from ingest.models import Discrepancy, Document, DocumentMeta, Figure, Table
from ingest.read_text import read_text, source_from_text
from ingest.structure import build_document
from ingest.tables import find_tables

PLAN = Path(__file__).parents[1] / "corpus" / "renstra-kp2mi-bp2mi-2025-2029.txt"
OTHER_PLAN = Path(__file__).parent / "data" / "renstra-balai-arsip-2025-2029.txt"


@cache
def document(path: Path = PLAN) -> Document:
    return build_document(read_text(path, load_meta(path)))


@cache
def tables(path: Path = PLAN) -> tuple[Table, ...]:
    return find_tables(document(path))


@cache
def figures(path: Path = PLAN) -> tuple[Figure, ...]:
    return extract_figures(tables(path), document(path))


@cache
def discrepancies(path: Path = PLAN) -> tuple[Discrepancy, ...]:
    return find_discrepancies(figures(path), tables(path), document(path))


def read(text: str) -> tuple[Document, tuple[Table, ...], tuple[Figure, ...]]:
    """A made-up document through the figure stages."""
    made = build_document(source_from_text(text, DocumentMeta(doc="contoh", title="Contoh"), "contoh.txt"))
    found = find_tables(made)
    return made, found, extract_figures(found, made)


def one(line: int, measure: str, year: int | None, path: Path = PLAN) -> Figure:
    """The figure of a source line, measure and year; fails when there are several."""
    (found,) = [f for f in figures(path) if f.line == line and f.measure == measure and f.year == year]
    return found


def grid(*rows: str) -> str:
    """Lines with " | " between cells as table lines."""
    return "\n".join("\t".join(cell.strip() for cell in row.split("|")) for row in rows)
