"""What a running answer reports: steps as they happen, verified parts as they are verified, and the end."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.models import Answer, Trace


@dataclass(frozen=True)
class Step:
    """Something is being done; `text` is Indonesian, for the person who waits. `name`: stable, for machines."""

    text: str
    name: str = ""


@dataclass(frozen=True)
class Part:
    """A verified piece of the answer's Markdown, in order. The `Final` answer is what counts in the end.

    A figure that was looked up has no parts: it is shown large above its text, so both come at once with the `Final`.
    """

    text: str


@dataclass(frozen=True)
class Final:
    answer: Answer
    trace: Trace


Event = Step | Part | Final
