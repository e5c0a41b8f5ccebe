"""One of the population as an agent."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from mesa import Agent

if TYPE_CHECKING:
    from mesa import Model

    from sim.city.population import Population


class State(IntEnum):
    """What has become of a person; a column of the population."""

    WELL = 0
    PATIENT = 1
    DEAD = 2
    RECOVERING = 3


class Citizen(Agent):
    """One of the population as an agent: its properties read and write its row."""

    def __init__(self, model: Model, population: Population, row: int) -> None:
        super().__init__(model)
        self.population = population
        self.row = row

    @property
    def home(self) -> int:
        """The node where he lives."""
        return int(self.population.home[self.row])

    @property
    def day_place(self) -> int:
        """The node where he spends the day."""
        return int(self.population.day[self.row])

    @property
    def age_band(self) -> int:
        """Index into the age bands of the population."""
        return int(self.population.age[self.row])

    @property
    def state(self) -> State:
        """What has become of him."""
        return State(int(self.population.state[self.row]))

    @state.setter
    def state(self, value: State) -> None:
        self.population.state[self.row] = int(value)
