"""Arms while they are being put together: a bundle to begin with, and what was changed of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from sim.core.errors import InputError, unknown
from sim.policies.base import Policy
from sim.policies.bundles import Arm, Option, Policies, bundles, families, validated
from sim.study.comparing import distinct
from sim.viewer.planning.draft import Mistake

MOST_LETTERS = 60


class ArmDraft(NamedTuple):
    """One city: where it began, what it is called (by itself if empty), what is set."""

    base: str
    policies: Policies
    name: str = ""

    @property
    def changed(self) -> tuple[str, ...]:
        """Families that are not as in the bundle."""
        origin = bundles()[self.base].policies
        return tuple(one for one in Policies.model_fields if getattr(origin, one) != getattr(self.policies, one))

    @property
    def label(self) -> str:
        """What it is called in results."""
        if self.name:
            return self.name
        changes = [_told(one, getattr(self.policies, one), self.base) for one in self.changed]
        return "+".join([self.base, *changes]) if len(changes) <= 2 else f"{self.base}*"

def _told(family: str, policy: Policy, base: str) -> str:
    """'intake=joint.classify_s=10': the option, and each number of it that is not as it would come."""
    own = policy.model_dump()
    usual = getattr(choose(begin(base), family, own["kind"]).policies, family).model_dump()
    numbers = (f"{name}={value}" for name, value in own.items() if value != usual[name])
    return ".".join([f"{family}={own['kind']}", *numbers])


def arms_of(drafts: Sequence[ArmDraft]) -> tuple[Arm, ...]:
    """As a study takes them: those that are called the same get a number, for results go by name."""
    labels = distinct([one.label for one in drafts])
    return tuple(Arm(label, one.policies) for label, one in zip(labels, drafts, strict=True))


def begin(bundle: str) -> ArmDraft:
    """An arm as a bundle has it."""
    if bundle not in bundles():
        raise unknown("the bundle", bundle, bundles())
    return ArmDraft(bundle, bundles()[bundle].policies)


def named(arm: ArmDraft, name: str) -> ArmDraft:
    """The same under another name; control characters are left out."""
    return arm._replace(name="".join(one for one in name.strip() if one.isprintable())[:MOST_LETTERS])


def choose(arm: ArmDraft, family: str, option: str) -> ArmDraft:
    """Another option of a family: with the bundle's numbers if it is the bundle's, else with its defaults."""
    origin = getattr(bundles()[arm.base].policies, family)
    chosen = origin.model_dump() if origin.kind == option else {"kind": option}
    return arm._replace(policies=validated({**arm.policies.model_dump(), family: chosen}, "policies"))


def change(arm: ArmDraft, family: str, setting: str, value: Any) -> tuple[ArmDraft, Mistake | None]:
    """Another number; the old one stays, and a mistake is told, if it is not allowed."""
    fields = getattr(arm.policies, family).model_dump() | {setting: value}
    try:
        policies = Policies.model_validate({**arm.policies.model_dump(), family: fields})
    except ValidationError as wrong:
        first = wrong.errors()[0]
        told = {key: one for key, one in first.get("ctx", {}).items() if key != "error"}
        values = {**told, "found": f"{first.get('input')!r:.60}"}
        return arm, Mistake((family, setting), first["type"], values, first["msg"])
    except InputError as wrong:
        return arm, Mistake((family, setting), "", {}, str(wrong))
    return arm._replace(policies=policies), None


def options(family: str) -> tuple[Option, ...]:
    """The options of a family."""
    return next(one.options for one in families() if one.family == family)
