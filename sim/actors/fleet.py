"""Fleets: how many units each station has, where they are posted, and what the log says of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.actors.tables import CrewTable
from sim.actors.unit import Post
from sim.city.map import Facility, Map
from sim.city.spread import share_out
from sim.core.vocabulary import Service
from sim.hazards.tables import hazard_tables


class Berth(NamedTuple):
    """One unit to be: its name and post."""

    name: str
    post: Post


def share_of_city(town: Map) -> float:
    """The part of the tables' city that a map holds."""
    return town.population / hazard_tables().background.people.value


def berths(town: Map, service: Service, table: CrewTable, factor: float) -> list[Berth]:
    """The units of a service: the city's fleet in proportion to people, by what stations have (toy map: as listed)."""
    stations = [one for one in town.facilities if one.kind == table.station and _size(one, table) > 0]
    stations = stations or [one for one in town.facilities if one.kind == table.or_station]
    if not stations:
        return []
    sizes = np.array([max(_size(one, table), 1.0) for one in stations], float)
    if town.has_background:
        total = max(len(_districts(stations)), round(table.fleet.value * share_of_city(town) * factor))
    else:
        total = max(1, round(float(sizes.sum()) * factor))
    found = []
    for station, count in zip(stations, share_out(total, sizes), strict=True):
        for number, node in enumerate(_posts(town, station, table, int(count))):
            name = f"{table.unit_prefix}-{short_name(station)}-{number + 1}"
            found.append(Berth(name, Post(station.name, station.district, town.roads.at_node(node))))
    return found


def _posts(town: Map, station: Facility, table: CrewTable, count: int) -> list[int]:
    """At the station; or, on patrol, spread over its area so that each has about the same number of people around."""
    if table.is_posted_at_station or not town.has_background or count < 1:
        return [station.node] * count
    own = _area(town, station)
    order = own[np.lexsort((town.roads.y[own], town.roads.x[own] // 1000.0))]
    weight = np.cumsum(town.node_people[order].astype(float) + 1e-9)
    marks = (np.arange(count) + 0.5) / count * weight[-1]
    return [int(order[i]) for i in np.searchsorted(weight, marks)]


def _area(town: Map, station: Facility) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """The nodes of the station's subdistrict, or of its district."""
    subs = [i for i, sub in enumerate(town.subdistricts) if sub.name == station.subdistrict]
    if not subs:
        subs = [i for i, sub in enumerate(town.subdistricts) if sub.district == station.district]
    own = np.flatnonzero(np.isin(town.node_subdistrict, subs))
    return own if len(own) else np.array([station.node])


def _size(station: Facility, table: CrewTable) -> float:
    return float(station.attributes.get(table.attribute, 0) or 0) if table.attribute else 1.0


def _districts(stations: list[Facility]) -> set[str]:
    return {station.district for station in stations}


def short_name(station: Facility) -> str:
    """A station's name without what all stations of its kind share."""
    words = station.name
    for common in (
        " Fire and Rescue Station",
        " Police Substation",
        " Traffic Police Brigade",
        " Station",
        "Shenzhen ",
    ):
        words = words.replace(common, "")
    return words.strip().replace(" ", "_")
