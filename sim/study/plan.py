"""What is to be run, and what one run leaves behind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypedDict

from sim.core.errors import InputError
from sim.core.tables import read_anew, varied

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


class Asked(TypedDict, total=False):
    """What can be asked of a study by name; `Design` says what each means, and what it is if left out."""

    runs: int
    base_seed: int
    jobs: int
    town: str | Map | None
    scale: float
    until: str | float | None
    engine: Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """How many runs an arm, under which seeds, by how many processes, and where."""

    runs: int = 10
    base_seed: int = 1  # of the first run; the next has one more
    jobs: int = 1
    town: str | Map | None = None  # the scenario's own
    scale: float = 10
    until: str | float | None = None  # the scenario's end
    engine: Engine = field(default_factory=Engine)

    def __post_init__(self) -> None:
        if self.runs < 1:
            raise InputError(f"runs is {self.runs}; at least one is needed, and two for an interval")
        if self.jobs < 1:
            raise InputError(f"jobs is {self.jobs}; at least one process has to do the work")

    @property
    def seeds(self) -> tuple[int, ...]:
        """Every arm meets the same."""
        return tuple(range(self.base_seed, self.base_seed + self.runs))


@dataclass(frozen=True)
class Cell:
    """An arm, perhaps under a scenario of its own (a control), or with numbers of the tables varied."""

    arm: Arm
    scenario: Scenario | None = None
    varied: tuple[tuple[str, float], ...] = ()

    @cached_property
    def digest(self) -> str:
        """What tells it from another cell of the same study; names do not."""
        # Read anew, so that a default of 900 and a 900.0 that was written out are the same.
        policies = type(self.arm.policies).model_validate(self.arm.policies.model_dump())
        return repr((policies.digest, self.scenario and self.scenario.digest, self.varied))


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Cells × seeds."""

    scenario: Scenario
    cells: tuple[Cell, ...]
    labels: tuple[str, ...]
    seeds: tuple[int, ...]
    design: Design
    kpis: tuple[str, ...] | None = None  # the only ones that are kept; all if none are named

    @property
    def tasks(self) -> list[tuple[int, int]]:
        """Cell (by its place) and seed, seed by seed, so that what an interruption leaves is paired."""
        return [(place, seed) for seed in self.seeds for place in range(len(self.cells))]

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """By cell: what its runs are made of, but for the seed and the tables that come with the program."""
        return tuple(self._key(label, cell) for label, cell in zip(self.labels, self.cells, strict=True))

    def _key(self, label: str, cell: Cell) -> str:
        design, scenario = self.design, cell.scenario or self.scenario
        town = design.town if design.town is not None else scenario.town
        where = town if isinstance(town, str) else town.digest
        parts = (label, cell.digest, scenario.digest, where, design.scale, design.until, self.kpis)
        return sha256(repr(parts).encode()).hexdigest()


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
    impossible: str = ""  # why there was no run: the tables do not allow what was varied


def replicate(plan: Plan, place: int, seed: int, ground: Any) -> Replication:
    """Run one cell with one seed on ground that has been laid."""
    cell = plan.cells[place]
    with varied(dict(cell.varied)):
        try:
            read_anew()
        except ValueError as wrong:
            if not cell.varied:
                raise
            return Replication(plan.labels[place], seed, "", "", {}, "", 0, 0.0, impossible=str(wrong).splitlines()[0])
        made = plan.design.engine.run(
            cell.scenario or plan.scenario, policies=cell.arm, seed=seed, until=plan.design.until, ground=ground
        )
        kpis, log_sha256 = dict(made.kpis), made.log_sha256
    return Replication(
        label=plan.labels[place],
        seed=seed,
        town=made.town.name,
        town_note="schematic" if made.town.is_schematic else made.town.attribution,
        kpis=kpis if plan.kpis is None else {name: kpis.get(name) for name in plan.kpis},
        log_sha256=log_sha256,
        events=made.events,
        seconds=made.seconds,
        is_partial=made.is_partial,
    )
