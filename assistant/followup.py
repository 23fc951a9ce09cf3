"""Follow-ups: what the history fills into a question that does not stand alone. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from assistant import asking
from assistant.models import Turn
from ingest.terms import STOP_WORDS, fold, stem, words

LEADING = re.compile(
    r"^(kalau|kalo|terus|trus|lalu|nah|oke|ok|dan|how about|what about|and|bagaimana dengan|gimana dengan|untuk|yang|balik ke|kembali ke|tadi)\b"
)
POINTING = re.compile(
    r"\b(itu|tersebut|tadi|tsb|nya|dia|mereka|ini|that|those|it|its|they|sebutkan|jelaskan lagi|lanjut\w*|detailnya|rinciannya|yang (pertama|kedua|ketiga|keempat|kelima|terakhir))\b|\w{3,}nya\b"
)
ORDINAL = re.compile(r"\b(?:yang\s+|nomor\s+|poin\s+|program\s+yang\s+|misi\s+yang\s+)(pertama|kedua|ketiga|keempat|kelima|\d{1,2})\b")
RELATIVE = (
    (re.compile(r"\b(?:tahun (?:berikutnya|selanjutnya|setelahnya|sesudahnya)|setahun (?:kemudian|setelahnya)|next year)\b"), 1),
    (re.compile(r"\btahun sebelumnya\b|\bsetahun sebelumnya\b"), -1),
)
COUNTED = re.compile(r"\b(dua|tiga|empat|2|3|4) tahun (setelah|sesudah|kemudian|berikut|sebelum)(nya)?\b")
COUNTS = {"dua": 2, "tiga": 3, "empat": 4, "2": 2, "3": 3, "4": 4}
SAME_YEAR = re.compile(r"\b(di |pada )?tahun (itu|tersebut|yang sama|segitu)\b|\bthat year\b|\bsame year\b")
EARLIER = re.compile(r"\b(balik|kembali) ke\b|\byang tadi\b|\bsebelumnya tadi\b|\bpertanyaan (awal|pertama)\b")
ITEM = re.compile(r"(?:^|[\s(;:])(?:\(?(\d{1,2})[.)]|([a-j])[.)])\s+(.+?)(?=(?:[;\n]|\s\(?\d{1,2}[.)]\s|\s[a-j][.)]\s|$))", re.DOTALL)
GENERIC = frozenset(
    [
        "target",
        "alokasi",
        "anggaran",
        "pagu",
        "dana",
        "biaya",
        "realisasi",
        "capaian",
        "nilai",
        "angka",
        "skor",
        "status",
        "satuan",
        "unit",
        "pelaksana",
        "penanggung",
        "jawab",
        "ngampu",
        "pengampu",
        "instansi",
        "terkait",
        "wilayah",
        "berapa",
        "tahun",
        "total",
        "naik",
        "turun",
        "selisih",
        "persen",
        "rincian",
        "detail",
        "jelas",
        "sebut",
        "lanjut",
        "balik",
        "kembali",
        "tadi",
        "terus",
        "oke",
        "periode",
        "renstra",
        "akhir",
        "awal",
        "terakhir",
        "pertama",
        "kedua",
        "ketiga",
        "cuma",
        "baseline",
        "besar",
        "jumlah",
        "how",
        "about",
        "what",
        "much",
        "many",
        "year",
        "kode",
        "lokasi",
        "kantor",
        "kerja",
        "masuk",
        "tanggal",
        "urus",
        "pegang",
        "program",
        "kegiatan",
        "setelah",
        "sebelum",
        "berikut",
        "selanjut",
        "baris",
        "halaman",
        "sumber",
        "oh",
        "nah",
        "sih",
        "deh",
        "banding",
        "bandingkan",
        "dibandingkan",
        "beda",
        "jelasin",
        "jelaskan",
        "maksud",
        "maksudnya",
        "arti",
        "rinci",
        "lengkap",
        "contoh",
        "alasan",
    ]
)
"""Words that name a slot, not a subject: a question of these alone needs a subject from before."""
GENERIC_STEMS = frozenset(stem(word) for word in GENERIC)
SHORT = 4
"""A question with at most this many words of its own may be elliptical."""


def subject_words(text: str) -> list[str]:
    """The words of a text that name what it is about."""
    plain = re.sub(r"(?<=\w{4})nya\b", "", asking.LAW_YEAR.sub(" ", fold(text)))
    return [
        w
        for w in words(plain)
        if w not in STOP_WORDS and stem(w) not in GENERIC_STEMS and w not in GENERIC and not re.fullmatch(r"\d{1,4}|[a-z]", w)
    ]


def depends(text: str) -> bool:
    """Whether a question needs the turns before it."""
    low = fold(text).strip()
    own = subject_words(low)
    if not own:
        return True
    opens = bool(LEADING.match(low))
    points = bool(POINTING.search(low))
    return (len(own) <= SHORT and (opens or points) and len(words(low)) <= 9) or (len(own) <= 1 and opens) or bool(EARLIER.search(low))


def fill_in(text: str, history: Sequence[Turn], read: Callable[[str], str]) -> tuple[str, tuple[str, ...]]:
    """(the question standing alone, what was filled in). `read` normalises an earlier question."""
    asked = [read(turn.content) for turn in history if turn.role == "user"]
    if not asked or not depends(text):
        return text, ()
    base = resolve(asked, text)
    said: list[str] = []
    current = replace_ordinal(text, history, said)
    years = mentioned_years(history)
    current = replace_relative_years(current, years, said)
    kept = keep_of(base, current)
    if kept:
        said.insert(0, f"pokok: {kept}")
    return f"{current} {kept}".strip(), tuple(said)


def resolve(asked: list[str], text: str) -> str:
    """The earlier question that this one goes on from, itself made to stand alone."""
    standing: list[str] = []
    for question in asked:
        if standing and depends(question):
            question = f"{question} {keep_of(standing[-1], question)}".strip()
        standing.append(question)
    if EARLIER.search(fold(text)):
        wanted = {stem(w) for w in subject_words(text)}
        scored = [(len(wanted & {stem(w) for w in words(q)}), i) for i, q in enumerate(standing)]
        best = max(scored)
        if best[0]:
            return standing[best[1]]
    return standing[-1]


def keep_of(base: str, current: str) -> str:
    """The words of the earlier question that the new one does not replace: its year, measure and question word go."""
    low = fold(current)
    kept = asking.LAW_YEAR.sub(lambda m: m[0], base)
    if re.search(r"\bbanding\w*|\bselisih\w*|\bbeda\w*", low):
        return re.sub(r"\b(berapa|apa|siapa)\b|[?!]", " ", base, flags=re.IGNORECASE).strip()
    if asking.YEAR.search(low) or re.search(
        r"\btahun (terakhir|pertama|kedua|ketiga|keempat|kelima|depan)\b|\bakhir (periode|renstra)\b", low
    ):
        kept = asking.YEAR_SPAN.sub(" ", kept)
        kept = re.sub(r"\b(?:di |pada |untuk )?(?:tahun )?(?:19|20)\d\d\b(?!\s*tentang)", " ", kept)
    elif re.search(r"\b(siapa|unit\w*|instansi|pelaksana\w*|pengampu|ngampu|satuan\w*|prioritas|wilayah|kode)\b", low):
        kept = re.sub(r"\b(?:di |pada )?(?:tahun )?20\d\d\b(?!\s*tentang)", " ", kept)
    if asking.measures(low) or set(asking.operations(low)) - {"org_unit", "unit"}:
        for _, pattern in asking.MEASURES:
            kept = re.sub(pattern, " ", kept, flags=re.IGNORECASE)
    kept = re.sub(
        r"\b(berapa|apa|siapa|kapan|kenapa|mengapa|bagaimana|mana|dong|sih|ya|tolong|sebutkan|jelaskan|saja|kah|itu)\b",
        " ",
        kept,
        flags=re.IGNORECASE,
    )
    kept = re.sub(r"[?!]+", " ", kept)
    return re.sub(r"\s+", " ", kept).strip(" ,.;")


def replace_ordinal(text: str, history: Sequence[Turn], said: list[str]) -> str:
    """ "yang kedua" -> the second item of the last answer's list."""
    found = ORDINAL.search(fold(text))
    if not found:
        return text
    wanted = asking.ORDINALS.get(found[1]) or (int(found[1]) if found[1].isdigit() else 0)
    for turn in reversed(history):
        if turn.role != "assistant":
            continue
        for number, letter, item in ITEM.findall(turn.content):
            if (int(number) if number else ord(letter) - 96) == wanted:
                label = re.sub(r"\[\d+\]|\*+", "", item).strip(" ;,.")[:160]
                said.append(f"{found[0]}: {label}")
                return re.sub(re.escape(found[0]), f" {label} ", text, flags=re.IGNORECASE)
        pieces = [
            p.strip(" .")
            for p in re.split(r",\s*(?:dan\s+)?|\s+dan\s+|;\s*", re.sub(r"\[\d+\]|\*+", "", turn.content.split(":")[-1]))
            if p.strip(" .")
        ]
        if len(pieces) >= 2 and wanted and wanted <= len(pieces) and all(len(p.split()) <= 8 for p in pieces[1:-1]):
            label = re.sub(r"\s*\([^)]*\)", "", pieces[wanted - 1]).split()[-1] if wanted == 1 else pieces[wanted - 1]
            said.append(f"{found[0]}: {label}")
            return re.sub(re.escape(found[0]), f" {label} ", text, flags=re.IGNORECASE)
    return text


def mentioned_years(history: Sequence[Turn]) -> list[int]:
    """Years of the conversation, latest mention last; a question's year counts before its answer's."""
    found: list[int] = []
    for turn in history:
        years = [int(y) for y in asking.YEAR.findall(asking.LAW_YEAR.sub(" ", turn.content))]
        found += years[:1] if turn.role == "user" else []
    return found


def replace_relative_years(text: str, years: list[int], said: list[str]) -> str:
    if not years or asking.YEAR.search(text):
        return text
    low, last = fold(text), years[-1]
    if found := COUNTED.search(low):
        step = COUNTS[found[1]] * (-1 if found[2] == "sebelum" else 1)
        return stated(COUNTED.sub(f"tahun {last + step}", low), last + step, said)
    for pattern, step in RELATIVE:
        if pattern.search(low):
            return stated(pattern.sub(f"tahun {last + step}", low), last + step, said)
    if SAME_YEAR.search(low):
        return stated(SAME_YEAR.sub(f"tahun {last}", low), last, said)
    return text


def stated(text: str, year: int, said: list[str]) -> str:
    said.append(f"tahun: {year}")
    return text
