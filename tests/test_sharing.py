"""Sharing and aid on paper: who sees a case, how soon, what is kept from him, and what that costs."""

from __future__ import annotations

import math
from typing import Any

from spine import Paper, city_of, events, lived, scenario_of, times

from sim.comms.messages import Finding
from sim.core import events as ev
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Severity
from sim.model import City

CRASH = {"name": "crash", "kind": "road_crash", "at": "08:10", "place": {"node": "D4"}}
OPEN_SHARE = ".withheld=0"


def crash(arm: str, **stored: Any) -> City:
    """A crash with somebody hurt, of which 122 is told; its desk knows by plan that an ambulance is needed."""
    details = {"minor": 0, "serious": 1, "critical": 0, "trapped": 0}
    return lived(city_of(scenario_of(incidents=[{**CRASH, "details": details}], duration="1h", **stored), arm))


def ems_knows(city: City) -> list[int]:
    return times(city.log, ev.CaseAccepted, department="ems")[:1]


def desk_knows(city: City) -> int:
    return times(city.log, ev.CaseOpened, department="traffic")[0]


# --- across


def test_on_a_platform_the_ambulance_desk_knows_a_second_after_the_first_desk(paper: Paper) -> None:
    apart = crash("fragmented")
    shared = crash("fragmented+sharing=platform" + OPEN_SHARE)
    assert desk_knows(apart) == desk_knows(shared)
    assert ems_knows(shared) == [desk_knows(shared) + 1]
    assert ems_knows(apart)[0] > desk_knows(apart) + 60  # from the first crew at the scene


def test_a_platform_that_is_down_shows_nothing(paper: Paper) -> None:
    down = [{"channel": "shared platform", "at": "08:00"}]
    city = crash("fragmented+sharing=platform" + OPEN_SHARE, outages=down)
    assert not events(city.log, ev.MessageHeard, channel="shared platform")
    assert ems_knows(city) == ems_knows(crash("fragmented"))


def notices(arm: str, cases: int) -> list[int]:
    """When each of many notices of one desk, all written at once, is heard; one other desk must see them."""
    city = city_of(scenario_of(duration="9h"), arm)
    police = next(centre for centre in city.call_centres.centres if centre.name == "police")
    city.offices.centres = [one for one in city.offices.centres if one.name in ("police", "fire")]
    for number in range(cases):
        dice = Dice(Streams(1), 5, number)
        found = Finding("illness", 3000.0, 3000.0, Severity.MINOR, 0, (), 0.5, 0.0)
        case = police.picture.open_case(f"c-{number}", (3000.0, 3000.0), None, 0, dice)
        city.offices.tell_centres("police", police.post, case, found, case.opened)
    lived(city, 30_000)
    return sorted(entry.t for entry in events(city.log, ev.MessageHeard) if entry.event.receiver == "fire")


def test_four_liaison_officers_carry_four_cases_at_a_time(paper: Paper) -> None:
    heard = notices("fragmented+sharing=liaison" + OPEN_SHARE, 10)
    assert heard == [180] * 4 + [360] * 4 + [540] * 2


def test_what_is_withheld_has_the_stated_share_and_is_the_same_in_every_arm(paper: Paper) -> None:
    """Of 400 cases 0.4 are kept back; the standard error is 0.0245, four are allowed. Less secrecy keeps less."""
    kept = 400 - len(notices("fragmented+sharing=platform.withheld=0.4", 400))
    fewer = 400 - len(notices("fragmented+sharing=platform.withheld=0.1", 400))
    assert abs(kept / 400 - 0.4) < 4 * math.sqrt(0.24 / 400) and fewer < kept


def test_nobody_is_told_anything_where_nothing_is_shared() -> None:
    assert notices("fragmented", 5) == []
    assert notices("fragmented+sharing=on_request", 5) == []


# --- aid


def fires(arm: str) -> City:
    """More at once than the western district has engines for."""
    listed = [
        {"name": f"f{n}", "kind": "dwelling_fire", "at": "08:10", "place": {"node": node}}
        for n, node in enumerate(("B2", "B4", "C3", "B3", "C2"))
    ]
    return lived(city_of(scenario_of(incidents=listed, duration="2h"), arm))


def test_aid_is_there_after_two_signatures(paper: Paper) -> None:
    """300 s of waiting; then two hops of line 60, reading and retyping 420, weighing 600; and the word back: 60 s."""
    city = fires("fragmented")
    waits = [entry for entry in events(city.log, ev.AidRequested) if entry.event.department == "fire"]
    granted = [entry for entry in events(city.log, ev.AidGranted) if entry.event.department == "fire"]
    assert waits and granted
    assert granted[0].t == waits[0].t + 2 * (60 + 420 + 600)
    orders = [entry.t for entry in events(city.log, ev.UnitOrdered) if "East" in entry.event.unit
              and entry.event.department == "fire"]  # fmt: skip
    before = [t for t in orders if t < granted[0].t + 60]
    assert not before


def test_a_standing_agreement_sends_the_neighbour_at_once_and_none_never_does() -> None:
    standing = fires("fragmented+mutual_aid=standing")
    never = fires("fragmented+mutual_aid=none")
    assert not events(standing.log, ev.AidRequested) and not events(never.log, ev.AidRequested)
    assert any("East_Fire" in entry.event.unit for entry in events(standing.log, ev.UnitOrdered))
    assert not any("East_Fire" in entry.event.unit for entry in events(never.log, ev.UnitOrdered))


def test_aid_costs_the_lender_when_its_own_call_comes() -> None:
    """A fire in the east, ten minutes after those in the west: with a standing agreement its engines are away."""
    late = {"name": "late", "kind": "dwelling_fire", "at": "08:20", "place": {"node": "F6"}}
    west = [
        {"name": f"f{n}", "kind": "dwelling_fire", "at": "08:10", "place": {"node": node}}
        for n, node in enumerate(("B2", "B4", "C3", "B3", "C2", "A3", "A5", "C5"))
    ]
    scenario = scenario_of(incidents=[*west, late], duration="2h")
    first = {}
    for arm in ("fragmented+mutual_aid=none", "fragmented+mutual_aid=standing"):
        log = lived(city_of(scenario, arm)).log
        first[arm] = next(entry.t for entry in events(log, ev.UnitOnScene) if entry.event.found == "late")
    assert first["fragmented+mutual_aid=standing"] > first["fragmented+mutual_aid=none"]
