"""The shipped vectors of an edition, keyed by content hash: the first start embeds nothing.

One .npz a corpus: 8-bit rows with a scale each (questions and passages alike; ~0.4 KB a text), the hashes of the
texts, and the model's name. A vector from another model or of another text is never used.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ingest.errors import InputError

Vectors = npt.NDArray[np.float32]
Key = bytes
KEY_BYTES = 8


def key(text: str, role: str) -> Key:
    """The key of a text in its role ("passage" or "query"): the prefix is part of what was embedded."""
    return hashlib.sha256(f"{role}\x1f{text}".encode()).digest()[:KEY_BYTES]


@dataclass
class VectorCache:
    model: str
    rows: dict[Key, npt.NDArray[np.float32]] = field(default_factory=dict)

    @classmethod
    def load(cls, path: Path | None, model: str) -> VectorCache:
        """An empty cache when there is no file or it is another model's; InputError when the file is damaged."""
        if path is None or not path.exists():
            return cls(model)
        try:
            with np.load(path, allow_pickle=False) as data:
                if str(data["model"]) != model:
                    return cls(model)
                keys = data["keys"].reshape(-1, KEY_BYTES)
                half = {bytes(k): v.astype(np.float32) for k, v in zip(data["half_keys"].reshape(-1, KEY_BYTES), data["half"], strict=True)}
                rows = data["vectors"].astype(np.float32) * data["scales"][:, None].astype(np.float32)
                return cls(model, {**{bytes(k): v for k, v in zip(keys, rows, strict=True)}, **half})
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            raise InputError(f"Cache vektor {path} rusak ({error}). Hapus berkas itu atau jalankan `make vectors`.") from error

    def save(self, path: Path, half: Iterable[Key], rest: Iterable[Key]) -> None:
        """Write `half` in half precision and `rest` in 8 bits (a scale a row). A file that holds the same stays as it is: zip headers
        differ between Python versions, and a renewal without changes should change nothing."""
        half_keys, rest_keys = sorted(half), sorted(rest)
        exact = np.stack([self.rows[k] for k in half_keys]) if half_keys else np.zeros((0, 1), np.float32)
        small = np.stack([self.rows[k] for k in rest_keys]) if rest_keys else np.zeros((0, 1), np.float32)
        scales = (np.abs(small).max(axis=1, initial=1e-9) / 127).astype(np.float32)
        arrays: dict[str, npt.NDArray[Any]] = {
            "model": np.array(self.model), "half_keys": np.frombuffer(b"".join(half_keys), np.uint8), "half": exact.astype(np.float16),
            "keys": np.frombuffer(b"".join(rest_keys), np.uint8), "vectors": np.round(small / scales[:, None]).astype(np.int8), "scales": scales,
        }  # fmt: skip
        if not holds(path, arrays):
            np.savez_compressed(path, allow_pickle=False, **arrays)

    def get(self, keys: Sequence[Key]) -> list[npt.NDArray[np.float32] | None]:
        return [self.rows.get(k) for k in keys]


def holds(path: Path, arrays: dict[str, npt.NDArray[Any]]) -> bool:
    """Whether a file exists and has exactly these arrays."""
    try:
        with np.load(path) as stored:
            return set(stored.files) == set(arrays) and all(np.array_equal(stored[name], array) for name, array in arrays.items())
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        return False
