"""Switching a policy while the city lives: decisions follow the new rule from now on, what is under way goes on."""

from __future__ import annotations

from typing import Any

from sim.actors.post import Lines
from sim.comms.channels import ChannelRule
from sim.core.errors import InputError
from sim.core.events import PolicySwitched
from sim.fitting import SIGNAL_CONTROL
from sim.model import City
from sim.policies.bundles import Arm, Policies, change_policy

FIXED = {
    "intake": "call centres, their desks and their pictures were set up for it before the run",
    "sensing": "sensors, and the desks that hear them, were installed before the run",
    "redundancy": "spares were installed before the run",
}
"""Families that cannot be switched, and why."""


def switchable() -> list[str]:
    """Families that can be switched."""
    return [family for family in Policies.model_fields if family not in FIXED]


def switch(city: City, change: str) -> None:
    """From now on `family=name[.param=value]…`; InputError says what cannot be switched, and why."""
    chosen = change_policy(city.arm.policies, change, "switch")
    family = change.partition("=")[0]
    before, after = getattr(city.arm.policies, family), getattr(chosen, family)
    if family in FIXED:
        raise InputError(f"{family} cannot be switched while the city lives: {FIXED[family]}")
    if dict(after.resources) != dict(before.resources):
        raise InputError(f"{family}={after.kind} needs other staff or units, which were not there at the start")
    if before == after:
        raise InputError(f"{family} is {_said(after)} already")
    _ADOPT[family](city, after)
    city.arm = Arm(f"{city.arm.label}+{change}", chosen)
    city.log.add(PolicySwitched(family=family, before=_said(before), after=_said(after)))


def _said(policy: Any) -> str:
    """A policy as one names it."""
    own = {name: value for name, value in policy.model_dump().items() if name != "kind"}
    return f"{policy.kind}" + ("." + ",".join(f"{name}={value}" for name, value in own.items()) if own else "")


# --- one function a family


def _dispatch(city: City, policy: Any) -> None:
    for dispatcher in city.dispatchers.dispatchers.values():
        dispatcher.dispatch_policy = policy
        for case in list(dispatcher.waiting.values()):  # the new rule may have somebody for it
            del dispatcher.waiting[case.id]
            dispatcher.consider_soon(case)


def _queue(city: City, policy: Any) -> None:
    for dispatcher in city.dispatchers.dispatchers.values():
        dispatcher.queue_policy = policy


def _destination(city: City, policy: Any) -> None:
    city.hospitals.adopt(policy)


def _reinforce(city: City, policy: Any) -> None:
    city.command_posts.rules = city.command_posts.rules._replace(policy=policy)


def _command(city: City, policy: Any) -> None:
    """Scenes that are open keep to the rule by which they began."""
    city.command_posts.rules = city.command_posts.rules._replace(command=policy)


def _triage(city: City, policy: Any) -> None:
    for centre in city.call_centres.centres:
        centre.rules = centre.rules._replace(triage=policy)


def _security(city: City, policy: Any) -> None:
    for centre in city.call_centres.centres:
        centre.rules = centre.rules._replace(security=policy)
    city.offices.parts = city.offices.parts._replace(security=policy)
    city.offices.credence.security = policy
    leaker = city.attacks.targets.leaker
    leaker.parts = leaker.parts._replace(security=policy)


def _responsibility(city: City, policy: Any) -> None:
    city.offices.parts = city.offices.parts._replace(responsibility=policy)
    _rule_lines(city, city.offices.parts.lines._replace(is_tracked=policy.is_tracked))


def _reporting(city: City, policy: Any) -> None:
    city.offices.parts = city.offices.parts._replace(reporting=policy)


def _sharing(city: City, policy: Any) -> None:
    city.offices.parts = city.offices.parts._replace(sharing=policy)
    _rule_lines(city, city.offices.parts.lines._replace(has_platform=policy.has_one_format))


def _mutual_aid(city: City, policy: Any) -> None:
    city.offices.parts = city.offices.parts._replace(mutual_aid=policy)
    city.offices.aid.policy = policy


def _signals(city: City, policy: Any) -> None:
    control = next(iter(city.dispatchers.dispatchers.values())).signals
    control.policy, control.channel = policy, None
    operators, set_s = policy.room
    if operators:
        rule = ChannelRule(operators, set_s, delay_s=0.0, loss=0.0)
        control.channel = city.switchboard.open(SIGNAL_CONTROL, rule)
        control.channel.rule = rule


def _warning(city: City, policy: Any) -> None:
    city.warnings.adopt(policy)


def _rule_lines(city: City, lines: Lines) -> None:
    """Papers of all desks go by these rules from now on."""
    offices = city.offices
    offices.parts = offices.parts._replace(lines=lines)
    posts = [one.post for one in offices.by_name.values()] + list(offices.posts.values())
    for post in posts:
        post.lines = lines


_ADOPT = {
    "triage": _triage,
    "dispatch": _dispatch,
    "queue": _queue,
    "destination": _destination,
    "reinforce": _reinforce,
    "security": _security,
    "responsibility": _responsibility,
    "reporting": _reporting,
    "sharing": _sharing,
    "mutual_aid": _mutual_aid,
    "command": _command,
    "signals": _signals,
    "warning": _warning,
}
