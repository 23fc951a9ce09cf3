"""Passages -> claims, without a model: the sentences, the list or the row that answer, verbatim, to the point."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer_kind import asked_kinds
from assistant.compose_cells import CellWriter
from assistant.evidence import EvidenceBook
from assistant.lookup import Lookup
from assistant.measures import KNOWN_MEASURES
from assistant.models import Claim, Question
from assistant.retrieve import Asking, Retriever
from assistant.sentences import Sentence, choose, cover, score_sentences, split_sentences
from assistant.wording import readable
from ingest.line_kinds import BULLET, parse_marker, strip_markup
from ingest.models import Passage, Span
from ingest.terms import fold, terms, words

SHORT, LONG, BRIEF = 600, 1500, 260
"""Characters of a factual answer, and of an explanation."""
LIST_LIMIT = 2500
ITEM_LIMIT = 220
"""Characters of an item in a list that is too long to be shown whole."""
CROWD = 3
FEW = 4
"""A list of more items than this may be asked for one of them."""
TELLING = 0.1
"""Share of the passages up to which a word tells one list from another."""
LEAD_ALONE = 160
"""A lead-in at least this long may say something of its own."""
BY_LEAD = ("nilai", "jumlah", "kapan", "siapa", "di mana", "definisi", "dasar hukum")
EXPLAIN = re.compile(
    r"\b(?:jelas\w*|terang\w*|uraikan|ceritakan|guna\w*|manfaat\w*|fungsi\w*|tujuan\w*|dampak\w*|buat apa|untuk apa|maksud\w*|explain|describe)\b"
)
HEADING = 0.25
"""Share of the question's weight by which one heading of an outline stands out."""
WHOLE_LIST = ("daftar", "jumlah", "uraian", "cara", "alasan", "definisi")
WHOLE = re.compile(r"\b(?:terdiri|susunan\w*|semua\w*|seluruh\w*|lengkap\w*|satu-satu)\b")
"""Says that a list is wanted whole."""
PROMULGATED = re.compile(r"^Diundangkan\b", re.MULTILINE)
"""The formula that Indonesian regulations close with, after "Ditetapkan"."""
PROMULGATION = re.compile(r"\b(?:diundangkan|pengundangan|berita negara|lembaran negara)\b", re.IGNORECASE)
YEARS = re.compile(r"\b(?:19|20)\d\d\b")


class ProseWriter:
    def __init__(self, retriever: Retriever, lookup: Lookup, evidence: EvidenceBook, proper: frozenset[str] = frozenset()) -> None:
        """`proper`: words that name places, people, institutions."""
        self.proper = proper
        self.retriever = retriever
        self.index = retriever.index
        self.lookup = lookup
        self.book = lookup.book
        self.evidence = evidence
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
        sentences = split_sentences(passage.lead_in or self.lead_text(passage))
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
            return self.listed(question, asking, passage, brief)
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

    # lists -------------------------------------------------------------------------------------------------------------

    def listed(self, question: Question, asking: Asking, passage: Passage, brief: bool) -> list[Claim]:
        if brief:
            return []
        items = [(span, self.text_of(passage, span)) for span in passage.item_spans]
        outline = passage.list_id.startswith("o-")
        wanted = self.asked_items(question, asking, items, passage.title if outline else f"{passage.title} {passage.lead_in}", outline)
        if (alone := self.lead_answers(question, asking, passage, items)) is not None:
            return alone
        contiguous = passage.span.line_start <= passage.item_spans[0].line_start <= passage.item_spans[-1].line_end <= passage.span.line_end
        wanted = wanted if len(wanted) < len(items) else items
        if passage.list_id.startswith("o-") and len(wanted) < len(items) and (inner := self.below(question, asking, passage, wanted[0][0])):
            return inner
        claims = []
        long = sum(len(text) for _, text in wanted) > LIST_LIMIT * 0.85
        if passage.lead_in and len(wanted) == len(items):
            lead = self.lead(passage, asking, question)
            if lead and not (long and len(lead.text) > LEAD_ALONE):
                claims.append(lead)
        whole = self.evidence.of_span(passage, passage.span) if contiguous and len(wanted) == len(items) else None
        used = 0
        nested = self.nested(passage)
        for number, (span, text) in enumerate(wanted, 1):
            line = self.item_line(text, number, len(wanted) > 1)
            if long:
                line = split_sentences(line)[0].text if not re.match(r"^\w{1,3}[.)]$", split_sentences(line)[0].text) else line[:ITEM_LIMIT]
            line += "".join(f"\n   - {self.body(child)}" for child in nested.get(span.line_start, ()))
            if used and used + len(line) > LIST_LIMIT:
                line = line[: max(80, (LIST_LIMIT - used) // 2)].rsplit(" ", 1)[0] + " …"
            used += len(line)
            where = whole if whole is not None else self.evidence.of_span(passage, span)
            claims.append(Claim(text=line, evidence=(where,)))
            if used > LIST_LIMIT * 1.5:
                break
        return claims

    def lead_text(self, passage: Passage) -> str:
        first = passage.item_spans[0]
        end = first.start - passage.span.start
        return "" if first.line_start <= passage.span.line_start else passage.text[: end if end > 0 else len(passage.text)]

    def lead_answers(self, question: Question, asking: Asking, passage: Passage, items: list[tuple[Span, str]]) -> list[Claim] | None:
        """A long lead-in that holds more of the question than its list does is the answer, not the list."""
        lead = self.lead_text(passage)
        if len(lead) < LEAD_ALONE or question.asked not in BY_LEAD:
            return None
        inside = max((self.held(asking, text) for _, text in items), default=0.0)
        best = max((self.held(asking, s.text) for s in split_sentences(lead)), default=0.0)
        if best < inside:
            return None
        scored = score_sentences(split_sentences(lead), question, asking.groups, self.retriever.table)
        chosen = choose(scored, SHORT, enough=0.55)
        if all(s.text.rstrip().endswith(":") for s in chosen):
            # "... yang meliputi 3 aspek:" answers with what it introduces
            return None
        return [Claim(text=readable(s.text), evidence=(self.evidence.of_stretch(passage, s.start, s.end),)) for s in chosen]

    def typed(self, question: Question, text: str) -> float:
        """In a follow-up: weight of the words just typed that a text holds, beside those of the history."""
        if not question.from_history:
            return 0.0
        own = set(terms(text))
        return 2 * sum(self.retriever.table.weight(t) for t in set(terms(question.normalised)) if t in own)

    def held(self, asking: Asking, text: str) -> float:
        """Weight of the question's words that a text holds."""
        own = set(terms(text))
        return sum(self.retriever.table.weight(g[0]) for g in asking.groups if any(t in own for t in g))

    def below(self, question: Question, asking: Asking, passage: Passage, heading: Span) -> list[Claim]:
        """What stands under a heading of an outline: its list, else its first paragraph."""
        sections = [s for s in self.index.by_doc[passage.doc].sections if s.span.line_start == heading.line_start]
        if not sections:
            return []
        under = [p for p in self.retriever.passages if p.section == sections[0].id and p.kind in ("list", "paragraph")]
        lists = [p for p in under if p.kind == "list" and not p.list_id.startswith("o-")]
        chosen = (lists if question.asked in ("daftar", "jumlah") else under) or under
        return self.passage(question, asking, chosen[0]) if chosen else []

    def text_of(self, passage: Passage, span: Span) -> str:
        return self.index.by_doc[passage.doc].source.text[span.start : span.end]

    def nested(self, passage: Passage) -> dict[int, list[str]]:
        """Texts of sub-items by the line of their parent item."""
        blocks = {b.span.line_start: b for b in self.index.by_doc[passage.doc].blocks}
        ids = {b.id: b for b in blocks.values()}
        out: dict[int, list[str]] = {}
        for block in blocks.values():
            if block.kind == "item" and block.list_id and passage.span.line_start <= block.span.line_start <= passage.span.line_end:
                parent = ids.get(block.lead_in)
                if parent is not None and parent.kind == "item" and parent.list_id == passage.list_id:
                    out.setdefault(parent.span.line_start, []).append(block.text)
        return out

    def asked_items(
        self, question: Question, asking: Asking, items: list[tuple[Span, str]], lead_in: str, outline: bool
    ) -> list[tuple[Span, str]]:
        """All items when the list is asked for; the fitting ones when the question names something in them."""
        if not outline and WHOLE.search(fold(question.standalone)):
            return items
        # in a follow-up the names just typed take the place of those before
        named = self.names_in(question.normalised, lead_in) or self.names_in(question.standalone, lead_in)
        holds_names = [len(named & set(words(text))) for _, text in items]
        of_name = [item for item, count in zip(items, holds_names, strict=True) if count == max(holds_names)]
        if len(items) > FEW and max(holds_names) and len(of_name) <= 2:
            return of_name
        # what the lead-in says already tells no item from another
        lead = set(terms(lead_in))
        own = replace(asking, groups=tuple(g for g in asking.groups if not any(t in lead for t in g)))
        scores = [self.held(own, text) + self.typed(question, text) for _, text in items]
        top = max(scores, default=0.0)
        dated = [set(YEARS.findall(text)) for _, text in items]
        by_year = sum(len(years) == 1 for years in dated) > 0.6 * len(items) and len(set().union(*dated)) > 2 and bool(question.years)
        whole = question.asked in WHOLE_LIST or not asked_kinds(fold(question.standalone))
        if question.year_range or (
            whole and not by_year and not self.stands_out(question, own if outline else asking, scores, 2 if outline else FEW)
        ):
            return items
        picked = [item for item, score in zip(items, scores, strict=True) if top > 0 and score >= 0.9 * top]
        return picked if 0 < len(picked) <= max(2, len(items) // 2) else items

    def names_in(self, text: str, lead_in: str) -> set[str]:
        return {w for w in words(text) if w in self.proper} - set(words(lead_in))

    def stands_out(self, question: Question, asking: Asking, scores: Sequence[float], few: int) -> bool:
        """Whether the question names what only one item (or two) of a longer list is about."""
        groups = [g for g in asking.groups if not g[0].isdigit()]
        whole = sum(self.retriever.table.weight(g[0]) for g in groups) or 1.0
        top = max(scores, default=0.0)
        leading = sum(s >= 0.9 * top for s in scores)
        if WHOLE.search(fold(question.standalone)):
            return False
        if few < FEW and leading == 1 and top >= HEADING * whole:
            return True
        return len(scores) > few and leading <= 2 and top >= 0.5 * whole and sum(scores) / len(scores) < 0.5 * top

    def lead(self, passage: Passage, asking: Asking, question: Question) -> Claim | None:
        """The sentence that introduces the list."""
        pieces = split_sentences(self.lead_text(passage))
        if not pieces:
            return None
        last = pieces[-1]
        return Claim(text=readable(last.text), evidence=(self.evidence.of_stretch(passage, last.start, last.end),))

    def body(self, text: str) -> str:
        marker, body = parse_marker(BULLET.sub("", strip_markup(text.split("\n")[0])))
        rest = " ".join(text.split("\n")[1:])
        return readable(f"{body} {rest}" if marker else text)

    def item_line(self, text: str, number: int, several: bool) -> str:
        plain = BULLET.sub("", strip_markup(text.split("\n")[0]))
        marker, _ = parse_marker(plain)
        body = self.body(text)
        if not several:
            return body
        return f"{marker.printed if marker else f'{number}.'} {body}" if marker else f"- {body}"


def explains(question: Question) -> bool:
    """Whether a question wants a paragraph, not a fact."""
    return question.asked in ("alasan", "cara") or (question.asked == "uraian" and EXPLAIN.search(fold(question.standalone)) is not None)


def overlaps(a: Passage, b: Passage) -> bool:
    return a.doc == b.doc and a.span.line_start <= b.span.line_end and b.span.line_start <= a.span.line_end
