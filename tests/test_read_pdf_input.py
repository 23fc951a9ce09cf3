"""What the PDF reader does with files that are broken, locked, endless, or pictures."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from pdf_compare import agreement
from pdf_variants import Setting, many_pages, scan, typeset
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.errors import InputError
from ingest.models import DocumentMeta
from ingest.pdf import ocr
from ingest.pdf.options import PdfOptions
from ingest.read_pdf import page_ranges, read_page, read_pdf
from ingest.read_text import ILLEGIBLE

META = DocumentMeta(doc="uji", title="Uji")
TEXT = """BAB I

1.1 Kondisi Umum

Balai ini merawat naskah pelayaran dan peta laut yang tersimpan di kota pelabuhan sejak tahun 2019.

Tabel 1. Target Kinerja

No\tIndikator\tTarget\t
\t\t2025\t2026
1\tJumlah naskah\t900\t1.150
2\tIndeks kelestarian\t68,5\t71
"""
ZERO_PAGES = b"""%PDF-1.4
1 0 obj
<</Type/Catalog/Pages 2 0 R>>
endobj
2 0 obj
<</Type/Pages/Kids[]/Count 0>>
endobj
xref
0 3
0000000000 65535 f\x20
0000000009 00000 n\x20
0000000054 00000 n\x20
trailer
<</Size 3/Root 1 0 R>>
startxref
101
%%EOF
"""
has_tesseract = shutil.which("tesseract") is not None


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return typeset(TEXT, tmp_path / "good.pdf")


def broken(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "broken.pdf"
    path.write_bytes(data)
    return path


# --- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "kosong"),
        (b"Ini teks biasa.\n", "bukan PDF"),
        (b"%PDF-1.4\n" + b"x" * 3000 + b"\n%%EOF\n", "rusak"),
        (ZERO_PAGES, "tidak memiliki halaman"),
    ],
)
def test_what_is_no_pdf_is_refused_with_the_reason(tmp_path: Path, data: bytes, says: str) -> None:
    with pytest.raises(InputError, match=says):
        read_pdf(broken(tmp_path, data), META)


def test_a_truncated_pdf_is_refused_not_half_read(tmp_path: Path, good: Path) -> None:
    data = good.read_bytes()
    with pytest.raises(InputError, match="terpotong"):
        read_pdf(broken(tmp_path, data[: len(data) // 2]), META)


def test_a_pdf_with_a_broken_page_tree_is_refused(tmp_path: Path, good: Path) -> None:
    data = good.read_bytes()
    with pytest.raises(InputError, match="rusak"):
        read_pdf(broken(tmp_path, data[: len(data) // 2] + b"\n%%EOF\n"), META)


def test_missing_files_and_folders_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="tidak ditemukan"):
        read_pdf(tmp_path / "tidak-ada.pdf", META)
    with pytest.raises(InputError, match="folder"):
        read_pdf(tmp_path, META)


def locked(path: Path, user_password: str) -> Path:
    canvas = Canvas(str(path), encrypt=StandardEncryption(user_password, ownerPassword="pemilik", canPrint=0))
    canvas.drawString(60, 700, "Rencana strategis ini memuat target kinerja.")
    canvas.showPage()
    canvas.save()
    return path


def test_a_locked_pdf_is_refused_and_one_locked_only_for_printing_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="kata sandi"):
        read_pdf(locked(tmp_path / "a.pdf", "rahasia"), META)
    assert read_pdf(locked(tmp_path / "b.pdf", ""), META).text == "Rencana strategis ini memuat target kinerja."


def test_a_page_that_does_not_exist_is_refused(good: Path) -> None:
    with pytest.raises(InputError, match="Halaman 9 tidak ada"):
        read_page(good, 9)


# --- bounded ---------------------------------------------------------------------------------------------------------


def test_a_damaged_page_is_named_and_the_others_are_read(tmp_path: Path, good: Path) -> None:
    data = bytearray(typeset(TEXT + "\n".join(f"\nParagraf {i} tentang naskah laut." for i in range(60)), good).read_bytes())
    start = data.find(b"stream") + 20
    data[start : start + 300] = b"\0" * 300
    source = read_pdf(broken(tmp_path, bytes(data)), META)
    assert source.notes == ("1 halaman (1) rusak dan tidak terbaca. Periksa berkasnya atau unduh ulang.",)
    assert source.lines[0].text == ILLEGIBLE
    assert source.lines[0].page == 1
    assert "Paragraf 59" in source.text


def test_a_long_file_is_read_in_several_processes_with_progress(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    path = many_pages(tmp_path / "a.pdf", 60)
    source = read_pdf(path, META, workers=2, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (60, 60)
    assert len(seen) > 2
    assert seen == sorted(seen)
    assert {line.page for line in source.lines if line.text} == set(range(1, 61))
    assert source.text == read_pdf(path, META, workers=1).text


def test_a_file_over_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="60 halaman, lebih dari batas 50"):
        read_pdf(many_pages(tmp_path / "a.pdf", 60), META, options=PdfOptions(max_pages=50))


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(not os.environ.get("RENSTRA_TEST_LARGE"), reason="takes many minutes; run on demand with RENSTRA_TEST_LARGE=1")
def test_two_thousand_pages_stay_under_the_memory_bound(tmp_path: Path) -> None:
    import psutil

    path = many_pages(tmp_path / "a.pdf", 2000)
    peak = 0

    def watch(done: int, total: int) -> None:
        nonlocal peak
        own = psutil.Process()
        peak = max(peak, sum(process.memory_info().rss for process in [own, *own.children(recursive=True)]))

    assert {line.page for line in read_pdf(path, META, progress=watch).lines if line.text} == set(range(1, 2001))
    assert peak < 1.5e9


def test_too_many_characters_on_a_page_are_cut_and_told(good: Path) -> None:
    source = read_pdf(good, META, options=PdfOptions(max_chars_per_page=50))
    assert "terlalu banyak huruf" in source.notes[0]


def test_blank_pages_are_told(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for text in ("Halaman pertama berisi kalimat.", "", "Halaman ketiga berisi kalimat."):
        canvas.drawString(60, 700, text)
        canvas.showPage()
    canvas.save()
    assert read_pdf(tmp_path / "a.pdf", META).notes == ("1 halaman (2) kosong.",)


def test_a_slanted_watermark_is_not_read(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    canvas.drawString(60, 700, "Kalimat rencana strategis yang sebenarnya.")
    canvas.translate(300, 400)
    canvas.rotate(45)
    canvas.setFont("Helvetica", 60)
    canvas.drawCentredString(0, 0, "SALINAN")
    canvas.save()
    assert read_pdf(tmp_path / "a.pdf", META).text == "Kalimat rencana strategis yang sebenarnya."


# --- pictures --------------------------------------------------------------------------------------------------------


def test_a_file_of_pictures_is_refused_with_how_to_get_ocr(tmp_path: Path, good: Path) -> None:
    with pytest.raises(InputError, match=r"(?s)tidak memuat teks.*tesseract-ocr-ind.*--ocr"):
        read_pdf(scan(good, tmp_path / "scan.pdf", dpi=72), META)


def test_a_scanned_page_among_others_is_counted_named_and_left_open(tmp_path: Path, good: Path) -> None:
    import pypdfium2

    merged = pypdfium2.PdfDocument.new()
    for part in (good, scan(good, tmp_path / "scan.pdf", dpi=72)):
        merged.import_pages(pypdfium2.PdfDocument(part))
    merged.save(tmp_path / "both.pdf")
    source = read_pdf(tmp_path / "both.pdf", META)
    (note,) = source.notes
    assert note.startswith("1 halaman (2) tidak memuat teks")
    assert "--ocr" in note
    assert [line.page for line in source.lines if line.text == ILLEGIBLE] == [2]


@pytest.mark.skipif(not has_tesseract, reason="Tesseract is not installed")
def test_ocr_reads_a_scan_with_its_table_and_marks_every_line(tmp_path: Path, good: Path) -> None:
    source = read_pdf(scan(good, tmp_path / "scan.pdf"), META, ocr=True)
    assert all(line.flags[0] == "ocr" and line.flags[1].startswith("ocr-") for line in source.lines if line.text)
    assert "OCR" in source.notes[0]
    found = agreement(TEXT, source.text)
    assert found.words >= 0.9
    assert found.cells >= 0.85


def test_ocr_without_tesseract_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch, good: Path) -> None:
    monkeypatch.setattr(ocr.pytesseract.pytesseract, "tesseract_cmd", "tidak-ada-tesseract")
    with pytest.raises(InputError, match="apt install tesseract-ocr tesseract-ocr-ind"):
        read_pdf(good, META, ocr=True)


def test_ocr_in_a_language_that_is_not_installed_says_so(monkeypatch: pytest.MonkeyPatch, good: Path) -> None:
    monkeypatch.setattr(ocr.pytesseract, "get_languages", lambda config="": ["eng"])
    with pytest.raises(InputError, match="belum memiliki bahasa ind"):
        read_pdf(good, META, ocr=True)


def test_page_ranges_are_short() -> None:
    assert page_ranges([1, 2, 3, 7, 9, 10]) == "1-3, 7, 9-10"


def test_small_pages_of_small_type_are_read(tmp_path: Path) -> None:
    path = typeset(TEXT, tmp_path / "a.pdf", Setting(page=(300, 260), margins=(20, 20, 40, 40), size=7, leading=9, table_size=5))
    assert agreement(TEXT, read_pdf(path, META).text).missing_rows == ()
