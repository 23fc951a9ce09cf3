"""Statements whose numbers are right and whose meaning is not: turned round, dressed up, put in quotation marks."""

from __future__ import annotations

import pytest
from model_plan import Stand

from assistant.answer import Assistant
from assistant.casefile import CaseFile
from assistant.drafts import DraftClaim, unmarked
from assistant.ground import Ground
from assistant.models import Claim, Evidence
from assistant.sense import turned
from assistant.sense_numbers import altered
from assistant.sense_signs import strange
from assistant.session import Rejected, Session
from assistant.support import Support


@pytest.fixture(scope="module")
def plan(assistant: Assistant) -> Assistant:
    return assistant


@pytest.fixture(scope="module")
def stand(plan: Assistant) -> Stand:
    return Stand(plan)


RIGHT = (
    "Target {l} tahun {y} adalah {v}.", "Target {l} tahun {y} adalah **{v}**.", "Target {l} meningkat dari tahun ke tahun.",
    "Target {l} tahun {y} adalah {v}, naik dari {p} pada tahun {x}.", "Target {l} tertinggi pada tahun {z}, yaitu {m}.",
    "| Tahun | Target {l} |\n|---|---|\n| {x} | {p} |\n| {y} | {v} |",
)  # fmt: skip
WRONG = (
    "Target {l} tahun {y} adalah {v} pekerja.", "Target {l} tahun {y} adalah ${v}.", "Target {l} tahun {y} adalah {v}%.",
    "Target {l} tahun {y} bukan {v}.", "Target {l} tahun {y} tidak {v}.", "Target {l} tahun {y} adalah {v}, turun dari {x}.",
    "Target {l} menurun dari tahun ke tahun.", "Target {l} tetap setiap tahun.", "Target {l} tertinggi pada tahun {x}.",
    "Target {l} terendah pada tahun {z}, yaitu {m}.", "Target {l} tahun {y} lebih dari {v}.", "Target {l} tahun {y} > {v}.",
    "Tidak ada target {l} tahun {y}.", "Rencana strategis tidak menetapkan target {l} tahun {y}.", "75. Target {l} tahun {y} adalah {v}",
    "Target {l} tahun {y} adalah {v} [75].", "Target {l} tahun {y} adalah ke-{v}.", "Target {l} tahun {y} ada pada Tabel {v}.",
    "Target {l} tahun {y} adalah {v}\u0336.", "Target {l} tahun {y} \u0430dalah {v}.", "Target {l} tahun {y} adalah {v} xl.",
    "Target {l} tahun {y} adalah {v}, ditetapkan januari.", "Target {l} tahun {x} adalah {v}.", "Target {l} tahun {y} adalah {p}.",
    "Realisasi {l} tahun {y} adalah {v}.", "Target {l} tahun {y} adalah {v}, dua kali lipat {x}.", "Target {l} adalah “{v} pada akhir masa”.",
    "| {l} | {x} | {y} |\n|---|---|---|\n| Target | {v} | {p} |", "Target {l} tahun {y} adalah enam ribu.", "Target {l} tahun {y} adalah &#54;.",
)  # fmt: skip


def filled(stand: Stand, text: str) -> str:
    before, figure, last = stand.series[1], stand.series[2], stand.series[-1]
    return text.format(l=stand.label, y=figure.year, v=figure.raw, x=before.year, p=before.raw, z=last.year, m=last.raw)


@pytest.mark.parametrize("text", RIGHT)
def test_right_statement_about_a_row_is_shown(stand: Stand, text: str) -> None:
    assert stand.shows(filled(stand, text))


@pytest.mark.parametrize("text", WRONG)
def test_statement_turned_round_is_not_shown(stand: Stand, text: str) -> None:
    assert not stand.shows(filled(stand, text))


def ground(quote: str, text: str) -> Ground:
    item = Evidence(id="e", doc="d", section="", lines=(1, 1), quote=quote)
    return Ground(Claim(text=text, evidence=("e",)), (item,), (), ())


PROSE = (
    "Sasaran pertama belum tercapai karena kuota terbatas. Jumlah dokumen meningkat dari 20 pada tahun 2020 menjadi 184 pada tahun 2022. "
    "Setelah itu jumlah dokumen menurun pada tahun 2023 menjadi 152 dokumen."
)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Sasaran pertama belum tercapai.", True),
        ("Sasaran pertama tercapai.", False),
        ("Sasaran pertama sudah tercapai karena kuota terbatas.", False),
        ("Sasaran pertama belum tercapai karena kuota tidak terbatas.", False),
        ("Jumlah dokumen meningkat menjadi 184 pada tahun 2022.", True),
        ("Jumlah dokumen menurun menjadi 184 pada tahun 2022.", False),
        ("Jumlah dokumen menurun pada tahun 2023.", True),
        ("Jumlah dokumen meningkat pada tahun 2023.", False),
        ("Jumlah dokumen tertinggi pada tahun 2022.", False),
    ],
)
def test_denial_and_direction_are_those_of_the_evidence(text: str, kept: bool) -> None:
    assert (turned(ground(PROSE, text)) == []) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Pada tahun 2023 ada seratus lima puluh dua dokumen.", True),
        ("Pada tahun 2020 ada seratus lima puluh dua dokumen.", False),
        ("Pada tahun 2023 ada 152 dokumen.", True),
        ("Pada tahun 2023 ada 152 perjanjian.", False),
    ],
)
def test_number_in_words_and_what_it_counts_are_those_of_the_evidence(text: str, kept: bool) -> None:
    assert (altered(ground(PROSE, text)) == []) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [("Dokumen menyebut “sasaran pertama belum tercapai”.", True), ("Dokumen menyebut “sasaran pertama hampir tercapai”.", False)],
)
def test_words_in_quotation_marks_are_verbatim(text: str, kept: bool) -> None:
    assert (strange(ground(PROSE, text)) == []) is kept


def test_marks_in_the_text_name_evidence_and_are_not_shown() -> None:
    assert unmarked(DraftClaim(text="Satu hal [75].", evidence=("E1",))) == DraftClaim(text="Satu hal.", evidence=("E1", "E75"))


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Biaya penempatan pada tahun 2023 meningkat dari sebelumnya.", True),
        ("14. Undang-Undang tentang pekerja migran.", True),
        ("15. Undang-Undang tentang pekerja migran.", False),
        ("Pada tahun 2023 biaya penempatan meningkat dari sebelumnya.", True),
        ("Biaya penempatan pada tahun 2023 menurun dari sebelumnya.", False),
    ],
)
def test_whole_sentences_and_numbered_lines_of_the_evidence_are_not_refused(text: str, kept: bool) -> None:
    quote = (
        "13. Peraturan pemerintah.\n14. Undang-Undang tentang pekerja migran.\nBiaya penempatan pada tahun 2023 meningkat dari sebelumnya."
    )
    own = ground(quote, text)
    assert ([*altered(own), *(() if own.verbatim else turned(own))] == []) is kept


def test_amount_as_the_model_was_shown_it_is_not_refused(plan: Assistant) -> None:
    entry = next(r for r in plan.book.rows.values() if len([f for f in r.series("alokasi") if f.value]) == 5)
    figure = entry.series("alokasi")[1]
    case = CaseFile(plan.index, plan.book)
    case.take_row(entry.id)
    question = plan.run_offline(f"berapa alokasi {entry.shown} tahun {figure.year}?")[1].question
    told = case.show_figure(figure)["nilai"]
    assert "iliar" in told or "juta" in told, "written out beside the digits"

    def accepted(value: str) -> bool:
        session = Session(question, case, Support(plan.retriever), lambda part: None)
        try:
            session.accept(DraftClaim(text=f"Alokasi {entry.shown} tahun {figure.year} adalah {value}.", evidence=("E1",)))
        except Rejected:
            return False
        return True

    assert accepted(told)
    assert not accepted(told.replace("juta", "miliar") if "juta" in told else told.replace("miliar", "juta"))
