"""A crew at the place that it was given: what it sees, how it searches, and when it gives up."""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.actors.roadcrew import RoadCrew
from sim.comms.messages import BetterPlace, PlaceQuery
from sim.core.events import Event, NothingFound, UnitAtGivenPlace, UnitEnRoute
from sim.core.vocabulary import Capability
from sim.hazards.incident import Incident


class SeekingCrew(RoadCrew):
    """A crew, as far as it looks for what it was sent to."""

    status: str
    capabilities: frozenset[Capability]
    _has_asked: bool  # for a better place

    def look(self) -> None:
        """The place that the order named: is there anything to be seen?"""
        x, y = self.place
        self.note(UnitAtGivenPlace, x=round(x, 1), y=round(y, 1))
        sight_m = self.parts.road.sight_m.value
        found = self._nearest_incident(sight_m) or self._something_else(sight_m)
        if found is not None:
            self.reach(found)
        else:
            self.search()

    def _nearest_incident(self, sight_m: float) -> Incident | None:
        """Of the kind that was named, or that needs this crew: the nearest that still lacks one, or the nearest."""
        assert self.order is not None
        x, y = self.place
        seen = self._seen(x, y, sight_m)
        named = [incident for incident in seen if incident.kind == self.order.kind]
        wanted = [incident for incident in seen if self.capabilities & set(incident.needs())]
        return min(named or wanted, key=lambda incident: not self._is_lacking(incident), default=None)

    def _seen(self, x: float, y: float, sight_m: float) -> list[Incident]:
        """Incidents in sight: those where somebody knows of it and waves, or that can be seen from afar."""
        near = self.parts.incidents.visible_from(x, y, sight_m)
        return [incident for incident in near if incident.is_known or incident.seen_afar]

    def _something_else(self, sight_m: float) -> Incident | None:
        """The nearest incident where nobody is yet: not what was named, but somebody waits there for help."""
        seen = self._seen(*self.place, sight_m)
        return next((incident for incident in seen if not incident.is_attended), None)

    def _is_lacking(self, incident: Incident) -> bool:
        """Whether more crews such as this one are needed there than there are."""
        here = [crew.able for crew in incident.crews.values()]
        needs = ((name, count) for name, count in incident.needs().items() if name in self.capabilities)
        return any(count > sum(name in able for able in here) for name, count in needs)

    def search(self) -> None:
        """Round and round in a spiral whose turns are two sights apart, and the caller is asked again."""
        assert self.order is not None
        self.status = "searching"
        if not self._has_asked:
            self._has_asked = True
            query = PlaceQuery(sender=self.id, receiver=self.dispatcher_name, case=self.order.case, unit=self.id)
            self.say(query, self.because)
        road = self.parts.road
        sight_m, limit_s = road.sight_m.value, road.search_limit_s.value
        reach_m = math.sqrt(limit_s * road.search_speed_ms.value * 2.0 * sight_m / math.pi)
        found = self._nearest_incident(reach_m)
        if found is None:
            self._next = self.parts.agenda.after(limit_s, self.give_up)
            return
        x, y = self.place
        away = math.hypot(found.x - x, found.y - y)
        spiral_m = math.pi * away * away / (2.0 * sight_m)
        self._next = self.parts.agenda.after(spiral_m / road.search_speed_ms.value, self.come_upon, found)

    def come_upon(self, incident: Incident) -> None:
        """The search has come to it, if it is still there."""
        self.spot = incident.spot
        if not incident.is_active:
            self.give_up()
        else:
            self.reach(incident)

    def go_elsewhere(self, message: BetterPlace, because: int) -> None:
        """The caller has said better where it is."""
        if self.status == "searching" and self.order is not None and self.order.case == message.case:
            self.halt()
            self.status = "en route"
            self.because = because
            (x, y), to = self.place, message
            self.note(UnitEnRoute, x=round(x, 1), y=round(y, 1), to_x=to.x, to_y=to.y)
            self.drive(message.x, message.y)

    def give_up(self) -> None:
        """Nothing is found here."""
        self._next = None
        self.note(NothingFound)
        self.become_free("nothing found")

    # --- what a unit adds

    def reach(self, incident: Incident) -> None:
        """The crew is on the scene; access begins."""
        raise NotImplementedError

    def drive(self, x: float, y: float) -> None:
        """To the believed place."""
        raise NotImplementedError

    def become_free(self, outcome: str) -> None:
        """The crew can be ordered again, and starts for home."""
        raise NotImplementedError

    def note(self, kind: Callable[..., Event], **more: object) -> None:
        """Log the next event of the present job."""
        raise NotImplementedError
