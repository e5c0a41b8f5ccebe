"""The stage of all units, and the hourly look at what they could reach."""

from __future__ import annotations

from sim.actors.dispatcher import FREE
from sim.actors.roll import RoadSense
from sim.actors.tables import services
from sim.actors.unit import Unit
from sim.city.spots import node_of
from sim.core.clock import Agenda
from sim.core.events import CoverageSampled, PatientFreed
from sim.core.log import Log
from sim.core.vocabulary import EMERGENCY
from sim.hazards.incident import Incident
from sim.hazards.incidents import Incidents
from sim.hazards.patient import Patient

COVERAGE_EVERY_S = 3600
"""How often coverage is sampled for the log."""


class Units:
    """The stage of all units."""

    def __init__(self, agenda: Agenda, log: Log, sense: RoadSense, units: list[Unit]) -> None:
        self.agenda = agenda
        self.log = log
        self.sense = sense
        self.units = units
        self.by_name = {unit.id: unit for unit in units}
        self.agenda.soon(self.sample_coverage)

    def act(self, incidents: Incidents) -> None:
        """Crews obey, arrive, find, work, load, hand over; where work was done or somebody freed, they look again."""
        for incident, name in incidents.inspected:
            self.agenda.soon(self.by_name[name].tell_judged, incident)
        for incident, name in incidents.fallen:
            self.agenda.soon(self.by_name[name].fall, incident)
        for incident, patient, name in incidents.released:
            self.agenda.soon(self.free, incident, patient, name)
        for _, name in incidents.done:
            self.agenda.soon(self.by_name[name].recheck)
        incidents.inspected.clear()
        incidents.fallen.clear()
        incidents.released.clear()
        incidents.done.clear()
        self.agenda.work()

    def free(self, incident: Incident, patient: Patient, name: str) -> None:
        """Somebody was cut or carried out: the ambulances at the scene may go on."""
        rescuer = self.by_name[name]
        self.log.add(PatientFreed(because=rescuer.because, unit=name, patient=patient.id, citizen=patient.citizen))
        for crew in list(incident.crews):
            self.by_name[crew].recheck()

    def tune_in(self, channel: str) -> None:
        """A net works again: those who use it and stand ready say so."""
        for unit in self.units:
            if unit.dispatcher.radio.status.name == channel:
                unit.tune_in()

    def _node(self, unit: Unit) -> int:
        """The node where a unit stands, or to which it is driving."""
        spot = unit.parts.vehicles.where(unit) or unit.spot
        node = node_of(self.sense.town.roads, spot)
        return node if node >= 0 else int(self.sense.town.roads.head[spot.edge])

    def sample_coverage(self) -> None:
        """Once an hour: how many residents has a free unit of each service within its target time at usual speeds?"""
        people = self.sense.town.node_people
        usual_s = self.sense.seconds(self.agenda.clock.t, set())
        for service in EMERGENCY:
            free = [unit for unit in self.units if unit.service == service.value and unit.status == FREE]
            share = 0.0
            if free:
                nodes = sorted({self._node(unit) for unit in free})
                reach_s = self.sense.router.multi_source(nodes, usual_s, outward=True)
                target_s = services()[service].target_s.value
                share = float(people[reach_s <= target_s].sum(dtype=float) / people.sum(dtype=float))
            self.log.add(CoverageSampled(service=service.value, share=round(share, 6)))
        self.agenda.after(COVERAGE_EVERY_S, self.sample_coverage)
