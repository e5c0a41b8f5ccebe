"""The ladder between two bundles: what each reform does alone, last of all, in its turn, and as its fair share.

Every effect says what making the reform changes: alone, when added to the start; `removed`, when it is the last to be
added to the goal (the goal less the goal without it); cumulative, in its turn; shapley, over all orders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Unpack

from sim.resources import endowed
from sim.results.definitions import KPIS
from sim.study.bench import Bench
from sim.study.comparing import Role
from sim.study.measures import check_measures, is_percentile
from sim.study.plan import Asked, Cell, Design
from sim.study.reforms import Coalition, Reform, Span, in_order, numbers_held, reforms
from sim.study.robust import Contrast, Look, Survey
from sim.study.rungs import COSTS, KINDS, Effect, Effects, Kind, Ladder, Rung, tested_kpis
from sim.study.shapley import Order, Shares, coalitions, drawn_orders, shapley
from sim.study.statistics import Estimate, holm, paired
from sim.study.workers import Watch

if TYPE_CHECKING:
    from sim.policies.bundles import Arm
    from sim.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Steps:
    """In which order reforms are made, and what is wanted beside their effects."""

    order: str | None = None  # 'a,b,c'; by effect alone, best first, if left out
    permutations: int | None = None  # orders that are drawn for Shapley values; none are wanted if left out
    look: Look | None = None  # at assumed numbers, on which effects might hinge; none if left out


def ladder(
    scenario: Scenario,
    start: Arm,
    goal: Arm,
    steps: Steps | None = None,
    *,
    watch: Watch | None = None,
    **asked: Unpack[Asked],
) -> Ladder:
    """Switch every reform between two arms in all the ways above."""
    check_measures(scenario.name, (scenario.primary, *scenario.secondary))
    steps, design = steps or Steps(), Design(**asked)
    changed = reforms(start, goal)
    families = tuple(reform.family for reform in changed)
    wanted = in_order(steps.order, families)
    drawn = None if steps.permutations is None else drawn_orders(families, steps.permutations, design.base_seed)
    held = numbers_held(start, goal)
    spans = [Span(start, goal, families)] + ([] if held is goal else [Span(start, held, families)])
    shares = Shares(drawn) if steps.permutations is not None else None
    climb = _Climb(Bench(scenario, design, watch or Watch()), spans, changed, shares)
    survey = None if steps.look is None else climb.survey(steps.look)  # announces its runs with the first ones
    climb.run(wanted)
    robustness = None if survey is None else survey.run()
    return replace(climb.result(is_ordered=wanted is not None), robustness=robustness)


class _Climb:
    """The work on one ladder: which arms, in which order, and what they tell."""

    def __init__(self, bench: Bench, spans: Sequence[Span], changed: tuple[Reform, ...], shares: Shares | None) -> None:
        self.bench = bench
        self.spans = spans
        self.changed = changed
        self.shares = shares
        self.order: Order = spans[0].families
        self.scenario = bench.scenario
        self.kpis = tuple(dict.fromkeys([*tested_kpis(self.scenario), "deaths", *COSTS]))

    def run(self, wanted: Order | None) -> None:
        """First what every ladder needs; then the order, and what is missing of it."""
        families = self.spans[0].families
        sets = {chosen: None for size in (0, 1, -1, len(families)) for chosen in _of_size(families, size)}
        if self.shares:
            sets |= dict.fromkeys(coalitions(families, self.shares.orders))
        sets |= dict.fromkeys(_steps(wanted or ()))
        if not (wanted or (self.shares and self.shares.are_exact)):
            later = max(0, len(families) - 3) * len(self.spans)
            self.bench.expect(later * len(self.bench.design.seeds), "when it is known which reform does most")
        controls = [self._control_cell(reform) for reform in self.changed if reform.resources]
        self.bench.run([*self._cells(sets), *controls])
        self.order = wanted or self._best_first()
        self.bench.run(self._cells(dict.fromkeys(_steps(self.order))))

    def survey(self, look: Look) -> Survey:
        """Of the effects of each reform alone, and of all together."""
        span = self.spans[0]
        roles = {kpi: self._role(kpi) for kpi in tested_kpis(self.scenario)}
        alone = [Contrast(f"{one.family} alone", span.start, span.arm(frozenset({one.family}))) for one in self.changed]
        return Survey(self.bench, [*alone, Contrast("all together", span.start, span.goal)], roles, look)

    def result(self, *, is_ordered: bool) -> Ladder:
        """What the runs tell."""
        start, goal = self.spans[0].start, self.spans[0].goal
        found = [self._effects(span) for span in self.spans]
        by_family = {reform.family: reform for reform in self.changed}
        controls = self._controls()
        rungs = [
            Rung(by_family[family], found[0][family], found[-1][family], controls.get(family, {}))
            for family in self.order
        ]
        return Ladder(
            start=start,
            goal=goal,
            rungs=tuple(rungs),
            by_effect=not is_ordered,
            orders=len(self.shares.orders or ()) if self.shares else None,
            numbers_are_equal=len(self.spans) == 1,
            comparison=self.bench.compared(start, goal),
            arms=self.bench.labels,
            replications=self.bench.replications,
            is_partial=self.bench.is_partial,
        )

    def _cells(self, sets: Mapping[Coalition, None]) -> list[Cell]:
        return [Cell(span.arm(chosen)) for span in self.spans for chosen in sets]

    def _control_cell(self, reform: Reform) -> Cell:
        """The start with the staff and units that the reform needs, and without the reform."""
        return Cell(self.spans[0].start, endowed(self.scenario, reform.resources))

    def _best_first(self) -> Order:
        """By the primary KPI alone; what cannot be measured comes last, ties in the order of the families."""
        sign = -1 if KPIS[self.scenario.primary].better == "higher" else 1
        span, kpi = self.spans[0], self.scenario.primary
        worse = {family: self._added(span, frozenset(), family, kpi).mean for family in span.families}
        return tuple(sorted(worse, key=lambda family: (worse[family] is None, sign * (worse[family] or 0.0))))

    # --- effects

    def _effects(self, span: Span) -> dict[str, Effects]:
        """By family, each kind's p values corrected together."""
        by_kind = {kind: self._of_kind(span, kind) for kind in KINDS}
        judged = {kind: self._judged(found) for kind, found in by_kind.items() if found}
        return {family: {kind: found[family] for kind, found in judged.items()} for family in span.families}

    def _of_kind(self, span: Span, kind: Kind) -> dict[str, dict[str, Estimate]]:
        """Estimates by family and KPI; empty if the kind was not asked for or its arms were not reached."""
        if kind == "shapley":
            return self._shares(span, self.shares) if self.shares else {}
        if kind == "cumulative" and not all(self.bench.has(span.arm(chosen)) for chosen in _steps(self.order)):
            return {}
        before: dict[str, Coalition] = {
            "alone": dict.fromkeys(span.families, frozenset[str]()),
            "removed": {family: span.all - {family} for family in span.families},
            "cumulative": dict(zip(self.order, _steps(self.order), strict=False)),
        }[kind]
        return {
            family: {kpi: self._added(span, before[family], family, kpi) for kpi in self.kpis}
            for family in span.families
        }

    def _added(self, span: Span, before: Coalition, family: str, kpi: str) -> Estimate:
        ends = (self.bench.values(Cell(span.arm(chosen)), kpi) for chosen in (before, before | {family}))
        return paired(*ends, is_percentile=is_percentile(kpi))

    def _shares(self, span: Span, wanted: Shares) -> dict[str, dict[str, Estimate]]:
        shares: dict[str, dict[str, Estimate]] = {family: {} for family in span.families}
        cells = {chosen: Cell(span.arm(chosen)) for chosen in coalitions(span.families, wanted.orders)}
        for kpi in self.kpis:

            def values(chosen: Coalition, kpi: str = kpi) -> list[float | None]:
                return self.bench.values(cells[chosen], kpi)

            found = shapley(span.families, wanted.orders, values, is_percentile=is_percentile(kpi))
            for family, estimate in found.items():
                shares[family][kpi] = estimate
        return shares

    def _judged(self, found: Mapping[str, Mapping[str, Estimate]]) -> dict[str, dict[str, Effect]]:
        """Effects with Holm's correction over all reforms and tested KPIs."""
        tested = [(family, kpi) for family in found for kpi in tested_kpis(self.scenario)]
        p = dict(zip(tested, holm([found[family][kpi].p for family, kpi in tested]), strict=True))
        return {
            family: {kpi: self._effect(kpi, each, p.get((family, kpi))) for kpi, each in by_kpi.items()}
            for family, by_kpi in found.items()
        }

    def _effect(self, kpi: str, estimate: Estimate, p: float | None) -> Effect:
        return Effect(kpi, self._role(kpi), estimate, p)

    def _role(self, kpi: str) -> Role:
        if kpi == self.scenario.primary:
            return "primary"
        return "secondary" if kpi in tested_kpis(self.scenario) else "exploratory"

    def _controls(self) -> dict[str, dict[str, Effect]]:
        found = {
            reform.family: {kpi: self._control(self._control_cell(reform), kpi) for kpi in self.kpis}
            for reform in self.changed
            if reform.resources
        }
        return self._judged(found)

    def _control(self, richer: Cell, kpi: str) -> Estimate:
        ends = (self.bench.values(cell, kpi) for cell in (Cell(self.spans[0].start), richer))
        return paired(*ends, is_percentile=is_percentile(kpi))


def _of_size(families: Sequence[str], size: int) -> list[Coalition]:
    """All sets of that many families; of -1, of all but one."""
    return [frozenset(some) for some in combinations(families, size if size >= 0 else len(families) + size)]


def _steps(order: Sequence[str]) -> list[Coalition]:
    """From none to all, one more at a time."""
    return [frozenset(order[:size]) for size in range(len(order) + 1)]
