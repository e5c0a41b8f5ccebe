"""Routes are fields: searches start at the goal and run backwards until enough is known."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from sim.city import kernels, spots
from sim.city.kernels import Crow, Exits, Graph, Seeds
from sim.city.roads import Floats, Ints, Roads, Singles, Spot


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


class Standing(NamedTuple):
    """Where units stand, in arrays."""

    id: Ints
    edge: Ints
    offset_m: Floats

    @classmethod
    def of(cls, units: Mapping[int, Spot]) -> Standing:
        """Units by id and spot."""
        edges = np.array([spot.edge for spot in units.values()], np.int32)
        offsets_m = np.array([spot.offset_m for spot in units.values()], float)
        return cls(np.fromiter(units, np.int32, len(units)), edges, offsets_m)


class _Own(threading.local):
    """What a search writes on: each thread has its own, for cities of several threads ask one router at once."""

    def __init__(self, roads: Roads) -> None:
        self.scratch = kernels.new_scratch(roads.node_count, roads.edge_count)
        self.mark = 0  # of the newest search, in the scratch arrays
        self.last: _Search | None = None
        self.crow: tuple[Singles, Crow] | None = None

    def next_mark(self) -> int:
        """The mark of one more search."""
        self.mark += 1
        return self.mark


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
        self._own = _Own(roads)
        self._x, self._y = np.array(roads.x, float), np.array(roads.y, float)
        straight_m = np.hypot(self._x[roads.tail] - self._x[roads.head], self._y[roads.tail] - self._y[roads.head])
        self._straight_m = np.maximum(straight_m, 1e-9)

    def __getstate__(self) -> dict[str, Any]:
        return {"roads": self.roads}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["roads"])  # type: ignore[misc]

    def exits(self, spot: Spot, seconds: Singles) -> list[tuple[int, float]]:
        """The nodes over which whoever is at the spot can leave, with the seconds until he is there."""
        return spots.exits(self.roads, spot, seconds)

    def exits_of(self, units: Mapping[int, Spot], seconds: Singles) -> Exits:
        """The exits of many units at once, by their ids."""
        ids, edges, offsets_m = Standing.of(units)
        return spots.exits_of(self.roads, edges, offsets_m, ids, seconds)

    def without(self, seconds: Singles, closed: Iterable[int], *ends: Spot) -> Singles:
        """Travel times with closed edges at infinity; an edge inside which an end lies stays open."""
        edges = np.fromiter(closed, np.int64)
        if not len(edges):
            return seconds
        out = np.array(seconds, np.float32)
        out[edges] = np.inf
        for end in ends:
            if spots.node_of(self.roads, end) < 0:
                for way in spots.ways(self.roads, end):
                    out[way.edge] = seconds[way.edge]
        return frozen(out)

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
        found = list(zip(etas.tolist(), units.tolist(), strict=True))
        found += [(eta, unit) for unit, eta in (direct or {}).items() if eta <= limit_s and np.isfinite(eta)]
        best: dict[int, float] = {}
        for eta, unit in sorted(found):
            best.setdefault(unit, eta)
        return list(best.items())[:count]

    def nearest_of(
        self, target: Spot, seconds: Singles, units: Mapping[int, Spot], count: int, limit_s: float = np.inf
    ) -> list[tuple[int, float]]:
        """The `count` units that are first at the target, as (unit, eta in s), sorted; units by id and spot."""
        return self.nearest_at(target, seconds, Standing.of(units), count, limit_s)

    def nearest_at(
        self, target: Spot, seconds: Singles, units: Standing, count: int, limit_s: float = np.inf
    ) -> list[tuple[int, float]]:
        """The same for units in arrays."""
        is_near = (units.edge == target.edge) | (units.edge == self.roads.twin[target.edge])
        near = {
            int(units.id[k]): self.direct_s(Spot(int(units.edge[k]), float(units.offset_m[k])), target, seconds)
            for k in np.flatnonzero(is_near).tolist()
        }
        exits = spots.exits_of(self.roads, units.edge, units.offset_m, units.id, seconds)
        return self.nearest(target, seconds, exits, count, limit_s, near)

    def etas_to(self, origin: Spot, targets: Mapping[int, Spot], seconds: Singles) -> dict[int, float]:
        """Seconds from a spot to each of some targets, by their ids; one search forwards, infinite without a way."""
        etas = {goal: self.direct_s(origin, target, seconds) for goal, target in targets.items()}
        doors = [(goal, spots.seeds_of(self.roads, target, seconds)) for goal, target in targets.items()]
        rows = Exits(
            np.concatenate([door.node for _, door in doors]),
            np.concatenate([door.seconds for _, door in doors]),
            np.repeat(np.array([goal for goal, _ in doors], np.int32), [len(door.node) for _, door in doors]),
        )
        nodes, extra_s = zip(*self.exits(origin, seconds), strict=True)
        starts = Seeds(np.array(nodes, np.int32), np.array(extra_s, float), np.full(len(nodes), -1, np.int32))
        own = self._own
        own.last = None  # the scratch arrays hold no tree towards a target any more
        bounds = (own.next_mark(), len(targets), np.inf)
        plain = kernels.writable(seconds)
        found, found_s, _ = kernels.engine().nearest(self._outward, plain, starts, rows, own.scratch, bounds)
        for goal, eta_s in zip(found.tolist(), found_s.tolist(), strict=True):
            etas[goal] = min(etas[goal], eta_s)
        return etas

    def direct_s(self, origin: Spot, target: Spot, seconds: Singles) -> float:
        """Seconds along one and the same edge (or its twin), infinite when the target is not ahead on it."""
        way = spots.direct(self.roads, origin, target, seconds)
        return way[0] if way else np.inf

    def eta_s(self, origin: Spot, target: Spot, seconds: Singles) -> float:
        """Seconds from one spot to another, infinite when there is no way."""
        found = self.nearest_of(target, seconds, {0: origin}, 1)
        return found[0][1] if found else np.inf

    def route(self, origin: Spot, target: Spot, seconds: Singles) -> Route | None:
        """The fastest way, or None; the last search's tree is read where it had the same target and times."""
        straight = spots.direct(self.roads, origin, target, seconds)
        exits = self.exits(origin, seconds)
        found = self._best_exit(exits, target, seconds)
        if straight and (found is None or straight[0] <= found[1]):
            _, start, end = straight
            return Route(np.array([start.edge], np.int32), start.offset_m, end.offset_m)
        if found is None:
            return None
        best = found[0]
        way = self._walk(exits[best][0])
        if spots.node_of(self.roads, origin) >= 0:
            if not len(way):  # there already
                return Route(np.array([target.edge], np.int32), target.offset_m, target.offset_m)
            return Route(way, 0.0, self._end_offset_m(int(way[-1]), target))
        start = spots.ways(self.roads, origin)[best]
        way = np.concatenate([np.array([start.edge], np.int32), way])
        return Route(way, start.offset_m, self._end_offset_m(int(way[-1]), target))

    def field(self, target: Spot, seconds: Singles) -> tuple[Floats, Ints]:
        """For every node the seconds to the target and the next edge on the way (-1: none, or there already)."""
        seeds = spots.seeds_of(self.roads, target, seconds)
        dist, via = kernels.engine().tree(self._inward, kernels.writable(seconds), seeds)
        return dist, via

    def multi_source(self, nodes: Iterable[int], seconds: Singles, *, outward: bool = False) -> Floats:
        """For every node the seconds to the nearest of some nodes (outward: from the nearest of them)."""
        places = np.fromiter(nodes, np.int32)
        seeds = Seeds(places, np.zeros(len(places)), np.full(len(places), -1, np.int32))
        graph = self._outward if outward else self._inward
        dist: Floats = kernels.engine().tree(graph, kernels.writable(seconds), seeds)[0]
        return dist

    def _search(self, target: Spot, seconds: Singles, exits: Exits, wanted: tuple[int, float]) -> tuple[Ints, Floats]:
        count, limit_s = wanted
        if len(exits.unit) <= 2 * count:  # then the search may stop when all are found
            count = len(set(exits.unit.tolist()))
        if count < 1:
            return np.zeros(0, np.int32), np.zeros(0)
        own = self._own
        seeds = spots.seeds_of(self.roads, target, seconds)
        bounds = (own.next_mark(), count, float(limit_s))
        plain = kernels.writable(seconds)
        units, etas, seen_s = kernels.engine().nearest(self._inward, plain, seeds, exits, own.scratch, bounds)
        own.last = _Search(target, seconds, seeds, seen_s)
        return units, etas

    def _best_exit(self, exits: list[tuple[int, float]], target: Spot, seconds: Singles) -> tuple[int, float] | None:
        """Which exit is on the fastest way, and the seconds by it; a new search unless the last one tells."""
        own = self._own
        if own.last is not None and own.last.answers(target, seconds):
            known = self._known_exit(exits, own.last)
            if known is not None:
                return known
        nodes, extra_s = zip(*exits, strict=True)
        rows = Exits(np.array(nodes, np.int32), np.array(extra_s, float), np.zeros(len(exits), np.int32))
        seeds, crow = spots.seeds_of(self.roads, target, seconds), self._crow_at(seconds)
        plain = kernels.writable(seconds)
        kernels.engine().toward(self._inward, plain, seeds, rows, own.scratch, crow, own.next_mark())
        own.last = _Search(target, seconds, seeds, np.inf, is_for_all=False)
        return self._known_exit(exits, own.last)

    def _crow_at(self, seconds: Singles) -> Crow:
        """The crow's pace at these travel times; kept as long as they stay the same."""
        own = self._own
        if own.crow is None or own.crow[0] is not seconds or seconds.flags.writeable:
            pace = float((np.maximum(seconds, kernels.SHORTEST_S) / self._straight_m).min())
            own.crow = seconds, Crow(self._x, self._y, pace * (1.0 - 1e-9) if pace < np.inf else 0.0)
        return own.crow[1]

    def _known_exit(self, exits: list[tuple[int, float]], search: _Search) -> tuple[int, float] | None:
        """The best exit, if the search went far enough to be sure of it."""
        etas = [self._settled_s(node, search) + extra_s for node, extra_s in exits]
        best = int(np.argmin(etas))
        return (best, etas[best]) if etas[best] < np.inf and etas[best] <= search.seen_s else None

    def _settled_s(self, node: int, search: _Search) -> float:
        """Seconds from a node to the goal of the search, infinite where that did not come."""
        own = self._own
        dist = float(own.scratch.dist[node])
        return dist if own.scratch.stamp[node] == own.mark and dist <= search.seen_s else np.inf

    def _walk(self, node: int) -> Ints:
        """The edges from a settled node to the goal of the last search."""
        own = self._own
        assert own.last is not None
        way: Ints = kernels.engine().walk(self._outward, own.last.seconds, own.last.seeds, own.scratch, node)
        return way

    def _end_offset_m(self, last_edge: int, target: Spot) -> float:
        if spots.node_of(self.roads, target) < 0:
            for way in spots.ways(self.roads, target):
                if way.edge == last_edge:
                    return way.offset_m
        return float(self.roads.length_m[last_edge])


@dataclass(frozen=True, slots=True, eq=False)
class _Search:
    """What the scratch arrays hold: a tree towards a target, final as far as seen_s."""

    target: Spot
    seconds: Singles
    seeds: Seeds
    seen_s: float
    is_for_all: bool = True  # else it looked towards one origin only

    def answers(self, target: Spot, seconds: Singles) -> bool:
        """Whether it was for this target and these very times, which nobody can have changed since."""
        same = self.target == target and self.seconds is seconds and not seconds.flags.writeable
        return same and self.is_for_all


def frozen(seconds: Singles) -> Singles:
    """A read-only view: nobody can change what others may hold too."""
    view = seconds.view()
    view.flags.writeable = False
    return view
