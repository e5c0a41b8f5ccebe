"""Hospitals: bays that walk-in patients share with ambulances, hand-over, and what is told about free ones."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, NamedTuple

from mesa import Agent

from sim.actors.roll import RoadSense
from sim.actors.tables import HospitalTable, lognormal_s
from sim.city.roads import Spot
from sim.comms.channels import Channel
from sim.comms.messages import BedReport, Message
from sim.comms.pictures import Picture
from sim.comms.switchboard import Switchboard
from sim.comms.views import DestinationView, HospitalView
from sim.core.clock import Agenda
from sim.core.events import BayFreed
from sim.core.log import Log
from sim.core.streams import Dice, Streams
from sim.core.vocabulary import Severity
from sim.hazards.patient import Patient
from sim.policies.destination import Destination

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.ambulance import Ambulance

HOUR_S = 3600
CONSIDERED = 6
"""So many of the nearest hospitals are offered to the policy."""


class Arrival(NamedTuple):
    """An ambulance at the door."""

    unit: Ambulance
    patient: Patient
    must_wait: bool


class Hospital(Agent):
    """An emergency department with its bays."""

    def __init__(self, model: Model, name: str, spot: Spot, bays: int, stage: Hospitals) -> None:
        super().__init__(model)
        self.name = name
        self.spot = spot
        self.place = stage.parts.sense.town.roads.at(spot)
        self.bays = bays
        self.walk_ins = 0
        self.taken = 0  # bays with patients whom ambulances brought
        self.queue: deque[Arrival] = deque()
        self.stage = stage
        self.last_freed: int | None = None

    @property
    def free_bays(self) -> int:
        """Bays that are free now."""
        return max(0, self.bays - self.walk_ins - self.taken)

    def receive(self, unit: Ambulance, patient: Patient) -> None:
        """An ambulance is at the door; it is seen to when it is the hospitals' turn."""
        self.queue.append(Arrival(unit, patient, self.free_bays == 0 or bool(self.queue)))
        self.stage.agenda.soon(self.admit)

    def admit(self) -> None:
        """A free bay is for the worst patient at the door; of equals for who has waited longest."""
        while self.queue and self.free_bays > 0:
            arrival = max(self.queue, key=lambda one: list(Severity).index(one.patient.severity))
            self.queue.remove(arrival)
            self.taken += 1
            waited_for = self.last_freed if arrival.must_wait else None
            self.stage.agenda.after(self.stage.table.hand_over_s.value, self.take_over, arrival, waited_for)

    def take_over(self, arrival: Arrival, waited_for: int | None) -> None:
        """The patient is the hospital's; the crew is free; the bay is his for the stay."""
        table, patient = self.stage.table, arrival.patient
        dice = Dice(self.stage.streams, *patient.incident.key)
        stay_s = lognormal_s(dice, "stay", (patient.number,), table.stay_median_s.value, table.stay_sigma.value)
        self.stage.agenda.after(stay_s, self.leave)
        arrival.unit.hand_over(waited_for)

    def leave(self) -> None:
        """A patient is moved on; his bay is free."""
        self.taken -= 1
        self.free_bay()

    def free_bay(self) -> None:
        """Somebody may be waiting for it."""
        self.last_freed = self.stage.log.add(BayFreed(hospital=self.name))
        self.admit()

    def hour(self, index: int, code: int) -> None:
        """Walk-in patients come and go: so many bays they hold this hour, whatever policies do."""
        before = self.free_bays
        draw = self.stage.streams.of("walk-ins", code, index)
        self.walk_ins = min(self.bays, int(draw.poisson(self.bays * self.stage.table.walk_in_share.value)))
        if self.free_bays > before:
            self.free_bay()


class HospitalParts(NamedTuple):
    """What hospitals work with."""

    log: Log
    streams: Streams
    sense: RoadSense
    picture: Picture  # of the organisation that sends ambulances
    table: HospitalTable
    policy: Destination
    switchboard: Switchboard
    channel: Channel


class Hospitals:
    """The stage of all hospitals."""

    def __init__(self, agenda: Agenda, parts: HospitalParts) -> None:
        self.agenda = agenda
        self.parts = parts
        self.log = parts.log
        self.streams = parts.streams
        self.table = parts.table
        self.members: list[Hospital] = []
        self._by_name: dict[str, Hospital] = {}
        self._is_reporting = False

    def open(self, members: list[Hospital]) -> None:
        """They open, with the walk-in patients of the hour."""
        self.members = members
        self._by_name = {hospital.name: hospital for hospital in members}
        self.agenda.soon(self.next_hour, 0)
        self.adopt(self.parts.policy)

    def adopt(self, policy: Destination) -> None:
        """From now on patients are taken by this rule, which may want reports of free bays."""
        self.parts = self.parts._replace(policy=policy)
        if policy.report_every_s is not None and not self._is_reporting:
            self._is_reporting = True
            self.agenda.soon(self.report)

    def care(self) -> None:
        """Bays, beds, hand-over."""
        self.agenda.work()

    def next_hour(self, index: int) -> None:
        """Walk-in patients of the next hour."""
        for code, hospital in enumerate(self.members):
            hospital.hour(index, code)
        self.agenda.after(HOUR_S, self.next_hour, index + 1)

    def report(self) -> None:
        """Each hospital says how many bays are free, as long as that is wanted."""
        if self.parts.policy.report_every_s is None:
            self._is_reporting = False
            return
        for hospital in self.members:
            message = BedReport(
                sender=hospital.name,
                receiver=self.parts.picture.owner,
                hospital=hospital.name,
                free_bays=hospital.free_bays,
                as_of_s=float(self.agenda.clock.t),
            )
            self.parts.switchboard.send(message, self, self.parts.channel, None)
        self.agenda.after(self.parts.policy.report_every_s, self.report)

    def hear(self, message: Message, because: int) -> None:
        """The ambulance desk notes it."""
        if isinstance(message, BedReport):
            self.parts.picture.free_bays[message.hospital] = (message.free_bays, message.as_of_s)

    def choose(self, origin: Spot, severity: Severity, t: float) -> Hospital | None:
        """Where a crew takes its patient, by the policy and by what is believed; None in a town without hospitals."""
        if not self.members:
            return None
        sense, believed = self.parts.sense, self.parts.picture
        seconds = sense.seconds(t, believed.closures(), origin)
        views = []
        here = sense.town.roads.at(origin)
        near = sorted(self.members, key=lambda one: (math.dist(here, one.place), one.name))
        etas_s = sense.router.etas_to(origin, {n: one.spot for n, one in enumerate(near[:CONSIDERED])}, seconds)
        for hospital, eta_s in zip(near, etas_s.values(), strict=False):
            bays, as_of_s = believed.free_bays.get(hospital.name, (None, 0.0))
            views.append(HospitalView(hospital.name, eta_s, bays, t - as_of_s))
        views.sort(key=lambda view: (view.eta_s, view.name))
        return self._by_name[self.parts.policy.choose(DestinationView(severity, tuple(views)))]
