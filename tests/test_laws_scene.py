"""Nobody is left alone at a scene where a crew has been, and nobody waits at one for what will never come."""

from __future__ import annotations

import pytest

from sim.core import events as ev
from sim.core.vocabulary import Capability
from tests.hazard_scene import TRAFFIC, Stage, one
from tests.spine import Paper, city_of, events, lived, scenario_of, times

ARMS = ("fragmented", "present", "linked")


@pytest.mark.parametrize("arm", ARMS)
def test_a_patrol_that_finds_what_is_not_for_it_sends_for_who_is_needed(paper: Paper, arm: str) -> None:
    """A stuck lift that the caller takes for a quarrel: it was 'nothing found', again and again."""
    paper.kind("help_request", dial__shares={"110": 1.0}, believed_as__shares={"disorder": 1.0})
    stuck = {"name": "lift", "kind": "help_request", "at": 60, "place": {"node": "D4"}, "access": "20s"}
    log = lived(city_of(scenario_of(incidents=[{**stuck, "details": {"severity": "minor", "injured": 0}}]), arm)).log
    assert not events(log, ev.NothingFound)
    served = {entry.event.department for entry in events(log, ev.UnitOnScene)}
    assert served == {"police", "fire"}
    assert [entry.event.outcome for entry in events(log, ev.IncidentEnded)] == ["resolved"]
    said, heard = times(log, ev.ReinforcementRequested)[0], times(log, ev.MessageHeard)
    left = min(entry.t for entry in events(log, ev.WorkDone) if entry.event.department == "police")
    assert said < left and any(said < t <= left for t in heard), "it leaves when it has been heard"


def test_a_patrol_at_the_right_place_stays_no_longer_than_it_must(paper: Paper) -> None:
    """It sizes up for a minute, speaks, and goes: the fire crew needs no police for a lift."""
    paper.kind("help_request", dial__shares={"110": 1.0}, believed_as__shares={"disorder": 1.0})
    stuck = {"name": "lift", "kind": "help_request", "at": 60, "place": {"node": "D4"}, "access": "20s"}
    log = lived(city_of(scenario_of(incidents=[{**stuck, "details": {"severity": "minor", "injured": 0}}]))).log
    arrived = min(entry.t for entry in events(log, ev.UnitOnScene) if entry.event.department == "police")
    left = min(entry.t for entry in events(log, ev.WorkDone) if entry.event.department == "police")
    assert 60 <= left - arrived <= 60 + 15


def test_when_the_last_injured_has_gone_his_own_way_the_road_is_cleared() -> None:
    """The crew that waited for him never began: the crash lasted for ever."""
    stage = Stage([one("crash", "road_crash", minor=1, trapped=0)])
    stage.live(10)
    crash = stage.send("crash", "T-1", TRAFFIC)
    assert crash.task_of("T-1") is None, "wrecks are moved when the injured are gone"
    gone = crash.own_way_t(crash.patients[0])
    stage.live(int(gone) + 3)
    assert crash.task_of("T-1") is Capability.CLEAR
    stage.live(int(gone + crash.clear_s) + 5)
    assert [event.outcome for _, event in stage.events(ev.IncidentEnded)] == ["resolved"]


def test_a_leader_whose_scene_ends_before_he_has_spoken_goes_home(paper: Paper) -> None:
    """The ambulance at a crash that the traffic police have just cleared stood there for the rest of the day."""
    paper.kind("road_crash", dial__shares={"120": 1.0}, believed_as__shares={"illness": 1.0})
    crash = {"name": "crash", "kind": "road_crash", "at": 60, "place": {"node": "D4"}, "access": "0s"}
    details = {"minor": 0, "serious": 0, "critical": 0, "trapped": 0}
    city = city_of(scenario_of(incidents=[{**crash, "details": details}]))
    while not events(city.log, ev.UnitOnScene):
        city.second()
    city.incidents.active["crash"].tasks.clear()
    city.incidents.active["crash"].touch()
    log = lived(city, city.t + 600).log
    assert [entry.event.department for entry in events(log, ev.WorkDone)] == ["ems"]
    assert events(log, ev.UnitAvailable)
