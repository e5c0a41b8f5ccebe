"""What the public is told, and what it makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.event import CaseId, Event, IncidentId

__all__ = [
    "AlertEnded",
    "AlertIssued",
    "AlertLifted",
    "PublicInformed",
    "RumourEnded",
    "RumourKnown",
    "RumourRefuted",
    "RumourSpread",
    "RumourStarted",
    "StatementIssued",
    "WarningApproved",
    "WarningProposed",
    "WarningSigned",
    "ZoneWarned",
]

# --- desks


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningProposed(Event):
    """The owner of a case wants to tell the public; it has to sign for itself if it asks nobody."""

    case: CaseId | None
    department: str
    office: str
    says: str  # warning, statement
    to_office: str  # empty: nobody has to sign
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningSigned(Event):
    """An office above the owner's has signed."""

    case: CaseId | None
    department: str
    office: str
    says: str
    signatures: int  # with this one


@dataclass(frozen=True, slots=True, kw_only=True)
class WarningApproved(Event):
    """The owner has read that all have signed."""

    case: CaseId | None
    department: str
    office: str
    says: str
    signatures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertIssued(Event):
    """An office tells the public to leave a zone."""

    alert: str
    case: CaseId | None
    department: str
    office: str
    alert_kind: str
    x: float
    y: float
    radius_m: float  # who is told to leave
    heard_m: float  # who can hear it
    signatures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertLifted(Event):
    """The office takes an alert back: its case is closed, nothing new has come, or a better alert has gone out."""

    alert: str
    case: CaseId | None
    department: str
    office: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementIssued(Event):
    """An office says what it is, and that there is no more to it."""

    statement: str
    case: CaseId | None
    department: str
    office: str
    about: str
    x: float
    y: float
    heard_m: float
    signatures: int


# --- the public, in bulk


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicInformed(Event):
    """How many have heard an alert, how many have set out for it, and how many of these were in no danger."""

    alert: str
    reached: int
    following: int
    needless: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneWarned(Event):
    """The share of the people in a zone of true danger whom alerts have moved to think of leaving by now; `found` is
    which danger in truth."""

    alert: str
    found: IncidentId
    share: float
    following: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEnded(Event):
    """People see what an alert was worth: false when no danger was in its zone; then they trust the next one less."""

    alert: str
    was_false: bool
    reached: int
    following: int
    needless: int
    trust: float  # at its place from now on


# --- a rumour, in bulk


@dataclass(frozen=True, slots=True, kw_only=True)
class RumourStarted(Event):
    """People begin to tell each other what nobody has told them."""

    rumour: str
    about: str
    subdistrict: str
    people: int  # of the subdistrict, at this hour
    believing: int
    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RumourSpread(Event):
    """How many believe it now, have ever believed it, have telephoned, have left for it."""

    rumour: str
    believing: int
    ever: int
    calls: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RumourKnown(Event):
    """So many have asked about it that the desk tells the emergency office."""

    rumour: str
    calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RumourRefuted(Event):
    """The official word is out where it is told."""

    rumour: str
    believing: int
    lag_s: float  # since it began


@dataclass(frozen=True, slots=True, kw_only=True)
class RumourEnded(Event):
    """Hardly anybody believes it any more."""

    rumour: str
    peak: int
    calls: int
    left: int
