"""Reports, comparison, gate, judge and baselines over the tiny plan."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import evals_support as s
import pytest

from assistant.scripted_llm import Reply, scripted
from evals import baselines
from evals.compare import compare, comparison_markdown, mcnemar, paired_interval
from evals.datasets import Dataset, DatasetError
from evals.gate import judge_gate, read_gate
from evals.judge import Grade, failed, graded, model_judge
from evals.metrics import GROUPS, METRICS
from evals.page import html_page, script_json, summary_rows
from evals.report import markdown, number_said, percent_said, write_report
from evals.report_models import Report, read_report
from evals.results import evaluate
from evals.score import Edition
from evals.workbench import Options, evaluate_sets
from ingest.errors import InputError
from ingest.settings import Settings


def report(make: Callable[[s.FakeIndex], Any] = s.WrongYear, items: Sequence[Any] = s.ITEMS, questions: Sequence[str] = ()) -> Report:
    index = s.small_index(questions=questions)
    sets = [Dataset("contoh", Path("contoh.jsonl"), tuple(items), {i.id: n for n, i in enumerate(items, 1)})]
    chosen = [(sets[0], i) for i in items]
    return evaluate_sets(Settings(llm="", today="2026-01-01"), index, make(index), sets, chosen, Options())  # type: ignore[arg-type]


def test_the_markdown_shows_each_miss_with_the_wanted_the_got_and_the_evidence() -> None:
    text = markdown(report())
    miss = text[text.index("### T-1") :]
    assert "baris, kolom, atau tahun salah" in miss
    assert "**Seharusnya:** 55 persen" in miss
    assert "60 [1]" in miss
    assert "→ 8: Persentase layanan tepat waktu" in miss
    assert "7: Indikator" in miss
    assert "### T-3" not in text
    assert "| Angka tepat | 0,0% [0–0] |" in text


def test_results_are_broken_down_by_type_persona_and_part_of_the_plan() -> None:
    by = report().assistant.by
    assert by["type"]["lookup"]["correct"].value == 0.0
    assert by["persona"]["staf"]["correct"].value == 1.0
    assert {name: m["correct"].n for name, m in by["part"].items()} == {
        "BAB I PENDAHULUAN": 1,
        "BAB II TARGET KINERJA": 2,
        "BAB III PENUTUP": 1,
        "tanpa bukti": 2,
    }


def test_near_duplicates_are_marked_and_scores_are_given_with_and_without_them() -> None:
    found = report(questions=["Siapa yg menetapkan rencana ini?"])
    assert [row.id for row in found.assistant.items if row.near_duplicate] == ["T-4"]
    assert found.assistant.without_duplicates is not None
    assert (found.assistant.summary["correct"].n, found.assistant.without_duplicates["correct"].n) == (6, 5)
    assert "1 butir lebih dari 90 % sama" in markdown(found)
    assert report().assistant.without_duplicates is None


def test_the_page_is_one_file_that_asks_nothing_from_a_network() -> None:
    page = html_page(report())
    assert not re.search(r"<(?:script|img|iframe)[^>]*\ssrc=|<link\b|@import", page.split("<script>")[0])
    assert "default-src 'none'" in page
    data = json.loads(re.search(r'id="data">(.*?)</script>', page, re.DOTALL)[1])  # type: ignore[index]
    assert [row["id"] for row in data["items"]] == [i.id for i in s.ITEMS]


def test_an_answer_is_shown_as_it_would_be_in_the_app_tables_included() -> None:
    class Tabular(s.Good):
        def say(self, question: str, text: str, *more: Any, **named: Any) -> Any:
            return super().say(question, text + "\n\n| Tahun | Target |\n| --- | ---: |\n| 2026 | 55 |", *more, **named)

    (items,) = re.findall(r'id="data">(.*?)</script>', html_page(report(Tabular)), re.DOTALL)
    assert "<table>" in json.loads(items)["items"][0]["got_html"]


def test_every_metric_stands_in_one_group_of_the_report() -> None:
    assert sorted(name for _, names in GROUPS for name in names) == sorted(metric.name for metric in METRICS)


def test_the_best_of_several_systems_is_marked_and_a_single_one_is_not() -> None:
    right, wrong = s.system(s.Good), s.system(s.WrongYear)
    marked = {row.label: row.best for row in summary_rows([right, wrong], ("exact_figures", "wrong_figures", "length", "crashes"))}
    assert marked == {"Angka tepat": (0,), "Angka salah disebut ↓": (0,), "Panjang jawaban (median)": (), "Galat ↓": (0, 1)}
    assert {row.best for row in summary_rows([right], ("exact_figures", "wrong_figures"))} == {()}


def test_figures_are_written_as_indonesians_write_them() -> None:
    assert (number_said(1234567.5, 1), number_said(-0.25, 2), percent_said(0.791)) == ("1.234.567,5", "-0,25", "79,1%")


def test_no_text_of_an_answer_can_break_out_of_the_page() -> None:
    class Hostile(s.Good):
        def say(self, question: str, text: str, *more: Any, **named: Any) -> Any:
            return super().say(question, text + "</script><script>alert(1)</script><!-- \u2028", *more, **named)

    page = html_page(report(Hostile))
    assert "alert(1)</script>" not in page
    (items,) = re.findall(r'id="data">(.*?)</script>', page, re.DOTALL)
    assert all("<script" not in row["got_html"] and "<!--" not in row["got_html"] for row in json.loads(items)["items"])
    assert json.loads(script_json("</script>\u2028&")) == "</script>\u2028&"


@pytest.mark.browser
def test_every_question_can_be_browsed_and_filtered_offline(tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if not chromium:
        pytest.skip("no Chromium here")
    from playwright.sync_api import sync_playwright

    write_report(report(), tmp_path)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(offline=True).new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((tmp_path / "report.html").as_uri())
        page.wait_for_selector("#plot0 svg")
        assert page.locator("#count").inner_text() == "6 dari 6 pertanyaan"
        page.select_option("#f-miss", "wrong_figure")
        assert page.locator("#count").inner_text() == "2 dari 6 pertanyaan"
        page.locator("details.q > summary").first.click()
        assert "Yang dicari 55" in page.locator("details.q .body").first.inner_text()
        page.select_option("#f-miss", "")
        page.fill("#f-text", "visi")
        assert page.locator("#count").inner_text() == "1 dari 6 pertanyaan"
        page.locator("[data-key=type][data-value=unanswerable]").click()
        assert page.locator("#count").inner_text() == "2 dari 6 pertanyaan"
        with page.expect_download() as download:
            page.click("#f-csv")
        rows = list(csv.reader(download.value.path().read_text(encoding="utf-8-sig").splitlines()))
        assert [row[0] for row in rows] == ["id", "T-5", "T-6"]
        page.goto((tmp_path / "report.html").as_uri() + "#q=T-4")
        page.reload()
        page.wait_for_selector("[data-id='T-4'][open] .body")
        page.set_viewport_size({"width": 380, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") == 380
        assert errors == []
        browser.close()


def test_a_report_reads_back_and_anything_else_is_refused(tmp_path: Path) -> None:
    made = report()
    assert {p.name for p in write_report(made, tmp_path)} == {"report.md", "report.json", "report.html"}
    assert read_report(tmp_path) == read_report(tmp_path / "report.json") == made
    (tmp_path / "report.json").write_text("{}", encoding="utf-8")
    with pytest.raises(DatasetError, match="bukan laporan"):
        read_report(tmp_path)
    with pytest.raises(DatasetError, match="tidak ditemukan"):
        read_report(tmp_path / "lain")


# comparison -----------------------------------------------------------------------------------------------------------


def test_a_comparison_names_what_got_better_and_what_got_worse() -> None:
    found = compare(report(s.WrongYear), report(s.Crashing))
    assert [c.id for c in found.better] == ["T-1"]
    assert [(c.id, c.after) for c in found.worse] == [("T-3", "crash")]
    assert found.p_value == 1.0
    assert not found.means_something
    assert "1 membaik, 1 memburuk" in comparison_markdown(found, "a", "b")


def test_a_run_compared_with_itself_differs_in_nothing() -> None:
    found = compare(report(), report())
    assert (found.better, found.worse, found.p_value) == ((), (), 1.0)
    assert all(d.difference == d.low == d.high == 0 and d.verdict == "same" for d in found.differences)


def test_a_large_change_means_something_and_a_small_one_does_not() -> None:
    assert mcnemar(10, 0) == pytest.approx(2 / 2**10)
    assert mcnemar(2, 1) == 1.0
    low, high = paired_interval([0.0] * 40, [1.0] * 20 + [0.0] * 20)
    assert 0.3 < low < 0.5 < high < 0.7
    low, high = paired_interval([0.0, 1.0] * 20, [1.0, 0.0] * 20)
    assert low < 0 < high


def test_a_comparison_says_which_way_each_measure_went() -> None:
    many = [i.model_copy(update={"id": f"{i.id}-{n}"}) for n in range(8) for i in s.ITEMS]
    found = {d.name: d.verdict for d in compare(report(s.AlwaysRefusing, many), report(s.WrongYear, many)).differences}
    assert found["evidence_cited"] == found["abstained_wrongly"] == "better"
    assert found["wrong_figures"] == "worse"
    assert found["recall_10"] == "same"


def test_reports_of_different_questions_are_not_compared() -> None:
    with pytest.raises(DatasetError, match="tidak punya satu pertanyaan pun"):
        compare(report(items=s.ITEMS[:2]), report(items=s.ITEMS[2:]))
    changed = report()
    rows = [r.model_copy(update={"question": "lain?"}) if r.id == "T-2" else r for r in changed.assistant.items]
    other = changed.model_copy(update={"systems": (changed.assistant.model_copy(update={"items": tuple(rows)}),)})
    with pytest.raises(DatasetError, match="'T-2' menanyakan hal lain"):
        compare(report(), other)


# gate -----------------------------------------------------------------------------------------------------------------


def gate_file(folder: Path, text: str) -> Path:
    (folder / "gate.toml").write_text(text, encoding="utf-8")
    return folder / "gate.toml"


def test_a_gate_lets_a_good_run_through_and_stops_a_broken_one(tmp_path: Path) -> None:
    gate = read_gate(gate_file(tmp_path, "[floors]\ncorrect = 0.9\n[ceilings]\ncrashes = 0\n[type.lookup.floors]\nexact_figures = 1.0\n"))
    assert [v.passed for v in judge_gate(gate, s.results(s.Good))] == [True, True, True]
    assert [v.passed for v in judge_gate(gate, s.results(s.WrongYear))] == [False, True, False]
    assert [v.passed for v in judge_gate(gate, s.results(s.Crashing))] == [False, False, False]


def test_a_metric_that_could_not_be_measured_has_not_passed(tmp_path: Path) -> None:
    gate = read_gate(gate_file(tmp_path, "[dataset.lain.floors]\ncorrect = 0.1\n"))
    (verdict,) = judge_gate(gate, s.results(s.Good))
    assert not verdict.passed
    assert "tidak terukur" in verdict.line()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[floors", "bukan TOML"),
        ("", "tidak ada satu batas pun"),
        ("[floors]\nkorrect = 1", "“korrect” tidak bisa dipakai"),
        ("[lantai]\na = 1", "tak dikenal: lantai"),
        ("[floors]\ngrade = 0.5", "“grade” tidak bisa dipakai"),
        ('[floors]\ncorrect = "0.5"', "harus berupa angka"),
        ("floors = 3", "harus berupa tabel"),
        ('datasets = ["tidak-ada/*.jsonl"]\n[floors]\ncorrect = 1', "tidak ada berkas yang cocok"),
    ],
)
def test_a_faulty_gate_is_told_not_passed(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault):
        read_gate(gate_file(tmp_path, text))


def test_the_shipped_gate_can_be_read_and_names_the_shipped_sets() -> None:
    gate = read_gate(Path(__file__).parents[1] / "evals" / "gate.toml")
    assert {path.stem for path in gate.datasets} >= {"dev", "own-a", "own-b"}


# judge ----------------------------------------------------------------------------------------------------------------


def test_the_judge_grades_prose_only_and_keeps_its_reason_or_its_failure() -> None:
    def strict(question: str, wanted: str, given: str) -> Grade:
        return Grade(reason="sama", score=1.0 if wanted in given else 0.0)

    def broken(question: str, wanted: str, given: str) -> Grade:
        raise ConnectionError("putus")

    rows = s.results(s.Good)
    assert {r.id: (r.grade, r.grade_reason) for r in graded(rows, strict) if r.grade_reason} == {"T-3": (1.0, "sama")}
    assert [(r.grade, r.grade_reason) for r in graded(rows, broken) if r.grade_reason] == [(None, "juri gagal: ConnectionError: putus")]


def test_the_judge_asks_the_configured_model_and_survives_what_it_answers_wrongly() -> None:
    (prose,) = [row for row in s.results(s.Good) if row.id == "T-3"]
    script = [
        Reply(calls=[("Grade", {"reason": "isinya sama", "score": 1})]),
        Reply(text="bagus!"),
        Reply(calls=[("Grade", {"score": 7})]),
        Reply(status=500),
    ]
    with scripted(script) as server:
        judge = model_judge(Settings(llm="openai:scripted", llm_base_url=server.url, llm_timeout=5))
        rows = graded([prose.model_copy(update={"id": f"T-{n}"}) for n in range(len(script))], judge)
        asked = server.requests[0]["messages"][-1]["content"]
    assert [part in asked for part in (prose.question, "ACUAN:\n" + prose.wanted, "JAWABAN:\n" + prose.got)] == [True] * 3
    assert (rows[0].grade, rows[0].grade_reason) == (1.0, "isinya sama")
    assert [row.grade for row in rows[1:]] == [None] * 3
    assert all(row.grade_reason.startswith("juri gagal: ") for row in rows[1:])
    assert failed(rows) == 3


# baselines ------------------------------------------------------------------------------------------------------------


def test_the_quickstart_answers_with_its_chunks_and_never_refuses(tmp_path: Path) -> None:
    embedder = s.LetterEmbedder()
    plan = [Edition("contoh", tuple(s.PLAN.split("\n")))]
    queries = baselines.embed_questions(s.ITEMS, embedder)
    found = baselines.quickstart(s.ITEMS, plan, embedder, tmp_path, queries)
    again = baselines.quickstart(s.ITEMS, plan, embedder, tmp_path, queries)
    assert {i: p.answer for i, p in found.items()} == {i: p.answer for i, p in again.items()}
    rows = evaluate([("contoh", i) for i in s.ITEMS], found, s.context())
    assert not any(row.abstained for row in rows)
    assert all(row.citations_valid == row.citations > 0 for row in rows if not row.abstain)


def test_chunks_know_their_lines() -> None:
    text = tuple(f"baris nomor {n} " + "isi " * 60 for n in range(1, 30))
    for chunk in baselines.split([Edition("contoh", text)]):
        first, last = chunk.metadata["first"], chunk.metadata["last"]
        assert len(chunk.page_content) <= baselines.CHUNK_SIZE
        assert chunk.page_content in "\n".join(text[first - 1 : last])
        assert first == last or chunk.page_content not in "\n".join(text[first:last])


def test_bm25_and_dense_rank_the_same_passages() -> None:
    index = s.small_index()
    passages = list(index.passages.values())
    embedder = s.LetterEmbedder()
    ranked = [
        baselines.bm25_alone(s.ITEMS, passages),
        baselines.dense_alone(s.ITEMS, passages, index.vectors, embedder.queries([i.question for i in s.ITEMS])),
    ]
    for found in ranked:
        (row,) = evaluate([("contoh", s.ITEMS[0])], found, s.context())
        assert row.recall_5 == 1.0
