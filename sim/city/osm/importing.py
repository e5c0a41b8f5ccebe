"""Make a map of a file, or of an answer of an Overpass server."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from sim.city.embedded import load_embedded
from sim.city.map import Facility, Map
from sim.city.osm.extra import need
from sim.city.osm.extract import Extract
from sim.city.osm.facilities import site
from sim.city.osm.graph import add_speeds, describe, network_of, simplify
from sim.city.osm.network import Network, Size, to_network
from sim.city.osm.reading import GRAPHML, OSM, file_format, read_graphml, read_osm, read_overpass
from sim.city.osm.report import Report, Turns
from sim.city.osm.residents import Inhabited, lies_in, settle_elsewhere, settle_in_city
from sim.city.osm.turns import restrict

ATTRIBUTION = "© OpenStreetMap contributors"
CITY = "shenzhen"


@dataclass(frozen=True, slots=True)
class Wish:
    """What the user says of a map to be made."""

    name: str
    title: str = ""
    population: int | None = None


def import_map(path: Path, wish: Wish) -> Report:
    """Read a file and make a map of it; the report holds the map."""
    kind = file_format(path)
    if kind in GRAPHML:
        return map_of_graph(read_graphml(path), Extract(), wish, str(path))
    extract = read_osm(path) if kind in OSM else read_overpass(path)
    return map_of_extract(extract, wish, str(path))


def map_of_extract(extract: Extract, wish: Wish, where: str) -> Report:
    """Make a map of what a source of OpenStreetMap data holds."""
    return map_of_graph(network_of(extract, where), extract, wish, where)


def map_of_graph(graph: Any, extract: Extract, wish: Wish, where: str) -> Report:
    """Make a map of an OSMnx graph, simplified or not; `extract` brings turn restrictions and facilities."""
    in_effect = restrict(graph, extract.restrictions)
    simple = _simplified(graph)
    add_speeds(simple)
    network = to_network(simple, where)
    city = load_embedded(CITY)
    here = city if lies_in(network, city) else None
    title = wish.title or wish.name
    if here:
        people = settle_in_city(network, here, wish.population)
    else:
        people = settle_elsewhere(network, title, wish.population)
    sited = site(extract.places, network, here)
    roads = network.roads
    return Report(
        town=_map(wish.name, title, network, people, sited.facilities, city.speed_factor),
        kept=Size(roads.node_count, roads.edge_count, float(roads.length_m.sum(dtype=np.float64)) / 1000.0),
        whole=network.whole,
        limits_by_class=network.limits_by_class,
        lanes_by_class=network.lanes_by_class,
        turns=Turns(len(extract.restrictions), in_effect, extract.unread_restrictions),
        cut_ways=extract.cut_ways,
        sited=sited,
        people=people.note,
    )


def _simplified(graph: Any) -> Any:
    if any("length" not in data for *_, data in graph.edges(data=True)):
        graph = need("osmnx").distance.add_edge_lengths(graph)
    if not graph.graph.get("simplified"):
        return simplify(graph)
    for *_, data in graph.edges(data=True):
        describe(data)
    return graph


def _map(
    name: str, title: str, network: Network, people: Inhabited, facilities: list[Facility], speed_factor: Any
) -> Map:
    subs = [people.subdistricts[row] for row in people.node_subdistrict]
    placed = [
        f if f.district else replace(f, district=subs[f.node].district, subdistrict=subs[f.node].name)
        for f in facilities
    ]
    return Map(
        name=name,
        title=title,
        is_schematic=False,
        attribution=ATTRIBUTION,
        roads=network.roads,
        districts=people.districts,
        subdistricts=people.subdistricts,
        facilities=tuple(placed),
        node_subdistrict=people.node_subdistrict,
        node_people=people.node_people,
        node_day_people=people.node_day_people,
        speed_factor=speed_factor,
        district_speed=people.district_speed,
    )
