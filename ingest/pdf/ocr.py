"""Scanned pages -> words with confidence, by Tesseract; ruling lines from the picture itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pytesseract
from PIL import Image

from ingest.errors import InputError
from ingest.pdf.options import DEFAULT, PdfOptions
from ingest.pdf.parts import Rule, Word
from ingest.pdf.rules import join_rules

HOW_TO = (
    "Pasang Tesseract beserta bahasa Indonesia (Debian/Ubuntu: `apt install tesseract-ocr tesseract-ocr-ind`) lalu ulangi dengan --ocr."
)
DARK = 128
NOISE = re.compile(r"^[\W_]+$")
KEPT_SIGNS = re.compile(r"^[-–%•]$")
DESCENDERS = re.compile(r"[gjpqy,;()/\[\]Q]")
SAME_TYPE = 0.3
"""Heights of lines differ by this much with the letters in them, in one type."""
POINTS_AN_INCH = 72.0


def check_tesseract(options: PdfOptions = DEFAULT) -> None:
    """InputError with what to install where Tesseract or its language is missing."""
    try:
        languages = set(pytesseract.get_languages(config=""))
    except pytesseract.TesseractNotFoundError:
        raise InputError(f"Tesseract tidak terpasang, jadi halaman pindaian tidak bisa dibaca. {HOW_TO}") from None
    missing = [name for name in options.ocr_language.split("+") if name not in languages]
    if missing:
        raise InputError(f"Tesseract belum memiliki bahasa {', '.join(missing)}. {HOW_TO}")


def read_image(image: Image.Image, options: PdfOptions = DEFAULT) -> tuple[list[Word], list[Rule]]:
    """Words and ruling lines of a page image at `ocr_dpi`, in points. Raises pytesseract.TesseractError or RuntimeError (time out)."""
    scale = options.ocr_dpi / POINTS_AN_INCH
    gray = image.convert("L")
    data = pytesseract.image_to_data(
        gray,
        lang=options.ocr_language,
        config=f"--psm 3 --dpi {options.ocr_dpi}",
        timeout=options.ocr_timeout,
        output_type=pytesseract.Output.DICT,
    )
    return to_words(data, scale, options), image_rules(np.asarray(gray), scale, options)


def to_words(data: dict[str, list[str | int | float]], scale: float, options: PdfOptions) -> list[Word]:
    """Tesseract's table -> words, noise left out, each line of its own set on one foot and in one type size."""
    lines: dict[tuple[object, ...], list[Word]] = {}
    for i, raw in enumerate(data["text"]):
        text, confidence = str(raw).strip(), float(data["conf"][i])
        if not text or confidence < options.ocr_min_confidence or (NOISE.match(text) and not KEPT_SIGNS.match(text)):
            continue
        left, top, width, height = (float(data[name][i]) / scale for name in ("left", "top", "width", "height"))
        line = (data["block_num"][i], data["par_num"][i], data["line_num"][i])
        lines.setdefault(line, []).append(Word(text, left, top, left + width, top + height, confidence=confidence))
    sizes = {line: middle(word.bottom - word.top for word in words) for line, words in lines.items()}
    usual = middle(sizes[line] for line, words in lines.items() for _ in words)
    return [word for line, words in lines.items() for word in even_line(words, sizes[line], usual)]


def middle(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[len(ordered) // 2] if ordered else 0.0


def even_line(words: list[Word], size: float, usual: float) -> list[Word]:
    """Boxes drawn tight round letters put on one foot (that of words without descenders); near the page's usual size: that size."""
    if abs(size - usual) <= SAME_TYPE * usual:
        size = usual
    size = max(round(size * 2) / 2, 4.0)
    foot = middle(word.bottom for word in words if not DESCENDERS.search(word.text)) or middle(word.bottom for word in words)
    return [Word(w.text, w.x0, foot - size, w.x1, foot, size=size, confidence=w.confidence) for w in words]


def image_rules(gray: npt.NDArray[np.uint8], scale: float, options: PdfOptions) -> list[Rule]:
    """Long dark runs along rows and columns of the picture as ruling lines, in points."""
    dark = gray < DARK
    least = int(options.ocr_rule * scale)
    flat = [Rule("h", y / scale, x0 / scale, x1 / scale) for y, x0, x1 in long_runs(thicken(dark), least)]
    tall = [Rule("v", x / scale, y0 / scale, y1 / scale) for x, y0, y1 in long_runs(thicken(dark.T), least)]
    return join_rules(flat + tall, options)


def thicken(dark: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Each row with its neighbours: a line that is a hair askew steps from row to row and stays one run."""
    wide = dark.copy()
    wide[1:] |= dark[:-1]
    wide[:-1] |= dark[1:]
    return wide


def long_runs(dark: npt.NDArray[np.bool_], least: int) -> list[tuple[int, int, int]]:
    """(row, first, end) of every run of at least `least` dark dots in a row"""
    padded = np.zeros((dark.shape[0], dark.shape[1] + 2), dtype=np.int8)
    padded[:, 1:-1] = dark
    change = np.diff(padded, axis=1)
    starts, ends = np.argwhere(change == 1), np.argwhere(change == -1)
    lengths = ends[:, 1] - starts[:, 1]
    return [(int(starts[i, 0]), int(starts[i, 1]), int(ends[i, 1])) for i in np.flatnonzero(lengths >= least)]
