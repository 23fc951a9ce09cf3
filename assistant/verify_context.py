"""What one claim may rest on, gathered for the checks. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from assistant import verify_text as vt
from assistant.models import Claim, Evidence, Frozen
from ingest.models import Figure


class Violation(Frozen):
    """Why a claim may not be shown. `claim` is its index; `message` is Indonesian, fit for a model's second try."""

    kind: str
    claim: int
    message: str


@dataclass
class Context:
    """What one claim may rest on, and what was said before it."""

    index: int
    claim: Claim
    text: str
    cited: list[Evidence]
    stated: list[Figure]
    operands: dict[str, Figure]
    names: str
    question: str
    before: str
    rows: tuple[str, ...]
    out: list[Violation]
    listed: int = 0
    """list items of the claims right after it: what "Ada 7 ...:" counts"""

    def fail(self, kind: str, message: str) -> None:
        self.out.append(Violation(kind=kind, claim=self.index, message=message))


def gather(
    index: int, claim: Claim, evidence: Mapping[str, Evidence], figures: Mapping[str, Figure], question: str, before: str,
    rows: tuple[str, ...], out: list[Violation],
) -> Context:  # fmt: skip
    for key in claim.evidence:
        if key not in evidence:
            out.append(Violation(kind="unknown-evidence", claim=index, message=f"Bukti “{key}” tidak ada."))
    for key in (*claim.figures, *(o for d in claim.derived for o in d.operands)):
        if key not in figures:
            out.append(Violation(kind="unknown-figure", claim=index, message=f"Angka “{key}” tidak ada."))
    cited = [evidence[key] for key in claim.evidence if key in evidence]
    stated = [figures[key] for key in claim.figures if key in figures]
    operands = {key: figures[key] for d in claim.derived for key in d.operands if key in figures}
    names = "\n".join([*(_evidence_names(e) for e in cited), *(_figure_names(f) for f in (*stated, *operands.values()))])
    return Context(index, claim, vt.clean(claim.text), cited, stated, operands, names, question, before, rows, out)


def _evidence_names(item: Evidence) -> str:
    return "\n".join(part for part in (item.section, item.table, item.row, item.quote) if part)


def _figure_names(figure: Figure) -> str:
    parts = (
        figure.indicator, figure.table, figure.program, figure.activity, figure.activity_code, figure.code, figure.org_unit,
        figure.unit, figure.level, figure.raw, *figure.parents,
    )  # fmt: skip
    return "\n".join(part for part in parts if part)


def names_only(context: Context) -> str:
    parts = [part for e in context.cited for part in (e.section, e.table, e.row) if part]
    for f in (*context.stated, *context.operands.values()):
        parts += [p for p in (f.indicator, f.table, f.program, f.activity, f.activity_code, f.code, f.org_unit, f.level, *f.parents) if p]
    return "\n".join(parts)
