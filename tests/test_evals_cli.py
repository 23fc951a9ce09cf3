"""`renstra eval` from the command line: exit codes, what is printed and written, and the checks before anything is loaded."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import evals_support as s
import pytest

from assistant.scripted_llm import Reply, scripted
from evals import commands
from evals.datasets import write_jsonl
from ingest.errors import PlanError

SETS = Path(__file__).parents[1] / "evals" / "datasets"
Call = Callable[..., int]


@pytest.fixture
def renstra(monkeypatch: pytest.MonkeyPatch) -> Call:
    """`renstra eval ...` over the tiny plan, with the assistant class in `make`; PlanErrors become exit codes as in the command."""
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())

    def call(*words: str | Path, make: Callable[[s.FakeIndex], Any] = s.Good) -> int:
        index = s.small_index()
        monkeypatch.setattr(commands, "opened", lambda settings, asking: (make(index) if asking else None, index))
        args = parser.parse_args(["eval", *map(str, words)])
        try:
            return int(args.func(args))
        except PlanError as error:
            print(error.message)
            return error.exit_code

    return call


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    write_jsonl(tmp_path / "contoh.jsonl", s.ITEMS)
    return tmp_path / "contoh.jsonl"


def test_a_run_prints_its_summary_and_writes_predictions_and_report(
    renstra: Call, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert renstra(dataset, "--report", out, "--predictions", tmp_path / "p.jsonl", make=s.WrongYear) == 0
    printed = capsys.readouterr().out
    assert "| Jawaban benar | 66,7%" in printed
    assert "2  baris, kolom, atau tahun salah" in printed
    assert {p.name for p in out.iterdir()} == {"report.md", "report.json", "report.html"}
    assert len((tmp_path / "p.jsonl").read_text(encoding="utf-8").splitlines()) == len(s.ITEMS)
    assert renstra(dataset, "--score", tmp_path / "p.jsonl", "--json") == 0
    assert json.loads(capsys.readouterr().out)["systems"]["asisten"]["correct"]["value"] == pytest.approx(4 / 6)


def test_filters_narrow_the_set_and_an_unknown_one_is_refused(renstra: Call, dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert renstra(dataset, "--type", "lookup,unanswerable", "--persona", "manajer", "--json") == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 2
    assert renstra(dataset, "--type", "puisi") == 2
    assert "'puisi' tidak dikenal" in capsys.readouterr().out


def test_a_missed_gate_leaves_with_one_and_brings_its_own_sets(renstra: Call, dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gate = dataset.with_name("gate.toml")
    gate.write_text('datasets = ["contoh.jsonl"]\n[floors]\ncorrect = 0.9\n', encoding="utf-8")
    assert renstra("--gate", gate) == 0
    assert renstra("--gate", gate, make=s.AlwaysRefusing) == 1
    assert "GAGAL  semua: correct 0.333" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "Sebutkan kumpulan pertanyaan"),
        (["{tmp}/tidak-ada.jsonl"], "tidak ditemukan"),
        (["{tmp}/rusak.jsonl"], "rusak.jsonl, baris 1: bukan JSON"),
        (["{tmp}/kosong.jsonl"], "kosong"),
        (["{tmp}/contoh.jsonl", "--score", "{tmp}/lain.jsonl"], "lain.jsonl, baris 1: id 'X-1' tidak ada di kumpulan ini"),
        (["{tmp}/contoh.jsonl", "--workers", "0"], "--workers"),
        (["{tmp}/contoh.jsonl", "--mode", "model"], "RENSTRA_LLM"),
        (["{tmp}/contoh.jsonl", "--judge"], "--judge memerlukan model bahasa"),
        (["{tmp}/bukti.jsonl"], "bukti.jsonl, baris 1: bukti tidak ada di dokumen"),
        (["compare", "{tmp}"], "Pakai:"),
        (["compare", "{tmp}", "{tmp}"], "Laporan tidak ditemukan"),
        (["import", "{tmp}/contoh.jsonl", "{tmp}/x.jsonl"], "yang bisa diimpor"),
        (["import", str(SETS / "template.csv"), "{tmp}/contoh.jsonl/x.jsonl"], "tidak bisa ditulisi"),
        (["{tmp}/contoh.jsonl", "--report", "{tmp}/contoh.jsonl"], "contoh.jsonl tidak bisa ditulisi"),
        (["{tmp}/contoh.jsonl", "--predictions", "{tmp}"], "tidak bisa ditulisi"),
        (["{tmp}"], "tidak bisa dibaca"),
        (["{tmp}/latin.jsonl"], "latin.jsonl, baris 2: bukan teks UTF-8"),
    ],
)
def test_bad_input_is_told_and_leaves_with_two(
    renstra: Call, dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str], told: str
) -> None:
    monkeypatch.delenv("RENSTRA_LLM", raising=False)
    folder = dataset.parent
    (folder / "rusak.jsonl").write_text("{", encoding="utf-8")
    (folder / "latin.jsonl").write_bytes(b'{"id": "L-1"}\n{"id": "\xe9"}\n')
    (folder / "kosong.jsonl").write_text("\n", encoding="utf-8")
    (folder / "lain.jsonl").write_text('{"id": "X-1", "answer": "x"}\n', encoding="utf-8")
    write_jsonl(folder / "bukti.jsonl", [s.item("B-1", "apa?", [["x"]], "tidak tertulis di rencana")])
    assert renstra(*(word.replace("{tmp}", str(folder)) for word in words)) == 2
    assert told in capsys.readouterr().out


def test_a_judge_grades_beside_the_rule_and_never_in_the_gate(
    renstra: Call, dataset: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with scripted([Reply(calls=[("Grade", {"reason": "sama", "score": 0.5})])]) as server:
        monkeypatch.setenv("RENSTRA_LLM", "openai:scripted")
        monkeypatch.setenv("RENSTRA_LLM_BASE_URL", server.url)
        assert renstra(dataset, "--judge", "--json") == 0
    found = json.loads(capsys.readouterr().out)["systems"]["asisten"]
    assert (found["grade"]["value"], found["grade"]["n"], found["correct"]["value"]) == (0.5, 1, 1.0)


def test_two_reports_are_compared(renstra: Call, dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renstra(dataset, "--report", tmp_path / "a", make=s.AlwaysRefusing)
    renstra(dataset, "--report", tmp_path / "b", "--fresh")
    capsys.readouterr()
    assert renstra("compare", tmp_path / "a", tmp_path / "b", "--report", tmp_path / "c") == 0
    assert "4 membaik, 0 memburuk" in capsys.readouterr().out
    assert json.loads((tmp_path / "c" / "compare.json").read_text(encoding="utf-8"))["p_value"] == pytest.approx(0.125)


def test_a_table_becomes_a_set(renstra: Call, tmp_path: Path) -> None:
    assert renstra("import", SETS / "template.xlsx", tmp_path / "set.jsonl") == 0
    assert len((tmp_path / "set.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_a_program_follows_the_run_on_standard_error(renstra: Call, dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    renstra(dataset, "--progress", "jsonl", "--json")
    printed = capsys.readouterr()
    events = [json.loads(line) for line in printed.err.splitlines()]
    assert [e["event"] for e in events] == ["question"] * 6 + ["end"]
    json.loads(printed.out)
