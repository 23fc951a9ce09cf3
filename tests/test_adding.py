"""Documents added to an index: they stay in it, two at once both arrive, the old index serves meanwhile."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from app_support import ScriptedAssistant, page_of, real_index, use_assistant
from streamlit.testing.v1 import AppTest

from assistant.cli import main
from assistant.views import uploads
from assistant.views.markup import plain
from ingest.adding import REMEMBERED, by_default, named, remember, remembered, with_new
from ingest.corpus import find_sources
from ingest.errors import InputError
from ingest.settings import Settings
from ingest.store.index import current_build, open_index, read_manifest
from ingest.turns import alone

FIRST = "BAB I\n\n1.1 Kondisi Umum\n\nBalai ini merawat naskah pelayaran dan peta laut yang tersimpan sejak tahun 2019.\n"
OTHER = "BAB I\n\n1.1 Kondisi Umum\n\nKantor ini menjaga mercusuar dan rambu pelayaran di sepanjang pantai timur.\n"


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A corpus of one small document, its index, and another document elsewhere."""
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "balai.txt").write_text(FIRST, encoding="utf-8")
    (tmp_path / "kantor.txt").write_text(OTHER, encoding="utf-8")
    monkeypatch.setenv("RENSTRA_CORPUS", str(tmp_path / "corpus"))
    monkeypatch.setenv("RENSTRA_INDEX", str(tmp_path / "index"))
    return Settings()


def sources(settings: Settings) -> list[str]:
    return sorted(Path(path).name for path in read_manifest(current_build(settings.index)).sources)


def test_a_run_without_paths_keeps_what_was_added(two: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ingest"]) == 0
    assert main(["ingest", "add", str(tmp_path / "kantor.txt")]) == 0
    (tmp_path / "corpus" / "balai.txt").write_text(FIRST + "\nKalimat baru tentang naskah.\n", encoding="utf-8")
    assert main(["ingest"]) == 0
    assert sources(two) == ["balai.txt", "kantor.txt"]
    assert "pernah ditambahkan: kantor.txt" in capsys.readouterr().out
    # naming the corpus alone leaves it out, and says so
    assert main(["ingest", str(two.corpus)]) == 0
    assert f"{tmp_path / 'kantor.txt'} tidak ikut lagi" in capsys.readouterr().out
    assert main(["ingest"]) == 0
    assert sources(two) == ["balai.txt"]


def test_an_added_document_that_is_gone_is_told(two: Settings, tmp_path: Path) -> None:
    two.index.mkdir()
    remember(with_new([tmp_path / "kantor.txt"], two), two)
    (tmp_path / "kantor.txt").unlink()
    choice = by_default(two)
    assert choice.paths == (two.corpus,)
    assert choice.notes == (f"{tmp_path / 'kantor.txt'} ditambahkan dulu, tetapi berkasnya tidak ada lagi: tidak ikut diindeks.",)


def test_what_was_added_outlives_a_damaged_index(two: Settings, tmp_path: Path) -> None:
    two.index.mkdir()
    remember(with_new([tmp_path / "kantor.txt"], two), two)
    (two.index / "CURRENT").write_text("tidak-ada", encoding="utf-8")
    assert by_default(two).paths == (two.corpus, tmp_path / "kantor.txt")
    (two.index / REMEMBERED).write_text("{rusak", encoding="utf-8")
    assert remembered(two) == ()


def test_a_scan_that_was_added_with_ocr_is_read_with_it_again(two: Settings, tmp_path: Path) -> None:
    two.index.mkdir()
    remember(with_new([tmp_path / "kantor.txt"], two.model_copy(update={"ocr": True})), two)
    assert by_default(two).ocr
    assert with_new([two.corpus / "balai.txt"], two).ocr
    assert not named([two.corpus], two).ocr


def test_nothing_or_a_missing_file_is_not_added(two: Settings, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Sebutkan berkas"):
        with_new([], two)
    with pytest.raises(InputError, match=r"tidak ditemukan: .*tidak-ada\.pdf"):
        with_new([tmp_path / "tidak-ada.pdf"], two)


def test_a_document_given_by_folder_and_by_name_is_one(two: Settings) -> None:
    assert find_sources([two.corpus, two.corpus / "balai.txt"]) == [two.corpus / "balai.txt"]
    assert named([two.corpus], two).notes == ()


def test_two_documents_added_at_once_both_arrive(two: Settings, tmp_path: Path) -> None:
    (tmp_path / "pos.txt").write_text(OTHER.replace("mercusuar", "kantor pos"), encoding="utf-8")
    assert main(["ingest"]) == 0
    command = [sys.executable, "-m", "assistant.cli", "ingest", "add"]
    runs = [subprocess.Popen([*command, str(tmp_path / name)], stdout=subprocess.DEVNULL) for name in ("kantor.txt", "pos.txt")]
    assert [run.wait(timeout=240) for run in runs] == [0, 0]
    assert sources(two) == ["balai.txt", "kantor.txt", "pos.txt"]


def test_a_second_run_waits_its_turn(tmp_path: Path) -> None:
    told: list[str] = []
    order: list[str] = []

    def second() -> None:
        with alone(tmp_path / "index", lambda: told.append("menunggu")):
            order.append("kedua")

    with alone(tmp_path / "index", lambda: told.append("pertama menunggu")):
        thread = threading.Thread(target=second)
        thread.start()
        while not told:
            time.sleep(0.01)
        order.append("pertama")
    thread.join(timeout=10)
    assert (told, order) == (["menunggu"], ["pertama", "kedua"])


# --- in the app ---------------------------------------------------------------------------------------------------------


def ended(upload: uploads.Upload) -> uploads.Upload:
    until = time.monotonic() + 240
    while upload.running:
        assert time.monotonic() < until
        time.sleep(0.05)
    return upload


def test_an_upload_is_indexed_while_the_old_index_serves(two: Settings) -> None:
    assert main(["ingest"]) == 0
    before = open_index(two)
    upload = uploads.begin("kantor.txt", OTHER.encode(), two)
    with pytest.raises(InputError, match="masih diindeks"):
        uploads.begin("pos.txt", OTHER.encode(), two)
    assert open_index(two).fingerprint == before.fingerprint
    assert ended(upload).failure == ""
    assert "2 dokumen" in upload.said
    assert sources(two) == ["balai.txt", "kantor.txt"]
    assert main(["ingest"]) == 0
    assert sources(two) == ["balai.txt", "kantor.txt"]


def test_a_refused_upload_leaves_the_earlier_one_of_its_name(two: Settings) -> None:
    assert main(["ingest"]) == 0
    assert ended(uploads.begin("kantor.txt", OTHER.encode(), two)).failure == ""
    bad = ended(uploads.begin("kantor.txt", b"\x00\x01\x02", two))
    assert "kantor.txt" in bad.failure
    assert bad.target.read_text(encoding="utf-8") == OTHER
    assert sources(two) == ["balai.txt", "kantor.txt"]
    assert "kosong" in ended(uploads.begin("lain.txt", b" ", two)).failure
    assert not (two.index / "unggahan" / "lain.txt").exists()


def opened_status() -> AppTest:
    page = AppTest.from_function(page_of("status"), default_timeout=60).run()
    assert not page.exception
    return page


def test_the_page_tells_how_an_upload_fares(two: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    use_assistant(monkeypatch, ScriptedAssistant(real_index()), admin=True, index=two.index, llm="")
    upload = uploads._latest()[str(two.index)] = uploads.Upload(two.index / "unggahan" / "kantor.txt", [], None)
    assert any(plain("Mengindeks kantor.txt") in box.value and "indeks lama tetap menjawab" in box.value for box in opened_status().info)
    upload.running, upload.code, upload.trouble = False, 2, "Berkas rusak."
    assert any(plain("kantor.txt tidak diindeks: Berkas rusak.") in box.value for box in opened_status().error)
    upload.code, upload.said = 0, "Indeks selesai dibuat."
    page = opened_status()
    assert any(plain("kantor.txt terindeks") in box.value for box in page.success)
    assert any("Indeks selesai dibuat." in code.value for code in page.code)
