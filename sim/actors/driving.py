"""Vehicles on the roads: where they are, when they arrive, and when a closed road stops them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sim.city.roads import Spot
from sim.city.routing import Route
from sim.city.traffic import Clearing, Itinerary, Traffic
from sim.core.clock import Agenda, Wakeup
from sim.core.events import RoadClosed, RoadReopened
from sim.core.log import Log


class Driver(Protocol):
    """Whoever is told by the road that he has arrived, or that he cannot go on."""

    def arrive(self) -> None: ...

    def block(self, edge: int) -> None: ...


@dataclass(slots=True, eq=False)
class Trip:
    """A vehicle under way."""

    driver: Driver
    told: Agenda  # the driver's own stage, where he learns what happened
    itinerary: Itinerary
    siren: bool
    wakeup: Wakeup | None = None
    halted: Spot | None = None  # before a closed edge
    is_over: bool = False  # it is there, and its driver will know in a moment


class Vehicles:
    """The stage of traffic: moves what is due on the roads in [t, t + dt]."""

    def __init__(self, agenda: Agenda, log: Log, traffic: Traffic) -> None:
        self.agenda = agenda
        self.log = log
        self.traffic = traffic
        self._trips: dict[Driver, Trip] = {}

    def move(self) -> None:
        """What is due on the roads in [t, t + dt]."""
        self.agenda.work()

    def set_off(
        self, driver: Driver, told: Agenda, route: Route, *, siren: bool, clearing: Clearing | None = None
    ) -> None:
        """A vehicle starts along a route now."""
        itinerary = self.traffic.drive(route, float(self.agenda.clock.t), siren=siren, clearing=clearing)
        self._trips[driver] = Trip(driver, told, itinerary, siren)
        self._plan(self._trips[driver])

    def clear(self, driver: Driver, clearing: Clearing) -> None:
        """From now on signals on its way are set for a vehicle that is under way with siren."""
        trip = self._trips.get(driver)
        if trip is None or not trip.siren or not self._is_rolling(trip):
            return
        t, old = float(self.agenda.clock.t), trip.itinerary
        here, first = self.traffic.position(old, t), old.edge_at(t)
        rest = Route(old.edges[first:], here.offset_m, old.end_offset_m)
        trip.itinerary = self.traffic.drive(rest, t, siren=True, clearing=clearing)
        self._plan_anew(trip)

    def is_ahead(self, driver: Driver, edge: int) -> bool:
        """Whether a vehicle is under way and has still to enter that edge."""
        trip = self._trips.get(driver)
        if trip is None or not self._is_rolling(trip):
            return False
        now = trip.itinerary.edge_at(float(self.agenda.clock.t))
        return edge in trip.itinerary.edges[now + 1 :].tolist()

    def _plan(self, trip: Trip) -> None:
        """The next thing that the road does to the vehicle: arrival, or a closed edge that it comes to."""
        clock = self.agenda.clock
        closed = trip.itinerary.first_closed(self.traffic.closed, clock.t) if self.traffic.closed else None
        if closed is None:
            trip.wakeup = self.agenda.at(trip.itinerary.arrival_s - 1.0, self.finish, trip)
        else:
            trip.wakeup = self.agenda.at(closed[1] - 1.0, self.meet_closure, trip, closed[0])

    def finish(self, trip: Trip) -> None:
        """The vehicle comes to its goal in this step; the driver knows in the next."""
        if self._is_rolling(trip):
            trip.is_over = True
            trip.told.soon(trip.driver.arrive)

    def meet_closure(self, trip: Trip, index: int) -> None:
        """The vehicle comes to a closed edge in this step."""
        if self._is_rolling(trip):
            edge = int(trip.itinerary.edges[index])
            trip.halted = Spot(edge, 0.0)
            trip.told.soon(trip.driver.block, edge)

    def _is_rolling(self, trip: Trip) -> bool:
        """Whether the road has not yet told the driver how the trip ended."""
        return self._trips.get(trip.driver) is trip and trip.halted is None and not trip.is_over

    def stop(self, driver: Driver) -> Spot:
        """Take the vehicle off the road where it is now."""
        trip = self._trips.pop(driver)
        if trip.wakeup is not None:
            trip.wakeup.cancel()
        return self._spot(trip)

    def where(self, driver: Driver) -> Spot | None:
        """Where a vehicle under way is now."""
        trip = self._trips.get(driver)
        return None if trip is None else self._spot(trip)

    def way_of(self, driver: Driver) -> Itinerary | None:
        """The way in time of a vehicle that rolls; None where it stands."""
        trip = self._trips.get(driver)
        return trip.itinerary if trip is not None and trip.halted is None else None

    def _spot(self, trip: Trip) -> Spot:
        if trip.halted is not None:
            return trip.halted
        return self.traffic.position(trip.itinerary, float(self.agenda.clock.t))

    def close(self, edges: tuple[int, ...], because: int | None = None) -> None:
        """Roads are closed; whoever is about to enter one will find out there."""
        x, y = self.traffic.town.roads.at(Spot(edges[0], 0.0))
        self.log.add(RoadClosed(because=because, edges=edges, x=x, y=y))
        for edge in edges:
            self.traffic.close(edge)
        self._replan()

    def reopen(self, edges: tuple[int, ...], because: int | None = None) -> None:
        """Roads are open again."""
        self.log.add(RoadReopened(because=because, edges=edges))
        for edge in edges:
            self.traffic.reopen(edge)
        self._replan()

    def _replan(self) -> None:
        for trip in self._trips.values():
            if self._is_rolling(trip):
                self._plan_anew(trip)

    def _plan_anew(self, trip: Trip) -> None:
        if trip.wakeup is not None:
            trip.wakeup.cancel()
        self._plan(trip)
