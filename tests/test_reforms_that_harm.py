"""Where reforms of calls, crews and hospitals do not help or do harm: one story under both, times known on paper."""

from __future__ import annotations

from typing import Any

from sim.core import events as e
from sim.core.log import Log
from sim.core.streams import Streams
from tests.spine import BLOCK_S, Paper, events, log_of, paper, plain, scenario_of, the, times

__all__ = ["paper"]

CASE = 60 + 3 + 45  # noticed, picked up, said
ON_THE_WAY = 8 + 60  # the order on the air, turnout of an engine
LIFT: dict[str, Any] = {
    "name": "lift", "kind": "help_request", "at": "+0s", "place": {"node": "D4"}, "floor": 1, "access": "0s",
    "details": {"severity": "minor", "injured": 0},
}  # fmt: skip
ILL: dict[str, Any] = {
    "name": "ill", "kind": "illness", "at": "+0s", "place": {"node": "D6"}, "floor": 3, "access": "40s",
    "details": {"condition": "malaise", "severity": "serious"},
}  # fmt: skip


def seen_at(log: Log, incident: str) -> int:
    """When the first crew saw it."""
    return min(times(log, e.UnitOnScene, found=incident))


def _happened(log: Log) -> list[tuple[Any, ...]]:
    """All but which arm it is, and what was expected of crews."""
    return [plain(entry, "eta_s") for entry in log if not isinstance(entry.event, e.RunStarted)]


def test_asking_for_all_services_delays_who_needs_one_alone(paper: Paper) -> None:
    """Ten seconds of questions about what nobody needs."""
    scenario = scenario_of(incidents=[LIFT])
    own, all_of_them = log_of(scenario), log_of(scenario, "fragmented+triage=all_services")
    assert times(own, e.UnitOrdered) == [CASE] and times(all_of_them, e.UnitOrdered) == [CASE + 10]
    assert seen_at(all_of_them, "lift") - seen_at(own, "lift") == 10


def test_a_reserve_lets_an_engine_stand_idle_one_block_away(paper: Paper) -> None:
    """West keeps its second engine at B2; the lift at B3 gets one from F6, seven blocks away, in place of one block."""
    second = {**LIFT, "name": "second", "at": "+100s", "place": {"node": "B3"}}
    scenario = scenario_of(incidents=[LIFT, second])
    soonest, reserved = (log_of(scenario, f"present+dispatch={rule}") for rule in ("believed_eta", "keep_reserve"))
    assert seen_at(reserved, "lift") == seen_at(soonest, "lift")
    assert seen_at(reserved, "second") - seen_at(soonest, "second") == 6 * BLOCK_S


def test_a_road_graph_gains_nothing_where_the_nearest_is_the_soonest(paper: Paper) -> None:
    """On open roads of one speed, from B2 and F6 to B3, straight lines and ways put the engines in the same order."""
    scenario = scenario_of(incidents=[{**LIFT, "place": {"node": "B3"}}])
    straight, graph = (log_of(scenario, f"present+dispatch={rule}") for rule in ("straight_line", "believed_eta"))
    assert _happened(straight) == _happened(graph)


def test_the_most_urgent_first_makes_a_minor_one_wait_for_who_comes_later(paper: Paper) -> None:
    """One ambulance: who has waited longer is passed by a later caller, and waits for the whole of his job."""
    paper.ails("malaise", serious__transport__value=1.0, minor__transport__value=1.0, minor__own_way_s__value=1e5)
    details = {"condition": "malaise", "severity": "minor"}
    minor = {**ILL, "name": "minor", "at": "+120s", "place": {"node": "B4"}, "details": details}
    later = {**ILL, "name": "later", "at": "+300s", "place": {"node": "A5"}}
    scenario = scenario_of(incidents=[ILL, minor, later], resources={"fleets": {"ems": 0.25}})
    fair, urgent = (log_of(scenario, f"fragmented+queue={rule}") for rule in ("first_come", "most_urgent"))
    assert [one.event.found for one in events(fair, e.UnitOnScene)] == ["ill", "minor", "later"]
    assert [one.event.found for one in events(urgent, e.UnitOnScene)] == ["ill", "later", "minor"]
    first, second, _ = times(urgent, e.UnitAvailable)
    assert times(fair, e.UnitOrdered)[:2] == times(urgent, e.UnitOrdered)[:2] == [CASE, first + 1]
    assert seen_at(urgent, "minor") - seen_at(fair, "minor") == second - first  # the whole job of the other


BAYS = 6  # of either hospital: the least that there are
EVERY_S = 1000


HAVE_ROOM = ((0, 1), (1, 0), (1, 1))
"""West in the second hour, East in both."""


def _is_full(seed: int, hospital: int, hour: int) -> bool:
    """Whether walk-in patients hold all of its bays in that hour."""
    return int(Streams(seed).of("walk-ins", hospital, hour).poisson(BAYS * 0.75)) >= BAYS


def test_a_bed_report_that_is_old_sends_a_patient_past_a_hospital_that_is_free_again(paper: Paper) -> None:
    """West (B6) was full when it reported at 3000 s, and has a bay from 3600 s on: East (F2) is four blocks further."""
    paper.works(hospital__walk_in_share=0.75)
    paper.ails("malaise", serious__transport__value=1.0)
    seed = next(
        seed for seed in range(1, 5000) if _is_full(seed, 0, 0) and not any(_is_full(seed, *s) for s in HAVE_ROOM)
    )
    loaded = CASE + 8 + 150 + 2 * BLOCK_S + 40 + 720
    scenario = scenario_of(incidents=[{**ILL, "at": f"+{3700 - loaded}s"}], duration="2h")
    nearest = log_of(scenario, "fragmented", seed)
    by_beds = log_of(scenario, f"fragmented+destination=free_bed.every_s={EVERY_S}", seed)
    assert times(nearest, e.PatientLoaded) == times(by_beds, e.PatientLoaded) == [3700]
    assert the(nearest, e.PatientLoaded).hospital == "West Hospital"
    assert the(by_beds, e.PatientLoaded).hospital == "East Hospital"
    assert times(nearest, e.PatientDelivered) == [3700 + 2 * BLOCK_S + 600]
    assert times(by_beds, e.PatientDelivered) == [3700 + 6 * BLOCK_S + 600]


def test_a_plan_of_the_next_level_binds_an_engine_that_others_need(paper: Paper) -> None:
    """Three engines put the fire out as soon as four do; the fourth, a block from the second caller, is at the fire."""
    fire = {"name": "fire", "kind": "dwelling_fire", "at": "+0s", "place": {"node": "D4"}, "floor": 1, "access": "0s",
            "details": {"growth": "fast", "is_contained": False, "rooms": 3, "occupants": 0}}  # fmt: skip
    second = {**LIFT, "name": "second", "at": "+900s", "place": {"node": "F5"}}
    scenario = scenario_of(incidents=[fire, second])
    counted, planned = (log_of(scenario, f"present+reinforce={rule}") for rule in ("missing", "next_level"))
    out = [min(times(log, e.UnitAvailable, unit="F-West_Fire-2")) for log in (counted, planned)]
    called = 900 + CASE + 10  # all services are asked for
    assert seen_at(counted, "second") == called + ON_THE_WAY + BLOCK_S  # from F6
    (order,) = [one for one in events(planned, e.UnitOrdered) if one.event.case == "fire-2"]
    assert order.t == out[1] + 1 and out[0] == out[1] > called
    assert seen_at(planned, "second") > seen_at(counted, "second") + order.t - called - ON_THE_WAY
