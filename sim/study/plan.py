"""What is to be run, and what one run leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line imports this before it knows whether it has to
    from sim.city.map import Map
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario


def _run(scenario: Scenario, **conditions: Any) -> Any:
    from sim.study.run import run

    return run(scenario, **conditions)


def _prepare(scenario: Scenario, town: str | Map | None, scale: float) -> Any:
    from sim.study.run import prepare

    return prepare(scenario, town, scale)


@dataclass(frozen=True, slots=True)
class Engine:
    """How the ground that runs share (map, people, roads) is laid, and a run made; tests put a quicker one in."""

    run: Callable[..., Any] = _run
    prepare: Callable[..., Any] = _prepare


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Arms × seeds: every arm meets the same seeds."""

    scenario: Scenario
    arms: tuple[Arm, ...]
    labels: tuple[str, ...]
    seeds: tuple[int, ...]
    town: str | Map | None = None
    scale: float = 10
    until: str | float | None = None
    engine: Engine = field(default_factory=Engine)
    own_scenarios: Mapping[int, Scenario] = field(default_factory=dict)  # of arms (by place) that have one: controls

    @property
    def tasks(self) -> list[tuple[int, int]]:
        """Arm (by its place) and seed, seed by seed, so that what an interruption leaves is paired."""
        return [(arm, seed) for seed in self.seeds for arm in range(len(self.arms))]


@dataclass(frozen=True, slots=True)
class Replication:
    """What one run leaves behind for statistics."""

    label: str
    seed: int
    town: str
    town_note: str  # what must be said wherever the map is shown: that it is schematic, or whose data it is
    kpis: dict[str, float | None]
    log_sha256: str
    events: int
    seconds: float  # of wall time
    is_partial: bool = False


def replicate(plan: Plan, arm: int, seed: int, ground: Any) -> Replication:
    """Run one arm with one seed on ground that has been laid."""
    scenario = plan.own_scenarios.get(arm, plan.scenario)
    made = plan.engine.run(scenario, policies=plan.arms[arm], seed=seed, until=plan.until, ground=ground)
    return Replication(
        label=plan.labels[arm],
        seed=seed,
        town=made.town.name,
        town_note="schematic" if made.town.is_schematic else made.town.attribution,
        kpis=dict(made.kpis),
        log_sha256=made.log_sha256,
        events=made.events,
        seconds=made.seconds,
        is_partial=made.is_partial,
    )
