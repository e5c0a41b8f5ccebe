"""An incident: something that really happened, with its needs and its victims."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, ClassVar

from numpy.random import Generator

from sim.core.vocabulary import Capability, Severity
from sim.hazards.patient import Draws, Patient
from sim.hazards.planned import Planned
from sim.hazards.reference import Outcome
from sim.hazards.survival import Care
from sim.hazards.work import Crew, Task, assign, progress, time_left
from sim.hazards.world import Keeper, World

if TYPE_CHECKING:
    from sim.hazards.hidden import Hidden
    from sim.hazards.tables import KindTable
    from sim.hazards.zone import Zone

_TRIAGE = {Severity.CRITICAL: 0, Severity.SERIOUS: 1, Severity.MINOR: 2}
_DONE = 1e-6  # crew-seconds: float dust


class Incident:
    """The truth about one incident; each physics extends it."""

    zone: Zone | None = None  # the people in its way, if there are many
    hidden: Hidden | None = None  # a danger that crews cannot see
    can_worsen: ClassVar[bool] = False  # may turn into something else after crews have come and gone
    seen_afar: ClassVar[bool] = False  # can be seen from further than a street away

    def __init__(self, plan: Planned, world: World, keeper: Keeper) -> None:
        self.id, self.key, self.kind, self.listed = plan.id, plan.key, plan.kind, plan.listed
        self.spot, self.node = plan.spot, plan.node
        self.x, self.y = world.town.roads.at(plan.spot)
        self.world, self.keeper = world, keeper
        self.table: KindTable = world.tables.kinds[plan.kind]
        self.t = self.started_t = plan.t  # everything is known up to t
        self.ended_t: float | None = None
        self.outcome = ""
        self.event: int | None = None  # id of its newest event
        self.patients: list[Patient] = []
        self.tasks: list[Task] = []
        self.crews: dict[str, Crew] = {}
        self.is_due = False  # to be looked at in this second
        self.is_known = False  # somebody has noticed it, and may wave at a crew
        self.was_served = False  # some crew has worked here
        self.gives_up_t = math.inf  # ends by itself at that time when nobody is there
        rng = world.streams.of("incident", *plan.key)
        self._draw_surroundings(plan, rng)
        self.born(rng, plan)
        self.assign()

    def _draw_surroundings(self, plan: Planned, rng: Generator) -> None:
        table, world = self.table, self.world
        caller_u, noticed_u = rng.random(2).tolist()
        self._delays = table.notice_s.draw(rng), table.found_late_s.draw(rng)
        floor, access = world.tables.background.place[table.where].draw(rng)
        self.floor = floor if plan.floor is None else plan.floor
        self.access_s = access if plan.access_s is None else plan.access_s
        self.found(late=bool(noticed_u < table.unnoticed.value))
        self.caller_row = world.population.pick(self.node, world.hour(self.t), caller_u)

    def found(self, *, late: bool) -> None:
        """Somebody is there at once, or it is found late."""
        self.is_found_late = late
        self.caller_delay_s = self._delays[late]  # from the start until who is involved dials, s

    def born(self, rng: Generator, plan: Planned) -> None:
        """Draw what is latent: loads of work, victims; always the same number of draws whatever is overridden."""
        raise NotImplementedError

    # --- what can be seen

    @property
    def is_active(self) -> bool:
        """Whether it still goes on."""
        return self.ended_t is None

    @property
    def is_attended(self) -> bool:
        """Whether some crew is there."""
        return bool(self.crews)

    def sight_m(self) -> float:
        """From how far it can be seen now."""
        return self.table.sight_m.value

    def severity(self) -> Severity:
        """How bad it truly is now."""
        worst = [p.severity for p in self.patients if not p.is_gone]
        return min(worst, key=_TRIAGE.__getitem__, default=Severity.MINOR)

    def extent(self) -> float:
        """Its size now, in the measure of its physics."""
        return 0.0

    def intensity(self) -> float:
        """Its strength now, in the measure of its physics."""
        return 0.0

    def reading(self, quantity: str, t: float) -> float:
        """What an instrument at the place reads at t: of most kinds, whether it is there."""
        return float(quantity == "presence" and self.is_active)

    def passer_rate(self, t: float) -> float:
        """Passers-by and neighbours who notice and would dial, per second; nobody calls where help can be seen."""
        if self.is_attended or not self.is_active:
            return 0.0
        people = self.world.people_in_sight(self.x, self.y, self.sight_m(), t)
        passing = self.table.passing_per_s.value * float(self.table.hourly.weights[self.world.hour(t)])
        return people * self.table.notice_per_person_s.value + passing

    def needs(self) -> dict[Capability, int]:
        """Crews truly needed now, those already there included; a crew counts for each of its capabilities."""
        wanted: dict[Capability, int] = {}
        for task, count in self.orders():
            wanted[task.capability] = wanted.get(task.capability, 0) + count
        for capability, count in self.posts().items():
            wanted[capability] = max(wanted.get(capability, 0), count)
        here = self.awaited()
        if here:
            wanted[Capability.TREAT] = len(here)
        if carried := sum(p.needs_transport for p in here):
            wanted[Capability.TRANSPORT] = carried
        return wanted

    # --- crews

    def crew_arrives(self, unit: str, able: Iterable[Capability], t: float) -> None:
        """A crew stops at the kerb."""
        self.advance(t)
        self.crews[unit] = Crew(unit, able)
        if self.hidden is not None:
            self.hidden.arrives(unit)
        self.touch()

    def crew_starts(self, unit: str, t: float) -> None:
        """Access is over: the crew sets to work."""
        self.advance(t)
        self.crews[unit].is_working = True
        self.was_served = True
        if not {Capability.TREAT} & self.crews[unit].able:
            for patient in self.waiting():
                if patient.care is Care.NONE:
                    patient.set_care(Care.FIRST_AID, t)
        self.touch()

    def crew_leaves(self, unit: str, t: float) -> None:
        """A crew turns away; whom it tended and does not take along is alone again."""
        self.advance(t)
        self.crews.pop(unit, None)
        for patient in self.patients:
            if patient.crew == unit and not patient.is_gone:
                patient.abandon(t)
        self.touch()

    def take_patient(self, unit: str, t: float) -> Patient | None:
        """The crew turns to the worst patient whom nobody tends and it can reach; None when there is none."""
        waiting = self.waiting()
        if not waiting:
            return None
        patient = min(waiting, key=lambda p: (p.is_trapped, _TRIAGE[p.severity], p.number))
        patient.tend(unit, t)
        self.touch()
        return patient

    def awaited(self) -> list[Patient]:
        """Patients for whom ambulances are wanted here."""
        return [p for p in self.patients if not p.is_gone]

    def waiting(self) -> list[Patient]:
        """Patients within reach whom no crew tends."""
        return [p for p in self.patients if not p.is_gone and p.crew is None and p.is_reachable]

    def task_of(self, unit: str) -> Capability | None:
        """What a crew is assigned to."""
        crew = self.crews.get(unit)
        return crew.task.capability if crew and crew.task else None

    def is_done_for(self, unit: str) -> bool:
        """Whether nothing is left here for this crew to do."""
        if not self.is_active:
            return True
        crew = self.crews[unit]
        if crew.task is not None:
            return False
        for capability, count in self.posts().items():
            if unit in [c.unit for c in self.crews.values() if capability in c.able][:count]:
                return False
        if Capability.TREAT not in crew.able:
            return True
        if any(p.crew == unit and not p.is_gone for p in self.patients):
            return False
        tending = {p.crew for p in self.patients if not p.is_gone}
        idle = [c.unit for c in self.crews.values() if Capability.TREAT in c.able and c.unit not in tending]
        untended = sum(1 for p in self.awaited() if p.crew is None)
        return unit not in idle[:untended]

    # --- for each physics to say

    def orders(self) -> list[tuple[Task, int]]:
        """Work to be done now in order of urgency, with the crews for it."""
        return [(task, task.most) for task in self.tasks]

    def posts(self) -> dict[Capability, int]:
        """Crews that must be there until the work is done, beside whatever else they do."""
        return {}

    def evolve(self, t: float, dt: float) -> None:
        """The hazard itself goes on for dt seconds, to t."""

    def finished(self, task: Task, t: float) -> None:
        """A task is done."""
        if task.patient is not None:
            task.patient.free(t)
            self.keeper.freed(task.patient, self.worker(task))

    def worker(self, task: Task) -> str:
        """The first of the crews that work at a task."""
        return next(crew.unit for crew in self.crews.values() if crew.task is task)

    def hazard_next_t(self) -> float:
        """When the hazard must be looked at again, left to itself."""
        return math.inf

    def is_spent(self) -> bool:
        """Whether the hazard itself is over."""
        return not self.tasks

    # --- time

    def advance(self, t: float) -> None:
        """Bring work and hazard up to t."""
        dt = t - self.t
        if dt <= 0.0 or not self.is_active:
            return
        self.t = t
        progress(self.crews.values(), dt)
        self.evolve(t, dt)
        done = [task for task in self.tasks if task.left_s <= _DONE]
        for task in done:
            self.tasks.remove(task)
            self.finished(task, t)
        if done:
            self.assign()

    def touch(self) -> None:
        """Something changed: give crews their tasks anew, and look at it when things grow."""
        self.assign()
        self.keeper.touch(self)

    def assign(self) -> None:
        """Give crews their tasks."""
        if self.crews:
            assign(self.crews.values(), self.orders())

    def lapse(self, t: float) -> None:
        """What happens when nobody comes: people help themselves, and in the end all is left as it is."""
        self._own_ways(t)
        if t >= self.gives_up_t and not self.crews:
            self.tasks.clear()
            self.outcome = self.outcome or "left"
            for patient in self.patients:
                if not patient.is_gone:
                    patient.settle(t)
                    patient.is_gone = True

    def _own_ways(self, t: float) -> None:
        """Untended patients who can be moved are taken to a hospital by others in the end."""
        if any(Capability.TREAT in crew.able for crew in self.crews.values()):
            return
        for patient in self.waiting():
            if not patient.is_trapped and t >= self.own_way_t(patient):
                patient.settle(t)
                patient.is_gone = True
                self.assign()  # a crew that is here may have waited for that

    def own_way_t(self, patient: Patient) -> float:
        """When others take an untended patient to a hospital: so long after he was harmed and found."""
        found_t = self.started_t + self.caller_delay_s
        return max(patient.harmed_t, found_t) + patient.course.own_way_s.value

    def next_t(self) -> float:
        """When to look at it again if nobody touches it."""
        times = [self.t + time_left(task, self.crews.values()) for task in self.tasks]
        times += [self.own_way_t(p) for p in self.waiting() if not p.is_trapped]
        times += [self.hazard_next_t(), self.gives_up_t]
        return min((t for t in times if t > self.t), default=math.inf)

    def is_over(self) -> bool:
        """Whether nothing is left to be done or to be harmed."""
        return self.is_spent() and all(p.is_gone for p in self.patients)

    def end(self, t: float) -> None:
        """It is over; nobody who worked here has anything left to do."""
        self.ended_t = t
        self.outcome = (self.outcome or "resolved") if self.was_served else "unserved"

    # --- victims

    def harm(self, condition: str, severity: Severity, rng: Generator, number: int | None = None) -> Patient:
        """Somebody at the place becomes a patient; takes four draws."""
        course = self.world.tables.conditions[condition].course(severity)
        pick_u, u, transport_u = rng.random(3).tolist()
        draws = Draws(u, course.treat_s.draw(rng), bool(transport_u < course.transport.value))
        citizen = self.world.population.pick(self.node, self.world.hour(self.t), pick_u)
        ails = (condition, self.world.tables.conditions[condition], severity)
        patient = Patient(self, len(self.patients) if number is None else number, citizen, ails, draws)
        self.patients.append(patient)
        return patient

    def reference(self, patient: Patient) -> Outcome:
        """What the reference response would make of a patient."""
        return self.world.reference.outcome(patient)
