"""The tables of kinds, background and patients, read strictly from sim/tables."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from numpy.random import Generator
from pydantic import Field, TypeAdapter, ValidationError, field_validator

from sim.core.errors import InputError, unknown
from sim.core.quantities import Quantity
from sim.core.tables import FOLDER, kept, read_table
from sim.core.vocabulary import Number
from sim.hazards.evidence import Hourly, Lognormal, Plan, Shares, Strict, names_only
from sim.hazards.physics import Physics
from sim.hazards.reference import ReferenceTable
from sim.hazards.survival import Condition

_NUMBERS = {number.value for number in Number}
_T = TypeVar("_T")


class Place(Strict):
    """From the kerb to the patient or the fire: gate, then stairs or a lift."""

    floor: Lognormal
    gate_s: Lognormal
    stairs_s: Quantity  # a floor
    lift_from: Quantity  # lowest floor that one goes to by lift
    lift_wait_s: Lognormal
    lift_s: Quantity  # a floor

    def draw(self, rng: Generator) -> tuple[int, float]:
        """Floor (1 = at street level) and access time, s; takes three draws."""
        floor = round(self.floor.draw(rng))
        gate, wait = self.gate_s.draw(rng), self.lift_wait_s.draw(rng)
        if floor >= self.lift_from.value:
            return floor, gate + wait + self.lift_s.value * floor
        return floor, gate + self.stairs_s.value * max(0, floor - 1)


class KindTable(Strict):
    """Everything about one kind of incident."""

    title: str
    title_zh: str
    where: Literal["home", "present", "road"]
    per_day: Quantity  # in a city of `background.people`
    hourly: Hourly
    notice_s: Lognormal  # from the start until who is involved dials
    unnoticed: Quantity  # share that nobody is there to notice at once …
    found_late_s: Lognormal  # … and after how long those are found
    sight_m: Quantity
    notice_per_person_s: Quantity  # people awake in sight who notice and would dial, per person and second
    passing_per_s: Quantity  # people who pass by and would dial, per second at the mean hour
    dial: Shares  # which number is dialled
    believed_as: Shares  # what callers take it for
    error_involved_m: Lognormal  # how far off the place is that a caller gives
    error_passer_m: Lognormal
    plan: Plan
    physics: Physics

    @field_validator("dial")
    @classmethod
    def _known_numbers(cls, dial: Shares) -> Shares:
        return names_only(dial, _NUMBERS, "dial")


class CallTable(Strict):
    """Calls with no incident behind them."""

    per_day: Quantity
    hourly: Hourly
    dial: Shares
    claims: dict[str, Shares] = Field(default_factory=dict)  # by number: the kinds that a hoax claims

    @field_validator("dial")
    @classmethod
    def _known_numbers(cls, dial: Shares) -> Shares:
        return names_only(dial, _NUMBERS, "dial")


class Background(Strict):
    """The ordinary load of a city, and what all kinds share."""

    people: Quantity  # for whom the rates hold
    awake: Hourly  # share of people awake, by hour
    place: dict[Literal["home", "present", "road"], Place]
    enquiry: CallTable
    hoax: CallTable
    loads: dict[str, Quantity]  # what the rates are fitted to; targets, not inputs


class Cpr(Strict):
    """By-standers at a cardiac arrest."""

    unasked: Quantity  # share of witnessed arrests where somebody starts by himself
    coached: Quantity  # share of the others who start when a call-taker tells them how


class Patients(Strict):
    """What ails people, by-stander CPR, and the reference response."""

    condition: dict[str, Condition]
    cpr: Cpr
    reference: ReferenceTable


@dataclass(frozen=True, eq=False)
class Tables:
    """All tables of hazards."""

    kinds: Mapping[str, KindTable]
    background: Background
    patients: Patients

    @property
    def conditions(self) -> Mapping[str, Condition]:
        """What ails people, by name."""
        return self.patients.condition


@kept
def hazard_tables() -> Tables:
    """The tables that come with the program (read once)."""
    return read_tables(FOLDER)


def incident_kinds() -> dict[str, KindTable]:
    """Kinds of incidents by name."""
    return dict(hazard_tables().kinds)


def read_tables(folder: Path) -> Tables:
    """Tables of a folder; one clear error for what is wrong in them, also between them."""
    kinds = _read_kinds(folder / "incidents.toml")
    background = _checked(folder / "background.toml", Background.model_validate)
    patients = _checked(folder / "patients.toml", Patients.model_validate)
    for name, kind in kinds.items():
        _known(folder / "incidents.toml", f"{name}.believed_as", kind.believed_as.shares, kinds)
        if kind.physics.name == "medical":
            _known(folder / "incidents.toml", f"{name}.physics", kind.physics.severity, patients.condition)
    for number, shares in background.hoax.claims.items():
        _known(folder / "background.toml", f"hoax.claims.{number}", shares.shares, kinds)
    return Tables(kinds, background, patients)


def _read_kinds(path: Path) -> dict[str, KindTable]:
    return _checked(path, TypeAdapter(dict[str, KindTable]).validate_python)


def _checked(path: Path, validate: Callable[[Any], _T]) -> _T:
    try:
        return validate(read_table(path.stem, path.parent))
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: not a readable TOML file: {error}") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}: {where}: {first['msg']}; found {first['input']!r}") from None


def _known(path: Path, where: str, names: Mapping[str, Any], known: Mapping[str, Any]) -> None:
    for name in names:
        if name not in known:
            raise unknown(f"{path}: {where}", name, known)
