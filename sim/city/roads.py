"""The road network as arrays: a directed graph in compressed sparse rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Ints = NDArray[np.int32]
Bytes = NDArray[np.int8]
Flags = NDArray[np.bool_]

ROAD_CLASSES = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential")
"""OpenStreetMap's classes, fastest first; the index is what `Roads.road_class` holds."""

METRES_PER_DEGREE = 111_195.0
"""Of latitude, on a sphere of mean radius 6,371,009 m."""


class Spot(NamedTuple):
    """A point on the network: so many metres along an edge."""

    edge: int
    offset_m: float


@dataclass(frozen=True, eq=False)
class Projection:
    """Local equirectangular projection: metres east and north of an origin (WGS-84)."""

    lon0: float
    lat0: float

    def to_metres(self, lon: Floats | float, lat: Floats | float) -> tuple[Floats, Floats]:
        """x and y, in metres, of longitudes and latitudes."""
        scale = METRES_PER_DEGREE * np.cos(np.radians(self.lat0))
        return (np.asarray(lon) - self.lon0) * scale, (np.asarray(lat) - self.lat0) * METRES_PER_DEGREE

    def to_degrees(self, x: Floats | float, y: Floats | float) -> tuple[Floats, Floats]:
        """Longitude and latitude of points in metres."""
        scale = METRES_PER_DEGREE * np.cos(np.radians(self.lat0))
        return np.asarray(x) / scale + self.lon0, np.asarray(y) / METRES_PER_DEGREE + self.lat0


@dataclass(frozen=True, eq=False)
class Roads:
    """Nodes, and directed edges sorted by their tail (n nodes, m edges)."""

    projection: Projection
    x: Floats  # n, metres
    y: Floats  # n, metres
    tail: Ints  # m, node where the edge starts; ascending
    head: Ints  # m, node where it ends
    length_m: Singles  # m
    road_class: Bytes  # m, index into ROAD_CLASSES
    limit_kmh: Singles  # m, speed limit
    lanes: Bytes  # m, in this direction
    tunnel: Flags  # m
    bridge: Flags  # m
    name: Ints  # m, index into names; -1 where the road has none
    names: tuple[str, ...] = ()
    names_zh: tuple[str, ...] = ()  # same order as names; "" where unknown
    shape_start: Ints = field(default_factory=lambda: np.zeros(0, np.int32))  # m + 1, or empty: all straight
    shape_xy: Singles = field(default_factory=lambda: np.zeros((0, 2), np.float32))  # inner points of the edges

    def __post_init__(self) -> None:
        assert np.all(np.diff(self.tail) >= 0), "edges must be sorted by tail"

    @property
    def node_count(self) -> int:
        return len(self.x)

    @property
    def edge_count(self) -> int:
        return len(self.tail)

    @cached_property
    def indptr(self) -> Ints:
        """n + 1; the edges that leave node u are indptr[u]:indptr[u + 1]."""
        return np.searchsorted(self.tail, np.arange(self.node_count + 1)).astype(np.int32)

    @cached_property
    def reverse_edge(self) -> Ints:
        """m; edges sorted by head (ties by edge)."""
        return np.argsort(self.head, kind="stable").astype(np.int32)

    @cached_property
    def reverse_indptr(self) -> Ints:
        """n + 1; the edges that enter node v are reverse_edge[reverse_indptr[v]:reverse_indptr[v + 1]]."""
        ends = self.head[self.reverse_edge]
        return np.searchsorted(ends, np.arange(self.node_count + 1)).astype(np.int32)

    @cached_property
    def twin(self) -> Ints:
        """m; the edge that runs back between the same two nodes over about the same length, or -1."""
        out = np.full(self.edge_count, -1, np.int32)
        pair = np.minimum(self.tail, self.head) * np.int64(self.node_count) + np.maximum(self.tail, self.head)
        order = np.argsort(pair, kind="stable")  # edges between the same two nodes stand together
        first = np.flatnonzero(np.diff(pair[order], prepend=-1))
        counts = np.diff(first, append=self.edge_count)
        one, other = order[first[counts == 2]], order[first[counts == 2] + 1]
        fits = (self.tail[one] == self.head[other]) & (np.abs(self.length_m[one] - self.length_m[other]) <= 1.0)
        out[one[fits]], out[other[fits]] = other[fits], one[fits]
        self._pair_parallel(np.sort(order[np.repeat(counts > 2, counts)]), out)
        return out

    def _pair_parallel(self, edges: NDArray[np.intp], out: Ints) -> None:
        """Twins where more than two edges join the same nodes: each takes the lowest that is left and fits."""
        waiting: dict[tuple[int, int], list[int]] = {}
        for edge in edges.tolist():
            a, b = int(self.tail[edge]), int(self.head[edge])
            back = waiting.get((b, a), [])
            for other in back:
                if abs(float(self.length_m[other] - self.length_m[edge])) <= 1.0:
                    out[edge], out[other] = other, edge
                    back.remove(other)
                    break
            else:
                waiting.setdefault((a, b), []).append(edge)

    def points(self, edge: int) -> Floats:
        """The polyline of an edge, both ends included: (k, 2) metres."""
        ends = [(self.x[self.tail[edge]], self.y[self.tail[edge]]), (self.x[self.head[edge]], self.y[self.head[edge]])]
        if not len(self.shape_start):
            return np.array(ends, float)
        inner = self.shape_xy[self.shape_start[edge] : self.shape_start[edge + 1]]
        return np.vstack([ends[:1], inner, ends[1:]]).astype(float)

    def at(self, spot: Spot) -> tuple[float, float]:
        """x and y, in metres, of a spot."""
        edge = spot.edge
        if not len(self.shape_start) or self.shape_start[edge] == self.shape_start[edge + 1]:
            share = min(max(spot.offset_m / max(float(self.length_m[edge]), 1e-9), 0.0), 1.0)
            x, y = float(self.x[self.tail[edge]]), float(self.y[self.tail[edge]])
            return (
                x + share * (float(self.x[self.head[edge]]) - x),
                y + share * (float(self.y[self.head[edge]]) - y),
            )
        line = self.points(edge)
        steps = np.hypot(*np.diff(line, axis=0).T)
        drawn = float(steps.sum())
        if drawn == 0.0:
            return float(line[0, 0]), float(line[0, 1])
        along = np.clip(spot.offset_m / max(float(self.length_m[spot.edge]), 1e-9), 0.0, 1.0) * drawn
        marks = np.concatenate([[0.0], np.cumsum(steps)])
        return float(np.interp(along, marks, line[:, 0])), float(np.interp(along, marks, line[:, 1]))

    def at_node(self, node: int) -> Spot:
        """A spot at a node: the start of its first edge, or the end of one that enters a dead end."""
        if self.indptr[node] < self.indptr[node + 1]:
            return Spot(int(self.indptr[node]), 0.0)
        edge = int(self.reverse_edge[self.reverse_indptr[node]])
        return Spot(edge, float(self.length_m[edge]))
