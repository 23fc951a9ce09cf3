"""A model writer over the shipped plan that talks to a scripted server."""

from __future__ import annotations

from typing import Any

from assistant.agent import ModelWriter
from assistant.answer import Assistant
from assistant.guard import Breaker


def writer(assistant: Assistant, url: str, breaker: Breaker | None = None, **more: Any) -> ModelWriter:
    """As `Assistant.writer`, for the server at `url`."""
    fields = {"llm": "openai:scripted", "llm_base_url": url, "llm_timeout": 8.0, **more}
    settings = assistant.settings.model_copy(update=fields)
    return ModelWriter(settings, assistant.index, assistant.lookup, assistant.retriever, breaker)
