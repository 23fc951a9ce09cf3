"""Several documents: what each is called, which of them a question goes to, and that the code holds for another agency's plan."""

from __future__ import annotations

import re
import shutil
import tomllib
from pathlib import Path

import pdfplumber
import pytest
from pdf_variants import typeset
from plan_files import OTHER_PLAN, PLAN, document, figures
from test_pipeline import Counting

from assistant.answer import Assistant, build_assistant
from assistant.bench_samples import samples
from assistant.documents import candidates, named_documents
from assistant.lexicon import everyday
from assistant.lookup_models import LookupRequest
from assistant.models import Answer, FigureRef, Turn
from assistant.views.source import cited_cells
from ingest.corpus import find_sources, load_meta
from ingest.editions import carry_over
from ingest.errors import InputError
from ingest.models import DocumentMeta
from ingest.pipeline import ingest, read_plan_file
from ingest.questions import questions_file, read_records
from ingest.read_text import source_from_text
from ingest.settings import Settings
from ingest.store.index import open_index
from ingest.structure import build_document
from ingest.terms import fold
from ingest.title_page import as_toml, describe

SHIPPED, OTHER = load_meta(PLAN), load_meta(OTHER_PLAN)
OLDER = OTHER.model_copy(update={"doc": "lama", "period_start": 2020, "period_end": 2024, "number": "", "in_force": False})

# --- what a document is called -----------------------------------------------------------------------------------------------


def undescribed(path: Path) -> DocumentMeta:
    text = path.read_text(encoding="utf-8")
    return describe(build_document(source_from_text(text, DocumentMeta(doc="x", title="x"), "x.txt")))


def test_title_page_gives_title_number_issuer_period_and_short_names() -> None:
    found = undescribed(OTHER_PLAN)
    assert (found.title, found.number) == (OTHER.title, OTHER.number)
    assert (found.year, found.period_start, found.period_end) == (2025, 2025, 2029)
    assert (found.issuer, found.index_label) == (OTHER.issuer, OTHER.index_label)
    assert "BANB" in found.aliases


def test_title_page_of_two_joined_agencies_gives_the_short_name_of_either() -> None:
    found = undescribed(PLAN)
    assert {"KP2MI", "BP2MI"} <= set(found.aliases)
    assert found.issuer == SHIPPED.issuer
    assert found.index_label == "Renstra KP2MI 2025-2029"


def test_a_document_without_a_title_page_keeps_its_file_name() -> None:
    made = build_document(source_from_text("1.1 Kondisi Umum\n\nBalai merawat naskah.", DocumentMeta(doc="x", title="catatan"), "x.txt"))
    found = describe(made)
    assert (found.title, found.number, found.aliases, found.period_start) == ("catatan", "", (), None)


def test_generated_toml_reads_back() -> None:
    found = undescribed(OTHER_PLAN)
    assert DocumentMeta(doc="x", **tomllib.loads(as_toml(found))) == found


# --- which document a question goes to ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("apa visi BANB?", ["renstra-balai-arsip-2025-2029"]),
        ("apa visi Balai Arsip Naskah Bahari?", ["renstra-balai-arsip-2025-2029"]),
        ("apa visi BANB dalam renstra 2020-2024?", ["lama"]),
        ("isi Peraturan Kepala nomor 7 tahun 2025", ["renstra-balai-arsip-2025-2029"]),
        ("apa visi KP2MI?", ["renstra-kp2mi-bp2mi-2025-2029"]),
        ("apa visinya?", []),
        ("capaian 2020-2024", []),
    ],
)
def test_a_question_names_a_document_by_its_agency_its_period_or_its_number(question: str, expected: list[str]) -> None:
    assert named_documents(question, [SHIPPED, OTHER, OLDER]) == expected


def test_without_a_name_the_plans_in_force_are_asked() -> None:
    assert candidates("apa visinya?", (), False, [SHIPPED, OLDER]) == [SHIPPED.doc]


def test_a_follow_up_stays_with_the_document_named_before() -> None:
    history = (Turn(role="user", content="target indeks kelestarian naskah BANB 2026?"), Turn(role="assistant", content="71"))
    assert candidates("kalau 2027?", history, True, [SHIPPED, OTHER]) == [OTHER.doc]


# --- two plans in one index --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=["txt", "pdf"])
def two_plans(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The shipped plan with its vectors, and the invented agency's as text and in print, without a .toml."""
    folder = tmp_path_factory.mktemp("dua")
    other = folder / f"{OTHER_PLAN.stem}.{request.param}"
    if request.param == "pdf":
        typeset(OTHER_PLAN.read_text(encoding="utf-8"), other)
    else:
        shutil.copy(OTHER_PLAN, other)
    settings = Settings(index=folder / "index", corpus=PLAN.parent, today="2026-06-01")
    ingest([PLAN, other], settings)
    return build_assistant(settings)


def printed(assistant: Assistant) -> bool:
    return assistant.index.by_doc[OTHER.doc].source.kind == "pdf"


@pytest.mark.parametrize(
    ("question", "figure"),
    [
        ("target Indeks Kelestarian Naskah BANB tahun 2026", "71"),
        ("berapa alokasi Layanan Ruang Baca di Balai Arsip tahun 2027?", "440"),
        ("berapa konservator yang dimiliki BANB?", "23"),
        ("target jumlah naskah yang dikonservasi 2026 BANB", "1.350"),
    ],
)
def test_the_other_plan_answers_what_is_asked_of_it_and_says_so(two_plans: Assistant, question: str, figure: str) -> None:
    answer = two_plans.answer(question)
    assert not answer.abstained
    assert figure in answer.answer
    assert {c.doc for c in answer.citations} == {OTHER.doc}
    assert all(c.section.startswith("Renstra BANB 2025-2029") for c in answer.citations)
    assert all((c.page is not None) == printed(two_plans) for c in answer.citations)


def test_a_question_that_only_one_plan_can_mean_goes_there_unnamed(two_plans: Assistant) -> None:
    assert {c.doc for c in two_plans.answer("target indeks kelestarian naskah 2026").citations} == {OTHER.doc}
    assert {c.doc for c in two_plans.answer("target Indeks Pelindungan Pekerja Migran Indonesia 2027").citations} == {SHIPPED.doc}


def test_an_abbreviation_is_cited_from_the_plan_that_defines_it(two_plans: Assistant) -> None:
    answer = two_plans.answer("apa kepanjangan SINADI di BANB?")
    assert "Sistem Naskah Digital Bahari" in answer.answer
    assert {c.doc for c in answer.citations} == {OTHER.doc}


def test_what_one_plan_does_not_hold_is_refused_though_the_other_does(two_plans: Assistant) -> None:
    answer = two_plans.answer("berapa target penempatan nonpemerintah BANB tahun 2027?")
    assert answer.abstained
    assert any("Dokumen lain" in warning for warning in answer.warnings)


# --- another edition of one plan ---------------------------------------------------------------------------------------------


def test_another_edition_takes_the_everyday_questions_over_where_the_text_stands() -> None:
    source = document().source
    records = read_records(questions_file(PLAN))
    plain = "Halaman judul\n\n" + source.text.replace("**", "").replace("\n- ", "\n")
    other = source_from_text(plain, DocumentMeta(doc="lain", title="Lain"), "lain.txt")
    carried = carry_over(records, source, other)
    assert len(carried) == len(records)
    first = next(r for r in carried if r.line_start == r.line_end)
    origin = next(r for r in records if r.questions == first.questions)
    assert first.line_start == origin.line_start + 2


def test_another_plan_takes_no_questions_over() -> None:
    assert carry_over(read_records(questions_file(PLAN)), document().source, document(OTHER_PLAN).source) == []


def test_a_document_without_questions_of_its_own_looks_among_the_corpus(tmp_path: Path) -> None:
    copy = tmp_path / "edisi-lain.txt"
    shutil.copy(PLAN, copy)
    found = read_plan_file(copy, Settings(corpus=PLAN.parent))
    assert len({q.passage_id for q in found.bound.questions}) >= 1000
    assert found.document.source.meta.issuer == SHIPPED.issuer


# --- adding ------------------------------------------------------------------------------------------------------------------


def test_adding_writes_a_toml_and_the_index_is_not_stale_at_once(tmp_path: Path) -> None:
    plan = tmp_path / "baru.txt"
    shutil.copy(OTHER_PLAN, plan)
    settings = Settings(index=tmp_path / "index", corpus=tmp_path, embedding_model=Counting.name)
    report = ingest([plan], settings, embedder=Counting(), describe_new=True)
    assert load_meta(plan).index_label == "Renstra BANB 2025-2029"
    assert any("baru.toml" in note for note in report.notes)
    assert ingest([plan], settings, embedder=Counting()).unchanged


def test_two_documents_of_one_name_are_refused(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "renstra.txt").write_text("Teks.", encoding="utf-8")
    with pytest.raises(InputError, match="lebih dari satu dokumen bernama 'renstra'"):
        find_sources([tmp_path / "a", tmp_path / "b"])


# --- a figure's cell on the printed page -----------------------------------------------------------------------------------------


def test_a_cited_figure_of_a_pdf_has_the_page_and_box_of_its_cell(tmp_path: Path) -> None:
    path = typeset(OTHER_PLAN.read_text(encoding="utf-8"), tmp_path / "banb.pdf")
    settings = Settings(index=tmp_path / "index", corpus=tmp_path, embedding_model=Counting.name)
    ingest([path], settings, embedder=Counting())
    index = open_index(settings)
    figure = next(f for f in index.figures.figures if f.raw == "1.152")
    ref = FigureRef(
        figure_id=figure.id, indicator=figure.indicator, measure=figure.measure, year=figure.year, raw=figure.raw, value=figure.value,
        unit=figure.unit, citation=1,
    )  # fmt: skip
    answer = Answer(question="?", answer="1.152 [1]", status="answered", abstained=False, mode="lookup", figures=(ref,))
    ((page, box),) = cited_cells(index, answer, 1)
    assert cited_cells(index, answer, 2) == ()
    with pdfplumber.open(path) as pdf:
        assert "".join(char["text"] for char in pdf.pages[page - 1].crop(box).chars).strip() == "1.152"


# --- nothing of one plan in the code ---------------------------------------------------------------------------------------------


def names_of_the_plan() -> set[str]:
    """What only this plan calls its agency, sections, activities, units, indicators and the everyday words of its field."""
    meta, shown = SHIPPED, figures()
    told = [name for f in shown for name in (f.indicator, f.activity, f.org_unit)] + [s.title for s in document().sections]
    # every ministry has a centre for data and information: an abbreviation of office talk
    usual = {fold(long) for long in everyday().slang.values()}
    long = {fold(name) for name in told if len(name.split()) >= 4} - usual
    return (
        long | {fold(name) for name in (*meta.aliases, *meta.issuer.split("/"))} | {fold(short) for short in meta.everyday if " " in short}
    )


def test_no_code_or_word_list_names_this_plan() -> None:
    names = names_of_the_plan()
    assert len(names) > 500
    root = Path(__file__).parents[1]
    folders = [*(root / "ingest").rglob("*"), *(root / "assistant").rglob("*"), *(root / "evals").glob("*"), root / "app.py"]
    files = [file for file in folders if file.suffix in (".py", ".toml", ".md", ".html", ".js", ".css")]
    told = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?!\w)")
    found = {f"{file.name}: {name}" for file in files for name in told.findall(fold(file.read_text(encoding="utf-8")))}
    assert found == set()


def test_everyday_words_of_a_plan_stand_in_its_own_file_and_go_over_to_its_other_edition(tmp_path: Path) -> None:
    assert "tki" in SHIPPED.everyday
    assert "tki" not in everyday().terms
    copy = tmp_path / "edisi-lain.txt"
    shutil.copy(PLAN, copy)
    assert read_plan_file(copy, Settings(corpus=PLAN.parent)).document.source.meta.everyday == SHIPPED.everyday
    shutil.copy(OTHER_PLAN, tmp_path / "rencana-lain.txt")
    assert read_plan_file(tmp_path / "rencana-lain.txt", Settings(corpus=PLAN.parent)).document.source.meta.everyday == {}


def test_the_speed_of_a_plan_without_samples_is_measured_with_its_own_rows(two_plans: Assistant) -> None:
    asked = samples(two_plans.index.only([OTHER.doc]))
    assert len(asked.prose) == len(asked.lookups) == 10
    assert all(two_plans.lookup.find(LookupRequest(indicator=lookup)).status for lookup in asked.lookups)
    assert samples(two_plans.index).prose == SHIPPED.sample_questions
