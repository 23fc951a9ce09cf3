"""Text and history -> Question: spelling mended, slang and abbreviations read, the history's missing parts filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from assistant import asking
from assistant.lexicon import Lexicon, everyday
from assistant.models import Operation, Question, Turn
from ingest.errors import InputError
from ingest.terms import TOKEN, fold, terms

MAX_LENGTH = 2000
"""Characters of a question that are read; far longer ones are refused, not cut."""
CONTROL = re.compile(r"\x1b\[[\d;]*[A-Za-z]|[\x00-\x08\x0e-\x1b\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
MARKUP = re.compile(r"<[^<>]{0,300}>")
SEVERAL = re.compile(
    r"\?\s+(?=\S)|\s*;\s*(?=\S)|,?\s+(?:dan|terus|lalu|serta|sama)\s+(?=(?:apa|siapa|berapa|kapan|mengapa|kenapa|bagaimana|di mana)\b)"
)


def clean(text: str) -> str:
    """The question as text: control characters and tags gone. InputError for what is no question."""
    if len(text) > MAX_LENGTH:
        raise InputError(
            f"Pertanyaan terlalu panjang ({len(text)} huruf; paling banyak {MAX_LENGTH}). Ringkas menjadi satu atau dua kalimat."
        )
    plain = re.sub(r"\s+", " ", MARKUP.sub(" ", CONTROL.sub("", text))).strip()
    if not re.search(r"\w", plain):
        raise InputError("Pertanyaannya kosong. Tuliskan apa yang ingin diketahui dari dokumen, misalnya “Apa visi kementerian?”")
    return plain


@dataclass(frozen=True)
class Reading:
    """One text read by itself, before history."""

    normalised: str
    corrections: tuple[tuple[str, str], ...]


class Understanding:
    def __init__(self, lexicon: Lexicon, period: tuple[int, int] | None, today: date) -> None:
        self.lexicon = lexicon
        self.period = period
        self.today = today

    def read(self, text: str, history: Sequence[Turn] = ()) -> Question:
        from assistant.followup import fill_in

        plain = clean(text)
        reading = self.normalise(plain)
        standalone, filled = fill_in(reading.normalised, [turn for turn in history if turn.content.strip()], self.plain_reading)
        question = self.slots(standalone)
        return Question(
            text=text, normalised=reading.normalised, standalone=standalone, corrections=reading.corrections, from_history=filled,
            subquestions=self.several(plain) if not filled else (), **question,
        )  # fmt: skip

    def plain_reading(self, text: str) -> str:
        return self.normalise(CONTROL.sub(" ", text)[:MAX_LENGTH]).normalised

    def slots(self, standalone: str) -> dict[str, Any]:
        low = fold(standalone)
        years, spans = asking.years(asking.NEGATED.sub(" ", low), self.period, self.today)
        operations = asking.operations(low)
        whole_period = self.period is not None and years == tuple(range(self.period[0], self.period[1] + 1))
        if whole_period and not operations and not asking.measures(low):
            # "visi 2025-2029" names the plan, not five years
            years, spans = (), False
        return {
            "language": asking.language(low), "asked": asking.asked(low), "operation": operations[0] if operations else None,
            "measures": asking.measures(low), "years": years, "year_range": spans, "codes": asking.codes(standalone), "parts": asking.parts(low),
        }  # fmt: skip

    def normalise(self, text: str) -> Reading:
        """Slang read, repeated letters and typos mended; numbers, codes and known words stay as typed."""
        english = asking.language(text) == "en"
        corrections: list[tuple[str, str]] = []

        def mended(match: re.Match[str]) -> str:
            typed = match[0]
            word = self.read_word(fold(typed), english)
            if word != fold(typed):
                corrections.append((typed, word))
                return word
            return typed

        return Reading(TOKEN.sub(mended, text), tuple(corrections))

    def read_word(self, word: str, english: bool) -> str:
        if any(c.isdigit() for c in word):
            # "rata2", "masing2": the chat's reduplication
            if joined := re.fullmatch(r"(th|thn|tahun|no|nomor|bab|pasal|tabel|gambar|lampiran)(\d+)", word):
                return f"{everyday().slang.get(joined[1], joined[1])} {joined[2]}"
            doubled = re.fullmatch(r"([a-z]{3,})2(nya)?", word)
            return f"{doubled[1]}-{doubled[1]}{doubled[2] or ''}" if doubled else word
        slang = everyday().slang.get(word)
        if slang and word not in self.lexicon.abbreviations:
            return slang
        if self.lexicon.known(word):
            return word
        squeezed = re.sub(r"(.)\1{2,}", r"\1", word)
        if squeezed != word and self.lexicon.known(squeezed):
            return everyday().slang.get(squeezed, squeezed)
        return word if english else self.lexicon.mend(squeezed)

    def in_period(self, year: str) -> bool:
        return self.period is not None and year.isdigit() and self.period[0] <= int(year) <= self.period[1]

    def group_words(self) -> dict[str, str]:
        """English group names -> Indonesian: a plan may print "Threats" where people say "ancaman"."""
        return everyday().english

    def several(self, text: str) -> tuple[str, ...]:
        """The single questions of a text that asks several; empty when it asks one."""
        pieces = [p.strip(" ,;?") for p in SEVERAL.split(text) if len(terms(p)) >= 1]
        return tuple(pieces) if len(pieces) > 1 and all(len(terms(p)) >= 2 for p in pieces[:1]) else ()

    def phrases(self, text: str) -> list[str]:
        """What the typed everyday phrases of several words stand for: "g to g" -> "skema penempatan pemerintah ..."."""
        low = f" {fold(text)} "
        return [long for short, long in everyday().terms.items() if " " in short and re.search(rf"\b{re.escape(short)}\b", low)]

    def expansions(self, text: str) -> list[str]:
        """Words beside the typed ones: long forms of abbreviations, everyday and English words in the plan's terms."""
        low = f" {fold(text)} "
        words = everyday()
        added = [form for token in dict.fromkeys(TOKEN.findall(low)) for form in self.lexicon.long_forms(token)]
        added += [long for short, long in words.terms.items() if re.search(rf"\b{re.escape(short)}(?:nya)?\b", low)]
        if asking.language(low) == "en":
            added += [words.english[token] for token in dict.fromkeys(TOKEN.findall(low)) if token in words.english]
        return added


def first_operation(text: str) -> Operation | None:
    found = asking.operations(fold(text))
    return found[0] if found else None
