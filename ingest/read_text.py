"""A text edition -> Source. One line a paragraph, list item or table row (cells separated by tabs)."""

from __future__ import annotations

from pathlib import Path

import charset_normalizer

from ingest.errors import InputError
from ingest.models import DocumentMeta, Line, Source

ILLEGIBLE = "[illegible]"
LIKELY = ("utf_16", "utf_32", "cp1252", "mac_roman")
"""Encodings of an Indonesian text that is no UTF-8; others are named only when it is none of these."""
BYTE_ORDER_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
WIDE_SHARE = 0.7
"""More zero bytes than this at every other place: two bytes a letter."""
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
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal(path, wide_encoding(data) or narrow_encoding(data)) from None
    controls = sum(1 for c in text if ord(c) < 32 and c not in "\n\r\t\f")
    if "\x00" in text or controls > BINARY_SHARE * len(text):
        raise refusal(path, wide_encoding(data))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refusal(path: Path, encoding: str) -> InputError:
    if encoding:
        return InputError(f"{path} tidak berenkode UTF-8 (tampaknya {encoding}). Simpan ulang sebagai UTF-8.")
    return InputError(f"{path} bukan berkas teks (isinya biner). Simpan sebagai teks UTF-8, atau pakai PDF-nya.")


def wide_encoding(data: bytes) -> str:
    """The encoding of text without a byte order mark whose letters take two bytes; empty for anything else."""
    even, odd = (2 * data[start::2].count(0) / len(data) for start in (0, 1))
    if max(even, odd) > WIDE_SHARE > min(even, odd) and not data.startswith(BYTE_ORDER_MARKS):
        return "utf_16_le" if odd > even else "utf_16_be"
    return ""


def narrow_encoding(data: bytes) -> str:
    """The encoding that a byte order mark or the letters tell; empty for binary data."""
    if b"\x00" in data and not data.startswith(BYTE_ORDER_MARKS):
        return ""
    guess = charset_normalizer.from_bytes(data, cp_isolation=list(LIKELY)).best() or charset_normalizer.from_bytes(data).best()
    return guess.encoding if guess else ""


def source_from_text(text: str, meta: DocumentMeta, path: str) -> Source:
    lines: list[Line] = []
    offset = 0
    for no, content in enumerate(text.split("\n"), 1):
        lines.append(Line(no=no, start=offset, end=offset + len(content), text=content))
        offset += len(content) + 1
    if not any(c.isalnum() for line in lines if ILLEGIBLE not in line.text for c in line.text):
        raise InputError(f"{path} tidak memuat teks yang terbaca (hanya {ILLEGIBLE}). Pakai edisi lain atau baca ulang PDF-nya.")
    return Source(meta=meta, kind="text", path=path, text=text, lines=tuple(lines))
