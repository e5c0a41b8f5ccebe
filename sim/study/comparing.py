"""Two or more arms under the same seeds: how they differ, and how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations, count
from typing import TYPE_CHECKING, Any, Literal, Unpack

from sim.core.errors import InputError
from sim.study.measures import check_measures, is_percentile
from sim.study.plan import Asked, Cell, Design, Plan, Replication
from sim.study.statistics import Estimate, Summary, holm, paired, summary
from sim.study.workers import Watch, carry_out

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario
    from sim.study.robust import Robustness

Role = Literal["primary", "secondary", "exploratory"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One KPI in two arms, b − a, run by run."""

    a: str
    b: str
    kpi: str
    role: Role
    estimate: Estimate
    p_holm: float | None = None  # over the primary and secondary KPIs of all pairs of arms; None if exploratory

    @property
    def is_told_apart(self) -> bool:
        """Whether a difference was named beforehand and is beyond chance at 5 % for the whole family."""
        return self.p_holm is not None and self.p_holm < 0.05


@dataclass(frozen=True, slots=True)
class Comparison:
    """The arms, what each run of them gave, and how they differ."""

    scenario: Scenario
    town: str
    town_note: str  # "schematic", or whose data the map is
    labels: tuple[str, ...]
    planned: int  # runs an arm
    seeds: tuple[int, ...]  # those that are finished in every arm
    replications: tuple[Replication, ...]
    differences: tuple[Difference, ...]
    robustness: Robustness | None = None  # if assumed numbers were varied

    @property
    def is_partial(self) -> bool:
        """Whether it was interrupted."""
        is_doubt_cut = self.robustness is not None and self.robustness.is_partial
        return len(self.seeds) < self.planned or is_doubt_cut

    @property
    def kpis(self) -> list[str]:
        """Every KPI, those named beforehand first."""
        return _kpis(self.scenario, self.replications)

    def values(self, label: str, kpi: str) -> list[float | None]:
        """A KPI of an arm, by seed."""
        return _values(self.replications, label, kpi)

    def summary(self, label: str, kpi: str) -> Summary:
        """A KPI of an arm, over its runs."""
        return summary(self.values(label, kpi))

    def to_json(self) -> dict[str, Any]:
        """What `--json` prints; the mean and spread are over runs of the KPI of each run."""
        arms = {label: {"kpis": {kpi: _plain(self.summary(label, kpi)) for kpi in self.kpis}} for label in self.labels}
        differences = [
            {
                "a": difference.a,
                "b": difference.b,
                "kpi": difference.kpi,
                "mean": difference.estimate.mean,
                "ci95": [difference.estimate.low, difference.estimate.high],
                "n": difference.estimate.n,
                "role": difference.role,
            }
            for difference in self.differences
        ]
        made: dict[str, Any] = {
            "scenario": self.scenario.name,
            "map": self.town,
            "runs": len(self.seeds),
            "seeds": list(self.seeds),
            "primary": self.scenario.primary,
            "arms": arms,
            "differences": differences,
        }
        if self.robustness is not None:
            from sim.study.robust_words import to_json

            made["robust"] = to_json(self.robustness)
        return made


def compare(
    scenario: Scenario | str, policies: Sequence[Arm | str], *, watch: Watch | None = None, **asked: Unpack[Asked]
) -> Comparison:
    """Run every arm with the seeds base_seed, base_seed + 1, … and compare them pair by pair."""
    plan = arms_under_seeds(scenario, policies, Design(**asked))
    return judged(plan, carry_out(plan, watch))


def arms_under_seeds(scenario: Scenario | str, policies: Sequence[Arm | str], design: Design) -> Plan:
    """The plan of a comparison, checked."""
    if len(policies) < 2:
        raise InputError(f"{len(policies)} arm given; a comparison needs at least two, such as fragmented,linked")
    arms = tuple(_arm(arm) for arm in policies)
    checked = _scenario(scenario)
    check_measures(checked.name, (checked.primary, *checked.secondary))
    return Plan(
        scenario=checked,
        cells=tuple(Cell(arm) for arm in arms),
        labels=distinct([arm.label for arm in arms]),
        seeds=design.seeds,
        design=design,
    )


def _arm(arm: Arm | str) -> Arm:
    from sim.policies.bundles import parse_arm

    return parse_arm(arm) if isinstance(arm, str) else arm


def _scenario(scenario: Scenario | str) -> Scenario:
    if not isinstance(scenario, str):
        return scenario
    from sim.scenario import Scenario as Checked

    return Checked.load(scenario)


def judged(plan: Plan, replications: Sequence[Replication]) -> Comparison:
    """The comparison of what was run; seeds that are not finished in every arm are left out."""
    finished = {(replication.label, replication.seed) for replication in replications}
    seeds = tuple(seed for seed in plan.seeds if all((label, seed) in finished for label in plan.labels))
    kept = tuple(replication for replication in replications if replication.seed in seeds)
    return Comparison(
        scenario=plan.scenario,
        town=kept[0].town if kept else _town_name(plan),
        town_note=kept[0].town_note if kept else "",
        labels=plan.labels,
        planned=len(plan.seeds),
        seeds=seeds,
        replications=kept,
        differences=_differences(plan, kept),
    )


def _town_name(plan: Plan) -> str:
    town = plan.design.town if plan.design.town is not None else plan.scenario.town
    return town if isinstance(town, str) else town.name


def _differences(plan: Plan, replications: Sequence[Replication]) -> tuple[Difference, ...]:
    found = []
    for a, b in combinations(plan.labels, 2):
        for kpi in _kpis(plan.scenario, replications):
            values = _values(replications, a, kpi), _values(replications, b, kpi)
            estimate = paired(*values, is_percentile=is_percentile(kpi))
            found.append(Difference(a, b, kpi, _role(plan.scenario, kpi), estimate))
    adjusted = iter(holm([difference.estimate.p for difference in found if difference.role != "exploratory"]))
    return tuple(
        difference if difference.role == "exploratory" else replace(difference, p_holm=next(adjusted))
        for difference in found
    )


def _kpis(scenario: Scenario, replications: Sequence[Replication]) -> list[str]:
    named = [scenario.primary, *scenario.secondary]
    rest = (kpi for replication in replications for kpi in replication.kpis)
    return list(dict.fromkeys([*named, *rest]))


def _values(replications: Sequence[Replication], label: str, kpi: str) -> list[float | None]:
    return [replication.kpis.get(kpi) for replication in replications if replication.label == label]


def _role(scenario: Scenario, kpi: str) -> Role:
    if kpi == scenario.primary:
        return "primary"
    return "secondary" if kpi in scenario.secondary else "exploratory"


def distinct(labels: Sequence[str]) -> tuple[str, ...]:
    """Arms of one name (to see that nothing differs, say) get a number."""
    found: list[str] = []
    for label in labels:
        numbered = (label if k == 1 else f"{label}#{k}" for k in count(1))
        found.append(next(one for one in numbered if one not in found))
    return tuple(found)


def _plain(found: Summary) -> dict[str, float | int | None]:
    return {"mean": found.mean, "sd": found.sd, "p50": found.p50, "p90": found.p90, "n": found.n}
