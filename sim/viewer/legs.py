"""Ways in time: of a vehicle under way as it truly drives, or along the fastest way between two places of a log."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import shapely

from sim.city.map import Map
from sim.city.roads import Roads, Spot
from sim.city.routing import Router
from sim.city.traffic import Itinerary
from sim.viewer.marks import Floats, Leg, Place

CROW_MS = 10.0
"""Pace along a straight line where no road leads, m/s."""


def leg_of(roads: Roads, itinerary: Itinerary) -> Leg:
    """The polyline of an itinerary with its times; within an edge the pace is even."""
    edges, first, last = itinerary.edges, int(itinerary.edges[0]), int(itinerary.edges[-1])
    start = roads.at(Spot(first, itinerary.start_offset_m))
    end = roads.at(Spot(last, itinerary.end_offset_m))
    times = np.concatenate([itinerary.enter_s[:1], itinerary.exit_s]).astype(float)
    if not len(roads.shape_start):
        turns = np.column_stack([roads.x[roads.head[edges[:-1]]], roads.y[roads.head[edges[:-1]]]])
        return Leg(np.vstack([[start], turns, [end]]), times)
    points, marks = _bent(roads, itinerary, start, end)
    return Leg(points, marks)


def _bent(roads: Roads, itinerary: Itinerary, start: Place, end: Place) -> tuple[Floats, Floats]:
    """The same where edges have inner points: each is passed in proportion to the length drawn."""
    points: list[Floats] = []
    marks: list[Floats] = []
    count = len(itinerary.edges)
    for i, edge in enumerate(itinerary.edges.tolist()):
        line = roads.points(edge)
        length = max(float(roads.length_m[edge]), 1e-9)
        low = itinerary.start_offset_m / length if i == 0 else 0.0
        high = itinerary.end_offset_m / length if i == count - 1 else 1.0
        steps = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        share = steps / steps[-1] if steps[-1] > 0.0 else np.linspace(0.0, 1.0, len(steps))
        inner = (share > low) & (share < high)
        enter, leave = float(itinerary.enter_s[i]), float(itinerary.exit_s[i])
        points.append(line[inner])
        marks.append(enter + (share[inner] - low) / max(high - low, 1e-9) * (leave - enter))
        if i < count - 1:
            points.append(line[-1:])
            marks.append(np.array([leave]))
    whole = np.vstack([[start], *points, [end]])
    times = np.concatenate([itinerary.enter_s[:1], *marks, itinerary.exit_s[-1:]]).astype(float)
    return whole, times


class Way(NamedTuple):
    """How one drives between two places: points, the share of the time at which each is passed, and seconds at the
    speed limits."""

    points: Floats
    shares: Floats
    free_s: float


class Wayfinder:
    """Draws ways that a log does not tell: the fastest one at the speed limits, at an even pace."""

    def __init__(self, town: Map) -> None:
        self._roads = town.roads
        self._router = Router(town.roads)
        self._index = town.index
        self._seconds = (town.roads.length_m * 3.6 / town.roads.limit_kmh).astype(np.float32)
        self._seconds.flags.writeable = False
        self._known: dict[tuple[Place, Place], Way] = {}

    def leg(self, start: Place, end: Place, depart_s: float, arrive_s: float | None) -> Leg:
        """From one place to another; without a known arrival it takes what it takes at the limits, and a third more."""
        way = self._known.get((start, end))
        if way is None:
            way = self._known[start, end] = self._found(start, end)
        lasts_s = 1.33 * max(way.free_s, 1.0) if arrive_s is None else arrive_s - depart_s
        return Leg(way.points, depart_s + way.shares * lasts_s)

    def _found(self, start: Place, end: Place) -> Way:
        goal = self._index.nearest_spot(*end)
        route = self._router.route(self._index.nearest_spot(*start), goal, self._seconds)
        if route is None or not len(route.edges):
            away_m = float(np.hypot(end[0] - start[0], end[1] - start[1]))
            return Way(np.array([start, end], float), np.array([0.0, 1.0]), away_m / CROW_MS)
        lasts = route.shares(self._roads.length_m) * self._seconds[route.edges]
        marks = np.concatenate([[0.0], np.cumsum(lasts)])
        itinerary = Itinerary(route.edges, marks[:-1], marks[1:], route.start_offset_m, route.end_offset_m, True)
        leg = leg_of(self._roads, itinerary)
        points = np.vstack([[start], leg.points[1:-1], [end]])
        return Way(points, leg.times_s / max(float(marks[-1]), 1e-9), float(marks[-1]))


def thinned(line: Floats, tolerance_m: float) -> Floats:
    """A polyline without bends that are smaller (Douglas and Peucker 1973)."""
    if len(line) <= 2:
        return line
    return np.array(shapely.LineString(line).simplify(tolerance_m, preserve_topology=False).coords)
