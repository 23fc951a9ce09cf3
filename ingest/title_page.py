"""What a document without a .toml says of itself: title, number, issuer and period from its title page, names from its text."""

from __future__ import annotations

import json
import re
from collections import Counter

from ingest.corpus import PERIOD
from ingest.glossary import mine_abbreviations
from ingest.line_kinds import strip_markup
from ingest.models import Document, DocumentMeta, Line
from ingest.read_text import ILLEGIBLE

TITLE_LINES = 60
"""The title page is among the first lines that hold text."""
REGULATION = re.compile(
    r"\b(?P<kind>(?:PERATURAN|KEPUTUSAN)\s.{3,200}?)\s+NOMOR\s+(?P<number>\S{1,30})\s+TAHUN\s+(?P<year>(?:19|20)\d\d)\s+TENTANG\s+(?P<title>.+?)"
    r"(?=\s+(?:DENGAN RAHMAT|BAB I\b|KATA PENGANTAR|DAFTAR ISI|MENIMBANG)|$)"
)
PLAN = re.compile(r"\bRENCANA\s+STRATEGIS\s+(?P<issuer>.{3,200}?)(?=,?\s+(?:(?:UNTUK\s+)?(?:TAHUN|PERIODE)\b|(?:19|20)\d\d)|$)")
REPUBLIC = re.compile(r"\s+REPUBLIK INDONESIA$")
SHORT_NAME = re.compile(
    r"\byang selanjutnya (?:disebut|disingkat)\s+(?:dengan\s+)?(?:Renstra\s+)?([A-Z][A-Za-z0-9]*[A-Z0-9][A-Za-z0-9/-]*)"
)
SMALL_WORDS = frozenset({"dan", "atau", "di", "ke", "dari", "untuk", "pada", "dalam", "tentang", "yang", "serta"})


def describe(document: Document) -> DocumentMeta:
    """The document's metadata with what its own text adds to that of its file name."""
    meta = document.source.meta
    page = title_page(document.source.lines)
    found = REGULATION.search(page)
    title = found["title"] if found else next((m[0] for line in page.split("\n") if (m := PLAN.search(line))), "")
    title = " ".join(title.split())
    plan = PLAN.search(title)
    issuer = in_title_case(REPUBLIC.sub("", plan["issuer"])) if plan else ""
    period = PERIOD.search(title) or usual_period(document.source.text)
    start, end = (int(period[1]), int(period[2])) if period else (meta.period_start, meta.period_end)
    aliases = short_names(document, issuer)
    label = f"Renstra {aliases[0] if aliases else issuer} {start}-{end}" if plan and start else ""
    unread = sum(1 for line in document.source.lines if ILLEGIBLE in line.text)
    return meta.model_copy(
        update={
            "title": in_title_case(title) or meta.title,
            "number": in_title_case(f"{REPUBLIC.sub('', found['kind'])} NOMOR {found['number']} TAHUN {found['year']}") if found else "",
            "year": int(found["year"]) if found else None,
            "period_start": start,
            "period_end": end,
            "issuer": issuer,
            "aliases": aliases,
            "index_label": label,
            "known_gaps": (f"{unread} halaman tidak terbaca ({ILLEGIBLE}).",) if unread else (),
        }
    )


def title_page(lines: tuple[Line, ...]) -> str:
    """The first lines in capitals, each run of them on one line."""
    filled = [strip_markup(line.text) for line in lines if line.text.strip()][:TITLE_LINES]
    out: list[str] = []
    shouted = False
    for text in filled:
        if text == text.upper() and any(c.isalpha() for c in text):
            # a line that ends in "/" goes on without a space
            out.append(("" if shouted and out[-1].endswith("/") else " " if shouted else "\n") + text)
            shouted = True
        else:
            shouted = False
    return re.sub(r"[ \t]+", " ", "".join(out)).strip()


def usual_period(text: str) -> re.Match[str] | None:
    """The five-year period that is named most often; None where none is."""
    found = [m for m in PERIOD.finditer(text) if int(m[2]) - int(m[1]) == 4]
    counts = Counter(m[0] for m in found)
    return max(found, key=lambda m: counts[m[0]], default=None)


def short_names(document: Document, issuer: str) -> tuple[str, ...]:
    """Abbreviations that the text gives for the issuer or, of "A/B", for either; then the issuer's full names."""
    full = [part.strip() for part in issuer.split("/") if part.strip()]
    known = {name.casefold() for name in (issuer, *full)}
    shorts = [a.short for a in mine_abbreviations(document) if a.long.casefold() in known]
    shorts += SHORT_NAME.findall(document.source.text)[:1] if issuer else []
    return tuple(dict.fromkeys([*shorts, *full]))


def in_title_case(text: str) -> str:
    """Capitals as a title: "BALAI ARSIP DAN NASKAH" -> "Balai Arsip dan Naskah"; anything else stays as it is."""
    if text != text.upper():
        return text
    words = re.split(r"([\s/-]+)", text.lower())
    return "".join(word if word in SMALL_WORDS else word[:1].upper() + word[1:] for word in words)


def as_toml(meta: DocumentMeta) -> str:
    """The metadata as a .toml for a person to go over."""
    values = meta.model_dump(exclude={"doc", "everyday", "sample_questions", "sample_lookups"}, exclude_none=True)
    lines = ["# Dibuat dari halaman judul dokumen; periksa dan perbaiki bila perlu."]
    lines += [
        f"{name} = {json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)}" for name, value in values.items()
    ]
    return "\n".join(lines) + "\n"
