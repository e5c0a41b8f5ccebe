"""What a scenario may do to information: kinds of attack with their terms, checked, and the numbers that they share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sim.actors.organisation import organisation
from sim.actors.sensor_tables import sensing
from sim.actors.tables import Table
from sim.core.errors import InputError, nearest, unknown
from sim.core.quantities import Quantity, duration_s
from sim.core.tables import kept, read_table
from sim.core.vocabulary import Number, Severity
from sim.hazards.tables import incident_kinds

PLATFORM = "shared platform"
"""What is written there is read by every desk, where there is one."""

SLIP = 0.8
"""So like a department's is a name that must be it misspelt (difflib's ratio): one letter wrong in five or more.

A sensor or somebody outside may bear any name. None of the sensor types comes near a department, nor does what has a
number, such as `police 2`; of words as short as `wire` one cannot tell.
"""

Place = tuple[float, float]
Claims = Annotated[dict[str, Annotated[float, Field(gt=0)]], Field(min_length=1)]


class Terms(BaseModel):
    """What a scenario says of an attack beside its name, kind, time and place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def check(self, where: str) -> None:
        """Names that no schema knows."""


class ForgedCalls(Terms):
    """People who ring in what never was."""

    calls: int = Field(ge=1, le=100_000)
    claims: Claims  # shares of kinds, in any measure
    severity: Severity = Severity.SERIOUS
    patients: int = Field(default=0, ge=0, le=500)
    voices: int = Field(default=1, ge=1, le=1000)  # calls that tell the same story
    lines: int | None = Field(default=None, ge=1)  # telephones that they ring from; each call from its own if left out
    brazen: float | None = Field(default=None, ge=0, le=1)
    number: Number | None = None  # dialled; as honest callers choose if left out

    def check(self, where: str) -> None:
        _known_kinds(self.claims, f"{where}.claims")


class FloodedLines(Terms):
    """Calls in which nobody speaks: each takes a line, and a call-taker until he gives up."""

    number: Number
    calls_per_min: float = Field(gt=0, le=10_000)
    lines: int = Field(default=50, ge=1)  # telephones that they come from


class ForgedReports(Terms):
    """Papers in the name of an office or a sensor that knows nothing of them."""

    papers: int = Field(ge=1, le=10_000)
    claims: Claims
    paper: Literal["hand-off", "request", "notice", "report", "alarm"] = "hand-off"
    severity: Severity = Severity.SERIOUS
    people: int = Field(default=0, ge=0, le=100_000)
    sender: str = "police"  # a department, or any name such as that of a sensor
    to: str = PLATFORM  # a department whose office is responsible, or the shared platform

    def check(self, where: str) -> None:
        _known_kinds(self.claims, f"{where}.claims")
        known = (PLATFORM, *organisation().department)
        if self.to not in known:
            raise unknown(f"{where}.to", self.to, known)
        self._check_sender(where)

    def _check_sender(self, where: str) -> None:
        """Any name may stand under a paper, but one that is nearly a department's is a slip of the pen."""
        departments = organisation().department
        is_numbered = any(letter.isdigit() for letter in self.sender)
        if self.sender not in departments and not is_numbered and nearest(self.sender, departments, SLIP):
            raise unknown(f"{where}.sender", self.sender, departments)


class TamperedSensors(Terms):
    """Sensors of a type within the radius say nothing, or cry once each."""

    sensor: str
    mode: Literal["mute", "cry"] = "mute"

    def check(self, where: str) -> None:
        if self.sensor not in sensing().sensor:
            raise unknown(f"{where}.sensor", self.sensor, sensing().sensor)


class Leak(Terms):
    """What is known of a matter gets out, and becomes a rumour."""

    about: str  # kind of incident
    while_held: bool = False  # only while desks hold a case of it, each with the rate of X4; else at once
    per_holder_h: float | None = Field(default=None, gt=0, le=100)

    def check(self, where: str) -> None:
        _known_kinds([self.about], f"{where}.about")


class MastDown(Terms):
    """No power within the radius: when the mast's battery is empty, no telephone and no radio works there."""

    battery: str | float | None = None

    def check(self, where: str) -> None:
        if self.battery is not None:
            duration_s(self.battery, f"{where}.battery")


KINDS: dict[str, type[Terms]] = {
    "forged_calls": ForgedCalls,
    "flooded_lines": FloodedLines,
    "forged_reports": ForgedReports,
    "tampered_sensors": TamperedSensors,
    "leak": Leak,
    "mast_down": MastDown,
}
"""Kinds of attack, by the name that scenarios use; the outage of one system is a scenario's [[outages]]."""

PLACELESS = ("flooded_lines",)
"""Kinds that have no place."""


class PlannedAttack(NamedTuple):
    """An attack to come, on a map."""

    name: str
    kind: str
    at_s: float
    until_s: float
    terms: Terms
    place: Place | None  # middle of the area, m
    nodes: tuple[int, ...]  # of the area, where what is forged is said to be
    radius_m: float


def terms_of(kind: str, details: Mapping[str, Any], where: str) -> Terms:
    """The checked terms of a kind of attack; InputError says what is wrong, and where."""
    if kind not in KINDS:
        raise unknown(f"{where}.kind", kind, KINDS)
    model = KINDS[kind]
    for key in details:
        if key not in model.model_fields:
            raise unknown(f"{where}: a key of details", key, model.model_fields)
    try:
        terms = model.model_validate(dict(details))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        spot = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{where}.details.{spot}: {first['msg']} (found {first['input']!r:.80})") from None
    terms.check(f"{where}.details")
    return terms


def _known_kinds(names: Iterable[str], where: str) -> None:
    for name in names:
        if name not in incident_kinds():
            raise unknown(where, name, incident_kinds())


# --- numbers


class CallsTable(Table):
    """Organised liars."""

    brazen: Quantity
    chorus_s: Quantity


class ReportsTable(Table):
    """Forged papers."""

    misfit: Quantity
    sharpness: Quantity
    confidence: Quantity


class MastTable(Table):
    """Masts without power."""

    battery_s: Quantity


class LeakTable(Table):
    """Those who let things out."""

    per_holder_h: Quantity


class AttackTable(Table):
    """All of them."""

    forged_calls: CallsTable
    forged_reports: ReportsTable
    mast_down: MastTable
    leak: LeakTable


@kept
def attack_table() -> AttackTable:
    """What attacks are like where a scenario does not say so."""
    return AttackTable.model_validate(read_table("attacks"))
