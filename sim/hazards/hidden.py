"""What is dangerous at a place and cannot be seen (D7): it bursts among crews whom nobody has told of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from sim.core.streams import Dice
from sim.core.vocabulary import Severity
from sim.hazards.crowded import Span
from sim.hazards.evidence import Shares, Strict

if TYPE_CHECKING:
    from sim.hazards.incident import Incident

CREWS_FROM = 10_000
"""The number of the patient who is the first crew that ever came; what is not of a crew has lower ones."""


class HiddenDetails(Strict):
    """What a scenario may hide at a fire: gas bottles, a store that nobody was told of."""

    bursts_after: Span = Field(ge=0)  # from the start, if it burns then
    filed: bool = False  # somebody's file says that it is there


class Hidden:
    """The thing itself, and who knows of it."""

    def __init__(self, said: HiddenDetails, start_t: float) -> None:
        assert said.bursts_after is not None
        self.bursts_t = start_t + said.bursts_after
        self.is_filed = said.filed
        self.has_burst = False
        self.is_told = False  # everybody who is there knows, and tells who comes
        self._told: set[str] = set()  # crews
        self._came: dict[str, int] = {}  # the how manieth crew each was, when it last came
        self._count = 0

    def arrives(self, unit: str) -> None:
        """One more crew comes."""
        self._came[unit] = self._count
        self._count += 1

    def tell(self, unit: str) -> None:
        """A crew knows of it, and stays behind cover."""
        self._told.add(unit)

    def is_known_to(self, unit: str) -> bool:
        """Whether a crew knows of it."""
        return self.is_told or unit in self._told

    def is_due(self, t: float) -> bool:
        """Whether it bursts now."""
        return not self.has_burst and t >= self.bursts_t

    def next_t(self, t: float, step_t: float) -> float:
        """When to look again: no later than when it bursts."""
        return min(step_t, self.bursts_t) if t < self.bursts_t else step_t

    def burst(self, incident: Incident, hits: float, injury: Shares) -> None:
        """Of the crews at work who know nothing of it some are hit, each as drawn for the how manieth that came."""
        self.has_burst = True
        dice = Dice(incident.world.streams, *incident.key)
        for unit in [crew.unit for crew in incident.crews.values() if crew.is_working]:
            ordinal = self._came[unit]
            rng = dice.of("incident.burst", ordinal)
            hit_u, injury_u = rng.random(2).tolist()
            if hit_u < hits and not self.is_known_to(unit):
                incident.crew_leaves(unit, incident.t)
                patient = incident.harm("trauma", Severity(injury.pick(injury_u)), rng, CREWS_FROM + ordinal)
                incident.keeper.harmed(patient)
                incident.keeper.felled(incident, unit)
