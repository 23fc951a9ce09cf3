"""What something is: the long form of an abbreviation that the plan defines, and the sentence that defines a subject."""

from __future__ import annotations

import re

from assistant.defining import Definitions
from assistant.evidence import EvidenceBook
from assistant.followup import subject_words
from assistant.models import Claim, Question
from assistant.wording import readable
from ingest.models import Abbreviation
from ingest.store.index import PlanIndex
from ingest.terms import fold, words

MAX_GLOSSES = 3
CONTEXT = re.compile(r"\b(?:dalam|di|menurut|pada|untuk|kan|in|according to)\b|,")
"""What parts a subject from where it is asked of: "proses inti dalam peta proses bisnis"."""
CALLED = r"(?:yang )?di(?:sebut|namakan|juluki|katakan|anggap)"
"""After an abbreviation: what it is called is asked about, not the abbreviation."""
IS_SHORT_FOR = re.compile(r"^\*\*[^*]+\*\* (?:adalah singkatan dari|sesuai dengan huruf awal) ")
ABOUT = frozenset(
    words(
        "lembaga badan sistem aplikasi istilah sebenarnya sebetulnya pegawai baru huruf kepanjangan singkatan pengertian definisi"
        " dimaksud meaning mean means abbreviation stand stands definition"
    )
)
"""Words of a question for a definition that are no part of what is to be defined."""


class Glossary:
    def __init__(self, index: PlanIndex) -> None:
        self.by_short: dict[str, list[Abbreviation]] = {}
        for item in index.abbreviations:
            self.by_short.setdefault(item.short.lower(), []).append(item)
        self.definitions = Definitions(index.passages[key] for key in index.order)

    def claims(self, question: Question, evidence: EvidenceBook) -> list[Claim]:
        """The long form of each abbreviation asked about, then the sentence that defines what is asked about; empty when
        the plan has neither."""
        low = fold(question.standalone if question.from_history else question.normalised)
        # "e-monev" is read as words
        seen = low if question.from_history else f"{low} {fold(question.text)}"
        asked = [s for s in self.by_short if s in seen and re.search(rf"(?<![\w-]){re.escape(s)}(?![\w-])", seen)]
        asked = [s for s in asked if not any(s != other and s in re.split(r"[ -]", other) for other in asked)]
        others = [w for w in self.subject(low) if w not in asked and not any(w in s for s in asked)]
        named = (
            bool(asked) and len(asked) <= MAX_GLOSSES and (len(others) <= 1 or direct(low, asked)) and not (others and within(low, asked))
        )
        out = self.long_forms(asked, evidence) if named else []
        if len(asked) > 1:
            return out
        longs = [words(item.long) for short in asked for item in self.by_short[short]] if named else []
        pieces = [self.subject(piece) for piece in [low, *CONTEXT.split(low)]]
        for found in self.definitions.of(*([words(asked[0]), *longs] if named and direct(low, asked) else [*pieces, *longs])):
            text = re.sub(r"^\W*(?:\d{1,2}[.)]|[a-z][.)])?\s*", "", found.passage.text[found.start : found.end]).replace("*", "")
            place = evidence.of_stretch(found.passage, found.start, found.end)
            shown = readable(text)
            out.append(Claim(text=shown[:1].upper() + shown[1:], evidence=(place,)))
        return out

    def subject(self, text: str) -> list[str]:
        return [w for w in subject_words(text) if w not in ABOUT]

    def defined(self, claims: list[Claim]) -> bool:
        """Whether claims of `claims` hold a defining sentence beside long forms."""
        return any(not IS_SHORT_FOR.search(claim.text) for claim in claims)

    def long_forms(self, asked: list[str], evidence: EvidenceBook) -> list[Claim]:
        """One claim an abbreviation; both where the plan gives it two meanings."""
        items = [item for short in asked for item in self.by_short[short][:2]]
        says = {"plan": "adalah singkatan dari", "spelt": "sesuai dengan huruf awal"}
        return [
            Claim(text=f"**{item.short}** {says[item.origin]} {item.long}.", evidence=(evidence.of_line(item.doc, item.line),))
            for item in items
        ]


def direct(low: str, asked: list[str]) -> bool:
    """Whether an abbreviation itself is what is asked: "P4MI itu apa", "kepanjangan dari IKM"."""
    names = "|".join(map(re.escape, asked))
    return bool(
        re.search(rf"\b(?:{names})\W+(?:itu|tuh|artinya|adalah|singkatan|kepanjangan\w*)", low)
        or re.search(
            rf"(?:apa itu|apa sih|kepanjangan\w*|singkatan|arti|stands? for|what is|maksud)\W+(?:dari\W+)?(?:{names})\b(?!\W+{CALLED})", low
        )
    )


def within(low: str, asked: list[str]) -> bool:
    """Whether an abbreviation only says where something stands: "nilai obyektif di PROTEKSI itu apa"."""
    return bool(re.search(rf"\w{{3,}}\W+(?:di|dalam|in|of)\W+(?:{'|'.join(map(re.escape, asked))})\b", low))
