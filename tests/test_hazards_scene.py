"""Scenes: crews and their tasks, crashes, natural ends, what can be seen, and going on from a copy."""

from __future__ import annotations

import json
import pickle

import pytest

from sim.core.events import IncidentChanged, IncidentEnded, IncidentStarted, PatientSettled
from sim.core.vocabulary import Capability, Severity
from sim.hazards.crash import Crash
from sim.hazards.incident import Incident
from sim.hazards.patient import Patient
from sim.hazards.script import Window, write_script
from sim.hazards.survival import Care
from sim.hazards.work import Crew, Task, assign
from tests.hazard_scene import AMBULANCE, ENGINE, PATROL, PEOPLE, TOWN, TRAFFIC, Stage, one, world

SEEING = {"begin", "notice", "act", "care", "command", "grow"}


def test_a_crime_takes_its_work_and_is_resolved() -> None:
    stage = Stage([one("theft", "crime", 5.0, severity="minor", injured=0)])
    stage.live(100)
    incident = stage.send("theft", "patrol", PATROL)
    (work,) = incident.tasks
    due = 100 + round(work.left_s + 0.5)
    stage.live(due + 2)
    assert stage.story() == [(5, "IncidentStarted"), (due, "IncidentChanged"), (due, "IncidentEnded")]
    assert stage.incidents.done == [(incident, "patrol")]
    assert incident.outcome == "resolved"


def test_two_crews_do_the_work_of_two_in_the_same_time_as_one_that_of_one() -> None:
    stage = Stage([one("raid", "crime", severity="serious", injured=0)])
    stage.live(1)
    incident = stage.send("raid", "patrol 1", PATROL)
    (work,) = incident.tasks
    assert incident.needs() == {Capability.SECURE: 2}
    lasts = work.left_s / 2.0
    stage.send("raid", "patrol 2", PATROL)
    stage.send("raid", "patrol 3", PATROL)
    assert incident.is_done_for("patrol 3") and not incident.is_done_for("patrol 2")
    stage.live(round(1 + lasts + 2.5))
    assert not incident.is_active


def test_work_waits_while_nobody_is_there_and_goes_on_where_it_stopped() -> None:
    stage = Stage([one("theft", "crime", severity="minor", injured=0)])
    stage.live(1)
    incident = stage.send("theft", "patrol 1", PATROL)
    before = incident.tasks[0].left_s
    stage.live(101)
    incident.crew_leaves("patrol 1", 101.0)
    stage.live(1000)
    assert incident.tasks[0].left_s == pytest.approx(before - 100.0)


def test_a_crew_on_its_way_from_the_kerb_does_not_work_yet() -> None:
    stage = Stage([one("theft", "crime", severity="minor", injured=0)])
    stage.live(1)
    incident = stage.incident("theft")
    before = incident.tasks[0].left_s
    incident.crew_arrives("patrol", PATROL, 1.0)
    stage.live(200)
    assert incident.tasks[0].left_s == before
    assert incident.is_attended and incident.passer_rate(200.0) == 0.0


def test_what_nobody_comes_for_ends_by_itself_and_is_counted_as_unserved() -> None:
    kinds = ["crime", "disorder", "help_request", "illness", "cardiac_arrest", "road_crash"]
    stage = Stage([one(kind, kind) for kind in kinds])
    stage.live(2 * 86_400)
    assert {event.incident: event.outcome for _, event in stage.events(IncidentEnded)} == dict.fromkeys(
        kinds, "unserved"
    )
    assert not stage.incidents.active and not stage.incidents.unsettled


def test_who_lies_alone_is_taken_to_hospital_by_others_only_after_he_was_found() -> None:
    stage = Stage([one("ill", "illness", condition="malaise", severity="serious", is_found_late=True)])
    stage.live(1)
    incident = stage.incident("ill")
    assert incident.caller_delay_s >= 600.0
    due = incident.caller_delay_s + incident.patients[0].course.own_way_s.value
    stage.live(2 * 86_400)
    ((t, settled),) = stage.events(PatientSettled)
    assert due <= t < due + 1.0
    assert settled.survival == pytest.approx(incident.patients[0].course.law.survival(float(t)), abs=1e-6)


def test_a_crash_is_freed_treated_carried_away_cleared_and_over() -> None:
    stage = Stage([one("crash", "road_crash", critical=1, minor=1, trapped=1, blocks_road=True)])
    stage.live(1)
    crash = stage.incident("crash")
    assert isinstance(crash, Crash)
    assert crash.severity() is Severity.CRITICAL and crash.share_left() == 0.0
    assert crash.needs() == {
        Capability.RESCUE: 1,
        Capability.CONTROL_TRAFFIC: 1,
        Capability.SECURE: 1,
        Capability.TREAT: 2,
        Capability.TRANSPORT: sum(p.needs_transport for p in crash.patients),
        Capability.CLEAR: 1,
    }
    stage.send("crash", "traffic", TRAFFIC)
    stage.send("crash", "patrol", PATROL)
    stage.send("crash", "ambulance 1", AMBULANCE)
    light = crash.take_patient("ambulance 1", 1.0)
    assert light is not None and light.severity is Severity.MINOR  # the worst is trapped; who can be moved comes first
    stage.send("crash", "ambulance 2", AMBULANCE)
    worst = crash.take_patient("ambulance 2", 1.0)
    assert worst is not None and worst.is_trapped and worst.care is Care.CREW
    with pytest.raises(AssertionError, match="trapped"):
        worst.load(1.0)
    light.release(10.0)
    stage.live(20)
    assert crash.task_of("traffic") is None  # wrecks are not moved with people in them …
    assert not crash.is_done_for("traffic")  # … but traffic is to be controlled
    stage.send("crash", "engine", ENGINE)
    stage.live(21 + round(crash.tasks[-1].left_s + 1.5))
    assert [(patient, unit) for _, patient, unit in stage.incidents.released] == [(worst, "engine")]
    t = float(stage.clock.t)
    worst.load(t)
    crash.crew_leaves("ambulance 2", t)
    stage.live(stage.clock.t + 2)
    assert crash.task_of("traffic") is Capability.CLEAR
    assert crash.is_done_for("engine")
    stage.live(stage.clock.t + round(crash.clear_s + 1.5))
    assert not crash.is_active and crash.share_left() == 1.0
    assert stage.events(IncidentEnded)[0][1].outcome == "resolved"
    worst.set_care(Care.HOSPITAL, float(stage.clock.t))
    assert len(stage.events(PatientSettled)) == 2


def test_crews_stay_at_their_task_when_others_come() -> None:
    fire, rescue = Task(Capability.EXTINGUISH, 100.0), Task(Capability.RESCUE, 100.0)
    crews = [Crew("a", ENGINE), Crew("b", ENGINE)]
    assign(crews, [(fire, 1), (rescue, 1)])
    assert [crew.task for crew in crews] == [fire, rescue]
    assign(crews, [(rescue, 1), (fire, 1)])
    assert [crew.task for crew in crews] == [fire, rescue]
    assign(crews[:1], [(rescue, 1), (fire, 1)])
    assert crews[0].task is rescue


def test_a_fire_crew_gives_first_aid_until_an_ambulance_comes() -> None:
    stage = Stage([one("crash", "road_crash", serious=1, trapped=0)])
    stage.live(1)
    crash = stage.send("crash", "patrol", PATROL)
    assert [patient.care for patient in crash.patients] == [Care.FIRST_AID]
    stage.send("crash", "ambulance", AMBULANCE)
    crash.take_patient("ambulance", 1.0)
    assert [patient.care for patient in crash.patients] == [Care.CREW]
    crash.crew_leaves("ambulance", 1.0)
    assert [patient.care for patient in crash.patients] == [Care.NONE]


def test_those_in_sight_are_found_nearest_first() -> None:
    stage = Stage([one("near", "crime", node=24), one("far", "crime", node=25), one("off", "crime", node=0)])
    stage.live(1)
    near, far = stage.incident("near"), stage.incident("far")
    assert stage.incidents.visible_from(near.x + 1.0, near.y, 999.0) == [near]
    assert stage.incidents.visible_from(near.x + 1.0, near.y, 1200.0) == [near, far]
    assert stage.incidents.visible_from(far.x, far.y, 1200.0)[0] is far


def test_needs_in_the_log_can_be_rebuilt_to_what_they_were() -> None:
    stage = Stage([one("crash", "road_crash", serious=1, minor=2)])
    stage.live(1)
    crash = stage.incident("crash")
    stage.send("crash", "ambulance", AMBULANCE)
    patient = crash.take_patient("ambulance", 1.0)
    assert patient is not None
    patient.load(1.0)
    stage.live(3)
    told = [*stage.events(IncidentStarted), *stage.events(IncidentChanged)][-1][1]
    assert dict(told.needs) == {capability.value: count for capability, count in crash.needs().items()}
    assert told.because == stage.log[told.because].id


def _day(seed: int = 3) -> Stage:
    """A toy town with the incidents of a town a thousand times as unlucky, for an hour and a half."""
    script = write_script(TOWN, PEOPLE, world(seed).streams, Window(12 * 3600.0, 5400.0), 1000.0)
    return Stage(script.incidents, seed)


def test_going_on_from_a_pickled_copy_gives_the_same_log() -> None:
    stage = _day()
    stage.live(2500)
    copy = pickle.loads(pickle.dumps(stage))
    stage.live(9000)
    copy.live(9000)
    assert len(stage.log) > 200
    assert copy.log.sha256() == stage.log.sha256()


def test_the_same_seed_gives_the_same_log_and_another_another() -> None:
    first, again, other = _day(), _day(), _day(4)
    for stage in (first, again, other):
        stage.live(6000)
    assert first.log.sha256() == again.log.sha256() != other.log.sha256()


def test_incidents_and_patients_are_read_only_by_stages_that_may_see_them(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = _day()

    def seeing(thing: object, name: str) -> object:
        assert name.startswith("__") or stage.clock.stage in SEEING, f"{name} is read by {stage.clock.stage!r}"
        return object.__getattribute__(thing, name)

    for kind in (Incident, Patient):
        monkeypatch.setattr(kind, "__getattribute__", seeing, raising=False)
    stage.live(6000)
    stage.incidents.finish(6000.0)
    assert len(stage.log) > 200


def test_every_event_is_plain_enough_for_the_log_file() -> None:
    stage = _day()
    stage.live(6000)
    stage.incidents.finish(6000.0)
    for entry in stage.log:
        values = [getattr(entry.event, name) for name in entry.event.__slots__]
        assert "Infinity" not in json.dumps(values) and "NaN" not in json.dumps(values)
