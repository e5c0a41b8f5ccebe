"""A road is closed ahead of a crew, behind it, or before it sets off."""

from __future__ import annotations

from typing import Any

import pytest

from sim.core import events as e
from sim.core.log import Log
from tests.spine import BLOCK_S, Paper, asks_longer_s, events, ground_of, log_of, scenario_of, the, times

ROLLING = 60 + 3 + 45 + 8 + 60  # noticed, picked up, said, on the air, turnout
RESCUE = {
    "name": "lift",
    "kind": "help_request",
    "at": "+0s",
    "place": {"node": "D2"},  # two blocks east of the West Fire Station at B2, along the straight road 2
    "floor": 1,
    "access": "0s",
    "details": {"severity": "minor", "injured": 0},
}


def closed(a: str, b: str, at_s: int, until_s: int | None = None) -> dict[str, Any]:
    """The road between two neighbouring crossings is closed, both ways."""
    town = ground_of("toy", 1.0).town
    (ax, ay), (bx, by) = (town.roads.at(town.roads.at_node(town.landmarks[name])) for name in (a, b))
    lon, lat = town.roads.projection.to_degrees((ax + bx) / 2, (ay + by) / 2)
    place = {"lon": float(lon), "lat": float(lat)}
    until = {} if until_s is None else {"until": until_s}
    return {"at": at_s, "place": place, "radius_m": 100, **until}


def log_with(paper: Paper, *closures: dict[str, Any], arm: str = "fragmented", **stored: Any) -> Log:
    paper.kind("help_request", physics__work_s__median=1200.0)
    return log_of(scenario_of(incidents=[RESCUE], closures=list(closures), **stored), arm)


def blocked(log: Log) -> list[int]:
    """When crews on their way to a case met a closed road (on the way home they have none)."""
    return [entry.t for entry in events(log, e.RoadBlocked) if entry.event.case is not None]


@pytest.mark.parametrize("arm", ["fragmented", "linked"])
def test_a_crew_meets_a_closed_road_where_it_begins_and_goes_round_the_block(paper: Paper, arm: str) -> None:
    rolling = ROLLING + asks_longer_s(arm)
    log = log_with(paper, closed("C2", "D2", rolling + 50), arm=arm)
    met = the(log, e.RoadBlocked, case="joint-1" if arm == "linked" else "fire-1")
    # The closure comes while the crew is halfway between B2 and C2; it learns of it at C2, one block from home.
    assert blocked(log) == [rolling + BLOCK_S]
    town = ground_of("toy", 1.0).town
    ends = town.roads.tail[met.edge], town.roads.head[met.edge]
    assert ends == (town.landmarks["C2"], town.landmarks["D2"])
    # From C2 round the block is three blocks, by C3 and D3 or by C1 and D1.
    assert times(log, e.UnitOnScene) == [rolling + BLOCK_S + 3 * BLOCK_S]
    assert times(log, e.MessageSent, message_kind="road report")[0] == rolling + BLOCK_S


def test_a_road_that_is_closed_behind_the_crew_changes_nothing(paper: Paper) -> None:
    log = log_with(paper, closed("B2", "C2", ROLLING + 150))
    assert not blocked(log)
    assert times(log, e.UnitOnScene) == [ROLLING + 2 * BLOCK_S]


def test_a_crew_that_is_on_a_road_when_it_is_closed_drives_on(paper: Paper) -> None:
    log = log_with(paper, closed("C2", "D2", ROLLING + 150))
    assert not blocked(log)
    assert times(log, e.UnitOnScene) == [ROLLING + 2 * BLOCK_S]


def test_a_road_that_is_open_again_before_the_crew_comes_stops_nobody(paper: Paper) -> None:
    log = log_with(paper, closed("C2", "D2", ROLLING + 10, ROLLING + 90))
    assert not blocked(log)
    assert times(log, e.UnitOnScene) == [ROLLING + 2 * BLOCK_S]


def test_who_has_not_been_told_of_a_closure_finds_out_at_the_closure(paper: Paper) -> None:
    log = log_with(paper, closed("C2", "D2", 0))  # long before the call; nobody in the fire service has seen it
    assert blocked(log) == [ROLLING + BLOCK_S]
    assert times(log, e.UnitOnScene) == [ROLLING + 4 * BLOCK_S]


def test_a_closure_that_a_crew_met_is_known_when_the_next_crew_sets_off(paper: Paper) -> None:
    paper.kind("help_request", physics__work_s__median=2400.0)
    second = {**RESCUE, "name": "second", "at": "+1000s", "place": {"node": "E2"}}
    log = log_of(scenario_of(incidents=[RESCUE, second], closures=[closed("C2", "D2", 0)]), "linked")
    # To E2 it is three blocks by the closed road and five round it: the second crew of West starts the detour at home.
    assert blocked(log) == [ROLLING + asks_longer_s("linked") + BLOCK_S]
    rolling = 1000 + ROLLING + asks_longer_s("linked")
    east = 5 * BLOCK_S  # F6 to E2: one block west, four south; expected before West's second crew, at equal distance
    assert the(log, e.UnitOrdered, case="joint-2").eta_s == east
    assert times(log, e.UnitOnScene)[1] == rolling + east


def test_a_crew_that_is_cut_off_says_that_nothing_is_found(paper: Paper) -> None:
    # All four roads to D2 are closed: the crew meets them one after the other, and then knows no way.
    ways = [closed("C2", "D2", 0), closed("D1", "D2", 0), closed("E2", "D2", 0), closed("D3", "D2", 0)]
    log = log_with(paper, *ways)
    assert not times(log, e.UnitOnScene)
    found = times(log, e.NothingFound)
    # C2 after one block; then D1 or D3 two blocks on; from there the next way in is two blocks off, and the last too.
    assert blocked(log)[:4] == [ROLLING + n * BLOCK_S for n in (1, 3, 5, 7)]
    assert found[0] == ROLLING + 7 * BLOCK_S
