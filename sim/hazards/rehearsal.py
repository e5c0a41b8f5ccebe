"""The reference response to an incident whose harm depends on the response: the same physics, run beforehand."""

from __future__ import annotations

from typing import Protocol

from sim.core.vocabulary import Capability, Service
from sim.hazards.incident import Incident
from sim.hazards.patient import CENSOR_S, Patient
from sim.hazards.planned import Planned
from sim.hazards.reference import Outcome
from sim.hazards.survival import Care
from sim.hazards.world import Keeper, World

_STEP_S = 10.0
_LONGEST_S = 6 * 3600.0  # a fire that still burns then has no reference response at all


class Starter(Protocol):
    """A physics that can start an incident."""

    def start(self, plan: Planned, world: World, keeper: Keeper) -> Incident:
        """The incident itself."""


class Rehearsal:
    """A keeper that plans and logs nothing."""

    def touch(self, incident: Incident) -> None:
        """Nothing."""

    def harmed(self, patient: Patient) -> None:
        """Nothing."""

    def shut(self, incident: Incident, edges: tuple[int, ...]) -> None:
        """Nothing."""

    def reopen(self, incident: Incident) -> None:
        """Nothing."""

    def freed(self, patient: Patient, unit: str) -> None:
        """Nothing."""

    def judged(self, incident: Incident, unit: str) -> None:
        """Nothing."""

    def felled(self, incident: Incident, unit: str) -> None:
        """Nothing."""

    def watch(self, patient: Patient) -> None:
        """Nothing."""

    def settled(self, patient: Patient, t: float, because: int | None, *, censored: bool) -> None:
        """Nothing."""


def rehearse(physics: Starter, plan: Planned, world: World) -> dict[int, Outcome]:
    """Outcomes by number of the patient, under the standard set of fire crews and the nearest ambulances."""
    incident = physics.start(plan, world, Rehearsal())
    start, reference = incident.started_t, world.reference
    water_t = start + reference.at_kerb_s(Service.FIRE, incident.node) + incident.access_s
    side_t = start + reference.at_kerb_s(Service.EMS, incident.node) + incident.access_s
    t, side = start, {}
    while t < start + _LONGEST_S and not incident.is_spent():
        due = t + _STEP_S
        if t < water_t <= due:
            incident.advance(water_t)
            _send(incident, int(reference.table.fire_crews.value), water_t)
        t = due
        incident.advance(t)
        for patient in incident.waiting():
            if t >= side_t and patient.care is not Care.CREW:
                patient.set_care(Care.CREW, t)
                side[patient.number] = t
    to_hospital = float(reference.to_hospital_s[incident.node])
    out = {}
    for patient in incident.patients:
        at_side = side.get(patient.number, max(side_t, t))
        door = min(at_side + patient.treat_s + to_hospital, start + CENSOR_S)
        out[patient.number] = Outcome(min(at_side - start, CENSOR_S), patient.survival(door))
    return out


def _send(incident: Incident, crews: int, t: float) -> None:
    for number in range(crews):
        unit = f"reference {number + 1}"
        incident.crew_arrives(unit, (Capability.EXTINGUISH, Capability.RESCUE), t)
        incident.crew_starts(unit, t)
