"""The names by which tables speak of each other, looked at when a table is read: most slips are in these."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, unknown
from sim.core.tables import Stored, checks, read_table
from sim.core.vocabulary import Number
from sim.hazards.tables import incident_kinds

CHANNELS = ("broadcast", "cell broadcast")
"""The channels to the public that policies name."""


@checks("responsibility")
def responsibilities(stored: Stored, path: Path) -> None:
    """Rows are kinds of incidents, and the one for all others; in them stand departments."""
    from sim.actors.organisation import OTHER  # its tables are of a class whose module brings these checks

    departments = _keys(read_table("organisation"), "department")
    _known(f"{path}: kind", stored, [*incident_kinds(), OTHER])
    _all_there(path, stored, [OTHER])
    for kind, duty in stored.items():
        for phase in ("prevention", "response"):
            for name in _keys(duty, phase, "roles"):
                if name not in departments:
                    raise unknown(f"{path}: {kind}.{phase}.roles", name, departments)


@checks("organisation")
def organisations(stored: Stored, path: Path) -> None:
    """Departments, levels and the first desks name tiers; lines name both, and papers; policies name lines."""
    from sim.actors.line_tables import CARRIED, DUTY_TELEPHONE, LIAISON, PLATFORM

    tiers, departments = _keys(stored, "tier"), _keys(stored, "department")
    _known(f"{path}: first", [stored.get("first")], tiers)
    for name, level in _tables(stored, "level"):
        _known(f"{path}: level.{name}.tier", [level.get("tier")], tiers)
    for name, department in _tables(stored, "department"):
        _known(f"{path}: department.{name}.tiers", department.get("tiers", ()), tiers)
        _known(f"{path}: department.{name}.superior", [department.get("superior", name)], departments)
    for name, line in _tables(stored, "line"):
        for end in ("from", "to"):
            _known(f"{path}: line.{name}.{end}", line.get(end, ()), [*tiers, *departments])
        _known(f"{path}: line.{name}.papers", line.get("papers", ()), CARRIED)
    _all_there(path, _keys(stored, "line"), (DUTY_TELEPHONE, LIAISON, PLATFORM), "line.")


@checks("sensors")
def sensors(stored: Stored, path: Path) -> None:
    """Each type of sensor belongs to a department."""
    departments = _keys(read_table("organisation"), "department")
    for name, sensor in _tables(stored, "sensor"):
        _known(f"{path}: sensor.{name}.owner", [sensor.get("owner")], departments)
        _known(f"{path}: sensor.{name}.watches", sensor.get("watches", ()), incident_kinds())
        _known(f"{path}: sensor.{name}.claims", [sensor.get("claims")], incident_kinds())


@checks("warnings")
def warnings(stored: Stored, path: Path) -> None:
    """What the public is told of, and what nobody can explain to it, are kinds of incidents."""
    rumour = stored.get("rumour", {})
    _known(f"{path}: hazard", _keys(stored, "hazard"), incident_kinds())
    _known(f"{path}: rumour.unexplained", rumour.get("unexplained", ()), incident_kinds())
    _known(f"{path}: rumour.dial.shares", _keys(rumour, "dial", "shares"), [one.value for one in Number])
    _all_there(path, _keys(stored, "channel"), CHANNELS, "channel.")


def _keys(stored: Any, *path: str) -> list[str]:
    """The keys of a table within a table; none where there is no such table, which others complain of."""
    for key in path:
        stored = stored.get(key) if isinstance(stored, Mapping) else None
    return list(stored) if isinstance(stored, Mapping) else []


def _tables(stored: Stored, key: str) -> list[tuple[str, Stored]]:
    """The tables in a table, with their names."""
    inner = stored.get(key)
    pairs = inner.items() if isinstance(inner, Mapping) else ()
    return [(name, one) for name, one in pairs if isinstance(one, dict)]


def _known(where: str, names: Any, known: Iterable[str]) -> None:
    """Every name is among those; what is no name at all is for others to complain of."""
    among = list(known)
    for name in names if isinstance(names, Iterable) else ():
        if isinstance(name, str) and name not in among:
            raise unknown(where, name, among)


def _all_there(path: Path, names: Iterable[str], wanted: Iterable[str], where: str = "") -> None:
    """The program itself speaks of some by name: each is there."""
    found = list(names)
    for name in wanted:
        if name not in found:
            raise InputError(f"{path}: {where}{name} is missing. Found: {', '.join(found) or 'none'}.")
