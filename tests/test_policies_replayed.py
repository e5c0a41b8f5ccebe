"""Policies see views and nothing else: every decision of every option is the same when its view is shown again."""

from __future__ import annotations

import pickle
from typing import Any

import pytest

from sim.policies.base import Policy
from sim.policies.bundles import Arm, Policies, change_policy, families
from sim.scenario import Scenario
from tests.spine import log_of, scenario_of
from tests.test_blindfold import Notebook, decisions_of


def a_rich_story() -> Scenario:
    """Two hours in which the toy town meets all that somebody may have to decide about."""
    minutes = iter(range(1, 60))
    nodes = iter(["D4", "E2", "C6", "B3", "F5", "C3", "E6", "B5", "F3", "D2", "C2", "E5", "G3", "A3", "D6", "B1"])

    def one(kind: str, **details: Any) -> dict[str, Any]:
        minute, place = next(minutes), {"node": next(nodes)}
        return {"name": f"{kind} {minute}", "kind": kind, "at": f"+{minute}min", "place": place, "details": details}

    burnt = {"growth": "fast", "is_contained": False, "spreads": True, "rooms": 4, "occupants": 6, "helpless": 3}
    listed = [
        one("dwelling_fire", **burnt),
        one("road_crash", critical=2, serious=2, trapped=2),
        *(one("illness", is_found_late=False) for _ in range(4)),
        one("cardiac_arrest", is_found_late=False),
        one("disorder"),
        one("help_request"),
        one("slide", fails_after="90min", inside=60),
        one("flash_flood", inside=6, rises_after="30min"),
        one("gas_leak"),
        one("shaking_building", inside=200),
    ]
    calls = {"calls": 20, "claims": {"dwelling_fire": 1, "help_request": 3}, "severity": "serious"}
    papers = {"papers": 12, "claims": {"flash_flood": 1}, "sender": "police"}
    area = {"at": "+20min", "until": "+50min", "place": {"node": "D4"}, "radius_m": 3000}
    attacks = [
        {"name": "voices", "kind": "forged_calls", **area, "details": calls},
        {"name": "papers", "kind": "forged_reports", **area, "details": papers},
        {"name": "sensors", "kind": "tampered_sensors", **area, "details": {"sensor": "smoke", "mode": "cry"}},
    ]
    storm = {"name": "storm", "kind": "flash_flood", "at": "+5min", "place": {"node": "F3"}}
    return scenario_of(duration="2h", drain="1h", incidents=listed, attacks=attacks, forecasts=[storm])


OPTIONS = {family.family: [option.name for option in family.options] for family in families()}

OTHERWISE = {
    "dispatch": ["keep_reserve.reserve=2,again_s=60"],
    "reinforce": ["next_level.review_s=60"],
    "responsibility": ["ambiguous.least=1", "ambiguous.waits=1"],
    "security": ["corroborate.wait_s=0"],
    "sensing": [f"iot.smoke=1,slope=1,water_level=1,check={check},fused=true" for check in ("blind", "doubted", "all")],
    "warning": ["signed.least_grade=2", "signed.least_confidence=1"],
}
"""Settings under which an option decides in another way, beside its defaults."""

NEVER_ASKED = {
    ("security", "open"): {"asks_sender", "holds_paper_s", "rejects", "sends_unconfirmed"},  # it checks nothing
    ("security", "corroborate"): {"sends_unconfirmed"},  # it rings nobody back
    ("sensing", "calls_only"): {"heed"},  # there are no sensors
    ("signals", "none"): {"is_for", "opens"},  # there is nobody to set signals
    ("warning", "none"): {"speaks", "signs"},  # there is no channel to the public
}
"""Decisions that cannot occur under an option, and why."""


def lives_with(family: str, choice: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The rich story under one policy that differs from the usual; what that policy decided, after all was replayed."""
    book, arm = Notebook(), Arm(choice, change_policy(Policies(), f"{family}={choice}"))
    with monkeypatch.context() as patch:
        book.follow(patch, Policy)
        log_of(a_rich_story(), arm)
    made = set()
    for page, chosen in book.pages:
        policy, name, views = pickle.loads(page)
        assert getattr(policy, name)(*views) == chosen, f"{name} of {policy!r} saw more than its view"
        made.add((policy, name))
    assert len(book.pages) > 100
    return {name for policy, name in made if policy == getattr(arm.policies, family)}


@pytest.mark.parametrize(("family", "option"), [(family, option) for family in OPTIONS for option in OPTIONS[family]])
def test_every_decision_of_every_option_is_made_and_follows_from_its_view_alone(
    monkeypatch: pytest.MonkeyPatch, family: str, option: str
) -> None:
    kind = type(getattr(change_policy(Policies(), f"{family}={option}"), family))
    expected = decisions_of(kind) - NEVER_ASKED.get((family, option), set())
    assert lives_with(family, option, monkeypatch) == expected


@pytest.mark.parametrize(("family", "choice"), [(family, one) for family, given in OTHERWISE.items() for one in given])
def test_so_it_does_under_other_settings(monkeypatch: pytest.MonkeyPatch, family: str, choice: str) -> None:
    assert lives_with(family, choice, monkeypatch)


def test_families_that_decide_nothing_from_a_view_are_known() -> None:
    """They say the same whatever happens: there is nothing that they could see."""
    kinds = {
        family: [type(getattr(change_policy(Policies(), f"{family}={one}"), family)) for one in options]
        for family, options in OPTIONS.items()
    }
    silent = {family for family, own in kinds.items() if not any(decisions_of(kind) for kind in own)}
    assert silent == {"intake", "redundancy", "sharing", "mutual_aid"}
