"""Survival as a law of untreated-equivalent time: care slows the clock, the law itself never changes."""

from __future__ import annotations

import math
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field, model_validator

from sim.core.quantities import Quantity
from sim.core.vocabulary import Severity
from sim.hazards.evidence import Graded, Lognormal, Strict

HOUR_S = 3600.0
MINUTE_S = 60.0


class Care(StrEnum):
    """Who looks after a patient."""

    NONE = "none"
    FIRST_AID = "first_aid"  # for a cardiac arrest: chest compressions
    CREW = "crew"  # for a cardiac arrest: a crew able to defibrillate
    HOSPITAL = "hospital"


class Logistic(Strict):
    """S(t) = 1 / (1 + exp(a + b t)), t in minutes from the call; the call comes `head_start_s` after onset."""

    name: Literal["logistic"]
    a: Quantity
    b_per_min: Quantity
    head_start_s: Quantity

    def survival(self, tau_s: float) -> float:
        """Survival when care takes over after tau_s of untreated-equivalent time; never above S(0)."""
        minutes = max(0.0, tau_s - self.head_start_s.value) / MINUTE_S
        return 1.0 / (1.0 + math.exp(min(self.a.value + self.b_per_min.value * minutes, 700.0)))

    def when(self, u: float) -> float:
        """The untreated-equivalent time at which survival falls to u."""
        if u >= self.survival(0.0):
            return 0.0
        if u <= 0.0:
            return math.inf
        return ((math.log(1.0 / u - 1.0) - self.a.value) / self.b_per_min.value) * MINUTE_S + self.head_start_s.value


class LeftAlone(Graded):
    """Survival of those who get care only after so many hours, straight on a log scale between the points."""

    name: Literal["left_alone"]
    points: Annotated[tuple[tuple[float, Annotated[float, Field(gt=0.0, le=1.0)]], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _falls(self) -> LeftAlone:
        marks = self.all_points
        for (h0, s0), (h1, s1) in pairwise(marks):
            if h1 <= h0 or s1 > s0:
                raise ValueError(f"points must go on in hours and never rise in survival; found {list(self.points)}")
        if len(marks) < 2:
            raise ValueError("a point after 0 h is needed")
        return self

    @property
    def all_points(self) -> tuple[tuple[float, float], ...]:
        """The points, from 0 h on."""
        return self.points if self.points[0][0] == 0.0 else ((0.0, 1.0), *self.points)

    def survival(self, tau_s: float) -> float:
        """Survival after tau_s of untreated-equivalent time; the last slope goes on."""
        hours = max(tau_s, 0.0) / HOUR_S
        marks = self.all_points
        (h0, s0), (h1, s1) = marks[0], marks[1]
        for one, other in pairwise(marks):
            (h0, s0), (h1, s1) = one, other
            if hours <= h1:
                break
        return math.exp(math.log(s0) + (hours - h0) * math.log(s1 / s0) / (h1 - h0))

    def when(self, u: float) -> float:
        """The untreated-equivalent time at which survival falls to u."""
        marks = self.all_points
        if u >= marks[0][1]:
            return 0.0
        if u <= 0.0:
            return math.inf
        slope, h0, s0 = 0.0, 0.0, 1.0
        for (h0, s0), (h1, s1) in pairwise(marks):
            slope = math.log(s1 / s0) / (h1 - h0)
            if u >= s1:
                break
        return (h0 + math.log(u / s0) / slope) * HOUR_S if slope < 0.0 else math.inf


Law = Annotated[Logistic | LeftAlone, Field(discriminator="name")]


class Rates(Graded):
    """How fast the clock of harm runs under each care, 1 = untreated."""

    none: float
    first_aid: float
    crew: float
    hospital: float

    def of(self, care: Care) -> float:
        """The rate under one care."""
        rate: float = getattr(self, care.value)
        return rate


class Course(Strict):
    """A condition at one severity: the law of survival, work at the patient, who is taken to hospital."""

    law: Law
    treat_s: Lognormal  # hands on the patient until he is loaded or released
    transport: Quantity  # share of patients taken to a hospital
    own_way_s: Quantity  # an untended patient who can be moved is taken to a hospital by others after this


class Condition(Strict):
    """What ails a patient."""

    title: str
    rates: Rates
    minor: Course | None = None
    serious: Course | None = None
    critical: Course | None = None

    def course(self, severity: Severity) -> Course:
        """The course at a severity."""
        found: Course | None = getattr(self, severity.value)
        if found is None:
            raise ValueError(f"{self.title} has no course for the severity {severity.value}")
        return found
