"""Any number of arms under the same seeds, each run once, whoever asks for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.study.comparing import Comparison, judged
from sim.study.plan import Plan, Replication
from sim.study.workers import carry_out

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario


class Bench:
    """Keeps what was run by the digest of the policies; `plan` has the conditions, and no arm yet."""

    def __init__(
        self,
        plan: Plan,
        jobs: int,
        progress: Callable[[float], None] | None = None,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        self._plan = plan
        self._jobs = jobs
        self._progress = progress
        self._tell = tell or (lambda text: None)
        self._labels: dict[str, str] = {}  # by key
        self._found: dict[tuple[str, int], Replication] = {}
        self.seeds: tuple[int, ...] = ()  # those that are finished in every arm of the first batch
        self.is_partial = False

    @property
    def labels(self) -> tuple[str, ...]:
        """The arms that were asked for, in that order."""
        return tuple(self._labels.values())

    @property
    def replications(self) -> tuple[Replication, ...]:
        """All runs that are finished."""
        return tuple(self._found.values())

    @property
    def scenario(self) -> Scenario:
        """That of every arm that has none of its own."""
        return self._plan.scenario

    def has(self, arm: Arm) -> bool:
        """Whether the arm was asked for already."""
        return _key(arm, None) in self._labels

    def run(self, arms: Iterable[tuple[Arm, Scenario | None]], *, later: int = 0) -> None:
        """Run the arms that were not run yet, each with a scenario of its own or none; `later` more may follow."""
        if self.is_partial:
            return
        fresh: dict[str, tuple[Arm, Scenario | None]] = {}
        for arm, scenario in arms:
            key = _key(arm, scenario)
            if key not in self._labels:
                fresh[key] = (arm, scenario)
                self._labels[key] = self._label(arm)
        if not fresh:
            return
        plan = replace(
            self._plan,
            arms=tuple(arm for arm, _ in fresh.values()),
            labels=tuple(self._labels[key] for key in fresh),
            own_scenarios={place: own for place, (_, own) in enumerate(fresh.values()) if own is not None},
        )
        is_first = not self._found
        if is_first:
            self._announce(len(fresh), later)
        done = carry_out(plan, self._jobs, self._progress, self._forecaster(plan, later) if is_first else None)
        self._found |= {(replication.label, replication.seed): replication for replication in done}
        self.is_partial = len(done) < len(plan.tasks)
        if is_first:
            self.seeds = tuple(
                seed for seed in plan.seeds if all((label, seed) in self._found for label in plan.labels)
            )

    def values(self, arm: Arm, kpi: str, scenario: Scenario | None = None) -> list[float | None]:
        """A KPI of an arm by seed; none where it has no value, or was not run."""
        label = self._labels.get(_key(arm, scenario), "")
        found = [self._found.get((label, seed)) for seed in self.seeds]
        return [replication.kpis.get(kpi) if replication else None for replication in found]

    def compared(self, *arms: Arm) -> Comparison:
        """Some of the arms as if they alone had been run."""
        labels = tuple(self._labels[_key(arm, None)] for arm in arms)
        kept: Sequence[Replication] = [self._found[label, seed] for seed in self.seeds for label in labels]
        return judged(replace(self._plan, arms=arms, labels=labels), kept)

    def _label(self, arm: Arm) -> str:
        taken = list(self._labels.values())
        return arm.label if arm.label not in taken else f"{arm.label}#{len(taken) + 1}"

    def _announce(self, arms: int, later: int) -> None:
        seeds = len(self._plan.seeds)
        more = f", and at most {later * seeds} more when it is known which reform does most" if later else ""
        self._tell(f"{arms} arms × {seeds} seeds: {arms * seeds} runs{more}.")

    def _forecaster(self, plan: Plan, later: int) -> Callable[[Replication], None]:
        runs = len(plan.tasks) + later * len(plan.seeds)
        jobs = min(self._jobs, len(plan.tasks))

        def forecast(first: Replication) -> None:
            rest = first.seconds * (runs - 1) / jobs
            self._tell(
                f"The first run took {first.seconds:.1f} s; forecast for the rest: {_long(rest)}, {jobs} at a time."
            )

        return forecast


def _key(arm: Arm, scenario: Scenario | None) -> str:
    # Read anew, so that a default of 900 and a 900.0 that was written out are the same.
    policies = type(arm.policies).model_validate(arm.policies.model_dump())
    return policies.digest + (scenario.digest if scenario is not None else "")


def _long(seconds: float) -> str:
    """'40 s', '12 min', '3.5 h'."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"
