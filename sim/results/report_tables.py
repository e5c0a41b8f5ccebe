"""The tables of the report, read from the log."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from sim.core import events as ev
from sim.core.events import CaseId, Event
from sim.core.log import Entry
from sim.results.definitions import COHORT_KPIS, INTERVALS, KPIS, PLAIN_INTERVALS, SUFFIXES
from sim.results.figures import Dot
from sim.results.kpis import Value
from sim.results.places import Places
from sim.results.records import IncidentRecord, service_of
from sim.results.timeline import Timeline
from sim.results.wanted import crews
from sim.results.words import said, seconds_words, sentence

CITIZENS, HOSPITALS = "citizens", "hospitals"

KEY_EVENTS: tuple[type[Event], ...] = (
    ev.CallPlaced, ev.CaseOpened, ev.CallJoinedCase, ev.UnitOnScene, ev.WaterOnFire, ev.UnitAtPatient, ev.PatientDied,
    ev.PatientDelivered, ev.NothingFound,
)  # fmt: skip
"""Large dots in the timeline."""

_UNTOLD = (
    ev.MessageSent,
    ev.MessageHeard,
    ev.MessageLost,
    ev.CallEnded,
    ev.UnitHome,
    ev.RoadBlocked,
    ev.IncidentChanged,
    ev.PeopleLeft,
    ev.PublicInformed,
)


class KpiRow(NamedTuple):
    """One KPI as the table shows it."""

    key: str
    name: str
    text: str
    value: Value
    sentence: str


@dataclass(slots=True)
class Story:
    """What the log tells of one incident, for its section of the report."""

    record: IncidentRecord
    entries: list[Entry] = field(default_factory=list)
    first_beliefs: dict[CaseId, dict[str, object]] = field(default_factory=dict)


def shown(key: str, value: Value) -> str:
    """A value with its unit, as a reader wants it; undefined is a dash."""
    if value is None:
        return "–"
    unit = KPIS[key].unit
    if unit == "s":
        return seconds_words(value)
    if unit == "share":
        return f"{value:.1%}"
    if unit == "min":
        return f"{value:,.1f} min"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.2f}"


def row(key: str, values: Mapping[str, Value]) -> KpiRow:
    """One KPI with its words."""
    return KpiRow(key, KPIS[key].title, shown(key, values[key]), values[key], KPIS[key].sentence)


def interval_rows(values: Mapping[str, Value], services: Sequence[str] = ("",)) -> list[tuple[str, list[KpiRow]]]:
    """Every interval that somebody needed, with its percentiles and counts, overall or by service."""
    prefixes = [f"{service}_" if service else "" for service in services]
    keys = [prefix + name for name in INTERVALS for prefix in prefixes]
    keys += list(PLAIN_INTERVALS) if "" in services else []
    return [(key, [row(key + suffix, values) for suffix in SUFFIXES]) for key in keys if values[f"{key}_n"]]


def other_rows(values: Mapping[str, Value]) -> list[KpiRow]:
    """All that are no intervals and are defined."""
    intervals = (*INTERVALS, *PLAIN_INTERVALS)
    return [
        row(key, values)
        for key in COHORT_KPIS
        if values[key] is not None and not any(name in key for name in intervals)
    ]


def stories(entries: Iterable[Entry], records: Iterable[IncidentRecord]) -> list[Story]:
    """One pass that gathers the events of each of these incidents."""
    found = {record.id: Story(record) for record in records}
    opened: dict[CaseId, int] = {}
    for entry in entries:
        event = entry.event
        story = found.get(entry.incident) if entry.incident is not None else None
        if story is None:
            continue
        if isinstance(event, ev.CaseOpened):
            opened[event.case] = entry.t
            story.first_beliefs[event.case] = {"place": (event.x, event.y)}
        elif isinstance(event, ev.BeliefChanged) and opened.get(event.case) == entry.t:
            story.first_beliefs.setdefault(event.case, {})[event.belief] = event.value
        if not isinstance(event, _UNTOLD):
            story.entries.append(entry)
    return list(found.values())


def dots(story: Story, line: Timeline, places: Places) -> tuple[list[Dot], list[str]]:
    """The timeline's dots, and its lanes in the order of their first event."""
    found, names = [], [CITIZENS]
    for entry in story.entries:
        lane = _lane(entry.event, line)
        if lane is None:
            continue
        if lane not in names:
            names.append(lane)
        t = float(entry.t - story.record.started)
        found.append(Dot(lane, t, sentence(entry, places), isinstance(entry.event, KEY_EVENTS)))
    return found, names


def _lane(event: Event, line: Timeline) -> str | None:
    """Who did or learnt it."""
    match event:
        case ev.IncidentNoticed() | ev.CprStarted() | ev.PatientDied() | ev.PatientHarmed():
            return CITIZENS
        case ev.CallPlaced() | ev.CallLost() | ev.CallAbandoned():
            return CITIZENS
        case ev.PatientDelivered():
            return HOSPITALS
    unit = getattr(event, "unit", None)
    if unit is not None:
        commissioned = line.units.get(unit)
        name = f"{commissioned.service} units" if commissioned else str(unit)
        return said(f"{commissioned.service} desk" if commissioned and isinstance(event, ev.UnitOrdered) else name)
    office = getattr(event, "office", None) or getattr(event, "department", None)
    if office in line.seats:
        return said(f"{line.seats[office].department} offices")
    return said(f"{office} desk") if office is not None else None


class ServiceRow(NamedTuple):
    """When one needed service knew and acted, s since the first ring; none when never."""

    service: str
    knew: int | None
    ordered: int | None
    alerted: int | None
    on_scene: int | None
    effect: int | None
    unit: str


def service_rows(story: Story, line: Timeline) -> list[ServiceRow]:
    """One row for each service that the incident truly needed."""
    record, rows = story.record, []
    for service in record.needed_services:
        times = record.times(service)
        run = times.first or times.begun
        effect = times.at_patient if times.at_patient is not None else times.water
        marks = [line.knew(record, service), run.ordered if run else None, run.alerted if run else None]
        knew, ordered, alerted, scene, start = (
            None if mark is None else mark - record.t0 for mark in (*marks, times.on_scene, effect)
        )
        rows.append(ServiceRow(service, knew, ordered, alerted, scene, start, run.unit if run else ""))
    return rows


class BeliefRow(NamedTuple):
    """What one organisation believed at the moment of its first case, beside the truth."""

    department: str
    after_s: int | None  # since the first ring
    kind: str
    is_kind_true: bool
    error_m: float
    needs: str
    unknown_services: str


def belief_rows(story: Story) -> list[BeliefRow]:
    """Beliefs at the moment of the first case of each department, against the truth."""
    record, rows, told = story.record, [], set()
    for case in record.cases:
        if case.department in told:
            continue
        told.add(case.department)
        beliefs = story.first_beliefs.get(case.case, {})
        place = beliefs.get("place")
        x, y = place if isinstance(place, tuple | list) else (case.x, case.y)
        needs = beliefs.get("needs")
        believed = {service_of(str(name)) for name in needs} if isinstance(needs, Mapping) else set()
        rows.append(
            BeliefRow(
                case.department,
                case.opened - record.t0,
                said(beliefs.get("kind", case.kind or "?")),
                beliefs.get("kind", case.kind) == record.kind,
                math.hypot(x - record.x, y - record.y),
                crews(needs) if isinstance(needs, Mapping) else "?",
                ", ".join(s for s in record.needed_services if s not in believed) if believed else "?",
            )
        )
    return rows


class CallRow(NamedTuple):
    """One ring and what came of it."""

    call: str
    number: str
    attempt: int
    after_s: int  # since the first ring
    answered_after_s: int | None
    outcome: str


def call_rows(story: Story) -> list[CallRow]:
    """Every ring of an incident, relays between desks included."""
    rows: dict[str, CallRow] = {}
    done: list[CallRow] = []
    for entry in story.entries:
        event = entry.event
        call = getattr(event, "call", None)
        if isinstance(event, ev.CallPlaced):
            if event.call in rows:
                done.append(rows[event.call])
            rows[event.call] = CallRow(event.call, event.number, event.attempt, entry.t - story.record.t0, None, "")
        elif call in rows and isinstance(call, str):
            rows[call] = _after(rows[call], entry, story.record.t0)
    return sorted([*done, *rows.values()], key=lambda one: one.after_s)


def _after(ring: CallRow, entry: Entry, t0: int) -> CallRow:
    """The row once one more thing has happened to the call."""
    match entry.event:
        case ev.CallAnswered() as event:
            came = f"answered by {event.department}"
            if ring.answered_after_s is None:
                ring = ring._replace(answered_after_s=entry.t - t0 - ring.after_s)
        case ev.CallAbandoned():
            came = "given up"
        case ev.CallLost() as event:
            came = f"lost ({event.reason})"
        case ev.CallTransferred() as event:
            came = f"put through to {event.to_department}"
        case ev.CaseOpened() as event:
            came = f"case {event.case}"
        case ev.CallJoinedCase() as event:
            came = f"joined case {event.case}"
        case _:
            return ring
    return ring._replace(outcome=f"{ring.outcome}, {came}" if ring.outcome else came)
