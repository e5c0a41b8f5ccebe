"""A flash flood in a drain or an underpass: water rises within minutes, and sweeps off who is still inside."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

import numpy as np
from numpy.random import Generator
from pydantic import BaseModel, Field

from sim.core.quantities import Quantity
from sim.core.vocabulary import Capability, Service, Severity
from sim.hazards.crowded import Crowded, Doors, Leaving, Span
from sim.hazards.evidence import Lognormal, Strict
from sim.hazards.incident import Incident
from sim.hazards.planned import Planned
from sim.hazards.work import Task
from sim.hazards.world import Keeper, World
from sim.hazards.zone import Call

MINUTE_S = 60.0
OWN_EYES = "own eyes"


class FloodDetails(Strict):
    """What a scenario may say about a flash flood of its own."""

    rises_after: Span = Field(default=None, ge=0)
    lasts: Span = Field(default=None, ge=0)  # at its peak
    peak_m: float | None = Field(default=None, ge=0, le=30)
    rise_m_min: float | None = Field(default=None, gt=0, le=30)
    inside: int | None = Field(default=None, ge=0, le=5_000)


class FloodPhysics(Strict):
    """Parameters of a flash flood."""

    name: Literal["flash_flood"]
    details: ClassVar[type[BaseModel]] = FloodDetails
    rises_s: Lognormal  # from the start until the water begins to rise
    base_m: Quantity  # level before and after
    peak_m: Lognormal
    rise_m_min: Lognormal
    lasts_s: Lognormal  # at its peak
    fall_m_min: Quantity
    alarm_m: Quantity  # level at which those inside see that they must get out
    limit_m: Quantity  # level that sweeps off who is inside
    inside: Quantity  # Poisson mean of people inside
    leaving: Leaving
    doors: Doors  # a crew that calls into the drain
    ashore: Quantity  # share of those swept off who get hold of something
    search_s: Lognormal  # crew-seconds to find one person
    search_most: Quantity  # crews that search at once
    tells_s: Quantity  # mean time until one who got out dials
    standby: Quantity
    gives_up_s: Quantity  # then the search ends

    def start(self, plan: Planned, world: World, keeper: Keeper) -> Incident:
        """The flood itself."""
        return Flood(self, plan, world, keeper)


class Flood(Crowded):
    """A flash flood; its level is the same whatever anybody does."""

    can_worsen = True

    def __init__(self, physics: FloodPhysics, plan: Planned, world: World, keeper: Keeper) -> None:
        self.physics = physics
        self.leaving, self.doors, self.standby = physics.leaving, physics.doors, int(physics.standby.value)
        self.has_alarmed = False
        self.has_swept = False
        super().__init__(plan, world, keeper)

    def born(self, rng: Generator, plan: Planned) -> None:
        """Draw the course of the water and who is inside."""
        physics, told = self.physics, plan.details or FloodDetails()
        rises_s, lasts_s = physics.rises_s.draw(rng), physics.lasts_s.draw(rng)
        peak_m, rise_m_min = physics.peak_m.draw(rng), physics.rise_m_min.draw(rng)
        inside = int(rng.poisson(physics.inside.value))
        base = physics.base_m.value
        self.rises_t = self.t + (rises_s if told.rises_after is None else told.rises_after)
        self.peak_m = max(base, peak_m if told.peak_m is None else told.peak_m)
        self.rise_ms = (rise_m_min if told.rise_m_min is None else told.rise_m_min) / MINUTE_S
        peak_t = self.rises_t + (self.peak_m - base) / self.rise_ms
        ebbs_t = peak_t + (lasts_s if told.lasts is None else told.lasts)
        self.falls_t = ebbs_t + (self.peak_m - base) / (physics.fall_m_min.value / MINUTE_S)
        self._curve = (self.t, self.rises_t, peak_t, ebbs_t, self.falls_t), (base, base, self.peak_m, self.peak_m, base)
        self.alarm_t = self._passes_t(physics.alarm_m.value)
        self.limit_t = self._passes_t(physics.limit_m.value)
        self.settle_in(inside if told.inside is None else told.inside)
        if self.limit_t < math.inf:
            self.caller_delay_s += self.limit_t - self.t  # nobody above ground sees anything before
        self.open_doors(self.t)

    def _passes_t(self, level_m: float) -> float:
        """The whole second by which the water has risen so far."""
        base = self.physics.base_m.value
        if level_m > self.peak_m:
            return math.inf
        return float(math.ceil(max(self.t + 1.0, self.rises_t + max(0.0, level_m - base) / self.rise_ms)))

    # --- what can be seen and measured

    def level_m(self, t: float) -> float:
        """Depth of the water: flat, up at an even pace, flat, down; exogenous."""
        times, levels = self._curve
        return float(np.interp(t, times, levels))

    @property
    def is_up(self) -> bool:
        """Whether the water is above its usual level now."""
        return self.rises_t < self.t < self.falls_t

    def passer_rate(self, t: float) -> float:
        """From above nobody sees who is in a drain until he is swept off; then those who got out call."""
        if not self.patients or self.is_attended or not self.is_active:
            return 0.0
        return super().passer_rate(t) + self.zone.count(t).left / self.physics.tells_s.value

    def severity(self) -> Severity:
        """Serious while the water rises on people inside; critical while somebody is adrift."""
        if any(patient.is_trapped for patient in self.patients):
            return Severity.CRITICAL
        is_rising = self.is_up and not self.has_swept and self.zone.count(self.t).inside > 0
        return max(Severity.SERIOUS if is_rising else Severity.MINOR, super().severity(), key=list(Severity).index)

    def extent(self) -> float:
        """People inside."""
        return float(self.zone.count(self.t).inside)

    def intensity(self) -> float:
        """Depth, m."""
        return self.level_m(self.t)

    def reading(self, quantity: str, t: float) -> float:
        """Depth, m."""
        return self.level_m(t) if quantity == "level_m" else super().reading(quantity, t)

    def orders(self) -> list[tuple[Task, int]]:
        """Those adrift are searched for; while somebody inside does not know, he is to be called out."""
        searches = self.rescues()[: int(self.physics.search_most.value)]
        is_wanted = self.knocking in self.tasks and self.zone.unwarned(self.t) > 0
        return searches + ([(self.knocking, 1)] if is_wanted and self.knocking else [])

    def posts(self) -> dict[Capability, int]:
        """Pumps while there is too much water and somebody is to be found or called out; police where some are lost."""
        posts = {}
        orders = self.orders()
        if orders and self.is_up:
            posts[Capability.PUMP] = 1
        if any(task.patient is not None for task, _ in orders):
            posts[Capability.SECURE] = 1
        return posts

    # --- time

    def evolve(self, t: float, dt: float) -> None:
        """Those inside see it, or are told; then the water has them."""
        self.knock(t)
        if t >= self.alarm_t and not self.has_alarmed and not self.has_swept:
            self.has_alarmed = True
            self.zone.warn(1.0, self.alarm_t, Call(OWN_EYES, 1.0, self.leaving.scale_s.value))
        if t >= self.limit_t and not self.has_swept:
            self._sweep(t)

    def _sweep(self, t: float) -> None:
        """Whoever is inside is swept off; some get hold of something."""
        self.has_swept = True
        self.close_doors()
        for person in self.zone.inside(t).nonzero()[0].tolist():
            work_s = self.physics.search_s.draw(self.world.streams.of("flood.work", *self.key, person))
            if self.zone.fate_u[person] < self.physics.ashore.value:
                self.strike(person, "respiratory", Severity.SERIOUS)
            else:
                self.strike(person, "drowning", Severity.CRITICAL, work_s)
        self.gives_up_t = max(self.falls_t, t + (self.physics.gives_up_s.value if self.patients else 0.0))
        self.assign()

    def hazard_next_t(self) -> float:
        """The alarm, the limit, the end of the water; every minute while people leave."""
        marks = [t for t in (self.rises_t, self.alarm_t, self.limit_t, self.falls_t) if t > self.t]
        return min([self.leaving_next_t(), *marks])

    def is_spent(self) -> bool:
        """The water is down, and nobody is adrift or on his way out."""
        return self.t >= self.falls_t and not self.rescues() and not self.zone.leaving(self.t)

    def spared(self, person: int) -> bool:
        """Reference: the first crew that could be there calls them out."""
        start_s = self.world.reference.at_kerb_s(Service.FIRE, self.node) + self.access_s
        return self.out_of_doors_t(person, self.started_t + start_s, 1) <= self.limit_t
