"""The everyday-language layer: questions and names as people say them, bound to the passages that answer them.

File `corpus/<plan>.questions.jsonl`, one object a line: {"line_start", "line_end", "hash", "questions", "names",
"drafted"}. The hash is of the lines' text: text that only moved keeps its questions, changed text loses them, and the
run says which.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ingest.errors import InputError
from ingest.line_kinds import CAPTION, NOTE, strip_markup
from ingest.models import AskedQuestion, Everyday, Figure, Passage, Source, Table, stable_id

STATING = 60
"""A paragraph shorter than this, in characters, states nothing of its own, unless it defines something."""
DEFINING = re.compile(r"^\S[^:]{0,40}\s:\s*\S")
"""“PN (00) : Prioritas Nasional”."""


class QuestionRecord(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    line_start: int = Field(ge=1)
    line_end: int = Field(ge=1)
    hash: str = Field(default="", description="first 12 hex digits of the SHA-256 of the lines' text without white space")
    questions: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    drafted: bool = False


class Bound(BaseModel):
    """Questions and names with their passages; `lost`: first lines of the records whose text has changed; `astray`: of those
    whose lines hold no passage (a heading alone)."""

    model_config = ConfigDict(frozen=True)

    questions: tuple[AskedQuestion, ...] = ()
    names: tuple[Everyday, ...] = ()
    lost: tuple[int, ...] = ()
    astray: tuple[int, ...] = ()


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
    """The whole file or none of it: an interrupted run leaves the old one."""
    ordered = sorted(records, key=lambda r: (r.line_start, r.line_end))
    lines = [json.dumps(record.model_dump(exclude_defaults=True), ensure_ascii=False) + "\n" for record in ordered]
    beside = path.with_name(f"{path.name}.new")
    try:
        beside.write_text("".join(lines), encoding="utf-8")
        os.replace(beside, path)
    except OSError as error:
        raise InputError(f"{path} tidak bisa ditulis ({error.strerror}). Periksa izin foldernya.") from error


class Finder:
    """Where the texts of records stand now: at their lines, or where they moved to without a change."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.filled = [bool(line.text.strip()) for line in source.lines]
        self.starts: dict[int, dict[str, list[int]]] = {}

    def locate(self, records: list[QuestionRecord]) -> list[QuestionRecord | None]:
        """Each record at the lines that hold its text; None when no lines do, or other records already hold them."""
        found: dict[int, int] = {}
        moving: list[int] = []
        shift = 0
        for i in sorted(range(len(records)), key=lambda i: records[i].line_start):
            record = records[i]
            start = next((s for s in (record.line_start + shift, record.line_start) if self.holds(record, s)), 0)
            if start:
                found[i], shift = start, start - record.line_start
                continue
            moving.append(i)
            places = self.places(length(record)).get(record.hash, [])
            if len(places) == 1:  # the only such text: what follows has most likely moved as far
                shift = places[0] - record.line_start
        held = {(start, length(records[i])) for i, start in found.items()}
        for i in moving:
            free = [p for p in self.places(length(records[i])).get(records[i].hash, []) if (p, length(records[i])) not in held]
            if free:
                found[i] = min(free, key=lambda p: abs(p - records[i].line_start))
        return [moved(record, found[i]) if i in found else None for i, record in enumerate(records)]

    def holds(self, record: QuestionRecord, start: int) -> bool:
        end = start + length(record) - 1
        return start >= 1 and end <= len(self.filled) and record.hash == text_hash(self.source, start, end)

    def places(self, size: int) -> dict[str, list[int]]:
        """hash -> first lines of the stretches of `size` lines that begin and end with text."""
        if size not in self.starts:
            starts: dict[str, list[int]] = defaultdict(list)
            for first in range(1, len(self.filled) - size + 2):
                if self.filled[first - 1] and self.filled[first + size - 2]:
                    starts[text_hash(self.source, first, first + size - 1)].append(first)
            self.starts[size] = starts
        return self.starts[size]


def length(record: QuestionRecord) -> int:
    return record.line_end - record.line_start + 1


def moved(record: QuestionRecord, start: int) -> QuestionRecord:
    return record.model_copy(update={"line_start": start, "line_end": start + length(record) - 1})


def bind(records: list[QuestionRecord], source: Source, passages: tuple[Passage, ...]) -> Bound:
    """Each record to the passage whose lines fit it best; records whose text changed are told as lost, those without one as astray."""
    lookup = PassagesByLine(source, passages)
    questions: list[AskedQuestion] = []
    names: list[Everyday] = []
    lost: list[int] = []
    astray: list[int] = []
    for record, found in zip(records, Finder(source).locate(records), strict=True):
        if found is None:
            lost.append(record.line_start)
            continue
        passage = lookup.best(found.line_start, found.line_end)
        if passage is None:
            astray.append(found.line_start)
            continue
        questions += [
            AskedQuestion(id=stable_id("q", passage.id, text), text=text, passage_id=passage.id, drafted=record.drafted)
            for text in record.questions
        ]
        names += [Everyday(name=name, passage_id=passage.id) for name in record.names]
    unique = {q.id: q for q in questions}
    return Bound(questions=tuple(unique.values()), names=tuple(names), lost=tuple(lost), astray=tuple(astray))


def states(passage: Passage, telling: Collection[str] = ()) -> bool:
    """Whether there is something to ask: a paragraph, list or table that says more than what follows; a row of `telling`.

    An item is asked for through its list.
    """
    text = strip_markup(" ".join(passage.text.split()))
    if passage.kind == "paragraph":
        says = len(text) >= STATING or bool(DEFINING.match(text))
        return says and not text.endswith(":") and not CAPTION.match(text) and not NOTE.match(text)
    return passage.kind in ("list", "table") or passage.row_id in telling


def telling_rows(tables: Iterable[Table], figures: Iterable[Figure]) -> set[str]:
    """Ids of the rows that tell something: figures, or (regulations, risks, strategies) words beside their label. A heading in a
    table tells nothing."""
    told = {figure.row_id for figure in figures}
    return told | {row.id for table in tables for row in table.rows if row.kind in ("data", "parent")}


def bind_file(path: Path, source: Source) -> int:
    """Give new records (without a hash) the hash of their lines, and moved ones their new lines; how many changed."""
    records = read_records(path)
    hashed = [r if r.hash else r.model_copy(update={"hash": text_hash(source, r.line_start, r.line_end)}) for r in records]
    found = [there or record for record, there in zip(hashed, Finder(source).locate(hashed), strict=True)]
    write_records(path, found)
    return sum(old != new for old, new in zip(records, found, strict=True))


class PassagesByLine:
    """Which passage covers a range of lines best: one that begins and ends with them, then the overlap of non-blank lines, whole
    lists before single items. (The items of an outline are headings far apart: by overlap alone the text between them wins.)"""

    def __init__(self, source: Source, passages: tuple[Passage, ...]) -> None:
        self.filled = {line.no for line in source.lines if line.text.strip()}
        self.lines = {p.id: self.own_lines(p) for p in passages}
        self.ends = {id: (min(own), max(own)) for id, own in self.lines.items() if own}
        self.by_line: dict[int, list[Passage]] = defaultdict(list)
        for passage in passages:
            for line in self.lines[passage.id]:
                self.by_line[line].append(passage)

    def own_lines(self, passage: Passage) -> set[int]:
        spans = [passage.span, *passage.item_spans]
        return {n for span in spans for n in range(span.line_start, span.line_end + 1)} & self.filled

    def range(self, passage: Passage) -> tuple[int, int]:
        """First and last line of a passage with its items."""
        return self.ends.get(passage.id, (passage.span.line_start, passage.span.line_end))

    def best(self, first: int, last: int) -> Passage | None:
        wanted = set(range(first, last + 1)) & self.filled
        ends = (min(wanted), max(wanted)) if wanted else (first, last)
        candidates = {p.id: p for line in wanted for p in self.by_line[line]}
        order = {"list": 0, "paragraph": 1, "row": 2, "item": 3, "table": 4, "front": 5}
        scored = [(self.ends[p.id] != ends, -self.overlap(wanted, p), order[p.kind], p.span.line_start, p.id) for p in candidates.values()]
        return candidates[min(scored)[4]] if scored else None

    def overlap(self, wanted: set[int], passage: Passage) -> float:
        own = self.lines[passage.id]
        return len(wanted & own) / len(wanted | own) if own else 0.0
