"""The site on which a city is put together: scenario, map, clock, log, streams."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from sim.actors.case_desk import Plan
from sim.actors.roll import RoadSense
from sim.actors.tables import services
from sim.city.index import SpatialIndex
from sim.city.map import Map
from sim.city.population import Population
from sim.city.roads import Singles
from sim.city.routing import Router
from sim.city.traffic import Traffic
from sim.core.clock import Clock
from sim.core.events import RunStarted
from sim.core.log import Log
from sim.core.streams import Streams
from sim.core.vocabulary import Severity
from sim.fitting import fit
from sim.hazards.tables import Tables, hazard_tables
from sim.model import STAGES, City
from sim.policies.bundles import Arm
from sim.resources import endowed, given_to
from sim.scenario import Scenario

PEOPLE_SEED = 0
"""The people of a map are the same in every run; seeds are for what happens to them."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What many runs share: the map, the people, the indexes."""

    town: Map
    population: Population
    index: SpatialIndex
    router: Router


def lay_ground(town: Map, scale: float) -> Ground:
    """The people of a map at a scale, and what is needed to find the way."""
    return Ground(town, Population(town, scale, Streams(PEOPLE_SEED)), town.index, Router(town.roads))


class Site:
    """What every part of a city is made from."""

    def __init__(self, scenario: Scenario, ground: Ground, arm: Arm, seed: int) -> None:
        self.scenario = endowed(scenario, given_to(arm.policies))
        self.ground = replace(ground, population=deepcopy(ground.population))  # states are each city's own
        self.arm = arm
        self.policies = arm.policies
        self.clock = Clock()
        self.agendas = {name: self.clock.agenda(name) for name in STAGES}
        self.log = Log(self.clock)
        self.streams = Streams(seed)
        self.tables: Tables = hazard_tables()
        self.fitted = fit(scenario, ground.town)
        self.city = City(rng=seed)
        self.roads = Traffic(ground.town, self.streams, scenario.start_s)
        self.sense = RoadSense(ground.router, self.roads, ground.index, ground.town)

    def _open_log(self) -> None:
        scenario = self.scenario
        self.log.add(
            RunStarted(
                scenario=scenario.name,
                town=self.ground.town.name,
                seed=self.streams.seed,
                policies=self.policies.model_dump(),
                start_s=scenario.start_s,
                warmup_s=scenario.warmup_s,
                end_s=scenario.end_s,
                drain_s=scenario.drain_s,
                targets_s={service.value: table.target_s.value for service, table in services().items()},
                primary=scenario.primary,
                secondary=scenario.secondary,
            )
        )


def response_plans(tables: Tables) -> Plan:
    """Crews by capability, for each kind and severity: what every desk has in its drawer."""
    return {name: {one: kind.plan.crews(one) for one in Severity} for name, kind in tables.kinds.items()}


def free_flow_s(town: Map) -> Singles:
    """Seconds by edge at the speed limit."""
    seconds: Singles = (town.roads.length_m * 3.6 / town.roads.limit_kmh).astype(np.float32)
    return seconds
