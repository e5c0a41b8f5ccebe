"""Commands: everything that anybody does in an exercise, as frozen values that are checked where they come in."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from sim.core.errors import InputError, unknown
from sim.model import City

STRICT = ConfigDict(extra="forbid", str_strip_whitespace=True)

PLAIN = r"^[^\x00-\x1f\x7f]*$"
"""One line, nothing that a terminal would obey."""

Name = Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN)]
Word = Annotated[str, Field(max_length=120, pattern=PLAIN)]
Words = Annotated[str, Field(min_length=1, max_length=2000, pattern=r"^[^\x00-\x08\x0b-\x1f\x7f]*$")]
Seconds = Annotated[int, Field(ge=0, le=30 * 86_400)]


@dataclass(frozen=True, config=STRICT)
class Command:
    """Something that somebody does."""

    do: ClassVar[str] = ""


@dataclass(frozen=True, config=STRICT)
class CityCommand(Command):
    """A command that changes the city: it is replayed when its time comes again."""

    def apply(self, city: City, seat: str) -> None:
        """Do it now, at a seat or as who leads the exercise; InputError when that may not be."""
        raise NotImplementedError


@dataclass(frozen=True, config=STRICT)
class SeatOrder(CityCommand):
    """A decision of the person who sits at a department's desks; nobody else may take it for him."""


@dataclass(frozen=True, config=STRICT)
class Control(Command):
    """A command that moves the exercise through time, or writes something beside it; the city does not know of it."""


@cache
def commands() -> dict[str, type[Command]]:
    """Every kind of command by its word."""
    from sim.viewer.exercise import controls, injects, orders

    assert controls and injects and orders, "they are imported for the commands that they define"
    return {kind.do: kind for kind in _kinds(Command) if kind.do}


def _kinds(kind: type[Command]) -> list[type[Command]]:
    return [kind, *(one for other in kind.__subclasses__() for one in _kinds(other))]


def command_of(do: str, given: Mapping[str, Any]) -> Command:
    """A command of plain data, checked; InputError says what is wrong with it."""
    if do not in commands():
        raise unknown("the command", str(do)[:80], commands())
    kind = commands()[do]
    known = [field.name for field in dataclasses.fields(kind)]
    for key in given:
        if key not in known:
            raise unknown(f"{do}: a key", str(key)[:80], known)
    try:
        made: Command = _adapter(do).validate_python(dict(given))
    except ValidationError as wrong:
        first = wrong.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{do}: {where or 'it'}: {first['msg']} (found {first['input']!r:.80})") from None
    return made


def person(name: str) -> str:
    """The name of somebody who gives commands, as it is put on record; checked."""
    if not name.strip():
        raise InputError("say who takes the seat")
    try:
        found: str = _PERSON.validate_python(name)
    except ValidationError as wrong:
        raise InputError(f"the name {name!r:.80} cannot be taken: {wrong.errors()[0]['msg']}") from None
    return found


_PERSON: TypeAdapter[str] = TypeAdapter(Name, config=ConfigDict(str_strip_whitespace=True))


@cache
def _adapter(do: str) -> TypeAdapter[Any]:
    return TypeAdapter(commands()[do])


def plain(command: Command) -> dict[str, Any]:
    """What a command says, as plain data, without what is left at its default."""
    told = {}
    for field in dataclasses.fields(command):
        value = getattr(command, field.name)
        default = field.default_factory() if callable(field.default_factory) else field.default
        if value != default:
            told[field.name] = value
    return told
