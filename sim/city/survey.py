"""What a map holds, and what is wrong with it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from sim.city.map import Map
from sim.city.roads import ROAD_CLASSES

NEEDED = ("fire_station", "police", "hospital")
"""Kinds of facility without which an ordinary day has calls that nobody can answer."""

CELL_M = 500.0
MAX_KMH = 150.0
FAR_M = 5_000.0
"""A facility further than this from its road node was put on the wrong one [assumed]."""


def survey(town: Map) -> dict[str, Any]:
    """The figures that `map info` prints; km are of directed edges, the area is that of 500 m cells with a road."""
    roads = town.roads
    km = np.bincount(roads.road_class, roads.length_m, len(ROAD_CLASSES)) / 1000.0
    cells = np.unique(np.floor(np.column_stack([roads.x, roads.y]) / CELL_M), axis=0)
    lon, lat = roads.projection.to_degrees(roads.x, roads.y)
    return {
        "name": town.name,
        "title": town.title,
        "is_schematic": town.is_schematic,
        "attribution": town.attribution,
        "nodes": roads.node_count,
        "edges": roads.edge_count,
        "km": {name: round(float(length), 1) for name, length in zip(ROAD_CLASSES, km, strict=True)},
        "tunnel_km": round(float(roads.length_m[roads.tunnel].sum()) / 1000.0, 1),
        "bridge_km": round(float(roads.length_m[roads.bridge].sum()) / 1000.0, 1),
        "box": [round(float(value), 5) for value in (lon.min(), lat.min(), lon.max(), lat.max())],
        "area_km2": round(len(cells) * CELL_M**2 / 1e6, 1),
        "people": town.population,
        "districts": {district.name: district.population for district in town.districts},
        "subdistricts": len(town.subdistricts),
        "facilities": dict(sorted(Counter(facility.kind for facility in town.facilities).items())),
        "digest": town.digest,
    }


def problems(town: Map) -> list[str]:
    """One sentence for each thing that would spoil a run; none for a sound map."""
    return [*_road_problems(town), *_facility_problems(town), *_people_problems(town)]


def _road_problems(town: Map) -> list[str]:
    roads, found = town.roads, []
    if roads.edge_count == 0:
        return ["the map has no roads"]
    ones = np.ones(roads.edge_count)
    graph = csr_array((ones, (roads.tail, roads.head)), shape=(roads.node_count, roads.node_count))
    parts, label = connected_components(graph, directed=True, connection="strong")
    if parts > 1:
        outside = roads.node_count - int(np.bincount(label).max())
        found.append(f"{outside:,} of {roads.node_count:,} nodes cannot be reached from, or cannot reach, the others")
    if not np.all(roads.length_m > 0):
        found.append(f"{int(np.sum(~(roads.length_m > 0))):,} edges have no length")
    slow = ~((roads.limit_kmh > 0) & (roads.limit_kmh <= MAX_KMH))
    if slow.any():
        found.append(f"{int(slow.sum()):,} edges have a speed limit that is not above 0 and up to {MAX_KMH:.0f} km/h")
    if not np.all(town.speed_factor > 0):
        found.append("the speed profile has values that are not above 0")
    return found


def _facility_problems(town: Map) -> list[str]:
    counts = Counter(facility.kind for facility in town.facilities)
    found = [f"there is no {kind.replace('_', ' ')} (facility kind {kind!r})" for kind in NEEDED if not counts[kind]]
    for facility in town.facilities:
        if not 0 <= facility.node < town.roads.node_count:
            found.append(f"{facility.kind} {facility.name!r} stands at node {facility.node}, which is not on the map")
            continue
        x, y = town.roads.projection.to_metres(facility.lon, facility.lat)
        away = float(np.hypot(x - town.roads.x[facility.node], y - town.roads.y[facility.node]))
        if away > FAR_M:
            found.append(f"{facility.kind} {facility.name!r} is {away / 1000:.1f} km from its road")
    return found


def _people_problems(town: Map) -> list[str]:
    found = []
    if town.population <= 0:
        found.append("nobody lives on the map")
    if np.any(town.node_people < 0) or np.any(town.node_day_people < 0):
        found.append("some nodes have fewer than no people")
    stated = sum(sub.population for sub in town.subdistricts)
    if abs(stated - town.population) > 0.001 * max(stated, 1):
        found.append(f"the subdistricts have {stated:,} residents, the nodes {town.population:,}")
    by_day = float(town.node_day_people.sum(dtype=np.float64))
    if abs(by_day - town.population) > 0.001 * max(town.population, 1):
        found.append(f"{town.population:,} people by night are {by_day:,.0f} by day")
    return found
