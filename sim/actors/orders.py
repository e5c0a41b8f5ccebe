"""A dispatcher's orders: what goes out over his service's radio, and is said again until it is acknowledged."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mesa import Agent

from sim.actors.roll import Crew, RoadSense, Roll
from sim.comms.cases import Case
from sim.comms.channels import Channel
from sim.comms.messages import BetterPlace, Message, Order, Recall, RoadNotice
from sim.comms.pictures import Picture, Sighting
from sim.comms.switchboard import Listener, Switchboard
from sim.core.clock import Agenda
from sim.core.events import UnitOrdered, UnitRecalled
from sim.core.log import Log
from sim.core.vocabulary import Capability, Service, Severity

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.department import Department
    from sim.actors.signals import SignalControl

FREE = "free"
"""The status of a unit that can be ordered."""

UNDER_WAY = ("ordered", "alerted", "en route")
"""The statuses of a unit that has not come there yet."""

SEVERITIES = {one.value: one for one in Severity}  # as quick as it must be where a thousand cases wait


class Radio(NamedTuple):
    """A service's two nets: spoken orders, and status messages."""

    switchboard: Switchboard
    voice: Channel
    status: Channel
    repeat_after_s: float


class Everybody:
    """All crews of a dispatcher who listen to his net."""

    def __init__(self, desk: OrderDesk) -> None:
        self._desk = desk

    def hear(self, message: Message, because: int) -> None:
        """Each whom the air reaches hears it."""
        coverage = self._desk.radio.switchboard.coverage
        for crew in self._desk.crews.values():
            if coverage.hears(crew):
                crew.hear(message, because)


class OrderDesk(Agent):
    """A dispatcher, as far as he speaks: he orders crews, repeats himself, redirects them and calls them off."""

    def __init__(self, model: Model, department: Department, log: Log, agenda: Agenda, sense: RoadSense) -> None:
        super().__init__(model)
        self.department = department
        self.service: Service = department.service
        self.picture: Picture = department.picture
        self.log = log
        self.agenda = agenda
        self.sense = sense
        self.crews: dict[str, Crew] = {}
        self.waiting: dict[str, Case] = {}  # by id; in the order in which they began to wait
        self._expected: dict[str, float] = {}  # ETAs of the choice that is being made
        self._jobs: dict[str, Order] = {}  # by unit: the order that it was given last, until it is done with it
        self._unheard: set[str] = set()  # units whose order nobody has acknowledged
        self.everybody = Everybody(self)

    roll: Roll
    radio: Radio
    signals: SignalControl

    def enlist(self, crews: list[Crew]) -> None:
        """The roll of the service at the start of the run: all free, at their posts."""
        places = [self.sense.town.roads.at(crew.spot) for crew in crews]
        self.roll = Roll(crews, places)
        for crew, (x, y) in zip(crews, places, strict=True):
            self.crews[crew.id] = crew
            self.picture.units[crew.id] = Sighting(FREE, x, y, crew.spot.edge, crew.spot.offset_m, 0.0)

    def knows(self, name: str) -> bool:
        """Whether the unit belongs to a service that reads this picture."""
        return name in self.picture.units

    # --- an order goes out

    def order(self, name: str, case: Case, capability: Capability, freed_by: int | None = None) -> None:
        """Tell a unit to go; it counts as sent from now on."""
        crew = self.crews[name]
        ordinal = case.ordered.get(capability, 0)
        case.ordered[capability] = ordinal + 1
        case.assigned[name] = crew.capabilities
        self.roll.set_free(crew.row, False)
        self.picture.units[name].status = "ordered"
        event = self.log.add(
            UnitOrdered(
                because=case.beliefs["needs"].event,
                waited_for=freed_by,
                unit=name,
                case=case.id,
                department=self.service.value,
                capability=capability.value,
                eta_s=self._expected.get(name),
            )
        )
        x, y = case.place
        order = Order(
            sender=f"{self.service} dispatcher",
            receiver=name,
            case=case.id,
            unit=name,
            kind=case.kind,
            x=x,
            y=y,
            capability=capability,
            serial=sum(case.ordered.values()),
            dice=case.dice.child(list(Capability).index(capability), ordinal),
            closures=frozenset(self.picture.closures()),
        )
        self._jobs[name] = order
        self._unheard.add(name)
        self._say(order, crew, event, 0)
        self.signals.consider(self, order, SEVERITIES[case.severity], event)

    def send(self, name: str, case: Case, capability: Capability) -> None:
        """A person has chosen who goes."""
        self._expected = {}
        self.order(name, case, capability)
        if not case.missing(self.roll.capabilities):
            self.waiting.pop(case.id, None)

    def expects(self, order: Order) -> bool:
        """Whether that order still stands and the crew has not come there yet, as far as is known here."""
        is_there = self.picture.units[order.unit].status not in UNDER_WAY
        return self._jobs.get(order.unit) is order and not is_there

    def _say(self, order: Order, crew: Listener, because: int, times: int) -> None:
        """Say an order; say it again if nobody acknowledges."""
        sent = self.radio.switchboard.send(order, crew, self.radio.voice, because, order.dice.child(times))
        self.agenda.after(self.radio.repeat_after_s, self.repeat, order, crew, sent, times + 1)

    def repeat(self, order: Order, crew: Listener, because: int, times: int) -> None:
        """No acknowledgement has come: once more, or that it does not stand any more."""
        if order.unit not in self._unheard or self._jobs[order.unit] is not order:
            return
        case = self.picture.cases.get(order.case or "")
        if case is not None and order.unit in case.assigned:
            self._say(order, crew, because, times)
        else:
            self._call_off(order, because)
            self.agenda.after(self.radio.repeat_after_s, self.repeat, order, crew, because, times)

    def redirect(self, case: Case, name: str, because: int) -> None:
        """Tell a unit that searches the better place."""
        if name in case.assigned:
            x, y = case.place
            message = BetterPlace(sender=f"{self.service} dispatcher", receiver=name, case=case.id, unit=name, x=x, y=y)
            self.radio.switchboard.send(message, self.crews[name], self.radio.voice, because)

    def _recall_surplus(self, case: Case) -> None:
        """Call off units that are sent but not yet there, where fewer are needed than are sent."""
        if self.department.is_manned:
            return
        for name in reversed([name for name in case.assigned if name in self.crews]):
            if self.picture.units[name].status not in UNDER_WAY:
                continue
            able = case.assigned.pop(name)
            if any(capability in able for capability in case.missing(self.roll.capabilities)):
                case.assigned[name] = able  # it is still wanted
            else:
                self._recall(case, name)

    def call_off(self, case: Case, name: str) -> None:
        """A person wants a unit that is sent and not yet there to turn back."""
        case.assigned.pop(name)
        self._recall(case, name)
        self.consider(case)

    def _recall(self, case: Case, name: str) -> None:
        because = case.beliefs["needs"].event
        recalled = UnitRecalled(because=because, unit=name, case=case.id, department=self.service.value)
        self._call_off(self._jobs[name], self.log.add(recalled))

    def _call_off(self, order: Order, because: int) -> None:
        message = Recall(
            sender=order.sender, receiver=order.unit, case=order.case, unit=order.unit, serial=order.serial
        )
        self.radio.switchboard.send(message, self.crews[order.unit], self.radio.voice, because)

    def announce(self, edge: int, because: int) -> None:
        """To all crews: that road cannot be driven."""
        notice = RoadNotice(sender=f"{self.service} dispatcher", receiver=f"all {self.service} crews", edge=edge)
        self.radio.switchboard.send(notice, self.everybody, self.radio.voice, because)
