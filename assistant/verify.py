"""Claims x evidence -> violations. Pure; stands between every answer and its reader, in every mode.

What cannot be tied to the claim's own evidence is a violation: unknown ids, altered quotes, numbers, years, rows,
measures and units that the evidence does not hold, derived numbers that do not recompute. Nothing is repaired here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile

from assistant import verify_text as vt
from assistant.derivation import figure_value, recomputes
from assistant.models import Claim, Derived, Evidence
from assistant.verify_context import Context, Violation, gather
from assistant.verify_labels import tokens
from assistant.verify_quotes import token_alike
from assistant.verify_values import check_graded, check_value, check_words, derived_for, figures_for
from ingest.models import Figure

__all__ = ["SourceText", "Violation", "verify"]

SourceText = Callable[[str, int, int], str]
_RISE = {"naik", "meningkat", "bertambah", "tumbuh", "kenaikan", "peningkatan", "rises", "increases", "increase", "grows", "rose"}
_FALL = {"turun", "menurun", "berkurang", "menyusut", "penurunan", "falls", "decreases", "decrease", "declines", "fell"}


def verify(
    claims: Sequence[Claim],
    evidence: Mapping[str, Evidence],
    figures: Mapping[str, Figure],
    source_text: SourceText,
    question: str = "",
    first: int = 0,
) -> list[Violation]:
    """Every reason why these claims, from the `first` on, may not be shown; empty when each stands on its own evidence.

    `figures` holds at least the figures and operands that the claims name. `source_text(doc, first, last)` is the
    verbatim text of those lines (joined by line breaks). `question`: what the asker wrote, whose numbers a plain
    claim may repeat and whose years hold where an answer names none.
    """
    out: list[Violation] = []
    before = ""
    rows = tuple({e.row for e in evidence.values() if e.row} | {figures[k].indicator for c in claims for k in c.figures if k in figures})
    for index, claim in enumerate(claims):
        context = gather(index, claim, evidence, figures, question, before, rows, out)
        context.listed = sum(1 for _ in takewhile(lambda c: vt.list_items(c.text) == 1, claims[index + 1 :]))
        if index < first:
            pass  # known to stand; what comes after it may lean on it
        elif claim.plain:
            _check_plain(context)
        else:
            _check_evidence(context, source_text)
            _check_derived(context)
            _check_numbers(context)
        before = f"{before}\n{context.text}"
    return out


def _check_evidence(context: Context, source_text: SourceText) -> None:
    claim = context.claim
    if not claim.evidence and not claim.figures:
        context.fail("no-evidence", "Pernyataan tanpa bukti.")
    for item in context.cited:
        if not item.quote.strip() or item.quote not in source_text(item.doc, *item.lines):
            context.fail("altered-quote", f"Kutipan bukti “{item.id}” tidak sama dengan naskah.")
    for figure in context.stated:
        if not any(_holds(item, figure) for item in context.cited):
            context.fail("figure-outside-evidence", f"Angka “{figure.raw}” ({figure.indicator}) bukan dari bukti yang dirujuk.")


def _holds(item: Evidence, figure: Figure) -> bool:
    if item.doc != figure.doc:
        return False
    if item.row_id:
        return item.row_id == figure.row_id
    first, last = item.lines
    return any(first <= line <= last for line in (figure.lines or (figure.line,)))


def _check_derived(context: Context) -> None:
    for derived in context.claim.derived:
        if any(key not in context.operands for key in derived.operands):
            continue  # reported as unknown-figure
        if not recomputes(derived, context.operands):
            context.fail("derived-mismatch", f"Hasil hitung “{derived.formula}” tidak sama bila dihitung ulang.")
        _check_direction(context, derived)


def _check_direction(context: Context, derived: Derived) -> None:
    """ "naik" over years in which the figure fell is as wrong as a wrong number."""
    if derived.operation not in {"difference", "growth"} or len(context.claim.derived) != 1:
        return
    operands = sorted((context.operands[k] for k in derived.operands), key=lambda f: f.year or 0)
    first, last = figure_value(operands[0]), figure_value(operands[-1])
    if first is None or last is None or operands[0].year == operands[-1].year or len({f.row_id for f in operands}) != 1:
        return
    words = set(tokens(context.text))
    said = (1 if words & _RISE else 0) - (1 if words & _FALL else 0)
    if said and (last - first) * said < 0:
        context.fail("wrong-direction", "Arah perubahan (naik/turun) terbalik.")


def _check_plain(context: Context) -> None:
    text = context.text
    asked = {n.value for n in vt.numbers(context.question)}
    loose = [text[n.start : n.end] for n in vt.numbers(text) if n.value not in asked]
    loose += [token for _, _, token in vt.codes(text) if token.casefold() not in context.question.casefold()]
    loose += [raw for raw in vt.uncovered(text) if raw.casefold() not in context.question.casefold()]
    loose += [words for words, _ in vt.number_words(text) if words not in context.question.casefold()]
    for number in loose:
        context.fail("plain-number", f"“{number}” disebut tanpa bukti.")


def _check_numbers(context: Context) -> None:
    text = context.text
    names = context.names.casefold()
    for _, _, token in vt.codes(text):
        if not _has_token(names, token.casefold()):
            context.fail("unsupported-number", f"“{token}” tidak ada dalam bukti.")
    for raw in vt.uncovered(text):
        if not _stands_alike(text, raw, context.names):
            context.fail("unsupported-number", f"“{raw}” tidak ada dalam bukti.")
    found = vt.numbers(text)
    years = [n for n in found if n.unit == "tahun"]
    values = [n for n in found if n.unit != "tahun"]
    _check_years(context, years)
    places = vt.regions(text, [n for n in values if figures_for(context, n) or derived_for(context, n)])
    at = 0
    for number in values:
        region = None
        if at < len(places) and (figures_for(context, number) or derived_for(context, number)):
            region, at = places[at], at + 1
        check_value(context, number, region, {n.value for n in values})
    check_words(context, {n.value for n in values})
    check_graded(context)


def _stands_alike(text: str, raw: str, names: str) -> bool:
    """Whether digits that are no numeral ("1.1.1") stand beside the same word in the evidence, wherever the text says them."""
    held = [m.span() for m in re.finditer(re.escape(raw), names)]
    return all(any(token_alike(text, m.span(), names, span) for span in held) for m in re.finditer(re.escape(raw), text))


def _has_token(text: str, token: str) -> bool:
    """Whether `token` stands in `text` as a whole, not inside a longer code or number."""
    at = text.find(token)
    while at >= 0:
        head, tail = text[at - 1 : at], text[at + len(token) : at + len(token) + 1]
        if not head.isalnum() and not tail.isalnum():
            return True
        at = text.find(token, at + 1)
    return False


def _check_years(context: Context, years: Sequence[vt.Stated]) -> None:
    allowed = {f.year for f in (*context.stated, *context.operands.values())} | set(vt.years_of(context.names))
    for number_of, year_of in vt.laws(context.text) - vt.laws(context.names):
        context.fail("unsupported-number", f"“Nomor {number_of} Tahun {year_of}” tidak ada dalam bukti.")
    for first, last in vt.ranges(context.text) - vt.ranges(context.names) - vt.ranges(context.question):
        if not {first, last} <= {f.year for f in (*context.stated, *context.operands.values())} or last <= first:
            context.fail("wrong-year", f"Rentang {first}-{last} tidak ada dalam bukti.")
    for number in years:
        year = int(number.value)
        graded = any(figure_value(f) == number.value for f in context.stated)
        if year not in allowed and not graded:
            context.fail("wrong-year", f"Tahun {year} tidak ada dalam bukti.")
