"""The conversations of one visitor. In the session's state while the page is open, kept in the database for the next visit."""

from __future__ import annotations

import logging
import re
import uuid
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st
from pydantic import TypeAdapter

from assistant.history import KEPT, HistoryStore
from assistant.models import Answer, Trace, Turn
from assistant.views.markup import shorten

log = logging.getLogger(__name__)
MAX_QUESTION = 2000
TURNS_GIVEN = 8
"""Earlier messages that a follow-up may refer to."""
VISITOR_COOKIE = "renstra_pengunjung"
VISITOR = re.compile(r"[0-9a-f]{32}")


@dataclass
class Message:
    role: Literal["user", "assistant"]
    text: str
    answer: Answer | None = None
    trace: Trace | None = None
    related: tuple[str, ...] = ()
    started: bool = False
    """For a question: that answering has begun; a started question without an answer was interrupted."""
    key: str = field(default_factory=lambda: uuid.uuid4().hex)


_messages = TypeAdapter(list[Message])


@dataclass
class Conversation:
    messages: list[Message] = field(default_factory=list)
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    kept_title: str = ""
    kept_words: str = ""
    """Of a conversation that is kept and was not opened in this session: its messages are still in the database."""

    @property
    def begun(self) -> bool:
        return bool(self.messages or self.kept_title)

    @property
    def title(self) -> str:
        return shorten(self.messages[0].text, 42) if self.messages else self.kept_title

    @property
    def words(self) -> str:
        return " ".join(m.text for m in self.messages).casefold() if self.messages else self.kept_words

    def holds(self, words: str) -> bool:
        return all(word in self.words for word in words.casefold().split())

    @property
    def pending(self) -> Message | None:
        """The question that still waits for its answer."""
        last = self.messages[-1] if self.messages else None
        return last if last is not None and last.role == "user" else None

    def history(self) -> list[Turn]:
        """The turns before the pending question, newest last."""
        before = self.messages[:-1] if self.pending else self.messages
        return [Turn(role=m.role, content=m.text) for m in before[-TURNS_GIVEN:]]

    def as_json(self) -> str:
        """The messages without what a later look does not need (the list of what was searched)."""
        lean = [
            Message(
                m.role, m.text, m.answer, m.trace.model_copy(update={"hits": (), "rows": ()}) if m.trace else None, m.related, False, m.key
            )
            for m in self.messages
        ]
        return _messages.dump_json(lean).decode()


@dataclass
class Conversations:
    """All of a visitor's conversations, newest first; there is always a current one. Without a store nothing is kept."""

    items: list[Conversation] = field(default_factory=lambda: [Conversation()])
    current_key: str = ""
    visitor: str = field(default_factory=lambda: uuid.uuid4().hex)
    store: HistoryStore | None = None

    @property
    def current(self) -> Conversation:
        return next((c for c in self.items if c.key == self.current_key), self.items[0])

    @property
    def begun(self) -> list[Conversation]:
        return [c for c in self.items if c.begun]

    def new(self) -> Conversation:
        """An empty conversation becomes the current one (an empty one that is there already is taken)."""
        empty = next((c for c in self.items if not c.begun), None)
        if empty is None:
            empty = Conversation()
            self.items = [empty, *self.items][:KEPT]
        self.current_key = empty.key
        return empty

    def open(self, key: str) -> None:
        self.current_key = key
        talk = self.current
        if talk.messages or not talk.kept_title or self.store is None:
            return
        try:
            talk.messages = _messages.validate_json(self.store.read(self.visitor, key) or "[]")
        except Exception:  # the database is gone, or an older version wrote it
            log.exception("a conversation could not be opened again")
        if not talk.messages:
            self.items = [c for c in self.items if c is not talk]
            self.new()

    def delete(self, key: str = "") -> None:
        """One conversation, or all of them."""
        self.items = [c for c in self.items if key and c.key != key] or [Conversation()]
        try:
            if self.store is not None:
                self.store.drop(self.visitor, key)
        except Exception:
            log.exception("a conversation could not be deleted from the database")

    def keep(self, talk: Conversation) -> None:
        if self.store is not None and talk in self.items:
            self.store.keep(self.visitor, talk.key, talk.title, talk.words, talk.as_json())

    def ask(self, text: str) -> None:
        """Put a question into the current conversation; a question that still waits is left unanswered."""
        question = " ".join(text.replace("\x00", "").split())[:MAX_QUESTION]
        if question:
            self.current.messages.append(Message("user", question))

    def matching(self, words: str) -> list[Conversation]:
        return [c for c in self.begun if c.holds(words)]


def kept_conversations(visitor: str, store: HistoryStore | None) -> Conversations:
    """What a visitor has from earlier visits, behind an empty conversation."""
    try:
        kept = store.list(visitor) if store is not None else []
    except Exception:
        log.exception("the kept conversations could not be read")
        kept = []
    old = [Conversation([], k.key, k.title, k.words) for k in kept]
    return Conversations([Conversation(), *old], visitor=visitor, store=store)


def conversations() -> Conversations:
    if "conversations" not in st.session_state:
        from assistant.views import backend

        named = str(st.context.cookies.get(VISITOR_COOKIE, ""))
        visitor = named if VISITOR.fullmatch(named) else uuid.uuid4().hex
        st.session_state["conversations"] = kept_conversations(visitor, backend.history())
    found: Conversations = st.session_state["conversations"]
    return found
