"""What happens at a scene between organisations, and on the way to it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.event import CaseId, Event, IncidentId, UnitId

__all__ = [
    "CorridorClosed",
    "CorridorOpened",
    "CrewHurt",
    "HazardJudged",
    "HazardLearnt",
    "JointCommandEstablished",
    "JointCommandNeeded",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCommandNeeded(Event):
    """Several organisations are at a scene that is more than the routine of each, and nobody leads them all."""

    unit: UnitId
    case: CaseId
    department: str
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointCommandEstablished(Event):
    """One leads all who are there; once more when somebody new has come under him."""

    unit: UnitId
    case: CaseId
    department: str
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorOpened(Event):
    """The signals along a crew's way are set for it."""

    unit: UnitId
    case: CaseId
    department: str
    length_m: float  # of the roads with signals on it


@dataclass(frozen=True, slots=True, kw_only=True)
class CorridorClosed(Event):
    """The signals are left to themselves again; so long cross traffic had waited for the crew, s."""

    unit: UnitId
    case: CaseId
    department: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardJudged(Event):
    """A crew has inspected it to the end: whether it holds is truly known."""

    unit: UnitId
    case: CaseId
    department: str
    found: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class HazardLearnt(Event):
    """Somebody at the scene is told of a danger that cannot be seen."""

    unit: UnitId
    case: CaseId
    department: str
    found: IncidentId


@dataclass(frozen=True, slots=True, kw_only=True)
class CrewHurt(Event):
    """A crew is hit by what it knew nothing of, and is of no more use."""

    unit: UnitId
    case: CaseId
    department: str
    found: IncidentId
