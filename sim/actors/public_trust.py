"""How far the public trusts warnings: each false alert costs some of it where it was heard; it comes back slowly."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.actors.warning_tables import ComplianceTable
from sim.core.quantities import DAY_S


class FalseAlert(NamedTuple):
    """When and where an alert proved false."""

    t: float
    x: float
    y: float
    heard_m: float


class PublicTrust:
    """Share of the full compliance that is left, by place and time (X3)."""

    def __init__(self, table: ComplianceTable) -> None:
        self._table = table
        self._false: list[FalseAlert] = []

    def lose(self, alert: FalseAlert) -> None:
        """One more alert has proved false."""
        self._false.append(alert)

    def at(self, place: tuple[float, float], t: float) -> float:
        """What is left at a place: each false alert heard there takes a part of it, and some comes back with time."""
        trust, since = 1.0, 0.0
        for one in self._false:
            if math.dist((one.x, one.y), place) <= one.heard_m:
                trust = self._recovered(trust, one.t - since) * self._table.false_alert.value
                since = one.t
        return self._recovered(trust, t - since)

    def _recovered(self, trust: float, elapsed_s: float) -> float:
        return min(1.0, trust + self._table.recovers_per_day.value * elapsed_s / DAY_S)
