"""Measures, levels and the words of a figure question that tell no row from another. Generic for planning documents."""

from __future__ import annotations

import re

from ingest.terms import terms

MONEY = ("alokasi", "alokasi apbn", "alokasi non-apbn", "total")
KNOWN_MEASURES = ("target", "alokasi", "alokasi apbn", "alokasi non-apbn", "realisasi", "baseline")
LEVELS: tuple[tuple[str, str], ...] = (
    (r"\b(indikator kinerja kegiatan|ikk)\b", "Indikator Kinerja Kegiatan"),
    (r"\b(rincian output|ro)\b", "Rincian Output"),
    (r"\b(kro|klasifikasi rincian output)\b", "KRO"),
    (r"\b(ikro)\b", "IKRO"),
    (r"\b(sasaran kegiatan)\b", "Sasaran Kegiatan"),
    (r"\b(sasaran strategis)\b", "Indikator Kinerja Sasaran Strategis"),
    (r"\b(ikss)\b", "Indikator Kinerja Sasaran Strategis"),
    (r"\b(ikp|indikator kinerja program)\b", "Indikator Kinerja Program"),
    (r"\b(kegiatan prioritas)\b", "Kegiatan Prioritas"),
    (r"\b(proyek prioritas|propn)\b", "Proyek Prioritas"),
)
"""How a question names the level of a row."""
BARE_TERMS = frozenset(
    terms(
        "target alokasi anggaran dana pagu realisasi capaian baseline biaya duit uang tahun total jumlah berapa naik turun selisih beda banding"
        " anjlok merosot menyusut paling akumulasi kumulatif selama sepanjang gabung rincian lompat lonjak lonjakan melonjak loncat besar kecil"
        " tinggi rendah periode lima persen kenaikan penurunan keseluruhan kali lipat nilai tren kegiatan kira"
        " total budget allocation allocated funding money overall year tabel lampiran gambar bab table annex appendix"
    )
)
"""Words that say what is asked of a row, not which row."""
FRAME_TERMS = BARE_TERMS | frozenset(terms("unit indonesia pendanaan rencana rupiah direncanakan"))
"""Those, and the words that stand in nearly every label."""
SCORE_UNITS = frozenset(["", "nilai", "indeks", "persen", "%", "opini", "skor", "level"])
"""Units whose figures do not add up."""


def measure_name(measure: str, *, begins: bool = False) -> str:
    """A measure as a sentence names it: "alokasi apbn" -> "alokasi APBN", with a capital where it begins the sentence."""
    text = re.sub(r"\bapbn\b", "APBN", measure)
    return text[:1].upper() + text[1:] if begins else text
