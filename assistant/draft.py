"""Question and ranking -> drafts of an answer, the most fitting first. The verifier decides which one is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assistant.answer_kind import PLACE, RULE_WORDS, asked_kinds, quantities
from assistant.captions import CAPTION, PICTURED, Captions, only_captions
from assistant.compose_figures import FigureWriter
from assistant.counted import contradiction, counts_of
from assistant.draft_models import Draft
from assistant.evidence import EvidenceBook
from assistant.evidence_test import EvidenceTest
from assistant.fitting import Vocabulary, fits
from assistant.lexicon import everyday
from assistant.lookup import Lookup
from assistant.lookup_models import LookupResult
from assistant.measures import MONEY
from assistant.models import Claim, Question, Status
from assistant.multirow import MultiRow
from assistant.prose_drafts import IN_PROSE, ProseDrafts
from assistant.retrieve import Ranking, Retriever
from assistant.row_counts import counts_other_things
from assistant.rows import RowBook
from ingest.models import Passage
from ingest.numerals import find_numbers
from ingest.terms import fold

ROW_LEAD = 0.4
"""A row with figures answers a question for a figure when no passage scores better than it by more than this."""
ACTIVITY_SAID = re.compile(r"\b(?:kegiatan|activity)\b")
RULE_SAID = re.compile(rf"\b{RULE_WORDS}|\b(?:risiko|risk|rancangan|draft\w*|rule)\b")
CLAIMS = re.compile(
    r"(?:[,:=(]|\b(?:sebesar|hanya|cuma|sampai|hingga|jadi|menjadi|mencapai|adalah|itu|senilai|only|is|at"
    r"|status\w*|target\w*|nilai\w*|bobot\w*|skor\w*|rating\w*))\s*(?:rp ?)?$"
)
"""What stands before a number that a question takes for given."""
STRONG = 0.6
NUMBER = re.compile(r"(?<![^\W_])\d[\d.,]*(?![^\W\d_])")
PLACE_NAME = 90
"""Characters of a heading that a refusal names."""
COUNTS_LOOK = 30
"""Passages among which a count of the asked things is looked for."""
COUNTED_NOUN = re.compile(r"\bberapa (?:banyak |jumlah )?(\w{3,})")
NO_FIGURES = frozenset(["rule", "article", "day", "link", "email", "phone", "steps"])


class Drafter:
    def __init__(self, retriever: Retriever, lookup: Lookup, book: RowBook, test: EvidenceTest) -> None:
        self.retriever = retriever
        self.lookup = lookup
        self.book = book
        self.test = test
        self.multirow = MultiRow(lookup)
        self.prose = ProseDrafts(retriever, lookup, book)
        self.captions = Captions(retriever)
        self.counts = counts_of(retriever.passages)

    def drafts(self, question: Question, ranking: Ranking) -> Iterator[Draft]:
        holds, score = self.test.answers(question, ranking)
        if missing := self.lookup.chooser.unknown_codes(question):
            yield self.refusal(question, ranking, score, f"Kode {', '.join(missing)} tidak ada dalam dokumen ini.")
            return
        if {"quantity", "money"} & set(asked_kinds(fold(question.standalone))) and (other := self.other_institution(question, ranking)):
            yield self.refusal(question, ranking, score, f"Dokumen ini tidak memuat angka {other}.")
            return
        evidence = EvidenceBook(self.retriever.index)
        if claims := self.captions.claims(question, evidence):
            yield Draft(claims, evidence, evidence_score=score)
        if (gap := self.captions.of_number(question)) is not None and gap is self.retriever.passages[int(ranking.order[0])]:
            # its caption is no answer to what it shows
            yield self.refusal(question, ranking, score)
            return
        if (draft := self.counted_otherwise(question, ranking)) is not None:
            yield draft
        if (draft := self.several_rows(question, ranking)) is not None:
            draft.evidence_score = score
            yield draft
        if (draft := self.prose.definition(question, ranking)) is not None:
            draft.evidence_score = score
            yield draft
        holds = holds or self.prose.signed(question, ranking)
        # a code that the plan has is evidence of its own
        named = (
            bool(question.codes or self.lookup.chooser.short_codes(question))
            or self.lookup.chooser.whole_institution(question)
            or self.named_outright(question, ranking)
        )
        if not holds and (draft := self.prose.added_up(question, ranking, score)) is not None:
            yield draft
        if not holds and not (named and self.row_answers(question, ranking)):
            yield self.absent_figure(question, ranking, score) or self.refusal(question, ranking, score)
            return
        if (contradicted := self.contradicted(question, ranking)) is not None:
            yield contradicted
        if self.row_answers(question, ranking) and (draft := self.figure(question, ranking)) is not None:
            draft.evidence_score = score
            yield draft
        best = self.retriever.passages[int(ranking.order[0])]
        if (
            question.asked not in IN_PROSE
            and not self.wants_words(question)
            and best.kind == "row"
            and self.chosen_row(question, ranking) == self.book.figure_row(best.row_id) != ""
            and not self.prose.in_words(best)
            and (draft := self.figure(question, ranking)) is not None
        ):
            draft.evidence_score = score
            yield draft
        if (draft := self.prose.told(question, ranking, score)) is not None:
            yield draft
        for prose in self.prose.proses(question, ranking, score):
            if prose.claims and not only_captions(prose.claims, question) and self.fits(question, ranking, prose):
                yield prose

    def counted_otherwise(self, question: Question, ranking: Ranking) -> Draft | None:
        """ "Sebutkan kelima sasaran" where the plan counts two: the sentence that counts them, with the list it leads."""
        near = {self.retriever.passages[int(i)].id for i in ranking.order[:COUNTS_LOOK]}
        count = contradiction(question.standalone, [c for c in self.counts if c.passage.id in near])
        return self.prose.counted(question, ranking, count) if count is not None else None

    def fits(self, question: Question, ranking: Ranking, draft: Draft) -> bool:
        cited = {e.passage_id for e in draft.evidence.items.values()}
        context = " ".join(f"{p.title} {p.lead_in}" for p in self.retriever.passages if p.id in cited)
        score = 1.0 if self.prose.signed(question, ranking) else draft.evidence_score or 0.0
        telling = [g for g in ranking.asking.groups if g[0] not in self.lookup.chooser.institution]
        known = Vocabulary(self.prose.proper, self.prose.rare_names, self.retriever.table.weight)
        return fits(question, telling, draft.claims, context, known, score)

    def other_institution(self, question: Question, ranking: Ranking) -> str:
        """The other ministry or agency whose figure is asked for, where the best passages do not name it; else empty."""
        low = fold(question.standalone)
        near = [fold(p.title if p.kind == "row" else p.text) for i in ranking.order[:3] for p in (self.retriever.passages[int(i)],)]
        # the source under a picture names an institution and tells nothing of it
        near = [text for text in near if quantities(text)]
        for name in everyday().institutions:
            if re.search(rf"\b{re.escape(name)}\b", low) and not any(name in text for text in near):
                return name.title()
        return ""

    # figures -------------------------------------------------------------------------------------------------------------

    def row_answers(self, question: Question, ranking: Ranking) -> bool:
        """Whether a row with figures is (nearly) the best passage and a figure, unit or office is asked for."""
        best = self.retriever.passages[int(ranking.order[0])]
        candidates = self.lookup.chooser.candidates(question, ranking, k=1)
        if not candidates or (question.asked in IN_PROSE and not question.years) or self.wants_words(question):
            return False
        if question.codes or self.lookup.chooser.short_codes(question) or self.lookup.chooser.whole_institution(question):
            return self.asks_for_figure(question)
        row = candidates[0][0]
        ahead = float(ranking.scores[ranking.order[0]]) - self.lookup.chooser.passage_score(row, ranking)
        if self.asks_for_figure(question) and self.lookup.chooser.named_outright(question, row):
            return True
        if best.kind == "row" and self.book.figure_row(best.row_id):
            return self.asks_for_figure(question) and not (
                row.has_words and not set(question.measures) & set(row.measures) and question.operation is None
            )
        if best.kind == "row" and not self.book.figure_row(best.row_id):
            low = fold(question.standalone)
            if question.operation != "org_unit" or not row.row.activity_code or RULE_SAID.search(low):
                return False
            # who carries out a thing is the office of its activity, unless its regulation is named
            return ahead <= ROW_LEAD * (10 if ACTIVITY_SAID.search(low) else 3)
        in_same_table = best.kind == "table" and best.table_id == row.table.id
        return self.asks_for_figure(question) and ahead <= ROW_LEAD * (2 if in_same_table else 1)

    def wants_words(self, question: Question) -> bool:
        """Whether a kind of thing is asked for that no cell of figures states (the number of a law, a link, ...)."""
        kinds = asked_kinds(fold(question.standalone))
        return (bool(kinds) and set(kinds) <= NO_FIGURES) or (not kinds and PLACE.search(fold(question.standalone)) is not None)

    def named_outright(self, question: Question, ranking: Ranking) -> bool:
        candidates = self.lookup.chooser.candidates(question, ranking, k=1)
        return bool(candidates) and self.lookup.chooser.named_outright(question, candidates[0][0])

    def chosen_row(self, question: Question, ranking: Ranking) -> str:
        chosen = self.lookup.chooser.choose(question, ranking)
        return chosen[0][0].id if chosen else ""

    def asks_for_figure(self, question: Question) -> bool:
        return (
            bool(question.measures or question.operation) or question.asked in ("nilai", "jumlah", "perbandingan") or bool(question.years)
        )

    def figure(self, question: Question, ranking: Ranking) -> Draft | None:
        """None where the row has nothing of what is asked: then prose may."""
        result = self.lookup.look(question, ranking)
        if any(counts_other_things(question, self.book.rows[key].row) for key in result.rows) or self.money_for_things(question, result):
            return None
        evidence = EvidenceBook(self.retriever.index)
        if result.status == "ambiguous":
            claim = Claim(text="Ada beberapa baris yang cocok. Maksudnya yang mana?", plain=True)
            return Draft([claim], evidence, status="ambiguous", mode="lookup", options=result.options, rows=self.labels(result))
        writer = FigureWriter(self.book, evidence)
        if result.status == "not_found":
            return (
                Draft(writer.absent(question, result), evidence, status="not_found", mode="lookup", rows=self.labels(result))
                if result.measure
                else None
            )
        claims = writer.write(question, result)
        status: Status = "conflict" if result.status == "conflict" else "answered"
        beside = {key for claim in claims for key in claim.figures} - {f.id for f in result.figures}
        doubts = [*[d for d in result.discrepancies if d.severity <= 4][:3], *self.book.doubts(beside)[:2]]
        warnings = tuple(dict.fromkeys(d.message for d in doubts))
        return Draft(claims, evidence, status=status, mode="lookup", warnings=warnings, rows=self.labels(result))

    def contradicted(self, question: Question, ranking: Ranking) -> Draft | None:
        """ "Mengapa statusnya 25": where the row that is named gives that measure another value, the row's value."""
        if question.asked not in IN_PROSE or question.operation == "compare":
            return None
        chosen = self.lookup.chooser.choose(question, ranking)
        said = fold(question.standalone)
        stated = {n.value for n in find_numbers(said) if CLAIMS.search(said[: n.start]) and n.value not in question.years}
        if not chosen or not stated or self.lookup.chooser.strength(chosen[0][0], ranking) < STRONG:
            return None
        entry = chosen[0][0]
        own = [f for m in question.measures for f in entry.series(m) if not question.years or f.year in question.years]
        if not own or stated & {f.value for f in entry.figures}:
            return None
        return self.figure(question.model_copy(update={"operation": None, "asked": "nilai"}), ranking)

    def money_for_things(self, question: Question, result: LookupResult) -> bool:
        """ "Berapa orang" is not told by an amount of money."""
        if any(m in MONEY for m in question.measures) or not result.figures or any(f.measure not in MONEY for f in result.figures):
            return False
        return any(noun in self.book.units for noun in COUNTED_NOUN.findall(fold(question.standalone)))

    def absent_figure(self, question: Question, ranking: Ranking, score: float) -> Draft | None:
        """Where a row means what is asked but lacks the year: say what it holds instead."""
        if not question.years or not self.row_answers(question, ranking):
            return None
        draft = self.figure(question, ranking)
        return draft if draft is not None and draft.status == "not_found" else None

    def labels(self, result: LookupResult) -> tuple[str, ...]:
        return tuple(self.book.rows[key].shown for key in result.rows)

    def several_rows(self, question: Question, ranking: Ranking) -> Draft | None:
        evidence = EvidenceBook(self.retriever.index)
        claims = self.multirow.write(question, ranking, evidence)
        return Draft(claims, evidence, mode="lookup") if claims else None

    # refusal ---------------------------------------------------------------------------------------------------------------

    def refusal(self, question: Question, ranking: Ranking, score: float | None = None, message: str = "") -> Draft:
        """Tidak ditemukan, what the plan does hold nearby, and a known gap where one stands in the way."""
        evidence = EvidenceBook(self.retriever.index)
        claims = [Claim(text=f"Tidak ditemukan dalam dokumen. {message}".strip(), plain=True)]
        notes = []
        near = [self.retriever.passages[int(p)] for p in ranking.order[:3]]
        near_enough = score is not None and score > self.test.threshold / 3
        gap = self.captions.of_number(question)
        if gap is None and (near_enough or PICTURED.search(fold(question.standalone))):
            gap = next((p for p in near if CAPTION.match(p.text)), None)
        if gap is not None:
            caption = gap.text.split("\n")[0].strip(" #*")
            claims.append(
                Claim(
                    text=f"{caption} hanya tersisa judulnya: isi gambar itu tidak tersedia dalam edisi ini.",
                    evidence=(evidence.of_span(gap, gap.span),),
                )
            )
            notes.append("celah: gambar")
        else:
            places = [name for name in dict.fromkeys(place_name(p) for p in near) if name][:2]
            if places and near_enough:
                names = "; ".join(f"“{name}”" for name in places)
                claims.append(Claim(text=f"Yang terdekat di dokumen: {names}.", plain=True))
        return Draft(claims, evidence, status="not_found", notes=tuple(notes), evidence_score=score)


def place_name(passage: Passage) -> str:
    """The innermost heading over a passage that says something, without its number: a refusal states no figure."""
    for heading in reversed(passage.path):
        name = re.sub(r"\s+", " ", NUMBER.sub(" ", heading)).strip(" .,;:()-–—*")
        if len(re.findall(r"[^\W\d_]{3,}", name)) > 1:
            return name if len(name) <= PLACE_NAME else name[:PLACE_NAME].rsplit(" ", 1)[0] + " …"
    return ""
