"""What may be done to a living city: it is what a scenario would have brought; a rule that is switched is in force."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim import live
from sim.core import events as e
from sim.core.errors import InputError
from sim.core.log import Log
from sim.model import City
from sim.policies.bundles import bundles, families, parse_arm
from sim.switching import FIXED, switch, switchable
from sim.viewer.exercise.course import advance
from tests import test_warnings_desks as desks
from tests.exercise_scene import CRASH, FIRE
from tests.spine import Paper, city_of, events, lived, plain, scenario_of, times

NOW = 600
"""When things are done to the city, s."""

MEDICAL = {"name": "ill", "kind": "illness", "at": "+20min", "place": {"node": "F5"}}
SLIDE = {"name": "slope", "kind": "slide", "at": "+11min", "place": {"node": "B6"}}
TOWER = {"name": "tower", "kind": "shaking_building", "at": "+12min", "place": {"node": "D4"}}
FLOOD = {"name": "drain", "kind": "flash_flood", "at": "+14min", "place": {"node": "C3"}}


def at_now(**stored: Any) -> City:
    """A toy town a while later."""
    city = city_of(scenario_of(**{"incidents": [FIRE, CRASH], **stored}))
    advance(city, NOW)
    return city


# --- what is injected is what a scenario would have brought

SAME: list[tuple[str, dict[str, Any], dict[str, Any], Callable[[City, dict[str, Any]], None]]] = [
    ("incidents", MEDICAL | {"at": NOW, "floor": 3}, {"floor": 3} | {k: MEDICAL[k] for k in ("name", "kind", "place")},
     live.begin_incident),
    ("closures", {"at": NOW, "until": NOW + 900, "place": {"node": "D3"}, "radius_m": 700},
     {"place": {"node": "D3"}, "radius_m": 700, "lasts": "15min"}, live.close_roads),
    ("outages", {"channel": "fire radio", "at": NOW, "until": NOW + 300}, {"channel": "fire radio", "lasts": 300},
     lambda city, entry: live.fail_channel(city, **entry)),
    ("attacks", {"name": "hoaxes", "kind": "forged_calls", "at": NOW, "until": NOW + 600, "place": {"node": "C5"},
                 "details": {"calls": 8, "claims": {"dwelling_fire": 1.0}}},
     {"name": "hoaxes", "kind": "forged_calls", "lasts": "10min", "place": {"node": "C5"},
      "details": {"calls": 8, "claims": {"dwelling_fire": 1.0}}}, live.attack),
    ("attacks", {"name": "papers", "kind": "forged_reports", "at": NOW, "until": NOW + 600, "district": "East",
                 "details": {"papers": 4, "claims": {"slide": 1.0}}},
     {"name": "papers", "kind": "forged_reports", "lasts": 600, "district": "East",
      "details": {"papers": 4, "claims": {"slide": 1.0}}}, live.attack),
    ("attacks", {"name": "flood", "kind": "flooded_lines", "at": NOW, "until": NOW + 120,
                 "details": {"number": "119", "calls_per_min": 20}},
     {"name": "flood", "kind": "flooded_lines", "lasts": 120, "details": {"number": "119", "calls_per_min": 20}},
     live.attack),
    ("attacks", {"name": "mast", "kind": "mast_down", "at": NOW, "until": NOW + 900, "place": {"node": "D4"},
                 "details": {"battery": 0}},
     {"name": "mast", "kind": "mast_down", "lasts": 900, "place": {"node": "D4"}, "details": {"battery": 0}},
     live.attack),
    ("forecasts", {"name": "rain", "kind": "flash_flood", "at": NOW, "place": {"node": "E5"}},
     {"name": "rain", "kind": "flash_flood", "place": {"node": "E5"}}, live.forecast),
]  # fmt: skip


@pytest.mark.parametrize(("table", "listed", "entry", "do"), SAME, ids=[f"{one[0]} {n}" for n, one in enumerate(SAME)])
@pytest.mark.parametrize("arm", ["fragmented", "linked"])
def test_what_is_injected_is_what_the_scenario_would_have_brought(
    table: str, listed: dict[str, Any], entry: dict[str, Any], do: Callable[[City, dict[str, Any]], None], arm: str
) -> None:
    own = {"incidents": [FIRE, CRASH]}
    scripted = city_of(scenario_of(**own | {table: [*own.get(table, []), listed]}), arm)
    injected, untouched = city_of(scenario_of(**own), arm), city_of(scenario_of(**own), arm)
    advance(injected, NOW)
    do(injected, entry)
    for city in (scripted, injected, untouched):
        advance(city, 4000)
    assert len(scripted.log) > len(untouched.log)  # something came of it
    assert [plain(one) for one in injected.log] == [plain(one) for one in scripted.log]


def test_an_injected_city_is_saved_and_goes_on(tmp_path: Path) -> None:
    city = at_now()
    live.begin_incident(city, {"name": "ill", "kind": "illness", "place": {"node": "F5"}})
    live.attack(city, {"name": "mast", "kind": "mast_down", "lasts": 900, "place": {"node": "D4"}})
    live.fail_channel(city, "fire radio", 500)
    switch(city, "destination=free_bed")
    live.seat_of(city, "fire").take()
    city.save(tmp_path / "city")
    assert lived(City.load(tmp_path / "city")).log.sha256() == lived(city).log.sha256()


# --- what is refused

REFUSED: list[tuple[Callable[[City], None], str]] = [
    (lambda city: live.begin_incident(city, {"name": "fire", "kind": "illness", "place": "x"}), "named 'fire' already"),
    (lambda city: live.begin_incident(city, {"name": "a", "kind": "ilness", "place": {"node": "D4"}}), "'illness'"),
    (lambda city: live.begin_incident(city, {"name": "a", "kind": "illness", "place": "Atlantis"}), "'Atlantis'"),
    (lambda city: live.begin_incident(city, {"name": "a", "kind": "illness", "place": {"node": "D4"}, "size": 3}),
     "'size'"),
    (lambda city: live.begin_incident(city, {"name": "a", "kind": "dwelling_fire", "place": {"node": "D4"},
                                             "details": {"occupants": -2}}), "occupants"),
    (lambda city: live.begin_incident(city, {"name": "", "kind": "illness", "place": {"node": "D4"}}), "name"),
    (lambda city: live.close_roads(city, {"place": {"node": "D4"}, "radius_m": 1}), "no road"),
    (lambda city: live.close_roads(city, {"place": {"node": "D4"}, "until": 900}), "say how long"),
    (lambda city: live.close_roads(city, {"place": {"node": "D4"}, "lasts": 0}), "at least a second"),
    (lambda city: live.fail_channel(city, "fire radoi"), "Did you mean 'fire radio'"),
    (lambda city: live.restore_channel(city, "fire radio"), "is not out of order"),
    (lambda city: live.attack(city, {"name": "a", "kind": "hacking"}), "'hacking'"),
    (lambda city: live.attack(city, {"name": "a", "kind": "mast_down"}), "has no place"),
    (lambda city: live.forecast(city, {"name": "a", "kind": "rain", "place": {"node": "D4"}}), "'rain'"),
    (lambda city: live.tell(city, "fier", "hello", ""), "Did you mean 'fire'"),
    (lambda city: live.seat_of(city, "navy").take(), "the department is 'navy'"),
    (lambda city: live.seat_of(city, "fire").leave(), "nobody sits"),
    (lambda city: switch(city, "dispatch=telepathy"), "telepathy"),
    (lambda city: switch(city, "dispatch=own_district"), "is own_district already"),
]  # fmt: skip


@pytest.mark.parametrize(("do", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_is_refused_and_nothing_has_changed(do: Callable[[City], None], said: str) -> None:
    city, untouched = at_now(), at_now()
    with pytest.raises(InputError) as caught:
        do(city)
    assert said in str(caught.value)
    for one in (city, untouched):
        advance(one, 2000)
    assert city.log.sha256() == untouched.log.sha256()


def test_a_channel_does_not_fail_when_the_time_for_which_it_should_is_none() -> None:
    city, untouched = city_of(scenario_of(), "fragmented", 1), city_of(scenario_of(), "fragmented", 1)
    for lasts in ("abc", "0.5s", -3):
        with pytest.raises(InputError, match="lasts"):
            live.fail_channel(city, "telephone", lasts)
    for one in (city, untouched):
        advance(one, 120)
    assert city.log.sha256() == untouched.log.sha256()


def test_a_channel_fails_and_works_again() -> None:
    city = at_now()
    live.fail_channel(city, "fire radio")
    advance(city, NOW + 60)
    with pytest.raises(InputError, match="out of order already"):
        live.fail_channel(city, "fire radio")
    live.restore_channel(city, "fire radio")
    advance(city, NOW + 120)
    assert times(city.log, e.ChannelFailed, channel="fire radio") == [NOW]
    assert times(city.log, e.ChannelRestored, channel="fire radio") == [NOW + 60]


def test_words_of_the_instructor_take_a_line_and_are_never_lost(paper: Paper) -> None:
    paper.offices(**{"line__duty telephone__loss": 1.0, "line__duty telephone__airtime_s": 60})
    city = at_now()
    live.tell(city, "water", "the river rises", "a citizen")
    advance(city, NOW + 100)
    sent = events(city.log, e.MessageSent, message_kind="note")[0].event
    assert (sent.sender, sent.receiver, sent.text) == ("a citizen", "water", "the river rises")  # type: ignore[attr-defined]
    assert times(city.log, e.MessageHeard, receiver="water") == [NOW + 60]


# --- policies

TROUBLE = scenario_of(
    incidents=[FIRE, CRASH, MEDICAL, SLIDE, TOWER, FLOOD,
               {"name": "heart", "kind": "cardiac_arrest", "at": "+90s", "place": {"node": "C6"}},
               {"name": "fire 2", "kind": "dwelling_fire", "at": "+13min", "place": {"node": "B2"}}],
    attacks=[{"name": "papers", "kind": "forged_reports", "at": "+10min", "district": "East",
              "details": {"papers": 6, "claims": {"slide": 1.0}}},
             {"name": "hoaxes", "kind": "forged_calls", "at": "+10min", "place": {"node": "C5"},
              "details": {"calls": 6, "claims": {"dwelling_fire": 1.0}}},
             {"name": "leak", "kind": "leak", "at": "+15min", "place": {"node": "B6"},
              "details": {"about": "slide", "while_held": True}}],
    drain="1h",
)  # fmt: skip
"""So much happens that every family of policies has something to decide."""


def told(log: Log) -> list[tuple[Any, ...]]:
    """What happened, without the names of the policies."""
    return [plain(one) for one in log if not isinstance(one.event, e.RunStarted | e.PolicySwitched)]


def choices() -> list[tuple[str, str, str]]:
    """Every option of every family that can be switched, for arms that do not have it already."""
    own = {family.family: [option.name for option in family.options] for family in families()}
    return [
        (arm, family, name)
        for arm in ("fragmented", "linked")
        for family in switchable()
        for name in own[family]
        if getattr(bundles()[arm].policies, family) != getattr(parse_arm(f"{arm}+{family}={name}").policies, family)
    ]


@pytest.mark.parametrize(("arm", "family", "name"), choices())
def test_a_rule_that_is_switched_to_at_the_start_is_one_that_was_always_there(arm: str, family: str, name: str) -> None:
    always, switched = city_of(TROUBLE, f"{arm}+{family}={name}"), city_of(TROUBLE, arm)
    switch(switched, f"{family}={name}")
    assert switched.arm.policies == always.arm.policies
    for city in (always, switched):
        advance(city, 5400)
    assert told(switched.log) == told(always.log)


def test_every_family_can_be_switched_or_says_why_not() -> None:
    assert {*switchable(), *FIXED} == {family.family for family in families()}
    other = {"intake": "joint", "sensing": "iot", "redundancy": "backup"}
    for family, reason in FIXED.items():
        with pytest.raises(InputError, match=reason):
            switch(at_now(), f"{family}={other[family]}")


def test_switched_to_and_fro_it_is_as_if_nothing_had_been_switched() -> None:
    there, back = bundles()["linked"].policies, bundles()["fragmented"].policies
    quiet, restless = city_of(TROUBLE), city_of(TROUBLE)
    for policies in (there, back) * 2:
        for family in switchable():
            if getattr(restless.arm.policies, family) != getattr(policies, family):
                switch(restless, f"{family}={getattr(policies, family).kind}")
    for city in (quiet, restless):
        advance(city, 5400)
    assert told(restless.log) == told(quiet.log)


def test_a_case_that_waits_is_looked_at_again_by_a_new_rule(paper: Paper) -> None:
    """Both fire crews of the east are out; the third fire there waits until crews of the west may come."""
    fires = [{**FIRE, "name": f"fire {n}", "place": {"node": node}} for n, node in enumerate(("F5", "G4", "F3"))]
    city = city_of(scenario_of(incidents=fires), "fragmented+mutual_aid=none")
    advance(city, NOW)
    ordered = len(events(city.log, e.UnitOrdered, department="fire"))
    assert any(one.waiting for one in city.dispatchers.dispatchers.values())
    switch(city, "dispatch=believed_eta")
    advance(city, NOW + 1)
    assert len(events(city.log, e.UnitOrdered, department="fire")) > ordered
    assert times(city.log, e.PolicySwitched) == [NOW]


def test_what_is_under_way_goes_on_when_nobody_may_warn_any_more(paper: Paper) -> None:
    """Ordered to take two slopes: of the first the public is warned, before the rule is switched; of the second not."""
    desks.unseen(paper)
    city = desks.town("by_plan")
    desks.told(city)
    advance(city, 1000)
    switch(city, "warning=none")
    desks.told(city, place=(5000.0, 1000.0))
    lived(city)
    assert len(events(city.log, e.AlertIssued)) == 1
    assert len(events(city.log, e.CaseAccepted, department="housing")) == 2
    (lifted,) = events(city.log, e.AlertLifted)
    assert lifted.event.reason == "no news"  # type: ignore[attr-defined]
