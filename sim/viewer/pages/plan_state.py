"""What a planner has before him: one draft, the arms, what is chosen; each page of a browser has its own."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import solara

from sim.actors.threats import PLACELESS
from sim.city.map import Map
from sim.city.store import find_map, map_names
from sim.core.errors import InputError
from sim.core.quantities import clock_text, offset_s
from sim.hazards.tables import incident_kinds
from sim.scenario import Scenario, scenario_names
from sim.viewer import roots
from sim.viewer.planning.arms import ArmDraft, arms_of, begin
from sim.viewer.planning.draft import TABLES, Draft
from sim.viewer.planning.forms import BEGUN
from sim.viewer.planning.job import Sort
from sim.viewer.server import MAP_VARIABLE, START_VARIABLE

TABS = ("scenario", "policies", "run", "results")
FIRST: dict[str, dict[str, Any]] = {
    "incidents": {}, "closures": {"radius_m": 150}, "outages": {"channel": "telephone"},
    "attacks": {"radius_m": 1000}, "forecasts": {"severity": "serious", "confidence": 0.6},
}  # fmt: skip
"""What a new entry says beside its kind, time and place."""

OWN = "scenarios"
"""Folder within the results in which scenarios are kept."""


@dataclass(frozen=True)
class Placing:
    """What the next click on the map gives a place to: an entry of a table, or a new one of a kind."""

    table: str
    number: int | None = None
    kind: str = ""


@dataclass(frozen=True)
class Asked:
    """What is to be run."""

    sort: Sort = "comparison"
    runs: int = 6
    base_seed: int = 1
    jobs: int = 1
    scale: float = 10.0
    shapley: bool = False
    keeps_logs: bool = True


def _first() -> Draft:
    name = os.environ.get(START_VARIABLE) or "demo"
    draft = Draft.of(Scenario.load(name))
    town = os.environ.get(MAP_VARIABLE)
    return draft.put(("map",), town) if town else draft


tab: solara.Reactive[str] = solara.reactive("scenario")
draft: solara.Reactive[Draft | None] = solara.reactive(None)
entry: solara.Reactive[tuple[str, int] | None] = solara.reactive(None)  # the one that is open: table and number
placing: solara.Reactive[Placing | None] = solara.reactive(None)
arms: solara.Reactive[tuple[ArmDraft, ...]] = solara.reactive(())
family: solara.Reactive[str] = solara.reactive("intake")
opened: solara.Reactive[str] = solara.reactive("")  # the kept file that the draft comes from, if any
asked: solara.Reactive[Asked] = solara.reactive(Asked())
shown: solara.Reactive[str] = solara.reactive("")  # folder of results that is open
said: solara.Reactive[tuple[str, str]] = solara.reactive(("", ""))  # how it went: good or bad, and the words


def current() -> Draft:
    """The draft; when the page opens, of the scenario that was named at the start."""
    found: Draft | None = draft.value
    if found is None:
        draft.value = found = _first()
    return found


def current_arms() -> tuple[ArmDraft, ...]:
    """The arms; two bundles to begin with."""
    found: tuple[ArmDraft, ...] = arms.value
    if not found:
        arms.value = found = (begin("fragmented"), begin("linked"))
    return found


def labels() -> tuple[str, ...]:
    """What the arms are called in results."""
    return tuple(arm.label for arm in arms_of(current_arms()))


def put(path: tuple[str | int, ...], value: Any) -> None:
    """Change the draft."""
    draft.value = current().put(path, value)


def take(found: Draft, own: str = "") -> None:
    """Another draft, of the file that was kept under a name if one is given; what was chosen is chosen no more."""
    draft.value, entry.value, placing.value, opened.value = found, None, None, own


def ask(**changes: Any) -> None:
    """Change what is to be run."""
    asked.value = replace(asked.value, **changes)


@cache
def town_named(name: str) -> Map | None:
    """The map of that name; none if there is none."""
    try:
        return find_map(name)
    except InputError:
        return None


def town() -> Map | None:
    """The map of the draft."""
    name = current().get(("map",), "shenzhen")
    return town_named(name) if isinstance(name, str) and name in map_names() else None


# --- scenarios: ours, and those that were kept here


def own_names() -> list[str]:
    """Scenarios that were kept here."""
    folder = roots.root() / OWN
    return sorted(path.stem for path in folder.glob("*.toml")) if folder.is_dir() else []


def open_scenario(key: str) -> None:
    """Ours by its name, one that was kept as 'own:NAME'."""
    own = key.removeprefix("own:")
    if own != key:
        path = roots.inside(f"{OWN}/{own}.toml")
        take(Draft.read(path.read_text(encoding="utf-8"), own), own)
    elif key in scenario_names():
        take(Draft.of(Scenario.load(key)))


def is_anothers(name: str) -> bool:
    """Whether a scenario is kept under that name from which this draft does not come."""
    return name != opened.value and name in own_names()


def keep_scenario() -> Path:
    """Write the draft down, under its name; in place of what is kept there."""
    name = str(current().get(("name",), "")) or "untitled"
    if not name.replace("-", "").replace("_", "").replace(" ", "").isalnum() or len(name) > 80:
        raise InputError(f"the name is {name!r:.90}; a file's name here has letters, digits, blanks, - and _ only")
    path = roots.inside(f"{OWN}/{name}.toml")
    part = path.with_suffix(f".{secrets.token_hex(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_text(current().toml(), encoding="utf-8")
        part.replace(path)
    except OSError as wrong:
        part.unlink(missing_ok=True)
        raise InputError(f"{path}: {wrong.strerror or wrong}") from None
    opened.value = name
    return path


# --- incidents


def place_at(lon: float, lat: float) -> None:
    """A click on the map: what waits for a place gets it."""
    waiting, placing.value = placing.value, None
    if waiting is None:
        return
    where = {"lon": round(lon, 5), "lat": round(lat, 5)}
    if waiting.number is not None:
        put((waiting.table, waiting.number, "place"), where)
        return
    add(waiting.table, waiting.kind, place=where)


def add(table: str, kind: str = "", **more: Any) -> None:
    """One entry more, of a kind where there are kinds; it opens."""
    found = current()
    new: dict[str, Any] = {"at": next_time(found), **more, **FIRST[table]}
    if kind:
        new = {"name": found.free_name(table, kind.replace("_", "-")), "kind": kind, **new}
    details = details_of(table, kind)
    draft.value = found.add(table, {**new, "details": details} if details else new)
    entry.value = table, len(found.entries(table))


def has_place(table: str, kind: str) -> bool:
    """Whether an entry of a table stands somewhere."""
    return table != "outages" and not (table == "attacks" and kind in PLACELESS)


def details_of(table: str | int, kind: str) -> dict[str, Any] | None:
    """What a new entry of a kind says until somebody says otherwise."""
    return dict(BEGUN[kind]) or None if table == "attacks" and kind in BEGUN else None


def next_time(found: Draft) -> str:
    """When something new happens unless another time is given: as soon as incidents count."""
    try:
        scenario = _times(found)
        return clock_text(scenario.start_s + scenario.warmup_s)[:5]
    except ValueError:
        return "+30min"


def seconds_of(found: Draft, when: object) -> float | None:
    """Seconds since the start of a time in the draft, if it is one."""
    try:
        return offset_s(when, _times(found).start_s, "at")  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None


def _times(found: Draft) -> Scenario:
    """The draft without anything that happens: its times may be right though an entry is wrong."""
    return Scenario.model_validate({key: value for key, value in found.plain.items() if key not in TABLES})


def kind_names() -> tuple[str, ...]:
    """Kinds of incidents."""
    return tuple(incident_kinds())
