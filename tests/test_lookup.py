"""Questions for one figure: the right row or a question back, never another row's figure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from assistant.answer import Assistant
from assistant.lookup import make_lookup_tool
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
        (
            "a unit that is counted does not choose the row counted in it",
            "perizinan lembaga penempatan targetnya 2028 berapa lembaga",
            1898,
        ),
        ("a word of money in a label asks for money", "nilai kinerja anggaran program dukungan manajemen 2028", 2040),
        ("the noun that heads an indicator is not heard", "tingkat dukungan manajemen ditjen penempatan 2026", 2045),
        ("the money of an office is that of one of its outputs", "anggaran biro hukum 2029", 2121),
        ("an office by its short name is an output of nearly that name", "anggaran pusdatin 2026", 2153),
        ("an abbreviation that only a row says is answered from a sentence", "nilai PMPRB 2021", 154),
        ("a past table answers for the plan", "Target opini BPK itu di bawah unit organisasi mana pelaksananya?", 2099),
        ("the word table is no word of a row", "target SPIP di tabel 10 tahun 2026", 2041),
        ("a table that is dropped", "'; DROP TABLE x; -- target SPIP 2026", 2041),
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


def test_money_named_by_words_that_an_activity_and_its_output_share_is_not_the_outputs_alone(assistant: Assistant) -> None:
    answer = assistant.run_offline("anggaran literasi keuangan 2027")[0]
    activity = bool(answer.citations) and answer.citations[0].lines[0] == 1967
    assert activity or answer.status == "ambiguous"
    assert not any(figure.raw == "1.196.980.000" for figure in answer.figures)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("berapa jumlah rincian output kegiatan 3894", "Ada **7** rincian output"),
        ("berapa IKK kegiatan 8058", "Ada **6** indikator kinerja kegiatan"),
        ("mana lebih besar anggaran kegiatan 7803 atau 7804 tahun 2028", "Selisih alokasi tahun 2028: **Rp20.315.313.000"),
        ("berapa porsi anggaran kegiatan 7799 dari total anggaran kementerian 2028", "42,59%"),
        ("siapa pelaksana kegiatan 8057", "pelaksana kegiatan Pengelolaan Pengembangan Kompetensi"),
        ("IKSS 3 target 2023", "**83**"),
        ("alokasi atase ketenagakerjaan 2028", "tidak memuat alokasi sendiri"),
        ("pagu setditjen pemberdayaan 2026", "Rp1.500.000.000"),
    ],
)
def test_what_is_counted_compared_or_coded_is_answered_as_asked(assistant: Assistant, question: str, said: str) -> None:
    assert said in assistant.run_offline(question)[0].answer


@pytest.mark.parametrize("question", ["realisasi IKP2 2021", "target IKSS-1 2027"])
def test_a_code_that_several_rows_bear_is_asked_back(assistant: Assistant, question: str) -> None:
    answer = assistant.run_offline(question)[0]
    assert answer.status == "ambiguous"
    lines = [assistant.run_offline(option)[0].citations[0].lines[0] for option in answer.options]
    assert len(set(lines)) == len(lines) >= 2


def test_money_of_an_office_with_two_activities_is_asked_back_and_of_one_without_any_refused(assistant: Assistant) -> None:
    answer = assistant.run_offline("anggaran BP3MI 2027")[0]
    assert answer.status == "ambiguous"
    assert len(answer.options) == 2
    assert assistant.run_offline("anggaran sekretariat jenderal 2027")[0].status == "not_found"


def test_the_score_of_a_risk_is_the_product_not_its_first_factor(assistant: Assistant) -> None:
    answer = assistant.run_offline("skor risiko kurangnya koordinasi antar unit kerja")[0]
    assert answer.figures[0].measure == "status"
    assert answer.figures[0].raw == "9"


def test_rows_of_one_name_say_their_office(assistant: Assistant) -> None:
    answer = assistant.run_offline("PMI nonprosedural dicegah kawasan Asia Afrika realisasi 2023")[0]
    assert "Kawasan Asia dan Afrika" in answer.answer.split("\n")[0]


def test_a_doubtful_figure_beside_the_asked_one_is_told(assistant: Assistant) -> None:
    question = "alokasi layanan penerbitan surat izin perekrutan PMI pemberi kerja perseorangan 2027"
    answer = assistant.run_offline(question)[0]
    assert "8.064.000" in answer.answer
    assert any("8.064.000" in warning for warning in answer.warnings)
    doubted = assistant.index.figures.figures
    assert any(f.raw == "8.064.000" and "outlier" in f.flags for f in doubted)


def test_a_quoted_number_that_does_not_come_out_is_told(assistant: Assistant) -> None:
    answer = assistant.run_offline("berapa persen penempatan melalui P3MI")[0]
    assert "89,93%" in answer.answer
    assert any("89,08%" in warning for warning in answer.warnings)


def test_where_words_decide_the_embedding_would_not_have_changed_the_figure(assistant: Assistant) -> None:
    lookup, rows = assistant.lookup, assistant.lookup.chooser.matcher.rows
    decided = 0
    for entry in rows[::9]:
        half = " ".join(entry.shown.split()[: max(2, len(entry.shown.split()) // 2)])
        question = assistant.understanding.read(f"{half} {entry.years()[0] if entry.years() else ''}".strip())
        by_words = lookup.retriever.rank(question, lookup.retriever.no_vector)
        candidates = lookup.chooser.choose(question, by_words)
        if lookup.words_decide(question, by_words, candidates):
            decided += 1
            whole = lookup.look(question, lookup.retriever.rank(question))
            assert [f.id for f in lookup.settle(question, by_words, candidates).figures] == [f.id for f in whole.figures], half
    assert decided > len(rows[::9]) / 5


# --- the tool alone -----------------------------------------------------------------------------------------------------------


def looked_up(assistant: Assistant, **fields: object) -> dict[str, Any]:
    result: dict[str, Any] = make_lookup_tool(assistant.lookup).invoke(fields)
    return result


@pytest.mark.parametrize(
    ("fields", "value", "lines"),
    [
        ({"indicator": "Indeks Pelindungan", "years": [2025, 2029], "operation": "difference"}, "6", [1096, 1096]),
        ({"indicator": "pelatihan peningkatan kompetensi", "measure": "alokasi", "years": [2027, 2028], "operation": "growth"}, "10.27", [1801, 1801]),
        ({"indicator": "kegiatan 7799", "measure": "alokasi", "operation": "sum"}, "3041371250000", [1798] * 5),
        ({"indicator": "kegiatan 7799", "measure": "alokasi", "operation": "highest"}, "1132127500000", [1798] * 5),
        ({"indicator": "kegiatan 7799", "measure": "alokasi", "operation": "lowest"}, "500000000", [1798] * 5),
        (
            {"indicator": "rincian output", "activity_code": "7798", "measure": "alokasi", "years": [2027], "operation": "sum"},
            "9057537000", [1788, 1790, 1792, 1795],
        ),
        ({"indicator": "rincian output", "activity_code": "7798", "operation": "count"}, "4", [1788, 1790, 1792, 1795]),
        ({"indicator": "kegiatan 7799", "measure": "alokasi", "years": [2027], "operation": "share"}, "42.10", [1798, 1878]),
        ({"indicator": "Layanan Sarana Internal", "activity_code": "8063", "measure": "alokasi", "years": [2027], "operation": "share"}, "16.61", [2246, 2231]),
    ],
)  # fmt: skip
def test_an_operation_carries_its_operands_and_formula(
    assistant: Assistant, fields: dict[str, object], value: str, lines: list[int]
) -> None:
    result = looked_up(assistant, **fields)
    assert result["status"] == "found"
    (derived,) = result["derived"]
    assert derived["value"] == value
    known = {f["id"]: f["line"] for f in result["figures"]}
    assert [known[i] for i in derived["operands"]] == lines
    assert derived["formula"]


def test_rows_and_ranks_of_a_level(assistant: Assistant) -> None:
    outputs = looked_up(assistant, indicator="rincian output", activity_code="7798", measure="alokasi", years=[2027], operation="rows")
    assert [f["line"] for f in outputs["figures"]] == [1788, 1790, 1792, 1795]
    highest = looked_up(assistant, indicator="kegiatan", measure="alokasi", years=[2027], operation="highest")
    assert highest["figures"][0]["line"] == 1798
    order = looked_up(assistant, indicator="kegiatan", measure="alokasi", years=[2027], operation="rank")
    values = [Decimal(f["value"]) for f in order["figures"]]
    assert values == sorted(values, reverse=True)
    place = looked_up(assistant, indicator="kegiatan 4587", measure="alokasi", years=[2027], operation="rank")
    assert place["derived"][0]["value"] == "2"


def test_a_conflict_gives_all_values_with_their_lines(assistant: Assistant) -> None:
    result = looked_up(assistant, indicator="OPP", measure="target", years=[2025])
    assert result["status"] == "conflict"
    assert {(f["line"], f["value"]) for f in result["figures"]} == {(1237, "16000"), (1888, "15540"), (2358, "15540"), (2382, "15540")}


def test_what_is_not_there_says_what_is(assistant: Assistant) -> None:
    assert "2025-2029" in looked_up(assistant, indicator="Indeks Pelindungan", years=[2031])["message"]
    assert "target 2025-2029" in looked_up(assistant, indicator="Indeks Pelindungan", measure="baseline")["message"]


@pytest.mark.parametrize(
    "asked", ["Indeks Kebahagiaan Burung", "target indeks literasi digital", "persentase perokok", "anggaran gedung olahraga"]
)
def test_an_indicator_that_is_not_there_gets_no_number_of_another(assistant: Assistant, asked: str) -> None:
    assert looked_up(assistant, indicator=asked, years=[2027])["status"] == "not_found"
    assert not assistant.run_offline(f"{asked} 2027")[0].figures


def test_every_option_of_a_question_back_gives_exactly_one_row(assistant: Assistant) -> None:
    asked = (
        "realisasi penurunan kasus PMI 2022", "realisasi kegiatan produktif PMI 2022", "alokasi layanan sarana internal 2029",
        "alokasi Koordinasi Peninjakan dan Pengembangan Pasar Kerja di Tujuan Penempatan 2028",
    )  # fmt: skip
    for question in asked:
        answer = assistant.run_offline(question)[0]
        assert answer.status == "ambiguous", question
        results = [assistant.run_offline(option)[0] for option in answer.options]
        assert {r.status for r in results} <= {"answered", "conflict"}, answer.options
        lines = [r.citations[0].lines[0] for r in results]
        assert len(set(lines)) == len(lines), answer.options
