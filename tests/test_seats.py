"""Seats: a department decides nothing without the person who sits there, who sees its picture and gives its orders."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import live
from sim.actors import seat_orders as orders
from sim.actors.office import Office
from sim.actors.seat import Seat, departments
from sim.comms.messages import Finding, Handoff
from sim.core import events as e
from sim.core.errors import InputError
from sim.core.streams import Dice
from sim.core.vocabulary import Capability, Severity, Tier
from sim.model import City
from sim.results.pictures import picture_at
from sim.viewer.exercise.course import advance, relive
from sim.viewer.exercise.possible import free_crews
from sim.viewer.exercise.record import COMMANDS, MAIN, courses, read_records
from sim.viewer.exercise.seats import Chair
from sim.viewer.exercise.session import Session
from tests.exercise_scene import CRASH, FIRE, go, hash_of, log_of_city, session_of, spec_of
from tests.spine import Paper, city_of, events, plain, scenario_of, the, times
from tests.test_blindfold import blindfold as blindfold
from tests.test_warnings_desks import D4, DRAFT_S, HOP_S, LINE_S, READ_S, told, town, unseen

NOW = 300
"""When the person at the seat speaks, s."""

OPENED = 138
"""When the fire's case is opened: 30 s, noticed after 60, 3 to pick up, 45 of talk."""


def seated(department: str = "fire", arm: str = "fragmented", until: int = NOW, **stored: Any) -> tuple[City, Seat]:
    """A toy town in which somebody has sat at a department's desks from the start."""
    city = city_of(scenario_of(**{"incidents": [FIRE, CRASH], **stored}), arm)
    seat = live.seat_of(city, department)
    seat.take()
    advance(city, until)
    return city, seat


def handed(city: City, department: str, kind: str = "slide", sender: str = "test") -> None:
    """A paper for a district office of a department: this is yours."""
    office = city.offices.of(department, D4, Tier.DISTRICT)
    found = Finding(kind, *D4, Severity.SERIOUS, 0, (), 0.6, float(city.t))
    because = city.log.add(e.MessageHeard(message="m", receiver=office.name, channel="test"))
    paper = Handoff(sender=sender, receiver=office.name, case="test-1", finding=found, dice=Dice(city.streams, 5))
    office.hear(paper, because)


# --- nothing without him


@pytest.mark.parametrize("arm", ["fragmented", "linked", "smart"])
def test_no_unit_goes_without_a_word_from_the_seat_and_others_go_on_by_themselves(arm: str) -> None:
    city, _ = seated("fire", arm, 3000)
    assert not events(city.log, e.UnitOrdered, department="fire")
    assert not events(city.log, e.UnitRecalled, department="fire")
    assert events(city.log, e.UnitOrdered, department="traffic")
    assert events(city.log, e.CaseAccepted, department="fire")  # first response is statutory


def test_as_long_as_the_seat_has_nothing_to_decide_nothing_differs() -> None:
    city, _ = seated("water", "linked", 3000)
    other = city_of(scenario_of(incidents=[FIRE, CRASH]), "linked")
    advance(other, 3000)
    assert [plain(one) for one in city.log if not isinstance(one.event, e.SeatTaken)] == [
        plain(one) for one in other.log
    ]


def test_who_gets_up_leaves_what_waits_to_the_policy(paper: Paper) -> None:
    city, seat = seated()
    advance(city, 1000)
    seat.leave()
    advance(city, 1001)
    assert times(city.log, e.UnitOrdered, department="fire") == [1000]
    assert [one.t for one in events(city.log, e.SeatLeft)] == [1000]


def test_all_departments_can_be_taken_and_left_at_any_time_and_the_city_lives_on() -> None:
    city = city_of(scenario_of(incidents=[FIRE, CRASH]), "linked")
    seats = [live.seat_of(city, name) for name in departments(city.offices)]
    for t in range(0, 3000, 200):
        for number, seat in enumerate(seats):
            if (t // 200 + number) % 3 == 0:
                if seat.is_taken:
                    seat.leave()
                else:
                    seat.take()
        advance(city, t + 200)
    assert {name for name in live.taken(city)} == {seat.department for seat in seats if seat.is_taken}
    for seat in seats:
        if seat.is_taken:
            seat.leave()
    advance(city, 7000)
    assert {one.event.found for one in events(city.log, e.UnitOnScene)} == {"fire", "crash"}  # type: ignore[attr-defined]


# --- his orders go the ways that there are


def test_an_order_goes_by_the_radio_and_takes_as_long_as_any(paper: Paper) -> None:
    city, seat = seated()
    orders.order_unit(seat, "F-West_Fire-1", "fire-1")
    advance(city, 500)
    assert times(city.log, e.UnitOrdered, department="fire") == [NOW]
    assert times(city.log, e.UnitAlerted, department="fire") == [NOW + 8]
    assert times(city.log, e.UnitEnRoute, department="fire") == [NOW + 8 + 60]
    assert the(city.log, e.UnitOrdered, department="fire").capability == "extinguish"


def test_an_order_is_lost_as_often_as_any_and_said_again(paper: Paper) -> None:
    paper.works(radio__loss=1.0)
    city, seat = seated()
    orders.order_unit(seat, "F-West_Fire-1", "fire-1")
    advance(city, NOW + 100)
    assert not events(city.log, e.UnitAlerted, department="fire")
    assert times(city.log, e.MessageSent, receiver="F-West_Fire-1") == [NOW, NOW + 30, NOW + 60, NOW + 90]


def test_an_unheard_radio_hears_nothing(paper: Paper) -> None:
    city, seat = seated()
    live.fail_channel(city, "fire radio", 100)
    advance(city, NOW + 1)
    orders.order_unit(seat, "F-West_Fire-1", "fire-1")
    advance(city, NOW + 60)
    lost = events(city.log, e.MessageLost, channel="fire radio")
    assert lost and not events(city.log, e.UnitAlerted, department="fire")


def test_a_unit_is_called_back(paper: Paper) -> None:
    city, seat = seated()
    orders.order_unit(seat, "F-West_Fire-1", "fire-1")
    advance(city, NOW + 100)
    orders.recall_unit(seat, "F-West_Fire-1")
    advance(city, NOW + 110)
    assert times(city.log, e.UnitRecalled) == [NOW + 100]
    assert times(city.log, e.UnitAvailable, department="fire") == [NOW + 108]
    assert "fire-1" in seat.dispatcher().waiting  # it is for him to send another


def test_more_units_than_are_missing_can_be_sent(paper: Paper) -> None:
    city, seat = seated()
    for unit in ("F-West_Fire-1", "F-West_Fire-2"):
        orders.order_unit(seat, unit, "fire-1")
    advance(city, 400)
    assert len(events(city.log, e.UnitAlerted, department="fire")) == 2
    assert not events(city.log, e.UnitRecalled)


def test_another_service_is_rung_when_he_asks_and_not_before(paper: Paper) -> None:
    """A colleague rings at once; 3 s to pick up, 0.4 of 45 s to say it."""
    city, seat = seated()
    orders.request_crews(seat, "fire-1", "treat", 2)
    advance(city, NOW + 30)
    assert times(city.log, e.CaseHandedOff, department="fire") == [NOW]
    assert times(city.log, e.CaseOpened, department="ems") == [NOW + 3 + 18]
    needs = [one.event.value for one in events(city.log, e.BeliefChanged, case="ems-1", belief="needs")]  # type: ignore[attr-defined]
    assert needs == [{"treat": 2}]


def test_what_a_scene_asks_of_others_is_for_the_seat_to_pass_on(paper: Paper) -> None:
    """The traffic police are first at a crash with two hurt: nobody rings for ambulances but the person at the desk."""
    city, seat = seated("traffic", until=200)
    orders.order_unit(seat, "T-East_Traffic_Police-1", "traffic-1")
    advance(city, 1500)
    report = events(city.log, e.MessageSent, message_kind="scene report", receiver="traffic dispatcher")
    assert "2 treat" in report[0].event.text  # type: ignore[attr-defined]
    assert not events(city.log, e.CaseOpened, department="ems")
    orders.request_crews(seat, "traffic-1", "transport", 2)
    advance(city, 1525)
    assert events(city.log, e.UnitOrdered, department="ems")


def test_in_a_joint_room_a_colleague_hears_it_at_once(paper: Paper) -> None:
    city, seat = seated("fire", "fragmented+intake=joint")
    orders.request_crews(seat, "joint-1", "treat", 1)
    advance(city, NOW + 1)
    assert times(city.log, e.UnitOrdered, department="ems", case="joint-1") == [NOW]


def test_a_case_is_handed_to_an_office_by_the_duty_telephone(paper: Paper) -> None:
    city, seat = seated()
    orders.hand_off(seat, "fire-1", "water")
    advance(city, NOW + 600)
    opened = the(city.log, e.CaseOpened, department="water district West")
    assert times(city.log, e.CaseOpened, department="water district West") == [NOW + LINE_S + READ_S]
    assert (opened.x, opened.y) == D4


def test_and_may_be_lost_on_the_way(paper: Paper) -> None:
    paper.offices(**{"line__duty telephone__loss": 1.0})
    city, seat = seated()
    orders.hand_off(seat, "fire-1", "water")
    orders.send_note(seat, "ems", "come")
    advance(city, 3000)
    assert not events(city.log, e.CaseOpened, department="water district West")
    assert len(events(city.log, e.MessageLost, channel="duty telephone")) >= 2
    assert not events(city.log, e.MessageHeard, receiver="ems")


def test_a_case_is_handed_to_another_service_by_telephone(paper: Paper) -> None:
    city, seat = seated()
    orders.hand_off(seat, "fire-1", "police")
    advance(city, NOW + 60)
    assert events(city.log, e.CaseAccepted, department="police")
    assert events(city.log, e.UnitOrdered, department="police", capability="secure")


def test_a_case_that_is_nothing_is_closed_by_hand(paper: Paper) -> None:
    city, seat = seated()
    orders.close_case(seat, "fire-1", "false alarm")
    advance(city, NOW + 1)
    assert the(city.log, e.CaseClosed).outcome == "false alarm"
    with pytest.raises(InputError, match="'fire-1'"):
        orders.order_unit(seat, "F-West_Fire-1", "fire-1")


def test_crews_of_another_district_come_only_with_aid(paper: Paper) -> None:
    city, seat = seated()
    with pytest.raises(InputError, match="belongs to East, fire-1 is in West"):
        orders.order_unit(seat, "F-East_Fire-1", "fire-1")
    orders.ask_aid(seat, "fire-1")
    advance(city, 6000)
    assert times(city.log, e.AidRequested) == [NOW]
    assert events(city.log, e.AidGranted)
    orders.order_unit(seat, "F-East_Fire-1", "fire-1")
    city, seat = seated(arm="linked")  # there whoever is nearest goes
    orders.order_unit(seat, "F-East_Fire-1", "joint-1")


@pytest.mark.parametrize("arm", ["fragmented", "linked"])
def test_who_is_offered_may_be_sent_and_who_is_held_back_may_not(paper: Paper, arm: str) -> None:
    city, seat = seated(arm=arm)
    case = "fire-1" if arm == "fragmented" else "joint-1"
    crews = free_crews(seat, case, Capability.EXTINGUISH)
    free = {one.id for one in seat.dispatcher().crews.values() if Capability.EXTINGUISH in one.capabilities}
    offered = {one.unit for one in crews.ready}
    assert {one.district for one in crews.ready} == ({"West"} if arm == "fragmented" else {"West", "East"})
    assert crews.held_back == len(free - offered) and (crews.nearest_held is None) == (crews.held_back == 0)
    for unit in sorted(free - offered):
        with pytest.raises(InputError, match="no aid between districts"):
            orders.order_unit(seat, unit, case, "extinguish")
    for unit in sorted(offered):
        orders.order_unit(seat, unit, case, "extinguish")
    assert {one.event.unit for one in events(city.log, e.UnitOrdered, department="fire")} == offered  # type: ignore[attr-defined]


def test_with_aid_those_of_other_districts_are_offered(paper: Paper) -> None:
    city, seat = seated()
    assert free_crews(seat, "fire-1", Capability.EXTINGUISH).held_back
    orders.ask_aid(seat, "fire-1")
    advance(city, 6000)
    crews = free_crews(seat, "fire-1", Capability.EXTINGUISH)
    assert crews.held_back == 0 and "East" in {one.district for one in crews.ready}


# --- duty desks


@pytest.fixture
def desk(paper: Paper) -> tuple[City, Seat]:
    """A case that was handed to the desk of housing, where somebody sits."""
    unseen(paper)
    city = town("signed")
    seat = live.seat_of(city, "housing")
    seat.take()
    handed(city, "housing")
    advance(city, READ_S + 60)
    return city, seat


def the_matter(seat: Seat) -> str:
    return next(iter(the_desk(seat).matters))


def the_desk(seat: Seat) -> Office:
    """The district's: its superiors may have heard of it too."""
    return next(one for one in seat.offices if one.matters and one.tier == Tier.DISTRICT)


def test_a_paper_lies_before_the_person_until_he_says_whose_it_is(desk: tuple[City, Seat]) -> None:
    city, seat = desk
    advance(city, 7200)
    assert not events(city.log, e.CaseAccepted) and not events(city.log, e.CaseRefused)
    orders.accept_case(seat, the_matter(seat))
    assert times(city.log, e.CaseAccepted, department="housing") == [7200]
    with pytest.raises(InputError, match="accepted housing district West-1 already"):
        orders.accept_case(seat, the_matter(seat))


def test_the_owner_sends_its_own_crews_and_asks_nobody_by_itself(desk: tuple[City, Seat]) -> None:
    city, seat = desk
    orders.accept_case(seat, the_matter(seat))
    advance(city, 3000)
    assert not events(city.log, e.MessageSent, message_kind="request")
    assert not events(city.log, e.UnitOrdered)
    orders.request_crews(seat, the_matter(seat), "evacuate", 1)
    advance(city, 3000 + 1)
    assert [one.event.receiver for one in events(city.log, e.MessageSent, message_kind="request")] != []  # type: ignore[attr-defined]


def test_a_paper_is_handed_on_to_whom_he_thinks(desk: tuple[City, Seat]) -> None:
    city, seat = desk
    t = city.t
    orders.hand_off(seat, the_matter(seat), "transport")
    advance(city, t + LINE_S + READ_S + 10)
    sent = [one for one in events(city.log, e.MessageSent, message_kind="hand-off", receiver="transport district West")]
    assert [one.t for one in sent] == [t]
    assert times(city.log, e.CaseOpened, department="transport district West") == [t + LINE_S + READ_S]


def test_the_superior_is_asked(desk: tuple[City, Seat]) -> None:
    city, seat = desk
    t = city.t
    orders.escalate(seat, the_matter(seat))
    advance(city, t + 3600)
    assert times(city.log, e.CaseEscalated) == [t]
    assert events(city.log, e.InstructionGiven)  # the superior says who leads by the list


def test_what_came_back_lies_before_him_again(desk: tuple[City, Seat]) -> None:
    city, seat = desk
    orders.hand_off(seat, the_matter(seat), "transport")
    handed(city, "housing", sender="somebody")  # who does not know that
    advance(city, city.t + READ_S + 10)
    assert the_desk(seat).matters[the_matter(seat)].is_pending
    assert len([one for one in events(city.log, e.CaseHandedOff) if one.event.department == "housing"]) == 1  # type: ignore[attr-defined]


def test_an_instruction_from_above_is_no_question(desk: tuple[City, Seat]) -> None:
    """Transport has no part in it; the emergency office settles the dispute, and housing leads by the list."""
    city, seat = desk
    orders.hand_off(seat, the_matter(seat), "transport")
    advance(city, city.t + 4 * HOP_S)
    assert events(city.log, e.InstructionGiven)
    assert the_desk(seat).matters[the_matter(seat)].is_owned


def test_who_gets_up_leaves_papers_to_the_desk(desk: tuple[City, Seat]) -> None:
    city, seat = desk
    seat.leave()
    advance(city, city.t + 60)
    assert events(city.log, e.CaseAccepted, department="housing")  # it is the lead by the list, and does not ponder


# --- warnings


@pytest.mark.parametrize(("warning", "hops"), [("by_plan", 0), ("targeted", 0), ("signed", 2)])
def test_a_warning_takes_the_signatures_that_the_rules_ask_for(paper: Paper, warning: str, hops: int) -> None:
    unseen(paper)
    city = town(warning)
    seat = live.seat_of(city, "housing")
    seat.take()
    told(city)  # ordered to take it: that is no choice
    advance(city, 2000)
    assert not events(city.log, e.WarningProposed)  # nobody warns unasked
    orders.warn(seat, the_matter(seat))
    numbered = city.warnings._serial
    with pytest.raises(InputError, match="under way already"):
        orders.warn(seat, the_matter(seat))
    assert city.warnings._serial == numbered, "what is refused takes no number, or the record would not replay"
    advance(city, 2000 + 4000)
    assert times(city.log, e.AlertIssued) == pytest.approx([2000 + DRAFT_S + hops * HOP_S], abs=2 * hops + 2)


def test_he_may_warn_of_what_the_policy_would_not(paper: Paper) -> None:
    unseen(paper)
    city = town("by_plan.least_grade=2")
    seat = live.seat_of(city, "housing")
    seat.take()
    told(city)
    advance(city, 2000)
    orders.warn(seat, the_matter(seat))
    advance(city, 3000)
    assert len(events(city.log, e.AlertIssued)) == 1


def test_there_is_nothing_to_warn_of_or_nobody_who_can(paper: Paper) -> None:
    city, seat = seated()
    with pytest.raises(InputError, match="'dwelling_fire'"):
        orders.warn(seat, "fire-1", "warning")
    orders.warn(seat, "fire-1")
    advance(city, 5000)
    assert events(city.log, e.StatementIssued)  # of anything one may say what it is
    city, seat = seated(arm="fragmented+warning=none")
    with pytest.raises(InputError, match="warning=none"):
        orders.warn(seat, "fire-1")


# --- what he may not

FORBIDDEN: list[tuple[Callable[[Seat], None], str]] = [
    (lambda seat: orders.order_unit(seat, "P-West_Police-1", "fire-1"), "the unit of fire is 'P-West_Police-1'"),
    (lambda seat: orders.order_unit(seat, "F-West_Fire-9", "fire-1"), "Did you mean 'F-West_Fire-2'"),
    (lambda seat: orders.order_unit(seat, "F-West_Fire-1", "traffic-1"), "the case of fire is 'traffic-1'"),
    (lambda seat: orders.order_unit(seat, "F-West_Fire-1", "fire-1", "treat"), "what F-West_Fire-1 can do is 'treat'"),
    (lambda seat: orders.recall_unit(seat, "T-East_Traffic_Police-1"), "the unit of fire is 'T-East"),
    (lambda seat: orders.recall_unit(seat, "F-West_Fire-1"), "not on its way"),
    (lambda seat: orders.accept_case(seat, "fire-1"), "statutory"),
    (lambda seat: orders.accept_case(seat, "traffic-1"), "the case of fire is 'traffic-1'"),
    (lambda seat: orders.request_crews(seat, "fire-1", "extinguish", 1), "crews of fire can do"),
    (lambda seat: orders.request_crews(seat, "fire-1", "magic", 1), "the capability is 'magic'"),
    (lambda seat: orders.hand_off(seat, "fire-1", "fire"), "the department to hand off to is 'fire'"),
    (lambda seat: orders.hand_off(seat, "fire-1", "navy"), "'navy'"),
    (lambda seat: orders.escalate(seat, "fire-1"), "has no superior"),
    (lambda seat: orders.send_note(seat, "nvay", "x"), "'nvay'"),
    (lambda seat: orders.send_note(seat, "ems", "x", "traffic-1"), "'traffic-1'"),
]


@pytest.mark.parametrize(("give", "said"), FORBIDDEN, ids=[said for _, said in FORBIDDEN])
def test_what_is_not_his_is_refused_and_changes_nothing(paper: Paper, give: Callable[[Seat], None], said: str) -> None:
    (city, seat), (other, _) = seated(), seated()
    with pytest.raises(InputError) as caught:
        give(seat)
    assert said in str(caught.value)
    for one in (city, other):
        advance(one, 1500)
    assert city.log.sha256() == other.log.sha256()


def test_a_department_without_crews_orders_none() -> None:
    _, seat = seated("meteorology")
    with pytest.raises(InputError, match="no crews of its own"):
        orders.order_unit(seat, "F-West_Fire-1", "fire-1")
    with pytest.raises(InputError, match="the seat of meteorology is taken"):
        seat.take()


def test_a_seat_that_looks_and_orders_reads_no_truth(blindfold: None) -> None:
    """Incidents and patients are blindfolded: whoever reads one outside the stages that see is caught."""
    with session_of(spec_of("linked")) as session:
        fire, ems = session.take("fire", "Li"), session.take("ems", "Wang")
        for t in range(100, 2400, 100):
            go(session, t)
            for chair in (fire, ems):
                picture = chair.picture()
                for case in picture.cases:
                    for capability, count in case.missing.items():
                        for estimate in chair.free_crews(case.id, capability).ready[:count]:
                            chair.do("order_unit", unit=estimate.unit, case=case.id, capability=capability)
        assert events(log_of_city(session), e.UnitAtPatient)


# --- chairs


def test_the_instructor_and_two_seats_each_see_their_picture_and_no_more(tmp_path: Path) -> None:
    """Thirty simulated minutes; at every half minute what each sees is held against the log."""
    ill = {"name": "ill", "kind": "illness", "at": "+5min", "place": {"node": "C3"}}
    spec = spec_of("fragmented", incidents=[FIRE, CRASH, ill])
    with session_of(spec, tmp_path) as session:
        chairs = {"fire": session.take("fire", "Li"), "ems": session.take("ems", "Wang")}
        seen = {name: 0 for name in chairs}
        for t in range(30, 1801, 30):
            go(session, t)
            if t == 600:
                session.do("tell", to="ems", words="a word from above")
            for name, chair in chairs.items():
                seen[name] += _hold_against_the_log(session, chair.picture(), name)
                for case in chair.picture().cases:
                    if case.owner == name and case.missing and not case.units:
                        _send_somebody(chair, case.id, next(iter(case.missing)))
            if t == 900:
                chairs["fire"].do("send_note", to="ems", words="two trapped", case="fire-1")
        assert all(count > 20 for count in seen.values()), seen
        whole = log_of_city(session)
        assert {one.event.incident for one in events(whole, e.IncidentStarted)} == {"fire", "crash", "ill"}  # type: ignore[attr-defined]
        heard = [one["text"] for one in chairs["ems"].picture().heard if one["kind"] == "note"]
        assert heard == ["a word from above", "two trapped"] or heard == ["a word from above"]  # it may be lost
        own = hash_of(session)
    course = courses(read_records(tmp_path / COMMANDS))[MAIN]
    assert relive(spec, course.records, 1800).city.log.sha256() == own


def _send_somebody(chair: Chair, case: str, capability: str) -> None:
    """Whoever is expected first of those who may go there."""
    for estimate in chair.free_crews(case, capability).ready[:1]:
        chair.do("order_unit", unit=estimate.unit, case=case, capability=capability)


def _hold_against_the_log(session: Session, picture: Any, name: str) -> int:
    """Cases and beliefs are those of the log, messages those that were heard; returns how much there was to see."""
    entries = list(log_of_city(session))
    staffed = [one.event for one in entries if isinstance(one.event, e.OfficeStaffed)]
    offices = {one.office for one in staffed if one.department == name}
    owners = {name, *offices}
    believed: dict[str, dict[str, Any]] = {}
    for owner in sorted(owners):
        for case in picture_at(entries, owner, session.state.t - 1).values():
            believed[case.case] = {field: belief.value for field, belief in case.beliefs.items()}
    shown = {case.id: {field: one.value for field, one in case.beliefs.items()} for case in picture.cases}
    assert shown == believed
    assert {case.owner for case in picture.cases} <= owners
    sent = {one.id: one.event for one in entries if isinstance(one.event, e.MessageSent)}
    names = {*owners, f"{name} dispatcher"}
    heard = [one for one in entries if isinstance(one.event, e.MessageHeard) and one.event.receiver in names]
    assert [one["message"] for one in picture.heard] == [one.event.message for one in heard]
    read = {one.event.because for one in entries if isinstance(one.event, e.MessageRead)}
    for letter, one in zip(picture.heard, heard, strict=True):
        is_known = one.event.receiver not in offices or one.id in read
        assert letter["text"] == (sent[one.event.because or 0].text if is_known else "")
    assert [one["message"] for one in picture.said] == [m.message for m in sent.values() if m.sender in names]
    fleet = [one.event for one in entries if isinstance(one.event, e.UnitCommissioned)]
    assert {unit.id for unit in picture.units} == {one.unit for one in fleet if one.department == name}
    return len(shown) + len(heard)


def test_who_comes_back_finds_everything_and_meanwhile_the_city_lived_on() -> None:
    with session_of(spec_of()) as session:
        chair = session.take("fire", "Li")
        go(session, 600)
        before = chair.picture()
        del chair  # the page is closed
        go(session, 900)
        assert not events(log_of_city(session), e.UnitOrdered, department="fire")  # the desk waits for him
        again = session.take("fire", "Li")
        after = again.picture()
        assert after.heard[: len(before.heard)] == before.heard
        assert {case.id for case in before.cases} <= {case.id for case in after.cases}
        assert session.state.seats == {"fire": "Li"}


def test_a_seat_is_one_mans() -> None:
    with session_of(spec_of()) as session:
        chair = session.take("fire", "Li")
        with pytest.raises(InputError, match="the seat of fire is taken, by Li"):
            session.take("fire", "Wang")
        with pytest.raises(InputError, match="say who"):
            session.take("ems", " ")
        chair.leave()
        assert session.state.seats == {}
        session.take("fire", "Wang")
        for act in (chair.picture, chair.leave):
            with pytest.raises(InputError, match="Li does not sit at the desks of fire any more"):
                act()


def test_who_leads_may_send_somebody_away() -> None:
    with session_of(spec_of()) as session:
        chair = session.take("fire", "Li")
        go(session, 600)
        session.do("leave_seat", department="fire")
        go(session, 602)
        assert events(log_of_city(session), e.UnitOrdered, department="fire")
        with pytest.raises(InputError, match="any more"):
            chair.do("accept_case", case="fire-1")


@pytest.mark.parametrize(
    ("do", "given"),
    [
        ("begin_incident", {"name": "x", "kind": "illness", "place": {"node": "D4"}}),
        ("switch", {"change": "queue=most_urgent"}),
        ("fail_channel", {"channel": "fire radio"}),
        ("tell", {"to": "ems", "words": "x"}),
        ("take_seat", {"department": "ems"}),
        ("play", {}), ("jump", {"to": 0}), ("fork", {}), ("remark", {"words": "x"}),
        ("forked", {"name": "x", "applied": 0}),
    ],
)  # fmt: skip
def test_a_seat_may_not_lead_the_exercise(do: str, given: dict[str, Any]) -> None:
    with session_of(spec_of()) as session:
        chair = session.take("fire", "Li")
        commands = session.state.commands
        with pytest.raises(InputError, match="is not for a seat to do"):
            chair.do(do, **given)
        assert session.state.commands == commands


def test_a_seat_sees_no_other_picture_and_leaves_no_other_chair() -> None:
    with session_of(spec_of()) as session:
        chair = session.take("fire", "Li")
        session.take("ems", "Wang")
        for other in ("ems", "truth", "joint"):
            with pytest.raises(InputError, match="sees its own picture only"):
                chair.picture(other)
        with pytest.raises(InputError, match="may not leave the seat of ems"):
            chair.do("leave_seat", department="ems")
        with pytest.raises(InputError, match="take the seat"):
            session.do("order_unit", unit="F-West_Fire-1", case="fire-1")
        assert session.state.seats == {"fire": "Li", "ems": "Wang"}


def test_in_a_moment_that_has_been_a_seat_changes_nothing() -> None:
    with session_of(spec_of()) as session:
        chair = session.take("fire", "Li")
        go(session, 600)
        session.do("jump", to=400)
        with pytest.raises(InputError, match="this moment has been"):
            chair.do("order_unit", unit="F-West_Fire-1", case="fire-1")
        session.do("fork", name="sooner")
        chair.do("order_unit", unit="F-West_Fire-1", case="fire-1")
        assert times(log_of_city(session), e.UnitOrdered, department="fire") == [400]


def test_on_a_branch_from_before_he_came_he_sits_down_where_it_begins() -> None:
    with session_of(spec_of()) as session:
        go(session, 300)
        chair = session.take("fire", "Li")
        go(session, 600)
        session.do("jump", to=100)
        session.do("fork")
        assert times(log_of_city(session), e.SeatTaken, department="fire") == [100]
        go(session, 1000)
        assert not events(log_of_city(session), e.UnitOrdered, department="fire")
        assert chair.picture().is_taken


def test_a_note_is_read_by_who_sits_there_and_by_who_comes_later() -> None:
    with session_of(spec_of()) as session:
        session.take("fire", "Li").do("send_note", to="police", words="close the road")
        go(session, 200)
        heard = session.take("police", "Zhao").picture().heard
        assert [(one["kind"], one["text"], one["sender"]) for one in heard] in (
            [("note", "close the road", "fire")],
            [],  # lost on the way, eight times in a hundred
        )


def test_a_page_gets_plain_values_only() -> None:
    with session_of(spec_of("linked")) as session:
        chair = session.take("fire", "Li")
        go(session, 900)
        told_it = chair.picture().as_json()
        assert json.loads(json.dumps(told_it))["department"] == "fire"
        told_it["cases"][0]["beliefs"]["needs"]["value"].clear()  # what a page does with it is its own affair
        assert chair.picture().cases[0].beliefs["needs"].value


def test_unknown_departments_have_no_seat() -> None:
    with session_of(spec_of()) as session, pytest.raises(InputError, match=r"'fier'.*Did you mean 'fire'"):
        session.take("fier", "Li")


