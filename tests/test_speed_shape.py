"""Quick ways give the answers of the plain ones; nothing here is timed."""

from __future__ import annotations

from zlib import crc32

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.random import SeedSequence, default_rng

from sim.city import kernels
from sim.city.index import SpatialIndex
from sim.city.roads import Spot
from sim.city.routing import Router
from sim.core.streams import Streams
from tests.grids import grid, roads_of

WORD = 2**32


@given(st.integers(0, 2**140), st.lists(st.integers(0, WORD - 1), max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_keyed_generator_is_the_one_that_the_spawn_key_of_its_name_and_thing_gives(seed: int, thing: list[int]):
    plain = default_rng(SeedSequence(seed, spawn_key=(crc32(b"turnout"), *thing)))
    assert Streams(seed).of("turnout", *thing).random(3).tolist() == plain.random(3).tolist()


def test_a_key_that_does_not_fit_a_word_is_refused():
    with pytest.raises(OverflowError):
        Streams(1).of("turnout", WORD)


@pytest.mark.parametrize("numba", ["0", "1"])
def test_one_search_for_many_targets_gives_the_time_to_each(numba: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIANDONG_NUMBA", numba)
    kernels.engine.cache_clear()
    roads, rng = grid(12, seed=3), np.random.default_rng(4)
    router, seconds = Router(roads), (roads.length_m / 10.0).astype(np.float32)
    seconds[rng.choice(roads.edge_count, 20, replace=False)] = np.inf  # closed
    edges = rng.integers(0, roads.edge_count, 80).tolist()
    spots = [Spot(edge, float(roads.length_m[edge]) * u) for edge, u in zip(edges, rng.random(80), strict=True)]
    for start in range(0, 80, 8):
        origin, *targets = spots[start : start + 8]
        targets.append(Spot(origin.edge, float(roads.length_m[origin.edge])))  # ahead on the same edge
        found = router.etas_to(origin, dict(enumerate(targets)), seconds)
        assert list(found) == list(range(len(targets)))
        assert [found[n] for n in found] == pytest.approx([router.eta_s(origin, one, seconds) for one in targets])
    kernels.engine.cache_clear()


def test_the_way_to_a_target_is_right_after_a_search_for_many():
    roads = grid(12, seed=3)
    router, seconds = Router(roads), (roads.length_m / 10.0).astype(np.float32)
    seconds.flags.writeable = False
    origin, target = Spot(5, 1.0), Spot(300, 2.0)
    before = router.route(origin, target, seconds)
    router.etas_to(target, {0: origin, 1: Spot(100, 0.0)}, seconds)
    after = router.route(origin, target, seconds)
    assert before is not None and after is not None
    assert before.edges.tolist() == after.edges.tolist()


def test_a_place_asked_for_again_is_found_again_and_memory_is_bounded(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("sim.city.index.REMEMBERED", 3)
    index = SpatialIndex(grid(5, seed=1))
    places = [(float(x), float(2 * x % 700)) for x in range(0, 700, 50)]
    first = [index.nearest_spot(*place) for place in places]
    assert [index.nearest_spot(*place) for place in places] == first
    assert len(index._known) <= 3


@given(
    st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.sampled_from([10.0, 10.5, 12.0, 20.0])), max_size=40)
)
@settings(max_examples=150, deadline=None)
def test_twins_are_matched_in_pairs_the_lowest_edges_first(rows: list[tuple[int, int, float]]):
    edges = np.array(rows, float).reshape(-1, 3)
    roads = roads_of(np.zeros(5), np.zeros(5), edges)
    want = [-1] * len(rows)
    for edge in range(len(rows)):  # in order; each takes the lowest free one before it that runs back
        for other in [one for one in range(edge) if want[one] < 0]:
            runs_back = roads.tail[other] == roads.head[edge] and roads.head[other] == roads.tail[edge]
            if runs_back and abs(roads.length_m[other] - roads.length_m[edge]) <= 1.0:
                want[edge], want[other] = other, edge
                break
    assert roads.twin.tolist() == want


@pytest.mark.parametrize("numba", ["0", "1"])
def test_a_search_towards_one_origin_finds_what_a_whole_tree_promises(numba: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LIANDONG_NUMBA", numba)
    kernels.engine.cache_clear()
    roads, rng = grid(14, seed=5), np.random.default_rng(6)
    router = Router(roads)
    for _ in range(4):
        speeds = rng.choice([2.0, 8.0, 30.0], roads.edge_count)  # m/s: the fastest edge is no measure of the others
        seconds = (roads.length_m / speeds).astype(np.float32)
        seconds[rng.choice(roads.edge_count, 60, replace=False)] = np.inf  # closed
        for target in rng.integers(0, len(roads.x), 5).tolist():
            promised, _ = router.field(roads.at_node(target), seconds)
            for origin in rng.integers(0, len(roads.x), 10).tolist():
                route = router.route(roads.at_node(origin), roads.at_node(target), seconds)
                took = np.inf if route is None else float((route.shares(roads.length_m) * seconds[route.edges]).sum())
                assert took == pytest.approx(promised[origin], rel=1e-5)
    kernels.engine.cache_clear()


def test_where_every_road_is_closed_there_is_a_way_only_to_where_one_is():
    roads = grid(4)
    router, closed = Router(roads), np.full(roads.edge_count, np.inf, np.float32)
    assert router.route(roads.at_node(3), roads.at_node(9), closed) is None
    assert router.route(roads.at_node(3), roads.at_node(3), closed) is not None
