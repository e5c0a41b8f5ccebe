"""Security of information: which calls and papers are believed at once, and which are checked first."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import PaperView, TrustView
from sim.core.quantities import Grade
from sim.core.vocabulary import Severity
from sim.policies.base import Policy, graded


class Open(Policy):
    """Every call and every paper is believed; a unit goes at once."""

    cost: ClassVar[str] = "who lies gets a crew too, and what is forged goes through all desks"

    kind: Literal["open"] = "open"

    # --- calls

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

    def waits_s(self, view: TrustView) -> float:
        """Seconds for which a second source is waited for before one crew is sent to look; 0: all are sent at once."""
        return 0.0

    # --- papers between offices

    weighs_sources: ClassVar[bool] = False  # of papers
    reads_seals: ClassVar[bool] = False

    @property
    def checks_papers(self) -> bool:
        """Whether papers are looked at twice at all."""
        return False

    @property
    def paper_s(self) -> float:
        """Seconds that the check adds to every paper."""
        return 0.0

    def asks_sender(self, view: PaperView) -> bool:
        """Whether the office that is said to have sent a paper is asked if it has."""
        return False

    def holds_paper_s(self, view: PaperView) -> float:
        """Seconds for which a paper that nobody else bears out lies before it is acted on."""
        return 0.0

    def rejects(self, view: PaperView) -> bool:
        """Whether a paper is thrown away for what the check has read."""
        return False

    @property
    def deters(self) -> float:
        """Share of those who would let a secret out whom it deters that reading leaves a trace."""
        return 0.0


class CallBack(Open):
    """A lone caller, or the office that is said to have written, is rung back first, unless it is critical."""

    cost: ClassVar[str] = "a minute for every new case and paper; who does not pick up may get nobody"

    kind: Literal["call_back"] = "call_back"  # type: ignore[assignment]
    weighs_sources: ClassVar[bool] = True

    def rings_back(self, view: TrustView) -> bool:
        return view.severity is not Severity.CRITICAL and view.callers < 2

    def sends_unconfirmed(self, view: TrustView) -> bool:
        return view.severity is not Severity.MINOR

    @property
    def checks_papers(self) -> bool:
        return True

    def asks_sender(self, view: PaperView) -> bool:
        return view.severity is not Severity.CRITICAL and view.sources < 2


class Corroborate(Open):
    """A lone report waits for a second source, then one crew looks; what is critical is acted on at once."""

    cost: ClassVar[str] = "who is alone with his trouble waits, and gets one crew first"

    kind: Literal["corroborate"] = "corroborate"  # type: ignore[assignment]
    weighs_sources: ClassVar[bool] = True
    wait_s: float = graded(180, "s", Grade.ASSUMED, "X1: most who see the same call within minutes", 0, 3600)

    def waits_s(self, view: TrustView) -> float:
        return self.wait_s if view.severity is not Severity.CRITICAL and view.sources < 2 else 0.0

    @property
    def checks_papers(self) -> bool:
        return True

    def holds_paper_s(self, view: PaperView) -> float:
        return self.wait_s if view.severity is not Severity.CRITICAL and view.sources < 2 else 0.0


class Authenticated(CallBack):
    """Line, place and signature are looked up; only what does not fit is rung back, or thrown away if it is a paper."""

    cost: ClassVar[str] = "a query at every call and every paper, and an instrument that can err"

    kind: Literal["authenticated"] = "authenticated"  # type: ignore[assignment]
    weighs_sources: ClassVar[bool] = False  # the sender is not asked
    reads_seals: ClassVar[bool] = True
    query_s: float = graded(3, "s", Grade.ASSUMED, "look-up of line and place (X4: a query costs time)", 0, 30)
    told: float = graded(0.8, "1", Grade.ASSUMED, "X1: share of forged calls that do not fit their line", 0, 1)
    paper_query_s: float = graded(60, "s", Grade.ASSUMED, "X4: + 1-3 min a query: who signed, who may read", 0, 600)
    paper_told: float = graded(0.95, "1", Grade.ASSUMED, "share of forged papers whose signature does not fit", 0, 1)
    traced: float = graded(0.9, "1", Grade.ASSUMED, "X4: p_leak 0.05 to 0.005: reading leaves a trace", 0, 1, neutral=0)

    @property
    def asks_s(self) -> float:
        return self.query_s

    def rings_back(self, view: TrustView) -> bool:
        return view.misfit > 1.0 - self.told and super().rings_back(view)

    @property
    def paper_s(self) -> float:
        return self.paper_query_s

    def asks_sender(self, view: PaperView) -> bool:
        return False

    def rejects(self, view: PaperView) -> bool:
        return view.misfit > 1.0 - self.paper_told

    @property
    def deters(self) -> float:
        return self.traced


Security = Annotated[Open | CallBack | Corroborate | Authenticated, Field(discriminator="kind")]
