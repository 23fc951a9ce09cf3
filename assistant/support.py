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

from assistant.ground import Ground, evidence_text, figure_text, pieces, shorten
from assistant.models import Claim, Evidence
from assistant.retrieve import Retriever
from assistant.sense import DIRECTIONS, turned
from assistant.sense_numbers import altered
from assistant.sense_signs import strange
from assistant.sense_standing import misplaced
from assistant.verify_labels import coverage
from ingest.models import Figure
from ingest.store.index import PlanIndex
from ingest.terms import stem, terms, words

THRESHOLDS = Path(__file__).with_name("support.json")
FRAME_WORDS = {
    "target", "alokasi", "anggaran", "tahun", "rencana", "strategis", "renstra", "dokumen", "sebesar", "sebanyak", "yaitu", "berikut",
    "meliputi", "terdiri", "mencakup", "jumlah", "total", "naik", "turun", "meningkat", "menurun", "tetap", "menyebut", "menyatakan",
    "menetapkan", "disebutkan", "dinyatakan", "ditetapkan", "tercatat", "berjumlah", "menjadi", "selama", "periode", "nilai", "indikator",
    "kegiatan", "tersebut", "juga", "selisih", "rata-rata", "tertinggi", "terendah", "dibanding", "antara", "lain", "satu",
    "rupiah", "ribu", "juta", "miliar", "triliun", "masing-masing", "berturut-turut",
}  # fmt: skip
FRAME = frozenset(t for word in FRAME_WORDS for t in terms(word))
"""Words with which a writer frames what the evidence says: they assert nothing of their own."""
ENGLISH_FRAME_WORDS = {
    "target", "targets", "budget", "budgets", "budgeted", "allocation", "allocations", "allocated", "funding", "year", "years", "set", "plan",
    "strategic", "ministry", "indicator", "amount", "amounts", "total", "totals", "value", "figure", "planned", "according", "document",
    "states", "stated", "from", "to", "is", "was", "are", "were", "be", "will", "has", "have", "it", "its", "this", "that", "than", "by",
    "compared", "while", "respectively", "each", "period", "over", "during", "between", "and", "or", "the", "a", "an", "of", "for", "in", "on",
    "at", "with", "as", "which", "percent", "people", "persons", "documents", "activity", "program", "programme", "unit", "realisation",
    "realization", "realised", "realized", "baseline", "average", "sum", "difference", "percentage", "point", "points", "rupiah", "thousand",
    "million", "billion", "trillion", "then", "there", "until", "through", "per", "also",
}  # fmt: skip
"""As FRAME_WORDS in an English answer; words of direction and extremes are `sense`'s."""
_AMOUNT = re.compile(r"(?:rp)?\d")
NAMED = 0.34
"""The share of a row's label from which a statement counts as naming it."""
_NAME = re.compile(r"\b(?:[A-Z]{2,}[A-Z0-9/]*|[A-Z][a-z]{2,})\b")


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

    def check(
        self,
        claim: Claim,
        cited: Sequence[Evidence],
        figures: Sequence[Figure],
        language: str = "id",
        rows: Sequence[Figure] = (),
        before: str = "",
    ) -> list[str]:
        """Reasons (Indonesian) why the claim is not what its evidence says; empty when it is.

        `figures`: those that the claim states; `rows`: all of the rows it cites; `before`: the statement before it.
        """
        ground = Ground(claim, tuple(cited), tuple(figures), tuple(rows), language)
        reasons = [*strange(ground), *altered(ground, before), *misplaced(ground), *(() if ground.verbatim else turned(ground))]
        reasons += self.names(ground.text, ground.haystack) if language == "id" else self.acronyms(ground.text, ground.haystack)
        return reasons or self.unsupported(ground)

    def unsupported(self, ground: Ground) -> list[str]:
        """Sentences whose words are not those of the evidence. What rests on rows alone has no leave for other words."""
        known = self.expand(ground.haystack)
        rows_only = all(item.row_id for item in ground.cited)
        reasons = [*self.unnamed(ground)]
        for sentence in pieces(ground.text):
            lexical = self.lexical(sentence, known)
            if ground.language == "id" and lexical >= self.limits.alone:
                continue
            near = self.limits.dense if ground.language == "id" else self.limits.foreign
            foreign = self.beyond_frame(sentence, known) if rows_only and ground.language != "id" else ""
            if foreign:
                reasons.append(f"“{foreign}” tidak ada dalam bukti")
            elif ground.language == "id" and (rows_only or lexical < self.limits.lexical):
                reasons.append(f"“{shorten(sentence)}” tidak didukung bukti")
            elif len(terms(sentence)) > 2 and self.dense(sentence, ground.cited) < near:
                reasons.append(f"“{shorten(sentence)}” terlalu jauh dari bukti")
        return reasons

    def unnamed(self, ground: Ground) -> list[str]:
        """A figure whose row is not named, only asked for, may not be said of something else ("Target lembaga tahun 2027: 5")."""
        if ground.language != "id" or not ground.stated or any(coverage(f.indicator, ground.text) >= NAMED for f in ground.stated):
            return []
        own = self.expand("\n".join(figure_text(f) for f in ground.stated))
        rest = [t for t in terms(ground.text) if not _AMOUNT.match(t) and t not in FRAME and t not in own]
        label = self.expand("\n".join(f.indicator for f in ground.stated))
        other = [t for t in terms(ground.text) if not _AMOUNT.match(t) and t not in FRAME and t not in label]
        named = any(f.activity and coverage(f.activity, ground.text) >= NAMED for f in ground.stated)
        return [f"sebut nama barisnya: “{shorten(ground.stated[0].indicator)}”"] if rest or (other and not named) else []

    def beyond_frame(self, sentence: str, known: frozenset[str]) -> str:
        """The first word of an English sentence that neither its row holds nor frames it; "" when there is none."""
        rest = (w for w in words(sentence) if not _AMOUNT.match(w) and w not in ENGLISH_FRAME_WORDS and stem(w) not in known)
        return next((w for w in rest if not any(pattern.fullmatch(w) for pattern in DIRECTIONS)), "")

    def closeness(self, sentence: str, cited: Sequence[Evidence]) -> Closeness:
        """Both measures at once, for calibration."""
        known = self.expand("\n".join(evidence_text(e) for e in cited))
        return Closeness(self.lexical(sentence, known), self.dense(sentence, cited))

    @lru_cache(maxsize=1024)  # noqa: B019 - one lives as long as its assistant
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
        own = [t for t in terms(sentence) if not _AMOUNT.match(t) and t not in FRAME]
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
