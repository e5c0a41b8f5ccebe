"""Every second between an onset and an effect has one home, and the homes sum exactly."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sim.core import events as ev
from sim.core.events import EVENTS
from sim.results.delays import CENSORED, LABELS, LATER_CALL, MISJOINED, NEVER_KNOWN, NOT_LOGGED, label
from sim.results.kpis import kpis
from sim.results.timeline import Timeline
from sim.results.waterfall import Waterfall, by_id, cohort_waterfalls, mean_parts, waterfall
from tests import results_story as told
from tests.results_story import DRAIN_S, Story


def fall(story: Story, incident: str, service: str, effect: str = "UnitOnScene") -> Waterfall:
    line = Timeline(story.entries)
    return waterfall(by_id(story.entries), line, line.incidents[incident], service, effect)


def seconds(found: Waterfall) -> dict[str, float]:
    total: Counter[str] = Counter()
    for part in found.parts:
        total[part.label] += part.ms
    return {name: ms / 1000 for name, ms in total.items()}


def test_the_engine_of_the_fire_came_by_nine_delays() -> None:
    found = fall(told.told(), "fire", "fire", "WaterOnFire")
    assert seconds(found) == {
        "detect": 30, "dial": 10, "answer": 5, "talk": 55, "decide": 10, "channel": 5, "turnout": 45, "travel": 300,
        "search": 20, "access": 120,
    }  # fmt: skip
    assert found.finished and found.ms == 600_000


def test_the_ambulance_learnt_of_the_fire_by_a_hand_off_and_waited_for_a_bay() -> None:
    found = fall(told.told(), "fire", "ems", "PatientDelivered")
    assert seconds(found) == {
        "detect": 30, "dial": 10, "answer": 5, "talk": 55, "hand over the case": 10, "channel": 30, "decide": 60,
        "alert": 10, "turnout": 60, "travel": 530, "search": 60, "access": 120, "work": 120, "transport": 300,
        "hand over the patient": 300,
    }  # fmt: skip
    assert [part.ended_by for part in found.parts if part.ended_by] == ["BayFreed"]


def test_a_redialled_and_transferred_call_shows_what_each_desk_cost() -> None:
    found = fall(told.told(), "ill", "ems")
    assert seconds(found) == {
        "detect": 50, "dial": 10, "unanswered": 60, "redial": 30, "answer": 20, "talk": 90, "hold": 30, "alert": 10,
        "turnout": 60, "travel": 300,
    }  # fmt: skip
    assert [(part.label, part.ended_by) for part in found.parts if part.ended_by] == [("answer", "CallEnded")]


def test_an_unanswered_call_ends_in_never_known_at_the_end_of_the_run() -> None:
    found = fall(told.told(), "robbery", "police")
    assert seconds(found) == {"detect": 20, "dial": 10, "unanswered": 60, NEVER_KNOWN: DRAIN_S - 2090}
    assert not found.finished


def test_what_was_known_but_never_reached_is_censored() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "fire", "dwelling_fire", {"extinguish": 1, "secure": 1})
    ordered = story.at(1100, told.order(start, "E1", "F", "extinguish"))
    story.at(1130, ev.UnitAlerted(because=ordered, unit="E1", case="F", department="fire"))
    story.at(2000, ev.RunEnded())
    assert seconds(fall(story, "fire", "fire")) == {"decide": 100, "alert": 30, CENSORED: 870}
    assert seconds(fall(story, "fire", "police")) == {NEVER_KNOWN: 1000}


def test_the_first_ring_and_the_call_that_was_acted_on_are_told_apart() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "fire", "dwelling_fire", {"extinguish": 1})
    one = story.at(1010, ev.IncidentNoticed(because=start, incident="fire", citizen=1, caller=1))
    two = story.at(1020, ev.IncidentNoticed(because=start, incident="fire", citizen=2, caller=2))
    story.at(1030, told.ring(one, "c1", "119"))
    rung = story.at(1090, told.ring(two, "c2", "119"))
    ordered = story.at(1100, told.order(rung, "E1", "F", "extinguish"))
    story.at(1400, ev.UnitOnScene(because=ordered, unit="E1", case="F", department="fire", found="fire"))
    assert seconds(fall(story, "fire", "fire")) == {
        "detect": 20, "dial": 10, LATER_CALL: 60, "decide": 10, "search": 300,
    }  # fmt: skip


def test_a_crew_that_came_by_another_incidents_story_is_one_honest_part() -> None:
    story = Story()
    told.opening(story)
    other = told.begin(story, 900, "other", "dwelling_fire", {"extinguish": 1})
    told.begin(story, 1000, "fire", "dwelling_fire", {"extinguish": 1})
    ordered = story.at(1100, told.order(other, "E1", "F", "extinguish"))
    story.at(1400, ev.UnitOnScene(because=ordered, unit="E1", case="F", department="fire", found="fire"))
    assert seconds(fall(story, "fire", "fire")) == {MISJOINED: 400}


def test_a_log_that_leaves_messages_out_still_sums() -> None:
    entries = [e for e in told.told().entries if not isinstance(e.event, ev.MessageSent | ev.MessageHeard)]
    line = Timeline(entries)
    found = waterfall(by_id(entries), line, line.incidents["fire"], "ems")
    assert found.ms == 860_000
    assert seconds(found)[NOT_LOGGED] == 140


def test_a_desk_that_phones_another_is_no_caller() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "crash", "road_crash", {"treat": 1})
    rung = story.at(1010, told.ring(start, "c1", "110"))
    taken = story.at(1020, ev.CallAnswered(because=rung, call="c1", citizen=11, department="police"))
    told_ems = story.at(1050, ev.CaseHandedOff(because=taken, case="P", department="police", to_department="120"))
    rung = story.at(1055, replace(told.ring(told_ems, "relay", "120"), citizen=-1))
    taken = story.at(1085, ev.CallAnswered(because=rung, call="relay", citizen=-1, department="ems"))
    case = story.at(1100, ev.CaseOpened(because=taken, case="M", department="ems", call="relay", x=0, y=0))
    ordered = story.at(1100, told.order(case, "A1", "M", "treat"))
    story.at(1400, ev.UnitOnScene(because=ordered, unit="A1", case="M", department="ems", found="crash"))
    assert seconds(fall(story, "crash", "ems")) == {
        "dial": 10, "answer": 10, "hand over the case": 35, "hold": 30, "talk": 15, "search": 300,
    }  # fmt: skip
    values = kpis(story.entries)
    assert (values["calls"], values["handoffs"], values["calls_answered_10s_share"]) == (1, 1, 1)


def test_the_mean_waterfall_sums_to_the_mean_whole() -> None:
    story = told.told()
    line = Timeline(story.entries)
    falls = cohort_waterfalls(by_id(story.entries), line, line.cohort())
    assert {service: len(each) for service, each in falls.items()} == {"fire": 1, "ems": 2, "police": 1}
    assert sum(mean_parts(falls["ems"]).values()) == (860 + 660) / 2


def test_every_kind_of_event_has_a_label_or_is_no_part_of_a_story() -> None:
    outside = {
        "RunStarted", "RunEnded", "UnitCommissioned", "CoverageSampled", "IncidentStarted", "IncidentEnded",
        "PatientDied", "PatientSettled", "CaseClosed", "BayFreed", "MessageForged", "RoadClosed", "RoadReopened",
        "ChannelFailed", "ChannelRestored", "ChannelSwitched", "PeopleLeft", "OfficeStaffed", "DutyListed",
        "ForecastMade", "AttackStarted", "AttackEnded", "PaperForged", "PaperRejected", "IntelligenceLeaked",
        "MastFailed", "MastRestored", "SensorsInstalled", "SensorsTampered", "CorridorOpened", "CorridorClosed",
        "RumourSpread", "RumourEnded", "SeatTaken", "SeatLeft", "PolicySwitched",
    }  # fmt: skip
    blank = {name: kind(**{field.name: None for field in fields(kind)}) for name, kind in EVENTS.items()}
    unlabelled = {name for name, event in blank.items() if label(ev.Event(), event) == "other"}
    assert unlabelled <= outside


STEPS = ("IncidentNoticed", "CallPlaced", "CallAbandoned", "CallAnswered", "CaseOpened", "UnitOrdered", "UnitOnScene")


def anything(story: Story, t: int, kind: str, because: int, who: int) -> None:
    """One event of a kind because of any earlier one, however absurd."""
    incident = f"i{who % 3}"
    crew = {
        "unit": ("E1", "A1", "P1")[who % 3],
        "case": f"C{who % 2}",
        "department": ("fire", "ems", "police")[who % 3],
    }
    makers = {
        "IncidentNoticed": lambda: ev.IncidentNoticed(because=because, incident=incident, citizen=1, caller=1),
        "CallPlaced": lambda: told.ring(because, f"c{who}", "119"),
        "CallAbandoned": lambda: ev.CallAbandoned(because=because, call=f"c{who}", citizen=1, department="fire"),
        "CallAnswered": lambda: ev.CallAnswered(because=because, call=f"c{who}", citizen=1, department="fire"),
        "CaseOpened": lambda: ev.CaseOpened(
            because=because, case=crew["case"], department=crew["department"], call="c", x=0, y=0
        ),
        "UnitOrdered": lambda: told.order(because, crew["unit"], crew["case"], "treat", waited_for=because),
        "UnitOnScene": lambda: ev.UnitOnScene(because=because, found=incident, **crew),
    }
    story.at(t, makers[kind]())


STEP = st.tuples(st.integers(0, 500), st.sampled_from(STEPS), st.floats(0, 1), st.integers(0, 5))


@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, max_size=40))
def test_the_waterfall_of_any_tree_of_events_sums_to_the_millisecond(
    steps: list[tuple[int, str, float, int]],
) -> None:
    story = Story()
    told.opening(story)
    for k in range(3):
        told.begin(story, 1000 + k, f"i{k}", "dwelling_fire", {"extinguish": 1, "treat": 1, "secure": 1})
    t = 1002
    for wait, kind, back, who in steps:
        t += wait
        anything(story, t, kind, int(back * (len(story.log) - 1)), who)
    story.at(t + 7, ev.RunEnded())
    line = Timeline(story.entries)
    for service, falls in cohort_waterfalls(by_id(story.entries), line, line.incidents.values()).items():
        for found in falls:
            record = line.incidents[found.incident]
            end = record.times(service).on_scene if found.finished else line.ended
            assert end is not None
            assert found.ms == (end - record.started) * 1000
            assert all(part.ms >= 0 and part.label in LABELS for part in found.parts)
            assert (found.parts[-1].label in (CENSORED, NEVER_KNOWN)) is not found.finished
            starts = [part.from_ms for part in found.parts] + [end * 1000]
            assert [b - a for a, b in pairwise(starts)] == [part.ms for part in found.parts]


def test_before_a_service_is_needed_no_earlier_ring_could_have_been_acted_on() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "slope", "slide", {"secure": 1})
    story.at(1100, told.ring(start, "c1", "110"))
    worse = ev.IncidentChanged(
        because=start, incident="slope", needs={"secure": 1, "treat": 1}, extent=1, intensity=1, victims=1
    )
    fallen = story.at(5000, worse)
    rung = story.at(5030, told.ring(fallen, "c2", "120"))
    ordered = story.at(5100, told.order(rung, "A1", "M", "treat"))
    story.at(5400, ev.UnitOnScene(because=ordered, unit="A1", case="M", department="ems", found="slope"))
    assert seconds(fall(story, "slope", "ems")) == {"grow": 4000, LATER_CALL: 30, "decide": 70, "search": 300}
