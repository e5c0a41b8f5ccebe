"""Sudden illness and cardiac arrest: one patient whose survival falls with time."""

from __future__ import annotations

from typing import ClassVar, Literal

from numpy.random import Generator
from pydantic import BaseModel, model_validator

from sim.core.vocabulary import Severity
from sim.hazards.evidence import Shares, Strict
from sim.hazards.incident import Incident
from sim.hazards.planned import Planned
from sim.hazards.world import Keeper, World


class MedicalDetails(Strict):
    """What a scenario may say about a patient of its own."""

    condition: str | None = None
    severity: Severity | None = None
    is_found_late: bool | None = None


class MedicalPhysics(Strict):
    """Parameters of an illness: what ails the patient, and how badly."""

    name: Literal["medical"]
    details: ClassVar[type[BaseModel]] = MedicalDetails
    condition: Shares
    severity: dict[str, Shares]  # by condition

    @model_validator(mode="after")
    def _complete(self) -> MedicalPhysics:
        missing = set(self.condition.shares) ^ set(self.severity)
        if missing:
            raise ValueError(f"condition and severity do not name the same conditions: {', '.join(sorted(missing))}")
        return self

    def start(self, plan: Planned, world: World, keeper: Keeper) -> Incident:
        """The illness itself."""
        return Illness(self, plan, world, keeper)


class Illness(Incident):
    """One patient; it is over when he has left the scene."""

    def __init__(self, physics: MedicalPhysics, plan: Planned, world: World, keeper: Keeper) -> None:
        self.physics = physics
        super().__init__(plan, world, keeper)

    def born(self, rng: Generator, plan: Planned) -> None:
        """Draw what ails him."""
        told = plan.details or MedicalDetails()
        condition_u, severity_u = rng.random(2).tolist()
        condition = told.condition or self.physics.condition.pick(condition_u)
        severity = told.severity or Severity(self.physics.severity[condition].pick(severity_u))
        if told.is_found_late is not None:
            self.found(late=told.is_found_late)
        self.harm(condition, severity, rng)
