"""Two named things compared: which is larger and by how much, which rose more."""

from __future__ import annotations

import re

from assistant.compose_figures import FigureWriter
from assistant.figure_text import shown
from assistant.measures import MONEY, measure_name
from assistant.models import Claim, Question
from assistant.operations import derive
from assistant.picking import Chosen, Picker, result_text
from assistant.retrieve import Ranking
from assistant.row_reading import measure_asked
from assistant.rows import ACTIVITY_LEVEL, TableRow
from ingest.numerals import format_number
from ingest.terms import terms

MORE = r"(?:banyak|gede|besar|tinggi|mahal|kecil|rendah|sedikit)an? mana"
LARGER = r"\b(?:mana yang lebih \w+|lebih (?:besar|tinggi|banyak|kecil|rendah)(?: mana)?)"
BETWEEN = (
    re.compile(r"\b(?:antara|between)\s+(?P<a>.+?)\s+(?:dan|dengan|sama|and)\s+(?P<b>.+?)(?:,|\?|\bmana\b|\blebih\b|\bwhich\b|$)", re.IGNORECASE),
    re.compile(r"^(?P<a>.+?)\s+(?:vs\.?|versus)\s+(?P<b>.+?)(?:,|\?|\bmana\b|\bberapa\b|$)", re.IGNORECASE),
    re.compile(rf"^(?P<a>.+?)\s+(?:sama|dan|atau|dengan|and|or)\s+(?P<b>.+?)(?:,|\?|\s)\s*(?:mana|lebih|siapa|which|{MORE})\b.*$", re.IGNORECASE),
    re.compile(r"^(?:bandingkan|compare)\s+(?P<a>.+?)\s+(?:dengan|dan|sama|with|and)\s+(?P<b>.+)$", re.IGNORECASE),
    re.compile(
        r"^(?P<a>.+?),?\s+(?:dibanding(?:kan)?(?: dengan)?|ketimbang|compared (?:to|with))\s+(?P<b>.+?)(?:,|\?|\b(?:mana|gimana|bagaimana)\b|$)",
        re.IGNORECASE,
    ),
    re.compile(rf"{LARGER}\b[^:]*:\s*(?P<a>.+?)\s+(?:atau|vs)\s+(?P<b>.+)$", re.IGNORECASE),
    re.compile(rf"{LARGER}[,:]?\s+(?:antara\s+)?(?P<a>.+?)\s+(?:atau|dan|dengan|sama)\s+(?P<b>.+)$", re.IGNORECASE),
)  # fmt: skip
GROWING = re.compile(r"\b(kenaikan\w*|naik\w*|pertumbuhan\w*|tumbuh|turun\w*|penurunan\w*|increase\w*|grew|growth)\b", re.IGNORECASE)
FRAME = ("antara", "mana", "lebih", "yang", "sama", "dan", "atau", "between")
NUMBERED = re.compile(r"(?<=\w) (?:[1-9]|[IVXivx]{1,4})$")
LONE_NUMBER = re.compile(r"(?:[1-9]|[IVXivx]{1,4})(?![\w.,])")
YEAR_ONLY = re.compile(r"\W*(?:tahun )?(?:19|20)\d\d\W*")


class Comparing:
    def __init__(self, picker: Picker) -> None:
        self.picker = picker

    def write(self, question: Question, ranking: Ranking, writer: FigureWriter) -> list[Claim]:
        if question.operation not in ("compare", "highest", "lowest", "difference") and question.asked != "perbandingan":
            return []
        if question.asked in ("alasan", "cara") and not question.years and not question.measures:
            # "kenapa tergolong kecil dibanding ...": a reason is asked for, no figure
            return []
        if len(places := self.named_places(question, ranking)) == 2:
            a, b = (self.picker.figure(entry, question) for entry in places)
            if a is not None and b is not None and comparable(a, b):
                return self.difference(a, b, writer)
        text = question.standalone
        pair = next((m for p in BETWEEN if (m := p.search(text))), None)
        if pair is None or min(len(terms(pair["a"])), len(terms(pair["b"]))) == 0 or YEAR_ONLY.match(pair["b"]):
            return []
        context = text.replace(pair["a"], " ").replace(pair["b"], " ")
        kept = " ".join(w for w in re.findall(r"[\w-]+", context) if w.lower() not in FRAME)
        one, two = self.rows(question, pair["a"], numbered_like(pair["a"], pair["b"]), kept)
        if one is None or two is None or one.id == two.id:
            return []
        if GROWING.search(context) and len(question.years) != 1:
            return self.growths(question, one, two, writer)
        a, b = self.picker.figure(one, question), self.picker.figure(two, question)
        shared = next((m for m in one.measures if m in two.measures), "")
        if a is not None and b is not None and a.figure.measure != b.figure.measure and shared and not question.measures:
            alike = question.model_copy(update={"measures": (shared,)})
            a, b = self.picker.figure(one, alike), self.picker.figure(two, alike)
        if a is None or b is None:
            return []
        if comparable(a, b):
            return self.difference(a, b, writer)
        return self.side_by_side(a, b, writer) if question.years or question.measures else []

    def side_by_side(self, a: Chosen, b: Chosen, writer: FigureWriter) -> list[Claim]:
        """Both figures where they count different things: one alone would be half an answer, a difference no answer."""
        if a.figure.year != b.figure.year:
            return []
        what = "Satuannya" if a.figure.measure == b.figure.measure else "Ukurannya"
        claims = [Claim(text=f"{what} berbeda, jadi tidak dihitung mana yang lebih besar:", plain=True)]
        for c in (a, b):
            year = f" tahun {c.figure.year}" if c.figure.year else ""
            text = f"- {measure_name(c.figure.measure, begins=True)} {writer.name(c.entry)}{year}: **{shown(c.figure)}**"
            claims.append(Claim(text=text, evidence=(writer.evidence.of_row(c.entry),), figures=(c.figure.id,)))
        return claims

    def named_places(self, question: Question, ranking: Ranking) -> list[TableRow]:
        """The rows of one indicator that a table gives for several offices or regions, of those that the question names."""
        chosen = self.picker.lookup.chooser.choose(question, ranking)
        if not chosen:
            return []
        best = chosen[0][0]
        alike = [
            e
            for e in self.picker.book.rows.values()
            if e.table.id == best.table.id and e.label_terms == best.label_terms and e.row.org_unit and e.states_figures
        ]
        offices = {e.row.org_unit: frozenset(terms(e.row.org_unit)) for e in alike}
        if not 1 < len(offices) == len(alike):
            return []
        asked = frozenset(t for group in ranking.asking.groups for t in group)
        common = frozenset.intersection(*offices.values())
        return [e for e in alike if (own := offices[e.row.org_unit] - common) and own <= asked]

    def rows(self, question: Question, left: str, right: str, kept: str) -> tuple[TableRow | None, TableRow | None]:
        """The rows of both sides. A short right side shares what the left says ("target A untuk x vs y")."""
        one = self.picker.one(question, f"{left} {kept}")
        two = self.picker.one(question, f"{right} {kept}")
        if len(terms(right)) < len(terms(left)) and one is not None and self.picker.of_office(question, f"{right} {kept}") is None:
            shared = self.picker.one(question, f"{left} {right} {kept}", besides=right)
            if (
                shared is not None
                and shared.id != one.id
                and (two is None or same_columns(one, shared) or not same_columns(one, two))
                and self.picker.held(right, shared) >= (self.picker.held(right, two) if two else 0)
            ):
                two = shared
        if one is not None and two is not None and one.id == two.id:
            tail = " ".join(left.split()[-len(right.split()) :])
            one = self.picker.one(question, f"{left} {kept}", besides=tail)
        return one, two

    def difference(self, a: Chosen, b: Chosen, writer: FigureWriter) -> list[Claim]:
        derived = derive("difference", [a.figure, b.figure])
        if derived is None:
            return []
        larger = "yang kedua" if derived.value > 0 else "yang pertama"
        said = f"Selisihnya {result_text(derived, a.figure)}: {larger} lebih besar." if derived.value else "Keduanya sama."
        year = f" tahun {a.figure.year}" if a.figure.year else ""
        each = "; ".join(f"{self.short_name(c, a, b, writer)}: **{shown(c.figure)}**" for c in (a, b))
        text = f"{measure_name(a.figure.measure, begins=True)}{year} – {each}. {said}"
        rows = tuple(writer.evidence.of_row(c.entry) for c in (a, b))
        return [Claim(text=text, evidence=rows, figures=(a.figure.id, b.figure.id), derived=(derived,))]

    def short_name(self, one: Chosen, a: Chosen, b: Chosen, writer: FigureWriter) -> str:
        """The label alone where it tells the two apart: two long names push the figures out of sight."""
        if a.entry.label_terms == b.entry.label_terms or len(one.entry.label_terms) < 3 or one.entry.row.level == ACTIVITY_LEVEL:
            return writer.name(one.entry)
        return one.entry.shown

    def growths(self, question: Question, one: TableRow, two: TableRow, writer: FigureWriter) -> list[Claim]:
        """Which of two rows rose more between the first and the last asked year."""
        changes = []
        for entry in (one, two):
            measure = measure_asked(entry, question)
            series = [f for f in entry.series(measure) if f.value is not None and (not question.years or f.year in question.years)]
            derived = derive("difference", [series[0], series[-1]]) if len(series) > 1 else None
            if derived is None:
                return []
            changes.append((entry, series[0], series[-1], derived))
        ordered = sorted(changes, key=lambda c: -c[3].value)
        same = ordered[0][3].value == ordered[1][3].value
        lead = "Kenaikannya sama." if same else f"Kenaikan {writer.name(ordered[0][0])} lebih besar."
        rows = tuple(writer.evidence.of_row(c[0]) for c in ordered)
        claims = [Claim(text=lead, evidence=rows, figures=tuple(f.id for c in ordered for f in c[1:3]))]
        for entry, first, last, derived in ordered:
            way = "naik" if derived.value > 0 else "turun" if derived.value < 0 else "tetap"
            unit = "poin" if last.unit.lower() in ("", "nilai", "indeks", "%", "persen") else last.unit.lower()
            amount = result_text(derived, last) if last.measure in MONEY else f"{format_number(abs(derived.value))} {unit}"
            text = f"- {writer.name(entry)}: {way} **{amount}**, dari {shown(first)} (tahun {first.year}) menjadi {shown(last)} (tahun {last.year})"
            claims.append(Claim(text=text, evidence=(writer.evidence.of_row(entry),), figures=(first.id, last.id), derived=(derived,)))
        return claims


def numbered_like(left: str, right: str) -> str:
    """ "Inspektorat 1 dan 2": the second side with the words that stand before the number of the first."""
    named = NUMBERED.search(left.rstrip(" ,"))
    return f"{left[: named.start()]} {right}" if named and LONE_NUMBER.match(right.strip()) else right


def same_columns(a: TableRow, b: TableRow) -> bool:
    """Whether two rows state a measure of a year that both have."""
    return bool(set(a.by_key) & set(b.by_key))


def comparable(a: Chosen, b: Chosen) -> bool:
    """One measure, one year, one unit (an unknown unit fits any)."""
    units = {c.figure.unit.lower() for c in (a, b)} - {""}
    return a.figure.measure == b.figure.measure and a.figure.year == b.figure.year and len(units) <= 1
