"""A fire: growth with the square of time, the limits of air and fuel, the water that is enough, those inside."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.events import IncidentChanged, IncidentEnded, PatientDied, PatientHarmed, PatientSettled
from sim.core.vocabulary import Capability, Severity
from sim.hazards.blaze import Blaze, BlazeLaw
from sim.hazards.fire import Fire, FirePhysics
from sim.hazards.tables import incident_kinds
from tests.hazard_scene import AMBULANCE, ENGINE, PATROL, Stage, one

ALPHA = 0.01172
"""kW/s², medium."""


def law(**changes: float) -> BlazeLaw:
    """A dwelling of four rooms; water of a crew takes up 3,276 kW."""
    numbers = {
        "alpha_kw_s2": ALPHA,
        "limit_kw": 3000.0,
        "flashover_kw": 1000.0,
        "room_kj": 11.7e6,
        "rooms_most": 4.0,
        "rooms_home": 4.0,
        "spread_s": 240.0,
        "spread_out_s": 600.0,
        "absorb_kw": 3276.0,
        "knock_s": 60.0,
        "out_kw": 20.0,
    }
    return BlazeLaw(**{**numbers, **changes})


def burn(blaze: Blaze, seconds: float, crews: int = 0, step_s: float = 10.0) -> Blaze:
    """Let it burn."""
    for _ in range(round(seconds / step_s)):
        blaze.step(step_s, crews)
    return blaze


@pytest.mark.parametrize("seconds", [60, 120, 240, 290])
def test_an_unhindered_fire_grows_with_the_square_of_time(seconds: int) -> None:
    """Exact to rounding of floats: the root of the heat release is what is stepped."""
    assert burn(Blaze(law()), seconds).kw == pytest.approx(ALPHA * seconds**2)


def test_a_medium_fire_flashes_over_after_292_seconds() -> None:
    """sqrt(1,000 / 0.01172) = 292.1 s."""
    assert burn(Blaze(law()), 290).kw < 1000.0 <= burn(Blaze(law()), 300).kw


def test_a_room_gives_no_more_heat_than_its_air_allows() -> None:
    blaze = burn(Blaze(law(rooms_most=1.0)), 1200)
    assert blaze.kw == pytest.approx(blaze.limit_kw(), rel=0.01)
    assert blaze.kw < 3000.0


def test_fire_spreads_to_the_next_room_four_minutes_after_flashover() -> None:
    blaze = burn(Blaze(law()), 300 + 240)
    assert blaze.rooms == pytest.approx(2.0, abs=0.05)  # one step of 10 s is 0.04 rooms


def test_the_fuel_is_all_the_heat_there_is_and_then_it_is_out() -> None:
    blaze = burn(Blaze(law(rooms_most=2.0)), 15 * 3600)
    assert blaze.is_out
    assert blaze.burnt_kj <= 2.0 * 11.7e6 * 1.001
    assert blaze.burnt_kj >= 0.98 * 2.0 * 11.7e6


@pytest.mark.parametrize(("crews", "declines"), [(1, False), (2, True)])
def test_six_megawatts_need_two_crews(crews: int, declines: bool) -> None:
    """One crew: 6.3 l/s x 2.6 MJ/kg x 0.2 = 3.276 MW."""
    blaze = burn(Blaze(law()), 300 + 240 + 60)
    before = blaze.kw
    assert 3276.0 < before < 2 * 3276.0
    assert blaze.crews_needed() == 2
    burn(blaze, 60, crews)
    assert (blaze.kw < before) is declines


def test_too_little_water_slows_the_growth_in_proportion() -> None:
    """At 4,000 kW one crew takes up 3,276: the root grows at 1 - 0.819 of its pace."""
    blaze = Blaze(law(limit_kw=1e6))
    blaze.kw = 4000.0
    blaze.step(10.0, 1)
    assert math.sqrt(blaze.kw) == pytest.approx(math.sqrt(4000.0) + math.sqrt(ALPHA) * 10.0 * (1 - 3276.0 / 4000.0))


def test_enough_water_halves_the_fire_in_42_seconds() -> None:
    """60 s x ln 2 = 41.6 s."""
    blaze = burn(Blaze(law()), 400)
    before = blaze.kw
    blaze.step(60.0 * math.log(2.0), 1)
    assert blaze.kw == pytest.approx(before / 2.0)


def test_the_water_of_a_crew_is_flow_times_heat_times_efficiency() -> None:
    physics = incident_kinds()["dwelling_fire"].physics
    assert isinstance(physics, FirePhysics)
    assert physics.absorb_kw() == pytest.approx(6.3 * 2600.0 * 0.2)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.floats(0.5, 120.0), st.integers(0, 6)), min_size=1, max_size=60))
def test_heat_and_fuel_stay_within_their_bounds_whatever_the_crews_do(parts: list[tuple[float, int]]) -> None:
    blaze = Blaze(law())
    for dt, crews in parts:
        burnt, rooms = blaze.burnt_kj, blaze.rooms
        blaze.step(dt, crews)
        assert 0.0 <= blaze.kw <= 4 * 3000.0
        assert blaze.burnt_kj >= burnt and 1.0 <= rooms <= blaze.rooms <= 4.0


# --- the incident


def house(seed: int = 1, **given: object) -> tuple[Stage, Fire]:
    """A growing fire in a dwelling of four rooms on the third floor at t = 0."""
    told = {"growth": "medium", "is_contained": False, "spreads": False, "rooms": 4, "occupants": 0, "helpless": 0}
    stage = Stage([one("fire", "dwelling_fire", floor=3, access_s=60.0, **{**told, **given})], seed)
    stage.live(1)
    fire = stage.incident("fire")
    assert isinstance(fire, Fire)
    return stage, fire


def test_a_burning_pot_needs_water_and_no_police() -> None:
    _, fire = house(is_contained=True)
    assert fire.needs() == {Capability.EXTINGUISH: 1}


def test_needs_grow_with_the_fire_and_end_with_it() -> None:
    stage, fire = house()
    assert fire.needs() == {Capability.EXTINGUISH: 1, Capability.SECURE: 1}
    stage.live(900)
    assert fire.needs()[Capability.EXTINGUISH] == math.ceil(fire.blaze.kw / 3276.0) > 1
    stage.send("fire", "patrol", PATROL)
    for number in range(4):
        stage.send("fire", f"engine {number}", ENGINE)
    stage.live(6 * 3600)
    assert [event.outcome for _, event in stage.events(IncidentEnded)] == ["resolved"]
    needs = [dict(event.needs) for _, event in stage.events(IncidentChanged)]
    assert needs[-1] == {}
    assert {"extinguish": 1} in needs  # embers


def test_crews_are_told_when_nothing_is_left_for_them() -> None:
    stage, fire = house()
    stage.live(600)
    for number in range(3):
        stage.send("fire", f"engine {number}", ENGINE)
    stage.live(3 * 3600)
    told = [unit for incident, unit in stage.incidents.done if incident is fire]
    assert told == ["engine 1", "engine 2", "engine 0"]  # two when it is out, one after the embers


def test_a_fire_that_nobody_fights_burns_out_unserved() -> None:
    stage, _ = house(rooms=1)
    stage.live(24 * 3600)
    ((_, ended),) = stage.events(IncidentEnded)
    assert ended.outcome == "unserved"


def test_a_bigger_fire_is_seen_from_further() -> None:
    stage, fire = house()
    x, y = fire.x + 300.0, fire.y
    assert stage.incidents.visible_from(x, y, 50.0) == []
    stage.live(1200)
    assert stage.incidents.visible_from(x, y, 50.0) == [fire]
    assert fire.sight_m() > 300.0


def test_the_helpless_are_trapped_by_smoke_and_freed_by_a_second_crew() -> None:
    stage, fire = house(occupants=1, helpless=1)
    stage.live(200)
    (patient,) = fire.patients
    assert patient.is_trapped and not patient.is_reachable
    assert fire.severity() is Severity.CRITICAL
    assert fire.needs()[Capability.RESCUE] == 1
    stage.send("fire", "ambulance", AMBULANCE)
    assert fire.take_patient("ambulance", 200.0) is None  # only fire crews can get to him
    stage.send("fire", "engine 1", ENGINE)
    stage.send("fire", "engine 2", ENGINE)
    assert (fire.task_of("engine 1"), fire.task_of("engine 2")) == (Capability.EXTINGUISH, Capability.RESCUE)
    stage.live(3000)
    assert [(patient.id, unit) for _, patient, unit in stage.incidents.released] == [("fire/0", "engine 2")]
    assert fire.take_patient("ambulance", 3000.0) is patient


def test_smoke_harms_those_inside_faster_the_bigger_the_fire() -> None:
    stage, fire = house(occupants=1, helpless=1)
    stage.live(200)
    (patient,) = fire.patients
    rates = []
    for t in (250, 320, 600):
        stage.live(t)
        rates.append(patient.rate)
    assert rates == sorted(rates) and rates[-1] == 3.0
    assert rates[0] == pytest.approx(ALPHA * 240.0**2 / 1000.0, abs=0.06)  # within one step of ten seconds


def test_those_awake_get_out_of_a_medium_fire_before_it_flashes_over() -> None:
    """At noon nearly all leave within 292 s: aware after 45 s (sigma 0.6), out 45 s later."""
    hurt = 0
    for seed in range(60):
        stage, _ = house(seed, occupants=2)
        stage.live(600)
        hurt += sum(event.severity == "critical" for _, event in stage.events(PatientHarmed))
    assert hurt <= 4  # of 120; expected 120 x P(lognormal > 247/45) = 0.3, so 4 is beyond one in 1,000


def test_each_victim_of_a_fire_is_judged_by_a_rehearsal_with_a_standard_set_of_crews() -> None:
    stage, fire = house(occupants=1, helpless=1, rooms=1)
    stage.live(12 * 3600)
    ((_, settled),) = stage.events(PatientSettled)
    assert settled.survival < 0.01  # left alone in a house that burns down
    assert 0.2 < settled.reference_survival < 1.0
    ((_, harmed),) = stage.events(PatientHarmed)
    assert harmed.reference_s >= 60.0 + 60.0 + 240.0 + 60.0  # a fire crew has to be inside first
    ((_, died),) = stage.events(PatientDied)
    assert died.avoidable == (fire.patients[0].u < settled.reference_survival)
