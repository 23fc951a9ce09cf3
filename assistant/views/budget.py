"""The budget by activity, unit and programme, each allocation counted once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from assistant.rows import ACTIVITY_LEVEL
from assistant.views.money import amount
from ingest.models import Figure
from ingest.store.figures import FigureStore

ALLOCATION = "alokasi"


@dataclass(frozen=True)
class Budget:
    """The allocation rows that may be added: one an activity, all of one level and table."""

    level: str
    rows: tuple[dict[int, Figure], ...]

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({year for row in self.rows for year in row}))

    def grouped(self, by: Callable[[Figure], str]) -> list[tuple[str, dict[int, Decimal]]]:
        """Sums by group and year, the largest group first."""
        groups: dict[str, dict[int, Decimal]] = {}
        for row in self.rows:
            name = by(next(iter(row.values())))
            sums = groups.setdefault(name, {})
            for year, figure in row.items():
                sums[year] = sums.get(year, Decimal(0)) + (amount(figure) or Decimal(0))
        return sorted(groups.items(), key=lambda item: (-sum(item[1].values(), Decimal(0)), item[0]))


def find_budget(store: FigureStore) -> Budget:
    """An activity's own allocation is its first row of the activity level that states money; its outputs repeat it."""
    rows: dict[str, dict[str, dict[int, Figure]]] = {}
    for figure in store.figures:
        if figure.measure == ALLOCATION and figure.level == ACTIVITY_LEVEL and figure.year and figure.value is not None and figure.activity_code:
            rows.setdefault(figure.activity_code, {}).setdefault(figure.row_id, {}).setdefault(figure.year, figure)
    return Budget(ACTIVITY_LEVEL, tuple(max(found.values(), key=len) if len(found) > 1 else next(iter(found.values())) for found in rows.values()))


def total_of(sums: dict[int, Decimal], years: Sequence[int]) -> Decimal:
    return sum((sums.get(year, Decimal(0)) for year in years), Decimal(0))
