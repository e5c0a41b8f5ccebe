"""Reinforce: what the scene asks for once it has been sized up."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import SceneView
from sim.core.quantities import Grade
from sim.core.vocabulary import Capability
from sim.policies.base import Policy, graded


class Missing(Policy):
    """Ask for what is counted at the scene, and count again now and then."""

    cost: ClassVar[str] = "what grows is met one step late"

    kind: Literal["missing"] = "missing"
    review_s: float = graded(300, "s", Grade.ASSUMED, "interval of reviews at the scene", 60, 3600)

    def ask(self, view: SceneView) -> dict[Capability, int]:
        """Crews wanted in all, by capability."""
        return dict(view.needs)


class NextLevel(Missing):
    """Ask for the plan of the next higher severity as soon as the scene is more than one crew's work."""

    cost: ClassVar[str] = "crews stand by that others may need"

    kind: Literal["next_level"] = "next_level"  # type: ignore[assignment]

    def ask(self, view: SceneView) -> dict[Capability, int]:
        wanted = dict(view.needs)
        if sum(wanted.values()) > 1:
            for capability, count in view.plan:
                if capability in wanted:
                    wanted[capability] = max(wanted[capability], count)
        return wanted


Reinforce = Annotated[Missing | NextLevel, Field(discriminator="kind")]
