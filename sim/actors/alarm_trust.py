"""How far desks believe sensors: each false alarm that is found out costs trust, and time gives it back (X3)."""

from __future__ import annotations

import math
from collections.abc import Callable

from sim.actors.sensor_tables import DAY_S, TrustTable
from sim.core.clock import Clock

Ordinary = Callable[[str, str], float]
"""False alarms a day that reach a desk from sensors of a type in ordinary times."""


class AlarmTrust:
    """The trust of every desk in every type of sensor, 0 to 1."""

    def __init__(self, table: TrustTable, clock: Clock, ordinary: Ordinary, *, finds_all: bool) -> None:
        self._table = table
        self._clock = clock
        self._ordinary = ordinary
        self._finds_all = finds_all
        self._held: dict[tuple[str, str], tuple[float, int]] = {}  # by desk and type: how much, as of

    def of(self, desk: str, sensor: str) -> float:
        """Now: of what is missing, a share comes back every day."""
        now = self._clock.t
        if (desk, sensor) not in self._held:
            self._held[desk, sensor] = self._settled(desk, sensor), now
        value, since = self._held[desk, sensor]
        return 1.0 - (1.0 - value) * math.exp(-self._pace * (now - since) / DAY_S)

    def cry(self, desk: str, sensor: str) -> float:
        """After one more false alarm."""
        value = self.of(desk, sensor) * self._table.falls_to.value
        self._held[desk, sensor] = value, self._clock.t
        return value

    @property
    def _pace(self) -> float:
        """Of the recovery, 1/day."""
        return -math.log1p(-self._table.recovers.value)

    def _settled(self, desk: str, sensor: str) -> float:
        """Where trust has come to rest after years of ordinary false alarms; 1 where there are none."""
        loss = 1.0 - self._table.falls_to.value
        return settled(self._ordinary(desk, sensor), self._pace, loss, finds_all=self._finds_all)


def settled(false_per_day: float, pace: float, loss: float, *, finds_all: bool) -> float:
    """The mean trust at which losses and recovery balance.

    If every false alarm is found out, pace (1 - T) = loss f T, which is exact for alarms that come at random. If only
    those that are heeded are, a share T of them, pace (1 - T) = loss f T², in which the mean of the square is taken for
    the square of the mean.
    """
    worn = loss * false_per_day
    if worn == 0.0:
        return 1.0
    if finds_all:
        return pace / (pace + worn)
    return (math.sqrt(pace * pace + 4.0 * worn * pace) - pace) / (2.0 * worn)
