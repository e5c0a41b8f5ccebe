"""The traffic centre's signals: on request they are set along a crew's way, until it is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from mesa import Agent

from sim.city.roads import Spot
from sim.comms.channels import Channel
from sim.comms.messages import CorridorRequest, Message, Order, WayOpened
from sim.comms.views import CorridorView
from sim.core.clock import Agenda
from sim.core.events import CorridorClosed, CorridorOpened
from sim.core.log import Log
from sim.core.vocabulary import Severity
from sim.policies.signals import Signals

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.dispatcher import Dispatcher


class Corridor(NamedTuple):
    """A way that is being held open."""

    opened: int  # event
    since_s: int
    case: str
    department: str


class SignalControl(Agent):
    """The room from which signals are set; each operator sets one way at a time."""

    def __init__(self, model: Model, agenda: Agenda, log: Log, policy: Signals, channel: Channel | None) -> None:
        super().__init__(model)
        self.agenda = agenda
        self.log = log
        self.policy = policy
        self.channel = channel  # its slots are the operators, its airtime is how long one takes
        self._open: dict[str, Corridor] = {}  # by unit
        self._asked: dict[tuple[str, str | None], tuple[Dispatcher, Order]] = {}  # by unit and case

    # --- a dispatcher asks

    def consider(self, desk: Dispatcher, order: Order, severity: Severity, because: int) -> None:
        """A crew has been ordered: is its way to be opened, as far as its dispatcher can tell where that is?"""
        if self.channel is None or not self.policy.is_for(severity):
            return
        seen, sense = desk.picture.units[order.unit], desk.sense
        origin, target = Spot(seen.edge, seen.offset_m), sense.index.nearest_spot(order.x, order.y)
        seconds = sense.seconds(self.agenda.clock.t, set(order.closures), origin, target)
        route = sense.router.route(origin, target, seconds)
        if route is None:
            return
        roads, edges = sense.town.roads, np.asarray(route.edges)
        driven = route.shares(roads.length_m) * sense.traffic.is_signalled(edges)
        way = driven > 0.0
        if self.policy.opens(CorridorView(severity, float((driven[way] * seconds[edges][way]).sum()))):
            request = CorridorRequest(
                sender=order.sender,
                receiver="traffic centre",
                case=order.case,
                unit=order.unit,
                edges=frozenset(edges[way].tolist()),
                length_m=round(float((driven * roads.length_m[edges]).sum()), 1),
            )
            self._asked[order.unit, order.case] = desk, order
            desk.radio.switchboard.send(request, self, self.channel, because)

    # --- an operator sets them

    def hear(self, message: Message, because: int) -> None:
        """An operator has done what he was asked."""
        if isinstance(message, CorridorRequest):
            self.agenda.soon(self.open, message, because)

    def open(self, request: CorridorRequest, because: int) -> None:
        """The signals are set, if the crew is still under way as far as is known; it is told by its own radio."""
        asked = self._asked.pop((request.unit, request.case), None)
        if asked is None or not asked[0].expects(asked[1]):
            return
        desk, order = asked
        event = self.log.add(
            CorridorOpened(
                because=because,
                unit=request.unit,
                case=request.case or "",
                department=desk.service.value,
                length_m=request.length_m,
            )
        )
        now = self.agenda.clock.t
        self._open[request.unit] = Corridor(event, now, request.case or "", desk.service.value)
        said = WayOpened(
            sender=order.sender, receiver=order.unit, case=order.case, unit=order.unit, edges=request.edges
        )
        radio = desk.radio
        radio.switchboard.send(said, desk.crews[order.unit], radio.voice, event, order.dice.child(0))

    def release(self, unit: str) -> None:
        """The crew is where it was going, or needs it no more: cross traffic may move."""
        held = self._open.pop(unit, None)
        if held is not None:
            seconds = float(self.agenda.clock.t - held.since_s)
            self.log.add(
                CorridorClosed(
                    because=held.opened, unit=unit, case=held.case, department=held.department, seconds=seconds
                )
            )
