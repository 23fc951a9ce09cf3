"""Words for matching: lower-case, spelling variants folded, Indonesian stems, no function words. Pure."""

from __future__ import annotations

import re
import threading
import unicodedata
from functools import lru_cache

import Stemmer

TOKEN = re.compile(r"\d+(?:[.,]\d+)*%?|[^\W\d_]+(?:\d+[^\W\d_]*)*(?:'[^\W\d_]+)?", re.UNICODE)
CODE = re.compile(
    r"\b(?:[A-Z]{2,3}\s?)?\d{2,4}(?:[.][A-Z0-9]{2,4})+\b|\b[A-Z]{3}\.\d{3}\b|\b[A-Z]{2}\s\d{2}(?:\.\d{2})+\b|\b[A-Z]{2}\.\d\b"
)
"""Codes of activities, outputs and priorities: "QAA.004", "KP 07.16.01", "104.DP.3894", "PK.1"."""

STOP_WORDS = frozenset(
    [
        "ada",
        "adalah",
        "adalah",
        "agar",
        "akan",
        "aku",
        "anda",
        "antara",
        "apa",
        "apakah",
        "apabila",
        "atas",
        "atau",
        "bagaimana",
        "bagi",
        "bahwa",
        "banyak",
        "beberapa",
        "berapa",
        "berikut",
        "bisa",
        "boleh",
        "buat",
        "bukan",
        "dalam",
        "dan",
        "dapat",
        "dari",
        "daripada",
        "demikian",
        "dengan",
        "di",
        "dia",
        "dimana",
        "dong",
        "dua",
        "gak",
        "gimana",
        "guna",
        "hal",
        "hanya",
        "harus",
        "hingga",
        "ia",
        "ialah",
        "ini",
        "itu",
        "jadi",
        "jika",
        "juga",
        "kah",
        "kalau",
        "kami",
        "kamu",
        "kapan",
        "karena",
        "ke",
        "kenapa",
        "kepada",
        "kita",
        "kok",
        "lagi",
        "lah",
        "lain",
        "lalu",
        "maka",
        "mana",
        "masih",
        "melalui",
        "memang",
        "mengapa",
        "menjadi",
        "merupakan",
        "mereka",
        "mohon",
        "nya",
        "oleh",
        "pada",
        "para",
        "per",
        "pernah",
        "perlu",
        "pula",
        "pun",
        "saat",
        "saja",
        "sama",
        "sampai",
        "sana",
        "saya",
        "sebagai",
        "sebagaimana",
        "sebuah",
        "secara",
        "sedang",
        "sehingga",
        "sejak",
        "seperti",
        "serta",
        "setiap",
        "siapa",
        "sih",
        "suatu",
        "sudah",
        "supaya",
        "tapi",
        "telah",
        "tentang",
        "terhadap",
        "tersebut",
        "tetapi",
        "tiap",
        "tidak",
        "tolong",
        "untuk",
        "utk",
        "yaitu",
        "yakni",
        "yang",
        "ya",
        "the",
        "a",
        "an",
        "of",
        "for",
        "and",
        "to",
        "in",
        "on",
        "is",
        "are",
        "was",
        "were",
        "what",
        "who",
        "whom",
        "how",
        "many",
        "much",
        "which",
        "when",
        "where",
        "why",
        "does",
        "do",
        "did",
        "by",
        "with",
        "from",
        "at",
        "it",
        "its",
        "be",
        "as",
        "that",
        "this",
    ]
)
IRREGULAR = {"encana": "rencana", "ima": "terima"}
"""Stems that lose a letter of the root: the stemmer cannot know that per- in "perencanaan" is pe- before r."""
LAH_ROOT = re.compile(
    r"(?:(?:di|ke|se|ber|ter|per|pe(?:ny?|ng?|m)?|me(?:ny?|ng?|m)?))*(masalah|jumlah|sekolah|istilah|makalah|langkah|olah)(?:kan|an|i|nya|kah|lah)*"
)
"""Words of a root whose own end looks like the particle -lah: "masalah" is no "masa", "dijumlah" is "jumlah"."""
_local = threading.local()


def _stemmer() -> Stemmer.Stemmer:
    # PyStemmer objects are not thread-safe
    if not hasattr(_local, "stemmer"):
        _local.stemmer = Stemmer.Stemmer("indonesian")
    stemmer: Stemmer.Stemmer = _local.stemmer
    return stemmer


def fold(text: str) -> str:
    """Lower case, compatibility forms and dashes folded, "antar lembaga"/"antarlembaga" left as they are."""
    return unicodedata.normalize("NFKC", text).lower().replace("–", "-").replace("—", "-").replace("’", "'")


@lru_cache(maxsize=65536)
def stem(word: str) -> str:
    """The stem of a folded word, so that "penempatan", "ditempatkan" and "tempat", "perlindungan" and "pelindungan" agree.

    Snowball's Indonesian stemmer, applied until nothing changes ("permasalahan" and "masalah" then meet), with the t
    that pen-/men- swallow before a vowel put back.
    """
    if any(c.isdigit() for c in word):
        return word
    if root := LAH_ROOT.fullmatch(word):
        return root[1]
    # "ditetapin", "bikinin": the chat's -in is the written -kan
    stemmed: str = _stemmer().stemWord(re.sub(r"(?<=^di)(\w{3,})in$", r"\1kan", word))
    if re.match(r"(?:men|pen)[aeiou]", word) and stemmed[:1] in "aeiou":
        stemmed = "t" + stemmed
    stemmed = IRREGULAR.get(stemmed, stemmed)
    for prefix in ("memper", "diper", "keter", "ter", "per", "ber"):
        if stemmed.startswith(prefix) and len(stemmed) - len(prefix) >= 5:
            stemmed = stemmed[len(prefix) :]
            break
    return stemmed if stemmed == word or len(stemmed) < 4 else stem(stemmed)


def words(text: str) -> list[str]:
    """Folded words and numbers in order, function words included."""
    return TOKEN.findall(fold(text))


def terms(text: str) -> list[str]:
    """Stems of the content words, in order, with repeats."""
    return [stem(word) for word in words(text) if word not in STOP_WORDS and (len(word) > 1 or word.isdigit())]
