"""How a word spreads: closed forms and one fixed step, in shares of the people, free of how many they are."""

from __future__ import annotations

import math
from typing import NamedTuple

from sim.core.circles import meet

MINUTE_S = 60.0


class Spread(NamedTuple):
    """How fast a warning spreads, 1/min: dn/dt = a (N - n) + b n (N - n) / N (Rogers and Sorensen; I7)."""

    told: float  # a = k a1: by the authorities, to those who have not heard
    retold: float  # b = (1 - k) a2: by those who have heard

    def share(self, elapsed_s: float) -> float:
        """Share that has heard it so long after it was first said."""
        if elapsed_s <= 0.0 or self.told <= 0.0:
            return 0.0
        decay = math.exp(-(self.told + self.retold) * elapsed_s / MINUTE_S)
        return self.told * (1.0 - decay) / (self.told + self.retold * decay)

    def hazard(self, elapsed_s: float) -> float:
        """Chance a minute to hear it now, of one who has not; 0 before it is said."""
        return 0.0 if elapsed_s < 0.0 else self.told + self.retold * self.share(elapsed_s)


class Talk(NamedTuple):
    """Where people stand to a rumour, in shares; the rest have heard it and do not believe it, or know better."""

    unaware: float
    believing: float
    ever: float  # who have believed it at any time


class Gossip(NamedTuple):
    """How a rumour spreads: contacts a minute, share of hearers who believe, weight of the official word."""

    contact: float
    belief: float
    authority: float

    def ends_at(self, start: Talk) -> float:
        """Share that believes in the end when nobody says anything: the cap of the logistic curve."""
        return start.believing + self.belief * start.unaware

    def unrefuted(self, start: Talk, elapsed_s: float) -> float:
        """Share that believes after so long when nobody says anything: logistic, since unaware + believing / belief
        never changes."""
        if start.believing <= 0.0:
            return 0.0
        cap = self.ends_at(start)
        rate = self.contact * cap
        return cap / (1.0 + (cap / start.believing - 1.0) * math.exp(-rate * elapsed_s / MINUTE_S))

    def step(self, now: Talk, dt_s: float, official: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Talk:
        """The next state (Runge and Kutta's fourth order); `official` is the chance a minute to hear the official
        word at the start, middle and end of the step."""
        early, middle, late = official
        dt = dt_s / MINUTE_S
        one = self._pace(now, early)
        two = self._pace(_moved(now, one, dt / 2.0), middle)
        three = self._pace(_moved(now, two, dt / 2.0), middle)
        four = self._pace(_moved(now, three, dt), late)
        pace = Talk(*((a + 2.0 * b + 2.0 * c + d) / 6.0 for a, b, c, d in zip(one, two, three, four, strict=True)))
        return _moved(now, pace, dt)

    def _pace(self, now: Talk, official: float) -> Talk:
        meets = self.contact * now.unaware * now.believing
        return Talk(
            -meets - official * now.unaware,
            self.belief * meets - self.authority * official * now.believing,
            self.belief * meets,
        )


def _moved(now: Talk, pace: Talk, dt: float) -> Talk:
    return Talk(*(value + change * dt for value, change in zip(now, pace, strict=True)))


def covered_share(centre: tuple[float, float], radius_m: float, place: tuple[float, float], reach_m: float) -> float:
    """Share of a circle of radius `reach_m` around a place that another circle covers; a point is in or out."""
    if not meet(centre, radius_m, place, reach_m):
        return 0.0
    away = math.dist(centre, place)
    if away + reach_m <= radius_m:
        return 1.0
    return _lens(away, radius_m, reach_m) / (math.pi * reach_m**2)


def _lens(away: float, one: float, other: float) -> float:
    """Area that two circles share, m²."""
    if away <= abs(one - other):
        return math.pi * min(one, other) ** 2
    first = math.acos(max(-1.0, min(1.0, (away**2 + one**2 - other**2) / (2.0 * away * one))))
    second = math.acos(max(-1.0, min(1.0, (away**2 + other**2 - one**2) / (2.0 * away * other))))
    return one**2 * (first - math.sin(2.0 * first) / 2.0) + other**2 * (second - math.sin(2.0 * second) / 2.0)
