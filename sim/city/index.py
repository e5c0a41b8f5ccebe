"""What lies near a point: edges, nodes, nodes inside a polygon; each index is built when first asked."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.city.roads import Ints, Roads, Spot

if TYPE_CHECKING:
    from scipy.spatial import cKDTree
    from shapely import Polygon, STRtree

REMEMBERED = 5_000
"""So many answers are kept before all are forgotten: memory stays bounded over a study of many runs."""


class SpatialIndex:
    """Look-ups by place on one road network."""

    def __init__(self, roads: Roads) -> None:
        self.roads = roads

    def __getstate__(self) -> dict[str, Any]:
        return {"roads": self.roads}

    def nearest_spot(self, x: float, y: float) -> Spot:
        """The nearest point of the road network; of the two sides of a road the edge with the lower id."""
        known = self._known.get((x, y))  # every unit that goes to a case asks for the same place
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[x, y] = self._nearest_spot(x, y)
        return known

    def _nearest_spot(self, x: float, y: float) -> Spot:
        from shapely import Point

        point = Point(x, y)
        edge = int(self._line_edges[self._lines.query_nearest(point)].min())
        line = self._lines.geometries[int(np.searchsorted(self._line_edges, edge))]
        drawn = float(line.length)
        share = float(line.project(point)) / drawn if drawn > 0.0 else 0.0
        return Spot(edge, share * float(self.roads.length_m[edge]))

    def nearest_node(self, x: float, y: float) -> int:
        """The nearest node."""
        return int(self._nodes.query((x, y))[1])

    def nodes_within(self, x: float, y: float, radius_m: float) -> Ints:
        """The nodes not farther than that, ascending."""
        return np.array(sorted(self._nodes.query_ball_point((x, y), radius_m)), np.int32)

    def nodes_inside(self, polygon: Polygon) -> Ints:
        """The nodes inside a polygon (in metres of the map's projection), ascending."""
        from shapely import contains_xy, prepare

        west, south, east, north = polygon.bounds
        x, y = self.roads.x, self.roads.y
        box = np.flatnonzero((x >= west) & (x <= east) & (y >= south) & (y <= north))
        prepare(polygon)
        inside: Ints = box[contains_xy(polygon, x[box], y[box])].astype(np.int32)
        return inside

    @cached_property
    def _known(self) -> dict[tuple[float, float], Spot]:
        return {}

    @cached_property
    def _nodes(self) -> cKDTree:
        from scipy.spatial import cKDTree

        return cKDTree(np.column_stack([self.roads.x, self.roads.y]))

    @cached_property
    def _line_edges(self) -> Ints:
        """Edges with a line in the tree, ascending: one for each two-way road."""
        twin = self.roads.twin
        return np.flatnonzero((twin < 0) | (np.arange(len(twin)) < twin)).astype(np.int32)

    @cached_property
    def _lines(self) -> STRtree:
        from shapely import STRtree, linestrings

        points, owner = _polylines(self.roads, self._line_edges)
        return STRtree(linestrings(points, indices=owner))


def _polylines(roads: Roads, edges: Ints) -> tuple[Any, Any]:
    """All points of the edges one after the other, and which of the edges each belongs to."""
    ends = np.arange(len(edges))
    start = np.column_stack([roads.x[roads.tail[edges]], roads.y[roads.tail[edges]]])
    stop = np.column_stack([roads.x[roads.head[edges]], roads.y[roads.head[edges]]])
    inner, owner = np.zeros((0, 2)), np.zeros(0, np.int64)
    if len(roads.shape_start):
        first = roads.shape_start[edges].astype(np.int64)
        counts = roads.shape_start[edges + 1] - first
        owner = np.repeat(ends, counts)
        along = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        inner = roads.shape_xy[np.repeat(first, counts) + along].astype(float)
    owners = np.concatenate([ends, owner, ends])
    order = np.argsort(owners, kind="stable")
    return np.concatenate([start, inner, stop])[order], owners[order]
