"""The green corridor: what it saves on the toy town by hand, where it saves nothing, what it costs."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sim.build import Ground, build, lay_ground
from sim.city.embedded import load_embedded
from sim.city.roads import ROAD_CLASSES
from sim.city.routing import Route
from sim.city.traffic import SIREN_GAIN, Clearing, Traffic
from sim.comms.views import CorridorView
from sim.core import events as e
from sim.core.log import Log
from sim.core.streams import Streams
from sim.core.vocabulary import Severity
from sim.model import City
from sim.policies.bundles import parse_arm
from sim.policies.signals import GreenCorridor, NoCorridor
from sim.results.kpis import kpis
from tests.spine import Paper, events, ground_of, lived, scenario_of, the, times

CASE = 60 + 3 + 45  # noticed, picked up, said
ROLLING = CASE + 8 + 150  # an ambulance takes 150 s to turn out
SLOW = 0.5  # of the limit, for all traffic
SIREN_S = 100.0 / (SLOW * 1.3)  # a block with siren
SAVED = 0.27
CORRIDOR = "fragmented+signals=green_corridor"


@cache
def jammed(factor: float = SLOW, road_class: str = "secondary") -> Ground:
    """The toy town at a part of its usual speed, with roads of another class."""
    town = load_embedded("toy")
    classes = np.full_like(town.roads.road_class, ROAD_CLASSES.index(road_class))
    speed = np.full_like(town.speed_factor, factor)
    return lay_ground(replace(town, roads=replace(town.roads, road_class=classes), speed_factor=speed), 1.0)


def ill(severity: str = "critical", node: str = "F6", name: str = "ill") -> dict[str, Any]:
    """Four blocks east of the West Hospital at B6 when East's ambulances are far away, at F2."""
    details = {"condition": "malaise", "severity": severity}
    return {"name": name, "kind": "illness", "at": "+0s", "place": {"node": node}, "access": "0s", "details": details}


def city(arm: str = CORRIDOR, ground: Ground | None = None, **stored: Any) -> City:
    scenario = scenario_of(**{"incidents": [ill(node="B2")], "drain": "1h", **stored})
    return build(scenario, ground or jammed(), parse_arm(arm), 1)


def log_with(arm: str = CORRIDOR, ground: Ground | None = None, **stored: Any) -> Log:
    return lived(city(arm, ground, **stored)).log


# --- the law


def drive(factor: float, road_class: str, saves: float, edges: frozenset[int] | None = None) -> float:
    """Seconds for a whole block."""
    town = jammed(factor, road_class).town
    traffic = Traffic(town, Streams(1))
    route = Route(np.array([0], np.int32), 0.0, 1000.0)
    clearing = Clearing(frozenset({0}) if edges is None else edges, saves)
    return traffic.drive(route, 0.0, siren=True, clearing=clearing).arrival_s


@pytest.mark.parametrize("road_class", ["primary", "secondary"])
def test_where_signals_are_set_a_crew_keeps_what_crossings_would_cost_it(road_class: str) -> None:
    assert SIREN_GAIN.value == 1.3
    assert drive(SLOW, road_class, SAVED) == pytest.approx(SIREN_S * (1 - SAVED))
    assert 1.25 <= 1 / (1 - SAVED) <= 1.5, "L7"


@pytest.mark.parametrize("road_class", ["motorway", "trunk", "tertiary", "residential"])
def test_roads_without_signals_are_as_fast_as_before(road_class: str) -> None:
    assert drive(SLOW, road_class, SAVED) == pytest.approx(SIREN_S)


def test_nobody_passes_the_limit_for_it() -> None:
    assert drive(0.7, "primary", SAVED) == pytest.approx(
        100.0
    )  # 0.91 of the limit with siren; 1.25 times that is above
    assert drive(1.0, "primary", SAVED) == pytest.approx(100.0)


def test_other_roads_than_those_that_were_asked_for_are_as_before() -> None:
    assert drive(SLOW, "primary", SAVED, frozenset({1, 2})) == pytest.approx(SIREN_S)


def test_it_is_asked_for_where_a_life_hangs_on_it_and_it_is_worth_the_words() -> None:
    policy = GreenCorridor(saved=0.25, least_s=20.0)
    assert policy.is_for(Severity.CRITICAL)
    assert not policy.is_for(Severity.SERIOUS) and not NoCorridor().is_for(Severity.CRITICAL)
    assert policy.opens(CorridorView(Severity.CRITICAL, 80.0))
    assert not policy.opens(CorridorView(Severity.CRITICAL, 79.0))
    assert not policy.opens(CorridorView(Severity.CRITICAL, 0.0)), "no signals on the way"


# --- a way that is opened


def test_an_ambulance_whose_way_is_open_before_it_rolls_is_sooner_there(paper: Paper) -> None:
    log, without = log_with(), log_with("fragmented")
    assert times(log, e.MessageSent, message_kind="corridor request") == [CASE]
    assert times(log, e.CorridorOpened) == [CASE + 30]
    assert the(log, e.CorridorOpened).length_m == 4000.0  # B6 to B2, or F2 to B2
    assert [one.t for one in events(log, e.MessageSent, message_kind="way opened")] == [CASE + 30]
    blocks = 4
    assert times(without, e.UnitOnScene) == [math.ceil(ROLLING + blocks * SIREN_S)]
    there = math.ceil(ROLLING + blocks * SIREN_S * (1 - SAVED))
    assert times(log, e.UnitOnScene) == [there]
    assert the(log, e.CorridorClosed).seconds == there - (CASE + 30)
    assert kpis(log)["corridor_minutes"] == pytest.approx((there - CASE - 30) / 60)
    assert kpis(without)["corridor_minutes"] == 0.0


def test_signals_that_are_set_on_its_way_help_from_there_on(paper: Paper) -> None:
    log = log_with(f"{CORRIDOR}.set_s=300")
    heard = CASE + 300 + 8
    driven = (heard - ROLLING) / SIREN_S  # blocks
    left_s = (4 - driven) * SIREN_S * (1 - SAVED)
    assert times(log, e.UnitOnScene) == [math.ceil(heard + left_s - 1e-6)]


def test_one_operator_sets_one_way_after_the_other(paper: Paper) -> None:
    two = [ill(node="B2"), ill(node="D6", name="other")]
    opened = times(log_with(f"{CORRIDOR}.operators=1", incidents=two), e.CorridorOpened)
    asked = times(log_with(f"{CORRIDOR}.operators=1", incidents=two), e.MessageSent, message_kind="corridor request")
    assert opened[0] == asked[0] + 30
    assert opened[1] == max(asked[1], opened[0]) + 30


def test_a_crew_that_is_called_off_lets_cross_traffic_go(paper: Paper) -> None:
    """Two calls of one illness, taken for two: the second crew turns back, and its lights with it."""
    paper.works(desk__join_radius_m=0.0)
    living = city(ground=jammed())
    lived(living, ROLLING + 100)
    unit = next(unit for unit in living.units.units if unit.order is not None)
    assert unit.id in living.departments.departments["ems"].dispatcher.signals._open  # type: ignore[index]
    unit.halt()
    unit.become_free("recalled")
    assert times(living.log, e.CorridorClosed) == [living.t]


# --- where it does not help, or does harm


@pytest.mark.parametrize("severity", ["minor", "serious"])
def test_a_case_that_is_not_critical_is_driven_to_as_before(paper: Paper, severity: str) -> None:
    incidents = [ill(severity, "B2")]
    log, without = log_with(incidents=incidents), log_with("fragmented", incidents=incidents)
    assert not times(log, e.CorridorOpened) and not times(log, e.MessageSent, message_kind="corridor request")
    assert times(log, e.UnitOnScene) == times(without, e.UnitOnScene)


def test_without_signals_on_the_way_nobody_is_asked(paper: Paper) -> None:
    log = log_with(ground=jammed(road_class="motorway"))
    assert not times(log, e.MessageSent, message_kind="corridor request")
    assert times(log, e.UnitOnScene) == [math.ceil(ROLLING + 4 * SIREN_S)]


def test_by_night_cross_traffic_waits_for_nothing(paper: Paper) -> None:
    """On free roads a crew drives at the limit anyway."""
    free = jammed(factor=1.0)
    log, without = log_with(ground=free), log_with("fragmented", free)
    assert times(log, e.UnitOnScene) == times(without, e.UnitOnScene)
    assert (kpis(log)["corridor_minutes"] or 0) > 5


def test_words_about_lights_keep_an_order_waiting(paper: Paper) -> None:
    """One slot on the net: what is said of lights at 153 takes it until 161, and the order of second 156 waits."""
    paper.works(radio__slots=1)
    incidents = [ill(node="B2"), {**ill("serious", "D6", "second"), "at": "+33s"}]
    arms = (f"{CORRIDOR}.set_s=45", "fragmented")
    kept, free = (times(log_with(arm, incidents=incidents), e.UnitAlerted)[1] for arm in arms)
    ordered = CASE + 3 + 45  # the one call-taker turns to the second call when the first is over
    assert free == ordered + 8
    assert kept == CASE + 45 + 8 + 8


def test_a_crew_that_does_not_hear_of_it_gains_nothing_and_cross_traffic_waits_all_the_same(paper: Paper) -> None:
    dead = {"channel": "ems radio", "at": CASE + 20, "until": CASE + 100}
    log = log_with(outages=[dead])
    assert times(log, e.UnitOnScene) == [math.ceil(ROLLING + 4 * SIREN_S)]
    assert the(log, e.CorridorClosed).seconds == math.ceil(ROLLING + 4 * SIREN_S) - (CASE + 30)


def test_a_city_with_an_open_way_can_be_saved(paper: Paper, tmp_path: Path) -> None:
    first = lived(city(ground=ground_of("toy", 1.0)), ROLLING + 100)
    assert times(first.log, e.CorridorOpened) and not times(first.log, e.CorridorClosed)
    first.save(tmp_path / "way")
    again = City.load(tmp_path / "way")
    assert lived(again).log.sha256() == lived(first).log.sha256()
