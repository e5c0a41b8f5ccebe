"""Routing: answers on paper, both engines against each other and against networkx."""

from __future__ import annotations

import pickle
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.city import kernels
from sim.city.kernels import Exits
from sim.city.roads import Roads, Spot
from sim.city.routing import Route, Router, frozen
from sim.city.spots import node_of, part_s, seeds_of, ways
from tests.grids import grid, line, roads_of

CITY = grid(12, seed=5)
SECONDS = frozen((CITY.length_m / np.float32(10.0)).astype(np.float32))


@pytest.fixture(params=["compiled", "scipy"], autouse=True)
def _engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    if request.param == "compiled" and kernels.numba_is_wanted():
        pytest.importorskip("numba")
    else:
        monkeypatch.setenv("LIANDONG_NUMBA", "0")
    kernels.engine.cache_clear()
    yield
    kernels.engine.cache_clear()


def some_spots(count: int, seed: int, roads: Roads = CITY) -> list[Spot]:
    rng = np.random.default_rng(seed)
    edges = rng.integers(0, roads.edge_count, count)
    share = np.clip(rng.uniform(-0.2, 1.2, count), 0.0, 1.0)  # some of them at nodes
    return [Spot(int(e), float(s * float(roads.length_m[e]))) for e, s in zip(edges, share, strict=True)]


def cost(route: Route, roads: Roads, seconds: np.ndarray) -> float:
    return float((route.shares(roads.length_m) * seconds[route.edges]).sum())


def assert_connected(route: Route, origin: Spot, target: Spot, router: Router) -> None:
    roads = router.roads
    assert np.array_equal(roads.head[route.edges[:-1]], roads.tail[route.edges[1:]])
    start = Spot(int(route.edges[0]), route.start_offset_m)
    end = Spot(int(route.edges[-1]), route.end_offset_m)
    assert roads.at(start) == pytest.approx(roads.at(origin), abs=0.01)
    assert roads.at(end) == pytest.approx(roads.at(target), abs=0.01)


def test_a_unit_drives_on_or_turns_round_whichever_is_faster():
    roads = line()
    router, seconds = Router(roads), (roads.length_m / 10).astype(np.float32)
    there = int(np.flatnonzero((roads.tail == 1) & (roads.head == 2))[0])
    back = int(roads.twin[there])
    unit = Spot(there, 300.0)
    assert router.exits(unit, seconds) == [(2, pytest.approx(70.0)), (1, pytest.approx(30.0))]
    assert router.eta_s(unit, Spot(there, 800.0), seconds) == pytest.approx(50.0)
    assert router.eta_s(unit, Spot(there, 100.0), seconds) == pytest.approx(20.0)
    assert router.eta_s(unit, Spot(back, 100.0), seconds) == pytest.approx(60.0)
    assert router.eta_s(unit, router.roads.at_node(3), seconds) == pytest.approx(170.0)
    turned = router.route(unit, Spot(there, 100.0), seconds)
    assert turned is not None and turned.edges.tolist() == [back]
    assert (turned.start_offset_m, turned.end_offset_m) == (pytest.approx(700.0), pytest.approx(900.0))


def test_on_a_one_way_ring_what_lies_behind_is_nearly_a_round_away():
    roads = roads_of(np.array([0.0, 1000, 1000, 0]), np.array([0.0, 0, 1000, 1000]),
                     np.array([(0, 1, 1000.0), (1, 2, 1000.0), (2, 3, 1000.0), (3, 0, 1000.0)]))  # fmt: skip
    router, seconds = Router(roads), np.full(4, 100, np.float32)
    assert router.eta_s(Spot(0, 500.0), Spot(0, 400.0), seconds) == pytest.approx(390.0)
    route = router.route(Spot(0, 500.0), Spot(0, 400.0), seconds)
    assert route is not None and route.edges.tolist() == [0, 1, 2, 3, 0]
    assert cost(route, roads, seconds) == pytest.approx(390.0)


def test_a_unit_at_a_node_may_leave_by_any_street():
    roads = grid(3)
    router, seconds = Router(roads), (roads.length_m / 10).astype(np.float32)
    middle = roads.at_node(4)
    assert router.exits(middle, seconds) == [(4, 0.0)]
    assert [router.eta_s(middle, roads.at_node(v), seconds) for v in range(9)] == [40, 20, 40, 20, 0, 20, 40, 20, 40]
    assert router.route(middle, middle, seconds) is not None


def test_ties_go_to_the_lower_unit_and_the_lower_edge():
    roads = grid(5)
    router, seconds = Router(roads), frozen((roads.length_m / 10).astype(np.float32))
    middle = roads.at_node(12)
    units = {9: roads.at_node(11), 4: roads.at_node(13), 7: roads.at_node(7), 2: roads.at_node(0)}
    assert router.nearest_of(middle, seconds, units, 2) == [(4, 20.0), (7, 20.0)]
    route = router.route(roads.at_node(0), middle, seconds)
    assert route is not None and roads.head[route.edges].tolist() == [1, 2, 7, 12]


def test_the_nearest_units_agree_with_a_whole_tree():
    router = Router(CITY)
    for seed in range(5):
        target, *spots = some_spots(61, seed)
        units = {100 - i: spot for i, spot in enumerate(spots)}
        dist, _ = router.field(target, SECONDS)
        want = []
        for unit, spot in units.items():
            by_node = min(dist[node] + extra for node, extra in router.exits(spot, SECONDS))
            want.append((min(by_node, router.direct_s(spot, target, SECONDS)), unit))
        assert [(eta, unit) for unit, eta in router.nearest_of(target, SECONDS, units, 7)] == sorted(want)[:7]
        assert [(eta, unit) for unit, eta in router.nearest_of(target, SECONDS, units, 100)] == sorted(want)
        limit = sorted(want)[3][0]
        assert len(router.nearest_of(target, SECONDS, units, 50, limit)) == 4


def test_exits_of_many_are_the_exits_of_each():
    router = Router(CITY)
    spots = some_spots(60, 3)
    many = router.exits_of(dict(enumerate(spots)), SECONDS)
    for i, spot in enumerate(spots):
        rows = np.flatnonzero((many.unit == i) & np.isfinite(many.extra_s))
        got = sorted(zip(many.node[rows].tolist(), many.extra_s[rows].tolist(), strict=True))
        assert [node for node, _ in got] == [node for node, _ in sorted(router.exits(spot, SECONDS))]
        assert [s for _, s in got] == pytest.approx([s for _, s in sorted(router.exits(spot, SECONDS))])


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_route_is_connected_and_takes_as_long_as_promised(seed: int):
    router = Router(CITY)
    origin, target, other = some_spots(3, seed)
    for _ in range(2):  # anew, then with the last tree
        route = router.route(origin, target, SECONDS)
        eta = router.eta_s(origin, target, SECONDS)
        if route is None:
            assert not np.isfinite(eta)
            return
        assert_connected(route, origin, target, router)
        # one float32 of seconds is good to 1e-7, a route has below 100 edges
        assert cost(route, CITY, SECONDS) == pytest.approx(eta, rel=1e-5, abs=1e-4)
    by_way = router.eta_s(origin, other, SECONDS) + router.eta_s(other, target, SECONDS)
    assert eta <= by_way + 1e-6  # the triangle inequality


def test_the_tree_of_the_last_search_gives_the_same_routes_as_a_new_one():
    router = Router(CITY)
    target, *spots = some_spots(30, 11)
    units = dict(enumerate(spots))
    for unit, eta in router.nearest_of(target, SECONDS, units, 8):
        reused = router.route(units[unit], target, SECONDS)
        anew = Router(CITY).route(units[unit], target, SECONDS)
        assert reused is not None and anew is not None
        assert reused.edges.tolist() == anew.edges.tolist()
        assert cost(reused, CITY, SECONDS) == pytest.approx(eta, rel=1e-5, abs=1e-4)


def test_following_next_edges_leads_to_the_target_in_the_promised_time():
    router = Router(CITY)
    for target in some_spots(6, 21):
        dist, next_edge = router.field(target, SECONDS)
        goals = {way.edge: part_s(CITY, way.edge, way.offset_m, SECONDS) for way in ways(CITY, target)}
        for node in range(0, CITY.node_count, 5):
            u, spent = node, 0.0
            for _ in range(CITY.node_count):
                edge = int(next_edge[u])
                if edge < 0:
                    break
                if edge in goals and node_of(CITY, target) < 0:
                    spent += goals[edge]
                    break
                spent += float(SECONDS[edge])
                u = int(CITY.head[edge])
            assert spent == pytest.approx(dist[node]) or not np.isfinite(dist[node])


def test_closed_roads_are_avoided_and_the_ends_stay_open():
    roads = grid(4)
    router, seconds = Router(roads), (roads.length_m / 10).astype(np.float32)
    origin, target = roads.at_node(0), roads.at_node(3)
    free = router.route(origin, target, seconds)
    assert free is not None and len(free.edges) == 3
    shut = router.without(seconds, free.edges[1:2].tolist(), origin, target)
    detour = router.route(origin, target, shut)
    assert detour is not None and len(detour.edges) == 5 and free.edges[1] not in detour.edges
    inside = Spot(int(free.edges[1]), 50.0)
    assert router.eta_s(origin, inside, router.without(seconds, [inside.edge], origin, inside)) == pytest.approx(25.0)
    everything = router.without(seconds, range(roads.edge_count), origin, target)
    assert router.route(origin, target, everything) is None
    assert router.nearest_of(target, everything, {1: origin}, 1) == []
    assert seconds.max() < np.inf, "the times that were handed in are not changed"


def test_many_sources_are_the_minimum_over_single_ones():
    router = Router(CITY)
    nodes = [3, 77, 140]
    inward = router.multi_source(nodes, SECONDS)
    each = [router.field(CITY.at_node(node), SECONDS)[0] for node in nodes]
    assert np.array_equal(inward, np.minimum.reduce(each))
    outward = router.multi_source(nodes, SECONDS, outward=True)
    for node in (0, 50, 100):
        alone = min(router.eta_s(CITY.at_node(place), CITY.at_node(node), SECONDS) for place in nodes)
        assert outward[node] == pytest.approx(alone)


def test_a_tree_agrees_with_networkx():
    networkx = pytest.importorskip("networkx")
    graph = networkx.MultiDiGraph()
    graph.add_nodes_from(range(CITY.node_count))
    for u, v, s in zip(CITY.tail.tolist(), CITY.head.tolist(), SECONDS.tolist(), strict=True):
        graph.add_edge(v, u, s=s)
    want = networkx.single_source_dijkstra_path_length(graph, 60, weight="s")
    dist, _ = Router(CITY).field(CITY.at_node(60), SECONDS)
    assert {v: d for v, d in enumerate(dist.tolist()) if np.isfinite(d)} == pytest.approx(want)


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 12))
def test_both_engines_give_the_same_to_the_last_bit(seed: int, count: int):
    pytest.importorskip("numba")
    from sim.city import loops, twins

    router = Router(CITY)
    rng = np.random.default_rng(seed)
    seconds = rng.integers(1, 6, CITY.edge_count).astype(np.float32)  # whole numbers: many ties
    seconds[rng.random(CITY.edge_count) < 0.1] = np.inf
    target, *spots = some_spots(25, seed)
    seeds = seeds_of(CITY, target, seconds)
    exits = router.exits_of(dict(enumerate(spots)), seconds)
    for graph in (router._inward, router._outward):
        for one, other in zip(loops.tree(graph, seconds, seeds), twins.tree(graph, seconds, seeds), strict=True):
            assert np.array_equal(one, other)
    found = []
    for engine in (loops, twins):
        scratch = kernels.new_scratch(CITY.node_count, CITY.edge_count)
        units, etas, seen = engine.nearest(router._inward, seconds, seeds, exits, scratch, (1, count, 40.0))
        settled = np.flatnonzero((scratch.stamp == 1) & (scratch.dist <= min(seen, etas.max(initial=0.0))))
        ways = [engine.walk(router._outward, seconds, seeds, scratch, int(u)).tolist() for u in settled[:20]]
        found.append((units.tolist(), etas.tolist(), ways))
    assert found[0] == found[1]


def test_a_unit_without_any_way_is_never_found():
    router = Router(CITY)
    exits = Exits(np.array([0, 1], np.int32), np.array([np.inf, 0.0]), np.array([3, 8], np.int32))
    assert [unit for unit, _ in router.nearest(Spot(40, 10.0), SECONDS, exits, 2)] == [8]
    none = Exits(np.zeros(0, np.int32), np.zeros(0), np.zeros(0, np.int32))
    assert router.nearest(Spot(40, 10.0), SECONDS, none, 2) == []
    assert router.nearest(Spot(40, 10.0), SECONDS, none, 2, direct={5: 3.0}) == [(5, 3.0)]


def test_a_router_survives_pickling():
    router = pickle.loads(pickle.dumps(Router(CITY)))
    assert router.eta_s(Spot(0, 1.0), Spot(99, 1.0), SECONDS) == Router(CITY).eta_s(
        Spot(0, 1.0), Spot(99, 1.0), SECONDS
    )


def test_numba_is_not_imported_before_the_first_search():
    code = "import sys, sim.city.kernels, sim.city.routing; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_kernels_are_kept_in_a_folder_that_can_be_written_or_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "kernels"))
    assert kernels.cache_folder() == tmp_path / "kernels"
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "file" / "kernels"))
    assert kernels.cache_folder() is None


def test_without_numba_the_twins_are_taken(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIANDONG_NUMBA", "1")
    monkeypatch.setitem(sys.modules, "numba", None)  # as if it were not installed
    kernels.engine.cache_clear()
    assert kernels.engine().__name__ == "sim.city.twins"


def test_a_router_that_several_threads_ask_at_once_answers_as_if_each_had_its_own():
    """Exercises on one map share a router; each is lived by a thread of its own."""
    shared = Router(CITY)
    places = some_spots(60, seed=9)
    seconds = [frozen(SECONDS * np.float32(factor)) for factor in (1.0, 1.5, 2.0, 3.0)]

    def ask(router: Router, k: int) -> list[object]:
        found: list[object] = []
        for origin, target in zip(places, reversed(places), strict=True):
            route = router.route(origin, target, seconds[k])
            found.append(None if route is None else route.edges.tolist())
            found.append(router.nearest_of(target, seconds[k], dict(enumerate(places[:9])), 3))
            found.append(router.etas_to(origin, dict(enumerate(places[9:15])), seconds[k]))
        return found

    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(ask, [shared] * 8, [k % 4 for k in range(8)]))
    assert together == [ask(Router(CITY), k % 4) for k in range(8)]
