"""One call for help on the toy map, every second of it worked out on paper."""

from __future__ import annotations

from sim.core import events as e
from sim.core.log import Log
from tests.spine import BLOCK_S, Paper, asks_longer_s, city_of, lived, log_of, scenario_of, the, times

LIFT = {
    "name": "lift",
    "kind": "help_request",
    "at": "+0s",
    "place": {"node": "D4"},
    "floor": 1,
    "access": "30s",
    "details": {"severity": "minor", "injured": 0},
}

NOTICED = 60  # who is stuck dials after a minute
ANSWERED = NOTICED + 3  # a free call-taker picks up in 3 s
CASE = ANSWERED + 45  # and listens for 45 s
ALERTED = CASE + 8  # an order takes 8 s on the air
ROLLING = ALERTED + 60  # turnout
ON_SCENE = ROLLING + 4 * BLOCK_S  # B2 to D4: two blocks east, two north
AT_WORK = ON_SCENE + 30  # access
ENDED = AT_WORK + 1200  # one crew, 1,200 s of work
FREE = ENDED + 1  # the crew sees it in the next second
HOME = FREE + 4 * BLOCK_S


def lift_log(paper: Paper, arm: str = "fragmented") -> Log:
    paper.kind("help_request", physics__work_s__median=1200.0)
    return log_of(scenario_of(incidents=[LIFT]), arm)


def test_a_call_to_119_goes_its_way_to_the_second(paper: Paper) -> None:
    log = lift_log(paper)
    story = {
        e.IncidentStarted: 0,
        e.IncidentNoticed: NOTICED,
        e.CallPlaced: NOTICED,
        e.CallAnswered: ANSWERED,
        e.CaseOpened: CASE,
        e.CallEnded: CASE,
        e.CaseAccepted: CASE,
        e.UnitOrdered: CASE,
        e.UnitAlerted: ALERTED,
        e.UnitEnRoute: ROLLING,
        e.UnitAtGivenPlace: ON_SCENE,
        e.UnitOnScene: ON_SCENE,
        e.CommandEstablished: ON_SCENE + 60,  # the first crew looks round for a minute, and reports
        e.ReinforcementRequested: ON_SCENE + 60,
        e.IncidentEnded: ENDED,
        e.WorkDone: FREE,
        e.UnitAvailable: FREE,
        e.CaseClosed: FREE + 1,  # the status message takes a second
        e.UnitHome: HOME,
    }
    assert {kind: times(log, kind) for kind in story} == {kind: [t] for kind, t in story.items()}


def test_every_step_of_the_story_follows_from_the_one_before(paper: Paper) -> None:
    log = lift_log(paper)
    chain = [e.IncidentStarted, e.IncidentNoticed, e.CallPlaced, e.CallAnswered, e.CaseOpened, e.BeliefChanged]
    chain += [e.UnitOrdered, e.MessageSent, e.MessageHeard, e.UnitAlerted, e.UnitEnRoute, e.UnitAtGivenPlace]
    chain += [e.UnitOnScene, e.WorkDone]
    found = [next(entry for entry in log if isinstance(entry.event, e.WorkDone))]
    while found[-1].event.because is not None:
        found.append(log[found[-1].event.because])
    assert [type(entry.event) for entry in reversed(found)] == chain
    assert {entry.incident for entry in found} == {"lift"}


def test_the_joint_desk_listens_longer_and_sends_the_same_crew(paper: Paper) -> None:
    log = lift_log(paper, "linked")
    # Which services are needed? And then about fire, injured, trapped and traffic alike.
    assert times(log, e.UnitOrdered) == [CASE + asks_longer_s("linked")]
    assert times(log, e.UnitOnScene) == [ON_SCENE + asks_longer_s("linked")]
    ordered = the(log, e.UnitOrdered)
    assert ordered.eta_s == 4 * BLOCK_S  # expected over the roads, and true here
    assert ordered.unit == the(lift_log(paper), e.UnitOrdered).unit


def test_access_is_counted_from_the_kerb_to_the_fire(paper: Paper) -> None:
    fire = {**LIFT, "name": "fire", "kind": "dwelling_fire", "access": "45s"}
    fire["details"] = {"growth": "slow", "is_contained": False, "spreads": False, "rooms": 3, "occupants": 0}
    log = log_of(scenario_of(incidents=[fire]))
    # noticed after 60 s, as the lift; then all is the same up to the kerb
    assert times(log, e.UnitOnScene)[0] == ON_SCENE
    assert times(log, e.WaterOnFire)[0] == ON_SCENE + 45


def test_a_crew_that_is_ordered_on_its_way_home_turns_round_in_five_seconds(paper: Paper) -> None:
    # The first job is done at FREE; both crews of West then have one case each, and a third case comes up.
    early = {**LIFT, "name": "early", "place": {"node": "D2"}, "access": "0s"}
    paper.kind("help_request", physics__work_s__median=300.0)
    free = ROLLING + 2 * BLOCK_S + 300 + 1  # B2 to D2 is two blocks; work at once; the crew sees it a second later
    late = {**early, "name": "late", "at": f"+{free + 10 - CASE}s"}
    log = lived(city_of(scenario_of(incidents=[early, late], resources={"fleet": 0.25}))).log
    # a quarter of four engines is one: F-West is the only one in town, 10 s on its way when it is chosen, 18 s when
    # it hears; it turns round within 5 s and is 180 m from D2, towards C2, when it does
    assert len(times(log, e.UnitCommissioned, service="fire")) == 1
    second = times(log, e.UnitOrdered)[1]
    assert second == free + 10
    assert times(log, e.UnitAlerted)[1] == second + 8
    assert times(log, e.UnitEnRoute)[1] == second + 8 + 5
    assert times(log, e.UnitOnScene)[1] == second + 8 + 5 + 18  # it stood still while it turned: 180 m at 10 m/s
