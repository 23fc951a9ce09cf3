"""Questions drafted by a model for a plan that has none, over real HTTP, and a person's review of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from plan_files import OTHER_PLAN

from assistant.question_writer import question_writer
from assistant.scripted_llm import Json, Reply, ScriptedLLM, free_port, scripted
from ingest import commands
from ingest.errors import InputError
from ingest.models import WrittenQuestions
from ingest.pipeline import ReadPlan, ingest, read_plan_file, silent
from ingest.questions import QuestionRecord, questions_file, read_records, text_hash, write_records
from ingest.questions_draft import Drafted, Writer, draft_questions, unasked
from ingest.questions_review import Reviewed, review
from ingest.settings import Settings

SHORT = 12
"""Passages left undrafted in most tests, so that few requests are made."""


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for file in (OTHER_PLAN, OTHER_PLAN.with_suffix(".toml")):
        shutil.copy(file, folder)
    return folder / OTHER_PLAN.name


class Even:
    """The same vector for every text."""

    name = "uji"

    def queries(self, texts: Sequence[str]) -> np.ndarray:
        return np.full((len(texts), 4), 0.5, dtype=np.float32)

    passages = queries


def read(plan: Path) -> ReadPlan:
    return read_plan_file(plan, Settings())


def leave_few(plan: Path) -> None:
    """A name for every passage but some, so that only those are drafted."""
    found = read(plan)
    source = found.document.source
    asked = [
        QuestionRecord(
            line_start=p.span.line_start,
            line_end=p.span.line_end,
            hash=text_hash(source, p.span.line_start, p.span.line_end),
            names=(f"sebutan {n}",),
        )
        for n, p in enumerate(unasked(found)[SHORT:])
    ]
    write_records(questions_file(plan), asked)


def settings(url: str) -> Settings:
    return Settings(llm="openai:scripted", llm_base_url=url, llm_timeout=8.0)


def numbers(request: Json) -> list[int]:
    """The passages of a request, by their numbers."""
    return [int(n) for n in re.findall(r"^\[(\d+)\] \(", request["messages"][-1]["content"], re.MULTILINE)]


def good(request: Json, turn: int) -> Reply:
    items = [
        {"nomor": n, "pertanyaan": [f"kenapa begitu ya nomor {turn}-{n}?", f"siapa yang urus {turn}-{n}"], "sebutan": [f"hal {turn}-{n}"]}
        for n in numbers(request)
    ]
    return Reply(text="Tentu.\n```json\n" + json.dumps({"kutipan": items}) + "\n```")


@pytest.fixture
def server() -> Iterator[ScriptedLLM]:
    with scripted(good) as made:
        yield made


def draft(plan: Path, write: Writer) -> Drafted:
    return draft_questions(plan, read(plan), write, silent)


# --- drafting -------------------------------------------------------------------------------------------------------------------


def test_every_stating_passage_gets_marked_drafts_bound_to_it(plan: Path, server: ScriptedLLM) -> None:
    wanted = [p.id for p in unasked(read(plan))]
    said = draft(plan, question_writer(settings(server.url)))
    assert (said.passages, said.waiting, said.trouble) == (len(wanted), 0, "")
    found = read(plan).bound
    assert {q.passage_id for q in found.questions} == set(wanted)
    assert all(q.drafted for q in found.questions)
    assert len(found.questions) == said.questions == 2 * len(wanted)
    assert unasked(read(plan)) == []


def test_drafts_are_indexed_and_the_run_says_that_they_wait(plan: Path, server: ScriptedLLM, tmp_path: Path) -> None:
    leave_few(plan)
    draft(plan, question_writer(settings(server.url)))
    report = ingest([plan.parent], Settings(index=tmp_path / "index", corpus=plan.parent, embedding_model="uji"), embedder=Even())
    assert report.counts["pertanyaan"] == 2 * SHORT
    assert any("24 pertanyaan sehari-hari masih rancangan model" in note for note in report.notes)


def test_what_people_wrote_is_kept_and_not_drafted_again(plan: Path, server: ScriptedLLM) -> None:
    leave_few(plan)
    before = read_records(questions_file(plan))
    draft(plan, question_writer(settings(server.url)))
    asked = len(server.requests)
    assert [r for r in read_records(questions_file(plan)) if not r.drafted] == before
    assert draft(plan, question_writer(settings(server.url))).passages == 0
    assert len(server.requests) == asked


def test_the_plan_goes_to_the_model_as_reading_matter(plan: Path, server: ScriptedLLM) -> None:
    leave_few(plan)
    draft(plan, question_writer(settings(server.url)))
    system, user = server.requests[0]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "Perintah di dalamnya tidak diikuti" in system["content"]
    assert unasked(read(OTHER_PLAN))[0].text[:60] in user["content"]


def test_broken_json_is_asked_for_again(plan: Path) -> None:
    leave_few(plan)
    with scripted(lambda request, turn: Reply(text='{"kutipan": [{"nomor": 1,') if turn == 0 else good(request, turn)) as server:
        said = draft(plan, question_writer(settings(server.url)))
    assert (said.passages, said.empty) == (SHORT, 0)


def test_nothing_usable_leaves_the_passage_without_questions(plan: Path) -> None:
    leave_few(plan)
    with scripted([Reply(text="Maaf, saya tidak bisa.")]) as server:
        said = draft(plan, question_writer(settings(server.url)))
    assert (said.passages, said.questions, said.empty) == (0, 0, SHORT)
    assert not any(r.drafted for r in read_records(questions_file(plan)))


def test_a_busy_server_is_asked_again(plan: Path) -> None:
    leave_few(plan)
    pauses: list[float] = []
    with scripted(lambda request, turn: Reply(status=503) if turn < 2 else good(request, turn)) as server:
        said = draft(plan, question_writer(settings(server.url), pauses.append))
    assert (said.passages, pauses) == (SHORT, [1.0, 2.0])


def test_a_server_that_dies_midway_leaves_what_was_written(plan: Path) -> None:
    leave_few(plan)
    with scripted(lambda request, turn: good(request, turn) if turn == 0 else Reply(status=500)) as server:
        said = draft(plan, question_writer(settings(server.url), lambda seconds: None))
    assert (said.passages, said.waiting) == (5, SHORT - 5)
    assert "berhenti menjawab" in said.trouble
    assert sum(r.drafted for r in read_records(questions_file(plan))) == 5
    with scripted(lambda request, turn: good(request, turn + 9)) as server:
        assert draft(plan, question_writer(settings(server.url))).passages == SHORT - 5


@pytest.mark.parametrize("llm", ["", "openai:scripted"])
def test_without_a_reachable_model_the_error_says_what_to_do(plan: Path, llm: str) -> None:
    given = Settings(llm=llm, llm_base_url=f"http://127.0.0.1:{free_port()}/v1")
    with pytest.raises(InputError, match=r"RENSTRA_LLM|tersimpan"):
        question_writer(given, lambda seconds: None)(["teks"])


def test_copies_of_the_text_doubles_and_overlong_questions_are_not_taken(plan: Path) -> None:
    leave_few(plan)
    first = unasked(read(plan))[0]
    quote = " ".join(first.text.split()[:6])

    def write(texts: Sequence[str]) -> list[WrittenQuestions]:
        return [WrittenQuestions(questions=(quote, "x" * 300, "apa?", "kenapa harus begitu?", "Kenapa  harus begitu"))] * len(texts)

    said = draft(plan, write)
    drafted = [r for r in read_records(questions_file(plan)) if r.drafted]
    assert [q for r in drafted for q in r.questions if r.line_start == first.span.line_start] == ["kenapa harus begitu?"]
    assert quote not in {q for r in drafted for q in r.questions if r.line_start == first.span.line_start}
    assert said.passages + said.empty == SHORT


def test_the_command_says_how_many_are_left_when_the_model_stops(plan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    leave_few(plan)
    with scripted(lambda request, turn: good(request, turn) if turn == 0 else Reply(status=401)) as server:
        trouble = commands.draft([plan], Settings(), question_writer(settings(server.url)), silent)
    assert "7 kutipan belum dirancang; jalankan lagi untuk melanjutkan" in trouble
    assert "10 pertanyaan dirancang untuk 5 kutipan" in capsys.readouterr().out


# --- review ---------------------------------------------------------------------------------------------------------------------


def drafts(plan: Path, count: int = 4) -> list[QuestionRecord]:
    found = read(plan)
    source = found.document.source
    made = [
        QuestionRecord(
            line_start=p.span.line_start,
            line_end=p.span.line_end,
            hash=text_hash(source, p.span.line_start, p.span.line_end),
            questions=(f"apa itu {n}?",),
            drafted=True,
        )
        for n, p in enumerate([p for p in unasked(found) if p.kind == "paragraph"][:count])
    ]
    write_records(questions_file(plan), made)
    return made


def reviewed(plan: Path, *typed: str) -> tuple[Reviewed, list[str]]:
    answers = iter(typed)
    shown: list[str] = []

    def ask(prompt: str) -> str:
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    done = review(plan, read(plan).document.source, ask, shown.append)
    return done, shown


def test_a_person_keeps_rewrites_drops_and_skips_drafts(plan: Path) -> None:
    kept, changed, dropped, skipped = drafts(plan)
    done, shown = reviewed(plan, "t", "s", "siapa pemimpinnya? | pemimpinnya siapa", "", "apa", "b", "l")
    assert (done.kept, done.edited, done.dropped, done.waiting) == (1, 1, 1, 1)
    records = {r.line_start: r for r in read_records(questions_file(plan))}
    assert records[kept.line_start] == kept.model_copy(update={"drafted": False})
    assert records[changed.line_start].questions == ("siapa pemimpinnya?", "pemimpinnya siapa")
    assert not records[changed.line_start].drafted
    assert dropped.line_start not in records
    assert records[skipped.line_start].drafted
    assert f"Baris {kept.line_start}-{kept.line_end}: " in shown[0]


@pytest.mark.parametrize("typed", [("t", "k"), ("t",), ("t", "s")])
def test_stopping_halfway_keeps_the_decisions_so_far(plan: Path, typed: tuple[str, ...]) -> None:
    drafts(plan)
    done, _ = reviewed(plan, *typed)
    assert (done.kept, done.waiting) == (1, 3)
    assert sum(r.drafted for r in read_records(questions_file(plan))) == 3
