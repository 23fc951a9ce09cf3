"""Text and history -> Question: spelling mended, slang and abbreviations read, the history's missing parts filled in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError
from rapidfuzz.distance import DamerauLevenshtein

from assistant import asking, periods
from assistant.followup import ASKS, fill_in, subject_words
from assistant.lexicon import Lexicon, everyday, trade_words
from assistant.measures import FRAME_TERMS
from assistant.models import Operation, Question, Turn
from ingest.errors import InputError
from ingest.terms import TOKEN, fold, terms

MAX_LENGTH = 2000
"""Characters of a question that are read; far longer ones are refused, not cut."""
CONTROL = re.compile(r"\x1b\[[\d;]*[A-Za-z]|[\x00-\x08\x0e-\x1b\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
JOINED_NUMBER = re.compile(r"(th|thn|tahun|no|nomor|bab|pasal|tabel|gambar|lampiran|lamp|target|tgt|misi|tujuan|risiko)(\d+)")
DOUBLED = re.compile(r"([a-z]{3,})2(nya|an)?")
SUFFIX_APART = re.compile(r"(?<=[a-z]{3}) nya\b")
POSSESSIVE = re.compile(r"(?<=[a-z])['’]s\b")
MARKUP = re.compile(r"<[^<>]{0,300}>")
ORDERS = re.compile(
    r"^(?:(?:instruksi|perintah|abaikan|lupakan|mulai sekarang|anggap|pura-pura|ignore|forget|disregard|system|new instruction)\b[^.!?]*[.!?]\s+)+(?=\S)",
    re.IGNORECASE,
)
ERRAND = re.compile(
    r"^(?:tolong )?(?:buatkan|bikinkan|buatin|tuliskan|karangkan|terjemahkan|write|make me)\b[^.?!]*?[,;]?\s*"
    r"\b(?:sekalian|sekaligus|lalu|terus|setelah itu|and then|also)\b,?\s+",
    re.IGNORECASE,
)
"""Another task put before the question: "buatkan pantun, sekalian sebutkan ..."."""
FROM_TO = re.compile(r"\b(?:dari|sejak|from)\s+(?:tahun\s+)?20\d\d\s+(?:sampai|hingga|ke|s/?d|to|until)\b")
"""Years from which to which something goes; a plan's own period is written otherwise."""
SOURCE_LINE = re.compile(r"\(?\bbaris \d{1,5}\b\)?", re.IGNORECASE)
EACH = re.compile(r"\bmasing-masing(?:nya)?\b", re.IGNORECASE)
"""Goes on with what was asked before it, is no question of its own."""
COUNT_ALONE = re.compile(r"(?:ada )?berapa (?:macam|jenis|buah|banyak|poin|item|butir|jumlahnya)$", re.IGNORECASE)
"""Counts what was asked for before it."""
TURNS: TypeAdapter[tuple[Turn, ...]] = TypeAdapter(tuple[Turn, ...])
MAX_SEVERAL = 4
"""Questions in one text that are answered one by one."""
SEVERAL = re.compile(
    r"\?\s+(?=\S)|\s*;\s*(?=\S)|,?\s+(?:dan|terus|lalu|serta|sama)\s+(?=(?:apa|siapa|berapa|kapan|mengapa|kenapa|bagaimana|di mana)\b)"
    r"|,?\s+(?:and|then)\s+(?=(?:what|who|how|when|why|where|which)\b)"
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
    return without_orders(plain)


def without_orders(text: str) -> str:
    """The question after sentences that give the assistant orders ("Instruksi baru: ... . Berapa X?")."""
    rest = ERRAND.sub("", ORDERS.sub("", text))
    return rest if rest != text and ASKS.search(fold(rest)) else text


def as_turns(history: object) -> tuple[Turn, ...]:
    """A conversation as turns; also from {"role", "content"} objects. InputError for what is none."""
    try:
        return TURNS.validate_python(history or ())
    except ValidationError as error:
        raise InputError(
            "Riwayat percakapan tidak terbaca: harus berupa daftar giliran, masing-masing dengan role (user atau assistant) dan content "
            "(teks). Kirim pertanyaannya tanpa riwayat, atau perbaiki riwayatnya."
        ) from error


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
        plain = clean(text)
        reading = self.normalise(plain)
        standalone, filled = fill_in(
            reading.normalised,
            [turn for turn in history if turn.content.strip()],
            self.plain_reading,
            self.lexicon.names,
            self.lexicon.abbreviations,
        )
        question = self.slots(standalone)
        if filled and ASKS.search(fold(reading.normalised)):
            # what is asked is what the person typed last, whatever the subject was asked before
            question["asked"] = asking.asked(fold(reading.normalised))
            question["operation"] = first_operation(reading.normalised) or question["operation"]
        return Question(
            text=text, normalised=reading.normalised, standalone=standalone, corrections=reading.corrections, from_history=filled,
            subquestions=self.several(plain) if not filled else (), **question,
        )  # fmt: skip

    def plain_reading(self, text: str) -> str:
        return self.normalise(CONTROL.sub(" ", text)[:MAX_LENGTH]).normalised

    def slots(self, standalone: str) -> dict[str, Any]:
        # the number of a source line is no year and no code
        standalone = SOURCE_LINE.sub(" ", standalone)
        low = fold(standalone)
        years, spans = periods.years(asking.NEGATED.sub(" ", low), self.period, self.today)
        operations = asking.operations(low)
        whole_period = self.period is not None and years == tuple(range(self.period[0], self.period[1] + 1))
        if whole_period and not operations and not asking.measures(low) and not FROM_TO.search(low):
            # "visi 2025-2029" names the plan, not five years
            years, spans = (), False
        if asking.year_to_year(low) and not set(operations) - {"compare"}:
            operations = ("difference",)
        asked = asking.asked(low)
        if asked == "uraian" and len(own := subject_words(low)) == 1 and own[0] in self.lexicon.abbreviations:
            # "P4MI?", "what is P4MI"
            asked = "definisi"
        return {
            "language": asking.language(low, trade_words()), "asked": asked, "operation": operations[0] if operations else None,
            "measures": asking.measures(low), "years": years, "year_range": spans, "codes": asking.codes(standalone), "parts": asking.parts(low),
        }  # fmt: skip

    def normalise(self, text: str) -> Reading:
        """Slang read, repeated letters, slips, joined and split words mended; numbers, codes and known words stay as typed."""
        english = asking.language(text, trade_words()) == "en"
        shouted = text.isupper()
        corrections: list[tuple[str, str]] = []
        text = POSSESSIVE.sub("", text) if english else text
        text = self.rejoined(SUFFIX_APART.sub("nya", text), corrections)

        def mended(match: re.Match[str]) -> str:
            typed = match[0]
            if "-" in text[max(0, match.start() - 1) : match.start()] + text[match.end() : match.end() + 1]:
                # "E-Monev" is one name
                return typed
            name = typed[0].isupper() and not shouted and match.start() > 0
            word = self.read_word(fold(typed), english, name)
            if word != fold(typed):
                corrections.append((typed, word))
                return word
            return typed

        return Reading(TOKEN.sub(mended, text), tuple(corrections))

    def rejoined(self, text: str, corrections: list[tuple[str, str]]) -> str:
        """ "penem patan" -> "penempatan": words typed as two."""
        out: list[str] = []
        for piece in text.split(" "):
            left = out[-1] if out else ""
            bare = piece.rstrip("?!.,;:")
            slang = left.lower() in everyday().slang or bare.lower() in everyday().slang
            if left.isalpha() and bare.isalpha() and not slang and (word := self.lexicon.spelling.joined(fold(left), fold(bare))):
                corrections.append((f"{left} {bare}", word))
                out[-1] = word + piece[len(bare) :]
            else:
                out.append(piece)
        return " ".join(out)

    def read_word(self, word: str, english: bool = False, name: bool = False) -> str:
        """A folded word as it is meant. `name`: written like a name, so only a slip of one letter is mended."""
        if word in self.lexicon.abbreviations:
            return word
        if any(c.isdigit() for c in word):
            return self.read_numbered(word)
        if slang := self.slang(word):
            return slang
        squeezed = word if self.lexicon.known(word) else re.sub(r"(.)\1{2,}", r"\1", word)
        if squeezed != word and self.lexicon.known(squeezed):
            return self.slang(squeezed) or squeezed
        meant = self.lexicon.mend(squeezed, english)
        return word if name and DamerauLevenshtein.distance(word, meant) > 1 else meant

    def slang(self, word: str) -> str:
        """ "brp" -> "berapa", "tgtnya" -> "targetnya"; empty when the word is no slang."""
        table = everyday().slang
        if word in table:
            return table[word]
        base = re.sub(r"(?:nya|ny|kah)$", "", word)
        known = word in self.lexicon.counts or len(base) < 3 or base == word
        return "" if known or base not in table else table[base] + ("kah" if word.endswith("kah") else "nya")

    def read_numbered(self, word: str) -> str:
        """ "bab3" -> "bab 3"; the chat's reduplication: "rata2" -> "rata-rata"."""
        if joined := JOINED_NUMBER.fullmatch(word):
            return f"{everyday().slang.get(joined[1], joined[1])} {joined[2]}"
        if (doubled := DOUBLED.fullmatch(word)) and doubled[1] in self.lexicon.abbreviations and not doubled[2]:
            return f"{doubled[1]} 2"
        if doubled := DOUBLED.fullmatch(word):
            base = self.lexicon.mend(doubled[1])
            return f"{base}-{base}{doubled[2] or ''}"
        return word

    def in_period(self, year: str) -> bool:
        return self.period is not None and year.isdigit() and self.period[0] <= int(year) <= self.period[1]

    def group_words(self) -> dict[str, str]:
        """English group names -> Indonesian: a plan may print "Threats" where people say "ancaman"."""
        return everyday().english

    def several(self, text: str) -> tuple[str, ...]:
        """The single questions of a text that asks several; empty when it asks one."""
        pieces = [piece for part in SEVERAL.split(text) if (piece := part.strip(" ,;?."))]
        if any(EACH.search(piece) or COUNT_ALONE.match(piece) for piece in pieces):
            return ()
        if any(frozenset(t for t in terms(self.plain_reading(piece)) if not t.isdigit()) <= FRAME_TERMS for piece in pieces[1:]):
            # "berapa unit X dan berapa rupiah": two measures of one thing
            return ()
        asks = all(ASKS.search(fold(self.plain_reading(piece))) and terms(piece) for piece in pieces)
        return tuple(pieces) if 1 < len(pieces) <= MAX_SEVERAL and asks else ()

    def parts(self, question: Question) -> list[Question]:
        """The single questions of a text that asks several, each read after those before it; empty where it asks one."""
        asked: list[Turn] = []
        reads = []
        for piece in question.subquestions:
            reads.append(self.read(piece, asked))
            asked.append(Turn(role="user", content=piece))
        return reads

    def phrases(self, text: str) -> list[str]:
        """What the typed everyday phrases of several words stand for: "paling bagus" -> "tertinggi"."""
        low = f" {fold(text)} "
        said = (item for item in self.lexicon.everyday.items() if " " in item[0] and item[0] in low)
        return [long for short, long in said if re.search(rf"\b{re.escape(short)}\b", low)]

    def expansions(self, text: str) -> list[str]:
        """Words beside the typed ones: long forms of abbreviations, everyday and English words in the plan's terms."""
        low = f" {fold(text)} "
        words = everyday()
        added = [form for token in dict.fromkeys(TOKEN.findall(low)) for form in self.lexicon.long_forms(token)]
        said = (item for item in self.lexicon.everyday.items() if item[0] in low)
        added += [long for short, long in said if re.search(rf"\b{re.escape(short)}(?:nya)?\b", low)]
        english = asking.language(low, trade_words()) == "en"
        tokens = [t for t in dict.fromkeys(TOKEN.findall(low)) if t in words.english]
        added += [words.english[t] for t in tokens if english or t not in self.lexicon.of_plan]
        return added


def first_operation(text: str) -> Operation | None:
    found = asking.operations(fold(text))
    return found[0] if found else None
