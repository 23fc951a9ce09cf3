"""Passages -> claims, without a model: the sentences, the list or the row that answer, verbatim, to the point."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.answer_kind import asked_kinds
from assistant.compose_cells import CellWriter
from assistant.compose_lists import ListWriter
from assistant.evidence import EvidenceBook
from assistant.lookup import Lookup
from assistant.measures import KNOWN_MEASURES
from assistant.models import Claim, Question
from assistant.retrieve import Asking, Retriever
from assistant.sentences import Sentence, choose, cover, score_sentences, split_sentences
from assistant.wording import readable
from ingest.models import Passage
from ingest.terms import fold, terms

SHORT, LONG, BRIEF = 600, 1500, 260
"""Characters of a factual answer, and of an explanation."""
CROWD = 3
TELLING = 0.1
"""Share of the passages up to which a word tells one list from another."""
EXPLAIN = re.compile(
    r"\b(?:jelas\w*|terang\w*|uraikan|ceritakan|guna\w*|manfaat\w*|fungsi\w*|tujuan\w*|dampak\w*|buat apa|untuk apa|maksud\w*|explain|describe)\b"
)
PROMULGATED = re.compile(r"^Diundangkan\b", re.MULTILINE)
"""The formula that Indonesian regulations close with, after "Ditetapkan"."""
PROMULGATION = re.compile(r"\b(?:diundangkan|pengundangan|berita negara|lembaran negara)\b", re.IGNORECASE)


class ProseWriter:
    def __init__(self, retriever: Retriever, lookup: Lookup, evidence: EvidenceBook, proper: frozenset[str] = frozenset()) -> None:
        """`proper`: words that name places, people, institutions."""
        self.proper = proper
        self.retriever = retriever
        self.index = retriever.index
        self.lookup = lookup
        self.book = lookup.book
        self.evidence = evidence
        self.lists = ListWriter(retriever, evidence, proper, self.passage)
        self.cells = CellWriter(retriever.index, lookup.book, evidence)
        self.ranked_lists: Sequence[Passage] = ()
        self.crowded: frozenset[str] = frozenset()
        """lists of which several items are among the best passages: the list itself is meant"""

    def write(self, question: Question, asking: Asking, best: Sequence[Passage], ranked_lists: Sequence[Passage] = ()) -> list[Claim]:
        """Claims from the best passage, and from the next ones where it is short. `ranked_lists`: lists, best first."""
        self.ranked_lists = ranked_lists
        claims: list[Claim] = []
        seen: list[Passage] = []
        items = Counter(p.list_id for p in best if p.kind == "item" and p.list_id)
        self.crowded = frozenset(key for key, count in items.items() if count >= CROWD)
        best = self.list_first(question, best)
        for passage in best:
            first = self.escalate(question, passage)
            seen.append(first)
            if claims := self.passage(question, asking, first):
                break
        if not claims:
            return []
        used = sum(len(c.text) for c in claims)
        budget = LONG if explains(question) else SHORT
        if seen[-1].kind in ("list", "table", "front"):
            return claims
        for passage in best[len(seen) :]:
            if used >= budget * 0.8 or len(self.evidence.items) >= 5:
                break
            if any(overlaps(passage, other) for other in seen) or self.is_figure_row(passage) or passage.kind in ("table", "front"):
                continue
            more = self.passage(question, asking, passage, brief=True)
            if more and used + sum(len(c.text) for c in more) <= budget * 1.3:
                claims += more
                used += sum(len(c.text) for c in more)
            seen.append(passage)
        return claims

    def list_first(self, question: Question, best: Sequence[Passage]) -> list[Passage]:
        """Where a list is asked for: of the lists that the best passages belong to, the one that itself ranks best."""
        if question.asked not in ("daftar", "jumlah") or not best or best[0].kind in ("row", "table"):
            return list(best)
        members = {key for p in (*best, *(self.escalate(question, p) for p in best[:2])) if (key := p.list_id)}
        lists = sorted((p for p in self.ranked_lists if p.list_id in members), key=lambda p: not self.introduced(question, p))
        if not lists or (best[0].list_id not in members and not best[0].text.rstrip().endswith(":")):
            return list(best)
        return [lists[0], *[p for p in best if p.id != lists[0].id]]

    def introduced(self, question: Question, passage: Passage) -> int:
        """How many telling words of the question the sentence right above a list says ("Adapun misi ..., yakni:")."""
        sentences = split_sentences(passage.lead_in or self.lists.lead_text(passage))
        # a word that stands everywhere introduces nothing
        asked = {t for t in terms(question.standalone) if 0 < self.retriever.table.share(t) <= TELLING}
        return len(asked & set(terms(sentences[-1].text))) if sentences else 0

    def escalate(self, question: Question, passage: Passage) -> Passage:
        """An item of a list becomes the whole list when a list is asked for; a lead-in always does."""
        if passage.kind == "paragraph" and passage.text.rstrip().endswith(":"):
            under = [
                p
                for p in self.retriever.passages
                if p.kind == "list" and p.span.line_start == passage.span.line_start and p.doc == passage.doc
            ]
            return under[0] if under else passage
        if (
            passage.kind == "item"
            and passage.list_id
            and (question.asked in ("daftar", "jumlah") or (passage.list_id in self.crowded and not asked_kinds(fold(question.standalone))))
        ):
            whole = next((p for p in self.retriever.passages if p.kind == "list" and p.list_id == passage.list_id), None)
            return whole or passage
        return passage

    def passage(self, question: Question, asking: Asking, passage: Passage, brief: bool = False) -> list[Claim]:
        if passage.kind == "list":
            return self.lists.write(question, asking, passage, brief)
        if passage.kind == "row":
            if self.is_figure_row(passage) and not self.in_words(question, passage):
                return []  # figures are only ever stated by the one who checks which row is meant
            return self.cells.row(question, self.book.rows[passage.row_id])
        if passage.kind == "table":
            return self.cells.table(passage)
        if passage.kind == "front":
            return self.front(question, passage)
        if passage.kind == "item":
            return self.item(question, asking, passage)
        return self.sentences(question, asking, passage, brief)

    def is_figure_row(self, passage: Passage) -> bool:
        return passage.kind == "row" and bool(self.lookup.book.figure_row(passage.row_id))

    def in_words(self, question: Question, passage: Passage) -> bool:
        """A row with whole sentences in its cells answers in words unless one of its measures is asked for."""
        entry = self.book.rows[passage.row_id]
        return (
            entry.has_words
            and not set(question.measures) & set(entry.measures)
            and question.operation not in ("highest", "lowest", "compare")
        )

    def front(self, question: Question, passage: Passage) -> list[Claim]:
        """A title or signature block; of the latter the half that is meant: enactment or promulgation."""
        start, end = 0, len(passage.text)
        if cut := PROMULGATED.search(passage.text):
            start, end = (cut.start(), end) if PROMULGATION.search(question.standalone) else (0, cut.start() or end)
        text = readable(passage.text[start:end].replace("\n", " "))
        return [Claim(text=text[:SHORT], evidence=(self.evidence.of_stretch(passage, start, len(passage.text[:end].rstrip())),))]

    # prose -------------------------------------------------------------------------------------------------------------

    def sentences(self, question: Question, asking: Asking, passage: Passage, brief: bool = False) -> list[Claim]:
        scored = score_sentences(split_sentences(passage.text), question, asking.groups, self.retriever.table)
        if question.asked == "perbandingan" and not brief and (both := self.both_sides(asking, scored)):
            return [Claim(text=readable(x.text), evidence=(self.evidence.of_stretch(passage, x.start, x.end),)) for x in both]
        wide = explains(question) or question.asked in ("daftar", "jumlah")
        wide = wide and not set(question.measures) & set(KNOWN_MEASURES) and not brief
        budget = LONG if wide else BRIEF if brief else SHORT
        chosen = choose(scored, budget, enough=0.0 if wide else 0.25 if question.asked == "uraian" else 0.5)
        return [Claim(text=readable(x.text), evidence=(self.evidence.of_stretch(passage, x.start, x.end),)) for x in chosen]

    def both_sides(self, asking: Asking, scored: Sequence[Sentence]) -> list[Sentence]:
        """The sentences that hold what is compared; words that stand everywhere tell no side from the other."""
        telling = [g for g in asking.groups if 0 < self.retriever.table.share(g[0]) <= TELLING and not g[0].isdigit()]
        return cover(scored, telling, LONG)

    def item(self, question: Question, asking: Asking, passage: Passage) -> list[Claim]:
        text = readable(passage.text)
        if len(text) > LONG:
            return self.sentences(question, asking, passage)
        where = self.evidence.of_stretch(passage, 0, len(passage.text))
        return [Claim(text=text, evidence=(where,))]


def explains(question: Question) -> bool:
    """Whether a question wants a paragraph, not a fact."""
    return question.asked in ("alasan", "cara") or (question.asked == "uraian" and EXPLAIN.search(fold(question.standalone)) is not None)


def overlaps(a: Passage, b: Passage) -> bool:
    return a.doc == b.doc and a.span.line_start <= b.span.line_end and b.span.line_start <= a.span.line_end
