"""The one pass over the log: what each kind of event leaves in the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from sim.core import events as ev
from sim.core.events import CaseId, Event, EventId, IncidentId, UnitId
from sim.core.log import Entry
from sim.results.alarms import Alarms
from sim.results.desks import Desks
from sim.results.effort import Effort
from sim.results.fates import Fates
from sim.results.knowing import Knowing
from sim.results.records import Attendance, CaseRecord, IncidentRecord, ServiceTimes, Tally, is_double
from sim.results.scenes import Scenes
from sim.results.talk import Talk
from sim.results.warned import Warned

if TYPE_CHECKING:
    from sim.results.timeline import Timeline

NOTICED, RUNG, ANSWERED, BELIEVED = 1, 2, 3, 4  # how far the news of an incident got


class Reader:
    """One method for each kind of event that matters here; the methods stand in the order of a call's life."""

    def __init__(self, timeline: Timeline) -> None:
        self.line = timeline
        self.current: dict[tuple[UnitId, CaseId], Attendance] = {}
        self.busy_since: dict[UnitId, int] = {}
        self.ringing: dict[str, int] = {}
        self.transferring: set[str] = set()
        self.orders_for: dict[tuple[IncidentId, str], list[Attendance]] = {}
        self.warned = Warned(timeline, self._tally)
        self.observers = (
            Effort(self._tally), Knowing(timeline), Talk(timeline, self._tally), Desks(timeline, self._tally),
            Alarms(timeline, self._tally, self._reach), Scenes(timeline), self.warned, Fates(timeline),
        )  # fmt: skip

    def read(self, entries: Iterable[Entry]) -> None:
        """Let each event leave its mark."""
        steps: dict[type[Event], Callable[..., None]] = {
            getattr(ev, name): getattr(self, name) for name in vars(Reader) if name[0].isupper()
        }
        t = 0
        for number, t, incident, event in entries:
            step = steps.get(type(event))
            if step is not None:
                step(number, t, incident, event)
            for observer in self.observers:
                observer.see(number, t, incident, event)
        self.line.ended = t
        for unit in list(self.busy_since):
            self._free(unit, t)
        self.warned.judge()

    # --- the run

    def RunStarted(self, number: EventId, t: int, incident: IncidentId | None, event: ev.RunStarted) -> None:
        self.line.run = event

    def UnitCommissioned(self, number: EventId, t: int, incident: str | None, event: ev.UnitCommissioned) -> None:
        self.line.units[event.unit] = event
        self.line.acts_for.setdefault(event.department, set()).add(event.service)

    def CoverageSampled(self, number: EventId, t: int, incident: str | None, event: ev.CoverageSampled) -> None:
        if self._in_window(t):
            self.line.coverage.setdefault(event.service, []).append(event.share)

    def RunEnded(self, number: EventId, t: int, incident: str | None, event: ev.RunEnded) -> None:
        self.line.partial = event.partial

    # --- the incident

    def IncidentStarted(self, number: EventId, t: int, incident: str | None, event: ev.IncidentStarted) -> None:
        record = IncidentRecord(
            event.incident, number, event.incident_kind, event.listed, event.district, event.subdistrict,
            event.x, event.y, event.floor, t, event.zone_m,
        )  # fmt: skip
        record.need(dict(event.needs))
        self.line.incidents[event.incident] = record

    def IncidentChanged(self, number: EventId, t: int, incident: str | None, event: ev.IncidentChanged) -> None:
        self.line.incidents[event.incident].need(dict(event.needs))

    def IncidentEnded(self, number: EventId, t: int, incident: str | None, event: ev.IncidentEnded) -> None:
        record = self.line.incidents[event.incident]
        record.ended, record.outcome = t, event.outcome

    def IncidentNoticed(self, number: EventId, t: int, incident: str | None, event: ev.IncidentNoticed) -> None:
        self._reach(incident, NOTICED, number)

    # --- the call

    def CallPlaced(self, number: EventId, t: int, incident: str | None, event: ev.CallPlaced) -> None:
        if event.citizen < 0:  # a colleague of another desk
            return
        self._reach(incident, RUNG, number)
        if event.call in self.transferring:  # put through by a desk, not rung by the caller
            self.transferring.discard(event.call)
            return
        self.ringing[event.call] = t
        self._tally(t, incident).calls += 1
        record = self._record(incident)
        if record is not None and record.first_ring is None:
            record.first_ring = t

    def CallLost(self, number: EventId, t: int, incident: str | None, event: ev.CallLost) -> None:
        if event.citizen < 0:
            return
        self._hang_up(event.call)
        self._reach(incident, RUNG, number)
        self._tally(t, incident).calls_lost += 1

    def CallAbandoned(self, number: EventId, t: int, incident: str | None, event: ev.CallAbandoned) -> None:
        self._hang_up(event.call)
        self._reach(incident, RUNG, number)
        self._tally(t, incident).calls_abandoned += 1

    def CallAnswered(self, number: EventId, t: int, incident: str | None, event: ev.CallAnswered) -> None:
        self._reach(incident, ANSWERED, number)
        rung = self.ringing.get(event.call)
        self._hang_up(event.call)
        if rung is not None:
            tally = self._tally(t, incident)
            tally.calls_answered += 1
            tally.calls_answered_10s += t - rung <= 10

    def CallTransferred(self, number: EventId, t: int, incident: str | None, event: ev.CallTransferred) -> None:
        self.transferring.add(event.call)
        self._tally(t, incident).transfers += 1

    # --- the case

    def CaseOpened(self, number: EventId, t: int, incident: str | None, event: ev.CaseOpened) -> None:
        case = CaseRecord(event.case, event.department, incident, t, event.x, event.y)
        self.line.cases[event.case] = case
        self._reach(incident, BELIEVED, number)
        record = self._record(incident)
        if record is not None:
            record.cases.append(case)
            if record.first_case is None:
                record.first_case = t
            record.known.setdefault(event.department, t)

    def CallJoinedCase(self, number: EventId, t: int, incident: str | None, event: ev.CallJoinedCase) -> None:
        case = self.line.cases.get(event.case)
        self._reach(incident, BELIEVED, number)
        if case is not None and case.incident == incident:
            self._knows(incident, event.department, t)

    def CaseAccepted(self, number: EventId, t: int, incident: str | None, event: ev.CaseAccepted) -> None:
        case = self.line.cases.get(event.case)
        if case is None or case.department not in self.line.seats:
            self._knows(incident, event.department, t)

    def BeliefChanged(self, number: EventId, t: int, incident: str | None, event: ev.BeliefChanged) -> None:
        case = self.line.cases.get(event.case) if event.belief == "kind" else None
        if case is not None and case.kind is None:
            case.kind = str(event.value)

    def CaseHandedOff(self, number: EventId, t: int, incident: str | None, event: ev.CaseHandedOff) -> None:
        self._tally(t, incident).handoffs += 1

    def CaseClosed(self, number: EventId, t: int, incident: str | None, event: ev.CaseClosed) -> None:
        if event.case in self.line.cases:
            self.line.cases[event.case].closed = t

    # --- the unit

    def UnitOrdered(self, number: EventId, t: int, incident: str | None, event: ev.UnitOrdered) -> None:
        unit = self.line.units.get(event.unit)
        service = unit.service if unit else ""
        order = Attendance(
            event.unit, service, event.case, event.department, event.capability, incident, t, number, event.duplicate
        )
        self.line.attendances.append(order)
        self.current[event.unit, event.case] = order
        self.busy_since.setdefault(event.unit, t)
        self.line.acts_for.setdefault(event.department, set()).add(service)
        record = self._record(incident)
        if record is not None:
            same = self.orders_for.setdefault((record.id, order.capability), [])
            order.duplicate = event.duplicate or is_double(order, same, record)
            same.append(order)
            self._knows(incident, event.department, t)
            times = record.times(service)
            if times.begun is None:
                times.begun = order

    def UnitAlerted(self, number: EventId, t: int, incident: str | None, event: ev.UnitAlerted) -> None:
        self._mark(event, number, "alerted", t)

    def UnitEnRoute(self, number: EventId, t: int, incident: str | None, event: ev.UnitEnRoute) -> None:
        self._mark(event, number, "en_route", t)

    def UnitAtGivenPlace(self, number: EventId, t: int, incident: str | None, event: ev.UnitAtGivenPlace) -> None:
        self._mark(event, number, "at_place", t)

    def NothingFound(self, number: EventId, t: int, incident: str | None, event: ev.NothingFound) -> None:
        self._mark(event, number, "nothing_found", True)

    def UnitRecalled(self, number: EventId, t: int, incident: str | None, event: ev.UnitRecalled) -> None:
        self._mark(event, number, "recalled", True)

    def UnitOnScene(self, number: EventId, t: int, incident: str | None, event: ev.UnitOnScene) -> None:
        self._mark(event, number, "on_scene", t)
        self._mark(event, number, "found", event.found)
        record = self.line.incidents[event.found]
        record.arrivals.append((t, event.unit))
        times = self._effect(event.unit, record, number, "UnitOnScene")
        if times.on_scene is None:
            times.on_scene, times.first = t, self.current.get((event.unit, event.case))

    def UnitAtPatient(self, number: EventId, t: int, incident: str | None, event: ev.UnitAtPatient) -> None:
        times = self._effect(event.unit, self.line.incidents[event.found], number, "UnitAtPatient")
        if times.at_patient is None:
            times.at_patient = t

    def WaterOnFire(self, number: EventId, t: int, incident: str | None, event: ev.WaterOnFire) -> None:
        times = self._effect(event.unit, self.line.incidents[event.found], number, "WaterOnFire")
        if times.water is None:
            times.water = t

    def UnitAtHospital(self, number: EventId, t: int, incident: str | None, event: ev.UnitAtHospital) -> None:
        patient = self.line.patients.get(event.patient)
        if patient is not None and patient.at_hospital is None:
            patient.at_hospital, patient.hospital = t, event.hospital

    def PatientDelivered(self, number: EventId, t: int, incident: str | None, event: ev.PatientDelivered) -> None:
        patient = self.line.patients.get(event.patient)
        if patient is not None:
            patient.delivered = t
            self._effect(event.unit, self.line.incidents[patient.incident], number, "PatientDelivered")

    def UnitAvailable(self, number: EventId, t: int, incident: str | None, event: ev.UnitAvailable) -> None:
        self._free(event.unit, t)

    # --- what the methods above share

    def _record(self, incident: IncidentId | None) -> IncidentRecord | None:
        return self.line.incidents.get(incident) if incident is not None else None

    def _in_window(self, t: int) -> bool:
        return self.line.run is None or self.line.run.warmup_s <= t <= self.line.run.end_s

    def _tally(self, t: int, incident: IncidentId | None) -> Tally:
        record = self._record(incident)
        rootless = self.line.rootless if self._in_window(t) else Tally()
        return rootless if record is None else record.tally

    def _reach(self, incident: IncidentId | None, how_far: int, number: EventId) -> None:
        """The newest ring, but the first answer and the first case: from then on it is known."""
        record = self._record(incident)
        if record is None:
            return
        before = record.reached[0]
        if how_far > before or (how_far == before <= RUNG):
            record.reached = (how_far, number)

    def _knows(self, incident: IncidentId | None, department: str, t: int) -> None:
        record = self._record(incident)
        if record is not None:
            record.known.setdefault(department, t)

    def _hang_up(self, call: str) -> None:
        self.ringing.pop(call, None)
        self.transferring.discard(call)

    def _mark(self, event: Any, number: EventId, name: str, value: object) -> None:
        """Write a milestone of the unit's run; the first one counts."""
        order = self.current.get((event.unit, event.case))
        if order is not None:
            before = getattr(order, name)
            setattr(order, name, value if before is None or before is False else before)
            order.last = number

    def _effect(self, unit: UnitId, record: IncidentRecord, number: EventId, kind: str) -> ServiceTimes:
        commissioned = self.line.units.get(unit)
        times = record.times(commissioned.service if commissioned else "")
        times.effects.setdefault(kind, number)
        return times

    def _free(self, unit: UnitId, t: int) -> None:
        """Count the busy time that lies in the window of the cohort."""
        since = self.busy_since.pop(unit, None)
        commissioned = self.line.units.get(unit)
        if since is None or commissioned is None:
            return
        start, end = (self.line.run.warmup_s, self.line.run.end_s) if self.line.run else (0, t)
        busy = max(0.0, min(t, end) - max(since, start))
        self.line.busy_s[commissioned.service] = self.line.busy_s.get(commissioned.service, 0.0) + busy
