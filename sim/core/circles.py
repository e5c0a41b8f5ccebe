"""Where circles on the ground meet: what the people of a place see, and what results count, is one law."""

from __future__ import annotations

import math

Place = tuple[float, float]
"""x and y, m."""


def meet(centre: Place, radius_m: float, place: Place, reach_m: float) -> bool:
    """Whether a circle has any of another one in it; one of radius 0 is a point, which is in or out."""
    away = math.dist(centre, place)
    return away + reach_m <= radius_m or (reach_m > 0.0 and away < radius_m + reach_m)
