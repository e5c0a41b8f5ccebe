"""The reference response against which an avoidable death is judged: the same in every arm."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.quantities import Quantity
from sim.core.vocabulary import Service
from sim.hazards.evidence import Strict
from sim.hazards.patient import CENSOR_S, Patient
from sim.hazards.survival import Care


class ReferenceTable(Strict):
    """The fixed numbers of the reference response."""

    handling_s: Quantity
    turnout_fire_s: Quantity
    turnout_ems_s: Quantity
    fire_crews: Quantity  # that arrive together at a fire

    def turnout_s(self, service: Service) -> float:
        """Standard turnout of a service."""
        return (self.turnout_ems_s if service == Service.EMS else self.turnout_fire_s).value


class Outcome(NamedTuple):
    """What the reference response makes of one patient."""

    at_side_s: float  # hands on the patient, s after onset of the incident
    survival: float


@dataclass(frozen=True, eq=False)
class Reference:
    """Known at once, handled in a minute, standard turnout, free-flow travel from the nearest place of the service."""

    table: ReferenceTable
    to_scene_s: Mapping[Service, NDArray[np.floating[Any]]]  # by node, from the nearest station of the service
    to_hospital_s: NDArray[np.floating[Any]]  # by node, to the nearest hospital

    def at_kerb_s(self, service: Service, node: int) -> float:
        """When the nearest crew of a service would stop at the kerb, s after onset; endless without one."""
        if service not in self.to_scene_s:
            return math.inf
        return self.table.handling_s.value + self.table.turnout_s(service) + float(self.to_scene_s[service][node])

    def outcome_from(self, patient: Patient, reached_s: float) -> Outcome:
        """The reference for a patient whom a crew has its hands on from then on (s after onset of the incident)."""
        door = reached_s + patient.treat_s + float(self.to_hospital_s[patient.incident.node])
        born = patient.harmed_t - patient.incident.started_t
        survival = patient.survival_if([(reached_s - born, Care.CREW)], min(door - born, CENSOR_S))
        return Outcome(min(reached_s, CENSOR_S), survival)

    def outcome(self, patient: Patient, freed_s: float = 0.0) -> Outcome:
        """The reference for a patient who can be moved from `freed_s` on (s after onset of the incident)."""
        incident = patient.incident
        kerb = self.at_kerb_s(Service.EMS, incident.node)
        side = kerb + incident.access_s
        door = max(side + patient.treat_s, freed_s) + float(self.to_hospital_s[incident.node])
        born = patient.harmed_t - incident.started_t
        survival = patient.survival_if([(side - born, Care.CREW)], min(door - born, CENSOR_S))
        return Outcome(min(side, CENSOR_S), survival)
