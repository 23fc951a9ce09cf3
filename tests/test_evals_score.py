"""The rule is the shared one: held to a copy of the shared score.py, item by item and in the summary."""

from __future__ import annotations

import importlib.util
import json
import random
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import evals_support as s
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evals.datasets import Item, load_dataset
from evals.metrics import median, percentile_95, summarise
from evals.results import Context, evaluate
from evals.score import Edition, Editions, Prediction, contains, judge, normalise

COPY = Path(__file__).parent / "data" / "shared_score.py.txt"
SHARED = Path(__file__).parents[2] / "shared" / "evals" / "score.py"
SETS = sorted((Path(__file__).parents[1] / "evals" / "datasets").glob("*.jsonl"))
DEV = Path(__file__).parents[1] / "evals" / "datasets" / "dev.jsonl"
PLAN = Path(__file__).parents[1] / "corpus" / "renstra-kp2mi-bp2mi-2025-2029.txt"


def shared() -> ModuleType:
    loader = SourceFileLoader("shared_score", str(COPY))
    spec = importlib.util.spec_from_loader("shared_score", loader)
    assert spec
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


RULE = shared()
TEXT = PLAN.read_text(encoding="utf-8").split("\n")
EDITIONS = Editions([Edition("renstra", tuple(TEXT))])


def made_up(item: Item, rng: random.Random) -> dict[str, Any] | None:
    """An answer of some quality, with citations good and bad."""
    if rng.random() < 0.05:
        return None
    said = " ".join(rng.choice(group) for group in item.must if rng.random() < 0.8)
    filler = rng.choice(["", "Jawaban: ", "**Catatan** <b>penting</b> [1] ", "kata pengantar yang panjang " * rng.choice([5, 40, 120])])
    bad = " ".join(item.must_not) if rng.random() < 0.15 else ""
    return {
        "id": item.id,
        "answer": rng.choice([None, "", *[filler + said + " " + bad] * 8]),
        "abstained": rng.random() < (0.6 if item.abstain else 0.1),
        "citations": rng.choice([None, [], *[[citation(item, rng) for _ in range(rng.randint(1, 8))]] * 6]),
        "latency_ms": rng.choice([None, rng.random() * 100]),
    }


def citation(item: Item, rng: random.Random) -> dict[str, Any]:
    pieces = [*item.evidence, *item.evidence_any] or [TEXT[30]]
    line = next(n for n, text in enumerate(TEXT, 1) if rng.choice(pieces) in text or text == TEXT[30])
    lines = rng.choice(
        [[line, line], [line, line + 1], [max(1, line - 3), line + 50], [0, 0], [line, line - 2], [len(TEXT), len(TEXT) + 9], None]
    )
    whole = TEXT[line - 1]
    quote = rng.choice([whole, whole[:40] + " ... " + whole[-30:], whole.replace("a", "e"), "", None, whole.upper()])
    return {"n": 1, "lines": lines, "quote": quote}


def test_the_copy_is_the_shared_file() -> None:
    if not SHARED.exists():
        pytest.skip("the shared file is not beside this checkout")
    assert COPY.read_text(encoding="utf-8") == SHARED.read_text(encoding="utf-8")


def assert_same(item: Item, made: dict[str, Any] | None) -> None:
    theirs = RULE.judge(item.model_dump(mode="json"), made, TEXT)
    ours = judge(item, Prediction.model_validate(made) if made else None, EDITIONS)
    assert {key: getattr(ours, key) for key in theirs if key not in {"id", "type"}} == {
        k: v for k, v in theirs.items() if k not in {"id", "type"}
    }


@pytest.mark.parametrize("path", SETS, ids=[path.stem for path in SETS])
def test_every_item_is_judged_as_by_the_shared_file(path: Path) -> None:
    rng = random.Random(1)
    for item in load_dataset(path).items:
        for _ in range(3):
            assert_same(item, made_up(item, rng))


def test_the_summary_with_its_intervals_equals_the_shared_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(7)
    items = load_dataset(DEV).items
    made = [record for item in items if (record := made_up(item, rng))]
    written = tmp_path / "predictions.jsonl"
    written.write_text("\n".join(json.dumps(record) for record in made), encoding="utf-8")
    RULE.main([str(DEV), str(written), "--source", str(PLAN), "--json"])
    theirs = json.loads(capsys.readouterr().out)
    predictions = {record["id"]: Prediction.model_validate(record) for record in made}
    rows = evaluate([("dev", item) for item in items], predictions, Context(EDITIONS, lambda doc, line: ""))
    ours = summarise(rows)
    for name in ("correct", "coverage", "correct_answerable", "abstained_when_due", "abstained_wrongly", "evidence_cited"):
        assert [ours[name].value, ours[name].low, ours[name].high] == pytest.approx(theirs[name], rel=1e-12), name
    assert ours["citation_valid"].value == theirs["citation_valid"]
    assert round((ours["uncited"].value or 0) * ours["uncited"].n) == theirs["uncited_answers"]
    assert (ours["latency_p50"].value, ours["latency_p95"].value) == (theirs["latency_ms_p50"], theirs["latency_ms_p95"])


ITEMS = [item for path in SETS for item in load_dataset(path).items]
ODD = st.text(alphabet="0123456789.,% aRp-–*[]<>/“”'|\n\t\u00b2\ufb01\u00a0\u200b", max_size=40)
LINE = st.one_of(st.integers(-3, 60), st.integers(len(TEXT) - 45, len(TEXT) + 3), st.integers(1, len(TEXT)))


@st.composite
def hostile(draw: st.DrawFn) -> tuple[Item, dict[str, Any]]:
    """An item with an answer that tries the edges of the rule: glued numbers, markup, text about the limits, odd citations."""
    item = draw(st.sampled_from(ITEMS))
    told = [a for group in item.must for a in group] + list(item.must_not)
    piece = st.one_of(ODD, st.sampled_from([*told, "[1]", "<b>", "…"]), st.integers(0, 2650).map(lambda n: "x " * (n // 2)))
    places = [n for quote in (*item.evidence, *item.evidence_any) for _, n in EDITIONS.find(quote)]

    def citation() -> dict[str, Any]:
        first = draw(st.one_of(LINE, st.sampled_from(places)) if places else LINE)
        lines = draw(
            st.sampled_from([None, [], [first, first], [first, first + 39], [first, first + 40], [first, first - 1], [first, first, 7]])
        )
        there = TEXT[first - 1] if 1 <= first <= len(TEXT) else ""
        cut = draw(st.integers(0, len(there)))
        quote = draw(
            st.sampled_from(
                [None, "", " ... ", there, there[:cut], there[:cut] + " ... " + there[cut:], there[cut:] + "…" + there[:cut], there.upper()]
            )
        )
        return draw(st.sampled_from([{"lines": lines, "quote": quote}, {"lines": lines}, {"quote": quote}, {}]))

    made = {
        "id": item.id,
        "answer": draw(st.sampled_from(["", " ", "\n"])).join(draw(st.lists(piece, max_size=6))),
        "abstained": draw(st.booleans()),
        "citations": [citation() for _ in range(draw(st.integers(0, 8)))],
    }
    return item, {key: value for key, value in made.items() if key == "id" or draw(st.integers(0, 9))}


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(hostile())
def test_hostile_answers_are_judged_as_by_the_shared_file(case: tuple[Item, dict[str, Any]]) -> None:
    assert_same(*case)


WRITTEN = st.text(alphabet="0123456789.,% aRp-–*[]<>/“”'\n\t²ﬁ", max_size=40)


@given(WRITTEN, WRITTEN)
def test_folding_and_finding_equal_the_shared_file(text: str, needle: str) -> None:
    assert normalise(text) == RULE.normalise(text)
    assert contains(normalise(text), needle) == RULE.contains(RULE.normalise(text), needle)


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_number_is_never_found_inside_another(a: int, b: int) -> None:
    assert contains(normalise(f"nilainya {a} orang"), str(b)) == (a == b)


@pytest.mark.parametrize(
    ("text", "needle", "found"),
    [
        ("57,0", "57", True),
        ("57,00", "57,0", True),
        ("57,5", "57", False),
        ("575", "57", False),
        ("57.000", "57", False),
        ("157", "57", False),
        ("ke-3", "ke 3", True),
        ("2025 – 2029", "2025-2029", True),
        ("**Rp 5.000**", "rp 5.000", True),
        ("apa", "", False),
    ],
)
def test_what_counts_as_found(text: str, needle: str, found: bool) -> None:
    assert contains(normalise(text), needle) is found


def test_citations_are_looked_up_in_the_document_they_name() -> None:
    editions = Editions([Edition("satu", ("baris pertama", "nilai 55")), Edition("dua", ("nilai 55", "lain"))])
    asked = s.item("D-1", "berapa?", [["55"]], "nilai 55")

    def cited(doc: str, line: int) -> float | None:
        given = {"id": "D-1", "answer": "55", "citations": [{"doc": doc, "lines": [line, line], "quote": "nilai 55"}]}
        return judge(asked, Prediction.model_validate(given), editions).evidence_cited

    assert [cited("satu", 2), cited("satu", 1), cited("dua", 1), cited("dua", 2), cited("tiga", 1)] == [1.0, 0.0, 1.0, 0.0, 0.0]


def test_evidence_is_found_though_a_sheet_or_a_pdf_changed_its_white_space() -> None:
    lines = ("Persentase layanan  tepat\twaktu 50", "layanan tepat waktu")
    assert Editions([Edition("teks", lines[:1])]).find("layanan tepat waktu") == {("teks", 1)}
    assert Editions([Edition("teks", lines)]).find("layanan tepat waktu") == {("teks", 2)}
    assert not Editions([Edition("teks", lines)]).find("layanan lambat")
    assert not Editions([Edition("teks", lines)]).find("**")


@pytest.mark.parametrize("values", [[3.0], [100.0, 5.0], [7.0, 9.0, 8.0]])
def test_the_95th_percentile_of_few_values_is_the_largest_not_below_the_median(values: list[float]) -> None:
    assert float(percentile_95(values)) == max(values)
    assert float(median(values)) <= float(percentile_95(values))
