"""A systematic sweep over the rows of a plan's tables: questions made from each row, judged against the row itself.

    python -m evals.figure_sweep [--index DIR] [--every N] [--rewrite SEED] [--show N]

Every question comes with the rows that it may mean. An answer is right when it states the asked figure of such a row;
`asked back` when it offers questions instead; `missed` when it says that there is nothing; `wrong` when it states a
figure of another row, year or measure, or one of several that fit equally. The number of wrong ones must be 0.
"""

from __future__ import annotations

import argparse
import random
import re
import shutil
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from assistant.answer import Assistant, build_assistant
from assistant.models import Answer
from assistant.rows import RowBook, TableRow
from ingest.models import Figure
from ingest.numerals import format_number
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.terms import terms

PLAIN_NUMBER = re.compile(r"[\d.,]*\d")
HEAD = 700
"""Characters of an answer in which the asked value must stand."""
SCORES = ("", "nilai", "indeks", "persen", "%", "opini", "skor")
"""Units whose years do not add up."""


@dataclass(frozen=True)
class Probe:
    """A question about `measure` of one row (`years` in order). `rows`: ids of all rows that its words may mean."""

    kind: str
    text: str
    row: TableRow
    measure: str
    years: tuple[int, ...]
    rows: frozenset[str]
    derived: Decimal | None = None
    """the number to be computed, None for a plain figure"""
    said: str = ""
    """words that the answer must hold, where no figure is asked for"""


def probes(book: RowBook, abbreviations: Sequence[tuple[str, str]], seed: int = 0, every: int = 1) -> Iterator[Probe]:
    """Questions from every `every`-th row that states figures, in the plan's order."""
    rng = random.Random(seed)
    entries = [e for key in book.order if (e := book.rows[key]).states_figures and named(e)]
    for entry in entries[:: max(1, every)]:
        yield from of_row(book, entry, abbreviations, rng)
    codes = list(book.by_activity)
    for code in codes[:: max(1, every // 4)]:
        yield from of_activity(book, code, rng)


def named(entry: TableRow) -> bool:
    return len(entry.label_terms) >= 2 and "label-missing" not in entry.row.flags


def of_row(book: RowBook, entry: TableRow, abbreviations: Sequence[tuple[str, str]], rng: random.Random) -> Iterator[Probe]:
    row = entry.row
    label = entry.shown
    same = frozenset(e.id for e in book.rows.values() if e.states_figures and e.label_terms == entry.label_terms)
    here = frozenset(
        key for key in same if book.rows[key].row.activity_code == row.activity_code and book.rows[key].table.id == entry.table.id
    )
    for measure in entry.measures:
        if re.search(r"\W", measure.replace("-", "")) and measure not in ("alokasi apbn", "alokasi non-apbn"):
            continue
        years = entry.years(measure)
        year = rng.choice(years) if years else None
        when = f" tahun {year}" if year else ""
        asked = (year,) if year else ()
        yield Probe("whole", f"Berapa {measure} {label}{when}?", entry, measure, asked, same)
        bare = " ".join(re.sub(r"[^\w\s]", " ", label.lower()).split())
        yield Probe("lower", f"{measure} {bare} {year or ''}".strip(), entry, measure, asked, same)
        short = shortened(book, label)
        if short:
            yield Probe("short", f"{measure} {short} {year or ''}".strip(), entry, measure, asked, holding(book, short))
        brief = abbreviated(label, abbreviations)
        if brief != label:
            yield Probe("abbreviated", f"berapa {measure} {brief}{when}", entry, measure, asked, same)
        if row.activity_code:
            yield Probe("with code", f"{measure} {label} kegiatan {row.activity_code}{when}", entry, measure, asked, here)
            yield Probe("with activity", f"Berapa {measure} {label} pada kegiatan {row.activity}{when}?", entry, measure, asked, here)
        if row.org_unit and row.activity_code:
            office = frozenset(k for k in same if book.rows[k].row.org_unit == row.org_unit)
            yield Probe("with office", f"{measure} {label} di {row.org_unit}{when}", entry, measure, asked, office)
        if len(years) > 2:
            yield from over_years(entry, measure, years, same, label)
            missing = years[-1] + 2
            yield Probe("missing year", f"berapa {measure} {label} tahun {missing}?", entry, measure, (missing,), same)


def over_years(entry: TableRow, measure: str, years: tuple[int, ...], same: frozenset[str], label: str) -> Iterator[Probe]:
    series = [f for f in entry.series(measure) if f.value is not None]
    if len(series) < len(years) or len(series) > len(years):
        return
    values = [f.value * f.scale for f in series if f.value is not None]
    ends = (years[0], years[-1])
    yield Probe(
        "rise", f"{measure} {label} naik berapa dari {ends[0]} ke {ends[1]}", entry, measure, ends, same, abs(values[-1] - values[0])
    )
    if series[0].unit.lower() not in SCORES:
        total = sum(values, Decimal(0))
        yield Probe("total", f"total {measure} {label} {ends[0]}-{ends[1]}", entry, measure, years, same, total)
    if len(set(values)) == len(values):
        yield Probe(
            "highest year", f"tahun berapa {measure} {label} paling tinggi", entry, measure, (years[values.index(max(values))],), same
        )


def of_activity(book: RowBook, code: str, rng: random.Random) -> Iterator[Probe]:
    own = book.activity_row(code)
    if own is None or not own.figures:
        return
    rows = frozenset({own.id})
    name = own.row.activity
    years = own.years("alokasi")
    if years:
        year = rng.choice(years)
        yield Probe("activity money", f"alokasi kegiatan {code} tahun {year}", own, "alokasi", (year,), rows)
        yield Probe("activity money", f"Berapa anggaran kegiatan {name} tahun {year}?", own, "alokasi", (year,), rows)
        values = [f.value for f in own.series("alokasi") if f.value is not None]
        total = sum(values, Decimal(0))
        yield Probe("activity total", f"total alokasi {years[0]}-{years[-1]} kegiatan {code}", own, "alokasi", years, rows, total)
        yield Probe("activity total", f"jumlah anggaran kegiatan {name} selama {years[0]}-{years[-1]}", own, "alokasi", years, rows, total)
    if own.row.org_unit:
        yield Probe("office", f"unit pelaksana kegiatan {code}", own, "", (), rows, said=own.row.org_unit)
        yield Probe("office", f"siapa pelaksana kegiatan {name}?", own, "", (), rows, said=own.row.org_unit)
    for level, word in (("Indikator Kinerja Kegiatan", "indikator kinerja kegiatan"), ("Rincian Output", "rincian output")):
        count = sum(e.row.level == level for e in book.by_activity[code])
        if count:
            yield Probe("count", f"ada berapa {word} kegiatan {code}", own, "", (), rows, said=f"{count}")
    outputs = [e for e in book.by_activity[code] if e.row.level == "Rincian Output" and e.figure("alokasi", years[-1] if years else None)]
    if years and len(outputs) > 1:
        year = rng.choice(years)
        yield from among(outputs, code, year, own)


def among(outputs: Sequence[TableRow], code: str, year: int, own: TableRow) -> Iterator[Probe]:
    """Questions over the outputs of one activity in one year."""
    money = [(e, f.value) for e in outputs if (f := e.figure("alokasi", year)) is not None and f.value is not None]
    if len(money) != len(outputs):
        return
    values = [v for _, v in money]
    top = max(values)
    if values.count(top) == 1 and len({e.shown for e, _ in money}) == len(money):
        best = money[values.index(top)][0]
        text = f"rincian output apa yang alokasinya paling besar di kegiatan {code} tahun {year}?"
        yield Probe("largest output", text, best, "alokasi", (year,), frozenset({best.id}))
        (a, x), (b, y) = money[0], money[1]
        text = f"mana yang lebih besar alokasi {year} di kegiatan {code}: {a.shown} atau {b.shown}?"
        yield Probe("two outputs", text, a if x >= y else b, "alokasi", (year,), frozenset({a.id, b.id}), abs(x - y))
    whole = own.figure("alokasi", year)
    if whole is not None and whole.value and values[0]:
        share = (values[0] / whole.value * 100).quantize(Decimal("0.01"))
        text = f"berapa persen alokasi {outputs[0].shown} dari alokasi kegiatan {code} tahun {year}?"
        yield Probe("share", text, outputs[0], "alokasi", (year,), frozenset({outputs[0].id, own.id}), share)
    text = f"jumlah alokasi semua rincian output kegiatan {code} tahun {year}"
    yield Probe("sum of outputs", text, outputs[0], "alokasi", (year,), frozenset(e.id for e in outputs), sum(values, Decimal(0)))


def shortened(book: RowBook, label: str) -> str:
    """The label without its least telling third of words; empty where that would leave too little."""
    words = label.split()
    if len(words) < 5:
        return ""
    count: Counter[str] = Counter(t for e in book.rows.values() for t in e.label_terms)
    by_use = sorted(range(len(words)), key=lambda i: -max((count[t] for t in terms(words[i])), default=10**6))
    dropped = set(by_use[: len(words) // 3])
    kept = [w for i, w in enumerate(words) if i not in dropped]
    return " ".join(kept).lower()


def holding(book: RowBook, text: str) -> frozenset[str]:
    """Rows whose label or place holds all words of a text."""
    wanted = frozenset(terms(text))
    return frozenset(e.id for e in book.rows.values() if e.states_figures and wanted <= e.all_terms)


def abbreviated(label: str, abbreviations: Sequence[tuple[str, str]]) -> str:
    for short, long in abbreviations:
        if long.lower() in label.lower():
            return re.sub(re.escape(long), short, label, flags=re.IGNORECASE)
    return label


# judging ---------------------------------------------------------------------------------------------------------------


def judge(probe: Probe, answer: Answer, book: RowBook) -> str:
    """right, asked back, missed, wrong (see the module)."""
    if answer.status == "ambiguous":
        return "asked back" if answer.options else "wrong"
    if answer.status in ("not_found", "error"):
        return "right" if probe.kind == "missing year" else "missed"
    if answer.mode != "lookup":
        return "right" if probe.said and probe.said in answer.answer else "prose"
    if probe.kind == "missing year":
        return "wrong"
    if probe.said:
        return "right" if probe.said.lower() in answer.answer[:HEAD].lower() else "wrong"
    expected = [
        f for key in probe.rows for f in book.rows[key].figures if f.measure == probe.measure and (not probe.years or f.year in probe.years)
    ]
    stated = [book.figures[f.figure_id] for f in answer.figures]
    if probe.derived is not None:
        return judge_derived(probe, answer, stated, expected)
    if not probe.years:
        expected = [f for f in expected if f.year is None] or expected
    if not stated:
        return "wrong"
    first = stated[0]
    good = any(same_figure(first, f, book) for f in expected)
    several = len({(f.value, f.raw) for f in expected}) > 1 and probe.kind not in ("short", "highest year")
    if answer.status == "conflict":
        return "right" if any(same_figure(s, f, book) for s in stated for f in expected) else "wrong"
    if not good:
        return "wrong"
    return "wrong" if several and len({f.row_id for f in expected}) > 1 and first.row_id != probe.row.id else "right"


def judge_derived(probe: Probe, answer: Answer, stated: Sequence[Figure], expected: Sequence[Figure]) -> str:
    assert probe.derived is not None
    ids = {f.id for f in expected}
    text = answer.answer[:HEAD]
    plain = format_number(probe.derived.normalize() if probe.derived == probe.derived.to_integral_value() else probe.derived)
    shown = {plain, format_number(Decimal(f"{probe.derived:f}")), format_number(probe.derived.quantize(Decimal("0.01")))}
    if any(re.search(rf"(?<![\d.,]){re.escape(v)}(?![\d]|[.,]\d)", text) for v in shown) and any(f.id in ids for f in stated):
        return "right"
    row = {f.row_id for f in stated} & {f.row_id for f in expected}
    # the figures of the right row without the sum asked for are no wrong figures
    return "partly" if row and {f.id for f in stated[:2]} <= ids else "wrong"


def same_figure(a: Figure, b: Figure, book: RowBook) -> bool:
    """The same cell, or the same fact printed again: an output and its indicator, a row repeated elsewhere."""
    if a.id == b.id:
        return True
    twins = (book.twin(book.rows[x.row_id]) for x in (a, b))
    other = {t.id for t in twins if t is not None}
    same = (a.value, a.year, a.measure) == (b.value, b.year, b.measure) and (a.value is not None or a.raw == b.raw)
    return same and (a.row_id in other or b.row_id in other or set(terms(a.indicator)) == set(terms(b.indicator)))


def rewritten(assistant: Assistant, seed: int = 0) -> str:
    """The plan's text with other digits in every plain number of its tables; years, codes and graded words stay."""
    rng = random.Random(seed)
    source = assistant.index.documents[0].source
    lines = [line.text for line in source.lines]
    for figure in assistant.index.figures.figures:
        raw = figure.raw
        if figure.doc != source.meta.doc or figure.value is None or not PLAIN_NUMBER.fullmatch(raw) or re.fullmatch(r"(19|20)\d\d", raw):
            continue
        new = re.sub(r"\d", lambda m: m[0] if m[0] == "0" else str(rng.randint(1, 9)), raw)
        for number in figure.lines:
            cells = lines[number - 1].split("\t")
            if figure.column < len(cells) and raw in cells:
                at = min((i for i, c in enumerate(cells) if c == raw), key=lambda i: abs(i - figure.column))
                lines[number - 1] = "\t".join([*cells[:at], new, *cells[at + 1 :]])
                break
    return "\n".join(lines)


def over_copy(assistant: Assistant, folder: Path, seed: int) -> Assistant:
    """An assistant over a copy of the plan in which the figures were changed, without the everyday layer."""
    source = assistant.index.documents[0].source
    original = Path(source.path)
    (folder / original.name).write_text(rewritten(assistant, seed), encoding="utf-8")
    if (meta := original.with_suffix(".toml")).exists():
        shutil.copy(meta, folder)
    settings = assistant.settings.model_copy(update={"index": folder / "index", "corpus": folder})
    ingest([folder], settings)
    return build_assistant(settings)


def sweep(assistant: Assistant, every: int = 1, kinds: Sequence[str] = ()) -> list[tuple[str, Probe, Answer]]:
    book = assistant.book
    abbreviations = [(a.short, a.long) for a in assistant.index.abbreviations if len(a.long.split()) > 1]
    out = []
    for probe in probes(book, abbreviations, every=every):
        if kinds and probe.kind not in kinds:
            continue
        answer = assistant.run_offline(probe.text)[0]
        out.append((judge(probe, answer, book), probe, answer))
    return out


def main(argv: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--index", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only every N-th row")
    parser.add_argument("--kind", action="append", default=[], help="only questions of this kind")
    parser.add_argument("--rewrite", type=int, metavar="SEED", help="over a copy of the plan with other figures")
    parser.add_argument("--show", type=int, default=20, help="list so many of the questions that were not answered right")
    args = parser.parse_args(argv)
    settings = Settings()
    assistant = build_assistant(settings.model_copy(update={"index": args.index} if args.index else {}))
    if args.rewrite is not None:
        assistant = over_copy(assistant, Path(tempfile.mkdtemp()), args.rewrite)
    results = sweep(assistant, args.every, args.kind)
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for verdict, probe, _ in results:
        table[probe.kind][verdict] += 1
    verdicts = ("right", "asked back", "partly", "prose", "missed", "wrong")
    print(f"{'':16s}" + "".join(f"{v:>12s}" for v in verdicts))
    for kind, counts in table.items():
        print(f"{kind:16s}" + "".join(f"{counts[v]:12d}" for v in verdicts))
    shown = [r for v in reversed(verdicts[1:]) for r in results if r[0] == v]
    for verdict, probe, answer in shown[: args.show]:
        print(
            f"\n{verdict}: {probe.kind}: {probe.text}\n  row {probe.row.row.lines[0]} {probe.measure} {probe.years} {probe.derived or probe.said}"
        )
        print(
            f"  {answer.status} {answer.mode}: {' '.join(answer.answer.split())[:260]} {[c.lines for c in answer.citations][:3]} {answer.options[:3]}"
        )
    return 1 if any(v == "wrong" for v, _, _ in results) else 0


if __name__ == "__main__":
    sys.exit(main())
