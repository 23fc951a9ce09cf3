"""What kind of thing a question asks for (a quantity, a date, a number of a law, a link, ...) and whether a text holds one. Pure.

"Berapa plafonnya" is answered by no sentence without a quantity, however well its words fit; a year, the number of a
regulation or of a list item is no quantity.
"""

from __future__ import annotations

import re

MONTHS = r"(?:jan|feb|mar|apr|mei|jun|jul|agu|sep|okt|nov|des)\w*"
RULE_WORDS = r"(?:perpres|permen\w*|peraturan|keputusan|kepmen\w*|undang-undang|uu|pp|inpres|sk|aturan|regulasi|dasar hukum\w*|regulation|law|decree)"
NOT_QUANTITIES = re.compile(
    r"\b(?:nomor|no\.?|tahun|pasal|ayat|bab|lampiran|tabel|gambar|grafik|tahap|periode|tanggal|misi|tujuan|kode|number|year)\s*\(?(?:ke-?)?[\d./-]+[a-z]?\)?"
    rf"|\b\d{{1,2}} {MONTHS} \d{{4}}"
    r"|\b(?:19|20)\d\d(?:\s*(?:-|s\.d\.?|sampai(?: dengan)?|hingga)\s*(?:19|20)\d\d)?\b(?![.,]\d)"
    r"|\b[a-z]+[-.]?\d+[a-z.\d]*\b|\b\d+/[a-z\d/.]+"
    r"|(?:^|\n)\s*\(?\d{1,2}[.)]\s"
    r"|\b(?:covid|web|satu data|big)\W?\d+",
    re.IGNORECASE,
)
NUMERAL_WORDS = r"(?:dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|sebelas|belasan|puluhan|ratusan|ribuan|jutaan|separuh\w*|setengah\w*|sepertiga|seperempat)"
NUMBERED_RULE = r"(?:perpres|permen\w*|perban|kepmen\w*|inpres|uu|pp|undang-undang|(?:peraturan|keputusan|instruksi) (?:presiden|menteri\S*|badan|pemerintah))"
GRADES = r"(?:wtp|wdp|sangat baik|memuaskan|puas|baik sekali|predikat|kategori|opini|level \d|tingkat \d|[abc]{1,2}\b)"

HOLDS: dict[str, re.Pattern[str]] = {
    "percent": re.compile(rf"\d ?%|\d persen|\t\(?(?:persen|%)\)?\t|\b{NUMERAL_WORDS} persen|\bsetengah|\bseparuh|\bsepertiga"),
    "money": re.compile(r"\brp ?\.?\d|\brupiah\b|\d (?:ribu|juta|miliar|triliun)\b|\b\d{1,3}(?:\.\d{3}){2,}"),
    "day": re.compile(rf"\b\d{{1,2}} {MONTHS} \d{{4}}"),
    "date": re.compile(r"\b(?:19|20)\d\d\b|\b(?:setiap|tiap|per) (?:tahun|bulan|triwulan|semester)|\b\d+ \(?\w*\)? ?(?:hari|bulan|tahun)\b|\b(?:sebelum|setelah|sejak|saat|ketika)\b"),
    "rule": re.compile(r"\bnomor \d+|\bno\.? ?\d+|\b\d+/\d{4}"),
    "article": re.compile(r"\bpasal \d+"),
    "link": re.compile(r"https?:|www\.|\b[\w-]+\.(?:go\.id|id|com|org)\b"),
    "email": re.compile(r"\S@\S"),
    "phone": re.compile(r"\b0\d{2,3}[\d -]{5,}|\+62|\b1\d{2,3}\b.*\bhotline|hotline\W+\d"),
    "steps": re.compile(r"\b(?:cara|langkah\S*|prosedur|syarat|persyaratan|tahapan) (?:daftar|mendaftar|pendaftaran|melamar|ikut|mengurus|pengurusan)\b"),
}  # fmt: skip

ASKED: tuple[tuple[str, str], ...] = (
    ("percent", r"\bberapa persen\b|\bpersentase(?:nya)? berapa\b|\bhow many percent|what percent"),
    ("day", r"\b(?:tanggal|tgl) berapa\b|\btanggal(?:nya)? (?:kapan|persis\w*)|\bexact date"),
    ("article", r"\bpasal (?:berapa|mana)\b|\bwhich article"),
    ("rule", rf"\b{RULE_WORDS}\b(?:(?! (?:berita|lembaran) negara) \S+){{0,14}}? (?:nomor|no\.?) (?:berapa|brp)\b|\b(?:nomor|no) (?:berapa|brp) {RULE_WORDS}"
     rf"|\b{NUMBERED_RULE} (?:berapa|(?:yang )?mana)\b|\bwhich (?:presidential |ministerial |government )?(?:regulation|law|decree)\b"),
    ("money", r"\bberapa (?:rupiah|rp|miliar|milyar|triliun|duit|uang)\b|\b(?:harga|gaji|upah|tarif|ongkos|honor|tukin|tunjangan|plafon|biaya|denda|iuran)\w*"
     r"(?: \S+){0,8} berapa\b(?! (?:persen|orang|banyak|tahun|lama))|\bberapa (?:harga|gaji|upah|tarif|ongkos|honor|tukin|tunjangan|plafon|biaya|denda|iuran)\w*|how much .*(?:pay|cost|fee|salary)"),
    ("link", r"\b(?:link|tautan|url|website|situs|alamat web)\w*\b(?! (?:resmi )?(?:apa itu))"),
    ("email", r"\be-?mail\w*\b"),
    ("phone", r"\b(?:nomor|no)\w* (?:telepon|telpon|telp|hp|wa|whatsapp|kontak|hotline|darurat)|\bhotline\b.*\b(?:nomor|berapa)|\bkontak\w* (?:pengaduan|resmi)"),
    ("date", r"\bkapan\b|\btahun berapa\b|\bsejak kapan\b|\bwhen\b|\bwhat year\b|\bwhich year\b"),
    ("steps", r"\b(?:cara|langkah(?:-langkah)?|prosedur|syarat|persyaratan|tahapan) (?:daftar|mendaftar|pendaftaran|melamar|ikut|mengurus)\b|how (?:do|can) i (?:apply|register)"),
)  # fmt: skip
QUANTITY = re.compile(
    r"\bberapa\b(?! (?:kegiatan|program) (?:itu|nya) apa)|\bhow (?:many|much)\b|^(?:total|jumlah) \w+", re.IGNORECASE
)  # fmt: skip
NOT_A_COUNT = re.compile(
    rf"\b{NUMBERED_RULE} berapa\b|"
    r"\b(?:nomor|no|tanggal|tgl|pasal|ayat|tahun|kode|bab|lampiran|tabel|gambar|beberapa) berapa\b|\bberapa (?:saja|aja) isi"
)
PLACE = re.compile(
    r"\b(?:kota|kabupaten|kecamatan|bandara|kampus|universitas|perguruan tinggi|pelabuhan|negara|provinsi|desa|sekolah|rumah sakit) "
    r"(?:apa|mana)(?: (?:saja|aja))?\b|\b(?:kota|provinsi|negara)\b[^?.,;]*\b(?:itu |yang )?mana\b|\bwhich (?:cit(?:y|ies)|airports?|universit(?:y|ies)|countr(?:y|ies)|provinces?)\b"
)
"""Asks for names of places or bodies: an answer without a name does not tell."""
INVENT = re.compile(r"\b(?:karang|ngarang|mengarang|karangkan|tebak|kira-kirain|make up|invent)\b")


def asked_kinds(question: str) -> tuple[str, ...]:
    """Kinds that a folded question asks for, the most telling first; empty when no kind decides."""
    found = [kind for kind, pattern in ASKED if re.search(pattern, question)]
    rest = NOT_A_COUNT.sub(" ", question)
    if QUANTITY.search(rest) and not {"percent", "money", "phone"} & set(found):
        found.append("quantity")
    return tuple(found)


def quantities(text: str) -> list[str]:
    """Numbers of a folded text that count or measure something, numerals in words included."""
    rest = NOT_QUANTITIES.sub(" ", text)
    return re.findall(rf"\d[\d.,]*|\b{NUMERAL_WORDS}\b|\b(?:ii|iii|iv|vi{{0,3}}|ix)\b", rest)


def holds(kind: str, text: str) -> bool:
    """Whether a folded text holds a thing of a kind."""
    if kind == "quantity":
        return bool(quantities(text)) or re.search(rf"\b{GRADES}", text) is not None
    return HOLDS[kind].search(text) is not None
