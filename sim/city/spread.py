"""Where people are: residents by night, and by day those who are at work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sim.city.map import Map, Subdistrict
from sim.city.roads import Floats, Singles


def spread_people(
    subdistricts: Sequence[Subdistrict | int], node_subdistrict: NDArray[np.integer], weights: ArrayLike
) -> Singles:
    """Whole residents for each node, in proportion to its weight within its subdistrict; each sum is exact.

    A subdistrict without nodes places nobody (its people are off the map); one whose nodes all weigh nothing
    spreads its people evenly.
    """
    weight = np.asarray(weights, np.float64)
    people = np.zeros(len(node_subdistrict), np.float32)
    for row, sub in enumerate(subdistricts):
        nodes = np.flatnonzero(node_subdistrict == row)
        if len(nodes):
            people[nodes] = share_out(_people(sub), weight[nodes])
    return people


def spread_day_people(
    subdistricts: Sequence[Subdistrict | int],
    node_subdistrict: NDArray[np.integer],
    weights: ArrayLike,
    pull: ArrayLike,
) -> Singles:
    """Whole people for each node in working hours: as many in all as residents, moved towards work places.

    `pull` has one number for each subdistrict: people there by day for one resident, before all are scaled so that
    nobody is lost; `weights` say where in the subdistrict they are.
    """
    homes = np.array([_people(sub) for sub in subdistricts], np.float64)
    present = np.bincount(node_subdistrict, minlength=len(homes))[: len(homes)] > 0
    homes[~present] = 0
    by_day = share_out(int(homes.sum()), homes * np.asarray(pull, np.float64))
    return spread_people([int(count) for count in by_day], node_subdistrict, weights)


def share_out(total: int, weights: Floats) -> NDArray[np.int64]:
    """Whole numbers in proportion to weights that sum to the total exactly (largest remainders; ties to the first)."""
    if weights.sum() <= 0.0:
        weights = np.ones(len(weights))
    exact = total * (weights / weights.sum())
    shares = np.floor(exact).astype(np.int64)
    short = total - int(shares.sum())
    order = np.argsort(shares - exact, kind="stable")
    shares[order[:short]] += 1
    return np.asarray(shares, np.int64)


def _people(sub: Subdistrict | int) -> int:
    return sub.population if isinstance(sub, Subdistrict) else sub


def near_weights(node_xy: Floats, place_xy: Floats, strength: ArrayLike, reach_m: float) -> Floats:
    """1 plus the strengths of the places, each fading with distance: s / (1 + (d / reach)²)."""
    out = np.ones(len(node_xy))
    for (x, y), s in zip(place_xy, np.asarray(strength, np.float64), strict=True):
        squared = (node_xy[:, 0] - x) ** 2 + (node_xy[:, 1] - y) ** 2
        out += s / (1.0 + squared / reach_m**2)
    return out


def day_weights(town_xy: Floats, stations_xy: Floats, sites_xy: Floats, crowds: ArrayLike) -> Floats:
    """How strongly nodes draw people by day: near metro stations (400 m) and crowd sites (500 m) [assumed]."""
    at_stations = near_weights(town_xy, stations_xy, np.full(len(stations_xy), 2.0), 400.0)
    at_sites = near_weights(town_xy, sites_xy, np.log1p(np.asarray(crowds, np.float64) / 5_000.0), 500.0)
    return at_stations + at_sites - 1.0


def day_ratios(town: Map) -> Mapping[str, float]:
    """People by day for one resident, by subdistrict: the pull that another map of the same city can use."""
    count = len(town.subdistricts)
    night = np.bincount(town.node_subdistrict, town.node_people, count)
    day = np.bincount(town.node_subdistrict, town.node_day_people, count)
    ratio = np.divide(day, night, out=np.ones(count), where=night > 0)
    return {sub.name: float(r) for sub, r in zip(town.subdistricts, ratio, strict=True)}
