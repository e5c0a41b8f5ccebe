"""Nothing is lost and nothing is made: units, calls, call-takers, lines, bays, patients, cases, incidents, people."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.actors.citizen import Citizen
from sim.core import events as ev
from sim.core.log import Log
from sim.model import City
from sim.running import finish, live
from tests.spine import busy_hour, city_of, lived, scenario_of

SIZED_UP_S = 62
"""A crew that leads waits until the scene has been sized up (60 s), whatever happens meanwhile."""

ARMS = ("fragmented", "present", "linked", "smart_unsecured")
KINDS = ("dwelling_fire", "road_crash", "cardiac_arrest", "illness", "crime", "disorder", "help_request",
         "slide", "flash_flood", "shaking_building")  # fmt: skip


# --- laws that every log obeys


def check_units(log: Log) -> None:
    """No unit has two jobs, each job ends at most once, and nothing is done by a unit that has none."""
    job: dict[str, str] = {}
    for entry in log:
        match entry.event:
            case ev.UnitOrdered(unit=unit, case=case):
                assert unit not in job, f"{unit} is ordered to {case} at {entry.t} and has {job[unit]} still"
                job[unit] = case
            case ev.UnitAvailable(unit=unit):
                assert job.pop(unit, None), f"{unit} is free at {entry.t} from no job"
            case ev.UnitAlerted(unit=unit, case=case) | ev.UnitEnRoute(unit=unit, case=case):
                assert job.get(unit) == case, f"{unit} goes to {case} at {entry.t}, its job is {job.get(unit)}"
            case ev.UnitAtGivenPlace(unit=unit, case=case) | ev.UnitOnScene(unit=unit, case=case):
                assert job.get(unit) == case
            case ev.PatientLoaded(unit=unit, case=case) | ev.PatientDelivered(unit=unit, case=case):
                assert job.get(unit) == case
            case ev.NothingFound(unit=unit, case=case) | ev.WorkDone(unit=unit, case=case):
                assert job.get(unit) == case


def check_calls(log: Log) -> int:
    """Every call that was placed ends once, or is still open at the end; returns how many are open."""
    state: dict[str, str] = {}
    for entry in log:
        event = entry.event
        match event:
            case ev.CallPlaced():
                before = state.get(event.call)
                is_again = before == "lost" and event.citizen < 0  # only a colleague dials the same call again
                assert before in (None, "put through") or is_again, f"{event.call} is placed while it {before}"
                state[event.call] = "rings"
            case ev.CallAnswered():
                is_alarm = event.call.startswith("alarm-")  # it came over the network of sensors, once
                assert state.get(event.call) == (None if is_alarm else "rings")
                state[event.call] = "talks"
            case ev.CallTransferred():
                assert state[event.call] == "talks"
                state[event.call] = "is passed on"
            case ev.CallEnded():
                assert state[event.call] == ("is passed on" if event.outcome == "transferred" else "talks")
                state[event.call] = "put through" if event.outcome == "transferred" else "ended"
            case ev.CallLost() | ev.CallAbandoned():
                assert state[event.call] in ("rings", "put through")
                state[event.call] = "lost"
    return sum(one not in ("ended", "lost") for one in state.values())


def check_patients(log: Log, *, is_over: bool) -> None:
    """Everybody is harmed once, settled once, loaded, delivered and dead at most once, and in this order."""
    count: Counter[tuple[str, str]] = Counter()
    for entry in log:
        event: Any = entry.event
        if type(event) in (ev.PatientHarmed, ev.PatientSettled, ev.PatientLoaded, ev.PatientDelivered, ev.PatientDied):
            name = type(event).__name__
            count[name, event.patient] += 1
            assert count[name, event.patient] == 1, f"{event.patient}: {name} twice"
            assert count["PatientHarmed", event.patient], f"{event.patient}: {name} before he was harmed"
            if name == "PatientDelivered":
                assert count["PatientLoaded", event.patient]
            if name == "PatientDied":
                assert not count["PatientSettled", event.patient], f"{event.patient} dies after his fate was settled"
    harmed = {patient for name, patient in count if name == "PatientHarmed"}
    settled = {patient for name, patient in count if name == "PatientSettled"}
    assert not is_over or harmed == settled


def check_cases(log: Log) -> None:
    """A case is opened once and closed at most once; nothing is ordered for, and no call joins, a closed one."""
    state: dict[str, str] = {}
    for entry in log:
        match entry.event:
            case ev.CaseOpened(case=case):
                assert case not in state
                state[case] = "open"
            case ev.CaseClosed(case=case):
                assert state[case] == "open", f"{case} is closed twice"
                state[case] = "closed"
            case ev.UnitOrdered(case=case) | ev.CallJoinedCase(case=case) | ev.BeliefChanged(case=case):
                assert state[case] == "open", f"{type(entry.event).__name__} for {case}, which is closed, at {entry.t}"


def check_incidents(log: Log) -> None:
    """What starts ends at most once, and nobody finds what is over."""
    state: dict[str, str] = {}
    for entry in log:
        match entry.event:
            case ev.IncidentStarted(incident=incident):
                assert incident not in state
                state[incident] = "goes on"
            case ev.IncidentEnded(incident=incident):
                assert state[incident] == "goes on"
                state[incident] = "over"
            case ev.UnitOnScene(found=found):
                assert state[found] == "goes on", f"{found} is found at {entry.t} and is over"


def check_log(log: Log, *, is_over: bool = True) -> None:
    """All of them; events refer to earlier ones only, and time does not run backwards."""
    before = 0
    for entry in log:
        assert entry.t >= before
        before = entry.t
        for earlier in (entry.event.because, entry.event.waited_for):
            assert earlier is None or earlier < entry.id
    check_units(log)
    check_calls(log)
    check_patients(log, is_over=is_over)
    check_cases(log)
    check_incidents(log)


# --- laws of the things themselves


class Inventory:
    """What there was at the start, and is to be there at any time."""

    def __init__(self, city: City) -> None:
        self.city = city
        self.takers = {centre.name: centre.free_takers for centre in city.call_centres.centres}
        self.lines = {centre.name: centre.free_lines for centre in city.call_centres.centres}
        self.units = len(city.units.units)
        self.people = len(city.population)

    def check(self) -> None:
        """Between two seconds nobody and nothing is missing or there twice."""
        city = self.city
        assert len(city.units.units) == self.units and len(city.population) == self.people
        for centre in city.call_centres.centres:
            busy = self.takers[centre.name] - centre.free_takers
            assert 0 <= busy <= self.takers[centre.name]
            assert 0 <= centre.free_lines <= self.lines[centre.name]
            taken = self.lines[centre.name] - centre.free_lines
            assert len(centre.queue) <= taken <= busy + len(centre.queue), "a call has one line; a ring-back has none"
            if not centre.agenda.tasks:  # a colleague who rang in this second is answered in the next
                assert not (centre.queue and centre.free_takers), "nobody waits while a call-taker is free"
        for hospital in city.hospitals.members:
            assert 0 <= hospital.taken <= hospital.bays and 0 <= hospital.walk_ins <= hospital.bays
            assert not (hospital.queue and hospital.free_bays), "nobody waits at the door while a bay is free"
        for channel in city.switchboard.channels.values():
            assert 0 <= channel.busy <= channel.rule.slots
            assert not (channel.waiting and channel.busy < channel.rule.slots and channel.is_up)
        self.check_units()

    def check_units(self) -> None:
        """A unit has one state; each is at one scene at most, and a patient is tended by one crew."""
        scenes: Counter[str] = Counter()
        for incident in self.city.incidents.active.values():
            scenes.update(list(incident.crews))
        assert all(count == 1 for count in scenes.values()), f"at two scenes at once: {scenes.most_common(1)}"
        for unit in self.city.units.units:
            assert (unit.status == "free") == (unit.order is None), f"{unit.id} is {unit.status} with {unit.order}"
            if unit.status in ("transporting", "at hospital"):
                assert unit.patient is not None and unit.hospital is not None
            if unit.is_at_work and not unit.found.is_active:
                assert self.city.t - unit.found.ended_t <= SIZED_UP_S, f"{unit.id} stays where nothing is left"
            if unit.is_home:
                assert unit.status in ("free", "alerted")


def watched(city: City, until: int, every: int) -> City:
    """Live until then, with a look at the inventory now and then."""
    inventory = Inventory(city)
    for t in range(every, until + every, every):
        live(city, min(t, until))
        inventory.check()
    finish(city)
    return city


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize(("fleet", "seed"), [pytest.param(1.0, 1, marks=pytest.mark.slow), (0.15, 2)])
def test_a_busy_hour_loses_nothing(arm: str, fleet: float, seed: int) -> None:
    resources = {"fleet": fleet, "call_takers": 1.0 if fleet == 1.0 else 0.6}
    city = city_of(busy_hour(resources=resources), arm, seed)
    watched(city, 5400, 97)
    check_log(city.log)


@pytest.mark.slow
@pytest.mark.parametrize("arm", ARMS)
def test_a_day_with_few_crews_loses_nothing(arm: str) -> None:
    resources = {"fleet": 0.25, "call_takers": 0.5}
    city = city_of(busy_hour(start="00:00", duration="12h", drain="2h", resources=resources), arm, 3)
    watched(city, 14 * 3600, 601)
    check_log(city.log)


def test_with_too_few_desks_calls_are_lost_and_still_counted() -> None:
    city = lived(city_of(busy_hour(resources={"call_takers": 0.2}), "fragmented", 4))
    check_log(city.log)
    gone = [e for e in city.log if isinstance(e.event, ev.CallAbandoned | ev.CallLost)]
    assert len(gone) > 100


def test_who_has_nothing_more_to_say_is_no_agent_any_more() -> None:
    city = lived(city_of(scenario_of(incidents=[incident("a", "crime", 0, "D4")])))
    check_log(city.log)
    assert check_calls(city.log) == 0
    assert not [agent for agent in city.agents if isinstance(agent, Citizen) and agent.incident is None]


# --- any story on the toy map


def incident(name: str, kind: str, at: int, node: str, **details: Any) -> dict[str, Any]:
    """An incident as a scenario lists it."""
    return {"name": name, "kind": kind, "at": at, "place": {"node": node}, "details": details}


NODES = st.builds("".join, st.tuples(st.sampled_from("ABCDEFG"), st.sampled_from("1234567")))
INCIDENTS = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 3000), NODES), min_size=1, max_size=12)
CHANNELS = ("telephone", "fire radio", "ems radio", "police radio", "traffic radio", "ems status", "police status")
OUTAGES = st.lists(st.tuples(st.sampled_from(CHANNELS), st.integers(0, 3000), st.integers(1, 1500)), max_size=3)
CLOSURES = st.lists(st.tuples(NODES, st.integers(0, 3000), st.integers(60, 3000)), max_size=2)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(incidents=INCIDENTS, outages=OUTAGES, closures=CLOSURES, arm=st.sampled_from(ARMS), seed=st.integers(0, 99))
def test_any_story_loses_nothing(
    incidents: list[Any], outages: list[Any], closures: list[Any], arm: str, seed: int
) -> None:
    scenario = scenario_of(
        incidents=[incident(f"i{n}", *one) for n, one in enumerate(incidents)],
        outages=[{"channel": name, "at": at, "until": at + lasts} for name, at, lasts in outages],
        closures=[{"place": {"node": n}, "at": at, "until": at + lasts, "radius_m": 600} for n, at, lasts in closures],
    )
    city = watched(city_of(scenario, arm, seed), int(scenario.drain_s), 307)
    check_log(city.log)
    for unit in city.units.units:
        believed = unit.dispatcher.picture.units[unit.id].status
        if city.t == city.last_s and unit.status == "free" and unit.is_home and not outages:
            assert believed == "free", f"{unit.id} is at home and free, and is believed to be {believed}"
