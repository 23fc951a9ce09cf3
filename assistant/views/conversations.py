"""The conversations of one browser session. They live in that session's state and nowhere else."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import Literal

import streamlit as st

from assistant.models import Answer, Trace, Turn
from assistant.views.markup import shorten

MAX_QUESTION = 2000
TURNS_GIVEN = 8
"""Earlier messages that a follow-up may refer to."""
KEPT = 40


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


@dataclass
class Conversation:
    messages: list[Message] = field(default_factory=list)
    key: str = field(default_factory=lambda: uuid.uuid4().hex[:8])

    @property
    def title(self) -> str:
        return shorten(self.messages[0].text, 42) if self.messages else ""

    def holds(self, words: str) -> bool:
        texts = " ".join(m.text for m in self.messages).casefold()
        return all(word in texts for word in words.casefold().split())

    @property
    def pending(self) -> Message | None:
        """The question that still waits for its answer."""
        last = self.messages[-1] if self.messages else None
        return last if last is not None and last.role == "user" else None

    def history(self) -> list[Turn]:
        """The turns before the pending question, newest last."""
        before = self.messages[:-1] if self.pending else self.messages
        return [Turn(role=m.role, content=m.text) for m in before[-TURNS_GIVEN:]]


@dataclass
class Conversations:
    """All of a session's conversations, newest first; there is always a current one."""

    items: list[Conversation] = field(default_factory=lambda: [Conversation()])
    current_key: str = ""
    visitor: str = field(default_factory=lambda: uuid.uuid4().hex)

    @property
    def current(self) -> Conversation:
        return next((c for c in self.items if c.key == self.current_key), self.items[0])

    def new(self) -> Conversation:
        """An empty conversation becomes the current one (an empty one that is there already is taken)."""
        empty = next((c for c in self.items if not c.messages), None)
        if empty is None:
            empty = Conversation()
            self.items = [empty, *self.items][:KEPT]
        self.current_key = empty.key
        return empty

    def open(self, key: str) -> None:
        self.current_key = key

    def delete(self, key: str) -> None:
        self.items = [c for c in self.items if c.key != key] or [Conversation()]

    def ask(self, text: str) -> None:
        """Put a question into the current conversation; a question that still waits is left unanswered."""
        question = " ".join(text.replace("\x00", "").split())[:MAX_QUESTION]
        if question:
            self.current.messages.append(Message("user", question))

    def matching(self, words: str) -> list[Conversation]:
        return [c for c in self.items if c.messages and c.holds(words)]


def conversations() -> Conversations:
    if "conversations" not in st.session_state:
        st.session_state["conversations"] = Conversations()
    found: Conversations = st.session_state["conversations"]
    return found
