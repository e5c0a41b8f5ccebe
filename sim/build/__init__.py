"""Putting a city together from a scenario, a map, an arm and a seed."""

from __future__ import annotations

from sim.actors.driving import Vehicles
from sim.build.site import PEOPLE_SEED, Ground, lay_ground, response_plans
from sim.build.troubling import Troubling
from sim.comms.switchboard import Switchboard
from sim.hazards.incidents import Incidents
from sim.model import City
from sim.policies.bundles import Arm
from sim.scenario import Scenario

__all__ = ["PEOPLE_SEED", "Ground", "build", "lay_ground", "response_plans"]


def build(scenario: Scenario, ground: Ground, arm: Arm, seed: int) -> City:
    """A city at its first second; InputError when the scenario does not fit the map."""
    return _Builder(scenario, ground, arm, seed).build()


class _Builder(Troubling):
    """The parts in the order in which they need each other."""

    def build(self) -> City:
        city, scenario = self.city, self.scenario
        city.clock, city.log, city.streams = self.clock, self.log, self.streams
        city.script, city.arm, city.town, city.population = scenario, self.arm, self.ground.town, self.ground.population
        city.end_s, city.last_s = scenario.end_s, int(scenario.drain_s)
        self._open_log()
        city.switchboard = Switchboard(self.agendas["carry"], self.log)
        city.traffic = Vehicles(self.agendas["move"], self.log, self.roads)
        self._organise()
        world = self._world()
        script = self._script()
        city.incidents = Incidents(self.agendas["begin"], self.agendas["grow"], self.log, script, world)
        city.incidents.around.barriers = city.traffic
        self._man(city.incidents)
        self._people(script)
        self._tell(world)
        self._sense()
        self._faults()
        return city
