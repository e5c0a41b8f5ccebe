"""Survival: the laws at their fixed points, the clock under care, fates that are settled exactly once."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core.events import PatientDied, PatientHarmed, PatientSettled
from sim.core.vocabulary import Severity
from sim.hazards.patient import CENSOR_S, Patient
from sim.hazards.survival import Care, LeftAlone, Logistic
from sim.hazards.tables import hazard_tables
from tests.hazard_scene import AMBULANCE, TO_HOSPITAL_S, TO_SCENE_S, Stage, one

CONDITIONS = hazard_tables().conditions
LAWS = [
    (name, severity, course.law)
    for name, condition in CONDITIONS.items()
    for severity in Severity
    if (course := getattr(condition, severity.value)) is not None
]


def arrest(seed: int = 1, **given: object) -> tuple[Stage, Patient]:
    """A stage with one cardiac arrest at t = 0."""
    stage = Stage([one("arrest", "cardiac_arrest", access_s=60.0, **given)], seed)
    stage.live(1)
    return stage, stage.incident("arrest").patients[0]


@pytest.mark.parametrize(("minutes", "survival"), [(4, 0.151), (6, 0.095), (8, 0.059), (10, 0.036)])
def test_survival_of_an_arrest_is_de_maios_when_the_call_comes_a_minute_after_collapse(
    minutes: int, survival: float
) -> None:
    _, patient = arrest()
    assert patient.survival(60.0 + 60.0 * minutes) == pytest.approx(survival, abs=0.0006)  # printed with 3 decimals


def test_compressions_slow_the_clock_of_an_arrest_to_58_hundredths() -> None:
    _, patient = arrest()
    patient.set_care(Care.FIRST_AID, 120.0)
    minutes = (120.0 + 0.58 * 600.0 - 60.0) / 60.0
    assert patient.survival(720.0) == pytest.approx(1.0 / (1.0 + math.exp(0.679 + 0.262 * minutes)))


def test_a_crew_that_can_defibrillate_stops_the_clock() -> None:
    _, patient = arrest()
    patient.set_care(Care.CREW, 300.0)
    assert patient.survival(3000.0) == patient.survival(300.0)


def test_who_is_found_an_hour_after_collapse_does_not_survive() -> None:
    _, patient = arrest()
    assert patient.survival(3600.0) < 1e-6


@pytest.mark.parametrize(("hours", "survival"), [(1, 0.9), (24, 0.5), (72, 0.2)])
def test_the_buried_survive_by_the_published_points(hours: float, survival: float) -> None:
    law = CONDITIONS["trapped"].course(Severity.CRITICAL).law
    assert law.survival(hours * 3600.0) == pytest.approx(survival)


@pytest.mark.parametrize(("name", "severity", "law"), LAWS)
def test_survival_never_rises_and_the_time_of_death_is_its_inverse(
    name: str, severity: Severity, law: Logistic | LeftAlone
) -> None:
    curve = [law.survival(60.0 * minute) for minute in range(0, 24 * 60, 7)]
    assert all(0.0 <= later <= sooner <= 1.0 for sooner, later in pairwise(curve))
    for u in (0.999, 0.9, 0.5, 0.2, 0.01):
        due = law.when(u)
        if 0.0 < due < 1e9:
            assert law.survival(due) == pytest.approx(u, rel=1e-6)


def test_who_draws_more_than_he_can_ever_have_is_lost_at_once_and_who_draws_nothing_lives() -> None:
    for _, _, law in LAWS:
        assert law.when(1.0) == 0.0
        assert law.when(0.0) == math.inf


def test_a_patient_dies_in_the_second_in_which_survival_reaches_his_u() -> None:
    for seed in range(40):
        stage, patient = arrest(seed)
        due = patient.death_t()
        if not 100.0 < due < 3000.0:
            continue
        stage.live(4000)
        assert [t for t, _ in stage.events(PatientDied)] == [math.ceil(due)]
        return
    pytest.fail("no arrest in 40 dies between 100 and 3,000 s")


def test_care_puts_off_a_death_that_was_planned() -> None:
    for seed in range(40):
        stage, patient = arrest(seed)
        if 400.0 < patient.death_t() < 3000.0:
            stage.live(300)
            patient.set_care(Care.CREW, 300.0)
            stage.live(4000)
            assert not stage.events(PatientDied)
            return
    pytest.fail("no arrest in 40 dies between 400 and 3,000 s")


def test_the_reference_of_an_arrest_is_worked_out_by_hand() -> None:
    """Handled in 60 s, 120 s turnout, 240 s travel, 60 s access: 480 s after collapse, 7 min after the call."""
    stage, patient = arrest()
    assert patient.reference_s == 60.0 + 120.0 + TO_SCENE_S + 60.0
    assert patient.reference_survival == pytest.approx(1.0 / (1.0 + math.exp(0.679 + 0.262 * 7.0)))
    assert stage.events(PatientHarmed)[0][1].reference_s == patient.reference_s


def test_the_reference_of_an_injury_counts_treatment_and_the_way_to_hospital() -> None:
    stage = Stage([one("crash", "road_crash", access_s=30.0, critical=1, trapped=0)])
    stage.live(1)
    (patient,) = stage.incident("crash").patients
    side = 60.0 + 120.0 + TO_SCENE_S + 30.0
    rates = CONDITIONS["trauma"].rates
    tau = side * rates.none + (patient.treat_s + TO_HOSPITAL_S) * rates.crew
    assert patient.reference_survival == pytest.approx(patient.course.law.survival(tau))


def test_an_avoidable_death_is_one_that_the_same_u_survives_under_the_reference() -> None:
    avoidable, died = 0, 0
    for seed in range(60):
        stage, patient = arrest(seed)
        stage.live(7200)
        patient.settle(7200.0)
        (settled,) = [event for _, event in stage.events(PatientSettled)]
        assert settled.died == (patient.u >= settled.survival)
        assert settled.avoidable == (settled.died and patient.u < settled.reference_survival)
        avoidable, died = avoidable + settled.avoidable, died + settled.died
    assert died == 60  # an arrest left alone for two hours
    assert 0 < avoidable < 60  # S = 0.075 under the reference


def test_a_hospital_settles_a_fate_and_nothing_changes_it_afterwards() -> None:
    stage, patient = arrest()
    patient.set_care(Care.CREW, 200.0)
    patient.set_care(Care.HOSPITAL, 1200.0)
    patient.settle(5000.0)
    stage.incidents.finish(6000.0)
    (settled,) = [event for _, event in stage.events(PatientSettled)]
    assert settled.survival == pytest.approx(patient.course.law.survival(200.0), abs=1e-6)
    assert not settled.censored


def test_who_is_still_open_at_the_end_counts_as_left_as_he_is_for_a_day() -> None:
    stage = Stage([one("ill", "illness", condition="malaise", severity="serious")])
    stage.live(600)
    (patient,) = stage.incident("ill").patients
    stage.incidents.finish(600.0)
    (settled,) = [event for _, event in stage.events(PatientSettled)]
    assert settled.censored
    assert settled.survival == pytest.approx(patient.course.law.survival(CENSOR_S), abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    doing=st.lists(st.tuples(st.integers(1, 900), st.sampled_from(["tend", "leave", "load", "hospital"])), max_size=8),
)
def test_whatever_crews_do_every_patient_is_settled_exactly_once(seed: int, doing: list[tuple[int, str]]) -> None:
    stage = Stage([one("ill", "illness"), one("crash", "road_crash", critical=1, serious=1, minor=2, trapped=1)], seed)
    stage.live(1)
    aboard: list[Patient] = []
    for number, (wait_s, what) in enumerate(doing):
        stage.live(stage.clock.t + wait_s)
        for name in sorted(stage.incidents.active):
            incident, unit, t = stage.incident(name), f"ambulance {number}", float(stage.clock.t)
            incident.crew_arrives(unit, AMBULANCE, t)
            incident.crew_starts(unit, t)
            patient = incident.take_patient(unit, t)
            if patient is not None and what != "leave" and not patient.is_trapped and what != "tend":
                patient.load(t)
                aboard.append(patient)
            if what != "tend":
                incident.crew_leaves(unit, t)
        if what == "hospital":
            for patient in aboard:
                patient.set_care(Care.HOSPITAL, float(stage.clock.t))
    stage.live(stage.clock.t + 20_000)
    stage.incidents.finish(float(stage.clock.t))
    harmed = [event.patient for _, event in stage.events(PatientHarmed)]
    settled = [event.patient for _, event in stage.events(PatientSettled)]
    died = [event.patient for _, event in stage.events(PatientDied)]
    assert len(harmed) == 5
    assert sorted(settled) == sorted(harmed)
    assert len(set(died)) == len(died)
    fates = {event.patient: event for _, event in stage.events(PatientSettled)}
    assert all(fates[patient].died for patient in died)
