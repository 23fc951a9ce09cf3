"""What a model hands in, and reading it out of whatever it wrote: a tool call, JSON, JSON lines, or sentences with [E1] marks.

Reading is incremental: `complete` gives only statements that have been written to their end.
"""

from __future__ import annotations

import json
import re
from typing import Any

from langchain_core.utils.json import parse_partial_json
from pydantic import BaseModel, ConfigDict, Field, ValidationError

MAX_CLAIMS = 40
MAX_CLAIM_LENGTH = 2000
_MARK = re.compile(r"\[\s*([EAH]?\d{1,3}(?:\s*[,;]\s*[EAH]?\d{1,3})*)\s*\]")
"""All that the verifier reads over as a mark: what stayed in the text would be shown unread."""
_THINK = re.compile(r"<think>.*?(?:</think>|$)", re.DOTALL)
_FENCE = re.compile(r"^\s*```[a-z]*\s*$", re.MULTILINE)
_ENDS = re.compile(r"(?<=\])[.!?]?\s+(?=[A-Z0-9•*“\"-])|(?<=\][.!?])\s+|\n+")
_NOTHING = re.compile(r"\W*(?:tidak ada|not found|none)\W*", re.IGNORECASE)


class DraftClaim(BaseModel):
    """Satu pernyataan jawaban dan bukti yang menopangnya."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    text: str = Field(max_length=MAX_CLAIM_LENGTH, description="satu atau dua kalimat, butir daftar, atau tabel kecil; tanpa tanda kutipan")
    evidence: tuple[str, ...] = Field(default=(), max_length=30, description="id bukti (E1, E2, ...) yang menopang pernyataan ini")
    computed: tuple[str, ...] = Field(default=(), max_length=30, description="id hasil hitung (H1, ...) yang disebut, bila ada")


class Jawaban(BaseModel):
    """Jawaban akhir: pernyataan-pernyataan berurutan, masing-masing dengan id buktinya."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    claims: tuple[DraftClaim, ...] = Field(max_length=MAX_CLAIMS, description="kosong bila bukti tidak memuat jawabannya")


def from_arguments(raw: str, final: bool = False) -> list[DraftClaim]:
    """The complete statements in the (perhaps unfinished) JSON arguments of the answer's tool call."""
    try:
        data = json.loads(raw) if final else parse_partial_json(raw)
    except (json.JSONDecodeError, ValueError):
        return []
    return _claims(data, final or _closed(raw))


def from_text(raw: str, final: bool = False) -> list[DraftClaim]:
    """The complete statements in a plain completion."""
    text = _FENCE.sub("", _THINK.sub("", raw)).strip()
    if text[:1] in {"{", "["} and not _MARK.match(text):
        lines = [line.rstrip(",") for line in text.splitlines() if line.strip().startswith("{")]
        if len(lines) > 1 and all(_parses(line) for line in lines[:-1]):
            return [c for line in lines if _parses(line) for c in _claims([json.loads(line)], True)]
        return from_arguments(text, final and _parses(text)) or (from_arguments(text) if final else [])
    return _marked(text, final)


def _parses(line: str) -> bool:
    try:
        json.loads(line)
    except json.JSONDecodeError:
        return False
    return True


def _closed(raw: str) -> bool:
    return raw.rstrip().endswith("}") and _parses(raw)


def _claims(data: Any, final: bool) -> list[DraftClaim]:
    items = data if isinstance(data, list) else data.get("claims", data.get("pernyataan", ())) if isinstance(data, dict) else ()
    if isinstance(data, dict) and not items and isinstance(data.get("text"), str):
        items = [data]
    if not isinstance(items, list | tuple):
        return []
    found = []
    for item in items if final else items[:-1]:
        try:
            found.append(unmarked(DraftClaim.model_validate(item)))
        except ValidationError:
            found.append(DraftClaim(text="?"))  # a malformed statement fails the draft, it is not passed over
    return found[:MAX_CLAIMS]


def unmarked(draft: DraftClaim) -> DraftClaim:
    """Marks in the text name evidence like any other: code alone writes the marks that are shown."""
    ids = [i if i[0] in "EAH" else f"E{i}" for m in _MARK.finditer(draft.text) for i in re.split(r"\s*[,;]\s*", m[1].strip())]
    if not ids:
        return draft
    text = re.sub(r"\s+([.,;])", r"\1", _MARK.sub("", draft.text)).strip()
    evidence = dict.fromkeys([*draft.evidence, *(i for i in ids if i[0] != "H")])
    computed = dict.fromkeys([*draft.computed, *(i for i in ids if i[0] == "H")])
    return DraftClaim(text=text, evidence=tuple(evidence), computed=tuple(computed))


def _marked(text: str, final: bool) -> list[DraftClaim]:
    """Sentences or lines, each with its [E1] marks; those without any have no evidence and will be refused."""
    parts = [p for p in _ENDS.split(text) if p and p.strip(" .")]
    found = [unmarked(DraftClaim(text=part[:MAX_CLAIM_LENGTH].strip())) for part in (parts if final else parts[:-1])]
    return [d for d in found if re.search(r"\w", d.text) and not _NOTHING.fullmatch(d.text)][:MAX_CLAIMS]
