"""One run: a scenario on a map with a seed and an arm, from its first second to its last."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypedDict, Unpack

from sim.build import Ground, build, lay_ground
from sim.city.map import Map
from sim.city.population import DEFAULT_SCALE
from sim.city.store import find_map
from sim.core.log import Log, LogFile
from sim.model import City
from sim.policies.bundles import Arm, parse_arm
from sim.results.kpis import kpis
from sim.running import Progress, calm_memory, finish, live, until_s, without_collector
from sim.scenario import Scenario


@dataclass
class Run:
    """A run that has ended, or was interrupted."""

    scenario: Scenario
    town: Map
    policies: Arm
    seed: int
    log: Log
    seconds: float  # of wall time, building included
    is_partial: bool = False

    @cached_property
    def log_sha256(self) -> str:
        """The hash of the log: equal for equal inputs."""
        with without_collector():
            return self.log.sha256()

    @cached_property
    def kpis(self) -> dict[str, float | None]:
        """All measures of the run, by name; None where one is undefined."""
        with without_collector():
            return kpis(self.log)

    @property
    def events(self) -> int:
        """How many events the log has."""
        return len(self.log)


class Asked(TypedDict, total=False):
    """What can be asked of a run by name; `Conditions` says what each is if left out."""

    town: str | Map | None
    seed: int
    scale: float
    until: str | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """Where a run happens, under which seed, and until when."""

    town: str | Map | None = None  # the scenario's own
    seed: int = 1
    scale: float = DEFAULT_SCALE
    until: str | float | None = None  # the scenario's end


def run(
    scenario: Scenario | str,
    policies: Arm | str | None = None,
    *,
    progress: Progress | None = None,
    log_path: Path | None = None,
    ground: Ground | None = None,
    **asked: Unpack[Asked],
) -> Run:
    """Run a scenario to its end; an interruption (Ctrl-C) ends it early and marks it as partial."""
    began, conditions = time.perf_counter(), Conditions(**asked)
    if isinstance(scenario, str):
        scenario = Scenario.load(scenario)
    arm = parse_arm(policies) if isinstance(policies, str) else policies or scenario.arm
    if ground is None:
        ground = prepare(scenario, conditions.town, conditions.scale)
    city = build(scenario, ground, arm, conditions.seed)
    is_partial = _lived(city, until_s(scenario, conditions.until), progress, log_path)
    return Run(scenario, ground.town, arm, conditions.seed, city.log, time.perf_counter() - began, is_partial)


def _lived(city: City, until: int, progress: Progress | None, log_path: Path | None) -> bool:
    """Live it to its end, its log written as it grows; whether it was interrupted."""
    file = LogFile(city.log, log_path) if log_path is not None else None
    is_partial = False
    try:
        with calm_memory():
            live(city, until, progress, file)
    except KeyboardInterrupt:
        is_partial = True
    finish(city, is_partial=is_partial)
    if file is not None:
        file.close()
    return is_partial


def prepare(scenario: Scenario, town: Map | str | None = None, scale: float = DEFAULT_SCALE) -> Ground:
    """What the runs of a study share."""
    return lay_ground(town if isinstance(town, Map) else find_map(town or scenario.town), scale)
