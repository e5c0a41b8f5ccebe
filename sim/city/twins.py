"""The kernels without numba (scipy): the same answers, to the last bit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from sim.city.kernels import SHORTEST_S

if TYPE_CHECKING:
    from sim.city.kernels import Crow, Exits, Graph, Scratch, Seeds
    from sim.city.roads import Floats, Ints, Singles

FIRST_LIMIT_S = 120.0
"""The first search looks this far; each further one twice as far."""


def _weights(seconds: Singles) -> Floats:
    return np.maximum(seconds.astype(np.float64), SHORTEST_S)


def _seeded(graph: Graph, seconds: Singles, seeds: Seeds) -> Any:
    """The graph with one more node, from which the seeds are reached after their seconds."""
    n = len(graph.indptr) - 1
    weights = np.concatenate([_weights(seconds)[graph.edge], seeds.seconds])
    columns = np.concatenate([graph.other, seeds.node])
    indptr = np.append(graph.indptr, len(weights)).astype(np.int32)
    return csr_array((weights, columns, indptr), shape=(n + 1, n + 1))


def _distances(graph: Any, limit_s: float) -> Floats:
    n = graph.shape[0] - 1
    dist: Floats = dijkstra(graph, indices=n, limit=limit_s)[:n]
    return dist


def nearest(
    graph: Graph, seconds: Singles, seeds: Seeds, exits: Exits, scratch: Scratch, bounds: tuple[int, int, float]
) -> tuple[Ints, Floats, float]:
    """The `count` units that reach the goal first, and how far the search saw; bounds are (mark, count, limit_s)."""
    mark, count, limit_s = bounds
    seeded = _seeded(graph, seconds, seeds)
    seen = min(FIRST_LIMIT_S, limit_s)
    while True:
        dist = _distances(seeded, seen)
        units, etas = _earliest(dist[exits.node] + exits.extra_s, exits.unit, limit_s)
        if (len(etas) >= count and etas[count - 1] <= seen) or seen >= limit_s:
            break
        seen = min(2.0 * seen, limit_s) if seen < 1e5 else limit_s
    scratch.dist[:] = dist
    scratch.stamp[np.isfinite(dist)] = mark
    return units[:count], etas[:count], seen


def toward(graph: Graph, seconds: Singles, seeds: Seeds, exits: Exits, scratch: Scratch, crow: Crow, mark: int) -> None:
    """Search from the goal until the fastest way from the exits is sure; the crow is of no help here."""
    nearest(graph, seconds, seeds, exits, scratch, (mark, 1, np.inf))


def _earliest(etas: Floats, unit: Ints, limit_s: float) -> tuple[Ints, Floats]:
    """Each unit once, by its earliest row, sorted by (eta, unit)."""
    rows = np.flatnonzero(np.isfinite(etas) & (etas <= limit_s))
    rows = rows[np.lexsort((unit[rows], etas[rows]))]
    _, where = np.unique(unit[rows], return_index=True)
    rows = rows[np.sort(where)]
    return unit[rows], etas[rows]


def tree(graph: Graph, seconds: Singles, seeds: Seeds) -> tuple[Floats, Ints]:
    """Seconds from every node to the goal, and the next edge on the way (-1: none, or there already)."""
    dist = _distances(_seeded(graph, seconds, seeds), np.inf)
    n = len(dist)
    near = np.repeat(np.arange(n), np.diff(graph.indptr))  # the search runs from `near` to `other`
    far = dist[near] + _weights(seconds)[graph.edge]
    fits = np.isfinite(far) & (far == dist[graph.other])
    nodes = np.concatenate([graph.other[fits], seeds.node])
    edges = np.concatenate([graph.edge[fits], seeds.edge])
    is_start = (seeds.seconds == dist[seeds.node]) & np.isfinite(seeds.seconds)
    kept = np.concatenate([np.ones(int(fits.sum()), bool), is_start])
    order = np.argsort(edges[kept], kind="stable")[::-1]
    via = np.full(n, -1, np.int32)
    via[nodes[kept][order]] = edges[kept][order]  # the last one written stays: the lowest edge
    return dist, via


def walk(forward: Graph, seconds: Singles, seeds: Seeds, scratch: Scratch, node: int) -> Ints:
    """The edges from a settled node to the goal of the last search."""
    dist = scratch.dist
    out: list[int] = []
    while True:
        edge = _next_edge(forward, seconds, seeds, dist, node)
        if edge < 0:
            break
        out.append(edge)
        if edge in seeds.edge:
            break
        node = int(forward.other[edge])
    return np.array(out, np.int32)


def _next_edge(forward: Graph, seconds: Singles, seeds: Seeds, dist: Floats, node: int) -> int:
    """The lowest edge that keeps the promised time."""
    starts = zip(seeds.node.tolist(), seeds.seconds.tolist(), seeds.edge.tolist(), strict=True)
    edges = [edge for start, spent, edge in starts if start == node and spent == dist[node]]
    here = np.arange(forward.indptr[node], forward.indptr[node + 1])
    far = dist[forward.other[here]] + _weights(seconds[here])
    edges += here[np.isfinite(far) & (far == dist[node])].tolist()
    lowest: int = min(edges)
    return lowest
