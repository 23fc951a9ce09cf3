"""Reading single aspects of a normalised question: what kind of answer, operation, measure, years, parts, codes. Pure."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Literal

from assistant.models import Asked, Operation
from assistant.periods import NUMBERS, ORDINAL, number
from ingest.terms import words

ENGLISH = frozenset(
    words(
        "what whats who whose how many much which when where why is are was were the of does do did has have will can should list "
        "explain give show tell me for by in on at to from between and with its their this that any about each every under there year "
        "years only"
    )
)
INDONESIAN = frozenset(
    words(
        "apa siapa berapa mana kapan kenapa mengapa bagaimana yang dan di ke dari untuk dalam pada tahun adalah itu ini sebutkan "
        "jelaskan saja ada dengan oleh kalau tidak sih dong kah atau per"
    )
)
"""Function words that tell the languages apart."""

ASKED: tuple[tuple[Asked, str], ...] = (
    ("dasar hukum", r"\b((?:dasar|landasan|payung) hukum(?:nya)?|aturan mana|pasal berapa|pasal mana|legal basis)\b"),
    ("definisi", r"\b(kepanjangan|singkatan|apa itu|itu apa|apa sih|artinya|arti|pengertian(?:nya)?|definisi(?:nya)?|diartikan|didefinisikan|maksudnya apa|apa maksud|apa yang dimaksud|dimaksud dengan"
     r"|what is meant|stands? for|meaning of|definition|tuh apa|itu apaan|itu (?:lembaga|badan|program|sistem|aplikasi|kantor|unit|singkatan) apa|(?:lembaga|badan|sistem|aplikasi) apa(?! saja))\b"),
    ("alasan", r"\b(kenapa|mengapa|kok|pemicu\w*|alasan|sebab|penyebab|faktor\b(?! \w\d)|gara-gara|bikin|why|latar belakang|pertimbangan)\b"),
    ("perbandingan", r"\b(banding|bandingkan|dibanding\w*|versus|vs|beda(nya)?|selisih|lebih (besar|tinggi|kecil|rendah|banyak)|(?:banyak|gede|besar|tinggi|mahal|kecil|rendah|sedikit)(?:an)? mana|compare|difference)\b"),
    ("jumlah", r"\b(ada berapa|berapa (jumlah|banyak|buah|jenis|macam|unsur|item|indikator|kegiatan|program|misi|unit|fungsi|poin)|jumlah\w*|how many|totalnya)\b"),
    ("daftar", r"\b(apa (saja|aja)|apa-apa|siapa saja|mana saja|sebutkan|sebutin|jabarkan|paparkan|rincikan|daftar|rincian|uraikan|list|which ones|poin-poin|langkah-langkah|macam-macam|jenis-jenis"
     r"|what are|berapa saja|per tahun|tiap tahun|setiap tahun|dari tahun ke tahun)\b"),
    ("kapan", r"\b(kapan|tanggal berapa|tahun berapa|bulan apa|sejak kapan|when|mulai tahun)\b"),
    ("di mana", r"\b(di mana|dimana|berkedudukan|lokasi\w*|kota apa|kota mana|where|alamat)\b"),
    ("siapa", r"\b(siapa|unit mana|direktorat mana|biro mana|instansi mana|lembaga mana|penanggung jawab|pengampu|pic|who|whose|which (unit|directorate|office))\b"),
    ("cara", r"\b(bagaimana|caranya|cara|mekanisme|proses|prosedur|how (does|do|is|are|will|can))\b"),
    ("nilai", r"\b(berapa|target\w*|nilai\w*|angka\w*|anggaran\w*|alokasi\w*|pagu\w*|realisasi\w*|skor\w*|persen\w*|how much|capaian\w*)\b"),
)  # fmt: skip

MEASURES: tuple[tuple[str, str], ...] = (
    ("alokasi non-apbn", r"\bnon[\s-]?apbn\b"),
    ("alokasi apbn", r"(?<!non-)(?<!non )\bapbn\b"),
    (
        "alokasi",
        r"\b(alokasi\w*|anggaran\w*|pagu\w*|dana(nya)?|pendanaan\w*|biaya(nya)?|duit\w*|budget|allocat\w*|funding|rupiah|money|uang(nya)?|dianggarkan|didanai|dibiayai)\b",
    ),
    ("realisasi", r"\b(realisasi\w*|capaian\w*|tercapai|hasilnya|actual\w*|realiz\w*|achiev\w*)\b"),
    ("baseline", r"\b(baseline|garis dasar|angka dasar|nilai awal|kondisi awal)\b"),
    ("target", r"\b(target\w*|ditarget\w*|sasaran angka|dikejar|rencananya)\b"),
    ("bobot", r"\b(bobot\w*|weight)\b"),
    ("rating", r"\brating\w*\b"),
    ("skor", r"\b(skor\w*|score)\b"),
    ("impact", r"\b(impact|(?:skor|nilai|tingkat) dampak|dampak(?:nya)?(?=,? (?:dan |serta |sama )?kemungkinan))\b"),
    (
        "likelihood",
        r"\b(likelihood|(?:skor|nilai|tingkat) kemungkinan|(?<=dampak )kemungkinan\w*|(?<=dampak, )kemungkinan\w*|(?<=dampak dan )kemungkinan\w*|(?<=dampaknya dan )kemungkinan\w*|peluang terjadi\w*)\b",
    ),
    ("status", r"\bstatus\w*\b"),
    ("nilai", r"\bnilai\w*\b"),
)

OPERATIONS: tuple[tuple[Operation, str], ...] = (
    ("ratio", r"\b(berapa kali|kali lipat\w*|how many times)\b"),
    ("growth", r"\b(berapa persen (kenaikan|naik|turun|penurunan|pertumbuhan|tumbuh)|persen(tase)? (kenaikan|penurunan|pertumbuhan)|(naik|turun|tumbuh|meningkat|menurun|menyusut|susut|anjlok|merosot|melonjak|bertambah|berkurang)(nya)? (sekitar |kira-kira )?berapa persen"
     r"|growth|percent(age)? (increase|decrease|change))\b"),
    ("share", r"\b(berapa persen (dari|terhadap)|porsi\w*|proporsi alokasi|share of|persentase terhadap)\b"),
    ("average", r"\b(rata-rata (alokasi|anggaran|target|per tahun)|rerata (alokasi|anggaran|target)|average (allocation|budget|target))\b"),
    ("difference", r"\b(selisih\w*|naik(nya)? berapa|turun(nya)? berapa|berapa (naik|turun|kenaikan|penurunan|selisih|beda|bedanya)|(naik|turun|tambah|kurang)(nya)? (total |jadi )?(nya )?berapa|naik berapa|turun berapa|kenaikan|penurunan(nya)? berapa"
     r"|beda(nya)? berapa|(bertambah|berkurang|menyusut|susut|anjlok|merosot|jatuh|meningkat|menurun)(nya)? berapa|difference|increase|decrease|naik atau turun|(lompat|loncat|melonjak)\w* (jadi )?berapa|(naik|turun|beda) (sejauh|seberapa|berapa jauh)|lebih (besar|tinggi|banyak|kecil|rendah|sedikit) berapa|lonjakan\w*|(naik|turun) dari berapa)\b"),
    ("highest", r"\b(paling (besar|tinggi|banyak|gede|mahal|gawat|jumbo|berat|parah|kuat|bahaya|serius)|tertinggi|terbesar|terbanyak|terberat|terkuat|terparah|teratas|highest|largest|biggest|most expensive|puncak\w*)\b"),
    ("lowest", r"\b(paling (kecil|rendah|sedikit|murah)|terendah|terkecil|tersedikit|lowest|smallest|least)\b"),
    ("sum", r"\b(total(nya)?|jumlah (?:anggaran|alokasi|dana|target|pagu|seluruh)|dijumlah\w*|ditotal\w*|totalin|totalkan|jumlahkan|diakumulasi\w*|akumulasi\w*|gabungan\w*|keseluruhan|kumulatif|sum of|combined|in total|overall|semuanya|digabung\w*)\b"),
    ("count", r"\b(ada berapa|berapa (jumlah )?(indikator|kegiatan|output|rincian output|kro|program|risiko|ro|sasaran|unit|misi|tujuan)|punya berapa|how many (indicators|activities|outputs|programs|risks))\b"),
    ("compare", r"\b(banding|bandingkan|dibanding\w*|versus|vs|mana yang lebih|lebih (besar|tinggi|banyak|kecil|rendah) mana|(banyak|gede|besar|tinggi|mahal|kecil|rendah|sedikit)(an)? mana|compare)\b"),
    ("org_unit", r"\b(unit (mana|apa|pelaksana|kerja mana|penanggung jawab|organisasi)\w*|siapa (pelaksana|penanggung jawab|yang (ngurus|urus|bertanggung jawab|pegang|ngampu|mengampu|jalanin|melaksanakan))"
     r"|pengampu\w*|penanggung jawab\w*|tanggung jawab(nya)? (siapa|unit mana|direktorat mana|biro mana)|pelaksananya|direktorat (mana|apa)|biro (mana|apa)|siapa pic\w*|pic(nya)?|who (runs|is responsible|handles|leads|manages)|which (unit|directorate|office|bureau)|unitnya)\b"),
    ("unit", r"\b(satuan(?:nya)?\b(?! (?:ribu|juta|miliar|rupiah|orang|persen)\b)|unit of measure\w*|diukur (pakai|dalam|dengan))\b"),
    ("series", r"\b(per tahun|tiap tahun|setiap tahun|tahun ke tahun|dari tahun ke tahun|tren\w*|rincian target|selama 20\d\d|each year|every year|by year|per year|annually|trend)\b"),
)  # fmt: skip

YEAR_TO_YEAR = re.compile(r"\b(20\d\d)\s*(?:ke|vs\.?|versus|dibanding\w*(?: dengan)?|lawan|against)\s*(?:tahun )?(20\d\d)\b")
NEGATED = re.compile(r"\b(?:bukan|bukannya|selain|kecuali|not|except)\b(?:(?!\b(?:tapi|tetapi|melainkan|but)\b)[^,;.?!()])*")
"""What a question rules out must not draw passages or years towards it."""
PARTS: tuple[tuple[str, str], ...] = (
    ("BAB", "bab|chapter"),
    ("Lampiran", "lampiran|appendix|annex"),
    ("Tabel", "tabel|table"),
    ("Gambar", "gambar|grafik|bagan|diagram|figure|picture"),
    ("Pasal", "pasal|article"),
)
PART_NUMBER = rf"(\d{{1,2}}|[ivx]+|{'|'.join(NUMBERS)}|{ORDINAL[1:-1]})"
ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
CODE = re.compile(
    r"\b(?:\d{3}\.)?[a-z]{2}\.\d{4}(?:\.[a-z]{3})?(?:\.\d{3})?\b|\b[a-z]{3}\.\d{3}\b|\bkp\s*\d{2}\.\d{2}\.\d{2}\b|\b\d{2}\.\d{2}\.\d{2}\b|\b[a-z]{2}\.\d\b",
    re.IGNORECASE,
)
SHORT_CODE = re.compile(r"\bkode(?: (?:risiko|sasaran|indikator|output))?(?: nomor)? (\d{1,3})\b", re.IGNORECASE)
ACTIVITY = re.compile(r"(?<![\d.,])([3-9]\d{3})(?![\d.,]*\d)(?!\s*(?:orang|dokumen|lembaga|layanan|persen|%))")


def language(text: str, terms: Container[str] = ()) -> Literal["id", "en"]:
    """ "en" when more words are English than Indonesian. `terms`: English words of the trade ("literacy")."""
    tokens = re.findall(r"[a-z]+", text.lower())
    english = sum(t in ENGLISH or t in terms for t in tokens if t not in INDONESIAN)
    return "en" if english >= 2 and english > sum(t in INDONESIAN for t in tokens) else "id"


def asked(text: str) -> Asked:
    for kind, pattern in ASKED:
        if re.search(pattern, text):
            return kind
    return "uraian"


def operations(text: str) -> tuple[Operation, ...]:
    return tuple(name for name, pattern in OPERATIONS if re.search(pattern, text))


def year_to_year(text: str) -> bool:
    """Whether one year is held against another: "2021 ke 2022", "2025 vs 2029"."""
    return YEAR_TO_YEAR.search(text) is not None


WHERE_FROM = re.compile(r"\b(?:pen)?dana\w*\b[^.?]*\b(?:dari mana|bersumber|sumbernya)\b|\bsumber (?:pen)?dana\w*")
"""Asks where money comes from, not how much it is."""


def measures(text: str) -> tuple[str, ...]:
    """The measures that folded text names."""
    plain = text if re.search(r"\bberapa\b", text) else WHERE_FROM.sub(" ", text)
    return tuple(name for name, pattern in MEASURES if re.search(pattern, plain))


def parts(text: str) -> tuple[str, ...]:
    """Parts of a plan that are named: "bab tiga" -> "BAB III", "lampiran ii" -> "Lampiran 2"."""
    found = []
    for name, nouns in PARTS:
        for value in re.findall(rf"\b(?:{nouns}) {PART_NUMBER}\b", text.lower()):
            count = ROMAN.index(value) + 1 if value in ROMAN else number(value)
            if count:
                found.append(f"{name} {ROMAN[count - 1].upper() if name == 'BAB' and count <= len(ROMAN) else count}")
    return tuple(dict.fromkeys(found))


def codes(text: str) -> tuple[str, ...]:
    """Codes as typed, upper case: "7799", "QAA.004", "KP 07.16.01"."""
    found = [re.sub(r"^KP\s*", "KP ", m.upper()) for m in CODE.findall(text)]
    rest = CODE.sub(" ", text)
    found += ACTIVITY.findall(rest)
    found += SHORT_CODE.findall(rest)
    return tuple(dict.fromkeys(found))
