"""Bundles and arms: all policies of one variant, by name, on the command line and in files."""

from __future__ import annotations

import hashlib
import json
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.core.errors import InputError, unknown
from sim.core.quantities import Grade
from sim.policies.base import Policy
from sim.policies.command import Command, Departmental
from sim.policies.destination import Destination, NearestHospital
from sim.policies.dispatch import Dispatch, OwnDistrict
from sim.policies.intake import Intake, Separate
from sim.policies.mutual_aid import MutualAid, OnApproval
from sim.policies.plugins import plug_in
from sim.policies.queue import FirstCome, Queue
from sim.policies.redundancy import Redundancy, Single
from sim.policies.reinforce import Missing, Reinforce
from sim.policies.reporting import Reporting, Tiered
from sim.policies.responsibility import Ambiguous, Responsibility
from sim.policies.security import Open, Security
from sim.policies.sensing import CallsOnly, Sensing
from sim.policies.sharing import NoSharing, Sharing
from sim.policies.signals import NoCorridor, Signals
from sim.policies.triage import OwnService, Triage
from sim.policies.warning import PublicWarning, Signed

_BUNDLES = Path(__file__).parent.parent / "tables" / "bundles.toml"


class Policies(BaseModel):
    """One policy of each family; the defaults are those of `fragmented`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intake: Intake = Field(default_factory=Separate)
    triage: Triage = Field(default_factory=OwnService)
    dispatch: Dispatch = Field(default_factory=OwnDistrict)
    queue: Queue = Field(default_factory=FirstCome)
    destination: Destination = Field(default_factory=NearestHospital)
    reinforce: Reinforce = Field(default_factory=Missing)
    security: Security = Field(default_factory=Open)
    redundancy: Redundancy = Field(default_factory=Single)
    sensing: Sensing = Field(default_factory=CallsOnly)
    responsibility: Responsibility = Field(default_factory=Ambiguous)
    reporting: Reporting = Field(default_factory=Tiered)
    sharing: Sharing = Field(default_factory=NoSharing)
    mutual_aid: MutualAid = Field(default_factory=OnApproval)
    command: Command = Field(default_factory=Departmental)
    signals: Signals = Field(default_factory=NoCorridor)
    warning: PublicWarning = Field(default_factory=Signed)

    @property
    def digest(self) -> str:
        """sha256 over all settings."""
        return hashlib.sha256(json.dumps(self.model_dump(), sort_keys=True).encode()).hexdigest()


PLUGGED_IN = plug_in(Policies)
"""Policies of other distributions, by 'family=kind': whose they are."""


class Arm(NamedTuple):
    """One variant of an experiment."""

    label: str
    policies: Policies


class Why(BaseModel):
    """Why a bundle sets a family as it does: the defect or remedy, its source, its grade."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    because: str
    source: str
    grade: Grade


class Bundle(BaseModel):
    """A named set of policies, as data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    sentence: str
    policies: Policies
    why: dict[str, Why]


class Option(NamedTuple):
    """One choice within a family."""

    name: str
    sentence: str
    cost: str
    parameters: dict[str, dict[str, Any]]


class Family(NamedTuple):
    """A family of policies and its options."""

    family: str
    options: tuple[Option, ...]


class Difference(NamedTuple):
    """One setting on which two arms differ."""

    family: str
    setting: str
    a: object
    b: object
    unit: str
    grade: str
    source: str


@cache
def bundles() -> dict[str, Bundle]:
    """The bundles by name, in the order of the file."""
    stored = tomllib.loads(_BUNDLES.read_text(encoding="utf-8"))
    return {name: _bundle(name, fields) for name, fields in stored.items()}


def _bundle(name: str, stored: dict[str, Any]) -> Bundle:
    chosen: dict[str, Any] = {}
    why: dict[str, Why] = {}
    for family, entry in stored["policies"].items():
        why[family] = _reason(entry, f"{_BUNDLES}: {name}.policies.{family}")
        chosen[family] = {key: value for key, value in entry.items() if key not in Why.model_fields}
    policies = validated(chosen, f"{_BUNDLES}: {name}")
    return Bundle(name=name, sentence=stored["sentence"], policies=policies, why=why)


def _reason(entry: dict[str, Any], where: str) -> Why:
    """Why a bundle has a policy, as it stands beside it."""
    for key in Why.model_fields:
        if key not in entry:
            raise InputError(f"{where}.{key} is missing")
    if entry["grade"] not in list(Grade):
        raise unknown(f"{where}.grade", str(entry["grade"]), list(Grade))
    return Why.model_validate({key: entry[key] for key in Why.model_fields})


def bundle_names() -> list[str]:
    """The names of the bundles."""
    return list(bundles())


def families() -> list[Family]:
    """Each family with its options, as users may name them."""
    out = []
    for family in Policies.model_fields:
        out.append(Family(family, tuple(_option(policy) for policy in _options(family).values())))
    return out


def parse_arm(text: str, where: str = "arm") -> Arm:
    """An arm of `[label:]BUNDLE[+family=name[.param=value]]…`, or of a TOML file."""
    label, _, rest = text.partition(":") if _has_label(text) else ("", "", text)
    first, *changes = rest.split("+")
    if first.endswith(".toml"):
        policies = _from_file(Path(first))
        label = label or Path(first).stem + "".join(f"+{change}" for change in changes)
    elif first in bundles():
        policies = bundles()[first].policies
    else:
        raise unknown(f"{where}: bundle", first, bundle_names())
    for change in changes:
        policies = change_policy(policies, change, where)
    return Arm(label or rest, policies)


def change_policy(policies: Policies, change: str, where: str = "policy") -> Policies:
    """The same policies with `family=name[.param=value]…` changed."""
    family, equals, choice = change.partition("=")
    if not equals:
        raise InputError(f"{where}: {change!r} is not of the form family=name[.param=value]")
    if family not in Policies.model_fields:
        raise unknown(f"{where}: family", family, Policies.model_fields)
    name, *settings = choice.split(".", 1)
    if name not in _options(family):
        raise unknown(f"{where}: {family}", name, _options(family))
    fields: dict[str, Any] = {"kind": name}
    for setting in settings[0].split(",") if settings else []:
        key, equals, value = setting.partition("=")
        known = [field for field in _options(family)[name].model_fields if field != "kind"]
        if key not in known:
            raise unknown(f"{where}: parameter of {family}={name}", key, known)
        if not equals or not value.strip():
            raise InputError(f"{where}: parameter {key} of {family}={name} has no value; write {key}=…")
        fields[key] = value
    return validated({**policies.model_dump(), family: fields}, where)


def validated(fields: dict[str, Any], where: str) -> Policies:
    """Policies of plain data; InputError says which field is wrong and what is allowed."""
    for family, fields_of in fields.items():
        if family not in Policies.model_fields:
            raise unknown(f"{where}: family", family, Policies.model_fields)
        if not isinstance(fields_of, str | dict):
            raise InputError(f"{where}: policies.{family} is {fields_of!r}; give a name, or a table with a kind")
        kind = fields_of if isinstance(fields_of, str) else fields_of.get("kind", "")
        if str(kind) not in _options(family):
            raise unknown(f"{where}: policies.{family}.kind", str(kind), _options(family))
    plain = {family: {"kind": chosen} if isinstance(chosen, str) else chosen for family, chosen in fields.items()}
    try:
        return Policies.model_validate(plain)
    except ValidationError as wrong:
        first = wrong.errors()[0]
        path = ".".join(str(part) for part in first["loc"] if part not in ("function-after",))
        raise InputError(f"{where}: policies.{path}: {first['msg']} (found {first['input']!r})") from None


def differences(a: Policies, b: Policies) -> list[Difference]:
    """Every setting and number on which two arms differ, with unit, grade and source."""
    rows = []
    for family in Policies.model_fields:
        one, two = getattr(a, family), getattr(b, family)
        for setting in sorted({*type(one).model_fields, *type(two).model_fields}, key=lambda name: name != "kind"):
            left, right = getattr(one, setting, None), getattr(two, setting, None)
            if left != right:
                about = _about(type(two), setting) or _about(type(one), setting)
                grade, source = about.get("grade", ""), about.get("source", "")
                if setting == "kind":
                    grade, source = _why(family, b) or _why(family, a) or ("", "")
                rows.append(Difference(family, setting, left, right, about.get("unit", ""), grade, source))
    return rows


def _why(family: str, policies: Policies) -> tuple[str, str] | None:
    """The reason that the arm's own bundle gives; of an arm that is no bundle, that of one which agrees here."""
    kin = sorted(bundles().values(), key=lambda bundle: bundle.policies != policies)
    for bundle in kin:
        if getattr(bundle.policies, family) == getattr(policies, family) and family in bundle.why:
            reason = bundle.why[family]
            return reason.grade.value, f"{reason.because} [{reason.source}]"
    return None


def _has_label(text: str) -> bool:
    head, colon, tail = text.partition(":")
    return (
        bool(colon)
        and bool(tail)
        and not any(mark in head for mark in "+=./\\")
        and not (len(head) == 1 and tail[0] in "/\\")
    )


def _from_file(path: Path) -> Policies:
    try:
        stored = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as wrong:
        raise InputError(f"{path}: {wrong.strerror or wrong}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise InputError(f"{path}: not a TOML file: {wrong}") from None
    base = stored.pop("extends", "fragmented")
    if str(base) not in bundles():
        raise unknown(f"{path}: extends", str(base), bundle_names())
    chosen = stored.get("policies", stored)
    if not isinstance(chosen, dict):
        raise InputError(f"{path}: policies is {chosen!r}; write it as a table of families")
    return validated({**bundles()[base].policies.model_dump(), **chosen}, str(path))


@cache
def _options(family: str) -> dict[str, type[Policy]]:
    annotation: Any = Policies.model_fields[family].annotation
    union = get_args(annotation)
    return {policy.model_fields["kind"].default: policy for policy in union}


def _option(policy: type[Policy]) -> Option:
    parameters = {
        name: {"default": field.default, **_about(policy, name)}
        for name, field in policy.model_fields.items()
        if name != "kind"
    }
    return Option(policy.model_fields["kind"].default, policy.sentence(), policy.cost, parameters)


def _about(policy: type[Policy], setting: str) -> dict[str, str]:
    field = policy.model_fields.get(setting)
    extra = field.json_schema_extra if field else None
    return {key: str(value) for key, value in extra.items()} if isinstance(extra, dict) else {}
