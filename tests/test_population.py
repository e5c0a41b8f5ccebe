"""Population: sums, indexes, scale and memory."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
import psutil
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import Polygon, box, contains_xy

from sim.city import inhabitants
from sim.city.index import SpatialIndex
from sim.city.map import Map
from sim.city.population import Population, bytes_needed, check_memory
from sim.city.roads import Spot
from sim.city.spread import share_out
from sim.core.errors import InputError
from sim.core.streams import Streams
from tests.grids import grid, town_on

TOWN = town_on(grid(20), people=1_000_000)
SHENZHEN = 17_494_398
SCALES = [1000, 100, 10]


@pytest.fixture(scope="module", params=SCALES)
def folk(request: pytest.FixtureRequest) -> Population:
    return Population(TOWN, request.param, Streams(1))


def test_rows_are_people_over_scale_and_each_node_has_its_share(folk: Population):
    assert len(folk) == round(TOWN.population / folk.scale)
    for start, people_there in ((folk.home_start, TOWN.node_people), (folk.day_start, TOWN.node_day_people)):
        exact = people_there.astype(float) * len(folk) / people_there.sum(dtype=float)
        assert np.abs(np.diff(start) - exact).max() < 1.0, "largest remainders: less than one row off"
        assert start[-1] == len(folk)


def test_columns_and_indexes_agree(folk: Population):
    assert np.all(np.diff(folk.home.astype(int)) >= 0)
    for node in range(0, 400, 37):
        assert np.all(folk.home[list(folk.at_home(node))] == node)
        assert np.array_equal(folk.by_day(node), np.flatnonzero(folk.day == node))


def test_a_row_takes_at_most_forty_bytes(folk: Population):
    assert folk.nbytes <= 40 * len(folk) + 100 * TOWN.roads.node_count
    assert folk.nbytes <= bytes_needed(TOWN, folk.scale)


def test_who_lives_in_a_polygon(folk: Population):
    polygon = Polygon([(150, 150), (2050, 310), (1210, 1700)])
    inside = contains_xy(polygon, TOWN.roads.x, TOWN.roads.y)
    assert np.array_equal(folk.inside(polygon), np.flatnonzero(inside[folk.home]))
    assert np.array_equal(np.sort(folk.inside(polygon, day=True)), np.flatnonzero(inside[folk.day]))
    assert len(folk.inside(box(-9, -9, -8, -8))) == 0


def test_ages_and_traits_have_their_shares(folk: Population):
    got = np.bincount(folk.age, minlength=5) / len(folk)
    assert np.abs(got - inhabitants.AGE_SHARES).max() < 4 * 0.5 / np.sqrt(len(folk))  # 4 standard errors at most
    wanted = sum(a * b for a, b in zip(inhabitants.AGE_SHARES, inhabitants.TRAIT_SHARES["has_car"], strict=True))
    bit = 1 << inhabitants.TRAITS.index("has_car")
    assert np.mean((folk.traits & bit) > 0) == pytest.approx(wanted, abs=4 * 0.5 / np.sqrt(len(folk)))


def test_most_people_of_working_age_go_out_and_most_others_stay():
    folk = Population(TOWN, 10, Streams(1))
    out = folk.day != folk.home
    working = folk.age == inhabitants.WORKING_AGE
    assert 0.8 < out[working].mean() < 0.95
    assert out[~working].mean() < 0.45  # where the map has few people by day the others must leave too
    assert np.mean(TOWN.node_district[folk.day] == TOWN.node_district[folk.home]) > 0.5


def test_nothing_that_is_asked_of_places_depends_on_the_scale():
    answers = set()
    for scale in SCALES:
        folk = Population(TOWN, scale, Streams(scale))
        answers.add((folk.present(7, 3), folk.present(7, 11.5), folk.people_within(900.0, 900.0, 450.0, 8)))
    assert len(answers) == 1
    assert folk.present_everywhere(11).sum() == pytest.approx(TOWN.population, rel=1e-6)
    assert folk.present_everywhere(11)[7] == pytest.approx(folk.present(7, 11))
    assert folk.people_within(0.0, 0.0, 1e6, 4) == pytest.approx(TOWN.population, rel=1e-6)


@settings(max_examples=80, deadline=None)
@given(node=st.integers(0, 399), hour=st.integers(0, 23), u=st.floats(0, 1, exclude_max=True))
def test_whoever_is_picked_lives_or_spends_the_day_there(node: int, hour: int, u: float):
    row = FOLK.pick(node, hour, u)
    assert node in (FOLK.home[row], FOLK.day[row])
    sparse = SPARSE.pick(node, hour, u)
    assert 0 <= sparse < len(SPARSE)


FOLK = Population(TOWN, 100, Streams(2))
SPARSE = Population(TOWN, 20_000, Streams(2))  # 50 rows on 400 nodes


def test_every_row_present_is_picked_alike():
    night = [FOLK.pick(5, 2, u) for u in np.linspace(0, 1, 20_000, endpoint=False)]
    counts = np.bincount(night, minlength=len(FOLK))[list(FOLK.at_home(5))]
    assert counts.min() > 0 and counts.max() - counts.min() <= 2 + counts.mean() * 0.1


def test_the_same_seed_makes_the_same_people_and_another_does_not():
    again, other = Population(TOWN, 100, Streams(2)), Population(TOWN, 100, Streams(3))
    assert np.array_equal(again.day, FOLK.day) and np.array_equal(again.traits, FOLK.traits)
    assert not np.array_equal(other.day, FOLK.day)


def test_a_branch_shares_the_people_and_owns_their_states():
    branch = deepcopy(FOLK)
    branch.state[3] = 7
    assert FOLK.state[3] == 0 and branch.home is FOLK.home and branch.day is FOLK.day
    with pytest.raises(ValueError, match="read-only"):
        FOLK.home[0] = 1


def test_more_than_is_free_is_refused_with_both_numbers(monkeypatch: pytest.MonkeyPatch):
    free = type("Memory", (), {"available": 1_000_000})()
    monkeypatch.setattr(psutil, "virtual_memory", lambda: free)
    with pytest.raises(InputError, match=r"scale 10 of grid needs 4 MB for 100,000 people, and 1 MB are free"):
        check_memory(TOWN, 10)
    with pytest.raises(InputError, match=r"scale is 0.5"):
        bytes_needed(TOWN, 0.5)


def test_the_index_finds_the_nearest_spot_and_nodes():
    index = SpatialIndex(TOWN.roads)
    spot = index.nearest_spot(250.0, 30.0)
    assert TOWN.roads.at(spot) == pytest.approx((250.0, 0.0))
    assert spot == Spot(spot.edge, pytest.approx(50.0)) and spot.edge < TOWN.roads.twin[spot.edge]
    assert index.nearest_node(410.0, 190.0) == 22
    assert index.nodes_within(400.0, 200.0, 200.0).tolist() == [2, 21, 22, 23, 42]


def test_the_index_follows_the_shape_of_a_road():
    from dataclasses import replace

    roads = grid(2, step_m=100.0)
    start = np.zeros(roads.edge_count + 1, np.int32)
    start[1:] = 1  # edge 0 (0 to 1) bends over (50, -80)
    bent = replace(roads, shape_start=start, shape_xy=np.array([[50.0, -80.0]], np.float32))
    bent = replace(bent, length_m=np.where(np.arange(8) == 0, 2 * np.hypot(50, 80), 100).astype(np.float32))
    spot = SpatialIndex(bent).nearest_spot(50.0, -90.0)
    assert spot.edge == 0 and spot.offset_m == pytest.approx(np.hypot(50, 80), rel=1e-6)


@pytest.mark.slow
def test_the_whole_of_shenzhen_one_to_one():
    town: Map = town_on(grid(140), people=SHENZHEN)
    folk = Population(town, 1, Streams(1))
    assert abs(len(folk) - SHENZHEN) <= 2  # float32 people by node, summed
    assert folk.nbytes <= 40 * len(folk)
    assert np.array_equal(np.diff(folk.day_start), share_out(len(folk), town.node_day_people.astype(float)))
    assert np.array_equal(np.bincount(folk.day, minlength=140 * 140), np.diff(folk.day_start))
