"""Two runs that differ in a policy, or in one thing more, meet the same fate in everything else."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from sim.core import events as e
from sim.core.log import Entry, Log
from sim.hazards.planned import PlannedCall
from sim.model import City
from sim.policies.bundles import bundle_names, bundles
from sim.results.kpis import kpis
from sim.scenario import Scenario
from tests.spine import busy_hour, city_of, events, lived, log_of, plain

HALF_HOUR = busy_hour(duration="30min", drain="0s")
TROUBLE = {
    "incidents": [
        {"name": "heart", "kind": "cardiac_arrest", "at": "+5min", "place": {"subdistrict": "Nanyuan"}},
        {"name": "crash", "kind": "road_crash", "at": "+6min", "place": {"subdistrict": "Buji"}},
    ],
    "closures": [{"at": "+8min", "until": "+20min", "place": {"node": "Shennan x Caitian"}}],
}


@pytest.fixture(scope="module")
def logs() -> dict[str, Log]:
    scenario = busy_hour(duration="30min", drain="0s", **TROUBLE)
    return {arm: log_of(scenario, arm) for arm in bundle_names()}


def onsets(log: Log) -> list[tuple[Any, ...]]:
    """Incidents as they began."""
    return [plain(entry) for entry in events(log, e.IncidentStarted)]


def victims(log: Log) -> list[tuple[Any, ...]]:
    """Those who were hurt when an incident began (later ones depend on what crews do)."""
    began = {entry.event.incident: entry.t for entry in events(log, e.IncidentStarted)}
    return [plain(entry) for entry in events(log, e.PatientHarmed) if entry.t == began[entry.event.incident]]


def first_calls(log: Log) -> dict[tuple[str, int], tuple[int, int, str]]:
    """For each witness of each incident when he noticed, who he is, and the number that he dialled first."""
    noticed = {entry.id: entry for entry in events(log, e.IncidentNoticed)}
    found = {}
    for call in events(log, e.CallPlaced, attempt=0):
        seen = noticed.get(call.event.because)
        if seen is not None:
            found[seen.event.incident, seen.event.caller] = (seen.t, seen.event.citizen, call.event.number)
    return found


def talks(log: Log) -> dict[tuple[int, int], tuple[str, int]]:
    """Outcome and length of the first talk of each call that did not have to wait, by time and citizen."""
    found: dict[str, list[Entry]] = {}
    for entry in log:
        if isinstance(entry.event, e.CallPlaced | e.CallAnswered | e.CallEnded):
            found.setdefault(entry.event.call, []).append(entry)
    whole = {}
    for steps in found.values():
        kinds = [type(step.event) for step in steps[:3]]
        if kinds == [e.CallPlaced, e.CallAnswered, e.CallEnded] and steps[1].t == steps[0].t + 3:
            placed, answered, ended = steps[:3]
            whole[placed.t, placed.event.citizen] = (ended.event.outcome, ended.t - answered.t)
    return whole


def assert_alike(a: dict[Any, Any], b: dict[Any, Any], least: float) -> None:
    """Equal wherever both have it, which is nearly everywhere."""
    both = set(a) & set(b)
    assert len(both) >= least * max(len(a), len(b))
    assert [key for key in both if a[key] != b[key]] == []


# --- arms


@pytest.mark.parametrize("arm", [name for name in bundle_names() if name != "fragmented"])
def test_arms_meet_the_same_incidents_victims_and_first_callers(logs: dict[str, Log], arm: str) -> None:
    one, other = logs["fragmented"], logs[arm]
    assert onsets(one) == onsets(other)
    assert victims(one) == victims(other)
    # A witness who looks when a crew is there already does not dial, so a few are missing on one side; and a few more
    # where sensors have called the crew: they find about one incident in six.
    has_sensors = bundles()[arm].policies.sensing.has_sensors
    assert_alike(first_calls(one), first_calls(other), least=0.85 if has_sensors else 0.95)
    for kind in (e.RoadClosed, e.RoadReopened, e.MessageForged):
        told = [[plain(entry) for entry in events(log, kind)] for log in (one, other)]
        assert told[0] == told[1] != []


def test_arms_meet_the_same_fates_roads_and_walk_ins() -> None:
    cities = [city_of(HALF_HOUR, arm) for arm in ("fragmented", "linked")]
    for t in (5, 600, 1500):
        one, other = (inner_fate(lived(city, t)) for city in cities)
        assert one["walk-ins"] == other["walk-ins"]
        both = set(one["patients"]) & set(other["patients"])
        assert len(both) >= 0.9 * len(one["patients"])
        assert all(one["patients"][name] == other["patients"][name] for name in both)
        for siren in (True, False):
            noise = [city.traffic.traffic.true_s(8, siren=siren) for city in cities]
            assert np.array_equal(*noise)


def inner_fate(city: City) -> dict[str, Any]:
    """What no log tells: walk-in patients, and the draws of each patient."""
    patients = city.incidents.unsettled
    return {
        "walk-ins": [hospital.walk_ins for hospital in city.hospitals.members],
        "patients": {name: (p.u, p.treat_s, p.needs_transport, p.citizen) for name, p in patients.items()},
    }


# --- one thing more


def test_one_more_incident_changes_no_other_thing_s_draws() -> None:
    more = {"name": "more", "kind": "road_crash", "at": "+4min", "place": {"subdistrict": "Futian"}}
    one, other = log_of(HALF_HOUR), log_of(busy_hour(duration="30min", drain="0s", incidents=[more]))
    assert [row for row in onsets(other) if "'more'" not in str(row)] == onsets(one)
    assert [row for row in victims(other) if "'more'" not in str(row)] == victims(one)
    calls = {key: value for key, value in first_calls(other).items() if key[0] != "more"}
    assert len(calls) < len(first_calls(other))
    assert_alike(first_calls(one), calls, least=0.99)
    assert_alike(talks(one), talks(other), least=0.95)


def test_one_more_call_changes_no_other_thing_s_draws() -> None:
    city = city_of(HALF_HOUR)
    extra = PlannedCall(240.0, (1, 10**6), "enquiry", "110", "", 0, 0.0, 0.0, 0.5)
    city.citizens._calls = sorted([*city.citizens._calls, extra], key=lambda call: call.t)
    one, other = log_of(HALF_HOUR), lived(city).log
    assert len(events(other, e.CallPlaced)) > len(events(one, e.CallPlaced))
    assert onsets(one) == onsets(other)
    assert victims(one) == victims(other)
    assert_alike(first_calls(one), first_calls(other), least=0.99)
    assert_alike(talks(one), talks(other), least=0.95)


def test_more_enquiries_change_no_incident() -> None:
    one = log_of(HALF_HOUR)
    other = log_of(busy_hour(duration="30min", drain="0s", background={"loads": {"enquiry": 1.3}}))
    assert len(events(other, e.CallPlaced)) > len(events(one, e.CallPlaced))
    assert onsets(one) == onsets(other)
    assert victims(one) == victims(other)
    assert_alike(first_calls(one), first_calls(other), least=0.95)


# --- what it is for


@pytest.mark.slow
def test_pairing_takes_the_chance_of_the_day_out_of_a_difference() -> None:
    """Unpaired, the variance of a difference is the sum of both; paired, what both met alike drops out of it.

    Two rules of choosing units differ by little, and so do the runs. Between whole bundles more chance is left, because
    it exists in one arm only: transfers cut off, calls taken for one of another case, cases that wait to borrow.
    """
    arms = "fragmented", "linked", "linked+dispatch=straight_line"
    scenario = busy_hour(duration="2h", drain="1h", warmup="15min")
    means = np.array([[response_s(scenario, arm, seed) for arm in arms] for seed in range(1, 13)])
    rules, bundles = (left_of_variance(means[:, one], means[:, 1]) for one in (2, 0))
    assert rules <= 0.05, f"{rules:.3f} with means {means.mean(axis=0)}"  # 0.03 when it was written
    assert bundles <= 0.35, f"{bundles:.3f} with means {means.mean(axis=0)}"  # 0.22 when it was written


def left_of_variance(a: np.ndarray, b: np.ndarray) -> float:
    """Variance of the paired difference over that of an unpaired one."""
    return float(np.var(a - b, ddof=1) / (np.var(a, ddof=1) + np.var(b, ddof=1)))


def response_s(scenario: Scenario, arm: str, seed: int) -> float:
    """Mean total response of a run."""
    found = kpis(log_of(scenario, arm, seed))["total_response_s"]
    assert found is not None
    return found
