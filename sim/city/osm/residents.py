"""Who lives on an imported map: in Shenzhen by the embedded table of subdistricts, elsewhere by a stated number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.city.map import District, Map, Subdistrict
from sim.city.osm.network import Network
from sim.city.roads import ROAD_CLASSES, Floats, Roads, Singles
from sim.city.spread import day_ratios, day_weights, share_out, spread_day_people, spread_people

PEOPLE_PER_NODE = 60
"""Residents for each road node outside Shenzhen [assumed]; imported, Monaco has 87 (38,000 people), Andorra 53."""

COVERED_M = 400.0
"""The people of a node of the embedded map are on the imported one if a road of it is as near as this [assumed]."""

IN_CITY_M = 1_500.0
"""A map lies in Shenzhen if more than half of its nodes have a node of the embedded map as near as this [assumed]."""

STREETS = ("secondary", "tertiary", "residential")
"""People live along these: a node's weight is the length of such streets that leave it, tunnels and bridges apart."""

CELL_M = 500.0


@dataclass(frozen=True, eq=False)
class Inhabited:
    """The administrative areas and the people of a map."""

    districts: tuple[District, ...]
    subdistricts: tuple[Subdistrict, ...]
    node_subdistrict: NDArray[np.int16]
    node_people: Singles
    node_day_people: Singles
    district_speed: Singles
    note: str  # how the number of people was found


def lies_in(network: Network, city: Map) -> bool:
    """Whether an imported network lies in the city of an embedded map."""
    away, _ = cKDTree(_places(city.roads, network.roads)).query(_xy(network.roads), distance_upper_bound=IN_CITY_M)
    return float(np.isfinite(away).mean()) > 0.5


def settle_in_city(network: Network, city: Map, population: int | None) -> Inhabited:
    """Subdistricts of the nearest node of the embedded map, with the share of their people that the map covers."""
    own, there = _xy(network.roads), _places(city.roads, network.roads)
    covered = _covered_people(own, there, city)
    rows = np.flatnonzero(covered)
    usable = np.isin(city.node_subdistrict, rows)
    _, nearest = cKDTree(there[usable]).query(own)
    node_row = city.node_subdistrict[usable][nearest]
    rows = np.intersect1d(rows, node_row)  # one without a node of its own is covered at its very edge only
    people = [int(covered[row]) for row in rows]
    note = (
        f"{sum(people):,} residents: of each subdistrict the share whose home in the embedded map is within "
        f"{COVERED_M:.0f} m of a road of this one"
    )
    if population is not None:
        people = [int(n) for n in share_out(population, np.array(people, float))]
        note = f"{population:,} residents as given, spread in proportion to: {note}"
    subs = tuple(_part(city.subdistricts[row], n) for row, n in zip(rows, people, strict=True))
    districts = _districts(city, subs)
    of_node = np.searchsorted(rows, node_row).astype(np.int16)
    weights, ratios = street_weights(network), day_ratios(city)
    draw = weights * _day_draw(network.roads, own, city)
    speeds = dict(zip((d.name for d in city.districts), city.district_speed, strict=True))
    return Inhabited(
        districts=districts,
        subdistricts=subs,
        node_subdistrict=of_node,
        node_people=spread_people(subs, of_node, weights),
        node_day_people=spread_day_people(subs, of_node, draw, [ratios[sub.name] for sub in subs]),
        district_speed=np.array([speeds[d.name] for d in districts], np.float32),
        note=note,
    )


def settle_elsewhere(network: Network, title: str, population: int | None) -> Inhabited:
    """One district with one subdistrict, both named after the map."""
    roads = network.roads
    people = population if population is not None else PEOPLE_PER_NODE * int((~network.is_copy).sum())
    note = f"{people:,} residents as given"
    if population is None:
        note = f"{people:,} residents: {PEOPLE_PER_NODE} for each road node, an assumption; --population sets another"
    lon, lat = (round(float(value), 6) for value in roads.projection.to_degrees(roads.x.mean(), roads.y.mean()))
    cells = {(int(x), int(y)) for x, y in zip(roads.x // CELL_M, roads.y // CELL_M, strict=True)}
    area = round(len(cells) * CELL_M**2 / 1e6, 2)
    source = "given" if population is not None else f"{PEOPLE_PER_NODE} residents for each road node"
    district = District(title, "", lon, lat, people, area, (), "assumed", f"people: {source}; area: cells with roads")
    sub = Subdistrict(title, "", title, lon, lat, people, "assumed", f"people: {source}")
    of_node = np.zeros(roads.node_count, np.int16)
    spread = spread_people([sub], of_node, street_weights(network))
    return Inhabited((district,), (sub,), of_node, spread, spread.copy(), np.ones(1, np.float32), note)


def street_weights(network: Network) -> Floats:
    """Metres of streets to live in that leave each node; none for the copies of a junction."""
    roads = network.roads
    classes = [ROAD_CLASSES.index(name) for name in STREETS]
    lived = np.isin(roads.road_class, classes) & ~roads.tunnel & ~roads.bridge
    metres = np.bincount(roads.tail, np.where(lived, roads.length_m, 0.0), roads.node_count)
    return np.where(network.is_copy, 0.0, metres)


def _covered_people(own: Floats, there: Floats, city: Map) -> NDArray[np.int64]:
    away, _ = cKDTree(own).query(there, distance_upper_bound=COVERED_M)
    count = len(city.subdistricts)
    near = np.bincount(city.node_subdistrict, np.where(np.isfinite(away), city.node_people, 0.0), count)
    total = np.bincount(city.node_subdistrict, city.node_people, count)
    residents = np.array([sub.population for sub in city.subdistricts])
    shares: Floats = np.divide(near, total, out=np.zeros(count), where=total > 0)
    covered: NDArray[np.int64] = np.rint(shares * residents).astype(np.int64)
    return covered


def _part(whole: Subdistrict, population: int) -> Subdistrict:
    return replace(whole, population=population, grade="assumed", source=f"share on this map of: {whole.source}")


def _districts(city: Map, subdistricts: Sequence[Subdistrict]) -> tuple[District, ...]:
    present = {sub.district for sub in subdistricts}
    return tuple(
        replace(
            district,
            population=sum(sub.population for sub in subdistricts if sub.district == district.name),
            adjacent=tuple(name for name in district.adjacent if name in present),
        )
        for district in city.districts
        if district.name in present
    )


def _day_draw(roads: Roads, own: Floats, city: Map) -> Floats:
    def places(kind: str) -> Floats:
        found = [(f.lon, f.lat) for f in city.facilities if f.kind == kind]
        at = np.array(found, float).reshape(-1, 2)
        return np.column_stack(roads.projection.to_metres(at[:, 0], at[:, 1]))

    crowds = [float(f.attributes.get("peak_crowd", 0)) for f in city.facilities if f.kind == "landmark"]
    return day_weights(own, places("metro_station"), places("landmark"), crowds)


def _xy(roads: Roads) -> Floats:
    return np.column_stack([roads.x, roads.y])


def _places(roads: Roads, seen_from: Roads) -> Floats:
    """The nodes of one network in the metres of another."""
    return np.column_stack(seen_from.projection.to_metres(*roads.projection.to_degrees(roads.x, roads.y)))
