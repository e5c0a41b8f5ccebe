"""Main roads and streets put together as one strongly connected network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.city.roads import ROAD_CLASSES, Flags, Floats, Ints, Roads
from sim.city.schematic_land import NOWHERE
from sim.city.schematic_main import MainRoads
from sim.city.schematic_tables import Skeleton
from sim.city.streets import Links


@dataclass(frozen=True, eq=False)
class Network:
    """The roads that are left when what cannot be reached, or left, is cut off."""

    roads: Roads
    kept: Flags  # which of the drawn nodes are left
    place: Ints  # the new number of each drawn node, or NOWHERE


def assemble(skeleton: Skeleton, main: MainRoads, links: Links, xy: Floats) -> Network:
    """Directed edges of both, sorted, reduced to the largest strongly connected part."""
    table = np.concatenate([_main_edges(skeleton, main, xy), _street_edges(skeleton, links, xy)])
    kept = _strong(table["tail"], table["head"], len(xy))
    place = np.where(kept, np.cumsum(kept) - 1, NOWHERE).astype(np.int32)
    table = table[kept[table["tail"]] & kept[table["head"]]]
    table["tail"], table["head"] = place[table["tail"]], place[table["head"]]
    table = table[np.lexsort((table["head"], table["tail"]))]
    roads = Roads(
        projection=skeleton.projection,
        x=xy[kept, 0].copy(),
        y=xy[kept, 1].copy(),
        names=tuple(road.name for road in skeleton.roads),
        names_zh=tuple(road.name_zh for road in skeleton.roads),
        **{name: table[name].copy() for name in _EDGE.names or ()},
    )
    return Network(roads, kept, place)


_EDGE = np.dtype(
    [
        ("tail", np.int32),
        ("head", np.int32),
        ("length_m", np.float32),
        ("road_class", np.int8),
        ("limit_kmh", np.float32),
        ("lanes", np.int8),
        ("tunnel", np.bool_),
        ("bridge", np.bool_),
        ("name", np.int32),
    ]
)


def _main_edges(skeleton: Skeleton, main: MainRoads, xy: Floats) -> np.ndarray:
    out = np.zeros(len(main.tail), _EDGE)
    out["tail"], out["head"], out["name"] = main.tail, main.head, main.road
    out["road_class"] = np.array([road.road_class for road in skeleton.roads])[main.road]
    out["limit_kmh"] = np.array([road.limit_kmh for road in skeleton.roads])[main.road]
    out["lanes"] = np.array([max(1, road.lanes // 2) for road in skeleton.roads])[main.road]
    out["tunnel"], out["bridge"] = main.tunnel, main.bridge
    out["length_m"] = _lengths(xy, main.tail, main.head, float(skeleton.sheet["main_roads"]["winding"]))
    return _both_ways(out, np.zeros(len(out), np.bool_))


def _street_edges(skeleton: Skeleton, links: Links, xy: Floats) -> np.ndarray:
    out = np.zeros(len(links.a), _EDGE)
    out["tail"], out["head"], out["name"] = links.a, links.b, -1
    out["road_class"], out["bridge"] = links.road_class, links.bridge
    for column, section in (("limit_kmh", "limits_kmh"), ("lanes", "lanes")):
        by_class = [float(skeleton.sheet[section].get(name, 0)) for name in ROAD_CLASSES]
        out[column] = np.array(by_class)[links.road_class]
    out["length_m"] = _lengths(xy, links.a, links.b, float(skeleton.sheet["streets"]["winding"]))
    return _both_ways(out, links.oneway)


def _lengths(xy: Floats, a: Ints, b: Ints, winding: float) -> Floats:
    """Travelled length, metres, to 0.1 m and at least 1 m."""
    return np.asarray(np.maximum(np.round(np.hypot(*(xy[a] - xy[b]).T) * winding, 1), 1.0))


def _both_ways(edges: np.ndarray, oneway: Flags) -> np.ndarray:
    back = edges[~oneway]
    back["tail"], back["head"] = edges["head"][~oneway], edges["tail"][~oneway]
    return np.concatenate([edges, back])


def _strong(tail: Ints, head: Ints, count: int) -> Flags:
    """Nodes of the largest strongly connected part."""
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import connected_components

    graph = csr_matrix((np.ones(len(tail), np.int8), (tail, head)), (count, count))
    _, label = connected_components(graph, connection="strong")
    return np.asarray(label == np.bincount(label).argmax())
