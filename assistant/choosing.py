"""Choosing the row that a question means, and noticing when several fit equally or none well enough."""

from __future__ import annotations

import re
from itertools import islice

from assistant.contrary import contrary
from assistant.equals import CLOSE, SECOND_LOOK, EqualRows, spaced
from assistant.lookup_models import LookupRequest
from assistant.measures import KNOWN_MEASURES, MONEY, SCORE_UNITS
from assistant.models import Question
from assistant.retrieve import FEATURES, Ranking, Retriever
from assistant.row_match import RowMatcher, RowScores
from assistant.row_wording import Wording
from assistant.rows import RowBook, TableRow
from ingest.terms import fold, terms, words

WEAK, NAMED = 0.34, 0.5
"""A row named less than WEAK is not stated: a wrong figure is worse than none."""
NEARLY, BY_FAR = 0.8, 0.25
CALLED_SO = 0.85
"""Likeness to an everyday name or question from which a row is meant though its own words differ."""
OUTRIGHT = 0.5
"""`label_exact` from which a row counts as named outright: a label of some weight stands in the question word for word."""
NAME, LIKENESS = FEATURES.index("name_in_question"), FEATURES.index("asked_likeness")

KIND_TERMS = frozenset(terms("indeks persentase tingkat jumlah nilai proporsi rasio opini skor angka kinerja"))
"""Words that many indicators begin with: they name none of them."""
INSTITUTION_WORDS = "kementerian lembaga badan instansi kantor ministry ministries agency institution"
Scored = list[tuple[TableRow, float]]


OF_ACTIVITY = re.compile(r"\bkegiatannya\b")
SHORT_CODE = re.compile(r"[A-Z]{2,5}[- ]?\d{1,2}")
PERCENT_ASKED = re.compile(r"\bberapa (?:%|persen)|\bpersentase\b|\b(?:what|which) percent")
PERCENT_UNITS = frozenset(["persen", "%"])
UNIT_REACH = 6.0
RARE_MEASURES = frozenset(["impact", "likelihood", "rating", "bobot"])
"""Said only of rows that state them."""


class RowChooser:
    def __init__(self, book: RowBook, retriever: Retriever) -> None:
        self.book = book
        self.retriever = retriever
        self.matcher = RowMatcher(book, retriever)
        metas = [document.source.meta for document in retriever.index.documents]
        names = [name for m in metas for name in (m.issuer, m.title, *m.aliases)]
        self.wording = Wording(book, self.matcher)
        self.equals = EqualRows(book, self.matcher)
        self.said = [fold(" ".join(entry.all_words)) for entry in self.matcher.rows]
        self.institution = frozenset(t for name in names for t in terms(name)) | frozenset(terms(INSTITUTION_WORDS))
        self.frame = book.frame
        self.positions = {p.row_id: i for i, p in enumerate(retriever.passages) if p.row_id}
        activities = ((code, r.row.activity) for code, rows in book.by_activity.items() for r in rows if r.row.activity)
        self.codes = [(code, spaced(code)) for code in {e.row.code for e in self.matcher.rows} if SHORT_CODE.fullmatch(code)]
        self.activity_names = frozenset((" ".join(words(name)), code) for code, name in activities)

    def choose(self, question: Question, ranking: Ranking, request: LookupRequest | None = None) -> Scored:
        """Rows with figures, the meant one first; empty where none is named well enough."""
        candidates = self.prefer_named(ranking, self.candidates(question, ranking, request))
        candidates = self.prefer_label(question, self.prefer_holding(question, ranking, candidates))
        candidates = self.prefer_covering(question, ranking, candidates)
        candidates = self.prefer_unit(question, self.prefer_part(question, candidates))
        candidates = self.prefer_whole(question, self.prefer_activity(question, ranking, candidates))
        if candidates and (worded := self.wording.prefer(question, ranking, candidates[0][0])) is not None:
            candidates = [(worded, candidates[0][1]), *[c for c in candidates if c[0].id != worded.id]]
        if not candidates or question.codes or self.whole_institution(question):
            return candidates
        best, top = candidates[0]
        if self.strength(best, ranking) >= WEAK:
            return candidates if self.named_by_more_than_its_kind(best, ranking) else []
        near = [c for c in candidates[1:6] if top - c[1] <= SECOND_LOOK and self.strength(c[0], ranking) >= NAMED]
        for chosen in near:
            if self.covers(chosen[0], question):
                return first(candidates, candidates.index(chosen))
        return []

    def candidates(self, question: Question, ranking: Ranking, request: LookupRequest | None = None, k: int = 12) -> Scored:
        """Rows with figures, best first, with their scores; a named code, table or level admits only its rows."""
        ranked = self.matcher.rank(question, ranking)
        allowed = self.admitted(question, ranked, request)
        if excluded := contrary(question.standalone):
            rows = self.matcher.rows
            fitting = list(islice((p for p in allowed if not excluded(self.said[p])), k))
            if fitting and self.matcher.held_words(rows[allowed[0]], ranking) - self.matcher.held_words(rows[fitting[0]], ranking):
                # what else is asked stands only in the row that is ruled out
                return []
            allowed = fitting
        return [(self.matcher.rows[p], float(ranked.scores[p])) for p in allowed[:k]]

    def prefer_named(self, ranking: Ranking, candidates: Scored) -> Scored:
        """Between close rows the one that is named better by far."""
        if not candidates:
            return []
        top = candidates[0][1]
        strength = [self.strength(entry, ranking) for entry, score in candidates if top - score <= CLOSE]
        best = max(range(len(strength)), key=lambda i: (strength[i], -i))
        return first(candidates, best) if strength[best] > strength[0] + BY_FAR else candidates

    def prefer_label(self, question: Question, candidates: Scored) -> Scored:
        """Of the rows of one activity the one whose label holds more of the question; words of the office tell nothing."""
        if not candidates or not candidates[0][0].row.activity_code:
            return candidates
        best, top = candidates[0]
        asked = self.telling_words(question) - self.frame - frozenset(terms(best.row.org_unit))
        for i, (entry, score) in enumerate(candidates):
            same = entry.row.activity_code == best.row.activity_code and entry.table.id == best.table.id
            if same and top - score <= SECOND_LOOK and asked & best.label_terms < asked & entry.label_terms:
                return first(candidates, i)
        return candidates

    def prefer_holding(self, question: Question, ranking: Ranking, candidates: Scored) -> Scored:
        """A row that holds all that the best one holds of the question, and more, is meant rather; not where people
        call the best one so."""
        if not candidates or self.by_other_name(candidates[0][0], ranking):
            return candidates
        best, top = candidates[0]
        held = self.matcher.held_words(best, ranking)
        for chosen in candidates[1:6]:
            more = self.matcher.held_words(chosen[0], ranking)
            if top - chosen[1] <= SECOND_LOOK / 2 and held < more and self.covers(chosen[0], question):
                return first(candidates, candidates.index(chosen))
        return candidates

    def named_by_more_than_its_kind(self, entry: TableRow, ranking: Ranking) -> bool:
        """Whether a row holds one of the words that say of what an index or a percentage is asked, or people call it so."""
        telling = {g[0] for g in ranking.asking.groups if g[0] not in self.frame and not g[0].isdigit()} - KIND_TERMS
        return not telling or bool(self.matcher.held_words(entry, ranking) - KIND_TERMS) or self.by_other_name(entry, ranking)

    def by_other_name(self, entry: TableRow, ranking: Ranking) -> bool:
        features = ranking.features[self.matcher.passage_at[self.matcher.passage_owner == self.matcher.at[entry.id]]]
        return bool(len(features)) and float(features[:, [NAME, LIKENESS]].max()) >= CALLED_SO

    def prefer_covering(self, question: Question, ranking: Ranking, candidates: Scored) -> Scored:
        """A row that has the asked measure for all asked years goes before one that lacks it, if it holds nearly as
        much of the question."""
        if not candidates or self.covers(candidates[0][0], question):
            return candidates
        best, top = candidates[0]
        held = self.strength(best, ranking)
        funded = best.row.level.startswith("Indikator") and best.row.activity_code and set(question.measures) & set(MONEY)
        for chosen in candidates[1:]:
            if funded and chosen[0].row.activity_code == best.row.activity_code:
                # an indicator has no money of its own: its activity's is meant, not that of an output beside it
                continue
            if (
                top - chosen[1] <= 2 * SECOND_LOOK
                and self.covers(chosen[0], question)
                and self.strength(chosen[0], ranking) >= NEARLY * held > 0
            ):
                return first(candidates, candidates.index(chosen))
        return candidates

    def prefer_part(self, question: Question, candidates: Scored) -> Scored:
        """Where the question names a table or annex: its row about the same thing as the best one, if it has what is asked."""
        if not candidates or not question.parts or candidates[0][0].table.number in question.parts:
            return candidates
        for i, (entry, score) in enumerate(candidates):
            there = entry.table.number in question.parts and candidates[0][0].label_terms <= entry.said_terms
            if there and self.covers(entry, question) and candidates[0][1] - score <= 2 * SECOND_LOOK:
                return first(candidates, i)
        return candidates

    def prefer_unit(self, question: Question, candidates: Scored) -> Scored:
        """A row in percent where a percentage is asked for, in the counted things where their total is: the best row of another
        unit does not tell."""
        if not candidates:
            return []
        low, best = fold(question.standalone), candidates[0][0]
        unit = fold(best.row.unit)
        if question.operation is None and PERCENT_ASKED.search(low) and unit in self.book.units:
            wanted = PERCENT_UNITS
        elif question.operation == "sum" and not set(question.measures) & set(MONEY) and unit in SCORE_UNITS - {""}:
            wanted = self.book.units & frozenset(words(question.standalone))
        else:
            return candidates
        for i, (entry, score) in enumerate(candidates):
            if fold(entry.row.unit) in wanted and self.covers(entry, question) and candidates[0][1] - score <= UNIT_REACH:
                return first(candidates, i)
        return [] if wanted is PERCENT_UNITS else candidates

    def covers(self, entry: TableRow, question: Question) -> bool:
        """Whether a row states a named measure (any money for money) for every asked year; what is planned, and who
        carries it out, is a matter of the plan's own years."""
        period = self.retriever.understanding.period
        planned = "target" in question.measures or question.operation in ("org_unit", "unit")
        years = entry.years()
        if period and planned and years and not question.years and not any(period[0] <= y <= period[1] for y in years):
            return False
        named = [m for m in question.measures if m in KNOWN_MEASURES]
        if not named and not question.years:
            return True
        wanted = set(MONEY) if any(m in MONEY for m in named) else set(named)
        have = [m for m in entry.measures if not wanted or m in wanted]
        return any(all(entry.figure(m, y) for y in question.years) for m in have)

    def admitted(self, question: Question, ranked: RowScores, request: LookupRequest | None) -> list[int]:
        order: list[int] = ranked.order.tolist()
        if question.codes:
            coded = {r.id for code in question.codes for r in self.book.codes(code)}
            order = [p for p in order if self.matcher.rows[p].id in coded]
        elif short := self.short_codes(question):
            order = [p for p in order if self.matcher.rows[p].row.code in short]
        if rare := RARE_MEASURES & set(question.measures):
            order = [p for p in order if rare & set(self.matcher.rows[p].measures)] or order
        if request and (request.table or request.level or request.unit):
            order = [p for p in order if fits(self.matcher.rows[p], request)]
        return order

    def short_codes(self, question: Question) -> frozenset[str]:
        """Codes of indicators that the question says ("IKP2", "IKSS 3"); several rows may bear one."""
        low = question.standalone.lower()
        return frozenset(code for code, pattern in self.codes if pattern.search(low))

    def named_outright(self, question: Question, entry: TableRow) -> bool:
        """Whether the question holds a name of the row word for word."""
        return float(self.matcher.exact_names(question)[self.matcher.at[entry.id]]) >= OUTRIGHT

    def passage_score(self, entry: TableRow, ranking: Ranking) -> float:
        """What retrieval gives the best passage of a row."""
        matcher = self.matcher
        return float(ranking.scores[matcher.passage_at[matcher.passage_owner == matcher.at[entry.id]]].max(initial=-99.0))

    def unknown_codes(self, question: Question) -> list[str]:
        """Codes that the plan has nowhere: no row bears them and no passage says them."""
        unknown = [code for code in question.codes if not self.book.codes(code) and not re.fullmatch(r"(19|20)\d\d", code)]
        return [code for code in unknown if "." not in code or not any(code in p.index_text.upper() for p in self.retriever.passages)]

    # the whole institution -------------------------------------------------------------------------------------------

    def whole_institution(self, question: Question) -> bool:
        """Whether money is asked for and nothing is named but the institution itself."""
        if not any(m in MONEY for m in question.measures) or question.codes:
            return False
        return not self.telling_words(question) - self.frame - self.institution

    def prefer_whole(self, question: Question, candidates: Scored) -> Scored:
        """Money of the institution as a whole: its own row, when nothing but the institution is named."""
        if not candidates or not self.whole_institution(question):
            return candidates
        rows = self.book.rows.values()
        own = [r for r in rows if r.label_terms and r.label_terms <= self.institution and any(f.measure in MONEY for f in r.figures)]
        return [(own[0], candidates[0][1] + 2 * CLOSE), *[c for c in candidates if c[0].id != own[0].id]] if own else candidates

    def prefer_activity(self, question: Question, ranking: Ranking, candidates: Scored) -> Scored:
        """ "Anggaran kegiatan X", and nothing but X said: the activity's own row, not an output of the same name."""
        said = " ".join(words(question.standalone))
        if not candidates or not any(m in MONEY for m in question.measures):
            return candidates
        if coded := [code for code in question.codes if code in self.book.by_activity]:
            own = self.book.activity_row(coded[0])
            if own is not None and OF_ACTIVITY.search(fold(question.standalone)):
                return [(own, candidates[0][1] + 2 * CLOSE), *[c for c in candidates if c[0].id != own.id]]
            return self.own_first(question, ranking, candidates, coded[0])
        meant = [(len(name), code) for name, code in self.activity_names if f"kegiatan {name}" in said]
        return self.own_first(question, ranking, candidates, max(meant)[1]) if meant else candidates

    def own_first(self, question: Question, ranking: Ranking, candidates: Scored, code: str) -> Scored:
        """An activity's own row first, where the question, in whichever language, says nothing beyond the activity's name and code."""
        own = self.book.activity_row(code)
        if own is None:
            return candidates
        known = self.frame | frozenset(terms(own.row.activity)) | {code}
        groups = {g[0]: known.intersection(g) for g in ranking.asking.groups}
        if any(not groups.get(t, frozenset()) for t in self.telling_words(question) - known if t in groups):
            return candidates
        return [(own, candidates[0][1] + 2 * CLOSE), *[c for c in candidates if c[0].id != own.id]]

    # how well it is named ----------------------------------------------------------------------------------------------

    def telling_words(self, question: Question) -> frozenset[str]:
        return frozenset(t for t in terms(question.standalone) if not t.isdigit() or t in question.codes)

    def strength(self, entry: TableRow, ranking: Ranking) -> float:
        """How well a row is named, 0 to 1: the share of the question's telling words that it holds, or how close an
        everyday name or question of it comes."""
        telling = [g for g in ranking.asking.groups if g[0] not in self.frame and not g[0].isdigit()]
        weight = self.retriever.table.weight
        whole = sum(weight(g[0]) for g in telling)
        share = sum(weight(g[0]) for g in telling if any(t in entry.all_terms for t in g)) / whole if whole else 1.0
        if telling and not any(g[0] not in self.institution for g in telling):
            share = 1.0
        position = self.positions.get(entry.id)
        if position is None:
            return share
        features = ranking.features[position]
        return max(share, float(features[NAME]), 1.3 * float(features[LIKENESS]))


def first(candidates: Scored, chosen: int) -> Scored:
    """The candidates with one of them before all others, at the score of the best."""
    entry, top = candidates[chosen][0], candidates[0][1]
    return [(entry, top), *candidates[:chosen], *candidates[chosen + 1 :]]


def fits(entry: TableRow, request: LookupRequest) -> bool:
    if request.table and request.table.lower() not in entry.table.name.lower():
        return False
    if request.level and request.level.lower() not in entry.row.level.lower():
        return False
    return not request.unit or not entry.row.unit or request.unit.lower() == entry.row.unit.lower()
