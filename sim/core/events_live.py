"""What a trainer and his participants do to a city that lives."""

from __future__ import annotations

from dataclasses import dataclass

from sim.core.event import Event

__all__ = ["PolicySwitched", "SeatLeft", "SeatTaken"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatTaken(Event):
    """A person sits down at the desks of a department: from now on they decide nothing without him."""

    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatLeft(Event):
    """He gets up: the department's own people decide again."""

    department: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySwitched(Event):
    """From now on something is decided by another rule."""

    family: str
    before: str
    after: str
