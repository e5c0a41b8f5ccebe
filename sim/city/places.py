"""Places by name: where a scenario's words are on the road network."""

from __future__ import annotations

import math

import numpy as np

from sim.city.map import District, Map, Subdistrict
from sim.city.roads import Spot
from sim.core.errors import InputError, unknown

MARGIN_M = 2_000.0
"""A point further than this from any road is outside the map."""


def place_named(name: str, town: Map) -> Spot:
    """The spot of a facility, landmark, interchange, subdistrict or district of that name (English or Chinese)."""
    roads = town.roads
    for facility in town.facilities:
        if name in (facility.name, facility.name_zh):
            return roads.at_node(facility.node)
    if name in town.landmarks:
        return roads.at_node(town.landmarks[name])
    areas: list[District | Subdistrict] = [*town.subdistricts, *town.districts]
    for area in areas:
        if name in (area.name, area.name_zh):
            return place_at(area.lon, area.lat, town)
    known = [f.name for f in town.facilities] + list(town.landmarks) + [a.name for a in town.subdistricts]
    raise unknown("place", name, known)


def place_at(lon: float, lat: float, town: Map) -> Spot:
    """The nearest point of the roads to a longitude and latitude; InputError when that is outside the map."""
    roads = town.roads
    x, y = (float(value) for value in roads.projection.to_metres(lon, lat))
    spot = town.index.nearest_spot(x, y)
    at = roads.at(spot)
    away = math.hypot(at[0] - x, at[1] - y)
    if away > MARGIN_M:
        west, south = roads.projection.to_degrees(float(roads.x.min()), float(roads.y.min()))
        east, north = roads.projection.to_degrees(float(roads.x.max()), float(roads.y.max()))
        raise InputError(
            f"place {lon:g}, {lat:g} is outside the map {town.name!r}, {away / 1000:.1f} km from its nearest road; "
            f"the map spans {west:.3f} to {east:.3f} E and {south:.3f} to {north:.3f} N"
        )
    return spot


def place_of_node(node: int | str, town: Map) -> Spot:
    """The spot of a node, by number or by name."""
    if isinstance(node, str):
        if node not in town.landmarks:
            raise unknown("place.node", node, town.landmarks)
        return town.roads.at_node(town.landmarks[node])
    if not 0 <= node < town.roads.node_count:
        raise InputError(f"place.node is {node}; the map {town.name!r} has nodes 0 to {town.roads.node_count - 1}")
    return town.roads.at_node(node)


def edges_near(town: Map, spot: Spot, radius_m: float, road: str = "") -> tuple[int, ...]:
    """The edges whose middle lies within a radius of a spot, of a road of that name if one is given."""
    roads = town.roads
    x, y = roads.at(spot)
    middle_x = (roads.x[roads.tail] + roads.x[roads.head]) / 2
    middle_y = (roads.y[roads.tail] + roads.y[roads.head]) / 2
    near = np.hypot(middle_x - x, middle_y - y) <= radius_m
    if road:
        numbers = [i for i, name in enumerate(roads.names) if name == road]
        numbers += [i for i, name in enumerate(roads.names_zh) if name == road]
        if not numbers:
            raise unknown("road", road, roads.names)
        near &= np.isin(roads.name, numbers)
    found = tuple(int(edge) for edge in np.flatnonzero(near))
    if not found:
        raise InputError(f"no road{' ' + repr(road) if road else ''} within {radius_m:g} m of the place of the closure")
    return found
