"""From drivable ways to a simplified network, by OSMnx."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.sax.saxutils import quoteattr

from sim.city.osm.extra import need, osmnx_settings
from sim.city.osm.extract import Extract
from sim.city.osm.tags import MAX_KMH, MIN_KMH, ROAD_KINDS, WAY_TAGS, is_set, lanes_of, names_of
from sim.core.errors import InputError

BYTES_A_POINT = 4_500
"""Memory that an import takes for each point of its roads: 3,950 bytes measured on central Shenzhen (45,059 points)."""

_DIFFER = ("highway", "maxspeed", "tunnel", "bridge")  # a simplified edge is of one kind all along, so times are exact


def network_of(extract: Extract, where: str) -> Any:
    """The unsimplified OSMnx graph of an extract's drivable ways; InputError where there are none, or too many."""
    if not extract.ways:
        raise InputError(f"{where}: no drivable roads (ways tagged highway=motorway … residential, service) in it")
    _check_memory(len(extract.points), where)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drivable.osm"
        write_xml(extract, path)
        with osmnx_settings(useful_tags_way=list(WAY_TAGS), useful_tags_node=[]) as osmnx:
            return osmnx.graph_from_xml(path, simplify=False, retain_all=True)


def write_xml(extract: Extract, path: Path) -> None:
    """Write the drivable ways and their nodes as OSM XML."""
    with path.open("w", encoding="utf-8") as file:
        file.write('<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n')
        for id, (lon, lat) in extract.points.items():
            file.write(f'<node id="{id}" lon="{lon!r}" lat="{lat!r}"/>\n')
        for way in extract.ways.values():
            nodes = "".join(f'<nd ref="{ref}"/>' for ref in way.nodes)
            tags = "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in way.tags.items())
            file.write(f'<way id="{way.id}">{nodes}{tags}</way>\n')
        file.write("</osm>\n")


def simplify(graph: Any) -> Any:
    """One edge from junction to junction; it is split where class, limit, tunnel or bridge change.

    Its lanes are the fewest along it, its name the one that most of its pieces bear.
    """
    for _, _, data in graph.edges(data=True):
        describe(data)
    osmnx = need("osmnx")
    aggregate = {"length": sum, "lanes": _fewest, "label": _commonest}
    return osmnx.simplify_graph(graph, edge_attrs_differ=list(_DIFFER), edge_attr_aggs=aggregate)


def describe(data: dict[str, Any]) -> None:
    """Leave of an edge's attributes what a map needs, each a plain value (in place)."""
    tags = {key: str(first(value)) for key, value in data.items() if key in WAY_TAGS and first(value) is not None}
    values = {key: data[key] if isinstance(data.get(key), list) else [data.get(key)] for key in ("tunnel", "bridge")}
    kept: dict[str, Any] = {key: data[key] for key in ("length", "geometry", "speed_kph") if key in data}
    lanes = _lanes(data, tags)
    kept |= {"highway": tags.get("highway", ""), "label": names_of(tags)}
    kept |= {key: any(is_set(value) for value in found) for key, found in values.items()}
    kept |= {"lanes": lanes} if lanes else {}
    kept |= {"maxspeed": data["maxspeed"]} if data.get("maxspeed") else {}
    data.clear()
    data.update(kept)


def _lanes(data: Mapping[str, Any], tags: Mapping[str, str]) -> int | None:
    one_way, against = bool(first(data.get("oneway"))), bool(first(data.get("reversed")))
    lists = data["lanes"] if isinstance(data.get("lanes"), list) else [tags.get("lanes")]
    found = [
        lanes_of({**tags, "lanes": str(text)} if text else tags, is_one_way=one_way, is_against=against)
        for text in lists
    ]
    return min((n for n in found if n), default=None)


def add_speeds(graph: Any) -> None:
    """Limits of all edges, km/h, in place: as the source has it, else by OSMnx from maxspeed, else by our table."""
    given = {edge: kph for *edge, kph in _edges_with(graph, "speed_kph")}
    table = {highway: kind.limit_kmh for highway, kind in ROAD_KINDS.items()}
    need("osmnx").add_edge_speeds(graph, hwy_speeds=table, fallback=table["residential"])
    for (u, v, key), kph in given.items():
        graph.edges[u, v, key]["speed_kph"] = kph
    for *_, data in graph.edges(data=True):
        data["speed_kph"] = min(max(float(data["speed_kph"]), MIN_KMH), MAX_KMH)


def _edges_with(graph: Any, name: str) -> Any:
    return ((u, v, key, value) for u, v, key, value in graph.edges(keys=True, data=name) if value is not None)


def first(value: Any) -> Any:
    """A merged edge bears a list of values: take its first."""
    return value[0] if isinstance(value, list) and value else value


def _fewest(values: Sequence[int | None]) -> int | None:
    return min((value for value in values if value), default=None)


def _commonest(values: Sequence[tuple[str, str]]) -> tuple[str, str]:
    named = Counter(value for value in values if value[0])
    return min(named, key=lambda value: (-named[value], value)) if named else ("", "")


def _check_memory(points: int, where: str) -> None:
    from psutil import virtual_memory

    needed, free = points * BYTES_A_POINT, virtual_memory().available
    if needed > free:
        raise InputError(
            f"{where}: {points:,} points of road need about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB "
            "are free; cut the area out first (osmium extract --bbox W,S,E,N)"
        )
