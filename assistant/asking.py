"""Reading single aspects of a normalised question: what kind of answer, operation, measure, years, parts, codes. Pure."""

from __future__ import annotations

import re
from datetime import date

from assistant.models import Asked, Operation

ENGLISH = frozenset(
    [
        "what",
        "who",
        "how",
        "many",
        "much",
        "which",
        "when",
        "where",
        "why",
        "is",
        "are",
        "the",
        "of",
        "does",
        "do",
        "did",
        "list",
        "explain",
        "give",
        "show",
        "tell",
        "me",
        "for",
        "by",
        "in",
        "and",
        "budget",
        "target",
    ]
)
INDONESIAN = frozenset(
    [
        "apa",
        "siapa",
        "berapa",
        "mana",
        "kapan",
        "kenapa",
        "mengapa",
        "bagaimana",
        "yang",
        "dan",
        "di",
        "ke",
        "dari",
        "untuk",
        "dalam",
        "tahun",
        "adalah",
        "itu",
        "ini",
        "sebutkan",
        "jelaskan",
        "saja",
        "target",
    ]
)

ASKED: tuple[tuple[Asked, str], ...] = (
    ("dasar hukum", r"\b(dasar hukum|landasan hukum|payung hukum|aturan mana|pasal berapa|pasal mana|legal basis)\b"),
    ("definisi", r"\b(kepanjangan|singkatan|apa itu|itu apa|apa sih|artinya|arti|pengertian|definisi|maksudnya apa|apa maksud|apa yang dimaksud|dimaksud dengan"
     r"|what is meant|stands? for|meaning of|definition|tuh apa|itu apaan|itu (?:lembaga|badan|program|sistem|aplikasi|kantor|unit|singkatan) apa)\b"),
    ("alasan", r"\b(kenapa|mengapa|kok|pemicu\w*|alasan|sebab|penyebab|faktor|gara-gara|bikin|why|latar belakang|pertimbangan)\b"),
    ("perbandingan", r"\b(banding|bandingkan|dibanding\w*|versus|vs|beda(nya)?|selisih|lebih (besar|tinggi|kecil|rendah|banyak)|compare|difference)\b"),
    ("jumlah", r"\b(ada berapa|berapa (jumlah|banyak|buah|jenis|macam|unsur|item|indikator|kegiatan|program|misi|unit|fungsi|poin)|jumlah\w*|how many|totalnya)\b"),
    ("daftar", r"\b(apa (saja|aja)|apa-apa|siapa saja|mana saja|sebutkan|sebutin|daftar|rincian|uraikan|list|which ones|poin-poin|langkah-langkah|macam-macam|jenis-jenis"
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
        r"\b(alokasi\w*|anggaran\w*|pagu\w*|dana(nya)?|pendanaan\w*|biaya(nya)?|duit\w*|budget|allocat\w*|funding|rupiah|money|uang(nya)?|dianggarkan)\b",
    ),
    ("realisasi", r"\b(realisasi\w*|capaian\w*|tercapai|hasilnya|actual\w*|realiz\w*|achiev\w*)\b"),
    ("baseline", r"\b(baseline|garis dasar|angka dasar|nilai awal|kondisi awal)\b"),
    ("target", r"\b(target\w*|ditarget\w*|sasaran angka|dikejar|rencananya)\b"),
    ("bobot", r"\b(bobot\w*|weight)\b"),
    ("rating", r"\brating\w*\b"),
    ("skor", r"\b(skor\w*|score)\b"),
    ("impact", r"\b(impact|(?:skor|nilai|tingkat) dampak)\b"),
    ("likelihood", r"\b(likelihood|(?:skor|nilai|tingkat) kemungkinan|peluang terjadi\w*)\b"),
    ("status", r"\bstatus\w*\b"),
    ("nilai", r"\bnilai\w*\b"),
)

OPERATIONS: tuple[tuple[Operation, str], ...] = (
    ("ratio", r"\b(berapa kali|kali lipat\w*|how many times)\b"),
    ("growth", r"\b(berapa persen (kenaikan|naik|turun|penurunan|pertumbuhan|tumbuh)|persen(tase)? (kenaikan|penurunan|pertumbuhan)|(naik|turun|tumbuh)(nya)? berapa persen"
     r"|growth|percent(age)? (increase|decrease|change))\b"),
    ("share", r"\b(berapa persen (dari|terhadap)|porsi\w*|proporsi alokasi|share of|persentase terhadap)\b"),
    ("average", r"\b(rata-rata (alokasi|anggaran|target|per tahun)|rerata (alokasi|anggaran|target)|average (allocation|budget|target))\b"),
    ("difference", r"\b(selisih\w*|naik(nya)? berapa|turun(nya)? berapa|berapa (naik|turun|kenaikan|penurunan|selisih|beda|bedanya)|naik berapa|turun berapa|kenaikan|penurunan(nya)? berapa"
     r"|beda(nya)? berapa|bertambah berapa|berkurang berapa|difference|increase|decrease|naik atau turun|(naik|turun) dari berapa)\b"),
    ("highest", r"\b(paling (besar|tinggi|banyak|gede|mahal|gawat|jumbo|berat|parah|kuat|bahaya|serius)|tertinggi|terbesar|terbanyak|terberat|terkuat|terparah|teratas|highest|largest|biggest|most expensive|puncak\w*)\b"),
    ("lowest", r"\b(paling (kecil|rendah|sedikit|murah)|terendah|terkecil|tersedikit|lowest|smallest|least)\b"),
    ("sum", r"\b(total(nya)?|jumlah (?:anggaran|alokasi|dana|target|pagu|seluruh)|dijumlah\w*|jumlahkan|akumulasi\w*|gabungan\w*|keseluruhan|kumulatif|sum of|combined|in total|overall|semuanya|digabung\w*)\b"),
    ("count", r"\b(ada berapa|berapa (jumlah )?(indikator|kegiatan|output|rincian output|kro|program|risiko|ro|sasaran|unit|misi|tujuan)|punya berapa|how many (indicators|activities|outputs|programs|risks))\b"),
    ("compare", r"\b(banding|bandingkan|dibanding\w*|versus|vs|mana yang lebih|lebih (besar|tinggi|banyak|kecil|rendah) mana|compare)\b"),
    ("org_unit", r"\b(unit (mana|apa|pelaksana|kerja mana|penanggung jawab|organisasi)\w*|siapa (pelaksana|penanggung jawab|yang (ngurus|urus|bertanggung jawab|pegang|ngampu|mengampu|jalanin|melaksanakan))"
     r"|pengampu\w*|penanggung jawab\w*|pelaksananya|direktorat (mana|apa)|biro (mana|apa)|siapa pic\w*|pic(nya)?|who (runs|is responsible|handles|leads|manages)|which (unit|directorate|office|bureau)|unitnya)\b"),
    ("unit", r"\b(satuan\w*|unit of measure\w*|diukur (pakai|dalam|dengan))\b"),
    ("series", r"\b(per tahun|tiap tahun|setiap tahun|tahun ke tahun|dari tahun ke tahun|tren\w*|rincian target|selama 20\d\d|each year|every year|by year|per year|annually|trend)\b"),
)  # fmt: skip

NEGATED = re.compile(r"\b(?:bukan|bukannya|selain|kecuali|not|except)\b(?:(?!\b(?:tapi|tetapi|melainkan|but)\b)[^,;.?!()])*")
"""What a question rules out must not draw passages or years towards it."""
YEAR = re.compile(r"(?<![\d.,/])((?:19|20)\d\d)(?![\d])(?!\s*tentang)")
YEAR_SPAN = re.compile(
    r"((?:19|20)\d\d)\s*(?:-|–|s\.?\s?/?d\.?|sampai(?: dengan)?|hingga|to|ke|through|until)\s*(?:tahun\s*)?((?:19|20)\d\d)"
)
LAW_YEAR = re.compile(r"\b(?:nomor|no\.?)\s*\d+\s*(?:tahun|/)\s*((?:19|20)\d\d)|\b\d+/((?:19|20)\d\d)\b", re.IGNORECASE)
PARTS: tuple[tuple[str, str], ...] = (
    ("BAB", r"\bbab\s+([ivx]+|\d)\b"),
    ("Lampiran", r"\b(?:lampiran|appendix|annex)\s+(\d+|[ivx]+)\b"),
    ("Tabel", r"\b(?:tabel|table)\s+(\d+)\b"),
    ("Gambar", r"\b(?:gambar|grafik|bagan|diagram|figure|picture)\s+(\d+)\b"),
    ("Pasal", r"\bpasal\s+(\d+)\b"),
)
CODE = re.compile(
    r"\b(?:\d{3}\.)?[a-z]{2}\.\d{4}(?:\.[a-z]{3})?(?:\.\d{3})?\b|\b[a-z]{3}\.\d{3}\b|\bkp\s*\d{2}\.\d{2}\.\d{2}\b|\b\d{2}\.\d{2}\.\d{2}\b|\b[a-z]{2}\.\d\b",
    re.IGNORECASE,
)
SHORT_CODE = re.compile(r"\bkode(?: (?:risiko|sasaran|indikator|output))?(?: nomor)? (\d{1,3})\b", re.IGNORECASE)
ACTIVITY = re.compile(r"(?<![\d.,])([3-9]\d{3})(?![\d.,]*\d)(?!\s*(?:orang|dokumen|lembaga|layanan|persen|%))")
ORDINALS = {"pertama": 1, "kedua": 2, "ketiga": 3, "keempat": 4, "kelima": 5, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5}


def language(text: str) -> str:
    tokens = re.findall(r"[a-z]+", text.lower())
    english = sum(t in ENGLISH for t in tokens)
    return "en" if english >= 2 and english > sum(t in INDONESIAN and t not in ENGLISH for t in tokens) else "id"


def asked(text: str) -> Asked:
    for kind, pattern in ASKED:
        if re.search(pattern, text):
            return kind
    return "uraian"


def operations(text: str) -> tuple[Operation, ...]:
    return tuple(name for name, pattern in OPERATIONS if re.search(pattern, text))


def measures(text: str) -> tuple[str, ...]:
    return tuple(name for name, pattern in MEASURES if re.search(pattern, text))


def roman(text: str) -> str:
    numerals = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X"]
    return numerals[int(text)] if text.isdigit() and int(text) < len(numerals) else text.upper()


def parts(text: str) -> tuple[str, ...]:
    found = []
    for name, pattern in PARTS:
        for value in re.findall(pattern, text.lower()):
            number = (
                roman(value)
                if name == "BAB"
                else (str(["i", "ii", "iii", "iv", "v"].index(value) + 1) if value in ("i", "ii", "iii", "iv", "v") else value)
            )
            found.append(f"{name} {number}")
    return tuple(dict.fromkeys(found))


def codes(text: str) -> tuple[str, ...]:
    """Codes as typed, upper case: "7799", "QAA.004", "KP 07.16.01"."""
    found = [re.sub(r"^KP\s*", "KP ", m.upper()) for m in CODE.findall(text)]
    rest = CODE.sub(" ", text)
    found += ACTIVITY.findall(rest)
    found += SHORT_CODE.findall(rest)
    return tuple(dict.fromkeys(found))


def years(text: str, period: tuple[int, int] | None, today: date) -> tuple[tuple[int, ...], bool]:
    """(years asked for, whether a span was meant). Years inside the number of a law do not count."""
    plain = LAW_YEAR.sub(" ", text.lower())
    if span := YEAR_SPAN.search(plain):
        first, last = int(span[1]), int(span[2])
        if 0 < last - first <= 25:
            return tuple(range(first, last + 1)), True
    found = [int(y) for y in YEAR.findall(plain)]
    if found:
        return tuple(dict.fromkeys(found)), False
    relative = {
        r"\btahun depan\b|\bnext year\b": today.year + 1,
        r"\btahun (ini|sekarang)\b|\bthis year\b": today.year,
        r"\btahun (lalu|kemarin)\b|\blast year\b": today.year - 1,
    }
    for pattern, year in relative.items():
        if re.search(pattern, plain):
            return (year,), False
    if period:
        return relative_to_period(plain, period)
    return (), False


def relative_to_period(text: str, period: tuple[int, int]) -> tuple[tuple[int, ...], bool]:
    first, last = period
    if re.search(
        r"\b(akhir (periode|renstra|masa renstra)|tahun terakhir( renstra| periode)?|ujung periode|penghujung|end of the (period|plan)|final year)\b",
        text,
    ):
        return (last,), False
    if re.search(r"\b(awal (periode|renstra)|tahun (pertama|awal)( renstra| periode)?|start of the (period|plan)|first year)\b", text):
        return (first,), False
    if found := re.search(r"\btahun (pertama|kedua|ketiga|keempat|kelima)\b", text):
        return (first + ORDINALS[found[1]] - 1,), False
    if re.search(
        r"\b(selama|sepanjang) (periode|renstra|masa|lima tahun)\b|\b(lima|5) tahun( ke depan)?\b|\bwhole (period|plan)\b|\bseluruh periode\b",
        text,
    ):
        return tuple(range(first, last + 1)), True
    return (), False
