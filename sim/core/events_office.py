"""What happens at duty desks: who is told, who takes a case, who sends it on, who declares what."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.event import CaseId, Event

__all__ = [
    "AidGranted",
    "AidRequested",
    "CaseDisputed",
    "CaseEscalated",
    "CaseHeld",
    "CaseRefused",
    "DutyListed",
    "ForecastMade",
    "InstructionGiven",
    "LevelDeclared",
    "MessageRead",
    "OfficeStaffed",
    "OperationsCentreOpened",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeStaffed(Event):
    """An office has a duty desk from the start."""

    office: str
    department: str
    tier: str
    area: str  # district or subdistrict; empty for the city and above
    superior: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRead(Event):
    """A duty officer has read, or retyped, what came; waited_for is what set him free."""

    office: str
    department: str
    message_kind: str
    case: CaseId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ForecastMade(Event):
    """The weather office expects something; whether it comes, nobody knows."""

    department: str
    claimed_kind: str
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRefused(Event):
    """A department says that a case is not its own."""

    case: CaseId
    department: str
    office: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHeld(Event):
    """An office does nothing with a case before it is told to."""

    case: CaseId
    department: str
    office: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEscalated(Event):
    """An office lays a case before its superior."""

    case: CaseId
    department: str
    office: str
    to_office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDisputed(Event):
    """Nobody is left who might take the case, or it has been sent on too often: it lies where it is."""

    case: CaseId
    department: str
    office: str
    hands: int  # that it has gone through


@dataclass(frozen=True, slots=True, kw_only=True)
class InstructionGiven(Event):
    """An office orders another to take a case, or to go on with it."""

    case: CaseId
    department: str
    office: str
    to_office: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelDeclared(Event):
    """An office declares a response level for an area."""

    case: CaseId
    department: str
    office: str
    level: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationsCentreOpened(Event):
    """Those who are called in sit together at last."""

    case: CaseId
    department: str
    office: str
    tier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AidRequested(Event):
    """A dispatcher asks for crews of other districts."""

    case: CaseId
    department: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AidGranted(Event):
    """Crews of other districts may be sent."""

    case: CaseId
    department: str
    area: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyListed(Event):
    """What the list of responsibilities says of a department, from the start; a kind without rows is `other`."""

    incident_kind: str
    phase: str
    department: str
    role: str
    ambiguity: float
