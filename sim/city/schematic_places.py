"""People, facilities and speeds on the finished roads of a schematic map."""

from __future__ import annotations

import numpy as np

from sim.city.map import Facility, Map
from sim.city.roads import Flags, Floats, Ints, Roads
from sim.city.schematic_land import NOWHERE, Land
from sim.city.schematic_main import TRUNK
from sim.city.schematic_roads import Network
from sim.city.schematic_speeds import district_speeds, speed_factors
from sim.city.schematic_tables import Skeleton
from sim.city.spread import day_weights, spread_day_people, spread_people
from sim.city.tables_map import attributes_of


def furnish(skeleton: Skeleton, network: Network, land: Land, sub: Ints) -> Map:
    """The map: people live on built-up land along streets and slower roads; vehicles of a station stand there too."""
    roads, sheet = network.roads, skeleton.sheet
    xy = np.column_stack([roads.x, roads.y])
    stops = _stops(roads)
    homes = (stops & (land.owner(xy) != NOWHERE)).astype(float)
    own = sub.astype(np.int16)
    return Map(
        name=sheet["name"],
        title=sheet["title"],
        is_schematic=True,
        attribution=sheet["attribution"],
        roads=roads,
        districts=skeleton.districts,
        subdistricts=skeleton.subdistricts,
        facilities=_facilities(skeleton, xy, stops, sub),
        node_subdistrict=own,
        node_people=spread_people(skeleton.subdistricts, own, homes),
        node_day_people=spread_day_people(
            skeleton.subdistricts, own, homes * _attraction(skeleton, xy), skeleton.day_pull
        ),
        speed_factor=speed_factors(sheet["speeds"], skeleton.congestion),
        district_speed=district_speeds(skeleton),
        has_background=sheet["has_background"],
        has_congestion=sheet["has_congestion"],
        landmarks=_landmarks(skeleton, network.place),
    )


def _stops(roads: Roads) -> Flags:
    """Nodes where a vehicle can stand and people can live: on a street or a slower main road, in the open."""
    calm = (roads.road_class > TRUNK) & ~roads.tunnel & ~roads.bridge
    out = np.zeros(roads.node_count, np.bool_)
    out[roads.tail[calm]] = out[roads.head[calm]] = True
    return out


def _attraction(skeleton: Skeleton, xy: Floats) -> Floats:
    """How strongly metro stations and crowd sites draw people to the nodes around them by day."""
    crowd = np.array([attributes_of(row["attributes"]).get("peak_crowd", 0) for row in skeleton.facilities], float)
    is_metro = np.array([row["kind"] == "metro_station" for row in skeleton.facilities])
    return day_weights(xy, skeleton.facility_xy[is_metro], skeleton.facility_xy[crowd > 0], crowd[crowd > 0])


def _landmarks(skeleton: Skeleton, place: Ints) -> dict[str, int]:
    """The named nodes, by both their names; an English name wins where two agree."""
    return {
        row[key]: int(place[node])
        for key in ("name_zh", "name")
        for node, row in enumerate(skeleton.nodes)
        if place[node] != NOWHERE
    }


def _facilities(skeleton: Skeleton, xy: Floats, stops: Flags, sub: Ints) -> tuple[Facility, ...]:
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
            node=int(node),
            district=row["district"],
            subdistrict=row["subdistrict"] or skeleton.subdistricts[sub[node]].name,
            grade=row["grade"],
            source=skeleton.sources.get(row["source"], row["source"]),
            attributes={**attributes_of(row["attributes"]), "position": row["position"]},
        )
        for row, node in zip(skeleton.facilities, usable[nearest].tolist(), strict=True)
    )
