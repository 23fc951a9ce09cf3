"""Does a row that counts something count what is asked for? Pure."""

from __future__ import annotations

import re

from assistant.followup import generic
from assistant.models import Question
from ingest.models import Row
from ingest.terms import fold, stem, terms, words

COUNT_ASKED = re.compile(r"\b(?:berapa|jumlah) (?:jumlah |banyak |total )?(?:seluruh |semua )(\w{3,})")
TOTAL_ASKED = re.compile(r"\b(?:jumlah|total)(?: total| seluruh\w*| semua\w*| keseluruhan)* (\w{3,})")
SOME_TOLD = re.compile(r"(?:jumlah|banyaknya) (\w{3,})\b.*?\b(?:yang|dengan)\b(.+)")
COUNT_TOLD = re.compile(r"(?:jumlah|banyaknya) (\w{3,})")
PEOPLE = frozenset(["orang"])


def counts_only_some(question: Question, row: Row) -> bool:
    """ "Total ASN" is not told by "jumlah ASN yang mendapatkan pelatihan", where no word of the training is asked for."""
    asked, told = TOTAL_ASKED.search(fold(question.standalone)), SOME_TOLD.match(fold(row.label))
    if asked is None or told is None or stem(asked[1]) != stem(told[1]) or question.measures or question.years:
        return False
    return not set(terms(question.standalone)) & {*terms(told[2]), *terms(row.activity)}


def counts_other_things(question: Question, row: Row) -> bool:
    """ "Berapa pegawai" is not told by a row that counts services: its label says what it counts, its unit in what."""
    if counts_only_some(question, row):
        return True
    asked, told = COUNT_ASKED.search(fold(question.standalone)), COUNT_TOLD.match(fold(row.label))
    if asked is None or told is None or generic(asked[1]) or fold(row.unit) in PEOPLE:
        return False
    return asked[1] not in words(row.label) and stem(asked[1]) not in (stem(told[1]), stem(fold(row.unit)))
