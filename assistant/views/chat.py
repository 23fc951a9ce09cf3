"""Tanya: the conversation. A question goes in, steps and a streamed answer come out, every mark opens its source."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import streamlit as st

from assistant.events import Part, Step
from assistant.models import Answer
from assistant.views import answer_view, backend, library, sidebar, source, widgets
from assistant.views.conversations import MAX_QUESTION, VISITOR_COOKIE, Conversation, Conversations, Message, conversations
from assistant.views.markup import answer_markdown, plain
from assistant.views.running import Running
from assistant.views.texts import language, named, t
from ingest.errors import PlanError

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator
    from streamlit.elements.lib.mutable_status_container import StatusContainer

    from assistant.answer import Assistant

log = logging.getLogger(__name__)
EXAMPLE_ICONS = {
    "money": ":material/payments:",
    "target": ":material/flag:",
    "section": ":material/menu_book:",
    "everyday": ":material/chat_bubble:",
}
IDEAS = 6
MARKS = 100
"""While an answer is written, every number up to this one is shown as a mark; in the end only those that have a source."""


def page() -> None:
    widgets.style(narrow=True)
    talks = conversations()
    widgets.remember(VISITOR_COOKIE, talks.visitor)
    take_address(talks)
    typed = st.chat_input(t("chat.placeholder"), key="question", max_chars=MAX_QUESTION, submit_mode="stop")
    if typed:
        talks.ask(str(typed))
    sidebar.conversation_list(talks)
    talk = talks.current
    if not talk.messages:
        welcome(talks)
        return
    if clicked := widgets.clicked_mark(key="marks"):
        source.open_source(*clicked)
    if talk.pending is not None:
        source.close_source()
    view = st.container()
    for message in talk.messages:
        show(message, talks, last=message is talk.messages[-1])
    if talk.pending is not None:
        with view:  # before the answer comes: the question stays where it is while the answer grows below it
            widgets.scroll_to(f".st-key-asked-{talk.pending.key}", key=f"to-{talk.pending.key}", block="start")
        answer_pending(talk, talk.pending, talks)
    if talk.pending is None:
        with st.popover(t("chat.ideas"), icon=":material/search:", type="tertiary"):
            ideas(backend.assistant(), talks)
    opened_source(talk)


def take_address(talks: Conversations) -> None:
    """Ask the question of a shared link (?q=) once, in a conversation of its own."""
    asked = st.query_params.get("q", "")
    if not asked:
        return
    del st.query_params["q"]
    talks.new()
    talks.ask(asked)


def opened_source(talk: Conversation) -> None:
    """The source that is open, when its answer belongs to this conversation."""
    key, number = source.opened() or ("", 0)
    message = next((m for m in talk.messages if key and m.key.startswith(key) and m.answer), None)
    if message is not None and message.answer is not None:
        source.panel(backend.assistant().index, message.key, message.answer, number)


# the empty page -------------------------------------------------------------------------------------------------------


def welcome(talks: Conversations) -> None:
    widgets.scroll_to(".st-key-welcome h1", key="to-welcome", block="end")
    with st.container(key="welcome"):
        st.title(t("chat.hello"), anchor=False)
        assistant = backend.assistant()
        meta = next((d.source.meta for d in assistant.index.documents if d.source.meta.in_force), assistant.index.documents[0].source.meta)
        st.markdown(t("chat.about", title=plain(meta.title)))
        examples = library.examples(assistant.index)
        if examples:
            st.markdown(f"**{t('chat.examples')}**")
        with st.container(key="examples"):
            for at in range(0, len(examples), 2):
                for column, (kind, text) in zip(st.columns(2, gap="small"), examples[at : at + 2], strict=False):
                    label = f"**{t(f'example.{kind}')}** {plain(text)}"
                    if column.button(
                        label, key=f"example-{examples.index((kind, text))}", icon=EXAMPLE_ICONS[kind], width="stretch", wrap=True
                    ):
                        ask(talks, text)
        ideas(assistant, talks)


@st.fragment
def ideas(assistant: Assistant, talks: Conversations) -> None:
    words = st.text_input(
        t("chat.ideas"), placeholder=t("chat.ideas_hint"), key="ideas", icon=":material/search:", live=True, max_chars=100
    )
    if not words or len(words.strip()) < 2:
        return
    with st.container(key="idea-list", gap="xsmall"):
        for number, text in enumerate(assistant.complete(words, IDEAS)):
            if st.button(plain(text), key=f"idea-{number}", type="tertiary"):
                ask(talks, text)


def ask(talks: Conversations, text: str) -> None:
    talks.ask(text)
    st.rerun()


# the conversation -----------------------------------------------------------------------------------------------------


def show(message: Message, talks: Conversations, last: bool) -> None:
    if message.role == "user":
        with st.container(key=f"asked-{message.key}"), st.chat_message("user"):
            st.markdown(plain(message.text))
        return
    with st.chat_message("assistant"):
        answer_view.how(message)
        answer_view.head(message)
        answer_view.body(message)
        answer_view.extras(message, talks, last)


def answer_pending(talk: Conversation, question: Message, talks: Conversations) -> None:
    """Answer the last question, streaming; what was interrupted before is offered again instead."""
    with st.chat_message("assistant"):
        if question.started:
            st.info(t("chat.stopped"), icon=":material/stop_circle:")
            if st.button(t("chat.retry"), key=f"retry-{question.key}", icon=":material/refresh:"):
                question.started = False
                st.rerun()
            return
        question.started = True
        assistant = backend.assistant()
        work = Running(assistant, question.text, talk.history())
        status = st.status(t("chat.working"), expanded=False, type="compact")
        head, text = st.container(), st.empty()
        message = stream(assistant, work, question, status, text)
        talk.messages.append(message)
        with head:
            answer_view.head(message)
        answer_view.body(message, text)
        answer_view.extras(message, talks, last=True)
        answer_view.how_details(message, status)
    keep(message, talks)


def stream(assistant: Assistant, work: Running, question: Message, status: StatusContainer, place: DeltaGenerator) -> Message:
    """Show the events of one answer as they come; the finished message, errors included."""
    message = Message("assistant", "")
    written = ""
    try:
        for event in work:
            if isinstance(event, Step):
                status.update(label=step_label(event))
            elif isinstance(event, Part):
                written += event.text
                place.markdown(answer_markdown(written, range(1, MARKS), answer_view.anchor(message)))
            else:
                message.answer, message.trace, message.text = event.answer, event.trace, event.answer.answer
                message.related = tuple(assistant.related(event.answer))
    except PlanError as error:
        message.answer = failed(question.text, error.message, assistant.index.fingerprint)
    except Exception:
        log.exception("a question could not be answered")
        message.answer = failed(question.text, t("broken"), assistant.index.fingerprint)
    if message.answer is None:
        message.answer = failed(question.text, t("broken"), assistant.index.fingerprint)
    message.text = message.answer.answer
    failure = message.answer.status == "error"
    status.update(label=answer_view.how_label(message), state="error" if failure else "complete", expanded=False)
    return message


def step_label(step: Step) -> str:
    """A step in the session's language. In Indonesian as it was said; what it holds after a colon is kept in any language."""
    said = named("working", step.name)
    if language() == "id" or said == step.name:
        return plain(step.text)
    return said.format(of=plain(step.text.partition(": ")[2]))


def failed(question: str, message: str, fingerprint: str) -> Answer:
    return Answer(question=question, answer=message, status="error", abstained=False, mode="extractive", index=fingerprint)


def keep(message: Message, talks: Conversations) -> None:
    """Write the audit line and the conversation; a broken database must not cost the person the answer."""
    if message.answer is None:
        return
    try:
        backend.feedback().record(message.key, talks.visitor, message.answer)
        talks.keep(talks.current)
    except Exception:
        log.exception("the answer could not be kept")
