"""A slope, a drain and a tower in a whole city: in every bundle, blindfolded, saved and loaded, at any scale."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sim.core import events as e
from sim.core.log import Log
from sim.fitting import fit
from sim.model import City
from sim.policies.bundles import bundle_names
from sim.running import finish, live
from sim.scenario import Scenario
from tests.spine import busy_hour, city_of, events, ground_of, lived, log_of, plain, scenario_of
from tests.test_blindfold import blindfold
from tests.test_conservation import check_log, watched

__all__ = ["blindfold"]

SLIDE = {"name": "slide", "kind": "slide", "at": "+30s", "place": {"node": "D4"},
         "details": {"fails_after": "40min", "inside": 60, "area_m2": 4_500_000, "closes_roads": True}}  # fmt: skip
FLOOD = {"name": "flood", "kind": "flash_flood", "at": "+60s", "place": {"node": "B6"},
         "details": {"inside": 5, "rises_after": "20min", "peak_m": 4.0}}  # fmt: skip
TOWER = {"name": "tower", "kind": "shaking_building", "at": "+90s", "place": {"node": "F2"},
         "details": {"inside": 4000}}  # fmt: skip
TROUBLE = scenario_of(incidents=[SLIDE, FLOOD, TOWER])
KINDS = ("slide", "flash_flood", "shaking_building")


@pytest.mark.parametrize("arm", bundle_names())
def test_all_three_are_lived_through_in_every_bundle_and_nothing_is_lost(arm: str) -> None:
    city = watched(city_of(TROUBLE, arm), int(TROUBLE.drain_s), 307)
    check_log(city.log)
    check_people(city.log, {"slide": 60, "flood": 5, "tower": 4000})
    assert {entry.incident for entry in events(city.log, e.UnitOnScene)} >= {"slide", "tower"}
    assert events(city.log, e.PatientFreed)


def check_people(log: Log, people: dict[str, int]) -> None:
    """At any time everybody is inside, out or hurt, and who is hurt is a patient."""
    hurt = dict.fromkeys(people, 0)
    counted = dict.fromkeys(people, 0)
    for entry in log:
        match entry.event:
            case e.PatientHarmed(incident=incident):
                hurt[incident] += 1
            case e.PeopleLeft(incident=incident) as count:
                assert count.inside + count.left + count.hurt == people[incident]
                assert count.hurt == hurt[incident]
                counted[incident] += 1
    assert all(counted.values())


@pytest.mark.parametrize("arm", ["fragmented", "linked"])
def test_all_three_are_lived_through_blindfolded(blindfold: None, arm: str) -> None:
    assert events(log_of(TROUBLE, arm), e.PatientDelivered)


def test_what_befalls_people_is_the_same_in_every_bundle() -> None:
    """Nobody can judge or warn as yet: when danger comes and whom it hurts is exogenous."""
    fates = set()
    for arm in bundle_names():
        log = log_of(TROUBLE, arm)
        fates.add(tuple(plain(entry, "reference_s") for entry in events(log, e.PatientHarmed)))
    slides = {tuple(one for one in fate if "'slide'" in repr(one)) for fate in fates}
    assert len(slides) == 1 and len(slides.pop()) > 2


def test_the_roads_under_a_slope_are_shut_when_it_falls_and_crews_get_there_all_the_same() -> None:
    log = log_of(TROUBLE, "linked")
    (closed,) = events(log, e.RoadClosed)
    assert closed.t == 30 + 40 * 60 and closed.incident == "slide" and len(closed.event.edges) >= 4  # type: ignore[attr-defined]
    after = [entry for entry in events(log, e.UnitOnScene) if entry.incident == "slide" and entry.t > closed.t]
    assert len(after) >= 2


def ended(city: City) -> str:
    live(city, city.last_s)
    finish(city)
    return city.log.sha256()


MORE_TIMES = [pytest.param(t, marks=pytest.mark.slow) for t in (31, 2431, 4000)]


@pytest.mark.parametrize("t", [700, 2429, *MORE_TIMES])
def test_a_saved_city_goes_on_as_if_it_had_not_been_saved(tmp_path: Path, t: int) -> None:
    city = lived(city_of(TROUBLE, "linked"), t)
    city.save(tmp_path / "city")
    assert ended(City.load(tmp_path / "city")) == ended(city) == ended(city_of(TROUBLE, "linked"))


def test_people_in_a_zone_do_not_depend_on_the_scale() -> None:
    """Expectations come from the map; at scale 1:k a row stands for k people, and the hurt are people, not rows."""
    said = {"kind": "shaking_building", "place": {"subdistrict": "Huaqiangbei"}, "at": "+60s", "name": "tower"}
    slope = {"kind": "slide", "place": {"subdistrict": "Minzhi"}, "at": "+60s", "name": "slope",
             "details": {"fails_after": "2min", "area_m2": 380_000}}  # fmt: skip
    scenario = busy_hour(duration="15min", drain="0s", background={"on": False}, incidents=[said, slope])
    found = []
    for scale in (50.0, 200.0):
        city = lived(city_of(scenario, scale=scale))
        counts = [(entry.t, plain(entry)) for entry in events(city.log, e.PeopleLeft)]
        fates = [plain(entry, "citizen") for entry in events(city.log, e.PatientHarmed)]
        found.append((counts, fates))
    assert found[0] == found[1]
    assert found[0][0] and found[0][1]


@pytest.mark.parametrize("name", ["guangming-slide", "drain-flood", "seg-shaking"])
def test_the_scenarios_of_the_three_fit_the_map_and_say_what_the_texts_say(name: str) -> None:
    scenario = Scenario.load(name)
    planned = fit(scenario, ground_of("shenzhen", 100.0).town).incidents
    assert {plan.kind for plan in planned} <= set(KINDS)
    said: dict[str, Any] = {plan.id: plan.details for plan in planned}
    clock = {plan.id: scenario.start_s + plan.t for plan in planned}
    if name == "guangming-slide":
        assert clock["slide"] + said["slide"].fails_after == 11 * 3600 + 40 * 60
    elif name == "drain-flood":
        assert sum(details.inside for details in said.values()) == 16
        assert {clock[one] for one in said} == {20 * 3600}
    else:
        assert clock["seg-plaza"] == 12 * 3600 + 31 * 60 and said["seg-plaza"].inside == 15_000
