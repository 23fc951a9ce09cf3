"""What is computed of a row's figures, as a sentence: sums and extremes over years, changes, what was reached of a target. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.figure_text import shown
from assistant.measures import MONEY
from assistant.models import Claim, Derived
from assistant.operations import amount
from ingest.models import Figure
from ingest.numerals import format_number, short_rupiah

NAMES = {
    "difference": "Selisih", "growth": "Pertumbuhan", "ratio": "Perbandingan", "sum": "Jumlah", "average": "Rata-rata", "highest": "Tertinggi",
    "lowest": "Terendah", "share": "Porsi", "count": "Banyaknya",
}  # fmt: skip
POINTS = frozenset(["nilai", "indeks", "%"])
"""Units between whose figures lie points."""


def computed(derived: Derived, operands: Sequence[Figure], measure: str, about: str, where: tuple[str, ...]) -> Claim:
    """`operands` in the order of `derived`; `measure` as a sentence begins with it; `about`: what the row is called."""
    first, last = operands[0], operands[-1]
    if {first.measure, last.measure} == {"target", "realisasi"}:
        text = against_target(derived, operands, about)
    elif derived.operation in ("difference", "growth", "ratio"):
        text = change(derived, measure, about, first, last)
    elif derived.operation in ("highest", "lowest"):
        best = next(f for f in operands if amount(f) == derived.value)
        word = "tertinggi" if derived.operation == "highest" else "terendah"
        text = f"{measure} {word} {about} ada pada tahun {best.year}: **{shown(best)}**."
        return Claim(text=text, evidence=where, figures=(best.id,), derived=(derived,))
    else:
        text = over_years(derived, operands, measure, about)
    return Claim(text=text, evidence=where, figures=tuple(f.id for f in operands), derived=(derived,))


def over_years(derived: Derived, operands: Sequence[Figure], measure: str, about: str) -> str:
    first, last = operands[0], operands[-1]
    value = format_number(abs(derived.value))
    total = f"Rp{value} ({short_rupiah(abs(derived.value))})" if first.measure in MONEY else f"{value} {first.unit.lower()}".strip()
    span = f" {first.year}-{last.year}" if first.year and last.year and first.year != last.year else ""
    parts = "; ".join(f"{f.year}: {shown(f)}" for f in operands)
    return f"{NAMES[derived.operation]} {measure.lower()} {about}{span}: **{total}** ({parts})."


def against_target(derived: Derived, operands: Sequence[Figure], about: str) -> str:
    """What was reached in a year beside what was to be."""
    target, reached = sorted(operands, key=lambda f: f.measure, reverse=True)
    value = format_number(abs(derived.value))
    # between two percentages lie points, not percent: the number alone
    unit = "" if reached.unit.lower() in POINTS | {"persen"} else f" {reached.unit.lower()}"
    if derived.operation == "share":
        said = f"**{value}%** dari target"
    elif derived.value == 0:
        said = "sama dengan target"
    else:
        said = f"**{value}**{unit} {'di atas' if derived.value > 0 else 'di bawah'} target"
    return f"Realisasi {about} tahun {reached.year}: **{shown(reached)}**, {said} ({shown(target)})."


def change(derived: Derived, measure: str, about: str, first: Figure, last: Figure) -> str:
    way = "naik" if derived.value > 0 else "turun" if derived.value < 0 else "tetap"
    value = format_number(abs(derived.value))
    if derived.operation == "growth":
        said = f"{way} **{value}%**"
    elif derived.operation == "ratio":
        said = f"tahun {last.year} adalah **{value} kali** tahun {first.year}"
    elif first.measure in MONEY:
        said = f"{way} **Rp{value}** ({short_rupiah(abs(derived.value))})"
    else:
        said = f"{way} **{value}** {first.unit.lower() if first.unit.lower() not in POINTS else 'poin'}".rstrip()
    if derived.value == 0 and derived.operation != "ratio":
        said = "tetap, selisihnya **0**"
    return f"{measure} {about} {said}: dari {shown(first)} (tahun {first.year}) menjadi {shown(last)} (tahun {last.year})."
