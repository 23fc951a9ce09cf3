"""Conversations of a visitor in the database of the feedback, so that they outlive a reload.

A visitor is named by a random key that only their browser holds; whoever does not know it sees nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Column, DateTime, MetaData, String, Table, Text, delete, insert, select, update
from sqlalchemy.engine import Engine

KEPT = 40
"""Conversations kept a visitor; the oldest go."""

_metadata = MetaData()
_talk = Table(
    "conversation",
    _metadata,
    Column("key", String(40), primary_key=True),
    Column("visitor", String(40), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("title", Text, nullable=False),
    Column("words", Text, nullable=False),
    Column("data", Text, nullable=False),
)


@dataclass(frozen=True)
class Kept:
    """A conversation as the list shows it. `words`: its text, case folded, for searching."""

    key: str
    title: str
    words: str


class HistoryStore:
    """Thread-safe; every call is its own transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        _metadata.create_all(engine)

    def keep(self, visitor: str, key: str, title: str, words: str, data: str) -> None:
        """Write a conversation, in place of what was kept of it."""
        values = {"at": datetime.now(UTC), "title": title, "words": words, "data": data}
        mine = (_talk.c.visitor == visitor) & (_talk.c.key == key)
        with self.engine.begin() as connection:
            if not connection.execute(update(_talk).where(mine).values(**values)).rowcount:
                connection.execute(insert(_talk).values(key=key, visitor=visitor, **values))
                newest = select(_talk.c.key).where(_talk.c.visitor == visitor).order_by(_talk.c.at.desc()).limit(KEPT)
                known = [row[0] for row in connection.execute(newest)]
                connection.execute(delete(_talk).where(_talk.c.visitor == visitor, _talk.c.key.not_in(known)))

    def list(self, visitor: str) -> list[Kept]:
        """This visitor's conversations, the newest first."""
        query = select(_talk.c.key, _talk.c.title, _talk.c.words).where(_talk.c.visitor == visitor).order_by(_talk.c.at.desc())
        with self.engine.connect() as connection:
            return [Kept(*row) for row in connection.execute(query)]

    def read(self, visitor: str, key: str) -> str | None:
        """What `keep` was given as `data`; None for somebody else's or an unknown conversation."""
        with self.engine.connect() as connection:
            found: str | None = connection.execute(
                select(_talk.c.data).where(_talk.c.visitor == visitor, _talk.c.key == key)
            ).scalar_one_or_none()
            return found

    def drop(self, visitor: str, key: str = "") -> None:
        """Delete one conversation, or all of a visitor's."""
        with self.engine.begin() as connection:
            connection.execute(delete(_talk).where(_talk.c.visitor == visitor, *([_talk.c.key == key] if key else [])))
