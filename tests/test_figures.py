"""Figures: every numeric cell accounted for, each with its meaning, year, unit and place; copies with other numbers followed."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from plan_files import OTHER_PLAN, document, figures, grid, one, read, tables

from ingest.figures import extract_figures
from ingest.models import FIGURE_FIELDS, Figure
from ingest.numerals import parse_number
from ingest.tables import find_tables


def series(line: int, measure: str) -> list[str]:
    return [f.raw for f in figures() if f.line == line and f.measure == measure]


# --- what managers ask for ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "measure", "year", "raw", "value", "unit"),
    [
        (1096, "target", 2027, "60", "60", ""),
        (1801, "alokasi", 2028, "996.856.250.000", "996856250000", "rupiah"),
        (2041, "target", 2026, "level 3(Nilai 3,48)", "3.48", "Nilai"),
        (1209, "baseline", 2023, "55,56 (2023)", "55.56", "persen"),
        (1208, "baseline", 2024, "0", "0", "kesepakatan"),
        (1237, "target", 2025, "16000", "16000", "Orang"),
        (1888, "target", 2025, "15.540", "15540", "Orang"),
        (1825, "target", 2029, "2", "2", "Kegiatan"),
        (1825, "alokasi", 2026, "303.520.000", "303520000", "rupiah"),
        (2324, "target", 2025, "70", "70", "Nilai"),
        (2330, "target", 2029, "1", "1", "Laporan"),
        (2125, "target", 2028, "76-100 (96)", "96", "Nilai"),
        (1968, "target", 2025, "66,70%", "66.70", "Persen"),
        (2357, "target", 2029, "135 08", "13508", ""),
        (2374, "target", 2026, "65", "65", "Persen"),
        (2383, "alokasi apbn", 2029, "48.86 3.467. 000", "48863467000", "rupiah"),
        (148, "realisasi", 2024, "9.64", "9.64", "%"),
        (402, "nilai", 2022, "3,05", "3.05", "skala 1–5"),
        (916, "skor", None, "0,982", "0.982", ""),
        (924, "persen", None, "20%", "20", "persen"),
        (2534, "status", None, "25", "25", ""),
        (2400, "target penyelesaian", None, "Tahun 2025", "2025", "tahun"),
    ],
)  # fmt: skip
def test_a_cell_of_the_plan(line: int, measure: str, year: int | None, raw: str, value: str, unit: str) -> None:
    figure = one(line, measure, year)
    assert (figure.raw, figure.value, figure.unit) == (raw, Decimal(value), unit)


def test_allocations_of_a_kegiatan_stand_with_its_code_and_unit() -> None:
    found = [f for f in figures() if f.activity_code == "7799" and f.level == "Sasaran Kegiatan" and f.measure == "alokasi"]
    assert [f.year for f in found] == [2025, 2026, 2027, 2028, 2029]
    assert sum(f.value or 0 for f in found) == Decimal("3041371250000")
    assert {f.org_unit for f in found} == {"Direktorat Peningkatan Kapasitas Pekerja Migran Indonesia"}


def test_unit_in_charge_of_a_kegiatan() -> None:
    assert {f.org_unit for f in figures() if f.activity_code == "7809"} == {"Direktorat Siber Pelindungan Pekerja Migran Indonesia"}


def test_target_and_allocation_of_a_row_share_the_row() -> None:
    assert one(1801, "target", 2028).row_id == one(1801, "alokasi", 2028).row_id


def test_graded_words_are_figures_without_a_value() -> None:
    figure = one(2140, "target", 2027)
    assert (figure.raw, figure.value) == ("Puas", None)
    assert series(2075, "target") == ["BB"] * 5
    assert series(2076, "target") == ["Sangat baik"] * 5
    assert series(2099, "target") == ["WTP"] * 5


def test_two_values_in_one_cell_are_two_figures() -> None:
    found = [f for f in figures() if f.line == 154 and f.measure == "realisasi" and f.year == 2023]
    assert {f.indicator.rsplit("(", 1)[1]: f.value for f in found} == {"RB Tematik)": Decimal("106.83"), "RB General)": Decimal("69.56")}
    assert {f.raw for f in found} == {"106,83 (RB Tematik) 69,56 (RB General)"}


def test_labels_and_values_side_by_side() -> None:
    assert {(f.indicator, f.value) for f in figures() if f.line == 963} == {
        ("Kelemahan (IFAS)", Decimal("-1.621")),
        ("Ancaman (EFAS)", Decimal("-1.563")),
    }


def test_indicator_column_names_the_target_and_the_row_is_its_parent() -> None:
    target, money = one(2374, "target", 2025), one(2374, "alokasi apbn", 2025)
    assert target.indicator == "Proporsi Pekerja Migran Indonesia yang bekerja pada Pemberi Kerja Berbadan Hukum"
    assert money.indicator == "Penguatan Pelindungan dan Penempatan Pekerja Migran Indonesia"
    assert money.indicator in target.parents


def test_an_amount_for_the_whole_period_has_no_year_and_says_so() -> None:
    figure = one(1217, "alokasi", None)
    assert figure.scale == 1000
    assert "periode-2025-2029" in figure.flags


def test_units_that_cannot_be_right_are_flagged_and_not_multiplied() -> None:
    figure = one(2350, "total", 2025)
    assert figure.scale == 1
    assert "unit-label-implausible" in figure.flags
    assert not any("unit-label-implausible" in f.flags for f in figures() if f.line < 2344)


def test_text_only_tables_have_no_figures() -> None:
    with_figures = {f.table_id for f in figures()}
    texts = [t for t in tables() if t.id not in with_figures]
    assert {t.number for t in texts} >= {"Tabel 6", "Tabel 10", "Gambar 18"}


# --- all of them -----------------------------------------------------------------------------------------------------------


def test_every_numeric_cell_of_the_source_is_accounted_for() -> None:
    raws: dict[int, set[str]] = {}
    for figure in figures():
        for line in figure.lines:
            raws.setdefault(line, set()).update(figure.raw.split("\n"))
    keys: dict[int, set[str]] = {}
    for table in tables():
        for row in table.rows:
            for cell in row.cells:
                if table.columns[cell.column].kind in ("index", "code") and not cell.inherited:
                    for line in row.lines:
                        keys.setdefault(line, set()).update(cell.raw.split("\n"))
    head = {line for table in tables() for line in table.header_lines}
    checked, lost = 0, []
    for line in document().source.lines:
        for raw in filter(None, (cell.strip() for cell in line.text.split("\t"))) if "\t" in line.text else ():
            if parse_number(raw) is None:
                continue
            checked += 1
            if line.no not in head and raw not in raws.get(line.no, set()) and raw not in keys.get(line.no, set()):
                lost.append((line.no, raw))
    assert checked > 3400
    assert not lost


def test_raw_stands_in_the_source_line() -> None:
    lines = document().source.lines
    for figure in figures():
        assert any(piece in lines[n - 1].text for n in figure.lines for piece in figure.raw.split("\n"))


def test_ids_are_unique_and_stable() -> None:
    assert len({f.id for f in figures()}) == len(figures())
    again = extract_figures(find_tables(document()), document())
    assert again == figures()


def test_exported_fields_exist() -> None:
    assert set(FIGURE_FIELDS) <= set(Figure.model_fields)


def test_the_figure_stage_is_fast() -> None:
    start = time.process_time()
    extract_figures(find_tables(document()), document())
    assert time.process_time() - start < 5


# --- other documents ---------------------------------------------------------------------------------------------------------


def test_a_copy_with_other_numbers_is_followed() -> None:
    text = document().source.text.replace("996.856.250.000", "111.222.333.444").replace("58,5\t60\t61,5", "58,5\t59,25\t61,5")
    _, _, found = read(text)
    assert next(f for f in found if f.line == 1801 and f.measure == "alokasi" and f.year == 2028).value == Decimal("111222333444")
    assert next(f for f in found if f.line == 1096 and f.year == 2027).value == Decimal("59.25")
    changed = {(f.line, f.column) for f in found} ^ {(f.line, f.column) for f in figures()}
    assert not changed
    assert sum(a.value != b.value for a, b in zip(found, figures(), strict=True)) == 2


def test_another_plan_of_the_same_guideline() -> None:
    assert one(116, "baseline", 2024, OTHER_PLAN).value == Decimal("66.4")
    assert one(116, "target", 2027, OTHER_PLAN).value == Decimal(74)
    total = one(169, "jumlah", None, OTHER_PLAN)
    assert (total.value, total.scale, total.unit) == (Decimal(26000000), 1000, "rupiah")
    assert one(217, "target penyelesaian", None, OTHER_PLAN).unit == "tahun"
    assert one(205, "alokasi", 2025, OTHER_PLAN).scale == 1000
    assert not any("unclear" in f.flags for f in figures(OTHER_PLAN))


def test_numbers_in_a_text_column_are_kept_as_unclear() -> None:
    _, _, found = read("Tabel 1. Contoh\n\n" + grid("No. | Uraian | Keterangan", "1. | pertama | lihat naskah", "2. | kedua | 17"))
    (figure,) = found
    assert (figure.raw, figure.value) == ("17", Decimal(17))
    assert "unclear" in figure.flags


def test_a_number_with_two_commas_is_kept_without_a_value() -> None:
    rows = grid("Indikator | Satuan | Target 2025 | Target 2026", "Jumlah naskah | Naskah | 1,234,567 | 12")
    _, _, found = read("Tabel 1. Target\n\n" + rows)
    doubtful = next(f for f in found if f.year == 2025)
    assert (doubtful.raw, doubtful.value) == ("1,234,567", None)
    assert "unclear" in doubtful.flags


def test_an_unknown_scale_of_money_is_unclear() -> None:
    rows = grid("Program | Alokasi (dalam lusin rupiah) 2025", "Program Pelestarian | 12.000.000", "Program Dukungan | 3.000.000")
    _, _, found = read("Tabel 1. Pendanaan\n\n" + rows)
    assert found
    assert all("unclear" in f.flags and f.scale == 1 for f in found)


def test_one_missing_value_does_not_shift_the_others() -> None:
    head = grid("Indikator | Satuan | Baseline 2024 | Target | | | |", " | | | 2025 | 2026 | 2027 | 2028 | 2029")
    body = grid("Indeks A | Indeks | 66 | 68 | 71 | 74 | 77 | ", "Indeks B | Indeks | | 68 | 71 | 74 | 77 | 80")
    _, _, found = read(f"Tabel 1. Target\n\n{head}\n{body}")
    assert {(f.indicator, f.measure, f.year): f.raw for f in found} == {
        ("Indeks A", "baseline", 2024): "66", ("Indeks A", "target", 2025): "68", ("Indeks A", "target", 2026): "71",
        ("Indeks A", "target", 2027): "74", ("Indeks A", "target", 2028): "77", ("Indeks B", "target", 2025): "68",
        ("Indeks B", "target", 2026): "71", ("Indeks B", "target", 2027): "74", ("Indeks B", "target", 2028): "77",
        ("Indeks B", "target", 2029): "80",
    }  # fmt: skip
