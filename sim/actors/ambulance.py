"""An ambulance: a unit whose work is a patient, at the scene and all the way into a hospital."""

from __future__ import annotations

from sim.actors.hospital import Hospital
from sim.actors.unit import Unit
from sim.core.events import PatientDelivered, PatientLoaded, UnitAtHospital, UnitAtPatient
from sim.hazards.incident import Incident
from sim.hazards.patient import Patient
from sim.hazards.survival import Care

WAIT_FOR_ROAD_S = 600.0
"""A crew that knows of no way to the hospital looks again after so long (assumed)."""


class Ambulance(Unit):
    """A crew that treats and carries."""

    patient: Patient | None = None
    hospital: Hospital | None = None

    def start(self) -> None:
        """Access is over: to the worst patient."""
        super().start()
        if self.found is not None:
            self.next_patient()

    def next_patient(self) -> None:
        """The worst patient whom nobody tends; without one it stands by for those still inside, or is done."""
        assert self.found is not None
        patient = self.found.take_patient(self.id, float(self.parts.agenda.clock.t))
        if patient is not None:
            self.patient = patient
            self.note(UnitAtPatient, patient=patient.id, found=self.found.id)
            self._next = self.parts.agenda.after(patient.treat_s, self.treated)
        elif self._has_nothing_to_do():
            self.done()

    def recheck(self) -> None:
        """Somebody was freed, or nothing is left to do."""
        if not self.is_at_work:
            return
        if self.patient is not None:
            self.go_on_treating()
        else:
            self.next_patient()

    def treated(self) -> None:
        """Fit to be moved, if he is not trapped."""
        self._next = None
        self.go_on_treating()

    def go_on_treating(self) -> None:
        """Load the patient, leave him, or wait until he is freed."""
        patient = self.patient
        assert patient is not None
        if patient.is_trapped:
            return
        if patient.needs_transport:
            self.load(patient)
        else:
            self.patient = None
            patient.release(float(self.parts.agenda.clock.t), self.because)
            self.next_patient()

    def load(self, patient: Patient) -> None:
        """The patient is in the ambulance, and a hospital is chosen."""
        assert self.found is not None
        t = float(self.parts.agenda.clock.t)
        self.hospital = self.parts.hospitals.choose(self.spot, patient.severity, t)
        if self.hospital is None:  # a town without hospitals: treated where he is
            self.patient = None
            patient.set_care(Care.HOSPITAL, t, self.because)
            patient.load(t)
            self.next_patient()
            return
        self.note(PatientLoaded, patient=patient.id, citizen=patient.citizen, hospital=self.hospital.name)
        patient.load(t)
        self.found.crew_leaves(self.id, t)
        left = self.left_at_scene()
        self.status = "transporting"
        self.report("transporting", self.because, left=left)
        self.go_on()

    def go_on(self) -> None:
        """To the chosen hospital's door, once there is a patient aboard."""
        if self.hospital is None:
            super().go_on()
        elif not self.set_off(self.hospital.spot, siren=self.table.uses_siren):
            self._next = self.parts.agenda.after(WAIT_FOR_ROAD_S, self.go_on)

    def fall(self, incident: Incident) -> None:
        """Who is hurt himself tends nobody."""
        self.patient = None
        super().fall(incident)

    def arrive(self) -> None:
        """The wheels stop, at the hospital or elsewhere."""
        if self.hospital is None:
            super().arrive()
            return
        assert self.patient is not None
        self.spot = self.parts.vehicles.stop(self)
        self.note(UnitAtHospital, patient=self.patient.id, hospital=self.hospital.name)
        self.status = "at hospital"
        self.report("at hospital", self.because)
        self.hospital.receive(self, self.patient)

    def hand_over(self, waited_for: int | None) -> None:
        """The hospital has taken the patient."""
        patient, hospital = self.patient, self.hospital
        assert patient is not None and hospital is not None
        who = {"patient": patient.id, "citizen": patient.citizen, "hospital": hospital.name}
        self.note(PatientDelivered, waited_for=waited_for, **who)
        patient.set_care(Care.HOSPITAL, float(self.parts.agenda.clock.t), self.because)
        self.patient, self.hospital = None, None
        self.done()
