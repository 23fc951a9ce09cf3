"""How a quote of the plan is worded for reading: markup gone, numbers not said twice. Pure."""

from __future__ import annotations

import re

from ingest.line_kinds import strip_markup

IN_WORDS = re.compile(
    r"(?<=[\d%]) \((?:(?:kurang lebih |minus |nol|se|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|puluh|belas|ratus|ribu|juta|miliar|triliun|koma|persen"
    r"|perseratus|rupiah|sampai)\s*)+\)",
    re.IGNORECASE,
)
"""A number said again in words: "15 (lima belas)"."""


def without_words(text: str) -> str:
    """ "15 (lima belas) orang" -> "15 orang"."""
    return IN_WORDS.sub("", text)


def readable(text: str) -> str:
    """A quote as an answer shows it: markup, line breaks and doubled numbers gone, otherwise the plan's words."""
    text = re.sub(r"</li>\s*<li[^>]*>", "; ", text)
    text = re.sub(r"<(https?://[^>\s]+)>", r"\1", text)
    text = re.sub(r"<[^>]+>", " ", text)
    text = re.sub(r"\s+", " ", strip_markup(text).replace("*", "")).strip()
    return re.sub(r"^[-•]\s+", "", without_words(text))


def unnumbered(text: str) -> str:
    """A label without its own list number: the number is the table's, not the thing's."""
    return re.sub(r"^\d{1,2}[.)]\s+", "", text)


def numbered_parts(text: str) -> list[str]:
    """ "1. Satu 2. Dua" -> ["Satu", "Dua"]."""
    return [part.strip(" ;.") for part in re.split(r"(?:^|\s)\d{1,2}\.\s+", text) if part.strip(" ;.")]
