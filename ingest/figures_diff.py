"""Two editions of a plan: which figures are the same, which differ, and why. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Literal

from pydantic import Field
from rapidfuzz import fuzz

from ingest.models import Figure, Frozen

ALIKE = 80.0
"""Row names that share this much (0..100) are one name, written otherwise."""
Kind = Literal["value", "unit", "row", "table", "only-a", "only-b"]


class FigureDifference(Frozen):
    kind: Kind = Field(description="value: another number; unit; row: other row name; table: other table; only-a, only-b: no counterpart")
    a: Figure | None = None
    b: Figure | None = None
    reason: str = Field(description="one Indonesian sentence")


class FiguresDiff(Frozen):
    equal: int = Field(description="pairs with the same row, measure, year, value and unit")
    count_a: int
    count_b: int
    differences: tuple[FigureDifference, ...] = ()

    @property
    def share(self) -> float:
        """Share (0..1) of all figures of both editions that are equal; 1 where there are none."""
        total = self.equal + len(self.differences)
        return self.equal / total if total else 1.0

    def text(self, limit: int = 200) -> str:
        """For a terminal, Indonesian: the count first, then each difference with its reason."""
        share = f"{100 * self.share:.2f}".replace(".", ",")
        lines = [f"{self.equal} angka sama, {len(self.differences)} berbeda ({share} % sama; A {self.count_a}, B {self.count_b})."]
        for difference in self.differences[:limit]:
            figure = difference.a or difference.b
            assert figure is not None
            year = f" {figure.year}" if figure.year else ""
            lines.append(f"- {figure.table} › {figure.indicator} › {figure.measure}{year}: {difference.reason}")
        if len(self.differences) > limit:
            lines.append(f"... dan {len(self.differences) - limit} perbedaan lain.")
        return "\n".join(lines)


def diff_figures(a: Sequence[Figure], b: Sequence[Figure]) -> FiguresDiff:
    """Pairs by table, activity, level, indicator, measure and year; what is left by weaker keys, with the reason."""
    pairs, left_a, left_b = pair_up(a, b, full_key)
    moved, left_a, left_b = pair_up(left_a, left_b, lambda f: (*full_key(f)[1:], worth(f)))
    renamed, left_a, left_b = pair_renamed(left_a, left_b)
    found: list[FigureDifference] = []
    equal = 0
    for x, y in pairs:
        difference = compare(x, y)
        if difference is None:
            equal += 1
        else:
            found.append(difference)
    found += [FigureDifference(kind="table", a=x, b=y, reason=f"sama, tetapi di B berada dalam tabel {y.table!r}") for x, y in moved]
    found += [FigureDifference(kind="row", a=x, b=y, reason=f"sama, tetapi barisnya di B bernama {y.indicator!r}") for x, y in renamed]
    found += [FigureDifference(kind="only-a", a=x, reason=f"{x.raw} hanya ada di A (baris {x.line})") for x in left_a]
    found += [FigureDifference(kind="only-b", b=y, reason=f"{y.raw} hanya ada di B (baris {y.line})") for y in left_b]
    return FiguresDiff(equal=equal, count_a=len(a), count_b=len(b), differences=tuple(found))


def squeeze(text: str) -> str:
    """Letters and digits alone: spaces, hyphens and case are the typesetter's."""
    return "".join(c for c in text.casefold() if c.isalnum())


def full_key(figure: Figure) -> tuple[Hashable, ...]:
    activity = figure.activity_code or squeeze(figure.activity)
    return (squeeze(figure.table), activity, squeeze(figure.level), squeeze(figure.indicator), squeeze(figure.measure), figure.year)


def worth(figure: Figure) -> Hashable:
    """What the figure says: its number in plain units, or its word."""
    return figure.value * figure.scale if figure.value is not None else squeeze(figure.raw)


Pairs = list[tuple[Figure, Figure]]


def pair_up(a: Sequence[Figure], b: Sequence[Figure], key: Callable[[Figure], Hashable]) -> tuple[Pairs, list[Figure], list[Figure]]:
    """Figures with the same key paired, equal ones first, the others in order; and what is left on either side."""
    waiting: dict[Hashable, list[Figure]] = defaultdict(list)
    for figure in b:
        waiting[key(figure)].append(figure)
    partner: dict[int, Figure] = {}
    for alike in (True, False):
        for i, figure in enumerate(a):
            others = waiting.get(key(figure), [])
            match = next((other for other in others if not alike or worth(other) == worth(figure)), None)
            if i not in partner and match is not None:
                others.remove(match)
                partner[i] = match
    pairs = [(figure, partner[i]) for i, figure in enumerate(a) if i in partner]
    return pairs, [figure for i, figure in enumerate(a) if i not in partner], [f for others in waiting.values() for f in others]


def pair_renamed(a: Sequence[Figure], b: Sequence[Figure]) -> tuple[Pairs, list[Figure], list[Figure]]:
    """The same number of the same measure and year under a row name that is nearly the same."""
    left_b = list(b)
    pairs: Pairs = []
    left_a: list[Figure] = []
    for figure in a:
        same = [y for y in left_b if (y.measure, y.year, worth(y)) == (figure.measure, figure.year, worth(figure))]
        best = max(same, key=lambda y: fuzz.ratio(squeeze(figure.indicator), squeeze(y.indicator)), default=None)
        if best is not None and fuzz.ratio(squeeze(figure.indicator), squeeze(best.indicator)) >= ALIKE:
            left_b.remove(best)
            pairs.append((figure, best))
        else:
            left_a.append(figure)
    return pairs, left_a, left_b


def compare(a: Figure, b: Figure) -> FigureDifference | None:
    """Of two figures of one row, measure and year: what differs, or None."""
    if worth(a) != worth(b):
        scale = f" (satuan dasar {a.scale} / {b.scale})" if a.scale != b.scale else ""
        return FigureDifference(kind="value", a=a, b=b, reason=f"nilai berbeda: {a.raw} / {b.raw}{scale}")
    if squeeze(a.unit) != squeeze(b.unit):
        return FigureDifference(
            kind="unit", a=a, b=b, reason=f"satuan berbeda: {a.unit or '(tanpa satuan)'} / {b.unit or '(tanpa satuan)'}"
        )
    return None
