"""The stage of incidents: begins what is scripted, lets it grow, logs what happens, knows what can be seen."""

from __future__ import annotations

import math
from bisect import insort
from typing import NamedTuple

from sim.core.clock import Agenda, Wakeup
from sim.core.events import (
    IncidentChanged,
    IncidentEnded,
    IncidentStarted,
    PatientDied,
    PatientHarmed,
    PatientSettled,
)
from sim.core.log import Log
from sim.core.vocabulary import Severity
from sim.hazards.around import Around
from sim.hazards.crowded import Crowded
from sim.hazards.incident import Incident
from sim.hazards.patient import CENSOR_S, Patient
from sim.hazards.planned import Planned, Script
from sim.hazards.world import World

CELL_M = 250.0
"""Side of the cells by which incidents are found."""

Cell = tuple[int, int]


class Truth(NamedTuple):
    """What makes a change worth a line in the log."""

    needs: dict[str, int]
    severity: Severity
    victims: int


class Incidents:
    """All incidents of a run; the keeper of each."""

    def __init__(self, begin: Agenda, grow: Agenda, log: Log, script: Script, world: World) -> None:
        self._begin, self._grow = begin, grow
        self._log = log
        self._script = script.incidents
        self._added: list[Planned] = []  # by live commands
        self._next = 0  # first line of the script that has not begun
        self.world = world
        self.active: dict[str, Incident] = {}
        self.zoned: dict[str, Crowded] = {}  # those of them with people in a zone, for the public
        self.fresh: list[Incident] = []  # begun, for the citizens to take
        self.done: list[tuple[Incident, str]] = []  # crews with nothing left to do, for the units to take
        self.fallen: list[tuple[Incident, str]] = []  # crews that were hurt themselves, for the units to take
        self.released: list[tuple[Incident, Patient, str]] = []  # set free by that unit, for the units to take
        self.inspected: list[tuple[Incident, str]] = []  # judged by that unit, for the units to take
        self.unsettled: dict[str, Patient] = {}
        self.hurt: list[Patient] = []  # harmed, for the citizens to take
        self.settled_now: list[Patient] = []  # whose fate is sealed, for the citizens to take
        self._open: dict[str, float] = {}  # start of each incident that goes on, and of that of each open patient
        self._cells: dict[Cell, list[Incident]] = {}
        self._afar: dict[str, Incident] = {}
        self._wakeups: dict[str, Wakeup] = {}
        self._told: dict[str, Truth] = {}  # what the log knows of each
        self.around = Around(grow.clock, log)
        self._plan_next()

    # --- begin

    def begin(self) -> None:
        """What was scripted for now happens."""
        self._begin.work()

    @property
    def names(self) -> set[str]:
        """Of all incidents that have begun, or are scripted."""
        return {plan.id for plan in (*self._script, *self._added)}

    def add(self, plan: Planned) -> None:
        """One more incident, by a live command."""
        self._added.append(plan)
        self._begin.at(plan.t, self._start, plan)

    def _plan_next(self) -> None:
        if self._next < len(self._script):
            self._begin.at(self._script[self._next].t, self._start_due)

    def _start_due(self) -> None:
        now = self._begin.clock.t
        while self._next < len(self._script) and self._script[self._next].t <= now:
            self._next += 1
            self._start(self._script[self._next - 1])
        self._plan_next()

    def _start(self, plan: Planned) -> None:
        physics = self.world.tables.kinds[plan.kind].physics
        incident = physics.start(plan._replace(t=self._begin.clock.t), self.world, self)
        town = self.world.town
        sub = town.subdistricts[int(town.node_subdistrict[incident.node])]
        self._told[incident.id] = told = _truth(incident)
        incident.event = self._log.add(
            IncidentStarted(
                incident=incident.id,
                incident_kind=incident.kind,
                listed=incident.listed,
                x=round(incident.x, 1),
                y=round(incident.y, 1),
                district=sub.district,
                subdistrict=sub.name,
                floor=incident.floor,
                needs=told.needs,
                victims=told.victims,
                severity=told.severity.value,
                zone_m=round(incident.radius_m, 1) if isinstance(incident, Crowded) else None,
            )
        )
        for patient in incident.patients:
            self.harmed(patient)
        self.active[incident.id] = incident
        if isinstance(incident, Crowded):
            self.zoned[incident.id] = incident
        self._open[incident.id] = incident.started_t
        self._cells.setdefault(_cell(incident.x, incident.y), []).append(incident)
        if incident.seen_afar:
            self._afar[incident.id] = incident
        self.fresh.append(incident)
        self.around.count(incident)
        self._plan(incident)

    # --- grow

    def grow(self) -> None:
        """Fire spreads, work goes on, patients worsen."""
        self._grow.work()

    def touch(self, incident: Incident) -> None:
        """Something about it changed: look at it when things grow."""
        if not incident.is_due and incident.is_active:
            incident.is_due = True
            self._grow.soon(self._look, incident)

    def _look(self, incident: Incident) -> None:
        now = self._grow.clock.t
        incident.is_due = False
        if not incident.is_active:
            return
        incident.advance(now)
        incident.lapse(now)
        self._note(incident)
        self.around.count(incident)
        if incident.is_over():
            self._end(incident)
        self._tell_crews(incident)
        self._plan(incident)

    def _plan(self, incident: Incident) -> None:
        old = self._wakeups.pop(incident.id, None)
        if old is not None:
            old.cancel()
        due = incident.next_t() if incident.is_active else math.inf
        if due < math.inf:
            wakeup = self._grow.at(max(due, self._grow.clock.t + 1), self._look, incident)
            assert wakeup is not None, "the next look lies in the future"
            self._wakeups[incident.id] = wakeup

    def _note(self, incident: Incident) -> None:
        now = _truth(incident)
        if now != self._told[incident.id]:
            self._told[incident.id] = now
            incident.event = self._log.add(
                IncidentChanged(
                    because=incident.event,
                    incident=incident.id,
                    needs=now.needs,
                    extent=round(incident.extent(), 2),
                    intensity=round(incident.intensity(), 1),
                    victims=now.victims,
                    severity=now.severity.value,
                )
            )

    def _end(self, incident: Incident) -> None:
        incident.end(self._grow.clock.t)
        self._log.add(IncidentEnded(because=incident.event, incident=incident.id, outcome=incident.outcome))
        del self.active[incident.id], self._told[incident.id]
        self.zoned.pop(incident.id, None)
        self._open.pop(incident.id, None)
        self._cells[_cell(incident.x, incident.y)].remove(incident)
        self._afar.pop(incident.id, None)

    def _tell_crews(self, incident: Incident) -> None:
        """Leave word for the units, and see to it that the clock does not jump over their next turn."""
        for crew in incident.crews.values():
            is_done = incident.is_done_for(crew.unit)
            if is_done and not crew.is_told:
                self.done.append((incident, crew.unit))
                self._grow.after(1, self._rest)
            crew.is_told = is_done

    def _rest(self) -> None:
        """A second in which the units are to act."""

    # --- roads

    def shut(self, incident: Incident, edges: tuple[int, ...]) -> None:
        """It has made these roads impassable."""
        self.around.shut(incident, edges)

    def reopen(self, incident: Incident) -> None:
        """Its roads can be driven again."""
        self.around.reopen(incident)

    # --- patients

    def harmed(self, patient: Patient) -> None:
        """Log a new patient and judge him by the reference response."""
        incident = patient.incident
        patient.reference_s, patient.reference_survival = incident.reference(patient)
        patient.event = self._log.add(
            PatientHarmed(
                because=incident.event,
                incident=incident.id,
                citizen=patient.citizen,
                patient=patient.id,
                condition=patient.condition,
                severity=patient.severity.value,
                reference_s=round(patient.reference_s, 1),
            )
        )
        self.unsettled[patient.id] = patient
        self.hurt.append(patient)
        self._open[patient.id] = incident.started_t
        self.watch(patient)

    def freed(self, patient: Patient, unit: str) -> None:
        """Leave word that somebody was cut or carried out."""
        self.released.append((patient.incident, patient, unit))
        self._grow.after(1, self._rest)

    def judged(self, incident: Incident, unit: str) -> None:
        """Leave word that a crew has inspected it to the end."""
        self.inspected.append((incident, unit))
        self._grow.after(1, self._rest)

    def felled(self, incident: Incident, unit: str) -> None:
        """Leave word that a crew is hurt."""
        self.fallen.append((incident, unit))
        self._grow.after(1, self._rest)

    def watch(self, patient: Patient) -> None:
        """Plan his death anew: when survival would fall to his u."""
        if patient.death is not None:
            patient.death.cancel()
            patient.death = None
        if patient.died_t is not None or patient.is_settled:
            return
        due = patient.death_t()
        if due < math.inf:
            patient.death = self._grow.at(due, self._let_die, patient)

    def _let_die(self, patient: Patient) -> None:
        if patient.dies(self._grow.clock.t):
            self._log_death(patient)

    def _log_death(self, patient: Patient) -> None:
        avoidable = patient.reference_survival > patient.u
        self._log.add(
            PatientDied(because=patient.event, patient=patient.id, citizen=patient.citizen, avoidable=avoidable)
        )

    def settled(self, patient: Patient, t: float, because: int | None, *, censored: bool) -> None:
        """Log his fate."""
        if patient.dies(t) and not censored:
            self._log_death(patient)
        if patient.death is not None:
            patient.death.cancel()
        died = patient.died_t is not None
        self._log.add(
            PatientSettled(
                because=patient.event if because is None else because,
                patient=patient.id,
                citizen=patient.citizen,
                survival=round(patient.survival(t), 6),
                reference_survival=round(patient.reference_survival, 6),
                died=died,
                avoidable=died and patient.reference_survival > patient.u,
                censored=censored,
            )
        )
        self.unsettled.pop(patient.id, None)
        self.settled_now.append(patient)
        self._open.pop(patient.id, None)

    # --- what can be seen

    def visible_from(self, x: float, y: float, sight_m: float) -> list[Incident]:
        """Active incidents within sight, or so big that they are seen from there; nearest first."""
        west, south = _cell(x - sight_m, y - sight_m)
        east, north = _cell(x + sight_m, y + sight_m)
        cells = [(cx, cy) for cx in range(west, east + 1) for cy in range(south, north + 1)]
        near = [incident for cell in cells for incident in self._cells.get(cell, ())]
        found: list[tuple[float, str, Incident]] = []
        for incident in {i.id: i for i in [*near, *self._afar.values()]}.values():
            distance = math.hypot(incident.x - x, incident.y - y)
            if distance <= max(sight_m, incident.sight_m() if incident.seen_afar else 0.0):
                insort(found, (distance, incident.id, incident))
        return [incident for _, _, incident in found]

    # --- the end of the run

    def is_any_open(self, before_s: float) -> bool:
        """Whether an incident that began before that time, or one of its patients, is still open."""
        return any(start < before_s for start in self._open.values())

    def finish(self, t: float) -> None:
        """Patients still open count as left as they are until a day after they were harmed."""
        clock = self._grow.clock
        before, clock.stage = clock.stage, self._grow.name
        for patient in list(self.unsettled.values()):
            patient.settle(max(t, patient.harmed_t + CENSOR_S), censored=True)
        clock.stage = before


def _cell(x: float, y: float) -> Cell:
    return math.floor(x / CELL_M), math.floor(y / CELL_M)


def _truth(incident: Incident) -> Truth:
    needs = {capability.value: count for capability, count in incident.needs().items()}
    return Truth(needs, incident.severity(), len(incident.patients))
