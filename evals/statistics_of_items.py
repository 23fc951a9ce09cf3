"""One number of many items' contributions: vectorised over the last axis, so that a bootstrap can draw all at once. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from evals.score import Floats

BINS = 10


def ratio(pairs: npt.ArrayLike) -> Floats:
    part, whole = np.moveaxis(np.asarray(pairs, dtype=float).sum(axis=-2), -1, 0)
    return np.asarray(np.divide(part, whole, out=np.zeros_like(part), where=whole > 0))


def median(values: npt.ArrayLike) -> Floats:
    return np.asarray(np.median(np.asarray(values, dtype=float), axis=-1))


def percentile_95(values: npt.ArrayLike) -> Floats:
    # the smallest value that 95 of 100 do not exceed: of two values the larger
    return np.asarray(np.quantile(np.asarray(values, dtype=float), 0.95, axis=-1, method="inverted_cdf"))


def calibration_error(pairs: npt.ArrayLike) -> Floats:
    """Expected calibration error over ten equal bins: |mean probability - share that came true|, weighted by size."""
    p, y = np.moveaxis(np.asarray(pairs, dtype=float), -1, 0)
    bins = np.minimum((p * BINS).astype(int), BINS - 1)
    gaps = [np.abs(np.where(bins == b, p - y, 0.0).sum(axis=-1)) for b in range(BINS)]
    return np.asarray(sum(gaps) / p.shape[-1])
