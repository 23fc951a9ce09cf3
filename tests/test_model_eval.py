"""`renstra eval --mode model` over real questions and a real server: side by side with no model, and what it cost."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from assistant import guard
from assistant.answer import Assistant
from assistant.cli import main
from assistant.scripted_llm import scripted
from assistant.scripted_server import well_behaved
from evals.model_cost import OFFLINE
from evals.report_models import ASSISTANT

SET = Path(__file__).parents[1] / "evals" / "datasets" / "dev.jsonl"
QUESTIONS = 6


def test_model_run_stands_beside_the_same_questions_without_a_model(
    assistant: Assistant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(guard, "LINES", {})
    few = tmp_path / "few.jsonl"
    with SET.open(encoding="utf-8") as lines:
        few.write_text("".join(itertools.islice(lines, QUESTIONS)), encoding="utf-8")
    with scripted(well_behaved) as server:
        monkeypatch.setenv("RENSTRA_LLM", "openai:scripted")
        monkeypatch.setenv("RENSTRA_LLM_BASE_URL", server.url)
        index = ["--index", str(assistant.settings.index)]
        assert main(["eval", str(few), "--mode", "model", "--json", "--progress", "none", "--report", str(tmp_path / "out"), *index]) == 0
        asked = len(server.requests)
    told = json.loads(capsys.readouterr().out)
    model, offline = told["systems"][ASSISTANT], told["systems"][OFFLINE]
    assert offline["correct"]["n"] == model["correct"]["n"] == QUESTIONS
    assert offline["model_calls"]["value"] is None
    assert model["model_calls"]["value"] * model["model_calls"]["n"] == asked
    assert model["model_tokens"]["value"] > 100
    assert model["model_ms"]["value"] > 0
    assert any(note.startswith(f"Biaya model: {asked} panggilan") for note in told["notes"])
    assert "| asisten | tanpa model |" in (tmp_path / "out" / "report.md").read_text(encoding="utf-8")
