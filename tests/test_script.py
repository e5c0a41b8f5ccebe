"""The exogenous script: Poisson by hour and place, and independent of everything it should be independent of."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.city.embedded import load_embedded
from sim.city.population import Population
from sim.core.errors import InputError
from sim.core.streams import Streams
from sim.hazards.planned import Script
from sim.hazards.rehearsal import Rehearsal
from sim.hazards.script import Window, listed, nearest_node, write_script
from sim.hazards.tables import hazard_tables
from tests.hazard_scene import Stage, one, world

CITY = load_embedded("shenzhen")
PEOPLE = Population(CITY, 100.0, Streams(0))
TABLES = hazard_tables()
DAY = Window(0.0, 86_400.0)
LOADS = TABLES.background.loads


def written(seed: int = 1, load: float | dict[str, float] = 1.0, window: Window = DAY) -> Script:
    """A script of the embedded city."""
    return write_script(CITY, PEOPLE, Streams(seed), window, load)


def of_kind(script: Script, kind: str) -> list[object]:
    """Its lines of one kind."""
    return [line for line in [*script.incidents, *script.calls] if line.kind == kind]


def test_each_kind_comes_as_often_as_its_table_says_within_three_standard_errors() -> None:
    """Counts of ten days are Poisson: the standard error is their root."""
    counts: Counter[str] = Counter()
    for seed in range(10):
        script = written(seed)
        counts.update(line.kind for line in [*script.incidents, *script.calls])
    for name, kind in TABLES.kinds.items():
        expected = 10.0 * kind.per_day.value
        assert abs(counts[name] - expected) <= 3.0 * math.sqrt(expected), name


def test_the_hours_have_their_rates_within_four_standard_errors() -> None:
    """24 hours, Poisson counts of ten days; 4 standard errors, since 24 are looked at at once."""
    kind = TABLES.kinds["disorder"]
    times = np.concatenate([[line.t for line in of_kind(written(seed), "disorder")] for seed in range(10)])
    counts = np.histogram(times, bins=24, range=(0.0, 86_400.0))[0]
    expected = 10.0 * kind.per_day.value / 24.0 * kind.hourly.weights
    assert np.all(np.abs(counts - expected) < 4.0 * np.sqrt(expected))


def test_a_window_across_midnight_has_the_rates_of_its_own_hours() -> None:
    """22:00 to 06:00; expected counts by the table."""
    kind = TABLES.kinds["disorder"]
    expected = 20.0 * kind.per_day.value / 24.0 * float(kind.hourly.weights[[22, 23, 0, 1, 2, 3, 4, 5]].sum())
    got = sum(len(of_kind(written(seed, window=Window(22 * 3600.0, 8 * 3600.0)), "disorder")) for seed in range(20))
    assert abs(got - expected) < 3.0 * math.sqrt(expected)


def test_districts_have_their_share_of_dwelling_fires_within_four_standard_errors() -> None:
    nodes = np.array([line.node for seed in range(30) for line in of_kind(written(seed), "dwelling_fire")])
    counts = np.bincount(CITY.node_district[nodes], minlength=len(CITY.districts))
    people = np.bincount(CITY.node_district, CITY.node_people, len(CITY.districts))
    expected = len(nodes) * people / people.sum()
    assert np.all(np.abs(counts - expected) < 4.0 * np.sqrt(expected))


def test_lines_are_in_order_of_time_on_whole_seconds_within_the_window() -> None:
    script = written()
    for lines in (script.incidents, script.calls):
        times = [line.t for line in lines]
        assert times == sorted(times)
        assert all(t == int(t) and 0 <= t <= 86_400 for t in times)


def test_spots_lie_on_their_edges_and_nodes_are_their_nearer_ends() -> None:
    for plan in written().incidents:
        assert 0.0 <= plan.spot.offset_m <= CITY.roads.length_m[plan.spot.edge]
        assert plan.node == nearest_node(CITY, plan.spot)


def test_the_scale_of_the_population_changes_nothing() -> None:
    other = Population(CITY, 1000.0, Streams(0))
    assert write_script(CITY, other, Streams(1), DAY) == written()


def test_a_heavier_load_of_one_kind_changes_no_other_kind() -> None:
    plain, heavy = written(), written(load={"crime": 3.0})
    for name in [*TABLES.kinds, "enquiry", "hoax"]:
        assert (of_kind(plain, name) == of_kind(heavy, name)) is (name != "crime"), name
    assert len(of_kind(heavy, "crime")) > 2 * len(of_kind(plain, "crime"))


def test_a_part_of_the_city_has_its_share_of_the_incidents() -> None:
    """The toy town has 10,000 of the 17.5 million; at a load of 1,000 half of the city's number, Poisson."""
    town = load_embedded("toy")
    script = write_script(town, Population(town, 1.0, Streams(0)), Streams(1), DAY, 1000.0)
    per_day = sum(kind.per_day.value for kind in TABLES.kinds.values())
    expected = per_day * 1000.0 * town.population / TABLES.background.people.value
    assert abs(len(script.incidents) - expected) < 3.0 * math.sqrt(expected)


def test_one_more_incident_changes_no_draw_of_any_other() -> None:
    plans = [one("a", "road_crash", 10.0), one("b", "illness", 20.0), one("c", "dwelling_fire", 30.0)]
    alone, together = Stage(plans), Stage([*plans, one("d", "crime", 15.0), one("e", "road_crash", 10.0)])
    alone.live(31)
    together.live(31)
    for name in ("a", "b", "c"):
        assert _draws(alone, name) == _draws(together, name)
    assert _draws(together, "a")[1:] != _draws(together, "e")[1:]  # same kind, place and time, another name


def test_what_the_scenario_says_changes_no_other_draw_of_the_same_incident() -> None:
    stage = Stage([one("a", "road_crash")])
    told = Stage([one("a", "road_crash", access_s=99.0, floor=3)])
    stage.live(1)
    told.live(1)
    assert told.incident("a").access_s == 99.0
    assert told.incident("a").floor == 3
    assert told.incident("a").caller_delay_s == stage.incident("a").caller_delay_s
    assert told.incident("a").caller_row == stage.incident("a").caller_row


def test_calls_by_number_come_near_the_midpoints_that_the_rates_were_fitted_to() -> None:
    """First rings as the tables imply them, passers-by over the 12 minutes until help is seen; targets as ranges."""
    rings: Counter[str] = Counter()
    everybody = 0.0
    for name, kind in TABLES.kinds.items():
        if not kind.per_day.value:
            continue  # only scenarios name it
        calls = kind.per_day.value * (1.0 + _passers(name, 720.0))
        everybody += calls
        rings.update({number: share * calls for number, share in kind.dial.shares.items()})
    medical = sum(TABLES.kinds[name].per_day.value for name in ("illness", "cardiac_arrest"))
    put_through = sum(TABLES.kinds[name].per_day.value * 0.23 for name in ("illness", "cardiac_arrest"))
    for call in (TABLES.background.enquiry, TABLES.background.hoax):
        rings.update({number: share * call.per_day.value for number, share in call.dial.shares.items()})
    assert LOADS["110"].low <= rings["110"] <= LOADS["110"].high
    assert LOADS["120"].low <= rings["120"] + put_through <= LOADS["120"].high
    fire_service = TABLES.kinds["dwelling_fire"].per_day.value + TABLES.kinds["help_request"].per_day.value
    assert fire_service == LOADS["119"].value
    assert 0.5 < TABLES.background.enquiry.per_day.value / rings["110"] < 0.7
    hoaxes = TABLES.background.hoax.per_day.value
    assert hoaxes / (everybody + TABLES.background.enquiry.per_day.value + hoaxes) == pytest.approx(0.08, abs=0.01)
    assert TABLES.kinds["cardiac_arrest"].per_day.value / medical == pytest.approx(0.01, abs=0.005)


def test_a_misspelt_kind_or_detail_names_the_nearest() -> None:
    town = load_embedded("toy")
    with pytest.raises(InputError, match=r"Did you mean 'road_crash'\?"):
        listed(town, "x", "road_crush", 0.0, town.roads.at_node(0))
    with pytest.raises(InputError, match=r"Did you mean 'trapped'\?"):
        listed(town, "x", "road_crash", 0.0, town.roads.at_node(0), traped=2)
    with pytest.raises(InputError, match="greater than or equal to 0"):
        listed(town, "x", "road_crash", 0.0, town.roads.at_node(0), trapped=-2)
    with pytest.raises(InputError, match=r"Did you mean 'crime'\?"):
        write_script(CITY, PEOPLE, Streams(1), DAY, {"crimes": 2.0})


def _draws(stage: Stage, name: str) -> tuple[object, ...]:
    incident = stage.incident(name)
    patients = [(p.citizen, p.u, p.severity, p.treat_s, p.needs_transport) for p in incident.patients]
    work = [task.left_s for task in incident.tasks]
    return incident.started_t, incident.caller_row, incident.caller_delay_s, incident.access_s, patients, work


@cache
def _stored(seed: int) -> Script:
    return written(seed)


def _passers(name: str, seconds: float) -> float:
    """Mean number of callers from outside, over up to 300 background incidents of one kind at their own hours."""
    surroundings = replace(world(), town=CITY, population=PEOPLE, reference=None, start_s=0)
    plans = [plan for seed in range(6) for plan in of_kind(_stored(seed), name)][:300]
    physics = TABLES.kinds[name].physics
    incidents = [physics.start(plan, surroundings, Rehearsal()) for plan in plans]
    return sum(incident.passer_rate(incident.started_t) for incident in incidents) / len(incidents) * seconds
