"""What an index is named after: its sources, the settings that shape it, the model, and the code that makes it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from ingest.corpus import meta_file
from ingest.editions import layer_files
from ingest.questions import questions_file
from ingest.settings import SCHEMA_VERSION, Settings


def source_hash(path: Path) -> str:
    digest = hashlib.sha256()
    for part in (path, meta_file(path), questions_file(path)):
        digest.update(part.read_bytes() if part.exists() else b"-")
        digest.update(b"\x1f")
    return digest.hexdigest()


def code_hash() -> str:
    """Of the package's own code: an index made by other code is stale."""
    digest = hashlib.sha256()
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def fingerprint(sources: dict[str, str], settings: Settings) -> str:
    layers = {file for source in sources for file in layer_files(Path(source), settings.corpus)}
    parts = [
        SCHEMA_VERSION,
        settings.embedding_model,
        str(settings.ocr),
        code_hash(),
        *(f"{Path(p).name}={h}" for p, h in sorted(sources.items())),
        *(hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(layers)),
    ]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]
