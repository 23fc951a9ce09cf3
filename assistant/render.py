"""Verified claims -> Answer: code numbers the citations and writes the [n] marks."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.models import Citation, Claim, Evidence, FigureRef
from ingest.models import Figure

MAX_CITATIONS = 6
"""Evidence beyond this is merged into the claims it supports but not listed: an answer must stay readable."""

Rendered = tuple[str, tuple[Citation, ...], tuple[FigureRef, ...]]


def pieces(text: str) -> list[str]:
    """An answer's Markdown cut at its blank lines; joined again they are the text."""
    return re.findall(r"(?s).+?(?:\n\n|$)", text)


def render(claims: Sequence[Claim], evidence: Mapping[str, Evidence], figures: Mapping[str, Figure]) -> Rendered:
    numbers: dict[str, int] = {}
    for claim in claims:
        for key in claim.evidence:
            if key not in numbers:
                numbers[key] = len(numbers) + 1
    text = join(claims, numbers)
    citations = tuple(citation(number, evidence[key]) for key, number in numbers.items())
    refs: dict[str, FigureRef] = {}
    for claim in claims:
        for key in claim.figures:
            figure = figures.get(key)
            if figure is None:
                continue  # a number read from prose: its place is the citation
            own = next((e for e in claim.evidence if evidence[e].row_id == figure.row_id), claim.evidence[0] if claim.evidence else "")
            refs.setdefault(
                key,
                FigureRef(
                    figure_id=key, indicator=figure.indicator, measure=figure.measure, year=figure.year, raw=figure.raw, value=figure.value,
                    unit=figure.unit, citation=numbers.get(own, 0),
                ),
            )  # fmt: skip
    return text, citations, tuple(refs.values())


def join(claims: Sequence[Claim], numbers: Mapping[str, int]) -> str:
    """Claims as Markdown. Marks stand at the end of a claim; a run of list items with one source is marked once."""
    out: list[str] = []
    for position, claim in enumerate(claims):
        marks = " ".join(f"[{numbers[key]}]" for key in claim.evidence)
        following = claims[position + 1] if position + 1 < len(claims) else None
        repeated = following is not None and following.evidence == claim.evidence and is_item(claim) and is_item(following)
        text = claim.text if repeated or not marks else marked(claim.text, marks)
        glue = "\n" if out and is_item(claim) and (is_item(claims[position - 1])) else "\n\n"
        if out and not is_block(claim) and not is_block(claims[position - 1]):
            glue = " "
        out.append((glue if out else "") + text)
    return "".join(out)


def is_item(claim: Claim) -> bool:
    head = claim.text.lstrip()[:4]
    return head.startswith(("- ", "• ")) or (
        len(head) > 1 and head.split(" ")[0].rstrip(".)").isalnum() and head.split(" ")[0][-1:] in ".)" and len(head.split(" ")[0]) <= 4
    )


def is_block(claim: Claim) -> bool:
    return is_item(claim) or claim.text.startswith("|") or claim.text.startswith("**") or "\n" in claim.text


def marked(text: str, marks: str) -> str:
    if text.startswith("|"):
        return f"{text}\n\n{marks}"
    if "\n" in text:
        first, rest = text.split("\n", 1)
        return f"{first} {marks}\n{rest}"
    return f"{text} {marks}"


def citation(number: int, item: Evidence) -> Citation:
    return Citation(
        n=number,
        doc=item.doc,
        section=item.section,
        table=item.table,
        row=item.row,
        page=item.page,
        box=item.box,
        lines=item.lines,
        quote=item.quote,
    )
