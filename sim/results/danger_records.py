"""What is remembered of people in danger: alerts, who was warned and out by when, what a rumour made them believe."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from sim.core.circles import Place, meet
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
class AlertStory:
    """One alert; it stands from its issue until it is taken back, or until the run ends."""

    place: Place
    radius_m: float
    issued: int
    lifted: float = math.inf
    following: int = 0  # people who have set out for it
    needless: int = 0  # of these, whom no danger awaited

    def warns_of(self, place: Place, zone_m: float, began: float, ended: float) -> bool:
        """Whether that zone of danger was in its circle at any time while it stood."""
        return began < self.lifted and ended > self.issued and meet(self.place, self.radius_m, place, zone_m)


@dataclass(slots=True)
class RumourStory:
    """One rumour."""

    incident: IncidentId | None
    started: int
    believing: list[tuple[int, int]] = field(default_factory=list)  # how many, from when on
    refuted: int | None = None
    ended: int | None = None
