"""Graded numbers that come in groups: spreads, shares, hourly profiles, response plans."""

from __future__ import annotations

import math
from functools import cached_property
from typing import Annotated

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, model_validator

from sim.core.quantities import Grade
from sim.core.vocabulary import Capability, Severity

_ALMOST = 1e-6  # shares written with a few decimals sum to 1 up to this

Share = Annotated[float, Field(ge=0.0, le=1.0)]
Crews = dict[Capability, Annotated[int, Field(ge=0)]]


class Strict(BaseModel):
    """A table that knows all its keys and never changes."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Graded(Strict):
    """Something known to a degree, from somewhere."""

    grade: Grade
    source: str


class Lognormal(Graded):
    """A lognormal spread by its median and the sd of the log; low and high are the range of the median."""

    median: Annotated[float, Field(gt=0.0)]
    sigma: Annotated[float, Field(ge=0.0)]
    unit: str
    low: float | None = None
    high: float | None = None
    least: float = 0.0  # draws are cut off here …
    most: float = math.inf  # … and here

    def draw(self, rng: Generator) -> float:
        """One value; takes one standard normal."""
        value = self.median * math.exp(self.sigma * rng.standard_normal())
        return min(max(value, self.least), self.most)


class Shares(Graded):
    """Probabilities of named things; they sum to 1."""

    shares: dict[str, Share]

    @model_validator(mode="after")
    def _whole(self) -> Shares:
        total = sum(self.shares.values())
        if abs(total - 1.0) > _ALMOST:
            raise ValueError(f"the shares sum to {total:g}; they must sum to 1")
        return self

    def pick(self, u: float) -> str:
        """The name that the uniform u selects, in the order of the table."""
        for name, share in self.shares.items():
            u -= share
            if u < 0.0:
                return name
        return next(name for name, share in reversed(self.shares.items()) if share > 0.0)


class Hourly(Graded):
    """How a rate goes with the hour of day, in any measure; used relative to its mean."""

    values: Annotated[tuple[Annotated[float, Field(ge=0.0)], ...], Field(min_length=24, max_length=24)]

    @cached_property
    def weights(self) -> NDArray[np.float64]:
        """24 factors with mean 1."""
        values = np.array(self.values)
        factors: NDArray[np.float64] = values / values.mean()
        return factors


class Plan(Graded):
    """Crews to send by believed severity."""

    minor: Crews
    serious: Crews
    critical: Crews

    def crews(self, severity: Severity) -> Crews:
        """Crews by capability for one severity."""
        found: Crews = getattr(self, severity.value)
        return found


def names_only(shares: Shares, known: set[str], what: str) -> Shares:
    """The same shares, or an error when one of their names is unknown."""
    for name in shares.shares:
        if name not in known:
            raise ValueError(f"{what} names {name!r}; known are {', '.join(sorted(known))}")
    return shares
