"""Question sets from a table (CSV or XLSX) for evaluators who do not write JSON.

Columns: pertanyaan, jawaban, bukti; optional id, jenis, pengguna, wajib, larangan, tidak_ada. In `wajib`, `;` or a
line break parts groups and `|` alternatives; `bukti` and `larangan` are parted by line breaks or ` ; `. Without
`wajib` the groups come from the answer, see `derived_groups`.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from evals.datasets import DatasetError, Faults

REQUIRED = ("pertanyaan", "jawaban")
COLUMNS = ("pertanyaan", "jawaban", "bukti", "id", "jenis", "pengguna", "wajib", "larangan", "tidak_ada")
YES = {"ya", "y", "true", "1", "x", "benar"}
NOT_THERE = {"tidak ada", "tidak ada di dokumen", "tidak disebutkan", "tidak ditemukan"}
_NUMBER = re.compile(r"\d[\d.,]*\d%?|\d%?")
_LIST_BREAK = re.compile(r"\s*(?:;|\n|,\s+(?:dan|serta)\s+|,\s+)\s*", re.IGNORECASE)
_HEAD = re.compile(r"^(?:yaitu|adalah|ialah|dan|serta)\s+", re.IGNORECASE)


def table_records(path: Path, faults: Faults) -> list[tuple[int, dict[str, Any]]]:
    """(row number in the file, record) of each filled row; DatasetError when the file or its header cannot be used."""
    rows = _xlsx_rows(path) if path.suffix.lower() == ".xlsx" else _csv_rows(path)
    if not rows:
        raise DatasetError(f"{path}: tabel kosong.")
    head_line, head = rows[0]
    names = [re.sub(r"[\s-]+", "_", name.strip().lower()) for name in head]
    missing = [name for name in REQUIRED if name not in names]
    if missing:
        raise DatasetError(f"{path}, baris {head_line}: kolom {', '.join(missing)} tidak ada. Kolom yang dipakai: {', '.join(COLUMNS)}.")
    out = []
    for line, cells in rows[1:]:
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name in COLUMNS}
        if not any(row.values()):
            continue
        try:
            out.append((line, record_of(row, f"{path.stem}-{line:03d}")))
        except ValueError as error:
            faults.add(line, str(error))
    return out


def record_of(row: dict[str, str], default_id: str) -> dict[str, Any]:
    """A table row as a record of the JSON schema; ValueError (Indonesian) when nothing can be checked with it."""
    if not row.get("pertanyaan"):
        raise ValueError("kolom “pertanyaan” kosong")
    answer = row.get("jawaban", "")
    absent = row.get("tidak_ada", "").lower() in YES or answer.lower().strip(" .") in NOT_THERE
    must = [[a.strip() for a in group.split("|") if a.strip()] for group in _pieces(row.get("wajib", ""))]
    if not must and not absent:
        must = derived_groups(answer)
    if not must and not absent:
        raise ValueError("kolom “jawaban” kosong; isi jawabannya, atau “ya” di kolom tidak_ada")
    kind = row.get("jenis") or ("unanswerable" if absent else "lookup" if _NUMBER.search(answer) else "factoid")
    return {
        "id": row.get("id") or default_id,
        "type": kind,
        "persona": row.get("pengguna", "").lower(),
        "history": [],
        "question": row["pertanyaan"],
        "answer": answer,
        "must": must,
        "must_not": _pieces(row.get("larangan", "")),
        "abstain": absent,
        "evidence": [] if absent else _pieces(row.get("bukti", ""), semicolon=r"\s;\s"),
        "evidence_any": [],
    }


def derived_groups(answer: str) -> list[list[str]]:
    """What an answer must hold when nobody said: each of its numbers, or else each part of the enumeration it is."""
    numbers = list(dict.fromkeys(n.rstrip("%") for n in _NUMBER.findall(answer)))
    if numbers:
        return [[number] for number in numbers]
    parts = [_HEAD.sub("", part).strip(" .:") for part in _LIST_BREAK.split(answer)]
    return [[part] for part in dict.fromkeys(parts) if part.strip()]


def _pieces(cell: str, semicolon: str = ";") -> list[str]:
    return [piece.strip() for piece in re.split(rf"\n|{semicolon}", cell) if piece.strip()]


def _csv_rows(path: Path) -> list[tuple[int, list[str]]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise DatasetError(f"Berkas tidak ditemukan: {path}.") from None
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"{path} tidak bisa dibaca sebagai teks UTF-8. Simpan sebagai “CSV UTF-8”.") from error
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",")
    rows: list[tuple[int, list[str]]] = []
    before = 0
    try:
        for cells in reader:
            rows.append((before + 1, cells))  # a quoted cell may run over several lines: the row's first one names it
            before = reader.line_num
    except csv.Error as error:
        raise DatasetError(f"{path}, baris {before + 1}: bukan CSV yang sah ({error}).") from error
    return [row for row in rows if any(cell.strip() for cell in row[1])]


def _xlsx_rows(path: Path) -> list[tuple[int, list[str]]]:
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except FileNotFoundError:
        raise DatasetError(f"Berkas tidak ditemukan: {path}.") from None
    except (OSError, BadZipFile, KeyError, ValueError, InvalidFileException) as error:
        raise DatasetError(f"{path} bukan buku kerja Excel (.xlsx) yang sah.") from error
    try:
        sheet = book.worksheets[0]
        rows = [(number, [_text(value) for value in values]) for number, values in enumerate(sheet.iter_rows(values_only=True), 1)]
    finally:
        book.close()
    return [row for row in rows if any(cell.strip() for cell in row[1])]


def _text(value: object) -> str:
    """A cell as a person sees it in Indonesian: 58.5 is "58,5"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, float):
        return f"{value:.10g}".replace(".", ",")
    return str(value)
