"""Forms made from the schema: each field of a model as what a page needs to ask for it."""

from __future__ import annotations

import types
from collections.abc import Iterator
from enum import Enum
from functools import cache
from typing import Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.actors.organisation import organisation
from sim.actors.sensor_tables import sensing
from sim.actors.threats import KINDS, PLATFORM
from sim.hazards.tables import hazard_tables, incident_kinds
from sim.policies.base import Policy
from sim.policies.bundles import Policies

Ask = Literal["switch", "whole", "number", "choice", "text"]


class Field(NamedTuple):
    """One field: how it is asked for, what is allowed, and where its default comes from."""

    name: str
    ask: Ask
    default: Any
    choices: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    unit: str = ""
    grade: str = ""
    source: str = ""
    is_optional: bool = False


def fields_of(model: type[BaseModel], but: tuple[str, ...] = ()) -> tuple[Field, ...]:
    """The fields of a model that a form can ask for; those that are models of their own are left out."""
    return tuple(found for found in _fields(model, but) if found is not None)


def _fields(model: type[BaseModel], but: tuple[str, ...]) -> Iterator[Field | None]:
    for name, info in model.model_fields.items():
        if name not in but:
            yield _field(name, info)


def _field(name: str, info: FieldInfo) -> Field | None:
    inner, is_optional = _bare(info.annotation)
    asked = _ask(inner, info)
    if asked is None:
        return None
    ask, choices = asked
    low, high = _bounds(info)
    about = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    default = None if info.is_required() else info.get_default(call_default_factory=True)
    told = {key: str(about.get(key, "")) for key in ("unit", "grade", "source")}
    return Field(name, ask, default, choices, low, high, is_optional=is_optional, **told)


def _bare(annotation: Any) -> tuple[Any, bool]:
    """The type without None, and whether None is allowed."""
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [one for one in get_args(annotation) if one is not type(None)]
        return (parts[0] if len(parts) == 1 else str), len(parts) < len(get_args(annotation))
    return annotation, False


def _ask(inner: Any, info: FieldInfo) -> tuple[Ask, tuple[str, ...]] | None:
    if get_origin(inner) is Literal:
        return "choice", tuple(str(one) for one in get_args(inner))
    if isinstance(inner, type) and issubclass(inner, Enum):
        return "choice", tuple(str(one.value) for one in inner)
    if inner is bool:
        return "switch", ()
    if inner is int:
        return "whole", ()
    if inner is float:  # a duration may be written as '25min'
        is_duration = any(type(one).__name__ == "BeforeValidator" for one in info.metadata)
        return ("text" if is_duration else "number"), ()
    return ("text", ()) if inner is str else None


def _bounds(info: FieldInfo) -> tuple[float | None, float | None]:
    low = high = None
    for one in info.metadata:
        low = next((getattr(one, name) for name in ("ge", "gt") if hasattr(one, name)), low)
        high = next((getattr(one, name) for name in ("le", "lt") if hasattr(one, name)), high)
    return low, high


@cache
def detail_fields(kind: str) -> tuple[Field, ...]:
    """What a scenario may say of an incident of a kind."""
    found = hazard_tables().kinds.get(kind)
    return fields_of(found.physics.details) if found is not None else ()


@cache
def policy_fields(family: str, option: str) -> tuple[Field, ...]:
    """The numbers and switches of a policy."""
    annotation: Any = Policies.model_fields[family].annotation
    for policy in _members(annotation):
        if policy.model_fields["kind"].default == option:
            return fields_of(policy, but=("kind",))
    return ()


def _members(annotation: Any) -> tuple[type[Policy], ...]:
    """The classes of a union of policies, or the one class that there is."""
    inner = get_args(annotation)
    return tuple(inner) if inner else (annotation,)


# --- attacks

BEGUN: dict[str, dict[str, Any]] = {
    "forged_calls": {"calls": 20, "claims": {"dwelling_fire": 1}},
    "flooded_lines": {"number": "110", "calls_per_min": 30},
    "forged_reports": {"papers": 20, "claims": {"flash_flood": 1}},
    "tampered_sensors": {"sensor": "smoke", "mode": "mute"},
    "leak": {"about": "dwelling_fire"},
    "mast_down": {},
}
"""What a new attack of a kind says until somebody says otherwise."""


@cache
def attack_fields(kind: str) -> tuple[Field, ...]:
    """What a scenario may say of an attack of a kind; names that tables know are choices."""
    fields = fields_of(KINDS[kind]) if kind in KINDS else ()
    return tuple(one._replace(ask="choice", choices=_named(one.name)) if _named(one.name) else one for one in fields)


def _named(field: str) -> tuple[str, ...]:
    match field:
        case "sensor":
            return tuple(sensing().sensor)
        case "to":
            return (PLATFORM, *organisation().department)
        case "about":
            return tuple(incident_kinds())
    return ()


def shares_text(shares: Any) -> str:
    """Kinds with their shares, as one types them: 'flash_flood 0.8, gas_leak 0.2'."""
    if not isinstance(shares, dict):
        return "" if shares is None else str(shares)
    return ", ".join(f"{name} {share:g}" if isinstance(share, int | float) else name for name, share in shares.items())


def shares_typed(text: str) -> dict[str, float] | None:
    """What was typed for shares; a kind without a number counts once."""
    found = {}
    for part in text.replace("，", ",").split(","):
        name, _, share = part.strip().rpartition(" ")
        try:
            found[name.strip() or part.strip()] = float(share) if name else 1.0
        except ValueError:
            found[part.strip()] = 1.0
    found.pop("", None)
    return found or None


def parsed(field: Field, text: str) -> Any:
    """What was typed as a value: a number where one is asked for, the text itself where it is none (and is wrong)."""
    bare = text.strip()
    if not bare:
        return None
    if field.ask in ("whole", "number"):
        try:
            number = float(bare.replace(",", ""))
        except ValueError:
            return bare
        return int(number) if field.ask == "whole" and number.is_integer() else number
    return bare
