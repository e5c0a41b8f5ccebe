"""People in a zone of danger: who is inside, who has heard a warning, who has left, whom it hurt."""

from __future__ import annotations

import math
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sim.core.streams import Dice
from sim.hazards.world import NEARBY_M, World

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]

DOORS = "from door to door"
OWN_EYES = "own eyes"
PUBLIC_WARNING = "public warning"


class Count(NamedTuple):
    """The people of a zone; the three add up to all of them at any time."""

    inside: int
    left: int
    hurt: int


class Call(NamedTuple):
    """What a warning does: by what way it comes, how many of those who hear it follow it, how soon they are out."""

    source: str
    comply: float  # share
    scale_s: float  # Rayleigh: the share that is out t seconds later is 1 - exp(-t² / 2 scale²)


class Zone:
    """People whose traits are drawn beforehand: who follows a warning, how long he takes, what would befall him."""

    def __init__(self, people: int, dice: Dice) -> None:
        self.people = people
        self._dice = dice
        draws = dice.of("zone").random((people, 3))  # row by row: more people change nobody's draws
        self.fate_u: Floats = draws[:, 0].copy()
        self._comply_u: Floats = draws[:, 1].copy()
        self._pause: Floats = np.sqrt(-2.0 * np.log1p(-draws[:, 2]))  # until he is out, in scales
        self.leaves_t: Floats = np.full(people, np.inf)
        self._is_warned: Flags = np.zeros(people, np.bool_)
        self._is_hurt: Flags = np.zeros(people, np.bool_)
        self._reached: dict[str, tuple[float, float]] = {}  # by source: share so far, and when

    # --- who is where

    def count(self, t: float) -> Count:
        """Inside, out, hurt."""
        inside, hurt = int(self.inside(t).sum()), int(self._is_hurt.sum())
        return Count(inside, self.people - inside - hurt, hurt)

    def inside(self, t: float) -> Flags:
        """Who is inside and unhurt, by person."""
        still: Flags = (self.leaves_t > t) & ~self._is_hurt
        return still

    def unwarned(self, t: float) -> int:
        """How many inside have heard nothing yet."""
        return int((self.inside(t) & ~self._is_warned).sum())

    def leaving(self, t: float) -> int:
        """How many inside are on their way out."""
        return int((self.inside(t) & np.isfinite(self.leaves_t)).sum())

    def hurt(self, person: int) -> None:
        """He is inside no more, and not out either."""
        self._is_hurt[person] = True

    # --- warnings

    def warn(self, share: float, t: float, call: Call) -> int:
        """By now this share of all people has heard it; returns how many more leave for it.

        Who hears it is the same whenever it is said. Between two tellings of one source the share rises evenly.
        """
        before, since_t = self._reached.get(call.source, (0.0, t))
        if share <= before:
            self._reached[call.source] = before, t
            return 0
        self._reached[call.source] = share, t
        rank = self._rank(call.source)
        heard = (rank >= before) & (rank < share)
        heard_t = since_t + (t - since_t) * (rank - before) / (share - before)
        self._is_warned |= heard
        follows = heard & (self._comply_u < call.comply) & self.inside(t)
        stays = ~np.isfinite(self.leaves_t)
        leaves_t = np.maximum(heard_t + self._pause * call.scale_s, t)
        self.leaves_t = np.where(follows, np.minimum(self.leaves_t, leaves_t), self.leaves_t)
        return int((follows & stays).sum())

    def would_leave_t(self, person: int, start_t: float, lasts_s: float, call: Call) -> float:
        """When he would be out if the call were spread evenly from then on for so long; never for who stays."""
        if self._comply_u[person] >= call.comply:
            return math.inf
        heard_t = start_t + lasts_s * float(self._rank(call.source)[person])
        return heard_t + float(self._pause[person]) * call.scale_s

    def _rank(self, source: str) -> Floats:
        ranks: Floats = self._dice.of("zone.hears", crc32(source.encode())).random(self.people)
        return ranks


def people_within(world: World, x: float, y: float, radius_m: float, t: float) -> int:
    """People to be expected in a circle at the density of the neighbourhood: nodes are farther apart than it may be."""
    wide_m = max(radius_m, NEARBY_M)
    near = world.population.people_within(x, y, wide_m, world.hour(t))
    return round(near * (radius_m / wide_m) ** 2)
