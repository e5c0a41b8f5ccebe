"""A crew on the road: what it knows of closed roads and set signals, how it sets off, meets a closure, goes round."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mesa import Agent

from sim.actors.driving import Vehicles
from sim.actors.files import Files
from sim.actors.roll import RoadSense
from sim.actors.tables import RoadTable
from sim.city.roads import Spot
from sim.city.traffic import Clearing
from sim.comms.messages import Message, Order, RoadNotice, RoadReport, WayOpened
from sim.core.clock import Agenda, Wakeup
from sim.core.events import RoadBlocked
from sim.core.log import Log
from sim.hazards.incidents import Incidents

if TYPE_CHECKING:
    from mesa import Model

    from sim.actors.command_post import CommandPosts
    from sim.actors.hospital import Hospitals
    from sim.actors.signals import SignalControl


class UnitParts(NamedTuple):
    """What a unit works with."""

    agenda: Agenda
    log: Log
    vehicles: Vehicles
    sense: RoadSense
    incidents: Incidents
    hospitals: Hospitals
    command_posts: CommandPosts
    road: RoadTable
    files: Files
    signals: SignalControl


class RoadCrew(Agent):
    """A crew, as far as it drives; it knows a closed road if its order said so, if all were told, or if it met it."""

    id: str
    order: Order | None
    because: int  # the newest event of its present job
    spot: Spot  # where it stands, or stood when it set off

    def __init__(self, model: Model, parts: UnitParts) -> None:
        super().__init__(model)
        self.parts = parts
        self._next: Wakeup | None = None  # what the crew is waiting to do
        self._met: set[int] = set()  # closed roads that the crew has stood before, until it is home
        self._told: dict[int, float] = {}  # closed roads that it was told of, and when
        self._way: WayOpened | None = None  # signals that are set for it

    @property
    def place(self) -> tuple[float, float]:
        """Where the unit is now, in metres."""
        return self.parts.sense.town.roads.at(self.parts.vehicles.where(self) or self.spot)

    # --- what it knows of the roads

    def take_down(self, edges: frozenset[int]) -> None:
        """An order says which roads are not to be taken."""
        now = float(self.parts.agenda.clock.t)
        self._told = dict.fromkeys(sorted(edges), now)

    def _closures(self) -> set[int]:
        if not self._told:
            return self._met
        since = self.parts.agenda.clock.t - self.parts.road.closure_memory_s.value
        return self._met | {edge for edge, told_s in self._told.items() if told_s >= since}

    def avoid(self, notice: RoadNotice, because: int) -> None:
        """All are told of a closed road: who has it before him takes another way at once."""
        self._told[notice.edge] = float(self.parts.agenda.clock.t)
        if self.parts.vehicles.is_ahead(self, notice.edge):
            self.halt()
            self.go_on()

    # --- driving

    def set_off(self, target: Spot, *, siren: bool) -> bool:
        """Along the way that the crew believes to be the fastest; False when it knows of none."""
        sense = self.parts.sense
        seconds = sense.seconds(self.parts.agenda.clock.t, self._closures(), self.spot, target)
        route = sense.router.route(self.spot, target, seconds)
        if route is not None:
            self.parts.vehicles.set_off(self, self.parts.agenda, route, siren=siren, clearing=self._clearing())
        return route is not None

    def halt(self) -> None:
        """Stand still where the unit is now."""
        if self.parts.vehicles.where(self) is not None:
            self.spot = self.parts.vehicles.stop(self)
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def block(self, edge: int) -> None:
        """The road ahead is closed: the crew tells its dispatcher, and looks for another way."""
        self.halt()
        case = self.order.case if self.order else None
        because = self.because if self.order else None
        self.because = self.parts.log.add(RoadBlocked(because=because, unit=self.id, case=case, edge=edge))
        self._met.add(edge)
        message = RoadReport(sender=self.id, receiver=self.dispatcher_name, case=case, unit=self.id, edge=edge)
        self.say(message, self.because)
        self.go_on()

    # --- signals

    def open_way(self, opened: WayOpened, because: int) -> None:
        """Signals are set for it, if it still drives, or is about to."""
        if self._way is None and self.order is not None and self.order.case == opened.case and self.is_bound:
            self._way = opened
            clearing = self._clearing()
            assert clearing is not None
            self.parts.vehicles.clear(self, clearing)
        else:
            self.parts.signals.release(self.id)

    def _clearing(self) -> Clearing | None:
        if self._way is None:
            return None
        return Clearing(self._way.edges, self.parts.signals.policy.saves)

    def close_way(self) -> None:
        """It needs no signals any more."""
        self._way = None
        self.parts.signals.release(self.id)

    # --- what a unit adds

    @property
    def is_bound(self) -> bool:
        """Whether it is to come to a place, and is not there yet."""
        raise NotImplementedError

    @property
    def dispatcher_name(self) -> str:
        raise NotImplementedError

    def go_on(self) -> None:
        """From where it was stopped to where it was going."""
        raise NotImplementedError

    def say(self, message: Message, because: int | None) -> None:
        """A short message to the dispatcher."""
        raise NotImplementedError
