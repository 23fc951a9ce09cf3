"""Two editions of one plan (its text and its PDF): the everyday questions of one carried over to the other, where the text is the same."""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from pathlib import Path

from ingest.models import Source
from ingest.questions import Finder, QuestionRecord, questions_file, text_hash

LOOSE = 1.5
"""A stretch of text may have grown to this many times its length in another edition."""
SAME_PLAN = 0.5
"""Two documents that share the text of so many records are editions of one plan; boilerplate alone gets nowhere near."""


def layer_files(path: Path, corpus: Path) -> list[Path]:
    """The file of a source's own questions, or those of the corpus' other documents: the source may be an edition of one of them."""
    own = questions_file(path)
    if own.exists():
        return [own]
    return sorted(corpus.glob("*.questions.jsonl")) if corpus.is_dir() else []


def carry_over(records: list[QuestionRecord], edition: Source, source: Source) -> list[QuestionRecord]:
    """The records of one edition with the lines where the same text stands in another; none unless the other holds half of them."""
    stream, starts, numbers = folded_stream(source)
    out: list[QuestionRecord] = []
    reached = 0
    for record in sorted((r for r in Finder(edition).locate(records) if r is not None), key=lambda r: (r.line_start, r.line_end)):
        parts = [text for line in edition.lines[record.line_start - 1 : record.line_end] if (text := folded(line.text))]
        place = find_text(stream, parts, reached) or find_text(stream, parts, 0)
        if place is None:
            continue
        reached = place[0]
        first, last = (numbers[bisect_right(starts, at) - 1] for at in (place[0], place[1] - 1))
        out.append(record.model_copy(update={"line_start": first, "line_end": last, "hash": text_hash(source, first, last)}))
    return out if len(out) >= SAME_PLAN * len(records) else []


def find_text(stream: str, parts: list[str], start: int) -> tuple[int, int] | None:
    """Where the parts stand one after the other, or (a table's header repeated between them) the first and a little on the last."""
    if not parts:
        return None
    whole = "".join(parts)
    at = stream.find(whole, start)
    if at >= 0:
        return at, at + len(whole)
    at = stream.find(parts[0], start)
    end = stream.find(parts[-1], at + len(parts[0])) + len(parts[-1])
    return (at, end) if at >= 0 and len(whole) <= end - at <= LOOSE * len(whole) else None


def folded(text: str) -> str:
    """Letters and digits alone, markup gone: what two editions of one text have in common."""
    plain = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return "".join(c for c in unicodedata.normalize("NFKC", plain).casefold() if c.isalnum())


def folded_stream(source: Source) -> tuple[str, list[int], list[int]]:
    """The whole text folded; where each line that adds to it begins, and that line's number."""
    parts: list[str] = []
    starts: list[int] = []
    numbers: list[int] = []
    length = 0
    for line in source.lines:
        own = folded(line.text)
        if own:
            parts.append(own)
            starts.append(length)
            numbers.append(line.no)
            length += len(own)
    return "".join(parts), starts, numbers
