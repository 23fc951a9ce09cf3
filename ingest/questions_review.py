"""A person goes through drafted questions: keeps, rewrites or throws away. Every decision is in the file at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingest.models import Source
from ingest.questions import QuestionRecord, questions_file, read_records, write_records

CHOICES = "[t]erima, [s]unting, [b]uang, [l]ewati, [k]eluar? "
TEXT_SHOWN = 600


@dataclass
class Reviewed:
    kept: int = 0
    edited: int = 0
    dropped: int = 0
    waiting: int = 0

    def text(self) -> str:
        return f"{self.kept} diterima, {self.edited} disunting, {self.dropped} dibuang; {self.waiting} rancangan masih menunggu."


def review(path: Path, source: Source, ask: Callable[[str], str], say: Callable[[str], object]) -> Reviewed:
    """Show each drafted record with its text and do what `ask` answers; the end of input stops, nothing is lost."""
    file = questions_file(path)
    records = read_records(file)
    done = Reviewed()
    for record in [r for r in records if r.drafted]:
        say(shown(record, source))
        try:
            choice = answered(ask)
            changed = edited(record, ask) if choice == "s" else record
        except EOFError:
            break
        if choice == "k":
            break
        if choice == "l":
            continue
        records.remove(record)
        if choice == "b":
            done.dropped += 1
        else:
            records.append(changed.model_copy(update={"drafted": False}))
            done.edited += choice == "s"
            done.kept += choice == "t"
        write_records(file, records)
    done.waiting = sum(r.drafted for r in records)
    return done


def shown(record: QuestionRecord, source: Source) -> str:
    text = " ".join(line.text.strip() for line in source.lines[record.line_start - 1 : record.line_end] if line.text.strip())
    said = [f"\nBaris {record.line_start}-{record.line_end}: {text[:TEXT_SHOWN]}{'…' if len(text) > TEXT_SHOWN else ''}"]
    said += [f"  {n}. {question}" for n, question in enumerate(record.questions, 1)]
    return "\n".join([*said, *([f"  sebutan: {' | '.join(record.names)}"] if record.names else [])])


def answered(ask: Callable[[str], str]) -> str:
    while True:
        choice = ask(CHOICES).strip().lower()[:1]
        if choice and choice in "tsblk":
            return choice


def edited(record: QuestionRecord, ask: Callable[[str], str]) -> QuestionRecord:
    """The record with what is typed; an empty answer leaves things as they are."""
    update = {}
    for name, label in (("questions", "Pertanyaan"), ("names", "Sebutan")):
        typed = [part.strip() for part in ask(f"{label}, dipisah | (kosong: tetap): ").split("|")]
        if any(typed):
            update[name] = tuple(filter(None, typed))
    return record.model_copy(update=update)
