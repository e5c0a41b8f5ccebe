"""What a ladder switches: the families on which two arms differ, and the arms between them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticUndefined

from sim.core.errors import InputError, unknown
from sim.policies.base import Policy
from sim.policies.bundles import Arm, Policies, validated

Coalition = frozenset[str]
"""Families whose reforms are switched on."""


@dataclass(frozen=True, slots=True)
class Reform:
    """One family, from what it is in the one arm to what it is in the other; resources are beyond the first arm's."""

    family: str
    before: str
    after: str
    resources: Mapping[str, float]

    @property
    def text(self) -> str:
        """'intake (separate → joint)'; settings are named only where nothing else differs."""
        kinds = [said.partition(".")[0] for said in (self.before, self.after)]
        before, after = (self.before, self.after) if kinds[0] == kinds[1] else kinds
        return f"{self.family} ({before} → {after})"


def reforms(start: Arm, goal: Arm) -> tuple[Reform, ...]:
    """The families on which the arms differ, in the order of the families; at least one must."""
    found = []
    for family in Policies.model_fields:
        before, after = getattr(start.policies, family), getattr(goal.policies, family)
        if before != after:
            found.append(Reform(family, _said(before), _said(after), _more(before, after)))
    if not found:
        raise InputError(
            f"--from {start.label} and --to {goal.label} agree on every family of policies; there is nothing to switch"
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Span:
    """All arms between two: any set of families from the goal, the others from the start."""

    start: Arm
    goal: Arm
    families: tuple[str, ...]

    @property
    def all(self) -> Coalition:
        """Every reform."""
        return frozenset(self.families)

    def arm(self, chosen: Coalition) -> Arm:
        """The arm with these reforms; its label is text from which it can be made again, if the ends' labels are."""
        if not chosen:
            return self.start
        if chosen == self.all:
            return self.goal
        on = [family for family in self.families if family in chosen]
        off = [family for family in self.families if family not in chosen]
        (near, far), changed = ((self.start, self.goal), on) if len(on) <= len(off) else ((self.goal, self.start), off)
        pieces = [f"{family}={_said(getattr(far.policies, family))}" for family in changed]
        label = "+".join([near.label, *pieces])
        fields = {family: getattr(far.policies, family).model_dump() for family in changed}
        return Arm(label, validated({**near.policies.model_dump(), **fields}, f"the arm {label}"))


def numbers_held(start: Arm, goal: Arm) -> Arm:
    """The goal with its mechanisms, but each number as in the start, or where the start has none as by default."""
    fields = {}
    for family in Policies.model_fields:
        fields[family] = _held(getattr(start.policies, family), getattr(goal.policies, family))
    label = f"{goal.label} (numbers held)"
    held = validated(fields, label)
    return goal if held == goal.policies else Arm(label, held)


def _held(start: Policy, goal: Policy) -> dict[str, Any]:
    fields = goal.model_dump()
    for name, field in type(goal).model_fields.items():
        if not _is_number(getattr(goal, name)):
            continue
        about = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        usual = field.get_default(call_default_factory=True)
        if name in type(start).model_fields:
            fields[name] = getattr(start, name)
        elif "neutral" in about:
            fields[name] = about["neutral"]
        elif usual is not PydanticUndefined:
            fields[name] = usual
    return fields


def _is_number(value: object) -> bool:
    """A number, or a collection of nothing but numbers; a switch is none."""
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple | list):
        return bool(value) and all(_is_number(one) for one in value)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _said(policy: Policy) -> str:
    """The policy as one writes it in an arm: its kind, and what is not by default."""
    kind = str(policy.model_dump()["kind"])
    own = [
        f"{name}={_plain(getattr(policy, name))}"
        for name, field in type(policy).model_fields.items()
        if name != "kind" and getattr(policy, name) != field.get_default(call_default_factory=True)
    ]
    return kind + (f".{','.join(own)}" if own else "")


def _plain(value: object) -> object:
    """A whole number without its point."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def in_order(wanted: str | None, families: tuple[str, ...]) -> tuple[str, ...] | None:
    """The reforms in the order that was asked for, as 'a,b,c'; each exactly once."""
    if wanted is None:
        return None
    named = tuple(name.strip() for name in wanted.split(","))
    for name in named:
        if name not in families:
            raise unknown("--order: a family on which the arms differ", name, families)
    if sorted(named) != sorted(families):
        raise InputError(f"--order is {wanted!r}; name each of {', '.join(families)} exactly once")
    return named


# --- what a reform needs besides


def _more(before: Policy, after: Policy) -> dict[str, float]:
    """Staff and units that the reform needs over and above, whether or not they do its own work only."""
    had, has = _needed(before), _needed(after)
    return {key: share - had.get(key, 0.0) for key, share in has.items() if share > had.get(key, 0.0)}


def _needed(policy: Policy) -> dict[str, float]:
    keys = dict.fromkeys((*policy.resources, *policy.own_staff))
    return {key: policy.resources.get(key, 0.0) + policy.own_staff.get(key, 0.0) for key in keys}
