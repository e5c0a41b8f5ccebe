"""What an incident does to the people and the roads around it, as far as the log and the roads are told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core.clock import Clock
from sim.core.events import PeopleLeft
from sim.core.log import Log
from sim.hazards.world import Barriers
from sim.hazards.zone import Count

if TYPE_CHECKING:
    from sim.hazards.incident import Incident

COUNT_EVERY_S = 60
"""The people of a zone are logged no oftener, but for the last time."""


class Around:
    """The people in the zones of incidents, and the roads that incidents have closed."""

    def __init__(self, clock: Clock, log: Log) -> None:
        self._clock, self._log = clock, log
        self._counted: dict[str, tuple[int, Count]] = {}  # when, and how many where
        self._shut: dict[str, tuple[int, ...]] = {}

    barriers: Barriers | None = None

    def count(self, incident: Incident) -> None:
        """Log where the people of its zone are, when that has changed, now and then."""
        if incident.zone is None:
            return
        now, count = self._clock.t, incident.zone.count(incident.t)
        told_t, told = self._counted.get(incident.id, (-COUNT_EVERY_S, None))
        is_settled = not incident.zone.leaving(incident.t)
        if count != told and (now >= told_t + COUNT_EVERY_S or is_settled):
            self._counted[incident.id] = now, count
            self._log.add(PeopleLeft(because=incident.event, incident=incident.id, **count._asdict()))

    def shut(self, incident: Incident, edges: tuple[int, ...]) -> None:
        """It has made these roads impassable."""
        if edges and self.barriers is not None:
            self._shut[incident.id] = edges
            self.barriers.close(edges, incident.event)

    def reopen(self, incident: Incident) -> None:
        """Its roads can be driven again."""
        edges = self._shut.pop(incident.id, ())
        if edges and self.barriers is not None:
            self.barriers.reopen(edges, incident.event)
