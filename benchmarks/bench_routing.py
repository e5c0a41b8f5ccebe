"""Routing against NetworkX on the embedded map: whole trees, and the nearest 5 of 500 units; both sides in turn."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import networkx
import numpy as np

from sim.city import kernels
from sim.city.embedded import load_embedded
from sim.city.roads import Roads, Spot
from sim.city.routing import Router
from sim.city.traffic import Traffic
from sim.core.streams import Streams

ROUNDS = 7
UNITS = 500
WANTED = 5


def backwards(roads: Roads, seconds: np.ndarray) -> networkx.DiGraph:
    """The reversed network, so that one tree from the target holds the way of everybody to it."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(roads.node_count))
    for u, v, s in zip(roads.tail.tolist(), roads.head.tolist(), seconds.tolist(), strict=True):
        if not graph.has_edge(v, u) or s < graph[v][u]["s"]:
            graph.add_edge(v, u, s=s)
    return graph


def timed(work: Callable[[], Any], times: int = 1) -> tuple[float, Any]:
    """Milliseconds of one call, and what the last returned."""
    start = perf_counter()
    for _ in range(times):
        result = work()
    return (perf_counter() - start) * 1000.0 / times, result


def main() -> None:
    """Print medians and ratios."""
    town = load_embedded("shenzhen")
    roads = town.roads
    seconds = Traffic(town, Streams(1)).expected_s(8, siren=True)
    router, graph = Router(roads), backwards(roads, seconds)
    rng = np.random.default_rng(1)
    units = {i: roads.at_node(int(v)) for i, v in enumerate(rng.choice(roads.node_count, UNITS, replace=False))}
    exits = router.exits_of(units, seconds)
    _warm_up(router, exits, seconds)
    rows: dict[str, list[float]] = {}
    for node in rng.choice(roads.node_count, ROUNDS, replace=False).tolist():
        target = roads.at_node(node)
        slow, theirs = timed(lambda node=node: networkx.single_source_dijkstra_path_length(graph, node, weight="s"))
        fast, (dist, _) = timed(lambda target=target: router.field(target, seconds), 5)
        assert np.allclose([theirs[v] for v in range(roads.node_count)], dist)
        near, found = timed(lambda target=target: router.nearest(target, seconds, exits, WANTED), 50)
        spots, same = timed(lambda target=target: router.nearest_of(target, seconds, units, WANTED), 20)
        assert found == same
        want = sorted(min(theirs[n] + s for n, s in router.exits(spot, seconds)) for spot in units.values())[:WANTED]
        assert np.allclose([eta for _, eta in found], want)
        far = Spot(int(rng.integers(roads.edge_count)), 5.0)
        new, route = timed(lambda target=target, far=far: Router.route(router, far, target, seconds))
        router.nearest(target, seconds, exits, UNITS)  # its tree sees all units, and so most of the town
        again, _ = timed(lambda target=target, far=far: router.route(far, target, seconds), 20)
        assert route is not None
        for name, value in [("networkx tree", slow), ("whole tree", fast), ("nearest 5 of 500", near),
                            ("nearest 5 of 500, from spots", spots), ("route, new search", new),
                            ("route, last tree", again)]:  # fmt: skip
            rows.setdefault(name, []).append(value)
    size = f"{roads.node_count:,} nodes, {roads.edge_count:,} edges"
    print(f"{size}, engine {kernels.engine().__name__}; {ROUNDS} rounds in turn")
    for name, values in rows.items():
        ratios = [a / b for a, b in zip(rows["networkx tree"], values, strict=True)]
        print(
            f"{name:30} {median(values):9.3f} ms [{min(values):.3f}-{max(values):.3f}]"
            f"  {median(ratios):8.1f} x networkx tree [{min(ratios):.1f}-{max(ratios):.1f}]"
        )


def _warm_up(router: Router, exits: kernels.Exits, seconds: np.ndarray) -> None:
    """Compile, or load from the cache, before anything is timed."""
    start = perf_counter()
    router.field(Spot(0, 0.0), seconds)
    router.nearest(Spot(0, 0.0), seconds, exits, WANTED)
    router.route(Spot(9, 1.0), Spot(0, 0.0), seconds)
    print(f"first calls (compiled or loaded): {perf_counter() - start:.2f} s")


if __name__ == "__main__":
    main()
