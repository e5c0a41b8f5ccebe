"""What is remembered of duty desks: each incident's way over them, and the seats themselves."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.core.events import CaseId, EventId


@dataclass(frozen=True, slots=True)
class Seat:
    """A duty desk."""

    name: str
    department: str
    tier: str
    area: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A department took a case on one of its duty desks: as its own, or to help with another's."""

    t: int
    department: str
    case: CaseId
    is_own: bool
    was_told: bool  # only because a superior said so


@dataclass(slots=True)
class DeskStory:
    """One incident's way over duty desks; times in s since the start."""

    first_paper: int | None = None  # when a desk first heard of it
    was_handed: bool = False  # somebody asked a desk to own it
    accepted: list[Acceptance] = field(default_factory=list)
    refused_by: list[str] = field(default_factory=list)  # departments, once for each refusal
    levels: list[tuple[int, str]] = field(default_factory=list)  # declared
    centre: int | None = None  # when an operations centre sat together
    aid_asked: int | None = None
    aid_granted: int | None = None
    newest: EventId | None = None  # of its way over desks: where it lies if nobody comes

    @property
    def owned(self) -> int | None:
        """When a desk first took it as its own."""
        return min((one.t for one in self.accepted if one.is_own), default=None)
