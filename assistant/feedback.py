"""Feedback and audit log in any SQL database (`RENSTRA_FEEDBACK_URL`); SQLite beside the index by default.

Visitors write; only an administrator's page and `renstra` commands read. Nothing here is ever shown to a visitor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
)
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError

from assistant.models import Answer
from ingest.errors import InputError
from ingest.settings import Settings

FILE = "renstra-feedback.sqlite"
MAX_REASON = 2000

_metadata = MetaData()
_asked = Table(
    "asked",
    _metadata,
    Column("id", String(40), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("visitor", String(40), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("status", String(20), nullable=False),
    Column("mode", String(20), nullable=False),
    Column("citations", Integer, nullable=False),
    Column("latency_ms", Float, nullable=False),
    Column("fingerprint", String(64), nullable=False),
)
_vote = Table(
    "vote",
    _metadata,
    Column("asked_id", String(40), primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("visitor", String(40), nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text, nullable=False),
)


@dataclass(frozen=True)
class Tally:
    asked: int
    up: int
    down: int


@dataclass(frozen=True)
class Asked:
    """One line of the audit log. `helpful` is None without a vote."""

    at: datetime
    question: str
    status: str
    latency_ms: float
    helpful: bool | None
    reason: str


class FeedbackStore:
    """Thread-safe; every call is its own transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        _metadata.create_all(engine)

    def record(self, key: str, visitor: str, answer: Answer) -> None:
        """Write one answered question. `key` names it for a later vote."""
        with self.engine.begin() as connection:
            connection.execute(
                insert(_asked).values(
                    id=key,
                    at=datetime.now(UTC),
                    visitor=visitor,
                    question=answer.question,
                    answer=answer.answer,
                    status=answer.status,
                    mode=answer.mode,
                    citations=len(answer.citations),
                    latency_ms=answer.latency_ms,
                    fingerprint=answer.index,
                )
            )

    def vote(self, key: str, visitor: str, helpful: bool, reason: str = "") -> None:
        """Keep a visitor's vote; a second one for the same answer replaces the first. InputError for somebody else's answer."""
        with self.engine.begin() as connection:
            owner = connection.execute(select(_asked.c.visitor).where(_asked.c.id == key)).scalar_one_or_none()
            if owner != visitor:
                raise InputError("Jawaban itu bukan milik percakapan ini; masukan tidak disimpan.")
            connection.execute(delete(_vote).where(_vote.c.asked_id == key))
            connection.execute(
                insert(_vote).values(asked_id=key, at=datetime.now(UTC), visitor=visitor, helpful=helpful, reason=reason[:MAX_REASON])
            )

    def tally(self) -> Tally:
        with self.engine.connect() as connection:
            asked = connection.execute(select(func.count()).select_from(_asked)).scalar_one()
            counts = {row[0]: row[1] for row in connection.execute(select(_vote.c.helpful, func.count()).group_by(_vote.c.helpful))}
        return Tally(asked, counts.get(True, 0), counts.get(False, 0))

    def latest(self, limit: int = 100) -> list[Asked]:
        """The last questions, newest first, with their votes. For administrators."""
        query = (
            select(_asked.c.at, _asked.c.question, _asked.c.status, _asked.c.latency_ms, _vote.c.helpful, _vote.c.reason)
            .join(_vote, _vote.c.asked_id == _asked.c.id, isouter=True)
            .order_by(_asked.c.at.desc())
            .limit(limit)
        )
        with self.engine.connect() as connection:
            return [
                Asked(at, question, status, ms, helpful, reason or "")
                for at, question, status, ms, helpful, reason in connection.execute(query)
            ]


def write_ahead(connection: Any, _record: object) -> None:
    """SQLite's own log: a line is written without waiting for the disk to sync twice, and readers never wait for it."""
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")


def open_feedback(settings: Settings) -> FeedbackStore:
    """The store of `settings.feedback_url`; InputError (Indonesian) where it cannot be opened."""
    url = settings.feedback_url or f"sqlite:///{settings.index.absolute().parent / FILE}"
    try:
        engine = create_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", write_ahead)
        return FeedbackStore(engine)
    except (SQLAlchemyError, ImportError) as error:
        raise InputError(f"Penyimpanan umpan balik tidak bisa dibuka ({type(error).__name__}). Periksa RENSTRA_FEEDBACK_URL.") from error
