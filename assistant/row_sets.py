"""Which rows have a thing, ready for many questions; and the numerals that tell one unit from another. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ingest.terms import fold

T = TypeVar("T")
ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix")


def rows_with(things: Sequence[Iterable[T]]) -> dict[T, npt.NDArray[np.int64]]:
    """For each thing the positions of the rows that have it. `things`: those of each row."""
    found: dict[T, list[int]] = {}
    for i, own in enumerate(things):
        for one in own:
            found.setdefault(one, []).append(i)
    return {one: np.array(rows, dtype=np.int64) for one, rows in found.items()}


def numerals(text: str) -> frozenset[str]:
    """Roman numerals and small numbers that tell one unit or region from another ("Wilayah II", "inspektorat 3")."""
    found = re.findall(r"(?<=[a-z] )(?:([ivx]{1,4})|([1-9]))(?![\w.,/)%-])", fold(text))
    return frozenset(roman or ROMAN[int(digit)] for roman, digit in found)
