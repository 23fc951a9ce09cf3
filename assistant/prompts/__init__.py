"""The prompts, one file each. The version in a file's first line goes into every answer's trace."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

LANGUAGES = {"id": "Indonesia", "en": "Inggris (English)"}


@lru_cache(maxsize=8)
def load_prompt(name: str) -> tuple[str, str]:
    """(text, version) of `name`.md."""
    raw = (files(__package__) / f"{name}.md").read_text(encoding="utf-8")
    version = re.match(r"<!-- version: (\S+) -->\n", raw)
    if not version:
        raise ValueError(f"prompt {name} has no version")
    return raw[version.end() :].strip(), version[1]


def fill(name: str, language: str) -> tuple[str, str]:
    """A prompt for answers in `language` ("id", "en") and its version."""
    text, version = load_prompt(name)
    return text.replace("{language}", LANGUAGES.get(language, LANGUAGES["id"])), version
