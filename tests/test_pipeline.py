"""The stages in order: only what changed is embedded, a reader always sees a whole index, bad input loses nothing."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from chromadb.api.shared_system_client import SharedSystemClient
from plan_files import OTHER_PLAN, PLAN

from assistant.answer import build_assistant
from ingest.corpus import find_sources, load_meta
from ingest.errors import IndexMissingError, InputError, PlanError, StaleIndexError
from ingest.pipeline import Report, ingest, new_build, read_plan_file, shipped_caches
from ingest.questions import QuestionRecord, questions_file, text_hash, write_records
from ingest.settings import Settings
from ingest.store.index import CURRENT, current_build, open_index, read_manifest
from ingest.store.vectors import client
from ingest.vector_cache import VectorCache, key

DIMENSION = 16


class Counting:
    """Vectors from a hash of the text; counts what it is asked for."""

    name = "uji"

    def __init__(self) -> None:
        self.seen: list[str] = []

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        return self.passages(texts)

    def passages(self, texts: Sequence[str]) -> np.ndarray:
        self.seen += texts
        rows = [np.frombuffer(hashlib.sha256(t.encode()).digest()[:DIMENSION], dtype=np.uint8) for t in texts]
        matrix = np.stack(rows).astype(np.float32) + 1
        return np.asarray(matrix / np.linalg.norm(matrix, axis=1, keepdims=True), dtype=np.float32)


class Broken(Counting):
    def passages(self, texts: Sequence[str]) -> np.ndarray:
        raise MemoryError


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A small plan with its .toml in a corpus folder of its own."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for file in (OTHER_PLAN, OTHER_PLAN.with_suffix(".toml")):
        shutil.copy(file, folder)
    return folder / OTHER_PLAN.name


@pytest.fixture
def small(plan: Path, tmp_path: Path) -> Settings:
    return Settings(index=tmp_path / "index", corpus=plan.parent, embedding_model=Counting.name)


def build(settings: Settings, embedder: Counting | None = None, force: bool = False) -> Report:
    return ingest([settings.corpus], settings, embedder=embedder or Counting(), force=force)


def edit(plan: Path, old: str, new: str) -> None:
    text = plan.read_text(encoding="utf-8")
    assert old in text
    plan.write_text(text.replace(old, new, 1), encoding="utf-8")


def first_sentence(plan: Path) -> str:
    document = read_plan_file(plan, Settings()).document
    return next(b.text for b in document.blocks if b.kind == "paragraph" and len(b.text) > 80)


# --- incremental ----------------------------------------------------------------------------------------------------------


def test_second_run_without_changes_does_nothing(small: Settings) -> None:
    embedder = Counting()
    first = build(small, embedder)
    before = list(embedder.seen)
    second = build(small, embedder)
    assert (first.unchanged, second.unchanged) == (False, True)
    assert embedder.seen == before
    assert (second.fingerprint, second.counts) == (first.fingerprint, first.counts)


def test_only_what_changed_is_embedded_again(small: Settings, plan: Path) -> None:
    first = build(small)
    sentence = first_sentence(plan)
    edit(plan, sentence, sentence + " Kalimat baru ini ditambahkan.")
    embedder = Counting()
    second = build(small, embedder)
    assert 0 < len(embedder.seen) < 0.1 * first.embedded
    assert all("Kalimat baru" in text for text in embedder.seen)
    assert second.fingerprint != first.fingerprint
    assert second.reused + second.embedded == second.counts["kutipan"] + second.counts["pertanyaan"]


def test_metadata_and_model_are_part_of_the_fingerprint(small: Settings, plan: Path) -> None:
    marks = {build(small).fingerprint}
    edit(plan.with_suffix(".toml"), 'title = "', 'title = "Lain: ')
    marks.add(build(small).fingerprint)
    other = small.model_copy(update={"embedding_model": "uji-lain"})
    marks.add(build(other).fingerprint)
    assert len(marks) == 3


def test_vectors_are_those_of_the_texts_in_order(small: Settings) -> None:
    build(small)
    index = open_index(small)
    expected = Counting().passages([index.passages[key].index_text for key in index.order])
    # kept in half precision and 8 bits
    assert np.allclose(index.vectors, expected, atol=0.01)


def test_progress_is_told_stage_by_stage(small: Settings) -> None:
    said: list[tuple[str, int, int]] = []
    ingest([small.corpus], small, lambda *step: said.append(step), Counting())
    assert {stage for stage, _, _ in said} >= {"membaca", "menghitung vektor", "selesai"}
    assert all(0 <= done <= total for _, done, total in said)


def test_first_start_with_the_shipped_vectors_embeds_nothing() -> None:
    plan = read_plan_file(PLAN, Settings())
    settings = Settings(corpus=PLAN.parent)
    (cache,) = [VectorCache.load(path, settings.embedding_model) for path in shipped_caches(settings)]
    missing = [p.index_text for p in plan.passages if key(p.index_text, "passage") not in cache.rows]
    missing += [q.text for q in plan.bound.questions if key(q.text, "query") not in cache.rows]
    assert not missing, "renew the shipped vectors: make vectors"


def test_a_changed_passage_loses_its_questions_and_the_run_says_so(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    plan = folder / OTHER_PLAN.name
    shutil.copy(OTHER_PLAN, plan)
    source = read_plan_file(plan, Settings()).document.source
    line = next(n.no for n in source.lines if len(n.text) > 80 and "\t" not in n.text)
    asked = QuestionRecord(line_start=line, line_end=line, hash=text_hash(source, line, line), questions=("apa ini?",))
    write_records(questions_file(plan), [asked])
    settings = Settings(index=tmp_path / "index", corpus=folder, embedding_model=Counting.name)
    assert build(settings).counts["pertanyaan"] == 1
    edit(plan, source.lines[line - 1].text, source.lines[line - 1].text + " Tambahan.")
    report = build(settings)
    assert report.counts["pertanyaan"] == 0
    assert any(f"1 kutipan kehilangan pertanyaan sehari-hari karena teksnya berubah (semula baris {line})" in n for n in report.notes)


# --- the swap ----------------------------------------------------------------------------------------------------------------


def test_reader_of_the_old_index_goes_on_reading(small: Settings, plan: Path) -> None:
    build(small)
    reader = open_index(small)
    edit(
        plan,
        first_sentence(plan),
        "Kalimat yang sama sekali lain menggantikan yang lama, supaya isinya benar-benar berbeda dari sebelumnya.",
    )
    build(small)
    assert reader.fingerprint != open_index(small).fingerprint
    assert reader.vectors.shape[0] == len(reader.passages)
    assert reader.lexical.scores(["kalimat"]).shape == (len(reader.passages),)


def test_failed_run_leaves_the_old_index_and_nothing_else(small: Settings, plan: Path) -> None:
    first = build(small)
    edit(plan, first_sentence(plan), "Lain sama sekali.")
    with pytest.raises(MemoryError):
        build(small, Broken())
    name = (small.index / CURRENT).read_text(encoding="utf-8")
    assert read_manifest(current_build(small.index)).fingerprint == first.fingerprint
    assert [b.name for b in (small.index / "builds").iterdir()] == [name]


def test_unfinished_build_is_never_current(small: Settings) -> None:
    build(small)
    with new_build(small.index, "setengah") as folder:
        (folder / "plan.sqlite").write_bytes(b"")
        assert current_build(small.index) != folder
        assert read_manifest(current_build(small.index))


def test_forced_run_of_the_same_fingerprint_writes_beside_it(small: Settings) -> None:
    build(small)
    reader = open_index(small)
    build(small, force=True)
    assert reader.folder != open_index(small).folder
    assert reader.vectors.shape[0]


def test_old_builds_are_cleared_away_and_one_that_comes_back_is_made_afresh(small: Settings, plan: Path) -> None:
    text = plan.read_text(encoding="utf-8")
    for number in (1, 2, 3):
        plan.write_text(f"{text}\n\nCatatan penutup nomor {number} dari penyusun dokumen ini.\n", encoding="utf-8")
        build(small)
    plan.write_text(f"{text}\n\nCatatan penutup nomor 1 dari penyusun dokumen ini.\n", encoding="utf-8")
    build(small)
    assert open_index(small).vectors.shape[0]
    assert len(list((small.index / "builds").iterdir())) == 2


# --- what is wrong with an index ----------------------------------------------------------------------------------------------


def test_missing_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="renstra ingest") as caught:
        open_index(Settings(index=tmp_path / "none"))
    assert caught.value.exit_code == 3


def no_pointer(index: Path) -> None:
    (index / CURRENT).unlink()


def pointer_to_nowhere(index: Path) -> None:
    (index / CURRENT).write_text("tidak-ada", encoding="utf-8")


def no_manifest(index: Path) -> None:
    (current_build(index) / "manifest.json").unlink()


def cut_manifest(index: Path) -> None:
    (current_build(index) / "manifest.json").write_text('{"schema_version": "1"', encoding="utf-8")


def older_schema(index: Path) -> None:
    file = current_build(index) / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text(encoding="utf-8")) | {"schema_version": "0"}), encoding="utf-8")


def no_plan(index: Path) -> None:
    (current_build(index) / "plan.sqlite").unlink()


def binary_plan(index: Path) -> None:
    (current_build(index) / "plan.sqlite").write_bytes(b"\x00\x01 no database")


def no_figures(index: Path) -> None:
    (current_build(index) / "figures.sqlite").unlink()


def no_words(index: Path) -> None:
    shutil.rmtree(current_build(index) / "bm25")


def emptied_plan(index: Path) -> None:
    with sqlite3.connect(current_build(index) / "plan.sqlite") as db:
        db.execute("DROP TABLE item")


FAULTS = (no_pointer, pointer_to_nowhere, no_manifest, cut_manifest, older_schema, no_plan, binary_plan, no_figures, no_words, emptied_plan)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = Settings(index=tmp_path_factory.mktemp("finished") / "index", corpus=OTHER_PLAN, embedding_model=Counting.name)
    build(settings)
    return settings


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_half_written_or_damaged_index_says_how_to_mend_it(finished: Settings, tmp_path: Path, fault) -> None:  # type: ignore[no-untyped-def]
    settings = finished.model_copy(update={"index": tmp_path / "index"})
    shutil.copytree(finished.index, settings.index)
    fault(settings.index)
    with pytest.raises(PlanError, match="renstra ingest") as caught:
        open_index(settings)
    assert caught.value.exit_code == 3
    build(settings)
    assert open_index(settings).passages


def test_lost_vectors_are_noticed(finished: Settings, tmp_path: Path) -> None:
    settings = finished.model_copy(update={"index": tmp_path / "index"})
    shutil.copytree(finished.index, settings.index)
    shutil.rmtree(current_build(settings.index) / "chroma")
    with pytest.raises(StaleIndexError, match="renstra ingest"):
        build_assistant(settings, Counting()).warm()


def test_index_of_another_model(finished: Settings) -> None:
    with pytest.raises(StaleIndexError, match="uji-lain"):
        open_index(finished.model_copy(update={"embedding_model": "uji-lain"}))


def test_index_whose_source_has_changed(small: Settings, plan: Path) -> None:
    build(small)
    edit(plan, first_sentence(plan), "Lain.")
    with pytest.raises(StaleIndexError, match=plan.name):
        open_index(small)


def test_index_still_opens_where_the_source_is_not(small: Settings, plan: Path) -> None:
    build(small)
    shutil.rmtree(plan.parent)
    assert open_index(small).passages


# --- bad sources ---------------------------------------------------------------------------------------------------------------

BAD = {
    "kosong.txt": (b"  \n\n ", "kosong"),
    "biner.txt": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "biner"),
    "kendali.txt": (b"abc\x01\x02\x03\x04" * 50, "biner"),
    "latin.txt": ("Rencana strategis kementerian: café, naïve, façade – penjelasan panjang. ".encode("cp1252") * 20, "cp1252"),
    "latin-pendek.txt": ("Visi: café".encode("cp1252"), "cp1252"),
    "utf16.txt": ("Rencana strategis kementerian.\n".encode("utf-16"), "utf_16"),
    "utf16-tanpa-tanda.txt": ("Rencana strategis kementerian.\n".encode("utf-16-le"), "utf_16_le"),
    "utf32.txt": ("Rencana strategis kementerian.\n".encode("utf-32"), "utf_32"),
    "nol-di-belakang.txt": (b"Visi lembaga. " * 500 + b"\x00\x01", "biner"),
    "tak-tampak.txt": ("\u00a0\n\ufeff\n---\n".encode(), "terbaca"),
    "hilang.txt": (b"[illegible]\n\n[illegible]\n", "terbaca"),
    "surat.docx": (b"PK\x03\x04", "belum didukung"),
    "tanpa-akhiran": (b"Rencana", "belum didukung"),
    "rusak.pdf": (b"%PDF-1.7 broken", "rusak"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_source_is_refused_in_words_and_loses_nothing(small: Settings, tmp_path: Path, name: str) -> None:
    first = build(small)
    content, said = BAD[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError, match=said) as caught:
        ingest([tmp_path / name], small, embedder=Counting())
    assert caught.value.exit_code == 2
    assert name in caught.value.message
    assert open_index(small).fingerprint == first.fingerprint


def test_index_folder_that_cannot_be_written_is_named(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("x", encoding="utf-8")
    for place in (tmp_path / "berkas", Path("/proc/tidak-ada")):
        with pytest.raises(InputError, match="tidak bisa ditulis") as caught:
            build(small.model_copy(update={"index": place}))
        assert str(place) in caught.value.message


def test_index_that_is_a_file_is_named(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "berkas").write_text("x", encoding="utf-8")
    with pytest.raises(InputError, match="bukan folder indeks"):
        open_index(small.model_copy(update={"index": tmp_path / "berkas"}))


def test_missing_source(small: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tidak ditemukan"):
        ingest([tmp_path / "tidak-ada.txt"], small)


def test_folder_without_documents(small: Settings, tmp_path: Path) -> None:
    (tmp_path / "lain").mkdir()
    with pytest.raises(InputError, match="Tidak ada dokumen"):
        ingest([tmp_path / "lain"], small)


def test_folder_named_like_a_document(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    with pytest.raises(InputError):
        read_plan_file(tmp_path / "folder.txt", Settings())


def test_one_bad_document_among_good_ones_stops_the_run(small: Settings, plan: Path) -> None:
    first = build(small)
    (plan.parent / "kosong.txt").write_text("", encoding="utf-8")
    with pytest.raises(InputError, match=r"kosong\.txt"):
        build(small)
    assert open_index(small).fingerprint == first.fingerprint


def test_byte_order_mark_and_windows_line_breaks_are_read(small: Settings, plan: Path) -> None:
    first = read_plan_file(plan, small)
    plan.write_bytes(b"\xef\xbb\xbf" + plan.read_bytes().replace(b"\n", b"\r\n"))
    second = read_plan_file(plan, small)
    assert second.document.source.text == first.document.source.text
    assert [p.id for p in second.passages] == [p.id for p in first.passages]


@pytest.mark.parametrize(
    ("toml", "said"), [("title = ", "TOML"), ("title = 'x'\nunknown = 1", "tidak sesuai"), ("title = 3", "tidak sesuai")]
)
def test_bad_metadata_is_named(plan: Path, toml: str, said: str) -> None:
    plan.with_suffix(".toml").write_text(toml, encoding="utf-8")
    with pytest.raises(InputError, match=said):
        load_meta(plan)


def test_plan_without_metadata_takes_its_name_and_period_from_the_file(tmp_path: Path) -> None:
    file = tmp_path / "renstra-kementan-2025-2029.txt"
    file.write_text("Visi.", encoding="utf-8")
    meta = load_meta(file)
    assert (meta.doc, meta.period_start, meta.period_end) == (file.stem, 2025, 2029)
    assert find_sources([tmp_path]) == [file]


def test_a_vector_store_cut_off_while_it_was_written_is_said_with_what_mends_it(tmp_path: Path) -> None:
    client(tmp_path)
    store = tmp_path / "chroma.sqlite3"
    store.write_bytes(store.read_bytes()[:2000])
    SharedSystemClient.clear_system_cache()
    with pytest.raises(StaleIndexError, match="renstra ingest"):
        client(tmp_path)
