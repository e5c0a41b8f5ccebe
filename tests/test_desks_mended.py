"""Duty desks that a review found broken: what they remember, whom they tell, what their officers' hours are worth."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from spine import Paper, events, lived, log_of, scenario_of, the, times
from test_offices import CHECK_S, HOP_S, PHONE_S, PONDER_S, READ_S, RETYPE_S, found, office, send, sheet, town

from sim.actors.office import Office
from sim.comms.messages import Instruction, Notice, Report
from sim.core import events as ev
from sim.core.vocabulary import Severity
from sim.model import City
from tests.sensing_scene import AIRTIME_S, GLANCE_S, Devices, devices
from tests.test_sensing_city import with_cry
from tests.test_warnings_desks import DRAFT_S

__all__ = ["devices"]

WILLING = "least=0,by_ambiguity=0,by_load=0,waits=0"
"""Nobody refuses what he may own, and nobody waits for a word."""


# --- what desks remember


@pytest.mark.parametrize(("hours", "numbers", "cases"), [((0, 1, 2, 3, 4, 5), 9, 1), ((0, 5), 9, 2), ((0, 5), 5, 1)])
def test_a_case_is_forgotten_only_when_nothing_has_been_told_of_it_for_four_hours(
    paper: Paper, hours: tuple[int, ...], numbers: int, cases: int
) -> None:
    """`join_window_s` is 14,400 s: what is told again every hour stays one case, and so does what has its number."""
    city = town("fragmented+responsibility=matrix." + WILLING)
    to = office(city, "housing")
    for hour in hours:
        lived(city, hour * 3600)
        send(city, to, sheet(to, number=hour % numbers))
    lived(city, 6 * 3600)
    assert len(events(city.log, ev.CaseOpened, department=to.name)) == cases
    assert len(times(city.log, ev.CaseAccepted, department="housing")) == cases


def test_two_papers_about_one_case_of_their_sender_are_about_one_case_here(paper: Paper) -> None:
    """The second place is 900 m off, more than `join_radius_m`; the sender's number says what it is about."""
    city = town()
    to = office(city, "housing")
    send(city, to, sheet(to, Notice))
    send(city, to, sheet(to, Notice, finding=replace(found(), x=found().x + 900.0)))
    send(city, to, sheet(to, Notice, number=2, finding=replace(found(), x=found().x - 900.0)))
    lived(city, 3600)
    assert len(events(city.log, ev.CaseOpened, department=to.name)) == 2, "the third has another number"


def test_a_word_from_above_comes_back_to_the_case_that_it_is_about(paper: Paper) -> None:
    """Told upwards by voice the place was 2 km off; what the superior writes down has our own number on it."""
    city = town("fragmented+responsibility=matrix." + WILLING)
    to = office(city, "housing")
    above = to.superior
    assert above is not None
    send(city, to, sheet(to))
    lived(city, 1800)
    (case,) = to.picture.cases.values()
    retold = sheet(above, Report, finding=replace(found(), x=found().x + 2000.0), sender=to.name)
    matter = above.learn(replace(retold, case=case.id), 0)
    above.instruct(matter, to)
    lived(city, 6 * 3600)
    assert times(city.log, ev.MessageRead, office=to.name, message_kind="instruction")
    assert len(events(city.log, ev.CaseOpened, department=to.name)) == 1


def _believed(city: City, to: Office, belief: str) -> Any:
    (case,) = to.picture.cases.values()
    return case.beliefs[belief]


def test_words_that_rest_on_one_source_make_nothing_surer_however_many_hand_them_on(paper: Paper) -> None:
    """0.5 and a second source of 0.5: 1 - 0.5 * 0.5 = 0.75; an echo changes neither that nor the place."""
    city = town()
    to = office(city, "housing")
    seen = replace(found(), confidence=0.5, roots=frozenset({"caller 7"}))
    send(city, to, sheet(to, Notice, finding=seen))
    send(city, to, sheet(to, Notice, 2, finding=replace(seen, x=seen.x + 400.0), sender="another"))
    lived(city, 3600)
    assert _believed(city, to, "place").confidence == 0.5 and _believed(city, to, "place").value == seen.place
    send(city, to, sheet(to, Notice, 3, finding=replace(seen, roots=frozenset({"F-1"}), x=seen.x + 400.0)))
    lived(city, 7200)
    assert _believed(city, to, "place").confidence == 0.75
    assert _believed(city, to, "place").value == (seen.x + 200.0, seen.y)


@pytest.mark.parametrize(("later_s", "believed"), [(0, "serious"), (100, "serious"), (200, "critical")])
def test_an_old_word_on_how_bad_it_is_counts_half_as_much_after_half_an_hour(
    paper: Paper, later_s: int, believed: str
) -> None:
    """0.95 against a fresh 0.9: 0.95 * 2 ** (-t / 1800) is less than 0.9 from 1800 * log2(0.95 / 0.9) = 140 s on."""
    city = town()
    to = office(city, "housing")
    send(city, to, sheet(to, Notice, finding=replace(found(Severity.SERIOUS), confidence=0.95)))
    fresh = replace(found(Severity.CRITICAL, people=9), confidence=0.9, as_of_s=found().as_of_s + later_s)
    lived(city, 1800)
    send(city, to, sheet(to, Notice, 2, finding=fresh, sender="fire"))
    lived(city, 3600)
    assert _believed(city, to, "severity").value == believed


# --- operations centres

FLOOD = {
    "name": "flood", "kind": "flash_flood", "at": "+2h", "place": {"node": "D4"},
    "details": {"inside": 30, "rises_after": "20min", "peak_m": 4.0},
}  # fmt: skip
FORGED = {
    "name": "papers", "kind": "forged_reports", "at": "+0s", "until": "+61s", "place": {"node": "B2"}, "radius_m": 10,
    "details": {"papers": 1, "claims": {"flash_flood": 1}, "severity": "critical"},
}  # fmt: skip


def test_a_forged_paper_takes_no_operations_centre_away_from_a_true_flood(paper: Paper) -> None:
    """Two hours later, in the same district; each case has its own centre `assemble_s` after its level."""
    sat = []
    for attacks in ([], [FORGED]):
        log = log_of(scenario_of(incidents=[FLOOD], attacks=attacks, duration="5h"), "linked")
        centres = [(one.t, one.event.office) for one in events(log, ev.OperationsCentreOpened)]
        sat.append([one for one in centres if one[0] > 2 * 3600])
    assert {office for _, office in sat[0]} >= {"emergency district West", "emergency city"}
    assert sat[1] == sat[0]


# --- whose an alarm is

ALARM_S = 100 + 60 + AIRTIME_S + GLANCE_S
"""The slope sensor cries at 100 s and makes sure for 60 s; then it is on the air, and is glanced at, by planning."""


def alarmed(responsibility: str) -> City:
    """A slope sensor cries: planning has the devices, and supports; housing leads, urban management supports."""
    arm = f"fragmented+responsibility={responsibility}+sensing=iot.slope=1"
    return lived(with_cry(scenario_of(duration="2h"), arm, 100, "D4", "slope"))


def takers(city: City) -> dict[str, int]:
    """Who has accepted a case, and when first."""
    accepted = [(one.event.department, one.t) for one in events(city.log, ev.CaseAccepted)]
    return {name: min(t for one, t in accepted if one == name) for name, _ in accepted}


def test_who_hears_an_alarm_first_keeps_it_where_the_first_contact_rule_holds(paper: Paper, devices: Devices) -> None:
    """Everybody declines what is not his, with certainty; without a list planning thinks about it first."""
    taken = takers(alarmed("first_receiver.least=1,waits=0"))
    assert taken["planning"] == ALARM_S + PONDER_S
    assert not takers(alarmed("ambiguous.least=1,waits=0"))


def test_where_a_list_is_published_an_alarm_is_handed_on_to_the_lead(paper: Paper, devices: Devices) -> None:
    city = alarmed(f"matrix.{WILLING}")
    taken = takers(city)
    assert min(taken.values()) == taken["housing"] == ALARM_S + HOP_S
    handed = the(city.log, ev.CaseHandedOff)
    assert (handed.department, handed.to_department) == ("planning", "housing district West")
    assert not events(city.log, ev.CaseRefused)


def test_where_all_act_together_all_on_the_list_are_told_of_an_alarm(paper: Paper, devices: Devices) -> None:
    """Planning does its part at once; the lead, and who else supports, a hop later; who is informed, nothing."""
    taken = takers(alarmed(f"joint_command.{WILLING}"))
    first = {name: t for name, t in taken.items() if t <= ALARM_S + HOP_S}
    assert first == {"planning": ALARM_S, "housing": ALARM_S + HOP_S, "urban_management": ALARM_S + HOP_S}


# --- what officers' hours are worth


@pytest.mark.parametrize(("reporting", "check_s"), [("tiered", CHECK_S), ("parallel", 0)])
def test_an_officer_who_checks_what_he_reports_reads_nothing_meanwhile(
    paper: Paper, reporting: str, check_s: int
) -> None:
    """One officer, two papers at once: the second waits until the first has been read, and checked for a report."""
    paper.offices(tier__district__officers=1)
    city = town(f"fragmented+reporting={reporting}")
    to = office(city, "housing")
    send(city, to, sheet(to, Notice, finding=found(Severity.SERIOUS)))
    send(city, to, sheet(to, Notice, number=2, finding=found(kind="flash_flood")))
    lived(city, 3600)
    read = times(city.log, ev.MessageRead, office=to.name)
    assert read == [HOP_S, HOP_S + check_s + READ_S + RETYPE_S]


@pytest.mark.parametrize(("reporting", "check_s"), [("tiered", CHECK_S), ("parallel", 0)])
def test_an_officer_who_writes_a_warning_reads_nothing_meanwhile(paper: Paper, reporting: str, check_s: int) -> None:
    """An instruction needs no typing anew; the only officer drafts, then checks what he reports, then reads on."""
    paper.offices(tier__district__officers=1)
    city = town(f"fragmented+reporting={reporting}+warning=by_plan")
    to = office(city, "housing")
    send(city, to, sheet(to, Instruction, finding=found(Severity.SERIOUS)))
    send(city, to, sheet(to, Notice, number=2, finding=found(kind="flash_flood")))
    lived(city, 3600)
    said_s = PHONE_S + READ_S + DRAFT_S
    assert times(city.log, ev.AlertIssued) == [said_s]
    assert times(city.log, ev.MessageRead, office=to.name) == [PHONE_S + READ_S, said_s + check_s + READ_S + RETYPE_S]


# --- what a delay is put down to


def test_what_is_read_while_an_officer_checks_is_not_what_he_has_checked(paper: Paper) -> None:
    """The report follows from what it was begun about, CHECK_S before; the notice in between explains none of it."""
    city = town("fragmented+responsibility=ambiguous." + WILLING + "+reporting=tiered.plays_down=0,conceals=0")
    to = office(city, "housing")
    send(city, to, sheet(to, finding=found(Severity.SERIOUS, people=2)))
    lived(city, HOP_S + 100)
    send(city, to, sheet(to, Notice, 2, finding=found(Severity.SERIOUS, people=3), sender="fire"))
    lived(city, 6000)
    first = min(events(city.log, ev.MessageSent, message_kind="report", sender=to.name), key=lambda one: one.t)
    began = next(one for one in city.log if one.id == first.event.because)
    assert first.t - began.t == CHECK_S
    read = [one.t for one in events(city.log, ev.MessageRead, office=to.name, message_kind="notice")]
    assert began.t < read[0] < first.t, "it was read meanwhile"


def test_an_operations_centre_follows_from_its_level_by_the_time_it_takes_to_assemble(paper: Paper) -> None:
    city = town()
    to = office(city, "emergency")
    send(city, to, sheet(to, Notice, finding=found(Severity.CRITICAL, people=5)))
    lived(city, 900)
    send(city, to, sheet(to, Notice, 2, finding=found(Severity.CRITICAL, people=6), sender="fire"))
    lived(city, 6000)
    opened = min(events(city.log, ev.OperationsCentreOpened), key=lambda one: one.t)
    began = next(one for one in city.log if one.id == opened.event.because)
    assert isinstance(began.event, ev.LevelDeclared) and opened.t - began.t == city.offices.duty.assemble_s.value
