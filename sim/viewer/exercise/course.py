"""Living a course: the same start and the same commands at the same times give the same log, in any process."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sim.build import Ground, build, lay_ground
from sim.city.store import find_map
from sim.core.errors import InputError
from sim.core.log import Entry
from sim.model import City
from sim.policies.bundles import Arm, validated
from sim.running import finish
from sim.scenario import Scenario
from sim.versions import versions
from sim.viewer.exercise.commands import CityCommand
from sim.viewer.exercise.record import COMMANDS, MAIN, Record, courses, read_records

HEADER = "exercise.json"
FORMAT = 1

Watch = Callable[[int], None]
"""Is told how far a city has come, s since the start."""


@dataclass(frozen=True)
class Spec:
    """What an exercise starts from."""

    scenario: Scenario
    arm: Arm
    seed: int
    ground: Ground

    def build(self) -> City:
        """The city at its first second."""
        return build(self.scenario, self.ground, self.arm, self.seed)

    @property
    def last_s(self) -> int:
        """When it ends at the latest, s since the start."""
        return int(self.scenario.drain_s)

    def write(self, folder: Path) -> None:
        """Put down all that is needed to begin again."""
        town = self.ground.town
        told = {
            "format": FORMAT,
            "versions": versions(),
            "scenario": self.scenario.plain(),
            "map": {"name": town.name, "sha256": town.digest},
            "policies": {"label": self.arm.label, "settings": self.arm.policies.model_dump(mode="json")},
            "seed": self.seed,
            "scale": self.ground.population.scale,
        }
        (folder / HEADER).write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def read_spec(folder: Path, ground: Ground | None = None) -> Spec:
    """What the exercise of a folder starts from; its map is found by name, and must be the same one."""
    path = folder / HEADER
    try:
        told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if told["format"] != FORMAT:
            raise InputError(f"{path}: format {told['format']}; this version reads format {FORMAT}")
        scenario = Scenario.parse(told["scenario"], str(path))
        arm = Arm(str(told["policies"]["label"]), validated(told["policies"]["settings"], str(path)))
        name, digest, seed, scale = told["map"]["name"], told["map"]["sha256"], int(told["seed"]), float(told["scale"])
    except OSError as wrong:
        raise InputError(f"{path}: {wrong.strerror or wrong}") from None
    except (ValueError, KeyError, TypeError) as wrong:
        if isinstance(wrong, InputError):
            raise
        raise InputError(f"{path}: not an exercise ({wrong})") from None
    if ground is None:
        ground = lay_ground(find_map(name), scale)
    if ground.town.digest != digest:
        raise InputError(f"{path}: the map {name!r} has changed since then")
    return Spec(scenario, arm, seed, ground)


# --- time


def advance(city: City, until: int, may_go_on: Callable[[], bool] | None = None) -> None:
    """Second by second, never past that time, though nothing may happen then; or until it may not go on."""
    last_s = city.last_s
    city.last_s = until  # a jump to the next thing that happens ends there
    try:
        while city.t < until and (may_go_on is None or may_go_on()):
            city.second()
    finally:
        city.last_s = last_s


def carry_out(city: City, record: Record) -> None:
    """Do what a record says, now."""
    assert isinstance(record.command, CityCommand) and record.t == city.t, "each command has its time"
    record.command.apply(city, record.seat)


@dataclass(frozen=True)
class Lived:
    """A city that has lived a course, and the commands that could not be carried out in it."""

    city: City
    left_out: tuple[Record, ...] = ()

    def ended(self) -> list[Entry]:
        """Its log as of a run that ends here: what is open is censored. The city is of no more use."""
        finish(self.city, is_partial=True)
        return list(self.city.log)


def relive(
    spec: Spec, records: Sequence[Record], until: int, city: City | None = None, watch: Watch | None = None
) -> Lived:
    """Live the commands at their times, and on to a time: from the start, or from where a city stands already."""
    city = city or spec.build()
    left_out = []
    told = None if watch is None else partial(_told, city, watch)
    for record in records:
        advance(city, record.t, told)
        try:
            carry_out(city, record)
        except InputError:  # it was possible only because of what others did
            left_out.append(record)
    advance(city, until, told)
    return Lived(city, tuple(left_out))


def _told(city: City, watch: Watch) -> bool:
    watch(city.t)
    return True


def replay(folder: Path, branch: str = MAIN, until: int | None = None, ground: Ground | None = None) -> City:
    """The city of a recorded exercise, lived again; to the newest moment of which its record tells."""
    spec = read_spec(folder, ground)
    known = courses(read_records(folder / COMMANDS))
    if branch not in known:
        raise InputError(f"{folder} has no branch {branch!r}; it has {', '.join(known)}")
    course = known[branch]
    end = course.heard_t if until is None else until
    lived = relive(spec, [one for one in course.records if one.t <= end], end)
    if lived.left_out:
        n, do = lived.left_out[0].n, lived.left_out[0].command.do
        raise InputError(f"{folder}: command {n} ({do}) is refused; it was recorded by another version")
    return lived.city
