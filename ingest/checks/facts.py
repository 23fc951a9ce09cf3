"""What every check works on: the figures by row, measure and year, with helpers to name places and to compare labels."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from rapidfuzz import fuzz

from ingest.models import Discrepancy, Document, Figure, Place, Row, Table, stable_id
from ingest.numerals import format_number, format_rupiah

RUPIAH_TOLERANCE = Decimal(1000)
"""Rupiah per addend: amounts are planned in thousands, so sums may differ by their rounding."""
SLIP_LENGTH = 7
SLIP_RATIO = 78
"""Words at least this long and this alike (0-100) are one word read or written differently."""
_GENERIC = {
    "layanan", "pelayanan", "jumlah", "nilai", "indeks", "tingkat", "persentase", "di", "oleh", "dan", "pada", "dari", "yang", "untuk",
    "bagi", "dalam", "terhadap", "atas", "ke", "atau", "dengan", "kegiatan", "program", "lingkungan", "rangka", "melalui", "serta",
    "proporsi",
}  # fmt: skip
"""Words that do not tell one output from another."""


def amount(figure: Figure) -> Decimal:
    """The value in the plain unit."""
    return (figure.value or Decimal(0)) * figure.scale


def shown(figure: Figure, value: Decimal | None = None) -> str:
    number = amount(figure) if value is None else value
    return format_rupiah(number) if figure.unit == "rupiah" else format_number(number)


def measure_title(figure: Figure) -> str:
    """The measure as a sentence begins with it: "alokasi apbn" -> "Alokasi APBN"."""
    return figure.measure.capitalize().replace("apbn", "APBN").replace("Apbn", "APBN")


def is_money(figure: Figure) -> bool:
    return figure.unit == "rupiah"


def half_unit(values: Iterable[Decimal]) -> Decimal:
    """Half of the last printed digit: what rounding may take from each value."""
    places = [-int(v.as_tuple().exponent) for v in values]
    return Decimal(5).scaleb(-max(places, default=0) - 1)


def lines_of(lines: Iterable[int]) -> str:
    unique = sorted(set(lines))
    return f"baris {', '.join(map(str, unique[:6]))}" + (" ..." if len(unique) > 6 else "")


def brief(label: str, length: int = 90) -> str:
    """A label as a sentence can carry it: cut behind a whole word where it is long."""
    if len(label) <= length:
        return label
    return label[:length].rsplit(" ", 1)[0].rstrip(" ,;:") + " ..."


def place(figure: Figure) -> Place:
    return Place(line=figure.line, table=figure.table, label=figure.indicator, raw=figure.raw, value=figure.value, figure_id=figure.id)


@dataclass(frozen=True)
class Facts:
    document: Document
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]

    @property
    def doc(self) -> str:
        return self.document.source.meta.doc

    @cached_property
    def by_row(self) -> dict[str, list[Figure]]:
        found: dict[str, list[Figure]] = defaultdict(list)
        for figure in self.figures:
            found[figure.row_id].append(figure)
        return found

    def figure(self, row: Row, measure: str, year: int | None) -> Figure | None:
        return next((f for f in self.by_row.get(row.id, ()) if f.measure == measure and f.year == year), None)

    def money(self, row: Row) -> list[Figure]:
        return [f for f in self.by_row.get(row.id, ()) if is_money(f) and f.value is not None]

    def short(self, table: Table) -> str:
        """The table as a sentence names it: its number, with the line where several tables have that number or it has none."""
        if table.number and sum(t.number == table.number for t in self.tables) == 1:
            return table.number
        return f"{table.number or brief(table.title, 60) or 'Tabel'} (baris {table.span.line_start})"

    def discrepancy(
        self, kind: str, severity: int, message: str, places: Iterable[Place], figures: Iterable[Figure] = (), year: int | None = None
    ) -> Discrepancy:
        spots, ids = tuple(places), tuple(dict.fromkeys(f.id for f in figures))
        key = [f"{p.line}:{p.label}:{p.raw}" for p in spots]
        return Discrepancy(
            id=stable_id("d", self.doc, kind, year, message if not key else "", *key),
            doc=self.doc, kind=kind, severity=severity, message=message, places=spots, figure_ids=ids, year=year,
        )  # fmt: skip

    def gap_after(self, table: Table) -> bool:
        """Whether an unreadable page follows the table directly: its last group may be incomplete."""
        after = next((b for b in self.document.blocks if b.span.line_start > table.span.line_end), None)
        return after is not None and after.kind == "gap"

    def gap_before(self, table: Table) -> bool:
        before = [b for b in self.document.blocks if b.span.line_end < table.span.line_start]
        return bool(before) and before[-1].kind == "gap"

    @cached_property
    def abbreviations(self) -> dict[str, tuple[str, ...]]:
        """Capital abbreviations -> the words that most often have these initials in the document ("pmi" -> pekerja migran ...)."""
        text = self.document.source.text
        wanted = set(re.findall(r"\b[A-Z]{2,5}\b", text))
        runs = re.findall(r"\b[A-Z][a-z]+(?: (?:[A-Z][a-z]+))*", text)
        counts: Counter[tuple[str, ...]] = Counter()
        for run in runs:
            words = run.split()
            for size in range(2, 6):
                for start in range(len(words) - size + 1):
                    piece = words[start : start + size]
                    if "".join(w[0] for w in piece) in wanted:
                        counts[tuple(w.lower() for w in piece)] += 1
        best: dict[str, tuple[str, ...]] = {}
        for words_, count in counts.most_common():
            initials = "".join(w[0] for w in words_)
            if count >= 2:
                best.setdefault(initials, words_)
        return best

    def content(self, label: str) -> frozenset[str]:
        """The words of a label that tell it from others: abbreviations spelled out, parentheses and generic words dropped."""
        return self._content(label)

    @cached_property
    def _memo(self) -> dict[str, frozenset[str]]:
        return {}

    def _content(self, label: str) -> frozenset[str]:
        if label not in self._memo:
            plain = re.sub(r"\([^)]*\)", " ", label)
            words: list[str] = []
            for word in re.findall(r"[A-Za-z0-9]+", plain or label):
                spelled = self.abbreviations.get(word.lower()) if word.isupper() else None
                words += spelled or (word.lower(),)
            self._memo[label] = frozenset(stem(w) for w in words if w not in _GENERIC)
        return self._memo[label]


def stem(word: str) -> str:
    """The word without the enclitics that vary between two printings of a label."""
    return re.sub(r"(?<=\w{4})(?:nya|lah)$", "", word)


def likeness(first: frozenset[str], second: frozenset[str]) -> float:
    """Shared words over all words, 0 to 1; words that differ by a reading slip count as shared."""
    if not first or not second:
        return 0.0
    shared = len(first & second)
    rest = sorted(second - first)
    for word in sorted(first - second):
        slip = next((w for w in rest if min(len(w), len(word)) >= SLIP_LENGTH and fuzz.ratio(w, word) >= SLIP_RATIO), None)
        if slip:
            rest.remove(slip)
            shared += 1
    return shared / (len(first) + len(second) - shared)
