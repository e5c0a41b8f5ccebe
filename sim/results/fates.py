"""What the log tells of patients: who was hurt, who died, and whose fate is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core import events as ev
from sim.core.events import Event, EventId, IncidentId
from sim.results.records import PatientRecord

if TYPE_CHECKING:
    from sim.results.timeline import Timeline


class Fates:
    """Notes each patient, and what became of him."""

    def __init__(self, line: Timeline) -> None:
        self._line = line

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """What an event says of a patient's fate."""
        match event:
            case ev.PatientHarmed():
                patient = PatientRecord(event.patient, event.incident, event.condition, event.severity, t)
                self._line.patients[event.patient] = patient
                self._line.incidents[event.incident].patients.append(patient)
            case ev.PatientDied():
                patient = self._line.patients[event.patient]
                patient.died, patient.avoidable = True, event.avoidable
            case ev.PatientSettled():
                patient = self._line.patients[event.patient]
                patient.survival = event.survival
                patient.died, patient.avoidable = event.died, event.avoidable
