"""From a model's statements to a verified answer. Nothing leaves here that `verify` and the support test did not pass."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence

from assistant import verify_text as vt
from assistant.asking import ENGLISH, INDONESIAN
from assistant.casefile import CaseFile
from assistant.drafts import DraftClaim
from assistant.ground import evidence_text
from assistant.models import Answer, Claim, Evidence, Question
from assistant.render import render
from assistant.sentences import split_sentences
from assistant.support import Support
from assistant.verify import verify
from assistant.verify_labels import MEASURES, tokens
from ingest.models import Figure
from ingest.terms import terms, words

LONG_QUOTE = 500
"""Quotes longer than this are narrowed to the sentences that a claim rests on."""
ENGLISH_ONLY = (ENGLISH - INDONESIAN) | {"this", "that", "will", "was", "has", "from", "with", "as"}
INDONESIAN_ONLY = (INDONESIAN - ENGLISH) | {"pada", "dengan", "oleh", "serta", "melalui", "sebesar"}
WINDOW = 2
_LETTER = re.compile(r"[^\W\d_]")


class Rejected(Exception):
    """A statement that may not be shown; `reasons` go back to the model."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = tuple(reasons)


class Session:
    """One answer in the making: claims accepted so far, and everything that was refused."""

    def __init__(self, question: Question, case: CaseFile, support: Support, on_part: Callable[[str], None]) -> None:
        self.question = question
        self.case = case
        self.support = support
        self.on_part = on_part
        self.accepted: list[Claim] = []
        self.refused: list[str] = []
        self.taken = 0
        self.attribute = False
        """whether a statement without ids gets the evidence that fits it"""
        self.seconds = 0.0
        """spent on checking"""
        self._shown: set[str] = set()

    def restart(self) -> None:
        """A new attempt: what was accepted has to come again."""
        self.accepted, self.taken = [], 0

    def offer(self, drafts: Sequence[DraftClaim]) -> None:
        """Take the statements beyond those already taken; Rejected at the first that fails."""
        began = time.perf_counter()
        try:
            for draft in drafts[self.taken :]:
                self.taken += 1
                self.accept(draft)
        finally:
            self.seconds += time.perf_counter() - began

    def accept(self, draft: DraftClaim) -> None:
        ids = draft.evidence or (self.best_evidence(draft.text) if self.attribute else ())
        claim = self.case.claim(draft.text, ids, draft.computed)
        reasons = self.faults(claim)
        if reasons:
            self.refused += reasons
            raise Rejected(reasons)
        self.accepted.append(claim)
        if claim.text not in self._shown:
            self._shown.add(claim.text)
            self.on_part(claim.text)

    def best_evidence(self, text: str) -> tuple[str, ...]:
        """The shown evidence that holds a statement's words: small models forget the marks. It is verified like any other."""
        held = {short: self.support.expand(evidence_text(self.case.items[key])) for short, key in self.case.ids.items()}
        scored = [(self.support.lexical(text, words_), short) for short, words_ in held.items()]
        best = max(scored, key=lambda pair: pair[0], default=(0.0, ""))  # of equals the first: what the deterministic answer rests on
        return (best[1],) if best[0] >= self.support.limits.alone else ()

    def faults(self, claim: Claim) -> list[str]:
        window = [*self.accepted[-WINDOW:], claim]
        asked = f"{self.question.text}\n{self.question.standalone}"
        last = len(window) - 1
        found = verify(window, self.case.items, self.case.book.figures, self.source_text, asked, first=last)
        reasons = [v.message for v in found if v.claim == last]
        if reasons:
            return reasons
        if not claim.evidence:
            return ["Pernyataan tanpa bukti."]
        cited = [self.case.items[key] for key in claim.evidence]
        if bare(claim.text) in {bare(c.text) for c in self.accepted}:
            return ["Pernyataan yang sama diulang."]
        if self.only_names(claim, cited):
            return ["Pernyataan hanya mengulang judul; sebut isinya."]
        if wrong_language(claim.text, self.question.language, " ".join(e.quote for e in cited)):
            return [f"Bahasa jawaban harus {'Inggris' if self.question.language == 'en' else 'Indonesia'}."]
        rows = [f for item in cited for f in self.case.row_figures(item)]
        before = self.accepted[-1].text if self.accepted else ""
        stated = [self.case.book.figures[f] for f in claim.figures]
        if self.answers_otherwise(claim, stated):
            return [f"Sebut ukurannya: {stated[0].measure}."]
        return self.support.check(claim, cited, stated, self.question.language, rows, before)

    def answers_otherwise(self, claim: Claim, stated: Sequence[Figure]) -> bool:
        """Whether a bare number ("Sebanyak 9,24.") is of another measure than the one asked for."""
        asked, said = tokens(self.question.text), tokens(claim.text)
        own = {i for i, family in enumerate(MEASURES) for f in stated if f.measure in family}
        named = {i for i, family in enumerate(MEASURES) if family & {*said}} or {
            i for i, family in enumerate(MEASURES) if family & {*asked}
        }
        return bool(own and named) and not own & named

    def only_names(self, claim: Claim, cited: Sequence[Evidence]) -> bool:
        """Whether the text says where something stands and nothing of what stands there."""
        own = set(terms(vt.clean(claim.text)))
        places = set(terms(" ".join(part for e in cited for part in (e.section, e.table) if part)))
        quotes = set(terms(" ".join(e.quote for e in cited)))
        return not claim.figures and own <= places and len(own & quotes) < 0.5 * len(own)

    def misses_the_point(self, offline: Answer) -> bool:
        """Whether none of the asked figures, which the deterministic answer states, is stated."""
        asked = {f.figure_id for f in offline.figures if not self.question.years or f.year in self.question.years}
        return offline.mode == "lookup" and bool(asked) and not asked & {f for c in self.accepted for f in c.figures}

    def finish(self, offline: Answer) -> None:
        """The last gate over the whole answer, which has to be about what `offline` is about."""
        began = time.perf_counter()
        try:
            if not self.accepted:
                raise Rejected(["Tidak ada pernyataan yang diserahkan."])
            if self.misses_the_point(offline):
                raise Rejected(["Angka yang ditanyakan tidak disebut."])
            found = verify(self.accepted, self.case.items, self.case.book.figures, self.source_text, self.question.text)
            if found:
                reasons = [v.message for v in found]
                self.refused += reasons
                raise Rejected(reasons)
            self.accepted = self.narrowed()
        finally:
            self.seconds += time.perf_counter() - began

    def source_text(self, doc: str, first: int, last: int) -> str:
        return "\n".join(self.case.index.lines(doc, first, last)) if doc in self.case.index.by_doc else ""

    # smaller quotes ----------------------------------------------------------------------------------------------------

    def narrowed(self) -> list[Claim]:
        """The claims on the sentences of long quotes that they rest on, wherever they still pass on those alone."""
        smaller: list[Claim] = []
        for claim in self.accepted:
            evidence = tuple(self.narrow(claim, self.case.items[key]) for key in claim.evidence)
            candidate = claim.model_copy(update={"evidence": tuple(dict.fromkeys(evidence))})
            smaller.append(candidate if candidate == claim or not self.faults(candidate) else claim)
        found = verify(smaller, self.case.items, self.case.book.figures, self.source_text, self.question.text)
        return self.accepted if found else smaller

    def narrow(self, claim: Claim, item: Evidence) -> str:
        passage = self.case.index.passages.get(item.passage_id)
        if passage is None or item.row_id or len(item.quote) <= LONG_QUOTE or passage.text != item.quote:
            return item.id
        sentences = split_sentences(passage.text)
        own = set(terms(claim.text))
        shared = [len(own & set(terms(s.text))) for s in sentences]
        near = [i for i, n in enumerate(shared) if n >= max(2, 0.6 * max(shared))]
        if not near or len(sentences) < 2:
            return item.id
        return self.case.evidence.of_stretch(passage, sentences[near[0]].start, sentences[near[-1]].end)


def bare(text: str) -> str:
    """The words alone: without numbering, marks and case."""
    return " ".join(words(vt.clean(text))).lstrip("-0123456789 ")


def wrong_language(text: str, language: str, evidence: str) -> bool:
    """Whether the text is not in the asked language; too little of it decides nothing. Foreign script always is wrong."""
    letters = _LETTER.findall(text)
    foreign = [c for c in letters if ord(c) > 0x24F and c not in evidence]
    if len(foreign) > 0.1 * len(letters):
        return True
    own = words(text)
    english = sum(w in ENGLISH_ONLY for w in own)
    indonesian = sum(w in INDONESIAN_ONLY for w in own)
    if english + indonesian < 3:
        return False
    return english > 2 * indonesian if language == "id" else indonesian > 2 * english


def make_answer(session: Session, offline: Answer) -> Answer:
    """The model's verified claims with citations made by code; what the deterministic answer warned of stays."""
    text, citations, figures = render(session.accepted, session.case.items, session.case.book.figures)
    notes = [d.message for f in figures for d in session.case.book.discrepancies.get(f.figure_id, ()) if d.severity <= 3]
    return offline.model_copy(
        update={
            "answer": text, "mode": "model", "status": "answered" if offline.abstained else offline.status, "abstained": False,
            "citations": citations, "figures": figures, "warnings": tuple(dict.fromkeys([*offline.warnings, *notes])), "options": (),
        }
    )  # fmt: skip
