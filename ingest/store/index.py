"""Opening a finished index: everything read-only, whole, and from the corpus, settings and model that it says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ConfigDict, ValidationError

from ingest.errors import IndexMissingError, InputError, StaleIndexError
from ingest.fingerprint import source_hash
from ingest.models import Abbreviation, AskedQuestion, Document, Everyday, Passage, Section
from ingest.settings import SCHEMA_VERSION, Settings
from ingest.store.figures import FigureStore
from ingest.store.lexical import LexicalIndex
from ingest.store.plan import read_plan
from ingest.store.vectors import client, read_collection

CURRENT = "CURRENT"
MEND = "Buat ulang dengan `renstra ingest`."


class Manifest(BaseModel):
    """What an index was made from. Its fingerprint names it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    schema_version: str
    fingerprint: str
    model: str
    sources: dict[str, str]
    """path of each source -> SHA-256 of it, its .toml and its questions"""
    counts: dict[str, int] = {}
    notes: tuple[str, ...] = ()
    made: str = ""


@dataclass(frozen=True)
class PlanIndex:
    """A finished index, open for reading. Safe to share between threads."""

    folder: Path
    manifest: Manifest
    documents: tuple[Document, ...]
    passages: dict[str, Passage]
    questions: tuple[AskedQuestion, ...]
    names: tuple[Everyday, ...]
    abbreviations: tuple[Abbreviation, ...]
    figures: FigureStore
    lexical: LexicalIndex
    question_lexical: LexicalIndex
    chroma_url: str = ""
    _order: tuple[str, ...] = field(default=())

    @property
    def fingerprint(self) -> str:
        return self.manifest.fingerprint

    @property
    def order(self) -> tuple[str, ...]:
        """Passage ids in the order of the rows of `vectors` and the positions of `lexical`."""
        return self._order

    @cached_property
    def positions(self) -> dict[str, int]:
        return {key: i for i, key in enumerate(self._order)}

    @cached_property
    def sections(self) -> dict[str, Section]:
        return {s.id: s for d in self.documents for s in d.sections}

    @cached_property
    def by_doc(self) -> dict[str, Document]:
        return {d.source.meta.doc: d for d in self.documents}

    @cached_property
    def _collections(self) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        chroma = client(self.folder / "chroma", self.chroma_url)
        suffix = f"-{self.fingerprint}" if self.chroma_url else ""
        return (
            read_collection(chroma, f"passages{suffix}", self._order),
            read_collection(chroma, f"questions{suffix}", [q.id for q in self.questions]),
        )

    @property
    def vectors(self) -> npt.NDArray[np.float32]:
        """One row a passage, in `order`."""
        return self._collections[0]

    @property
    def question_vectors(self) -> npt.NDArray[np.float32]:
        """One row a question, in the order of `questions`; shape (0, 0) when there are none."""
        return self._collections[1]

    def only(self, docs: Collection[str]) -> PlanIndex:
        """The part of the index that holds these documents; the index itself where that is all of them."""
        kept = set(docs)
        if kept >= set(self.by_doc):
            return self
        passages = {key: p for key, p in self.passages.items() if p.doc in kept}
        questions = tuple(q for q in self.questions if q.passage_id in passages)
        documents = tuple(d for d in self.documents if d.source.meta.doc in kept)
        order = tuple(key for key in self._order if key in passages)
        return replace(
            self,
            documents=documents,
            passages=passages,
            questions=questions,
            names=tuple(n for n in self.names if n.passage_id in passages),
            abbreviations=tuple(a for a in self.abbreviations if a.doc in kept),
            figures=self.figures.only(kept),
            lexical=LexicalIndex.build([passages[key].index_text for key in order]),
            question_lexical=LexicalIndex.build([q.text for q in questions]),
            _order=order,
        )

    def lines(self, doc: str, first: int, last: int) -> Sequence[str]:
        return [line.text for line in self.by_doc[doc].source.lines[first - 1 : last]]


def current_build(index: Path) -> Path:
    """The folder of the finished build; IndexMissingError or StaleIndexError when there is none to read."""
    pointer = index / CURRENT
    if not pointer.exists():
        if index.exists() and not index.is_dir():
            raise InputError(f"{index} adalah berkas, bukan folder indeks. Sebutkan folder lain dengan --index.")
        if (index / "builds").exists():
            raise StaleIndexError(f"Indeks di {index} belum selesai dibuat. {MEND}")
        raise IndexMissingError(f"Indeks belum ada di {index}. Buat dulu dengan `renstra ingest`.")
    build = index / "builds" / pointer.read_text(encoding="utf-8").strip()
    if not (build / "manifest.json").exists():
        raise StaleIndexError(f"Indeks di {index} tidak utuh. {MEND}")
    return build


def read_manifest(build: Path) -> Manifest:
    try:
        return Manifest.model_validate_json((build / "manifest.json").read_text(encoding="utf-8"))
    except (OSError, ValidationError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise StaleIndexError(f"Keterangan indeks di {build} rusak. {MEND}") from error


def stale_sources(manifest: Manifest) -> list[str]:
    """Names of the sources that are there but no longer what the index was made from."""
    return [Path(p).name for p, digest in manifest.sources.items() if Path(p).exists() and source_hash(Path(p)) != digest]


def open_index(settings: Settings) -> PlanIndex:
    build = current_build(settings.index)
    manifest = read_manifest(build)
    if manifest.schema_version != SCHEMA_VERSION:
        raise StaleIndexError(f"Indeks di {settings.index} dibuat oleh versi lain (skema {manifest.schema_version}). {MEND}")
    if manifest.model != settings.embedding_model:
        raise StaleIndexError(f"Indeks dibuat dengan model “{manifest.model}”, sedangkan yang diatur “{settings.embedding_model}”. {MEND}")
    if changed := stale_sources(manifest):
        raise StaleIndexError(f"Indeks tidak lagi sesuai dengan sumbernya ({', '.join(changed)} berubah). {MEND}")
    try:
        passages = read_plan(build / "plan.sqlite", "passage", Passage)
        questions = read_plan(build / "plan.sqlite", "question", AskedQuestion)
        return PlanIndex(
            folder=build,
            manifest=manifest,
            documents=read_plan(build / "plan.sqlite", "document", Document),
            passages={p.id: p for p in passages},
            questions=questions,
            names=read_plan(build / "plan.sqlite", "name", Everyday),
            abbreviations=read_plan(build / "plan.sqlite", "abbreviation", Abbreviation),
            figures=FigureStore.open(build / "figures.sqlite"),
            lexical=LexicalIndex.open(build / "bm25", len(passages)),
            question_lexical=LexicalIndex.open(build / "bm25-questions", len(questions)),
            chroma_url=settings.chroma_url,
            _order=tuple(p.id for p in passages),
        )
    except (OSError, sqlite3.Error, ValidationError, ValueError) as error:
        raise StaleIndexError(f"Indeks di {settings.index} rusak ({type(error).__name__}). {MEND}") from error
