"""The shipped plan, opened once for all tests of model mode. `RENSTRA_TEST_INDEX` names a finished index to use instead."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.agent import ModelWriter
from assistant.answer import Assistant, build_assistant
from assistant.guard import Breaker
from ingest.settings import Settings

CORPUS = Path(__file__).parent.parent / "corpus"
Make = Callable[..., ModelWriter]


def open_plan(folder: Path) -> Assistant:
    """The assistant without a model, over the shipped corpus."""
    given = os.environ.get("RENSTRA_TEST_INDEX", "")
    settings = Settings(index=Path(given) if given else folder, corpus=CORPUS, llm="")
    if not given:
        from ingest.pipeline import ingest

        ingest([CORPUS], settings)
    return build_assistant(settings)


@lru_cache(maxsize=1)
def shared(folder: Path) -> Assistant:
    assistant = open_plan(folder)
    assistant.warm()
    return assistant


def writer(assistant: Assistant, url: str, breaker: Breaker | None = None, **more: Any) -> ModelWriter:
    """A model writer that talks to the scripted server at `url`."""
    fields = {"llm": "openai:scripted", "llm_base_url": url, "llm_timeout": 8.0, **more}
    settings = assistant.settings.model_copy(update=fields)
    return ModelWriter(settings, assistant.index, assistant.lookup, assistant.retriever, breaker)
