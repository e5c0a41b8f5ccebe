"""What desks make of alarms: act, look first, or put aside; and what a false one costs: time, crews, trust."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sim.actors.alarm_trust import AlarmTrust
from sim.actors.call_centre import CallCentre
from sim.actors.case_desk import Plan, Ringing
from sim.actors.duty_desk import Chore
from sim.actors.false_alarms import Layout, weights
from sim.actors.office import Office
from sim.actors.sensor_tables import SensingTable
from sim.city.map import Map
from sim.comms.cases import Case
from sim.comms.messages import Alarm, Call, Message, Statement
from sim.comms.pictures import Picture
from sim.comms.views import AlarmView
from sim.core.clock import Clock
from sim.core.events import AlarmDismissed, AlarmVerified, TrustChanged
from sim.core.log import Log
from sim.core.vocabulary import EMERGENCY, Number
from sim.policies.sensing import Heed, Sensing

if TYPE_CHECKING:
    from sim.actors.department import Department
    from sim.actors.offices import Offices
    from sim.actors.sensor import Sensor

SENSOR_LINE = -2
"""The citizen of a call that no citizen made."""

VERIFIED = 0.9
"""Confidence of an alarm that somebody has seen to be true."""

LEAST_CHANGE = 0.001
"""Changes of trust below this are not worth a line in the log."""


class AlarmParts(NamedTuple):
    """What the desks' dealings with alarms need."""

    clock: Clock
    log: Log
    town: Map
    tables: SensingTable
    policy: Sensing
    plan: Plan
    layouts: dict[str, Layout]  # by type of sensor
    centres: dict[Number, CallCentre]
    offices: Offices
    retry_s: float  # until an alarm that found no free line tries again


class Open(NamedTuple):
    """An alarm on which a desk has acted."""

    alarm: Alarm
    desk: str


class Alarms:
    """Hears every alarm, and takes it to the desk of its owner."""

    def __init__(self, parts: AlarmParts) -> None:
        self.parts = parts
        self.sensors: dict[str, Sensor] = {}  # that have raised an alarm, by name
        self.acted_on: dict[str, Open] = {}  # by sensor
        policy, tables = parts.policy, parts.tables
        self.trust = AlarmTrust(tables.trust, parts.clock, self.ordinary, finds_all=policy.finds_all)
        parts.offices.on(Alarm, self.read, tables.desk.glance_s.value)
        parts.offices.devices = self.sensors
        for centre in parts.centres.values():
            centre.alarms = self

    def desk_of(self, sensor: Sensor) -> CallCentre | Office:
        """The call centre of its number, or the duty desk of its owner's office for the place."""
        if sensor.table.number is not None:
            return self.parts.centres[sensor.table.number]
        return self.parts.offices.of(sensor.table.owner, sensor.place)

    def ordinary(self, desk: str, kind: str) -> float:
        """False alarms a day that a desk gets of a type: of the whole map, or of its district."""
        layout, table = self.parts.layouts[kind], self.parts.tables.sensor[kind]
        office = self.parts.offices.by_name.get(desk)
        whole = layout.cries_per_day(table)
        if office is None or not office.area or not whole:
            return whole
        town, weight = self.parts.town, weights(table, self.parts.town)
        own = [n for n, one in enumerate(town.subdistricts) if office.area in (one.district, one.name)]
        return whole * float(weight[np.isin(town.node_subdistrict, own)].sum() / weight.sum())

    # --- an alarm comes in

    def hear(self, message: Message, because: int) -> None:
        """It is on the owner's screen."""
        assert isinstance(message, Alarm)
        sensor = self.sensors[message.sensor]
        if not sensor.acknowledge(message.finding.severity):
            return  # the same alarm, heard already
        desk = self.desk_of(sensor)
        if isinstance(desk, Office):
            found = message.finding
            needs = tuple(self.parts.plan.get(found.kind, {}).get(found.severity, {}).items())
            desk.hear(replace(message, finding=replace(found, needs=needs)), because)
        else:
            self.ring(desk, self._call(desk, message, because), sensor)

    def _call(self, centre: CallCentre, alarm: Alarm, because: int) -> Call:
        """The alarm as it stands in the queue of a call centre."""
        found = alarm.finding
        return Call(
            id=f"alarm-{alarm.sensor}-{found.severity}",
            citizen=SENSOR_LINE,
            number=next(number for number, one in self.parts.centres.items() if one is centre),
            said=Statement(found.kind, found.x, found.y, found.severity, 0, 0),
            attempt=0,
            dice=alarm.dice,
            because=because,
            told=frozenset(EMERGENCY),  # a device cannot be put through
            is_relay=True,
            alarm=alarm,
        )

    def ring(self, centre: CallCentre, call: Call, sensor: Sensor) -> None:
        """It takes a line; if none is free it tries again."""
        if centre.free_lines > 0:
            centre.ring(call, sensor)
        else:
            centre.agenda.after(self.parts.retry_s, self.ring, centre, call, sensor)

    # --- at a call centre

    def weigh(self, centre: CallCentre, ringing: Ringing) -> None:
        """A call-taker has it before him: believe it, look first, or leave it."""
        call, desk = ringing.call, self.parts.tables.desk
        alarm = call.alarm
        assert alarm is not None
        match self._heed(centre.name, centre.picture, alarm, centre.rules.table.join_radius_m.value):
            case Heed.ACT:
                centre.agenda.after(desk.enter_s.value, self.enter, centre, ringing)
            case Heed.CHECK:
                centre.agenda.after(self._video_s(alarm), self.look, centre, ringing)
            case Heed.ASIDE:
                centre.agenda.after(desk.glance_s.value, self.leave, centre, ringing)

    def look(self, centre: CallCentre, ringing: Ringing) -> None:
        """What the camera shows decides."""
        call = ringing.call
        assert call.alarm is not None
        is_real, event = self._verified(centre.name, call.alarm, call.because)
        call.because = event
        if is_real:
            self.enter(centre, ringing)
        else:
            centre.hang_up(ringing, "dismissed", self.dismiss(centre.name, call.alarm, "seen to be false", event))

    def leave(self, centre: CallCentre, ringing: Ringing) -> None:
        """Once more for nothing, as it seems."""
        call = ringing.call
        assert call.alarm is not None
        centre.hang_up(ringing, "put aside", self._dismissed(centre.name, call.alarm, "put aside", call.because))

    def enter(self, centre: CallCentre, ringing: Ringing) -> None:
        """It becomes a case, or joins one, with what the plan sends; other services' desks are phoned."""
        call = ringing.call
        assert call.alarm is not None
        self.acted_on[call.alarm.sensor] = Open(call.alarm, centre.name)
        centre.enter_alarm(ringing)

    # --- at a duty desk

    def read(self, office: Office, alarm: Alarm, because: int) -> None:
        """A duty officer has it before him."""
        radius_m = self.parts.offices.duty.join_radius_m.value
        match self._heed(office.name, office.picture, alarm, radius_m):
            case Heed.ACT:
                self.take(office, alarm, because)
            case Heed.CHECK:
                office.occupy(Chore(self._video_s(alarm), self.look_out, (office, alarm, because)), is_urgent=True)
            case Heed.ASIDE:
                self._dismissed(office.name, alarm, "put aside", because)

    def look_out(self, office: Office, alarm: Alarm, because: int) -> None:
        """What the camera shows decides."""
        is_real, event = self._verified(office.name, alarm, because)
        if is_real:
            sure = replace(alarm, finding=replace(alarm.finding, confidence=VERIFIED))
            self.take(office, sure, event)
        else:
            self.dismiss(office.name, alarm, "seen to be false", event)

    def take(self, office: Office, alarm: Alarm, because: int) -> None:
        """It becomes a case of the office; whose it is, is another question."""
        self.acted_on[alarm.sensor] = Open(alarm, office.name)
        matter = office.learn(alarm, because)
        if matter.is_refused:
            office.pass_on_again(matter)
        elif not (matter.is_handed or matter.is_owned or matter.is_held or matter.is_pondered):
            office.take_first(matter)

    # --- what is made of it

    def _heed(self, desk: str, picture: Picture, alarm: Alarm, radius_m: float) -> Heed:
        """The policy decides by trust and by what is known already."""
        kind, found = self.kind_of(alarm), alarm.finding
        window_s = self.parts.offices.duty.join_window_s.value
        match = picture.match(frozenset({found.kind}), (found.x, found.y), radius_m, window_s, attended=True)
        view = AlarmView(
            sensor_kind=kind,
            kind=found.kind,
            severity=found.severity,
            trust=self.trust.of(desk, kind),
            doubt=float(alarm.dice.of("doubt").random()),
            voices=len(match.roots) if match is not None else 0,
        )
        return self.parts.policy.heed(view)

    def _video_s(self, alarm: Alarm) -> float:
        return self.parts.tables.desk.video_s.draw(alarm.dice.of("video time"))

    def _verified(self, desk: str, alarm: Alarm, because: int) -> tuple[bool, int]:
        is_real = self._shows(alarm)
        verified = AlarmVerified(
            because=because,
            sensor=alarm.sensor,
            sensor_kind=self.kind_of(alarm),
            department=desk,
            is_real=is_real,
            seconds=round(self._video_s(alarm), 1),
        )
        return is_real, self.parts.log.add(verified)

    def _shows(self, alarm: Alarm) -> bool:
        """What a look through a camera at the place says of an alarm: mostly the truth."""
        sensor = self.sensors.get(alarm.sensor)
        is_true = sensor is not None and sensor.is_true
        is_right = alarm.dice.of("video").random() < self.parts.tables.sensor[self.kind_of(alarm)].video_right.value
        return is_true if is_right else not is_true

    def kind_of(self, alarm: Alarm) -> str:
        """The type of the sensor: by its name, else of those that claim such a thing the first, else any."""
        if alarm.sensor in self.sensors:
            return self.sensors[alarm.sensor].kind
        types = self.parts.tables.sensor
        return next((name for name, one in types.items() if alarm.finding.kind in one.watches), next(iter(types)))

    def _dismissed(self, desk: str, alarm: Alarm, reason: str, because: int) -> int:
        dismissed = AlarmDismissed(
            because=because, sensor=alarm.sensor, sensor_kind=self.kind_of(alarm), department=desk, reason=reason
        )
        return self.parts.log.add(dismissed)

    def dismiss(self, desk: str, alarm: Alarm, reason: str, because: int) -> int:
        """It is held to be false, and the next of its type is believed less."""
        event = self._dismissed(desk, alarm, reason, because)
        kind = self.kind_of(alarm)
        before = self.trust.of(desk, kind)
        after = self.trust.cry(desk, kind)
        if before - after >= LEAST_CHANGE:
            self.parts.log.add(TrustChanged(because=event, department=desk, sensor_kind=kind, trust=round(after, 4)))
        return event

    # --- a crew finds nothing

    def nothing_found(self, department: Department, case: Case, because: int) -> None:
        """A crew has come for nothing: alarms that had sent it were false, as far as their desks can tell."""
        radius_m = self.parts.offices.duty.join_radius_m.value
        for sensor, (alarm, desk) in list(self.acted_on.items()):
            found, owner = alarm.finding, self.parts.tables.sensor[self.kind_of(alarm)].owner
            is_own = desk == department.picture.owner or owner == department.service
            away = (found.x - case.place[0]) ** 2 + (found.y - case.place[1]) ** 2
            if is_own and found.kind == case.kind and away <= radius_m**2:
                del self.acted_on[sensor]
                self.dismiss(desk, alarm, "nothing found", because)
