"""Follow-ups, autocomplete and "orang juga bertanya" from the everyday questions. They are never evidence."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.utils import default_process

from assistant.asking import language
from assistant.checked import mark
from assistant.lexicon import everyday
from assistant.models import Answer, Question
from assistant.retrieve import Ranking, Retriever
from ingest.terms import fold, terms, words

if TYPE_CHECKING:
    from assistant.draft_models import Draft

LIKE = 75
"""Questions more alike than this (0-100) are the same question to a reader."""


class Suggester:
    """`answered`: whether the everyday question at a position is answered from its own passage; asked once a question, and not
    at all where `unanswered`, the marks of those that are not, is known."""

    def __init__(self, retriever: Retriever, answered: Callable[[int], bool], unanswered: frozenset[str] | None) -> None:
        self.retriever = retriever
        self.answered = lru_cache(maxsize=None)(answered) if unanswered is None else self.not_marked
        self.unanswered = unanswered or frozenset()
        self.questions = retriever.index.questions
        self.folded = [fold(q.text) for q in self.questions]
        self.chatty = [any(word in everyday().slang for word in words(q.text)) for q in self.questions]
        self.language = [language(q.text) for q in self.questions]
        self.by_passage: dict[str, list[int]] = {}
        for i, question in enumerate(self.questions):
            self.by_passage.setdefault(question.passage_id, []).append(i)
        self.by_line: dict[int, list[str]] = {}
        for passage in retriever.passages:
            if passage.id in self.by_passage:
                # a table by its beginning only: under the answer from one of its rows stand questions about the row
                reach = 0 if passage.kind == "table" else 40
                for line in range(passage.span.line_start, min(passage.span.line_end, passage.span.line_start + reach) + 1):
                    self.by_line.setdefault(line, []).append(passage.id)

    def not_marked(self, position: int) -> bool:
        return mark(self.questions[position].text) not in self.unanswered

    def suggest(self, question: Question, ranking: Ranking, draft: Draft, limit: int = 3) -> tuple[str, ...]:
        """Questions that neighbouring passages answer, each seen to be answered."""
        shown = {e.lines[0] for e in draft.evidence.items.values()}
        pool: list[int] = []
        for position in ranking.order[:12]:
            passage = self.retriever.passages[int(position)]
            if passage.span.line_start in shown and len(self.by_passage.get(passage.id, ())) < 3:
                continue
            pool += self.presentable_first(self.by_passage.get(passage.id, []), question.text)[:2]
        return tuple(self.pick(pool, question.text, limit, self.answered))

    def presentable_first(self, pool: list[int], asked: str) -> list[int]:
        """Questions in the language of what was asked (who asks in English reads the others too), written-out ones before chat."""
        spoken = language(asked)
        understood = [i for i in pool if spoken == "en" or self.language[i] == spoken]
        return sorted(understood, key=lambda i: (self.language[i] != spoken, self.chatty[i]))

    def pick(self, pool: list[int], asked: str, limit: int, sound: Callable[[int], bool] = lambda position: True) -> list[str]:
        chosen: list[str] = []
        for i in pool:
            text = self.questions[i].text
            unlike = all(fuzz.token_set_ratio(text, other, processor=default_process) < LIKE for other in [asked, *chosen])
            if unlike and sound(i):
                chosen.append(text[0].upper() + text[1:])
            if len(chosen) == limit:
                break
        return chosen

    def related(self, answer: Answer, limit: int = 4) -> list[str]:
        """Other questions about the places that an answer cites, then about their neighbours."""
        pool: list[int] = []
        for citation in answer.citations:
            first, last = citation.lines
            for line in [*range(first, last + 1), *range(max(1, first - 4), first), *range(last + 1, last + 5)]:
                for passage_id in self.by_line.get(line, ()):
                    pool += self.by_passage[passage_id]
        return self.pick(self.presentable_first(list(dict.fromkeys(pool)), answer.question), answer.question, limit, self.answered)

    def complete(self, prefix: str, limit: int = 6) -> list[str]:
        """Questions that begin like what is being typed, then those that hold its words."""
        low = fold(prefix).strip()
        if len(low) < 2 or not self.questions:
            return []
        starting = self.presentable_first([i for i, text in enumerate(self.folded) if text.startswith(low)], prefix)
        holding: list[int] = []
        if len(starting) < limit:
            typed = [w for w in re.findall(r"\w+", low) if len(w) > 1]
            holding = [i for i, text in enumerate(self.folded) if all(w in text for w in typed)] if typed else []
        if len(starting) + len(holding) < limit and (asked := terms(low)):
            scores = self.retriever.index.question_lexical.scores(asked)
            holding += [int(i) for i in np.argsort(-scores)[:limit] if scores[i] > 0]
        return self.pick(list(dict.fromkeys(starting + holding)), "", limit)
