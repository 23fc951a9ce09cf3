"""Does a composed answer hold the kind of thing that was asked? The last look before it is shown. Pure.

"Berapa X" wants a number beside X, "tanggal berapa" a date, "nomor berapa" a number of a regulation; a figure asked
for a named place or institution wants that name. An answer that lacks it answers something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.models import Claim, Question
from ingest.terms import STOP_WORDS, fold, stem, words

NUMBER = re.compile(r"\d")
DATE = re.compile(r"\b\d{1,2} (?:jan|feb|mar|apr|mei|jun|jul|agu|sep|okt|nov|des)\w* \d{4}|\b(?:19|20)\d\d\b", re.IGNORECASE)
DAY = re.compile(r"\b\d{1,2} (?:jan|feb|mar|apr|mei|jun|jul|agu|sep|okt|nov|des)\w* \d{4}", re.IGNORECASE)
RULE_NUMBER = re.compile(r"\bnomor \d+|\bno\.? \d+|\b\d+/\d{4}", re.IGNORECASE)
COUNTED = re.compile(r"\b(?:ada |punya |jumlah |total |sebanyak )?berapa (?:banyak |jumlah |buah )?([a-z0-9]{2,})(?: ([a-z0-9]{3,}))?")
MEASURE_WORDS = frozenset(
    [
        "persen",
        "rupiah",
        "miliar",
        "triliun",
        "juta",
        "poin",
        "kali",
        "nilai",
        "skor",
        "target",
        "anggaran",
        "alokasi",
        "lama",
        "kah",
        "tahun",
        "banyak",
        "total",
        "besar",
        "angka",
        "sih",
        "ya",
        "dong",
        "kira",
        "tinggi",
        "orang",
        "unit",
        "buah",
        "lembar",
        "kali",
        "bulan",
        "hari",
        "jenis",
        "macam",
    ]
)
PERCENT = re.compile(r"\bberapa persen\b")
STEP = re.compile(r"\b(?:cara|langkah(?:-langkah)?|prosedur|syarat|persyaratan) (?:daftar|mendaftar|pendaftaran|melamar|ikut|mengurus)\b")


def proper_words(texts: Sequence[str]) -> frozenset[str]:
    """Words that a document never writes small: names of places, people, institutions; folded."""
    large: dict[str, int] = {}
    small: set[str] = set()
    for text in texts:
        for found in re.finditer(r"(?<=[a-z,;] )([A-Z][a-z]{3,})\b|\b([a-z]{4,})\b", text):
            if found[1]:
                large[found[1].lower()] = large.get(found[1].lower(), 0) + 1
            else:
                small.add(found[2])
    return frozenset(word for word, count in large.items() if count >= 2 and word not in small)


def fits(question: Question, claims: Sequence[Claim], proper: frozenset[str]) -> bool:
    """Whether the claims hold the kind of thing that the question asks for."""
    said = " ".join(claim.text for claim in claims)
    low, answer = fold(question.standalone), fold(said)
    if question.asked in ("nilai", "jumlah") and not NUMBER.search(answer):
        return False
    if re.search(r"\btanggal berapa\b", low) and not DAY.search(answer):
        return False
    if question.asked == "kapan" and "sejak kapan" not in low and not DATE.search(answer):
        return False
    if re.search(r"\bnomor berapa\b(?! saja)", low) and not RULE_NUMBER.search(answer):
        return False
    if PERCENT.search(low) and not re.search(r"\d ?%|\d persen", answer):
        return False
    if STEP.search(low) and not STEP.search(answer):
        return False
    return names_there(question, low, answer, proper) and counted_there(low, said)


def names_there(question: Question, low: str, answer: str, proper: frozenset[str]) -> bool:
    """A figure for a named place must come with the name."""
    if question.asked not in ("nilai", "jumlah") or question.from_history:
        return True
    held = {stem(word) for word in words(answer)}
    return all(stem(word) in held for word in words(low) if word in proper)


def counted_there(low: str, said: str) -> bool:
    """ "Ada berapa X": one sentence of the answer holds a number and X."""
    found = COUNTED.search(low)
    if not found:
        return True
    nouns = {stem(w) for w in found.groups() if w and w not in MEASURE_WORDS and w not in STOP_WORDS and not w.isdigit()}
    if not nouns or found[1] in MEASURE_WORDS:
        return True
    pieces = re.split(r"(?<=[.!?;])\s+|\n", said)
    return any(NUMBER.search(piece) and nouns & {stem(w) for w in words(piece)} for piece in pieces)
