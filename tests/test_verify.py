"""The verifier: right claims pass, every wrong number, year, row, unit, quote or citation is refused."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.models import Claim, Derived, Evidence
from assistant.verify import Violation, verify
from ingest.models import Figure
from ingest.numerals import format_number

YEARS = (2025, 2026, 2027, 2028, 2029)
LINES = {
    5: "1\tIndeks Kepuasan Layanan\tNilai\t58\t59,5\t60\t61\t62,25",
    6: "2\tIndeks Keterbukaan Data\tNilai\t70\t71,5\t72\t73\t74",
    7: "Pada tahun 2023 terdapat 100 orang, dan tahun 2024 terdapat 200 orang sesuai Pasal 17 ayat (3).",
    8: "Peraturan Nomor 18 Tahun 2017 dan Peraturan Nomor 39 Tahun 2004 mengatur hal itu.",
}


def figure(key: str, indicator: str, year: int | None, raw: str, row: int, **more: object) -> Figure:
    fields = {"measure": "target", "unit": "Nilai", "scale": Decimal(1), **more}
    return Figure(
        id=key, doc="d", table="Tabel 1. Sasaran", line=row, indicator=indicator, year=year, raw=raw,
        value=Decimal(raw.replace(".", "").replace(",", ".")) if raw[0].isdigit() else None, table_id="t", row_id=f"r{row}", column=1,
        lines=(row,), **fields,  # type: ignore[arg-type]
    )  # fmt: skip


ROWS = {"a": ("Indeks Kepuasan Layanan", 5), "b": ("Indeks Keterbukaan Data", 6)}
FIGURES = {
    f"{key}{year}": figure(f"{key}{year}", label, year, raw, line)
    for key, (label, line) in ROWS.items()
    for year, raw in zip(YEARS, LINES[line].split("\t")[3:], strict=True)
}
FIGURES["money"] = figure("money", ROWS["a"][0], 2027, "2.154.884.566.660", 5, measure="alokasi", unit="Rupiah")
FIGURES["thousands"] = figure("thousands", ROWS["a"][0], 2026, "1.250", 5, measure="alokasi", unit="Rp Ribu", scale=Decimal(1000))
FIGURES["graded"] = figure("graded", ROWS["a"][0], 2025, "WTP", 5, measure="opini")
FIGURES["graded2"] = figure("graded2", ROWS["a"][0], 2026, "WDP", 5, measure="opini")
EVIDENCE = {
    f"e{line}": Evidence(id=f"e{line}", doc="d", section="BAB II", lines=(line, line), quote=text, page=3) for line, text in LINES.items()
}
for _key, (_label, _line) in ROWS.items():
    EVIDENCE[f"e{_line}"] = EVIDENCE[f"e{_line}"].model_copy(update={"row": _label, "row_id": f"r{_line}", "table": "Tabel 1. Sasaran"})


def source(doc: str, first: int, last: int) -> str:
    return "\n".join(LINES[n] for n in range(first, last + 1))


def check(claim: Claim, question: str = "") -> list[Violation]:
    return verify([claim], EVIDENCE, FIGURES, source, question)


def claim(text: str, evidence: tuple[str, ...] = ("e5",), figures: tuple[str, ...] = (), *derived: Derived) -> Claim:
    return Claim(text=text, evidence=evidence, figures=figures, derived=derived)


RISE = Derived(operation="difference", operands=("a2025", "a2027"), value=Decimal(2), formula="60 − 58 = 2")
GROWTH = Derived(operation="growth", operands=("a2025", "a2027"), value=Decimal("3.45"), formula="(60 − 58) : 58 × 100% = 3,45%")
RIGHT = [
    claim("Target Indeks Kepuasan Layanan tahun 2027 adalah 60.", ("e5",), ("a2027",)),
    claim("**60** adalah target Indeks Kepuasan Layanan pada 2027 [1].", ("e5",), ("a2027",)),
    claim("Indeks Kepuasan Layanan: 58 (2025), 59,5 (2026), 60 (2027).", ("e5",), ("a2025", "a2026", "a2027")),
    claim("Target Indeks Kepuasan Layanan 2025–2027 berturut-turut 58, 59,5, dan 60.", ("e5",), ("a2025", "a2026", "a2027")),
    claim("Target Indeks Kepuasan Layanan:\n\n| Tahun | Target |\n|---|---|\n| 2025 | 58 |\n| 2027 | 60 |", ("e5",), ("a2025", "a2027")),
    claim(
        "| Indikator | 2025 | 2027 |\n|---|---|---|\n| Indeks Kepuasan Layanan | 58 | 60 |\n| Indeks Keterbukaan Data | 70 | 72 |",
        ("e5", "e6"), ("a2025", "a2027", "b2025", "b2027"),
    ),
    claim("Pada 2027 target Indeks Kepuasan Layanan 60 dan Indeks Keterbukaan Data 72.", ("e5", "e6"), ("a2027", "b2027")),
    claim("Target Indeks Kepuasan Layanan naik dari 58 pada 2025 menjadi 60 pada 2027, selisih 2.", ("e5",), ("a2025", "a2027"), RISE),
    claim("Target Indeks Kepuasan Layanan naik 3,45 persen dari 58 (2025) menjadi 60 (2027).", ("e5",), ("a2025", "a2027"), GROWTH),
    claim("Alokasi Indeks Kepuasan Layanan tahun 2027 Rp2.154.884.566.660 (2,15 triliun).", ("e5",), ("money",)),
    claim("Alokasi Indeks Kepuasan Layanan tahun 2026 Rp1.250.000.", ("e5",), ("thousands",)),
    claim("Opini Indeks Kepuasan Layanan: WTP (2025), WDP (2026).", ("e5",), ("graded", "graded2")),
    claim("Pada 2024 terdapat 200 orang.", ("e7",)),
    claim("Sesuai Pasal 17 ayat (3), pada tahun 2023 terdapat 100 orang dan pada 2024 200 orang.", ("e7",)),
    claim("Diatur dengan Peraturan Nomor 18 Tahun 2017 dan Nomor 39 Tahun 2004.", ("e8",)),
    claim("Ada dua peraturan:\n1. Nomor 18 Tahun 2017\n2. Nomor 39 Tahun 2004", ("e8",)),
    Claim(text="Berikut target yang diminta:", plain=True),
]  # fmt: skip
WRONG = {
    "another number": (claim("Target Indeks Kepuasan Layanan tahun 2027 adalah 61,5.", ("e5",), ("a2027",)), "unsupported-number"),
    "the next year's": (claim("Target Indeks Kepuasan Layanan tahun 2026 adalah 60.", ("e5",), ("a2026", "a2027")), "wrong-year"),
    "years swapped": (claim("Indeks Kepuasan Layanan: 58 (2026), 59,5 (2025).", ("e5",), ("a2025", "a2026")), "wrong-year"),
    "series out of order": (
        claim("Target Indeks Kepuasan Layanan 2025–2027 berturut-turut 59,5, 58, dan 60.", ("e5",), ("a2025", "a2026", "a2027")),
        "wrong-year",
    ),
    "the neighbour's row": (claim("Target Indeks Keterbukaan Data tahun 2027 adalah 60.", ("e5",), ("a2027",)), "wrong-row"),
    "rows swapped": (
        claim("Pada 2027 target Indeks Kepuasan Layanan 72 dan Indeks Keterbukaan Data 60.", ("e5", "e6"), ("a2027", "b2027")), "wrong-row",
    ),
    "columns swapped": (
        claim("| Indikator | 2027 | 2025 |\n|---|---|---|\n| Indeks Kepuasan Layanan | 58 | 60 |", ("e5",), ("a2025", "a2027")),
        "wrong-year",
    ),
    "another unit": (claim("Target Indeks Kepuasan Layanan tahun 2027 adalah 60 persen.", ("e5",), ("a2027",)), "wrong-unit"),
    "another measure": (claim("Alokasi Indeks Kepuasan Layanan tahun 2027 adalah 60.", ("e5",), ("a2027",)), "wrong-measure"),
    "badly rounded": (claim("Alokasi Indeks Kepuasan Layanan tahun 2027 Rp2,25 triliun.", ("e5",), ("money",)), "unsupported-number"),
    "thousands as rupiah": (claim("Alokasi Indeks Kepuasan Layanan tahun 2026 Rp1.250.", ("e5",), ("thousands",)), "unsupported-number"),
    "grades swapped": (claim("Opini Indeks Kepuasan Layanan: WDP (2025), WTP (2026).", ("e5",), ("graded", "graded2")), "wrong-year"),
    "in words": (claim("Target Indeks Kepuasan Layanan tahun 2027 enam puluh satu.", ("e5",), ("a2027",)), "unsupported-number"),
    "glued to its unit": (claim("Target Indeks Kepuasan Layanan tahun 2027 adalah 60jt.", ("e5",), ("a2027",)), "unsupported-number"),
    "a superscript": (claim("Target Indeks Kepuasan Layanan tahun 2027 adalah 60².", ("e5",), ("a2027",)), "unsupported-number"),
    "prose year": (claim("Pada 2023 terdapat 200 orang.", ("e7",)), "wrong-year"),
    "an article as a quantity": (claim("Pada 2024 terdapat 17 orang.", ("e7",)), "unsupported-number"),
    "prose unit": (claim("Pada 2024 terdapat 200 dokumen.", ("e7",)), "unsupported-number"),
    "laws mixed up": (claim("Diatur dengan Peraturan Nomor 18 Tahun 2004.", ("e8",)), "unsupported-number"),
    "unknown evidence": (claim("Pada 2024 terdapat 200 orang.", ("e7", "e99")), "unknown-evidence"),
    "unknown figure": (claim("Target Indeks Kepuasan Layanan tahun 2027 adalah 60.", ("e5",), ("a2027", "x")), "unknown-figure"),
    "another row's evidence": (
        claim("Target Indeks Kepuasan Layanan tahun 2027 adalah 60.", ("e6",), ("a2027",)), "figure-outside-evidence",
    ),
    "no evidence": (Claim(text="Kementerian itu baik."), "no-evidence"),
    "a plain claim with a number": (Claim(text="Berikut 5 target:", plain=True), "plain-number"),
    "down instead of up": (
        claim("Target Indeks Kepuasan Layanan turun dari 58 (2025) menjadi 60 (2027), selisih 2.", ("e5",), ("a2025", "a2027"), RISE),
        "wrong-direction",
    ),
    "a sum that does not add up": (
        claim("Selisih target Indeks Kepuasan Layanan 3.", ("e5",), (), RISE.model_copy(update={"value": Decimal(3)})), "derived-mismatch",
    ),
}  # fmt: skip


@pytest.mark.parametrize("right", RIGHT, ids=lambda c: c.text[:40])
def test_right_claims_pass(right: Claim) -> None:
    assert check(right) == []


@pytest.mark.parametrize("name", WRONG)
def test_wrong_claims_are_refused(name: str) -> None:
    wrong, kind = WRONG[name]
    assert kind in {v.kind for v in check(wrong)}


def test_an_altered_quote_is_refused() -> None:
    altered = EVIDENCE["e7"].model_copy(update={"quote": LINES[7].replace("200", "300")})
    found = verify([claim("Pada 2024 terdapat 300 orang.", ("e7",))], {"e7": altered}, {}, source)
    assert [v.kind for v in found] == ["altered-quote"]


def test_year_may_come_from_the_question_only_when_the_claim_names_none() -> None:
    assert check(claim("Targetnya 60.", ("e5",), ("a2027",)), "target indeks kepuasan layanan 2027?") == []
    assert {v.kind for v in check(claim("Targetnya 60.", ("e5",), ("a2027",)), "target indeks kepuasan layanan 2026?")} == {"wrong-year"}


def test_a_year_of_the_question_is_not_evidence() -> None:
    assert check(claim("Pada 2024 terdapat 200 orang, juga pada 2031.", ("e7",)), "bagaimana 2031?")


@given(key=st.sampled_from("ab"), year=st.sampled_from(YEARS), data=st.data())
def test_one_changed_digit_is_always_refused(key: str, year: int, data: st.DataObject) -> None:
    fact = FIGURES[f"{key}{year}"]
    at = data.draw(st.sampled_from([i for i, c in enumerate(fact.raw) if c.isdigit()]))
    digit = data.draw(st.sampled_from([d for d in "123456789" if d != fact.raw[at]]))
    changed = fact.raw[:at] + digit + fact.raw[at + 1 :]
    text = "Target {} tahun {} adalah {}."
    evidence = (f"e{ROWS[key][1]}",)
    assert check(claim(text.format(fact.indicator, year, fact.raw), evidence, (fact.id,))) == []
    assert check(claim(text.format(fact.indicator, year, changed), evidence, (fact.id,)))


@given(key=st.sampled_from("ab"), pair=st.lists(st.sampled_from(YEARS), min_size=2, max_size=2, unique=True), shape=st.integers(0, 4))
def test_swapped_years_are_always_refused(key: str, pair: list[int], shape: int) -> None:
    first, second = (FIGURES[f"{key}{y}"] for y in pair)
    label, line = ROWS[key]
    shapes = [
        "Target {l}: {a} ({y}), {b} ({z}).",
        "Target {l} {y}: {a}; {z}: {b}.",
        "Target {l} tahun {y} dan {z} adalah {a} dan {b}.",
        "Target {l}:\n| Tahun | Target |\n|---|---|\n| {y} | {a} |\n| {z} | {b} |",
        "| {y} | {z} |\n|---|---|\n| {a} | {b} |\nItu target {l}.",
    ]
    right = shapes[shape].format(l=label, a=first.raw, b=second.raw, y=pair[0], z=pair[1])
    wrong = shapes[shape].format(l=label, a=first.raw, b=second.raw, y=pair[1], z=pair[0])
    ids = (first.id, second.id)
    assert check(claim(right, (f"e{line}",), ids)) == []
    assert check(claim(wrong, (f"e{line}",), ids))


@given(year=st.sampled_from(YEARS), table=st.booleans())
def test_swapped_rows_are_always_refused(year: int, table: bool) -> None:
    a, b = FIGURES[f"a{year}"], FIGURES[f"b{year}"]
    rows = "Tahun {y}:\n| Indikator | Target |\n|---|---|\n| {k} | {a} |\n| {l} | {b} |"
    shape = rows if table else "Tahun {y} target {k} {a}, sedangkan {l} {b}."
    right = shape.format(y=year, k=a.indicator, l=b.indicator, a=a.raw, b=b.raw)
    wrong = shape.format(y=year, k=b.indicator, l=a.indicator, a=a.raw, b=b.raw)
    assert check(claim(right, ("e5", "e6"), (a.id, b.id))) == []
    assert check(claim(wrong, ("e5", "e6"), (a.id, b.id)))


@given(value=st.decimals(min_value=0, max_value=10**13, places=2), words=st.sampled_from(["", "Rp", "sekitar "]))
def test_no_number_outside_the_evidence_passes(value: Decimal, words: str) -> None:
    known = {n for f in FIGURES.values() if f.value is not None for n in (f.value, f.value * f.scale)}
    text = f"Target Indeks Kepuasan Layanan tahun 2027 adalah {words}{format_number(value.normalize() if value else Decimal(0))}."
    if value not in known:
        assert check(claim(text, ("e5",), ("a2027",)))


def test_is_fast() -> None:
    claims = [c for c in RIGHT if not c.derived][:6]
    began = time.process_time()
    for _ in range(50):
        verify(claims, EVIDENCE, FIGURES, source)
    assert (time.process_time() - began) / 50 < 0.004


def test_a_count_may_be_of_the_list_items_that_follow_and_of_nothing_else() -> None:
    items = [Claim(text=f"- Peraturan Nomor {n}", evidence=("e8",)) for n in ("18 Tahun 2017", "39 Tahun 2004")]
    assert verify([claim("Ada **2** peraturan:", ("e8",)), *items], EVIDENCE, FIGURES, source) == []
    assert verify([claim("Ada **5** peraturan:", ("e8",)), *items], EVIDENCE, FIGURES, source)
