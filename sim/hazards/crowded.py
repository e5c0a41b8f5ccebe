"""An incident with many people in its zone: they are warned, they leave, and only the hurt become patients."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import BeforeValidator

from sim.core.quantities import Quantity, duration_s
from sim.core.streams import Dice
from sim.core.vocabulary import Capability, Service, Severity
from sim.hazards.evidence import Strict
from sim.hazards.incident import Incident
from sim.hazards.patient import Patient
from sim.hazards.reference import Outcome
from sim.hazards.work import Task
from sim.hazards.zone import Call, Zone

STEP_S = 60.0
"""Simulated seconds between two looks at people who are leaving."""

DOORS = "from door to door"
PUBLIC_WARNING = "public warning"


def _seconds(said: str | float | None) -> float | None:
    return None if said is None else duration_s(said)


Span = Annotated[float | None, BeforeValidator(_seconds)]
"""A duration that a scenario may give: seconds, or such as '5h 40min'."""


class Leaving(Strict):
    """How people take a warning that reaches them."""

    scale_s: Quantity  # of the Rayleigh curve
    comply: Quantity  # share of those who follow it


class Doors(Strict):
    """How crews go from door to door."""

    comply: Quantity  # share of those who go when a crew stands at the door
    work_s: Quantity  # crew-seconds a person
    crews_most: Quantity  # at it at once


class Crowded(Incident):
    """An incident with people in its zone."""

    zone: Zone
    leaving: Leaving
    doors: Doors | None = None
    standby: int  # ambulances that wait for people who are still buried or adrift
    knocking: Task | None = None  # the work at the doors

    @property
    def radius_m(self) -> float:
        """Of the circle in which its people are; 0 when they are at one point."""
        return 0.0

    def settle_in(self, people: int) -> None:
        """Put people into the zone."""
        self.zone = Zone(people, Dice(self.world.streams, *self.key))

    def warn(self, share: float, t: float, source: str = PUBLIC_WARNING, pace: float = 1.0) -> int:
        """A warning has reached this share of the people by now; returns how many more leave for it.

        For later stages. `pace` multiplies the time that they take (D5: 0.6 after a good warning).
        """
        self.advance(t)
        law = self.leaving
        more = self.zone.warn(share, t, Call(source, law.comply.value, law.scale_s.value * pace))
        self.touch()
        return more

    # --- from door to door

    def open_doors(self, t: float) -> None:
        """From now on crews may go from door to door."""
        assert self.doors is not None
        work_s = self.doors.work_s.value * self.zone.people
        self.knocking = Task(Capability.EVACUATE, work_s, int(self.doors.crews_most.value))
        self.tasks.append(self.knocking)
        self.zone.warn(0.0, t, self._call_at_doors())
        self.assign()

    def knock(self, t: float) -> None:
        """Crews at the doors have come so far by now."""
        if self.knocking is not None and self.doors is not None:
            work_s = self.doors.work_s.value * self.zone.people
            share = 1.0 - max(self.knocking.left_s, 0.0) / work_s if work_s else 1.0
            self.zone.warn(share, t, self._call_at_doors())

    def close_doors(self) -> None:
        """Nobody goes from door to door any more."""
        if self.knocking in self.tasks:
            self.tasks.remove(self.knocking)
        self.knocking = None

    def _call_at_doors(self) -> Call:
        assert self.doors is not None
        return Call(DOORS, self.doors.comply.value, self.leaving.scale_s.value)

    def leaving_next_t(self) -> float:
        """When to look again while people are leaving or crews go from door to door."""
        crews = self.crews.values()
        is_busy = self.knocking is not None and any(one.is_working and one.task is self.knocking for one in crews)
        return self.t + STEP_S if is_busy or self.zone.leaving(self.t) else math.inf

    # --- who is hurt

    def strike(self, person: int, condition: str, severity: Severity, buried_s: float = 0.0) -> Patient:
        """Somebody inside is hurt; if he is buried or adrift, rescue crews get to him after so much work.

        His draws are his own, whoever else is hurt.
        """
        rng = self.world.streams.of("incident.zone", *self.key, person)
        patient = self.harm(condition, severity, rng, person)
        if buried_s:
            patient.is_trapped, patient.is_reachable = True, False
            self.tasks.append(Task(Capability.RESCUE, buried_s, patient=patient))
        self.zone.hurt(person)
        self.keeper.harmed(patient)
        return patient

    def rescues(self) -> list[tuple[Task, int]]:
        """Searches and rescues that are still to be done, a crew for each."""
        return [(task, 1) for task in self.tasks if task.patient is not None]

    def awaited(self) -> list[Patient]:
        """Ambulances come for those who can be reached, and a few stand by for those who cannot yet."""
        here = super().awaited()
        hidden = [patient for patient in here if not patient.is_reachable]
        return [patient for patient in here if patient.is_reachable] + hidden[: self.standby]

    # --- the reference response

    def reference(self, patient: Patient) -> Outcome:
        """Known at its start: unhurt if the reference crews had had him out in time, else reached as soon as can be."""
        reference = self.world.reference
        kerb = reference.at_kerb_s(Service.EMS, self.node) + self.access_s
        if self.spared(patient.number):
            return Outcome(kerb, 1.0)
        born = patient.harmed_t - self.started_t
        reached_s = max(kerb, born + self.access_s)
        work_s = next((task.left_s for task in self.tasks if task.patient is patient), 0.0)
        if work_s:
            reached_s = max(reached_s, max(reference.at_kerb_s(Service.FIRE, self.node), born) + self.access_s + work_s)
        return reference.outcome_from(patient, reached_s)

    def spared(self, person: int) -> bool:
        """Whether the reference response would have had him out before he was hurt."""
        return False

    def out_of_doors_t(self, person: int, start_t: float, crews: int) -> float:
        """When he would be out if so many crews went from door to door from then on."""
        assert self.doors is not None
        lasts_s = self.doors.work_s.value * self.zone.people / crews
        return self.zone.would_leave_t(person, start_t, lasts_s, self._call_at_doors())
