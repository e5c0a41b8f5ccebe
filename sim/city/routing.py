"""Routes are fields: searches start at the goal and run backwards until enough is known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city import kernels
from sim.city.kernels import Exits, Graph, Seeds
from sim.city.roads import Floats, Ints, Roads, Singles, Spot

NODE_M = 1e-3
"""A spot so near to the end of its edge is at the node."""


@dataclass(frozen=True, slots=True, eq=False)
class Route:
    """Edges in driving order: the first is driven from start_offset_m on, the last until end_offset_m."""

    edges: Ints
    start_offset_m: float
    end_offset_m: float

    def shares(self, length_m: Singles) -> Floats:
        """How much of each edge is driven, 0 to 1."""
        share = np.ones(len(self.edges))
        share[-1] = self.end_offset_m / max(float(length_m[self.edges[-1]]), 1e-9)
        share[0] -= self.start_offset_m / max(float(length_m[self.edges[0]]), 1e-9)
        return np.clip(share, 0.0, 1.0)


class Router:
    """Searches on one road network; travel times (seconds by edge, infinite where closed) come with each question.

    Travel times must not be changed after they were handed in; read-only ones let the last search be used again.
    """

    def __init__(self, roads: Roads) -> None:
        self.roads = roads
        incoming = np.array(roads.reverse_edge, np.int32)
        self._inward = Graph(np.array(roads.reverse_indptr, np.int32), incoming, roads.tail[incoming].astype(np.int32))
        ids = np.arange(roads.edge_count, dtype=np.int32)
        self._outward = Graph(np.array(roads.indptr, np.int32), ids, np.array(roads.head, np.int32))
        self._scratch = kernels.new_scratch(roads.node_count, roads.edge_count)
        self._mark = 0
        self._last: tuple[Spot, Singles, Seeds, float] | None = None

    def __getstate__(self) -> dict[str, Any]:
        return {"roads": self.roads}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["roads"])  # type: ignore[misc]

    def ways(self, spot: Spot) -> list[Spot]:
        """The spot itself and, where the road has a way back, the same place on the other side."""
        twin = int(self.roads.twin[spot.edge])
        if twin < 0:
            return [spot]
        gone = spot.offset_m / max(float(self.roads.length_m[spot.edge]), 1e-9)
        return [spot, Spot(twin, (1.0 - min(gone, 1.0)) * float(self.roads.length_m[twin]))]

    def without(self, seconds: Singles, closed: Iterable[int], *ends: Spot) -> Singles:
        """Travel times with closed edges at infinity; an edge inside which an end lies stays open."""
        edges = np.fromiter(closed, np.int64)
        if not len(edges):
            return seconds
        out = np.array(seconds, np.float32)
        out[edges] = np.inf
        for end in ends:
            if self.node_of(end) < 0:
                for way in self.ways(end):
                    out[way.edge] = seconds[way.edge]
        return frozen(out)

    def node_of(self, spot: Spot) -> int:
        """The node a spot is at, or -1 when it lies between two."""
        if spot.offset_m <= NODE_M:
            return int(self.roads.tail[spot.edge])
        if spot.offset_m >= self.roads.length_m[spot.edge] - NODE_M:
            return int(self.roads.head[spot.edge])
        return -1

    def exits(self, spot: Spot, seconds: Singles) -> list[tuple[int, float]]:
        """The nodes over which whoever is at the spot can leave, with the seconds until he is there."""
        node = self.node_of(spot)
        if node >= 0:
            return [(node, 0.0)]
        return [(int(self.roads.head[way.edge]), self._rest_s(way, seconds)) for way in self.ways(spot)]

    def exits_of(self, edges: NDArray[Any], offsets_m: Floats, units: NDArray[Any], seconds: Singles) -> Exits:
        """The exits of many units at once, two rows a unit, infinite where there is none; otherwise as `exits`."""
        roads = self.roads
        length = np.maximum(roads.length_m[edges].astype(np.float64), 1e-9)
        twin = roads.twin[edges]
        gone = np.minimum(offsets_m / length, 1.0)
        back_length = np.maximum(roads.length_m[twin].astype(np.float64), 1e-9)
        back_offset = (1.0 - gone) * roads.length_m[twin]
        with np.errstate(invalid="ignore"):  # none of an endless edge: at its end, where it does not count
            ahead = seconds[edges] * ((length - offsets_m) / length)
            back = np.where(twin >= 0, seconds[twin] * ((back_length - back_offset) / back_length), np.inf)
        at_head, at_tail = offsets_m >= roads.length_m[edges] - NODE_M, offsets_m <= NODE_M
        extra = np.concatenate([np.where(at_tail, np.inf, np.where(at_head, 0.0, ahead)),
                                np.where(at_tail, 0.0, np.where(at_head, np.inf, back))])  # fmt: skip
        nodes = np.concatenate([roads.head[edges], roads.tail[edges]]).astype(np.int32)
        return Exits(nodes, extra, np.concatenate([units, units]).astype(np.int32))

    def direct_s(self, origin: Spot, target: Spot, seconds: Singles) -> float:
        """Seconds along one and the same edge (or its twin), infinite when the target is not ahead on it."""
        return min((s for s, _, _ in self._direct(origin, target, seconds)), default=np.inf)

    def nearest(
        self,
        target: Spot,
        seconds: Singles,
        exits: Exits,
        count: int,
        limit_s: float = np.inf,
        direct: Mapping[int, float] | None = None,
    ) -> list[tuple[int, float]]:
        """The `count` units that are first at the target, as (unit, eta in s), sorted; one search backwards from it.

        `direct` holds the seconds of units on the target's own edge that need not leave it.
        """
        units, etas = self._search(target, seconds, exits, (count, limit_s))
        found = list(zip(units.tolist(), etas.tolist(), strict=True))
        for unit, eta in (direct or {}).items():
            if eta <= limit_s and np.isfinite(eta):
                found.append((unit, eta))
        best: dict[int, float] = {}
        for unit, eta in sorted(found, key=_eta_then_unit):
            best.setdefault(unit, eta)
        return list(best.items())[:count]

    def nearest_of(
        self, target: Spot, seconds: Singles, units: Mapping[int, Spot], count: int, limit_s: float = np.inf
    ) -> list[tuple[int, float]]:
        """The `count` units that are first at the target, of units at these spots."""
        if not units:
            return []
        ids = np.fromiter(units, np.int32, len(units))
        edges = np.array([spot.edge for spot in units.values()], np.int32)
        offsets = np.array([spot.offset_m for spot in units.values()])
        street = {target.edge, int(self.roads.twin[target.edge])}
        near = {unit: self.direct_s(spot, target, seconds) for unit, spot in units.items() if spot.edge in street}
        return self.nearest(target, seconds, self.exits_of(edges, offsets, ids, seconds), count, limit_s, near)

    def eta_s(self, origin: Spot, target: Spot, seconds: Singles) -> float:
        """Seconds from one spot to another, infinite when there is no way."""
        found = self.nearest_of(target, seconds, {0: origin}, 1)
        return found[0][1] if found else np.inf

    def route(self, origin: Spot, target: Spot, seconds: Singles) -> Route | None:
        """The fastest way, or None; it reads the last search's tree where that had the same target and times."""
        straight = min(self._direct(origin, target, seconds), default=None, key=lambda way: way[0])
        exits = self.exits(origin, seconds)
        best = self._best_exit(exits, target, seconds)
        if best is None or (straight is not None and straight[0] <= best[1]):
            if straight is None:
                return None
            _, start, end = straight
            return Route(np.array([start.edge], np.int32), start.offset_m, end.offset_m)
        return self._via_exit(origin, target, exits, best[0])

    def field(self, target: Spot, seconds: Singles) -> tuple[Floats, Ints]:
        """For every node the seconds to the target and the next edge on the way (-1: none, or there already)."""
        seeds = self._seeds(target, seconds)
        dist, via = kernels.engine().tree(self._inward, kernels.writable(seconds), seeds)
        return dist, via

    def multi_source(self, nodes: Iterable[int], seconds: Singles, *, outward: bool = False) -> Floats:
        """For every node the seconds to the nearest of some nodes (outward: from the nearest of them)."""
        places = np.fromiter(nodes, np.int32)
        seeds = Seeds(places, np.zeros(len(places)), np.full(len(places), -1, np.int32))
        graph = self._outward if outward else self._inward
        dist: Floats = kernels.engine().tree(graph, kernels.writable(seconds), seeds)[0]
        return dist

    def _seeds(self, target: Spot, seconds: Singles) -> Seeds:
        """The nodes from which the target's own edge is entered."""
        node = self.node_of(target)
        if node >= 0:
            return Seeds(np.array([node], np.int32), np.zeros(1), np.array([-1], np.int32))
        ways = self.ways(target)
        return Seeds(
            np.array([self.roads.tail[way.edge] for way in ways], np.int32),
            np.array([self._part_s(way.edge, way.offset_m, seconds) for way in ways]),
            np.array([way.edge for way in ways], np.int32),
        )

    def _part_s(self, edge: int, metres: float, seconds: Singles) -> float:
        return float(seconds[edge]) * (metres / max(float(self.roads.length_m[edge]), 1e-9))

    def _rest_s(self, spot: Spot, seconds: Singles) -> float:
        return self._part_s(spot.edge, float(self.roads.length_m[spot.edge]) - spot.offset_m, seconds)

    def _direct(self, origin: Spot, target: Spot, seconds: Singles) -> list[tuple[float, Spot, Spot]]:
        """Ways that stay on one edge: (seconds, from, to)."""
        twin = int(self.roads.twin[target.edge])
        if origin.edge not in (target.edge, twin):
            return []
        pairs = [(a, b) for a in self.ways(origin) for b in self.ways(target)]
        return [
            (self._part_s(a.edge, b.offset_m - a.offset_m, seconds), a, b)
            for a, b in pairs
            if a.edge == b.edge and a.offset_m <= b.offset_m and np.isfinite(seconds[a.edge])
        ]

    def _search(self, target: Spot, seconds: Singles, exits: Exits, wanted: tuple[int, float]) -> tuple[Ints, Floats]:
        count, limit_s = wanted
        if len(exits.unit) <= 2 * count:  # then the search may stop when all are found
            count = len(set(exits.unit.tolist()))
        if count < 1:
            return np.zeros(0, np.int32), np.zeros(0)
        self._mark += 1
        seeds = self._seeds(target, seconds)
        bounds = (self._mark, count, float(limit_s))
        units, etas, seen = kernels.engine().nearest(
            self._inward, kernels.writable(seconds), seeds, exits, self._scratch, bounds
        )
        self._last = (target, seconds, seeds, seen)
        return units, etas

    def _best_exit(self, exits: list[tuple[int, float]], target: Spot, seconds: Singles) -> tuple[int, float] | None:
        """Which exit is on the fastest way, and the seconds by it; a new search unless the last one tells."""
        for is_new in (False, True):
            if is_new:
                nodes, extra = zip(*exits, strict=True)
                units = np.zeros(len(exits), np.int32)
                self._search(target, seconds, Exits(np.array(nodes, np.int32), np.array(extra), units), (1, np.inf))
            elif not self._knows(target, seconds):
                continue
            etas = [self._settled_s(node) + extra for node, extra in exits]
            best = int(np.argmin(etas))
            assert self._last is not None
            if np.isfinite(etas[best]) and etas[best] <= self._last[3]:
                return best, etas[best]
        return None

    def _knows(self, target: Spot, seconds: Singles) -> bool:
        """Whether the last search was for the same target and times."""
        if self._last is None or seconds.flags.writeable:
            return False
        return self._last[0] == target and self._last[1] is seconds

    def _settled_s(self, node: int) -> float:
        """Seconds from a node to the goal of the last search, infinite where that did not come."""
        assert self._last is not None
        dist = float(self._scratch.dist[node])
        return dist if self._scratch.stamp[node] == self._mark and dist <= self._last[3] else np.inf

    def _via_exit(self, origin: Spot, target: Spot, exits: list[tuple[int, float]], best: int) -> Route:
        assert self._last is not None
        _, seconds, seeds, _ = self._last
        way = kernels.engine().walk(self._outward, seconds, seeds, self._scratch, exits[best][0])
        start_offset_m = 0.0
        if self.node_of(origin) < 0:
            start = self.ways(origin)[best]
            way = np.concatenate([np.array([start.edge], np.int32), way])
            start_offset_m = start.offset_m
        if not len(way):
            return Route(np.array([target.edge], np.int32), target.offset_m, target.offset_m)
        return Route(way, start_offset_m, self._end_offset_m(int(way[-1]), target))

    def _end_offset_m(self, last_edge: int, target: Spot) -> float:
        if self.node_of(target) < 0:
            for way in self.ways(target):
                if way.edge == last_edge:
                    return way.offset_m
        return float(self.roads.length_m[last_edge])


def _eta_then_unit(found: tuple[int, float]) -> tuple[float, int]:
    return found[1], found[0]


def frozen(seconds: Singles) -> Singles:
    """A read-only view: nobody can change what others may hold too."""
    view = seconds.view()
    view.flags.writeable = False
    return view
