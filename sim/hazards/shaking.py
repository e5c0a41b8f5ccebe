"""A tower that shakes: nobody knows why, everybody leaves, and the stairs hurt a few."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from numpy.random import Generator
from pydantic import BaseModel, Field

from sim.core.quantities import Quantity
from sim.core.vocabulary import Capability, Severity
from sim.hazards.crowded import Crowded, Leaving, Span
from sim.hazards.evidence import Lognormal, Shares, Strict
from sim.hazards.incident import Incident
from sim.hazards.planned import Planned
from sim.hazards.work import Task
from sim.hazards.world import Keeper, World
from sim.hazards.zone import Call, people_within

ALARM = "alarm of the house"


class ShakingDetails(Strict):
    """What a scenario may say about a shaking tower of its own."""

    inside: int | None = Field(default=None, ge=0, le=200_000)
    shakes: Span = Field(default=None, ge=0)


class ShakingPhysics(Strict):
    """Parameters of a shaking tower."""

    name: Literal["shaking_building"]
    details: ClassVar[type[BaseModel]] = ShakingDetails
    shakes_s: Lognormal
    radius_m: Quantity  # of the house, for its people
    leaving: Leaving
    stairs: Quantity  # share hurt on the stairs
    injury: Shares
    heart: Quantity  # share whose heart stops on the way
    inspect_s: Lognormal
    secure_crews: Quantity  # while people leave
    guard_crews: Quantity  # while the empty house waits for its inspection
    locked_s: Quantity  # then the owner has shut it, inspected or not
    standby: Quantity

    def start(self, plan: Planned, world: World, keeper: Keeper) -> Incident:
        """The shaking itself."""
        return Shaking(self, plan, world, keeper)


class Shaking(Crowded):
    """A shaking tower; it is over when it is empty and somebody has looked at it."""

    def __init__(self, physics: ShakingPhysics, plan: Planned, world: World, keeper: Keeper) -> None:
        self.physics = physics
        self.leaving, self.standby = physics.leaving, int(physics.standby.value)
        self.is_inspected = False
        super().__init__(plan, world, keeper)

    def born(self, rng: Generator, plan: Planned) -> None:
        """Draw how long it shakes; everybody inside starts to leave."""
        physics, told = self.physics, plan.details or ShakingDetails()
        shakes_s, self.inspect_s = physics.shakes_s.draw(rng), physics.inspect_s.draw(rng)
        self.shakes_until_t = self.t + (shakes_s if told.shakes is None else told.shakes)
        here = people_within(self.world, self.x, self.y, physics.radius_m.value, self.t)
        self.settle_in(here if told.inside is None else told.inside)
        self.zone.warn(1.0, self.t, Call(ALARM, self.leaving.comply.value, self.leaving.scale_s.value))
        self.inspection = Task(Capability.INSPECT, self.inspect_s)
        self.tasks.append(self.inspection)
        at_risk = (self.zone.fate_u < physics.heart.value + physics.stairs.value) & (self.zone.leaves_t < math.inf)
        self._at_risk = [(float(self.zone.leaves_t[one]), one) for one in at_risk.nonzero()[0].tolist()]
        self._at_risk.sort()
        self.empty_t = math.inf

    @property
    def radius_m(self) -> float:
        """Of the house."""
        return self.physics.radius_m.value

    # --- what can be seen

    def passer_rate(self, t: float) -> float:
        """Those in sight, and those of the house itself."""
        own = 0.0 if self.is_attended or not self.is_active else self.zone.people * self.table.notice_per_person_s.value
        return super().passer_rate(t) + own

    def severity(self) -> Severity:
        """Serious while people are inside, though nobody may be hurt."""
        own = Severity.SERIOUS if self.zone.count(self.t).inside else Severity.MINOR
        return max(own, super().severity(), key=list(Severity).index)

    def extent(self) -> float:
        """People inside."""
        return float(self.zone.count(self.t).inside)

    def intensity(self) -> float:
        """1 while it shakes."""
        return float(self.t < self.shakes_until_t)

    def posts(self) -> dict[Capability, int]:
        """Police receive those who come out, and guard the empty house until it is inspected."""
        is_empty = self.empty_t < math.inf
        crews = int((self.physics.guard_crews if is_empty else self.physics.secure_crews).value)
        return {Capability.SECURE: crews} if crews and not self._is_settled() else {}

    def _is_settled(self) -> bool:
        return self.empty_t < math.inf and (self.is_inspected or self.t >= self.empty_t + self.physics.locked_s.value)

    # --- time

    def evolve(self, t: float, dt: float) -> None:
        """People come out; some are hurt on the way."""
        while self._at_risk and self._at_risk[0][0] <= t:
            person = self._at_risk.pop(0)[1]
            rng = self.world.streams.of("shaking.fate", *self.key, person)
            if self.zone.fate_u[person] < self.physics.heart.value:
                self.strike(person, "cardiac_arrest", Severity.CRITICAL)
            else:
                self.strike(person, "trauma", Severity(self.physics.injury.pick(float(rng.random()))))
        if self.empty_t == math.inf and not self.zone.leaving(t):
            self.empty_t = t
            self.assign()

    def finished(self, task: Task, t: float) -> None:
        """It has been looked at."""
        super().finished(task, t)
        if task is self.inspection:
            self.is_inspected = True
            self.keeper.judged(self, self.worker(task))

    def hazard_next_t(self) -> float:
        """The next one who is hurt; every minute while people leave; when the house is locked."""
        marks = [self._at_risk[0][0]] if self._at_risk else []
        if self.empty_t < math.inf:
            marks.append(self.empty_t + self.physics.locked_s.value)
        elif self.leaving_next_t() == math.inf:
            marks.append(self.t + 1.0)  # nobody is inside from the start
        return min([self.leaving_next_t(), *[math.ceil(t) for t in marks if t > self.t]])

    def is_spent(self) -> bool:
        """Empty, and inspected or shut."""
        return self._is_settled()

    def end(self, t: float) -> None:
        """It is open again, or shut for good."""
        self.outcome = "resolved" if self.is_inspected else "not inspected"
        super().end(t)
