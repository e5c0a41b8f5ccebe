"""What a ladder finds: reforms as rungs, each with its effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from sim.study.comparing import Comparison, Role
from sim.study.plan import Replication
from sim.study.reforms import Reform
from sim.study.statistics import Estimate

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario
    from sim.study.robust import Robustness

Kind = Literal["alone", "removed", "cumulative", "shapley"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MINUTES, LIVES = "total_response_s", "expected_deaths"
COSTS = (
    "call_taker_hours", "duty_desk_minutes", "unit_hours", "seconds_per_call", "sensors", "dispatches",
    "wasted_dispatches", "false_alarms", "needless_evacuees", "corridor_minutes", "messages",
)  # fmt: skip
"""In natural units: hours of staff and crews, seconds a call, devices, wasted runs and ways, what the air carries."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a reform does to one KPI; what the scenario names, minutes and lives are put to a test, the rest is not."""

    kpi: str
    role: Role
    estimate: Estimate
    p_holm: float | None = None  # over all reforms and tested KPIs of one kind of effect

    @property
    def is_told(self) -> bool:
        """Whether it can be told from nothing."""
        return self.p_holm is not None and self.p_holm < 0.05

    @property
    def is_nothing(self) -> bool:
        """Whether it changes in no run."""
        found = self.estimate
        return found.mean == 0 and found.low in (0, None) and found.high in (0, None)

    def says_the_same(self, other: Effect) -> bool:
        """Whether both lead to the same conclusion: the sign if it can be told from nothing, or that it cannot."""
        if self.estimate == other.estimate or not (self.is_told or other.is_told):
            return True
        assert self.estimate.mean is not None or other.estimate.mean is not None, "what is told has a mean"
        return self.is_told == other.is_told and (self.estimate.mean or 0) * (other.estimate.mean or 0) > 0


Effects = Mapping[Kind, Mapping[str, Effect]]
"""By kind and KPI; a kind that was not asked for, or not reached, is missing."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One reform and what it does."""

    reform: Reform
    effects: Effects
    mechanism: Effects  # with every number held at its base value
    control: Mapping[str, Effect]  # what its resources do without it; empty if it needs none

    def is_assumed(self, kind: Kind, kpi: str) -> bool:
        """Whether the conclusion lives in the bundles' numbers only."""
        effect, bare = self.effects[kind][kpi], self.mechanism.get(kind, {}).get(kpi)
        return bare is not None and effect.is_told and not effect.says_the_same(bare)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """The reforms between two arms, in the order in which they were made."""

    start: Arm
    goal: Arm
    rungs: tuple[Rung, ...]
    by_effect: bool  # whether the order is by effect alone, best first, or was asked for
    orders: int | None  # of the Shapley values: how many were drawn; 0: all of them; None: not asked for
    numbers_are_equal: bool  # so that nothing had to be held
    comparison: Comparison  # of the start and the goal
    arms: tuple[str, ...]
    replications: tuple[Replication, ...]
    is_partial: bool
    robustness: Robustness | None = None  # of the effects alone, and of all together, if assumed numbers were varied

    @property
    def tested(self) -> tuple[str, ...]:
        """The KPIs that are put to a test."""
        return tested_kpis(self.comparison.scenario)

    @property
    def kinds(self) -> tuple[Kind, ...]:
        """The kinds of effect that there are."""
        return tuple(self.rungs[0].effects)

    @property
    def headline(self) -> Kind:
        """The kind by which reforms are ranked in sentences."""
        return "shapley" if "shapley" in self.kinds else "alone"


def tested_kpis(scenario: Scenario) -> tuple[str, ...]:
    """The KPIs that are put to a test: the primary, the secondary, minutes and lives."""
    return tuple(dict.fromkeys((scenario.primary, *scenario.secondary, MINUTES, LIVES)))
