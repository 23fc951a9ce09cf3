"""A draft of everyday questions for the passages of a plan that have none, written by whatever `Writer` is given.

Drafts go into the plan's questions file, marked `drafted`, a batch at a time: what an interrupted run wrote stays, and
the next run goes on from there. A person then reviews them (`renstra questions review`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import PlanError
from ingest.models import Passage, Source, WrittenQuestions
from ingest.pipeline import Progress, ReadPlan
from ingest.questions import PassagesByLine, QuestionRecord, questions_file, read_records, states, telling_rows, text_hash, write_records
from ingest.questions_lint import normal

Writer = Callable[[Sequence[str]], Sequence[WrittenQuestions]]
"""Texts of passages with their places -> what people would ask of each, in the same order. PlanError when it cannot go on."""
BATCH = 5
TEXT_LENGTH = 1600
LEAST, MOST = 8, 160
"""Characters of a question."""
NAME_LENGTH = 60
QUESTIONS_EACH, NAMES_EACH = 4, 3


@dataclass
class Drafted:
    passages: int = 0
    questions: int = 0
    empty: int = 0
    """passages for which nothing usable came"""
    waiting: int = 0
    """passages that still have no question"""
    trouble: str = ""

    def text(self) -> str:
        said = f"{self.questions} pertanyaan dirancang untuk {self.passages} kutipan"
        if self.empty:
            said += f"; {self.empty} kutipan tanpa rancangan yang layak"
        return f"{said}. Periksa dengan `renstra questions review`."


def draft_questions(path: Path, plan: ReadPlan, write: Writer, progress: Progress) -> Drafted:
    """Draft for every passage that states something and has neither question nor name; the file is renewed after each batch."""
    file = questions_file(path)
    records = read_records(file) if file.exists() else []
    todo, lines = unasked(plan), PassagesByLine(plan.document.source, plan.passages)
    known = {normal(text) for record in records for text in record.questions}
    said = Drafted(waiting=len(todo))
    for start in range(0, len(todo), BATCH):
        progress("merancang pertanyaan", start, len(todo))
        batch = todo[start : start + BATCH]
        try:
            written = write([shown(passage) for passage in batch])
        except PlanError as error:
            said.trouble = error.message
            break
        for passage, drafts in zip(batch, written, strict=True):
            record = draft_record(passage, drafts, plan.document.source, lines, known)
            said.waiting -= 1
            if record is None:
                said.empty += 1
                continue
            records.append(record)
            said.passages += 1
            said.questions += len(record.questions)
        write_records(file, records)
    return said


def unasked(plan: ReadPlan) -> list[Passage]:
    """Passages to draft for, in order: they state something, nobody asks for them yet, and their lines lead back to them."""
    asked = {q.passage_id for q in plan.bound.questions} | {n.passage_id for n in plan.bound.names}
    telling = telling_rows(plan.tables, plan.figures)
    lines = PassagesByLine(plan.document.source, plan.passages)
    return [p for p in plan.passages if p.id not in asked and states(p, telling) and lines.best(*lines.range(p)) == p]


def shown(passage: Passage) -> str:
    lead = f"{passage.lead_in}\n" if passage.lead_in and passage.kind == "item" else ""
    return f"({passage.place})\n{lead}{passage.text[:TEXT_LENGTH]}"


def draft_record(
    passage: Passage, drafts: WrittenQuestions, source: Source, lines: PassagesByLine, known: set[str]
) -> QuestionRecord | None:  # fmt: skip
    """A record of the usable drafts; None when there is none. `known` holds the questions so far, and is added to."""
    questions = []
    for text in drafts.questions:
        text, plain = " ".join(text.split()), normal(text)
        if LEAST <= len(text) <= MOST and plain not in known and plain not in normal(passage.text):
            known.add(plain)
            questions.append(text)
    names = [" ".join(name.split()) for name in drafts.names if 2 < len(name) <= NAME_LENGTH] if passage.row_id else []
    if not questions:
        return None
    first, last = lines.range(passage)
    return QuestionRecord(
        line_start=first, line_end=last, hash=text_hash(source, first, last), questions=tuple(questions[:QUESTIONS_EACH]),
        names=tuple(names[:NAMES_EACH]), drafted=True,
    )  # fmt: skip
