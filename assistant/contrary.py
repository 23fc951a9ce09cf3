"""A thing with "non" before it is not the thing. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable

from ingest.terms import fold

NON = re.compile(r"\bnon[ -]?([a-z]{5,})\b")


def contrary(asked: str) -> Callable[[str], bool] | None:
    """Finds the folded texts that say "pemerintah" where "nonpemerintah" is asked for; None where nothing of the kind is asked."""
    named = set(NON.findall(fold(asked)))
    if not named:
        return None

    def excluded(text: str) -> bool:
        if not any(word in text for word in named):
            return False
        denied = set(NON.findall(text))
        return any(word not in denied and re.search(rf"\b{re.escape(word)}\b", text) for word in named)

    return excluded
