"""Which years a normalised question asks for. Pure: the plan's period and today's date are given."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

NUMBERS = {
    "satu": 1, "dua": 2, "tiga": 3, "empat": 4, "lima": 5, "enam": 6, "tujuh": 7, "delapan": 8, "sembilan": 9, "sepuluh": 10,
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip
ORDINALS = {
    "pertama": 1, "kesatu": 1, **{f"ke{word}": n for word, n in NUMBERS.items() if n > 1},
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
}  # fmt: skip
COUNT = rf"({'|'.join(NUMBERS)}|\d)"
ORDINAL = rf"({'|'.join(ORDINALS)}|ke-? ?\d)"
YEAR = re.compile(r"(?<![\d.,/])((?:19|20)\d\d)(?![\d])(?!\s*tentang)")
TO = r"\s*(?:-|–|s\.?\s?/?d\.?|sampai(?: dengan)?|sampe|hingga|to|ke|through|until)\s*(?:tahun\s*)?"
YEAR_SPAN = re.compile(rf"((?:19|20)\d\d){TO}((?:19|20)\d\d)")
SHORT_SPAN = re.compile(r"((?:19|20)\d\d)\s*-\s*'?(\d\d)(?![\d.,])")
OPEN_SPAN = re.compile(rf"((?:19|20)\d\d){TO}(?:akhir|seterusnya|selesai|end)\b")
LAW_YEAR = re.compile(r"\b(?:nomor|no\.?)\s*\d+\s*(?:tahun|/)\s*((?:19|20)\d\d)|\b\d+/((?:19|20)\d\d)\b", re.IGNORECASE)
TWO_DIGITS = re.compile(r"(?:(?<![\w'])'|\btahun '?)(\d\d)\b(?! ?(?:%|persen|orang|tahun|[.,]\d))")
SPOKEN = re.compile(r"\bdua ribu (?:(dua|tiga) puluh)(?: (satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan))?\b")
NEAR_PERIOD = 10
"""A year of two digits is read as one when it lies this close to the plan's period."""
FROM_TODAY = (
    (re.compile(r"\btahun (?:depan|mendatang)\b|\bnext year\b"), 1),
    (re.compile(r"\btahun (?:ini|sekarang|berjalan)\b|\bthis year\b"), 0),
    (re.compile(r"\btahun (?:lalu|kemarin)\b|\blast year\b"), -1),
)
YEARS_AHEAD = re.compile(rf"\b{COUNT} (?:tahun lagi|years from now)\b")
NEXT_YEARS = re.compile(rf"\b{COUNT} tahun (?:ke ?depan|mendatang|berikutnya)\b|\bnext {COUNT} years\b")
LAST_YEARS = re.compile(rf"\b{COUNT} tahun (?:ter|paling )akhir\b|\blast {COUNT} years\b")
FIRST_YEARS = re.compile(rf"\b{COUNT} tahun (?:pertama|awal)\b|\bfirst {COUNT} years\b")
WHOLE_PERIOD = re.compile(
    r"\b(?:selama|sepanjang) (?:periode|renstra|masa|lima tahun|5 tahun)\b|\b(?:lima|5) tahun\b|\b(?:five|5) years\b"
    r"|\b(?:dari )?awal (?:sampai|sampe|hingga|ke|s/?d) akhir\b|\bwhole (?:period|plan)\b|\b(?:seluruh|semua|satu|se) ?periode\b"
)
END = re.compile(
    r"\bakhir (?:periode|renstra|masa|tahun renstra)\b|\btahun terakhir\b|\bujung periode\b|\bpenghujung\b|\bend of the (?:period|plan)\b|\b(?:final|last) year\b"
)
START = re.compile(r"\bawal (?:periode|renstra)\b|\btahun (?:pertama|awal)\b|\b(?:start|beginning) of the (?:period|plan)\b|\bfirst year\b")
MIDDLE = re.compile(r"\b(?:per)?tengah(?:an)? (?:periode|renstra)\b|\bparuh waktu\b|\bmid-?term\b|\bmiddle of the (?:period|plan)\b")
NTH = re.compile(rf"\btahun {ORDINAL}\b|\b(first|second|third|fourth|fifth) year\b")
PAST = re.compile(r"\b(?:realisasi|capaian|tercapai|actual|achieve)")


def number(word: str) -> int:
    """ "3", "tiga", "ketiga", "ke-3" -> 3; 0 for what is no small number."""
    digits = re.sub(r"^ke-? ?(?=\d)", "", word)
    return int(digits) if digits.isdigit() else NUMBERS.get(word) or ORDINALS.get(word, 0)


def years(text: str, period: tuple[int, int] | None, today: date) -> tuple[tuple[int, ...], bool]:
    """(years asked for, whether a span was meant). Years inside the number of a law do not count."""
    plain = SPOKEN.sub(spoken_year, LAW_YEAR.sub(" ", text.lower()))
    if span := stated_span(plain, period):
        return span, True
    if found := tuple(dict.fromkeys([*map(int, YEAR.findall(plain)), *two_digit_years(plain, period)])):
        return found, False
    if ahead := YEARS_AHEAD.search(plain):
        return (today.year + number(ahead[1]),), False
    for pattern, step in FROM_TODAY:
        if pattern.search(plain):
            return (today.year + step,), False
    return relative_to_period(plain, period, today) if period else ((), False)


def stated_span(text: str, period: tuple[int, int] | None) -> tuple[int, ...]:
    """ "2025 s.d. 2029", "2025-29", "2027 sampai akhir" -> every year of it; empty when none is stated."""
    if span := YEAR_SPAN.search(text):
        first, last = int(span[1]), int(span[2])
    elif span := SHORT_SPAN.search(text):
        first, last = int(span[1]), int(span[1][:2] + span[2])
    elif period and (span := OPEN_SPAN.search(text)):
        first, last = int(span[1]), period[1]
    else:
        return ()
    return tuple(range(first, last + 1)) if 0 < last - first <= 25 else ()


def two_digit_years(text: str, period: tuple[int, int] | None) -> list[int]:
    found = [2000 + int(digits) for digits in TWO_DIGITS.findall(text)]
    return [y for y in found if period and period[0] - NEAR_PERIOD <= y <= period[1] + NEAR_PERIOD]


def spoken_year(match: re.Match[str]) -> str:
    """ "dua ribu dua puluh tujuh" -> "2027"."""
    return str(2000 + 10 * NUMBERS[match[1]] + NUMBERS.get(match[2] or "", 0))


def relative_to_period(text: str, period: tuple[int, int], today: date) -> tuple[tuple[int, ...], bool]:
    first, last = period
    length = last - first + 1
    if found := NEXT_YEARS.search(text):
        count = number(found[1] or found[2])
        start = first if count >= length else today.year + 1
        return tuple(range(max(first, start), min(last, start + count - 1) + 1)), True
    if found := LAST_YEARS.search(text):
        # results end where the plan begins
        count, end = number(found[1] or found[2]), first - 1 if PAST.search(text) else last
        return tuple(range(end - count + 1, end + 1)), count > 1
    if found := FIRST_YEARS.search(text):
        return tuple(range(first, min(last, first + number(found[1] or found[2]) - 1) + 1)), True
    if WHOLE_PERIOD.search(text):
        return tuple(range(first, last + 1)), True
    if found := NTH.search(text):
        nth = number(found[1] or found[2])
        return ((first + nth - 1,), False) if 0 < nth <= length else ((), False)
    for pattern, year in ((END, last), (START, first), (MIDDLE, (first + last) // 2)):
        if pattern.search(text):
            return (year,), False
    return (), False


def spans(years: Sequence[int]) -> str:
    """Years in words, those that follow on another joined: "2025-2029", "2025, 2029"."""
    runs: list[list[int]] = []
    for year in sorted(set(years)):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(str(r[0]) if len(r) == 1 else f"{r[0]}-{r[-1]}" for r in runs)
