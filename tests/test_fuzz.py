"""Generated questions and histories: no exception, every answer verified. RENSTRA_TEST_FUZZ=5000 runs as many as wanted."""

from __future__ import annotations

import os
import random

import pytest

from assistant.answer import Assistant
from assistant.models import Turn

ASKED = int(os.environ.get("RENSTRA_TEST_FUZZ", "120"))
FRAMES = (
    "{a}", "apa itu {a}", "berapa target {a} {y}", "brp alokasi {a} thn {y}", "siapa yang ngurus {a}?", "kenapa {a} {b}", "sebutkan {a} dan {b}",
    "{a} {b} {y}-{z}", "how much is {a} in {y}?", "kalau {y}?", "unitnya?", "bandingkan {a} {y} dan {z}", "total {a} selama periode",
    "apa {a}? siapa {b}? kapan {y}?", "yang kedua {a}", "{a} paling besar", "bab {n} {a}", "tabel {n} lampiran {n} {a}", "selisih {a} {y} {z}",
)  # fmt: skip
ODD = (
    "",
    "?",
    "<b>{}</b>",
    "'; DROP TABLE {}; --",
    "**{}** [1]",
    "{}\u200b\u202e",
    "工作 {} عمل",
    "{}" * 40,
    "%s %d {{}} \\n",
    "\x00{}\x1b[31m",
    "🎯{}",
)


def slipped(word: str, chance: random.Random) -> str:
    """A word with a letter dropped, doubled or swapped."""
    if len(word) < 4:
        return word
    i = chance.randrange(len(word) - 1)
    return chance.choice(
        [word[:i] + word[i + 1 :], word[:i] + word[i] * 3 + word[i:], word[:i] + word[i + 1] + word[i] + word[i + 2 :], word]
    )


def generated(assistant: Assistant, count: int, seed: int = 7) -> list[tuple[str, list[Turn]]]:
    """Questions of the plan's own words and rows in everyday frames, with slips and odd characters, some after others."""
    chance = random.Random(seed)
    vocabulary = sorted(assistant.understanding.lexicon.counts)
    rows = [row.shown for row in assistant.book.rows.values()]
    out = []
    for _ in range(count):

        def subject() -> str:
            if chance.random() < 0.4:
                return chance.choice(rows)[:120]
            return " ".join(slipped(chance.choice(vocabulary), chance) for _ in range(chance.randint(1, 5)))

        def asked() -> str:
            text = chance.choice(FRAMES).format(
                a=subject(), b=subject(), y=chance.randint(2018, 2032), z=chance.randint(2018, 2032), n=chance.randint(0, 40)
            )
            return chance.choice(ODD).replace("{}", text) if chance.random() < 0.15 else text

        turns = [Turn(role=("user", "assistant")[i % 2], content=asked()) for i in range(2 * chance.randint(0, 3))]
        out.append((asked(), turns))
    return out


@pytest.mark.timeout(300 + ASKED)
def test_any_question_gets_a_verified_answer(assistant: Assistant) -> None:
    for text, history in generated(assistant, ASKED):
        answer, trace = assistant.run(text, history)
        assert answer.answer, text
        assert answer.abstained == (answer.status == "not_found"), text
        assert {figure.citation for figure in answer.figures} <= {citation.n for citation in answer.citations}, text
        for citation in answer.citations:
            source = assistant.index.by_doc[citation.doc].source
            first, last = citation.lines
            assert citation.quote in source.text[source.lines[first - 1].start : source.lines[last - 1].end], text
        if trace.question.normalised:
            assert trace.question.text == text
