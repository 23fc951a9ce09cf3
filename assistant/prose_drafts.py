"""Drafts in the plan's own sentences: the passages they come from, series told in prose, what tables say against them, definitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from assistant import prose_series
from assistant.answer_kind import PLACE
from assistant.captions import CAPTION
from assistant.compose import PROMULGATION, ProseWriter
from assistant.compose_figures import FigureWriter
from assistant.counted import Count
from assistant.draft_models import Draft
from assistant.evidence import EvidenceBook
from assistant.fitting import COUNTED, proper_words
from assistant.followup import generic
from assistant.glossing import Glossary
from assistant.lookup import Lookup
from assistant.models import Claim, Question
from assistant.passage_traits import SIGNED
from assistant.render import is_item
from assistant.retrieve import Ranking, Retriever
from assistant.rows import RowBook
from assistant.wording import readable
from ingest.models import Passage
from ingest.numerals import format_number
from ingest.terms import fold, stem, terms, words

SECOND_LOOKS = 3
SERIES_LOOKS = 4
COUNTED_REACH = 5.0
SERIES_REACH = 5.0
"""A passage whose score lies farther behind the best one's is about another thing, whatever years it tells."""
COUNT_OF = re.compile(r"\b\d[\d.]*\s*(?:\([^()]*\)\s*)?([a-z]{3,})")
CONSIDERED = 6
IN_PROSE = ("alasan", "cara", "definisi", "dasar hukum")
"""Questions that no cell of figures answers."""
OFTEN = 0.02
"""A name in more than this share of the passages tells no place or person from another."""
MORE = re.compile(r"\b(?:dan|serta|terus|lalu|and)\b", re.IGNORECASE)
"""A question for a definition that goes on: "X itu apa dan isinya apa"."""
ENACTED = re.compile(r"^\W*Ditetapkan\b", re.MULTILINE)
"""The formula that Indonesian regulations are signed with."""
RULE_NUMBER = re.compile(r"\b(\d{1,3})\s*(?:/|[Tt]ahun )\s*((?:19|20)\d\d)\b")
EFFECTS_ASKED = re.compile(r"\b(?:dampak\w*|akibat\w*|efek\w*|konsekuensi\w*|pengaruh\w*|impact|effects?|consequences?)\b")
EFFECTS_TOLD = re.compile(r"\b(?:berdampak|berakibat|mengakibatkan|akibatnya|menimbulkan|menurunkan|menyebabkan|mengurangi|menghambat)\b")
LIST_BELOW = 3
"""Lines between a paragraph and the list that goes on with it."""
MOST = 0.6
"""Share of a question's weight that a passage must hold for its parts to be added up."""


class ProseDrafts:
    """`proper`: names of places, people and institutions that tell passages apart; `rare_names`: also those that stand once."""

    def __init__(self, retriever: Retriever, lookup: Lookup, book: RowBook) -> None:
        self.retriever = retriever
        self.lookup = lookup
        self.book = book
        self.glossary = Glossary(retriever.index)
        texts = [d.source.text for d in retriever.index.documents]
        names, self.rare_names = (proper_words(texts, least) - plain_names(retriever) for least in (2, 1))
        self.proper = frozenset(name for name in names if retriever.table.share(stem(name)) <= OFTEN)

    def only_figures(self, passage: Passage) -> bool:
        return passage.kind == "row" and bool(self.book.figure_row(passage.row_id)) and not self.in_words(passage)

    def in_words(self, passage: Passage) -> bool:
        return self.book.rows[passage.row_id].has_words

    def best_passages(self, ranking: Ranking, question: Question | None = None) -> list[Passage]:
        top = float(ranking.scores[ranking.order[0]])
        out: list[Passage] = []
        for position in ranking.order[:CONSIDERED]:
            passage = self.retriever.passages[int(position)]
            if CAPTION.match(passage.text) and out:
                continue
            if question is not None and question.asked in IN_PROSE and self.only_figures(passage):
                # a row of figures gives no reason: what is near is measured from the best of the rest
                top = top if out else float("-inf")
                continue
            top = max(top, float(ranking.scores[position])) if not out else top
            if top - float(ranking.scores[position]) > 2.5:
                break
            out.append(passage)
        if len(out) > 1 and out[0].kind == "table" and (row := self.row_named(out, ranking)) is not None:
            out = [row, *[p for p in out if p is not row]]
        if question is not None:
            out = numbered_first(question, out)
        if question is not None and question.asked == "alasan":
            # of passages about the same thing the one that gives reasons
            out = self.causes_first(out, ranking)
        if question is not None and EFFECTS_ASKED.search(fold(question.standalone)):
            out = self.effects_beside(out)
        return self.signed_first(question, out)

    def effects_beside(self, best: list[Passage]) -> list[Passage]:
        """What follows from a thing is often told over two paragraphs: the neighbour that goes on with it after the best one."""
        if not best or best[0].kind != "paragraph":
            return best
        own = [p for p in self.retriever.passages if p.kind == "paragraph" and p.doc == best[0].doc and p.section == best[0].section]
        own.sort(key=lambda p: p.span.line_start)
        at = own.index(best[0]) if best[0] in own else -1
        beside = [p for p in own[max(0, at - 1) : at + 2] if p is not best[0] and EFFECTS_TOLD.search(p.text)] if at >= 0 else []
        return [best[0], *beside, *[p for p in best[1:] if p not in beside]]

    def signed(self, question: Question, ranking: Ranking) -> bool:
        """Whether it is asked who signed the plan, or when, and its signature block is near."""
        near = (self.retriever.passages[int(i)] for i in ranking.order[:3])
        if PROMULGATION.search(question.standalone):
            # that half of the block may be left blank
            return False
        return SIGNED.search(question.standalone) is not None and any(p.kind == "front" and ENACTED.search(p.text) for p in near)

    def signed_first(self, question: Question | None, best: list[Passage]) -> list[Passage]:
        """Of title and signature blocks the one that is signed, where the signing is asked for."""
        if question is None or not SIGNED.search(question.standalone) or not any(ENACTED.search(p.text) for p in best if p.kind == "front"):
            return best
        return sorted(best, key=lambda p: not (p.kind == "front" and ENACTED.search(p.text)))

    def row_named(self, best: Sequence[Passage], ranking: Ranking) -> Passage | None:
        """The row of the best table that alone holds a telling word of the question: one row is asked for, not the table."""
        rows = [p for p in best if p.kind == "row" and p.table_id == best[0].table_id and not self.only_figures(p)]
        labels = {
            p.id: self.book.rows[p.row_id].label_terms for p in self.retriever.passages if p.table_id == best[0].table_id and p.row_id
        }
        asked = {t for g in ranking.asking.groups for t in g[:1] if not t.isdigit()} - set(terms(best[0].title))
        return next(
            (p for p in rows if any(t in labels[p.id] and sum(t in label for label in set(labels.values())) == 1 for t in asked)), None
        )

    def proses(self, question: Question, ranking: Ranking, score: float) -> Iterator[Draft]:
        """Prose from the best passage, then from the next ones where the first lacks the kind of thing asked."""
        best = self.best_passages(ranking, question)
        if question.asked == "nilai" and question.measures and question.years:
            # the figure of a row is stated by the one who checks the row, never by showing the table
            best = [p for p in best if p.kind != "table"]
        if best and all(self.only_figures(p) for p in best):
            # rows that do not state what is asked: the prose next to them may
            near = (self.retriever.passages[int(i)] for i in ranking.order[:CONSIDERED])
            best = [p for p in near if not self.only_figures(p) and p.kind != "table"] or best
        best = self.counted_first(question, best, ranking)
        for start in range(min(SECOND_LOOKS, len(best))):
            yield self.prose(question, ranking, score, best[start:])

    def counted_first(self, question: Question, best: list[Passage], ranking: Ranking) -> list[Passage]:
        """ "Di berapa negara": where the best passage counts no countries, one close behind that does goes first."""
        found = COUNTED.search(fold(question.standalone))
        if not found or generic(found[1]) or not best or best[0].kind in ("row", "table") or counts(best[0].text, found[1]):
            return best
        top = float(ranking.scores[ranking.order[0]])
        for position in ranking.order[1:CONSIDERED]:
            passage = self.retriever.passages[int(position)]
            near = top - float(ranking.scores[position]) <= COUNTED_REACH and passage.section == best[0].section
            if near and passage.kind in ("paragraph", "item", "list") and counts(f"{passage.lead_in} {passage.text}", found[1]):
                return [passage, *[p for p in best if p is not passage]]
        return best

    def told(self, question: Question, ranking: Ranking, score: float | None) -> Draft | None:
        """A sum, average or change over a series that the best passage tells in sentences."""
        operation = prose_series.wanted(question) if not PLACE.search(fold(question.standalone)) else None
        near = self.best_passages(ranking, question)[:1]
        if operation and not (near and prose_series.meant(question, near[0], self.proper)):
            # a passage that lacks one of the years goes behind one that tells them all
            top = float(ranking.scores[ranking.order[0]])
            close = [i for i in ranking.order[:SERIES_LOOKS] if top - float(ranking.scores[i]) <= SERIES_REACH]
            near += [p for i in close if (p := self.retriever.passages[int(i)]) not in near]
        telling = (p for p in near if p.kind in ("paragraph", "item") or (p.kind == "list" and question.years))
        best, series = next(
            ((p, s) for p in telling if operation and (s := prose_series.meant(question, p, self.proper))), (near[0] if near else None, [])
        )
        if operation == "sum" and best is not None and not series:
            series = prose_series.parts(question, near[0])
        if not operation or not series or best is None:
            return None
        evidence = EvidenceBook(self.retriever.index)
        where = tuple(dict.fromkeys(evidence.of_stretch(best, t.start, t.end) for t in series))
        lines = [evidence.line_at(best.doc, best.span.start + t.start) for t in series]
        figures = prose_series.figures_of(series, best, lines)
        claim = prose_series.write(operation, figures, where)
        return Draft([claim], evidence, evidence_score=score, passages=[best], quoted={f.id: f for f in figures}) if claim else None

    def added_up(self, question: Question, ranking: Ranking, score: float | None) -> Draft | None:
        """The sum of the parts of a whole, where the best passage gives them all and holds most of the question."""
        best = self.retriever.passages[int(ranking.order[0])]
        own, weight = set(terms(best.text)), self.retriever.table.weight
        whole = sum(weight(g[0]) for g in ranking.asking.groups)
        held = sum(weight(g[0]) for g in ranking.asking.groups if any(t in own for t in g))
        if prose_series.wanted(question) != "sum" or held < MOST * whole or not prose_series.parts(question, best):
            return None
        return self.told(question, ranking, score)

    def causes_first(self, best: list[Passage], ranking: Ranking) -> list[Passage]:
        """Where the best passage gives no reason: the passage of its section that does, then the rest."""
        positions = self.retriever.index.positions
        if not best or self.retriever.traits.has_cause[positions[best[0].id]]:
            return best
        section = [
            p
            for p in self.retriever.passages
            if p.section == best[0].section and p.section and self.retriever.traits.has_cause[positions[p.id]]
        ]
        reasons = sorted((p for p in section if p.kind in ("paragraph", "item")), key=lambda p: -float(ranking.scores[positions[p.id]]))[:1]
        return [*reasons, *[p for p in best if p not in reasons]]

    def prose(self, question: Question, ranking: Ranking, score: float | None, best: list[Passage]) -> Draft:
        evidence = EvidenceBook(self.retriever.index)
        writer = ProseWriter(self.retriever, self.lookup, evidence, self.rare_names)
        lists = [p for i in ranking.order[:30] if (p := self.retriever.passages[int(i)]).kind == "list"]
        claims = writer.write(question, ranking.asking, best, lists)
        notes, warnings = self.told_otherwise(question, claims, evidence)
        return Draft([*claims, *notes], evidence, evidence_score=score, passages=best, warnings=warnings)

    def counted(self, question: Question, ranking: Ranking, count: Count) -> Draft:
        """The sentence that counts a thing, and the list that it leads."""
        evidence = EvidenceBook(self.retriever.index)
        if count.passage.kind == "list":
            writer = ProseWriter(self.retriever, self.lookup, evidence, self.rare_names)
            claims = writer.passage(
                question.model_copy(update={"asked": "daftar", "standalone": count.passage.lead_in}), ranking.asking, count.passage
            )
        else:
            where = evidence.of_stretch(count.passage, count.start, count.end)
            claims = [Claim(text=readable(count.passage.text[count.start : count.end]), evidence=(where,))]
            if claims[0].text.endswith(":"):
                claims += self.list_below(question, ranking, claims[0], evidence)
        head = Claim(text="Jumlahnya dalam dokumen lain daripada yang disebut dalam pertanyaan.", plain=True)
        return Draft([head, *claims], evidence, passages=[count.passage])

    def list_below(self, question: Question, ranking: Ranking, claim: Claim, evidence: EvidenceBook) -> list[Claim]:
        """The items that a sentence ending in a colon introduces ("... mengintegrasikan 3 aspek utama:")."""
        place = evidence.items[claim.evidence[0]]
        lists = [p for p in self.retriever.passages if p.kind == "list" and p.doc == place.doc and p.span.line_start == place.lines[0]]
        writer = ProseWriter(self.retriever, self.lookup, evidence, self.rare_names)
        return [c for c in writer.passage(question, ranking.asking, lists[0]) if is_item(c)] if lists else []

    def told_otherwise(self, question: Question, claims: Sequence[Claim], evidence: EvidenceBook) -> tuple[list[Claim], tuple[str, ...]]:
        """Where a sentence states a number that a table contradicts for an asked year: the table's numbers beside it."""
        lines = {line for e in evidence.items.values() for line in range(e.lines[0], e.lines[1] + 1)}
        text = "\n".join(claim.text for claim in claims)
        if cited := self.cited_otherwise(claims, lines, text, evidence):
            return cited
        if question.asked not in ("nilai", "jumlah") or not question.years:
            return [], self.doubted(lines, text)
        for item in self.book.told:
            (place,) = (p for p in item.places if not p.figure_id)
            if item.year not in question.years or place.line not in lines or place.value is None or format_number(place.value) not in text:
                continue
            listed = FigureWriter(self.book, evidence).places(item, {f"line-{place.line}"})[:2]
            head = Claim(text="Catatan: dokumen juga memuat angka lain untuk hal yang sama, berbeda dengan di atas:", plain=True)
            return ([head, *listed], (item.message,)) if listed else ([], ())
        return [], self.doubted(lines, text)

    def doubted(self, lines: set[int], text: str) -> tuple[str, ...]:
        """What is wrong with a number that the answer quotes: an average, a share or a count that does not come out."""
        return tuple(
            item.message
            for item in self.book.counted
            if any(p.line in lines and p.value is not None and format_number(p.value) in text for p in item.places[:1])
        )[:2]

    def cited_otherwise(
        self, claims: Sequence[Claim], lines: set[int], text: str, evidence: EvidenceBook
    ) -> tuple[list[Claim], tuple[str, ...]] | None:
        """Where what is quoted says a thing that another sentence of the plan says differently: that sentence beside it."""
        for item in self.book.cited:
            said = [p for p in item.places if p.line in lines and p.raw in text]
            others = [p for p in item.places if p.raw not in text]
            if said and others:
                head = Claim(text="Catatan: dokumen menyebutnya berbeda di tempat lain:", plain=True)
                listed = FigureWriter(self.book, evidence).places(item, {f"line-{p.line}" for p in said})
                return [head, *listed], (item.message,)
        return None

    def definition(self, question: Question, ranking: Ranking) -> Draft | None:
        """What the plan itself defines: an abbreviation's long form first, then the sentence that says what it is."""
        if question.asked != "definisi" or question.parts:
            # "menurut pasal 1" asks for the words of that place
            return None
        evidence = EvidenceBook(self.retriever.index)
        claims = self.glossary.claims(question, evidence)
        if not claims:
            return None
        if claims[-1].text.rstrip().endswith(":"):
            claims += self.list_below(question, ranking, claims[-1], evidence)
        best = [p for p in self.best_passages(ranking) if p.kind in ("paragraph", "item", "list")][:2]
        if best and (not self.glossary.defined(claims) or MORE.search(question.standalone)):
            said = {claim.text for claim in claims}
            more = ProseWriter(self.retriever, self.lookup, evidence, self.rare_names).write(question, ranking.asking, best)[:3]
            claims += [claim for claim in more if claim.text not in said]
        return Draft(claims, evidence)


def counts(text: str, noun: str) -> bool:
    """Whether a text says how many of a thing there are: "12 (dua belas) negara"."""
    low = fold(text)
    return any(stem(m[1]) == stem(noun) for m in COUNT_OF.finditer(low))


def numbered_first(question: Question, best: list[Passage]) -> list[Passage]:
    """Where a regulation is named by its number: the passages that name it go first."""
    asked = RULE_NUMBER.findall(question.standalone)
    if not asked:
        return best
    naming = [p for p in best if set(asked) & set(RULE_NUMBER.findall(f"{p.lead_in} {p.text}"))]
    # the list under a paragraph that names it goes on about it
    below = [p for p in best if p.kind == "list" and any(0 < p.span.line_start - n.span.line_end <= LIST_BELOW for n in naming)]
    return sorted(best, key=lambda p: p not in naming and p not in below)


def plain_names(retriever: Retriever) -> frozenset[str]:
    """Words of the documents' and the institution's own names: they name no place or person."""
    metas = [d.source.meta for d in retriever.index.documents]
    return frozenset(w for m in metas for name in (m.title, m.number, m.issuer, *m.aliases, m.index_label) for w in words(name)) | {
        "renstra"
    }
