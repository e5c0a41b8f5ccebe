"""A fire in a dwelling: growth, spread and knock-down, those inside, rescue and overhaul."""

from __future__ import annotations

import math
from typing import Any, ClassVar, Literal

from numpy.random import Generator
from pydantic import BaseModel, Field

from sim.core.quantities import Quantity
from sim.core.vocabulary import Capability, Service, Severity
from sim.hazards.blaze import Blaze, BlazeLaw
from sim.hazards.evidence import Lognormal, Shares, Strict
from sim.hazards.hidden import Hidden, HiddenDetails
from sim.hazards.incident import Incident
from sim.hazards.patient import Patient
from sim.hazards.planned import Planned
from sim.hazards.reference import Outcome
from sim.hazards.rehearsal import rehearse
from sim.hazards.work import Task
from sim.hazards.world import Keeper, World

STEP_S = 10.0
"""Simulated seconds from step to step of a burning fire."""

LONG_STEP_S = 60.0
"""The same for one that only burns down, with nobody in it or at work."""


class FireDetails(Strict):
    """What a scenario may say about a fire of its own."""

    growth: Literal["slow", "medium", "fast"] | None = None
    is_contained: bool | None = None  # burns out in one small thing
    spreads: bool | None = None  # beyond the dwelling
    rooms: int | None = Field(default=None, ge=1, le=50)
    occupants: int | None = Field(default=None, ge=0, le=200)  # in the dwelling
    helpless: int | None = Field(default=None, ge=0, le=200)  # of whom cannot leave by themselves
    hidden: HiddenDetails | None = None  # what crews cannot see


class FirePhysics(Strict):
    """Parameters of a fire in a dwelling."""

    name: Literal["fire"]
    details: ClassVar[type[BaseModel]] = FireDetails
    growth: Shares
    alpha_slow: Quantity
    alpha_medium: Quantity
    alpha_fast: Quantity
    contained: Quantity
    contained_kw: Lognormal
    contained_mj: Lognormal
    flashover_kw: Quantity
    room_kw: Quantity
    room_m2: Quantity
    fuel_mj_m2: Quantity
    rooms: Lognormal
    spreads: Quantity
    rooms_beyond: Quantity
    spread_s: Quantity
    spread_out_s: Quantity
    flow_l_s: Quantity
    heat_of_water_mj_kg: Quantity
    efficiency: Quantity
    knock_s: Quantity
    out_kw: Quantity
    crews_most: Quantity
    overhaul_s: Lognormal
    stays_s: Quantity
    smoke_kw: Quantity
    exposure_most: Quantity
    occupants: Quantity
    at_home: Quantity
    helpless: Quantity
    aware_s: Lognormal
    walk_s: Quantity
    hurt: Quantity
    rescue_s: Lognormal
    sight_grows_m: Quantity
    burst_hits: Quantity  # share of the crews at work that are hit when something bursts among them
    burst_injury: Shares

    def start(self, plan: Planned, world: World, keeper: Keeper) -> Incident:
        """The fire itself."""
        return Fire(self, plan, world, keeper)

    def absorb_kw(self) -> float:
        """Heat that the water of one crew takes up: flow x heat to boil it away x efficiency, kW."""
        return self.flow_l_s.value * self.heat_of_water_mj_kg.value * 1000.0 * self.efficiency.value


class Occupant:
    """Somebody at home where it burns; his fate in the fire is drawn beforehand."""

    __slots__ = ("escape_t", "hurt_u", "is_helpless", "is_inside", "patient", "rescue_s", "room")

    def __init__(self, room: float, escape_t: float, is_helpless: bool, hurt_u: float, rescue_s: float) -> None:
        self.room = room  # he is in danger once the fire has reached so many rooms
        self.escape_t = escape_t
        self.is_helpless = is_helpless
        self.hurt_u = hurt_u
        self.rescue_s = rescue_s
        self.is_inside = True
        self.patient: Patient | None = None


class Fire(Incident):
    """A fire in a dwelling, stepped every ten seconds while it burns."""

    seen_afar = True

    def __init__(self, physics: FirePhysics, plan: Planned, world: World, keeper: Keeper) -> None:
        self.physics = physics
        self.plan = plan
        self.rehearsed: dict[int, Outcome] | None = None
        super().__init__(plan, world, keeper)

    def born(self, rng: Generator, plan: Planned) -> None:
        """Draw how it grows and who is at home."""
        physics, told = self.physics, plan.details or FireDetails()
        growth_u, contained_u, spreads_u, *_ = rng.random(4).tolist()
        growth = told.growth or physics.growth.pick(growth_u)
        self.is_contained = contained = _told(told.is_contained, contained_u < physics.contained.value)
        contained_kw, contained_kj = physics.contained_kw.draw(rng), physics.contained_mj.draw(rng) * 1000.0
        rooms = float(round(physics.rooms.draw(rng)) if told.rooms is None else told.rooms)
        spreads = not contained and _told(told.spreads, spreads_u < physics.spreads.value)
        self.overhaul_s = physics.overhaul_s.draw(rng)
        self.blaze = Blaze(
            BlazeLaw(
                alpha_kw_s2={
                    "slow": physics.alpha_slow,
                    "medium": physics.alpha_medium,
                    "fast": physics.alpha_fast,
                }[growth].value,
                limit_kw=contained_kw if contained else physics.room_kw.value,
                flashover_kw=math.inf if contained else physics.flashover_kw.value,
                room_kj=contained_kj if contained else physics.room_m2.value * physics.fuel_mj_m2.value * 1000.0,
                rooms_most=rooms + (physics.rooms_beyond.value if spreads else 0.0),
                rooms_home=rooms,
                spread_s=physics.spread_s.value,
                spread_out_s=physics.spread_out_s.value,
                absorb_kw=physics.absorb_kw(),
                knock_s=physics.knock_s.value,
                out_kw=physics.out_kw.value,
            )
        )
        self.watering = Task(Capability.EXTINGUISH, math.inf)
        self.tasks.append(self.watering)
        self.occupants = self._people(rng, told)
        self.hidden = None if told.hidden is None else Hidden(told.hidden, self.t)

    def _people(self, rng: Generator, told: FireDetails) -> list[Occupant]:
        """Those in the dwelling, and where the fire spreads the neighbours too."""
        physics, law = self.physics, self.blaze.law
        awake = self.world.tables.background.awake.values[self.world.hour(self.t)]
        at_home = physics.at_home.value + (1.0 - physics.at_home.value) * (1.0 - awake)
        own = int(rng.poisson(physics.occupants.value * at_home))
        own = own if told.occupants is None else told.occupants
        dwellings = (law.rooms_most - law.rooms_home) / law.rooms_home
        count = own + int(rng.poisson(physics.occupants.value * at_home * dwellings))
        people = []
        for number in range(count):
            room_u, helpless_u, hurt_u = rng.random(3).tolist()
            leaves = physics.aware_s.draw(rng) * (2.0 - awake) + physics.walk_s.value
            helpless = helpless_u < physics.helpless.value if told.helpless is None else number < told.helpless
            room = 1.0 if number < own else law.rooms_home + room_u * (law.rooms_most - law.rooms_home)
            people.append(Occupant(room, self.t + leaves, bool(helpless), hurt_u, physics.rescue_s.draw(rng)))
        return people

    # --- what can be seen

    def sight_m(self) -> float:
        """A bigger fire is seen from further: with the root of its heat release."""
        grown = min(1.0, self.blaze.kw / (3.0 * self.physics.room_kw.value))
        return self.table.sight_m.value + self.physics.sight_grows_m.value * math.sqrt(grown)

    def severity(self) -> Severity:
        """Critical with people trapped or more than a room on fire."""
        if any(p.is_trapped for p in self.patients) or self.blaze.kw > self.physics.room_kw.value:
            return Severity.CRITICAL
        is_small = self.blaze.is_out or self.blaze.kw < self.physics.smoke_kw.value
        own = Severity.MINOR if is_small else Severity.SERIOUS
        return max(own, super().severity(), key=list(Severity).index)

    def extent(self) -> float:
        """Floor area reached, m²."""
        return self.blaze.rooms * self.physics.room_m2.value

    def intensity(self) -> float:
        """Heat release, kW."""
        return self.blaze.kw

    def reading(self, quantity: str, t: float) -> float:
        """Heat release, kW, as of the last step."""
        return self.blaze.kw if quantity == "heat_kw" else super().reading(quantity, t)

    def orders(self) -> list[tuple[Task, int]]:
        """Water first, then those trapped, then more water."""
        rescues = [(task, 1) for task in self.tasks if task.patient is not None]
        water = [task for task in self.tasks if task.patient is None]
        if self.blaze.is_out:
            return rescues + [(task, 1) for task in water]
        more = min(self.blaze.crews_needed(), int(self.physics.crews_most.value)) - 1
        return [(self.watering, 1), *rescues, *([(self.watering, more)] if more else [])]

    def posts(self) -> dict[Capability, int]:
        """Police keep the street clear while a room burns; one pot, bin or battery needs none."""
        return {} if self.blaze.is_out or self.is_contained else {Capability.SECURE: 1}

    def is_done_for(self, unit: str) -> bool:
        """No fire crew leaves while it burns."""
        if self.is_active and not self.blaze.is_out and Capability.EXTINGUISH in self.crews[unit].able:
            return False
        return super().is_done_for(unit)

    # --- time

    def evolve(self, t: float, dt: float) -> None:
        """It burns, people flee, smoke harms those inside."""
        was_out, needed = self.blaze.is_out, self.blaze.crews_needed()
        crews = sum(1 for crew in self.crews.values() if crew.is_working and crew.task is self.watering)
        self.blaze.step(dt, crews)
        self._flee(t)
        for occupant in self.occupants:
            if occupant.patient is not None and not occupant.patient.is_reachable:
                occupant.patient.expose(self._exposure(), t)
        if self.blaze.is_out and not was_out:
            self._goes_out(t)
        if self.hidden is not None and self.hidden.is_due(t) and not self.blaze.is_out:
            self.hidden.burst(self, self.physics.burst_hits.value, self.physics.burst_injury)
        if self.blaze.crews_needed() != needed:
            self.assign()

    def _exposure(self) -> float:
        """Rate of harm by smoke: 1 at flashover, in proportion to heat release."""
        if self.blaze.is_out or self.blaze.kw < self.physics.smoke_kw.value:
            return 0.0
        return round(min(self.blaze.kw / self.physics.flashover_kw.value, self.physics.exposure_most.value), 2)

    def _flee(self, t: float) -> None:
        is_smoky = self.blaze.kw >= self.physics.smoke_kw.value and not self.blaze.is_out
        is_blocked = self.blaze.kw >= self.blaze.law.flashover_kw
        for occupant in self.occupants:
            if not occupant.is_inside or occupant.patient is not None or self.blaze.rooms < occupant.room:
                if t >= occupant.escape_t and not occupant.is_helpless:
                    occupant.is_inside = False
                continue
            if is_blocked or (is_smoky and occupant.is_helpless):
                self._trap(occupant, t)
            elif t >= occupant.escape_t and not occupant.is_helpless:
                occupant.is_inside = False
                if is_smoky and occupant.hurt_u < self.physics.hurt.value:
                    occupant.patient = self._smoked(occupant, Severity.MINOR)

    def _trap(self, occupant: Occupant, t: float) -> None:
        occupant.patient = patient = self._smoked(occupant, Severity.CRITICAL)
        patient.is_trapped, patient.is_reachable = True, False
        patient.expose(self._exposure(), t)
        self.tasks.append(Task(Capability.RESCUE, occupant.rescue_s, patient=patient))
        self.assign()

    def _smoked(self, occupant: Occupant, severity: Severity) -> Patient:
        number = self.occupants.index(occupant)
        rng = self.world.streams.of("incident.smoke", *self.key, number)
        patient = self.harm("smoke", severity, rng, number)
        self.keeper.harmed(patient)
        return patient

    def _goes_out(self, t: float) -> None:
        """Knocked down or burnt out: embers are to be searched for; alone, the place is left in the end."""
        self.tasks.remove(self.watering)
        self.tasks.append(Task(Capability.EXTINGUISH, self.overhaul_s))
        self.gives_up_t = t + self.physics.stays_s.value
        if not self.was_served:
            self.outcome = "burnt out"
        self.assign()

    def hazard_next_t(self) -> float:
        """Every ten seconds while it burns, every minute when it only burns down and nobody is there."""
        if self.blaze.is_out:
            return math.inf
        is_left = self.blaze.is_steady and not self.crews and not any(o.is_inside for o in self.occupants)
        step_t = self.t + (LONG_STEP_S if is_left else STEP_S)
        return step_t if self.hidden is None else self.hidden.next_t(self.t, step_t)

    def is_spent(self) -> bool:
        """Out, overhauled or left, and nobody inside."""
        return self.blaze.is_out and not self.tasks

    # --- the reference

    def reference(self, patient: Patient) -> Outcome:
        """The same fire with the same people under a standard set of crews."""
        if self.rehearsed is None:
            self.rehearsed = rehearse(self.physics, _unhidden(self.plan), self.world)
        side = self.world.reference.at_kerb_s(Service.EMS, self.node) + self.access_s
        return self.rehearsed.get(patient.number, Outcome(side, 1.0))


def _unhidden(plan: Planned) -> Planned:
    """The reference crews know what is there."""
    if not isinstance(plan.details, FireDetails) or plan.details.hidden is None:
        return plan
    return plan._replace(details=plan.details.model_copy(update={"hidden": None}))


def _told(said: bool | None, drawn: Any) -> bool:
    return bool(drawn) if said is None else said
