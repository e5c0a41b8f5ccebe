"""Security of information: which calls are believed at once, and which are checked first."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import TrustView
from sim.core.quantities import Grade
from sim.core.vocabulary import Severity
from sim.policies.base import Policy, graded


class Open(Policy):
    """Every call is believed; a unit goes at once."""

    cost: ClassVar[str] = "who lies gets a crew too"

    kind: Literal["open"] = "open"

    @property
    def asks_s(self) -> float:
        """Seconds that the check adds to every call."""
        return 0.0

    def rings_back(self, view: TrustView) -> bool:
        """Whether the number is rung back before anybody is sent."""
        return False

    def sends_unconfirmed(self, view: TrustView) -> bool:
        """Whether somebody is sent although nobody picked up."""
        return True


class CallBack(Open):
    """A lone caller is rung back before anybody is sent, unless he speaks of something critical."""

    cost: ClassVar[str] = "a minute for every new case; who does not pick up may get nobody"

    kind: Literal["call_back"] = "call_back"  # type: ignore[assignment]

    def rings_back(self, view: TrustView) -> bool:
        return view.severity is not Severity.CRITICAL and view.callers < 2

    def sends_unconfirmed(self, view: TrustView) -> bool:
        return view.severity is not Severity.MINOR


class Authenticated(CallBack):
    """The network tells who calls and from where; only what does not fit is rung back."""

    cost: ClassVar[str] = "a query at every call, and an instrument that can err"

    kind: Literal["authenticated"] = "authenticated"  # type: ignore[assignment]
    query_s: float = graded(3, "s", Grade.ASSUMED, "look-up of line and place (X4: a query costs time)", 0, 30)
    told: float = graded(0.8, "1", Grade.ASSUMED, "X1: share of forged calls that do not fit their line", 0, 1)

    @property
    def asks_s(self) -> float:
        return self.query_s

    def rings_back(self, view: TrustView) -> bool:
        return view.misfit > 1.0 - self.told and super().rings_back(view)


Security = Annotated[Open | CallBack | Authenticated, Field(discriminator="kind")]
