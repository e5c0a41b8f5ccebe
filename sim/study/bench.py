"""Any number of cells under the same seeds, each run once, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from sim.study.comparing import Comparison, judged
from sim.study.plan import Cell, Design, Plan, Replication
from sim.study.workers import Watch, carry_out

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario


class Bench:
    """Runs of one scenario, by cell; says beforehand how many there will be, and how long they will take."""

    def __init__(self, scenario: Scenario, design: Design, watch: Watch) -> None:
        self.scenario = scenario
        self.design = design
        self._watch = watch
        self._expected: list[tuple[int, str]] = []  # runs that may follow the first batch, and what for
        self._labels: dict[str, str] = {}  # by digest
        self._found: dict[tuple[str, int], Replication] = {}
        self.seeds: tuple[int, ...] = ()  # those that are finished in every cell of the first batch
        self.is_partial = False

    @property
    def labels(self) -> tuple[str, ...]:
        """Of the cells that were asked for, in that order."""
        return tuple(self._labels.values())

    @property
    def replications(self) -> tuple[Replication, ...]:
        """All runs that are finished."""
        return tuple(self._found.values())

    def has(self, arm: Arm) -> bool:
        """Whether the arm was asked for already."""
        return Cell(arm).digest in self._labels

    def expect(self, runs: int, why: str) -> None:
        """Runs that may follow the first ones: they are announced and forecast with them."""
        if runs:
            self._expected.append((runs, why))

    def run(
        self, cells: Iterable[Cell], *, seeds: tuple[int, ...] | None = None, kpis: tuple[str, ...] | None = None
    ) -> None:
        """Run those that were not run yet, under all seeds unless some are named."""
        fresh = {cell.digest: cell for cell in cells}
        wanted = {key: cell for key, cell in fresh.items() if not self._has_all(key, seeds or self.design.seeds)}
        if self.is_partial or not wanted:
            return
        for key, cell in wanted.items():
            self._labels.setdefault(key, self._label(cell.arm))
        plan = self._plan(wanted, seeds or self.design.seeds, kpis)
        is_first = not self._found
        if is_first:
            self._announce(len(wanted))
        done = carry_out(plan, self._watch, self._forecaster(plan) if is_first else None)
        self._found |= {(replication.label, replication.seed): replication for replication in done}
        self.is_partial = len(done) < len(plan.tasks)
        if is_first:
            self.seeds = tuple(
                seed for seed in plan.seeds if all((label, seed) in self._found for label in plan.labels)
            )

    def find(self, cell: Cell, seed: int) -> Replication | None:
        """One run, if it was made."""
        return self._found.get((self._labels.get(cell.digest, ""), seed))

    def values(self, cell: Cell, kpi: str, seeds: Sequence[int] | None = None) -> list[float | None]:
        """A KPI of a cell by seed; none where it has no value, or was not run."""
        found = [self.find(cell, seed) for seed in (self.seeds if seeds is None else seeds)]
        return [replication.kpis.get(kpi) if replication else None for replication in found]

    def compared(self, *arms: Arm) -> Comparison:
        """Some of the arms as if they alone had been run."""
        cells = {Cell(arm).digest: Cell(arm) for arm in arms}
        plan = self._plan(cells, self.design.seeds, None)
        return judged(plan, [self._found[label, seed] for seed in self.seeds for label in plan.labels])

    def _plan(self, cells: dict[str, Cell], seeds: tuple[int, ...], kpis: tuple[str, ...] | None) -> Plan:
        return Plan(
            scenario=self.scenario,
            cells=tuple(cells.values()),
            labels=tuple(self._labels[key] for key in cells),
            seeds=seeds,
            design=self.design,
            kpis=kpis,
        )

    def _has_all(self, key: str, seeds: tuple[int, ...]) -> bool:
        label = self._labels.get(key)
        return label is not None and all((label, seed) in self._found for seed in seeds)

    def _label(self, arm: Arm) -> str:
        taken = set(self._labels.values())
        return arm.label if arm.label not in taken else f"{arm.label}#{len(taken) + 1}"

    # --- what is said beforehand

    def _announce(self, cells: int) -> None:
        seeds = len(self.design.seeds)
        more = ", ".join(f"at most {runs:,} more {why}" for runs, why in self._expected)
        self._watch.tell(f"{cells} arms × {seeds} seeds: {cells * seeds:,} runs{f', and {more}' if more else ''}.")

    def _forecaster(self, plan: Plan) -> Callable[[float], None]:
        runs = len(plan.tasks) + sum(runs for runs, _ in self._expected)
        jobs = min(self.design.jobs, len(plan.tasks))

        def forecast(seconds: float) -> None:
            rest = seconds * max(0, runs - jobs - 1) / jobs
            most = "at most " if self._expected else ""
            self._watch.tell(f"A run takes {seconds:.1f} s; forecast: {most}{_long(rest)} more, {jobs} at a time.")

        return forecast


def _long(seconds: float) -> str:
    """'40 s', '12 min', '3.5 h'."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
