"""What incidents meet: the town and its people, the tables, the draws, the reference response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from sim.city.map import Map
from sim.core.streams import Streams
from sim.hazards.reference import Reference

if TYPE_CHECKING:
    from sim.city.population import Population
    from sim.hazards.incident import Incident
    from sim.hazards.patient import Patient
    from sim.hazards.tables import Tables

HOUR_S = 3600
NEARBY_M = 400.0
"""Density of people is taken over this radius: nodes are some 200 m apart, sight is often shorter."""


@dataclass(frozen=True, eq=False)
class World:
    """The surroundings of incidents; nothing here changes with what policies do."""

    town: Map
    population: Population
    streams: Streams
    tables: Tables
    reference: Reference
    start_s: int  # seconds of day at t = 0

    def hour(self, t: float) -> int:
        """Hour of day at t."""
        return int((self.start_s + t) // HOUR_S) % 24

    def people_in_sight(self, x: float, y: float, sight_m: float, t: float) -> float:
        """People to be expected awake within sight, at the density of the neighbourhood."""
        radius = max(sight_m, NEARBY_M)
        near = self.population.people_within(x, y, radius, self.hour(t)) * (sight_m / radius) ** 2
        return near * self.tables.background.awake.values[self.hour(t)]


class Barriers(Protocol):
    """The roads, as far as incidents close them."""

    def close(self, edges: tuple[int, ...], because: int | None = None) -> None:
        """Nobody can enter these edges from now on."""

    def reopen(self, edges: tuple[int, ...], because: int | None = None) -> None:
        """They can be entered again."""


class Keeper(Protocol):
    """Who keeps the incidents: plans their wake-ups and logs what becomes of them."""

    def touch(self, incident: Incident) -> None:
        """Something about it changed: look at it when things grow."""

    def harmed(self, patient: Patient) -> None:
        """Somebody became a patient after the start."""

    def shut(self, incident: Incident, edges: tuple[int, ...]) -> None:
        """It has made these roads impassable."""

    def reopen(self, incident: Incident) -> None:
        """Its roads can be driven again."""

    def freed(self, patient: Patient, unit: str) -> None:
        """A crew has cut or carried him out."""

    def judged(self, incident: Incident, unit: str) -> None:
        """A crew has inspected it to the end."""

    def felled(self, incident: Incident, unit: str) -> None:
        """A crew is hurt itself, and of no more use."""

    def watch(self, patient: Patient) -> None:
        """His care changed: plan his death anew."""

    def settled(self, patient: Patient, t: float, because: int | None, *, censored: bool) -> None:
        """His fate depends on the emergency system no longer."""
