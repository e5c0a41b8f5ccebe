"""What the work itself took, by incident: the talk of call-takers, and what was said over channels."""

from __future__ import annotations

from collections.abc import Callable

from sim.core.events import CallAnswered, CallEnded, CallerRungBack, Event, EventId, IncidentId, MessageSent
from sim.results.records import Tally

TallyOf = Callable[[int, IncidentId | None], Tally]
"""The tally in which something of an incident, at a time, counts."""


class Effort:
    """Adds seconds of talk and messages to the tally of the incident they were for."""

    def __init__(self, tally: TallyOf) -> None:
        self._tally = tally
        self._talking: dict[tuple[str, str], tuple[int, IncidentId | None]] = {}  # by call and desk: since when

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """Count what an event says of effort; a talk counts when it has ended, for each desk that took the call."""
        match event:
            case MessageSent():
                self._tally(t, incident).messages += 1
            case CallAnswered():
                self._talking[event.call, event.department] = (t, incident)
            case CallerRungBack():
                self._tally(t, incident).talk_s += round(event.seconds)
            case CallEnded():
                since, about = self._talking.pop((event.call, event.department), (t, None))
                self._tally(since, about).talk_s += t - since
