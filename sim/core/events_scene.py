"""What happens at a scene between organisations, and on the way to it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.event import CaseId, Event, UnitId

__all__ = ["CorridorClosed", "CorridorOpened", "JointCommandEstablished", "JointCommandNeeded"]


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
