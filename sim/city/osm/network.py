"""From a simplified graph to arrays: the largest strongly connected part, sorted, in metres."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.city.osm.extra import need
from sim.city.osm.tags import OTHER, ROAD_KINDS, class_number
from sim.city.roads import Flags, Floats, Projection, Roads, Singles
from sim.core.errors import InputError

MIN_LENGTH_M = 0.1
"""Of an edge between two nodes at one place; an edge of no length would be no edge to a sparse matrix."""


class Size(NamedTuple):
    """How much road there is."""

    nodes: int
    edges: int
    km: float  # of directed edges


@dataclass(frozen=True, eq=False)
class Network:
    """Roads, with what only the import needs to know of them."""

    roads: Roads
    is_copy: Flags  # n, a junction's copy for an approach with a turn restriction: nobody lives there
    whole: Size  # before the largest strongly connected part was cut out
    limits_by_class: int  # edges without maxspeed
    lanes_by_class: int  # edges without a lanes tag


def size_of(graph: Any) -> Size:
    """Nodes, edges and km of a graph."""
    km = sum(length for *_, length in graph.edges(data="length")) / 1000.0
    return Size(graph.number_of_nodes(), graph.number_of_edges(), km)


def to_network(graph: Any, where: str) -> Network:
    """Cut out the part in which every node can be reached from every other, as arrays."""
    whole = size_of(graph)
    kept = need("osmnx").truncate.largest_component(graph, strongly=True)
    if kept.number_of_edges() == 0:
        raise InputError(f"{where}: no two places of its roads can be reached from each other")
    ids = sorted(kept.nodes)
    index = {id: number for number, id in enumerate(ids)}
    edges = [(index[u], index[v], key, data) for u, v, key, data in kept.edges(keys=True, data=True)]
    edges.sort(key=lambda e: (e[0], e[1], e[3]["length"], e[2]))
    lon = np.array([kept.nodes[id]["x"] for id in ids], float)
    lat = np.array([kept.nodes[id]["y"] for id in ids], float)
    projection = Projection(round((lon.min() + lon.max()) / 2, 6), round((lat.min() + lat.max()) / 2, 6))
    return Network(
        roads=_roads(projection, (lon, lat), edges),
        is_copy=np.array(["copy_of" in kept.nodes[id] for id in ids], bool),
        whole=whole,
        limits_by_class=sum("maxspeed" not in data for *_, data in edges),
        lanes_by_class=sum("lanes" not in data for *_, data in edges),
    )


def _roads(projection: Projection, degrees: tuple[Floats, Floats], edges: Sequence[tuple[int, int, int, Any]]) -> Roads:
    x, y = projection.to_metres(*degrees)
    data = [edge[3] for edge in edges]
    labels = sorted({one["label"] for one in data if one["label"][0]})
    number = {label: i for i, label in enumerate(labels)}
    shape_start, shape_xy = _shapes(projection, data)
    return Roads(
        projection=projection,
        x=x,
        y=y,
        tail=np.array([edge[0] for edge in edges], np.int32),
        head=np.array([edge[1] for edge in edges], np.int32),
        length_m=np.array([max(one["length"], MIN_LENGTH_M) for one in data], np.float32),
        road_class=np.array([class_number(one["highway"]) for one in data], np.int8),
        limit_kmh=np.array([one["speed_kph"] for one in data], np.float32),
        lanes=np.array([one.get("lanes") or _usual_lanes(one["highway"]) for one in data], np.int8),
        tunnel=np.array([one["tunnel"] for one in data], bool),
        bridge=np.array([one["bridge"] for one in data], bool),
        name=np.array([number.get(one["label"], -1) for one in data], np.int32),
        names=tuple(label[0] for label in labels),
        names_zh=tuple(label[1] for label in labels),
        shape_start=shape_start,
        shape_xy=shape_xy,
    )


def _usual_lanes(highway: str) -> int:
    return ROAD_KINDS.get(highway, ROAD_KINDS[OTHER]).lanes


def _shapes(projection: Projection, data: Sequence[Any]) -> tuple[NDArray[np.int32], Singles]:
    inner = [np.asarray(one["geometry"].coords)[1:-1] if "geometry" in one else np.zeros((0, 2)) for one in data]
    start = np.concatenate([[0], np.cumsum([len(points) for points in inner])]).astype(np.int32)
    every = np.vstack([np.zeros((0, 2)), *inner])
    return start, np.column_stack(projection.to_metres(every[:, 0], every[:, 1])).astype(np.float32)
