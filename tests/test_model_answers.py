"""Model mode against a real HTTP server that plays a script: good answers are verified and cited by code."""

from __future__ import annotations

import json
import threading
import time
from typing import Any

import pytest
from model_plan import Fact, ask, run, writer

from assistant import guard
from assistant.answer import Assistant
from assistant.events import Part, Step
from assistant.figure_text import shown as shown_figure
from assistant.model_options import is_small
from assistant.scripted_llm import Json, Reply, claims, free_port, scripted
from assistant.scripted_server import well_behaved


@pytest.fixture(scope="module")
def plan(assistant: Assistant) -> Assistant:
    return assistant


@pytest.fixture(scope="module")
def fact(plan: Assistant) -> Fact:
    return Fact(plan)


def test_agent_answers_through_tools_and_code_makes_the_citations(plan: Assistant, fact: Fact) -> None:
    events: list[Any] = []
    lookup = Reply(calls=[("cari_angka", {"indicator": fact.label, "measure": "target", "years": [fact.figure.year]})])
    with scripted([lookup, claims((fact.right, ["E1"]))]) as server:
        found = ask(plan, fact, server, events)
    assert found is not None
    answer, trace = found
    assert answer.mode == "model"
    assert "[1]" in answer.answer
    assert answer.citations[0].quote in "\n".join(plan.index.lines(answer.citations[0].doc, *answer.citations[0].lines))
    assert [f.figure_id for f in answer.figures] == [fact.figure.id]
    assert trace.prompt_version.startswith("agent-")
    assert trace.model_calls == 2
    assert trace.model_tokens == 300
    shown = json.loads(server.requests[1]["messages"][-1]["content"])
    assert shown["status"] == "found"
    assert [a["nilai"] for a in shown["diminta"]] == [shown_figure(fact.figure)]
    assert any(isinstance(e, Step) and "Mencari angka" in e.text for e in events)
    assert [e.text for e in events if isinstance(e, Part)] == [fact.right]


def test_two_step_path_needs_no_tools(plan: Assistant, fact: Fact) -> None:
    with scripted([Reply(text=f"{fact.right} [E1]")]) as server:
        found = ask(plan, fact, server, llm_mode="two-step")
    assert found is not None
    assert found[1].prompt_version.startswith("two-step-")
    assert "tools" not in server.requests[0]


def test_small_model_may_forget_the_marks_but_not_the_evidence(plan: Assistant, fact: Fact) -> None:
    with scripted([Reply(text=fact.right)]) as server:
        found = ask(plan, fact, server, llm_mode="two-step")
        assert found is not None
        assert found[0].figures[0].figure_id == fact.figure.id
    with scripted([Reply(text=fact.wrong())]) as server:
        assert ask(plan, fact, server, llm_mode="two-step") is None


def test_server_that_refuses_tools_is_asked_in_two_steps_from_then_on(plan: Assistant, fact: Fact) -> None:
    def script(request: Json, turn: int) -> Reply:
        return Reply(status=400, error="this model does not support tools") if "tools" in request else Reply(text=f"{fact.right} [E1]")

    with scripted(script) as server:
        model = writer(plan, server.url)
        assert run(model, fact) is not None
        assert run(model, fact) is not None
    assert ["tools" in r for r in server.requests] == [True, False, False]


def test_small_models_are_known_by_their_name() -> None:
    assert is_small("ollama:qwen2.5:1.5b")
    assert is_small("openai:SmolLM2-360M-Instruct")
    assert not is_small("ollama:qwen3:8b")
    assert not is_small("openai:gpt-5-mini")


def test_refused_draft_gets_one_retry_with_the_reasons(plan: Assistant, fact: Fact) -> None:
    with scripted([claims((fact.wrong(), ["E1"])), claims((fact.right, ["E1"]))]) as server:
        found = ask(plan, fact, server)
    assert found is not None
    assert fact.wrong() not in found[0].answer
    assert found[1].violations
    assert "ditolak karena" in server.requests[-1]["messages"][-1]["content"]


def test_only_verified_statements_are_ever_emitted(plan: Assistant, fact: Fact) -> None:
    events: list[Any] = []
    with scripted([claims((fact.right, ["E1"]), (fact.wrong(), ["E1"]), chunk_delay=0.002)]) as server:
        assert ask(plan, fact, server, events) is None
    assert {e.text for e in events if isinstance(e, Part)} == {fact.right}


def test_statements_are_emitted_while_the_model_still_writes(plan: Assistant, fact: Fact) -> None:
    other = next(f for f in fact.series if f.id != fact.figure.id)
    second = f"Target {fact.label} tahun {other.year} adalah {other.raw}."
    with scripted([Reply(text=f"{fact.right} [E1]\n{second} [E1]\n" + " " * 400, chunk_delay=0.02)]) as server:
        model = writer(plan, server.url, llm_mode="two-step")
        seen: list[tuple[float, Any]] = []
        began = time.monotonic()
        found = model.write(fact.offline[1].question, (), fact.offline, lambda e: seen.append((time.monotonic() - began, e)))
        total = time.monotonic() - began
    assert found is not None
    first = next(at for at, e in seen if isinstance(e, Part))
    assert first < total - 0.2


def test_what_left_the_machine_is_kept_for_the_administrator(plan: Assistant, fact: Fact) -> None:
    with scripted([claims((fact.right, ["E1"]))]) as server:
        model = writer(plan, server.url)
        run(model, fact)
    sent = model.sent()[-1]
    assert sent.server == server.url
    assert any(fact.question in m for m in sent.messages)
    assert model.stats.written == 1


def test_question_back_conflict_and_refusal_are_not_rewritten(plan: Assistant, fact: Fact) -> None:
    with scripted([claims((fact.right, ["E1"]))]) as server:
        model = writer(plan, server.url)
        for status in ("ambiguous", "conflict", "not_found"):
            offline = (fact.offline[0].model_copy(update={"status": status, "abstained": status == "not_found"}), fact.offline[1])
            assert model.write(fact.offline[1].question, (), offline) is offline
    assert server.requests == []


def test_missing_provider_package_is_named_and_the_answer_comes_anyway(plan: Assistant, fact: Fact) -> None:
    other = Assistant(plan.settings.model_copy(update={"llm": "cohere:command"}), plan.index, plan.retriever.embedder)
    answer = other.answer(fact.question)
    assert answer.mode == "lookup"
    assert "cohere" in answer.warnings[-1]
    assert "pip install" in answer.warnings[-1]


def test_mode_is_model_through_the_one_way_in(plan: Assistant, fact: Fact) -> None:
    with scripted([claims((fact.right, ["E1"]))]) as server:
        changed = plan.settings.model_copy(update={"llm": "openai:scripted", "llm_base_url": server.url})
        answer = Assistant(changed, plan.index, plan.retriever.embedder).answer(fact.question)
    assert (answer.mode, answer.status, answer.warnings) == ("model", "answered", ())


def test_tokens_of_a_call_that_is_broken_off_are_counted_too(plan: Assistant, fact: Fact) -> None:
    # a statement that is refused breaks the stream off, before the server could tell its count
    with scripted([Reply(text=f"{fact.wrong()} [E1]\n" + "Kalimat. [E1]\n" * 40, chunk_delay=0.005)]) as server:
        model = writer(plan, server.url, llm_mode="two-step")
        _, trace = model.write(fact.offline[1].question, (), fact.offline)
    assert (trace.model_trouble, trace.model_calls) == ("tidak lolos pemeriksaan", 2)
    sent = sum(len(m["content"]) for request in server.requests for m in request["messages"])
    assert sent / 5 < trace.model_tokens < sent


def test_documents_of_one_assistant_share_the_breaker_of_a_dead_server(plan: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "LINES", {})
    dead = plan.settings.model_copy(update={"llm": "openai:scripted", "llm_base_url": f"http://127.0.0.1:{free_port()}/v1"})
    desks = [Assistant(dead, plan.index, plan.retriever.embedder) for _ in range(3)]
    for desk in desks[:2]:
        assert desk.run(Fact(plan).question)[1].model_trouble == "tak tersambung"
    assert desks[2].run(Fact(plan).question)[1].model_trouble == "sakelar terbuka"
    assert desks[2].writer.stats.fallbacks == {"tak tersambung": 2, "sakelar terbuka": 1}
    elsewhere = Assistant(dead.model_copy(update={"llm_base_url": "http://127.0.0.1:1/v1"}), plan.index, plan.retriever.embedder)
    assert elsewhere.writer.line.breaker.enter() == "closed", "another server is another matter"


def test_whole_part_is_summed_up_by_a_model_though_no_passage_answers(plan: Assistant) -> None:
    with scripted(well_behaved) as server:
        settings = plan.settings.model_copy(update={"llm": "openai:scripted", "llm_base_url": server.url})
        model = Assistant(settings, plan.index, plan.retriever.embedder)
        answer, trace = model.run("ringkas BAB II")
        refused, _ = model.run("ringkas BAB XXX")
        nuclear, _ = model.run("jelaskan kebijakan energi nuklir")
    assert (answer.mode, answer.status, answer.abstained, trace.model_trouble) == ("model", "answered", False, "")
    assert all("BAB II " in c.section for c in answer.citations)
    assert refused.abstained and nuclear.abstained
    assert refused.warnings == nuclear.warnings == (), "nobody asked a model"


def test_statements_that_are_streamed_stand_apart(plan: Assistant, fact: Fact) -> None:
    other = next(f for f in fact.series if f.id != fact.figure.id)
    second = f"Target {fact.label} tahun {other.year} adalah {other.raw}."
    with scripted([claims((fact.right, ["E1"]), (second, ["E1"]))]) as server:
        settings = plan.settings.model_copy(update={"llm": "openai:scripted", "llm_base_url": server.url})
        events = list(Assistant(settings, plan.index, plan.retriever.embedder).stream(fact.question))
    assert "".join(e.text for e in events if isinstance(e, Part)) == f"{fact.right}\n\n{second}"


def test_whoever_waits_hears_that_the_model_is_awaited_and_stops_it_by_leaving(plan: Assistant, fact: Fact) -> None:
    with scripted([Reply(delay=20)]) as server:
        settings = plan.settings.model_copy(update={"llm": "openai:scripted", "llm_base_url": server.url})
        asked = Assistant(settings, plan.index, plan.retriever.embedder)
        stream = asked.stream(fact.question)
        assert next(e for e in stream if isinstance(e, Step) and e.name == "menunggu").text.startswith("Menunggu model bahasa: 1")
        stream.close()
        for _ in range(50):
            if asked.writer.stats.last_trouble:
                break
            time.sleep(0.02)
    assert asked.writer.stats.fallbacks == {"dihentikan": 1}


@pytest.mark.parametrize("mode", ["agent", "two-step"])
@pytest.mark.parametrize("reply", [{"chunk": 1, "chunk_delay": 0.1}, {"delay": 3600}], ids=["dripping", "silent"])
def test_call_that_nobody_waits_for_any_more_ends_and_is_not_repeated(
    plan: Assistant, fact: Fact, mode: str, reply: dict[str, Any]
) -> None:
    text = f"{fact.right} [E1]\n" * 100
    answer = claims((text, ["E1"]), **reply) if mode == "agent" else Reply(text=text, **reply)
    # a thread of a pool would keep the whole program from ending
    before = set(threading.enumerate())
    with scripted([answer]) as server:
        model = writer(plan, server.url, llm_mode=mode, llm_timeout=1.0)
        assert model.write(fact.offline[1].question, (), fact.offline)[1].model_trouble == "terlambat"
        # soon, however busy the machine is: the answer itself was there after its second
        for _ in range(100):
            asking = [t.name for t in set(threading.enumerate()) - before if "process_request" not in t.name and t is not server.thread]
            if not asking:
                break
            time.sleep(0.1)
        assert asking == []
    assert len(server.requests) == 1
