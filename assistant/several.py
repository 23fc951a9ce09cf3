"""Several questions in one text: their drafts put together, each under its question."""

from __future__ import annotations

from collections.abc import Sequence

from assistant.draft_models import Draft
from assistant.evidence import EvidenceBook
from assistant.models import Claim, Status
from assistant.render import MAX_CITATIONS


def one_by_one(questions: Sequence[str], drafts: Sequence[Draft], evidence: EvidenceBook) -> Draft:
    """One draft of several, no more evidence in it than an answer lists. `evidence`: the book to fill."""
    claims: list[Claim] = []
    for left, (question, draft) in zip(range(len(drafts) - 1, -1, -1), zip(questions, drafts, strict=True), strict=True):
        claims.append(Claim(text=f"**{question[:1].upper()}{question[1:]}?**", plain=True))
        for position, claim in enumerate(draft.claims):
            room = MAX_CITATIONS - left - len({*evidence.items, *claim.evidence})
            if position and room < 0:
                break
            claims.append(claim)
            evidence.items.update({key: draft.evidence.items[key] for key in claim.evidence})
    return Draft(
        claims,
        evidence,
        status=status([draft.status for draft in drafts]),
        mode="lookup" if all(draft.mode == "lookup" for draft in drafts) else "extractive",
        options=tuple(option for draft in drafts for option in draft.options),
        warnings=tuple(dict.fromkeys(w for draft in drafts for w in draft.warnings)),
        rows=tuple(row for draft in drafts for row in draft.rows),
        notes=("dijawab satu per satu",),
        evidence_score=min((d.evidence_score for d in drafts if d.evidence_score is not None), default=None),
        passages=[passage for draft in drafts for passage in draft.passages],
    )


def status(parts: Sequence[Status]) -> Status:
    """Answered only when every part is."""
    if "conflict" in parts:
        return "conflict"
    return "answered" if set(parts) == {"answered"} else "partial"
