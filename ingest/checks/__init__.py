"""Checks over figures, tables and prose: what can be computed is computed, and what disagrees is said."""

from __future__ import annotations

from ingest.checks.crosstable import check_across_tables
from ingest.checks.facts import Facts
from ingest.checks.labels import check_labels
from ingest.checks.lists import check_lists
from ingest.checks.pairs import check_pairs
from ingest.checks.prose import check_prose
from ingest.checks.prose_facts import check_prose_against_tables
from ingest.checks.rules import check_rules
from ingest.checks.series import check_series
from ingest.checks.sums import check_sums
from ingest.models import Discrepancy, Document, Figure, Table

FLAG_OF_KIND = {
    "sum": "sum-mismatch", "cross-table": "cross-table-mismatch", "product": "product-mismatch", "share": "share-mismatch",
    "row-pair": "row-pair-mismatch", "prose": "prose-mismatch", "outlier": "outlier",
}  # fmt: skip


def find_discrepancies(figures: tuple[Figure, ...], tables: tuple[Table, ...], document: Document) -> tuple[Discrepancy, ...]:
    """Everything that disagrees, most serious first (severity 1 to 5, then by line). Messages are Indonesian sentences."""
    facts = Facts(document, tables, figures)
    checks = (
        check_sums,
        check_pairs,
        check_across_tables,
        check_prose,
        check_prose_against_tables,
        check_series,
        check_rules,
        check_labels,
        check_lists,
    )
    found = {d.id: d for check in checks for d in check(facts)}
    return tuple(sorted(found.values(), key=lambda d: (d.severity, min((p.line for p in d.places), default=10**9), d.year or 0, d.id)))


def flag_figures(figures: tuple[Figure, ...], discrepancies: tuple[Discrepancy, ...]) -> tuple[Figure, ...]:
    """The figures again, with a flag such as `sum-mismatch` on each that takes part in a discrepancy."""
    flags: dict[str, set[str]] = {}
    for discrepancy in discrepancies:
        flag = FLAG_OF_KIND.get(discrepancy.kind)
        for figure_id in discrepancy.figure_ids if flag else ():
            flags.setdefault(figure_id, set()).add(str(flag))
    return tuple(
        figure.model_copy(update={"flags": tuple(sorted({*figure.flags, *flags[figure.id]}))}) if figure.id in flags else figure
        for figure in figures
    )
