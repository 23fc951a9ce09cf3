"""Which documents a run reads: those named, or the corpus with what was added to it; the added ones are remembered beside the index."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import InputError, PlanError
from ingest.settings import Settings
from ingest.store.index import current_build, read_manifest

REMEMBERED = "added.json"
"""In the index folder, not in a build: it outlives builds that are damaged or of an older version."""


@dataclass(frozen=True)
class Choice:
    """What a run reads, and what to remember and tell once it has ended well."""

    paths: tuple[Path, ...]
    added: tuple[Path, ...] = ()
    notes: tuple[str, ...] = ()
    ocr: bool = False
    """an added document was read with OCR: without it the next run would find no text in it"""


def named(paths: Sequence[Path], settings: Settings) -> Choice:
    """Exactly the given files and folders; what was in the index and is not among them is told."""
    kept = {path.resolve() for path in paths}
    gone = [p for p in indexed(settings) if p.resolve() not in kept and p.resolve().parent not in kept]
    return Choice(tuple(paths), (), left_out(gone))


def by_default(settings: Settings) -> Choice:
    """The corpus and every document that was added to it and is still there; those that are not are told."""
    added = remembered(settings)
    there = tuple(path for path in added if path.exists())
    corpus = settings.corpus.resolve()
    gone = [p for p in indexed(settings) if corpus not in (p.resolve(), p.resolve().parent) and p not in added]
    notes = [f"{path} ditambahkan dulu, tetapi berkasnya tidak ada lagi: tidak ikut diindeks." for path in added if path not in there]
    if there:
        names = ", ".join(path.name for path in there)
        notes.append(f"Ikut diindeks karena pernah ditambahkan: {names}. Tanpa itu: `renstra ingest {settings.corpus}`.")
    return Choice((settings.corpus, *there), there, (*notes, *left_out(gone)), bool(there) and with_ocr(settings))


def with_new(paths: Sequence[Path], settings: Settings) -> Choice:
    """What the index holds and the given documents beside it. InputError where none is given or one is missing."""
    if not paths:
        raise InputError("Sebutkan berkas yang ditambahkan: `renstra ingest add BERKAS`.")
    if missing := next((path for path in paths if not path.exists()), None):
        raise InputError(f"Berkas tidak ditemukan: {missing}. Periksa nama dan foldernya.")
    new = [path.resolve() for path in paths]
    added = tuple(dict.fromkeys([*(p for p in remembered(settings) if p.exists()), *new]))
    known = [p for p in indexed(settings) if p.exists()] or [settings.corpus]
    return Choice(tuple(dict.fromkeys(p.resolve() for p in (*known, *added))), added, ocr=settings.ocr or with_ocr(settings))


def indexed(settings: Settings) -> list[Path]:
    """The sources of the finished index; none where there is none that can be read."""
    try:
        return [Path(path) for path in read_manifest(current_build(settings.index)).sources]
    except PlanError:
        return []


def left_out(gone: Sequence[Path]) -> tuple[str, ...]:
    return tuple(f"{path} tidak ikut lagi; dengan itu: `renstra ingest add {path}`." for path in gone if path.exists())


def remembered(settings: Settings) -> tuple[Path, ...]:
    """Documents added so far; none where nothing readable says so."""
    said = memory(settings).get("documents")
    return tuple(Path(path) for path in said if isinstance(path, str)) if isinstance(said, list) else ()


def with_ocr(settings: Settings) -> bool:
    return memory(settings).get("ocr") is True


def memory(settings: Settings) -> dict[str, object]:
    try:
        said = json.loads((settings.index / REMEMBERED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def remember(choice: Choice, settings: Settings) -> None:
    """Write down what was added; InputError where that is not possible: the next run would drop it."""
    file = settings.index / REMEMBERED
    try:
        if choice.added:
            said = {"documents": [str(path) for path in choice.added], "ocr": choice.ocr}
            file.write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        else:
            file.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{file} tidak bisa ditulis ({error.strerror}). Periksa izin dan ruang kosongnya.") from error
