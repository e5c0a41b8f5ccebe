"""What it costs to doubt, and what it saves: calls that are checked before anybody is sent."""

from __future__ import annotations

from typing import Any

import pytest

from sim.actors.caller import HONEST_MISFIT, Caller
from sim.actors.tables import work
from sim.actors.threats import attack_table
from sim.comms.messages import Finding, Notice
from sim.comms.views import PaperView, TrustView
from sim.core import events as e
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Severity
from sim.policies.security import Authenticated, CallBack, Corroborate, Open
from sim.results.timeline import Timeline
from sim.results.waterfall import by_id, waterfall
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
    one, both = TrustView(severity, 2, 0.5, sources=1), TrustView(severity, 2, 0.5, sources=2)
    assert Corroborate().waits_s(one) == (0.0 if severity is Severity.CRITICAL else 180.0)
    assert Corroborate().waits_s(both) == 0.0 == Open().waits_s(one) == CallBack().waits_s(one)


@pytest.mark.parametrize("severity", list(Severity))
def test_the_rules_for_papers_are_what_their_sentences_say(severity: Severity) -> None:
    is_bad = severity is Severity.CRITICAL
    lone, two = PaperView(severity, 1, 0.5), PaperView(severity, 2, 0.5)
    assert not Open().checks_papers and Open().paper_s == 0.0
    assert CallBack().asks_sender(lone) is not is_bad and not CallBack().asks_sender(two)
    assert Corroborate().holds_paper_s(lone) == (0.0 if is_bad else 180.0) and not Corroborate().holds_paper_s(two)
    assert Authenticated().rejects(lone) and not Authenticated(paper_told=0.3).rejects(lone)
    assert not Authenticated().asks_sender(lone) and Authenticated().paper_s == 60.0
    assert Authenticated().deters > 0.0 == Open().deters == CallBack().deters == Corroborate().deters


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


# --- a second source


CORROBORATE = "fragmented+security=corroborate"


def crashed(severity: str = "serious") -> dict[str, Any]:
    return {"name": "crash", "kind": "road_crash", "at": "+0s", "place": {"node": "D4"}, "details": {severity: 1}}


def test_a_lone_caller_waits_three_minutes_and_gets_one_crew(paper: Paper) -> None:
    """A serious crash sends four crews of two services in a joint city; then one crew of the service that leads."""
    usual = events(log_of(scenario_of(incidents=[crashed()]), "linked"), e.UnitOrdered)
    log = log_of(scenario_of(incidents=[crashed()]), "linked+security=corroborate")
    doubted = events(log, e.UnitOrdered)
    first, later = usual[0].t, doubted[0].t
    assert later == first + 180
    assert {one.event.department for one in usual if one.t == first} == {"ems", "traffic"}
    assert [one.event.department for one in doubted if one.t == later] == ["traffic"]
    ended = the(log, e.DoubtEnded)
    assert not ended.is_corroborated and doubted[0].event.because == events(log, e.DoubtEnded)[0].id


def test_who_is_hurt_waits_longer_for_his_ambulance_when_nobody_bears_the_caller_out(paper: Paper) -> None:
    """The harm of it: the ambulance is asked for by the crew that looked, instead of by the caller."""
    found = {}
    for security in ("open", "corroborate"):
        log = log_of(scenario_of(incidents=[crashed()]), f"linked+security={security}")
        found[security] = times(log, e.UnitAtPatient)[0]
        if security == "corroborate":
            looked = times(log, e.CommandEstablished)[0]
            assert times(log, e.UnitOrdered, department="ems")[0] > looked
    assert found["corroborate"] > found["open"] + 180


def test_the_wait_is_a_part_of_the_waterfall_and_of_the_right_length(paper: Paper) -> None:
    log = log_of(scenario_of(incidents=[crashed()]), "linked+security=corroborate")
    line, entries = Timeline(log), by_id(log)
    fall = waterfall(entries, line, line.incidents["crash"], "traffic")
    assert {part.label: part.ms for part in fall.parts}["doubt"] == 180_000
    first = next(one.t for one in events(log, e.UnitOnScene) if one.event.department == "traffic")
    assert fall.finished and fall.ms == 1000 * first


def test_a_second_voice_within_the_wait_is_enough(paper: Paper) -> None:
    """Passers-by see a fire on the street too: then nobody waits the whole three minutes, and all crews go."""
    paper.kind("road_crash", passing_per_s__value=1.0)
    log = log_of(scenario_of(incidents=[crashed()]), "linked+security=corroborate")
    (ended,) = [one for one in events(log, e.DoubtEnded) if one.event.is_corroborated][:1]
    opened = times(log, e.CaseOpened)[0]
    assert opened < ended.t < opened + 180
    at_once = {one.event.department for one in events(log, e.UnitOrdered) if one.t == ended.t}
    assert at_once == {"ems", "traffic"}


def test_what_is_critical_is_not_doubted(paper: Paper) -> None:
    for kind in ("cardiac_arrest",):
        story = scenario_of(incidents=[{"name": kind, "kind": kind, "at": "+0s", "place": {"node": "D4"}}])
        assert times(log_of(story, CORROBORATE), e.UnitOrdered) == times(log_of(story), e.UnitOrdered)


# --- papers between offices


GAS = {"name": "gas", "kind": "gas_leak", "at": "+0s", "place": {"node": "D4"}}


@pytest.mark.parametrize(
    ("security", "read", "acted"), [("call_back", 120, 120), ("authenticated", 63, 63), ("corroborate", 180, 360)]
)
def test_an_honest_paper_pays_for_each_check_on_its_way(security: str, read: int, acted: int) -> None:
    """A minor smell of gas, rung in once and handed to an office: the call is checked, and then the paper.

    `call_back` rings the caller and then the desk (60 s each); `authenticated` looks both up (3 s and 60 s);
    `corroborate` waits for a second caller and then for a second paper (180 s each).
    """
    found = []
    for arm in ("fragmented", f"fragmented+security={security}"):
        log = log_of(scenario_of(incidents=[GAS]), arm)
        office = events(log, e.MessageRead)[0]
        held = times(log, e.CaseOpened, department=office.event.office)[0]
        found.append((office.t, held))
    (usual_read, usual_held), (late_read, late_held) = found
    assert late_read - usual_read == read
    assert late_held - usual_held == acted


@pytest.mark.parametrize("kind", ["slide", "flash_flood", "shaking_building"])
def test_who_is_asked_stands_by_what_he_has_written(kind: str) -> None:
    story = scenario_of(incidents=[{**GAS, "kind": kind}], duration="2h")
    for arm in ("fragmented", "present", "linked+sharing=platform"):
        assert events(log_of(story, f"{arm}+security=call_back"), e.PaperRejected) == []


def papers(number: int, **details: Any) -> dict[str, Any]:
    """So many forged papers over a day, each about a place of its own."""
    told = {"papers": number, "claims": {"flash_flood": 1}, "to": "water", **details}
    where = {"place": {"node": "D4"}, "radius_m": 5000}
    return {"name": "papers", "kind": "forged_reports", "at": "+0s", "until": "+23h", **where, "details": told}


@pytest.mark.parametrize(
    ("security", "rejected"),
    [("open", 0.0), ("call_back", 1.0), ("authenticated.paper_told=0.8", 0.8), ("authenticated", 0.95)],
)
def test_the_share_of_forged_papers_that_is_thrown_away(security: str, rejected: float) -> None:
    """A desk that is asked never stands by what it has not written; a look-up tells the share `paper_told`."""
    log = log_of(scenario_of(attacks=[papers(150)], duration="24h", drain="2h"), f"fragmented+security={security}")
    forged = {one.id for one in events(log, e.PaperForged)}
    sent = {one.event.message: one for one in events(log, e.MessageSent) if one.event.because in forged}
    heard = {one.id for one in events(log, e.MessageHeard) if one.event.message in sent}
    read = {one.id for one in events(log, e.MessageRead) if one.event.because in heard}
    thrown = sum(one.event.because in read for one in events(log, e.PaperRejected))
    assert 100 < len(read) <= len(forged) == len(sent) == 150
    assert abs(thrown / len(read) - rejected) <= 3 * (rejected * (1 - rejected) / len(read)) ** 0.5


def test_critical_forgeries_pass_who_asks_back_but_not_who_looks_them_up() -> None:
    story = scenario_of(attacks=[papers(40, severity="critical")], duration="24h", drain="2h")
    thrown = {
        security: len(events(log_of(story, f"fragmented+security={security}"), e.PaperRejected))
        for security in ("call_back", "corroborate", "authenticated")
    }
    assert thrown["call_back"] == thrown["corroborate"] == 0
    assert thrown["authenticated"] >= 30


def test_the_instrument_seldom_throws_an_honest_paper_away() -> None:
    """Above 0.05, the bound of the default, with probability 0.95 to the power of its sharpness: six in a thousand."""
    city = lived(city_of(scenario_of(), "fragmented+security=authenticated"), until=1)
    credence, office = city.offices.credence, next(iter(city.offices.by_name.values()))
    finding = Finding("slide", 0.0, 0.0, Severity.SERIOUS, 0, (), 0.8, 0.0)
    count, streams = 3000, Streams(1)
    thrown = sum(
        not credence.admits(
            office,
            Notice(sender="a", receiver="b", case="c", finding=finding, dice=Dice(streams, number)),
            because=0,
        )
        for number in range(count)
    )
    expected = count * 0.95 ** attack_table().forged_reports.sharpness.value
    assert abs(thrown - expected) <= 4 * expected**0.5
