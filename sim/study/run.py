"""One run: a scenario on a map with a seed and an arm, from its first second to its last."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from sim.build import Ground, build, lay_ground
from sim.city.map import Map
from sim.city.population import DEFAULT_SCALE
from sim.city.store import find_map
from sim.core.log import Log, LogFile
from sim.policies.bundles import Arm, parse_arm
from sim.results.kpis import kpis
from sim.running import Progress, calm_memory, finish, live, until_s
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
        return self.log.sha256()

    @cached_property
    def kpis(self) -> dict[str, float | None]:
        """All measures of the run, by name; None where one is undefined."""
        return kpis(self.log)

    @property
    def events(self) -> int:
        """How many events the log has."""
        return len(self.log)


def run(
    scenario: Scenario | str,
    *,
    town: str | Map | None = None,
    policies: Arm | str | None = None,
    seed: int = 1,
    scale: float = DEFAULT_SCALE,
    until: str | float | None = None,
    progress: Progress | None = None,
    log_path: Path | None = None,
    ground: Ground | None = None,
) -> Run:
    """Run a scenario to its end; an interruption (Ctrl-C) ends it early and marks it as partial."""
    began = time.perf_counter()
    if isinstance(scenario, str):
        scenario = Scenario.load(scenario)
    arm = parse_arm(policies) if isinstance(policies, str) else policies or scenario.arm
    if ground is None:
        ground = lay_ground(town if isinstance(town, Map) else find_map(town or scenario.town), scale)
    city = build(scenario, ground, arm, seed)
    file = LogFile(city.log, log_path) if log_path is not None else None
    is_partial = False
    try:
        with calm_memory():
            live(city, until_s(scenario, until), progress, file)
    except KeyboardInterrupt:
        is_partial = True
    finish(city, is_partial=is_partial)
    if file is not None:
        file.close()
    return Run(scenario, ground.town, arm, seed, city.log, time.perf_counter() - began, is_partial)


def prepare(scenario: Scenario, town: Map | str | None = None, scale: float = DEFAULT_SCALE) -> Ground:
    """What the runs of a study share."""
    return lay_ground(town if isinstance(town, Map) else find_map(town or scenario.town), scale)
