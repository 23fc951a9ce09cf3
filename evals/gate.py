"""The gate: floors and ceilings from a TOML file; a missed one stops a change.

datasets = ["datasets/*.jsonl"]        # used when the command names none; relative to the file
[floors]            correct = 0.80     # over all items
[ceilings]          abstained_wrongly = 0.10
[dataset.dev.floors]   [type.lookup.floors]   [persona.staf.ceilings] ...   # over a part of them
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evals.metrics import BY_NAME, measure
from evals.results import ItemResult
from ingest.errors import InputError

FIELDS = ("dataset", "type", "persona", "part")
NEVER = {"grade"}
"""Graded by a model: may differ from run to run, so it must not decide."""


@dataclass(frozen=True)
class Bound:
    metric: str
    limit: float
    floor: bool
    field: str = ""
    value: str = ""

    @property
    def where(self) -> str:
        return f"{self.field} {self.value}" if self.field else "semua"


@dataclass(frozen=True)
class Verdict:
    bound: Bound
    measured: float | None
    n: int

    @property
    def passed(self) -> bool:
        """A metric that could not be measured has not passed."""
        if self.measured is None:
            return False
        return self.measured >= self.bound.limit if self.bound.floor else self.measured <= self.bound.limit

    def line(self) -> str:
        got = "tidak terukur" if self.measured is None else f"{self.measured:.3f}"
        sign = "≥" if self.bound.floor else "≤"
        verdict = "lulus" if self.passed else "GAGAL"
        return f"{verdict}  {self.bound.where}: {self.bound.metric} {got} (batas {sign} {self.bound.limit:g}, n={self.n})"


@dataclass(frozen=True)
class Gate:
    path: Path
    bounds: tuple[Bound, ...]
    datasets: tuple[Path, ...] = ()


def read_gate(path: Path) -> Gate:
    """InputError (with the file and the key) for anything that is no gate."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"Berkas gate tidak ditemukan: {path}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{path} bukan TOML yang sah ({error}).") from error
    unknown = sorted(set(data) - {"datasets", "floors", "ceilings", *FIELDS})
    if unknown:
        raise InputError(f"{path}: bagian tak dikenal: {', '.join(unknown)}.")
    bounds = _bounds(path, data)
    for field in FIELDS:
        for value, part in _table(path, field, data.get(field, {})).items():
            bounds += _bounds(path, _table(path, f"{field}.{value}", part), field, value)
    if not bounds:
        raise InputError(f"{path}: tidak ada satu batas pun ([floors] atau [ceilings]).")
    return Gate(path, tuple(bounds), _datasets(path, data.get("datasets", [])))


def _table(path: Path, name: str, value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{path}: “{name}” harus berupa tabel.")
    return value


def _bounds(path: Path, part: dict[str, Any], field: str = "", value: str = "") -> list[Bound]:
    out = []
    for key, floor in (("floors", True), ("ceilings", False)):
        for metric, limit in _table(path, key, part.get(key, {})).items():
            if metric not in BY_NAME or metric in NEVER:
                raise InputError(
                    f"{path}: ukuran “{metric}” tidak bisa dipakai dalam gate. Yang ada: {', '.join(n for n in BY_NAME if n not in NEVER)}."
                )
            if isinstance(limit, bool) or not isinstance(limit, int | float):
                raise InputError(f"{path}: batas “{metric}” harus berupa angka.")
            out.append(Bound(metric, float(limit), floor, field, value))
    return out


def _datasets(path: Path, patterns: Any) -> tuple[Path, ...]:
    if not isinstance(patterns, list) or not all(isinstance(p, str) for p in patterns):
        raise InputError(f"{path}: “datasets” harus berupa daftar nama berkas.")
    found: list[Path] = []
    for pattern in patterns:
        matches = sorted(path.parent.glob(pattern))
        if not matches:
            raise InputError(f"{path}: tidak ada berkas yang cocok dengan “{pattern}”.")
        found += matches
    return tuple(dict.fromkeys(found))


def judge_gate(gate: Gate, rows: Sequence[ItemResult]) -> list[Verdict]:
    """Every bound of the gate against the results."""
    out = []
    for bound in gate.bounds:
        chosen = [r for r in rows if not bound.field or getattr(r, bound.field) == bound.value]
        got = measure(BY_NAME[bound.metric], chosen, draws=1)
        out.append(Verdict(bound, got.value, got.n))
    return out
