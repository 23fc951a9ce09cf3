"""Each number of a claim against that claim's own figures, computed results and quotes. Pure."""

from __future__ import annotations

from decimal import Decimal

from assistant import verify_quotes as vq
from assistant import verify_text as vt
from assistant.derivation import candidates, decimals, figure_value, rounded
from assistant.models import Derived, Evidence
from assistant.verify_context import Context, names_only
from assistant.verify_labels import MEASURES, names_row, tokens, unit_conflict
from ingest.models import Figure
from ingest.numerals import parse_number

_PLACES = {"baris", "line", "halaman", "page"}
_HEDGES = ("sekitar", "kurang lebih", "hampir", "kira-kira", "lebih dari", "about", "around", "roughly", "nearly", "±", "≈", "~")


def figures_for(context: Context, number: vt.Stated) -> list[Figure]:
    return [f for f in context.stated if _states(context, number, f)]


def _states(context: Context, number: vt.Stated, figure: Figure) -> bool:
    if _inside_raw(context.text, number, figure.raw):
        return True
    value = figure_value(figure)
    if value is None or figure.value is None:
        return False
    if vq.equal(number, value):
        return True
    # printed under "(Rp Ribu)" and stated so
    word = {Decimal(1000): "ribu", Decimal(10**6): "juta", Decimal(10**9): "miliar"}.get(figure.scale, "")
    return bool(word) and number.scale == 1 and number.value == figure.value and word in context.text.casefold()


def _inside_raw(text: str, number: vt.Stated, raw: str) -> bool:
    """Whether the number is part of a graded cell stated as printed ("76-100 (93)", "level 3 (Nilai 3,46)")."""
    printed = " ".join(raw.split())
    if parse_number(printed) is not None or number.start < 0:
        return False
    at = text.find(printed, max(0, number.start - len(printed)))
    return 0 <= at <= number.start and number.end <= at + len(printed)


def derived_for(context: Context, number: vt.Stated) -> list[Derived]:
    found = []
    for derived in context.claim.derived:
        if abs(number.value) == abs(derived.value) or vq.equal(number, derived.value) or vq.equal(number, -derived.value):
            found.append(derived)
        elif 0 < number.places < decimals(derived.value) or number.places >= 2:
            exact = {abs(v) for v in candidates(derived, context.operands)}
            if any(abs(number.value) in rounded(v, number.places) for v in exact):
                found.append(derived)
    return found


def check_value(context: Context, number: vt.Stated, region: vt.Region | None, also: set[Decimal]) -> None:
    shown = context.text[number.start : number.end]
    stated = figures_for(context, number)
    problems: list[tuple[str, str]] = []
    for figure in stated:
        problem = _figure_problem(context, number, figure, region, also)
        if problem is None:
            return
        problems.append(problem)
    if any(_derived_fits(context, number, d) for d in derived_for(context, number)):
        return
    supported, problem = _in_quotes(context, number)
    if supported:
        return
    if problem:
        problems.append(problem)
    kind, why = problems[0] if problems else ("unsupported-number", "tidak ada dalam bukti")
    context.fail(kind, f"“{shown}”: {why}.")


def _derived_fits(context: Context, number: vt.Stated, derived: Derived) -> bool:
    operands = [context.operands[k] for k in derived.operands if k in context.operands]
    if derived.operation in {"growth", "share"}:
        return number.unit in {"", "persen"}
    if derived.operation in {"count", "rank"}:
        return number.unit == ""
    return derived.operation == "ratio" or all(not unit_conflict(number, f) for f in operands)


def _figure_problem(
    context: Context, number: vt.Stated, figure: Figure, region: vt.Region | None, also: set[Decimal]
) -> tuple[str, str] | None:
    value = figure_value(figure)
    if (
        value is not None
        and vq.equal(number, value)
        and number.scale > 1
        and number.value != value
        and not _may_round(context, number, value, also)
    ):
        return "wrong-rounding", f"bulatkan dengan “sekitar”, atau sebut {figure.raw} lengkap"
    if unit_conflict(number, figure):
        return "wrong-unit", f"satuannya “{figure.unit or figure.measure}”"
    if region is None:
        return None
    governing = region.years or vt.years_of(context.before)[-1:] or vt.years_of(context.question) or _table_years(context, figure)
    if figure.year is not None and figure.year not in governing:
        return "wrong-year", f"angka ini milik tahun {figure.year}" + (", sebut tahunnya" if not governing else "")
    if not names_row(figure, region.near, context.text, f"{context.before}\n{context.question}", context.rows):
        return "wrong-row", f"angka ini milik baris “{figure.indicator}”"
    return _measure_problem(figure, region)


def _measure_problem(figure: Figure, region: vt.Region) -> tuple[str, str] | None:
    own = next((family for family in MEASURES if figure.measure in family), None)
    if own is None:
        return None
    # not the table's title: "Target Indikator Kinerja dan Realisasi Kinerja" names measures of all its columns
    label = set(tokens(" ".join((figure.indicator, figure.activity, figure.program))))
    said = set(tokens(region.near[0])) - label
    if any(said & family for family in MEASURES if family is not own) and not said & own:
        return "wrong-measure", f"angka ini adalah {figure.measure}"
    return None


def _may_round(context: Context, number: vt.Stated, value: Decimal, also: set[Decimal]) -> bool:
    digits = len(str(abs(number.value / number.scale).normalize()).replace(".", ""))
    before = context.text[max(0, number.start - 24) : number.start].casefold()
    return digits >= 3 or number.places >= 1 or value in also or any(hedge in before for hedge in _HEDGES)


def _table_years(context: Context, figure: Figure) -> tuple[int, ...]:
    return vt.years_of(" ".join([figure.table, *(e.table or "" for e in context.cited)]))


def _in_quotes(context: Context, number: vt.Stated) -> tuple[bool, tuple[str, str] | None]:
    """Whether a quote (or a name) of the claim's evidence holds this number, governed by the same year."""
    problem = None
    sentence, years = _sentence_at(context.text, number)
    for item in context.cited:
        if len(sentence) > 20 and vq.plain(sentence) in vq.plain(item.quote):
            return True, None
        row = bool(item.row_id) or "\t" in item.quote
        for other, governing, line in vq.quote_numbers(item.quote, row, not context.claim.figures and not years):
            if not vq.same(number, other, line) or (row and not vq.cell_alike(context.text, number, line, other, item.quote)):
                continue
            if years and governing and not other.name and not set(years) & set(governing):
                problem = ("wrong-year", f"dalam bukti angka ini milik tahun {governing[0]}")
                continue
            return True, None
    names = vt.clean(names_only(context))
    for other in vq.name_numbers(names):
        if other.value == number.value and other.unit == number.unit and vq.named_alike(context.text, number, names, other):
            return True, None
    if number.name in _PLACES and any(_at_place(item, number) for item in context.cited):
        return True, None
    if number.unit == "" and number.scale == 1 and number.value > 1 and number.value in {vt.list_items(context.claim.text), context.listed}:
        return True, None
    return False, problem


def _at_place(item: Evidence, number: vt.Stated) -> bool:
    """ "baris 578", "halaman 12": where the evidence stands."""
    return item.lines[0] <= number.value <= item.lines[1] if number.name in {"baris", "line"} else number.value == item.page


def _sentence_at(text: str, number: vt.Stated) -> tuple[str, tuple[int, ...]]:
    region = vt.regions(text, [number])
    years = region[0].years if region else ()
    return (region[0].near[-1] if region else ""), years


def check_words(context: Context, values: set[Decimal]) -> None:
    """Numbers written in words stand in the evidence in the same words, or equal a number that may be stated."""
    names = " ".join(context.names.casefold().split())
    known = values | {v for f in context.stated if (v := figure_value(f)) is not None} | {d.value for d in context.claim.derived}
    counts = {vt.list_items(context.claim.text), context.listed, len(context.stated), len({f.row_id for f in context.stated})}
    known |= {Decimal(n) for n in counts if n > 1}
    # of a row its figures are known already; what its label holds is a name
    known |= {n.value for e in context.cited if not e.row_id and "\t" not in e.quote for n, _, _ in vq.quote_numbers(e.quote, False)}
    for words, value in vt.number_words(context.text):
        if (value is None or value not in known) and words not in names:
            context.fail("unsupported-number", f"“{words}” tidak ada dalam bukti.")


def check_graded(context: Context) -> None:
    """A graded word ("WTP", "Sangat baik") stands under its own year too, like a number."""
    graded = [f for f in context.stated if f.value is None and len(f.raw.strip()) > 1]
    text = context.text.casefold()
    for raw in dict.fromkeys(f.raw.strip() for f in graded):
        known = {f.year for f in graded if f.raw.strip() == raw}
        at = text.find(raw.casefold())
        while at >= 0:
            region = vt.regions(context.text, [vt.Stated(at, at + len(raw), Decimal(0), "")])
            years = region[0].years if region else ()
            if years and None not in known and not known & set(years):
                context.fail("wrong-year", f"“{raw}”: nilai ini milik tahun {', '.join(str(y) for y in sorted(y for y in known if y))}.")
            at = text.find(raw.casefold(), at + len(raw))
