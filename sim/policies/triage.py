"""Triage: what a call-taker asks, and which needs he recognises."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import CallView
from sim.core.quantities import Grade
from sim.core.vocabulary import SERVICE_OF, Capability
from sim.policies.base import Policy, graded


class OwnService(Policy):
    """A desk asks what its own services must know; other needs are recognised by the first crew at the scene."""

    cost: ClassVar[str] = "other services learn late that they are needed"

    kind: Literal["own_service"] = "own_service"

    @property
    def asks_s(self) -> float:
        """Seconds that the questions add to a call."""
        return 0.0

    def needs(self, view: CallView) -> dict[Capability, int]:
        """Crews by capability, for what is said."""
        return {name: count for name, count in stated_needs(view).items() if SERVICE_OF.get(name) in view.services}


class AllServices(OwnService):
    """A desk asks about fire, injured, trapped and traffic alike, and tells every service that is needed."""

    cost: ClassVar[str] = "longer calls"

    kind: Literal["all_services"] = "all_services"  # type: ignore[assignment]
    more_s: float = graded(10, "s", Grade.ASSUMED, "a few more questions a call", 0, 60)

    @property
    def asks_s(self) -> float:
        return self.more_s

    def needs(self, view: CallView) -> dict[Capability, int]:
        return stated_needs(view)


def stated_needs(view: CallView) -> dict[Capability, int]:
    """The response plan, raised to the patients and trapped that the caller speaks of."""
    needs = dict(view.plan)
    if view.patients:
        for capability in (Capability.TREAT, Capability.TRANSPORT):
            needs[capability] = max(needs.get(capability, 0), view.patients)
    if view.trapped:
        needs[Capability.RESCUE] = max(needs.get(Capability.RESCUE, 0), 1)
    return needs


Triage = Annotated[OwnService | AllServices, Field(discriminator="kind")]
