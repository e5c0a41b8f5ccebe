"""The city: the parts, and the step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mesa import Agent, Model

from sim.actors.attacks import Attacks
from sim.actors.call_centre import CallCentres
from sim.actors.citizen import Citizen
from sim.actors.citizens import Citizens
from sim.actors.command_post import CommandPosts
from sim.actors.department import Departments
from sim.actors.dispatcher import Dispatchers
from sim.actors.driving import Vehicles
from sim.actors.forecasts import Forecasts
from sim.actors.hospital import Hospitals
from sim.actors.offices import Offices
from sim.actors.public import Public
from sim.actors.sensors import Sensors
from sim.actors.units import Units
from sim.actors.warnings import Warnings
from sim.comms.switchboard import Switchboard
from sim.core.clock import Clock
from sim.core.errors import InputError
from sim.core.log import Log
from sim.core.streams import Streams
from sim.hazards.incidents import Incidents
from sim.policies.bundles import Arm
from sim.scenario import Scenario

if TYPE_CHECKING:
    from sim.city.map import Map
    from sim.city.population import Population

STAGES = (
    "begin",
    "watch",
    "notice",
    "carry",
    "answer",
    "take_charge",
    "dispatch",
    "act",
    "care",
    "command",
    "issue",
    "grow",
    "respond",
    "move",
)
"""The order of a second; each name is an agenda."""


class City(Model):
    """The whole model; `sim.build` puts it together."""

    clock: Clock
    log: Log
    streams: Streams
    script: Scenario
    arm: Arm
    town: Map
    population: Population
    incidents: Incidents
    sensors: Sensors
    citizens: Citizens
    switchboard: Switchboard
    call_centres: CallCentres
    departments: Departments
    offices: Offices
    forecasts: Forecasts
    dispatchers: Dispatchers
    units: Units
    hospitals: Hospitals
    command_posts: CommandPosts
    warnings: Warnings
    public: Public
    traffic: Vehicles
    attacks: Attacks
    end_s: float  # until then incidents begin
    last_s: int  # then the run ends at the latest
    is_over: bool = False  # the time in which incidents begin is over, and all that count have ended
    agents_so_far: int = 0  # every agent has its number of them, also after loading, in any version of Mesa

    def second(self) -> None:
        """One step: decide at t, then the world moves over [t, t + dt), then the clock ticks."""
        self.clock.wake()  # what was planned for now joins its own stage's agenda
        self.incidents.begin()  # what was scripted for now happens
        self.sensors.watch(self.incidents)  # a gauge or a camera sees one; others cry for nothing
        self.citizens.notice(self.incidents)  # somebody sees one, and dials
        self.switchboard.carry()  # messages whose time has come are heard
        self.call_centres.answer()  # calls are taken and triaged, and become cases
        self.departments.take_charge()  # whose case is it? accept, hand off, refuse, escalate, report, share
        self.dispatchers.dispatch()  # units are chosen and ordered
        self.units.act(self.incidents)  # crews obey, arrive, find, work, load, hand over
        self.hospitals.care()  # bays, hand-over
        self.command_posts.command(self.incidents)  # the scene is sized up; more is asked for
        self.warnings.issue()  # the public is told

        self.incidents.grow()  # fire spreads, patients worsen
        self.public.respond(self.incidents)  # people hear, doubt, ask, leave
        self.traffic.move()  # what is due on the roads in [t, t + dt]
        self.clock.tick(self.last_s)

    def step(self) -> None:
        """The same, for Mesa users."""
        self.second()

    def citizen(self, row: int) -> Citizen:
        """Anybody of the population as an agent; `remove()` him when done."""
        if not 0 <= row < len(self.population):
            raise InputError(f"citizen {row}: the population has rows 0 to {len(self.population) - 1}")
        return Citizen(self, self.population, row)

    def register_agent(self, agent: Agent) -> None:
        """Called by every new agent."""
        super().register_agent(agent)
        self.agents_so_far += 1
        agent.unique_id = self.agents_so_far
        getattr(Agent, "_ids", {}).pop(self, None)  # in it Mesa 3.3 would keep every city, with its log, for ever

    @property
    def t(self) -> int:
        """Seconds since the start of the run."""
        return self.clock.t

    # --- save and load

    def save(self, path: Path) -> None:
        """Write the whole state; the map and the people themselves are named, not copied."""
        from sim.saving import save

        save(self, path)

    @staticmethod
    def load(path: Path) -> City:
        """Read what `save` wrote; going on from there gives the same log."""
        from sim.saving import load

        return load(path)

    def __getstate__(self) -> dict[str, Any]:
        own = {name: value for name, value in self.__dict__.items() if name in OWN}
        return {"own": own, "agents": list(self.agents)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Mesa's part is made anew, whatever version it is of; its registry gets the agents back in their order."""
        super().__init__(rng=state["own"]["streams"].seed)
        self.__dict__.update(state["own"])
        for agent in state["agents"]:
            number = agent.unique_id
            super().register_agent(agent)
            agent.unique_id = number  # Mesa 3.5 has given it a new one


OWN = frozenset(City.__annotations__)
"""What is ours on a model; all else is Mesa's."""
