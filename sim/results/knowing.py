"""What the log tells of knowing: who had which case since when, what was believed in it, and what was true."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.core import events as ev
from sim.core.events import Event, EventId, IncidentId, UnitId
from sim.core.vocabulary import Capability
from sim.results.records import INSPECTED, SHUT_OFF, Attendance

if TYPE_CHECKING:
    from sim.results.timeline import Timeline

FIELDS = ("place", "kind", "severity", "needs")
"""The believed fields that have a truth beside them."""

_DEEDS: dict[str, str] = {Capability.INSPECT.value: INSPECTED, Capability.SHUT_OFF.value: SHUT_OFF}
"""By what a crew is sent to do, where no emergency service can."""


class Knowing:
    """Notes beliefs in the records of cases, truths in those of incidents, and where and how long a crew was away."""

    def __init__(self, line: Timeline) -> None:
        self._line = line
        self._out: dict[UnitId, Attendance] = {}  # the newest order of each unit

    def see(self, number: EventId, t: int, incident: IncidentId | None, event: Event) -> None:
        """What an event says of knowing."""
        match event:
            case ev.IncidentStarted() | ev.IncidentChanged():
                own = self._line.incidents[event.incident]
                own.truths.append((t, dict(event.needs)))
                if event.severity:
                    own.severities.append((t, event.severity))
            case ev.CaseOpened():
                self._line.cases[event.case].beliefs.append((t, "place", (event.x, event.y)))
                self._hold(event, t)
            case ev.BeliefChanged() if event.belief in FIELDS and event.case in self._line.cases:
                self._line.cases[event.case].beliefs.append((t, event.belief, event.value))
            case ev.CaseAccepted():
                self._hold(event, t)
            case ev.UnitOrdered():
                self._hold(event, t)
                self._free(event.unit, t)
                self._out[event.unit] = order = self._line.attendances[-1]
                record = self._line.incidents.get(incident) if incident is not None else None
                if record is not None and order.capability in _DEEDS:
                    record.tried.setdefault(_DEEDS[order.capability], order)
            case ev.UnitEnRoute() if event.unit in self._out and self._out[event.unit].left_from is None:
                self._out[event.unit].left_from = (event.x, event.y)
            case ev.HazardJudged():
                self._judge(number, t, event)
            case ev.UnitOnScene():
                self._arrive(number, event)
            case ev.UnitAvailable():
                self._free(event.unit, t)
            case ev.CommandEstablished():
                self._command(t, event)

    def _hold(self, event: ev.CaseOpened | ev.CaseAccepted | ev.UnitOrdered, t: int) -> None:
        case = self._line.cases.get(event.case)
        if case is not None:
            case.holders.setdefault(event.department, t)

    def _free(self, unit: UnitId, t: int) -> None:
        """The work of a crew for one order ends when it can be ordered again, or has another order."""
        order = self._out.pop(unit, None)
        if order is not None:
            order.freed = t

    def _arrive(self, number: EventId, event: ev.UnitOnScene) -> None:
        """A crew that was sent to shut it off is there."""
        order, record = self._out.get(event.unit), self._line.incidents.get(event.found)
        if order is not None and record is not None and order.capability == Capability.SHUT_OFF:
            record.deeds.setdefault(SHUT_OFF, number)

    def _judge(self, number: EventId, t: int, event: ev.HazardJudged) -> None:
        """It is truly judged: that a crew has left, or was sent, says nothing of it."""
        record = self._line.incidents.get(event.found)
        if record is not None:
            record.judged = t if record.judged is None else record.judged
            record.deeds.setdefault(INSPECTED, number)

    def _command(self, t: int, event: ev.CommandEstablished) -> None:
        """Somebody leads at the incident that his crew found, whatever it was sent for."""
        order, unit = self._out.get(event.unit), self._line.units.get(event.unit)
        record = self._line.incidents.get(order.found) if order is not None and order.found is not None else None
        if record is not None:
            times = record.times(unit.service if unit else "")
            times.command = t if times.command is None else times.command
