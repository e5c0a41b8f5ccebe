"""KPIs of the story of `results_story`, each computed by hand."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core import events as ev
from sim.core.log import LogFile, read_log
from sim.results.definitions import text_of
from sim.results.kpis import KPIS, kpis, restricted
from tests import results_story as told
from tests.results_story import DRAIN_S, HORIZON_S, Story

WINDOW_S = told.END_S - told.WARMUP_S

# First rings: fire 1040, robbery 2030, illness 3060. Fire needs fire and ems, the robbery police, the illness ems.
BY_HAND = {
    "incidents": 3,  # `early` began in the warm-up
    "patients": 2,
    "discovery_s": (40 + 30 + 60) / 3,
    "discovery_s_p50": 40,
    "discovery_s_p90": 60,
    "ems_discovery_s": (40 + 60) / 2,
    "information_latency_s": (100 + 140 + 290 + HORIZON_S) / 4,
    "unowned_s": (60 + 230 + HORIZON_S) / 3,
    "alarm_handling_s": (75 + 170 + 240 + HORIZON_S) / 4,
    "turnout_s": (45 + 60 + 60 + HORIZON_S) / 4,
    "travel_s": (320 + 590 + 300 + HORIZON_S) / 4,
    "total_response_s": (440 + 820 + 600 + HORIZON_S) / 4,
    "total_response_s_n": 4,
    "total_response_s_unserved": 1,
    "total_response_s_censored": 1,
    "total_response_s_p50": 600,
    "total_response_s_p90": None,  # the fourth of four was never served
    "fire_total_response_s": 440,
    "fire_total_response_s_p90": 440,
    "ems_total_response_s": 710,
    "ems_total_response_s_p50": 600,
    "ems_total_response_s_p90": 820,
    "police_total_response_s": HORIZON_S,
    "police_total_response_s_p50": None,
    "police_total_response_s_n": 1,
    "traffic_total_response_s": None,  # nobody needed it
    "traffic_total_response_s_n": 0,
    "access_s": (120 + 120 + 60) / 3,
    "at_patient_s": (940 + 660) / 2,
    "ems_at_patient_s": (940 + 660) / 2,
    "fire_at_patient_s": None,
    "water_on_fire_s": 560,
    "full_assignment_s": (820 + 600 + HORIZON_S) / 3,
    "full_assignment_s_p50": 820,
    "fire_full_assignment_s": 440,
    "offload_s": 300,
    "ems_offload_s": 300,
    "offload_s_n": 1,
    "within_target_share": 1 / 4,
    "ems_within_target_share": 1 / 2,
    "police_within_target_share": 0,
    "traffic_within_target_share": None,
    "fire_coverage_share": 0.6,
    "coverage_share": 0.5,
    "fire_utilisation": 790 / WINDOW_S,
    "ems_utilisation": (1500 + 710) / WINDOW_S,
    "utilisation": (790 + 1500 + 710 + 450) / (3 * WINDOW_S),
    "traffic_utilisation": None,
    "handoffs": 2 / 3,
    "dispatches": 4,
    "duplicate_dispatches": 0,
    "wasted_dispatches": 1,
    "calls": 5,
    "calls_abandoned": 2,
    "calls_lost": 0,
    "calls_answered_10s_share": 2 / 5,
    "call_taker_hours": 65 / 3600,  # the fire's call; the story does not tell when the others ended
    "seconds_per_call": 65 / 3,
    "messages": 2,
    "listed_messages": 2,
    "unit_hours": (790 + 1500 + 710 + 450) / 3600,
    "expected_deaths": 0.25 + 0.75,
    "deaths": 1,
    "avoidable_deaths": 1,
    "completeness": (1600 + 430) / (1700 + 3000 + 720),
    "accuracy_place_share": 2 / 3,
    "accuracy_kind_share": 2 / 3,
    "accuracy_share": 4 / 6,
}


@pytest.mark.parametrize("key", BY_HAND)
def test_each_kpi_is_what_the_hand_computes(key: str) -> None:
    assert kpis(told.told().entries)[key] == pytest.approx(BY_HAND[key])


def test_every_kpi_has_a_definition_and_none_is_nan() -> None:
    values = kpis(told.told().entries)
    assert list(values)[: len(KPIS)] == list(KPIS)
    others = [text_of(key) for key in list(values)[len(KPIS) :]]  # of the one channel that was used
    assert [text.name for text in others if text is not None] == [
        "Messages, telephone", "Messages lost, telephone",
        "Messages, telephone, listed", "Messages lost, telephone, listed",
    ]  # fmt: skip
    assert all(value is None or math.isfinite(value) for value in values.values())
    assert all(text.sentence.endswith(".") and text.sentence[0].isupper() for text in KPIS.values())


def test_listed_and_background_incidents_are_told_apart() -> None:
    listed, background = (kpis(told.told().entries, which) for which in ("listed", "background"))
    assert (listed["incidents"], background["incidents"]) == (1, 2)
    assert listed["total_response_s"] == (440 + 820) / 2
    assert background["total_response_s"] == (600 + HORIZON_S) / 2
    assert (listed["wasted_dispatches"], background["wasted_dispatches"]) == (0, 0)  # a forged call is of neither


def test_the_three_intervals_of_a_response_sum_to_it() -> None:
    values = kpis(told.told().entries, "listed")
    parts = [values[f"ems_{name}"] for name in ("alarm_handling_s", "turnout_s", "travel_s")]
    assert sum(part for part in parts if part) == values["ems_total_response_s"]


def test_an_empty_cohort_has_counts_but_no_measures() -> None:
    story = Story()
    told.opening(story)
    story.at(DRAIN_S, ev.RunEnded())
    values = kpis(story.entries)
    assert values["incidents"] == 0
    assert values["deaths"] is values["handoffs"] is values["total_response_s"] is values["completeness"] is None
    assert values["utilisation"] == 0


def test_a_call_that_is_put_through_costs_every_desk_that_takes_it() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "ill", "illness", {"treat": 1})
    rung = story.at(1010, told.ring(start, "c1", "110"))
    taken = story.at(1020, ev.CallAnswered(because=rung, call="c1", citizen=11, department="police"))
    through = story.at(1060, ev.CallTransferred(because=taken, call="c1", department="police", to_department="ems"))
    story.at(1065, ev.CallEnded(because=through, call="c1", department="police", outcome="transferred"))
    rung = story.at(1065, told.ring(through, "c1", "120"))
    taken = story.at(1080, ev.CallAnswered(because=rung, call="c1", citizen=11, department="ems"))
    story.at(1150, ev.CallEnded(because=taken, call="c1", department="ems", outcome="case"))
    values = kpis(story.entries)
    assert values["call_taker_hours"] == pytest.approx((45 + 70) / 3600)
    assert values["seconds_per_call"] == 45 + 70  # one caller, two desks


def test_an_alarm_costs_call_takers_time_and_is_no_call() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "fire", "dwelling_fire", {"extinguish": 1})
    alarm = ev.CallPlaced(because=start, call="alarm-s1-minor", citizen=-2, number="119", channel="line 119", attempt=0)
    rung = story.at(1010, alarm)
    taken = story.at(1010, ev.CallAnswered(because=rung, call="alarm-s1-minor", citizen=-2, department="fire"))
    story.at(1100, ev.CallEnded(because=taken, call="alarm-s1-minor", department="fire", outcome="dismissed"))
    rung = story.at(1200, told.ring(start, "c1", "119"))
    taken = story.at(1210, ev.CallAnswered(because=rung, call="c1", citizen=11, department="fire"))
    story.at(1250, ev.CallEnded(because=taken, call="c1", department="fire", outcome="case"))
    values = kpis(story.entries)
    assert values["call_taker_hours"] == pytest.approx((90 + 40) / 3600)
    assert values["seconds_per_call"] == 40


def test_a_second_case_for_the_same_fire_makes_its_engine_a_duplicate() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "fire", "dwelling_fire", {"extinguish": 1})
    for t, case in ((1100, "F1"), (1200, "F2")):
        opened = story.at(t, ev.CaseOpened(because=start, case=case, department="fire", call=case, x=0, y=0))
        story.at(t, told.order(opened, "E1", case, "extinguish"))
    assert kpis(story.entries)["duplicate_dispatches"] == 1


def test_a_second_engine_under_the_same_case_is_no_duplicate() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "fire", "dwelling_fire", {"extinguish": 1})
    opened = story.at(1100, ev.CaseOpened(because=start, case="F1", department="fire", call="c", x=0, y=0))
    for t in (1110, 1120):
        story.at(t, told.order(opened, "E1", "F1", "extinguish"))
    assert kpis(story.entries)["duplicate_dispatches"] == 0


def test_a_crew_that_nobody_there_needs_is_wasted() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "hoax", "hoax", {})
    opened = story.at(1100, ev.CaseOpened(because=start, case="P", department="police", call="c", x=0, y=0))
    ordered = story.at(1110, told.order(opened, "P1", "P", "secure"))
    story.at(1300, ev.UnitOnScene(because=ordered, unit="P1", case="P", department="police", found="hoax"))
    values = kpis(story.entries)
    assert values["wasted_dispatches"] == 1
    assert values["total_response_s_n"] == 0  # who needs nobody is never unserved


def test_the_need_that_counts_is_the_largest_ever() -> None:
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "fire", "dwelling_fire", {"extinguish": 1})
    story.at(1010, told.ring(start, "c", "119"))
    ordered = story.at(1020, told.order(start, "E1", "F", "extinguish"))
    story.at(1300, ev.UnitOnScene(because=ordered, unit="E1", case="F", department="fire", found="fire"))
    for t, needs in ((1400, {"extinguish": 2}), (1500, {})):
        story.at(t, ev.IncidentChanged(because=start, incident="fire", needs=needs, extent=1, intensity=1, victims=0))
    values = kpis(story.entries)
    assert values["total_response_s"] == 290
    assert values["full_assignment_s_unserved"] == 1


def test_no_service_is_counted_from_before_it_was_needed() -> None:
    """A slope rings at 1100 and falls at 5000; the engine hears at 5030, leaves at 5090, is there at 5268. The patrol
    had come at 4000; a second engine is needed from 5100 on and never comes."""
    story = Story()
    told.opening(story)
    start = told.begin(story, 1000, "slope", "slide", {"inspect": 1})
    rung = story.at(1100, told.ring(start, "c", "110"))
    for t, unit, case in ((3000, "P1", "P"), (4999, "E1", "F")):
        capability = "secure" if unit == "P1" else "rescue"
        ordered = story.at(t, told.order(rung, unit, case, capability))
        if unit == "P1":
            scene = {"unit": "P1", "case": "P", "department": "police", "found": "slope"}
            story.at(4000, ev.UnitOnScene(because=ordered, **scene))
    needs = {"rescue": 1, "secure": 1}
    for t, more in ((5000, {}), (5100, {"rescue": 2})):
        changed = ev.IncidentChanged(
            because=start, incident="slope", needs=needs | more, extent=1, intensity=1, victims=0
        )
        if t == 5000:
            story.at(t, changed)
            heard = story.at(5030, ev.UnitAlerted(because=ordered, unit="E1", case="F", department="fire"))
            left = ev.UnitEnRoute(because=heard, unit="E1", case="F", department="fire", x=0, y=0, to_x=1000, to_y=0)
            driving = story.at(5090, left)
        else:
            story.at(t, changed)
    story.at(5268, ev.UnitOnScene(because=driving, unit="E1", case="F", department="fire", found="slope"))
    values = kpis(story.entries)
    by_hand = {
        "discovery_s": 100, "fire_alarm_handling_s": 30, "fire_turnout_s": 60, "fire_travel_s": 178,
        "fire_total_response_s": 268, "police_total_response_s": 0, "police_full_assignment_s": 0,
        "full_assignment_s": HORIZON_S, "total_response_s": 134, "within_target_share": 1,
    }  # fmt: skip
    assert {key: values[key] for key in by_hand} == by_hand
    assert values["fire_full_assignment_s_unserved"] == 1


def test_an_interrupted_run_does_not_guess_fates() -> None:
    entries = told.told().entries
    cut = [entry for entry in entries if entry.t < 2500]
    values = kpis(cut)
    assert values["expected_deaths"] is None
    assert values["offload_s_censored"] == 1
    assert values["incidents"] == 2


def test_the_log_in_memory_and_the_log_on_disk_give_the_same(tmp_path: Path) -> None:
    story = told.told()
    file = LogFile(story.log, tmp_path / "events.parquet")
    file.close()
    assert kpis(read_log(tmp_path / "events.parquet")) == kpis(story.entries)


SECONDS = st.lists(st.none() | st.floats(0, 1e5), max_size=40)


@given(SECONDS)
def test_a_percentile_is_null_exactly_when_it_falls_among_the_never_served(seconds: list[float | None]) -> None:
    summary = restricted(seconds, 3600)
    served = sorted(s for s in seconds if s is not None)
    for suffix, share in (("_p50", 0.5), ("_p90", 0.9)):
        rank = math.ceil(share * len(seconds))
        assert summary[suffix] == (served[rank - 1] if 1 <= rank <= len(served) else None)


@given(SECONDS, st.integers(0, 39))
def test_serving_one_more_never_worsens_a_mean(seconds: list[float | None], which: int) -> None:
    if which >= len(seconds) or seconds[which] is not None:
        return
    before = restricted(seconds, 3600)[""]
    after = restricted([*seconds[:which], 100.0, *seconds[which + 1 :]], 3600)[""]
    assert before is not None and after is not None
    assert after <= before + 1e-9
