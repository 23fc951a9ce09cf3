"""Vectors in Chroma: a local folder, or a server that several replicas share (`RENSTRA_CHROMA_URL`).

Own embeddings are passed in; the space is cosine; telemetry is off. A read-only snapshot of the local vectors is kept
in memory so that the similarity of any passage to a question is one dot product.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import numpy as np
import numpy.typing as npt

from ingest.errors import InputError, StaleIndexError

Vectors = npt.NDArray[np.float32]
COSINE: dict[str, Any] = {"hnsw": {"space": "cosine", "ef_construction": 20, "max_neighbors": 8}}
"""A light graph: the assistant compares a question with every vector itself, and a thinner graph is written 3 times faster."""
BATCH = 2000


def client(folder: Path | None, url: str = "") -> Any:
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    quiet = ChromaSettings(anonymized_telemetry=False)
    if url:
        address = urlparse(url)
        try:
            return chromadb.HttpClient(
                host=address.hostname or "localhost", port=address.port or 8000, ssl=address.scheme == "https", settings=quiet
            )
        except Exception as error:  # the client raises whatever its transport does
            raise InputError(
                f"Server Chroma di {url} tidak bisa dihubungi ({error}). Periksa RENSTRA_CHROMA_URL atau kosongkan."
            ) from error
    try:
        return chromadb.PersistentClient(path=str(folder), settings=quiet)
    except Exception as error:  # a broken file is whatever the engine calls it
        raise StaleIndexError(f"Vektor indeks di {folder} rusak ({type(error).__name__}). Buat ulang indeks: `renstra ingest`.") from error


def write_collection(chroma: Any, name: str, ids: Sequence[str], vectors: Vectors, metadata: Sequence[dict[str, Any]]) -> None:
    """A new collection with exactly these vectors; an older one of the same name goes."""
    if name in {c.name for c in chroma.list_collections()}:
        chroma.delete_collection(name)
    collection = chroma.create_collection(name, configuration=COSINE, embedding_function=None)
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        collection.add(ids=list(ids[part]), embeddings=vectors[part], metadatas=list(metadata[part]))


def read_collection(chroma: Any, name: str, ids: Sequence[str]) -> Vectors:
    """The vectors of `ids` in this order; StaleIndexError when the collection lacks any."""
    try:
        collection = chroma.get_collection(name, embedding_function=None)
    except Exception as error:
        raise StaleIndexError(f"Koleksi vektor “{name}” tidak ada. Buat ulang indeks: `renstra ingest`.") from error
    if not ids:
        return np.zeros((0, 0), dtype=np.float32)
    found = collection.get(include=["embeddings"])
    at = {key: i for i, key in enumerate(found["ids"])}
    if missing := [key for key in ids if key not in at]:
        raise StaleIndexError(f"{len(missing)} vektor hilang dari indeks. Buat ulang indeks: `renstra ingest`.")
    matrix = np.asarray(found["embeddings"], dtype=np.float32)
    return matrix[[at[key] for key in ids]]
