"""The stage of sensors: which stand where something has begun, which cry for nothing, which are silent or got at."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from sim.actors.alarms import Alarms
from sim.actors.false_alarms import FalseAlarm, Layout, weights
from sim.actors.sensor import Sensor
from sim.actors.sensor_tables import SensingTable
from sim.city.map import Map
from sim.comms.channels import Channel
from sim.comms.messages import Alarm
from sim.comms.switchboard import Switchboard
from sim.core.clock import Agenda
from sim.core.errors import unknown
from sim.core.events import SensorsInstalled, SensorsTampered
from sim.core.log import Log
from sim.core.streams import Dice, Streams, code_of
from sim.hazards.incident import Incident
from sim.hazards.incidents import Incidents
from sim.policies.sensing import Sensing

if TYPE_CHECKING:
    from mesa import Model

MODES = ("mute", "cry")
"""What can be done to sensors by whoever gets at them."""


CRY_S = 60.0
"""Within so long all sensors that somebody has got at have cried."""


class SensorParts(NamedTuple):
    """What sensors work with."""

    model: Model
    log: Log
    streams: Streams
    town: Map
    tables: SensingTable
    policy: Sensing
    layouts: dict[str, Layout]  # by type
    switchboard: Switchboard
    network: Channel


class Patch(NamedTuple):
    """A circle in which sensors are silent: all that need power, or those of one type."""

    x: float
    y: float
    radius_m: float
    since_s: int
    sensor: str = ""  # a type that is muted; empty: there is no power

    def covers(self, place: tuple[float, float]) -> bool:
        """Whether a place lies in it."""
        return math.dist((self.x, self.y), place) <= self.radius_m


class Sensors:
    """All sensors; a device is an agent only while it takes part."""

    def __init__(self, agenda: Agenda, parts: SensorParts, alarms: Alarms, script: list[FalseAlarm]) -> None:
        self.agenda = agenda
        self.parts = parts
        self.alarms = alarms
        self._script = script
        self._next = 0
        self._names = 0
        self._attacks = 0
        self._patches: list[Patch] = []
        self._by_kind: dict[str, list[str]] = {}  # by kind of incident: types that watch it
        if parts.policy.has_sensors:
            self._install()
            self._plan_next()

    def _install(self) -> None:
        for name, table in self.parts.tables.sensor.items():
            devices = self.parts.layouts[name].devices(table)
            if devices:
                self.parts.log.add(SensorsInstalled(sensor_kind=name, department=table.owner, devices=devices))
            if self.parts.layouts[name].coverage > 0.0:
                for kind in table.watches:
                    self._by_kind.setdefault(kind, []).append(name)

    def name(self, kind: str) -> str:
        """A name for the next device that takes part."""
        self._names += 1
        return f"{kind}-{self._names}"

    # --- the stage

    def watch(self, incidents: Incidents) -> None:
        """A gauge or a camera sees what has begun; others cry for nothing."""
        if self._by_kind:
            for incident in incidents.fresh:
                self.agenda.soon(self.expect, incident)
        self.agenda.work()

    def expect(self, incident: Incident) -> None:
        """Whether a sensor stands there is sealed: the same in every arm, and more sites lose none."""
        for kind in self._by_kind.get(incident.kind, ()):
            dice = Dice(self.parts.streams, *incident.key, code_of(f"sensor {kind}"))
            if dice.of("sensor site").random() < self.parts.layouts[kind].coverage:
                self._place(kind, (incident.x, incident.y), dice).expect(incident)

    def _place(self, kind: str, place: tuple[float, float], dice: Dice) -> Sensor:
        sensor = Sensor(self, kind, place, dice)
        self.parts.switchboard.coverage.aerials[sensor.id] = sensor
        return sensor

    def send(self, alarm: Alarm, because: int, times: int) -> None:
        """An alarm goes over the network to its desk."""
        self.parts.switchboard.send(alarm, self.alarms, self.parts.network, because, alarm.dice.child(times))

    # --- what cries for nothing

    def _plan_next(self) -> None:
        if self._next < len(self._script):
            self.agenda.at(self._script[self._next].t, self.cry_due)

    def cry_due(self) -> None:
        """Steam, dust, drift: an alarm about nothing."""
        now = self.agenda.clock.t
        while self._next < len(self._script) and self._script[self._next].t <= now:
            plan = self._script[self._next]
            self._next += 1
            dice = Dice(self.parts.streams, code_of("false alarm"), code_of(plan.sensor), plan.number)
            self.cry(plan.sensor, (plan.x, plan.y), dice)
        self._plan_next()

    def cry(self, kind: str, place: tuple[float, float], dice: Dice) -> None:
        """A device says that something is wrong where nothing is, unless it is silent."""
        if not self.silence(kind, place):
            sensor = self._place(kind, place, dice)
            sensor.trip(sensor.table.steps[0])

    # --- power, and hands that do not belong there

    def silence(self, kind: str, place: tuple[float, float]) -> str:
        """Why a device of that type at a place says nothing now; empty: it works."""
        for patch in self._patches:
            if patch.covers(place):
                if patch.sensor == kind:
                    return "muted"
                holds_s = self.parts.tables.sensor[kind].holds_s.value
                if not patch.sensor and self.agenda.clock.t >= patch.since_s + holds_s:
                    return "no power"
        return ""

    def power_off(self, x: float, y: float, radius_m: float) -> None:
        """No power in a circle: devices go on for as long as their batteries last."""
        self._patches.append(Patch(x, y, radius_m, self.agenda.clock.t))

    def power_on(self, x: float, y: float, radius_m: float) -> None:
        """There is power again in the circle that lost it."""
        self._patches = [one for one in self._patches if one.sensor or one[:3] != (x, y, radius_m)]

    def tamper(self, kind: str, x: float, y: float, radius_m: float, mode: str) -> int:
        """Mute the sensors of a type in a circle, or make each of them cry once; returns how many there are.

        Without a mode those that were muted work again.
        """
        if kind not in self.parts.tables.sensor:
            raise unknown("sensor", kind, self.parts.tables.sensor)
        if mode == "":
            self.mend(kind, x, y, radius_m)
            return 0
        if mode not in MODES:
            raise unknown("mode", mode, MODES)
        devices = self._devices_within(kind, x, y, radius_m)
        if devices:
            self.parts.log.add(
                SensorsTampered(sensor_kind=kind, mode=mode, devices=devices, x=x, y=y, radius_m=radius_m)
            )
        if devices and mode == "cry":
            self._cry_all(kind, (x, y, radius_m), devices)
        elif mode == "mute":
            self._patches.append(Patch(x, y, radius_m, self.agenda.clock.t, kind))
        return devices

    def mend(self, kind: str, x: float, y: float, radius_m: float) -> None:
        """The sensors that were muted in that circle work again."""
        self._patches = [one for one in self._patches if one.sensor != kind or one[:3] != (x, y, radius_m)]

    def _devices_within(self, kind: str, x: float, y: float, radius_m: float) -> int:
        """Sites with a sensor that are to be expected in a circle; one at least where there are sensors at all."""
        layout, table = self.parts.layouts[kind], self.parts.tables.sensor[kind]
        if layout.coverage == 0.0:
            return 0
        weight, town = weights(table, self.parts.town), self.parts.town
        near = (town.roads.x - x) ** 2 + (town.roads.y - y) ** 2 <= radius_m**2
        sites = table.sites.value * layout.share * layout.coverage
        return max(1, round(sites * float(weight[near].sum() / max(weight.sum(), 1e-9))))

    def _cry_all(self, kind: str, circle: tuple[float, float, float], devices: int) -> None:
        """Before long each says that something is wrong, somewhere in the circle."""
        self._attacks += 1
        x, y, radius_m = circle
        dice = Dice(self.parts.streams, code_of("tampered"), code_of(kind), self._attacks)
        draws = dice.of("cries").random((devices, 3))
        for number, (when, away, angle) in enumerate(draws.tolist()):
            r, phi = radius_m * math.sqrt(away), 2.0 * math.pi * angle
            place = x + r * math.cos(phi), y + r * math.sin(phi)
            self.agenda.after(CRY_S * when, self.cry, kind, place, dice.child(number))
