"""Which conclusions hinge on assumed numbers: each is moved to the ends of its range, all others left alone.

First, numbers of the tables are moved in groups: if not one event of any arm changes when a whole group stands at
its low or at its high ends, none of it matters under these seeds. What is left is moved one at a time, first under a
few seeds. Only numbers that thereby take half of what it takes to turn a conclusion, or more, are moved under all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

from sim.policies.bundles import Arm
from sim.study.assumed import Assumed, at, groups, in_policies, in_tables
from sim.study.bench import Bench
from sim.study.comparing import Comparison, Role, judged
from sim.study.measures import is_percentile
from sim.study.plan import Cell, Plan
from sim.study.statistics import Estimate, holm, paired
from sim.study.workers import Watch, carry_out

Says = Literal["less", "more", "nothing", "no value"]

ENOUGH = 0.5
"""Of what it takes to turn a conclusion: who moves a difference so far at the first look is looked at again."""


@dataclass(frozen=True, slots=True)
class Look:
    """How closely assumed numbers are looked at."""

    first: int = 2  # seeds of the first look
    among: tuple[str, ...] = ()  # only numbers whose paths begin so; all if none are named


@dataclass(frozen=True, slots=True)
class Contrast:
    """What is concluded upon: one arm against another."""

    name: str
    a: Arm
    b: Arm


@dataclass(frozen=True, slots=True)
class Claim:
    """What a contrast says of one KPI."""

    contrast: str
    kpi: str
    role: Role
    estimate: Estimate
    p_holm: float | None

    @property
    def says(self) -> Says:
        """The conclusion: a sign that can be told from nothing, or that it cannot."""
        if self.estimate.mean is None:
            return "no value"
        if self.p_holm is None or self.p_holm >= 0.05:
            return "nothing"
        return "less" if self.estimate.mean < 0 else "more"

    @property
    def margin(self) -> float:
        """How far the mean is from where its own interval would begin, or cease, to include zero."""
        found = self.estimate
        if found.mean is None or found.low is None or found.high is None:
            return 0.0
        return abs(abs(found.mean) - (found.high - found.low) / 2)


Claims = Mapping[tuple[str, str], Claim]
"""By contrast and KPI."""


@dataclass(frozen=True, slots=True)
class Swing:
    """What is concluded with one number at one end of its range."""

    number: Assumed
    value: float
    runs: int  # an arm
    claims: Claims


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """What became of each conclusion."""

    claims: Claims
    look: Look
    numbers: tuple[Assumed, ...]  # that were to be varied
    without_range: int  # numbers that cannot be varied
    without_effect: tuple[str, ...]  # paths: no event changed in any arm
    impossible: Mapping[str, str]  # paths: why the tables do not allow an end
    first_look: tuple[Swing, ...]
    swings: tuple[Swing, ...]  # under all seeds
    runs: int
    is_partial: bool

    def hinges(self, claim: Claim) -> list[Swing]:
        """The numbers, at an end of their range, with which another conclusion would be drawn."""
        key = claim.contrast, claim.kpi
        return [swing for swing in self.swings if swing.claims[key].says != claim.says]


def doubted(plan: Plan, watch: Watch, look: Look) -> Comparison:
    """A comparison, and which of its conclusions hinge on assumed numbers."""
    arms = {label: cell.arm for label, cell in zip(plan.labels, plan.cells, strict=True)}
    contrasts = [Contrast(f"{b} against {a}", arms[a], arms[b]) for a, b in combinations(plan.labels, 2)]
    roles: dict[str, Role] = {plan.scenario.primary: "primary"}
    roles |= dict.fromkeys(plan.scenario.secondary, "secondary")
    robustness = Survey(Bench(plan.scenario, plan.design, watch), contrasts, roles, look).run()
    made = watch.journal.known(plan) if robustness.is_partial else carry_out(plan, watch)
    return replace(judged(plan, made), robustness=robustness)


class Survey:
    """The work; what is expected of it is announced with the first runs of the bench."""

    def __init__(self, bench: Bench, contrasts: Sequence[Contrast], roles: Mapping[str, Role], look: Look) -> None:
        self.bench = bench
        self.contrasts = contrasts
        self.roles = roles
        self.look = look
        self.arms = list(dict.fromkeys(arm for one in contrasts for arm in (one.a, one.b)))
        tables, self.without_range = in_tables()
        self.numbers = [one for one in [*tables, *in_policies(self.arms)] if _is_among(one, look.among)]
        self.first = bench.design.seeds[: look.first]
        self._cell: dict[tuple[Arm, tuple[tuple[str, float], ...]], Cell] = {}
        self._expect()

    def _expect(self) -> None:
        tables = [number for number in self.numbers if number.is_of_a_table]
        looks = [*groups(tables).values(), *([number] for number in self.numbers)]
        cells = sum(len(self._cells(members)) for members in looks)
        self.bench.expect(cells * len(self.first), f"to look at {len(self.numbers)} assumed numbers")
        rest = len(self.bench.design.seeds) - len(self.first)
        again = sum(len(self._cells([number])) for number in self.numbers)
        self.bench.expect(again * rest, "to look at those again that could turn a conclusion")

    def run(self) -> Robustness:
        """All of it; what an interruption leaves is complete for the numbers that it names."""
        self.bench.run(self._at(arm, {}) for arm in self.arms)
        live = [number for number in self.numbers if not number.is_of_a_table] + self._that_act()
        self.bench.run(self._all_cells(live), seeds=self.first, kpis=tuple(self.roles))
        usual = self._claims({}, self.bench.seeds)
        first = self._swings(live, self.first)
        at_first = self._claims({}, self.first)
        close = {swing.number: None for swing in first if _could_turn(swing, at_first, usual)}
        self.bench.run(self._all_cells(close), kpis=tuple(self.roles))
        return Robustness(
            claims=usual,
            look=self.look,
            numbers=tuple(self.numbers),
            without_range=self.without_range,
            without_effect=tuple(one.path for one in self.numbers if one.is_of_a_table and one not in live),
            impossible=self._impossible(live),
            first_look=tuple(first),
            swings=tuple(self._swings(close, self.bench.seeds)),
            runs=len(self.bench.replications),
            is_partial=self.bench.is_partial,
        )

    # --- which numbers act at all

    def _that_act(self) -> list[Assumed]:
        """Numbers of the tables that change an event when they, and whatever group they are in, are moved."""
        left = [number for number in self.numbers if number.is_of_a_table]
        depth = 1
        shared = groups(left)
        while any(start.count(".") >= depth for start in shared):
            level = {start: members for start, members in shared.items() if start.count(".") == depth}
            level = {start: members for start, members in level.items() if set(members) <= set(left)}
            self._move(level.values())
            quiet = {one for members in level.values() if self._is_still(members) for one in members}
            left = [number for number in left if number not in quiet]
            depth += 1
        self._move([number] for number in left)
        return [number for number in left if not self._is_still([number])]

    def _move(self, looks: Iterable[Sequence[Assumed]]) -> None:
        cells = [cell for members in looks for cell in self._cells(members)]
        self.bench.run(cells, seeds=self.first, kpis=tuple(self.roles))

    def _is_still(self, members: Sequence[Assumed]) -> bool:
        """Whether every log is the same, event by event, when these numbers are at their ends."""
        for end in _ends(members):
            for arm in self.arms:
                for seed in self.first:
                    usual, moved = self.bench.find(self._at(arm, {}), seed), self.bench.find(self._at(arm, end), seed)
                    if usual is None or moved is None or usual.log_sha256 != moved.log_sha256:
                        return False
        return True

    # --- cells

    def _at(self, arm: Arm, values: Mapping[Assumed, float]) -> Cell:
        """Made once: to tell cells apart takes longer than anything else here."""
        key = arm, tuple((number.path, value) for number, value in values.items())
        if key not in self._cell:
            self._cell[key] = at(arm, values)
        return self._cell[key]

    def _cells(self, members: Sequence[Assumed]) -> list[Cell]:
        """Every arm at both ends, but for those that the numbers do not concern."""
        cells = [self._at(arm, end) for end in _ends(members) for arm in self.arms]
        return [cell for cell in cells if cell.varied or cell.arm not in self.arms]

    def _all_cells(self, numbers: Iterable[Assumed]) -> list[Cell]:
        return [cell for number in numbers for cell in self._cells([number])]

    # --- what is concluded

    def _swings(self, numbers: Iterable[Assumed], seeds: Sequence[int]) -> list[Swing]:
        """Those ends at which every arm was run under these seeds."""
        found = []
        for number in numbers:
            for value in number.ends:
                cells = [self._at(arm, {number: value}) for arm in self.arms]
                made = [self.bench.find(cell, seed) for cell in cells for seed in seeds]
                if all(one is not None and not one.impossible for one in made):
                    found.append(Swing(number, value, len(seeds), self._claims({number: value}, seeds)))
        return found

    def _claims(self, values: Mapping[Assumed, float], seeds: Sequence[int]) -> Claims:
        estimates = {
            (contrast.name, kpi): self._estimate(contrast, kpi, values, seeds)
            for contrast in self.contrasts
            for kpi in self.roles
        }
        p = holm([estimate.p for estimate in estimates.values()])
        return {
            key: Claim(*key, self.roles[key[1]], estimate, p_holm)
            for (key, estimate), p_holm in zip(estimates.items(), p, strict=True)
        }

    def _estimate(
        self, contrast: Contrast, kpi: str, values: Mapping[Assumed, float], seeds: Sequence[int]
    ) -> Estimate:
        ends = (self.bench.values(self._at(arm, values), kpi, seeds) for arm in (contrast.a, contrast.b))
        return paired(*ends, is_percentile=is_percentile(kpi))

    def _impossible(self, numbers: Iterable[Assumed]) -> dict[str, str]:
        found = {}
        for number in numbers:
            for cell in self._cells([number]):
                made = self.bench.find(cell, self.first[0])
                if made is not None and made.impossible:
                    found[number.path] = made.impossible
        return found


def _could_turn(swing: Swing, at_first: Claims, usual: Claims) -> bool:
    """Whether it takes at least `ENOUGH` of what it takes to turn some conclusion; both under the same few seeds."""
    for key, claim in usual.items():
        before, after = at_first[key].estimate.mean, swing.claims[key].estimate.mean
        if before is None or after is None:
            if before != after:
                return True
        elif before != after and abs(after - before) >= ENOUGH * claim.margin:
            return True
    return False


def _ends(members: Sequence[Assumed]) -> list[dict[Assumed, float]]:
    """All at their low ends, and all at their high ends; without those that stand there already."""
    low = {number: number.low for number in members if number.low != number.value}
    high = {number: number.high for number in members if number.high != number.value}
    return [end for end in (low, high) if end]


def _is_among(number: Assumed, starts: tuple[str, ...]) -> bool:
    return not starts or any(number.path == start or number.path.startswith(f"{start}.") for start in starts)
