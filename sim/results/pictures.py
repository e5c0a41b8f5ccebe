"""What any department believed, and what was true, at any time: rebuilt from the log alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import takewhile

from sim.core.events import (
    BeliefChanged,
    CallJoinedCase,
    CaseClosed,
    CaseId,
    CaseOpened,
    IncidentChanged,
    IncidentEnded,
    IncidentId,
    IncidentStarted,
    UnitOrdered,
)
from sim.core.log import Entry


@dataclass(frozen=True, slots=True)
class Belief:
    """One believed field: since when, by which message, and as of when that was true (s since the start)."""

    value: object
    confidence: float
    source: str
    since_s: int
    as_of_s: float

    def age_s(self, t: float) -> float:
        """How old the knowledge behind it is at time t, s."""
        return t - self.as_of_s


@dataclass(slots=True)
class BelievedCase:
    """A case in a picture; `incident` is what its first call was really about, which nobody in the picture knows."""

    case: CaseId
    department: str
    incident: IncidentId | None
    opened_s: int
    beliefs: dict[str, Belief] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    units: list[str] = field(default_factory=list)  # ordered so far


@dataclass(frozen=True, slots=True)
class TrueIncident:
    """An open incident as it is."""

    id: IncidentId
    kind: str
    x: float
    y: float
    started_s: int
    needs: Mapping[str, int]
    victims: int
    extent: float = 0.0
    intensity: float = 0.0
    severity: str = ""


def picture_at(entries: Iterable[Entry], department: str, t: float) -> dict[CaseId, BelievedCase]:
    """The open cases of a department at time t (what happened in that second included)."""
    cases: dict[CaseId, BelievedCase] = {}
    for entry in _until(entries, t):
        event = entry.event
        match event:
            case CaseOpened() if event.department == department:
                place = Belief((event.x, event.y), 1.0, event.call, entry.t, entry.t)
                cases[event.case] = BelievedCase(
                    event.case, department, entry.incident, entry.t, {"place": place}, [event.call]
                )
            case CallJoinedCase() if event.case in cases:
                cases[event.case].calls.append(event.call)
            case BeliefChanged() if event.department == department and event.case in cases:
                cases[event.case].beliefs[event.belief] = Belief(
                    event.value, event.confidence, event.source, entry.t, event.as_of_s
                )
            case UnitOrdered() if event.case in cases:
                cases[event.case].units.append(event.unit)
            case CaseClosed() if event.department == department:
                cases.pop(event.case, None)
    return cases


def truth_at(entries: Iterable[Entry], t: float) -> dict[IncidentId, TrueIncident]:
    """The open incidents at time t, with what they then need."""
    incidents: dict[IncidentId, TrueIncident] = {}
    for entry in _until(entries, t):
        event = entry.event
        match event:
            case IncidentStarted():
                incidents[event.incident] = TrueIncident(
                    event.incident, event.incident_kind, event.x, event.y, entry.t, event.needs, event.victims,
                    severity=event.severity,
                )  # fmt: skip
            case IncidentChanged() if event.incident in incidents:
                incidents[event.incident] = replace(
                    incidents[event.incident], needs=event.needs, victims=event.victims, extent=event.extent,
                    intensity=event.intensity, severity=event.severity,
                )  # fmt: skip
            case IncidentEnded():
                incidents.pop(event.incident, None)
    return incidents


def _until(entries: Iterable[Entry], t: float) -> Iterator[Entry]:
    return takewhile(lambda entry: entry.t <= t, entries)
