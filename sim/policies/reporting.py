"""Reporting: what goes up the tiers, when, and how true it stays."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import ReportView
from sim.core.quantities import Grade
from sim.core.vocabulary import Severity
from sim.policies.base import Policy, graded


class Tiered(Policy):
    """Each tier checks before it tells the next one, by voice, and makes it sound a little better."""

    cost: ClassVar[str] = "the top learns late, and less"

    kind: Literal["tiered"] = "tiered"
    plays_down: float = graded(0.5, "1", Grade.ASSUMED, "S4: bias -0.5 grade: share that says one grade less", 0, 1)
    conceals: float = graded(0.05, "1", Grade.ASSUMED, "S4: late or not at all if blame is likely", 0, 1)

    @property
    def is_checked(self) -> bool:
        """Whether each tier holds a report until it has checked it (I3)."""
        return True

    @property
    def to_all_tiers(self) -> bool:
        """Whether all superiors are told at once."""
        return False

    @property
    def is_retold(self) -> bool:
        """Whether each tier tells it in its own words, with an error of its own (I5)."""
        return True

    def grade(self, view: ReportView) -> Severity | None:
        """How bad it is said to be; None: nothing is said."""
        if view.blame < self.conceals:
            return None
        grades = list(Severity)
        step = 1 if view.blame < self.conceals + self.plays_down else 0
        return grades[max(0, grades.index(view.severity) - step)]


class Parallel(Tiered):
    """The desk's own record goes to all tiers at once, unchecked and unchanged."""

    cost: ClassVar[str] = "superiors read what turns out to be nothing"

    kind: Literal["parallel"] = "parallel"  # type: ignore[assignment]
    plays_down: float = graded(0.0, "1", Grade.ASSUMED, "S4: automatic log", 0, 1)
    conceals: float = graded(0.0, "1", Grade.ASSUMED, "S4: automatic log", 0, 1)

    @property
    def is_checked(self) -> bool:
        return False

    @property
    def to_all_tiers(self) -> bool:
        return True

    @property
    def is_retold(self) -> bool:
        return False


Reporting = Annotated[Tiered | Parallel, Field(discriminator="kind")]
