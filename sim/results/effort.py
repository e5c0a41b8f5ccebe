"""What the work itself took, by incident: the talk of call-takers, and what was said over channels."""

from __future__ import annotations

from collections.abc import Callable

from sim.core.events import CallAnswered, CallEnded, CallerRungBack, Event, EventId, IncidentId, MessageSent
from sim.results.records import Tally

TallyOf = Callable[[int, IncidentId | None], Tally]
"""The tally in which something of an incident, at a time, counts."""


SENSOR = -2
"""The citizen of a call that a sensor's alarm is."""


class Effort:
    """Adds seconds of talk and messages to the tally of the incident they were for."""

    def __init__(self, tally: TallyOf) -> None:
        self._tally = tally
        self._talking: dict[tuple[str, str], tuple[int, IncidentId | None]] = {}  # by call and desk: since when
        self._alarms: set[str] = set()  # calls that no citizen made

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """Count what an event says of effort; a talk counts when it has ended, for each desk that took the call.

        What an alarm of a sensor takes counts as talk, and is noted apart.
        """
        match event:
            case MessageSent():
                self._tally(t, incident).messages += 1
            case CallAnswered():
                self._talking[event.call, event.department] = (t, incident)
                if event.citizen == SENSOR:
                    self._alarms.add(event.call)
            case CallerRungBack():
                self._tally(t, incident).talk_s += round(event.seconds)
            case CallEnded():
                since, about = self._talking.pop((event.call, event.department), (t, None))
                tally = self._tally(since, about)
                tally.talk_s += t - since
                tally.alarm_talk_s += t - since if event.call in self._alarms else 0
