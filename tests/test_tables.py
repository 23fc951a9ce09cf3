"""Tables of the shipped plan and made-up ones: parts joined, headers propagated, shifted rows set right, nothing lost."""

from __future__ import annotations

import random
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_files import OTHER_PLAN, document, grid, read, tables

from ingest.models import Row, Table
from ingest.numerals import parse_number
from ingest.tables import find_tables
from ingest.words import Vocabulary


def table_at(line: int) -> Table:
    (found,) = [t for t in tables() if t.span.line_start <= line <= t.span.line_end]
    return found


def row_at(line: int) -> Row:
    return next(r for r in table_at(line).rows if r.lines[0] == line)


def texts(row: Row) -> list[str]:
    return [cell.text for cell in row.cells]


def columns(table: Table) -> list[tuple[str, int | None]]:
    return [(c.measure, c.year) for c in table.columns if c.kind == "number"]


YEARS = range(2025, 2030)


# --- which tables there are ---------------------------------------------------------------------------------------------


def test_every_table_of_the_plan_is_found_once_with_its_number() -> None:
    numbers = Counter(t.number for t in tables())
    assert numbers["Tabel 1"] == numbers["Tabel 2"] == numbers["Tabel 3"] == numbers["Tabel 4"] == 2
    assert all(numbers[f"Tabel {n}"] == 1 for n in range(5, 11))
    assert all(numbers[f"Lampiran {n}"] == 1 for n in range(1, 5))
    assert numbers["Gambar 18"] == 1, "its title stands below the table"
    assert len(tables()) == 22


def test_title_and_notes_below_the_table() -> None:
    table = table_at(601)
    assert table.name == "Gambar 18. Rekapitulasi Kerja Sama Luar Negeri"
    assert any(note.startswith("Sumber: Data Internal Biro Perencanaan") for note in table.notes)


def test_heading_right_above_is_the_title_of_a_table_without_caption() -> None:
    assert table_at(1208).title == "MATRIKS KINERJA TAHUN 2025—2029"
    legend = table_at(1217).notes
    assert any("Prioritas Nasional" in note for note in legend)


def test_parts_of_twelve_pages_are_one_table_without_their_headers() -> None:
    table = table_at(1800)
    assert table.number == "Lampiran 1"
    assert table.span.line_end == 2342
    assert {1839, 1840, 1919, 1920, 1921, 2275, 2276, 2277} <= set(table.header_lines)
    assert not any("Matriks Rencana Strategis" in r.label for r in table.rows)


# --- headers ------------------------------------------------------------------------------------------------------------


def test_header_on_two_rows_is_propagated() -> None:
    assert columns(table_at(135)) == [("target", y) for y in range(2020, 2025)] + [("realisasi", y) for y in range(2020, 2025)]
    assert table_at(135).columns[3].header == ("TARGET", "2020")


def test_header_on_three_rows_with_broken_years() -> None:
    expected = [(m, y) for m in ("target", "alokasi apbn", "alokasi non-apbn", "total") for y in YEARS]
    assert columns(table_at(2357)) == expected


def test_years_and_measure_in_one_header_cell() -> None:
    assert columns(table_at(1208)) == [("baseline", 2024), ("target", 2025), ("target", 2029)]


def test_a_starting_value_in_an_upper_header_row_is_no_target() -> None:
    (table,) = [t for t in tables(OTHER_PLAN) if t.number == "Tabel 2.1"]
    assert columns(table) == [("baseline", 2024)] + [("target", y) for y in YEARS]


@pytest.mark.parametrize("first", [1785, 1842, 1923, 1967, 2013, 2058, 2121, 2179, 2231, 2287, 2323])
def test_every_page_of_the_matrix_has_the_same_columns_whatever_its_header_looks_like(first: int) -> None:
    table = table_at(first)
    assert columns(table) == [(m, y) for m in ("target", "alokasi") for y in YEARS]
    row = row_at(first)
    assert row.level == "Sasaran Kegiatan"
    assert all(parse_number(row.cells[i].raw) is not None for i in range(10, 15))
    assert not any(row.cells[i].raw for i in range(5, 10))


# --- rows ---------------------------------------------------------------------------------------------------------------


def test_row_shifted_by_a_code_in_its_columns_is_set_right_and_flagged() -> None:
    row = row_at(1825)
    assert [c.raw for c in row.cells[5:10]] == ["0", "1", "1", "1", "2"]
    assert row.cells[10].raw == "0"
    assert row.cells[14].raw == "1.296.913.000"
    assert row.code == "104.DP.4562.PEA.001"
    assert "shifted-column" in row.flags


@pytest.mark.parametrize("line", range(2324, 2331))
def test_rows_shifted_against_the_header_of_their_page(line: int) -> None:
    row = row_at(line)
    assert all(parse_number(row.cells[i].raw) is not None for i in range(5, 10))
    assert "shifted-column" in row.flags


def test_rows_that_fit_their_header_are_not_flagged() -> None:
    assert not any("shifted-column" in row_at(line).flags for line in (1785, 1786, 1842, 2122, 2279, 2288, 2323))


def test_index_and_level_in_one_cell_are_parted() -> None:
    row = row_at(2121)
    assert (row.cells[0].raw, row.level, row.label) == ("1", "Sasaran Kegiatan", "Meningkatnya kualitas produk hukum")


def test_reading_slips_of_levels_are_mended_and_kept() -> None:
    assert (row_at(1882).level, row_at(1882).level_raw) == ("KRO", "KRD")
    assert (row_at(1884).level, row_at(1884).level_raw) == ("IKRO", "IKRD")


def test_kegiatan_with_code_and_unit_hold_for_all_its_rows() -> None:
    for line in (1785, 1788, 1796):
        row = row_at(line)
        assert (row.activity, row.activity_code) == ("Pemetaan Pasar Kerja Luar Negeri", "7798")
        assert row.org_unit == "Direktorat Pemetaan Pasar Kerja Luar Negeri"
    assert row_at(1888).org_unit == "Direktorat Penempatan Pemerintah Pada Pemberi Kerja Perseorangan", "unit on the kegiatan's own row"
    assert row_at(2057).label == "Dukungan Manajemen Balai Pelayanan Pelindungan Pekerja Migran Indonesia", "label over two cells"


def test_rows_of_a_program_keep_their_own_unit() -> None:
    assert row_at(2040).org_unit == "Sekretariat Jenderal"
    assert row_at(2041).org_unit == "Inspektorat Jenderal"
    assert row_at(2044).org_unit == "", "no unit printed, none guessed"
    assert row_at(2041).program == "Dukungan Manajemen"


def test_the_line_of_the_whole_ministry_is_a_total() -> None:
    row = row_at(1878)
    assert row.kind == "total"
    assert (row.activity, row.program) == ("", "")


def test_an_indicator_of_an_output_stands_under_it() -> None:
    row = row_at(1802)
    assert row.parents[-1] == "Pelatihan Peningkatan Kompetensi bagi Pekerja Migran Indonesia"
    assert "Pelatihan Vokasi" in row.parents
    assert row.parents[0] == "Kegiatan: Peningkatan Kapasitas Pekerja Migran Indonesia (7799)"


def test_outputs_of_a_kegiatan_with_several_goals_stand_under_none_of_them() -> None:
    assert not any("Meningkatnya" in parent or "Tersedianya" in parent for parent in row_at(2027).parents)


def test_merged_cells_are_filled_down_and_marked() -> None:
    row = row_at(136)
    assert row.cells[0].text.startswith("SS1 Meningkatkan perlindungan")
    assert row.cells[0].inherited
    assert row.parents == (row.cells[0].text,)
    assert row_at(2493).cells[3].text == "Eksplotasi dan Tindak Pidana Perdagangan Orang (TPPO)"
    assert row_at(606).cells[0].text == "Jerman"


def test_unit_column_is_filled_down_over_the_page_break() -> None:
    assert row_at(147).org_unit == "Kawasan Amerika dan Pasifik"
    assert row_at(149).cells[13].inherited


def test_groups_totals_and_nameless_totals() -> None:
    assert row_at(380).kind == "group"
    assert row_at(381).parents == ("A. Komponen Pengungkit",)
    assert (row_at(384).kind, row_at(384).parents) == ("total", ("A. Komponen Pengungkit",))
    assert (row_at(922).kind, row_at(922).label) == ("total", "Jumlah Strength")
    assert row_at(932).parents == ()
    assert row_at(2399).kind == "group"
    assert row_at(2400).parents == ("BIDANG KESEKRETARIATAN",)
    assert row_at(925).kind == "data", "'jumlah negara ...' is no total"


def test_a_second_value_row_belongs_to_the_row_above() -> None:
    assert row_at(436).label == "Indeks RB (predikat)"


def test_rows_cut_by_a_page_break_are_joined() -> None:
    assert row_at(2440).lines == (2440, 2444)
    assert row_at(2440).label == (
        "Peraturan Menteri/Badan tentang Pembangunan Sistem Informasi Audit Elektronik di Lingkungan Kementerian Pelindungan "
        "Pekerja Migran Indonesia/Badan Pelindungan Pekerja Migran Indonesia"
    )
    assert row_at(2464).cells[4].text.endswith("Badan Penyelenggara Jaminan Sosial Kesehatan")
    assert row_at(2375).label == "Persiapan Keberangkatan Calon Pekerja Migran Indonesia"
    assert row_at(2527).label == "Tata Kelola Migrasi Tenaga Kerja Tidak Transparan dan Efisien"
    assert row_at(1342).cells[5].items[0].endswith("melalui akses lapangan kerja, kewirausahaan, dan pelatihan lanjutan.")


def test_rows_below_a_page_break_with_their_own_number_are_rows_of_their_own() -> None:
    assert row_at(410).label == "maturitas SPIP"
    assert row_at(524).label == "remitansi atau devisa negara"


def test_codes_over_several_lines_belong_to_one_row() -> None:
    row = row_at(1217)
    assert row.lines == (1217, 1218, 1219, 1220)
    assert row.cells[6].raw.split("\n") == ["03", "04", "06", "07"]
    assert (row.level, row.activity_code) == ("Rincian Output", "3894")


def test_list_items_that_fell_into_other_columns_go_back_to_their_list() -> None:
    assert row_at(2499).cells[8].items == (
        "Peningkatan Akses Layanan Kesehatan bagi Pekerja Migran Indonesia",
        "Penyediaan Bantuan Hukum yang Lebih Mudah dan Terjangkau",
        "Peningkatan Kesadaran dan Edukasi Hukum bagi Pekerja Migran Indonesia",
        "Penguatan Peran Lembaga Migrasi dan Organisasi Masyarakat",
    )
    assert row_at(2507).org_unit == "Direktorat Jenderal Pelindungan"
    assert row_at(2549).org_unit == "Biro Organisasi dan Sumber Daya Manusia (Setjen)"
    assert len(row_at(2511).cells[8].items) == 3


def test_html_and_bulleted_lists_are_split() -> None:
    assert row_at(1120).cells[3].items[0] == "Penguatan sistem pengawasan dan penegakan hukum"
    assert len(row_at(1188).cells[4].items) == 4
    assert "<" not in row_at(1188).label
    assert row_at(1126).cells[4].items == ("Direktorat Jenderal Penempatan", "Direktorat Promosi dan Pemanfaatan Peluang Kerja Luar Negeri")


# --- words ----------------------------------------------------------------------------------------------------------------


def test_broken_words_are_mended_and_the_raw_cell_is_kept() -> None:
    row = row_at(2357)
    assert row.label == "Layanan Kepulangan dan Rehabilitasi Pekerja Migran Indonesia oleh BP3MI"
    assert "Kepulanga n dan Rehabilita si" in row.cells[1].raw
    assert row.cells[2].text == "Jumlah Pekerja Migran Indonesia yang diberikan layanan kepulangan dan rehabilitasi di BP3MI"
    assert (row.cells[7].raw, row.cells[7].text) == ("135 08", "13508")
    assert row_at(2358).cells[2].text.endswith("layanan orientasi Pra Pemberangkatan (OPP)")
    assert row_at(2322).label == "Dukungan Manajemen Inspektorat Jenderal"


def test_whole_text_is_left_as_it_is() -> None:
    vocabulary = Vocabulary.of(document())
    for text in ("kerja sama di luar negeri", "Indeks RB (Pengungkit & Hasil)", "03 - Peningkatan Produktivitas UMKM dan Koperasi"):
        assert vocabulary.mend(text) == text


# --- nothing is lost -------------------------------------------------------------------------------------------------------


def test_every_table_line_is_a_row_or_a_header() -> None:
    known = {n for t in tables() for n in t.header_lines} | {n for t in tables() for r in t.rows for n in r.lines}
    assert not [line.no for line in document().source.lines if "\t" in line.text and line.text.strip() and line.no not in known]


def test_ids_are_unique_and_survive_a_second_run() -> None:
    again = find_tables(document())
    assert [r.id for t in again for r in t.rows] == [r.id for t in tables() for r in t.rows]
    assert len({r.id for t in again for r in t.rows}) == sum(len(t.rows) for t in again)


# --- other shapes of the same lines -----------------------------------------------------------------------------------------


def values(found: tuple[Table, ...]) -> Counter[tuple[str, str, str]]:
    return Counter(
        (r.label, str(c.column), c.text) for t in found for r in t.rows for c in r.cells if c.raw and t.columns[c.column].kind == "number"
    )


def test_trailing_tabs_do_not_matter() -> None:
    lines = document().source.text.split("\n")
    text = "\n".join(line.rstrip("\t") if "\t" in line.rstrip("\t") else line for line in lines)
    assert values(read(text)[1]) == values(tables())


def test_more_page_breaks_with_repeated_headers_do_not_matter() -> None:
    lines, head, out = document().source.text.split("\n"), {n for t in tables() for n in t.header_lines}, []
    body = {n for t in tables() for r in t.rows for n in r.lines}
    header: list[str] = []
    since = 0
    for no, line in enumerate(lines, 1):
        if no in head:
            header = [*header, line] if no - 1 in head else [line]
            since = 0
        elif no in body:
            since += 1
            if since == 8:
                out += ["", *header]
                since = 1
        out.append(line)
    assert values(read("\n".join(out))[1]) == values(tables())


def test_pages_without_repeated_headers_do_not_matter() -> None:
    body = {n for t in tables() for r in t.rows for n in r.lines}
    out, count = [], 0
    for no, line in enumerate(document().source.text.split("\n"), 1):
        count += no in body
        out += [""] if no in body and count % 9 == 0 else []
        out.append(line)
    assert values(read("\n".join(out))[1]) == values(tables())


# --- bad input -----------------------------------------------------------------------------------------------------------


def test_a_table_without_header_is_kept_and_flagged() -> None:
    _, (table,), figures = read("Uraian singkat.\n\n" + grid("Naskah kuno | 12 | 15", "Peta laut | 7 | 9"))
    assert {"no-header", "unclear"} <= set(table.flags)
    assert sorted(f.raw for f in figures) == ["12", "15", "7", "9"]


def test_a_year_twice_in_the_header_is_flagged() -> None:
    rows = grid("Indikator | Satuan | Target 2025 | Target 2025", "Jumlah naskah | Naskah | 10 | 20")
    _, (table,), figures = read("Tabel 1. Target\n\n" + rows)
    assert "duplicate-year" in table.flags
    assert all("unclear" in f.flags for f in figures if f.measure == "target")


def test_a_ragged_table_loses_nothing() -> None:
    rows = grid(
        "Indikator | Satuan | Target 2025 | Target 2026", "A panjang | Orang | 1", "B panjang | Orang | 2 | 3 | 4 | 5", "C panjang |"
    )
    _, (table,), figures = read("Tabel 1. Target\n\n" + rows)
    assert sorted(f.raw for f in figures) == ["1", "2", "3", "4", "5"]
    assert [r.label for r in table.rows] == ["A panjang", "B panjang", "C panjang"]


CELLS = st.sampled_from(
    ["", "", "12", "1.500", "58,5", "1,2,3", "-", "WTP", "Orang", "KRO", "Sasaran Kegiatan", "Rincian Output", "2025", "Target 2026",
     "Alokasi", "Pusat", "KP 02.09.05", "104.DP.3894.QAA.001", "Total", "Kegiatan: Contoh (1234)", "Program Contoh",
     "layanan yang panjang sekali bagi orang", "1. satu 2. dua", "<ul><li>a</li><li>b</li></ul>",
     "level 3 (Nilai 3,46)", "Ju ml ah", "(1)", "(dalam juta rupiah)", "202 5"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELLS, min_size=2, max_size=9), min_size=1, max_size=9), st.booleans())
def test_any_table_is_read_without_a_crash_and_without_loss(rows: list[list[str]], caption: bool) -> None:
    text = ("Tabel 1. Contoh\n\n" if caption else "Sebuah paragraf biasa.\n\n") + "\n".join("\t".join(row) for row in rows)
    made, found, figures = read(text)
    head = {n for t in found for n in t.header_lines}
    shown = Counter(piece for t in found for r in t.rows for c in r.cells if not c.inherited for piece in re.split(r"[\n ]", c.raw))
    for line in made.source.lines:
        if "\t" in line.text and line.no not in head:
            for cell in filter(None, line.text.split("\t")):
                assert all(shown[piece] for piece in re.split(r"[\n ]", cell.strip())), cell
    assert len({f.id for f in figures}) == len(figures)


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=10**6))
def test_shuffled_rows_keep_their_figures(seed: int) -> None:
    lines = document().source.text.split("\n")[90:160]
    rows = [i for i, line in enumerate(lines) if "\t" in line and not re.match(r"^\t*(?:SASARAN|2020)", line)]
    shuffled = rows[:]
    random.Random(seed).shuffle(shuffled)
    text = "\n".join(lines[shuffled[rows.index(i)]] if i in rows else line for i, line in enumerate(lines))
    cells = Counter(
        c for _, found, _ in [read(text)] for t in found for r in t.rows for c in (c.raw for c in r.cells if not c.inherited) if c
    )
    assert cells == Counter(c.strip() for i in rows for c in lines[i].split("\t") if c.strip())
