"""Speeds by class, hour and district, from the congestion figures of a schematic map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sim.city.map import HOURS
from sim.city.roads import ROAD_CLASSES, Singles
from sim.city.schematic_tables import Skeleton
from sim.city.tables_map import Row
from sim.core.errors import InputError


def speed_factors(speeds: dict[str, Any], congestion: Sequence[Row]) -> Singles:
    """Speed of traffic / limit, by class and hour: down from night to each rush hour and back.

    `peak` is the mean of both rush hours; the city's measured speeds say how much faster the morning is.
    """
    if tuple(speeds["classes"]) != ROAD_CLASSES or any(len(speeds[k]) != HOURS for k in ("morning", "evening")):
        raise InputError(f"map.toml: [speeds] needs classes {', '.join(ROAD_CLASSES)} and {HOURS} hours in each row")
    morning_kmh, evening_kmh = _city_peaks(congestion)
    mean_kmh = (morning_kmh + evening_kmh) / 2.0
    night, peak = np.array(speeds["night"]), np.array(speeds["peak"])
    down_to = (peak * morning_kmh / mean_kmh, peak * evening_kmh / mean_kmh)
    rush = (np.array(speeds["morning"]), np.array(speeds["evening"]))
    loss = [np.outer(night - low, share) for low, share in zip(down_to, rush, strict=True)]
    return (night[:, None] - loss[0] - loss[1]).astype(np.float32)


def district_speeds(skeleton: Skeleton) -> Singles:
    """Measured peak speed of each district / the mean over the city's two peaks, never so that a limit is passed."""
    peaks = {row["name"]: float(row["pm_peak_kmh"]) for row in skeleton.congestion if row["scope"] == "district"}
    mean_kmh = sum(_city_peaks(skeleton.congestion)) / 2.0
    fastest = float(speed_factors(skeleton.sheet["speeds"], skeleton.congestion)[:, 7:20].max())
    ratio = [peaks.get(district.name, mean_kmh) / mean_kmh for district in skeleton.districts]
    return np.minimum(ratio, 1.0 / fastest).astype(np.float32)


def _city_peaks(congestion: Sequence[Row]) -> tuple[float, float]:
    city = next(row for row in congestion if row["scope"] == "city")
    return float(city["am_peak_kmh"]), float(city["pm_peak_kmh"])
