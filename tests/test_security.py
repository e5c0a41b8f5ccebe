"""What it costs to doubt, and what it saves: calls that are checked before anybody is sent."""

from __future__ import annotations

import pytest

from sim.actors.caller import HONEST_MISFIT, Caller
from sim.actors.tables import work
from sim.comms.views import TrustView
from sim.core import events as e
from sim.core.log import Log
from sim.core.streams import Dice
from sim.core.vocabulary import Severity
from sim.policies.security import Authenticated, CallBack, Open
from tests.spine import Paper, busy_hour, city_of, events, lived, log_of, scenario_of, the, times

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
CALL_BACK = "fragmented+security=call_back"


def test_an_honest_caller_who_picks_up_waits_a_minute_longer(paper: Paper) -> None:
    paper.works(desk__ring_back_success=1.0)
    scenario = scenario_of(incidents=[LIFT])
    assert times(log_of(scenario), e.UnitOrdered) == [CASE]
    log = log_of(scenario, CALL_BACK)
    assert times(log, e.UnitOrdered) == [CASE + 60]
    confirmed = events(log, e.BeliefChanged, belief="confirmed")
    assert [one.event.value for one in confirmed] == [True]
    assert the(log, e.UnitOrdered).because == confirmed[0].id  # the newest belief that raised the need


def test_who_does_not_pick_up_gets_nobody_until_he_calls_again(paper: Paper) -> None:
    paper.works(desk__ring_back_success=0.0)
    log = log_of(scenario_of(incidents=[LIFT]), CALL_BACK)
    assert times(log, e.CaseClosed, outcome="unconfirmed")[0] == CASE + 60
    assert all(t > CASE + 60 for t in times(log, e.UnitOrdered))


def test_a_critical_call_is_never_checked(paper: Paper) -> None:
    fatal = {**LIFT, "details": {"severity": "critical", "injured": 0}}
    scenario = scenario_of(incidents=[fatal])
    assert times(log_of(scenario, CALL_BACK), e.UnitOrdered) == times(log_of(scenario), e.UnitOrdered)


@pytest.mark.parametrize("severity", list(Severity))
def test_the_rules_are_what_their_sentences_say(severity: Severity) -> None:
    lone, two = TrustView(severity, 1, 0.5), TrustView(severity, 2, 0.5)
    assert not Open().rings_back(lone)
    assert CallBack().rings_back(lone) is (severity is not Severity.CRITICAL)
    assert not CallBack().rings_back(two)
    assert CallBack().sends_unconfirmed(lone) is (severity is not Severity.MINOR)
    assert Authenticated(told=0.8).rings_back(lone) is CallBack().rings_back(lone)  # 0.5 is above 1 - 0.8
    assert not Authenticated(told=0.3).rings_back(lone)


def test_instruments_tell_liars_from_others_by_chance_only() -> None:
    city = lived(city_of(busy_hour(), "linked"), until=1)
    parts = city.citizens.parts
    callers = [Caller(parts, 0, 1, None, Dice(parts.streams, n)) for n in range(2000)]
    honest = sum(caller.misfit() > 0.2 for caller in callers)
    for caller in callers:
        caller.is_lying = True
    lying = sum(caller.misfit() > 0.2 for caller in callers)
    expected = 2000 * 0.8**HONEST_MISFIT  # 23
    assert abs(honest - expected) < 4 * expected**0.5
    assert abs(lying - 1600) < 4 * (2000 * 0.8 * 0.2) ** 0.5


def test_checking_saves_crews_from_liars_and_costs_the_honest_time() -> None:
    believed, checked = log_of(busy_hour(), "linked"), log_of(busy_hour(), "linked+security=call_back")
    lies = [{(one.t, one.event.citizen) for one in events(log, e.MessageForged)} for log in (believed, checked)]
    assert lies[0] == lies[1]  # the same liars in both arms

    def served(log: Log) -> tuple[int, int]:
        """Cases of minor lies, and those of them for which somebody was sent."""
        forged = {one.event.call for one in events(log, e.MessageForged)}
        cases = {one.event.case for one in events(log, e.CaseOpened) if one.event.call in forged}
        minor = cases & {one.event.case for one in events(log, e.BeliefChanged, belief="severity", value="minor")}
        return len(minor), len(minor & {one.event.case for one in events(log, e.UnitOrdered)})

    lied, got = served(believed)
    assert got > 0.9 * lied
    lied, got = served(checked)
    brazen = work().caller.brazen.value
    assert abs(got - brazen * lied) < 3 * (lied * brazen * (1 - brazen)) ** 0.5
