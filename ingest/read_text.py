"""A text edition -> Source. One line a paragraph, list item or table row (cells separated by tabs)."""

from __future__ import annotations

from pathlib import Path

import charset_normalizer

from ingest.errors import InputError
from ingest.models import DocumentMeta, Line, Source

ILLEGIBLE = "[illegible]"
BINARY_SHARE = 0.02
"""More control characters than this share of the text: not a text file."""


def read_text(path: Path, meta: DocumentMeta) -> Source:
    """Read `path`; InputError (Indonesian) for a folder, a missing, empty, binary or wrongly encoded file."""
    if path.is_dir():
        raise InputError(f"{path} adalah folder, bukan berkas. Sebutkan berkas teksnya.")
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"Berkas tidak ditemukan: {path}. Periksa nama dan foldernya.") from None
    except OSError as error:
        raise InputError(f"{path} tidak bisa dibuka ({error.strerror}). Periksa izin berkasnya.") from error
    return source_from_text(decode(data, path), meta, str(path))


def decode(data: bytes, path: Path) -> str:
    """UTF-8 text with Unix line breaks; anything else is refused with what it seems to be."""
    if not data.strip():
        raise InputError(f"{path} kosong. Letakkan teks dokumen di dalamnya.")
    if b"\x00" in data[:4096] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path} bukan berkas teks (isinya biner). Simpan sebagai teks UTF-8, atau pakai PDF-nya.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        guess = charset_normalizer.from_bytes(data).best()
        name = guess.encoding if guess else "tidak dikenali"
        raise InputError(f"{path} tidak berenkode UTF-8 (tampaknya {name}). Simpan ulang sebagai UTF-8.") from None
    controls = sum(1 for c in text if ord(c) < 32 and c not in "\n\r\t\f")
    if controls > BINARY_SHARE * len(text):
        raise InputError(f"{path} bukan berkas teks (isinya biner). Simpan sebagai teks UTF-8, atau pakai PDF-nya.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def source_from_text(text: str, meta: DocumentMeta, path: str) -> Source:
    lines: list[Line] = []
    offset = 0
    for no, content in enumerate(text.split("\n"), 1):
        lines.append(Line(no=no, start=offset, end=offset + len(content), text=content))
        offset += len(content) + 1
    legible = [line for line in lines if line.text.strip() and ILLEGIBLE not in line.text]
    if not legible:
        raise InputError(f"{path} tidak memuat teks yang terbaca (hanya {ILLEGIBLE}). Pakai edisi lain atau baca ulang PDF-nya.")
    return Source(meta=meta, kind="text", path=path, text=text, lines=tuple(lines))
