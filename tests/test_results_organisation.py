"""Measures of duty desks, worked out by hand from the slope of `results_slope`, and of warnings from a short log."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from sim.core import events as ev
from sim.core.log import Entry
from sim.results.definitions import text_of
from sim.results.delays import CENSORED
from sim.results.explain import Explainer
from sim.results.holders import by_holder
from sim.results.kpis import kpis
from sim.results.overview import overview
from sim.results.public_kpis import peak
from sim.results.timeline import Timeline
from sim.results.waterfall import by_id, waterfall
from sim.results.words import sentence
from tests.results_slope import (
    CITY,
    DISTRICT,
    HOUSING,
    PLANNING,
    disowned,
    hands_on,
    heard,
    opens,
    read,
    sent,
    slope,
    staffed,
)
from tests.results_story import HORIZON_S, Story, belief, ring

# The slope cracks at 1000; it rings at 1100; planning has a case from 1630, housing from 2520, the district's
# emergency office from 3300, the city's from 4900; what is measured over time is measured until 5000.
BY_HAND: dict[str, float | None] = {
    "unowned_minutes": (3480 - 1100) / 60,
    "unowned_minutes_n": 1,
    "unowned_minutes_unserved": 0,
    "paper_handoffs": 3,  # twice to planning, once to housing; the one that was said again counts once
    "handoffs": 3,
    "refusals": 1,
    "waits_for_instruction": 1,
    "disputes": 0,
    "escalations": 0,
    "drops": 1,  # the request; the hand-off was said again
    "doubly_owned": 1,
    "effort_duplicated_minutes": (4200 - 3600) / 60,  # the crew of planning: one was needed, and housing's was sent
    "level_iv_s": 3300 - 1100,
    "level_iii_s": 4950 - 1100,  # of level II, which is higher
    "level_ii_s": 4950 - 1100,
    "level_i_s": None,
    "aid_s": 600,
    "inspection_s": 3500,
    "community_information_latency_s": None,  # there is no such desk
    "district_information_latency_s": 630,
    "city_information_latency_s": 3900,
    "office_planning_information_latency_s": 630,
    "office_housing_information_latency_s": 1520,
    "office_emergency_information_latency_s": 2300,
    "district_picture_completeness_share": (5000 - 1630) / 4000,
    "city_picture_completeness_share": 100 / 4000,
    "office_housing_picture_completeness_share": 2480 / 4000,
    # place and kind of each case: planning's place is 300 m off
    "district_picture_accuracy_share": (3370 + 2 * 2480 + 2 * 1700) / (2 * (3370 + 2480 + 1700)),
    "office_planning_picture_accuracy_share": 0.5,
    "city_picture_accuracy_share": 1,
    "shared_awareness_offices_share": 2480 / 4000,  # of housing and planning, whom the list names to act
    # read: planning 120 and 50, housing 120, 120 and 180, district 120, city 140; thought about: 600 and 600
    "duty_desk_minutes": (120 + 50 + 120 + 120 + 180 + 120 + 140 + 600 + 600) / 60,
    "duty_desk_wasted_minutes": 120 / 60,  # the notice about nothing
    "channel_duty_telephone_messages": 9,
    "channel_duty_telephone_lost": 2,
    "listed_channel_duty_telephone_messages": 8,
    "listed_refusals": 1,
    "messages_inside": 1,  # from the district's emergency office to the city's
    "messages_between": 8,
}


@pytest.fixture(scope="module")
def values() -> dict[str, float | None]:
    return kpis(disowned().entries)


@pytest.mark.parametrize("key", BY_HAND)
def test_each_measure_is_what_the_hand_computes(values: dict[str, float | None], key: str) -> None:
    assert values.get(key) == (None if BY_HAND[key] is None else pytest.approx(BY_HAND[key]))
    assert text_of(key) is not None


def test_what_nobody_ever_took_counts_with_the_horizon() -> None:
    story = Story()
    staffed(story)
    rung = story.at(1100, ring(slope(story), "c1", "110"))
    handed = hands_on(story, 1100, rung, "police", "P1", PLANNING)
    lost = story.at(1100, sent(handed, "m1", "hand-off", "police", PLANNING, "P1"))
    story.at(1160, ev.MessageLost(because=lost, message="m1", channel="duty telephone", reason="not received"))
    story.at(9000, ev.RunEnded())
    found = kpis(story.entries)
    assert (found["unowned_minutes"], found["unowned_minutes_unserved"]) == (HORIZON_S / 60, 1)
    assert (found["drops"], found["paper_handoffs"], found["doubly_owned"]) == (1, 1, 0)


def foreseen(*, taken_at: int | None) -> Story:
    """Housing has a case of a forecast from 500 on; the slope cracks at 1000, rings at 1100, and what police hand on is
    read at 1400 into that case, which is accepted when the story says."""
    story = Story()
    staffed(story)
    made = story.at(400, ev.ForecastMade(department="meteorology", claimed_kind="slide", x=990.0, y=0.0))
    paper = story.at(400, sent(made, "m0", "hand-off", "meteorology city", HOUSING, "forecast 1"))
    at_desk = story.at(450, heard(paper, "m0", HOUSING))
    case = f"{HOUSING}-1"
    believed = opens(story, 500, story.at(500, read(at_desk, HOUSING, "hand-off", "forecast 1")), HOUSING, 990.0)
    accepted = ev.CaseAccepted(because=believed, case=case, department="housing", role="lead")
    if taken_at is not None and taken_at <= 1000:
        story.at(taken_at, accepted)
    rung = story.at(1100, ring(slope(story), "c1", "110"))
    handed = hands_on(story, 1150, rung, "police", "P1", HOUSING)
    paper = story.at(1150, sent(handed, "m1", "hand-off", "police", HOUSING, "P1"))
    at_desk = story.at(1210, heard(paper, "m1", HOUSING))
    joined = story.at(1400, read(at_desk, HOUSING, "hand-off", "P1"))
    story.at(1400, belief(joined, case, HOUSING, "place", (995.0, 0.0)))
    story.at(1500, belief(joined, case, HOUSING, "people", 3))  # once more: no second owner
    if taken_at is not None and taken_at > 1000:
        story.at(taken_at, accepted)
    story.at(9000, ev.RunEnded())
    return story


@pytest.mark.parametrize(("taken_at", "owned_at"), [(600, 1400), (2000, 2000)])
def test_a_desk_that_owns_the_case_of_a_forecast_owns_what_joins_it(taken_at: int, owned_at: int) -> None:
    entries = foreseen(taken_at=taken_at).entries
    found = kpis(entries)
    assert (found["unowned_minutes"], found["unowned_minutes_unserved"]) == ((owned_at - 1100) / 60, 0)
    (one,) = Timeline(entries).incidents["slope"].desk.accepted
    assert (one.t, one.department, one.is_own, one.was_told) == (owned_at, "housing", True, False)


def test_what_joins_a_case_that_nobody_accepted_has_no_owner() -> None:
    assert kpis(foreseen(taken_at=None).entries)["unowned_minutes_unserved"] == 1


def test_of_what_nobody_ever_heard_no_owner_was_wanted() -> None:
    story = Story()
    staffed(story)
    slope(story)
    story.at(9000, ev.RunEnded())
    found = kpis(story.entries)
    assert (found["unowned_minutes"], found["unowned_minutes_n"]) == (None, None)
    assert found["inspection_s"] == HORIZON_S


def helped(papers: dict[int, str], accepted_at: int, *, role: str = "", says_more: bool = True) -> list[Entry]:
    """Rings at 1100; papers of police about their case are read by housing at these seconds, and it says yes once."""
    story = Story()
    staffed(story)
    rung = story.at(1100, ring(slope(story), "c1", "110"))
    believed, case, has_opened = rung, f"{HOUSING}-1", False
    for t in sorted({*papers, accepted_at}):
        if t in papers:
            paper = story.at(t, sent(rung, f"m{t}", papers[t], "police", HOUSING, "P1"))
            taken = story.at(t, read(story.at(t, heard(paper, f"m{t}", HOUSING)), HOUSING, papers[t], "P1"))
            if not has_opened:
                believed, has_opened = opens(story, t, taken, HOUSING, 1000.0), True
            elif says_more:
                believed = story.at(t, belief(taken, case, HOUSING, "people", t))
        if t == accepted_at:
            story.at(t, ev.CaseAccepted(because=believed, case=case, department="housing", role=role))
    story.at(9000, ev.RunEnded())
    return story.entries


REQUEST_FIRST, HANDED_FIRST = {1400: "request", 1600: "hand-off"}, {1400: "hand-off", 1600: "request"}


@pytest.mark.parametrize("says_more", [True, False])
@pytest.mark.parametrize(
    ("papers", "accepted_at", "owned_at"),
    [
        (REQUEST_FIRST, 2000, 2000),
        (HANDED_FIRST, 2000, 2000),
        (REQUEST_FIRST, 1500, 1600),  # it helped before anybody said that it was its own
        (HANDED_FIRST, 1500, 1500),
        ({1400: "request", 1600: "instruction"}, 1500, 1600),
    ],
)
def test_a_desk_owns_from_when_it_has_taken_the_case_and_been_handed_it_in_whatever_order(
    papers: dict[int, str], accepted_at: int, owned_at: int, says_more: bool
) -> None:
    found = kpis(helped(papers, accepted_at, says_more=says_more))
    assert (found["unowned_minutes"], found["unowned_minutes_unserved"]) == ((owned_at - 1100) / 60, 0)


def test_on_a_request_alone_a_desk_only_helps() -> None:
    assert kpis(helped({1400: "request"}, 1500))["unowned_minutes_unserved"] == 1


@pytest.mark.parametrize("role", ["", "lead", "support"])
def test_who_owns_does_not_depend_on_whether_there_is_a_list(role: str) -> None:
    """Roles are logged where the policy has a list, none where it has none: the same deed is the same owner."""
    assert kpis(helped(HANDED_FIRST, 1500, role=role))["unowned_minutes"] == 400 / 60
    entries = [
        entry._replace(event=replace(entry.event, role=role)) if isinstance(entry.event, ev.CaseAccepted) else entry
        for entry in disowned().entries
    ]
    found = kpis(entries)
    assert (found["unowned_minutes"], found["doubly_owned"]) == ((3480 - 1100) / 60, 1)


def test_a_department_that_only_helps_is_no_second_owner() -> None:
    """Planning had been handed the case at 1630 and 3600; had both papers been requests, it would only have helped."""
    entries = [
        entry._replace(event=replace(entry.event, message_kind="request"))
        if isinstance(entry.event, ev.MessageSent | ev.MessageRead)
        and PLANNING in (getattr(entry.event, "receiver", ""), getattr(entry.event, "office", ""))
        else entry
        for entry in disowned().entries
    ]
    assert kpis(entries)["doubly_owned"] == 0


def test_an_office_to_which_a_dispute_is_brought_and_which_takes_it_owns_it() -> None:
    story = Story()
    staffed(story)
    rung = story.at(1100, ring(slope(story), "c1", "110"))
    handed = story.at(
        1150, heard(story.at(1100, sent(rung, "m1", "hand-off", "police", PLANNING, "P1")), "m1", PLANNING)
    )
    believed = opens(story, 1300, story.at(1300, read(handed, PLANNING, "hand-off", "P1")), PLANNING, 1000.0)
    desk = {"case": f"{PLANNING}-1", "department": "planning", "office": PLANNING}
    laid = story.at(1300, ev.CaseEscalated(because=believed, to_office=DISTRICT, **desk))
    paper = story.at(1300, sent(laid, "m2", "report", PLANNING, DISTRICT, f"{PLANNING}-1"))
    taken = story.at(1500, read(story.at(1400, heard(paper, "m2", DISTRICT)), DISTRICT, "report", f"{PLANNING}-1"))
    believed = opens(story, 1500, taken, DISTRICT, 1000.0)
    story.at(1500, ev.CaseAccepted(because=believed, case=f"{DISTRICT}-1", department="emergency", role="lead"))
    story.at(9000, ev.RunEnded())
    assert kpis(story.entries)["unowned_minutes"] == 400 / 60


@pytest.mark.parametrize(("is_asked", "drops"), [(True, 1), (False, 0)])
def test_a_question_that_is_lost_is_a_dropped_paper_and_a_report_that_asks_nothing_is_none(
    is_asked: bool, drops: int
) -> None:
    found = kpis(asked(is_asked=is_asked))
    assert found["drops"] == drops


def test_a_question_that_is_said_again_and_heard_is_no_dropped_paper() -> None:
    """A report that asks nothing, of the same desk in the same case, does not stand in for it."""
    assert kpis(asked(is_asked=True, then="report"))["drops"] == 1
    assert kpis(asked(is_asked=True, then="question"))["drops"] == 0


def asked(*, is_asked: bool, then: str = "") -> list[Entry]:
    """Planning waits for a word of the district, but its question is lost; or it only tells, and that is lost."""
    story = Story()
    staffed(story)
    rung = story.at(1100, ring(slope(story), "c1", "110"))
    handed = story.at(
        1150, heard(story.at(1100, sent(rung, "m1", "hand-off", "police", PLANNING, "P1")), "m1", PLANNING)
    )
    believed = opens(story, 1300, story.at(1300, read(handed, PLANNING, "hand-off", "P1")), PLANNING, 1000.0)
    case = f"{PLANNING}-1"
    held = ev.CaseHeld(because=believed, case=case, department="planning", office=PLANNING, reason="waits")
    why = story.at(1300, held) if is_asked else believed
    first = story.at(1300, sent(why, "m2", "report", PLANNING, DISTRICT, case))
    story.at(1360, ev.MessageLost(because=first, message="m2", channel="duty telephone", reason="not received"))
    if then:
        again = story.at(
            1600, sent(first if then == "question" else believed, "m3", "report", PLANNING, DISTRICT, case)
        )
        story.at(1660, heard(again, "m3", DISTRICT))
    story.at(9000, ev.RunEnded())
    return story.entries


def test_without_duty_desks_their_measures_are_undefined() -> None:
    story = Story()
    slope(story)
    found = kpis(story.entries)
    assert found["refusals"] is found["duty_desk_minutes"] is found["district_picture_accuracy_share"] is None


# --- where the time went


def _fall(entries: list[Entry], incident: str, service: str, effect: str):  # type: ignore[no-untyped-def]
    line = Timeline(entries)
    return waterfall(by_id(entries), line, line.incidents[incident], service, effect)


def test_the_way_to_the_inspection_goes_over_four_desks_and_sums_exactly() -> None:
    found = _fall(disowned().entries, "slope", "inspection", "Inspected")
    seconds: Counter[str] = Counter()
    for part in found.parts:
        seconds[part.label] += part.ms // 1000
    assert seconds == {
        "detect": 100, "answer": 5, "talk": 45, "send": 300, "channel": 60 + 60, "read": 120 + 230, "ponder": 1200,
        "wait for instruction": 360, "alert": 20, "turnout": 300, "travel": 200, "work": 500,
    }  # fmt: skip
    assert found.finished and found.ms == 3_500_000
    assert [part.ended_by for part in found.parts if part.ended_by] == ["MessageRead"]


def test_it_says_who_held_each_second() -> None:
    found = _fall(disowned().entries, "slope", "inspection", "Inspected")
    held = {who: ms // 1000 for who, ms in by_holder(found.parts).items()}
    assert held == {
        "housing": 230 + 600 + 180 + 20 + 300 + 200 + 500, "planning": 720, "police": 350, "emergency": 120,
        "the public": 100, "on the way": 60 + 60 + 60,
    }  # fmt: skip
    assert sum(held.values()) == 3500


def test_a_case_that_nobody_takes_lies_where_it_was_left() -> None:
    story = Story()
    staffed(story)
    rung = story.at(1100, ring(slope(story), "c1", "110"))
    handed = hands_on(story, 1150, rung, "police", "P1", PLANNING)
    paper = story.at(1150, sent(handed, "m1", "hand-off", "police", PLANNING, "P1"))
    at_desk = story.at(1210, heard(paper, "m1", PLANNING))
    believed = opens(story, 1330, story.at(1330, read(at_desk, PLANNING, "hand-off", "P1")), PLANNING, 1000.0)
    case, desk = f"{PLANNING}-1", {"department": "planning", "office": PLANNING}
    refused = story.at(1930, ev.CaseRefused(because=believed, case=case, reason="not ours", **desk))
    story.at(1930, ev.CaseDisputed(because=refused, case=case, hands=1, **desk))
    story.at(9000, ev.RunEnded())
    found = _fall(story.entries, "slope", "inspection", "Inspected")
    last = found.parts[-1]
    assert (last.label, last.ms, last.holder) == (CENSORED, (9000 - 1930) * 1000, "planning")
    assert found.ms == 8_000_000 and not found.finished
    assert kpis(story.entries)["disputes"] == 1


def test_explain_tells_the_way_to_the_inspection() -> None:
    explainer = Explainer(disowned().entries)
    (account,) = explainer.accounts(explainer.find("slope"))
    assert (account.fall.service, account.seconds, account.since_first_ring) == ("inspection", 3500, 3400)
    refused = next(leg for leg in account.legs if leg.part.label == "ponder")
    assert any(isinstance(entry.event, ev.CaseRefused) for entry in refused.happened)
    assert {one.department for leg in account.legs for one in leg.held} >= {"police", PLANNING, HOUSING, DISTRICT}
    assert CITY not in {one.department for leg in account.legs for one in leg.held}  # it learnt of it later


def test_a_leak_that_needs_no_emergency_service_has_a_way_to_the_crew_that_shuts_it_off() -> None:
    story = Story()
    staffed(story)
    rung = story.at(1100, ring(slope(story, needs={"shut_off": 1}), "c1", "110"))
    believed = opens(story, 1200, rung, HOUSING, 1000.0)
    about = {"unit": "H1", "case": f"{HOUSING}-1", "department": "housing"}
    ordered = story.at(1250, ev.UnitOrdered(because=believed, capability="shut_off", eta_s=None, **about))
    alerted = story.at(1260, ev.UnitAlerted(because=ordered, **about))
    left = story.at(1300, ev.UnitEnRoute(because=alerted, x=0, y=0, to_x=1000, to_y=0, **about))
    story.at(1500, ev.UnitOnScene(because=left, found="slope", **about))
    story.at(9000, ev.RunEnded())
    explainer = Explainer(story.entries)
    (account,) = explainer.accounts(explainer.find("slope"))
    assert (account.fall.service, account.fall.effect, account.seconds) == ("shut-off", "ShutOff", 500)
    assert account.fall.finished and account.since_first_ring == 400


# --- tiers


def test_a_tier_that_a_table_adds_is_measured_like_the_usual_ones() -> None:
    moved = [
        entry._replace(event=replace(entry.event, tier="new_area"))
        if isinstance(entry.event, ev.OfficeStaffed) and entry.event.tier == "district"
        else entry
        for entry in disowned().entries
    ]
    found = kpis(moved)
    for end in ("information_latency_s", "picture_completeness_share", "picture_accuracy_share"):
        assert found[f"new_area_{end}"] == pytest.approx(BY_HAND[f"district_{end}"])
        assert found[f"listed_new_area_{end}"] is not None
        text = text_of(f"listed_new_area_{end}")
        assert text is not None and "new area" in text.name


# --- warnings and rumours


def warned() -> Story:
    """A hundred people; a warning is drafted, signed and said; half are moved at 2000, and somebody is hit at 2500."""
    story = Story()
    staffed(story)
    start = slope(story)
    story.at(1000, ev.PeopleLeft(because=start, incident="slope", inside=100, left=0, hurt=0))
    rung = story.at(1100, ring(start, "c1", "110"))
    believed = opens(story, 1200, rung, HOUSING, 1000.0)
    case, desk = f"{HOUSING}-1", {"department": "housing", "office": HOUSING}
    taken = story.at(1200, ev.CaseAccepted(because=believed, case=case, department="housing"))
    drafted = story.at(
        1500, ev.WarningProposed(because=taken, case=case, says="warning", to_office=DISTRICT, attempt=0, **desk)
    )
    paper = story.at(1500, sent(drafted, "m1", "proposal", HOUSING, DISTRICT, case))
    seen = story.at(1680, read(story.at(1560, heard(paper, "m1", DISTRICT)), DISTRICT, "proposal", case))
    signed = story.at(
        1680,
        ev.WarningSigned(
            because=seen, case=case, department="emergency", office=DISTRICT, says="warning", signatures=1
        ),
    )  # fmt: skip
    back = story.at(1740, heard(story.at(1680, sent(signed, "m2", "approval", DISTRICT, HOUSING, case)), "m2", HOUSING))
    seen = story.at(1800, read(back, HOUSING, "approval", case))
    approved = story.at(1800, ev.WarningApproved(because=seen, case=case, says="warning", signatures=1, **desk))
    for name, t in (("a1", 1800), ("a2", 1850)):
        alert = story.at(
            t,
            ev.AlertIssued(
                because=approved, alert=name, case=case, alert_kind="slide", x=1000.0, y=0.0, radius_m=500.0,
                heard_m=500.0, signatures=1, **desk,
            ),
        )  # fmt: skip
    for t, share in ((1900, 0.3), (2000, 0.6), (2600, 0.9)):
        story.at(t, ev.ZoneWarned(because=alert, alert="a2", found="slope", share=share, following=round(100 * share)))
        story.at(
            t, ev.PublicInformed(because=alert, alert="a2", reached=1000, following=300, needless=round(200 * share))
        )
        if t == 2000:
            story.at(2400, ev.PeopleLeft(because=start, incident="slope", inside=60, left=40, hurt=0))
            story.at(
                2500,
                ev.PatientHarmed(
                    because=start, incident="slope", citizen=1, patient="p1", condition="trauma", severity="serious",
                    reference_s=1.0,
                ),
            )  # fmt: skip
            story.at(2500, ev.PeopleLeft(because=start, incident="slope", inside=0, left=99, hurt=1))
    story.at(
        3000,
        ev.AlertEnded(because=alert, alert="a2", was_false=False, reached=1000, following=300, needless=190, trust=1.0),
    )
    story.at(9000, ev.RunEnded())
    return story


def test_what_came_before_the_impact_is_told_from_what_came_after() -> None:
    found = kpis(warned().entries)
    assert found["warned_before_impact_share"] == 0.6  # not the 0.9 that came too late
    assert found["out_before_impact_share"] == 0.4
    assert (found["half_warned_s"], found["half_warned_s_n"]) == (1000, 1)
    assert (found["alerts"], found["false_alerts"], found["evacuees"], found["needless_evacuees"]) == (2, 0, 300, 190)


@pytest.mark.parametrize(
    ("x", "issued", "lifted", "false"),
    [
        (1000.0, 1500, None, 0),  # it stands over the slope when the run ends
        (1000.0, 1500, 2000, 0),  # taken back while it still creeps
        (1640.0, 1500, None, 0),  # 640 m off, of the zone's 150 m and the circle's 500 m ten overlap
        (1660.0, 1500, None, 1),  # ten are missing: false, though nobody has taken it back
        (1660.0, 1500, 2000, 1),
        (1000.0, 100, 900, 1),  # taken back before anything began
        (1000.0, 100, 1100, 0),  # it was early, and right
        (1000.0, 3100, None, 1),  # over by then
    ],
)
def test_an_alert_is_false_by_what_was_true_while_it_stood(
    x: float, issued: int, lifted: int | None, false: int
) -> None:
    """The slope's zone is a circle of 150 m at 1000 m, and it lasts from 1000 to 3000."""
    story, desk = Story(), {"case": None, "department": "housing", "office": HOUSING}
    staffed(story)
    alert = ev.AlertIssued(
        alert="a", alert_kind="slide", x=x, y=0.0, radius_m=500.0, heard_m=500.0, signatures=0, **desk
    )  # fmt: skip
    over = ev.IncidentEnded(incident="slope", outcome="done")
    events: list[tuple[int, ev.Event | None]] = [(1000, None), (issued, alert), (3000, over)]
    if lifted is not None:
        events.append((lifted, ev.AlertLifted(alert="a", reason="no news", **desk)))
    for t, event in sorted(events, key=lambda one: one[0]):
        slope(story, t, zone_m=150.0) if event is None else story.at(t, event)
    story.at(9000, ev.RunEnded())
    found = kpis(story.entries)
    assert (found["alerts"], found["false_alerts"]) == (1, false)


def test_a_warning_that_nobody_obeys_has_reached_people_all_the_same() -> None:
    (first, *_) = [entry for entry in warned().entries if isinstance(entry.event, ev.ZoneWarned)]
    nobody = first._replace(event=replace(first.event, following=0))
    assert sentence(nobody) == "Warnings have reached 30 % of the people in the zone of slope; 0 set out."


def test_the_way_to_a_warning_goes_over_its_signatures() -> None:
    found = _fall(warned().entries, "slope", "warning", "HalfWarned")
    seconds: Counter[str] = Counter()
    for part in found.parts:
        seconds[part.label] += part.ms // 1000
    # the other alert than the first: 50 s that the log does not explain count as signing
    assert seconds == {"dial": 100, "talk": 100, "draft": 300, "sign": 300 + 50, "warn": 150}
    assert found.finished and found.ms == 1_000_000


def test_a_peak_of_rumours_is_of_all_of_them_at_one_time() -> None:
    story = Story()
    staffed(story)
    for name, t, believing in (("r1", 1000, 5), ("r2", 1100, 3)):
        story.at(
            t,
            ev.RumourStarted(
                rumour=name, about="slide", subdistrict="Middle", people=900, believing=believing, x=0.0, y=0.0
            ),
        )  # fmt: skip
    story.at(1200, ev.RumourSpread(rumour="r1", believing=40, ever=40, calls=0, left=0))
    story.at(1300, ev.RumourRefuted(rumour="r1", believing=30, lag_s=300.0))
    story.at(1400, ev.RumourSpread(rumour="r2", believing=12, ever=12, calls=0, left=0))
    story.at(1500, ev.RumourEnded(rumour="r1", peak=40, calls=0, left=0))
    story.at(9000, ev.RunEnded())
    assert peak(Timeline(story.entries).rumours.values()) == 43
    found = kpis(story.entries)
    assert (found["rumour_peak"], found["rumour_s"], found["rumour_s_unserved"]) == (43, (300 + HORIZON_S) / 2, 1)


def test_a_true_alarm_that_is_put_aside_is_counted_and_a_false_one_is_not() -> None:
    story = Story()
    staffed(story)
    start = slope(story)
    for because in (start, None):
        story.at(
            1100,
            ev.AlarmDismissed(
                because=because, sensor="s1", sensor_kind="slope", department=HOUSING, reason="put aside"
            ),
        )  # fmt: skip
    story.at(9000, ev.RunEnded())
    assert kpis(story.entries)["true_alarms_dismissed"] == 1


def test_beliefs_of_a_desk_are_compared_with_all_that_is_needed() -> None:
    story = Story()
    staffed(story)
    rung = story.at(1000, ring(slope(story, needs={"inspect": 1, "evacuate": 2}), "c1", "110"))
    believed = opens(story, 1000, rung, HOUSING, 1000.0)
    story.at(1000, belief(believed, f"{HOUSING}-1", HOUSING, "needs", {"inspect": 1}))  # wrong until 2000
    story.at(2000, belief(believed, f"{HOUSING}-1", HOUSING, "needs", {"inspect": 3, "evacuate": 1}))
    story.at(3000, ev.IncidentEnded(because=rung, incident="slope", outcome="resolved"))
    story.at(9000, ev.RunEnded())
    assert kpis(story.entries)["district_picture_accuracy_share"] == pytest.approx((2000 + 2000 + 1000) / 6000)


def test_what_needs_no_emergency_service_is_listed_with_its_inspection() -> None:
    (row,) = overview(Explainer(disowned().entries), 10)
    assert (row.record.id, row.service, row.seconds) == ("slope", "inspection", 3400)
    assert (row.longest.label, row.longest.holder) == ("ponder", "planning")
