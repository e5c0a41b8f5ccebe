"""The square-root law of travel: the mean way to the nearest of n stations falls with the root of their density."""

from __future__ import annotations

import numpy as np

from sim.city.routing import Router
from tests.grids import grid

SIDE = 240
STEP_M = 100.0


def mean_ways(counts: list[int], draws: int) -> list[float]:
    """Mean metres from the middle of a fine grid to the nearest of randomly placed stations."""
    roads = grid(SIDE, STEP_M)
    router, rng = Router(roads), np.random.default_rng(20)
    column, row = np.arange(SIDE * SIDE) % SIDE, np.arange(SIDE * SIDE) // SIDE
    margin = SIDE // 6  # no edge effect where no station beyond the border could have been the nearest
    middle = (np.minimum(column, row) >= margin) & (np.maximum(column, row) < SIDE - margin)
    seconds = roads.length_m.copy()  # one metre a second: seconds are metres
    means = []
    for count in counts:
        stations = (rng.choice(SIDE * SIDE, count, replace=False) for _ in range(draws))
        means.append(float(np.mean([router.multi_source(nodes, seconds)[middle].mean() for nodes in stations])))
    return means


def test_the_mean_way_is_0_627_roots_of_area_per_station():
    counts = [40, 80, 160, 320, 640]
    means = mean_ways(counts, draws=24)
    area = (SIDE * STEP_M) ** 2
    constants = [mean / np.sqrt(area / count) for mean, count in zip(means, counts, strict=True)]
    # sqrt(pi/8) = 0.6267 for a Poisson field and the L1 metric; a mean over 24 draws of n stations has a relative
    # standard error of about 0.5 / sqrt(24 n) (1.6 % at n = 40): three of them
    assert np.allclose(constants, np.sqrt(np.pi / 8), rtol=0.05)
    exponent = np.polyfit(np.log(counts), np.log(means), 1)[0]
    assert abs(exponent + 0.5) <= 0.05
