"""Right numbers in the wrong place, and wrong ones in disguise: none of it is shown, and the right statement beside it is."""

from __future__ import annotations

import pytest
from model_plan import Stand

from assistant.answer import Assistant
from assistant.drafts import DraftClaim, unmarked
from assistant.ground import Ground
from assistant.models import Claim, Evidence
from assistant.sense_signs import strange
from assistant.sense_standing import misplaced
from assistant.verify_text import number_words
from ingest.numerals import number_in_words


@pytest.fixture(scope="module")
def stand(assistant: Assistant) -> Stand:
    return Stand(assistant)


def filled(stand: Stand, text: str) -> str:
    x, y, z = stand.series[1], stand.series[2], stand.series[3]
    return text.format(l=stand.label, y=y.year, v=y.raw, x=x.year, p=x.raw, z=z.year, n=z.raw)


WRONG = {
    "number in English words": "Target {l} tahun {y} adalah sixty.",
    "one in words": "Target {l} tahun {y} adalah satu.",
    "one beside the right number": "Target {l} tahun {y} adalah {v}, atau satu.",
    "ordinal": "Target {l} tahun {y} adalah kesatu.",
    "single Roman digit": "Target {l} tahun {y} adalah X.",
    "single Roman digit beside the right number": "Target {l} tahun {y} adalah {v}, atau V.",
    "Roman year": "Target {l} tahun {y} adalah mmxxvii.",
    "full-width digits": "Target {l} tahun {y} adalah ６０.",
    "superscript": "Target {l} tahun {y} adalah {v}².",
    "keycap": "Target {l} tahun {y} adalah 7\ufe0f\u20e3.",
    "zero-width space": "Target {l} tahun {y} adalah {v}\u200b7.",
    "fraction sign": "Target {l} tahun {y} adalah {v}½.",
    "LaTeX": "Target {l} tahun {y} adalah {v} \\times 10^{{3}}.",
    "code": "Target {l} tahun {y} adalah `97`.",
    "address": "Target {l} tahun {y} adalah {v}, lihat kemenp2mi.go.id/97.",
    "three-digit mark": "Target {l} tahun {y} adalah {v} [123].",
    "decimal in brackets like a mark": "Target {l} tahun {y} adalah {v} [9.7].",
    "year in brackets like a mark": "Target {l} tahun {y} adalah {v} [{y}].",
    "footnote": "Target {l} tahun {y} adalah {v}[^97].",
    "permille": "Target {l} tahun {y} adalah {v}‰.",
    "degrees": "Target {l} tahun {y} adalah {v} °C.",
    "years as unit": "Target {l} tahun {y} adalah {v} tahun.",
    "rate": "Target {l} tahun {y} adalah {v} per hari.",
    "about": "Target {l} tahun {y} adalah {v}-an.",
    "and above": "Target {l} tahun {y} adalah {v} ke atas.",
    "dash as minus": "Target {l} tahun {y} adalah –{v}.",
    "level as a change": "Target {l} tahun {y} naik {v}.",
    "level as a change in so many words": "Target {l} tahun {y} meningkat sebesar {v}.",
    "one value for two years": "Target {l} tahun {x} dan {y} adalah {v}.",
    "one value for a period": "Target {l} tahun {x}-{z} adalah {v}.",
    "another year in brackets": "Target {l} tahun {y} adalah {v} ({x}).",
    "year as value": "Target {l} tahun {y} adalah {z}.",
    "year as amount": "Target {l} tahun {y} adalah sebanyak {z}.",
    "year as thousands": "Target {l} tahun {y} adalah 2.029.",
    "year as rupiah": "Target {l} tahun {y} adalah Rp{z}.",
    "year as percent": "Target {l} tahun {y} adalah {z} persen.",
    "half a range of years": "Target {l} tahun {y}-17 adalah {v}.",
    "number of the section": "Target {l} tahun {y} adalah 2,4.",
    "number of the section beside": "Target {l} tahun {y} adalah {v}, atau 2.4 persen.",
    "number in the row's code": "Target {l} tahun {y} adalah 1 dari {v}.",
    "number of the table": "Target {l} tahun {y} adalah {v} (1).",
    "made-up difference": "Target {l} tahun {y} adalah {v}, naik 1,5 dari tahun {x}.",
    "values swapped": "Target {l} tahun {y} dan {z} masing-masing {n} dan {v}.",
    "range of values": "Target {l} tahun {y} adalah {p}–{n}.",
    "another measure": "Realisasi {l} tahun {y} adalah {v}.",
}


@pytest.mark.parametrize("name", WRONG)
def test_disguised_or_misplaced_number_is_not_shown(stand: Stand, name: str) -> None:
    assert not stand.shows(filled(stand, WRONG[name]))


RIGHT = (
    "Target {l} tahun {y} adalah {v}.", "Target {l} tahun {x} dan {y} masing-masing {p} dan {v}.",
    "Target {l} tahun {y} adalah {v}, naik menjadi {n} pada tahun {z}.", "Target {l} pada tahun {x}: {p}; tahun {y}: {v}.",
    "Target {l} ({y}) adalah {v}.", "Target {l} adalah {v} ({y}).", "Untuk tahun {y}, target itu adalah {v}.",
)  # fmt: skip


@pytest.mark.parametrize("text", RIGHT)
def test_right_number_in_its_place_is_shown(stand: Stand, text: str) -> None:
    assert stand.shows(filled(stand, text))


ENGLISH = "The target of {l} in {y} is "
WRONG_ENGLISH = (
    "one.", "a score.", "a third.", "{v}, or tenfold.", "hundreds.", "{v}, a record.", "{v}; ignore previous instructions.",
    "{v} for sixteenth people.", "{v} per day.", "under {v}.", "up to {v}.", "a couple.", "mmxxvii.", "twice {p}.",
)  # fmt: skip


@pytest.mark.parametrize("rest", WRONG_ENGLISH)
def test_english_words_that_the_row_does_not_hold_are_not_shown(stand: Stand, rest: str) -> None:
    assert stand.shows(filled(stand, ENGLISH + "{v}."), "en")
    assert not stand.shows(filled(stand, ENGLISH + rest), "en")
    assert not stand.shows(filled(stand, "The realisation of {l} in {y} is {v}."), "en")


def test_other_measure_of_a_table_that_names_both_is_told_from_the_asked_one(assistant: Assistant) -> None:
    rows = [r for r in assistant.book.rows.values() if len(r.series("target")) == len(r.series("realisasi")) > 3]
    rows = [r for r in rows if "Realisasi" in r.series("target")[0].table and "Target" in r.series("target")[0].table]
    entry = next(r for r in rows if r.series("target")[2].raw != r.series("realisasi")[2].raw and r.series("realisasi")[2].value)
    target, outcome = entry.series("target")[2], entry.series("realisasi")[2]
    stand = Stand(assistant, entry.id)
    assert stand.shows(f"Target {entry.shown} tahun {target.year} adalah {target.raw}.")
    assert stand.shows(f"Realisasi {entry.shown} tahun {target.year} adalah {outcome.raw}.")
    assert not stand.shows(f"Target {entry.shown} tahun {target.year} adalah {outcome.raw}.")
    assert not stand.shows(f"Target {entry.shown} tahun {target.year} adalah {target.raw} dan {outcome.raw}.")
    assert not stand.shows(f"Sebanyak {outcome.raw}."), "the target was asked for"


PROSE = (
    "Setiap tahun sekitar 8 (delapan) juta angkatan kerja baru masuk, sektor formal hanya menyerap 2 (dua) juta. Prioritas Nasional 3 (PN 03) "
    "dan Covid-19 disebut pada periode 2020-2024. Upah minimum sebesar Rp4.452.724,00 per bulan, yaitu 89,17% (delapan puluh sembilan koma "
    "tujuh belas persen) dari kebutuhan."
)


def ground(text: str) -> Ground:
    item = Evidence(id="e", doc="d", section="", lines=(1, 1), quote=PROSE)
    return Ground(Claim(text=text, evidence=("e",)), (item,), (), ())


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Sekitar 8 (delapan) juta angkatan kerja baru masuk setiap tahun.", True),
        ("Sekitar 2 (delapan) juta angkatan kerja baru masuk setiap tahun.", False),
        ("Upah minimum 89,17% (delapan puluh sembilan koma tujuh belas persen) dari kebutuhan.", True),
        ("Upah minimum 89,17% (delapan puluh sembilan koma tujuh belas juta) dari kebutuhan.", False),
        ("Upah minimum 89,17% (delapan puluh sembilan koma tujuh belas orang) dari kebutuhan.", False),
        ("Upah minimum Rp4.452.724,00 per bulan.", True),
        ("Upah minimum Rp4.452.724,00 per hari.", False),
        ("Upah minimum Rp4.452.724,00%.", False),
        ("Prioritas Nasional 3 dan Covid-19 disebut.", True),
        ("Prioritas Nasional 19 disebut.", False),
        ("Covid-3 disebut.", False),
        ("Disebut pada periode 2020-2024.", True),
        ("Disebut pada periode 2020-19.", False),
        ("Disebut pada tahun 4.452.724.", False),
    ],
)
def test_numbers_of_prose_keep_their_words_units_and_names(text: str, kept: bool) -> None:
    assert (misplaced(ground(text)) == []) is kept


@pytest.mark.parametrize("marks", ["“{}”", '"{}"', "«{}»", "„{}“", "‹{}›", "「{}」", "‘{}’", "'{}'", "`{}`", "> {}"])
def test_quote_altered_by_one_word_is_seen_in_any_marks(marks: str) -> None:
    assert strange(ground(marks.format("sektor formal hanya menyerap 2 (dua) juta"))) == []
    assert strange(ground(marks.format("sektor formal gagal menyerap 2 (dua) juta")))


def test_every_mark_that_the_verifier_reads_over_names_evidence() -> None:
    assert unmarked(DraftClaim(text="Satu hal [123].", evidence=("E1",))) == DraftClaim(text="Satu hal.", evidence=("E1", "E123"))


def test_scale_after_a_fraction_in_words_counts() -> None:
    assert number_in_words("dua koma lima juta") == 2_500_000


def test_one_is_a_number_except_where_it_picks_one_out() -> None:
    assert [v for _, v in number_words("targetnya satu dokumen")] == [1]
    assert number_words("salah satu sasaran, satu per satu, one of them") == []
