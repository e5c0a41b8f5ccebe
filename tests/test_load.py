"""What it is worth to be linked depends on the load, because desks and crews are contended."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.results.kpis import kpis
from tests.spine import busy_hour, city_of, lived

ARMS = ("fragmented", "linked")
SEEDS = (1, 2, 3, 4)
OTHER_SEEDS = tuple(range(11, 19))


def gains(seeds: tuple[int, ...], **scenario: Any) -> np.ndarray[Any, Any]:
    """By seed, seconds by which `linked` shortens the mean total response of `fragmented`."""
    rows = []
    for seed in seeds:
        means = [kpis(lived(city_of(busy_hour(**scenario), arm, seed)).log)["total_response_s"] for arm in ARMS]
        assert means[0] is not None and means[1] is not None
        rows.append(means[0] - means[1])
    return np.array(rows)


def is_larger(under_load: np.ndarray[Any, Any], without: np.ndarray[Any, Any], level: float) -> None:
    """Paired by seed, one-sided."""
    found = stats.ttest_rel(under_load, without, alternative="greater")
    assert found.pvalue < level, f"{without} s without load, {under_load} s under load, p = {found.pvalue:.3g}"


@pytest.mark.slow
def test_linked_gains_more_when_crews_are_few() -> None:
    is_larger(gains(SEEDS, resources={"fleet": 0.2}), gains(SEEDS), level=0.05)


@pytest.mark.slow
def test_linked_gains_more_when_crews_are_few_in_other_hours_too() -> None:
    is_larger(gains(OTHER_SEEDS, resources={"fleet": 0.2}), gains(OTHER_SEEDS), level=0.01)


@pytest.mark.slow
def test_linked_gains_more_when_there_is_more_to_do() -> None:
    """Seeds 21 to 36 gave 111 s more, sd 93 s (p = 0.0001): eight seeds find so much nine times in ten."""
    scarce = {"fleet": 0.4}
    busy = gains(OTHER_SEEDS, background={"load": 2.5}, resources=scarce)
    is_larger(busy, gains(OTHER_SEEDS, resources=scarce), level=0.05)
