"""Measures of knowing, worked out by hand from short logs; and pictures from the log are those that the city had."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sim.comms.pictures import Picture
from sim.core import events as ev
from sim.core.log import Entry, LogFile, read_log
from sim.model import City
from sim.results.districts import by_district, worst
from sim.results.knowledge import accuracy, completeness, shared_awareness
from sim.results.kpis import kpis
from sim.results.pictures import picture_at, truth_at
from sim.results.timeline import Timeline
from sim.running import live
from tests.results_story import Story, belief, drive, message, opening, order, ring, told
from tests.spine import city_of, scenario_of


@pytest.fixture(scope="module")
def values() -> dict[str, float | None]:
    return kpis(told().entries)


# --- the short day: its window is from 100 s to 5000 s


def test_a_picture_is_complete_while_who_acts_has_a_matching_open_case(values: dict[str, float | None]) -> None:
    # fire: needed 1000-2700, case F1 1100-1900; ems: needed 1000-2700 and 3000-3720, cases from 1140 and 3290 on;
    # police: needed 2000-5000 and beyond, never known
    assert values["fire_picture_completeness_share"] == pytest.approx(800 / 1700)
    assert values["ems_picture_completeness_share"] == pytest.approx((1560 + 430) / (1700 + 720))
    assert values["police_picture_completeness_share"] == 0
    assert values["picture_completeness_share"] == pytest.approx((800 + 1990) / (1700 + 2420 + 3000))
    assert values["traffic_picture_completeness_share"] is None


def test_a_picture_is_accurate_while_its_fields_are_true(values: dict[str, float | None]) -> None:
    # F1: place 50 m off and kind true for 800 s; M1: place 300 m off and kind wrong for 1560 s;
    # M2: true for 430 s, and after that there is nothing to compare it with; X1: of nothing, for 850 s
    assert values["fire_picture_accuracy_share"] == 1
    assert values["ems_picture_accuracy_share"] == pytest.approx(430 / (1560 + 430))
    assert values["police_picture_accuracy_share"] == 0
    assert values["picture_accuracy_share"] == pytest.approx((1600 + 860) / (1600 + 3120 + 860 + 1700))


def test_awareness_is_shared_while_all_who_are_needed_have_a_case_at_once(values: dict[str, float | None]) -> None:
    assert values["shared_awareness_share"] == pytest.approx((1900 - 1140) / 1700)  # of the fire alone


def test_false_information_costs_the_time_of_the_crew_that_it_sent(values: dict[str, float | None]) -> None:
    assert values["wasted_work_s"] == 4600 - 4150
    assert values["listed_wasted_work_s"] == 0


def test_messages_count_by_the_organisations_that_speak(values: dict[str, float | None]) -> None:
    assert values["messages_inside"] == 1  # the order to the engine
    assert values["messages_between"] == 2  # the hand-off, and the caller put through from 110 to 120
    assert values["messages_lost"] == 0


def test_curves_show_the_share_at_each_time_and_nothing_where_nothing_is_needed() -> None:
    line = Timeline(told().entries)
    known = completeness(line, line.cohort())
    assert known["fire"].curve([999, 1000, 1099, 1100, 1899, 1900, 2699, 2700]) == [None, 0, 0, 1, 1, 0, 0, None]
    assert known["ems"].curve([1200, 3100, 3300]) == [1, 0, 1]
    assert shared_awareness(line, line.cohort()).curve([1139, 1140, 1900]) == [0, 1, 0]
    assert accuracy(line, line.cohort(), rootless=True)["ems"].curve([1200, 3300, 4000]) == [0, 1, None]


def test_a_district_in_which_little_happened_is_not_called_the_worst(values: dict[str, float | None]) -> None:
    assert values["worst_district_total_response_s"] is None


# --- other stories


def test_needs_are_right_when_just_what_a_service_can_do_is_believed_to_be_needed() -> None:
    story = Story()
    opening(story)
    start = _begin(story, 1000, "fire", {"extinguish": 1, "secure": 1})
    rung = story.at(1000, ring(start, "c1", "119"))
    case = story.at(1000, ev.CaseOpened(because=rung, case="F1", department="fire", call="c1", x=1000.0, y=0.0))
    story.at(1000, belief(case, "F1", "fire", "needs", {"extinguish": 4}))  # however many: the police are not its own
    story.at(1500, _changed(start, "fire", {"extinguish": 1, "rescue": 1, "secure": 1}))  # now wrong
    story.at(1700, belief(case, "F1", "fire", "needs", {"extinguish": 4, "rescue": 2}))  # and right again
    story.at(2000, ev.CaseClosed(because=case, case="F1", department="fire", outcome="resolved"))
    story.at(2000, ev.IncidentEnded(because=start, incident="fire", outcome="resolved"))
    story.at(9000, ev.RunEnded())
    found = kpis(story.entries)
    place_s, needs_s = 1000, 500 + 300
    assert found["picture_accuracy_share"] == pytest.approx((place_s + needs_s) / 2000)


def test_a_severity_is_right_while_it_is_the_true_one_and_not_measured_where_the_log_tells_none() -> None:
    """Believed serious from 1000, critical from 1800; in truth minor, serious from 1200, critical from 1500 on."""
    shares = {}
    for said in (("minor", "serious", "critical"), ("", "", "")):
        story = Story()
        opening(story)
        start = _begin(story, 1000, "fire", {"extinguish": 1}, severity=said[0])
        rung = story.at(1000, ring(start, "c1", "119"))
        case = story.at(1000, ev.CaseOpened(because=rung, case="F1", department="fire", call="c1", x=1000.0, y=0.0))
        story.at(1000, belief(case, "F1", "fire", "severity", "serious"))
        story.at(1200, _changed(start, "fire", {"extinguish": 1}, severity=said[1]))
        story.at(1500, _changed(start, "fire", {"extinguish": 1}, severity=said[2]))
        story.at(1800, belief(case, "F1", "fire", "severity", "critical"))
        story.at(2000, ev.IncidentEnded(because=start, incident="fire", outcome="resolved"))
        story.at(9000, ev.RunEnded())
        shares[said[0]] = kpis(story.entries)["picture_accuracy_share"]
    place_s, severity_s = 1000, 300 + 200
    assert shares == {"minor": pytest.approx((place_s + severity_s) / 2000), "": 1.0}


def test_who_leads_first_ends_the_wait_for_command() -> None:
    story = Story()
    opening(story)
    start = _begin(story, 1000, "crash", {"secure": 1, "treat": 1})
    rung = story.at(1030, ring(start, "c1", "110"))
    case = story.at(1050, ev.CaseOpened(because=rung, case="P1", department="police", call="c1", x=1000.0, y=0.0))
    ordered = story.at(1050, order(case, "P1", "P1", "secure"))
    stopped = drive(story, ordered, (1060, 1100, 1300), "P1", "P1")
    scene = story.at(1300, ev.UnitOnScene(because=stopped, unit="P1", case="P1", department="police", found="crash"))
    story.at(1360, ev.CommandEstablished(because=scene, unit="P1", case="P1", department="police"))
    story.at(1500, ev.CommandEstablished(because=scene, unit="P1", case="P1", department="police"))
    story.at(9000, ev.RunEnded())
    found = kpis(story.entries)
    assert (found["command_s"], found["command_s_n"], found["command_s_unserved"]) == (330, 1, 0)
    assert Timeline(story.entries).attendances[0].left_from == (0, 0)


def test_a_colleagues_ring_and_a_lost_message_are_counted_where_they_belong() -> None:
    story = Story()
    opening(story)
    start = _begin(story, 1000, "crash", {"secure": 1, "treat": 1}, listed=True)
    rung = story.at(1030, ring(start, "c1", "110"))
    case = story.at(1050, ev.CaseOpened(because=rung, case="P1", department="police", call="c1", x=1000.0, y=0.0))
    handed = story.at(1060, ev.CaseHandedOff(because=case, case="P1", department="police", to_department="120"))
    relay = ev.CallPlaced(because=handed, call="relay", citizen=-1, number="120", channel="telephone", attempt=0)
    lost = story.at(1060, relay)
    story.at(1060, ev.CallLost(because=lost, call="relay", citizen=-1, channel="telephone", reason="all lines busy"))
    sent = story.at(1070, message(case, "m1", "police dispatcher", "P1", "P1"))
    story.at(1080, ev.MessageLost(because=sent, message="m1", channel="radio", reason="not received"))
    story.at(1090, message(case, "m2", "caller 7", "police", "P1"))
    story.at(9000, ev.RunEnded())
    line = Timeline(story.entries)
    tally = line.incidents["crash"].tally
    said = {("police", "ems"): 1, ("police", "police"): 1, ("citizens", "police"): 1}
    assert tally.said == Counter(said) and tally.lost == Counter({("police", "police"): 1})
    found = kpis(story.entries)
    assert (found["messages_inside"], found["messages_between"], found["messages_lost"]) == (1, 1, 1)
    assert found["listed_messages_lost"] == 1


def test_the_worst_district_has_the_longest_mean_of_those_with_enough_to_judge() -> None:
    story = Story()
    opening(story)
    for k in range(10):  # in the North each is reached after 300 s, in the South after 400 s
        _served(story, 1000 + 60 * k, f"n{k}", "North", 300)
    for k in range(10):
        _served(story, 2000 + 60 * k, f"s{k}", "South", 400)
    _served(story, 3000, "e", "East", 2000)  # one alone says nothing
    story.at(9000, ev.RunEnded())
    line = Timeline(sorted(story.entries, key=lambda entry: entry.t))
    rows = by_district(line, line.cohort())
    assert [(row.district, row.mean, row.counted, row.is_judged) for row in rows] == [
        ("East", 2000, 1, False), ("South", 400, 10, True), ("North", 300, 10, True),
    ]  # fmt: skip
    found = worst(rows)
    assert found is not None and found.district == "South"


def _begin(
    story: Story, t: int, name: str, needs: dict[str, int], *, listed: bool = False, of: str = "Toy", severity: str = ""
) -> int:
    started = ev.IncidentStarted(
        incident=name, incident_kind="crash", listed=listed, x=1000.0, y=0.0, district=of, subdistrict="Middle",
        floor=0, needs=needs, victims=0, severity=severity,
    )  # fmt: skip
    return story.at(t, started)


def _changed(because: int, name: str, needs: dict[str, int], severity: str = "") -> ev.IncidentChanged:
    return ev.IncidentChanged(
        because=because, incident=name, needs=needs, extent=0.0, intensity=0.0, victims=0, severity=severity
    )


def _served(story: Story, t: int, name: str, district: str, after_s: int) -> None:
    """Rung at once, reached after so long; told at one go, so the clock is set back afterwards."""
    story.clock.t = t
    start = _begin(story, t, name, {"secure": 1}, of=district)
    rung = story.at(t, ring(start, f"c-{name}", "110"))
    case = story.at(t, ev.CaseOpened(because=rung, case=name, department="police", call="c", x=1000.0, y=0.0))
    ordered = story.at(t, order(case, "P1", name, "secure"))
    scene = ev.UnitOnScene(because=ordered, unit="P1", case=name, department="police", found=name)
    story.at(t + after_s, scene)
    story.clock.t = t


# --- a real city: what it believed, and what its log says that it believed


BUSY = scenario_of(
    duration="40min",
    incidents=[
        {"name": "fire", "kind": "dwelling_fire", "at": "+30s", "place": {"node": "D4"}},
        {"name": "crash", "kind": "road_crash", "at": "+1min", "place": {"node": "E2"}, "details": {"minor": 2}},
        {"name": "heart", "kind": "cardiac_arrest", "at": "+90s", "place": {"node": "C6"}},
        {"name": "crime", "kind": "crime", "at": "+5min", "place": {"node": "B3"}},
        {"name": "again", "kind": "dwelling_fire", "at": "+10min", "place": {"node": "B5"}},
        {
            "name": "slope",
            "kind": "slide",
            "at": "+20s",
            "place": {"node": "D2"},
            "details": {"fails_after": "8min", "inside": 12},
        },
    ],
)
MOMENTS = (90, 150, 200, 300, 420, 600, 900, 1500, 2400)


@pytest.mark.parametrize("arm", ["fragmented", "present", "linked"])
def test_any_picture_at_any_time_is_rebuilt_from_the_log_alone(arm: str, tmp_path: Path) -> None:
    city = city_of(BUSY, arm, seed=4)
    lived: dict[int, dict[str, Any]] = {}
    truths: dict[int, dict[str, Any]] = {}
    for t in MOMENTS:
        live(city, t)
        lived[t] = {owner: _believed(city, owner) for owner in _owners(city)}
        truths[t] = {
            one.id: (one.kind, one.x, one.y, one.needs(), one.severity()) for one in city.incidents.active.values()
        }
    assert sum(len(cases) for pictures in lived.values() for cases in pictures.values()) > 15
    assert any(owner in city.offices.by_name for pictures in lived.values() for owner in pictures)
    file = LogFile(city.log, tmp_path / "events.parquet")
    file.close()
    for entries in (list(city.log), read_log(tmp_path / "events.parquet")):
        for t in MOMENTS:
            _is_as_it_was(entries, t, lived[t])
            now = {
                name: (one.kind, one.x, one.y, one.needs, one.severity)
                for name, one in truth_at(entries, t - 1).items()
            }
            assert now == truths[t]


def _is_as_it_was(entries: list[Entry], t: int, pictures: dict[str, Any]) -> None:
    for owner, cases in pictures.items():
        rebuilt = {
            name: (
                case.opened_s,
                len(case.calls),
                {field: (b.value, b.confidence, b.source, b.as_of_s) for field, b in case.beliefs.items()},
            )
            for name, case in picture_at(entries, owner, t - 1).items()
        }
        assert rebuilt == cases, f"{owner} at {t} s"


def _pictures(city: City) -> list[Picture]:
    """Of the desks that send crews, and of all duty desks."""
    return [one.picture for one in (*city.departments.departments.values(), *city.offices.by_name.values())]


def _owners(city: City) -> set[str]:
    return {picture.owner for picture in _pictures(city) if picture.cases}


def _believed(city: City, owner: str) -> dict[str, Any]:
    picture = next(picture for picture in _pictures(city) if picture.owner == owner)
    return {
        name: (
            case.opened_s,
            len(case.callers),
            {field: (b.value, b.confidence, b.source, b.as_of_s) for field, b in case.beliefs.items()},
        )
        for name, case in picture.cases.items()
    }
