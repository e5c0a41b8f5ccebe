"""Command: how several organisations at one scene come to be led by one."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import CommandView
from sim.core.quantities import Grade
from sim.core.vocabulary import Severity
from sim.policies.base import Policy, graded

MANY = 3
"""So many organisations at once need one leader even where nothing is critical."""


class Leading(Policy):
    """What all arrangements share."""

    def is_wanted(self, view: CommandView) -> bool:
        """Whether the scene is more than the routine of each: several are there, and lives or many people depend."""
        several = len(view.agencies)
        return several >= MANY or (several > 1 and (view.severity is Severity.CRITICAL or view.people > 0))


class Departmental(Leading):
    """Each organisation counts and asks for itself; before one leads them all, their leaders must agree on him."""

    cost: ClassVar[str] = "the more there are, the longer they talk, and meanwhile nobody counts again"

    kind: Literal["departmental"] = "departmental"
    gather_s: float = graded(300, "s", Grade.ASSUMED, "L5: 5 + 4 n min; until the leaders have met", 0, 3600)
    talk_s: float = graded(240, "s", Grade.ASSUMED, "L5: 5 + 4 n min; each is heard by all others", 0, 3600)
    unexercised: float = graded(
        1.5, "1", Grade.ASSUMED, "D9: set-up takes so much longer where the plan is not exercised", 1, 3,
        plausible=(1, 2),
    )  # fmt: skip

    @property
    def counts_meanwhile(self) -> bool:
        """Whether leaders go on counting until one leads; who argues does not look round."""
        return False

    def leader(self, view: CommandView) -> str:
        """Who leads them all once that is settled; empty: nobody can as yet."""
        return view.named if view.named in view.agencies else view.agencies[0]

    def setup_s(self, view: CommandView, led: int) -> float:
        """Seconds from the start of the talks until all who are there are led by one; so many are already."""
        gather_s = 0.0 if led else self.gather_s
        return (gather_s + self.talk_s * (len(view.agencies) - led)) * self.unexercised


class Unified(Leading):
    """The plan names who leads; he takes over as soon as he and others are there, and counts for all."""

    cost: ClassVar[str] = "nobody leads before the named one comes, and all desks believe one man's count"

    kind: Literal["unified"] = "unified"
    brief_s: float = graded(60, "s", Grade.ASSUMED, "each leader who comes reports to him", 0, 3600)
    unexercised: float = graded(
        1.0, "1", Grade.ASSUMED, "D9: 1.5 where the plan is not exercised", 1, 3, plausible=(1, 2), neutral=1.5
    )

    @property
    def counts_meanwhile(self) -> bool:
        return True

    def leader(self, view: CommandView) -> str:
        return view.named if view.named in view.agencies else ""

    def setup_s(self, view: CommandView, led: int) -> float:
        return self.brief_s * (len(view.agencies) - max(led, 1)) * self.unexercised  # he has himself to tell nothing


Command = Annotated[Departmental | Unified, Field(discriminator="kind")]
