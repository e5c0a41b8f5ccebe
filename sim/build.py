"""Putting a city together from a scenario, a map, an arm and a seed."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from sim.actors.alarms import AlarmParts, Alarms
from sim.actors.ambulance import Ambulance
from sim.actors.attacks import Attacks, Targets
from sim.actors.call_centre import CallCentre, CallCentres, DeskRules, Plan
from sim.actors.caller import CitizenParts
from sim.actors.citizens import Citizens
from sim.actors.command_post import CommandPosts, PostRules
from sim.actors.department import Department, Departments
from sim.actors.dispatcher import Dispatcher, Dispatchers, Radio
from sim.actors.driving import Vehicles
from sim.actors.exchange import Exchange
from sim.actors.false_alarms import Layout, false_alarms
from sim.actors.files import Files
from sim.actors.fleet import Berth, berths, share_of_city
from sim.actors.forecasts import Forecasts
from sim.actors.forgeries import Forger
from sim.actors.hospital import Hospital, HospitalParts, Hospitals
from sim.actors.leaks import Leaker, LeakParts
from sim.actors.offices import OfficeParts, Offices
from sim.actors.organisation import Duties, crews, duties, organisation
from sim.actors.papers import PaperForger
from sim.actors.post import Lines, Post
from sim.actors.public import Public, PublicParts
from sim.actors.roll import RoadSense
from sim.actors.rumour import RumourParts, Rumours
from sim.actors.saying import WarningParts
from sim.actors.sensor_tables import SENSOR_NETWORK, sensing
from sim.actors.sensors import SensorParts, Sensors
from sim.actors.signals import SignalControl
from sim.actors.tables import services, work
from sim.actors.unit import Unit, UnitParts
from sim.actors.units import Units
from sim.actors.warning_tables import warning_tables
from sim.actors.warnings import Warnings
from sim.city.index import SpatialIndex
from sim.city.map import Map
from sim.city.population import Population
from sim.city.roads import Floats, Singles, Spot
from sim.city.routing import Router
from sim.city.spots import node_of
from sim.city.traffic import Traffic
from sim.comms.channels import ChannelRule
from sim.comms.pictures import Picture
from sim.comms.switchboard import Switchboard
from sim.core.clock import Clock
from sim.core.events import DutyListed, RunStarted, UnitCommissioned
from sim.core.log import Log
from sim.core.streams import Streams
from sim.core.vocabulary import EMERGENCY, NUMBER_OF, Capability, Phase, Service, Severity
from sim.fitting import HOSPITAL_REPORTS, SIGNAL_CONTROL, TELEPHONE, fit, status_channel, voice_channel
from sim.hazards.incidents import Incidents
from sim.hazards.planned import Script
from sim.hazards.reference import Reference
from sim.hazards.script import Window, write_script
from sim.hazards.tables import Tables, hazard_tables
from sim.hazards.world import World
from sim.model import STAGES, City
from sim.policies.bundles import Arm
from sim.resources import endowed, given_to
from sim.scenario import Scenario

NETWORK = ChannelRule(slots=100_000, airtime_s=1.0, delay_s=0.0, loss=0.0)
"""The public network has room for everybody; each centre's own lines are what is scarce."""


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
    index = SpatialIndex(town.roads)
    return Ground(town, Population(town, scale, Streams(PEOPLE_SEED), index), index, Router(town.roads))


def build(scenario: Scenario, ground: Ground, arm: Arm, seed: int) -> City:
    """A city at its first second; InputError when the scenario does not fit the map."""
    return _Builder(scenario, ground, arm, seed).build()


class _Builder:
    """The parts in the order in which they need each other."""

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

    # --- desks

    def _organise(self) -> None:
        """Call centres by the intake policy, each with its picture; a department and a dispatcher for each service."""
        city = self.city
        telephone = city.switchboard.open(TELEPHONE, NETWORK)
        self.signals = self._signal_control()
        self.exchange = Exchange(self.log, city.switchboard, telephone, work().desk.relay_retry_s.value)
        self._open_offices()
        plan = response_plans(self.tables)
        rules = DeskRules(
            work().desk,
            self.policies.intake,
            self.policies.triage,
            self.policies.security,
            plan,
            work().caller.patience_mean_s.value,
        )
        self.departments: dict[Service, Department] = {}
        centres = []
        for owner, served in self.policies.intake.organisations().items():
            picture = Picture(owner, self.clock, self.log, work().road.closure_memory_s.value)
            centre = CallCentre(city, picture, self.log, self.agendas["answer"], rules)
            centre.exchange, centre.offices = self.exchange, self.offices
            centre.post = Post(self.offices.parts.lines)
            centre.free_takers, centre.free_lines = self._desks(served)
            centres.append(centre)
            group = {one: Department(city, one, picture, self.log, self.agendas["take_charge"]) for one in served}
            for service, department in group.items():
                department.centre = centre
                self._furnish(department)
                if service.value == owner:
                    department.post = centre.post  # one name, one post
                department.neighbours = {other: group[other] for other in group if other != service}
                self.exchange.centres[NUMBER_OF[service]] = centre
            centre.departments = group
            self.departments |= group
        for service in crews():
            if service not in self.departments:
                picture = Picture(service.value, self.clock, self.log, work().road.closure_memory_s.value)
                support = Department(city, service, picture, self.log, self.agendas["take_charge"])
                self._furnish(support)
                self.departments[service] = support
        self.offices.centres = centres
        self.offices.crews = {service.value: department for service, department in self.departments.items()}
        city.call_centres = CallCentres(self.agendas["answer"], centres)
        city.departments = Departments(self.agendas["take_charge"], self.departments)
        city.offices = self.offices
        dispatchers = {service: department.dispatcher for service, department in self.departments.items()}
        city.dispatchers = Dispatchers(self.agendas["dispatch"], dispatchers)

    def _signal_control(self) -> SignalControl:
        """The traffic centre's operators, if there are any who can set signals for crews."""
        operators, set_s = self.policies.signals.room
        rule = ChannelRule(operators, set_s, delay_s=0.0, loss=0.0)
        channel = self.city.switchboard.open(SIGNAL_CONTROL, rule) if operators else None
        return SignalControl(self.city, self.agendas["dispatch"], self.log, self.policies.signals, channel)

    def _furnish(self, department: Department) -> None:
        """What every department with crews needs."""
        department.exchange, department.offices = self.exchange, self.offices
        department.post = Post(self.offices.parts.lines)
        department.dispatcher = self._dispatcher(department)

    def _open_offices(self) -> None:
        """Duty desks of all departments at all tiers, and the lines between them."""
        tables, policies, switchboard = organisation(), self.policies, self.city.switchboard
        lines = Lines(
            self.agendas["take_charge"],
            switchboard,
            {name: switchboard.open(name, line.rule()) for name, line in tables.line.items()},
            tables.desk.resend_s.value,
            policies.responsibility.is_tracked,
            policies.sharing.has_one_format,
        )
        parts = OfficeParts(
            self.agendas["take_charge"],
            self.log,
            self.sense,
            tables,
            duties(),
            policies.responsibility,
            policies.reporting,
            policies.sharing,
            policies.mutual_aid,
            lines,
            self.scenario.start_s,
            policies.security,
            work().desk.ring_back_s.value,
        )
        self.offices = Offices(parts)
        self.offices.staff(self.city)
        self._note_duties(parts.duties)

    def _note_duties(self, list_of: Duties) -> None:
        """The list of responsibilities stands in the log, so that results know whom a thing concerns."""
        for kind, duty in list_of.rows.items():
            for phase, row in ((Phase.PREVENTION, duty.prevention), (Phase.RESPONSE, duty.response)):
                for department, role in row.roles.items():
                    listed = DutyListed(
                        incident_kind=kind,
                        phase=phase.value,
                        department=department,
                        role=role.value,
                        ambiguity=row.ambiguity.value,
                    )
                    self.log.add(listed)

    def _desks(self, served: tuple[Service, ...]) -> tuple[int, int]:
        """Call-takers and lines of a centre: those of the services that it serves, whoever runs them."""
        share = min(1.0, share_of_city(self.ground.town)) * self.scenario.resources.call_takers
        takers = sum(max(1, math.ceil(services()[one].call_takers.value * share - 1e-9)) for one in served)
        lines = sum(max(2, math.ceil(services()[one].lines.value * share - 1e-9)) for one in served)
        return takers, lines

    def _dispatcher(self, department: Department) -> Dispatcher:
        dispatcher = Dispatcher(self.city, department, self.log, self.agendas["dispatch"], self.sense)
        switchboard, name = self.city.switchboard, department.service.value
        dispatcher.radio = Radio(
            switchboard,
            switchboard.open(voice_channel(name), work().radio.rule()),
            switchboard.open(status_channel(name), work().status.rule()),
            work().radio.repeat_after_s.value,
        )
        dispatcher.signals = self.signals
        dispatcher.dispatch_policy = self.policies.dispatch
        dispatcher.queue_policy = self.policies.queue
        return dispatcher

    # --- the truth

    def _world(self) -> World:
        town, free = self.ground.town, free_flow_s(self.ground.town)
        places = {service: [berth.post.spot for berth in self._berths(service)] for service in EMERGENCY}
        to_scene = {service: self._from(spots, free) for service, spots in places.items() if spots}
        doors = [facility.node for facility in town.facilities if facility.kind == "hospital"]
        far = np.full(town.roads.node_count, np.inf)
        to_hospital = self.ground.router.multi_source(doors, free) if doors else far
        reference = Reference(self.tables.patients.reference, to_scene, to_hospital)
        return World(town, self.ground.population, self.streams, self.tables, reference, self.scenario.start_s)

    def _from(self, spots: list[Spot], seconds: Singles) -> Floats:
        nodes = sorted({node_of(self.ground.town.roads, spot) for spot in spots})
        return self.ground.router.multi_source(nodes, seconds, outward=True)

    def _berths(self, service: Service) -> list[Berth]:
        resources = self.scenario.resources
        factor = resources.fleet * resources.fleets.get(service.value, 1.0)
        return berths(self.ground.town, service, crews()[service], factor)

    def _script(self) -> Script:
        """The ordinary load of the hours, and what the scenario names."""
        scenario, town = self.scenario, self.ground.town
        script = Script()
        if scenario.background.on and town.has_background:
            window = Window(scenario.start_s, scenario.drain_s)  # the drain is an ordinary hour too
            script = write_script(town, self.ground.population, self.streams, window, self.fitted.loads)
        script.incidents += self.fitted.incidents
        script.incidents.sort(key=lambda plan: (plan.t, plan.id))
        return script

    # --- crews, hospitals, people

    def _man(self, incidents: Incidents) -> None:
        city, scene = self.city, work().scene
        rules = PostRules(
            scene.size_up_s.value,
            scene.count_sigma.value,
            scene.file_s.value,
            self.policies.reinforce,
            self.policies.command,
            response_plans(self.tables),
        )
        city.command_posts = CommandPosts(city, self.agendas["command"], self.log, rules)
        city.hospitals = self._hospitals()
        parts = UnitParts(
            self.agendas["act"],
            self.log,
            city.traffic,
            self.sense,
            incidents,
            city.hospitals,
            city.command_posts,
            work().road,
            Files(self.policies.sharing, city.switchboard),
            self.signals,
        )
        units: list[Unit] = []
        for service, department in self.departments.items():
            table = crews()[service]
            kind = Ambulance if Capability.TRANSPORT in table.capabilities else Unit
            fleet = [
                kind(city, berth.name, row, table, berth.post, parts) for row, berth in enumerate(self._berths(service))
            ]
            for unit in fleet:
                unit.dispatcher = department.dispatcher
                self._commission(unit)
            department.dispatcher.enlist(list(fleet))
            units += fleet
        city.units = Units(self.agendas["act"], self.log, self.sense, units)

    def _commission(self, unit: Unit) -> None:
        x, y = self.ground.town.roads.at(unit.spot)
        self.log.add(
            UnitCommissioned(
                unit=unit.id,
                department=unit.service,
                service=unit.service,
                station=unit.post.station,
                district=unit.district,
                capabilities=tuple(sorted(unit.capabilities)),
                x=round(x, 1),
                y=round(y, 1),
            )
        )

    def _hospitals(self) -> Hospitals:
        city, table = self.city, work().hospital
        ems = self.departments[Service.EMS]
        parts = HospitalParts(
            self.log,
            self.streams,
            self.sense,
            ems.picture,
            table,
            self.policies.destination,
            city.switchboard,
            city.switchboard.open(HOSPITAL_REPORTS, work().status.rule()),
        )
        stage = Hospitals(self.agendas["care"], parts)
        roads = self.ground.town.roads
        members = []
        for facility in self.ground.town.facilities:
            if facility.kind == "hospital":
                bays = max(
                    round(table.least_bays.value),
                    round(float(facility.attributes.get("beds", 0) or 0) / table.beds_per_bay.value),
                )
                members.append(Hospital(city, facility.name, roads.at_node(facility.node), bays, stage))
        stage.open(members)
        return stage

    def _people(self, script: Script) -> None:
        city = self.city
        parts = CitizenParts(
            city,
            self.agendas["notice"],
            self.log,
            self.streams,
            self.ground.population,
            self.exchange,
            work().caller,
            self.tables.patients.cpr,
            self.scenario.start_s,
        )
        city.citizens = Citizens(parts, script.calls)

    # --- the public

    def _tell(self, world: World) -> None:
        """The public, its rumours, and the desks that may tell it something."""
        city, respond, tables = self.city, self.agendas["respond"], warning_tables()
        self.rumours = Rumours(RumourParts(respond, self.log, world, tables, self.offices, city.citizens.parts))
        city.public = Public(PublicParts(respond, self.log, world, city.switchboard.coverage, tables), self.rumours)
        issue, policy = self.agendas["issue"], self.policies.warning
        parts = WarningParts(issue, self.log, policy, tables, self.offices, city.switchboard, city.public)
        city.warnings = Warnings(parts)

    # --- sensors

    def _sense(self) -> None:
        """Sensors by the policy of sensing, their ordinary false alarms, and the desks that hear them."""
        city, policy, tables, town = self.city, self.policies.sensing, sensing(), self.ground.town
        share, has_ordinary = share_of_city(town), self.scenario.background.on and town.has_background
        layouts = {name: Layout(share, policy.coverage(name), policy.is_fused, has_ordinary) for name in tables.sensor}
        plan, retry_s = response_plans(self.tables), work().desk.relay_retry_s.value
        alarms = Alarms(
            AlarmParts(
                self.clock, self.log, town, tables, policy, plan, layouts, self.exchange.centres, self.offices, retry_s
            )
        )
        for department in self.departments.values():
            department.alarms = alarms
        window = Window(self.scenario.start_s, self.scenario.drain_s)
        script = [
            alarm
            for name, table in tables.sensor.items()
            for alarm in false_alarms(name, table, layouts[name], town, self.streams, window)
        ]
        script.sort(key=lambda alarm: (alarm.t, alarm.sensor, alarm.number))
        network = city.switchboard.open(SENSOR_NETWORK, tables.network.rule())
        parts = SensorParts(
            city, self.log, self.streams, town, tables, policy, layouts, city.switchboard, network
        )
        city.sensors = Sensors(self.agendas["watch"], parts, alarms, script)

    # --- what goes out of order

    def _faults(self) -> None:
        begin, traffic, switchboard = self.agendas["begin"], self.city.traffic, self.city.switchboard
        for name, switch_over_s in self.policies.redundancy.spares.items():
            switchboard.back_up(name, switch_over_s)
        switchboard.coverage.aerials = dict(self.city.units.by_name)
        for shut in self.fitted.closures:
            begin.at(shut.at_s, traffic.close, shut.edges)
            if shut.until_s is not None:
                begin.at(shut.until_s, traffic.reopen, shut.edges)
        for mute in self.fitted.outages:
            begin.at(mute.at_s, switchboard.fail, mute.channel)
            if mute.until_s is not None:
                begin.at(mute.until_s, switchboard.restore, mute.channel)
                begin.at(mute.until_s, self.city.units.tune_in, mute.channel)
        self._attack()

    def _attack(self) -> None:
        """What the scenario does to information."""
        city = self.city
        leaks = LeakParts(
            self.agendas["begin"], self.log, self.streams, self.offices, self.policies.security, self.rumours
        )
        targets = Targets(
            self.agendas["begin"],
            self.log,
            city.switchboard,
            city.citizens.parts,
            PaperForger(self.log, self.streams, self.offices),
            Leaker(leaks),
            city.sensors,
        )
        forger = Forger(self.ground.town, self.ground.population, self.streams, self.scenario.start_s)
        city.attacks = Attacks(targets, forger, self.fitted.attacks)
        city.forecasts = Forecasts(self.offices, self.streams, self.fitted.forecasts)


def response_plans(tables: Tables) -> Plan:
    """Crews by capability, for each kind and severity: what every desk has in its drawer."""
    return {name: {one: kind.plan.crews(one) for one in Severity} for name, kind in tables.kinds.items()}


def free_flow_s(town: Map) -> Singles:
    """Seconds by edge at the speed limit."""
    seconds: Singles = (town.roads.length_m * 3.6 / town.roads.limit_kmh).astype(np.float32)
    return seconds
