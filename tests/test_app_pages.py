"""The other pages: explorer, reader, evaluation, status."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from app_support import ScriptedAssistant, money_row, page_of, real_index, use_assistant
from streamlit.testing.v1 import AppTest

from assistant import guard
from assistant.views import eval_runs
from assistant.views.frame import cell_text, make_grid
from assistant.views.grid_view import grid_value
from ingest.errors import InputError

TIMEOUT = 60


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> ScriptedAssistant:
    found = ScriptedAssistant(real_index())
    use_assistant(monkeypatch, found)
    return found


def opened(name: str, **params: str) -> AppTest:
    page = AppTest.from_function(page_of(name), default_timeout=TIMEOUT)
    for key, value in params.items():
        page.query_params[key] = value
    page.run()
    assert not page.exception
    return page


def html_of(page: AppTest) -> str:
    return "".join(h.proto.body for h in page.get("html"))


# explorer ------------------------------------------------------------------------------------------------------------


def test_the_explorer_shows_every_row_and_words_narrow_it(assistant: ScriptedAssistant) -> None:
    page = opened("figures")
    everything = len(page.dataframe[0].value)
    page.text_input(key="kata").set_value("data dan informasi").run()
    assert 0 < len(page.dataframe[0].value) < everything


def test_a_word_in_a_column_of_figures_is_shown_and_sorted_below_them() -> None:
    index = real_index()
    lines = make_grid(index.figures).lines
    word = next(line for line in lines if any(f.value is None and f.raw.strip() for f in line.cells.values()) and line.first.year)
    year = next(y for y, f in word.cells.items() if f.value is None)
    texts: dict[float, str] = {}
    place = grid_value(word.cells[year], texts)
    assert texts[place] == cell_text(word.cells[year])
    assert -(2**53) < place < -(10**15)
    assert grid_value(word.cells[year], texts) == place


def test_words_that_fit_nothing_say_so(assistant: ScriptedAssistant) -> None:
    page = opened("figures")
    page.text_input(key="kata").set_value("zzzz tidak mungkin").run()
    assert page.info


def test_the_explorer_begins_with_the_years_of_the_plan(assistant: ScriptedAssistant) -> None:
    page = opened("figures")
    meta = real_index().documents[0].source.meta
    years = [c for c in page.dataframe[0].value.columns if c.isdigit()]
    assert meta.period_start is not None
    assert years == [str(y) for y in range(meta.period_start, (meta.period_end or 0) + 1)]


def test_filters_can_be_chosen_and_cleared(assistant: ScriptedAssistant) -> None:
    page = opened("figures")
    everything = len(make_grid(real_index().figures).lines)
    page.multiselect(key="ukuran").set_value(["alokasi"]).run()
    assert set(page.dataframe[0].value["Ukuran"]) == {"alokasi"}
    page.selectbox(key="urut").set_value("2027").run()
    amounts = page.dataframe[0].value["2027"].dropna().tolist()
    assert amounts == sorted(amounts, reverse=True)
    next(b for b in page.button if "Hapus" in b.label).click().run()
    assert len(page.dataframe[0].value) == everything


def test_the_budget_counts_each_activity_once_and_names_its_formula(assistant: ScriptedAssistant) -> None:
    page = AppTest.from_function(page_of("figures"), default_timeout=TIMEOUT)
    page.session_state["tampilan"] = "budget"
    page.run()
    assert not page.exception
    assert page.metric[0].value.startswith("Rp")
    assert "dua kali" in "\n".join(c.value for c in page.caption)


def test_disagreements_are_listed_with_their_places(assistant: ScriptedAssistant) -> None:
    page = AppTest.from_function(page_of("figures"), default_timeout=TIMEOUT)
    page.session_state["tampilan"] = "checks"
    page.run()
    assert not page.exception
    found = real_index().figures.discrepancies
    assert f"{len(found)} temuan" in "\n".join(c.value for c in page.caption).replace(".", "")


# reader --------------------------------------------------------------------------------------------------------------


def test_a_link_to_a_line_shows_and_marks_it(assistant: ScriptedAssistant) -> None:
    figure = money_row(real_index())[0]
    page = opened("reader", baris=str(figure.line))
    assert f'<tr id="baris-{figure.line}" class="data hit">' in html_of(page)


def test_a_link_to_a_section_opens_it(assistant: ScriptedAssistant) -> None:
    section = next(s for s in real_index().documents[0].sections if s.level == 2)
    page = opened("reader", bagian=section.number)
    assert section.title.split()[0] in html_of(page)


@pytest.mark.parametrize(
    "params", [{"baris": "999999"}, {"baris": "0"}, {"baris": "abc"}, {"bagian": "<script>"}, {"dok": "tidak-ada"}, {"baris": "9-2"}]
)
def test_a_link_to_nowhere_shows_the_beginning(assistant: ScriptedAssistant, params: dict[str, str]) -> None:
    page = opened("reader", **params)
    assert 'class="plan"' in html_of(page)


def test_search_marks_the_words_and_leads_to_the_place(assistant: ScriptedAssistant) -> None:
    page = opened("reader")
    page.text_input(key="cari").set_value("visi").run()
    assert "<mark>" in html_of(page)
    page.text_input(key="cari").set_value("<img src=x onerror=alert(1)>").run()
    assert page.info
    assert "<img" not in html_of(page)


def test_the_outline_names_the_chapters(assistant: ScriptedAssistant) -> None:
    page = opened("reader")
    labels = " ".join(b.label for b in page.sidebar.button)
    assert "BAB I" in labels


# evaluation ----------------------------------------------------------------------------------------------------------


def report(right: int, wrong: int) -> dict[str, object]:
    items = [
        {
            "id": f"x{i}",
            "question": f"Pertanyaan {i}?",
            "correct": i < right,
            "wanted": "ya",
            "got": "tidak <b>",
            "miss_detail": "tidak terambil",
            "cited": [{"n": 1, "doc": "d", "lines": [3, 3], "quote": "kutip"}],
            "context": [],
        }
        for i in range(right + wrong)
    ]
    summary = {"correct": {"value": right / (right + wrong), "n": right + wrong, "low": 0.1, "high": 0.9}}
    return {"index": "abc", "systems": [{"items": items, "summary": summary, "by": {"type": {"list": summary}}}]}


def test_a_report_shows_its_score_and_each_miss(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "report.json").write_text(json.dumps(report(3, 2)), encoding="utf-8")
    monkeypatch.setattr(eval_runs, "report_folders", lambda settings, private=None: [tmp_path / "a"])
    page = opened("evaluation")
    assert page.metric[0].value == "60%"
    assert len([e for e in page.expander if "Pertanyaan" in e.label]) == 2
    assert any("tidak terambil" in m.value for m in page.markdown)


def test_a_broken_report_is_a_message(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "report.json").write_text("{", encoding="utf-8")
    monkeypatch.setattr(eval_runs, "report_folders", lambda settings, private=None: [tmp_path])
    page = opened("evaluation")
    assert page.error


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "kosong"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"{}\n", "baris 1"),
        (b'{"question": "a"}\n[1]\n', "baris 2"),
        (b"x" * 3_000_000, "lebih besar"),
        (b"[" * 100_000, "baris 1"),
        (b'{"question": "a"}\n' * 2001, "lebih dari"),
    ],
)
def test_a_bad_upload_is_refused_with_its_fault(data: bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        eval_runs.check_upload(data)


def test_a_good_upload_passes() -> None:
    assert eval_runs.check_upload(b'{"question": "Apa visinya?"}\n')


# status --------------------------------------------------------------------------------------------------------------


def test_status_names_edition_index_and_gaps(assistant: ScriptedAssistant) -> None:
    page = opened("status")
    meta = real_index().documents[0].source.meta
    shown = " ".join(m.value for m in page.markdown)
    assert len(meta.known_gaps) > 0
    assert meta.known_gaps[0].split()[0] in shown
    assert real_index().fingerprint in str([table.value for table in page.table])


def test_only_an_administrator_sees_the_audit_log_and_the_upload(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not any("admin" in s.value for s in opened("status").subheader)
    use_assistant(monkeypatch, assistant, admin=True)
    assert any("admin" in s.value for s in opened("status").subheader)
    assert not any("model bahasa" in s.value for s in opened("status").subheader), "no model, nothing left"


def test_the_administrator_sees_what_was_sent_to_the_model(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LINES", {})
    meter = guard.line_to("openai:x", "http://127.0.0.1:9/v1").meter
    meter.add(2, 345, 10.0, 5.0, "terlambat")
    sent = guard.Sent(
        when="2026-06-01T10:00:00+00:00",
        model="openai:x",
        server="http://127.0.0.1:9/v1",
        question="Apa visinya?",
        messages=("human: Apa <b>",),
    )
    meter.sent.append(sent)
    use_assistant(monkeypatch, assistant, admin=True, llm="openai:x", llm_base_url="http://127.0.0.1:9/v1")
    page = opened("status")
    assert any("model bahasa" in s.value for s in page.subheader)
    assert any("0 dari 1 jawaban ditulis model; 2 panggilan, 345 token" in m.value for m in page.markdown)
    assert any("terlambat: 1" in m.value for m in page.markdown)
    assert [c.value for c in page.code] == ["human: Apa <b>"]
    use_assistant(monkeypatch, assistant, llm="openai:x", llm_base_url="http://127.0.0.1:9/v1")
    assert not opened("status").code, "nobody else sees it"


@pytest.mark.parametrize(
    ("name", "data"),
    [("../../etc/x.txt", b"a"), ("a.exe", b"MZ"), ("a.pdf", b"bukan pdf"), ("a.txt", b"%PDF-1.7"), (".txt", b"a"), ("a b.txt", b"a")],
)
def test_an_upload_with_a_bad_name_or_content_never_reaches_the_disk(assistant: ScriptedAssistant, name: str, data: bytes) -> None:
    from assistant.views import backend, uploads

    with pytest.raises(InputError):
        uploads.begin(name, data, backend.settings())
    assert not list((backend.settings().index / "unggahan").glob("*")) if (backend.settings().index / "unggahan").exists() else True


def test_the_language_switch_changes_the_pages(assistant: ScriptedAssistant) -> None:
    page = AppTest.from_function(page_of("figures"), default_timeout=TIMEOUT)
    page.session_state["language"] = "en"
    page.run()
    assert page.title[0].value == "Targets & Budget"
