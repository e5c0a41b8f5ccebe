"""A toy town in which incidents happen and nobody but the test comes to help."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from sim.city.embedded import load_embedded
from sim.city.population import Population
from sim.core.clock import Clock
from sim.core.events import Event
from sim.core.log import Log
from sim.core.streams import Streams
from sim.core.vocabulary import EMERGENCY, Capability
from sim.hazards.incident import Incident
from sim.hazards.incidents import Incidents
from sim.hazards.planned import Planned, Script
from sim.hazards.reference import Reference
from sim.hazards.script import listed
from sim.hazards.tables import Tables, hazard_tables
from sim.hazards.world import World

ENGINE = (Capability.EXTINGUISH, Capability.RESCUE)
AMBULANCE = (Capability.TREAT, Capability.TRANSPORT)
PATROL = (Capability.SECURE,)
TRAFFIC = (Capability.CONTROL_TRAFFIC, Capability.CLEAR)

TO_SCENE_S = 240.0
TO_HOSPITAL_S = 400.0

TOWN = load_embedded("toy")
PEOPLE = Population(TOWN, 1.0, Streams(0))


def world(seed: int = 1, tables: Tables | None = None) -> World:
    """The toy town at noon; every station is 240 s away, the hospital 400 s."""
    count = TOWN.roads.node_count
    tables = tables or hazard_tables()
    to_scene = {service: np.full(count, TO_SCENE_S) for service in EMERGENCY}
    reference = Reference(tables.patients.reference, to_scene, np.full(count, TO_HOSPITAL_S))
    return World(TOWN, PEOPLE, Streams(seed), tables, reference, 12 * 3600)


def one(name: str, kind: str, t: float = 0.0, node: int = 24, **given: Any) -> Planned:
    """A scenario's own incident at a node of the toy town."""
    return listed(TOWN, name, kind, t, TOWN.roads.at_node(node), **given)


class Stage:
    """A clock, a log and the incidents of a script."""

    def __init__(self, plans: Iterable[Planned], seed: int = 1) -> None:
        self.clock = Clock()
        self.log = Log(self.clock)
        begin, self.acting = self.clock.agenda("begin"), self.clock.agenda("act")
        grow = self.clock.agenda("grow")
        script = Script(sorted(plans, key=lambda plan: (plan.t, plan.id)))
        self.incidents = Incidents(begin, grow, self.log, script, world(seed))

    def live(self, until: int) -> None:
        """Seconds go by, up to and without `until`."""
        while self.clock.t < until:
            self.clock.wake()
            self.incidents.begin()
            self.acting.work()
            self.incidents.grow()
            self.clock.tick(until)

    def incident(self, name: str) -> Incident:
        """A running incident."""
        return self.incidents.active[name]

    def send(self, name: str, unit: str, able: Iterable[Capability]) -> Incident:
        """A crew is there at once and works."""
        incident = self.incident(name)
        incident.crew_arrives(unit, able, self.clock.t)
        incident.crew_starts(unit, self.clock.t)
        return incident

    def events(self, kind: type[Event]) -> list[tuple[int, Any]]:
        """When what kind of event happened."""
        return [(entry.t, entry.event) for entry in self.log if isinstance(entry.event, kind)]

    def story(self) -> list[tuple[int, str]]:
        """All events."""
        return [(entry.t, type(entry.event).__name__) for entry in self.log]
