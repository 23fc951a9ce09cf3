"""Two editions' figures side by side: what is the same, what differs, and the reason."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from plan_files import OTHER_PLAN, figures

from ingest.figures_diff import diff_figures
from ingest.models import Figure


def figure(indicator: str = "Indeks X", raw: str = "57", year: int | None = 2025, **other: object) -> Figure:
    values = {
        "id": "f", "doc": "d", "table": "Tabel 1. Target", "line": 7, "indicator": indicator, "measure": "target", "year": year, "raw": raw,
        "value": Decimal(raw.replace(",", ".")), "table_id": "t", "row_id": "r", "column": 1, **other,
    }  # fmt: skip
    return Figure(**values)  # type: ignore[arg-type]


def test_the_same_figures_in_another_typeface_are_equal() -> None:
    diff = diff_figures([figure("Indeks  Pelin-dungan")], [figure("Indeks Pelindungan")])
    assert (diff.equal, diff.differences, diff.share) == (1, (), 1.0)


def test_another_value_is_named_with_both() -> None:
    (difference,) = diff_figures([figure(raw="57")], [figure(raw="75")]).differences
    assert (difference.kind, difference.reason) == ("value", "nilai berbeda: 57 / 75")


def test_another_scale_is_another_value() -> None:
    (difference,) = diff_figures([figure()], [figure(scale=Decimal(1000))]).differences
    assert "satuan dasar 1 / 1000" in difference.reason


def test_another_unit_is_told() -> None:
    (difference,) = diff_figures([figure(unit="Nilai")], [figure(unit="")]).differences
    assert (difference.kind, difference.reason) == ("unit", "satuan berbeda: Nilai / (tanpa satuan)")


def test_a_figure_under_another_table_or_row_name_is_found_again() -> None:
    diff = diff_figures([figure(), figure("Jumlah layanan umum", "3")], [figure(table="Tabel 9"), figure("Jumlah layanan umun", "3")])
    assert sorted(d.kind for d in diff.differences) == ["row", "table"]


def test_figures_without_counterpart_are_named_with_their_line() -> None:
    diff = diff_figures([figure("Satu", "1")], [figure("Sesuatu yang lain", "2", 2026)])
    assert [d.reason for d in diff.differences] == ["1 hanya ada di A (baris 7)", "2 hanya ada di B (baris 7)"]
    assert diff.share == 0.0
    assert "0 angka sama, 2 berbeda (0,00 % sama; A 1, B 1)." in diff.text()


def test_twins_are_paired_by_value_before_order() -> None:
    assert diff_figures([figure(raw="1"), figure(raw="2")], [figure(raw="2"), figure(raw="1")]).equal == 2


def test_a_real_plan_is_equal_to_itself_and_one_changed_digit_shows() -> None:
    own = figures(OTHER_PLAN)
    assert diff_figures(own, own).share == 1.0
    changed = list(own)
    at = next(i for i, f in enumerate(own) if f.value is not None)
    changed[at] = own[at].model_copy(update={"value": own[at].value + 1, "raw": "diubah"})
    (difference,) = diff_figures(own, changed).differences
    assert (difference.kind, difference.b) == ("value", changed[at])


raws = st.integers(0, 5).map(str)
lists = st.lists(st.builds(figure, st.sampled_from(["A", "B", "C"]), raws, st.sampled_from([2025, 2026])), max_size=12)


@given(lists, lists)
def test_every_figure_is_counted_exactly_once(a: list[Figure], b: list[Figure]) -> None:
    diff = diff_figures(a, b)
    assert diff.equal + sum(d.a is not None for d in diff.differences) == len(a)
    assert diff.equal + sum(d.b is not None for d in diff.differences) == len(b)
    assert 0 <= diff.share <= 1


@given(lists)
def test_a_list_is_equal_to_itself_in_any_order(a: list[Figure]) -> None:
    assert diff_figures(a, list(reversed(a))).differences == ()
