"""Lists as claims: the whole list with its lead-in, the items that a question names, what stands under a heading. Verbatim."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer_kind import asked_kinds
from assistant.evidence import EvidenceBook
from assistant.models import Claim, Question
from assistant.retrieve import Asking, Retriever
from assistant.sentences import choose, score_sentences, split_sentences
from assistant.wording import readable
from ingest.line_kinds import BULLET, parse_marker, strip_markup
from ingest.models import Passage, Span
from ingest.terms import fold, terms, words

LEAD_LIMIT = 600
"""Characters of an answer out of a lead-in."""
LIST_LIMIT = 2500
ITEM_LIMIT = 220
"""Characters of an item in a list that is too long to be shown whole."""
FEW = 4
"""A list of more items than this may be asked for one of them."""
LEAD_ALONE = 160
"""A lead-in at least this long may say something of its own."""
BY_LEAD = ("nilai", "jumlah", "kapan", "siapa", "di mana", "definisi", "dasar hukum")
HEADING = 0.25
"""Share of the question's weight by which one heading of an outline stands out."""
WHOLE_LIST = ("daftar", "jumlah", "uraian", "cara", "alasan", "definisi")
WHOLE = re.compile(r"\b(?:terdiri|susunan\w*|semua\w*|seluruh\w*|lengkap\w*|satu-satu)\b")
"""Says that a list is wanted whole."""
YEARS = re.compile(r"\b(?:19|20)\d\d\b")


class ListWriter:
    """`proper`: words that name places, people, institutions; `under`: how a passage below a heading is written."""

    def __init__(
        self,
        retriever: Retriever,
        evidence: EvidenceBook,
        proper: frozenset[str],
        under: Callable[[Question, Asking, Passage], list[Claim]],
    ) -> None:
        self.retriever = retriever
        self.index = retriever.index
        self.evidence = evidence
        self.proper = proper
        self.under = under

    def write(self, question: Question, asking: Asking, passage: Passage, brief: bool) -> list[Claim]:
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
        chosen = choose(scored, LEAD_LIMIT, enough=0.55)
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
        return self.under(question, asking, chosen[0]) if chosen else []

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
