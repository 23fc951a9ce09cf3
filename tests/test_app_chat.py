"""The chat page: streamed answers with their sources, choices, follow-ups, conversations, and nothing that runs."""

from __future__ import annotations

import pytest
from app_support import ScriptedAssistant, page_of, real_index, use_assistant
from streamlit.testing.v1 import AppTest

from assistant.views import backend
from assistant.views.conversations import kept_conversations

TIMEOUT = 60


@pytest.fixture
def assistant(monkeypatch: pytest.MonkeyPatch) -> ScriptedAssistant:
    found = ScriptedAssistant(real_index())
    use_assistant(monkeypatch, found)
    return found


@pytest.fixture
def page(assistant: ScriptedAssistant) -> AppTest:
    return AppTest.from_function(page_of("chat"), default_timeout=TIMEOUT)


def ask(page: AppTest, text: str) -> AppTest:
    return page.chat_input[0].set_value(text).run()


def texts(page: AppTest) -> str:
    return "\n".join(m.value for m in page.markdown)


def button(page: AppTest, starts: str):  # type: ignore[no-untyped-def]
    return next(b for b in page.button if b.key and b.key.startswith(starts))


def test_an_empty_chat_offers_questions_and_one_click_asks_it(page: AppTest, assistant: ScriptedAssistant) -> None:
    page.run()
    assert not page.exception
    example = button(page, "example-0")
    example.click().run()
    assert len(assistant.asked) == 1
    assert [m.name for m in page.chat_message] == ["user", "assistant"]


def test_an_answer_shows_text_mark_chip_and_follow_ups(page: AppTest) -> None:
    ask(page.run(), "Apa visinya?")
    assert not page.exception
    assert "Jawaban untuk Apa visinya?" in texts(page)
    assert "](#sumber-" in texts(page)
    assert any(b.key.startswith("chip-") for b in page.button if b.key)
    assert page.button_group or any("Lanjut" in str(p) for p in page.get("button_group"))


def test_what_others_ask_stands_apart_from_the_follow_ups(
    page: AppTest, assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assistant, "related", lambda answer: ["Siapa yang menjalankannya?", "Lanjut apa?"])
    ask(page.run(), "Apa visinya?")
    groups = {group.label: list(group.options) for group in page.button_group}
    assert groups["Orang juga bertanya"] == ["Siapa yang menjalankannya?"]
    assert "Lanjut apa?" in groups["Pertanyaan lanjutan"]


def test_question_ideas_come_while_typing_in_a_conversation_too(page: AppTest, assistant: ScriptedAssistant) -> None:
    ask(page.run(), "Apa visinya?")
    page.run()
    page.text_input(key="ideas").set_value("visi").run()
    assert not page.exception
    button(page, "idea-0").click().run()
    assert len(assistant.asked) == 2


def test_the_second_run_shows_the_same_answer_without_asking_again(page: AppTest, assistant: ScriptedAssistant) -> None:
    ask(page.run(), "Apa visinya?")
    page.run()
    assert len(assistant.asked) == 1
    assert "Jawaban untuk Apa visinya?" in texts(page)


def test_the_buttons_of_an_older_answer_are_one_click_away(page: AppTest) -> None:
    ask(page.run(), "Apa visinya?")
    ask(page, "Apa misinya?")
    page.run()
    assert len(page.get("download_button")) == 2
    button(page, "more-").click().run()
    assert not page.exception
    assert len(page.get("download_button")) == 4


def test_a_follow_up_gets_the_turns_before_it(page: AppTest, assistant: ScriptedAssistant) -> None:
    ask(page.run(), "Apa visinya?")
    ask(page, "Dan misinya?")
    question, history = assistant.asked[-1]
    assert question == "Dan misinya?"
    assert [turn.role for turn in history] == ["user", "assistant"]


def test_a_chip_opens_the_source_with_the_quote_marked(page: AppTest) -> None:
    ask(page.run(), "Apa visinya?")
    button(page, "chip-").click().run()
    assert not page.exception
    html = "".join(h.proto.body for h in page.get("html"))
    assert "<mark>" in html


def test_a_figure_is_shown_large_with_its_exact_amount_and_a_warning(page: AppTest) -> None:
    ask(page.run(), "Berapa alokasi 2027?")
    assert not page.exception
    assert page.metric[0].value.startswith("Rp")
    assert "tepatnya" in "\n".join(c.value for c in page.caption)
    assert "Dua tabel berbeda" in page.warning[0].value
    assert "| **2027** |" in texts(page)


def test_an_ambiguous_question_offers_buttons_and_the_choice_is_asked(page: AppTest, assistant: ScriptedAssistant) -> None:
    ask(page.run(), "yang mana")
    button(page, "option-").click().run()
    assert assistant.asked[-1][0] == "Pilihan satu?"


def test_what_an_answer_holds_never_becomes_markup(page: AppTest) -> None:
    ask(page.run(), "bahaya <b>x</b> $y$")
    shown = texts(page)
    assert "\\$a\\$" in shown
    assert "\\<script\\>" in shown
    assert "](javascript" not in shown.replace("\\](", "")
    assert "\\:material" in shown
    assert not any(m.allow_html for m in page.markdown)
    assert "\\<b\\>x\\</b\\> \\$y\\$" in shown


def test_a_crash_is_a_sentence_and_the_next_question_still_works(page: AppTest) -> None:
    ask(page.run(), "rusak")
    assert not page.exception
    assert page.error
    assert "meledak" not in page.error[0].value
    ask(page, "Apa visinya?")
    assert "Jawaban untuk Apa visinya?" in texts(page)


def test_an_interrupted_answer_is_offered_again(page: AppTest, assistant: ScriptedAssistant) -> None:
    page.run()
    talks = page.session_state["conversations"]
    talks.ask("Apa visinya?")
    talks.current.messages[-1].started = True
    page.run()
    assert not assistant.asked
    button(page, "retry-").click().run()
    assert len(assistant.asked) == 1


def test_a_shared_link_asks_its_question_once(page: AppTest, assistant: ScriptedAssistant) -> None:
    page.query_params["q"] = "Apa tujuannya?"
    page.run()
    page.run()
    assert [q for q, _ in assistant.asked] == ["Apa tujuannya?"]
    assert "q" not in page.query_params


def test_conversations_are_kept_searched_and_deleted(page: AppTest, assistant: ScriptedAssistant) -> None:
    page.run()
    for question in ("Apa visinya?", "Apa misinya?", "Apa tujuannya?"):
        ask(page, question)
        button(page, "new-talk").click().run()
    titles = [b.label for b in page.button if b.key and b.key.startswith("talk-")]
    assert len(titles) == 3
    next(i for i in page.text_input if i.key == "talk-search").set_value("misinya").run()
    assert len([b for b in page.button if b.key and b.key.startswith("talk-")]) == 1
    button(page, "drop-one-").click().run()
    button(page, "drop-sure").click().run()
    assert len([c for c in page.session_state["conversations"].items if c.messages]) == 2


def test_conversations_outlive_a_reload_for_their_visitor_only(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    first = ask(AppTest.from_function(page_of("chat"), default_timeout=TIMEOUT).run(), "Rahasia saya?")
    visitor = first.session_state["conversations"].visitor
    again, stranger = kept_conversations(visitor, backend.history()), kept_conversations("f" * 32, backend.history())
    assert [c.title for c in again.begun] == ["Rahasia saya?"]
    assert not stranger.begun
    assert again.matching("rahasia")
    again.open(again.begun[0].key)
    assert [m.role for m in again.current.messages] == ["user", "assistant"]
    assert again.current.messages[1].answer == first.session_state["conversations"].current.messages[1].answer
    stranger.store.drop(stranger.visitor)  # type: ignore[union-attr]
    assert kept_conversations(visitor, backend.history()).begun
    again.delete(again.begun[0].key)
    assert not kept_conversations(visitor, backend.history()).begun


def test_a_conversation_that_can_no_longer_be_read_leaves_the_list(assistant: ScriptedAssistant) -> None:
    store = backend.history()
    assert store is not None
    store.keep("a" * 32, "k", "Lama", "lama", '[{"role": "nobody"}]')
    talks = kept_conversations("a" * 32, store)
    talks.open("k")
    assert not talks.begun
    assert not talks.current.messages


def test_without_a_database_the_conversation_still_works(assistant: ScriptedAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    use_assistant(monkeypatch, assistant, feedback_url="sqlite:////nonexistent/folder/x.sqlite")
    page = ask(AppTest.from_function(page_of("chat"), default_timeout=TIMEOUT).run(), "Apa visinya?")
    assert not page.exception
    assert "Jawaban untuk Apa visinya?" in texts(page)


def test_two_visitors_share_nothing(assistant: ScriptedAssistant) -> None:
    first = ask(AppTest.from_function(page_of("chat"), default_timeout=TIMEOUT).run(), "Rahasia saya?")
    second = AppTest.from_function(page_of("chat"), default_timeout=TIMEOUT).run()
    assert "Rahasia" in texts(first)
    assert "Rahasia" not in texts(second) + "".join(b.label for b in second.button)
    assert first.session_state["conversations"].visitor != second.session_state["conversations"].visitor


def test_a_very_long_question_is_cut_not_refused(page: AppTest, assistant: ScriptedAssistant) -> None:
    page.query_params["q"] = "apa " * 5000
    page.run()
    assert len(assistant.asked[0][0]) <= 2000
