"""Policies of other distributions: an entry point in the group `liandong.policies` makes one as good as our own."""

from __future__ import annotations

from importlib.metadata import EntryPoint, entry_points
from typing import Any, Union, get_args

from pydantic import BaseModel

from sim.core.errors import InputError
from sim.policies.base import Policy

GROUP = "liandong.policies"


def plug_in(policies: type[BaseModel]) -> dict[str, str]:
    """Add every installed one to its family; the distribution and version of each, by 'family=kind'."""
    found = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        policy = _loaded(entry)
        family = _family(policy, policies, entry)
        kind = str(policy.model_fields["kind"].default)
        field: Any = policies.model_fields[family]
        known = get_args(field.annotation)
        if kind in {one.model_fields["kind"].default for one in known}:
            raise InputError(f"{_said(entry)}: there is a policy {family}={kind} already; give it another kind")
        field.annotation = Union[(*known, policy)]
        found[f"{family}={kind}"] = f"{entry.dist.name} {entry.dist.version}" if entry.dist else "unknown"
    if found:
        policies.model_rebuild(force=True)
    return found


def _loaded(entry: EntryPoint) -> type[Policy]:
    try:
        policy = entry.load()
    except Exception as wrong:
        raise InputError(f"{_said(entry)} cannot be loaded: {type(wrong).__name__}: {wrong}") from wrong
    if not (isinstance(policy, type) and issubclass(policy, Policy)):
        raise InputError(f"{_said(entry)} is no policy; a policy is a subclass of sim.policies.base.Policy")
    if "kind" not in policy.model_fields or not isinstance(policy.model_fields["kind"].default, str):
        raise InputError(f'{_said(entry)} has no name; give it a field such as kind: Literal["mine"] = "mine"')
    return policy


def _family(policy: type[Policy], policies: type[BaseModel], entry: EntryPoint) -> str:
    """The family of one of whose policies it is a subclass: then it can be asked whatever they are asked."""
    for family, field in policies.model_fields.items():
        if issubclass(policy, get_args(field.annotation)):
            return family
    raise InputError(
        f"{_said(entry)} belongs to no family; make it a subclass of a policy of {', '.join(policies.model_fields)}"
    )


def _said(entry: EntryPoint) -> str:
    whose = f" of {entry.dist.name} {entry.dist.version}" if entry.dist else ""
    return f"the plug-in {entry.name} ({entry.value}){whose}"
