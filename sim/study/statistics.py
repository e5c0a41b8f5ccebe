"""Paired differences, their intervals, and the correction for having looked at several.

All arms meet the same seeds, so a difference is taken run by run. Where a KPI is a mean, the mean difference gets
Student's interval. Where it is a percentile, the differences are further from normal, and the interval comes from a
bootstrap over runs: Student's t is recomputed in each resample and its 95 % quantile replaces the tabled one
(studentised, symmetric).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.core.streams import Streams

LEVEL = 0.95
RESAMPLES = 4_000
LEAST_FOR_BOOTSTRAP = 8
"""With fewer runs the resamples repeat themselves too often to tell a tail; Student's interval is used."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean paired difference b − a: its interval, p against no difference, and what pairing gained."""

    mean: float | None
    low: float | None
    high: float | None
    p: float | None
    n: int
    method: str
    variance: float | None = None  # of the paired difference
    variance_unpaired: float | None = None  # of the difference, had the arms met different seeds


def paired(a: Sequence[float | None], b: Sequence[float | None], *, is_percentile: bool = False) -> Estimate:
    """The mean of b − a over the runs in which both exist."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if x is not None and y is not None]
    if not pairs:
        return Estimate(None, None, None, None, 0, "no run has it in both arms")
    before, after = np.array(pairs, dtype=np.float64).T
    change = after - before
    mean, n = float(change.mean()), len(change)
    if n == 1:
        return Estimate(mean, None, None, None, 1, "one run: no interval")
    variance = float(change.var(ddof=1))
    low, high, p, method = _interval(change, is_percentile)
    unpaired = float(before.var(ddof=1) + after.var(ddof=1))
    return Estimate(mean, low, high, p, n, method, variance, unpaired)


def _interval(change: NDArray[np.float64], is_percentile: bool) -> tuple[float, float, float, str]:
    """Lower and upper end, p, and the method's name."""
    n, mean = len(change), float(change.mean())
    error = float(change.std(ddof=1)) / n**0.5
    # Sums of floats leave dust: runs that differ by the same amount have a spread of nothing.
    if error <= 1e-12 * max(1.0, abs(mean)):
        return mean, mean, 1.0 if abs(mean) <= 1e-12 else 2.0 ** (1 - n), "sign test: the same in every run"
    size = abs(mean) / error
    if is_percentile and n >= LEAST_FOR_BOOTSTRAP:
        sizes = _resampled_sizes(change)
        reach = float(np.quantile(sizes, LEVEL, method="higher")) * error
        p = (1 + int((sizes >= size).sum())) / (1 + len(sizes))
        if np.isfinite(reach):  # it is not where most runs differ by the same amount, and resamples have no spread
            return mean - reach, mean + reach, p, "bootstrap over runs"
    from scipy.special import stdtr, stdtrit

    reach = float(stdtrit(n - 1, (1 + LEVEL) / 2)) * error
    return mean - reach, mean + reach, float(2 * stdtr(n - 1, -size)), "Student's t"


def _resampled_sizes(change: NDArray[np.float64]) -> NDArray[np.float64]:
    """|t| of the mean of each resample against the mean at hand; the draws are the same for every set of n runs."""
    n = len(change)
    picks = Streams(0).of("study.bootstrap", n).integers(0, n, size=(RESAMPLES, n))
    resampled = change[picks]
    error = resampled.std(axis=1, ddof=1) / n**0.5
    shift = np.abs(resampled.mean(axis=1) - change.mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        sizes: NDArray[np.float64] = np.where(shift <= 1e-12, 0.0, shift / error)
    return sizes


def holm(p: Sequence[float | None]) -> list[float | None]:
    """Holm's adjusted p values, in the order given; what has no p takes no place in the family."""
    known = sorted((value, place) for place, value in enumerate(p) if value is not None)
    adjusted: list[float | None] = [None] * len(p)
    worst = 0.0
    for rank, (value, place) in enumerate(known):
        worst = max(worst, min(1.0, value * (len(known) - rank)))
        adjusted[place] = worst
    return adjusted


@dataclass(frozen=True, slots=True)
class Summary:
    """One KPI of one arm over its runs."""

    mean: float | None
    sd: float | None
    p50: float | None
    p90: float | None
    n: int


def summary(values: Sequence[float | None]) -> Summary:
    """Mean, sample standard deviation, median and 90th percentile over the runs in which the KPI exists."""
    known = np.array([value for value in values if value is not None], dtype=np.float64)
    if not len(known):
        return Summary(None, None, None, None, 0)
    sd = float(known.std(ddof=1)) if len(known) > 1 else None
    p50, p90 = (float(value) for value in np.quantile(known, (0.5, 0.9)))
    return Summary(float(known.mean()), sd, p50, p90, len(known))
