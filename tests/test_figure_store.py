"""The figure store: what is written comes back exactly, decimals stay decimals, and opening it is quick."""

from __future__ import annotations

import sqlite3
import time
from decimal import Decimal
from pathlib import Path

import pytest
from plan_files import discrepancies, figures, tables

from ingest.errors import IndexMissingError, StaleIndexError
from ingest.store.figures import FigureStore, write_figures


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> FigureStore:
    path = tmp_path_factory.mktemp("store") / "figures.sqlite"
    write_figures(path, figures(), tables(), discrepancies())
    return FigureStore.open(path)


def test_everything_comes_back_as_it_was_written(store: FigureStore) -> None:
    assert store.figures == figures()
    assert store.tables == tables()
    assert store.discrepancies == discrepancies()


def test_decimals_are_text_in_the_file(store: FigureStore) -> None:
    connection = sqlite3.connect(store.path)
    kinds = {kind for (kind,) in connection.execute("SELECT DISTINCT typeof(value) FROM figure")}
    connection.close()
    assert kinds == {"text", "null"}
    assert isinstance(store.figures[0].value, Decimal)


def test_lookups_by_id_and_row(store: FigureStore) -> None:
    figure = store.figures[100]
    assert store.by_id(figure.id) == figure
    assert figure in store.by_row(figure.row_id)
    assert store.by_id("f-000000000000") is None
    assert store.by_row("r-000000000000") == ()
    table, row = store.rows[figure.row_id]
    assert table.id == figure.table_id
    assert row.lines == figure.lines


def test_discrepancies_of_a_figure(store: FigureStore) -> None:
    first = next(d for d in store.discrepancies if d.figure_ids)
    assert first in store.discrepancies_of(first.figure_ids[0])
    assert store.discrepancies_of("f-000000000000") == ()


def test_opening_is_quick(store: FigureStore) -> None:
    best = min(_timed(store.path) for _ in range(3))
    assert best < 0.1 * 3, "100 ms, with room for a busy machine"


def _timed(path: Path) -> float:
    start = time.process_time()
    FigureStore.open(path)
    return time.process_time() - start


def test_writing_again_replaces_the_store(tmp_path: Path) -> None:
    path = tmp_path / "figures.sqlite"
    write_figures(path, figures(), tables(), discrepancies())
    write_figures(path, figures()[:10], (), ())
    assert len(FigureStore.open(path).figures) == 10


def test_missing_and_foreign_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        FigureStore.open(tmp_path / "nothing.sqlite")
    foreign = tmp_path / "foreign.sqlite"
    foreign.write_text("not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(StaleIndexError):
        FigureStore.open(foreign)
