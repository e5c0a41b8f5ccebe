"""People of a subdistrict, and those of them who telephone because of a rumour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.actors.caller import Caller, CitizenParts
from sim.comms.messages import Call, Statement
from sim.core.streams import Dice
from sim.core.vocabulary import Number, Severity
from sim.hazards.world import World

if TYPE_CHECKING:
    from sim.actors.rumour import Rumour, Rumours


class Crowd:
    """All who are in a subdistrict at an hour, by the density of the map."""

    def __init__(self, world: World, place: tuple[float, float], t: float) -> None:
        town = world.town
        self.subdistrict = int(town.node_subdistrict[world.population.index.nearest_node(*place)])
        self.name = town.subdistricts[self.subdistrict].name
        self._nodes = np.flatnonzero(town.node_subdistrict == self.subdistrict)
        self._until = np.cumsum(world.population.present_everywhere(world.hour(t))[self._nodes])
        self.people = float(self._until[-1])

    def node(self, u: float) -> int:
        """The node that the uniform u selects, by how many are there."""
        at = int(np.searchsorted(self._until, u * self.people, side="right"))
        return int(self._nodes[min(at, len(self._nodes) - 1)])


class Enquirer(Caller):
    """One who wants to know whether it is true."""

    def __init__(self, parts: CitizenParts, row: int, dice: Dice, rumours: Rumours, rumour: Rumour) -> None:
        super().__init__(parts, row, 1, None, dice)
        self.rumours = rumours
        self.rumour = rumour

    def ask(self, number: Number, place: tuple[float, float]) -> None:
        """He dials; it is no emergency, but the line and the call-taker are busy all the same."""
        said = Statement("enquiry", *place, Severity.MINOR, 0, 0, is_emergency=False)
        self.said = said
        self.dial_as(self.parts.exchange.name_call(), number, said, None)

    def part(self, call: Call, because: int) -> None:
        """Somebody has listened."""
        super().part(call, because)
        self.rumours.answered(self.rumour)
