"""Does a sentence say what its evidence says? Lexical and embedding closeness, for prose a model wrote.

Numbers, years and rows are `verify`'s business; here it is words: enough of a sentence's telling words stand in the
evidence it cites (or it is close to it as a whole), no name stands in it that the evidence lacks, no "tidak" was
added or lost. Thresholds are calibrated on the plan itself (docs/support.md).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant import verify_text as vt
from assistant.models import Claim, Evidence
from assistant.retrieve import Retriever
from assistant.sentences import split_sentences
from ingest.models import Figure
from ingest.store.index import PlanIndex
from ingest.terms import stem, terms, words

THRESHOLDS = Path(__file__).with_name("support.json")
NEGATIONS = frozenset(["tidak", "bukan", "belum", "tanpa", "jangan", "kecuali", "not", "no", "never", "without", "nor", "except"])
FRAME_WORDS = {
    "target", "alokasi", "anggaran", "tahun", "rencana", "strategis", "renstra", "dokumen", "sebesar", "sebanyak", "yaitu", "berikut",
    "meliputi", "terdiri", "mencakup", "jumlah", "total", "naik", "turun", "meningkat", "menurun", "tetap", "menyebut", "menyatakan",
    "menetapkan", "disebutkan", "dinyatakan", "ditetapkan", "tercatat", "berjumlah", "menjadi", "selama", "periode", "nilai", "indikator",
    "kegiatan", "tersebut", "juga", "selisih", "rata-rata", "tertinggi", "terendah", "dibanding", "antara", "lain", "satu",
}  # fmt: skip
FRAME = frozenset(t for word in FRAME_WORDS for t in terms(word))
"""Words with which a writer frames what the evidence says: they assert nothing of their own."""
_NAME = re.compile(r"\b(?:[A-Z]{2,}[A-Z0-9/]*|[A-Z][a-z]{2,})\b")
_UNSAFE = re.compile(r"<[a-z!/]|\]\(|!\[|https?://|www\.|javascript:|data:", re.IGNORECASE)


@dataclass(frozen=True)
class Limits:
    """`alone`: lexical share that suffices; `lexical` with `dense` together suffice; `foreign`: `dense` for English."""

    alone: float
    lexical: float
    dense: float
    foreign: float


@lru_cache(maxsize=1)
def load_limits(path: Path = THRESHOLDS) -> Limits:
    return Limits(**json.loads(path.read_text(encoding="utf-8"))["limits"])


@dataclass(frozen=True)
class Closeness:
    """How near a sentence is to its evidence: `lexical` 0..1 (weighted share of its words), `dense` 0 and below."""

    lexical: float
    dense: float


class Support:
    def __init__(self, retriever: Retriever, limits: Limits | None = None) -> None:
        self.retriever = retriever
        self.limits = limits or load_limits()
        self.short, self.long = abbreviations(retriever.index)
        self.row_passages = {p.row_id: p.id for p in retriever.passages if p.row_id}

    def check(self, claim: Claim, cited: Sequence[Evidence], figures: Sequence[Figure], language: str = "id") -> list[str]:
        """Reasons (Indonesian) why the claim's prose is not what its evidence says; empty when it is."""
        text = vt.clean(claim.text)
        haystack = "\n".join([*(evidence_text(e) for e in cited), *(figure_text(f) for f in figures)])
        if _UNSAFE.search(claim.text) and claim.text not in haystack:
            return ["memuat tautan atau markup"]
        reasons = self.names(text, haystack) if language == "id" else self.acronyms(text, haystack)
        known = self.expand(haystack)
        far = [s for s in pieces(text) if self.lexical(s, known) < self.limits.alone or language != "id"]
        near = self.limits.dense if language == "id" else self.limits.foreign
        for sentence in far:
            lexical = self.lexical(sentence, known)
            if language == "id" and lexical < self.limits.lexical:
                reasons.append(f"“{shorten(sentence)}” tidak didukung bukti")
            elif len(terms(sentence)) > 2 and self.dense(sentence, cited) < near:
                reasons.append(f"“{shorten(sentence)}” terlalu jauh dari bukti")
        return reasons + (self.negated(text, cited) if language == "id" else [])

    def closeness(self, sentence: str, cited: Sequence[Evidence]) -> Closeness:
        """Both measures at once, for calibration."""
        known = self.expand("\n".join(evidence_text(e) for e in cited))
        return Closeness(self.lexical(sentence, known), self.dense(sentence, cited))

    def expand(self, text: str) -> frozenset[str]:
        """Stems of a text, with those of its abbreviations' long forms and the abbreviations of its long forms."""
        own = set(terms(text))
        folded = " ".join(words(text))
        for short, long in self.short.items():
            if short in own:
                own |= long
        own |= {short for phrase, short in self.long.items() if phrase in folded}
        return frozenset(own)

    def lexical(self, sentence: str, known: frozenset[str]) -> float:
        """The share of a sentence's words, weighted by rarity, that the evidence holds. 1.0 for a sentence of frame words."""
        own = [t for t in terms(sentence) if not t[0].isdigit() and t not in FRAME]
        weights = [self.retriever.table.weight(t) for t in own]
        held = sum(w for t, w in zip(own, weights, strict=True) if t in known)
        return held / sum(weights) if weights else 1.0

    def dense(self, sentence: str, cited: Sequence[Evidence]) -> float:
        """How far the best cited passage lies behind the nearest passage of the whole plan: 0 is best, negative.

        e5 cosines are compressed (unrelated passages reach 0.85), so only the distance to the best one tells anything.
        """
        index = self.retriever.index
        keys = [e.passage_id or self.row_passages.get(e.row_id, "") for e in cited]
        held = [index.positions[k] for k in keys if k in index.positions]
        if not held:
            return 0.0 if cited else -1.0  # a place that is no passage has no vector: words alone decide
        likeness = index.vectors @ self.retriever.embedder.passages([sentence])[0]
        return float(likeness[held].max() - likeness.max())

    def names(self, text: str, haystack: str) -> list[str]:
        """Names (capitals inside a sentence, acronyms) that the evidence does not hold in any form."""
        known = self.expand(haystack)
        found = []
        for match in _NAME.finditer(text):
            inside = re.search(r"[a-z0-9,][ “\"(*-]*$", text[: match.start()])
            if (match[0].isupper() or inside) and not all(t in known or t in FRAME for t in terms(match[0])):
                found.append(f"“{match[0]}” tidak ada dalam bukti")
        return found[:3]

    def acronyms(self, text: str, haystack: str) -> list[str]:
        known = self.expand(haystack)
        return [f"“{m[0]}” tidak ada dalam bukti" for m in _NAME.finditer(text) if m[0].isupper() and stem(m[0].lower()) not in known][:3]

    def negated(self, text: str, cited: Sequence[Evidence]) -> list[str]:
        """A negation more or less than in the evidence sentence that says nearly the same."""
        reasons = []
        theirs = [(set(terms(s)), set(words(s)) & NEGATIONS) for e in cited if not e.row_id for s in pieces(vt.clean(e.quote))]
        for sentence in pieces(text):
            own, denies = set(terms(sentence)), set(words(sentence)) & NEGATIONS
            near = max(theirs, key=lambda pair: len(own & pair[0]), default=None)
            if near is None or len(own & near[0]) < max(3, 0.6 * len(own)):
                continue
            lost = near[1] and not denies and len(own) > 0.6 * len(near[0])
            added = denies and not near[1] and not any(pair[1] for pair in theirs)
            if lost or added:
                reasons.append(f"“{shorten(sentence)}” mengubah “tidak” dari bukti")
        return reasons


def abbreviations(index: PlanIndex) -> tuple[dict[str, frozenset[str]], dict[str, str]]:
    """(stem of the short form -> stems of the long one, folded long form -> stem of the short one)."""
    short: dict[str, frozenset[str]] = {}
    long: dict[str, str] = {}
    for item in index.abbreviations:
        keys = terms(item.short)
        if len(keys) == 1:
            short[keys[0]] = short.get(keys[0], frozenset()) | frozenset(terms(item.long))
            long[" ".join(words(item.long))] = keys[0]
    return short, long


def evidence_text(item: Evidence) -> str:
    return "\n".join(part for part in (item.section, item.table, item.row, item.quote) if part)


def figure_text(figure: Figure) -> str:
    parts = (
        figure.indicator, figure.program, figure.activity, figure.org_unit, figure.unit, figure.level, figure.measure, figure.raw,
        *figure.parents,
    )  # fmt: skip
    return " ".join(part for part in parts if part)


def pieces(text: str) -> list[str]:
    """The sentences, list items and table rows of a claim."""
    return [s.text for s in split_sentences(text) if re.search(r"[^\W\d_]{2}", s.text)]


def shorten(text: str, length: int = 80) -> str:
    return text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + " …"
