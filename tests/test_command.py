"""Who leads at a scene of several organisations: how long it takes to agree, what is not done meanwhile, who waits."""

from __future__ import annotations

from typing import Any, cast

import pytest

from sim.actors.command_post import CommandPost
from sim.actors.scene import Scene
from sim.comms.views import CommandView
from sim.core import events as e
from sim.core.clock import Clock
from sim.core.events import Event
from sim.core.log import Log
from sim.core.vocabulary import Severity
from sim.policies.command import Command, Departmental, Unified
from sim.results.kpis import kpis
from tests.spine import Paper, events, log_of, plain, scenario_of, the, times

AGENCIES = ("traffic", "police", "fire", "ems", "water", "power")


def view(n: int, severity: Severity = Severity.CRITICAL, people: int = 0, named: str = "traffic") -> CommandView:
    return CommandView("road_crash", severity, people, AGENCIES[:n], named)


# --- the form of L5


@pytest.mark.parametrize("n", range(2, 7))
def test_agreeing_takes_five_minutes_and_four_for_each_organisation(n: int) -> None:
    assert Departmental(unexercised=1.0).setup_s(view(n), 0) == 60 * (5 + 4 * n)
    assert Departmental().setup_s(view(n), 0) == 1.5 * 60 * (5 + 4 * n)  # D9: nobody has exercised it
    assert Departmental(unexercised=1.0).setup_s(view(n), n - 1) == 60 * 4  # one more comes


@pytest.mark.parametrize("n", range(2, 7))
def test_a_named_commander_hears_each_of_the_others(n: int) -> None:
    assert Unified().setup_s(view(n), 0) == 60 * (n - 1)
    assert Unified(unexercised=1.5).setup_s(view(n), 0) == 90 * (n - 1)
    assert Unified().setup_s(view(n), n - 1) == 60


def test_who_leads_is_whom_the_plan_names_or_else_who_came_first() -> None:
    without = view(2, named="fire")
    assert Departmental().leader(view(3)) == Unified().leader(view(3)) == "traffic"
    assert Departmental().leader(without) == "traffic"
    assert Unified().leader(without) == "", "nobody but the named one"


@pytest.mark.parametrize("policy", [Departmental(), Unified()])
def test_routine_of_two_organisations_needs_no_common_leader(policy: Command) -> None:
    assert not policy.is_wanted(view(1))
    assert not policy.is_wanted(view(2, Severity.SERIOUS))
    assert policy.is_wanted(view(2, Severity.CRITICAL))
    assert policy.is_wanted(view(2, Severity.MINOR, people=40)), "a house to be emptied"
    assert policy.is_wanted(view(3, Severity.MINOR))


# --- leaders who come and go


class Leader:
    """A command post that only comes and goes."""

    def __init__(self, service: str, stage: Stage) -> None:
        self.service = self.desk = service
        self.stage = stage
        self.because = 0
        self.is_here = True
        self.counted: list[int] = []

    def is_led(self) -> bool:
        return self.is_here

    def note(self, kind: type[Event], agencies: tuple[str, ...]) -> int:
        made = kind(because=None, unit=self.service, case="", department=self.service, agencies=agencies)  # type: ignore[call-arg]
        return self.stage.log.add(made)

    def count_soon(self) -> None:
        self.counted.append(self.stage.clock.t)


class Stage:
    """A clock and one scene, where nothing happens but that leaders talk."""

    def __init__(self, policy: Command) -> None:
        self.clock = Clock()
        self.log = Log(self.clock)
        self.agenda = self.clock.agenda("command")
        self.scene = Scene(cast(Any, Place()), self.agenda, policy, "traffic")
        self.leaders = {name: Leader(name, self) for name in AGENCIES}

    def live(self, until: int) -> Stage:
        while self.clock.t < until:
            self.clock.wake()
            self.agenda.work()
            self.clock.tick(until)
        return self

    def come(self, *names: str) -> Stage:
        for name in names:
            self.scene.here[name] = cast(CommandPost, self.leaders[name])
            self.scene.join(self.scene.here[name])
        return self

    def go(self, name: str) -> Stage:
        self.leaders[name].is_here = False
        self.scene.look_round()
        return self

    def dissolve(self, post: Any) -> None:
        self.scene.leave(post)

    @property
    def agreed(self) -> list[tuple[int, tuple[str, ...]]]:
        return [(one.t, one.event.agencies) for one in events(self.log, e.JointCommandEstablished)]


class Place:
    """An incident, as far as leaders look at it."""

    kind, zone, hidden, is_active, t = "road_crash", None, None, True, 0.0

    def severity(self) -> Severity:
        return Severity.CRITICAL


@pytest.mark.parametrize("n", range(2, 7))
def test_who_are_all_there_at_once_agree_after_as_long_as_the_form_says(n: int) -> None:
    stage = Stage(Departmental()).come(*AGENCIES[:n]).live(20_000)
    assert stage.agreed == [(90 * (5 + 4 * n), AGENCIES[:n])]
    assert stage.leaders["traffic"].counted == [90 * (5 + 4 * n)]


def test_who_comes_while_they_talk_makes_the_talk_longer_by_his_share() -> None:
    stage = Stage(Departmental()).come("traffic", "police").live(600).come("fire").live(20_000)
    assert stage.agreed == [(90 * (5 + 4 * 3), AGENCIES[:3])]


def test_who_comes_later_comes_under_the_one_who_leads() -> None:
    stage = Stage(Departmental()).come("traffic", "police").live(3000).come("fire").live(20_000)
    assert stage.agreed == [(90 * 13, AGENCIES[:2]), (3000 + 360, AGENCIES[:3])]


def test_who_goes_while_they_talk_makes_it_shorter() -> None:
    stage = Stage(Departmental()).come("traffic", "police", "fire").live(600).go("police").live(20_000)
    assert stage.agreed == [(90 * 13, ("traffic", "fire"))]


def test_when_only_one_is_left_there_is_nothing_to_agree_on() -> None:
    stage = Stage(Departmental()).come("traffic", "police").live(600).go("police").live(20_000)
    assert not stage.agreed


def test_without_the_one_who_led_they_begin_anew_or_wait_for_another_who_is_named() -> None:
    for policy, expected in (
        (Departmental(), [(90 * 17, AGENCIES[:3]), (5000 + 90 * 13, AGENCIES[1:3])]),
        (Unified(), [(120, AGENCIES[:3])]),
    ):
        stage = Stage(policy).come(*AGENCIES[:3]).live(5000).go("traffic").live(20_000)
        assert stage.agreed == expected
        assert all(5000 in stage.leaders[name].counted for name in ("police", "fire")), "each for himself again"


def test_nobody_leads_before_the_named_one_is_there() -> None:
    stage = Stage(Unified()).come("police", "fire", "ems").live(4000)
    assert stage.scene.is_needed and not stage.agreed
    assert all(stage.scene.counts(cast(CommandPost, one)) for one in stage.leaders.values()), "nobody argues either"
    assert stage.come("traffic").live(5000).agreed == [(4000 + 3 * 60, ("police", "fire", "ems", "traffic"))]


# --- a whole scene


def crash(**details: Any) -> dict[str, Any]:
    place = {"name": "crash", "kind": "road_crash", "at": "+0s", "place": {"node": "D4"}, "access": "0s"}
    return {**place, "details": {"minor": 0, "serious": 0, "critical": 1, "trapped": 0, **details}}


def long_work(paper: Paper) -> None:
    """Everybody stays for hours."""
    paper.ails("trauma", critical__treat_s__median=20_000.0, serious__treat_s__median=20_000.0)
    paper.kind("road_crash", physics__rescue_s__median=20_000.0, physics__clear_wreck_s__median=20_000.0)


DEPARTMENTAL = "fragmented+triage=all_services"  # every desk is told of every need, so that all four come
UNIFIED = f"{DEPARTMENTAL}+command=unified"


BURNING = {
    "name": "fire",
    "kind": "dwelling_fire",
    "at": "+0s",
    "place": {"node": "D4"},
    "floor": 9,
    "access": "3000s",
    "details": {"growth": "fast", "is_contained": False, "spreads": True, "rooms": 6, "occupants": 0},
}


@pytest.mark.parametrize("agencies", [2, 4])
def test_a_scene_is_led_by_one_when_all_have_talked(paper: Paper, agencies: int) -> None:
    """Fire crew and police at a fire of several rooms; all four at a crash with somebody trapped."""
    long_work(paper)
    incident = BURNING if agencies == 2 else crash(trapped=1)
    log = log_of(scenario_of(incidents=[incident], drain="1h"), DEPARTMENTAL)
    sized_up = times(log, e.CommandEstablished)
    assert len(sized_up) == agencies
    assert times(log, e.JointCommandNeeded) == [sized_up[1]]
    assert times(log, e.JointCommandEstablished) == [sized_up[1] + 90 * (5 + 4 * agencies)]
    assert len(the(log, e.JointCommandEstablished).agencies) == agencies
    assert the(log, e.JointCommandEstablished).department == ("fire" if agencies == 2 else "traffic")
    # As the thesis counts, from the first crew at the scene
    came = min(times(log, e.UnitOnScene))
    assert kpis(log)["joint_command_s"] == times(log, e.JointCommandEstablished)[0] - came


def test_a_named_commander_leads_a_minute_after_each_has_sized_it_up(paper: Paper) -> None:
    long_work(paper)
    log = log_of(scenario_of(incidents=[crash(trapped=1)], drain="1h"), UNIFIED)
    sized_up = times(log, e.CommandEstablished)
    assert times(log, e.JointCommandEstablished) == [t + 60 for t in sized_up[1:]]
    assert events(log, e.CommandEstablished)[0].event.department == "traffic"


def test_what_one_leader_asked_for_the_others_ask_for_again_while_nobody_leads_them(paper: Paper) -> None:
    """The police and the fire crew ask for rescue, treatment and transport, as the traffic police had done before.

    When the ambulance comes the rescuers are there: two things are left to ask for. By plan one leads when the fire
    crew comes, and what it and the ambulance count is no second opinion any more.
    """
    long_work(paper)
    scenario = scenario_of(incidents=[crash(trapped=1)], drain="1h")
    assert kpis(log_of(scenario, DEPARTMENTAL))["duplicate_requests"] == 3 + 3 + 2
    assert kpis(log_of(scenario, UNIFIED))["duplicate_requests"] == 3


def test_who_leads_all_tells_every_desk_by_its_own_radio(paper: Paper) -> None:
    """Desks need no colleague's call for what their own leaders pass on; the ambulance has just counted the same."""
    long_work(paper)
    log = log_of(scenario_of(incidents=[crash(trapped=1)], drain="1h"), UNIFIED)
    all_led = times(log, e.JointCommandEstablished)[-1]
    said = [one for one in events(log, e.MessageSent, message_kind="scene report") if one.t == all_led]
    assert {one.event.channel for one in said} == {"traffic radio", "police radio", "fire radio"}
    assert not [one for one in events(log, e.CaseHandedOff) if one.t > all_led]


# --- nobody counts while they argue

GROWING = {
    "name": "fire",
    "kind": "dwelling_fire",
    "at": "+0s",
    "place": {"node": "D4"},
    "floor": 9,
    "access": "600s",
    "details": {"growth": "medium", "is_contained": False, "spreads": True, "rooms": 6, "occupants": 1, "helpless": 1},
}


def asked_for(log: Log, engines: int) -> int:
    """When the fire crew's leader first asked for so many in all."""
    asked = events(log, e.ReinforcementRequested, department="fire")
    return next(one.t for one in asked if one.event.needs.get("extinguish", 0) >= engines)


def test_what_grows_while_they_argue_is_asked_for_when_they_have_agreed(paper: Paper) -> None:
    """It needs four engines soon after the police have come; a named commander counts them at his next look."""
    paper.kind("dwelling_fire", physics__rescue_s__median=20_000.0)
    scenario = scenario_of(incidents=[GROWING])
    argued, named = log_of(scenario, DEPARTMENTAL), log_of(scenario, UNIFIED)
    sized_up = times(named, e.CommandEstablished, department="fire")[0]
    grown = next(one.t for one in events(named, e.IncidentChanged) if one.event.needs.get("extinguish", 0) == 4)
    began, agreed = times(argued, e.JointCommandNeeded)[0], times(argued, e.JointCommandEstablished)[0]
    assert sized_up < began < grown < sized_up + 300 < agreed
    assert asked_for(named, 4) == sized_up + 300
    agencies = events(argued, e.JointCommandEstablished)[0].event.agencies
    assert asked_for(argued, 4) == agreed == began + 90 * (5 + 4 * len(agencies))


# --- where it does not help, or does harm


@pytest.mark.parametrize("kind", ["illness", "help_request", "disorder"])
def test_with_one_organisation_there_is_no_difference(paper: Paper, kind: str) -> None:
    one = {"name": "one", "kind": kind, "at": "+0s", "place": {"node": "D4"}, "access": "0s"}
    logs = [log_of(scenario_of(incidents=[one], drain="1h"), arm) for arm in (DEPARTMENTAL, UNIFIED)]
    told = [[plain(entry) for entry in log if not isinstance(entry.event, e.RunStarted)] for log in logs]
    assert told[0] == told[1]


def test_who_waits_for_the_named_commander_may_wait_longer_than_who_argues(paper: Paper) -> None:
    """The traffic police cannot be reached for an hour: the others agree without them, or wait for them."""
    long_work(paper)
    outage = {"channel": "traffic radio", "at": "+0s", "until": "+3600s"}
    scenario = scenario_of(incidents=[crash(trapped=1)], outages=[outage], drain="3h")
    argued, waited = (log_of(scenario, arm) for arm in (DEPARTMENTAL, UNIFIED))
    sized_up = times(argued, e.CommandEstablished)
    assert times(argued, e.JointCommandEstablished)[0] == sized_up[1] + 90 * (5 + 4 * 3)
    assert events(argued, e.JointCommandEstablished)[0].event.department == "police"
    last = times(waited, e.CommandEstablished, department="traffic")[0]
    assert last > 3600
    assert times(waited, e.JointCommandEstablished) == [last + 3 * 60]
    assert times(argued, e.JointCommandEstablished)[0] < last
