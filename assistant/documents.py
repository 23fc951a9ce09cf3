"""Which document a question goes to: the one it names, or the plan in force; and how its answer says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.models import Answer, Turn
from ingest.models import DocumentMeta
from ingest.terms import fold

PLAN_OF_PERIOD = re.compile(r"\b(?:renstra|rencana strategis)\b[^?.]{0,60}?((?:19|20)\d\d)\s*-\s*((?:19|20)\d\d)")
REGULATION = re.compile(r"\bnomor\s+(\d{1,4})\s+tahun\s+((?:19|20)\d\d)\b")
SHORTEST_NAME = 3


def named_documents(text: str, metas: Sequence[DocumentMeta]) -> list[str]:
    """The documents that a text names, by the plan's period or number before its agency's names; those in force before others."""
    low = fold(text)
    periods = {(int(a), int(b)) for a, b in PLAN_OF_PERIOD.findall(low)}
    numbers = set(REGULATION.findall(low))
    by_agency = [m for m in metas if any(names(low, name) for name in agency_names(m))]
    exact = [m for m in metas if (m.period_start, m.period_end) in periods or numbers.intersection(REGULATION.findall(fold(m.number)))]
    if both := [m for m in exact if m in by_agency]:
        return [m.doc for m in both]
    if by_agency:
        return [m.doc for m in by_agency if m.in_force] or [m.doc for m in by_agency]
    return [m.doc for m in exact] if len(exact) < len(metas) else []


def agency_names(meta: DocumentMeta) -> list[str]:
    return [name for name in (*meta.aliases, meta.issuer, meta.index_label, meta.title) if len(name) >= SHORTEST_NAME]


def names(low: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w]){re.escape(fold(name))}(?![\w])", low))


def candidates(question: str, history: Sequence[Turn], goes_on: bool, metas: Sequence[DocumentMeta]) -> list[str]:
    """Documents that may answer: the named ones, those named before in a conversation that `goes_on`, else the plans in force."""
    said = [question, *(turn.content for turn in reversed(history) if turn.role == "user")]
    for text in said if goes_on else said[:1]:
        if found := named_documents(text, metas):
            return found
    return [m.doc for m in metas if m.in_force] or [m.doc for m in metas]


def label(meta: DocumentMeta) -> str:
    return meta.index_label or meta.title


def name_document(answer: Answer, meta: DocumentMeta, others: Sequence[DocumentMeta]) -> Answer:
    """The answer of one of several documents: its citations begin with the document, a refusal says what else could be asked."""
    citations = [c.model_copy(update={"section": " › ".join(filter(None, (label(meta), c.section)))}) for c in answer.citations]
    warnings = list(answer.warnings)
    if answer.abstained and others:
        known = "; ".join(label(other) for other in others)
        warnings.append(f"Dicari dalam {label(meta)}. Dokumen lain: {known}. Sebut namanya untuk bertanya tentangnya.")
    return answer.model_copy(update={"citations": citations, "warnings": warnings})
