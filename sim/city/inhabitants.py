"""Who the people are: shares by age and trait, hours away from home, and where they spend the day (all graded)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from sim.city.map import Map
from sim.city.spread import share_out

Counts = NDArray[np.int64]

AGE_BANDS = ("0-5", "6-14", "15-59", "60-69", "70+")
AGE_SHARES = (0.065, 0.086, 0.795, 0.037, 0.017)
"""Census of 2020 for Shenzhen: 15.1 % under 15, 79.5 % from 15 to 59, 5.4 % from 60 on, from memory, not looked up;
the split inside the first and the last by judgement (assumed)."""
WORKING_AGE = AGE_BANDS.index("15-59")

TRAITS = ("slow_on_foot", "lives_alone", "knows_first_aid", "has_car", "follows_official")
"""Bit i of the column `traits`."""
TRAIT_SHARES = {  # by age band, all assumed
    "slow_on_foot": (1.0, 0.02, 0.01, 0.08, 0.35),
    "lives_alone": (0.0, 0.0, 0.20, 0.10, 0.12),
    "knows_first_aid": (0.0, 0.02, 0.05, 0.03, 0.01),
    "has_car": (0.0, 0.0, 0.30, 0.15, 0.03),
    "follows_official": (0.0, 0.10, 0.45, 0.30, 0.15),
}

GOES_OUT = 0.85
"""Share of those of working age whose day place is not their home node (assumed)."""
OWN_DISTRICT = 0.7
"""Share of those who go out that look for a place in their own district first (assumed)."""

AT_DAY_PLACE = (0.05,) * 6 + (0.15, 0.35, 0.70, 0.90) + (0.95,) * 7 + (0.85, 0.60, 0.40, 0.30, 0.20, 0.10, 0.05)
"""Share of people who are at their day place, by hour of day: shifts at night, home by the evening (assumed)."""

assert len(AT_DAY_PLACE) == 24 and abs(sum(AGE_SHARES) - 1.0) < 1e-9

_STEPS = 1 << 16  # shares are met to 1/65536


def starts(counts: NDArray[Any]) -> Counts:
    """Where each node's rows begin, and the end of the last."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def ages_and_traits(count: int, rng: Generator) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Age band and trait bits of each row."""
    ages = np.searchsorted(np.cumsum(AGE_SHARES), (np.arange(_STEPS) + 0.5) / _STEPS).astype(np.uint8)
    age = ages[rng.integers(0, _STEPS, count, np.uint16)]
    traits = _trait_table()[age, rng.integers(0, _STEPS, count, np.uint16)]
    return age, traits


def _trait_table() -> NDArray[np.uint8]:
    """The trait bits for each age band and each of 65,536 equally likely draws; traits are independent given age."""
    table = np.zeros((len(AGE_BANDS), _STEPS), np.uint8)
    for band in range(len(AGE_BANDS)):
        chance = np.ones(1)
        for name in TRAITS:
            share = TRAIT_SHARES[name][band]
            chance = np.concatenate([chance * (1.0 - share), chance * share])
        table[band] = np.searchsorted(np.cumsum(chance), (np.arange(_STEPS) + 0.5) / _STEPS)
    return table


def day_places(town: Map, home: NDArray[Any], age: NDArray[np.uint8], rng: Generator) -> NDArray[Any]:
    """The day node of each row, so that the numbers by node are those of the map's day-time people."""
    wanted = share_out(len(home), town.node_day_people.astype(np.float64))
    stays = _stay_at_home(home, age, wanted, rng)
    leaving = np.flatnonzero(~stays).astype(np.uint32)
    free = wanted - np.bincount(home[stays], minlength=len(wanted))
    places = np.repeat(np.arange(len(wanted), dtype=home.dtype), free)
    rng.shuffle(places)
    day = home.copy()
    day[leaving] = _matched(town.node_district, home[leaving], places, rng)
    return day


def _stay_at_home(home: NDArray[Any], age: NDArray[np.uint8], wanted: Counts, rng: Generator) -> NDArray[np.bool_]:
    """Who has his day place at home; never more than the map has people there by day."""
    draws = rng.integers(0, _STEPS, len(home), np.uint16)
    stays = (age != WORKING_AGE) | (draws >= np.uint16(GOES_OUT * _STEPS))
    before = np.cumsum(stays, dtype=np.int32)  # stayers up to and with this row
    counts = np.bincount(home, minlength=len(wanted))
    first = starts(counts)[:-1]
    base = np.where(first > 0, before[np.maximum(first, 1) - 1], 0) if len(home) else first
    allowed = np.repeat((base + wanted).astype(np.int32), counts)
    may: NDArray[np.bool_] = stays & (before <= allowed)
    return may


def _matched(district: NDArray[np.int16], homes: NDArray[Any], places: NDArray[Any], rng: Generator) -> NDArray[Any]:
    """A place for each who goes out: most in the own district as far as there are places, the others anywhere."""
    day = np.empty_like(homes)
    from_district, to_district = district[homes], district[places]
    local = rng.integers(0, _STEPS, len(homes), np.uint16) < np.uint16(OWN_DISTRICT * _STEPS)
    unplaced, untaken = np.ones(len(homes), bool), np.ones(len(places), bool)
    for one in range(int(district.max(initial=-1)) + 1):
        seekers = np.flatnonzero(local & (from_district == one))
        offers = np.flatnonzero(to_district == one)
        pairs = min(len(seekers), len(offers))
        seekers = seekers[np.linspace(0, len(seekers), pairs, endpoint=False).astype(np.int64)]  # from all homes alike
        day[seekers] = places[offers[:pairs]]
        unplaced[seekers] = False
        untaken[offers[:pairs]] = False
    day[unplaced] = places[untaken]
    return day
