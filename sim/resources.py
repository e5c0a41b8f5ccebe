"""More staff and units than usual: what policies are given, and what a control is given without them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.actors.organisation import crews
from sim.core.errors import InputError, unknown
from sim.policies.bundles import Policies
from sim.scenario import Scenario


def endowed(scenario: Scenario, more: Mapping[str, float]) -> Scenario:
    """The same scenario with so many more heads at the desks, and more units as shares of the usual."""
    if not more:
        return scenario
    own = scenario.resources
    known = ("call_takers", "fleet", *crews())
    for key in more:
        if key not in known:
            raise unknown("resources of a policy", key, known)
    heads = more.get("call_takers", 0)
    if heads < 0 or heads != int(heads):
        raise InputError(f"resources of a policy: call_takers is {heads:g}; they are heads, a whole number from 0")
    fleet = own.fleet + more.get("fleet", 0.0)
    fleets = {one: own.fleets.get(one, 1.0) + more[one] / fleet for one in crews() if one in more}
    changed: dict[str, Any] = {
        "more_call_takers": own.more_call_takers + int(heads),
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
