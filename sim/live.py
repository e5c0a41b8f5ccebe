"""What may be done to a city that lives: things happen, things fail, somebody lies, somebody sits down at a desk.

Each function acts at the present second, between two steps, and refuses with InputError before it has changed anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.actors.forgeries import Forger
from sim.actors.seat import Seat, departments
from sim.actors.seat_orders import INSTRUCTOR
from sim.comms.notes import Note, Pigeonhole
from sim.core.errors import InputError, unknown
from sim.core.quantities import duration_s
from sim.fitting import Fitted, fit
from sim.model import City
from sim.scenario import Scenario

Entry = Mapping[str, Any]
"""One entry of a table of a scenario, without its time."""

TABLES = "incidents", "closures", "outages", "attacks", "forecasts"

DAY_S = 86_400.0
"""What has no end given lasts so long: longer than any exercise."""


def begin_incident(city: City, entry: Entry) -> None:
    """Something happens, as an entry of a scenario's [[incidents]] would say it."""
    _check_name(str(entry.get("name", "")), city.incidents.names, "an incident")
    (plan,) = _fitted(city, "incidents", entry).incidents
    city.incidents.add(plan)


def close_roads(city: City, entry: Entry) -> None:
    """Roads cannot be driven: [[closures]]; `lasts` instead of `until`."""
    begin = city.attacks.targets.begin
    (shut,) = _fitted(city, "closures", _spanned(city, entry)).closures
    begin.soon(city.traffic.close, shut.edges)
    assert shut.until_s is not None
    begin.at(shut.until_s, city.traffic.reopen, shut.edges)


def fail_channel(city: City, channel: str, lasts: str | float | None = None) -> None:
    """A channel goes out of order."""
    if channel not in city.switchboard.channels:
        raise unknown("the channel", channel, city.switchboard.channels)
    if not city.switchboard.channels[channel].is_up:
        raise InputError(f"{channel} is out of order already")
    until_s = None if lasts is None else city.t + _seconds(lasts)
    begin = city.attacks.targets.begin
    begin.soon(city.switchboard.fail, channel)
    if until_s is not None:
        begin.at(until_s, mend, city, channel)


def restore_channel(city: City, channel: str) -> None:
    """A channel works again."""
    if channel not in city.switchboard.channels:
        raise unknown("the channel", channel, city.switchboard.channels)
    if city.switchboard.channels[channel].is_up:
        raise InputError(f"{channel} is not out of order")
    city.attacks.targets.begin.soon(mend, city, channel)


def mend(city: City, channel: str) -> None:
    """It works, unless it did so already; who stands ready says so."""
    if not city.switchboard.channels[channel].is_up:
        city.switchboard.restore(channel)
        city.units.tune_in(channel)


def attack(city: City, entry: Entry) -> None:
    """Forged calls or papers, floods of calls, sensors, leaks, masts: [[attacks]]; `lasts` instead of `until`."""
    _check_name(str(entry.get("name", "")), city.attacks.names, "an attack")
    (planned,) = _fitted(city, "attacks", _spanned(city, entry)).attacks
    forger = Forger(city.town, city.population, city.streams, city.script.start_s)
    city.attacks.add(planned, forger)


def forecast(city: City, entry: Entry) -> None:
    """The weather office expects something: [[forecasts]]."""
    _check_name(str(entry.get("name", "")), city.forecasts.names, "a forecast")
    (planned,) = _fitted(city, "forecasts", entry).forecasts
    city.forecasts.add(planned)


def tell(city: City, to: str, words: str, sender: str) -> None:
    """Who leads the exercise has somebody say something to a department; it is delayed, and never lost."""
    known = departments(city.offices)
    if to not in known:
        raise unknown("the receiver of a note", to, known)
    lines = city.offices.parts.lines
    note = Note(sender=sender or INSTRUCTOR, receiver=to, words=words)
    lines.switchboard.send(note, Pigeonhole(), lines.usual, None)


def seat_of(city: City, department: str) -> Seat:
    """The seat of a department, taken or not."""
    return Seat(department, city.offices, city.warnings, city.streams)


def taken(city: City) -> list[str]:
    """Departments at whose desks a person sits."""
    return [name for name in departments(city.offices) if seat_of(city, name).is_taken]


# --- entries of a scenario


def _fitted(city: City, table: str, entry: Entry) -> Fitted:
    """The city's scenario with nothing in its tables but this entry, which begins now, on the city's map."""
    empty: dict[str, Any] = {name: [] for name in TABLES}
    plain = city.script.plain() | empty
    plain |= {"duration": city.t + 2 * DAY_S, "drain": 0.0, table: [{**entry, "at": float(city.t)}]}
    return fit(Scenario.parse(plain, "inject"), city.town)


def _spanned(city: City, entry: Entry) -> dict[str, Any]:
    """The entry with its end as a time since the start."""
    own = dict(entry)
    if "until" in own:
        raise InputError("inject: say how long it lasts; it begins now")
    lasts = own.pop("lasts", None)
    return {**own, "until": city.t + (DAY_S if lasts is None else _seconds(lasts))}


def _seconds(lasts: str | float) -> float:
    seconds = duration_s(lasts, "lasts")
    if seconds < 1.0:
        raise InputError(f"lasts is {lasts!r}; at least a second")
    return seconds


def _check_name(name: str, names: set[str], what: str) -> None:
    if name in names:
        raise InputError(f"{what} is named {name!r} already; names must differ")
