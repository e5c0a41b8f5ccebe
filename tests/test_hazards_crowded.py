"""A slope, a drain, a tower: when danger comes is nobody's choice, whom it meets depends on who has left."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.core.events import IncidentEnded, PatientHarmed, PatientSettled, PeopleLeft
from sim.core.vocabulary import Capability, Severity
from sim.hazards.covered import covered_roads
from sim.hazards.crowded import Crowded
from sim.hazards.flood import Flood
from sim.hazards.patient import Patient
from sim.hazards.shaking import Shaking
from sim.hazards.slide import Slide
from tests.hazard_scene import AMBULANCE, ENGINE, PATROL, PEOPLE, TOWN, TRAFFIC, Stage, one, world

INSPECTOR = (Capability.INSPECT,)
CONSTABLE = (Capability.SECURE, Capability.EVACUATE)
PUMP = (*ENGINE, Capability.PUMP)


def crowded(kind: str, seed: int = 1, **given: object) -> tuple[Stage, Any]:
    """One such incident at t = 0, at street level and with no way from the kerb."""
    stage = Stage([one("it", kind, access_s=0.0, floor=1, **given)], seed)
    stage.live(1)
    incident = stage.incident("it")
    assert isinstance(incident, Crowded)
    return stage, incident


def counts(stage: Stage) -> list[tuple[int, int, int]]:
    return [(event.inside, event.left, event.hurt) for _, event in stage.events(PeopleLeft)]


def draws(patients: list[Patient]) -> dict[str, tuple[object, ...]]:
    """What belongs to each patient whatever became of the others."""
    return {p.id: (p.u, p.citizen, p.condition, p.severity, p.treat_s) for p in patients}


# --- a slope


def slope(seed: int = 1, **given: object) -> tuple[Stage, Slide]:
    """A thousand people below a slope that fails after four hours."""
    return crowded("slide", seed, **{"fails_after": "4h", "inside": 1000, "closes_roads": False, **given})


def test_a_slope_creeps_as_the_log_of_the_time_left() -> None:
    """Scale 10 mm: at half time 10 ln 2, at nine tenths 10 ln 10; 20 mm are plain cracks, at 1 - e^-2 of the time."""
    _, slide = slope()
    assert slide.creep_mm(7200.0) == pytest.approx(10.0 * math.log(2.0))
    assert slide.creep_mm(0.9 * 14400.0) == pytest.approx(10.0 * math.log(10.0))
    plain_t = 14400.0 * (1.0 - math.exp(-2.0))
    for t, severity in ((plain_t - 60.0, Severity.MINOR), (plain_t + 60.0, Severity.SERIOUS)):
        slide.advance(t)
        assert slide.severity() is severity


def test_it_fails_at_its_time_and_buries_those_whose_lot_it_is() -> None:
    stage, slide = slope()
    assert slide.needs() == {Capability.INSPECT: 1}
    stage.live(14400)
    assert not slide.has_failed and not slide.patients
    stage.live(14401)
    assert slide.has_failed and slide.extent() == slide.area_m2
    buried = [patient.number for patient in slide.patients if patient.condition == "trapped"]
    hit = [patient.number for patient in slide.patients if patient.condition == "trauma"]
    assert buried == (slide.zone.fate_u < 0.098).nonzero()[0].tolist()
    assert hit == ((slide.zone.fate_u >= 0.098) & (slide.zone.fate_u < 0.098 + 0.016)).nonzero()[0].tolist()
    assert {time for time, _ in stage.events(PatientHarmed)} == {14400}
    assert slide.severity() is Severity.CRITICAL


def test_a_fallen_slope_needs_a_crew_for_each_buried_up_to_the_room_there_is_and_a_few_ambulances() -> None:
    stage, slide = slope(inside=100)
    stage.live(14401)
    buried = sum(patient.is_trapped for patient in slide.patients)
    reachable = len(slide.patients) - buried
    assert 0 < buried < 30
    needs = slide.needs()
    assert needs[Capability.RESCUE] == buried and needs[Capability.SECURE] == 6
    assert needs[Capability.TREAT] == reachable + min(buried, 4)
    crowd_stage, crowd = slope(inside=2000)
    crowd_stage.live(14401)
    assert crowd.needs()[Capability.RESCUE] == 30


def test_the_buried_live_by_how_long_they_lie_there() -> None:
    """D4: 90 % after one hour, 50 % after 24."""
    stage, slide = slope()
    stage.live(14401)
    patient = next(p for p in slide.patients if p.is_trapped)
    assert patient.survival(14400.0 + 3600.0) == pytest.approx(0.9)
    assert patient.survival(14400.0 + 86400.0) == pytest.approx(0.5)


def test_who_has_left_is_not_harmed_and_the_others_meet_the_fate_that_they_would_have_met_anyway() -> None:
    """The time of failure and all draws are exogenous: warned or not, the same people are buried if they are there."""
    alone_stage, alone = slope()
    warned_stage, warned = slope()
    assert warned.warn(1.0, 1.0) == int((warned.zone._comply_u < 0.6).sum())
    for stage in (alone_stage, warned_stage):
        stage.live(14401)
    spared, met = draws(alone.patients), draws(warned.patients)
    assert warned.fails_t == alone.fails_t and 0 < len(met) < len(spared)
    assert met == {name: spared[name] for name in met}
    assert all(warned.zone.leaves_t[patient.number] > 14400.0 for patient in warned.patients)
    inside = (warned.zone.leaves_t > 14400.0) & (warned.zone.fate_u < 0.098 + 0.016)
    assert len(met) >= int(inside.sum()) == len(met)


def test_when_it_has_been_judged_crews_go_from_door_to_door() -> None:
    stage, slide = slope()
    stage.send("it", "engineer", INSPECTOR)
    stage.live(math.floor(1 + slide.inspect_s))
    assert not slide.is_judged and slide.needs() == {Capability.INSPECT: 1}
    stage.live(math.ceil(1 + slide.inspect_s) + 2)
    assert slide.is_judged and slide.severity() is Severity.SERIOUS
    assert slide.needs() == {Capability.EVACUATE: 12}
    begun = stage.clock.t
    for number in range(2):
        stage.send("it", f"constable {number}", CONSTABLE)
    stage.live(begun + 2500)  # two crews, ten crew-seconds a person: half of the thousand
    heard = 1000 - slide.zone.unwarned(slide.t) - int((slide.zone.leaves_t <= slide.t).sum())
    out = slide.zone.count(slide.t).left
    assert heard + out == pytest.approx(500, abs=3 * math.sqrt(250) + 12)  # binomial, and a look a minute
    stage.live(begun + 5002)
    assert Capability.EVACUATE not in slide.needs()
    followers = int((slide.zone._comply_u < 0.9).sum())
    assert int(np.isfinite(slide.zone.leaves_t).sum()) == followers


def test_word_of_a_judgement_is_left_once_by_the_crew_that_worked_and_never_by_a_slope_that_fell() -> None:
    """Of two inspectors the second finds the task taken; a fall during the inspection ends it unjudged."""
    stage, slide = slope()
    stage.send("it", "first", INSPECTOR)
    stage.send("it", "second", INSPECTOR)
    stage.live(math.ceil(1 + slide.inspect_s) + 2)
    assert [(incident.id, unit) for incident, unit in stage.incidents.inspected] == [("it", "first")]
    falls, fallen = slope(fails_after="10min")
    assert fallen.inspect_s > 600
    falls.send("it", "first", INSPECTOR)
    falls.live(4 * 3600)
    assert fallen.has_failed and not falls.incidents.inspected


def test_without_anybody_to_inspect_it_nobody_is_called_out() -> None:
    stage, slide = slope()
    stage.send("it", "patrol", CONSTABLE)
    stage.live(14400)
    assert slide.zone.count(slide.t).left == 0


def test_a_fallen_slope_is_over_when_nobody_is_under_it_and_it_is_cleared() -> None:
    stage, slide = slope(inside=30)
    stage.live(14401)
    buried = sum(patient.is_trapped for patient in slide.patients)
    for number in range(buried):
        stage.send("it", f"engine {number}", ENGINE)
    for number in range(len(slide.patients)):
        stage.send("it", f"ambulance {number}", AMBULANCE)
    stage.send("it", "tow", TRAFFIC)
    stage.live(14401 + 260_000)
    for patient in slide.patients:
        patient.crew = patient.crew or "ambulance"
        patient.load(stage.clock.t)
    assert not any(patient.is_trapped for patient in slide.patients)
    stage.live(14401 + 260_000 + math.ceil(slide.clear_s) + 5)
    assert [event.outcome for _, event in stage.events(IncidentEnded)] == ["resolved"]


def test_an_empty_slope_that_falls_unseen_is_left_after_a_while() -> None:
    stage, _ = slope(inside=0)
    stage.live(14400 + 7200 + 2)
    assert [(t, event.outcome) for t, event in stage.events(IncidentEnded)] == [(14400 + 7200, "unserved")]
    assert counts(stage) == [(0, 0, 0)]


def test_a_death_is_avoidable_if_crews_that_had_known_at_once_would_have_had_him_out() -> None:
    """With six hours, all who open their doors (0.9) are out by the reference; with no time at all nobody is."""
    for fails_after, spared in (("6h", True), (0, False)):
        stage, slide = slope(fails_after=fails_after)
        stage.live(int(slide.fails_t) + 4 * 86_400)
        settled = [event.reference_survival for _, event in stage.events(PatientSettled)]
        share = sum(survival == 1.0 for survival in settled) / len(settled)
        assert abs(share - 0.9) < 0.1 if spared else share == 0.0  # about 110 people: three standard errors are 0.09


def test_roads_under_a_slope_are_shut_but_for_one_way_in_and_out() -> None:
    """Wherever it falls and however far, the rim can still be reached from the spot, and the spot from the rim."""
    roads = TOWN.roads
    for node, radius_m, least in ((24, 1100.0, 4), (24, 300.0, 0), (0, 1500.0, 1), (10, 2500.0, 8), (24, 9e9, 0)):
        spot = roads.at_node(node)
        shut = covered_roads(world(), roads.at(spot), radius_m, spot)
        assert len(shut) >= least and spot.edge not in shut
        rim = set(range(roads.node_count)) - set(PEOPLE.index.nodes_within(*roads.at(spot), radius_m).tolist())
        for tail, head in ((roads.tail, roads.head), (roads.head, roads.tail)):
            reached, before = {node}, 0
            while len(reached) > before:
                before = len(reached)
                open_edges = [edge for edge in range(roads.edge_count) if edge not in shut and tail[edge] in reached]
                reached |= {int(head[edge]) for edge in open_edges}
            assert not rim or reached & rim, (node, radius_m)


# --- a drain


def drain(seed: int = 1, **given: object) -> tuple[Stage, Flood]:
    """Water rises after ten minutes from 1 m, half a metre a minute, to 4 m; it stays there for half an hour."""
    told = {"inside": 40, "rises_after": 600, "rise_m_min": 0.5, "peak_m": 4.0, "lasts": "30min"}
    return crowded("flash_flood", seed, **{**told, **given})


def test_the_level_goes_up_stays_and_falls_as_worked_out_on_paper() -> None:
    """3 m at 0.5 m a minute are 360 s; down at 0.05 m a minute are 3,600 s."""
    _, flood = drain()
    expected = {0: 1.0, 600: 1.0, 720: 2.0, 960: 4.0, 2760: 4.0, 2760 + 1800: 2.5, 2760 + 3600: 1.0, 9999: 1.0}
    assert {t: round(flood.level_m(t), 9) for t in expected} == expected
    assert (flood.alarm_t, flood.limit_t) == (624.0, 672.0)  # 1.2 m, 1.6 m


def test_who_is_not_out_when_the_water_passes_the_limit_is_swept_off() -> None:
    """48 s between alarm and limit at a scale of 180 s: 3.5 % get out by their own eyes."""
    stage, flood = drain(inside=5000)
    stage.live(673)
    swept = (flood.zone._pause * 180.0 > 48.0).nonzero()[0].tolist()
    assert [patient.number for patient in flood.patients] == swept
    out = 1.0 - len(swept) / 5000
    assert abs(out - (1.0 - math.exp(-(48.0**2) / (2.0 * 180.0**2)))) < 4.0 * math.sqrt(0.035 * 0.965 / 5000)
    ashore = sum(patient.condition == "respiratory" for patient in flood.patients)
    assert abs(ashore / len(swept) - 0.25) < 4.0 * math.sqrt(0.25 * 0.75 / 4800)


def test_who_was_warned_in_time_is_out_and_nothing_is_needed_any_more() -> None:
    stage, flood = drain()
    assert flood.needs() == {Capability.EVACUATE: 1}
    flood.warn(1.0, 1.0)
    assert flood.needs() == {}
    stage.live(8000)
    stayed = int((flood.zone._comply_u >= 0.9).sum())
    slow = int((flood.zone._pause * 180.0 > 599.0).sum())
    assert len(flood.patients) <= stayed + slow < 10


def test_water_that_rises_on_people_who_do_not_know_needs_a_pump_too() -> None:
    stage, flood = drain(rise_m_min=0.05)
    stage.live(602)
    assert flood.needs() == {Capability.EVACUATE: 1}
    flood.advance(610.0)
    assert flood.needs() == {Capability.EVACUATE: 1, Capability.PUMP: 1}
    assert flood.severity() is Severity.SERIOUS


def test_a_crew_at_the_manhole_calls_everybody_out() -> None:
    """Twenty crew-seconds a person: six are called in two minutes, and out some minutes later."""
    stage, flood = drain(inside=6, rises_after=1800)
    stage.send("it", "constable", CONSTABLE)
    stage.live(130)
    assert flood.zone.unwarned(flood.t) == 0
    stage.live(1860)
    assert flood.zone.count(flood.t) == (0, 6, 0)
    stage.live(9000)
    assert not flood.patients
    assert [event.outcome for _, event in stage.events(IncidentEnded)] == ["resolved"]


def test_after_the_sweep_people_are_searched_for_and_the_level_is_what_it_would_have_been() -> None:
    stage, flood = drain(inside=6)
    stage.live(700)
    adrift = sum(patient.is_trapped for patient in flood.patients)
    needs = flood.needs()
    assert needs[Capability.RESCUE] == adrift and needs[Capability.PUMP] == 1 == needs[Capability.SECURE]
    for number in range(adrift):
        stage.send("it", f"engine {number}", PUMP)
    stage.live(3000)
    quiet = drain(inside=0)[1]
    assert [flood.level_m(t) for t in range(0, 8000, 50)] == [quiet.level_m(t) for t in range(0, 8000, 50)]


def test_a_drain_that_is_never_flooded_hurts_nobody() -> None:
    stage, flood = drain(peak_m=1.5)
    stage.live(12_000)
    assert not flood.patients and flood.limit_t == math.inf
    assert flood.alarm_t < math.inf and [type(e) for _, e in stage.events(IncidentEnded)] == [IncidentEnded]


# --- a tower


def tower(seed: int = 1, **given: object) -> tuple[Stage, Shaking]:
    return crowded("shaking_building", seed, **{"inside": 15_000, "shakes": "20min", **given})


def test_a_tower_empties_itself_and_is_over_when_it_has_been_inspected() -> None:
    stage, shaking = tower()
    assert shaking.needs() == {Capability.INSPECT: 1, Capability.SECURE: 6}
    stage.send("it", "engineer", INSPECTOR)
    stage.send("it", "patrol", PATROL)
    stage.live(60 * 60)
    assert shaking.intensity() == 0.0 and 0 < shaking.extent() < 15_000
    for patient in list(shaking.patients):
        patient.release(stage.clock.t)
    stage.live(6 * 3600)
    for patient in shaking.patients:
        if not patient.is_gone:
            patient.release(stage.clock.t)
    stage.live(8 * 3600)
    ((ended_t, ended),) = stage.events(IncidentEnded)
    assert ended.outcome == "resolved"
    assert ended_t >= max(shaking.empty_t, 1 + shaking.inspect_s)
    assert [(incident.id, unit) for incident, unit in stage.incidents.inspected] == [("it", "engineer")]


def test_a_tower_that_nobody_inspects_is_shut_two_hours_after_it_is_empty() -> None:
    stage, shaking = tower(inside=300)
    stage.send("it", "patrol", PATROL)
    stage.live(12 * 3600)
    ((ended_t, ended),) = stage.events(IncidentEnded)
    assert ended.outcome == "not inspected" and ended_t == math.ceil(shaking.empty_t + 7200.0)


def test_the_stairs_hurt_one_or_two_of_fifteen_thousand_and_the_shaking_nobody() -> None:
    """15,000 x 1.1e-4 = 1.65 a run; 40 runs give 66 with a standard error of 8."""
    hurt = 0
    for seed in range(40):
        _, shaking = tower(seed)
        assert not shaking.patients
        hurt += len(shaking._at_risk)
    assert abs(hurt - 66.0) < 4.0 * math.sqrt(66.0)


def test_who_is_hurt_on_the_stairs_is_so_when_he_walks_down() -> None:
    stage, shaking = next((s, t) for s, t in (tower(seed) for seed in range(20)) if t._at_risk)
    when = [math.ceil(t) for t, _ in shaking._at_risk]
    stage.live(5 * 3600)
    assert [t for t, _ in stage.events(PatientHarmed)] == when


@pytest.mark.parametrize("make", [slope, drain, tower])
def test_the_log_counts_everybody_once_a_minute_at_most(make: Any) -> None:
    stage, incident = make()
    stage.live(5 * 3600)
    told = [(t, sum(count)) for (t, _), count in zip(stage.events(PeopleLeft), counts(stage), strict=True)]
    assert {total for _, total in told} == {incident.zone.people}
    gaps = [after - before for (before, _), (after, _) in pairwise(told)]
    assert all(gap >= 60 for gap in gaps[:-1])
    assert counts(stage)[-1] == incident.zone.count(incident.t)


@pytest.mark.parametrize(("kind", "told"), [("slide", {"fails_after": "soon"}), ("flash_flood", {"peak": 3})])
def test_a_wrong_detail_is_named(kind: str, told: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"fails_after|Did you mean 'peak_m'"):
        one("it", kind, **told)
