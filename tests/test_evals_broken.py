"""Negative controls: a deliberately broken assistant is caught, each time by the right metric."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import evals_support as s
import pytest

from evals.datasets import Item
from evals.metrics import BY_NAME, METRICS
from evals.results import ItemResult, evaluate
from evals.score import Prediction, interval, mean
from evals.statistics_of_items import calibration_error, median, percentile_95
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
    cost = {"model_written", "model_calls", "model_tokens", "model_ms"}
    tested_below = {"recall_5", "length", "latency_p50", "latency_p95", "grade", *cost}
    assert {metric.name for metric in METRICS} == caught | tested_below


def test_evidence_far_down_counts_in_recall_at_ten_but_not_at_five() -> None:
    class Buried(s.Good):
        def trace(self, question: str, lines: Any, sure: float) -> Any:
            return super().trace(question, [1, 5, 7, 1, 5, 7, *lines], sure)

    got = s.summary(Buried)
    assert (got["recall_1"], got["recall_5"], got["recall_10"]) == (0.0, 0.0, 1.0)
    assert got["mrr"] == pytest.approx(1 / 7)


def test_a_model_costs_calls_tokens_and_time_and_no_model_costs_nothing() -> None:
    class Modelled(s.Good):
        def run(self, question: str, history: Any = ()) -> Any:
            answer, trace = super().run(question, history)
            failed = "visi" in question
            spent = {
                "model_calls": 3 if failed else 1,
                "model_tokens": 500,
                "model_ms": 40.0,
                "model_trouble": "terlambat" if failed else "",
            }
            return answer.model_copy(update={"mode": answer.mode if failed else "model"}), trace.model_copy(update=spent)

    got = s.summary(Modelled)
    assert (got["model_calls"], got["model_tokens"], got["model_ms"]) == (pytest.approx(8 / 6), 500.0, 40.0)
    assert got["model_written"] == pytest.approx(5 / 6)
    assert {GOOD[name] for name in ("model_written", "model_calls", "model_tokens", "model_ms")} == {None}


def test_length_and_latency_grow_with_a_rambling_and_a_slow_assistant() -> None:
    class Slow(s.Good):
        def run(self, question: str, history: Any = ()) -> Any:
            answer, trace = super().run(question, history)
            slow = answer.model_copy(update={"latency_ms": 900.0 if "visi" in question else 400.0})
            return slow, trace

    slow = s.summary(Slow)
    assert (slow["latency_p50"], slow["latency_p95"]) == (400.0, 900.0)
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
            answer, trace = self.say(question, "Hal itu dibahas dalam rencana.", 1, [self.line(wanted)] if self.found else [1])
            return answer.model_copy(update={"mode": "extractive"}), trace

    class Blind(Evasive):
        found = False

    prose = [i for i in s.ITEMS if i.id in {"T-3", "T-4"}]
    assert {r.miss for r in s.results(Evasive, prose)} == {"not_used"}
    assert {r.miss for r in s.results(Blind, prose)} == {"not_retrieved"}
    assert "peringkat 1" in s.results(Evasive, prose)[0].miss_detail


def test_a_looked_up_cell_of_another_column_or_row_is_classed_so() -> None:
    class Cell(s.Good):
        text, at = "", 0

        def run(self, question: str, history: Any = ()) -> Any:
            return self.say(question, self.text, self.at or self.line(s.BY_QUESTION[question]))

    class Column(Cell):
        text = "Satuan: **Orang** [1]"

    class Row(Cell):
        text, at = "Satuan: **Orang** [1]", 1

    words = [i for i in s.ITEMS if i.id == "T-3"]
    (column,), (row,) = s.results(Column, words), s.results(Row, words)
    assert (column.miss, row.miss) == ("wrong_figure", "wrong_figure")
    assert "Barisnya benar dikutip" in column.miss_detail
    assert "Baris yang benar tidak dikutip" in row.miss_detail


def test_evidence_that_was_cited_counts_as_found_though_the_search_did_not_rank_it() -> None:
    class Half(s.Good):
        def run(self, question: str, history: Any = ()) -> Any:
            answer, trace = self.say(question, "Hal itu dibahas. [1]", self.line(s.BY_QUESTION[question]), [1])
            return answer.model_copy(update={"mode": "extractive"}), trace

    (row,) = s.results(Half, [i for i in s.ITEMS if i.id == "T-3"])
    assert row.miss == "not_used"
    assert "tidak terambil, dikutip" in row.miss_detail


def test_a_crash_keeps_its_reason_and_a_missing_prediction_is_a_failure() -> None:
    row = next(r for r in s.results(s.Crashing) if r.id == "T-2")
    assert row.miss_detail.startswith("ZeroDivisionError: dibagi nol (evals_support.py:")
    (absent,) = evaluate([("contoh", s.ITEMS[0])], {}, s.context())
    assert (absent.miss, absent.correct, BY_NAME["crashes"].of(absent)) == ("missing", False, 1.0)


def told(asked: Item, text: str, mode: str = "extractive") -> float | None:
    (row,) = evaluate([("contoh", asked)], {asked.id: Prediction(id=asked.id, answer=text, mode=mode)}, s.context())
    return row.wrong_figure


def test_an_incomplete_list_is_not_a_wrong_figure_but_a_replaced_number_is() -> None:
    both = s.item("L-1", "berapa target 2025 dan 2026?", [["50"], ["55"]], s.ON_TIME)
    assert told(both, "50 pada tahun 2025, 55 pada tahun 2026") == 0.0
    assert told(both, "Targetnya 50 menurut rencana 2025-2029") == 0.0
    assert told(both, "Targetnya 50 lalu 60") == 1.0
    assert told(both, "1. Targetnya 50 [2]") == 0.0


def test_the_other_years_in_a_table_below_the_answer_are_no_wrong_figures() -> None:
    both = s.item("L-1", "berapa tahun 2025 layanan tepat waktu dan arsiparis?", [["50"], ["120"]], s.ON_TIME)
    table = "\n\n| Tahun | Target |\n| --- | ---: |\n| 2026 | 55 |\n| 2027 | 60 |"
    assert told(both, "Target layanan tepat waktu 2025: **50**. [1]" + table, "lookup") == 0.0
    assert told(both, "Target layanan tepat waktu 2025: **55**. [1]" + table, "lookup") == 1.0


def test_other_years_of_a_row_rightly_read_are_no_wrong_figures_beside_a_right_one() -> None:
    growth = s.item("L-2", "mana yang naik lebih banyak?", [["60"], ["140"]], s.ON_TIME)
    assert told(growth, "Layanan tepat waktu: 2025: **50**; 2026: **55**; 2027: **60**. [1]", "lookup") == 0.0
    assert told(growth, "Layanan tepat waktu: 2025: **50**; 2026: **55**. [1]", "lookup") == 1.0


def test_operands_told_in_prose_are_no_wrong_figure_but_one_given_as_the_sum_is() -> None:
    total = s.item(
        "L-3", "jumlah arsiparis terlatih 2025-2027?", [["390"]], s.TRAINED, answer="120 + 130 + 140 = 390 orang", type="aggregate"
    )
    assert told(total, "Arsiparis terlatih naik dari 120 orang menjadi 130 orang lalu 140 orang.") == 0.0
    assert told(total, "Arsiparis terlatih tahun 2027: **140 orang**.", "lookup") == 1.0


def test_numbers_that_count_something_else_or_name_a_rule_are_no_wrong_figures() -> None:
    nurses = s.item("L-4", "kelebihan arsiparis berapa?", [["298"]], s.TRAINED, answer="298 arsiparis")
    assert told(nurses, "Ada 12 negara tujuan menurut Peraturan Nomor 20 Tahun 2023, Pasal 5, selama 5 tahun terakhir.") == 0.0
    assert told(nurses, "Ada 640 arsiparis baru tiap tahun.") == 1.0


def test_a_number_for_what_the_plan_does_not_hold_is_wrong_only_where_an_amount_was_asked() -> None:
    hotel = s.item("L-5", "hotel mana yang murah?", [], type="unanswerable", abstain=True)
    salary = s.item("L-6", "berapa gaji arsiparis?", [], type="unanswerable", abstain=True)
    assert told(hotel, "Kantornya punya 23 balai.") == 0.0
    assert told(salary, "Rata-ratanya 130.") == 1.0
    assert told(salary, "Dasarnya Undang-Undang Nomor 20 Tahun 2023.") == 0.0


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
