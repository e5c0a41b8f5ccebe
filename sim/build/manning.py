"""The truth of a run, and who acts in it: incidents, crews, hospitals, people."""

from __future__ import annotations

import numpy as np

from sim.actors.alarms import AlarmParts, Alarms
from sim.actors.ambulance import Ambulance
from sim.actors.caller import CitizenParts
from sim.actors.citizens import Citizens
from sim.actors.command_post import CommandPosts, PostRules
from sim.actors.false_alarms import Layout, false_alarms
from sim.actors.files import Files
from sim.actors.fleet import Berth, berths, share_of_city
from sim.actors.hospital import Hospital, HospitalParts, Hospitals
from sim.actors.organisation import crews
from sim.actors.public import Public, PublicParts
from sim.actors.rumour import RumourParts, Rumours
from sim.actors.saying import WarningParts
from sim.actors.sensor_tables import SENSOR_NETWORK, sensing
from sim.actors.sensors import SensorParts, Sensors
from sim.actors.tables import work
from sim.actors.unit import Unit, UnitParts
from sim.actors.units import Units
from sim.actors.warning_tables import warning_tables
from sim.actors.warnings import Warnings
from sim.build.organising import Organising
from sim.build.site import free_flow_s, response_plans
from sim.city.roads import Floats, Singles, Spot
from sim.city.spots import node_of
from sim.core.events import UnitCommissioned
from sim.core.vocabulary import EMERGENCY, Capability, Service
from sim.fitting import HOSPITAL_REPORTS
from sim.hazards.incidents import Incidents
from sim.hazards.planned import Script
from sim.hazards.reference import Reference
from sim.hazards.script import Window, write_script
from sim.hazards.world import World


class Manning(Organising):
    """Who sees and touches."""

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
        parts = SensorParts(city, self.log, self.streams, town, tables, policy, layouts, city.switchboard, network)
        city.sensors = Sensors(self.agendas["watch"], parts, alarms, script)
