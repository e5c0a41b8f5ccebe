"""Where the air carries nothing: around masts without power."""

from __future__ import annotations

import math
from typing import NamedTuple, Protocol

Place = tuple[float, float]


class Aerial(Protocol):
    """Somebody who moves about with a radio or a telephone."""

    @property
    def place(self) -> Place | None:
        """Where he is now, m; None where that does not matter."""

    def tune_in(self) -> None:
        """The air carries again."""


class Shadow(NamedTuple):
    """What a mast without power leaves in the dark, m."""

    x: float
    y: float
    radius_m: float

    def covers(self, place: Place) -> bool:
        """Whether a place lies in it."""
        return math.dist((self.x, self.y), place) <= self.radius_m


class Coverage:
    """The masts that are out; everywhere else the air carries."""

    def __init__(self) -> None:
        self.shadows: list[Shadow] = []
        self.aerials: dict[str, Aerial] = {}  # by the name by which messages call them; all others sit at desks

    def reaches(self, place: Place | None) -> bool:
        """Whether somebody at a place can speak and hear."""
        return place is None or not any(shadow.covers(place) for shadow in self.shadows)

    def lift(self, shadow: Shadow) -> None:
        """The mast has power again; who stands there hears it."""
        self.shadows.remove(shadow)
        for aerial in self.aerials.values():
            if aerial.place is not None and shadow.covers(aerial.place):
                aerial.tune_in()

    def hears(self, who: object) -> bool:
        """Whether the network reaches somebody; who has no place sits at a desk."""
        return not self.shadows or self.reaches(getattr(who, "place", None))

    def carries(self, *names: str) -> bool:
        """Whether all of these can speak and hear, as far as they move about."""
        if not self.shadows:
            return True
        return all(self.reaches(self.aerials[name].place) for name in names if name in self.aerials)
