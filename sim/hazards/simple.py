"""Incidents that are some work for some crews: crime, disorder, help requests."""

from __future__ import annotations

from typing import ClassVar, Literal

from numpy.random import Generator
from pydantic import BaseModel, Field

from sim.core.quantities import Quantity
from sim.core.vocabulary import Capability, Severity
from sim.hazards.evidence import Lognormal, Shares, Strict
from sim.hazards.incident import Incident
from sim.hazards.planned import Planned
from sim.hazards.work import Task
from sim.hazards.world import Keeper, World


class SimpleDetails(Strict):
    """What a scenario may say about such an incident of its own."""

    severity: Severity | None = None
    injured: int | None = Field(default=None, ge=0, le=100)


class SimplePhysics(Strict):
    """Parameters of an incident that is some work."""

    name: Literal["simple"]
    details: ClassVar[type[BaseModel]] = SimpleDetails
    capability: Capability
    severity: Shares
    crews_minor: Quantity
    crews_serious: Quantity
    crews_critical: Quantity
    work_s: Lognormal  # with all crews there
    ends_s: Lognormal  # by itself, after somebody has noticed and nobody comes
    injured: Quantity  # share with somebody hurt
    injury: Shares  # his severity

    def start(self, plan: Planned, world: World, keeper: Keeper) -> Incident:
        """The incident itself."""
        return Simple(self, plan, world, keeper)

    def crews(self, severity: Severity) -> int:
        """Crews that work side by side."""
        quantity: Quantity = getattr(self, f"crews_{severity.value}")
        return int(quantity.value)


class Simple(Incident):
    """A task, and sometimes somebody hurt."""

    def __init__(self, physics: SimplePhysics, plan: Planned, world: World, keeper: Keeper) -> None:
        self.physics = physics
        super().__init__(plan, world, keeper)

    def born(self, rng: Generator, plan: Planned) -> None:
        """Draw how bad it is, its work, its natural end, and who is hurt."""
        physics, told = self.physics, plan.details or SimpleDetails()
        severity_u, injured_u, injury_u = rng.random(3).tolist()
        work_s, ends_s = physics.work_s.draw(rng), physics.ends_s.draw(rng)
        self.level = told.severity or Severity(physics.severity.pick(severity_u))
        crews = physics.crews(self.level)
        self.tasks.append(Task(physics.capability, work_s * crews, crews))
        self.gives_up_t = self.t + self.caller_delay_s + ends_s
        injured = int(injured_u < physics.injured.value) if told.injured is None else told.injured
        for _ in range(injured):
            self.harm("trauma", Severity(physics.injury.pick(injury_u)), rng)
        if injured:
            self.gives_up_t = max(self.gives_up_t, self.own_way_t(self.patients[0]))

    def severity(self) -> Severity:
        """As drawn, or as bad as the worst hurt."""
        return max(self.level, super().severity(), key=list(Severity).index)
