"""Question and ranking -> drafts of an answer, the most fitting first. The verifier decides which one is shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from assistant import prose_series
from assistant.answer_kind import PLACE, asked_kinds
from assistant.compose import ProseWriter
from assistant.compose_figures import FigureWriter
from assistant.evidence import EvidenceBook
from assistant.evidence_test import EvidenceTest
from assistant.fitting import fits, proper_words
from assistant.followup import generic
from assistant.glossing import Glossary
from assistant.lexicon import everyday
from assistant.lookup import Lookup
from assistant.lookup_models import LookupResult
from assistant.models import Claim, Mode, Question, Status
from assistant.multirow import MultiRow
from assistant.retrieve import Ranking, Retriever
from assistant.rows import RowBook
from ingest.models import Figure, Passage, Row
from ingest.numerals import format_number
from ingest.terms import fold, stem, words

ROW_LEAD = 0.4
"""A row with figures answers a question for a figure when no passage scores better than it by more than this."""
SECOND_LOOKS = 3
CONSIDERED = 6
IN_PROSE = ("alasan", "cara", "definisi", "dasar hukum")
"""Questions that no cell of figures answers."""
SURE = 0.5
"""From this probability on the words of a quantity's sentence need not be the question's own."""
OFTEN = 0.02
"""A name in more than this share of the passages tells no place or person from another."""
COUNT_ASKED = re.compile(r"\b(?:berapa|jumlah) (?:jumlah |banyak |total )?(?:seluruh |semua )(\w{3,})")
COUNT_TOLD = re.compile(r"(?:jumlah|banyaknya) (\w{3,})")
PEOPLE = frozenset(["orang"])
NO_FIGURES = frozenset(["rule", "article", "day", "link", "email", "phone", "steps"])
MORE = re.compile(r"\b(?:dan|serta|terus|lalu|and)\b", re.IGNORECASE)
"""A question for a definition that goes on: "X itu apa dan isinya apa"."""
PICTURE = re.compile(r"^\W*(?:Gambar|Grafik|Bagan|Diagram)\s+\d+", re.IGNORECASE)


@dataclass
class Draft:
    claims: list[Claim]
    evidence: EvidenceBook
    status: Status = "answered"
    mode: Mode = "extractive"
    options: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    evidence_score: float | None = None
    passages: list[Passage] = field(default_factory=list)
    quoted: dict[str, Figure] = field(default_factory=dict)
    """Numbers read from prose, by id: of no table, yet recomputed like any."""


class Drafter:
    def __init__(self, retriever: Retriever, lookup: Lookup, book: RowBook, test: EvidenceTest) -> None:
        self.retriever = retriever
        self.lookup = lookup
        self.book = book
        self.test = test
        self.multirow = MultiRow(lookup)
        self.glossary = Glossary(retriever.index)
        texts = [d.source.text for d in retriever.index.documents]
        names, self.rare_names = (proper_words(texts, least) - plain_names(retriever) for least in (2, 1))
        self.proper = frozenset(name for name in names if retriever.table.share(stem(name)) <= OFTEN)

    def drafts(self, question: Question, ranking: Ranking) -> Iterator[Draft]:
        holds, score = self.test.answers(question, ranking)
        if missing := self.lookup.chooser.unknown_codes(question):
            yield self.refusal(question, ranking, score, f"Kode {', '.join(missing)} tidak ada dalam dokumen ini.")
            return
        if {"quantity", "money"} & set(asked_kinds(fold(question.standalone))) and (other := self.other_institution(question, ranking)):
            yield self.refusal(question, ranking, score, f"Dokumen ini tidak memuat angka {other}.")
            return
        if (draft := self.several_rows(question, ranking)) is not None:
            draft.evidence_score = score
            yield draft
        if (draft := self.definition(question, ranking)) is not None:
            draft.evidence_score = score
            yield draft
        # a code that the plan has is evidence of its own
        named = bool(question.codes) or self.lookup.chooser.whole_institution(question) or self.named_outright(question, ranking)
        if not holds and not (named and self.row_answers(question, ranking)):
            yield self.absent_figure(question, ranking, score) or self.refusal(question, ranking, score)
            return
        if self.row_answers(question, ranking) and (draft := self.figure(question, ranking)) is not None:
            draft.evidence_score = score
            yield draft
        best = self.retriever.passages[int(ranking.order[0])]
        if (
            question.asked not in IN_PROSE
            and not self.wants_words(question)
            and best.kind == "row"
            and self.chosen_row(question, ranking) == self.book.figure_row(best.row_id) != ""
            and not self.in_words(best)
            and (draft := self.figure(question, ranking)) is not None
        ):
            draft.evidence_score = score
            yield draft
        if (draft := self.told(question, ranking, score)) is not None:
            yield draft
        for prose in self.proses(question, ranking, score):
            if prose.claims and self.fits(question, ranking, prose):
                yield prose
                return

    def fits(self, question: Question, ranking: Ranking, draft: Draft) -> bool:
        cited = {e.passage_id for e in draft.evidence.items.values()}
        context = " ".join(f"{p.title} {p.lead_in}" for p in self.retriever.passages if p.id in cited)
        sure = draft.evidence_score is not None and draft.evidence_score >= SURE
        telling = [g for g in ranking.asking.groups if g[0] not in self.lookup.chooser.institution]
        return fits(question, telling, draft.claims, context, self.proper, None if sure else self.retriever.table.weight)

    def other_institution(self, question: Question, ranking: Ranking) -> str:
        """The other ministry or agency whose figure is asked for, where the best passages do not name it; else empty."""
        low = fold(question.standalone)
        near = [fold(p.title if p.kind == "row" else p.text) for i in ranking.order[:3] for p in (self.retriever.passages[int(i)],)]
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
        if question.codes or self.lookup.chooser.whole_institution(question):
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
            says_activity = re.search(r"\b(kegiatan|activity)\b", question.standalone.lower())
            return bool(says_activity) and bool(row.row.activity_code) and question.operation == "org_unit" and ahead <= 3 * ROW_LEAD
        in_same_table = best.kind == "table" and best.table_id == row.table.id
        return self.asks_for_figure(question) and ahead <= ROW_LEAD * (2 if in_same_table else 1)

    def wants_words(self, question: Question) -> bool:
        """Whether a kind of thing is asked for that no cell of figures states (the number of a law, a link, ...)."""
        kinds = asked_kinds(fold(question.standalone))
        return (bool(kinds) and set(kinds) <= NO_FIGURES) or (not kinds and PLACE.search(fold(question.standalone)) is not None)

    def only_figures(self, passage: Passage) -> bool:
        return passage.kind == "row" and bool(self.book.figure_row(passage.row_id)) and not self.in_words(passage)

    def named_outright(self, question: Question, ranking: Ranking) -> bool:
        candidates = self.lookup.chooser.candidates(question, ranking, k=1)
        return bool(candidates) and self.lookup.chooser.named_outright(question, candidates[0][0])

    def chosen_row(self, question: Question, ranking: Ranking) -> str:
        chosen = self.lookup.chooser.choose(question, ranking)
        return chosen[0][0].id if chosen else ""

    def in_words(self, passage: Passage) -> bool:
        return self.book.rows[passage.row_id].has_words

    def asks_for_figure(self, question: Question) -> bool:
        return (
            bool(question.measures or question.operation) or question.asked in ("nilai", "jumlah", "perbandingan") or bool(question.years)
        )

    def figure(self, question: Question, ranking: Ranking) -> Draft | None:
        """None where the row has nothing of what is asked: then prose may."""
        result = self.lookup.look(question, ranking)
        if any(counts_other_things(question, self.book.rows[key].row) for key in result.rows):
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
        warnings = tuple(d.message for d in result.discrepancies if d.severity <= 4)[:3]
        return Draft(claims, evidence, status=status, mode="lookup", warnings=warnings, rows=self.labels(result))

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

    # prose -----------------------------------------------------------------------------------------------------------------

    def best_passages(self, ranking: Ranking, question: Question | None = None) -> list[Passage]:
        top = float(ranking.scores[ranking.order[0]])
        out: list[Passage] = []
        for position in ranking.order[:CONSIDERED]:
            passage = self.retriever.passages[int(position)]
            if PICTURE.match(passage.text) and out:
                continue
            if question is not None and question.asked in IN_PROSE and self.only_figures(passage):
                # a row of figures gives no reason: what is near is measured from the best of the rest
                top = top if out else float("-inf")
                continue
            top = max(top, float(ranking.scores[position])) if not out else top
            if top - float(ranking.scores[position]) > 2.5:
                break
            out.append(passage)
        if question is not None and question.asked == "alasan":
            # of passages about the same thing the one that gives reasons
            out = self.causes_first(out, ranking)
        return out

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
        for start in range(min(SECOND_LOOKS, len(best))):
            yield self.prose(question, ranking, score, best[start:])

    def told(self, question: Question, ranking: Ranking, score: float | None) -> Draft | None:
        """A sum, average or change over a series that the best passage tells in sentences."""
        operation = prose_series.wanted(question)
        best = self.best_passages(ranking, question)[:1]
        series = prose_series.meant(question, best[0], self.proper) if operation and best and best[0].kind in ("paragraph", "item") else []
        if not operation or not series:
            return None
        evidence = EvidenceBook(self.retriever.index)
        where = tuple(dict.fromkeys(evidence.of_stretch(best[0], t.start, t.end) for t in series))
        lines = [evidence.line_at(best[0].doc, best[0].span.start + t.start) for t in series]
        figures = prose_series.figures_of(series, best[0], lines)
        claim = prose_series.write(operation, figures, where)
        return Draft([claim], evidence, evidence_score=score, passages=best, quoted={f.id: f for f in figures}) if claim else None

    def causes_first(self, best: list[Passage], ranking: Ranking) -> list[Passage]:
        """Where the best passage gives no reason: the passage of its section that does, then the rest."""
        positions = self.retriever.index.positions
        if not best or self.retriever.has_cause[positions[best[0].id]]:
            return best
        section = [
            p for p in self.retriever.passages if p.section == best[0].section and p.section and self.retriever.has_cause[positions[p.id]]
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

    def told_otherwise(self, question: Question, claims: Sequence[Claim], evidence: EvidenceBook) -> tuple[list[Claim], tuple[str, ...]]:
        """Where a sentence states a number that a table contradicts for an asked year: the table's numbers beside it."""
        if question.asked not in ("nilai", "jumlah") or not question.years:
            return [], ()
        lines = {line for e in evidence.items.values() for line in range(e.lines[0], e.lines[1] + 1)}
        text = "\n".join(claim.text for claim in claims)
        for item in self.book.told:
            (place,) = (p for p in item.places if not p.figure_id)
            if item.year not in question.years or place.line not in lines or place.value is None or format_number(place.value) not in text:
                continue
            listed = FigureWriter(self.book, evidence).places(item, {f"line-{place.line}"})[:2]
            head = Claim(text="Catatan: dokumen juga memuat angka lain untuk hal yang sama, berbeda dengan di atas:", plain=True)
            return ([head, *listed], (item.message,)) if listed else ([], ())
        return [], ()

    def definition(self, question: Question, ranking: Ranking) -> Draft | None:
        """What the plan itself defines: an abbreviation's long form first, then the sentence that says what it is."""
        if question.asked != "definisi" or question.parts:
            # "menurut pasal 1" asks for the words of that place
            return None
        evidence = EvidenceBook(self.retriever.index)
        claims = self.glossary.claims(question, evidence)
        if not claims:
            return None
        best = [p for p in self.best_passages(ranking) if p.kind in ("paragraph", "item", "list")][:2]
        if best and (not self.glossary.defined(claims) or MORE.search(question.standalone)):
            said = {claim.text for claim in claims}
            more = ProseWriter(self.retriever, self.lookup, evidence, self.rare_names).write(question, ranking.asking, best)[:3]
            claims += [claim for claim in more if claim.text not in said]
        return Draft(claims, evidence)

    # refusal ---------------------------------------------------------------------------------------------------------------

    def refusal(self, question: Question, ranking: Ranking, score: float | None = None, message: str = "") -> Draft:
        """Tidak ditemukan, what the plan does hold nearby, and a known gap where one stands in the way."""
        evidence = EvidenceBook(self.retriever.index)
        claims = [Claim(text=f"Tidak ditemukan dalam dokumen. {message}".strip(), plain=True)]
        notes = []
        near = [self.retriever.passages[int(p)] for p in ranking.order[:3]]
        gap = next((p for p in near if PICTURE.match(p.text)), None)
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
            places = list(dict.fromkeys(p.path[-1] if p.path else p.title for p in near if p.path))[:2]
            if places and score is not None and score > self.test.threshold / 3:
                names = "; ".join(f"“{re.sub(r'[0-9]+', '', name).strip(' .')[:80]}”" for name in places)
                claims.append(Claim(text=f"Yang terdekat di dokumen: {names}.", plain=True))
        return Draft(claims, evidence, status="not_found", notes=tuple(notes), evidence_score=score)


def counts_other_things(question: Question, row: Row) -> bool:
    """ "Berapa pegawai" is not told by a row that counts services: its label says what it counts, its unit in what."""
    asked, told = COUNT_ASKED.search(fold(question.standalone)), COUNT_TOLD.match(fold(row.label))
    if asked is None or told is None or generic(asked[1]) or fold(row.unit) in PEOPLE:
        return False
    return asked[1] not in words(row.label) and stem(asked[1]) not in (stem(told[1]), stem(fold(row.unit)))


def plain_names(retriever: Retriever) -> frozenset[str]:
    """Words of the documents' and the institution's own names: they name no place or person."""
    metas = [d.source.meta for d in retriever.index.documents]
    return frozenset(w for m in metas for name in (m.title, m.number, m.issuer, *m.aliases, m.index_label) for w in words(name)) | {
        "renstra"
    }
