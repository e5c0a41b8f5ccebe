"""Sharing: what departments of one tier tell each other unasked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.core.quantities import Grade
from sim.policies.base import Policy, graded


class NoSharing(Policy):
    """Nobody tells a neighbour what he has not been asked."""

    cost: ClassVar[str] = "each department finds out for itself"

    kind: Literal["none"] = "none"

    @property
    def channel(self) -> str:
        """The channel by which notices go; empty: none do."""
        return ""

    @property
    def withholds(self) -> float:
        """Share of cases that are kept secret from those who need them (X6)."""
        return 0.0

    @property
    def on_demand(self) -> bool:
        """Whether only who asks is told."""
        return False

    @property
    def has_one_format(self) -> bool:
        """Whether what comes need not be typed anew (I9)."""
        return False

    @property
    def shows_files(self) -> bool:
        """Whether crews see what other departments have on file about a place (D7)."""
        return False


class OnRequest(NoSharing):
    """Who has taken a case telephones the departments of the list and asks what they know."""

    cost: ClassVar[str] = "the telephone, twice for each question"

    kind: Literal["on_request"] = "on_request"  # type: ignore[assignment]
    withheld: float = graded(0.4, "1", Grade.ASSUMED, "X6: p_withheld 0.4", 0, 1)

    @property
    def channel(self) -> str:
        return "duty telephone"

    @property
    def on_demand(self) -> bool:
        return True

    @property
    def withholds(self) -> float:
        return self.withheld


class Liaison(NoSharing):
    """A liaison officer of each department carries what concerns the others to their desks."""

    cost: ClassVar[str] = "a few officers carry everything; they tell one after the other"

    kind: Literal["liaison"] = "liaison"  # type: ignore[assignment]
    withheld: float = graded(0.4, "1", Grade.ASSUMED, "X6: p_withheld 0.4", 0, 1)

    @property
    def own_staff(self) -> Mapping[str, float]:
        return {"call_takers": 4}  # the officers of the line

    @property
    def channel(self) -> str:
        return "liaison"

    @property
    def withholds(self) -> float:
        return self.withheld


class Platform(NoSharing):
    """One shared platform shows every desk the cases of all others, in one format."""

    cost: ClassVar[str] = "one more thing to fail or be attacked, and what is forged spreads at once"

    kind: Literal["platform"] = "platform"  # type: ignore[assignment]
    withheld: float = graded(0.1, "1", Grade.ASSUMED, "X6: need-to-share 0.1", 0, 1, neutral=0.4)

    @property
    def channel(self) -> str:
        return "shared platform"

    @property
    def withholds(self) -> float:
        return self.withheld

    @property
    def has_one_format(self) -> bool:
        return True

    @property
    def shows_files(self) -> bool:
        return True


Sharing = Annotated[NoSharing | OnRequest | Liaison | Platform, Field(discriminator="kind")]
