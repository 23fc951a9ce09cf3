"""Negative controls: a deliberately broken assistant is caught, each time by the right metric."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import evals_support as s
import pytest

from evals.metrics import BY_NAME, METRICS, calibration_error, median, percentile_95
from evals.results import ItemResult, evaluate
from evals.score import Prediction, interval, mean
from evals.why import LABELS

GOOD = s.summary(s.Good)


def misses(make: Callable[[s.FakeIndex], Any]) -> dict[str, str]:
    return {row.id: row.miss for row in s.results(make) if row.miss}


def test_a_right_assistant_scores_full_marks_everywhere() -> None:
    for name in (
        "correct",
        "coverage",
        "exact_figures",
        "evidence_cited",
        "citation_precision",
        "citation_valid",
        "recall_1",
        "mrr",
        "ndcg_10",
        "abstained_when_due",
        "figures_grounded",
    ):
        assert GOOD[name] == 1.0, name
    for name in ("wrong_figures", "abstained_wrongly", "uncited", "crashes"):
        assert GOOD[name] == 0.0, name
    assert GOOD["evidence_brier"] == pytest.approx(0.0025)
    assert GOOD["grade"] is None
    assert misses(s.Good) == {}


BROKEN = [
    (s.WrongYear, {"exact_figures": 0.0, "wrong_figures": 0.5}, {"evidence_cited", "abstained_when_due", "abstained_wrongly", "recall_1"}),
    (s.NoCitations, {"uncited": 1.0, "evidence_cited": 0.0}, {"correct", "exact_figures", "recall_1", "abstained_when_due"}),
    (
        s.AlwaysRefusing,
        {"abstained_wrongly": 1.0, "correct_answerable": 0.0, "exact_figures": 0.0},
        {"abstained_when_due", "wrong_figures", "recall_1"},
    ),
    (s.AlwaysAnswering, {"abstained_when_due": 0.0, "wrong_figures": 0.5}, {"correct_answerable", "exact_figures", "abstained_wrongly"}),
    (s.Crashing, {"crashes": 2 / 6, "correct": 4 / 6, "recall_1": 0.5}, {"abstained_when_due", "abstained_wrongly", "wrong_figures"}),
    (s.Rambling, {"correct_answerable": 0.0, "coverage": 2 / 6}, {"evidence_cited", "recall_1", "abstained_when_due"}),
    (s.AlteredQuotes, {"citation_valid": 0.0}, {"correct", "evidence_cited", "recall_1"}),
    (
        s.WrongPlace,
        {"evidence_cited": 0.0, "citation_precision": 0.0, "recall_10": 0.0, "mrr": 0.0, "ndcg_10": 0.0, "figures_grounded": 0.0},
        {"correct"},
    ),
    (s.Overcautious, {"evidence_brier": 0.9025, "evidence_ece": 0.95}, {"correct", "evidence_cited"}),
]


@pytest.mark.parametrize(("make", "caught", "untouched"), BROKEN, ids=[make.__name__ for make, _, _ in BROKEN])
def test_the_right_metric_catches_it_and_the_others_do_not(
    make: Callable[[s.FakeIndex], Any], caught: dict[str, float], untouched: set[str]
) -> None:
    got = s.summary(make)
    for name, value in caught.items():
        assert got[name] == pytest.approx(value), name
        assert got[name] != GOOD[name], name
    for name in untouched:
        assert got[name] == GOOD[name], name


def test_every_metric_that_ranks_assistants_has_a_broken_assistant_that_it_catches() -> None:
    caught = {name for _, values, _ in BROKEN for name in values}
    tested_below = {"recall_5", "length", "latency_p50", "latency_p95", "grade"}
    assert {metric.name for metric in METRICS} == caught | tested_below


def test_evidence_far_down_counts_in_recall_at_ten_but_not_at_five() -> None:
    class Buried(s.Good):
        def trace(self, question: str, lines: Any, sure: float) -> Any:
            return super().trace(question, [1, 5, 7, 1, 5, 7, *lines], sure)

    got = s.summary(Buried)
    assert (got["recall_1"], got["recall_5"], got["recall_10"]) == (0.0, 0.0, 1.0)
    assert got["mrr"] == pytest.approx(1 / 7)


def test_length_and_latency_grow_with_a_rambling_and_a_slow_assistant() -> None:
    class Slow(s.Good):
        def run(self, question: str, history: Any = ()) -> Any:
            answer, trace = super().run(question, history)
            slow = answer.model_copy(update={"latency_ms": 900.0 if "visi" in question else 400.0})
            return slow, trace

    slow = s.summary(Slow)
    assert (slow["latency_p50"], slow["latency_p95"]) == (400.0, 400.0)
    assert (GOOD["latency_p50"], GOOD["latency_p95"]) == (5.0, 5.0)
    length = s.summary(s.Rambling)["length"]
    assert length is not None
    assert length > 1000 > (GOOD["length"] or 0)
    assert percentile_95([*[1.0] * 19, 50.0, 60.0]) == 50.0
    assert median([3.0, 1.0, 2.0]) == 2.0


@pytest.mark.parametrize(
    ("make", "kind", "ids"),
    [
        (s.WrongYear, "wrong_figure", {"T-1", "T-2"}),
        (s.AlwaysRefusing, "refused_present", {"T-1", "T-2", "T-3", "T-4"}),
        (s.AlwaysAnswering, "answered_absent", {"T-5", "T-6"}),
        (s.Crashing, "crash", {"T-2", "T-3"}),
        (s.Rambling, "not_concise", {"T-1", "T-2", "T-3", "T-4"}),
        (s.NoCitations, "citation", {"T-1", "T-2", "T-3", "T-4"}),
    ],
)
def test_each_miss_gets_its_class(make: Callable[[s.FakeIndex], Any], kind: str, ids: set[str]) -> None:
    assert misses(make) == dict.fromkeys(sorted(ids), kind)


def test_a_miss_in_prose_says_whether_the_evidence_was_retrieved() -> None:
    class Evasive(s.Good):
        found = True

        def run(self, question: str, history: Any = ()) -> Any:
            wanted = s.BY_QUESTION[question]
            return self.say(question, "Hal itu dibahas dalam rencana.", 1, [self.line(wanted)] if self.found else [1])

    class Blind(Evasive):
        found = False

    prose = [i for i in s.ITEMS if i.id in {"T-3", "T-4"}]
    assert {r.miss for r in s.results(Evasive, prose)} == {"not_used"}
    assert {r.miss for r in s.results(Blind, prose)} == {"not_retrieved"}
    assert "peringkat 1" in s.results(Evasive, prose)[0].miss_detail


def test_a_crash_keeps_its_reason_and_a_missing_prediction_is_a_failure() -> None:
    row = next(r for r in s.results(s.Crashing) if r.id == "T-2")
    assert row.miss_detail.startswith("ZeroDivisionError: dibagi nol (evals_support.py:")
    (absent,) = evaluate([("contoh", s.ITEMS[0])], {}, s.context())
    assert (absent.miss, absent.correct, BY_NAME["crashes"].of(absent)) == ("missing", False, 1.0)


def test_an_incomplete_list_is_not_a_wrong_figure_but_a_replaced_number_is() -> None:
    both = s.item("L-1", "berapa target 2025 dan 2026?", [["50"], ["55"]], s.ON_TIME)

    def wrong(text: str) -> float | None:
        (row,) = evaluate([("contoh", both)], {"L-1": Prediction(id="L-1", answer=text)}, s.context())
        return row.wrong_figure

    assert wrong("50 pada tahun 2025, 55 pada tahun 2026") == 0.0
    assert wrong("Targetnya 50 menurut rencana 2025-2029") == 0.0
    assert wrong("Targetnya 50 lalu 60") == 1.0
    assert wrong("1. Targetnya 50 [2]") == 0.0


def test_not_applicable_is_never_a_zero() -> None:
    without = s.item("N-1", "apa visi lembaga?", [["arsip"]], type="factoid")
    (row,) = evaluate([("contoh", without)], {"N-1": Prediction(id="N-1", answer="arsip")}, s.context())
    assert isinstance(row, ItemResult)
    assert [row.exact_figures, row.wrong_figure, row.evidence_cited, row.citation_precision, row.recall_1, row.evidence_score] == [None] * 6


def test_calibration_error_and_interval_by_hand() -> None:
    assert calibration_error([(0.9, 1.0), (0.9, 0.0)]) == pytest.approx(0.4)
    assert calibration_error([(1.0, 1.0), (0.0, 0.0)]) == 0.0
    value, low, high = interval([1.0] * 50 + [0.0] * 50, mean)
    assert value == 0.5
    assert 0.38 <= low < 0.45 < 0.55 < high <= 0.62
    assert interval([1.0] * 50 + [0.0] * 50, mean) == (value, low, high)


def test_every_metric_and_class_is_defined_in_the_document() -> None:
    from pathlib import Path

    text = (Path(__file__).parents[1] / "docs" / "metrics.md").read_text(encoding="utf-8")
    for metric in METRICS:
        assert f"| `{metric.name}` | {metric.label} | {metric.definition} |" in text, metric.name
    for kind, label in LABELS.items():
        assert f"| `{kind}` | {label} |" in text, kind


def test_a_listed_figure_must_stand_whole_in_the_lines_of_its_own_citation() -> None:
    def grounded(raw: str, number: int = 1) -> float | None:
        given = {
            "id": "T-1",
            "answer": raw,
            "citations": [{"n": 1, "lines": [8, 8], "quote": "x"}],
            "figures": [{"raw": raw, "citation": number}],
        }
        return evaluate([("contoh", s.ITEMS[0])], {"T-1": Prediction.model_validate(given)}, s.context())[0].figures_grounded

    assert [grounded("55"), grounded("5"), grounded("130"), grounded("55", number=2)] == [1.0, 0.0, 0.0, 0.0]
