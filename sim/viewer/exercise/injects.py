"""What who leads the exercise may do to the city: incidents, faults, lies, words, policies, seats."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from sim import live, switching
from sim.core.errors import InputError
from sim.model import City
from sim.viewer.exercise.commands import STRICT, CityCommand, Name, Word, Words

Place = Word | dict[str, float | int | str]
"""A name, or one of { lon, lat }, { node }, { subdistrict }."""

Lasts = Annotated[float, Field(ge=1, le=30 * 86_400)] | Annotated[str, Field(max_length=40)] | None
Details = Annotated[dict[str, Any], Field(max_length=40)]


@dataclass(frozen=True, config=STRICT)
class BeginIncident(CityCommand):
    """Something happens."""

    do: ClassVar[str] = "begin_incident"

    name: Name
    kind: Name
    place: Place
    floor: int | None = None
    access: Lasts = None
    details: Details = Field(default_factory=dict)

    def apply(self, city: City, seat: str) -> None:
        live.begin_incident(city, _entry(self, "name", "kind", "place", "floor", "access", "details"))


@dataclass(frozen=True, config=STRICT)
class CloseRoads(CityCommand):
    """Roads around a place cannot be driven, all of them or those of that name."""

    do: ClassVar[str] = "close_roads"

    place: Place
    road: Word = ""
    radius_m: float = 150.0
    lasts: Lasts = None

    def apply(self, city: City, seat: str) -> None:
        live.close_roads(city, _entry(self, "place", "road", "radius_m", "lasts"))


@dataclass(frozen=True, config=STRICT)
class FailChannel(CityCommand):
    """A channel goes out of order."""

    do: ClassVar[str] = "fail_channel"

    channel: Name
    lasts: Lasts = None

    def apply(self, city: City, seat: str) -> None:
        live.fail_channel(city, self.channel, self.lasts)


@dataclass(frozen=True, config=STRICT)
class RestoreChannel(CityCommand):
    """A channel works again."""

    do: ClassVar[str] = "restore_channel"

    channel: Name

    def apply(self, city: City, seat: str) -> None:
        live.restore_channel(city, self.channel)


@dataclass(frozen=True, config=STRICT)
class Attack(CityCommand):
    """Something is done to information: forged calls or papers, flooded lines, sensors, a leak, a mast."""

    do: ClassVar[str] = "attack"

    name: Name
    kind: Name
    place: Place | None = None
    radius_m: float = 1000.0
    district: Word = ""
    lasts: Lasts = None
    details: Details = Field(default_factory=dict)

    def apply(self, city: City, seat: str) -> None:
        live.attack(city, _entry(self, "name", "kind", "place", "radius_m", "district", "lasts", "details"))


@dataclass(frozen=True, config=STRICT)
class Forecast(CityCommand):
    """The weather office expects something, right or wrong."""

    do: ClassVar[str] = "forecast"

    name: Name
    kind: Name
    place: Place
    severity: Name = "serious"
    confidence: float = 0.6

    def apply(self, city: City, seat: str) -> None:
        live.forecast(city, _entry(self, "name", "kind", "place", "severity", "confidence"))


@dataclass(frozen=True, config=STRICT)
class Tell(CityCommand):
    """Somebody says something to a department, in free words."""

    do: ClassVar[str] = "tell"

    to: Name
    words: Words
    sender: Word = ""

    def apply(self, city: City, seat: str) -> None:
        live.tell(city, self.to, self.words, self.sender)


@dataclass(frozen=True, config=STRICT)
class Switch(CityCommand):
    """Something is decided by another rule from now on: family=name[.param=value]."""

    do: ClassVar[str] = "switch"

    change: Annotated[str, Field(min_length=3, max_length=300)]

    def apply(self, city: City, seat: str) -> None:
        switching.switch(city, self.change)


@dataclass(frozen=True, config=STRICT)
class TakeSeat(CityCommand):
    """A person sits down at the desks of a department."""

    do: ClassVar[str] = "take_seat"

    department: Name

    def apply(self, city: City, seat: str) -> None:
        live.seat_of(city, self.department).take()


@dataclass(frozen=True, config=STRICT)
class LeaveSeat(CityCommand):
    """He gets up; the department's own people decide again."""

    do: ClassVar[str] = "leave_seat"

    department: Name

    def apply(self, city: City, seat: str) -> None:
        if seat and seat != self.department:
            raise InputError(f"{seat} may not leave the seat of {self.department}")
        live.seat_of(city, self.department).leave()


def _entry(command: CityCommand, *names: str) -> dict[str, Any]:
    """What is said, as an entry of a scenario."""
    told = {name: getattr(command, name) for name in names}
    return {name: value for name, value in told.items() if value is not None}
