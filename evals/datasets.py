"""Question sets: the schema, a validator that names line and fault, and finding the evidence in the plan.

A set is a .jsonl file (one object a line, schema of `Item`) or a table (.csv/.xlsx, see `importing.py`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from assistant.models import Turn
from ingest.errors import InputError

ItemType = Literal[
    "factoid",
    "definition",
    "list",
    "explain",
    "lookup",
    "compare",
    "aggregate",
    "conflict",
    "unanswerable",
    "falsepremise",
    "adversarial",
    "followup",
    "typo",
    "english",
]
Persona = Literal["staf", "manajer", "evaluator", ""]
TYPES: tuple[str, ...] = get_args(ItemType)
PERSONAS: tuple[str, ...] = tuple(p for p in get_args(Persona) if p)
MAX_FAULTS_TOLD = 10


class DatasetError(InputError):
    """A set (or a file of predictions) that cannot be used; the message names file, line and fault."""


class Item(BaseModel):
    """One question with what a right answer must hold."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(min_length=1)
    type: ItemType
    persona: Persona = ""
    history: tuple[Turn, ...] = ()
    question: str
    answer: str = Field(default="", description="a short right answer, to read, not to match")
    must: tuple[tuple[str, ...], ...] = Field(default=(), description="groups of alternatives; each group must be found")
    must_not: tuple[str, ...] = ()
    abstain: bool = Field(default=False, description="the right behaviour is to say that the plan does not hold it")
    evidence: tuple[str, ...] = Field(default=(), description="verbatim pieces of the source; all should be cited")
    evidence_any: tuple[str, ...] = Field(default=(), description="pieces of which one is enough")

    @field_validator("question")
    @classmethod
    def _asks(cls, value: str) -> str:
        if not value.strip():
            raise ValueError("pertanyaan kosong")
        return value

    @field_validator("must")
    @classmethod
    def _groups(cls, value: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        if any(not group or any(not alternative.strip() for alternative in group) for group in value):
            raise ValueError("kelompok atau pilihan yang kosong")
        return value

    @field_validator("must_not", "evidence", "evidence_any")
    @classmethod
    def _pieces(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(not piece.strip() for piece in value):
            raise ValueError("potongan yang kosong")
        if any("\n" in piece for piece in value):
            raise ValueError("satu potongan harus berada di satu baris")
        return value


@dataclass(frozen=True)
class Dataset:
    """A set as read: `lines` says where each item stands, `warnings` what is odd but usable."""

    name: str
    path: Path
    items: tuple[Item, ...]
    lines: dict[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class Faults:
    """Collects what is wrong with one file, so that a person sees all of it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.found: list[str] = []

    def add(self, line: int, fault: str) -> None:
        self.found.append(f"{self.path}, baris {line}: {fault}")

    def raise_any(self) -> None:
        if self.found:
            more = len(self.found) - MAX_FAULTS_TOLD
            told = self.found[:MAX_FAULTS_TOLD] + ([f"... dan {more} kesalahan lain."] if more > 0 else [])
            raise DatasetError("\n".join(told))


def item_of(record: dict[str, Any]) -> Item:
    """A record as an `Item`; ValueError with one Indonesian sentence about the first fault."""
    if "type" in record and record["type"] not in TYPES:
        raise ValueError(f"jenis (type) {record['type']!r} tidak dikenal; yang ada: {', '.join(TYPES)}")
    try:
        return Item.model_validate(record)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ValueError(f"kolom “{where}”: {_said(first['type'], first['msg'])}") from error


def _said(kind: str, message: str) -> str:
    known = {
        "missing": "tidak ada",
        "string_type": "harus berupa teks",
        "bool_type": "harus true atau false",
        "bool_parsing": "harus true atau false",
        "tuple_type": "harus berupa daftar",
        "string_too_short": "kosong",
    }
    return known.get(kind, message.removeprefix("Value error, "))


def odd(record: dict[str, Any], item: Item) -> list[str]:
    """What is suspicious in a valid item: a misspelt column, a test that cannot fail, a follow-up of nothing."""
    out = []
    unknown = sorted(set(record) - set(Item.model_fields))
    if unknown:
        out.append(f"kolom tak dikenal diabaikan: {', '.join(unknown)}")
    if not item.must and not item.abstain:
        out.append("“must” kosong: jawaban apa pun akan dianggap benar")
    if item.type == "followup" and not item.history:
        out.append("jenis followup tanpa history")
    return out


def build(path: Path, records: Iterable[tuple[int, dict[str, Any]]], faults: Faults) -> Dataset:
    """A set from (line, record) pairs; raises with every fault of the file."""
    items: list[Item] = []
    lines: dict[str, int] = {}
    warnings: list[str] = []
    for number, record in records:
        try:
            item = item_of(record)
        except ValueError as error:
            faults.add(number, str(error))
            continue
        if item.id in lines:
            faults.add(number, f"id {item.id!r} sudah dipakai di baris {lines[item.id]}")
            continue
        lines[item.id] = number
        items.append(item)
        warnings += [f"{path}, baris {number}: {remark}" for remark in odd(record, item)]
    faults.raise_any()
    if not items:
        raise DatasetError(f"{path}: kumpulan pertanyaan kosong. Isi paling sedikit satu baris.")
    return Dataset(path.stem, path, tuple(items), lines, tuple(warnings))


def json_records(path: Path, faults: Faults) -> list[tuple[int, dict[str, Any]]]:
    """(line, object) of every line of a .jsonl file; lines that are no object become faults."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DatasetError(f"Berkas tidak ditemukan: {path}.") from None
    except OSError as error:
        raise DatasetError(f"{path} tidak bisa dibaca ({error.strerror}).") from error
    except UnicodeDecodeError as error:
        at = error.object[: error.start].count(b"\n") + 1
        raise DatasetError(f"{path}, baris {at}: bukan teks UTF-8.") from error
    out: list[tuple[int, dict[str, Any]]] = []
    # only \n parts lines: a line separator inside a JSON string is text
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except json.JSONDecodeError as error:
            faults.add(number, f"bukan JSON yang sah ({error.msg}, kolom {error.colno})")
            continue
        if isinstance(record, dict):
            out.append((number, record))
        else:
            faults.add(number, "harus berupa objek JSON { ... }")
    return out


def load_dataset(path: Path) -> Dataset:
    """Read one set; DatasetError names file, line and fault."""
    faults = Faults(path)
    if path.suffix.lower() in {".csv", ".xlsx"}:
        from evals.importing import table_records

        return build(path, table_records(path, faults), faults)
    return build(path, json_records(path, faults), faults)


def load_datasets(paths: Sequence[Path]) -> tuple[Dataset, ...]:
    """Several sets; an id may stand in only one of them, as predictions are known by it."""
    sets = tuple(load_dataset(path) for path in paths)
    seen: dict[str, Dataset] = {}
    for one in sets:
        for item in one.items:
            if item.id in seen:
                other = seen[item.id]
                raise DatasetError(
                    f"{one.path}, baris {one.lines[item.id]}: id {item.id!r} juga ada di {other.path}, baris {other.lines[item.id]}."
                )
            seen[item.id] = one
    return sets


def select(sets: Sequence[Dataset], types: Sequence[str] = (), personas: Sequence[str] = ()) -> list[tuple[Dataset, Item]]:
    """The items that pass the filters (empty: all), in order; DatasetError when none does."""
    chosen = [(s, i) for s in sets for i in s.items if (not types or i.type in types) and (not personas or i.persona in personas)]
    if not chosen:
        raise DatasetError("Tidak ada pertanyaan yang cocok dengan --type/--persona. Longgarkan saringannya.")
    return chosen


def write_jsonl(path: Path, items: Iterable[Item]) -> None:
    with path.open("w", encoding="utf-8") as out:
        for item in items:
            out.write(json.dumps(item.model_dump(mode="json"), ensure_ascii=False) + "\n")
