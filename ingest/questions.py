"""The everyday-language layer: questions and names as people say them, bound to the passages that answer them.

File `corpus/<plan>.questions.jsonl`, one object a line: {"line_start", "line_end", "hash", "questions", "names",
"drafted"}. The hash is of the lines' text: a changed passage loses its questions, and the run says how many.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import InputError
from ingest.models import AskedQuestion, Everyday, Passage, Source, stable_id


class QuestionRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    line_start: int = Field(ge=1)
    line_end: int = Field(ge=1)
    hash: str = Field(default="", description="first 12 hex digits of the SHA-256 of the lines' text without white space")
    questions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    drafted: bool = False


class Bound(BaseModel):
    """Questions and names with their passages; `lost` counts records whose text has changed."""

    model_config = ConfigDict(frozen=True)

    questions: tuple[AskedQuestion, ...] = ()
    names: tuple[Everyday, ...] = ()
    lost: int = 0


def questions_file(source_path: Path) -> Path:
    return source_path.with_suffix(".questions.jsonl")


def text_hash(source: Source, first: int, last: int) -> str:
    text = "".join("".join(line.text.split()) for line in source.lines[first - 1 : last])
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def read_records(path: Path) -> list[QuestionRecord]:
    """The records of a file; InputError names the line and the fault."""
    records = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            records.append(QuestionRecord.model_validate_json(line))
        except ValidationError as error:
            raise InputError(f"{path}, baris {number}: {error.errors()[0]['msg']}. Perbaiki baris itu.") from error
    return records


def write_records(path: Path, records: list[QuestionRecord]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for record in sorted(records, key=lambda r: (r.line_start, r.line_end)):
            out.write(json.dumps(record.model_dump(exclude_defaults=True), ensure_ascii=False) + "\n")


def bind(records: list[QuestionRecord], source: Source, passages: tuple[Passage, ...]) -> Bound:
    """Each record to the passage whose lines fit it best; records whose text changed are counted as lost."""
    fresh = [r for r in records if r.line_end <= len(source.lines) and r.hash == text_hash(source, r.line_start, r.line_end)]
    lookup = PassagesByLine(source, passages)
    questions: list[AskedQuestion] = []
    names: list[Everyday] = []
    for record in fresh:
        passage = lookup.best(record.line_start, record.line_end)
        if passage is None:
            continue
        questions += [
            AskedQuestion(id=stable_id("q", passage.id, text), text=text, passage_id=passage.id, drafted=record.drafted)
            for text in record.questions
        ]
        names += [Everyday(name=name, passage_id=passage.id) for name in record.names]
    unique = {q.id: q for q in questions}
    return Bound(questions=tuple(unique.values()), names=tuple(names), lost=len(records) - len(fresh))


class PassagesByLine:
    """Which passage covers a range of lines best: the overlap of non-blank lines, whole lists before single items."""

    def __init__(self, source: Source, passages: tuple[Passage, ...]) -> None:
        self.filled = {line.no for line in source.lines if line.text.strip()}
        self.lines = {p.id: self.own_lines(p) for p in passages}
        self.by_line: dict[int, list[Passage]] = defaultdict(list)
        for passage in passages:
            for line in self.lines[passage.id]:
                self.by_line[line].append(passage)

    def own_lines(self, passage: Passage) -> set[int]:
        spans = [passage.span, *passage.item_spans]
        return {n for span in spans for n in range(span.line_start, span.line_end + 1)} & self.filled

    def best(self, first: int, last: int) -> Passage | None:
        wanted = set(range(first, last + 1)) & self.filled
        candidates = {p.id: p for line in wanted for p in self.by_line[line]}
        order = {"list": 0, "paragraph": 1, "row": 2, "item": 3, "table": 4, "front": 5}
        scored = [(-self.overlap(wanted, p), order[p.kind], p.span.line_start, p.id) for p in candidates.values()]
        return candidates[min(scored)[3]] if scored else None

    def overlap(self, wanted: set[int], passage: Passage) -> float:
        own = self.lines[passage.id]
        return len(wanted & own) / len(wanted | own) if own else 0.0
