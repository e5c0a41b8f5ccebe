"""How fast one gets along a road: by class, hour and district, with the noise of the day, and closures."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from scipy.special import ndtri

from sim.city.map import HOURS, Map
from sim.city.roads import ROAD_CLASSES, Flags, Floats, Ints, Singles, Spot
from sim.city.routing import Route, frozen
from sim.city.spots import NODE_M
from sim.core.quantities import Grade, Quantity
from sim.core.streams import Streams

HOUR_S = 3600.0
SIGNALLED = tuple(ROAD_CLASSES.index(name) for name in ("primary", "secondary"))
"""Roads whose crossings have signals; motorways and trunk roads have none, small streets few."""

PEAK_HOURS = (7, 8, 9, 17, 18, 19)
"""Hours of day at which a district's own factor holds (assumed: the weekly report [S12] names no hours)."""

SIREN_GAIN = Quantity(
    value=1.3, unit="1", grade=Grade.ASSUMED, low=1.0, high=1.6,
    source="vehicles with lights and siren against ordinary traffic, never above the limit; by judgement",
)  # fmt: skip
DAY_SD = Quantity(
    value=0.08, unit="1", grade=Grade.ASSUMED, low=0.0, high=0.2,
    source="sd of the log of travel time from day to day, one draw a day and road class; by judgement",
)  # fmt: skip
EDGE_SD = Quantity(
    value=0.25, unit="1", grade=Grade.ASSUMED, low=0.0, high=0.5,
    source="sd of the log of travel time of one edge from hour to hour; by judgement",
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Itinerary:
    """A route in time: when each edge is entered and left, in seconds on the model's clock."""

    edges: Ints
    enter_s: Floats
    exit_s: Floats
    start_offset_m: float
    end_offset_m: float
    ends_inside: bool  # the goal lies inside the last edge, not at a node

    @property
    def arrival_s(self) -> float:
        return float(self.exit_s[-1])

    def edge_at(self, t: float) -> int:
        """Index of the edge on which the vehicle is at t; at the very moment of a change, the edge it enters."""
        return min(int(np.searchsorted(self.exit_s, t, side="right")), len(self.edges) - 1)

    def first_closed(self, closed: Container[int], after_s: float) -> tuple[int, float] | None:
        """Index and time of the first closed edge that would be entered at or after a moment.

        Where it starts inside an edge it is on it already, and up to a goal inside an edge one can come.
        """
        last = len(self.edges) - (1 if self.ends_inside else 0)
        for i in range(int(np.searchsorted(self.enter_s, after_s, side="left")), last):
            if int(self.edges[i]) in closed and not (i == 0 and self.start_offset_m > NODE_M):
                return i, float(self.enter_s[i])
        return None


class Clearing(NamedTuple):
    """Edges whose signals are set for one vehicle, and the share of its time there that it need not lose."""

    edges: frozenset[int]
    saves: float


class Traffic:
    """Travel times: what is believed of an hour, what is true of it, and the true closures."""

    def __init__(self, town: Map, streams: Streams, start_s: float = 0.0) -> None:
        self.town = town
        self.start_s = start_s  # seconds of day at t = 0
        self.closed: set[int] = set()
        self._streams = streams
        self._expected: dict[tuple[int, bool], Singles] = {}
        self._true: dict[tuple[int, bool], Singles] = {}

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_expected": {}, "_true": {}}

    def hour_at(self, t: float) -> int:
        """Hours since the midnight before the start."""
        return int((self.start_s + t) // HOUR_S)

    def expected_s(self, hour: int, *, siren: bool) -> Singles:
        """Seconds by edge that everybody expects at an hour: the hourly profile, without closures (read-only)."""
        key = (hour % HOURS, siren)
        if key not in self._expected:
            self._expected[key] = frozen(self._profile_s(*key))
        return self._expected[key]

    def true_s(self, hour: int, *, siren: bool) -> Singles:
        """Seconds by edge in an hour since the first midnight: expected times noise, without closures (read-only)."""
        if not self.town.has_congestion:
            return self.expected_s(hour, siren=siren)
        key = (hour, siren)
        if key not in self._true:
            self._true = {k: v for k, v in self._true.items() if abs(k[0] - hour) <= 1}
            self._true[key] = frozen((self.expected_s(hour, siren=siren) * self._noise(hour)).astype(np.float32))
        return self._true[key]

    def drive(self, route: Route, depart_s: float, *, siren: bool, clearing: Clearing | None = None) -> Itinerary:
        """When a vehicle that departs then is where; each edge at the speed of the hour in which it is entered."""
        length = self.town.roads.length_m
        share = route.shares(length)
        marks = np.empty(len(share) + 1)
        marks[0], done = depart_s, 0
        while done < len(share):
            hour = self.hour_at(marks[done])
            ends_s = (hour + 1) * HOUR_S - self.start_s
            seconds = share[done:] * self.true_s(hour, siren=siren)[route.edges[done:]]
            if clearing is not None:
                seconds = seconds * self.left_of(route.edges[done:], hour, clearing)
            done += edge_times(seconds, ends_s, marks[done:])
        inside = route.end_offset_m < length[route.edges[-1]] - NODE_M
        return Itinerary(route.edges, marks[:-1], marks[1:], route.start_offset_m, route.end_offset_m, bool(inside))

    def left_of(self, edges: Ints, hour: int, clearing: Clearing) -> Floats:
        """What is left of a siren's time on each edge, 0 to 1: never so little that the limit would be passed."""
        roads = self.town.roads
        free_s = roads.length_m[edges] * 3.6 / roads.limit_kmh[edges]
        least = free_s / self.expected_s(hour, siren=True)[edges]
        is_set = np.isin(edges, np.fromiter(clearing.edges, np.int64)) & self.is_signalled(edges)
        left: Floats = np.where(is_set, np.minimum(1.0, np.maximum(1.0 - clearing.saves, least)), 1.0)
        return left

    def is_signalled(self, edges: Ints) -> Flags:
        """Which of these edges have signals."""
        flags: Flags = np.isin(self.town.roads.road_class[edges], SIGNALLED)
        return flags

    def close(self, edge: int) -> None:
        """From now on nobody can enter the edge."""
        self.closed.add(edge)

    def reopen(self, edge: int) -> None:
        """The edge can be entered again."""
        self.closed.discard(edge)

    def is_closed(self, edge: int) -> bool:
        """Whether the edge truly cannot be entered."""
        return edge in self.closed

    def position(self, itinerary: Itinerary, t: float) -> Spot:
        """Where the vehicle is at t: exact along the edge, at the ends before departure and after arrival."""
        i = itinerary.edge_at(t)
        edge = int(itinerary.edges[i])
        start = itinerary.start_offset_m if i == 0 else 0.0
        is_last = i == len(itinerary.edges) - 1
        end = itinerary.end_offset_m if is_last else float(self.town.roads.length_m[edge])
        lasts = float(itinerary.exit_s[i] - itinerary.enter_s[i])
        done = 1.0 if lasts <= 0.0 else min(max((t - float(itinerary.enter_s[i])) / lasts, 0.0), 1.0)
        return Spot(edge, start + done * (end - start))

    def cut(self, itinerary: Itinerary, index: int) -> Itinerary:
        """The itinerary up to the start of its edge `index` (at least 1): the vehicle stops before a closed one."""
        end = float(self.town.roads.length_m[itinerary.edges[index - 1]])
        parts = {name: getattr(itinerary, name)[:index] for name in ("edges", "enter_s", "exit_s")}
        return replace(itinerary, **parts, end_offset_m=end, ends_inside=False)

    def _profile_s(self, hour: int, siren: bool) -> Singles:
        roads = self.town.roads
        factor = self.town.speed_factor[roads.road_class, hour].astype(np.float64)
        if hour in PEAK_HOURS:
            factor = factor * self.town.district_speed[self.town.node_district[roads.tail]]
        if siren:
            factor = np.maximum(factor, np.minimum(1.0, factor * SIREN_GAIN.value))
        seconds: Singles = (roads.length_m * 3.6 / (roads.limit_kmh * factor)).astype(np.float32)
        return seconds

    def _noise(self, hour: int) -> Floats:
        """Factor on the travel time of each edge: lognormal with mean 1, the same whatever policies do."""
        roads = self.town.roads
        day = self._normals("traffic.day", len(ROAD_CLASSES), hour // HOURS)
        edge = self._normals("traffic.edge", roads.edge_count, hour)
        return _lognormal(day, DAY_SD.value)[roads.road_class] * _lognormal(edge, EDGE_SD.value)

    def _normals(self, name: str, count: int, time: int) -> Floats:
        uniforms = self._streams.uniforms(name, np.arange(count), time)
        normals: Floats = ndtri(np.maximum(uniforms, 2.0**-54))
        return normals


def edge_times(lasts_s: Floats, until_s: float, marks: Floats) -> int:
    """Fill marks[1:] with the ends of edges driven one after the other from marks[0] on.

    Returns how many (at least one) are entered before until_s; later marks are to be filled anew.
    """
    np.cumsum(np.concatenate([marks[:1], lasts_s]), out=marks)
    return max(1, int(np.searchsorted(marks[:-1], until_s, side="left")))


def _lognormal(normals: Floats, sd: float) -> Floats:
    factor: Floats = np.exp(sd * normals - sd * sd / 2.0)
    return factor
