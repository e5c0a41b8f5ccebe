"""Traffic: seconds on paper, hours, noise, closures and positions."""

from __future__ import annotations

import pickle
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from sim.city.map import flat_speeds
from sim.city.roads import Spot
from sim.city.routing import Route, Router
from sim.city.traffic import DAY_SD, EDGE_SD, SIREN_GAIN, Traffic
from sim.core.streams import Streams
from tests.grids import grid, line, town_on

ROAD = line(5)


def along(*nodes: int) -> Route:
    edges = [int(np.flatnonzero((ROAD.tail == a) & (ROAD.head == b))[0]) for a, b in pairwise(nodes)]
    return Route(np.array(edges, np.int32), 0.0, 1000.0)


def test_a_kilometre_at_36_km_h_takes_100_seconds_with_or_without_siren():
    traffic = Traffic(town_on(ROAD), Streams(1))
    for siren in (False, True):
        drive = traffic.drive(along(0, 1, 2), 17.5, siren=siren)
        assert drive.enter_s.tolist() == [17.5, 117.5]
        assert drive.exit_s.tolist() == [117.5, 217.5]
        assert drive.arrival_s == 217.5


def test_a_siren_gains_in_slow_traffic_but_never_passes_the_limit():
    slow, middling = (Traffic(town_on(ROAD, factor=f), Streams(1)) for f in (0.5, 0.9))
    assert slow.expected_s(3, siren=False)[0] == pytest.approx(200.0)
    assert slow.expected_s(3, siren=True)[0] == pytest.approx(200.0 / SIREN_GAIN.value)
    assert middling.expected_s(3, siren=True)[0] == pytest.approx(100.0)


def test_a_district_slows_traffic_at_peak_hours_only():
    traffic = Traffic(town_on(ROAD, district_speed=0.5), Streams(1))
    east = int(np.flatnonzero(ROAD.tail == 4)[0])
    assert traffic.expected_s(8, siren=False)[east] == pytest.approx(200.0)
    assert traffic.expected_s(8, siren=False)[0] == pytest.approx(100.0)
    assert traffic.expected_s(12, siren=False)[east] == pytest.approx(100.0)
    assert traffic.expected_s(32, siren=False) is traffic.expected_s(8, siren=False)


def test_an_edge_is_driven_at_the_speed_of_the_hour_in_which_it_is_entered():
    speeds = flat_speeds()
    speeds[:, 9] = 0.5
    town = replace(town_on(ROAD), speed_factor=speeds)
    traffic = Traffic(town, Streams(1), start_s=8 * 3600.0)
    drive = traffic.drive(along(0, 1, 2, 3), 3600.0 - 150.0, siren=False)
    assert (drive.exit_s - drive.enter_s).tolist() == [100.0, 100.0, 200.0]
    exactly = traffic.drive(along(0, 1, 2, 3), 3600.0 - 100.0, siren=False)
    assert (exactly.exit_s - exactly.enter_s).tolist() == [100.0, 200.0, 200.0]
    assert traffic.hour_at(3599.9) == 8 and traffic.hour_at(3600.0) == 9 and traffic.hour_at(20 * 3600.0) == 28


def test_a_long_drive_over_many_hours_equals_the_sum_edge_by_edge():
    town = town_on(grid(12, seed=1), has_congestion=True)
    slow = replace(town, roads=replace(town.roads, limit_kmh=np.full(town.roads.edge_count, 1, np.float32)))
    traffic, router = Traffic(slow, Streams(4)), Router(slow.roads)
    route = router.route(Spot(3, 20.0), Spot(300, 20.0), traffic.expected_s(0, siren=False))
    assert route is not None
    drive = traffic.drive(route, 3000.25, siren=False)
    t = 3000.25
    for i, (edge, share) in enumerate(zip(route.edges, route.shares(slow.roads.length_m), strict=True)):
        assert drive.enter_s[i] == t
        t += share * traffic.true_s(traffic.hour_at(t), siren=False)[edge]
        assert drive.exit_s[i] == t
    assert traffic.hour_at(t) >= 2, "the drive crosses hours"


def test_noise_has_mean_one_and_the_promised_spread_and_none_on_a_map_without_congestion():
    town = town_on(grid(60), has_congestion=True)
    traffic = Traffic(town, Streams(7))
    base = traffic.expected_s(0, siren=False)
    days = np.array([traffic.true_s(24 * day, siren=False) / base for day in range(150)])
    # sd of a mean over 150 days of a factor with sd 0.08 is 0.007 for each of 6 classes: 4 standard errors
    assert days.mean() == pytest.approx(1.0, abs=4 * 0.08 / np.sqrt(150 * 6))
    # 2 million draws an edge, 900 a day and class: the spread of these is good to 2.4 %, and is a tenth of the variance
    assert np.log(days).std() == pytest.approx(np.hypot(DAY_SD.value, EDGE_SD.value), rel=0.01)
    silent = Traffic(town_on(grid(4)), Streams(7))
    assert np.array_equal(silent.true_s(5, siren=True), silent.expected_s(5, siren=True))


def test_noise_depends_on_seed_and_hour_only():
    town = town_on(grid(8), has_congestion=True)
    one, other = Traffic(town, Streams(3)), Traffic(town, Streams(3))
    one.true_s(2, siren=False)
    one.close(4)
    one.true_s(3, siren=True)
    assert np.array_equal(one.true_s(4, siren=False), other.true_s(4, siren=False))
    assert not np.array_equal(one.true_s(4, siren=False), Traffic(town, Streams(9)).true_s(4, siren=False))
    assert not np.array_equal(one.true_s(4, siren=False), one.true_s(5, siren=False))
    again = pickle.loads(pickle.dumps(one))
    assert np.array_equal(one.true_s(6, siren=False), again.true_s(6, siren=False)) and again.is_closed(4)


def test_a_vehicle_is_where_its_speed_has_brought_it():
    traffic = Traffic(town_on(ROAD), Streams(1))
    route = Route(along(0, 1, 2).edges, 400.0, 500.0)
    drive = traffic.drive(route, 10.0, siren=False)
    assert drive.arrival_s == pytest.approx(120.0)
    first, second = (int(edge) for edge in route.edges)
    for t, want in [(0, (first, 400)), (10, (first, 400)), (40, (first, 700)), (70, (second, 0)),
                    (95, (second, 250)), (120, (second, 500)), (999, (second, 500))]:  # fmt: skip
        spot = traffic.position(drive, t)
        assert spot.edge == want[0] and spot.offset_m == pytest.approx(want[1])


def test_a_closed_road_is_met_when_it_is_entered():
    traffic = Traffic(town_on(ROAD), Streams(1))
    route = along(0, 1, 2, 3)
    drive = traffic.drive(route, 0.0, siren=False)
    first, second, third = (int(edge) for edge in route.edges)
    assert drive.first_closed(traffic.closed, 0.0) is None
    traffic.close(third)
    assert drive.first_closed(traffic.closed, 50.0) == (2, 200.0)
    assert drive.first_closed(traffic.closed, 200.0) == (2, 200.0)
    assert drive.first_closed(traffic.closed, 200.1) is None, "it is on it already"
    traffic.close(second)
    assert drive.first_closed(traffic.closed, 50.0) == (1, 100.0)
    stopped = traffic.cut(drive, 1)
    assert stopped.arrival_s == 100.0
    assert traffic.position(stopped, 300.0) == Spot(first, 1000.0)
    traffic.reopen(second)
    traffic.reopen(third)
    assert not traffic.is_closed(third) and drive.first_closed(traffic.closed, 0.0) is None


def test_a_closed_road_may_be_left_and_come_up_to():
    traffic = Traffic(town_on(ROAD), Streams(1))
    edges = along(0, 1, 2).edges
    inside = traffic.drive(Route(edges, 500.0, 500.0), 0.0, siren=False)
    assert inside.first_closed(set(edges.tolist()), 0.0) is None
    through = traffic.drive(Route(edges, 0.0, 1000.0), 0.0, siren=False)
    assert through.first_closed(set(edges.tolist()), 0.0) == (0, 0.0)


def test_expected_times_cannot_be_changed_by_mistake():
    with pytest.raises(ValueError, match="read-only"):
        Traffic(town_on(ROAD), Streams(1)).expected_s(0, siren=False)[0] = 1.0
