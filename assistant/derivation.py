"""Recomputing a derived number from the figures it names. Pure, exact arithmetic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from assistant.models import Derived
from ingest.models import Figure

_SAME_MEASURE = {"difference", "growth", "sum", "average", "highest", "lowest", "rank", "share"}


def figure_value(figure: Figure) -> Decimal | None:
    """The figure in its plain unit (scale applied); None for a graded word."""
    return None if figure.value is None else figure.value * figure.scale


def rounded(value: Decimal, places: int) -> set[Decimal]:
    """`value` at that many decimals; both rules of rounding a half, since a writer may use either."""
    step = Decimal(1).scaleb(-places)
    return {value.quantize(step, ROUND_HALF_UP), value.quantize(step, ROUND_HALF_EVEN)}


def decimals(value: Decimal) -> int:
    """How many decimals `value` is stated with; trailing zeros count."""
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def candidates(derived: Derived, figures: Mapping[str, Figure]) -> set[Decimal]:
    """Every exact value that the operation gives over its operands; empty when it cannot be computed from them."""
    operands = [figures[key] for key in derived.operands if key in figures]
    if not operands or len(operands) != len(derived.operands):
        return set()
    if derived.operation == "count":
        return {Decimal(len(operands))}
    values = [v for v in map(figure_value, operands) if v is not None]
    if len(values) != len(operands) or not comparable(derived, operands):
        return set()
    return _compute(derived.operation, values, "terendah" in derived.formula.lower())


def comparable(derived: Derived, operands: Sequence[Figure]) -> bool:
    """Whether the operands may stand in one sum or comparison: one measure, one unit (empty units are unknown); or what
    one row was to reach in a year and what it reached."""
    if derived.operation not in _SAME_MEASURE:
        return True
    units = {f.unit.strip().casefold() for f in operands if f.unit.strip()}
    against_target = (
        derived.operation in {"difference", "share"}
        and {f.measure for f in operands} == {"target", "realisasi"}
        and len({(f.row_id, f.year) for f in operands}) == 1
    )
    return (len({f.measure for f in operands}) == 1 or against_target) and len(units) <= 1


def _compute(operation: str, values: Sequence[Decimal], ascending: bool) -> set[Decimal]:
    first, last = values[0], values[-1]
    if operation == "sum":
        return {sum(values, Decimal(0))}
    if operation == "average":
        return {sum(values, Decimal(0)) / len(values)}
    if operation in {"highest", "lowest"}:
        return {max(values) if operation == "highest" else min(values)}
    if operation == "rank":
        return {Decimal(1 + sum(v < first if ascending else v > first for v in values))}
    if operation == "value" and len(values) == 1:
        return {first}
    if len(values) < 2:
        return set()
    if operation in {"difference", "compare"}:
        return {last - first, first - last, abs(last - first)}
    if operation == "growth":
        return {(last - first) / first * 100} if first else set()
    if operation == "ratio":
        return {last / first} if first else set()
    if operation == "share":
        whole = {last, sum(values, Decimal(0))} - {Decimal(0)}
        return {first / w * 100 for w in whole}
    return set()


def recomputes(derived: Derived, figures: Mapping[str, Figure]) -> bool:
    """Whether `derived.value` is what its operation gives, at the rounding it is stated with."""
    places = decimals(derived.value)
    return any(derived.value == exact or derived.value in rounded(exact, places) for exact in candidates(derived, figures))
