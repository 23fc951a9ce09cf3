"""Follow-ups: what the history fills into a question that does not stand alone. Pure.

A follow-up does one of three things with the question before it: it puts another subject, year or measure in
(`substitutes`: "kalau 2028?", "how about nurses?"), it asks something else about the same subject ("unitnya siapa?",
"itu masuk prioritas yang mana?"), or it goes on ("jelaskan lagi"). Anything else starts afresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence

from assistant import asking, periods
from assistant.models import Turn
from ingest.terms import STOP_WORDS, fold, stem, words

SWAPPING = r"kalau|kalo|how about|what about|(?:bagaimana|gimana) (?:dengan|kalau)|untuk|yang"
"""Openers that put something in another's place."""
LEADING = re.compile(rf"^(?:(?:{SWAPPING}|terus|lalu|nah|oke|ok|oh|dan|and|then|balik ke|kembali ke|tadi)\b[ ,.]*)+")
SWAPS = re.compile(rf"^(?:(?:terus|lalu|nah|oke|ok|oh|dan|and|then)\b[ ,.]*)*(?:{SWAPPING})\b")
GOES_ON = re.compile(r"^(?:terus|lalu|nah|oke|kalau|and|then)\b[ ,.]*(?:kalau )?(?:yang|untuk)\b")
"""Openers that plainly go on with the subject before."""
THIS = re.compile(
    r"\b(?:tersebut|tadi|tsb|dia|mereka|di sana|di situ|those|they|their|its)\b|^(?:itu|ini|that|this|it)\b(?! apa)"
    r"|(?<!\bapa)(?<!\bwhat is)(?<=\w) (?:itu|ini|it|that|this)\b(?! (?:apa|artinya|kepanjangan|singkatan))"
)
"""Words that point back; "P4MI itu apa" does not."""
THE_PLAN = re.compile(
    r"\b(?:renstra|dokumen|rencana strategis|peraturan|permen|plan|document|kementerian) (?:ini|itu|tersebut)\b|\b(?:this|the) (?:plan|document)\b"
)
MODIFIES = re.compile(r"^(?:(?:kalau|terus|dan|nah) )?(?:yang|untuk)\b")
"""Openers that keep the subject and change one thing of it."""
THE_OWN = re.compile(r"\b(\w{3,})nya\b")
EARLIER = re.compile(r"\b(balik|kembali) ke\b|\byang tadi\b|\bsebelumnya tadi\b|\bpertanyaan (awal|pertama)\b")
ASKS = re.compile(
    r"\b(?:apa|apakah|siapa|berapa|kapan|kenapa|mengapa|bagaimana|(?:di|ke|yang) ?mana|mana|sebutkan|jelaskan|what|who|whose|which|when|where|why|how)\b"
)
OTHERS = re.compile(
    r"^(?:(?:terus|lalu|dan|kalau) )?(?:\w+ (?:yang )?lain(?:nya)?|yang lain(?:nya)?|siapa lagi|apa lagi|others?|who else|what else)\b"
)
"""Openers that ask for what was not said yet: "lembaga lain yang dilibatkan"."""
OUTSIDE = re.compile(r"\bdi luar (?:kita|kami|kementerian)\b|\bluar(?= yang\b)")
"""Others than us: names no subject."""
ORDINAL = re.compile(
    r"\b(?:yang|nomor|poin|butir|item|program yang|misi yang|misi|tujuan|the) "
    r"(?P<which>pertama|kedua|ketiga|keempat|kelima|keenam|terakhir|ke-? ?\d{1,2}|\d{1,2}(?! ?(?:tahun|orang|persen))|first|second|third|fourth|fifth|last)\b(?: one\b)?"
)
ITEM = re.compile(r"(?:^|[\s(;:])(?:\(?(\d{1,2})[.)]|([a-j])[.)])\s+(.+?)(?=(?:[;\n]|\s\(?\d{1,2}[.)]\s|\s[a-j][.)]\s|$))", re.DOTALL)
RELATIVE = (
    (re.compile(r"\btahun (?:berikutnya|selanjutnya|setelahnya|sesudahnya|depannya)|\bsetahun (?:kemudian|(?:setelah|sesudah)(?:nya| itu))|\b(?:the )?(?:next|following) year\b"), 1),
    (re.compile(r"\b(?:se)?tahun sebelum(?:nya| itu)\b|\b(?:the )?(?:previous|year before)(?: year)?\b"), -1),
)  # fmt: skip
COUNTED = re.compile(r"\b(dua|tiga|empat|2|3|4) tahun (setelah|sesudah|kemudian|berikut|sebelum)(nya)?\b")
SAME_YEAR = re.compile(r"\b(?:di |pada )?tahun (?:itu|tersebut|yang sama|segitu)\b|\b(?:in )?(?:that|the same) year\b")
YEAR_SAID = re.compile(r"\b(?:di |pada |untuk |in )?(?:tahun )?(?:19|20)\d\d\b(?!\s*tentang)")
NO_YEAR_NEEDED = re.compile(r"\b(?:siapa|unit\w*|instansi|pelaksana\w*|pengampu|ngampu|satuan\w*|prioritas|wilayah|kode|who|which unit)\b")
WHO_RUNS = next(pattern for name, pattern in asking.OPERATIONS if name == "org_unit")
COMPARES = re.compile(r"\b\w*banding\w*|\bselisih\w*|\bbeda\w*|\bcompare\w*")
ASKING_WORDS = re.compile(
    r"\b(?:berapa|apa|apakah|siapa|kapan|kenapa|mengapa|bagaimana|mana|dong|sih|ya|tolong|sebutkan|jelaskan|saja|kah|itu|adalah|kepanjangan|singkatan"
    r"|what|who|how|much|many|which|when|where|is|are|the|does|do)\b"
)
FRAME_VERBS = re.compile(
    r"\b(?:(?:di|pada) (?:kota|negara|provinsi) (?:apa|mana)|kantornya|letaknya|berkedudukan|terletak|dilakukan|dilaksanakan|ditarget(?:kan)?|diselenggarakan|ada"
    r"|punya|(?:tiap|setiap|per) tahun|tiap|setiap|each year|every year)\b"
)
"""What the earlier question said of its subject: gone when something else is asked of it."""
HEADS = frozenset(
    words("program kegiatan direktorat biro misi tujuan sasaran indikator risiko balai lampiran tabel bab gambar pasal peluang ancaman")
)
"""Nouns that begin a name: "kalau program X" puts one program in another's place."""
GENERIC = frozenset(
    words(
        "target alokasi anggaran pagu dana biaya realisasi capaian nilai angka skor status satuan unit pelaksana penanggung jawab ngampu "
        "pengampu instansi terkait wilayah berapa tahun total naik turun selisih persen rincian detail jelas sebut lanjut balik kembali "
        "tadi terus oke periode renstra akhir awal terakhir pertama kedua ketiga keempat kelima cuma baseline besar jumlah how about "
        "what much many year kode lokasi kantor kerja masuk tanggal urus pegang program kegiatan setelah sebelum berikut selanjut baris "
        "halaman sumber oh nah sih deh banding bandingkan dibandingkan beda jelasin jelaskan maksud maksudnya arti rinci lengkap contoh "
        "alasan bagaimana next previous following tell more explain again second first third last one that those unit who runs it responsible lagi dong coba banget "
        "poin nomor butir yang segitu begitu begini malah jadi soal mundur maju geser tuh nih kita ajak diajak gandeng digandeng libat dilibatkan terlibat"
    )
)
"""Words that name a slot, not a subject: a question of these alone needs a subject from before."""
WHICH = re.compile(r"(?:\w+ )?(?:\w{4,} (?:mana|apa yang)|apa yang paling|yang (?:mana|paling \w+)|which \w+)\b")
"""Asks which of several: what was answered is the subject from then on."""
TOLD_WORDS = 30
GENERIC_STEMS = frozenset(stem(word) for word in GENERIC if word not in periods.ORDINALS)
"""Not of ordinals: "empati" is no "keempat"."""
SHORT = 4
"""A question with at most this many words of its own may be elliptical."""
LONG = 9
"""A question of more words than this stands alone."""
REMEMBERED = 12
"""Turns that are looked back at."""


def subject_words(text: str) -> list[str]:
    """The words of a text that name what it is about."""
    plain = re.sub(r"(?<=\w{4})nya\b", "", OUTSIDE.sub(" ", periods.LAW_YEAR.sub(" ", fold(text))))
    return [w for w in words(plain) if w not in STOP_WORDS and not generic(w) and not re.fullmatch(r"\d{1,4}|[a-z]", w)]


def generic(word: str) -> bool:
    return word in GENERIC or stem(word) in GENERIC_STEMS


def points_back(low: str) -> bool:
    """Whether a text points at what was said: "itu", "programnya", but not "targetnya literasi keuangan"."""
    if THIS.search(THE_PLAN.sub(" ", low)):
        return True
    return any(not subject_words(low[m.end() :]) for m in THE_OWN.finditer(low))


def depends(text: str, names: Container[str] = ()) -> bool:
    """Whether a question needs the turns before it."""
    low = fold(text).strip(" ?!.")
    own = subject_words(low)
    if not own or EARLIER.search(low):
        return True
    if len(own) > SHORT or len(words(low)) > LONG:
        return False
    return points_back(low) or bool(OTHERS.match(low)) or substitutes(low, names)


def substitutes(low: str, names: Container[str] = ()) -> bool:
    """Whether a text only puts something in another's place: no question of its own after an opener, or a bare name."""
    rest, own = LEADING.sub("", low), subject_words(low)
    if rest == low:
        return bool(own) and all(w in names for w in own) and not ASKS.search(low) and len(words(low)) < SHORT
    return not ASKS.search(rest) or (len(own) <= (2 if GOES_ON.match(low) else 1) and bool(SWAPS.match(low))) or bool(ORDINAL.search(low))


def fill_in(
    text: str,
    history: Sequence[Turn],
    read: Callable[[str], str],
    names: Container[str] = (),
    short: Container[str] = (),
) -> tuple[str, tuple[str, ...]]:
    """(the question standing alone, what was filled in). `read` normalises an earlier question; `names`: words that
    name places and people; `short`: abbreviations."""
    history = history[-REMEMBERED:]
    asked = [read(turn.content) for turn in history if turn.role == "user"]
    if not asked or not depends(text, names):
        return text, ()
    said: list[str] = []
    current, label = replace_ordinal(text, history, said)
    current = replace_relative_years(current, mentioned_years(history), said)
    base = resolve(asked, text, names, short)
    kept = frame_of(base) if len(label.split()) > 2 else keep_of(base, current, names, short)
    if not label and not substitutes(fold(text).strip(" ?!."), names) and (told := told_which(base, history)):
        # "risiko mana yang tertinggi?" is gone on from with what was answered
        kept = told
    if kept:
        said.insert(0, f"pokok: {kept}")
    return re.sub(r"\s+", " ", f"{current} {kept}").strip(), tuple(said)


def resolve(asked: list[str], text: str, names: Container[str], short: Container[str]) -> str:
    """The earlier question that this one goes on from, itself made to stand alone."""
    standing: list[str] = []
    for question in asked:
        if standing and depends(question, names):
            question = f"{question} {keep_of(standing[-1], question, names, short)}".strip()
        standing.append(question)
    if EARLIER.search(fold(text)):
        wanted = {stem(w) for w in subject_words(text)}
        best = max((len(wanted & {stem(w) for w in words(q)}), i) for i, q in enumerate(standing))
        if best[0]:
            return standing[best[1]]
    return standing[-1]


def keep_of(base: str, current: str, names: Container[str] = (), short: Container[str] = ()) -> str:
    """The words of the earlier question that the new one does not replace."""
    low = fold(current)
    if COMPARES.search(low):
        return tidy(re.sub(r"\b(?:berapa|apa|siapa)\b", " ", base, flags=re.IGNORECASE))
    kept = base
    # "kalau satuan indikatornya" and "balik ke indeks yang tadi" name nothing new
    own = [] if EARLIER.search(low) else [w for w in subject_words(low) if f"{w}nya" not in low or w not in HEADS]
    swaps = substitutes(low.strip(" ?!."), names)
    figure, operations = asking.measures(low), set(asking.operations(low))
    if says_year(low) or NO_YEAR_NEEDED.search(low):
        kept = YEAR_SAID.sub(" ", periods.YEAR_SPAN.sub(" ", kept))
    if asking.codes(low):
        kept = without(kept, *(re.escape(code) for code in asking.codes(base)))
    if swaps and own:
        kept = without_contrast(kept, low, own, names, short)
    if figure or (own and not swaps and not operations):
        # another measure, or something else of the same subject
        kept = without(kept, *(pattern for _, pattern in asking.MEASURES))
    if ASKS.search(low) or figure or operations or not (swaps or says_year(low)):
        kept = without(kept, WHO_RUNS, FRAME_VERBS.pattern, ASKING_WORDS.pattern)
    return tidy(kept)


def frame_of(base: str) -> str:
    """The years and measures of a question, where its subject is replaced."""
    found = [m[0] for _, pattern in asking.MEASURES for m in re.finditer(pattern, fold(base))]
    return " ".join(dict.fromkeys([*found, *periods.YEAR.findall(periods.LAW_YEAR.sub(" ", base))]))


def without_contrast(base: str, current: str, own: list[str], names: Container[str], short: Container[str]) -> str:
    """The earlier question without the subject that the new one replaces.

    A new name of the same kind ("kalau program X"), an abbreviation, a subject of several plain words, or one word in
    place of one or two, replaces the whole subject; the name of a place ("kalau Malaysia?") or one part of a longer
    subject ("yang nonpemerintah?") replaces only its like.
    """
    before, told = subject_words(base), words(fold(base))
    heads = (HEADS & set(words(current)) & set(told)) or {w for w in own if w in told}
    plain = [w for w in own if w not in names]
    modifies = bool(MODIFIES.match(current))
    if modifies:
        # "yang lewat pemerintah" takes the place of "lewat P3MI"
        kept = re.sub(rf"\b(?:{'|'.join(map(re.escape, heads))}) \w+", " ", base, flags=re.IGNORECASE) if heads - HEADS else base
        base, heads = kept, heads & HEADS
    whole = bool(heads) or (not modifies and bool(plain) and (len(plain) > 1 or plain[0] in short or len(before) <= 2))
    like = {w for w in before for o in own if len(w) >= SHORT and (w in o or o in w)}
    dropped = set(before) | heads if whole else like | {w for w in before if w in names and not plain}
    kept = " ".join(w for w in base.split() if not set(subject_words(w) or words(w)) & dropped)
    return re.sub(r"(?<![\w.,])\d{1,2}(?![\w.,])", " ", kept) if heads else kept


def says_year(low: str) -> bool:
    return bool(
        periods.YEAR.search(low) or periods.NTH.search(low) or periods.END.search(low) or re.search(r"\btahun (?:depan|ini|lalu)\b", low)
    )


def without(text: str, *patterns: str) -> str:
    for pattern in patterns:
        text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return text


def tidy(text: str) -> str:
    """One space between words; no question marks, no function word left hanging at the end."""
    plain = re.sub(r"\s+", " ", re.sub(r"[?!]+", " ", text)).strip(" ,.;")
    return re.sub(r"(?:\s+(?:di|ke|dari|pada|untuk|yang|of|in|for))+$", "", plain)


def told_which(base: str, history: Sequence[Turn]) -> str:
    """The first sentence of the last answer, where the question before it asked which one; empty elsewhere."""
    if not WHICH.match(fold(base)) or history[-1].role != "assistant":
        return ""
    plain = re.sub(r"\[\d+\]|[*_#]+", "", history[-1].content).strip()
    first = re.split(r"(?<=[a-z0-9)])[.;:]\s|\n", plain)[0]
    return tidy(first) if 0 < len(words(first)) <= TOLD_WORDS and len(ITEM.findall(plain)) < 2 else ""


def replace_ordinal(text: str, history: Sequence[Turn], said: list[str]) -> tuple[str, str]:
    """("yang kedua" replaced by the second item of the last answer's list, that item); "" where there is none."""
    found = ORDINAL.search(fold(text))
    if not found:
        return text, ""
    for turn in reversed(history):
        items = listed(turn.content) if turn.role == "assistant" else {}
        which = max(items, default=0) if found["which"] in ("terakhir", "last") else periods.number(found["which"])
        if which in items:
            said.append(f"{found[0]}: {items[which]}")
            return fold(text).replace(found[0], f" {items[which]} ", 1), items[which]
    return text, ""


def listed(answer: str) -> dict[int, str]:
    """The items of an answer by number: a numbered or lettered list, else the pieces of an enumeration."""
    plain = re.sub(r"\[\d+\]|\*+", "", answer)
    numbered = {int(n) if n else ord(letter) - 96: item.strip(" ;,.")[:160] for n, letter, item in ITEM.findall(plain)}
    if numbered:
        return numbered
    pieces = [p.strip(" .") for p in re.split(r",\s*(?:dan\s+)?|\s+dan\s+|;\s*", plain.split(":")[-1]) if p.strip(" .")]
    if len(pieces) < 2 or any(len(p.split()) > 8 for p in pieces[1:-1]):
        return {}
    named = [re.sub(r"\s*\([^)]*\)", "", p) for p in pieces]
    # the first piece still has the words before the enumeration
    return {1: named[0].split()[-1], **dict(enumerate(named[1:], 2))}


def mentioned_years(history: Sequence[Turn]) -> list[int]:
    """Years of the conversation, latest last: those of the questions, and of an answer that names just one."""
    found: list[int] = []
    for turn in history:
        years = [int(y) for y in periods.YEAR.findall(periods.LAW_YEAR.sub(" ", turn.content))]
        if turn.role == "user" or (not found and len(set(years)) == 1):
            found += years[:1]
    return found


def replace_relative_years(text: str, years: list[int], said: list[str]) -> str:
    if not years or periods.YEAR.search(text):
        return text
    low, last = fold(text), years[-1]
    if found := COUNTED.search(low):
        return stated(COUNTED, low, last + periods.number(found[1]) * (-1 if found[2] == "sebelum" else 1), said)
    for pattern, step in (*RELATIVE, (SAME_YEAR, 0)):
        if pattern.search(low):
            return stated(pattern, low, last + step, said)
    return text


def stated(pattern: re.Pattern[str], text: str, year: int, said: list[str]) -> str:
    said.append(f"tahun: {year}")
    return pattern.sub(f" tahun {year}", text)
