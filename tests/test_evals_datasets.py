"""Question sets: faults are told with file and line; tables become sets; the shipped sets are sound."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from evals.datasets import PERSONAS, TYPES, Dataset, DatasetError, load_dataset, load_datasets, select, write_jsonl
from evals.importing import derived_groups
from evals.leaks import corpus_questions, near_duplicates
from evals.score import Edition, Editions
from evals.workbench import check_evidence

HERE = Path(__file__).parents[1]
SETS = HERE / "evals" / "datasets"
PLAN = HERE / "corpus" / "renstra-kp2mi-bp2mi-2025-2029.txt"
RIGHT: dict[str, Any] = {"id": "A-1", "type": "lookup", "persona": "staf", "question": "berapa?", "must": [["5"]]}


def wrote(folder: Path, *lines: Any, name: str = "set.jsonl") -> Path:
    path = folder / name
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("{rusak", "bukan JSON yang sah"),
        ("[1]", "harus berupa objek"),
        ({**RIGHT, "type": "puisi"}, "'puisi' tidak dikenal"),
        ({**RIGHT, "id": "A-1"}, "id 'A-1' sudah dipakai di baris 1"),
        ({**RIGHT, "id": "B", "question": " "}, "pertanyaan kosong"),
        ({**RIGHT, "id": "B", "must": [[]]}, "kelompok atau pilihan yang kosong"),
        ({**RIGHT, "id": "B", "abstain": "mungkin"}, "true atau false"),
        ({k: v for k, v in RIGHT.items() if k != "question"}, "“question”: tidak ada"),
        ({**RIGHT, "id": "B", "evidence": ["a\nb"]}, "satu baris"),
        ({**RIGHT, "id": "B", "persona": "raja"}, "persona"),
        ({**RIGHT, "id": "B", "history": [{"role": "robot", "content": ""}]}, "history.0.role"),
    ],
)
def test_a_fault_is_told_with_file_and_line(tmp_path: Path, line: Any, fault: str) -> None:
    path = wrote(tmp_path, RIGHT, line)
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    assert f"{path}, baris 2: " in caught.value.message
    assert fault in caught.value.message
    assert caught.value.exit_code == 2


def test_all_faults_are_told_at_once_and_long_lists_are_cut(tmp_path: Path) -> None:
    with pytest.raises(DatasetError) as caught:
        load_dataset(wrote(tmp_path, *["{"] * 14))
    assert "baris 10:" in caught.value.message
    assert "4 kesalahan lain" in caught.value.message


def test_an_empty_set_and_a_missing_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match="kosong"):
        load_dataset(wrote(tmp_path, "", "  "))
    with pytest.raises(DatasetError, match="tidak ditemukan"):
        load_dataset(tmp_path / "tidak-ada.jsonl")


def test_an_id_may_stand_in_one_set_only(tmp_path: Path) -> None:
    a, b = wrote(tmp_path, RIGHT, name="a.jsonl"), wrote(tmp_path, {**RIGHT, "id": "B"}, RIGHT, name="b.jsonl")
    with pytest.raises(DatasetError, match=r"b\.jsonl, baris 2: id 'A-1' juga ada di .*a\.jsonl, baris 1"):
        load_datasets([a, b])


def test_what_is_odd_but_usable_is_only_a_warning(tmp_path: Path) -> None:
    read = load_dataset(wrote(tmp_path, {**RIGHT, "must": [], "musst": 1}, {**RIGHT, "id": "B", "type": "followup"}))
    assert [w.split(": ", 1)[1] for w in read.warnings] == [
        "kolom tak dikenal diabaikan: musst",
        "“must” kosong: jawaban apa pun akan dianggap benar",
        "jenis followup tanpa history",
    ]


def test_evidence_that_the_plan_lacks_is_a_fault_of_the_line(tmp_path: Path) -> None:
    read = load_dataset(wrote(tmp_path, RIGHT, {**RIGHT, "id": "B", "evidence": ["tidak tertulis di mana pun"]}))
    chosen = select([read])
    with pytest.raises(DatasetError, match=r"set\.jsonl, baris 2: bukti tidak ada di dokumen"):
        check_evidence(chosen, Editions([Edition("teks", ("isi",))]))
    (note,) = check_evidence(chosen, Editions([Edition("pdf", ("isi",), "pdf")]))
    assert note.startswith("1 potongan bukti")


def test_filters_choose_and_an_empty_choice_is_refused(tmp_path: Path) -> None:
    read = load_dataset(wrote(tmp_path, RIGHT, {**RIGHT, "id": "B", "type": "list", "persona": "manajer"}))
    assert [i.id for _, i in select([read], ["list"])] == ["B"]
    with pytest.raises(DatasetError, match="Tidak ada pertanyaan yang cocok"):
        select([read], ["list"], ["staf"])


# tables ---------------------------------------------------------------------------------------------------------------


def test_both_templates_are_usable_as_they_are() -> None:
    for name in ("template.csv", "template.xlsx"):
        items = load_dataset(SETS / name).items
        assert [i.type for i in items] == ["lookup", "factoid", "list", "unanswerable"]
        assert items[0].must == (("58,5",),)
        assert items[2].must == (("tujuan pertama", "tujuan 1"), ("tujuan kedua", "tujuan 2"))
        assert len(items[2].evidence) == 2
        assert items[3].abstain


def test_three_columns_are_enough(tmp_path: Path) -> None:
    path = tmp_path / "soal.csv"
    path.write_text("Pertanyaan;Jawaban;Bukti\nberapa targetnya?;58,5 persen;baris 7\nada cuti?;tidak ada di dokumen;\n", encoding="utf-8")
    first, second = load_dataset(path).items
    assert (first.id, first.type, first.must, first.evidence) == ("soal-002", "lookup", (("58,5",),), ("baris 7",))
    assert (second.type, second.abstain) == ("unanswerable", True)


def test_numbers_of_a_workbook_are_read_as_indonesians_write_them(tmp_path: Path) -> None:
    book = Workbook()
    assert book.active is not None
    for row in (["pertanyaan", "jawaban", "bukti"], ["berapa?", 58.5, None], [None, None, None], ["berapa lagi?", 140, None]):
        book.active.append(row)
    book.save(tmp_path / "soal.xlsx")
    assert [(i.id, i.must) for i in load_dataset(tmp_path / "soal.xlsx").items] == [("soal-002", (("58,5",),)), ("soal-004", (("140",),))]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("pertanyaan,bukti\na,b\n", "baris 1: kolom jawaban tidak ada"),
        ("pertanyaan,jawaban\n,5\n", "baris 2: kolom “pertanyaan” kosong"),
        ("pertanyaan,jawaban\na,\n", "baris 2: kolom “jawaban” kosong"),
        ("pertanyaan,jawaban,jenis\na,b,puisi\n", "baris 2: jenis (type) 'puisi'"),
        ("", "kosong"),
    ],
)
def test_a_fault_of_a_table_is_told_with_its_row(tmp_path: Path, text: str, fault: str) -> None:
    path = tmp_path / "soal.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError) as caught:
        load_dataset(path)
    assert fault in caught.value.message


def test_a_file_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    (tmp_path / "soal.xlsx").write_bytes(b"bukan zip")
    with pytest.raises(DatasetError, match="bukan buku kerja Excel"):
        load_dataset(tmp_path / "soal.xlsx")


@pytest.mark.parametrize(
    ("answer", "groups"),
    [
        ("58,5 persen pada 2027", [["58,5"], ["2027"]]),
        ("Aman, tertib, dan maju.", [["Aman"], ["tertib"], ["maju"]]),
        ("yaitu Menteri", [["Menteri"]]),
        ("", []),
    ],
)
def test_what_an_answer_must_hold_is_derived_from_it(answer: str, groups: list[list[str]]) -> None:
    assert derived_groups(answer) == groups


@given(st.text(max_size=60))
def test_derived_groups_never_hold_an_empty_alternative(answer: str) -> None:
    assert all(alternative.strip() for group in derived_groups(answer) for alternative in group)


def test_an_imported_set_reads_back_the_same(tmp_path: Path) -> None:
    items = load_dataset(SETS / "template.csv").items
    write_jsonl(tmp_path / "set.jsonl", items)
    assert load_dataset(tmp_path / "set.jsonl").items == items


# the shipped sets -----------------------------------------------------------------------------------------------------


def shipped() -> tuple[Dataset, ...]:
    return load_datasets([SETS / f"{name}.jsonl" for name in ("dev", "own-a", "own-b", "own-c")])


def test_the_shipped_sets_are_sound_and_their_evidence_stands_in_the_plan() -> None:
    sets = shipped()
    assert [w for s in sets for w in s.warnings] == []
    editions = Editions([Edition("renstra", tuple(PLAN.read_text(encoding="utf-8").split("\n")))])
    assert check_evidence(select(sets), editions) == []
    text = PLAN.read_text(encoding="utf-8")
    assert [quote for s in sets for i in s.items for quote in (*i.evidence, *i.evidence_any) if quote not in text] == []


def test_our_own_sets_are_large_and_spread_over_all_types_and_personas() -> None:
    own = [item for s in shipped()[1:] for item in s.items]
    assert len(own) >= 150
    assert set(Counter(item.type for item in own)) == set(TYPES)
    assert set(Counter(item.persona for item in own)) == set(PERSONAS)


def test_few_test_questions_nearly_equal_an_indexed_one() -> None:
    asked = corpus_questions(HERE / "corpus")
    items = [item for s in shipped() for item in s.items]
    assert len(near_duplicates(items, asked)) <= 0.02 * len(items)


def test_a_near_duplicate_is_found_and_a_paraphrase_is_not() -> None:
    (item,) = [i for i in load_dataset(SETS / "template.csv").items if i.type == "factoid"]
    assert near_duplicates([item], ["Siapa yg menetapkan dokumen ini"]) == {item.id: "Siapa yg menetapkan dokumen ini"}
    assert near_duplicates([item], ["dokumen ini disahkan oleh pejabat apa?"]) == {}
    assert near_duplicates([item], []) == {}
