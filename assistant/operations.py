"""Exact arithmetic over looked-up figures. Every result carries its operands and its formula. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from assistant.models import Derived, Operation
from ingest.models import Figure
from ingest.numerals import format_number

PERCENT_PLACES = Decimal("0.01")


def amount(figure: Figure) -> Decimal:
    """The value in the plain unit: rupiah, not thousands of rupiah."""
    if figure.value is None:
        raise ValueError(f"figure {figure.id} states a word, not a number")
    return figure.value * figure.scale


def derive(operation: Operation, figures: Sequence[Figure]) -> Derived | None:
    """The result of an operation over figures in order; None where it has none (too few numbers, division by zero)."""
    known = [f for f in figures if f.value is not None]
    if len(known) != len(figures) or not known:
        return None
    values = [amount(f) for f in known]
    shown = [format_number(v) for v in values]
    ids = tuple(f.id for f in known)
    result = compute(operation, values)
    if result is None:
        return None
    return Derived(operation=operation, operands=ids, value=result, formula=formula(operation, shown, result))


def compute(operation: Operation, values: Sequence[Decimal]) -> Decimal | None:
    """difference and ratio: last against first; growth in percent; share: first of the second, in percent; rank: place of the first,
    the largest being 1."""
    first, last = values[0], values[-1]
    if operation == "sum":
        return sum(values, Decimal(0))
    if operation == "average":
        return rounded(sum(values, Decimal(0)) / len(values))
    if operation in ("difference", "compare"):
        return last - first if len(values) > 1 else None
    if operation == "growth":
        return rounded((last - first) / first * 100) if len(values) > 1 and first else None
    if operation == "ratio":
        return rounded(last / first) if len(values) > 1 and first else None
    if operation == "share":
        return rounded(first / last * 100) if len(values) > 1 and last else None
    if operation == "rank":
        return Decimal(1 + sum(value > first for value in values[1:])) if len(values) > 1 else None
    if operation == "highest":
        return max(values)
    if operation == "lowest":
        return min(values)
    if operation == "count":
        return Decimal(len(values))
    return None


def rounded(value: Decimal) -> Decimal:
    return value.quantize(PERCENT_PLACES, rounding=ROUND_HALF_UP)


def formula(operation: Operation, shown: Sequence[str], result: Decimal) -> str:
    end = format_number(result)
    if operation == "sum":
        return f"{' + '.join(shown)} = {end}"
    if operation == "average":
        return f"({' + '.join(shown)}) : {len(shown)} = {end}"
    if operation in ("difference", "compare"):
        return f"{shown[-1]} − {bracketed(shown[0])} = {end}"
    if operation == "growth":
        return f"({shown[-1]} − {bracketed(shown[0])}) : {bracketed(shown[0])} × 100% = {end}%"
    if operation == "ratio":
        return f"{shown[-1]} : {shown[0]} = {end}"
    if operation == "share":
        return f"{shown[0]} : {shown[-1]} × 100% = {end}%"
    if operation == "rank":
        return f"urutan ke-{end} dari {len(shown)}, yang terbesar lebih dulu"
    if operation in ("highest", "lowest"):
        return f"{'terbesar' if operation == 'highest' else 'terkecil'} dari {'; '.join(shown)}"
    return end


def bracketed(text: str) -> str:
    return f"({text})" if text.startswith(("-", "−")) else text
