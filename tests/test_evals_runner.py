"""Runs: resumable, deterministic, in order, told as they go; foreign or broken predictions are refused."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import evals_support as s
import pytest

from evals.datasets import DatasetError
from evals.progress import Progress
from evals.runner import code_digest, read_predictions, run, run_base, run_key
from evals.score import Prediction
from ingest.settings import Settings

INDEX = s.small_index()
PASSAGES = INDEX.passages


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_prediction_is_the_answer_with_id_and_the_retrieved_lines(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    run(s.Good(INDEX), s.ITEMS, PASSAGES, out=out)
    first = lines(out)[0]
    assert set(first) >= {
        "id",
        "question",
        "answer",
        "status",
        "abstained",
        "mode",
        "citations",
        "figures",
        "options",
        "suggestions",
        "warnings",
        "latency_ms",
        "index",
        "retrieved",
    }
    assert (first["id"], first["retrieved"], first["citations"][0]["lines"]) == ("T-1", [[8, 8]], [8, 8])


def test_two_runs_give_the_same_file_whatever_the_workers(tmp_path: Path) -> None:
    for name, workers in (("a", 1), ("b", 4)):
        run(s.Good(INDEX), s.ITEMS, PASSAGES, out=tmp_path / name, workers=workers)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert [record["id"] for record in lines(tmp_path / "a")] == [i.id for i in s.ITEMS]


def test_a_killed_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    run(s.Good(INDEX), s.ITEMS, PASSAGES, out=out, base="1")
    whole = out.read_text(encoding="utf-8")
    kept = whole.splitlines(keepends=True)
    out.write_text("".join(kept[:3]) + kept[3][:40], encoding="utf-8")  # killed in the middle of a line
    again = s.Good(INDEX)
    run(again, s.ITEMS, PASSAGES, out=out, base="1")
    assert again.asked == 3
    assert out.read_text(encoding="utf-8") == whole


def test_an_interruption_leaves_what_is_done(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"

    def stop(prediction: Prediction, seconds: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(s.Good(INDEX), s.ITEMS, PASSAGES, out=out, workers=1, on_done=stop)
    assert len(lines(out)) == 1


def test_answers_of_other_code_and_crashes_are_asked_again(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    run(s.Crashing(INDEX), s.ITEMS, PASSAGES, out=out, base="1")
    assert [r["id"] for r in lines(out) if r["crash"]] == ["T-2", "T-3"]
    again = s.Good(INDEX)
    run(again, s.ITEMS, PASSAGES, out=out, base="1")
    assert again.asked == 2
    run(again, s.ITEMS, PASSAGES, out=out, base="2")
    assert again.asked == 2 + len(s.ITEMS)
    run(again, s.ITEMS, PASSAGES, out=out, base="2", fresh=True)
    assert again.asked == 2 + 2 * len(s.ITEMS)


def test_the_key_of_an_answer_hangs_on_code_settings_and_question(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1")
    before = code_digest([tmp_path])
    (tmp_path / "a.py").write_text("x = 2")
    assert code_digest([tmp_path]) != before
    base = run_base(Settings(today="2026-01-01", llm=""), "index", "code")
    assert base != run_base(Settings(today="2027-01-01", llm=""), "index", "code")
    assert base != run_base(Settings(today="2026-01-01", llm="ollama:x"), "index", "code")
    other = s.ITEMS[0].model_copy(update={"history": ()})
    assert run_key(base, other) == run_key(base, s.ITEMS[0]) != run_key(base, s.ITEMS[1])


def test_predictions_of_another_set_are_refused_with_file_and_line(tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    run(s.Good(INDEX), s.ITEMS, PASSAGES, out=out)
    with pytest.raises(DatasetError, match=r"predictions\.jsonl, baris 2: id 'T-2' tidak ada di kumpulan ini"):
        run(s.Good(INDEX), s.ITEMS[:1], PASSAGES, out=out)
    with pytest.raises(DatasetError, match="baris 2: id 'T-2'"):
        read_predictions(out, ["T-1"])
    assert set(run(s.Good(INDEX), s.ITEMS[:1], PASSAGES, out=out, own_file=True)) == {"T-1"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("{rusak\n{}", "baris 1: bukan JSON"),
        ('{"answer": "x"}', "baris 1: bukan prediksi"),
        ('{"id": "T-1"}\n{"id": "T-1"}', "baris 2: id 'T-1' sudah ada"),
        ("", "tidak ada satu prediksi pun"),
    ],
)
def test_broken_predictions_are_told(tmp_path: Path, text: str, fault: str) -> None:
    (tmp_path / "p.jsonl").write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError, match=fault):
        read_predictions(tmp_path / "p.jsonl", ["T-1"])


def test_a_program_can_follow_a_run_line_by_line() -> None:
    told = io.StringIO()
    progress = Progress("jsonl", {i.id: i for i in s.ITEMS}, told)
    run(s.Crashing(INDEX), s.ITEMS, PASSAGES, workers=1, on_done=progress.for_editions(s.context().editions))
    progress.step("pembanding", 1, 2)
    progress.end(passed=True)
    events = [json.loads(line) for line in told.getvalue().splitlines()]
    questions = [e for e in events if e["event"] == "question"]
    assert [e["done"] for e in questions] == [1, 2, 3, 4, 5, 6]
    assert {e["id"]: e["correct"] for e in questions} == {"T-1": True, "T-2": False, "T-3": False, "T-4": True, "T-5": True, "T-6": True}
    assert [e["event"] for e in events[-2:]] == ["step", "end"]


def test_a_bar_is_silent_where_nobody_looks() -> None:
    told = io.StringIO()
    progress = Progress("bar", {i.id: i for i in s.ITEMS}, told)
    run(s.Good(INDEX), s.ITEMS, PASSAGES, on_done=progress.for_editions(s.context().editions))
    progress.step("langkah", 1, 2)
    progress.end()
    assert told.getvalue() == ""
