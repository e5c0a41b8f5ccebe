"""A slope of construction waste: it creeps and cracks, fails at a time of its own, and buries who is still below."""

from __future__ import annotations

import math
from typing import ClassVar, Literal

from numpy.random import Generator
from pydantic import BaseModel, Field

from sim.core.quantities import Quantity
from sim.core.vocabulary import Capability, Service, Severity
from sim.hazards.covered import covered_roads
from sim.hazards.crowded import Crowded, Doors, Leaving, Span
from sim.hazards.evidence import Lognormal, Shares, Strict
from sim.hazards.incident import Incident
from sim.hazards.planned import Planned
from sim.hazards.work import Task
from sim.hazards.world import Keeper, World
from sim.hazards.zone import Call, people_within

_OWN_FEET = "own feet"


class SlideDetails(Strict):
    """What a scenario may say about a slide of its own."""

    fails_after: Span = Field(default=None, ge=0)  # from the first signs on
    area_m2: float | None = Field(default=None, gt=0, le=10_000_000)  # that it covers
    inside: int | None = Field(default=None, ge=0, le=20_000)  # people there when it fails, had nobody left
    closes_roads: bool | None = None


class SlidePhysics(Strict):
    """Parameters of a slide."""

    name: Literal["slide"]
    details: ClassVar[type[BaseModel]] = SlideDetails
    fails_s: Lognormal  # from the first signs to failure
    area_m2: Lognormal
    creep_mm: Quantity
    plain_mm: Quantity  # creep whose cracks anybody takes seriously
    inspect_s: Lognormal
    leaving: Leaving
    doors: Doors
    buried: Quantity  # share of those inside at failure
    hurt: Quantity  # share of them who are hit and not buried
    injury: Shares
    flees_s: Quantity  # scale with which the others get out
    rescue_s: Lognormal  # crew-seconds to find and dig out one person
    rescue_most: Quantity  # crews that have room to dig
    standby: Quantity
    secure_crews: Quantity
    clear_s: Lognormal
    closes_roads: Quantity  # share of slides
    search_s: Quantity  # then the search for the buried ends
    stays_s: Quantity  # without victims it is of no concern any more after that
    sight_m: Quantity  # of the fallen slope
    notice_per_person_s: Quantity  # people in sight of the fallen slope who would dial, per person and second
    calls_per_person_s: Quantity  # those who got away

    def start(self, plan: Planned, world: World, keeper: Keeper) -> Incident:
        """The slide itself."""
        return Slide(self, plan, world, keeper)


class Slide(Crowded):
    """A slide: signs until it fails, then rescue."""

    seen_afar = True
    can_worsen = True

    def __init__(self, physics: SlidePhysics, plan: Planned, world: World, keeper: Keeper) -> None:
        self.physics = physics
        self.leaving, self.doors, self.standby = physics.leaving, physics.doors, int(physics.standby.value)
        self.has_failed = False
        self.is_judged = False  # somebody who knows has said that it will fail
        self.is_shut = False
        super().__init__(plan, world, keeper)

    def born(self, rng: Generator, plan: Planned) -> None:
        """Draw when it fails, what it covers, how long work takes."""
        physics, told = self.physics, plan.details or SlideDetails()
        fails_s, area_m2 = physics.fails_s.draw(rng), physics.area_m2.draw(rng)
        self.inspect_s, self.clear_s = physics.inspect_s.draw(rng), physics.clear_s.draw(rng)
        closes_u = float(rng.random())
        lasts_s = fails_s if told.fails_after is None else told.fails_after
        self.fails_t = float(math.ceil(self.t + max(1.0, lasts_s)))
        self.area_m2 = area_m2 if told.area_m2 is None else told.area_m2
        closes = closes_u < physics.closes_roads.value
        self.closes_roads = closes if told.closes_roads is None else told.closes_roads
        here = people_within(self.world, self.x, self.y, self.radius_m, self.fails_t)
        self.settle_in(here if told.inside is None else told.inside)
        self.inspection = Task(Capability.INSPECT, self.inspect_s)
        self.tasks.append(self.inspection)

    @property
    def radius_m(self) -> float:
        """Of the circle that it covers."""
        return math.sqrt(self.area_m2 / math.pi)

    # --- what can be seen and measured

    def creep_mm(self, t: float) -> float:
        """Movement of the slope since the first signs: its pace grows with 1 / time left (Fukuzono 1985), mm."""
        left = (self.fails_t - t) / (self.fails_t - self.started_t)
        return -self.physics.creep_mm.value * math.log(min(1.0, max(left, 1e-9)))

    def sight_m(self) -> float:
        """Cracks are seen from near, the fallen slope from afar."""
        return self.physics.sight_m.value if self.has_failed else super().sight_m()

    def passer_rate(self, t: float) -> float:
        """Few take cracks for a danger while they are small; of the fallen slope, who got away calls too."""
        if self.is_attended or not self.is_active:
            return 0.0
        others = self.world.people_in_sight(self.x, self.y, self.sight_m(), t)
        own, physics = self.zone.people - self.zone.count(t).hurt, self.physics
        if self.has_failed:
            return others * physics.notice_per_person_s.value + own * physics.calls_per_person_s.value
        is_plain = min(1.0, self.creep_mm(t) / physics.plain_mm.value)
        return (others + own) * self.table.notice_per_person_s.value * is_plain

    def severity(self) -> Severity:
        """Serious when the cracks are plain or somebody has judged it; when it has failed, as its victims are."""
        if self.has_failed:
            is_dire = any(patient.is_trapped for patient in self.patients)
            return Severity.CRITICAL if is_dire else max(Severity.SERIOUS, super().severity(), key=_rank)
        is_plain = self.is_judged or self.creep_mm(self.t) >= self.physics.plain_mm.value
        return Severity.SERIOUS if is_plain else Severity.MINOR

    def extent(self) -> float:
        """Area covered, m²."""
        return self.area_m2 if self.has_failed else 0.0

    def intensity(self) -> float:
        """Movement of the slope until it fails, mm."""
        return 0.0 if self.has_failed else self.creep_mm(self.t)

    def reading(self, quantity: str, t: float) -> float:
        """Movement since the first signs, mm."""
        return self.creep_mm(t) if quantity == "creep_mm" else super().reading(quantity, t)

    def orders(self) -> list[tuple[Task, int]]:
        """Judge it and empty the zone; then dig, and clear the ground when nobody is under it."""
        if not self.has_failed:
            return super().orders()
        digging = self.rescues()[: int(self.physics.rescue_most.value)]
        return digging or super().orders()

    def posts(self) -> dict[Capability, int]:
        """Police keep the ground closed until it is cleared."""
        return {Capability.SECURE: int(self.physics.secure_crews.value)} if self.has_failed and self.tasks else {}

    # --- time

    def evolve(self, t: float, dt: float) -> None:
        """Doors are knocked at; at its time the slope fails."""
        self.knock(t)
        if t >= self.fails_t and not self.has_failed:
            self._fail(t)

    def finished(self, task: Task, t: float) -> None:
        """It is judged, somebody is dug out, or the ground is clear."""
        super().finished(task, t)
        if task is self.inspection:
            self.is_judged = True
            self.keeper.judged(self, self.worker(task))
            self.open_doors(t)
        elif task.capability is Capability.CLEAR:
            self._reopen()

    def _fail(self, t: float) -> None:
        """Whoever is inside is buried, hit, or gets away with a fright."""
        self.has_failed = True
        physics = self.physics
        self.tasks.clear()
        self.close_doors()
        for person in self.zone.inside(t).nonzero()[0].tolist():
            self._befall(person)
        self.zone.warn(1.0, t, Call(_OWN_FEET, 1.0, physics.flees_s.value))
        self.tasks.append(Task(Capability.CLEAR, self.clear_s))
        self.gives_up_t = t + (physics.search_s if self.patients else physics.stays_s).value
        if self.closes_roads:
            self.is_shut = True
            self.keeper.shut(self, covered_roads(self.world, (self.x, self.y), self.radius_m, self.spot))
        self.assign()

    def _befall(self, person: int) -> None:
        """What the fallen slope does to one who is inside, as drawn for him beforehand."""
        physics, u = self.physics, float(self.zone.fate_u[person])
        rng = self.world.streams.of("slide.work", *self.key, person)
        work_s, injury_u = physics.rescue_s.draw(rng), float(rng.random())
        if u < physics.buried.value:
            self.strike(person, "trapped", Severity.CRITICAL, work_s)
        elif u < physics.buried.value + physics.hurt.value:
            self.strike(person, "trauma", Severity(physics.injury.pick(injury_u)))

    def _reopen(self) -> None:
        if self.is_shut:
            self.is_shut = False
            self.keeper.reopen(self)

    def hazard_next_t(self) -> float:
        """Failure; every minute while people leave."""
        return min(self.leaving_next_t(), math.inf if self.has_failed else self.fails_t)

    def is_spent(self) -> bool:
        """Fallen, nobody under it, the ground clear."""
        return self.has_failed and not self.tasks and not self.zone.leaving(self.t)

    def end(self, t: float) -> None:
        """It is over, and so is the closure of its roads."""
        super().end(t)
        self._reopen()

    def spared(self, person: int) -> bool:
        """Reference: judged by the first crew that could be there, then from door to door by the reference crews."""
        reference = self.world.reference
        start_s = reference.at_kerb_s(Service.FIRE, self.node) + self.access_s + self.inspect_s
        crews = int(reference.table.fire_crews.value)
        return self.out_of_doors_t(person, self.started_t + start_s, crews) <= self.fails_t


def _rank(severity: Severity) -> int:
    return list(Severity).index(severity)
