"""Retrieval: fusion is pure, term scores are as calculated by hand, rankings find the place, and it works without a questions file."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from plan_files import PLAN

from assistant.answer import Assistant, build_assistant
from assistant.matching import TermTable
from assistant.retrieve import FEATURES, PlanRetriever, fuse, load_weights, zscore
from ingest.pipeline import ingest
from ingest.settings import Settings
from ingest.store.lexical import LexicalIndex
from ingest.terms import fold, stem, terms

# --- fusion ---------------------------------------------------------------------------------------------------------------


def test_fusion_by_hand() -> None:
    features = np.array([[1.0, 0.0, 2.0], [0.5, 1.0, 0.0]], dtype=np.float32)
    weights = np.array([2.0, -1.0, 0.5], dtype=np.float32)
    assert fuse(features, weights).tolist() == [3.0, 0.0]


def test_fusion_changes_nothing_and_remembers_nothing() -> None:
    rng = np.random.default_rng(3)
    features, weights = rng.normal(size=(9, 4)).astype(np.float32), rng.normal(size=4).astype(np.float32)
    before = features.copy()
    first = fuse(features, weights)
    assert np.array_equal(fuse(features, weights), first)
    assert np.array_equal(features, before)
    # linear: the score of a sum is the sum of the scores
    assert np.allclose(fuse(features + features[::-1], weights), first + first[::-1], atol=1e-4)


def test_zscore_by_hand_and_of_equal_values() -> None:
    assert np.allclose(zscore(np.array([1, 3], dtype=np.float32)), [-1, 1])
    assert zscore(np.array([2, 2], dtype=np.float32)).tolist() == [0, 0]


def test_every_feature_has_a_reviewed_coefficient() -> None:
    weights = load_weights()
    assert weights.shape == (len(FEATURES),)
    assert np.isfinite(weights).all()
    assert len(set(FEATURES)) == len(FEATURES)


# --- terms ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("perlindungan", "pelindungan"),
        ("penempatan", "ditempatkan"),
        ("permasalahan", "masalah"),
        ("perencanaan", "rencana"),
        ("menerima", "penerimaan"),
    ],
)
def test_forms_of_one_word_meet(a: str, b: str) -> None:
    assert stem(a) == stem(b)


def test_terms_leave_out_function_words_and_keep_numbers() -> None:
    assert terms("Berapa target untuk tahun 2027 yang 58,5%?") == [stem("target"), stem("tahun"), "2027", "58,5%"]
    assert fold("2025–2029 ’A’") == "2025-2029 'a'"


def test_coverage_by_hand() -> None:
    table = TermTable(["arsip kantor", "arsip gudang", "gedung"])
    rare, common = table.weight(stem("kantor")), table.weight("arsip")
    assert rare == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert common == pytest.approx(math.log(1 + 1.5 / 2.5))
    groups = [("arsip",), (stem("kantor"),)]
    assert np.allclose(table.coverage(groups), [1, common / (rare + common), 0])
    assert np.allclose(table.covered(groups)[:2], [1, common / (common + table.weight(stem("gudang")))])
    assert table.likeness(groups)[0] == pytest.approx(1)
    # an alternative counts as the word itself
    assert np.allclose(table.coverage([("absen", "arsip")]), [1, 1, 0])


def test_lexical_index_finds_and_survives_writing(tmp_path: Path) -> None:
    index = LexicalIndex.build(["pelatihan bahasa", "pelatihan perawat lansia", ""])
    scores = index.scores(terms("perawat"))
    assert int(scores.argmax()) == 1
    assert scores[0] == scores[2] == 0
    index.save(tmp_path / "bm25")
    assert np.allclose(LexicalIndex.open(tmp_path / "bm25", 3).scores(terms("perawat")), scores)
    assert index.scores(["tidak-ada"]).tolist() == [0, 0, 0]
    assert index.scores(terms("perawat"), {stem("perawat"): 0.5})[1] == pytest.approx(scores[1] / 2)


def test_lexical_index_of_nothing() -> None:
    assert LexicalIndex.build([]).scores(["x"]).shape == (0,)


# --- rankings over the plan -------------------------------------------------------------------------------------------------------

PLACES = [
    ("Apa visi KP2MI 2025-2029?", {1018, 1020}),
    ("Sebutkan misi KP2MI", {1047, 1049}),
    ("desa migran emas fungsinya apa", {1406, 1408}),
    ("Berapa perawat baru yang lulus tiap tahun?", {693}),
    ("kenapa IKSS 1 belum tercapai?", {176, 212}),
    ("target SPIP 2026", {2041}),
    ("isu strategis apa saja", {1261}),
    ("siapa pelaksana kegiatan 7809", {1908, 1909, 1910}),
    ("kekuatan dalam analisis SWOT", {870, 872, 874, 875, 978, 515}),
]


@pytest.mark.parametrize(("question", "lines"), PLACES)
def test_ranking_finds_the_place_among_five(assistant: Assistant, question: str, lines: set[int]) -> None:
    hits = assistant.retriever.search(assistant.understanding.read(question), 5)
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)
    assert any(first <= line <= last for first, last in (h.lines for h in hits) for line in lines), [h.lines for h in hits]


def test_ranking_is_the_same_twice(assistant: Assistant) -> None:
    question = assistant.understanding.read("Apa visi KP2MI?")
    first, second = assistant.retriever.rank(question), assistant.retriever.rank(question)
    assert np.array_equal(first.order, second.order)
    assert first.features.shape == (len(assistant.retriever.passages), len(FEATURES))
    assert np.isfinite(first.scores).all()


def test_a_question_left_out_votes_no_more(assistant: Assistant) -> None:
    asked = assistant.index.questions[10]
    read = assistant.understanding.read(asked.text)
    position = assistant.index.positions[asked.passage_id]
    column = FEATURES.index("asked_likeness")
    retriever = assistant.retriever
    assert retriever.rank(read, without=10).features[position, column] < retriever.rank(read).features[position, column]


def test_what_is_ruled_out_draws_no_passages(assistant: Assistant) -> None:
    asking = assistant.retriever.asking(assistant.understanding.read("target pelatihan bukan tahun 2026 tapi 2027"))
    assert "2027" in asking.terms
    assert "2026" not in asking.terms


def test_langchain_retriever_gives_verbatim_text_with_its_place(assistant: Assistant) -> None:
    found = PlanRetriever(retriever=assistant.retriever, k=4).invoke("Sebutkan misi KP2MI")
    assert len(found) == 4
    source = assistant.index.documents[0].source
    for document in found:
        first, last = document.metadata["lines"]
        assert document.page_content in source.text[source.lines[first - 1].start : source.lines[last - 1].end]
        assert document.metadata["section"] is not None


# --- a plan without everyday questions ----------------------------------------------------------------------------------------


def test_without_a_questions_file_it_answers(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for suffix in (".txt", ".toml", ".vectors.npz"):
        shutil.copy(PLAN.with_suffix(suffix), folder)
    settings = Settings(index=tmp_path / "index", corpus=folder)
    report = ingest([folder], settings)
    assert report.counts["pertanyaan"] == 0
    bare = build_assistant(settings)
    assert [f.raw for f in bare.answer("target Indeks Pelindungan Pekerja Migran Indonesia 2027").figures if f.year == 2027] == ["60"]
    assert any(c.lines[0] == 1047 for c in bare.answer("Sebutkan misi KP2MI").citations)
    assert bare.answer("Siapa presiden Amerika?").abstained
    assert bare.complete("apa visi") == []
    assert bare.answer("Sebutkan misi KP2MI").suggestions == ()


def test_frame_words_of_an_english_question_name_nothing(assistant: Assistant) -> None:
    answer = assistant.run_offline("What are the two programmes the ministry runs under this plan?")[0]
    assert "dukungan manajemen" in answer.answer


@pytest.mark.parametrize("question", ["Wakil menteri kita sekarang siapa namanya?", "Siapa sekjen KP2MI sekarang?"])
def test_a_person_that_the_plan_does_not_name_is_not_answered_with_an_office(assistant: Assistant, question: str) -> None:
    assert assistant.run_offline(question)[0].abstained


def test_who_promulgated_it_stands_in_the_signature_block(assistant: Assistant) -> None:
    answer = assistant.run_offline("Nama dirjen yang tercantum di bagian pengundangan siapa?")[0]
    assert "DHAHANA PUTRA" in answer.answer


@pytest.mark.parametrize("question", ["Kampus mana saja yang sudah punya Migrant Center?", "Lounge PMI ada di bandara mana saja?"])
def test_places_asked_for_must_be_named(assistant: Assistant, question: str) -> None:
    assert assistant.run_offline(question)[0].abstained


@pytest.mark.parametrize(
    "question", ["gaji perawat indonesia di jepang tahun 2024 berapa?", "Rata-rata gaji PMI di 2024 berapa? bukan yang 2023 ya"]
)
def test_a_figure_of_another_country_or_year_answers_none(assistant: Assistant, question: str) -> None:
    assert assistant.run_offline(question)[0].abstained


def test_a_link_in_the_plan_survives_into_the_answer(assistant: Assistant) -> None:
    assert "https://portalrb.menpan.go.id" in assistant.run_offline("kalau mau lihat detail penilaian RB, buka website mana?")[0].answer


def test_a_place_named_in_one_item_of_a_long_list_shows_that_item(assistant: Assistant) -> None:
    answer = assistant.run_offline("kantor BP3MI Makassar melayani daerah mana saja")[0].answer
    assert "Sulawesi Barat" in answer
    assert "Aceh" not in answer


def test_what_was_just_asked_is_not_offered_again(assistant: Assistant) -> None:
    answer = assistant.answer("Apa visi KP2MI 2025-2029?")
    assert "Apa visi KP2MI?" not in [*answer.suggestions, *assistant.related(answer)]
