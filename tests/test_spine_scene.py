"""At the scene and after it: an order said twice, a patient to a full hospital, a wrong place, a call for others."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np
import pytest

from sim.core import events as e
from sim.core.log import Log
from sim.core.streams import Streams
from sim.core.vocabulary import Capability
from tests.spine import BLOCK_S, Paper, asks_longer_s, caller_dice, events, log_of, scenario_of, the, times

CASE = 60 + 3 + 45  # noticed, picked up, said
LIFT = {
    "name": "lift",
    "kind": "help_request",
    "at": "+0s",
    "place": {"node": "D4"},
    "floor": 1,
    "access": "0s",
    "details": {"severity": "minor", "injured": 0},
}
ILL = {
    "name": "ill",
    "kind": "illness",
    "at": "+0s",
    "place": {"node": "D6"},  # two blocks east of the West Hospital at B6
    "floor": 3,
    "access": "40s",
    "details": {"condition": "malaise", "severity": "serious"},
}


# --- the radio


def test_an_order_that_is_lost_is_said_again_after_half_a_minute(paper: Paper) -> None:
    seed = next(seed for seed in range(1, 50) if order_u(seed, 0) < 0.5 < order_u(seed, 1))
    paper.works(radio__loss=0.5)  # by its draws the first order is lost and the second is not
    log = log_of(scenario_of(incidents=[LIFT]), seed=seed)
    assert times(log, e.MessageLost, reason="not received", channel="fire radio")[0] == CASE + 8
    assert times(log, e.MessageSent, message_kind="order") == [CASE, CASE + 30]
    assert times(log, e.UnitAlerted) == [CASE + 30 + 8]
    assert len(times(log, e.UnitOrdered)) == 1  # one decision, said twice


def order_u(seed: int, times_said: int) -> float:
    """The uniform by which an order is lost: of the case's first call, the capability, the first unit for it."""
    case = caller_dice(seed, "lift").child(0)
    order = case.child(list(Capability).index(Capability.RESCUE), 0)
    return float(order.child(times_said).of("loss.order").random())


def test_an_order_into_a_dead_radio_net_waits_until_it_works_again(paper: Paper) -> None:
    outage = {"channel": "fire radio", "at": "+0s", "until": f"+{CASE + 70}s"}
    log = log_of(scenario_of(incidents=[LIFT], outages=[outage]))
    # said at 108, 138 and 168 in vain, and at 198
    assert times(log, e.MessageSent, message_kind="order") == [CASE + 30 * n for n in range(4)]
    assert times(log, e.UnitAlerted) == [CASE + 90 + 8]


# --- a patient

ROLLING = CASE + 8 + 150  # an ambulance takes 150 s to turn out
AT_PATIENT = ROLLING + 2 * BLOCK_S + 40  # B6 to D6, then access
AT_DOOR = AT_PATIENT + 720 + 2 * BLOCK_S  # treatment; the West Hospital is the nearest


def ill_log(paper: Paper, seed: int = 1, **stored: object) -> Log:
    paper.ails("malaise", serious__transport__value=1.0)
    return log_of(scenario_of(incidents=[ILL], **stored), seed=seed)


def test_a_patient_is_treated_carried_and_handed_over(paper: Paper) -> None:
    log = ill_log(paper)
    story = {
        e.CallPlaced: 60,
        e.UnitOrdered: CASE,
        e.UnitEnRoute: ROLLING,
        e.UnitOnScene: ROLLING + 2 * BLOCK_S,
        e.UnitAtPatient: AT_PATIENT,
        e.PatientLoaded: AT_PATIENT + 720,
        e.UnitAtHospital: AT_DOOR,
        e.PatientDelivered: AT_DOOR + 600,
        e.PatientSettled: AT_DOOR + 600,
        e.WorkDone: AT_DOOR + 600,
        e.CaseClosed: AT_DOOR + 601,
    }
    assert {kind: times(log, kind) for kind in story} == {kind: [t] for kind, t in story.items()}
    assert the(log, e.PatientLoaded).hospital == "West Hospital"
    assert the(log, e.PatientDelivered).waited_for is None
    # Its home is the hospital: it is back as soon as it is free, and in the next second it says so.
    assert times(log, e.UnitHome) == [AT_DOOR + 601]
    # Malaise, serious: 1 - S is 0.5 % in the first untreated hour; under a crew the clock runs at 0.4.
    age_s = AT_PATIENT + 0.4 * (AT_DOOR + 600 - AT_PATIENT)
    assert the(log, e.PatientSettled).survival == pytest.approx(0.995 ** (age_s / 3600), abs=1e-6)


def test_an_ambulance_waits_at_a_full_hospital_until_a_bay_is_free(paper: Paper) -> None:
    # West Hospital has four bays; walk-in patients of the first hour hold them all, of the second hour not.
    paper.works(hospital__walk_in_share=0.75)
    seed = next(seed for seed in range(1, 200) if walk_ins(seed, 0) >= 4 > walk_ins(seed, 1))
    assert AT_DOOR < 3600
    log = ill_log(paper, seed)
    assert times(log, e.UnitAtHospital) == [AT_DOOR]
    freed = [entry for entry in events(log, e.BayFreed, hospital="West Hospital") if entry.t == 3600]
    delivered = events(log, e.PatientDelivered)[0]
    assert delivered.t == 3600 + 600
    assert delivered.event.waited_for == freed[0].id


def walk_ins(seed: int, hour: int) -> int:
    """Walk-in patients at the first hospital of the map in an hour, were there room for all."""
    return int(Streams(seed).of("walk-ins", 0, hour).poisson(4 * 0.75))


def test_a_freed_ambulance_takes_the_case_that_waits(paper: Paper) -> None:
    paper.ails("malaise", serious__transport__value=1.0)
    second = {**ILL, "name": "second", "at": "+300s", "place": {"node": "B4"}}  # two blocks south of the hospital
    log = log_of(scenario_of(incidents=[ILL, second], resources={"fleets": {"ems": 0.25}}))
    free = AT_DOOR + 600
    orders = events(log, e.UnitOrdered)
    assert [order.t for order in orders] == [CASE, free + 1]  # the status message takes a second
    available = next(entry for entry in log if isinstance(entry.event, e.UnitAvailable))
    assert orders[1].event.waited_for == available.id
    # Heard 8 s later; it is home, at the hospital, and takes its 150 s to turn out; then two blocks.
    assert times(log, e.UnitOnScene)[1] == free + 1 + 8 + 150 + 2 * BLOCK_S


# --- a wrong place

OFF_M = 400.0


def wrong_place(paper: Paper, seed: int) -> tuple[float, float]:
    """The caller errs by 400 m: how far east and north of the lift he gives the place."""
    paper.kind("help_request", error_involved_m__most=OFF_M, error_involved_m__least=OFF_M)
    angle = 2.0 * math.pi * float(caller_dice(seed, "lift").of("perceive").random(3)[2])
    return OFF_M * math.cos(angle), OFF_M * math.sin(angle)


def from_b2(dx: float, dy: float) -> float:
    """Seconds from B2 (1000, 1000) to the spot on a road nearest to D4 + (dx, dy), by blocks at 10 m/s."""
    return (2000.0 + dx + 2000.0) / 10.0 if abs(dy) < abs(dx) else (2000.0 + 2000.0 + dy) / 10.0


@pytest.mark.parametrize("seed", range(1, 7))
def test_a_crew_at_a_wrong_place_asks_again_and_is_sent_on(paper: Paper, seed: int) -> None:
    dx, dy = wrong_place(paper, seed)
    log = log_of(scenario_of(incidents=[LIFT]), seed=seed)
    stopped = math.ceil(CASE + 8 + 60 + from_b2(dx, dy) - 1e-6)
    assert times(log, e.UnitAtGivenPlace)[0] == stopped
    # The question takes a second, ringing back 60 s; the place is better by three quarters; 8 s on the air.
    assert times(log, e.MessageSent, message_kind="place query") == [stopped]
    corrected = events(log, e.BeliefChanged, belief="place")[1]
    assert corrected.t == stopped + 1 + 60
    assert corrected.event.value == pytest.approx((3000.0 + dx / 4, 3000.0 + dy / 4), abs=0.06)
    sent_on = stopped + 1 + 60 + 8
    # Three quarters of the way along the road back; then the lift is at most 100 m off, and in sight.
    along = 0.75 * max(abs(dx), abs(dy)) / 10.0
    found = times(log, e.UnitOnScene)
    assert found == [pytest.approx(sent_on + along, abs=1.0)]
    assert found[0] >= sent_on + along - 0.01


@pytest.mark.parametrize("seed", range(1, 4))
def test_a_crew_whose_caller_does_not_answer_finds_it_in_a_spiral(paper: Paper, seed: int) -> None:
    paper.works(desk__ring_back_success=0.0, caller__again_median_s=100_000.0)
    dx, dy = wrong_place(paper, seed)
    away = max(abs(dx), abs(dy))  # along the road from where it stopped
    log = log_of(scenario_of(incidents=[LIFT]), seed=seed)
    stopped = times(log, e.UnitAtGivenPlace)[0]
    # Turns 200 m apart: a spiral out to r is pi r² / 200 m long; at 5 m/s
    spiral_s = math.pi * away**2 / 200.0 / 5.0
    assert times(log, e.UnitOnScene) == [math.ceil(stopped + spiral_s - 0.02)]


def test_a_crew_far_from_the_place_gives_up_after_a_quarter_of_an_hour(paper: Paper) -> None:
    paper.works(desk__ring_back_success=0.0)
    paper.kind("help_request", error_involved_m__most=2000.0, error_involved_m__least=2000.0)
    log = log_of(scenario_of(incidents=[LIFT]))
    stopped = times(log, e.UnitAtGivenPlace)[0]
    assert times(log, e.NothingFound)[0] == stopped + 900
    assert events(log, e.CaseClosed)[0].event.outcome == "nothing found"
    assert events(log, e.CaseClosed)[0].t == stopped + 901


# --- more is needed

FIRE = {
    "name": "fire",
    "kind": "dwelling_fire",
    "at": "+0s",
    "place": {"node": "D4"},
    "floor": 9,
    "access": "300s",
    "details": {"growth": "slow", "is_contained": False, "spreads": False, "rooms": 3, "occupants": 0},
}
SIZED_UP = CASE + 8 + 60 + 4 * BLOCK_S + 60  # heard, turned out, driven from B2, looked round


def fire_taken_for_less(paper: Paper, arm: str) -> Log:
    """The caller speaks of somebody who needs help: no desk can know that the police are needed to hold the street."""
    paper.kind("dwelling_fire", believed_as__shares={"help_request": 1.0})
    return log_of(scenario_of(incidents=[FIRE]), arm)


def test_a_scene_that_needs_another_service_has_it_told_by_telephone(paper: Paper) -> None:
    log = fire_taken_for_less(paper, "fragmented")
    assert dict(events(log, e.ReinforcementRequested)[0].event.needs) == {"extinguish": 1, "secure": 1}
    assert times(log, e.ReinforcementRequested)[0] == SIZED_UP
    told = SIZED_UP + 8  # on the air
    assert times(log, e.CaseHandedOff, to_department="110") == [told]
    # A colleague rings the other desk like anybody else; desks have had their turn in this second, so a hand reaches
    # for the telephone in the next; 3 s, then 18 s of talk (0.4 of 45 s).
    assert events(log, e.CallPlaced)[1].t == told
    assert events(log, e.CallPlaced)[1].event.number == "110"
    ordered = events(log, e.UnitOrdered, department="police")
    assert [one.t for one in ordered] == [told + 1 + 3 + 18]
    assert {one.event.case.split("-")[0] for one in events(log, e.CaseOpened)} == {"fire", "police"}
    # C4, one block from D4: heard, turned out, driven
    assert times(log, e.UnitOnScene, department="police") == [told + 22 + 8 + 60 + BLOCK_S]


def test_in_a_joint_centre_the_other_service_reads_the_same_picture(paper: Paper) -> None:
    log = fire_taken_for_less(paper, "linked")
    told = SIZED_UP + asks_longer_s("linked") + 8
    assert not times(log, e.CaseHandedOff)
    ordered = events(log, e.UnitOrdered, department="police")
    assert [one.t for one in ordered] == [told + 1]  # whose case it is, is asked once a second, before dispatch
    assert len(times(log, e.CaseOpened)) == 1
    assert times(log, e.UnitOnScene, department="police") == [told + 1 + 8 + 60 + BLOCK_S]


def test_the_scene_is_counted_again_every_five_minutes_and_said_only_when_it_has_changed(paper: Paper) -> None:
    log = fire_taken_for_less(paper, "fragmented")
    asked = np.array(times(log, e.ReinforcementRequested, department="fire"))
    assert np.all((asked - SIZED_UP) % 300 == 0)
    needs = [dict(one.event.needs) for one in events(log, e.ReinforcementRequested, department="fire")]
    assert all(a != b for a, b in pairwise(needs))
