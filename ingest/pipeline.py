"""The stages in order, and the swap of the finished index.

A build goes into `builds/<fingerprint>-<number>`; only when it is whole does `CURRENT` point at it, so a reader always sees a
whole index. What did not change is not embedded again: vectors come from the last build and the shipped cache.
"""

from __future__ import annotations

import contextlib
import datetime
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.checks import find_discrepancies, flag_figures
from ingest.corpus import find_sources, load_meta, meta_file
from ingest.editions import carry_over, layer_files
from ingest.embedding import Embedder, SentenceEmbedder
from ingest.errors import InputError, PlanError
from ingest.figures import extract_figures
from ingest.fingerprint import fingerprint, source_hash
from ingest.glossary import mine_abbreviations
from ingest.models import Abbreviation, Discrepancy, Document, Figure, Passage, Source, Table
from ingest.passages import make_passages
from ingest.questions import Bound, QuestionRecord, bind, questions_file, read_records
from ingest.read_text import read_text
from ingest.settings import SCHEMA_VERSION, Settings
from ingest.store.figures import write_figures
from ingest.store.index import CURRENT, Manifest, current_build, open_index, read_manifest
from ingest.store.lexical import LexicalIndex
from ingest.store.plan import write_plan
from ingest.store.vectors import client, write_collection
from ingest.structure import build_document
from ingest.tables import find_tables
from ingest.title_page import as_toml, describe
from ingest.vector_cache import VectorCache, key

Progress = Callable[[str, int, int], None]
"""stage, done, of."""
EMBED_BATCH = 32
KEPT_BUILDS = 2
SHOWN_LOST = 8


def silent(stage: str, done: int, total: int) -> None:
    """No progress shown."""


@dataclass(frozen=True)
class ReadPlan:
    """One source through all stages that need no index."""

    document: Document
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    discrepancies: tuple[Discrepancy, ...]
    passages: tuple[Passage, ...]
    abbreviations: tuple[Abbreviation, ...]
    bound: Bound


@dataclass
class Report:
    fingerprint: str
    unchanged: bool = False
    embedded: int = 0
    reused: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


def read_source(path: Path, settings: Settings, progress: Progress = silent) -> Source:
    meta = load_meta(path)
    if path.suffix.lower() == ".pdf":
        from ingest.read_pdf import read_pdf

        return read_pdf(path, meta, ocr=settings.ocr, progress=lambda done, total: progress(f"membaca {path.name}", done, total))
    return read_text(path, meta)


def read_plan_file(path: Path, settings: Settings, progress: Progress = silent) -> ReadPlan:
    """All stages before the index, for one source."""
    document = described(build_document(read_source(path, settings, progress)), path)
    records, edition = everyday_records(document.source, settings)
    if edition is not None:
        document = with_meta(document, {"everyday": load_meta(edition).everyday})
    tables = find_tables(document)
    figures = extract_figures(tables, document)
    discrepancies = find_discrepancies(figures, tables, document)
    passages = make_passages(document, tables)
    return ReadPlan(
        document=document, tables=tables, figures=flag_figures(figures, discrepancies), discrepancies=discrepancies, passages=passages,
        abbreviations=mine_abbreviations(document), bound=bind(records, document.source, passages),
    )  # fmt: skip


def described(document: Document, path: Path) -> Document:
    """With metadata from its own title page where no .toml lies beside the source."""
    if meta_file(path).exists():
        return document
    return with_meta(document, describe(document).model_dump())


def with_meta(document: Document, changed: dict[str, Any]) -> Document:
    meta = document.source.meta.model_copy(update=changed)
    return document.model_copy(update={"source": document.source.model_copy(update={"meta": meta})})


def everyday_records(source: Source, settings: Settings) -> tuple[list[QuestionRecord], Path | None]:
    """The document's own everyday questions; without a file of its own those of the edition in the corpus that it repeats,
    and that edition."""
    path = Path(source.path)
    for file in layer_files(path, settings.corpus):
        records = read_records(file)
        if file == questions_file(path):
            return records, None
        for edition in (file.with_name(file.name.replace(".questions.jsonl", suffix)) for suffix in (".txt", ".md")):
            if edition.exists() and (carried := carry_over(records, read_text(edition, source.meta), source)):
                return carried, edition
    return [], None


def write_descriptions(files: list[Path], plans: list[ReadPlan]) -> list[str]:
    """A .toml beside each source that has none, for a person to go over; what could not be written is told."""
    notes: list[str] = []
    for path, plan in zip(files, plans, strict=True):
        beside = meta_file(path)
        if beside.exists():
            continue
        try:
            beside.write_text(as_toml(plan.document.source.meta), encoding="utf-8")
            notes.append(f"{beside} dibuat dari halaman judul; periksa isinya.")
        except OSError as error:
            notes.append(f"{beside} tidak bisa ditulis ({error.strerror}); keterangan dokumen diambil dari halaman judulnya.")
    return notes


def state_of(files: list[Path], settings: Settings) -> tuple[dict[str, str], str]:
    """The sources with their hashes, and the fingerprint of an index made from them."""
    sources = {str(path.resolve()): source_hash(path) for path in files}
    return sources, fingerprint(sources, settings)


def ingest(
    paths: list[Path],
    settings: Settings,
    progress: Progress = silent,
    embedder: Embedder | None = None,
    force: bool = False,
    describe_new: bool = False,
) -> Report:
    """Make the index of the given files and folders and swap it in. Raises PlanError; the old index then still serves.

    `describe_new`: write a .toml beside each source that has none.
    """
    files = find_sources(paths)
    sources, mark = state_of(files, settings)
    if not force and is_current(settings, mark):
        manifest = read_manifest(current_build(settings.index))
        return Report(mark, unchanged=True, counts=manifest.counts, notes=list(manifest.notes))
    plans = []
    for number, path in enumerate(files):
        progress(f"membaca {path.name}", number, len(files))
        plans.append(read_plan_file(path, settings, progress))
    progress("membaca", len(files), len(files))
    described_notes = write_descriptions(files, plans) if describe_new else []
    sources, mark = state_of(files, settings)
    report = Report(mark, notes=described_notes)
    with new_build(settings.index, mark) as build:
        write_build(build, plans, settings, report, progress, embedder or SentenceEmbedder(settings.embedding_model))
        manifest = Manifest(
            schema_version=SCHEMA_VERSION, fingerprint=mark, model=settings.embedding_model, sources=sources, counts=report.counts,
            notes=tuple(report.notes), made=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        )  # fmt: skip
        (build / "manifest.json").write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    return report


def is_current(settings: Settings, mark: str) -> bool:
    """Whether a whole index of this fingerprint is there; a damaged one is made again."""
    try:
        return open_index(settings).fingerprint == mark
    except PlanError:
        return False


@contextlib.contextmanager
def new_build(index: Path, mark: str) -> Iterator[Path]:
    """A fresh build folder that becomes the current one when the block ends well; nothing stays of a failed one."""
    builds = index / "builds"
    # a name of its own: a build of the same fingerprint may be open for reading, or remembered by Chroma's client
    name = f"{mark}-{secrets.token_hex(4)}"
    build = builds / name
    try:
        build.mkdir(parents=True)
        yield build
        pointer = index / f"{CURRENT}.new"
        pointer.write_text(name, encoding="utf-8")
        os.replace(pointer, index / CURRENT)
    except BaseException as error:
        shutil.rmtree(build, ignore_errors=True)
        if isinstance(error, OSError):
            said = (
                f"Indeks tidak bisa ditulis ke {index} ({error.strerror or error}). Periksa izin dan ruang kosongnya, atau pakai --index."
            )
            raise InputError(said) from error
        raise
    old = sorted((b for b in builds.iterdir() if b.is_dir() and b != build), key=lambda b: b.stat().st_mtime, reverse=True)
    for gone in old[KEPT_BUILDS - 1 :]:
        shutil.rmtree(gone, ignore_errors=True)


def write_build(build: Path, plans: list[ReadPlan], settings: Settings, report: Report, progress: Progress, embedder: Embedder) -> None:
    passages = [p for plan in plans for p in plan.passages]
    questions = [q for plan in plans for q in plan.bound.questions]
    names = [n for plan in plans for n in plan.bound.names]
    progress("menulis tabel dan angka", 0, 1)
    write_plan(
        build / "plan.sqlite",
        {
            "document": [plan.document for plan in plans], "passage": passages, "question": questions, "name": names,
            "abbreviation": [a for plan in plans for a in plan.abbreviations],
        },
    )  # fmt: skip
    figures = [f for plan in plans for f in plan.figures]
    tables = [t for plan in plans for t in plan.tables]
    write_figures(build / "figures.sqlite", figures, tables, [d for plan in plans for d in plan.discrepancies])
    LexicalIndex.build([p.index_text for p in passages]).save(build / "bm25")
    LexicalIndex.build([q.text for q in questions]).save(build / "bm25-questions")
    caches = vector_sources(settings)
    passage_vectors = embed([p.index_text for p in passages], "passage", embedder, caches, report, progress)
    question_vectors = embed([q.text for q in questions], "query", embedder, caches, report, progress)
    chroma = client(build / "chroma", settings.chroma_url)
    suffix = f"-{report.fingerprint}" if settings.chroma_url else ""
    write_collection(
        chroma, f"passages{suffix}", [p.id for p in passages], passage_vectors, [{"doc": p.doc, "kind": p.kind} for p in passages]
    )
    write_collection(
        chroma, f"questions{suffix}", [q.id for q in questions], question_vectors, [{"passage": q.passage_id} for q in questions]
    )
    keys = [key(p.index_text, "passage") for p in passages] + [key(q.text, "query") for q in questions]
    rows = [*passage_vectors, *question_vectors]
    VectorCache(settings.embedding_model, dict(zip(keys, rows, strict=True))).save(build / "vectors.npz", half=set(keys), rest=())
    progress("selesai", 1, 1)
    report.counts = {
        "dokumen": len(plans), "bagian": sum(len(p.document.sections) for p in plans), "kutipan": len(passages), "tabel": len(tables),
        "angka": len(figures), "ketidakcocokan": sum(len(p.discrepancies) for p in plans), "singkatan": sum(len(p.abbreviations) for p in plans),
        "pertanyaan": len(questions), "sebutan": len(names),
    }  # fmt: skip
    for plan in plans:
        report.notes += plan.document.source.notes
        report.notes += question_notes(plan)


def question_notes(plan: ReadPlan) -> list[str]:
    """What a person should know of a plan's everyday questions: which were lost, and that drafts wait for a review."""
    doc, lost = plan.document.source.meta.doc, plan.bound.lost
    notes = []
    if lost:
        where = ", ".join(map(str, lost[:SHOWN_LOST])) + (", …" if len(lost) > SHOWN_LOST else "")
        notes.append(f"{doc}: {len(lost)} kutipan kehilangan pertanyaan sehari-hari karena teksnya berubah (semula baris {where}).")
    if drafted := sum(q.drafted for q in plan.bound.questions):
        notes.append(f"{doc}: {drafted} pertanyaan sehari-hari masih rancangan model; periksa dengan `renstra questions review`.")
    return notes


def vector_sources(settings: Settings) -> list[VectorCache]:
    """Where vectors may come from: the last build, then the shipped cache."""
    caches = []
    with contextlib.suppress(PlanError):
        caches.append(VectorCache.load(current_build(settings.index) / "vectors.npz", settings.embedding_model))
    caches += [VectorCache.load(path, settings.embedding_model) for path in shipped_caches(settings)]
    return caches


def shipped_caches(settings: Settings) -> list[Path]:
    if settings.vectors:
        return [settings.vectors]
    folder = settings.corpus if settings.corpus.is_dir() else settings.corpus.parent
    return sorted(folder.glob("*.vectors.npz"))


def embed(
    texts: list[str], role: str, embedder: Embedder, caches: list[VectorCache], report: Report, progress: Progress
) -> npt.NDArray[np.float32]:
    """Vectors of the texts in order; only those that no cache holds are computed."""
    if not texts:
        return np.zeros((0, 0), dtype=np.float32)
    found: dict[bytes, npt.NDArray[np.float32]] = {}
    keys = [key(text, role) for text in texts]
    for cache in reversed(caches):
        found.update({k: cache.rows[k] for k in keys if k in cache.rows})
    report.reused += sum(k in found for k in keys)
    todo = list({k: text for k, text in zip(keys, texts, strict=True) if k not in found}.items())
    encode = embedder.passages if role == "passage" else embedder.queries
    for start in range(0, len(todo), EMBED_BATCH):
        progress("menghitung vektor", start, len(todo))
        part = todo[start : start + EMBED_BATCH]
        found.update(zip([k for k, _ in part], encode([text for _, text in part]), strict=True))
    report.embedded += len(todo)
    matrix = np.stack([found[k] for k in keys]).astype(np.float32)
    # half precision and 8 bits leave the length a little off one
    unit: npt.NDArray[np.float32] = matrix / np.linalg.norm(matrix, axis=1, keepdims=True)
    return unit
