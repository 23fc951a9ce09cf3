"""Which figures are money, and how they are written short. Pure."""

from __future__ import annotations

from decimal import Decimal

from assistant.measures import MONEY
from ingest.models import Figure
from ingest.numerals import short_rupiah

RUPIAH = "rupiah"


def is_money(figure: Figure) -> bool:
    return figure.measure in MONEY or figure.unit.strip().lower() in (RUPIAH, "rp")


def amount(figure: Figure) -> Decimal | None:
    """The value in the plain unit (rupiah, not thousands of rupiah); None for a word."""
    return None if figure.value is None else figure.value * figure.scale


def short_label(figure: Figure) -> str:
    """ "907,19 miliar"; the printed word where there is no value."""
    value = amount(figure)
    return figure.raw if value is None else short_rupiah(value)
