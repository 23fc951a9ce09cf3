"""The plan itself in SQLite: sources, structure, passages, questions, abbreviations; one JSON value a row."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

T = TypeVar("T", bound=BaseModel)
KINDS = ("document", "passage", "question", "name", "abbreviation")


def write_plan(path: Path, items: dict[str, Iterable[BaseModel]]) -> None:
    with sqlite3.connect(path) as db:
        db.execute(
            "CREATE TABLE item (kind TEXT NOT NULL, position INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (kind, position)) WITHOUT ROWID"
        )
        for kind, values in items.items():
            db.executemany("INSERT INTO item VALUES (?, ?, ?)", ((kind, i, v.model_dump_json()) for i, v in enumerate(values)))
    db.close()


def read_plan(path: Path, kind: str, model: type[T]) -> tuple[T, ...]:
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = db.execute("SELECT value FROM item WHERE kind = ? ORDER BY position", (kind,))
        return tuple(model.model_validate_json(value) for (value,) in rows)
    finally:
        db.close()
