"""Counting at a scene: a leader errs, less with every look, and never overlooks that somebody still waits."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import numpy as np

from sim.core.streams import Dice
from sim.core.vocabulary import Capability
from sim.hazards.work import Crew


class Tally:
    """One leader's looks at what is needed, each with an error of its own."""

    def __init__(self, sigma: float, dice: Dice) -> None:
        self.sigma = sigma  # of the log of one look
        self.looks = 0
        self._dice = dice
        self._errors = np.zeros(len(Capability))  # of all looks, in spreads

    def count(self, needs: Mapping[Capability, int], here: Iterable[Crew]) -> dict[Capability, int]:
        """Crews that seem to be needed in all: the mean of all looks, so that its spread falls with their root.

        That somebody waits whom nobody sees to is plain; how many there are is not.
        """
        self._errors += self._dice.of("count", self.looks).standard_normal(len(Capability))
        self.looks += 1
        crews = list(here)
        return {
            name: max(self._seems(name, count), min(count, 1 + sum(name in crew.able for crew in crews)))
            for name, count in needs.items()
        }

    def _seems(self, name: Capability, count: int) -> int:
        error = float(self._errors[_ORDER[name]]) / self.looks
        return math.floor(count * math.exp(self.sigma * error) + 0.5)


_ORDER = {name: number for number, name in enumerate(Capability)}
