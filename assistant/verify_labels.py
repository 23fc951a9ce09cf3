"""Whether a text names a row, a measure and a unit as the figure has them. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.verify_text import Stated
from ingest.models import Figure

_REALISED = frozenset({
    "realisasi", "capaian", "realisasinya", "capaiannya", "realised", "realized", "realisation", "realization", "achieved", "achievement",
    "reached", "outcome", "actual",
})  # fmt: skip
MEASURES: tuple[frozenset[str], ...] = (
    frozenset({"target", "targetnya", "targets"}),
    frozenset({"alokasi", "anggaran", "pagu", "anggarannya", "alokasinya", "pagunya", "allocation", "budget", "budgeted", "funding"}),
    _REALISED,
    frozenset({"baseline", "baselinenya"}),
)
_MONEY = {"alokasi", "anggaran", "pagu"}
_STOP = frozenset({
    "yang", "dan", "di", "ke", "dari", "untuk", "pada", "dengan", "dalam", "atas", "oleh", "serta", "atau", "para", "tahun", "jumlah",
    "persentase", "nilai", "the", "of", "and", "for", "in", "to", "a", "an", "by",
})  # fmt: skip
_WORD = re.compile(r"[^\W_]+")
UNITS = frozenset({
    "orang", "dokumen", "layanan", "lembaga", "laporan", "rekomendasi", "kegiatan", "negara", "provinsi", "kabupaten", "kota", "desa",
    "peraturan", "unit", "paket", "sistem", "kasus", "bulan", "hari", "kelompok", "satker", "kawasan", "perusahaan", "people", "persons",
    "documents", "services", "reports", "jam", "poin", "indeks", "nilai", "buah",
})  # fmt: skip
SCORES = frozenset({"poin", "nilai", "indeks", "skor", "point", "points"})
"""Words for a unit-less score: they do not contradict one another."""
_OWN_LEVELS = ("sasaran kegiatan", "kegiatan")
"""Levels of the rows that stand for a whole activity."""
_SHORT, _SHORT_NEED, _LONG_NEED, _UNNAMED = 6, 0.99, 0.75, 0.34


@lru_cache(maxsize=2048)
def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words and codes, without marks."""
    return tuple(w.casefold() for w in _WORD.findall(text))


@lru_cache(maxsize=2048)
def _content(label: str) -> tuple[str, ...]:
    return tuple(t for t in tokens(label) if t not in _STOP) or tokens(label)


@lru_cache(maxsize=4096)
def _found(label: str, text: str) -> tuple[bool, ...]:
    words = set(tokens(text))
    content = _content(label)
    every = [t for t in tokens(label) if t not in {"dan", "serta", "yang"}]
    covered = [any(w == t or (len(t) > 4 and (w.startswith(t) or (t.startswith(w) and len(w) > 4))) for w in words) for t in content]
    for word in {w for w in words if 3 <= len(w) <= 8}:  # an abbreviation stands for the words of its initials
        for start in range(len(every)):
            run = every[start : start + len(word)]
            if len(run) == len(word) and all(t.startswith(c) for t, c in zip(run, word, strict=True)):
                covered = [c or t in run for c, t in zip(covered, content, strict=True)]
    return tuple(covered)


def coverage(label: str, text: str) -> float:
    """The share of a label's content words that a text holds: 0..1. An abbreviation counts for its words."""
    covered = _found(label, text)
    return sum(covered) / len(covered) if covered else 0.0


def _need(label: str) -> float:
    return _SHORT_NEED if len(_content(label)) <= _SHORT else _LONG_NEED


def names_row(figure: Figure, near: Sequence[str], text: str, before: str, rows: Sequence[str]) -> bool:
    """Whether the row that a number is stated for is the figure's.

    `near`: texts around the number, narrowest first; `before`: what was said and asked before it; `rows`: labels of
    all rows in play, so that the neighbour's label is told from the figure's own.
    """
    label = figure.indicator
    if not _content(label):
        return True
    # a label that lies wholly in the figure's own cannot be told from a part of it
    others = {row for row in rows if not set(_content(row)) < set(_content(label))}
    for region in (*near, text):
        named = _best(region, frozenset({label, *others}))
        if label in named or (figure.level.casefold().startswith(_OWN_LEVELS) and _names_activity(figure, region)):
            return True
        if named:
            return False
    # an activity's own row is named by its activity: its label is the activity's goal
    if (
        figure.level.startswith("Sasaran Kegiatan")
        and figure.activity
        and coverage(figure.activity, f"{text}\n{before}") >= _need(figure.activity)
    ):
        return True
    if any(code and code.casefold() in text.casefold() for code in (figure.code, figure.activity_code)):
        return True
    own = coverage(label, text)
    if own >= _need(label):
        return True
    return own < _UNNAMED and coverage(label, before) >= 0.5


def _names_activity(figure: Figure, region: str) -> bool:
    """Whether a text names the figure's activity, by code or in full. An activity's own row may be called so."""
    if figure.activity_code and figure.activity_code.casefold() in tokens(region):
        return True
    return bool(figure.activity) and coverage(figure.activity, region) >= _SHORT_NEED


@lru_cache(maxsize=2048)
def _best(region: str, labels: frozenset[str]) -> frozenset[str]:
    """The labels that a region names in full; of those that lie in one another only the longest."""
    full = {label: sum(_found(label, region)) for label in labels if label and coverage(label, region) >= _need(label)}
    whole = {label for label in full if coverage(label, region) == 1.0}
    # a label named word for word is not swallowed by a longer one that is named only in part
    return frozenset(
        a for a in full if not any(a != b and set(_content(a)) < set(_content(b)) and (b in whole or a not in whole) for b in full)
    )


def unit_conflict(number: Stated, figure: Figure) -> bool:
    """Whether the unit stated with a number cannot be the figure's."""
    unit = " ".join((figure.unit, figure.raw)).casefold()
    money = figure.measure in _MONEY or "rp" in tokens(unit) or "rupiah" in unit or "rp" in unit
    percent = "%" in unit or "persen" in unit
    if number.unit == "rupiah":
        return not money
    if number.unit == "persen":
        named = f"{figure.indicator} {figure.table} {figure.measure}".casefold()
        return not percent and (bool(figure.unit) or not ("%" in named or "persen" in named))
    if number.after in SCORES and figure.unit.casefold() in SCORES:
        return False
    if number.after in UNITS and figure.unit and number.after not in unit:
        return number.after not in f"{figure.indicator} {figure.table} {' '.join(figure.parents)}".casefold()
    return False
