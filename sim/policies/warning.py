"""Public warning: who may tell the public, after how many signatures, and by what it is said."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import WarningView
from sim.core.quantities import Grade
from sim.core.vocabulary import Severity
from sim.policies.base import Policy, graded

WARNING = "warning"
"""What is said to make people leave; a statement tells them what it is, and is always due."""


class Unwarned(Policy):
    """Nobody tells the public anything."""

    cost: ClassVar[str] = "who does not see it himself learns of it too late"
    channel: ClassVar[str] = ""

    kind: Literal["none"] = "none"

    def speaks(self, view: WarningView) -> bool:
        """Whether the owner of a case wants to tell the public."""
        return False

    def signs(self, view: WarningView) -> bool:
        """Whether the next higher tier has to sign first."""
        return False


class Signed(Unwarned):
    """A warning needs one signature more at each tier up to the city, and is then broadcast over the district."""

    cost: ClassVar[str] = "it waits on every desk on its way up, and half of the people hear it after half an hour"
    channel: ClassVar[str] = "broadcast"

    kind: Literal["signed"] = "signed"  # type: ignore[assignment]
    least_grade: int = graded(1, "grade", Grade.ASSUMED, "believed severity from which on: 0 minor, 1 serious", 0, 2)
    least_confidence: float = graded(0.5, "1", Grade.ASSUMED, "one caller's word is enough", 0, 1)
    broadcast_per_min: float = graded(0.02, "1/min", Grade.ASSUMED, "I7: a1 of television, radio, app", 0.001, 1)
    margin_m: float = graded(300, "m", Grade.ASSUMED, "told to leave beyond the believed hazard", 0, 5000)
    heard_m: float = graded(8000, "m", Grade.EXPERT, "who hears it: a tenth of 1,997 km² as a circle", 100, 50_000)
    lasts_s: float = graded(14_400, "s", Grade.ASSUMED, "all-clear so long after the last news", 600, 172_800)

    def speaks(self, view: WarningView) -> bool:
        if view.says != WARNING:
            return True
        is_grave = list(Severity).index(view.severity) >= self.least_grade
        return is_grave and view.confidence >= self.least_confidence

    def signs(self, view: WarningView) -> bool:
        return view.has_superior


class ByPlan(Signed):
    """By plan the owner of the case warns at once, over the usual broadcast."""

    cost: ClassVar[str] = "nobody looks at it twice: what is false goes out too"

    kind: Literal["by_plan"] = "by_plan"  # type: ignore[assignment]

    def signs(self, view: WarningView) -> bool:
        return False


class Targeted(ByPlan):
    """By plan the owner of the case warns at once, by cell broadcast to the cells of the zone alone."""

    cost: ClassVar[str] = "nobody looks at it twice; it needs masts that have power"
    channel: ClassVar[str] = "cell broadcast"

    kind: Literal["targeted"] = "targeted"  # type: ignore[assignment]
    broadcast_per_min: float = graded(0.3, "1/min", Grade.ASSUMED, "I7: a1 of cell broadcast", 0.001, 1, neutral=0.02)
    heard_m: float = graded(1000, "m", Grade.ASSUMED, "who hears it: cells that touch the zone", 100, 50_000)


PublicWarning = Annotated[Unwarned | Signed | ByPlan | Targeted, Field(discriminator="kind")]
