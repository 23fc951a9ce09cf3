"""The everyday-language layer: questions bound to passages by lines and hash, visibly lost when the text changes, never evidence."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from plan_files import PLAN, document, figures, tables

from assistant.answer import Assistant
from assistant.asking import language
from ingest.errors import InputError
from ingest.models import Document, Passage
from ingest.passages import make_passages
from ingest.questions import (
    Bound,
    Finder,
    QuestionRecord,
    bind,
    bind_file,
    questions_file,
    read_records,
    text_hash,
    write_records,
)
from ingest.questions_coverage import Coverage, coverage
from ingest.questions_lint import LintReport, lint, near_duplicates
from ingest.read_text import source_from_text
from ingest.store.index import PlanIndex
from ingest.structure import build_document
from ingest.tables import find_tables

FILE = questions_file(PLAN)


@cache
def passages() -> tuple[Passage, ...]:
    return make_passages(document(), tables())


@cache
def shipped() -> list[QuestionRecord]:
    return read_records(FILE)


@cache
def bound() -> Bound:
    return bind(shipped(), document().source, passages())


@cache
def report() -> LintReport:
    return lint(shipped(), document().source, passages())


def record(first: int, last: int, *questions: str, **more: object) -> QuestionRecord:
    values = {"hash": text_hash(document().source, first, last), "questions": questions, **more}
    return QuestionRecord.model_validate({"line_start": first, "line_end": last, **values})


# --- the shipped file -----------------------------------------------------------------------------------------------------


def test_shipped_questions_all_fit_the_shipped_text() -> None:
    assert bound().lost == ()
    assert len(bound().questions) >= 5000
    assert {q.passage_id for q in bound().questions} | {n.passage_id for n in bound().names} <= {p.id for p in passages()}


def test_lint_finds_no_fault_and_enough_distance() -> None:
    assert (report().changed, report().faults) == ((), 0)
    assert report().questions == len(bound().questions)
    assert report().little_shared / report().questions >= 0.5


@cache
def covered() -> Coverage:
    return coverage(passages(), tables(), figures(), bound())


def test_everything_that_states_something_has_its_questions_and_rows_their_names() -> None:
    assert {name: [p.span.line_start for p in kind.short] for name, kind in covered().kinds.items() if kind.short} == {}
    assert [p.span.line_start for p in covered().unnamed] == []
    assert covered().complete
    assert covered().kinds["row"].stating > 700


def test_coverage_names_the_passages_that_fall_short() -> None:
    kept = [r for r in shipped() if (r.line_start, r.line_end) not in {(1789, 1789), (760, 768), (1249, 1249)}]
    found = coverage(passages(), tables(), figures(), bind(kept, document().source, passages()))
    assert {p.span.line_start for kind in found.kinds.values() for p in kind.short} == {1789, 760, 1249}
    assert [p.span.line_start for p in found.unnamed] == [1789]
    assert "kurang: baris 760" in found.text()


def test_a_heading_row_needs_no_questions_but_regulations_and_risks_do() -> None:
    short = coverage(passages(), tables(), figures(), Bound()).kinds["row"].short
    lines = {p.span.line_start for p in short}
    assert 1787 not in lines  # "KRO Data dan Informasi (BMA)": a heading over its outputs
    assert {1789, 2400, 2495} <= lines


def test_no_answers_in_the_file() -> None:
    assert set(QuestionRecord.model_fields) == {"line_start", "line_end", "hash", "questions", "names", "drafted"}
    assert all(len(text) < 200 for r in shipped() for text in r.questions)


# --- binding -----------------------------------------------------------------------------------------------------------------


def kind_and_lines(found: Bound) -> tuple[str, int, int]:
    (passage,) = [p for p in passages() if p.id == found.questions[0].passage_id]
    return passage.kind, passage.span.line_start, passage.span.line_end


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1047, 1053, ("list", 1047, 1053)),
        (1049, 1053, ("list", 1047, 1053)),
        (1050, 1050, ("item", 1050, 1050)),
        (1801, 1801, ("row", 1801, 1801)),
        (368, 372, ("paragraph", 368, 372)),
        (164, 340, ("list", 164, 164)),
        (870, 898, ("list", 870, 870)),
        (1510, 1649, ("list", 1510, 1510)),
    ],
)
def test_record_goes_to_the_passage_that_fits_its_lines(first: int, last: int, expected: tuple[str, int, int]) -> None:
    assert kind_and_lines(bind([record(first, last, "apa?")], document().source, passages())) == expected


def test_changed_text_loses_its_questions_visibly() -> None:
    kept, gone = record(1050, 1050, "misi kedua apa?"), record(1051, 1051, "misi ketiga apa?", hash="0" * 12)
    found = bind([kept, gone], document().source, passages())
    assert ([q.text for q in found.questions], found.lost) == (["misi kedua apa?"], (1051,))


def test_record_on_a_bare_heading_is_told_not_dropped() -> None:
    heading = record(1777, 1777, "lampiran pertama isinya apa?")
    found = lint([heading], document().source, passages())
    assert bind([heading], document().source, passages()).astray == found.astray == (1777,)
    assert found.faults == 1
    assert "tidak menemukan kutipan: baris 1777" in found.text()


def test_white_space_is_no_change() -> None:
    source = document().source
    spaced = source.model_copy(update={"lines": tuple(line.model_copy(update={"text": f" {line.text}  "}) for line in source.lines)})
    assert text_hash(spaced, 1047, 1053) == text_hash(source, 1047, 1053)


def test_record_beyond_the_end_of_the_text_is_lost() -> None:
    beyond = QuestionRecord(line_start=999_999, line_end=999_999, questions=("apa?",))
    assert bind([beyond], document().source, passages()).lost == (999_999,)


def shifted(by: int) -> Document:
    """The shipped plan with lines put in before it."""
    before = "\n".join(f"Baris sisipan nomor {n}." for n in range(by)) + "\n"
    return build_document(source_from_text(before + document().source.text, document().source.meta, "geser.txt"))


def test_text_that_only_moved_keeps_its_questions() -> None:
    moved = shifted(3)
    found = bind(shipped(), moved.source, make_passages(moved, find_tables(moved)))
    assert found.lost == ()
    texts = {p.id: p.text for p in make_passages(moved, find_tables(moved))}
    before = {p.id: p.text for p in passages()}
    kept = {(q.text, " ".join(texts[q.passage_id].split())) for q in found.questions}
    assert kept == {(q.text, " ".join(before[q.passage_id].split())) for q in bound().questions}


def test_questions_of_deleted_text_do_not_go_to_the_same_words_elsewhere() -> None:
    text = "Paragraf pertama yang berdiri sendiri.\n\nKalimat kembar di dua tempat.\n\nSela.\n\nKalimat kembar di dua tempat."
    whole = source_from_text(text, document().source.meta, "kembar.txt")
    records = [
        QuestionRecord(line_start=line, line_end=line, hash=text_hash(whole, line, line), questions=(f"baris {line}?",)) for line in (3, 7)
    ]
    short = source_from_text("\n".join(text.split("\n")[:4]), document().source.meta, "kembar.txt")
    assert [found and found.line_start for found in Finder(short).locate(records)] == [3, None]


def test_binding_a_file_renews_lines_and_fills_in_hashes(tmp_path: Path) -> None:
    file = tmp_path / "x.questions.jsonl"
    write_records(file, [record(1050, 1050, "misi kedua apa?"), QuestionRecord(line_start=1051, line_end=1051, questions=("baru?",))])
    moved = shifted(2).source
    assert bind_file(file, moved) == 2
    new, old = read_records(file)
    assert (old.line_start, old.hash) == (1052, text_hash(document().source, 1050, 1050))
    assert (new.line_start, new.hash) == (1051, text_hash(moved, 1051, 1051))


def test_same_question_twice_in_one_place_is_one() -> None:
    assert len(bind([record(1050, 1050, "apa?", "apa?")], document().source, passages()).questions) == 1


# --- the file -----------------------------------------------------------------------------------------------------------------


def test_records_survive_writing(tmp_path: Path) -> None:
    file = tmp_path / "x.questions.jsonl"
    records = [record(1801, 1801, "apa?", names=("pelatihan",), drafted=True), record(1050, 1050, "misi?")]
    write_records(file, records)
    assert read_records(file) == sorted(records, key=lambda r: r.line_start)


@pytest.mark.parametrize("line", ["{", '{"line_start": 0, "line_end": 1}', '{"line_start": 1, "line_end": 1, "answer": "x"}'])
def test_broken_record_is_named_by_its_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "x.questions.jsonl"
    file.write_text('{"line_start": 1, "line_end": 1}\n\n' + line + "\n", encoding="utf-8")
    with pytest.raises(InputError, match="baris 3"):
        read_records(file)


# --- lint ----------------------------------------------------------------------------------------------------------------------


def test_lint_tells_what_is_wrong() -> None:
    records = [record(1050, 1050, "Apa misi kedua?"), record(1051, 1051, "apa misi kedua"), record(1052, 1052, "x?", hash="0" * 12)]
    found = lint(records, document().source, passages())
    assert (found.duplicates, found.changed, found.faults) == (["apa misi kedua"], (1052,), 2)
    assert "kembar: apa misi kedua" in found.text()


def test_lint_names_questions_whose_words_fit_another_passage_as_well() -> None:
    vague, clear = "rekomendasi BPK yang ditindaklanjuti?", "bagaimana bunyi visi kementerian?"
    found = lint([record(2272, 2272, vague), record(1020, 1020, clear)], document().source, passages())
    assert found.several == [vague]


def test_near_duplicates_differ_in_no_number() -> None:
    same = ["berapa anggaran pelatihan bahasa", "berapa anggaran pelatihan bahasaa"]
    assert near_duplicates([*same, "target tahun 2026", "target tahun 2027"]) == [tuple(same)]


# --- in use ---------------------------------------------------------------------------------------------------------------------


def test_a_question_is_never_evidence(assistant: Assistant, index: PlanIndex) -> None:
    text = index.documents[0].source.text
    for question in index.questions[:: len(index.questions) // 12]:
        for citation in assistant.answer(question.text).citations:
            assert citation.quote in text


def test_autocomplete_and_people_also_ask(assistant: Assistant) -> None:
    completed = assistant.complete("apa visi")
    assert completed
    assert all("visi" in text.lower() for text in completed[:1])
    related = assistant.related(assistant.answer("Sebutkan misi KP2MI"))
    assert 1 <= len(related) <= 4
    assert assistant.complete("") == []


def test_under_the_answer_from_a_row_stand_questions_about_the_row_not_its_table(assistant: Assistant) -> None:
    related = assistant.related(assistant.answer("Berapa peserta pelatihan peningkatan kompetensi bagi pekerja migran 2027?"))
    at = {q.text.lower(): q.passage_id for q in bound().questions}
    kinds = {p.id: p.kind for p in passages()}
    assert related
    assert {kinds[at[text.lower()]] for text in related} == {"row"}


def test_suggestions_are_written_out_and_in_the_language_asked(assistant: Assistant) -> None:
    indonesian = assistant.answer("berapa target indeks pelindungan 2027?")
    english = assistant.answer("How many nurses graduate every year?")
    assert language(assistant.related(english)[0]) == "en"
    shown = [*indonesian.suggestions, *assistant.related(indonesian)]
    assert shown
    assert not [text for text in shown if re.search(r"\b(brp|yg|gmn|ga|tuh)\b", text)]


def test_what_is_suggested_is_answered_when_it_is_asked(assistant: Assistant) -> None:
    asked = (
        "Apa itu P4MI?",
        "Berapa target Indeks Pelindungan 2027?",
        "kenapa banyak yang berangkat nonprosedural",
        "Apa harga beras hari ini?",
    )
    suggested = {text for question in asked for text in assistant.answer(question).suggestions}
    assert len(suggested) >= 6
    for text in suggested:
        assert assistant.answer(text).status in ("answered", "conflict"), text
