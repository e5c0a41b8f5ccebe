"""What is remembered of people in danger: who was warned and out by when, and what a rumour made them believe."""

from __future__ import annotations

from dataclasses import dataclass, field

from sim.core.events import IncidentId


@dataclass(slots=True)
class ZoneStory:
    """The people in the zone of one incident; times in s since the start."""

    people: int = 0
    out: list[tuple[int, int]] = field(default_factory=list)  # how many had left by then
    warned: list[tuple[int, float]] = field(default_factory=list)  # share whom public warnings had reached by then

    half_warned: int | None = None

    def warned_by(self, t: float) -> float:
        """The share of them whom public warnings had reached."""
        return max((share for since, share in self.warned if since <= t), default=0.0)

    def out_by(self, t: float) -> int:
        """How many had left."""
        return max((left for since, left in self.out if since <= t), default=0)


@dataclass(slots=True)
class RumourStory:
    """One rumour."""

    incident: IncidentId | None
    started: int
    believing: list[tuple[int, int]] = field(default_factory=list)  # how many, from when on
    refuted: int | None = None
    ended: int | None = None
