"""The whole model on a map, with chance taken out of its tables where a test wants to know every second beforehand."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, TypeVar
from zlib import crc32

import pytest
from pydantic import BaseModel

from sim.actors.organisation import Duties, Duty, Organisation, duties, organisation
from sim.actors.tables import ServiceTable, WorkTable, services, work
from sim.build import Ground, build, lay_ground
from sim.city.embedded import load_embedded
from sim.core.events import Event
from sim.core.log import Entry, Log
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Service
from sim.hazards.evidence import Lognormal
from sim.hazards.tables import Tables, hazard_tables
from sim.model import City
from sim.policies.bundles import Arm, parse_arm
from sim.running import finish, live, without_collector
from sim.scenario import Scenario

M = TypeVar("M", bound=BaseModel)

BLOCK_S = 100
"""One block of the toy town: 1,000 m at 10 m/s."""


@cache
def ground_of(name: str, scale: float) -> Ground:
    """A map with its people, laid once for all tests of this process."""
    return lay_ground(load_embedded(name), scale)


def scenario_of(**stored: Any) -> Scenario:
    """A scenario of plain data; an hour from 08:00 on the toy map unless something else is said."""
    usual = {"name": "story", "map": "toy", "start": "08:00", "warmup": "0s", "duration": "1h", "drain": "3h"}
    return Scenario.parse({**usual, **stored})


def busy_hour(**stored: Any) -> Scenario:
    """The ordinary calls of Shenzhen between eight and nine, with half an hour to finish what has begun."""
    usual = {"name": "busy-hour", "map": "shenzhen", "start": "08:00", "warmup": "0s", "duration": "1h"}
    return Scenario.parse({**usual, "drain": "30min", **stored})


def city_of(scenario: Scenario, arm: str | Arm = "fragmented", seed: int = 1, scale: float = 100.0) -> City:
    """A city at its first second; on the toy map everybody has a row of his own."""
    ground = ground_of(scenario.town, 1.0 if scenario.town == "toy" else scale)
    return build(scenario, ground, parse_arm(arm) if isinstance(arm, str) else arm, seed)


def lived(city: City, until: int | None = None) -> City:
    """The same city some time later; at the end of its run if no time is given."""
    with without_collector():
        live(city, city.last_s if until is None else until)
        if until is None:
            finish(city)
    return city


def log_of(scenario: Scenario, arm: str | Arm = "fragmented", seed: int = 1) -> Log:
    """The log of a whole run."""
    return lived(city_of(scenario, arm, seed)).log


# --- reading a log


def events(log: Log, kind: type[Event], **fields: Any) -> list[Entry]:
    """Entries of one kind whose events have these values."""
    entries = (entry for entry in log if isinstance(entry.event, kind))
    return [one for one in entries if all(getattr(one.event, name) == value for name, value in fields.items())]


def times(log: Log, kind: type[Event], **fields: Any) -> list[int]:
    """When such events happened, s."""
    return [entry.t for entry in events(log, kind, **fields)]


def the(log: Log, kind: type[Event], **fields: Any) -> Any:
    """The only event of that kind, or a failure that shows how many there are."""
    found = events(log, kind, **fields)
    assert len(found) == 1, f"{len(found)} {kind.__name__} with {fields}, not one"
    return found[0].event


def plain(entry: Entry, *without: str) -> tuple[Any, ...]:
    """An entry as values that can be compared between runs: without numbers of events, calls and messages."""
    left_out = {"because", "waited_for", "call", "message", *without}
    event = entry.event
    fields = [(name, repr(getattr(event, name))) for name in _names(type(event)) if name not in left_out]
    return entry.t, type(event).__name__, *fields


@cache
def _names(kind: type[Event]) -> tuple[str, ...]:
    return tuple(kind.__dataclass_fields__)


# --- chance taken out of the tables


def still(table: M) -> M:
    """The same table in which every lognormal is its median."""
    if isinstance(table, Lognormal):
        return table.model_copy(update={"sigma": 0.0})
    return table.model_copy(update={name: _still(getattr(table, name)) for name in type(table).model_fields})


def _still(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return still(value)
    if isinstance(value, dict):
        return {name: _still(one) for name, one in value.items()}
    return value


def changed(table: M, changes: Mapping[str, Any]) -> M:
    """The same table with other values, by paths such as 'desk.talk_sigma.value'."""
    for path, value in changes.items():
        table = _changed(table, path.split("."), value)
    return table


def _changed(table: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    first, *rest = path
    if isinstance(table, dict):
        assert first in table, f"{first} is not among {list(table)}"
        return {**table, first: _changed(table[first], rest, value)}
    assert first in type(table).model_fields, f"{type(table).__name__} has no {first}"
    return table.model_copy(update={first: _changed(getattr(table, first), rest, value)})


CERTAIN = {
    "caller.patience_mean_s": 1e9,
    "caller.severity_error": 0.0,
    "desk.ring_back_success": 1.0,
    "desk.transfer_drop": 0.0,
    "hospital.walk_in_share": 0.0,
    "radio.loss": 0.0,
    "scene.count_sigma": 0.0,
    "status.loss": 0.0,
}
"""Nobody errs, nothing is lost, everybody waits."""

ROUND = {
    "desk": {"pick_up_s": 3, "talk_median_s": 45, "wrong_desk_share": 0.4, "chaser_share": 0.4, "transfer_s": 15,
             "ring_back_s": 60, "join_radius_m": 500, "join_window_s": 3600},
    "caller": {"redial_s": 20, "redials": 4, "again_median_s": 900, "correction": 0.25},
    "radio": {"airtime_s": 8, "repeat_after_s": 30},
    "status": {"airtime_s": 1},
    "road": {"turnout_on_road_s": 5, "sight_m": 100, "search_speed_ms": 5, "search_limit_s": 900},
    "scene": {"size_up_s": 60},
    "hospital": {"hand_over_s": 600, "beds_per_bay": 40},
}  # fmt: skip
"""Durations as the stories have them, whatever the program's own tables come to say."""

TURNOUT_S = {Service.FIRE: 60.0, Service.EMS: 150.0, Service.POLICE: 60.0, Service.TRAFFIC: 60.0}

OWN_NUMBER = {
    "dwelling_fire": "119",
    "help_request": "119",
    "road_crash": "122",
    "cardiac_arrest": "120",
    "illness": "120",
    "crime": "110",
    "disorder": "110",
}


def _numbers(table: WorkTable) -> list[str]:
    """The paths of all numbers in it."""
    return [f"{part}.{name}" for part in type(table).model_fields for name in type(getattr(table, part)).model_fields]


class Paper:
    """The tables of a world in which every second can be worked out on paper; a test changes what it is about."""

    def __init__(self) -> None:
        given = {f"{part}.{name}": value for part, values in ROUND.items() for name, value in values.items()}
        spreads = dict.fromkeys((name for name in _numbers(work()) if name.endswith("_sigma")), 0.0)
        values = {**spreads, **CERTAIN, **given}
        self.work: WorkTable = changed(work(), {f"{name}.value": value for name, value in values.items()})
        self.services: dict[Service, ServiceTable] = {
            name: changed(table, {"turnout_sigma.value": 0.0, "turnout_median_s.value": TURNOUT_S[name]})
            for name, table in services().items()
        }
        sigmas = {"desk.read_sigma.value": 0.0, "desk.check_sigma.value": 0.0}
        lossless = {f"line.{name}.loss.value": 0.0 for name in organisation().line}
        crews = {
            f"department.{name}.crews.turnout_sigma.value": 0.0
            for name, table in organisation().department.items()
            if table.crews
        }
        self.organisation: Organisation = changed(still(organisation()), sigmas | lossless | crews)
        self.duties: Duties = duties()
        tables = hazard_tables()
        kinds = {name: still(kind) for name, kind in tables.kinds.items()}
        patients = still(tables.patients)
        self.tables: Tables = replace(tables, kinds=kinds, background=still(tables.background), patients=patients)
        for kind, number in OWN_NUMBER.items():
            self.kind(kind, notice_s__median=60.0, unnoticed__value=0.0, error_involved_m__most=0.0)
            self.kind(kind, notice_per_person_s__value=0.0, passing_per_s__value=0.0)
            self.kind(kind, dial__shares={number: 1.0}, believed_as__shares={kind: 1.0})

    def works(self, **changes: Any) -> None:
        """Change how people work: `desk__transfer_drop=1.0`."""
        self.work = changed(self.work, {name.replace("__", ".") + ".value": v for name, v in changes.items()})

    def offices(self, **changes: Any) -> None:
        """Change how offices work: `desk__read_s=60`, `line__duty telephone__loss=1.0`."""
        paths = {name.replace("__", ".") + ".value": v for name, v in changes.items()}
        self.organisation = changed(self.organisation, paths)

    def answers(self, kind: str, ambiguity: float, roles: dict[str, str]) -> None:
        """Who answers for a kind, before it comes and after."""
        row = {"ambiguity": dict(value=ambiguity, unit="1", grade="assumed", source="test"), "roles": roles}
        duty = Duty.model_validate({"response_from": "critical", "prevention": row, "response": row})
        self.duties = Duties({**self.duties.rows, kind: duty})

    def kind(self, kind: str, **changes: Any) -> None:
        """Change a kind of incident: `dial__shares={"110": 1.0}`."""
        table = changed(self.tables.kinds[kind], {name.replace("__", "."): v for name, v in changes.items()})
        self.tables = replace(self.tables, kinds={**self.tables.kinds, kind: table})

    def ails(self, condition: str, **changes: Any) -> None:
        """Change what ails people: `serious__transport__value=1.0`."""
        paths = {f"condition.{condition}." + name.replace("__", "."): v for name, v in changes.items()}
        self.tables = replace(self.tables, patients=changed(self.tables.patients, paths))


def asks_longer_s(arm: str) -> int:
    """Seconds that a call takes longer in an arm than at a desk that asks for its own service only."""
    policies = parse_arm(arm).policies
    return round(policies.intake.asks_s + policies.triage.asks_s)


@pytest.fixture
def paper(monkeypatch: pytest.MonkeyPatch) -> Iterator[Paper]:
    """Cities that are built in this test have the tables of this paper."""
    own = Paper()
    tables = {
        work: lambda: own.work,
        services: lambda: own.services,
        hazard_tables: lambda: own.tables,
        organisation: lambda: own.organisation,
        duties: lambda: own.duties,
    }
    for name, module in list(sys.modules.items()):
        for read, instead in tables.items():
            if name.startswith("sim.") and getattr(module, read.__name__, None) is read:
                monkeypatch.setattr(module, read.__name__, instead)
    yield own


def key_of(name: str) -> tuple[int, int]:
    """The natural key of an incident that a scenario lists."""
    return crc32(b"listed"), crc32(name.encode())


def caller_dice(seed: int, name: str, caller: int = 0) -> Dice:
    """The draws of a caller about a listed incident."""
    return Dice(Streams(seed), *key_of(name), caller)
