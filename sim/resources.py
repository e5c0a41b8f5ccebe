"""More staff and units than usual: what policies are given, and what a control is given without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.actors.organisation import crews
from sim.core.errors import unknown
from sim.policies.bundles import Policies
from sim.scenario import Scenario


def endowed(scenario: Scenario, more: Mapping[str, float]) -> Scenario:
    """The same scenario with that much more staff and that many more units, as shares of the usual."""
    if not more:
        return scenario
    own = scenario.resources
    known = ("call_takers", "fleet", *crews())
    for key in more:
        if key not in known:
            raise unknown("resources of a policy", key, known)
    fleet = own.fleet + more.get("fleet", 0.0)
    fleets = {one: own.fleets.get(one, 1.0) + more[one] / fleet for one in crews() if one in more}
    changed: dict[str, Any] = {
        "call_takers": own.call_takers + more.get("call_takers", 0.0),
        "fleet": fleet,
        "fleets": {**own.fleets, **fleets},  # a department's own factor comes on top of that of all
    }
    return scenario.model_copy(update={"resources": own.model_copy(update=changed)})


def given_to(policies: Policies) -> dict[str, float]:
    """What all policies of an arm are given together."""
    more: dict[str, float] = {}
    for family in Policies.model_fields:
        for key, share in getattr(policies, family).resources.items():
            more[key] = more.get(key, 0.0) + share
    return more
