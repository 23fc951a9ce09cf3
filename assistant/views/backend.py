"""The one assistant that all sessions share, opened in the background so that the first page paints at once."""

from __future__ import annotations

import gc
import logging
import os
import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

import streamlit as st

from assistant.views.texts import t
from ingest.errors import PlanError
from ingest.settings import Settings

if TYPE_CHECKING:
    from assistant.answer import Assistant
    from assistant.feedback import FeedbackStore
    from assistant.history import HistoryStore

log = logging.getLogger(__name__)
BUILD_SECONDS = 1.0
_build_names: dict[str, tuple[float, str]] = {}
"""By index folder: when its current build was read, and its name."""


@cache
def settings() -> Settings:
    return Settings()


def make_assistant(chosen: Settings) -> Assistant:
    """Open the index. Heavy imports happen here. The model warms up on while the pages are already served."""
    for name in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        os.environ.setdefault(name, "1")
    os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    # one thread a question: several people ask at once, and threads that wait for each other cost twice the processor time
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from assistant.answer import build_assistant

    assistant = build_assistant(chosen)
    threading.Thread(target=warm, args=(assistant,), daemon=True, name="warm").start()
    return assistant


def warm(assistant: Assistant) -> None:
    """Load model and vectors before the first question. A failure here comes back with the question, where it can be shown."""
    try:
        assistant.warm()
        import pandas  # noqa: F401  the grid's first showing must not wait for it
    except Exception:
        log.exception("the model could not be loaded ahead of time")
    # Streamlit collects garbage after every script run, holding all sessions up: an index of a hundred thousand
    # objects costs it a second each time. What is loaded by now stays, so it is taken out of the collector's sight.
    gc.collect()
    gc.freeze()


def build_name(chosen: Settings) -> str:
    """Which finished build is current; changes when `renstra ingest` swaps a new one in. Read once a second at most."""
    folder, now = str(chosen.index), time.monotonic()
    known = _build_names.get(folder)
    if known is None or now - known[0] > BUILD_SECONDS:
        try:
            name = (chosen.index / "CURRENT").read_text(encoding="utf-8").strip()
        except OSError:
            name = ""
        known = _build_names[folder] = (now, name)
    return known[1]


@st.cache_resource(show_spinner=False, max_entries=2)
def _loading(build: str, folder: str) -> Future[Assistant]:
    pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="assistant")
    future = pool.submit(make_assistant, settings())
    pool.shutdown(wait=False)
    return future


def start() -> Future[Assistant]:
    """Begin (or find) the loading of the current build; returns at once."""
    return _loading(build_name(settings()), str(settings().index))


def assistant() -> Assistant:
    """The shared assistant, waited for with a visible note. Shows what to do and stops the page where it cannot be opened."""
    future = start()
    try:
        if future.done():
            return future.result()
        with st.spinner(t("loading")):
            return future.result()
    except PlanError as error:
        _loading.clear()  # the next look tries again: the cause may be mended meanwhile
        st.error(error.message, icon=":material/error:")
        if not build_name(settings()):
            st.code("renstra ingest", language="bash")
        st.stop()
    except Exception:
        _loading.clear()
        log.exception("the assistant could not be opened")
        st.error(t("broken"), icon=":material/error:")
        st.stop()


@st.cache_resource(show_spinner=False)
def feedback() -> FeedbackStore:
    from assistant.feedback import open_feedback

    return open_feedback(settings())


@st.cache_resource(show_spinner=False)
def history() -> HistoryStore | None:
    """Where conversations are kept; None (they last as long as the page) where the database cannot be used."""
    from assistant.history import HistoryStore

    try:
        return HistoryStore(feedback().engine)
    except Exception:
        log.exception("conversations cannot be kept")
        return None
