"""What all tests share: no network, no settings of this desk, and the shipped plan indexed once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import pytest_socket
from filelock import FileLock

from assistant.answer import Assistant, build_assistant
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store.index import PlanIndex, open_index

CORPUS = Path(__file__).parents[1] / "corpus"
LOOPBACK = ["127.0.0.1", "::1", "localhost"]
QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "ANONYMIZED_TELEMETRY": "False",
    "TOKENIZERS_PARALLELISM": "false",
}
KEPT = ("RENSTRA_TEST_",)
"""Of the variables of ours only these may steer a test run; RENSTRA_TEST_INDEX names a finished index to use."""
KEYS = ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "HF_TOKEN")
TODAY = "2026-06-01"
"""The day on which the tests take place: "tahun depan" is 2027 for ever."""


def pytest_configure() -> None:
    # before anything is imported or started by a test: subprocesses inherit it
    os.environ.update(QUIET)
    for name in [n for n in os.environ if n in KEYS or (n.startswith("RENSTRA_") and not n.startswith(KEPT))]:
        del os.environ[name]


@pytest.fixture(autouse=True)
def no_network() -> None:
    """Only this machine can be reached from a test (the plugin opens it again at the test's end)."""
    pytest_socket.socket_allow_hosts(LOOPBACK, allow_unix_socket=True)


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The shipped plan's text."""
    (path,) = CORPUS.glob("*.txt")
    return path


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings whose index is the shipped corpus, with the shipped vectors. Made once a test session."""
    given = os.environ.get("RENSTRA_TEST_INDEX")
    folder = tmp_path_factory.mktemp("plan")
    # parallel workers share one index: their folders of this session lie side by side
    shared = tmp_path_factory.getbasetemp().parent if "PYTEST_XDIST_WORKER" in os.environ else folder
    made = Settings(
        index=Path(given).absolute() if given else shared / "index",
        corpus=CORPUS,
        feedback_url=f"sqlite:///{folder}/umpan.sqlite",
        today=TODAY,
    )
    if not given:
        with FileLock(shared / "index.lock"):
            ingest([CORPUS], made)
    return made


@pytest.fixture(scope="session")
def index(settings: Settings) -> PlanIndex:
    return open_index(settings)


@pytest.fixture(scope="session")
def assistant(settings: Settings) -> Assistant:
    """The assistant without a language model, over the shipped plan."""
    made = build_assistant(settings)
    made.warm()
    return made
