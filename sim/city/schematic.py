"""A whole city from a skeleton of public facts: main roads drawn, local streets generated around them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from sim.city.map import Facility, Map
from sim.city.spread import day_weights, share_out, spread_day_people, spread_people
from sim.city.roads import ROAD_CLASSES, Floats, Ints
from sim.city.schematic_joins import Joins, allowed, zones
from sim.city.schematic_land import NOWHERE, Areas, Land, settle
from sim.city.schematic_main import MainRoads, draw_main_roads, piece_lengths
from sim.city.schematic_roads import Network, assemble
from sim.city.schematic_speeds import district_speeds, speed_factors
from sim.city.schematic_tables import Skeleton, attributes_of, read_skeleton
from sim.city.streets import Lattice, Links, knit, lay, weave
from sim.core.streams import Streams

FITTINGS = 3
"""How often the spacing of the streets is corrected, so that districts get the nodes they are due."""


def build_schematic(folder: Path) -> Map:
    """The schematic map of a folder of tables; the same on every machine."""
    skeleton = read_skeleton(folder)
    streams = Streams(int(skeleton.sheet["streets"]["seed"]))
    areas = Areas(skeleton)
    budget = _budget(skeleton)
    main = draw_main_roads(skeleton, piece_lengths(skeleton, budget))
    land = settle(skeleton, areas, main, streams)
    joins = Joins(skeleton, main)
    lattice, place = _fit(skeleton, areas, main, land, joins, budget, streams)
    xy = np.vstack([main.xy, lattice.xy])
    sub = np.concatenate([_main_subdistricts(skeleton, areas, main), lattice.sub])
    links = _streets(skeleton, areas, land, joins, lattice, place, xy, sub, streams)
    network = assemble(skeleton, main, links, xy)
    return _finish(skeleton, main, network, land, sub[network.kept])


def _budget(skeleton: Skeleton) -> Floats:
    """Nodes that each district is due: its share of the people."""
    people = np.array([district.population for district in skeleton.districts], float)
    return share_out(int(skeleton.sheet["streets"]["nodes"]), people).astype(float)


def _main_subdistricts(skeleton: Skeleton, areas: Areas, main: MainRoads) -> Ints:
    district = areas.district(main.xy)
    district[: len(skeleton.nodes)] = skeleton.node_district
    return areas.subdistrict(main.xy, district)


def _fit(
    skeleton: Skeleton, areas: Areas, main: MainRoads, land: Land, joins: Joins, budget: Floats, streams: Streams
) -> tuple[Lattice, Ints]:
    """Lattices whose crossings, with the main nodes, make up each district's budget."""
    wish = skeleton.sheet["streets"]
    owner = areas.district_of_sub
    on_main = np.bincount(owner[_main_subdistricts(skeleton, areas, main)], minlength=len(budget))
    due = np.maximum(budget - on_main, 0.1 * budget)
    people = np.array([sub.population for sub in skeleton.subdistricts], float)
    weight = people**0.6 * land.area_km2**0.4
    share = due[owner] * weight / np.bincount(owner, weight, len(budget))[owner]
    turn = _turns(skeleton, areas, main)
    correction = np.ones(len(people))
    for _ in range(FITTINGS):
        spacing = np.sqrt(np.maximum(land.area_km2, 0.2) * 1e6 / (share * correction))
        lattice = lay(land, np.maximum(spacing, 60.0), turn, wish, streams)
        place = joins.snap(lattice)
        own = lattice.sub[place >= len(main.xy)]
        got = np.maximum(np.bincount(owner[own], minlength=len(budget)), 1)
        correction *= np.clip(due / got, 0.5, 2.0)[owner]
    return lattice, place


def _turns(skeleton: Skeleton, areas: Areas, main: MainRoads) -> Floats:
    """The direction of the lattice in each subdistrict, radians: along its main roads, modulo a right angle."""
    sub = _main_subdistricts(skeleton, areas, main)[main.tail]
    east, north = (main.xy[main.head] - main.xy[main.tail]).T
    turned = (east + 1j * north) ** 4 / np.maximum(np.hypot(east, north), 1.0) ** 3
    total = np.zeros(len(skeleton.subdistricts), complex)
    np.add.at(total, sub, turned)
    return np.round(np.angle(total) / 4.0, 4)


def _streets(
    skeleton: Skeleton,
    areas: Areas,
    land: Land,
    joins: Joins,
    lattice: Lattice,
    place: Ints,
    xy: Floats,
    sub: Ints,
    streams: Streams,
) -> Links:
    wish = skeleton.sheet["streets"]
    links = weave(lattice, wish, wish["collector_every"], streams)
    seams = knit(lattice)
    links.add(seams.a, seams.b, seams.road_class)
    links.a, links.b = place[links.a], place[links.b]
    count = len(joins.main.xy)
    there = (links.a != NOWHERE) & (links.b != NOWHERE) & ((links.a >= count) | (links.b >= count))
    links = joins.cross(_single(links.keep(there)), xy, streams)
    zone = zones(areas, skeleton, sub)
    return links.keep(allowed(links, xy, zone, land, 2.0 * lattice.spacing[sub]))


def _single(links: Links) -> Links:
    """Without streets between the same two nodes; the first stays."""
    low, high = np.minimum(links.a, links.b).astype(np.int64), np.maximum(links.a, links.b)
    _, first = np.unique(low << 32 | high, return_index=True)
    return links.keep(np.sort(first))


def _finish(skeleton: Skeleton, main: MainRoads, network: Network, land: Land, sub: Ints) -> Map:
    """People, facilities and speeds on the finished roads."""
    roads = network.roads
    xy = np.column_stack([roads.x, roads.y])
    stops = np.concatenate([main.may_stop, np.ones(len(network.place) - len(main.xy), np.bool_)])[network.kept]
    homes = (stops & (land.owner(xy) != NOWHERE)).astype(float)
    facilities = _facilities(skeleton, xy, stops, sub)
    own = sub.astype(np.int16)
    return Map(
        name=skeleton.sheet["name"],
        title=skeleton.sheet["title"],
        is_schematic=True,
        attribution=skeleton.sheet["attribution"],
        roads=roads,
        districts=skeleton.districts,
        subdistricts=skeleton.subdistricts,
        facilities=facilities,
        node_subdistrict=own,
        node_people=spread_people(skeleton.subdistricts, own, homes),
        node_day_people=spread_day_people(
            skeleton.subdistricts, own, homes * _day_weights(skeleton, xy), skeleton.day_pull
        ),
        speed_factor=speed_factors(skeleton.sheet["speeds"], skeleton.congestion),
        district_speed=district_speeds(skeleton),
        has_background=skeleton.sheet["has_background"],
        has_congestion=skeleton.sheet["has_congestion"],
        landmarks={
            row[key]: int(network.place[node])
            for key in ("name_zh", "name")
            for node, row in enumerate(skeleton.nodes)
            if network.place[node] != NOWHERE
        },
    )


def _day_weights(skeleton: Skeleton, xy: Floats) -> Floats:
    kinds = np.array([row["kind"] for row in skeleton.facilities])
    crowds = [attributes_of(row["attributes"]).get("peak_crowd", 0) for row in skeleton.facilities]
    sites = np.array(crowds) > 0
    return day_weights(
        xy, skeleton.facility_xy[kinds == "metro_station"], skeleton.facility_xy[sites], np.array(crowds)[sites]
    )


def _facilities(skeleton: Skeleton, xy: Floats, stops: Any, sub: Ints) -> tuple[Facility, ...]:
    """Each at the nearest node where a vehicle can stop."""
    from scipy.spatial import cKDTree

    usable = np.flatnonzero(stops)
    _, nearest = cKDTree(xy[usable]).query(skeleton.facility_xy)
    return tuple(
        Facility(
            kind=row["kind"],
            name=row["name"],
            name_zh=row["name_zh"],
            lon=float(row["lon"]),
            lat=float(row["lat"]),
            node=int(usable[near]),
            district=row["district"],
            subdistrict=row["subdistrict"] or skeleton.subdistricts[sub[usable[near]]].name,
            grade=row["grade"],
            source=skeleton.source(row["source"]),
            attributes={**attributes_of(row["attributes"]), "position": row["position"]},
        )
        for row, near in zip(skeleton.facilities, nearest.tolist(), strict=True)
    )


__all__ = ["ROAD_CLASSES", "build_schematic"]
