"""What a chat model is made with, in each provider's own words; which models are too small for tools. Pure."""

from __future__ import annotations

import re
from typing import Any

from ingest.settings import Settings

CONNECT_SECONDS = 3.0
SMALL_MODEL = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)b\b", re.IGNORECASE)
SMALL_BILLIONS = 4.0


def model_options(provider: str, settings: Settings) -> dict[str, Any]:
    """Limits and address in each provider's own words. Retrying is ours, so none of theirs."""
    import httpx

    key = settings.llm_api_key.get_secret_value()
    timeout = httpx.Timeout(settings.llm_timeout, connect=min(CONNECT_SECONDS, settings.llm_timeout))
    options: dict[str, Any] = {"base_url": settings.llm_base_url} if settings.llm_base_url else {}
    if provider == "ollama":
        return {**options, "num_predict": settings.llm_max_tokens, "temperature": 0, "client_kwargs": {"timeout": timeout}}
    patience = timeout if provider == "openai" else settings.llm_timeout
    options |= {"max_tokens": settings.llm_max_tokens, "max_retries": 0, "timeout": patience}
    if provider == "openai":
        options |= {"stream_usage": True, "use_responses_api": False}
        if settings.llm_base_url:  # own servers ask for no key, but the client does; hosted reasoning models take no temperature
            options |= {"api_key": key or "-", "temperature": 0}
    return {**options, "api_key": key} if key else options


def is_small(name: str) -> bool:
    """Whether a model's name says that it is too small to be trusted with tools ("qwen2.5:1.5b", "SmolLM2-360M")."""
    sizes = [float(size) for size in SMALL_MODEL.findall(name)]
    return bool(re.search(r"\d+m\b|smol|tiny", name, re.IGNORECASE)) or bool(sizes and max(sizes) < SMALL_BILLIONS)
