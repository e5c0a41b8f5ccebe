"""What every event has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

IncidentId = str
CaseId = str
UnitId = str
EventId = int

Needs = Mapping[str, int]
"""Crews needed, by capability."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened; true."""

    because: EventId | None = None
    waited_for: EventId | None = None
