"""Questions for one figure: the right row or a question back, never another row's figure."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assistant.answer import Assistant
from assistant.lookup_models import LookupRequest


@pytest.mark.parametrize(
    ("question", "line", "said"),
    [
        ("target Indeks Pelindungan 2027", 1096, "60"),
        ("alokasi pelatihan peningkatan kompetensi 2028", 1801, "Rp996.856.250.000"),
        ("target SPIP 2026", 2041, "3,48"),
        ("total alokasi 2025-2029 kegiatan 7799", 1798, "Rp3.041.371.250.000"),
        ("unit pelaksana kegiatan 7809", 1910, "Direktorat Siber Pelindungan Pekerja Migran Indonesia"),
        ("baseline KP 07.16.01", 1209, "55,56"),
        ("tiga kegiatan dengan alokasi terbesar 2027", 1798, "Rp907.187.500.000"),
        ("alokasi total kementerian 2026 ke 2027 lompat berapa?", 1878, "Rp1.608.548.398.660"),
    ],
)
def test_a_figure_with_its_line(assistant: Assistant, question: str, line: int, said: str) -> None:
    answer = assistant.run_offline(question)[0]
    assert answer.mode == "lookup"
    assert said in answer.answer
    assert answer.citations[0].lines[0] == line


def test_one_fact_with_two_values_is_a_conflict(assistant: Assistant) -> None:
    answer = assistant.run_offline("target OPP 2025")[0]
    assert answer.status == "conflict"
    assert {1237, 1888} <= {c.lines[0] for c in answer.citations}


@pytest.mark.parametrize(
    ("question", "said", "warned"),
    [
        ("Berapa alokasi kegiatan Peningkatan Kapasitas Pekerja Migran Indonesia tahun 2027?", "Rp907.187.500.000", False),
        ("Berapa alokasi kegiatan Pemetaan Pasar Kerja Luar Negeri tahun 2027?", "Rp9.087.537.000", True),
        ("Berapa total alokasi kegiatan Pemetaan Pasar Kerja Luar Negeri 2025 sampai 2029?", "Rp29.783.888.000", True),
    ],
)
def test_a_sum_that_does_not_come_out_gives_its_parts_no_second_value(assistant: Assistant, question: str, said: str, warned: bool) -> None:
    answer = assistant.run_offline(question)[0]
    assert answer.status == "answered"
    assert said in answer.answer
    assert {figure.indicator for figure in answer.figures} == {answer.figures[0].indicator}
    assert any("selisih Rp30.000.000" in warning for warning in answer.warnings) == warned


@pytest.mark.parametrize(
    ("symptom", "question", "line"),
    [
        ("a label said in full loses to a nearer passage", "target Jumlah layanan pengelolaan BMN yang disusun tahun 2026", 2335),
        ("an everyday name loses to the row that holds more", "target jumlah pengelolaan bmn disusun 2026", 2335),
        (
            "the activity said beside an output takes its place",
            "Berapa alokasi Kerjasama Pemanfaatan Peluang Kerja Luar Negeri pada kegiatan Promosi dan Kerja Sama Luar Negeri tahun 2028?",
            1828,
        ),
        ("words of the office choose the output", "alokasi layanan kearsipan di Biro Keuangan dan Umum tahun 2027", 2113),
        ("words of computing count as words of the row", "Akumulasi target PMI yang dilatih kompetensinya sepanjang 2025-2029?", 1801),
        ("a past table answers for the plan", "Target opini BPK itu di bawah unit organisasi mana pelaksananya?", 2099),
    ],
)
def test_the_row_that_is_meant(assistant: Assistant, symptom: str, question: str, line: int) -> None:
    answer = assistant.run_offline(question)[0]
    assert answer.citations[0].lines[0] == line, symptom


def test_a_label_of_many_rows_is_asked_back_and_each_option_gives_one_row(assistant: Assistant) -> None:
    answer = assistant.run_offline("target layanan umum 2027")[0]
    assert answer.status == "ambiguous"
    assert 2 <= len(answer.options) <= 5
    lines = [assistant.run_offline(option)[0].citations[0].lines[0] for option in answer.options]
    assert len(set(lines)) == len(lines)


def test_a_year_beyond_the_row_is_not_answered_with_a_figure_without_year(assistant: Assistant) -> None:
    result = assistant.lookup.find(LookupRequest(indicator="Indeks RB", measure="bobot", years=(2029,), table="Tabel 5"))
    assert result.status == "not_found"


def test_the_sum_of_outputs_is_added_up_from_their_rows(assistant: Assistant) -> None:
    answer = assistant.run_offline("jumlah alokasi semua rincian output kegiatan 8063 tahun 2028")[0]
    assert "Rp3.810.409.000" in answer.answer
    assert "Rp3.310.409.000" in answer.answer  # the activity's own row disagrees, and is shown beside it


def test_a_share_is_computed_from_both_rows(assistant: Assistant) -> None:
    answer = assistant.run_offline("berapa persen alokasi Layanan Pendidikan dan Pelatihan dari alokasi kegiatan 8057 tahun 2025?")[0]
    assert "91,70%" in answer.answer or "91,7%" in answer.answer
    assert len(answer.citations) == 2


def test_rows_of_two_sides_share_what_the_first_says(assistant: Assistant) -> None:
    answer = assistant.run_offline("target SIP2MI 2029: perseorangan vs berbadan hukum, mana lebih tinggi?")[0]
    assert {f.value for f in answer.figures} == {Decimal(11000), Decimal(9500)}
    assert "11.000" in answer.answer[:700]
    assert "9.500" in answer.answer[:700]


def test_money_of_an_activity_named_in_full_is_its_own_row_not_an_output_of_that_name(assistant: Assistant) -> None:
    activities = {
        code: row for code in assistant.book.by_activity if (row := assistant.book.activity_row(code)) and row.figure("alokasi", 2026)
    }
    assert len(activities) > 10
    for code, row in list(activities.items())[::4]:
        answer = assistant.run_offline(f"Berapa anggaran kegiatan {row.row.activity} tahun 2026?")[0]
        figures = {f.figure_id for f in answer.figures}
        if answer.status in ("answered", "conflict"):
            assert row.figure("alokasi", 2026).id in figures, code  # type: ignore[union-attr]


def test_an_activity_by_its_code_and_name_is_not_an_output_of_nearly_that_name(assistant: Assistant) -> None:
    answer = assistant.run_offline("Akumulasi pagu kegiatan kepulangan & rehabilitasi (7816) lima tahun?")[0]
    own = assistant.book.activity_row("7816")
    assert own is not None
    first = own.row.span.line_start
    # the row, and the line above it that names the activity with its code
    assert [c.lines for c in answer.citations] == [(first, first), (first - 1, first - 1)]


def test_what_rises_from_beginning_to_end_is_a_difference(assistant: Assistant) -> None:
    answer = assistant.run_offline("indeks pelindungan dari awal sampai akhir renstra naiknya total berapa poin?")[0]
    assert "naik **6**" in answer.answer


def test_indicators_of_an_office_are_listed(assistant: Assistant) -> None:
    answer = assistant.run_offline("Biro Hukum dinilai pakai indikator kegiatan apa aja?")[0]
    assert "JDIH" in answer.answer
    assert "advokasi hukum" in answer.answer


def test_the_treatment_of_a_risk_is_its_own_cell(assistant: Assistant) -> None:
    answer = assistant.run_offline("Untuk risiko pegawai nolak perubahan, perlakuan risikonya apa (tabel bab II)?")[0]
    assert "Change management" in answer.answer


def test_people_are_not_counted_by_a_row_that_counts_services(assistant: Assistant) -> None:
    assert assistant.run_offline("berapa jumlah seluruh pegawai kementerian sekarang?")[0].abstained


def test_money_and_indicator_of_one_priority_row_are_no_one_table(assistant: Assistant) -> None:
    answer = assistant.run_offline("Lampiran 2: alokasi KP Penguatan Pelindungan dan Penempatan PMI tahun 2026")[0]
    assert answer.status == "answered"
    assert "persen" not in answer.answer


def test_all_outputs_of_an_activity_are_listed_by_its_code(assistant: Assistant) -> None:
    answer = assistant.run_offline("semua rincian output kegiatan 7817")[0]
    rows = [r for r in assistant.book.by_activity["7817"] if r.row.level == "Rincian Output"]
    assert rows
    assert all(r.shown in answer.answer for r in rows)


@pytest.mark.parametrize(
    ("question", "sentence", "tables"),
    [
        ("Indeks SPBE kita tahun 2022 sebenarnya berapa?", "4,1", ["3,05"]),
        ("Skor reformasi birokrasi 2024 itu yang bener berapa sih?", "72,77", ["71,31", "72,71"]),
    ],
)
def test_a_number_of_a_sentence_that_tables_contradict_comes_with_theirs(
    assistant: Assistant, question: str, sentence: str, tables: list[str]
) -> None:
    answer = assistant.run_offline(question)[0]
    assert all(number in answer.answer for number in [sentence, *tables])
    assert answer.warnings


def test_where_words_decide_the_embedding_would_not_have_changed_the_figure(assistant: Assistant) -> None:
    lookup, rows = assistant.lookup, assistant.lookup.chooser.matcher.rows
    decided = 0
    for entry in rows[::9]:
        half = " ".join(entry.shown.split()[: max(2, len(entry.shown.split()) // 2)])
        question = assistant.understanding.read(f"{half} {entry.years()[0] if entry.years() else ''}".strip())
        by_words = lookup.retriever.rank(question, lookup.no_vector)
        candidates = lookup.chooser.choose(question, by_words)
        if lookup.words_decide(question, by_words, candidates):
            decided += 1
            whole = lookup.look(question, lookup.retriever.rank(question))
            assert [f.id for f in lookup.settle(question, by_words, candidates).figures] == [f.id for f in whole.figures], half
    assert decided > len(rows[::9]) / 5
