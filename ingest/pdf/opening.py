"""Opening a PDF: what cannot be read is refused with a sentence that says why and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.pdf import PDF
from pdfplumber.utils.exceptions import PdfminerException

from ingest.errors import InputError
from ingest.pdf.options import DEFAULT, PdfOptions

HEAD = 1024
"""A PDF's first line stands within this many bytes."""
TAIL = 2048
"""... and its last line within this many: a file without it was cut off."""
BROKEN = (
    PdfminerException,
    PDFException,
    PSException,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    AssertionError,
)
"""What pdfminer raises, depending on where a file is broken."""


@contextmanager
def open_pdf(path: Path) -> Iterator[PDF]:
    """The opened file with its list of pages; InputError (Indonesian) for whatever is no readable PDF."""
    check_bytes(path)
    with path.open("rb") as stream:  # closed here and not by pdfplumber, whose close() walks the pages once more
        try:
            pdf = pdfplumber.open(stream)
            len(pdf.pages)
        except BROKEN as error:
            raise refusal(path, error) from error
        yield pdf


def count_pages(path: Path, options: PdfOptions = DEFAULT) -> int:
    """How many pages the file has; InputError for none or too many."""
    with open_pdf(path) as pdf:
        pages = len(pdf.pages)
    if pages == 0:
        raise InputError(f"{path} tidak memiliki halaman: PDF kosong atau rusak. Periksa berkasnya atau unduh ulang.")
    if pages > options.max_pages:
        raise InputError(f"{path} berisi {pages} halaman, lebih dari batas {options.max_pages}. Pisahkan dokumennya lalu coba lagi.")
    return pages


def check_bytes(path: Path) -> None:
    if path.is_dir():
        raise InputError(f"{path} adalah folder, bukan berkas. Sebutkan berkas PDF-nya.")
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
            size = file.seek(0, 2)
            file.seek(max(0, size - TAIL))
            tail = file.read()
    except FileNotFoundError:
        raise InputError(f"Berkas tidak ditemukan: {path}. Periksa nama dan foldernya.") from None
    except OSError as error:
        raise InputError(f"{path} tidak bisa dibuka ({error.strerror}). Periksa izin berkasnya.") from error
    if not head.strip():
        raise InputError(f"{path} kosong. Letakkan PDF yang berisi dokumen di sana.")
    if b"%PDF-" not in head:
        raise InputError(f"{path} bukan PDF (walau berakhiran .pdf). Simpan ulang sebagai PDF atau pakai berkas teksnya.")
    if b"%%EOF" not in tail:
        raise InputError(f"{path} terpotong: akhir PDF-nya hilang. Unduh atau salin ulang berkas itu sampai selesai.")


def refusal(path: Path, error: BaseException) -> InputError:
    causes = [error, *error.args, error.__cause__, error.__context__]
    if any(isinstance(cause, PDFPasswordIncorrect | PDFTextExtractionNotAllowed) for cause in causes):
        return InputError(f"{path} terkunci kata sandi. Buka kuncinya (simpan salinan tanpa kata sandi) lalu coba lagi.")
    return InputError(f"{path} rusak dan tidak bisa dibaca ({type(error).__name__}). Unduh ulang, atau buka lalu simpan ulang sebagai PDF.")
