"""Facilities of an imported map: from OpenStreetMap's tags, else (in Shenzhen) from the embedded table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from sim.city.map import Facility, Map
from sim.city.osm.extract import Place
from sim.city.osm.network import Network
from sim.city.osm.tags import names_of
from sim.city.roads import Projection

OSM_REACH_M, TABLE_REACH_M = 3_000.0, 1_000.0
"""A facility further than this from every road of the map is not on it: of the file (mountain huts stand far off),
of the embedded table (which covers the whole city) [assumed]."""

SAME_NAME_M = 300.0
"""Two objects of one kind and name within this are one, drawn as a point and as an outline [assumed]."""

ASSUMED: Mapping[str, Mapping[str, Any]] = {
    "fire_station": {"engines": 5, "staff": 28},  # as the defaults of maps/shenzhen
    "police": {"officers": 120, "patrol_cars": 8},
    "traffic_police": {"officers": 200},
    "hospital": {"beds": 500, "ambulances": 3, "ems": True},
    "ambulance_station": {"ambulances": 3},
    "shelter": {"capacity": 500},
}
"""Attributes where no tag tells them; their names stand in the attribute `assumed` of the facility."""

_BEDS = ("beds", "capacity:beds")


@dataclass(slots=True)
class Sited:
    """Facilities on the map, and what became of the others."""

    facilities: list[Facility] = field(default_factory=list)
    too_far: list[str] = field(default_factory=list)  # kind and name of the file's own that are out of reach
    merged: int = 0
    from_table: dict[str, int] = field(default_factory=dict)  # kind → how many came from the embedded table


def site(places: Sequence[Place], network: Network, city: Map | None) -> Sited:
    """Snap facilities to the nearest road node; kinds that OpenStreetMap has none of come from `city`."""
    out = Sited()
    nearest = Nearest(network)
    for place in sorted(places, key=lambda p: (p.kind, p.source)):
        node, away = nearest.node(place.lon, place.lat)
        one = _facility(place, node)
        if away > OSM_REACH_M:
            out.too_far.append(f"{one.kind} {one.name}")
        elif any(_is_same(one, other, network.roads.projection) for other in out.facilities):
            out.merged += 1
        else:
            out.facilities.append(one)
    found = {one.kind for one in out.facilities}
    for known in city.facilities if city else ():
        node, away = nearest.node(known.lon, known.lat)
        if known.kind not in found and away <= TABLE_REACH_M and nearest.has_in_box(known.lon, known.lat):
            out.facilities.append(replace(known, node=node))
            out.from_table[known.kind] = out.from_table.get(known.kind, 0) + 1
    return out


class Nearest:
    """The nearest road node to a place; never a copy made for a turn restriction."""

    def __init__(self, network: Network) -> None:
        roads = network.roads
        self.projection = roads.projection
        self.rows = np.flatnonzero(~network.is_copy)
        if not len(self.rows):
            self.rows = np.arange(roads.node_count)
        self.tree = cKDTree(np.column_stack([roads.x, roads.y])[self.rows])

    def node(self, lon: float, lat: float) -> tuple[int, float]:
        """Node, and its distance in metres."""
        away, row = self.tree.query(np.column_stack(self.projection.to_metres(lon, lat))[0])
        return int(self.rows[row]), float(away)

    def has_in_box(self, lon: float, lat: float) -> bool:
        """Whether a place is within the box of the roads."""
        x, y = self.projection.to_metres(lon, lat)
        low, high = self.tree.mins, self.tree.maxes
        return bool(low[0] <= x <= high[0] and low[1] <= y <= high[1])


def _facility(place: Place, node: int) -> Facility:
    name, chinese = names_of(place.tags)
    attributes = dict(ASSUMED.get(place.kind, {}))
    assumed = sorted(attributes)
    beds = next((re.match(r"\d+", place.tags[key]) for key in _BEDS if key in place.tags), None)
    if place.kind == "hospital" and beds:
        attributes["beds"] = int(beds[0])
        assumed.remove("beds")
    if place.kind == "hospital" and place.tags.get("emergency") == "no":
        attributes |= {"ems": False, "ambulances": 0}
    return Facility(
        kind=place.kind,
        name=name or f"{place.kind.replace('_', ' ').capitalize()} (unnamed, OSM {place.source})",
        name_zh=chinese,
        lon=place.lon,
        lat=place.lat,
        node=node,
        grade="measured",
        source=f"OpenStreetMap, {place.source}",
        attributes=attributes | ({"assumed": assumed} if assumed else {}),
    )


def _is_same(one: Facility, other: Facility, projection: Projection) -> bool:
    if (one.kind, one.name) != (other.kind, other.name):
        return False
    ax, ay = projection.to_metres(one.lon, one.lat)
    bx, by = projection.to_metres(other.lon, other.lat)
    return float(np.hypot(ax - bx, ay - by)) <= SAME_NAME_M
