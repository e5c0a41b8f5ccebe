"""Public warning: how it spreads, whom it moves, what a misplaced or a false one does; the laws and the people."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from sim.actors.curves import Spread, covered_share
from sim.actors.public_trust import FalseAlert, PublicTrust
from sim.actors.warning_tables import warning_tables
from sim.core.events import AlertEnded, PublicInformed, ZoneWarned
from sim.core.quantities import DAY_S
from tests.hazard_scene import PEOPLE, one
from tests.warning_scene import BROADCAST, CELL, CENTRE, Street

MILLING_S = 900.0
SPREAD = warning_tables().spread


# --- the law of Rogers and Sorensen


@pytest.mark.parametrize("told_per_min", [BROADCAST, CELL, 0.001])
def test_the_closed_form_is_what_the_differential_equation_says(told_per_min: float) -> None:
    """dn/dt = k a1 (N - n) + (1 - k) a2 n (N - n) / N from n = 0, for N = 5,000 people."""
    law, many, k = SPREAD.law(told_per_min), 5000.0, SPREAD.mix.value
    a2 = SPREAD.contagion_per_min.value

    def pace(_: float, n: float) -> float:
        return k * told_per_min * (many - n) + (1.0 - k) * a2 * n * (many - n) / many

    minutes = np.array([1.0, 5.0, 15.0, 30.0, 60.0, 180.0])
    run = solve_ivp(pace, (0.0, 180.0), [0.0], t_eval=minutes, rtol=1e-10, atol=1e-8)
    assert [law.share(60.0 * t) for t in minutes] == pytest.approx(run.y[0] / many, abs=1e-8)


def test_half_of_the_people_hear_a_broadcast_after_half_an_hour_and_a_cell_broadcast_after_four_minutes() -> None:
    """a = 0.012, b = 0.04 a minute: (1 - d) a / (a + b d) with d = exp(-0.052 t). At 30 min 0.465.

    Cell broadcast: a = 0.18, b = 0.04: at 5 min 0.621.
    """
    assert SPREAD.law(BROADCAST).share(1800.0) == pytest.approx(0.4650, abs=5e-4)
    assert SPREAD.law(CELL).share(300.0) == pytest.approx(0.6212, abs=5e-4)


def test_nobody_has_heard_what_has_not_been_said_and_nobody_forgets() -> None:
    law = SPREAD.law(CELL)
    assert law.share(-1.0) == law.share(0.0) == 0.0 and law.hazard(-1.0) == 0.0
    assert law.share(1e9) == pytest.approx(1.0)
    assert Spread(0.0, 0.04).share(1e6) == 0.0  # what nobody says nobody can say again


@settings(max_examples=50, deadline=None)
@given(st.floats(1e-4, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1e5))
def test_the_share_is_what_the_hazard_leaves(told: float, retold: float, t: float) -> None:
    """1 - share = exp(-∫ hazard): checked as the slope, share' = (1 - share) hazard."""
    law, step = Spread(told, retold), 0.06
    slope = (law.share(t + step) - law.share(t)) / (step / 60.0)
    middle = t + step / 2.0
    assert slope == pytest.approx((1.0 - law.share(middle)) * law.hazard(middle), abs=1e-6)


# --- circles


def test_a_circle_covers_all_a_part_or_nothing_of_another() -> None:
    assert covered_share((0, 0), 500, (100, 0), 300) == 1.0
    assert covered_share((0, 0), 500, (900, 0), 300) == 0.0
    assert covered_share((0, 0), 100, (0, 0), 200) == pytest.approx(0.25)
    # two unit circles a radius apart share 2π/3 - √3/2 of π: 0.391
    assert covered_share((0, 0), 100, (100, 0), 100) == pytest.approx((2 * math.pi / 3 - math.sqrt(3) / 2) / math.pi)


def test_a_point_is_in_or_out() -> None:
    assert covered_share((0, 0), 500, (499, 0), 0.0) == 1.0 and covered_share((0, 0), 500, (501, 0), 0.0) == 0.0


@settings(max_examples=30, deadline=None)
@given(st.floats(50, 900), st.floats(50, 900), st.floats(0, 1500))
def test_the_covered_share_is_the_share_of_points_that_lie_in_both(radius: float, reach: float, away: float) -> None:
    """Against 40,000 points spread evenly over the second circle (golden spiral); their grain is 0.5 %."""
    n = np.arange(40_000)
    r, angle = reach * np.sqrt((n + 0.5) / 40_000), n * math.pi * (3.0 - math.sqrt(5.0))
    inside = np.hypot(away + r * np.cos(angle), r * np.sin(angle)) <= radius
    assert covered_share((0.0, 0.0), radius, (away, 0.0), reach) == pytest.approx(inside.mean(), abs=0.005)


# --- whom it moves


def slope(**given: object) -> list[object]:
    details = {"fails_after": "4h", "inside": 2000, "area_m2": 20_000, "closes_roads": False, **given}
    return [one("it", "slide", access_s=0.0, floor=1, **details)]  # type: ignore[arg-type]


def out_share(law: Spread, lead_s: float, scale_s: float) -> float:
    """Share of the followers who are out in time: ∫ share'(u) F(lead - milling - u) du, by the midpoint rule."""
    steps = np.arange(0.0, max(lead_s - MILLING_S, 0.0), 1.0)
    paces = np.array([law.share(u + 1.0) - law.share(u) for u in steps])
    out = 1.0 - np.exp(-((lead_s - MILLING_S - steps - 0.5) ** 2) / (2.0 * scale_s**2))
    return float((paces * out).sum())


@pytest.mark.parametrize(("told_per_min", "lead_min"), [(CELL, 20), (CELL, 60), (BROADCAST, 60)])
def test_a_warning_before_a_slide_empties_the_share_that_can_be_worked_out(told_per_min: float, lead_min: int) -> None:
    """Heard by the law, 15 min until they set out, out by Rayleigh with a scale of 60 min, followed by 0.6 of them.

    20 min by cell broadcast: only 5 min are left after milling, and 0.6 x ∫ is 0.0005: of 2,000 people one. 60 min:
    0.12; 60 min by broadcast: 0.035. Tolerance: four standard errors of a share of 2,000, and a minute's step (0.002).
    """
    street = Street(slope())  # type: ignore[arg-type]
    street.live(14_400 - 60 * lead_min)
    street.air(told_per_min=told_per_min)
    street.live(14_400)
    found = street.danger().zone.count(14_400.0).left / 2000
    share = 0.6 * out_share(SPREAD.law(told_per_min), 60.0 * lead_min, 3600.0)
    assert abs(found - share) < 4.0 * math.sqrt(share * (1.0 - share) / 2000) + 0.002
    street.live(14_402)
    assert street.danger().has_failed


def test_the_share_that_is_out_is_worked_out_right() -> None:
    """The numbers in the docstring above."""
    cell, broadcast = SPREAD.law(CELL), SPREAD.law(BROADCAST)
    assert 0.6 * out_share(cell, 1200.0, 3600.0) == pytest.approx(0.0005, abs=2e-4)
    assert 0.6 * out_share(cell, 3600.0, 3600.0) == pytest.approx(0.120, abs=0.002)
    assert 0.6 * out_share(broadcast, 3600.0, 3600.0) == pytest.approx(0.0345, abs=0.002)


def test_from_a_drain_twenty_minutes_by_cell_broadcast_get_a_fifth_out() -> None:
    """5 min after milling, two minutes' walk (180 s): 0.9 x ∫ = 0.21 by cell broadcast, 0.018 by broadcast."""
    left = {}
    for told_per_min in (CELL, BROADCAST):
        rises = {"rises_after": "2h", "inside": 2000, "rise_m_min": 0.6, "peak_m": 4.0}  # 1.2 m after 20 s
        street = Street([one("it", "flash_flood", access_s=0.0, floor=1, **rises)])
        street.live(7200 - 1200)
        street.air(told_per_min=told_per_min)
        street.live(7200)
        left[told_per_min] = street.danger().zone.count(7200.0).left / 2000
        share = 0.9 * out_share(SPREAD.law(told_per_min), 1200.0, 180.0)
        assert abs(left[told_per_min] - share) < 4.0 * math.sqrt(share * (1.0 - share) / 2000) + 0.005
    assert left[CELL] == pytest.approx(0.21, abs=0.04) and left[BROADCAST] < 0.04


def test_an_alert_at_the_wrong_place_moves_nobody_who_is_in_danger() -> None:
    """The slope is 160 m across; a circle of 650 m that ends 10 m before it warns people, but none of them needs it."""
    street = Street(slope())  # type: ignore[arg-type]
    street.live(100)
    radius_m = street.danger().radius_m
    street.air(place=(CENTRE[0] + 650.0 + radius_m + 10.0, CENTRE[1]))
    street.live(7200)
    assert street.danger().zone.count(7200.0).left == 0 and not street.events(ZoneWarned)
    street.clear()
    street.live(7201)
    (_, ended), = street.events(AlertEnded)
    assert ended.was_false and ended.needless == ended.following > 0


def test_an_alert_that_covers_half_of_a_zone_moves_half_as_many() -> None:
    """The edge of a large circle goes through the middle of the small zone: 0.49 of it is inside."""
    share = {}
    for east in (0.0, 650.0):
        street = Street(slope())  # type: ignore[arg-type]
        street.live(100)
        street.air(place=(CENTRE[0] + east, CENTRE[1]))
        street.live(10_000)
        share[east] = street.events(ZoneWarned)[-1][1].share
    covered = covered_share((650.0, 0.0), 650.0, (0.0, 0.0), math.sqrt(20_000 / math.pi))
    assert 0.45 < covered < 0.5 and share[650.0] / share[0.0] == pytest.approx(covered, abs=0.005)


def test_who_hears_two_alerts_hears_them_apart() -> None:
    """Both reach everybody in the end; each at half the zone: 1 - 0.51 x 0.51."""
    street = Street(slope())  # type: ignore[arg-type]
    street.live(100)
    for name, east in (("one", -650.0), ("two", 650.0)):
        street.air(place=(CENTRE[0] + east, CENTRE[1]), name=name)
    street.live(10_000)
    covered = covered_share((650.0, 0.0), 650.0, (0.0, 0.0), math.sqrt(20_000 / math.pi))
    share = street.events(ZoneWarned)[-1][1].share
    assert share == pytest.approx(1.0 - (1.0 - covered) ** 2, abs=0.02)  # a line is written each 2 %


def test_after_the_all_clear_nobody_more_is_moved() -> None:
    street = Street(slope())  # type: ignore[arg-type]
    street.live(100)
    street.air()
    street.live(100 + 1200)
    street.clear()
    street.live(12_000)
    moved = street.events(ZoneWarned)[-1][1].share  # looked at once a minute, last after 19 of the 20
    assert moved == pytest.approx(SPREAD.law(CELL).share(1140.0 - MILLING_S), abs=1e-4)
    followers = 0.6 * 2000 * moved
    going = int(np.isfinite(street.danger().zone.leaves_t).sum())
    assert going == pytest.approx(followers, abs=4 * math.sqrt(followers))


def test_when_another_alert_is_said_in_its_place_those_who_have_heard_it_still_go() -> None:
    """Heard for 5 min: 0.621 of them have; all of these have made up their minds 15 min later, and nobody else does."""
    street = Street(slope())  # type: ignore[arg-type]
    street.live(100)
    street.air()
    street.live(100 + 301)
    street.clear(is_replaced=True)
    street.live(12_000)
    assert street.events(ZoneWarned)[-1][1].share == pytest.approx(SPREAD.law(CELL).share(300.0), abs=0.02)
    ((t, _),) = street.events(AlertEnded)
    assert t == pytest.approx(401 + MILLING_S, abs=1)


def test_where_masts_have_no_power_a_cell_broadcast_is_not_heard_and_a_loudspeaker_is() -> None:
    """`targeted` can do harm: what goes by masts stops where they stop."""
    from sim.comms.coverage import Shadow

    share = {}
    for needs_masts in (True, False):
        street = Street(slope())  # type: ignore[arg-type]
        street.coverage.shadows.append(Shadow(*CENTRE, 500.0))
        street.live(100)
        street.air(told_per_min=CELL if needs_masts else BROADCAST, needs_masts=needs_masts)
        street.live(7300)
        share[needs_masts] = sum(event.following for _, event in street.events(ZoneWarned)[-1:])
    assert share[True] == 0 and share[False] > 1000


def test_a_danger_that_comes_while_an_alert_is_old_finds_people_warned() -> None:
    street = Street([one("it", "slide", 7200.0, access_s=0.0, floor=1, fails_after="1h", inside=500)])
    street.live(10)
    street.air()
    street.live(7262)
    assert street.events(ZoneWarned)[0][1].share > 0.97
    street.clear()
    street.live(7263)
    assert not street.events(AlertEnded)[0][1].was_false


# --- who hears it for nothing


def test_a_false_alert_sends_people_out_who_need_not_go() -> None:
    """The density of the place x the circle x 0.6 (D6) x trust; after two hours all have heard it."""
    street = Street([])
    street.live(10)
    street.air()
    street.live(7300)
    street.clear()
    street.live(7301)
    (_, ended), = street.events(AlertEnded)
    zone = PEOPLE.people_within(*CENTRE, 650.0, 14)
    audience = PEOPLE.people_within(*CENTRE, 1000.0, 14)
    assert ended.was_false and ended.needless == ended.following == pytest.approx(0.6 * zone, abs=1.0)
    assert ended.reached == pytest.approx(audience, abs=1.0) and ended.trust == 0.9


def test_of_a_right_alert_only_those_beside_the_danger_go_for_nothing() -> None:
    """The zone of the slope is 20,000 of the 1,327,000 m² that are warned: 1.5 % less than of a false alert."""
    needless = {}
    for plans in ([], slope()):
        street = Street(plans)  # type: ignore[arg-type]
        street.live(10)
        street.air()
        street.live(7300)
        street.clear()
        street.live(7301)
        (_, ended), = street.events(AlertEnded)
        needless[bool(plans)] = ended.needless
        assert ended.was_false is not bool(plans) and ended.trust == (1.0 if plans else 0.9)
    assert needless[True] == pytest.approx(needless[False] * (1.0 - 20_000 / (math.pi * 650.0**2)), abs=1.0)


def test_each_false_alert_costs_a_tenth_of_what_trust_is_left_and_a_day_brings_two_hundredths_back() -> None:
    trust = PublicTrust(warning_tables().compliance)
    assert trust.at(CENTRE, 0.0) == 1.0
    trust.lose(FalseAlert(100.0, *CENTRE, 1000.0))
    assert trust.at(CENTRE, 100.0) == pytest.approx(0.9)
    assert trust.at((CENTRE[0] + 1001.0, CENTRE[1]), 100.0) == 1.0
    trust.lose(FalseAlert(100.0, *CENTRE, 1000.0))
    assert trust.at(CENTRE, 100.0) == pytest.approx(0.81)
    assert trust.at(CENTRE, 100.0 + DAY_S) == pytest.approx(0.83)
    assert trust.at(CENTRE, 100.0 + 30 * DAY_S) == 1.0


def test_after_three_false_alerts_a_true_one_moves_0_73_of_the_people() -> None:
    """X3: 0.9³ = 0.729 of those who would have gone, less than a hundredth of it back after three hours."""
    following = {}
    for false_ones in (0, 3):
        street = Street([one("it", "slide", 11_000.0, access_s=0.0, floor=1, fails_after="6h", inside=2000)])
        for number in range(false_ones):
            street.live(3000 * number + 10)
            street.air(name=f"false {number}")
            street.live(3000 * number + 1000)
            street.clear(f"false {number}")
        street.live(11_010)
        street.air()
        street.live(18_300)
        following[false_ones] = street.events(ZoneWarned)[-1][1].share
    assert following[3] / following[0] == pytest.approx(0.729, abs=0.02)  # a line is written each 2 %


# --- the log


def test_the_public_is_logged_in_bulk_once_a_minute_at_most() -> None:
    street = Street(slope())  # type: ignore[arg-type]
    street.live(100)
    street.air(told_per_min=BROADCAST)
    street.live(14_000)
    for kind in (PublicInformed, ZoneWarned):
        seconds = [t for t, _ in street.events(kind)]
        assert len(seconds) <= 100 and min(np.diff(seconds)) >= 60
    last = street.events(PublicInformed)[-1][1]
    assert 0 < last.needless < last.following < last.reached


def test_people_who_hear_nothing_change_nothing() -> None:
    """Without an alert the stage of the public adds no event and no draw."""
    street, alone = Street(slope()), None  # type: ignore[arg-type]
    from tests.hazard_scene import Stage

    alone = Stage(slope())  # type: ignore[arg-type]
    street.live(15_000)
    alone.live(15_000)
    assert street.log.sha256() == alone.log.sha256()
