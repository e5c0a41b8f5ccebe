"""A fire in rooms as plain physics: growth with the square of time, limits of air and fuel, water."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BlazeLaw:
    """What a fire obeys, in kW, kJ and s."""

    alpha_kw_s2: float  # growth, Q = alpha t²
    limit_kw: float  # most that it can release in its first room: air, or a small thing that burns alone
    flashover_kw: float  # from here on the whole room burns and the fire spreads
    room_kj: float  # fuel of a room
    rooms_most: float  # rooms that it can reach
    rooms_home: float  # of which in the dwelling of origin
    spread_s: float  # from room to room
    spread_out_s: float  # from room to room beyond the dwelling
    absorb_kw: float  # heat that the water of one crew takes up
    knock_s: float  # time constant of the decline under enough water
    out_kw: float  # below this the fire is knocked down, or burnt out


class Blaze:
    """How big the fire is now."""

    __slots__ = ("burnt_kj", "is_out", "kw", "law", "rooms", "t_s")

    def __init__(self, law: BlazeLaw) -> None:
        self.law = law
        self.t_s = 0.0
        self.kw = 0.0
        self.rooms = 1.0  # reached so far
        self.burnt_kj = 0.0
        self.is_out = False

    def crews_needed(self) -> int:
        """Crews whose water takes up all the heat."""
        return 0 if self.is_out else max(1, math.ceil(self.kw / self.law.absorb_kw))

    @property
    def is_steady(self) -> bool:
        """Whether it burns at its limit and cannot reach further."""
        return self.kw >= self.limit_kw() and (self.kw < self.law.flashover_kw or self.rooms >= self.law.rooms_most)

    def limit_kw(self) -> float:
        """Most that air and the fuel left allow now."""
        return self.law.limit_kw * max(0.0, self.rooms - self.burnt_kj / self.law.room_kj)

    def step(self, dt: float, crews: int) -> None:
        """Burn for dt seconds under the water of so many crews."""
        if self.is_out:
            return
        law, before = self.law, self.kw
        water_kw = crews * law.absorb_kw
        if crews and water_kw >= self.kw:
            self.kw *= math.exp(-dt / law.knock_s)
        else:
            freely = 1.0 - water_kw / self.kw if crews else 1.0
            root = math.sqrt(self.kw) + math.sqrt(law.alpha_kw_s2) * dt * freely
            self.kw = min(root * root, self.limit_kw())
            if self.kw >= law.flashover_kw and self.rooms < law.rooms_most:
                pace = law.spread_s if self.rooms < law.rooms_home else law.spread_out_s
                self.rooms = min(law.rooms_most, self.rooms + freely * dt / pace)
        self.burnt_kj += (before + self.kw) / 2.0 * dt
        self.t_s += dt
        has_grown = self.burnt_kj > law.out_kw * law.knock_s
        spent = self.limit_kw() <= law.out_kw
        self.is_out = spent or (self.kw <= law.out_kw and (crews > 0 or (before > self.kw and has_grown)))
