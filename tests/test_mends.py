"""What a review found broken on the whole model, and must not break again."""

from __future__ import annotations

from sim.core import events as ev
from tests.spine import Paper, city_of, events, lived, log_of, scenario_of

SLIDE = {
    "name": "slope", "kind": "slide", "at": "08:05", "place": {"node": "D4"},
    "details": {"fails_after": "50min", "inside": 60, "area_m2": 5000},
}  # fmt: skip


def test_a_mast_that_comes_back_spoils_no_sensor_that_stands_in_its_shadow() -> None:
    mast = {"name": "mast", "kind": "mast_down", "at": "08:00", "until": "12:30", "place": {"node": "D4"},
            "radius_m": 2000}  # fmt: skip
    slow = {**SLIDE, "details": {"fails_after": "6h", "inside": 60, "area_m2": 5000}}
    scenario = scenario_of(incidents=[slow], attacks=[mast], duration="7h", drain="1h")
    log = log_of(scenario, "smart+sensing=iot.slope=1", seed=2)
    assert events(log, ev.MastFailed) and events(log, ev.MastRestored) and events(log, ev.SensorTripped)


def test_a_named_commander_leads_at_a_slope_though_no_emergency_service_can_judge_it(paper: Paper) -> None:
    """The first capability of the plan is to inspect, which is nobody's by statute: the first that is, names him."""
    fallen = {**SLIDE, "details": {"fails_after": "5min", "inside": 60, "area_m2": 5000}}
    scenario = scenario_of(incidents=[fallen], duration="2h", drain="1h")
    log = lived(city_of(scenario, "fragmented+command=unified")).log
    assert events(log, ev.JointCommandEstablished)
