"""What sensors told: alarms that a desk heard, those about nothing, and incidents that a sensor found first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from sim.core import events as ev
from sim.core.events import Event, EventId, IncidentId
from sim.results.effort import TallyOf

if TYPE_CHECKING:
    from sim.results.timeline import Timeline

ALARM = "alarm"

Reach = Callable[[IncidentId | None, int, EventId], None]
"""Notes how far the news of an incident got, and by which event."""

NOTICED, RUNG = 1, 2


class Alarms:
    """The first alarm at a desk is as good as a first ring: T0 of an incident is whichever comes first."""

    def __init__(self, line: Timeline, tally: TallyOf, reach: Reach) -> None:
        self._line = line
        self._tally = tally
        self._reach = reach
        self._tripped: dict[str, bool] = {}  # by sensor: whether it is true
        self._sent: dict[str, str] = {}  # by message that is under way: its sensor

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """Count what an event says of sensors."""
        match event:
            case ev.SensorsInstalled():
                self._line.sensors += event.devices
            case ev.SensorTripped():
                self._tripped[event.sensor] = event.is_true
                self._reach(incident, NOTICED, number)
            case ev.MessageSent() if event.message_kind == ALARM and event.sender in self._tripped:
                self._sent[event.message] = event.sender
            case ev.MessageHeard() if event.message in self._sent:
                self._hear(number, t, incident, self._sent.pop(event.message))

    def _hear(self, number: EventId, t: int, incident: IncidentId | None, sensor: str) -> None:
        tally = self._tally(t, incident)
        tally.alarms += 1
        tally.false_alarms += not self._tripped[sensor]
        self._reach(incident, RUNG, number)
        record = self._line.incidents.get(incident) if incident is not None else None
        if record is not None and record.first_ring is None:
            record.first_ring, record.was_sensed_first = t, True


def is_news(event: Event, before: Event | None) -> bool:
    """Whether somebody who answers first hears of an incident by this event: it rings, or an alarm is heard."""
    if isinstance(event, ev.CallPlaced):
        return True
    is_alarm = isinstance(before, ev.MessageSent) and before.message_kind == ALARM
    return isinstance(event, ev.MessageHeard) and is_alarm
