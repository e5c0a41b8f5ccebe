"""The intervals of each incident, by service, from the first ring on, or from when it was first needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sim.core.vocabulary import Capability, Service
from sim.results.records import Attendance, IncidentRecord, service_of
from sim.results.timeline import Timeline


class Spell(NamedTuple):
    """One interval: for whom, how long (none: its end never came), and whether it was still open at the end."""

    key: str
    service: str
    seconds: float | None
    open: bool


def spells(line: Timeline, records: Iterable[IncidentRecord]) -> Iterator[Spell]:
    """Every interval of every incident that truly needs help; service "" is the incident as a whole."""
    for record in records:
        if not record.needs:
            continue
        still_open = record.ended is None
        services = record.needed_services
        for service in ("", *services):
            for key, seconds in _of_incident(line, record, service):
                yield Spell(key, service, seconds, still_open)
        for service in services:
            for key, seconds in _of_service(record, service):
                yield Spell(key, service, seconds, still_open)
        for patient in record.patients:
            if patient.at_hospital is not None:
                over = between(patient.at_hospital, patient.delivered, 0)
                yield Spell("offload_s", Service.EMS.value, over, over is None)


def between(start: float | None, end: float | None, t0: float) -> float | None:
    """Seconds from start to end, not counting what lies before t0; none when either never came."""
    return None if start is None or end is None else float(max(0, end - max(start, t0)))


def full_assignment(line: Timeline, record: IncidentRecord, service: str = "") -> int | None:
    """When the crews that had come covered the largest need of each capability (of a service)."""
    missing = {c: crews for c, crews in record.needs.items() if not service or service_of(c) == service}
    came: set[str] = set()
    for t, unit in record.arrivals:
        commissioned = line.units.get(unit)
        if unit in came or commissioned is None:
            continue
        came.add(unit)
        for capability in commissioned.capabilities:
            missing[capability] = missing.get(capability, 0) - 1
        if all(crews <= 0 for crews in missing.values()):
            return t
    return None


def _of_incident(line: Timeline, record: IncidentRecord, service: str) -> Iterator[tuple[str, float | None]]:
    t0 = record.t0_of(service)
    knew = line.knew(record, service or None)
    yield "discovery_s", between(record.started, record.first_ring, 0)
    yield "full_assignment_s", between(t0, full_assignment(line, record, service), t0)
    yield "unowned_s", between(t0, knew, t0)
    if service:  # the mean over needed departments, not the luckiest of them
        yield "information_latency_s", between(record.started, knew, 0)
    else:  # who leads may lead the crews of other services too
        yield "command_s", between(t0, _command(record), t0)


def _command(record: IncidentRecord) -> int | None:
    """When somebody first led at the scene."""
    return min((times.command for times in record.services.values() if times.command is not None), default=None)


def _of_service(record: IncidentRecord, service: str) -> Iterator[tuple[str, float | None]]:
    t0, times = record.t0_of(service), record.times(service)
    run = times.first or times.begun
    if run is None:
        run = Attendance("", service, "", "", "", None, t0, 0)
    yield "alarm_handling_s", between(t0, run.alerted, t0)
    yield "turnout_s", between(run.alerted, run.en_route, t0)
    yield "travel_s", between(run.en_route, times.on_scene, t0)
    yield "total_response_s", between(t0, times.on_scene, t0)
    if service == Service.EMS and Capability.TREAT.value in record.needs:
        yield "access_s", between(times.on_scene, times.at_patient, t0)
        yield "at_patient_s", between(t0, times.at_patient, t0)
    if service == Service.FIRE and Capability.EXTINGUISH.value in record.needs:
        yield "access_s", between(times.on_scene, times.water, t0)
        yield "water_on_fire_s", between(t0, times.water, t0)
