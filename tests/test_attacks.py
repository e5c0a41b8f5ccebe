"""Attacks: what a scenario may say of them, what is forged whatever policies do, and what comes of it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim.actors.leaks import LOOK_S, Leaker, LeakParts
from sim.actors.sensor_tables import sensing
from sim.actors.threats import KINDS, Leak, PlannedAttack, attack_table, terms_of
from sim.comms import messages, pictures, views
from sim.comms.pictures import Picture
from sim.core import events as e
from sim.core.clock import Clock
from sim.core.errors import InputError
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.model import City
from sim.policies.bundles import bundle_names
from sim.policies.security import Authenticated, Open
from sim.scenario import Scenario, scenario_names
from tests.spine import Paper, city_of, events, lived, log_of, plain, scenario_of, the, times
from tests.test_blindfold import blindfold as blindfold

CALLS = {"calls": 20, "claims": {"dwelling_fire": 1, "road_crash": 3}, "severity": "serious"}
REPORTS = {"papers": 4, "claims": {"flash_flood": 1}}
FIRE = {
    "name": "fire",
    "kind": "dwelling_fire",
    "at": "+0s",
    "place": {"node": "D4"},
    "floor": 1,
    "access": "0s",
    "details": {"occupants": 0},
}


LATER = {**FIRE, "at": "+20min"}


def attack(kind: str = "forged_calls", name: str = "attack", **more: Any) -> dict[str, Any]:
    """One attack of half an hour around the middle of the toy town."""
    usual: dict[str, Any] = {"at": "+1min", "until": "+31min", "place": {"node": "D4"}, "radius_m": 2500}
    details = {"forged_calls": CALLS, "forged_reports": REPORTS}.get(kind, {})
    return {"name": name, "kind": kind, **usual, "details": details, **more}


def response_s(log: Log, incident: str) -> int:
    """From the onset of an incident to the first crew that sees it."""
    began = the(log, e.IncidentStarted, incident=incident)
    start = next(entry.t for entry in log if entry.event is began)
    return min(times(log, e.UnitOnScene, found=incident)) - start


# --- what a scenario may say


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"kind": "forged_call"}, r"attacks\[0\] \(attack\).kind is 'forged_call'. .*Did you mean 'forged_calls'\?"),
        ({"details": {**CALLS, "cals": 3}}, r"a key of details is 'cals'. .*Did you mean 'calls'\?"),
        ({"details": {**CALLS, "claims": {"fire": 1}}}, r"details.claims is 'fire'. Known: "),
        ({"details": {**CALLS, "claims": {"crime": 0}}}, r"details.claims.crime: .*greater than 0"),
        ({"details": {**CALLS, "calls": 0}}, r"details.calls: .*greater than or equal to 1.*found 0"),
        ({"details": {"claims": {"crime": 1}}}, r"details.calls: Field required"),
        ({"until": "+30s"}, r"attacks\[0\].until is '\+30s', before '\+1min', when it begins"),
        ({"at": "+2h", "until": "+3h"}, r"attacks\[0\] \(attack\).at is '\+2h'; the run goes from"),
        ({"place": None}, r"attacks\[0\] \(attack\) has no place; give place \(with radius_m\), or district"),
        ({"place": {"node": "D44"}}, r"attacks\[0\] \(attack\).place: place.node is 'D44'"),
        ({"place": None, "district": "Wst"}, r"attacks\[0\] \(attack\).district is 'Wst'. .*Did you mean 'West'\?"),
        ({"district": "West"}, r"has a place and a district; give one of them"),
        ({"radius": 3}, r"a key of attacks\[0\] is 'radius'. .*Did you mean 'radius_m'\?"),
        ({"kind": "forged_reports", "details": {**REPORTS, "to": "watr"}}, r"details.to is 'watr'. .*'water'\?"),
        ({"kind": "forged_reports", "details": {**REPORTS, "sender": "emergncy"}}, r"sender is 'emergncy'. .*'emerg"),
        ({"kind": "tampered_sensors", "details": {"sensor": "smok"}}, r"details.sensor is 'smok'. .*'smoke'\?"),
        ({"kind": "leak", "details": {"about": "slde"}}, r"details.about is 'slde'. .*Did you mean 'slide'\?"),
        ({"kind": "mast_down", "details": {"battery": "-3h"}}, r"details.battery is '-3h'; a duration cannot be neg"),
        ({"kind": "flooded_lines", "details": {"number": "911", "calls_per_min": 3}}, r"details.number: "),
    ],
)
def test_what_is_wrong_with_an_attack_is_said_with_its_place(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        city_of(scenario_of(attacks=[{key: one for key, one in attack(**wrong).items() if one is not None}]))


@pytest.mark.parametrize("sender", ["police", "press", "slope sensor 4", "police 2", "gas", "wire"])
def test_a_forged_paper_may_bear_any_name_that_is_not_a_departments_misspelt(sender: str) -> None:
    city_of(scenario_of(attacks=[attack("forged_reports", details={**REPORTS, "sender": sender})]))


def test_no_type_of_sensor_is_taken_for_a_misspelt_department() -> None:
    for sensor in sensing().sensor:
        terms_of("forged_reports", {**REPORTS, "sender": sensor}, "attack")


def test_two_attacks_cannot_have_one_name_but_an_incident_may_have_it_too() -> None:
    with pytest.raises(InputError, match="two attacks are named 'attack'; names must differ"):
        scenario_of(attacks=[attack(), attack()])
    scenario_of(attacks=[attack()], incidents=[{**FIRE, "name": "attack"}])


def test_a_scenario_that_extends_another_keeps_its_attacks_and_replaces_those_of_the_same_name(tmp_path: Path) -> None:
    base = scenario_of(attacks=[attack(name="a"), attack(name="b")])
    (tmp_path / "base.toml").write_text(base.to_toml(), encoding="utf-8")
    more = 'extends = "base"\n[[attacks]]\nname = "b"\nkind = "leak"\nat = "+5min"\nplace = { node = "D4" }\n'
    (tmp_path / "more.toml").write_text(more + 'details = { about = "crime" }\n', encoding="utf-8")
    assert [(one.name, one.kind) for one in Scenario.load(tmp_path / "more.toml").attacks] == [
        ("a", "forged_calls"),
        ("b", "leak"),
    ]
    assert Scenario.parse(base.plain()) == base


# --- what happens whatever policies do


def forged(log: Log) -> list[tuple[Any, ...]]:
    """What was forged."""
    kinds = (e.AttackStarted, e.AttackEnded, e.MessageForged, e.PaperForged, e.MastFailed, e.MastRestored)
    return [plain(entry, "receiver") for entry in log if isinstance(entry.event, kinds)]


EVERYTHING = [
    attack(),
    attack("forged_reports", "papers"),
    attack("flooded_lines", "flood", details={"number": "110", "calls_per_min": 2}),
    attack("tampered_sensors", "sensors", details={"sensor": "smoke", "mode": "cry"}),
    attack("leak", "leak", details={"about": "flash_flood"}),
    attack("mast_down", "mast", details={"battery": "5min"}, place={"node": "F6"}, radius_m=600),
]


@pytest.mark.parametrize("arm", [*bundle_names(), "linked+security=authenticated+sharing=platform"])
def test_every_arm_meets_the_same_attacks(arm: str) -> None:
    story = scenario_of(incidents=[FIRE], attacks=EVERYTHING)
    log = log_of(story, arm)
    assert forged(log) == forged(log_of(story))
    assert len(events(log, e.AttackStarted)) == len(events(log, e.AttackEnded)) == len(KINDS)


@pytest.mark.usefixtures("blindfold")
@pytest.mark.parametrize(
    "arm", ["fragmented+security=corroborate", "smart", "linked+sharing=platform+security=call_back"]
)
def test_a_city_under_attack_is_lived_through_blindfolded(arm: str) -> None:
    assert len(log_of(scenario_of(incidents=[FIRE], attacks=EVERYTHING), arm)) > 300


def test_one_attack_more_changes_nothing_of_another() -> None:
    one = forged(log_of(scenario_of(attacks=[attack()])))
    two = forged(log_of(scenario_of(attacks=[attack(name="another"), attack()])))
    own = [row for row in two if "'another'" not in str(row)]
    assert [row for row in own if row in one] == one
    assert len(two) == 2 * len(one)


def test_a_city_under_attack_is_saved_and_goes_on_alike(tmp_path: Path) -> None:
    story = scenario_of(incidents=[FIRE], attacks=EVERYTHING, duration="40min", drain="1h")
    arm = "linked+security=corroborate+sharing=platform+redundancy=backup"
    whole = lived(city_of(story, arm)).log.sha256()
    lived(city_of(story, arm), until=700).save(tmp_path / "city")
    assert lived(City.load(tmp_path / "city")).log.sha256() == whole


def test_forged_places_lie_where_the_scenario_says() -> None:
    for where, inside in (
        ({"place": {"node": "C3"}, "radius_m": 1500}, lambda x, y: math.hypot(x - 2000, y - 2000) <= 1500),
        ({"place": None, "district": "West"}, lambda x, y: x <= 3000),
    ):
        given = {key: one for key, one in attack(**where).items() if one is not None}
        told = [one.event for one in events(log_of(scenario_of(attacks=[given])), e.MessageForged)]
        assert len(told) == 20 and all(inside(one.x, one.y) for one in told)
        assert {one.claimed_kind for one in told} == {"dwelling_fire", "road_crash"}


def test_nothing_that_is_said_believed_or_seen_tells_that_it_is_forged() -> None:
    for module in (messages, pictures, views):
        for kind in vars(module).values():
            fields = getattr(kind, "__dataclass_fields__", {})
            assert not [name for name in fields if "forg" in name or "attack" in name or "lying" in name], kind


def test_without_attacks_a_run_is_what_it_was() -> None:
    log = log_of(scenario_of(incidents=[FIRE]))
    assert forged(log) == [] and events(log, e.DoubtEnded) == [] and events(log, e.PaperRejected) == []


# --- forged calls


def cases_of_lies(log: Log) -> set[str]:
    """Cases that a forged call opened."""
    lies = {one.event.call for one in events(log, e.MessageForged)}
    return {one.event.case for one in events(log, e.CaseOpened) if one.event.call in lies}


def acted_on(log: Log) -> set[str]:
    """Cases for which somebody was sent."""
    return {one.event.case for one in events(log, e.UnitOrdered)}


MANY = {"calls": 300, "claims": {"help_request": 1, "disorder": 1}, "severity": "minor", "brazen": 0.3}
LONG = attack(until="+30h", radius_m=4000, details=MANY)


@pytest.mark.parametrize(
    ("arm", "passes"),
    [("open", 1.0), ("call_back", 0.3), ("authenticated", 1 - 0.8 * (1 - 0.3)), ("corroborate", 1.0)],
)
def test_the_share_of_lies_that_get_a_crew_is_that_of_the_brazen_and_of_those_that_nobody_tells(
    arm: str, passes: float
) -> None:
    """Under `authenticated` a share `told` does not fit its line, and of these the brazen stand by it.

    `corroborate` sends one crew in any case, only later: against lone lies it saves no run of what one crew can do.
    """
    log = log_of(scenario_of(attacks=[LONG], duration="31h", drain="3h"), f"fragmented+security={arm}")
    cases = cases_of_lies(log)
    alone = {case for case in cases if not events(log, e.CallJoinedCase, case=case)}
    assert len(alone) > 100
    got = len(alone & acted_on(log)) / len(alone)
    assert abs(got - passes) <= 3 * math.sqrt(passes * (1 - passes) / len(alone)) + 0.02  # a run's end cuts off a few


def test_one_crew_looks_where_three_would_have_been_sent(paper: Paper) -> None:
    """A serious dwelling fire sends two engines; a lone caller gets one, three minutes later."""
    lie = attack(until="+61s", radius_m=10, details={"calls": 1, "claims": {"dwelling_fire": 1}, "number": "119"})
    sent = {}
    for arm in ("open", "corroborate"):
        ordered = events(log_of(scenario_of(attacks=[lie]), f"linked+security={arm}"), e.UnitOrdered)
        first = ordered[0].t
        sent[arm] = first, sorted(one.event.department for one in ordered if one.t <= first + 60)
    assert sent["open"][1] == ["fire", "fire", "police"]
    assert sent["corroborate"] == (sent["open"][0] + 180, ["fire"])


@pytest.mark.parametrize(("lines", "voices", "is_corroborated"), [(1, 2, False), (None, 2, True), (None, 1, False)])
def test_liars_who_ring_from_two_telephones_bear_each_other_out(
    paper: Paper, lines: int | None, voices: int, is_corroborated: bool
) -> None:
    details = {"calls": voices, "claims": {"road_crash": 1}, "voices": voices, "number": "122"}
    lie = attack(until="+10min", radius_m=10, details={**details, **({"lines": lines} if lines else {})})
    ended = the(log_of(scenario_of(attacks=[lie]), "linked+security=corroborate"), e.DoubtEnded)
    assert ended.is_corroborated is is_corroborated


def test_critical_lies_pass_every_check(paper: Paper) -> None:
    """What is critical is never doubted: whoever makes it bad enough gets all crews at once, under any policy."""
    lie = attack(until="+61s", radius_m=10, details={"calls": 1, "claims": {"crime": 1}, "severity": "critical"})
    found = {
        arm: times(log_of(scenario_of(attacks=[lie]), f"fragmented+security={arm}"), e.UnitOrdered, department="police")
        for arm in ("open", "call_back", "corroborate")
    }
    assert found["open"] == found["call_back"] == found["corroborate"] != []


PETTY = {"calls": 20, "claims": {"help_request": 1}, "severity": "minor", "brazen": 0}


def test_liars_keep_the_engines_from_a_fire_unless_they_are_rung_back(paper: Paper) -> None:
    """Twenty locked doors that never were, and then a fire, in a town with four engines.

    None of these liars picks up: `call_back` sends nobody (but where a second one has told the same), and the fire
    waits its own minute. `authenticated` tells four in five, which leaves engines enough, and costs 3 s. `corroborate`
    sends an engine to each door all the same, three minutes later: no help, and all the harm.
    """
    lies = attack(at="+0s", until="+19min", radius_m=4500, details=PETTY)
    calm, under = (scenario_of(incidents=[LATER], attacks=attacks) for attacks in ([], [lies]))
    usual = response_s(log_of(calm, "linked"), "fire")
    late = {
        security: response_s(log_of(under, f"linked+security={security}"), "fire") - usual
        for security in ("open", "call_back", "authenticated", "corroborate")
    }
    assert late["open"] > 1200
    assert late == {**late, "call_back": 60, "authenticated": 3, "corroborate": late["open"] + 180}


# --- flooded lines


def erlang_b(lines: int, load: float) -> float:
    """The share of calls that find all lines taken, load in erlangs (M/G/c/c: whatever the spread of the calls)."""
    blocked = 1.0
    for n in range(1, lines + 1):
        blocked = load * blocked / (n + load * blocked)
    return blocked


@pytest.mark.parametrize(("lines", "per_min"), [(2, 4.0), (5, 14.0), (10, 25.0)])
def test_flooded_lines_turn_callers_away_as_erlang_s_formula_says(paper: Paper, lines: int, per_min: float) -> None:
    """With a call-taker for each line a silent call holds its line for 3 s of ringing and 15 s of asking."""
    flood = attack("flooded_lines", until="+6h", details={"number": "110", "calls_per_min": per_min})
    city = city_of(scenario_of(attacks=[flood], duration="6h", drain="1h"))
    centre = next(one for one in city.call_centres.centres if one.name == "police")
    centre.free_takers = centre.free_lines = lines
    log = lived(city).log
    lost, placed = len(events(log, e.CallLost)), len(events(log, e.CallPlaced))
    expected = erlang_b(lines, per_min / 60 * (3 + 15))
    # neighbouring calls meet the same full lines: a variance of about three times that of independent ones
    assert abs(lost / placed - expected) <= 3 * math.sqrt(3 * expected * (1 - expected) / placed) + 0.01
    assert events(log, e.CaseOpened) == []


def test_a_flood_of_one_number_drowns_a_joint_centre_and_not_the_others_where_they_stand_apart(paper: Paper) -> None:
    """One centre is one thing to attack: a fire is reported late or never there, at once where 119 stands apart."""
    flood = attack("flooded_lines", at="+0s", until="+20min", details={"number": "110", "calls_per_min": 120})
    story = scenario_of(incidents=[FIRE], attacks=[flood])
    apart, joint = (log_of(story, arm) for arm in ("fragmented", "linked"))
    usual = times(log_of(scenario_of(incidents=[FIRE])), e.CaseOpened)
    assert times(apart, e.CaseOpened) == usual != []
    assert not times(joint, e.CaseOpened) or times(joint, e.CaseOpened)[0] > usual[0]


# --- masts


def test_nobody_can_dial_in_the_dark_before_the_mast_has_power_again(paper: Paper) -> None:
    """Noticed at 60 s, tried again every 20 s, four times: with a mast back at 110 s the try at 120 s succeeds."""
    for until, heard in (("+110s", 123), ("+10min", None)):
        mast = attack("mast_down", at="+0s", until=until, radius_m=300, details={"battery": "0s"})
        log = log_of(scenario_of(incidents=[FIRE], attacks=[mast]))
        answered = times(log, e.CallAnswered)
        assert (answered[0] if answered else None) == heard
        assert {one.event.reason for one in events(log, e.CallLost)} == {"no mast in reach"}


def test_a_mast_lasts_as_long_as_its_battery(paper: Paper) -> None:
    story = {"at": "+0s", "until": "+4h", "radius_m": 300}
    long = scenario_of(duration="5h", attacks=[attack("mast_down", **story)])
    assert times(log_of(long), e.MastFailed) == [round(attack_table().mast_down.battery_s.value)]
    short = scenario_of(duration="5h", attacks=[attack("mast_down", **{**story, "until": "+2h"})])
    assert times(log_of(short), e.MastFailed) == times(log_of(short), e.MastRestored) == []


def test_a_crew_in_the_dark_neither_hears_its_order_nor_is_heard(paper: Paper) -> None:
    usual = log_of(scenario_of(incidents=[FIRE]))
    alerted = times(usual, e.UnitAlerted)[0]
    x, y = 0.0, 0.0
    (name,) = {one.event.unit for one in events(usual, e.UnitAlerted)}
    home = the(usual, e.UnitCommissioned, unit=name)
    x, y = home.x, home.y
    node = f"{'ABCDEFG'[round(x / 1000)]}{round(y / 1000) + 1}"
    mast = attack("mast_down", at="+0s", until="+10min", place={"node": node}, radius_m=400, details={"battery": "0s"})
    log = log_of(scenario_of(incidents=[FIRE], attacks=[mast]))
    late = times(log, e.UnitAlerted)[0]
    assert alerted < 600 <= late - 8 < 600 + 30 + 1  # the next time that the order is said after the mast is back
    lost = [one.event.reason for one in events(log, e.MessageLost)]
    assert len(lost) >= 5 and set(lost) == {"no mast in reach"}


def test_a_mast_elsewhere_changes_nothing(paper: Paper) -> None:
    mast = attack("mast_down", at="+0s", until="+1h", place={"node": "G7"}, radius_m=300, details={"battery": "0s"})
    kinds = (e.AttackStarted, e.AttackEnded, e.MastFailed, e.MastRestored)
    log = log_of(scenario_of(incidents=[FIRE], attacks=[mast]))
    usual = [plain(one) for one in log_of(scenario_of(incidents=[FIRE]))]
    assert [plain(one) for one in log if not isinstance(one.event, kinds)] == usual


# --- forged papers


ONE = {"papers": 1, "claims": {"flash_flood": 1}}
PAPERS = attack("forged_reports", "papers", until="+61s", radius_m=10, details=ONE)


def readers(log: Log) -> list[str]:
    """Who was sent a forged paper."""
    roots = {one.id for one in events(log, e.PaperForged)}
    return [one.event.receiver for one in events(log, e.MessageSent) if one.event.because in roots]


def test_a_forged_paper_reaches_one_office_and_on_a_platform_all_that_are_on_the_list() -> None:
    """The list of responsibilities names four departments for a flood; beside them the emergency desks read it."""
    assert readers(log_of(scenario_of(attacks=[PAPERS]))) == ["water district West"]
    apart = readers(log_of(scenario_of(attacks=[PAPERS]), "fragmented+sharing=platform"))
    offices = {f"{name} district West" for name in ("water", "emergency", "housing", "transport")}
    assert len(apart) == 8 and set(apart) == offices | {"police", "fire", "ems", "traffic"}
    joint = readers(log_of(scenario_of(attacks=[PAPERS]), "linked+sharing=platform"))
    assert len(joint) == 4 + 1


def test_a_paper_put_into_one_tray_is_spread_by_those_who_believe_it(paper: Paper) -> None:
    """Forged for one office in either arm: by liaison officers or a platform the others hear of it from a colleague."""
    one = {**PAPERS, "details": {**PAPERS["details"], "to": "water"}}
    others, believers = {"housing", "transport", "joint"}, {}
    for sharing in ("none", "platform"):
        log = log_of(scenario_of(attacks=[one]), f"linked+sharing={sharing}")
        assert readers(log) == ["water district West"]
        believers[sharing] = {one.event.department.split()[0] for one in events(log, e.CaseOpened)}
    assert "water" in believers["none"] and not others & believers["none"]
    assert {"water", *others} <= believers["platform"]


def test_what_a_forged_paper_causes_leads_to_no_incident() -> None:
    log = log_of(scenario_of(attacks=[attack("forged_reports")]), "linked+sharing=platform")
    assert events(log, e.UnitOrdered) and all(entry.incident is None for entry in log)


FLOODS = attack("forged_reports", "floods", at="+0s", until="+25min", radius_m=4500,
                details={"papers": 12, "claims": {"flash_flood": 1}})  # fmt: skip


def test_a_smart_city_that_nothing_protects_does_worse_under_attack_than_a_fragmented_one(paper: Paper) -> None:
    """Twelve floods that never were, on a platform that all desks read, and then a fire.

    Where departments stand apart the papers reach the water bureau, and no engine moves. On the platform all four
    engines of the town are sent to look for water; each searches for a quarter of an hour before it is free again.
    """
    paper.kind("dwelling_fire", dial__shares={"110": 1.0})  # who must be put through, where desks stand apart
    calm, under = scenario_of(incidents=[LATER]), scenario_of(incidents=[LATER], attacks=[FLOODS])
    arms = "fragmented", "smart", "smart_unsecured"
    usual = {arm: response_s(log_of(calm, arm), "fire") for arm in arms}
    found = {arm: response_s(log_of(under, arm), "fire") for arm in arms}
    assert usual["smart_unsecured"] < usual["fragmented"]  # without an attack it is the better city
    assert found["fragmented"] == usual["fragmented"]
    assert found["smart"] == usual["smart"]
    assert found["smart_unsecured"] > found["fragmented"] + 600
    assert usual["smart"] - usual["smart_unsecured"] == 3  # what it costs to look up the line of a caller


@pytest.mark.parametrize(
    ("security", "later"), [("call_back", 60), ("corroborate", 180), ("authenticated", 3), ("open", 0)]
)
def test_each_check_costs_an_honest_caller_its_own_time_when_nobody_attacks(
    paper: Paper, security: str, later: int
) -> None:
    calm = scenario_of(incidents=[FIRE])
    usual = response_s(log_of(calm, "linked"), "fire")
    assert response_s(log_of(calm, f"linked+security={security}"), "fire") - usual == later


# --- sensors and secrets


IOT = "fragmented+sensing=iot.smoke=1"


def tripped(arm: str, seeds: Iterable[int] = range(1, 6), **more: Any) -> list[int]:
    """When smoke sensors spoke, with a fire in the tenth minute, of which some seed's detector learns."""
    fire = {**FIRE, "at": "+10min", "details": {"growth": "fast", "is_contained": False, "rooms": 3}}
    tampered = [attack("tampered_sensors", at="+0s", until="+59min", details=more)] if more else []
    found: list[int] = []
    for seed in seeds:
        found += times(log_of(scenario_of(incidents=[fire], attacks=tampered), arm, seed), e.SensorTripped)
    return found


def test_muted_sensors_see_nothing_and_where_there_are_none_there_is_nothing_to_tamper_with() -> None:
    assert len(tripped(IOT)) >= 3
    assert tripped(IOT, sensor="smoke", mode="mute") == []
    assert tripped("fragmented", sensor="smoke", mode="cry") == []


def test_sensors_that_are_made_to_cry_do_so_within_a_minute() -> None:
    cries = [t for t in tripped(IOT, [1], sensor="smoke", mode="cry") if t < 600]
    assert len(cries) >= 5 and max(cries) <= 60


HELD = {"name": "flood", "kind": "flash_flood", "at": "+0s", "place": {"node": "D4"}, "details": {"inside": 3}}


def leak_of(**details: Any) -> dict[str, Any]:
    return attack("leak", "leak", at="+0s", until="+59min", details={"about": "flash_flood", **details})


def test_a_leak_starts_a_rumour_at_its_time_in_every_arm() -> None:
    story = scenario_of(attacks=[{**leak_of(), "at": "+5min"}])
    for arm in ("fragmented", "smart"):
        log = log_of(story, arm)
        assert times(log, e.IntelligenceLeaked) == [300]
        (started,) = events(log, e.RumourStarted)
        assert started.event.because == events(log, e.IntelligenceLeaked)[0].id


def test_what_nobody_holds_nobody_lets_out() -> None:
    log = log_of(scenario_of(attacks=[leak_of(while_held=True, per_holder_h=100)]))
    assert events(log, e.IntelligenceLeaked) == []


def leaked_s(arm: str, seed: int, per_holder_h: float) -> int | None:
    """When it got out, of a city in which papers about a flood go round for six hours."""
    leak = {**leak_of(while_held=True, per_holder_h=per_holder_h), "until": "+6h"}
    log = log_of(scenario_of(incidents=[HELD], attacks=[leak], duration="6h", drain="10min"), arm, seed)
    found = times(log, e.IntelligenceLeaked)
    return found[0] if found else None


def test_the_more_desks_hold_it_the_sooner_it_is_out() -> None:
    """On a platform more desks hold what must not be known."""
    arms = "linked+sharing=none", "linked+sharing=platform"
    apart, shared = (sum(leaked_s(arm, seed, 1.0) or 6 * 3600 for seed in range(1, 7)) / 6 for arm in arms)
    assert shared < apart


@pytest.mark.parametrize(("holders", "security"), [(1, Open()), (6, Open()), (1, Authenticated(traced=0.75))])
def test_a_secret_is_out_after_the_mean_wait_of_one_holder_over_their_number(holders: int, security: Open) -> None:
    """The first of n exponential waits: 1 / (n p (1 - deterred)); a minute is counted at its start."""
    per_h, count = 2.0, 300
    waits = [leak_among(holders, security, per_h, seed) for seed in range(count)]
    mean_s = 3600 / (holders * per_h * (1 - security.deters))
    assert abs(sum(waits) / count + LOOK_S / 2 - mean_s) <= 3 * mean_s / math.sqrt(count)


def leak_among(holders: int, security: Open, per_h: float, seed: int) -> int:
    """When it got out among so many desks that all hold a case of it from the start."""
    clock, streams = Clock(), Streams(seed)
    log, agenda = Log(clock), clock.agenda("begin")
    root = log.add(e.AttackStarted(attack="leak", attack_kind="leak"))
    desks = {}
    for number in range(holders):
        picture = Picture(f"desk {number}", clock, log)
        case = picture.open_case("paper", (0.0, 0.0), None, root, Dice(streams, 1))
        for belief, value in (("kind", "slide"), ("place", (0.0, 0.0))):
            picture.believe(case, belief, value, because=root, source="paper")
        desks[picture.owner] = SimpleNamespace(picture=picture)
    parts: Any = LeakParts(agenda, log, streams, SimpleNamespace(by_name=desks, centres=[]), security)
    terms = Leak(about="slide", while_held=True, per_holder_h=per_h)
    Leaker(parts).start(PlannedAttack("leak", "leak", 0, 1e9, terms, (0.0, 0.0), (), 500.0), terms, (1,), root)
    while not times(log, e.IntelligenceLeaked):
        clock.wake()
        agenda.work()
        clock.tick()
    return times(log, e.IntelligenceLeaked)[0]


def test_every_kind_of_attack_is_in_a_scenario_that_we_bring() -> None:
    assert {one.kind for name in scenario_names() for one in Scenario.load(name).attacks} == set(KINDS)
