"""Roads under a fallen slope, but for one way in and out that crews dig free at once."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable

from sim.city.roads import Roads, Spot
from sim.hazards.world import World

Step = tuple[int, int]
"""An edge, and the node that it leads to."""


def covered_roads(world: World, centre: tuple[float, float], radius_m: float, spot: Spot) -> tuple[int, ...]:
    """Edges with both ends in the circle, except the shortest way from the spot out of it, and into it."""
    roads = world.town.roads
    inside = {int(node) for node in world.population.index.nodes_within(*centre, radius_m)}
    covered = {edge for node in inside for edge, head in _out(roads, node) if head in inside}
    free = {spot.edge}
    for node in (int(roads.tail[spot.edge]), int(roads.head[spot.edge])):
        if node in inside:
            out = _way(roads, node, inside, _out)
            is_both = all(roads.twin[edge] >= 0 for edge in out)
            free |= out if is_both else out | _way(roads, node, inside, _in)
    free |= {int(roads.twin[edge]) for edge in free}
    return tuple(sorted(covered - free))


def _out(roads: Roads, node: int) -> Iterable[Step]:
    edges = range(int(roads.indptr[node]), int(roads.indptr[node + 1]))
    return [(edge, int(roads.head[edge])) for edge in edges]


def _in(roads: Roads, node: int) -> Iterable[Step]:
    edges = roads.reverse_edge[roads.reverse_indptr[node] : roads.reverse_indptr[node + 1]].tolist()
    return [(edge, int(roads.tail[edge])) for edge in edges]


def _way(roads: Roads, start: int, inside: set[int], steps: Callable[[Roads, int], Iterable[Step]]) -> set[int]:
    """The edges of the shortest way from a node to the first one outside, or from there to it, if there is one."""
    came: dict[int, Step] = {}
    heap = [(0.0, start, -1, -1)]
    while heap:
        metres, node, edge, before = heapq.heappop(heap)
        if node in came:
            continue
        came[node] = edge, before
        if node not in inside:
            way = set()
            while node != start:
                edge, node = came[node]
                way.add(edge)
            return way
        for onward, end in steps(roads, node):
            heapq.heappush(heap, (metres + float(roads.length_m[onward]), end, onward, node))
    return set()
