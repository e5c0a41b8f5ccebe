"""What is to be run, and what one run leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the command line imports this before it knows whether it has to
    from sim.city.map import Map
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario


def _run(scenario: Scenario, **conditions: Any) -> Any:
    from sim.run import run

    return run(scenario, **conditions)


def _read_map(name: str) -> Any:
    from sim.city.store import find_map

    return find_map(name)


@dataclass(frozen=True, slots=True)
class Engine:
    """How a run is made and a map read; tests put a quicker one in."""

    run: Callable[..., Any] = _run
    read_map: Callable[[str], Any] = _read_map


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Arms × seeds: every arm meets the same seeds."""

    scenario: Scenario
    arms: tuple[Arm, ...]
    labels: tuple[str, ...]
    seeds: tuple[int, ...]
    town: str | Map | None = None
    scale: int = 10
    until: str | float | None = None
    engine: Engine = field(default_factory=Engine)

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
    kpis: dict[str, float | None]
    log_sha256: str
    events: int
    seconds: float  # of wall time
    is_partial: bool = False


def replicate(plan: Plan, arm: int, seed: int, town: Any) -> Replication:
    """Run one arm with one seed on a map that has been read."""
    made = plan.engine.run(
        plan.scenario, town=town, policies=plan.arms[arm], seed=seed, scale=plan.scale, until=plan.until
    )
    return Replication(
        label=plan.labels[arm],
        seed=seed,
        town=made.town.name,
        kpis=dict(made.kpis),
        log_sha256=made.log_sha256,
        events=made.events,
        seconds=made.seconds,
        is_partial=made.is_partial,
    )
