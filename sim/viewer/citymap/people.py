"""Citizens as dots that go between home and day place: a sample of the population, sent once, moved by the page.

Who is away at an hour is the model's (`AT_DAY_PLACE`). When exactly he leaves within the hour, and by which big roads
he goes, is drawn and not modelled: the model itself lets nobody travel.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra
from scipy.spatial import cKDTree

from sim.city.inhabitants import AT_DAY_PLACE
from sim.city.map import Map
from sim.city.population import Population
from sim.city.roads import ROAD_CLASSES, Roads
from sim.viewer.citymap.ground import box_of
from sim.viewer.citymap.protocol import PEOPLE, STEPS, pack
from sim.viewer.legs import thinned

MOST = 100_000
"""Dots."""

HUBS = 12
"""Big roads are cut into squares, so many along the longer side; trips from square to square share their way."""

BIG = ROAD_CLASSES.index("secondary")
"""Roads of this class and above make the way of a longer trip."""

SHORT_M = 1500.0
"""A shorter trip goes straight."""

TOLERANCE_M = 30.0
NOWHERE = STEPS

GOLDEN, ROOT_2, ROOT_3, ROOT_5, ROOT_7 = (math.sqrt(5.0) - 1.0) / 2.0, *(math.sqrt(n) % 1.0 for n in (2, 3, 5, 7))
"""Irrational steps: what goes by different ones has no pattern together."""

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


class Ways(NamedTuple):
    """Polylines along big roads from square to square, m, and for each pair of squares which one (-1: none)."""

    lines: list[Floats]
    number: Ints  # (squares, squares)
    square: Ints  # by node: its nearest square


def people_of(population: Population, most: int = MOST) -> bytes:
    """The packet of a population."""
    count = min(most, len(population))
    rows = ((np.arange(count) + 0.5) * (len(population) / max(count, 1))).astype(np.int64)
    town, box = population.town, box_of(population.town)
    home, day = population.home[rows].astype(np.int64), population.day[rows].astype(np.int64)
    home_xy, day_xy = _beside(town.roads, home, 0), _beside(town.roads, day, 1)
    ways = _ways(_Shape(town))
    way, first, last = _along(ways, (home, day), home_xy, day_xy)
    used, way[way >= 0] = np.unique(way[way >= 0], return_inverse=True)
    lines = [ways.lines[number] for number in used]
    arrays: dict[str, NDArray[Any]] = {
        "home": box.shares(home_xy).ravel(),
        "dayp": box.shares(day_xy).ravel(),
        "rank": (_even(np.arange(count), GOLDEN) * STEPS).astype(np.uint16),
        "wayn": np.where(way < 0, NOWHERE, way).astype(np.uint16),
        "ifro": first.astype(np.uint16),
        "itil": last.astype(np.uint16),
        "wpts": box.shares(np.vstack([*lines, np.zeros((0, 2))])).ravel(),
        "wsta": np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.uint32),
    }
    weight = population.scale * len(population) / max(count, 1)
    text = {"away": list(AT_DAY_PLACE), "people_a_dot": round(weight, 2), "people": town.population}
    return pack(PEOPLE, 0.0, 0, text, arrays)


def _even(numbers: Ints, step: float) -> Floats:
    """Numbers spread evenly over 0 to 1 in an order without a pattern: multiples of an irrational step."""
    spread: Floats = np.asarray((numbers + 1) * step, float) % 1.0
    return spread


def _beside(roads: Roads, nodes: Ints, which: int) -> Floats:
    """A place for each beside one of the streets at his node: nobody stands in the middle of a crossing."""
    number = np.arange(len(nodes))
    degree = roads.indptr[nodes + 1] - roads.indptr[nodes]
    edge = roads.indptr[nodes] + (number * 7 + which) % np.maximum(degree, 1)
    edge = np.minimum(edge, roads.edge_count - 1)
    tail = np.column_stack([roads.x[nodes], roads.y[nodes]])
    head = np.column_stack([roads.x[roads.head[edge]], roads.y[roads.head[edge]]])
    along = 0.5 * _even(number, (ROOT_2, ROOT_3)[which])[:, None] * (degree > 0)[:, None]
    way = head - tail
    side = np.column_stack([-way[:, 1], way[:, 0]]) / np.maximum(np.hypot(*way.T), 1.0)[:, None]
    side_u = 2.0 * _even(number, (ROOT_5, ROOT_7)[which]) - 1.0
    off_m = 50.0 * side_u + 8.0 * np.sign(side_u)
    places: Floats = tail + along * way + side * off_m[:, None]
    return places


# --- ways along big roads


class _Shape:
    """A town that is equal to another with the same contents."""

    def __init__(self, town: Map) -> None:
        self.town = town

    def __hash__(self) -> int:
        return hash(self.town.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shape) and self.town.digest == other.town.digest


@lru_cache(maxsize=4)
def _ways(shape: _Shape) -> Ways:
    roads = shape.town.roads
    places = np.column_stack([roads.x, roads.y])
    nodes, graph = _big_roads(roads)
    middles = _middles(places[nodes])
    hubs = np.unique(cKDTree(places[nodes]).query(middles)[1])
    square = cKDTree(places[nodes[hubs]]).query(places)[1]
    _, before = dijkstra(graph, indices=hubs, return_predecessors=True)
    lines: list[Floats] = []
    number = np.full((len(hubs), len(hubs)), -1, np.int64)
    for a in range(len(hubs)):
        for b in range(len(hubs)):
            if a != b:
                number[a, b] = len(lines)
                lines.append(thinned(places[nodes[_walk(before[a], int(hubs[a]), int(hubs[b]))]], TOLERANCE_M))
    return Ways(lines, number, square)


def _big_roads(roads: Roads) -> tuple[Ints, csr_matrix]:
    """The nodes and the graph (s at the limits) of big roads, of all roads where there are few big ones: one piece."""
    seconds = np.maximum(roads.length_m * 3.6 / roads.limit_kmh, 0.1)
    is_big = roads.road_class <= BIG
    if is_big.sum() < 0.02 * roads.edge_count:
        is_big = np.ones(roads.edge_count, np.bool_)
    tail, head = roads.tail[is_big], roads.head[is_big]
    shape = (roads.node_count, roads.node_count)
    graph = csr_matrix((seconds[is_big], (tail, head)), shape=shape)
    _, label = connected_components(graph, directed=True, connection="strong")
    nodes = np.flatnonzero(label == np.bincount(label[np.unique(tail)]).argmax())
    return nodes, graph[nodes][:, nodes]


def _middles(places: Floats) -> Floats:
    """The middle of the places in each square that has some."""
    low, span = places.min(axis=0), max(float(np.ptp(places, axis=0).max()), 1.0)
    cell = np.floor((places - low) / span * (HUBS - 1e-9)).astype(int)
    _, which = np.unique(cell[:, 0] * HUBS + cell[:, 1], return_inverse=True)
    count = np.bincount(which)
    return np.column_stack([np.bincount(which, places[:, axis]) / count for axis in (0, 1)])


def _walk(before: Ints, start: int, end: int) -> list[int]:
    way = [end]
    while way[-1] != start and before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    return way[::-1]


def _along(ways: Ways, nodes: tuple[Ints, Ints], home: Floats, day: Floats) -> tuple[Ints, Ints, Ints]:
    """For each the way that he takes (-1: straight), and from which of its points to which."""
    way = ways.number[ways.square[nodes[0]], ways.square[nodes[1]]]
    way[np.hypot(*(home - day).T) < SHORT_M] = -1
    first, last = np.zeros(len(way), np.int64), np.zeros(len(way), np.int64)
    order = np.argsort(way, kind="stable")
    for group in np.split(order, np.flatnonzero(np.diff(way[order])) + 1):
        if not len(group) or way[group[0]] < 0:
            continue
        tree = cKDTree(ways.lines[int(way[group[0]])])
        first[group], last[group] = tree.query(home[group])[1], tree.query(day[group])[1]
    way[first >= last] = -1
    return way, first, last
