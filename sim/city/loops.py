"""The kernels as compiled loops (numba): Dijkstra's algorithm on a binary heap; `twins` do without numba."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

import numba
import numpy as np

from sim.city.kernels import SHORTEST_S, cache_folder

if TYPE_CHECKING:
    from sim.city.kernels import Crow, Exits, Graph, Scratch, Seeds
    from sim.city.roads import Floats, Ints, Singles

F = TypeVar("F", bound=Callable[..., Any])

_FOLDER = cache_folder()
if _FOLDER is not None:
    numba.config.CACHE_DIR = str(_FOLDER)  # type: ignore[attr-defined]


def _compiled(function: F) -> F:
    return cast(F, numba.njit(cache=_FOLDER is not None)(function))


@_compiled
def _push(heap_key: Floats, heap_node: Ints, size: int, key: float, node: int) -> int:
    i = size
    while i > 0:
        parent = (i - 1) >> 1
        if heap_key[parent] <= key:
            break
        heap_key[i] = heap_key[parent]
        heap_node[i] = heap_node[parent]
        i = parent
    heap_key[i] = key
    heap_node[i] = node
    return size + 1


@_compiled
def _drop_top(heap_key: Floats, heap_node: Ints, size: int) -> int:
    size -= 1
    key = heap_key[size]
    node = heap_node[size]
    i = 0
    while True:
        child = 2 * i + 1
        if child >= size:
            break
        if child + 1 < size and heap_key[child + 1] < heap_key[child]:
            child += 1
        if heap_key[child] >= key:
            break
        heap_key[i] = heap_key[child]
        heap_node[i] = heap_node[child]
        i = child
    heap_key[i] = key
    heap_node[i] = node
    return size


@_compiled
def _offer(units: Ints, etas: Floats, held: int, unit: int, eta: float) -> int:
    """Keep the earliest units, sorted by (eta, unit), each once; return how many are held."""
    for i in range(held):
        if units[i] == unit:
            if etas[i] <= eta:
                return held
            for j in range(i, held - 1):
                units[j] = units[j + 1]
                etas[j] = etas[j + 1]
            held -= 1
            break
    if held == len(units):
        if etas[held - 1] < eta or (etas[held - 1] == eta and units[held - 1] < unit):
            return held
        held -= 1
    i = held
    while i > 0 and (etas[i - 1] > eta or (etas[i - 1] == eta and units[i - 1] > unit)):
        units[i] = units[i - 1]
        etas[i] = etas[i - 1]
        i -= 1
    units[i] = unit
    etas[i] = eta
    return held + 1


@_compiled
def nearest(
    graph: Graph, seconds: Singles, seeds: Seeds, exits: Exits, scratch: Scratch, bounds: tuple[int, int, float]
) -> tuple[Ints, Floats, float]:
    """The `count` units that reach the goal first, and how far the search saw; bounds are (mark, count, limit_s)."""
    mark, count, limit_s = bounds
    dist, via, stamp, first = scratch.dist, scratch.via, scratch.stamp, scratch.first
    heap_key, heap_node = scratch.heap_key, scratch.heap_node
    units = np.empty(count, np.int32)
    etas = np.empty(count, np.float64)
    following = np.empty(len(exits.node), np.int32)
    for k in range(len(exits.node)):
        following[k] = first[exits.node[k]]
        first[exits.node[k]] = k
    held = 0
    size = 0
    for k in range(len(seeds.node)):
        u = seeds.node[k]
        d = seeds.seconds[k]
        if d < np.inf:
            if stamp[u] != mark or d < dist[u]:
                stamp[u] = mark
                dist[u] = d
                via[u] = seeds.edge[k]
                size = _push(heap_key, heap_node, size, d, u)
            elif d == dist[u] and seeds.edge[k] < via[u]:
                via[u] = seeds.edge[k]
    seen = np.inf
    while size > 0:
        d = heap_key[0]
        u = heap_node[0]
        if d > limit_s or (held == count and d > etas[count - 1]):
            seen = d
            break
        size = _drop_top(heap_key, heap_node, size)
        if d > dist[u]:
            continue
        k = first[u]
        while k >= 0:
            eta = d + exits.extra_s[k]
            if eta <= limit_s and eta < np.inf:
                held = _offer(units, etas, held, exits.unit[k], eta)
            k = following[k]
        for j in range(graph.indptr[u], graph.indptr[u + 1]):
            e = graph.edge[j]
            v = graph.other[j]
            far = d + max(np.float64(seconds[e]), SHORTEST_S)
            if far < np.inf:
                if stamp[v] != mark or far < dist[v]:
                    stamp[v] = mark
                    dist[v] = far
                    via[v] = e
                    size = _push(heap_key, heap_node, size, far, v)
                elif far == dist[v] and e < via[v]:
                    via[v] = e
    for k in range(len(exits.node)):
        first[exits.node[k]] = -1
    return units[:held], etas[:held], seen


@_compiled
def _crow_s(crow: Crow, exits: Exits, node: int) -> float:
    """No way from the exits to a node takes less."""
    least = np.inf
    for k in range(len(exits.node)):
        east = crow.x[node] - crow.x[exits.node[k]]
        north = crow.y[node] - crow.y[exits.node[k]]
        least = min(least, east * east + north * north)
    return float(np.sqrt(least) * crow.pace)


@_compiled
def toward(graph: Graph, seconds: Singles, seeds: Seeds, exits: Exits, scratch: Scratch, crow: Crow, mark: int) -> None:
    """Search from the goal until the fastest way from the exits is sure; nodes that may lie on it come first (A*)."""
    dist, via, stamp = scratch.dist, scratch.via, scratch.stamp
    heap_key, heap_node = scratch.heap_key, scratch.heap_node
    size = 0
    for k in range(len(seeds.node)):
        u = seeds.node[k]
        d = seeds.seconds[k]
        if d < np.inf:
            if stamp[u] != mark or d < dist[u]:
                stamp[u] = mark
                dist[u] = d
                via[u] = seeds.edge[k]
                size = _push(heap_key, heap_node, size, d + _crow_s(crow, exits, u), u)
            elif d == dist[u] and seeds.edge[k] < via[u]:
                via[u] = seeds.edge[k]
    best = np.inf
    while size > 0 and heap_key[0] <= best:
        u = heap_node[0]
        d = dist[u]
        size = _drop_top(heap_key, heap_node, size)
        for k in range(len(exits.node)):
            if exits.node[k] == u:
                best = min(best, d + exits.extra_s[k])
        for j in range(graph.indptr[u], graph.indptr[u + 1]):
            e = graph.edge[j]
            v = graph.other[j]
            far = d + max(np.float64(seconds[e]), SHORTEST_S)
            if far < np.inf:
                if stamp[v] != mark or far < dist[v]:
                    stamp[v] = mark
                    dist[v] = far
                    via[v] = e
                    size = _push(heap_key, heap_node, size, far + _crow_s(crow, exits, v), v)
                elif far == dist[v] and e < via[v]:
                    via[v] = e


@_compiled
def tree(graph: Graph, seconds: Singles, seeds: Seeds) -> tuple[Floats, Ints]:
    """Seconds from every node to the goal, and the next edge on the way (-1: none, or there already)."""
    n = len(graph.indptr) - 1
    dist = np.full(n, np.inf)
    via = np.full(n, np.int32(-1))
    heap_key = np.empty(len(graph.edge) + len(seeds.node) + 1)
    heap_node = np.empty(len(graph.edge) + len(seeds.node) + 1, np.int32)
    size = 0
    for k in range(len(seeds.node)):
        u = seeds.node[k]
        if seeds.seconds[k] < dist[u]:
            dist[u] = seeds.seconds[k]
            via[u] = seeds.edge[k]
            size = _push(heap_key, heap_node, size, dist[u], u)
        elif seeds.seconds[k] == dist[u] and dist[u] < np.inf and seeds.edge[k] < via[u]:
            via[u] = seeds.edge[k]
    while size > 0:
        d = heap_key[0]
        u = heap_node[0]
        size = _drop_top(heap_key, heap_node, size)
        if d > dist[u]:
            continue
        for j in range(graph.indptr[u], graph.indptr[u + 1]):
            e = graph.edge[j]
            v = graph.other[j]
            far = d + max(np.float64(seconds[e]), SHORTEST_S)
            if far < dist[v]:
                dist[v] = far
                via[v] = e
                size = _push(heap_key, heap_node, size, far, v)
            elif far == dist[v] and far < np.inf and e < via[v]:
                via[v] = e
    return dist, via


@_compiled
def _follow(head: Ints, ends: Ints, scratch: Scratch, node: int, out: Ints) -> int:
    k = 0
    e = scratch.via[node]
    while e >= 0:
        out[k] = e
        k += 1
        if e == ends[0] or e == ends[1]:
            break
        e = scratch.via[head[e]]
    return k


def walk(forward: Graph, seconds: Singles, seeds: Seeds, scratch: Scratch, node: int) -> Ints:
    """The edges from a settled node to the goal of the last search."""
    ends = np.full(2, -1, np.int32)
    ends[: len(seeds.edge)] = seeds.edge
    out = np.empty(len(forward.indptr), np.int32)
    return out[: _follow(forward.other, ends, scratch, node, out)].copy()
