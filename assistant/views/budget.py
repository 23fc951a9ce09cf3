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
class ActivityBudget:
    """The allocation row of one activity. `org_unit`: the row's own, else the first that a row of the activity names."""

    first: Figure
    by_year: dict[int, Figure]
    org_unit: str

    @property
    def name(self) -> str:
        return f"{self.first.activity or self.first.indicator} ({self.first.activity_code})"


@dataclass(frozen=True)
class Budget:
    """The allocation rows that may be added: one an activity, all of one level."""

    level: str
    rows: tuple[ActivityBudget, ...]

    @property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({year for row in self.rows for year in row.by_year}))

    def grouped(self, by: Callable[[ActivityBudget], str]) -> list[tuple[str, dict[int, Decimal]]]:
        """Sums by group and year, the largest group first."""
        groups: dict[str, dict[int, Decimal]] = {}
        for row in self.rows:
            sums = groups.setdefault(by(row), {})
            for year, figure in row.by_year.items():
                sums[year] = sums.get(year, Decimal(0)) + (amount(figure) or Decimal(0))
        return sorted(groups.items(), key=lambda item: (-sum(item[1].values(), Decimal(0)), item[0]))


def find_budget(store: FigureStore) -> Budget:
    """An activity's own allocation is the row of the activity level that states most years; its outputs repeat the money."""
    rows: dict[str, dict[str, dict[int, Figure]]] = {}
    units: dict[str, str] = {}
    for figure in store.figures:
        code = figure.activity_code
        if code and figure.org_unit:
            units.setdefault(code, figure.org_unit)
        if code and figure.measure == ALLOCATION and figure.level == ACTIVITY_LEVEL and figure.year and figure.value is not None:
            rows.setdefault(code, {}).setdefault(figure.row_id, {}).setdefault(figure.year, figure)
    found = []
    for code, candidates in rows.items():
        by_year = max(candidates.values(), key=len)
        first = next(iter(by_year.values()))
        found.append(ActivityBudget(first, by_year, first.org_unit or units.get(code, "")))
    return Budget(ACTIVITY_LEVEL, tuple(found))


def total_of(sums: dict[int, Decimal], years: Sequence[int]) -> Decimal:
    return sum((sums.get(year, Decimal(0)) for year in years), Decimal(0))
