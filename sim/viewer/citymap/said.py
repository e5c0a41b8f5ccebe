"""What a page says of the map; nothing of it is trusted."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.viewer.citymap.protocol import Box

TYPES = ("click", "escape")
MODES = ("pick", "place")
SORTS = (
    "", "unit", "incident", "case", "sighting", "extent", "alert", "rumour", "closure", "facility", "place", "shadow",
)  # fmt: skip
LONGEST_ID = 200


class MapEvent(NamedTuple):
    """Somebody has clicked (or pressed Enter) at a place, on a thing or beside all things; or has pressed Escape."""

    type: str
    mode: str  # pick; place: he was asked for a place
    sort: str  # of the thing; empty: there is none
    id: str
    lon: float
    lat: float
    x: float  # m
    y: float


def read_event(content: object, box: Box) -> MapEvent | None:
    """An event of a page; None when it is not one, or lies outside the map."""
    if not isinstance(content, Mapping):
        return None
    words = [content.get(name, "") for name in ("type", "mode", "sort", "id")]
    numbers = [content.get(name) for name in ("lon", "lat", "x", "y")]
    if not all(isinstance(word, str) and len(word) <= LONGEST_ID for word in words):
        return None
    if not all(_is_number(number) for number in numbers):
        return None
    event = MapEvent(*words, *(float(number) for number in numbers))  # type: ignore[arg-type]
    is_known = event.type in TYPES and event.mode in MODES and event.sort in SORTS
    return event if is_known and _is_inside(box, event.x, event.y) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_inside(box: Box, x: float, y: float) -> bool:
    wide, tall = box.east - box.west, box.north - box.south
    return box.west - wide <= x <= box.east + wide and box.south - tall <= y <= box.north + tall
