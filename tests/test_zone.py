"""People in a zone: who hears, who follows, who is out when; everybody is inside, out or hurt at any time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.streams import Dice, Streams
from sim.hazards.zone import Call, Zone, people_within
from tests.hazard_scene import PEOPLE, TOWN, world

MANY = 20_000
SCALE_S = 1800.0


def zone(people: int = MANY, seed: int = 1, *key: int) -> Zone:
    return Zone(people, Dice(Streams(seed), 7, *key))


def all_of_them(comply: float = 1.0, scale_s: float = SCALE_S) -> Call:
    return Call("loudspeaker", comply, scale_s)


@pytest.mark.parametrize("minutes", [10, 30, 60, 90])
def test_the_share_that_is_out_follows_the_rayleigh_curve(minutes: int) -> None:
    """F = 1 - exp(-t²/2s²); at 90 min and s = 30 min 0.989. Tolerance: four standard errors of a share of 20,000."""
    crowd = zone()
    crowd.warn(1.0, 100.0, all_of_them())
    share = 1.0 - math.exp(-((minutes * 60.0) ** 2) / (2.0 * SCALE_S**2))
    found = crowd.count(100.0 + minutes * 60.0).left / MANY
    assert abs(found - share) < 4.0 * math.sqrt(share * (1.0 - share) / MANY)


def test_of_15000_in_a_tower_some_99_in_100_are_out_after_ninety_minutes() -> None:
    """D5: 15,000 out in 90 min at SEG Plaza is why the scale is 30 min."""
    crowd = zone(15_000)
    crowd.warn(1.0, 0.0, all_of_them())
    assert 0.985 < crowd.count(5400.0).left / 15_000 < 0.993


@pytest.mark.parametrize(("share", "comply"), [(1.0, 0.6), (0.5, 0.9), (0.25, 0.5)])
def test_those_leave_who_hear_and_follow(share: float, comply: float) -> None:
    """Share x compliance; four standard errors."""
    crowd, expected = zone(), share * comply
    more = crowd.warn(share, 0.0, all_of_them(comply))
    assert more == crowd.count(1e9).left
    assert abs(more / MANY - expected) < 4.0 * math.sqrt(expected * (1.0 - expected) / MANY)
    assert abs(crowd.unwarned(0.0) / MANY - (1.0 - share)) < 4.0 * math.sqrt(share * (1.0 - share) / MANY) + 1e-9


def test_a_warning_said_again_to_the_same_share_moves_nobody() -> None:
    crowd = zone(1000)
    crowd.warn(0.4, 0.0, all_of_them())
    before = crowd.leaves_t.copy()
    assert crowd.warn(0.4, 50.0, all_of_them()) == 0 == crowd.warn(0.2, 60.0, all_of_them())
    assert np.array_equal(before, crowd.leaves_t)


def test_who_hears_a_growing_warning_hears_it_at_an_even_pace() -> None:
    """Half of them heard it between 0 and 500 s: it is told at 500 s, and nobody leaves in the past.

    Who takes longer leaves as if he had heard it in the middle of the telling, on average (scale 600 s, telling 100 s).
    """
    crowd = zone()
    call = all_of_them(scale_s=1e-6)
    crowd.warn(0.0, 0.0, call)
    crowd.warn(0.5, 500.0, call)
    assert crowd.count(499.0).left == 0 and abs(crowd.count(500.1).left / MANY - 0.5) < 0.015
    slow = zone()
    slow.warn(0.0, 0.0, all_of_them(scale_s=600.0))
    slow.warn(1.0, 100.0, all_of_them(scale_s=600.0))
    at_once = zone()
    at_once.warn(1.0, 50.0, all_of_them(scale_s=600.0))
    assert slow.count(700.0).left == pytest.approx(at_once.count(700.0).left, rel=0.02)  # heard at 50 s on average


def test_a_second_way_reaches_others_and_never_delays_who_goes_already() -> None:
    crowd = zone()
    crowd.warn(0.5, 0.0, all_of_them())
    before = crowd.leaves_t.copy()
    crowd.warn(0.5, 600.0, Call("door to door", 1.0, SCALE_S))
    assert np.all(crowd.leaves_t <= before)
    assert abs(crowd.unwarned(600.0) / MANY - 0.25) < 0.02  # half of a half hears nothing; some of the others are out


def test_more_people_change_nobodys_traits() -> None:
    few, more = zone(10), zone(1000)
    assert np.array_equal(few.fate_u, more.fate_u[:10])
    for crowd in (few, more):
        crowd.warn(1.0, 0.0, all_of_them(0.6))
    assert np.array_equal(few.leaves_t, more.leaves_t[:10])


def test_would_leave_says_what_a_warning_then_does() -> None:
    crowd = zone(50)
    call = all_of_them(0.7)
    said = [crowd.would_leave_t(person, 300.0, 0.0, call) for person in range(50)]
    crowd.warn(1.0, 300.0, call)
    assert said == crowd.leaves_t.tolist()


Steps = list[tuple[float, float, float, str, int]]
steps = st.lists(
    st.tuples(
        st.floats(0.0, 4000.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.sampled_from("abc"), st.integers(0, 59)
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_everybody_is_inside_out_or_hurt_and_nobody_comes_back(steps: Steps) -> None:
    crowd, t, left = zone(60), 0.0, 0
    for dt, share, comply, source, person in steps:
        t += dt
        crowd.warn(share, t, Call(source, comply, 900.0))
        if crowd.inside(t)[person]:
            crowd.hurt(person)
        count = crowd.count(t)
        assert sum(count) == 60 and min(count) >= 0
        assert count.left >= left
        left = count.left


def test_an_empty_zone_is_quiet() -> None:
    crowd = zone(0)
    assert crowd.warn(1.0, 0.0, all_of_them()) == 0
    assert crowd.count(5.0) == (0, 0, 0) and crowd.leaving(5.0) == 0


def test_people_in_a_circle_are_those_of_the_map_at_that_hour_whatever_the_scale() -> None:
    """Within 400 m the density of 400 m; a quarter of it in half the radius."""
    here = world()
    x, y = float(TOWN.roads.x[24]), float(TOWN.roads.y[24])
    at_noon = PEOPLE.people_within(x, y, 400.0, 12)
    assert people_within(here, x, y, 400.0, 0.0) == round(at_noon)
    assert people_within(here, x, y, 200.0, 0.0) == round(at_noon / 4.0)
    assert people_within(here, x, y, 1500.0, 0.0) == round(PEOPLE.people_within(x, y, 1500.0, 12))
