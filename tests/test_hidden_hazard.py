"""What nobody has told crews of (D7): who is hit, and whom a file, a shared platform or one command spares."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core import events as e
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.results.kpis import kpis
from tests.spine import Paper, events, key_of, log_of, scenario_of, times

BURSTS = 2400
DEPARTMENTAL = "fragmented+triage=all_services"
UNIFIED = f"{DEPARTMENTAL}+command=unified"
PLATFORM = f"{DEPARTMENTAL}+sharing=platform"


def fire(bursts_after: int = BURSTS, filed: bool = True) -> dict[str, Any]:
    """A flat of ten rooms that burns for hours, with a neighbour whom nobody gets out."""
    details = {"growth": "medium", "is_contained": False, "spreads": True, "rooms": 10, "occupants": 1, "helpless": 1}
    hidden = {"bursts_after": bursts_after, "filed": filed}
    return {"name": "fire", "kind": "dwelling_fire", "at": "+0s", "place": {"node": "D4"}, "access": "60s",
            "details": {**details, "hidden": hidden}}  # fmt: skip


def burning(paper: Paper, arm: str, seed: int = 1, hits: float = 1.0, **given: Any) -> Log:
    paper.kind("dwelling_fire", physics__rescue_s__median=50_000.0, physics__burst_hits__value=hits)
    paper.kind("dwelling_fire", physics__flow_l_s__value=0.01)
    return log_of(scenario_of(incidents=[fire(**given)], drain="2h"), arm, seed)


def hit(log: Log) -> list[str]:
    return [one.event.unit for one in events(log, e.CrewHurt)]


def at_work(log: Log, t: int) -> set[str]:
    """Crews that came before, less those that left."""
    came = {one.event.unit for one in events(log, e.UnitOnScene) if one.t + 60 < t}
    return came - {one.event.unit for one in events(log, e.WorkDone) if one.t < t}


# --- who is hit


def test_all_who_know_nothing_are_hit_and_are_of_no_more_use(paper: Paper) -> None:
    log = burning(paper, DEPARTMENTAL, filed=False)
    assert set(hit(log)) == at_work(log, BURSTS) and len(hit(log)) >= 3
    assert set(times(log, e.CrewHurt)) == {BURSTS + 1}
    patients = [one.event for one in events(log, e.PatientHarmed) if one.t == BURSTS]
    assert len(patients) == len(hit(log)) and {one.condition for one in patients} == {"trauma"}
    after = [one.event.unit for one in events(log, e.UnitOrdered) if one.t > BURSTS + 1]
    assert not set(after) & set(hit(log))
    assert after, "others are sent in their place"


@pytest.mark.parametrize("seed", range(1, 6))
def test_each_crew_is_hit_as_drawn_for_the_how_manieth_that_came(paper: Paper, seed: int) -> None:
    log = burning(paper, DEPARTMENTAL, seed, hits=0.5, filed=False)
    came = list(dict.fromkeys(one.event.unit for one in events(log, e.UnitOnScene) if one.t < BURSTS))
    dice = Dice(Streams(seed), *key_of("fire"))
    drawn = {unit for n, unit in enumerate(came) if dice.of("incident.burst", n).random() < 0.5}
    assert set(hit(log)) == drawn & at_work(log, BURSTS)


def test_nothing_bursts_where_it_does_not_burn_any_more(paper: Paper) -> None:
    log = log_of(scenario_of(incidents=[{**fire(20_000), "details": {"is_contained": True, "occupants": 0,
                 "hidden": {"bursts_after": 20_000}}}], drain="7h"), DEPARTMENTAL)  # fmt: skip
    assert not hit(log)


def test_the_reference_crews_are_spared(paper: Paper) -> None:
    log = burning(paper, DEPARTMENTAL, filed=False)
    hurt = {one.event.patient for one in events(log, e.PatientHarmed) if one.t == BURSTS}
    fates = [one.event for one in events(log, e.PatientSettled) if one.event.patient in hurt]
    assert len(fates) == len(hurt) and all(one.reference_survival == 1.0 for one in fates)
    assert kpis(log)["expected_deaths"] > kpis(burning(paper, DEPARTMENTAL, hits=0.0))["expected_deaths"]  # type: ignore[operator]


# --- who is told


def test_one_command_has_the_desks_asked_and_spares_all_if_it_comes_in_time(paper: Paper) -> None:
    """By plan it leads within minutes; who must agree first knows only after the burst."""
    for arm in (DEPARTMENTAL, UNIFIED):
        log = burning(paper, arm)
        knew = times(log, e.HazardLearnt)
        assert knew == [times(log, e.JointCommandEstablished)[0] + 120]
        assert bool(hit(log)) == (knew[0] > BURSTS) == (arm == DEPARTMENTAL)


def test_a_shared_platform_shows_it_to_each_crew_that_comes(paper: Paper) -> None:
    log = burning(paper, f"{PLATFORM}.withheld=0")
    assert not hit(log)
    shown = {one.event.unit for one in events(log, e.HazardLearnt) if one.t < BURSTS}
    assert shown >= at_work(log, BURSTS)


@pytest.mark.parametrize("arm", [UNIFIED, PLATFORM])
def test_what_is_on_no_file_nobody_is_told_of(paper: Paper, arm: str) -> None:
    log = burning(paper, arm, filed=False)
    assert not times(log, e.HazardLearnt)
    assert set(hit(log)) == at_work(log, BURSTS)


def test_what_is_kept_secret_is_not_shown(paper: Paper) -> None:
    """X6: as drawn for the place, whoever comes."""
    seed = next(seed for seed in range(1, 50) if Dice(Streams(seed), *key_of("fire")).of("file").random() < 0.3)
    log = burning(paper, f"{PLATFORM}.withheld=0.3", seed)
    assert hit(log)


def test_a_platform_that_is_down_shows_nothing(paper: Paper) -> None:
    outage = {"channel": "shared platform", "at": 0, "until": BURSTS}
    paper.kind("dwelling_fire", physics__burst_hits__value=1.0, physics__rescue_s__median=50_000.0)
    paper.kind("dwelling_fire", physics__flow_l_s__value=0.01)
    scenario = scenario_of(incidents=[fire()], outages=[outage], drain="2h")
    log = log_of(scenario, f"{PLATFORM}.withheld=0")
    assert set(hit(log)) == at_work(log, BURSTS)
