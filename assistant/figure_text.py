"""A figure as an answer states it. Pure."""

from __future__ import annotations

from decimal import Decimal

from assistant.measures import MONEY
from assistant.operations import amount
from ingest.models import Figure
from ingest.numerals import format_number, short_rupiah

LARGE = Decimal(1_000_000)


def shown(figure: Figure) -> str:
    """A figure as an answer states it: as printed, rupiah and unit named, thousands of rupiah written out."""
    if figure.measure in MONEY or figure.unit.lower() == "rupiah":
        if figure.value is None:
            return figure.raw
        value = amount(figure)
        return f"Rp{format_number(value)}" + (f" ({short_rupiah(value)})" if abs(value) >= LARGE else "")
    raw = " ".join(figure.raw.split())
    if "mended" in figure.flags and figure.value is not None:
        raw = format_number(figure.value)
    if figure.value is not None and "-" not in raw and not any(c.isalpha() for c in raw):
        raw = format_number(figure.value) if "%" not in raw and "(" not in raw and raw.count(",") + raw.count(".") == 0 else raw
    unit = figure.unit.strip()
    if (
        figure.unit
        and figure.value is not None
        and not any(c.isalpha() for c in raw)
        and unit.lower() not in ("nilai", "indeks", "opini", "%")
        and "%" not in raw
    ):
        return f"{raw} {unit.lower()}"
    return f"{raw}%" if unit == "%" and "%" not in raw and figure.value is not None else raw
