"""Finding the sources of a corpus and what the .toml beside each says of it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from pydantic import ValidationError

from ingest.errors import InputError
from ingest.models import DocumentMeta

SUFFIXES = {".txt": "text", ".md": "text", ".pdf": "pdf"}
PERIOD = re.compile(r"(20\d\d)\s*[-–—]\s*(20\d\d)")


def find_sources(paths: list[Path]) -> list[Path]:
    """Every readable source under the given files and folders, sorted; InputError when there is none, or two share a name."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.iterdir() if p.is_file() and p.suffix.lower() in SUFFIXES)
        elif path.exists():
            if path.suffix.lower() not in SUFFIXES:
                raise InputError(f"Jenis berkas {path.suffix or '(tanpa akhiran)'} belum didukung: {path}. Pakai .txt, .md, atau .pdf.")
            found.append(path)
        else:
            raise InputError(f"Berkas tidak ditemukan: {path}. Periksa nama dan foldernya.")
    if not found:
        places = ", ".join(str(p) for p in paths)
        raise InputError(f"Tidak ada dokumen (.txt, .md, .pdf) di {places}. Letakkan dokumen di sana lalu jalankan lagi `renstra ingest`.")
    # a document may be given by its folder and by its name
    found = list({path.resolve(): path for path in reversed(found)}.values())[::-1]
    names = [path.stem for path in found]
    if twice := next((path for path in found if names.count(path.stem) > 1), None):
        raise InputError(
            f"Ada lebih dari satu dokumen bernama {twice.stem!r}. Beri nama berkas yang berlainan: nama itu dipakai dalam kutipan."
        )
    return found


def meta_file(source: Path) -> Path:
    return source.with_suffix(".toml")


def load_meta(source: Path) -> DocumentMeta:
    """The metadata beside `source`; what the file's name says where there is no .toml (its title page says more: `title_page`)."""
    beside = meta_file(source)
    if not beside.exists():
        period = PERIOD.search(source.stem)
        start, end = (int(period[1]), int(period[2])) if period else (None, None)
        return DocumentMeta(doc=source.stem, title=source.stem.replace("-", " ").replace("_", " "), period_start=start, period_end=end)
    try:
        data = tomllib.loads(beside.read_text(encoding="utf-8"))
        return DocumentMeta(doc=source.stem, **data)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{beside} bukan TOML yang benar: {error}. Perbaiki berkas itu.") from error
    except (ValidationError, TypeError) as error:
        raise InputError(f"Isi {beside} tidak sesuai: {error}. Perbaiki nama atau jenis isiannya.") from error
