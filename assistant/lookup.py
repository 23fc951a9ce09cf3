"""The structured-lookup tool: words for an indicator -> its row -> exact figures with their place, or a question back.

A figure of another row, year or unit is the worst answer: where several rows fit equally the result is `ambiguous`,
where the plan gives several values for one fact it is `conflict`, and a year or measure that a row lacks is `not_found`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
from langchain_core.tools import BaseTool, StructuredTool
from pydantic import BaseModel, ConfigDict, Field

from assistant.models import Derived, Operation, Question
from assistant.operations import derive
from assistant.retrieve import FEATURES, Ranking, Retriever
from assistant.rows import OUTPUT_INDICATOR_LEVELS, RowBook, TableRow, same_label
from ingest.models import Discrepancy, Figure
from ingest.terms import stem, terms

MAX_OPTIONS = 5
CLOSE = 0.75
"""Rows whose score lies within this distance of the best may be meant as well."""
GENERIC_TERMS = frozenset(
    terms(
        "kegiatan total alokasi anggaran dana pagu target tahun jumlah indonesia pekerja migran unit biaya pendanaan rencana rupiah berapa naik turun banding"
    )
)
"""Words of nearly every row or question: they tell no row from another."""
OPERATION_TERMS = frozenset(
    terms(
        "selisih beda paling besar kecil tinggi rendah periode lima persen kenaikan penurunan keseluruhan kali lipat nilai tren direncanakan"
    )
)
WEAK, NAMED = 0.34, 0.5
"""A row named less than this is not stated: a wrong figure is worse than none."""
NAME, LIKENESS = FEATURES.index("name_in_question"), FEATURES.index("asked_likeness")
Groups = Sequence[Sequence[str]]
NEARLY = 0.8
ALIKE = 0.6
LABEL_WEIGHT = 0.25
"""What a matched word of a row's own label adds, by its rarity."""
KNOWN_MEASURES = ("target", "alokasi", "alokasi apbn", "alokasi non-apbn", "realisasi", "baseline")
OVER_YEARS: tuple[Operation, ...] = ("difference", "growth", "ratio", "highest", "lowest", "sum", "average", "series")
MONEY = ("alokasi", "alokasi apbn", "alokasi non-apbn", "total")
SERIOUS = ("cross-table", "prose", "sum")
"""Kinds of discrepancy that give one fact two values."""


class LookupRequest(BaseModel):
    """What to look up. Only `indicator` (or a code) is needed."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    indicator: str = Field(description="kata-kata untuk indikator, output, kegiatan, risiko atau kodenya")
    measure: str | None = Field(default=None, description="target, alokasi, realisasi, baseline, bobot, nilai, ...; kosong: yang utama")
    years: tuple[int, ...] = Field(default=(), description="tahun yang ditanyakan; kosong: semua tahun")
    unit: str | None = Field(default=None, description="satuan, mis. orang, persen")
    org_unit: str | None = Field(default=None, description="unit organisasi pelaksana")
    activity_code: str | None = Field(default=None, description="kode kegiatan, mis. 7799")
    table: str | None = Field(default=None, description="tabel atau lampiran, mis. Lampiran 1")
    level: str | None = Field(default=None, description="Sasaran Kegiatan, Indikator Kinerja Kegiatan, Rincian Output, IKRO, ...")
    operation: Operation | None = None


class LookupResult(BaseModel):
    """`rows` are row ids, best first; `figures` are what was asked for, `context` the rest of the same rows."""

    model_config = ConfigDict(frozen=True)

    status: str
    rows: tuple[str, ...] = ()
    measure: str = ""
    figures: tuple[Figure, ...] = ()
    context: tuple[Figure, ...] = ()
    derived: tuple[Derived, ...] = ()
    options: tuple[str, ...] = ()
    discrepancies: tuple[Discrepancy, ...] = ()
    message: str = ""


class Lookup:
    def __init__(self, book: RowBook, retriever: Retriever) -> None:
        self.book = book
        self.retriever = retriever
        metas = [document.source.meta for document in retriever.index.documents]
        self.institution = frozenset(t for m in metas for name in (m.issuer, m.title, *m.aliases) for t in terms(name)) | frozenset(
            terms("kementerian lembaga badan instansi kantor")
        )
        positions: dict[str, int] = {}
        for position, passage in enumerate(retriever.passages):
            if passage.row_id:
                positions[passage.row_id] = position
        self.positions = positions
        self.row_at = {position: owner for key, position in positions.items() if (owner := self.figure_row(key))}
        self.row_positions = np.array(sorted(self.row_at), dtype=np.int64)

    def figure_row(self, key: str) -> str:
        """The row that states the figures of a row: itself, or for the heading row of an activity the activity's own."""
        entry = self.book.rows[key]
        if entry.states_figures:
            return key
        if entry.row.kind == "parent" and entry.row.activity_code and (own := self.book.activity_row(entry.row.activity_code)):
            return own.id
        return ""

    def find(self, request: LookupRequest) -> LookupResult:
        words = " ".join(
            filter(
                None,
                [
                    request.indicator,
                    request.measure,
                    request.org_unit,
                    request.activity_code,
                    request.table,
                    " ".join(map(str, request.years)),
                ],
            )
        )
        question = self.retriever.understanding.read(words)
        update: dict[str, object] = {"operation": request.operation or question.operation}
        if request.measure:
            update["measures"] = (request.measure,)
        if request.years:
            update["years"] = request.years
        if request.activity_code:
            update["codes"] = tuple(dict.fromkeys([*question.codes, request.activity_code]))
        question = question.model_copy(update=update)
        return self.look(question, self.retriever.rank(question), request)

    def look(self, question: Question, ranking: Ranking, request: LookupRequest | None = None) -> LookupResult:
        """The rows that a question means and what it asks of them."""
        if missing := self.unknown_codes(question):
            return LookupResult(status="not_found", message=f"Kode {', '.join(missing)} tidak ada dalam dokumen.")
        candidates = self.candidates(question, ranking, request)
        if not candidates:
            return LookupResult(status="not_found", message="Tidak ada baris tabel yang cocok.")
        candidates = self.ordered(question, candidates, ranking.asking.groups)
        best = candidates[0]
        if not question.codes and not self.whole_institution(question) and self.strength(best[0], ranking) < WEAK:
            named = [
                c
                for c in candidates[1:6]
                if candidates[0][1] - c[1] <= 6 * CLOSE and self.strength(c[0], ranking) >= NAMED and self.covers(c[0], question)
            ]
            best = named[0] if named else best
            candidates = [best, *[c for c in candidates if c[0].id != best[0].id]]
        if not question.codes and not self.whole_institution(question) and self.strength(best[0], ranking) < WEAK:
            return LookupResult(status="not_found", rows=(best[0].id,), message="Tidak ada baris tabel yang cukup cocok.")
        equals = self.equally_fitting(question, candidates)
        if len(equals) > 1:
            return self.ask_back(question, equals)
        return self.answer(question, best)

    def strength(self, entry: TableRow, ranking: Ranking) -> float:
        """How well a row is named, 0 to 1: the share of the question's telling words that it holds, or how close an
        everyday name or question of it comes."""
        telling = [g for g in ranking.asking.groups if g[0] not in GENERIC_TERMS | OPERATION_TERMS and not g[0].isdigit()]
        whole = sum(self.retriever.table.weight(g[0]) for g in telling)
        share = self.held(entry, ranking.asking.groups) / whole if whole else 1.0
        if telling and not any(g[0] not in self.institution for g in telling):
            share = 1.0
        position = self.positions.get(entry.id)
        if position is None:
            return share
        features = ranking.features[position]
        return max(share, float(features[NAME]), 1.3 * float(features[LIKENESS]))

    # which row ---------------------------------------------------------------------------------------------------------

    def unknown_codes(self, question: Question) -> list[str]:
        return [code for code in question.codes if not self.book.codes(code) and not re.fullmatch(r"(19|20)\d\d", code)]

    def candidates(
        self, question: Question, ranking: Ranking, request: LookupRequest | None = None, k: int = 12
    ) -> list[tuple[TableRow, float]]:
        """Rows with figures, best first, with their scores; a named code, table or level admits only its rows."""
        if not len(self.row_positions):
            return []
        allowed = self.row_positions
        if question.codes:
            rows = {r.id for code in question.codes for r in self.book.codes(code)}
            allowed = np.array([p for p in allowed if self.row_at[p] in rows], dtype=np.int64)
        if request and (request.table or request.level or request.unit):
            allowed = np.array([p for p in allowed if fits(self.book.rows[self.row_at[p]], request)], dtype=np.int64)
        if not len(allowed):
            return []
        scores = ranking.scores[allowed]
        found: dict[str, float] = {}
        for i in np.argsort(-scores, kind="stable")[: 2 * k]:
            found.setdefault(self.row_at[int(allowed[i])], float(scores[i]))
        return [(self.book.rows[key], score) for key, score in list(found.items())[:k]]

    def ordered(self, question: Question, candidates: list[tuple[TableRow, float]], groups: Groups) -> list[tuple[TableRow, float]]:
        """Candidates in the order in which they are meant, after what the words say of label, measure and activity."""
        sharp = self.prefer_telling(question, self.sharpen(question, candidates))
        return self.prefer_whole(question, self.prefer_activity(question, self.prefer_covering(question, sharp, groups)))

    def prefer_telling(self, question: Question, candidates: list[tuple[TableRow, float]]) -> list[tuple[TableRow, float]]:
        """Of rows with one label the one that holds more of what the question says (its code, office, group) is meant."""
        best, top = candidates[0]
        asked = self.telling_words(question)
        same = [(e, s) for e, s in candidates if top - s <= 4 * CLOSE and alike(e.label_terms, best.label_terms)]

        def held(entry: TableRow) -> float:
            return sum(self.retriever.table.weight(t) for t in asked & entry.all_terms)

        chosen = max(same, key=lambda pair: (round(held(pair[0]), 3), pair[1]))
        if chosen[0].id == best.id or held(chosen[0]) <= held(best):
            return candidates
        return [(chosen[0], top), *[c for c in candidates if c[0].id != chosen[0].id]]

    def prefer_whole(self, question: Question, candidates: list[tuple[TableRow, float]]) -> list[tuple[TableRow, float]]:
        """Money of the institution as a whole: its own row, when nothing but the institution is named."""
        if not self.whole_institution(question):
            return candidates
        own = [
            r
            for r in self.book.rows.values()
            if r.label_terms and r.label_terms <= self.institution and any(f.measure in MONEY for f in r.figures)
        ]
        return [(own[0], candidates[0][1] + CLOSE), *candidates] if own else candidates

    def whole_institution(self, question: Question) -> bool:
        """Whether money is asked for and nothing is named but the institution itself."""
        if not any(m in MONEY for m in question.measures) or question.codes:
            return False
        return not self.telling_words(question) - GENERIC_TERMS - OPERATION_TERMS - self.institution

    def sharpen(self, question: Question, candidates: list[tuple[TableRow, float]]) -> list[tuple[TableRow, float]]:
        """Between close rows of one activity the words of the label decide, not those of the activity or its office."""
        best, top = candidates[0]
        asked = self.telling_words(question) - GENERIC_TERMS
        context = frozenset(terms(f"{best.row.activity} {best.row.org_unit}")) if best.row.activity else frozenset()
        scored = []
        for entry, score in candidates:
            if top - score <= 4 * CLOSE and entry.row.activity_code == best.row.activity_code and best.row.activity_code:
                office = frozenset(terms(entry.row.org_unit))
                score += LABEL_WEIGHT * sum(self.retriever.table.weight(t) for t in asked & (entry.label_terms - office))
                score -= LABEL_WEIGHT * sum(self.retriever.table.weight(t) for t in (asked & best.label_terms & office) - context) / 2
            scored.append((entry, score))
        return sorted(scored, key=lambda pair: -pair[1])

    def prefer_covering(self, question: Question, candidates: list[tuple[TableRow, float]], groups: Groups) -> list[tuple[TableRow, float]]:
        """A row that has the asked measure for all asked years goes before one that lacks it, if it holds as much of
        the question otherwise: an abbreviation counts as the words it stands for."""
        best, top = candidates[0]
        if self.covers(best, question):
            return candidates
        held = self.held(best, groups)
        for i, (entry, score) in enumerate(candidates[1:], 1):
            if top - score <= 8 * CLOSE and self.covers(entry, question) and self.held(entry, groups) >= NEARLY * held > 0:
                return [(entry, top), *candidates[:i], *candidates[i + 1 :]]
        return candidates

    def held(self, entry: TableRow, groups: Groups) -> float:
        """Weight of the question's telling words that a row holds."""
        telling = [g for g in groups if g[0] not in GENERIC_TERMS and not g[0].isdigit()]
        return sum(self.retriever.table.weight(g[0]) for g in telling if any(t in entry.all_terms for t in g))

    def covers(self, entry: TableRow, question: Question) -> bool:
        """Whether a row states a named measure (any money for money) for every asked year."""
        named = [m for m in question.measures if m in KNOWN_MEASURES]
        period = self.retriever.understanding.period
        planned = "target" in named or question.operation in ("org_unit", "unit")
        if period and planned and not question.years and entry.years() and not any(period[0] <= y <= period[1] for y in entry.years()):
            return False
        if not named and not question.years:
            return True
        wanted = set(MONEY) if any(m in MONEY for m in named) else set(named)
        have = [m for m in entry.measures if not wanted or m in wanted]
        return any(all(entry.figure(m, y) for y in question.years) if question.years else True for m in have)

    def prefer_activity(self, question: Question, candidates: list[tuple[TableRow, float]]) -> list[tuple[TableRow, float]]:
        """An activity asked for by its name or code is its own row, not one of the outputs under it."""
        best, score = candidates[0]
        own = self.book.activity_row(best.row.activity_code) if best.row.activity_code else None
        if own is None or own.id == best.id:
            return candidates
        asked = self.telling_words(question) - GENERIC_TERMS
        of_activity = frozenset(terms(f"{best.row.activity} {best.row.activity_code} {own.row.org_unit}"))
        special = best.label_terms - of_activity
        named = bool(asked & of_activity)
        says_activity = bool(re.search(r"\b(kegiatan|activity)\b", question.standalone.lower())) or bool(
            set(question.codes) & {best.row.activity_code}
        )
        asks_money = any(m in MONEY for m in question.measures) or question.operation == "org_unit"
        whole_name = frozenset(terms(best.row.activity)) - GENERIC_TERMS
        if best.row.activity_code in question.codes and asks_money and not asked & (special - of_activity):
            return [(own, score + CLOSE), *[c for c in candidates if c[0].id != own.id]]
        if says_activity and asks_money and whole_name and whole_name <= asked and not best.label_terms - GENERIC_TERMS <= asked:
            return [(own, score + CLOSE), *[c for c in candidates if c[0].id != own.id]]
        if named and asks_money and not asked & special and (says_activity or not asked - of_activity):
            rest = [c for c in candidates if c[0].id != own.id]
            return [(own, score + CLOSE), *rest]
        return candidates

    def equally_fitting(self, question: Question, candidates: Sequence[tuple[TableRow, float]]) -> list[TableRow]:
        """The best row and those that no word of the question tells from it."""
        best, top = candidates[0]
        asked = self.telling_words(question)
        held = asked & best.all_terms
        equals = [best]
        for other, score in candidates[1:]:
            if other.table.id != best.table.id and not question.years and not set(other.years()) & set(best.years()):
                continue
            if top - score > CLOSE or other.id == best.id or self.same_fact(best, other):
                continue
            mine, theirs = held, asked & other.all_terms
            if mine - theirs or len(theirs) < len(mine):
                continue
            if same_label(best.row.label, other.row.label) and self.offers(other, question):
                equals.append(other)
        return equals

    def telling_words(self, question: Question) -> frozenset[str]:
        return frozenset(t for t in terms(question.standalone) if not t.isdigit() or t in question.codes)

    def same_fact(self, a: TableRow, b: TableRow) -> bool:
        """An output and its indicator, or the same thing printed in another table with equal values."""
        if (twin := self.book.twin(a)) and twin.id == b.id:
            return True
        if a.table.id == b.table.id:
            return False
        shared = set(a.by_key) & set(b.by_key)
        return same_label(a.row.label, b.row.label) and bool(shared) and bool(a.row.label)

    def offers(self, entry: TableRow, question: Question) -> bool:
        measure = self.measure(entry, question)
        return bool(measure) and (not question.years or any(entry.figure(measure, y) for y in question.years))

    def ask_back(self, question: Question, rows: Sequence[TableRow]) -> LookupResult:
        options = []
        for entry in rows[:MAX_OPTIONS]:
            measure = self.measure(entry, question) or "target"
            of = entry.row.activity or entry.row.org_unit or (entry.row.parents[-1] if entry.row.parents else entry.table.name)
            code = f" ({entry.row.activity_code})" if entry.row.activity_code else ""
            year = f" tahun {', '.join(map(str, question.years))}" if question.years else ""
            options.append(f"Berapa {measure} “{entry.shown}” pada {of}{code}{year}?")
        return LookupResult(
            status="ambiguous",
            rows=tuple(r.id for r in rows),
            options=tuple(dict.fromkeys(options)),
            message="Ada beberapa baris yang cocok.",
        )

    # what is asked of it -------------------------------------------------------------------------------------------------

    def measure(self, entry: TableRow, question: Question) -> str:
        """The row's measure that the question names; its main one when it names none; empty when the row lacks it."""
        have = entry.measures
        named = [m for m in question.measures if m in have]
        if named:
            return named[0]
        asked_money = any(m in MONEY for m in question.measures)
        if asked_money:
            return next((m for m in MONEY if m in have), "")
        for word in have:
            if stem(word.split()[0]) in {stem(t) for t in re.findall(r"\w+", question.standalone.lower())}:
                return word
        strict = {"realisasi", "baseline"} & set(question.measures)
        if strict:
            return ""
        if question.years:
            covering = [m for m in have if any(entry.figure(m, y) for y in question.years)]
            past = [m for m in covering if m == "realisasi"]
            return (past or covering or [""])[0]
        return "realisasi" if "realisasi" in have and "target" not in question.measures else (have[0] if have else "")

    def answer(self, question: Question, chosen: tuple[TableRow, float]) -> LookupResult:
        entry, _ = chosen
        measure = self.measure(entry, question)
        if not measure and any(m in MONEY for m in question.measures):
            funded = self.funded(entry)
            if funded is not None:
                entry, measure = funded, self.measure(funded, question)
        if not measure:
            asked = ", ".join(question.measures)
            return LookupResult(
                status="not_found", rows=(entry.id,), context=entry.figures,
                message=f"Baris “{entry.shown}” tidak memuat {asked or 'angka'}; yang ada: {', '.join(entry.measures) or 'tanpa angka'}.",
            )  # fmt: skip
        return self.figures_of(question, entry, measure)

    def funded(self, entry: TableRow) -> TableRow | None:
        """Who carries the money for a row without any: its output, else its activity."""
        twin = self.book.twin(entry) if entry.row.level in OUTPUT_INDICATOR_LEVELS else None
        if twin and any(f.measure in MONEY for f in twin.figures):
            return twin
        return self.book.activity_row(entry.row.activity_code) if entry.row.activity_code else None

    def figures_of(self, question: Question, entry: TableRow, measure: str) -> LookupResult:
        series = entry.series(measure)
        years = () if measure == "baseline" else entry.years(measure)
        wanted = [f for f in series if not question.years or f.year in question.years or f.year is None or measure == "baseline"]
        for other in self.also_named(question, entry, measure):
            wanted += [
                f for f in entry.series(other) if not question.years or f.year in question.years or f.year is None or other == "baseline"
            ]
        outside = [y for y in question.years if years and y not in years]
        gaps = question.year_range and question.operation in ("sum", "average")
        if outside and (not question.year_range or gaps or len(outside) == len(question.years)):
            span = f"{years[0]}-{years[-1]}" if len(years) > 1 else str(years[0])
            return LookupResult(
                status="not_found", rows=(entry.id,), measure=measure, context=series,
                message=f"{entry.table.name} memuat {measure} “{entry.shown}” untuk {span}; tahun {', '.join(map(str, outside))} tidak ada.",
            )  # fmt: skip
        derived = self.derived(question, wanted or list(series))
        touching = tuple(
            {
                d.id: d
                for f in wanted
                for d in self.book.discrepancies.get(f.id, ())
                if not question.years or d.year is None or d.year in question.years
            }.values()
        )
        conflict = [d for d in touching if d.kind in SERIOUS and len({p.raw for p in d.places}) > 1 and same_thing(d, wanted, self.book)]
        status = "conflict" if conflict and len(question.years) == 1 and len({f.measure for f in wanted}) == 1 else "found"
        return LookupResult(
            status=status, rows=(entry.id,), measure=measure, figures=tuple(wanted or series), context=tuple(f for f in entry.figures if f not in wanted),
            derived=tuple(filter(None, derived)), discrepancies=tuple(conflict) if status == "conflict" else touching,
        )  # fmt: skip

    def adds_up(self, figures: Sequence[Figure]) -> bool:
        """Whether years of these figures may be summed: amounts of money, people, documents; not scores or shares."""
        unit = figures[0].unit.lower()
        return (
            len({f.measure for f in figures}) == 1
            and unit not in ("", "nilai", "indeks", "persen", "%", "opini", "skor")
            and all(f.value is not None for f in figures)
        )

    def also_named(self, question: Question, entry: TableRow, measure: str) -> list[str]:
        """Other measures of the row that the question names, by name or by their unit ("berapa orang ... duitnya")."""
        low = question.standalone.lower()
        named = [m for m in entry.measures if m != measure and m in question.measures]
        unit = entry.row.unit.lower()
        if measure in MONEY and unit and re.search(rf"\bberapa (banyak )?{re.escape(unit)}\b", low) and "target" in entry.measures:
            named.append("target")
        return [m for m in dict.fromkeys(named) if question.operation is None or question.operation in ("series", "unit")]

    def derived(self, question: Question, figures: list[Figure]) -> list[Derived | None]:
        operation = question.operation
        if operation in (None, "series", "count") and question.year_range and len(figures) > 2 and self.adds_up(figures):
            operation = "sum"
        if operation not in OVER_YEARS or operation == "series" or len(figures) < 2:
            return []
        ordered = [f for f in figures if f.value is not None]
        if len(ordered) < 2:
            return []
        if operation in ("difference", "growth", "ratio"):
            return [derive(operation, [ordered[0], ordered[-1]])]
        return [derive(operation, ordered)]


def alike(a: frozenset[str], b: frozenset[str]) -> bool:
    """Labels that differ in few words: what the question says of the rest decides between them."""
    return bool(a) and len(a & b) >= ALIKE * len(a | b)


def same_thing(item: Discrepancy, wanted: Sequence[Figure], book: RowBook) -> bool:
    """Whether a discrepancy gives the asked fact itself another value, not a sum or another year of it."""
    others = [book.figures[i] for i in item.figure_ids if i in book.figures and i not in {f.id for f in wanted}]
    return item.kind == "prose" or (bool(others) and all(o.year in {f.year for f in wanted} for o in others))


def fits(entry: TableRow, request: LookupRequest) -> bool:
    if request.table and request.table.lower() not in entry.table.name.lower():
        return False
    if request.level and request.level.lower() not in entry.row.level.lower():
        return False
    return not request.unit or not entry.row.unit or request.unit.lower() == entry.row.unit.lower()


def make_lookup_tool(lookup: Lookup) -> BaseTool:
    """The lookup as a LangChain tool; its result is JSON-ready (dict)."""

    def find(**fields: object) -> dict[str, object]:
        return lookup.find(LookupRequest.model_validate(fields)).model_dump(mode="json")

    return StructuredTool.from_function(
        func=find, name="cari_angka", args_schema=LookupRequest,
        description="Mencari angka persis (target, alokasi, realisasi, baseline, bobot, risiko) di tabel-tabel rencana strategis, dengan barisnya.",
    )  # fmt: skip
