"""The report as data: what `report.json` holds and `renstra eval compare` reads."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.datasets import DatasetError
from evals.metrics import BY_NAME, RETRIEVAL, Measured, break_down, reliability, summarise
from evals.results import ItemResult

FORMAT = 1
ASSISTANT = "asisten"
UNREAD = {"got": "", "cited": (), "context": (), "must": (), "must_not": (), "rows": (), "history": ()}
"""Left out of a baseline's items: only its numbers are looked at."""
FIELDS = ("type", "persona", "part", "dataset")


class Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class SetInfo(Frozen):
    name: str
    path: str
    items: int
    warnings: tuple[str, ...] = ()


class System(Frozen):
    """The results of one assistant or baseline. `retrieval_only`: it gives no answers."""

    name: str
    label: str
    retrieval_only: bool = False
    summary: dict[str, Measured]
    without_duplicates: dict[str, Measured] | None = None
    by: dict[str, dict[str, dict[str, Measured]]] = {}
    reliability: tuple[dict[str, float], ...] = ()
    items: tuple[ItemResult, ...]


class GateLine(Frozen):
    passed: bool
    line: str


class Report(Frozen):
    format: int = FORMAT
    command: str
    made: str
    index: str
    code: str
    mode: str
    today: str
    seconds: float
    workers: int
    sets: tuple[SetInfo, ...]
    systems: tuple[System, ...]
    notes: tuple[str, ...] = ()
    gate: tuple[GateLine, ...] = ()

    @property
    def assistant(self) -> System:
        return self.systems[0]

    @property
    def duplicates(self) -> int:
        return sum(1 for row in self.assistant.items if row.near_duplicate)


def make_system(name: str, label: str, rows: list[ItemResult], retrieval_only: bool = False, detailed: bool = False) -> System:
    """Summaries of one system; `detailed` adds breakdowns, calibration and the scores without near-duplicates."""
    names = RETRIEVAL if retrieval_only else tuple(BY_NAME)
    fresh = [row for row in rows if not row.near_duplicate]
    kept = rows if detailed else [row.model_copy(update=UNREAD) for row in rows]
    return System(
        name=name,
        label=label,
        retrieval_only=retrieval_only,
        summary=summarise(rows, names),
        items=tuple(kept),
        without_duplicates=summarise(fresh, names) if len(fresh) < len(rows) and not retrieval_only else None,
        by={field: break_down(rows, field) for field in FIELDS} if detailed else {},
        reliability=tuple(reliability(rows)) if detailed else (),
    )


def read_report(path: Path) -> Report:
    """A report folder or its report.json; DatasetError when it is neither."""
    file = path / "report.json" if path.is_dir() else path
    try:
        return Report.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DatasetError(f"Laporan tidak ditemukan: {file}. Buat dengan `renstra eval ... --report FOLDER`.") from None
    except (OSError, UnicodeDecodeError, ValidationError, json.JSONDecodeError) as error:
        raise DatasetError(f"{file} bukan laporan `renstra eval --report` (atau dari versi lain).") from error
