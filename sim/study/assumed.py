"""The assumed numbers of tables and policies, with the ranges over which they are varied."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.core.errors import unknown
from sim.core.quantities import Grade
from sim.core.tables import FOLDER
from sim.policies.base import Policy
from sim.policies.bundles import Arm, Policies, validated
from sim.study.plan import Cell

OF_POLICIES = "policies"


@dataclass(frozen=True, slots=True)
class Assumed:
    """One number: where it stands, its value, and how far it might be off."""

    path: str  # 'work.desk.transfer_s', 'policies.responsibility.ambiguous.waits'
    value: float
    low: float
    high: float
    unit: str
    source: str
    is_by_rule: bool = False  # nobody has said how far it might be off: half to twice

    @property
    def ends(self) -> list[float]:
        """The ends of the range at which it does not stand already."""
        return [end for end in dict.fromkeys((self.low, self.high)) if end != self.value]

    @property
    def is_of_a_table(self) -> bool:
        """Whether it stands in a table, and not in a policy."""
        return not self.path.startswith(f"{OF_POLICIES}.")


# --- in tables


def in_tables() -> tuple[list[Assumed], int]:
    """Those that can be varied, and how many cannot: courses of a day, and numbers that are nothing."""
    found: list[Assumed] = []
    rest = 0
    for file in sorted(FOLDER.glob("*.toml")):
        if file.stem == "bundles":  # reasons, not numbers
            continue
        for path, entry in _graded(tomllib.loads(file.read_text(encoding="utf-8")), file.stem):
            if entry["grade"] != Grade.ASSUMED:
                continue
            number = entry.get("median", entry.get("value"))
            if not number and ("low" not in entry or "high" not in entry):
                rest += 1
                continue
            is_by_rule = "low" not in entry or "high" not in entry
            low, high = by_rule(number, entry["unit"]) if is_by_rule else (float(entry["low"]), float(entry["high"]))
            found.append(Assumed(path, float(number), low, high, entry["unit"], entry["source"], is_by_rule))
    return found, rest


def by_rule(number: float, unit: str) -> tuple[float, float]:
    """Half to twice; a whole number stays one and above zero, a share at 1 at most."""
    low, high = number / 2, number * 2
    if isinstance(number, int) and unit != "1":
        return float(max(1, math.ceil(low))), float(high)
    return low, min(high, 1.0) if unit == "1" and number <= 1 else high


def _graded(stored: Mapping[str, Any], path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    if "grade" in stored:
        yield path, stored
        return
    for key, one in stored.items():
        if isinstance(one, dict):
            yield from _graded(one, f"{path}.{key}")


def groups(numbers: Iterable[Assumed]) -> dict[str, list[Assumed]]:
    """By each beginning of a path that two or more of them share, the shorter ones first."""
    by_start: dict[str, list[Assumed]] = {}
    for number in numbers:
        parts = number.path.split(".")
        for size in range(2, len(parts)):
            by_start.setdefault(".".join(parts[:size]), []).append(number)
    shared = {start: members for start, members in by_start.items() if len(members) > 1}
    return dict(sorted(shared.items(), key=lambda pair: pair[0].count(".")))


def check_among(starts: Sequence[str], where: str) -> None:
    """Refuse a beginning with which no assumed number of a table or a policy begins."""
    known = {number.path for number in in_tables()[0]} | {f"{OF_POLICIES}.{name}" for name in Policies.model_fields}
    parts = {".".join(path.split(".")[:size]) for path in known for size in range(1, path.count(".") + 2)}
    for start in starts:
        if not start.startswith(f"{OF_POLICIES}.") and start not in parts:
            raise unknown(f"{where}: an assumed number, or the beginning of some", start, parts)


# --- in policies


def in_policies(arms: Iterable[Arm]) -> list[Assumed]:
    """Settings that are the same in every arm that has them; one in which arms differ is what they are about."""
    kinds: dict[str, list[Policy]] = {}
    for arm in arms:
        for family in Policies.model_fields:
            policy = getattr(arm.policies, family)
            kinds.setdefault(f"{OF_POLICIES}.{family}.{policy.kind}", []).append(policy)
    return [number for path, same in kinds.items() for number in _settings(path, same)]


def _settings(path: str, same: list[Policy]) -> Iterator[Assumed]:
    for name, field in type(same[0]).model_fields.items():
        about: Any = field.json_schema_extra
        values = {getattr(policy, name) for policy in same}
        if isinstance(about, dict) and about.get("grade") == Grade.ASSUMED and "range" in about and len(values) == 1:
            (value,) = values
            low, high = about["range"]
            if isinstance(value, int):
                low, high = math.ceil(low), math.floor(high)
            yield Assumed(f"{path}.{name}", value, min(low, value), max(high, value), about["unit"], about["source"])


# --- varied


def at(arm: Arm, values: Mapping[Assumed, float]) -> Cell:
    """The arm with other values of some numbers; the arm itself where none of them concerns it."""
    in_table = tuple((number.path, value) for number, value in values.items() if number.is_of_a_table)
    fields = arm.policies.model_dump()
    for number, value in values.items():
        if not number.is_of_a_table:
            _, family, kind, setting = number.path.split(".")
            if fields[family]["kind"] == kind:
                fields[family][setting] = value
    policies = validated(fields, "a varied number")
    said = ", ".join(f"{number.path} = {value:g}" for number, value in values.items())
    label = arm.label if policies == arm.policies and not in_table else f"{arm.label} [{said}]"
    return Cell(Arm(label, policies), None, in_table)
