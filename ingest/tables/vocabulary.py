"""Generic words of Indonesian planning documents: header words, levels, codes. Nothing of one particular plan."""

from __future__ import annotations

import re
from functools import lru_cache

from ingest.numerals import mend_number

HEADER_WORD = re.compile(
    r"^(?:no\.?|nomor|kode|sasaran|indikator|indikasi|satuan|lokasi|target|realisasi|capaian|alokasi|pagu|anggaran|baseline|bobot|nilai"
    r"|skala|skor|rating|sumber|unit|pelaksana|penanggung|pengampu|keterangan|komponen|penilaian|hasil|negara|jenis|tempat|tanggal|judul"
    r"|level|uraian|nama|output|outcome|rincian|prioritas|program|kegiatan|proyek|visi|misi|tujuan|strategi|arah|kebijakan|risiko"
    r"|deskripsi|impact|likelihood|dampak|kemungkinan|status|mitigasi|tindak|perlakuan|pj|pn|pp|kp|prop|potensi|permasalahan|urgensi"
    r"|instansi|total|jumlah|tahun|volume|persentase|%|penugasan|pengguna|periode|kementerian|lembaga|kawasan|peringkat|frekuensi)\b",
    re.IGNORECASE,
)

MEASURE_WORD = re.compile(
    r"\b(target|alokasi|pagu|anggaran|realisasi|capaian|baseline|nilai|total|jumlah|volume|bobot|skor|rating|indeks|persentase)\b",
    re.IGNORECASE,
)
BASE_MEASURES = ("target", "alokasi", "realisasi", "baseline")
_QUALIFIERS = {"kinerja", "indikasi", "anggaran", "tahun", "indikatif", "tahunan", "pendanaan"}

INDEX_HEADER = re.compile(r"^(?:no\.?|nomor|nomor urut|no urut)$", re.IGNORECASE)
CODE_HEADER = re.compile(r"^kode\b|^(?:pn|pp|kp|prop|pro-p)$", re.IGNORECASE)
UNIT_HEADER = re.compile(r"^(?:satuan|skala|unit satuan)$", re.IGNORECASE)
PLACE_HEADER = re.compile(r"^lokasi\b", re.IGNORECASE)
ORG_HEADER = re.compile(
    r"^unit$|unit (?:organisasi|kerja|penanggung|pelaksana|pengampu|eselon)|pelaksana|penanggung ?jawab|pengampu|^instansi|\bpj\b",
    re.IGNORECASE,
)
LEVEL_HEADER = re.compile(r"^level$|^tingkat$", re.IGNORECASE)
LABEL_HEADERS = (
    re.compile(r"^indikator(?! kinerja (?:sasaran|program) strategis$)|/indikator|uraian", re.IGNORECASE),
    re.compile(
        r"^(?:nama|komponen|rincian output|hasil antara|penilaian|output|jenis risiko|indikasi risiko|arah kerangka)", re.IGNORECASE
    ),
    re.compile(r"kegiatan prioritas|rincian output|sasaran|potensi|judul|strategi$", re.IGNORECASE),
)
MERGED_HEADER = re.compile(
    r"^(?:visi|misi|tujuan|sasaran|arah kebijakan|program|kegiatan|prioritas|proyek|negara|kawasan|bidang)\b", re.IGNORECASE
)
"""Columns whose cells usually span several rows."""
PROGRAM_HEADER = re.compile(r"^program\s*/\s*kegiatan$|^program$|^kegiatan$", re.IGNORECASE)

PLACE_WORD = re.compile(
    r"^(?:pusat|daerah|nasional|provinsi.*|kab(?:upaten|\.)?.*|kota\b.*|pusat (?:dan|/|&) daerah|seluruh .*|luar negeri)$", re.IGNORECASE
)
MONEY = re.compile(r"\b(?:alokasi|pagu|anggaran|apbn|pendanaan|rupiah|rp)\b", re.IGNORECASE)

COLUMN_NUMBER = re.compile(r"^\(?\s*\d{1,2}\s*\)?$")
TOTAL = re.compile(r"^(?:grand\s+)?(?:sub\s*)?(?:total\b.{0,60}|jumlah(?: total| keseluruhan| seluruh(?:nya)?)?)$", re.IGNORECASE)
MARKER = re.compile(r"^(?:\d{1,3}[.)]?|[A-Za-z][.)]|[IVXL]{1,5}[.)]?|[A-Z]{1,3}[.-]?\d{1,2})$")
BUDGET_CODE = re.compile(r"^\d{2,3}(?:\.\d{2})?\.[A-Z]{2}(?:\.\d{4}(?:\.[A-Z]{3}(?:\.\d{3}|\.[A-Z]?\d{2,3})?)?)?$")
PRIORITY_CODE = re.compile(r"^(?:PN|PP|KP|ProP|PROP)\s*\d{2}(?:\.\d{2})*$")
PLAIN_CODE = re.compile(r"^0\d$|^[A-Z]{2,3}\.\d{1,3}$|^[A-Z]{3}\.\d{3}$")
LABEL_CODE = re.compile(
    r"^(?:(?P<code>(?:IKSS|IKSP|IKSK|IKP|IKK|IKU|SS|SP|SK|TJ|T)[\s.-]*\d{1,2}(?:\.\d{1,2})*|(?:PN|PP|KP|ProP)\s*\d{2}(?:\.\d{2})+)\s*[:.–-]*\s+)(?=\S)"
)
TRAILING_CODE = re.compile(r"\s*\((?P<code>\d{4}|[A-Z]{3})\)\s*$")

LEVELS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"^(?:{pattern})$", re.IGNORECASE), name)
    for pattern, name in (
        (r"sasaran strategis(?: \(impact\))?|ss", "Sasaran Strategis"),
        (r"sasaran program(?: \(outcome\))?|sp", "Sasaran Program"),
        (r"sasaran kegiatan(?: \(output\))?|sk", "Sasaran Kegiatan"),
        (r"indikator kinerja sasaran strategis|ikss", "Indikator Kinerja Sasaran Strategis"),
        (r"indikator kinerja program|indikator kinerja sasaran program|ikp|iksp", "Indikator Kinerja Program"),
        (r"indikator kinerja kegiatan|indikator kinerja sasaran kegiatan|ikk|iksk", "Indikator Kinerja Kegiatan"),
        (r"indikator kinerja", "Indikator Kinerja"),
        (r"kr[od0]|klasifikasi rincian output", "KRO"),
        (r"rincian output(?: \(ro\))?|ro", "Rincian Output"),
        (r"ikr[od0]|indikator kinerja rincian output|indikator rincian output|indikator ro", "IKRO"),
        (r"pn|prioritas nasional", "Prioritas Nasional"),
        (r"pp|program prioritas", "Program Prioritas"),
        (r"kp|kegiatan prioritas", "Kegiatan Prioritas"),
        (r"pro-?p|proyek prioritas", "Proyek Prioritas"),
        (r"komponen", "Komponen"),
        (r"tujuan", "Tujuan"),
    )
)
LEVEL_RANK = {
    "Tujuan": 0, "Sasaran Strategis": 0, "Program": 1, "Prioritas Nasional": 1, "Program Prioritas": 2, "Kegiatan Prioritas": 3,
    "Proyek Prioritas": 4, "Sasaran Program": 2, "Kegiatan": 3, "Sasaran Kegiatan": 4, "KRO": 5, "Rincian Output": 6, "IKRO": 7,
    "Indikator Kinerja Sasaran Strategis": 1, "Indikator Kinerja Program": 3, "Indikator Kinerja Kegiatan": 5, "Komponen": 8,
}  # fmt: skip
"""How deep a level stands; a row's parents are the open rows above it with a smaller rank."""
CODE_LEVELS = {2: "Program", 3: "Kegiatan", 4: "KRO", 5: "Rincian Output"}
"""Segments of a budget code ("104.DP.3894.QAA.001") -> level."""
LEVEL_OF_CODE = {
    "IKSS": "Indikator Kinerja Sasaran Strategis", "IKP": "Indikator Kinerja Program", "IKK": "Indikator Kinerja Kegiatan",
    "IKSP": "Indikator Kinerja Program", "IKSK": "Indikator Kinerja Kegiatan", "SS": "Sasaran Strategis", "SP": "Sasaran Program",
    "SK": "Sasaran Kegiatan", "PN": "Prioritas Nasional", "PP": "Program Prioritas", "KP": "Kegiatan Prioritas",
    "PROP": "Proyek Prioritas",
}  # fmt: skip

_HEAD_ROW = re.compile(r"^(?P<what>program|kegiatan)\s*:?\s*:?\s*(?P<name>\S.*)$", re.IGNORECASE)


@lru_cache(maxsize=4096)
def level_of(text: str) -> str:
    """The normalised level that a cell names ("KRD" -> "KRO"); empty when it names none."""
    plain = " ".join(text.split()).rstrip(":.")
    return next((name for pattern, name in LEVELS if pattern.match(plain)), "")


def split_index_and_level(text: str) -> tuple[str, str] | None:
    """A merged cell "1 Sasaran Kegiatan" -> ("1", "Sasaran Kegiatan")."""
    found = re.match(r"^(\d{1,3})[.)]?\s+(\D.*)$", text)
    return (found[1], found[2]) if found and level_of(found[2]) else None


def head_row(label: str) -> tuple[str, str, str] | None:
    """A spanning row "Kegiatan: Nama (7798)" -> ("Kegiatan", "Nama", "7798")."""
    found = _HEAD_ROW.match(label)
    if not found:
        return None
    name, code = split_trailing_code(found["name"].lstrip(": "))
    return found["what"].capitalize(), name, code


def split_trailing_code(label: str) -> tuple[str, str]:
    found = TRAILING_CODE.search(label)
    return (label[: found.start()].strip(), found["code"]) if found else (label, "")


def split_label_code(label: str) -> tuple[str, str]:
    """ "IKSS-1: Indeks ..." -> ("Indeks ...", "IKSS-1"); ("", ...) never: a bare code stays the label."""
    found = LABEL_CODE.match(label)
    return (label[found.end() :].strip(), found["code"].strip()) if found else (label, "")


def level_from_code(code: str) -> str:
    if BUDGET_CODE.match(code):
        return CODE_LEVELS.get(code.count(".") + 1, "")
    letters = re.match(r"[A-Za-z]+", code)
    return LEVEL_OF_CODE.get(letters.group().upper(), "") if letters else ""


def is_code(text: str) -> bool:
    return bool(BUDGET_CODE.match(text) or PRIORITY_CODE.match(text) or PLAIN_CODE.match(text))


def measure_name(header: str) -> str:
    """The measure that a column's header means: "Target Kinerja" -> "target", "Alokasi Non-APBN" -> "alokasi non-apbn"."""
    text = re.sub(r"\([^)]*\)", " ", header).lower()
    text = re.sub(r"(?:19|20)\d\d(?:\s*[-–—]\s*(?:19|20)\d\d)?", " ", text)
    words: list[str] = re.findall(r"[^\s/]+", text)
    if words in (["%"], ["persen"]):
        return "persen"
    core = [w for w in words if w not in _QUALIFIERS]
    if len(core) == 1 and core[0] in BASE_MEASURES:
        return core[0]
    return " ".join(words)


def years_in(text: str) -> tuple[int, ...]:
    """Years that a header cell names, also broken ("202 5") or grouped ("2.025")."""
    mended = mend_number(text)
    if re.fullmatch(r"[12]\.?\d{3}", mended):
        mended = mended.replace(".", "")
    return tuple(int(y) for y in re.findall(r"(?<!\d)(?:19|20)\d\d(?!\d)", mended))
