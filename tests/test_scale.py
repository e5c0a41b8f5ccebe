"""Nothing depends on how many people a row of the population stands for."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim.core import events as ev
from sim.core.log import Log
from sim.results.kpis import kpis
from tests.spine import busy_hour, city_of, lived

MEASURES = ("total_response_s", "ems_total_response_s", "within_target_share", "expected_deaths", "calls", "handoffs")
SEEDS = (1, 2, 3)
MORE_SEEDS = tuple(range(1, 11))

CONFIDENCE = 1 - 0.05 / len(MEASURES)
"""Family-wise 5 % over the measures (Bonferroni)."""


def script(log: Log) -> list[tuple[Any, ...]]:
    """All that is exogenous: incidents and the fates of those hurt at their start, without rows of the population."""
    found: list[tuple[Any, ...]] = []
    started = set()
    for entry in log:
        event = entry.event
        if isinstance(event, ev.IncidentStarted):
            started.add((event.incident, entry.t))
            found.append((entry.t, event.incident, event.x, event.y, event.floor, dict(event.needs), event.victims))
        elif isinstance(event, ev.PatientHarmed) and (event.incident, entry.t) in started:
            found.append((entry.t, event.patient, event.condition, event.severity, event.reference_s))
    return found


def measured(scale: float, seeds: tuple[int, ...]) -> dict[str, np.ndarray[Any, Any]]:
    """The measures of a busy hour by seed."""
    rows = [kpis(lived(city_of(busy_hour(), "linked", seed, scale)).log) for seed in seeds]
    return {name: np.array([row[name] for row in rows], float) for name in MEASURES}


def no_difference(one: dict[str, Any], other: dict[str, Any]) -> None:
    """The interval of the mean paired difference holds 0, or there is no difference at all."""
    for name in MEASURES:
        gap = other[name] - one[name]
        if not gap.any():
            continue
        reach = stats.t.ppf(0.5 + CONFIDENCE / 2, len(gap) - 1) * gap.std(ddof=1) / np.sqrt(len(gap))
        assert abs(gap.mean()) <= reach, f"{name}: {gap.mean():.4g} ± {reach:.3g} (was {one[name].mean():.5g})"


def test_the_script_is_the_same_at_any_scale() -> None:
    one, other = (script(lived(city_of(busy_hour(), "fragmented", 1, scale), 3600).log) for scale in (100.0, 10.0))
    assert len(one) > 150
    assert one == other


@pytest.mark.slow
def test_measures_are_the_same_at_one_to_a_hundred_and_one_to_ten() -> None:
    no_difference(measured(100.0, SEEDS), measured(10.0, SEEDS))


@pytest.mark.slow
def test_measures_are_the_same_over_more_seeds() -> None:
    no_difference(measured(100.0, MORE_SEEDS), measured(10.0, MORE_SEEDS))


@pytest.mark.slow
def test_measures_are_the_same_with_everybody_in_a_row_of_his_own() -> None:
    no_difference(measured(10.0, SEEDS), measured(1.0, SEEDS))
