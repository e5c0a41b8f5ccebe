"""A scenario: what happens, where and when, on which map; checked data from a TOML file."""

from __future__ import annotations

import hashlib
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from sim.actors.organisation import crews
from sim.core.assets import assets_folder
from sim.core.errors import InputError, unknown
from sim.core.quantities import clock_text, duration_s, offset_s, time_of_day_s
from sim.core.vocabulary import Severity
from sim.policies.bundles import Arm, Policies, bundles, parse_arm, validated

LARGEST_FILE = 5_000_000
"""Bytes; a scenario is written by hand."""

_TABLES = "incidents", "closures", "outages", "attacks", "forecasts"


LONGEST_S = 30 * 86_400
"""No run takes longer: offices, crews and tempers of a season are not in the model."""


class Part(BaseModel):
    """A table of a scenario: strict, so that a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Where(Part):
    """A place given by coordinates, by a node of the map, or by a subdistrict."""

    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    node: int | str | None = None
    subdistrict: str | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Where:
        ways = [self.lon is not None and self.lat is not None, self.node is not None, self.subdistrict is not None]
        if sum(ways) != 1 or (self.lon is None) != (self.lat is None):
            raise ValueError("give either lon and lat, or node, or subdistrict")
        return self


Place = str | Where
"""A place by its name (facility, landmark, interchange, subdistrict), or by `Where`."""


class ListedIncident(Part):
    """One incident that the scenario names."""

    name: str = Field(min_length=1, max_length=80)
    kind: str
    at: str | float
    place: Place
    floor: int | None = Field(default=None, ge=-5, le=120)
    access: str | float | None = None
    details: dict[str, Any] = Field(default_factory=dict)


class Closure(Part):
    """Roads that cannot be driven for a while: those of that name within the radius, or all of them."""

    at: str | float
    until: str | float | None = None
    place: Place
    road: str = ""
    radius_m: float = Field(default=150.0, gt=0, le=20_000)


class Outage(Part):
    """A channel that is out of order for a while."""

    channel: str
    at: str | float
    until: str | float | None = None


class Attack(Part):
    """Something that is done to information, or a failure of the net: of a kind, for a while, around a place."""

    name: str = Field(min_length=1, max_length=80)
    kind: str
    at: str | float
    until: str | float | None = None  # the end of the duration if left out
    place: Place | None = None
    radius_m: float = Field(default=1000.0, gt=0, le=100_000)
    district: str = ""  # instead of a place: all of it
    details: dict[str, Any] = Field(default_factory=dict)


class Forecast(Part):
    """What the weather office expects, right or wrong: it becomes a case on its desk."""

    name: str = Field(min_length=1, max_length=80)
    kind: str
    at: str | float
    place: Place
    severity: Severity = Severity.SERIOUS
    confidence: float = Field(default=0.6, gt=0, lt=1)


class Background(Part):
    """The ordinary incidents and calls of the hour."""

    on: bool = True
    load: float = Field(default=1.0, ge=0, le=100)
    loads: dict[str, float] = Field(default_factory=dict)  # further factors by kind


class Resources(Part):
    """Shares of the usual fleets and desks, and heads beside them: the same in every arm."""

    fleet: float = Field(default=1.0, gt=0, le=10)
    fleets: dict[str, Annotated[float, Field(gt=0, le=10)]] = Field(default_factory=dict)  # further factors
    call_takers: float = Field(default=1.0, gt=0, le=10)
    more_call_takers: int = Field(default=0, ge=0, le=1000)  # heads beside those, shared out by the size of the desks


class Scenario(Part):
    """Everything a run needs but the seed and the arm."""

    name: str = Field(min_length=1, max_length=80, pattern=r"^[^/\\\x00-\x1f]+$")
    title: str = ""
    description: str = ""
    town: str = Field(default="shenzhen", alias="map")
    start: str = "07:00"
    warmup: str | float = "30min"
    duration: str | float = "4h"
    drain: str | float = "2h"
    primary: str = "total_response_s"
    secondary: tuple[str, ...] = Field(default=(), max_length=4)
    policies: dict[str, Any] | str = "fragmented"
    background: Background = Background()
    resources: Resources = Resources()
    incidents: tuple[ListedIncident, ...] = ()
    closures: tuple[Closure, ...] = ()
    outages: tuple[Outage, ...] = ()
    attacks: tuple[Attack, ...] = ()
    forecasts: tuple[Forecast, ...] = ()

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @classmethod
    def load(cls, name: str | Path) -> Scenario:
        """The scenario of that name, or of that file; InputError says what is wrong with it."""
        path = _find(str(name))
        return cls.parse({"name": path.stem, **_merged(path, ())}, str(path))

    @classmethod
    def parse(cls, stored: dict[str, Any], where: str = "scenario") -> Scenario:
        """A scenario of plain data, checked."""
        try:
            scenario = cls.model_validate(stored)
        except ValidationError as wrong:
            raise _explained(wrong, stored, where) from None
        try:
            scenario._check()
        except InputError as wrong:
            raise InputError(f"{where}: {wrong}") from None
        return scenario

    # --- times, in seconds since the start of the run

    @property
    def start_s(self) -> int:
        """Seconds of day at which the run begins."""
        return time_of_day_s(self.start, "start")

    @property
    def warmup_s(self) -> float:
        """From then on incidents count."""
        return duration_s(self.warmup, "warmup")

    @property
    def end_s(self) -> float:
        """Until then incidents count."""
        return duration_s(self.duration, "duration")

    @property
    def drain_s(self) -> float:
        """At the latest then the run ends."""
        return self.end_s + duration_s(self.drain, "drain")

    def at_s(self, when: str | float, where: str) -> float:
        """Seconds since the start of a time in this scenario."""
        return offset_s(when, self.start_s, where)

    @property
    def arm(self) -> Arm:
        """The policies that the scenario itself names."""
        if isinstance(self.policies, str):
            return parse_arm(self.policies, "policies")
        stored = dict(self.policies)
        base = stored.pop("bundle", "fragmented")
        if base not in bundles():
            raise unknown("policies.bundle", base, bundles())
        chosen: Policies = validated({**bundles()[base].policies.model_dump(), **stored}, "this scenario")
        return Arm(base if not stored else f"{base}*", chosen)

    @property
    def digest(self) -> str:
        """sha256 over all that the scenario says."""
        return hashlib.sha256(json.dumps(self.plain(), sort_keys=True).encode()).hexdigest()

    def plain(self) -> dict[str, Any]:
        """The scenario as plain data, without what is unset."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def to_toml(self) -> str:
        """The scenario as a TOML file, whole, without `extends`."""
        import tomlkit

        return tomlkit.dumps(self.plain())

    def _check(self) -> None:
        ends = clock_text(self.start_s + self.end_s)
        if self.warmup_s >= self.end_s:
            raise InputError(f"warmup {self.warmup!r} leaves nothing of the duration {self.duration!r}")
        if self.drain_s > LONGEST_S:
            what = "drain" if self.end_s <= LONGEST_S else "duration"
            days = LONGEST_S // 86_400
            raise InputError(f"{what} is {getattr(self, what)!r}; a run takes {days} days at most, its drain included")
        named: list[ListedIncident | Attack | Forecast] = [*self.incidents, *self.attacks, *self.forecasts]
        names: set[tuple[type, str]] = set()
        for one in named:
            table = _TABLE_OF[type(one)]
            spot = f"{table}[{getattr(self, table).index(one)}] ({one.name})"
            if (type(one), one.name) in names:
                raise InputError(f"two {table} are named {one.name!r}; names must differ")
            names.add((type(one), one.name))
            if self.at_s(one.at, f"{spot}.at") >= self.end_s:
                raise InputError(f"{spot}.at is {one.at!r}; the run goes from {self.start} to {ends}")
            if isinstance(one, ListedIncident) and one.access is not None:
                duration_s(one.access, f"{spot}.access")
        for table in ("closures", "outages", "attacks"):
            for number, entry in enumerate(getattr(self, table)):
                begins = self.at_s(entry.at, f"{table}[{number}].at")
                until = f"{table}[{number}].until"
                if entry.until is not None and self.at_s(entry.until, until) <= begins:
                    raise InputError(f"{until} is {entry.until!r}, before {entry.at!r}, when it begins")
        if len(set(self.secondary)) != len(self.secondary) or self.primary in self.secondary:
            raise InputError("primary and secondary KPIs must differ from each other")
        for department in self.resources.fleets:
            if department not in crews():
                raise unknown("resources.fleets", department, crews())
        self.arm  # noqa: B018 - raises when the policies are wrong


_TABLE_OF: dict[type[Part], str] = {ListedIncident: "incidents", Attack: "attacks", Forecast: "forecasts"}
"""Tables whose entries have names of their own."""


def scenario_names() -> list[str]:
    """The names of the scenarios that come with the program."""
    return sorted(path.stem for path in assets_folder("scenarios").glob("*.toml"))


def _find(name: str) -> Path:
    path = Path(name)
    if path.suffix == ".toml" or "/" in name or "\\" in name:
        return path
    if name not in scenario_names():
        raise unknown("scenario", name, scenario_names())
    return assets_folder("scenarios") / f"{name}.toml"


def _merged(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    """The file's data over the data of what it extends; tables of incidents and the like are joined by name."""
    if path.resolve() in seen:
        raise InputError(f"{path}: extends itself")
    stored = _read(path)
    base_name = stored.pop("extends", None)
    if base_name is None:
        return stored
    base = _merged(_base(path, str(base_name)), (*seen, path.resolve()))
    merged = {**base, **stored}
    for key in ("background", "resources"):
        if isinstance(base.get(key), dict) and isinstance(stored.get(key), dict):
            merged[key] = {**base[key], **stored[key]}
    for key in _TABLES:
        own = stored.get(key, [])
        kept = [one for one in base.get(key, []) if one.get("name") not in {o.get("name") for o in own if "name" in o}]
        merged[key] = [*kept, *own]
    return merged


def _base(path: Path, name: str) -> Path:
    """The file that this one extends: one beside it, else a scenario of the program."""
    beside = path.parent / f"{name.removesuffix('.toml')}.toml"
    if beside.is_file():
        return beside
    if name not in scenario_names():
        others = {other.stem for other in path.parent.glob("*.toml")} - {path.stem}
        raise unknown(f"{path}: extends", name, {*scenario_names(), *others})
    return assets_folder("scenarios") / f"{name}.toml"


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.is_dir():
            raise InputError(f"{path}: is a folder, not a scenario file")
        if path.stat().st_size > LARGEST_FILE:
            raise InputError(f"{path}: {path.stat().st_size / 1e6:.0f} MB is too large for a scenario (at most 5 MB)")
        stored = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        if not stored:
            raise InputError(f"{path}: says nothing; a scenario has a title at least")
        return stored
    except OSError as wrong:
        raise InputError(f"{path}: {wrong.strerror or wrong}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
        raise InputError(f"{path}: not a TOML file: {wrong}") from None


def _explained(wrong: ValidationError, stored: dict[str, Any], where: str) -> InputError:
    first = wrong.errors()[0]
    path = [part for part in first["loc"] if part not in ("str", "Where")]
    shown = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
    if first["type"] == "extra_forbidden":
        known = _known_keys(path[:-1])
        return unknown(f"{where}: a key of {_table_of(path)}", str(path[-1]), known)
    return InputError(f"{where}: {shown}: {first['msg']} (found {first['input']!r:.80})")


def _table_of(path: list[Any]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path[:-1]).lstrip(".") or "the file"


def _known_keys(path: list[Any]) -> list[str]:
    parts: dict[str, type[BaseModel]] = {
        "incidents": ListedIncident,
        "closures": Closure,
        "outages": Outage,
        "attacks": Attack,
        "forecasts": Forecast,
        "background": Background,
        "resources": Resources,
    }
    model: type[BaseModel] = parts.get(str(path[0]), Scenario) if path else Scenario
    if path and path[-1] == "place":
        model = Where
    return [field.alias or name for name, field in model.model_fields.items()] + ([] if path else ["extends"])
