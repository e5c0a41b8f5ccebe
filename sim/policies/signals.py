"""Signals: whether traffic lights make way for crews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import CorridorView
from sim.core.quantities import Grade
from sim.core.vocabulary import Severity
from sim.policies.base import Policy, graded


class NoCorridor(Policy):
    """Crews pass red lights with siren and care."""

    cost: ClassVar[str] = "a crew slows down at every crossing"

    kind: Literal["none"] = "none"

    @property
    def saves(self) -> float:
        """Share of a crew's time on roads with signals that it need not lose where they are set for it."""
        return 0.0

    @property
    def room(self) -> tuple[int, float]:
        """How many operators set signals, and how long one takes for a way, s."""
        return 0, 0.0

    def is_for(self, severity: Severity) -> bool:
        """Whether the way to such a case may be opened."""
        return False

    def opens(self, view: CorridorView) -> bool:
        """Whether it is worth while."""
        return False


class GreenCorridor(NoCorridor):
    """The traffic centre sets the signals along the way of crews for critical cases."""

    cost: ClassVar[str] = "an operator's time, words on the radio, and cross traffic that waits"

    kind: Literal["green_corridor"] = "green_corridor"  # type: ignore[assignment]
    saved: float = graded(
        0.27, "1", Grade.ASSUMED, "L7: 1.25-1.5 times as fast, or 0.2-0.33 of the time: what crossings cost", 0, 0.5,
        plausible=(0.2, 0.33),
    )  # fmt: skip
    set_s: float = graded(30, "s", Grade.ASSUMED, "an operator takes the request and sets the signals", 1, 600)
    operators: int = graded(2, "operators", Grade.ASSUMED, "requests that are set at once", 1, 50)
    least_s: float = graded(20, "s", Grade.ASSUMED, "not for less gain than the talk takes, twice over", 0, 600)

    @property
    def own_staff(self) -> Mapping[str, float]:
        return {"call_takers": self.operators}

    @property
    def saves(self) -> float:
        return self.saved

    @property
    def room(self) -> tuple[int, float]:
        return self.operators, self.set_s

    def is_for(self, severity: Severity) -> bool:
        return severity is Severity.CRITICAL

    def opens(self, view: CorridorView) -> bool:
        return view.signalled_s * self.saved >= self.least_s


Signals = Annotated[NoCorridor | GreenCorridor, Field(discriminator="kind")]
