"""Duty desks that a review found broken: what they remember, whom they tell, what their officers' hours are worth."""

from __future__ import annotations

import pytest
from spine import Paper, events, lived, log_of, scenario_of, the, times
from test_offices import CHECK_S, HOP_S, PHONE_S, PONDER_S, READ_S, RETYPE_S, found, office, send, sheet, town

from sim.comms.messages import Instruction, Notice
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


@pytest.mark.parametrize(("hours", "cases"), [((0, 1, 2, 3, 4, 5), 1), ((0, 5), 2)])
def test_a_case_is_forgotten_only_when_nothing_has_been_told_of_it_for_four_hours(
    paper: Paper, hours: tuple[int, ...], cases: int
) -> None:
    """`join_window_s` is 14,400 s: what is told again every hour stays one case, and has one owner."""
    city = town("fragmented+responsibility=matrix." + WILLING)
    to = office(city, "housing")
    for hour in hours:
        lived(city, hour * 3600)
        send(city, to, sheet(to))
    lived(city, 6 * 3600)
    assert len(events(city.log, ev.CaseOpened, department=to.name)) == cases
    assert len(times(city.log, ev.CaseAccepted, department="housing")) == cases


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
