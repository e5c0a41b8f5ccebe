"""Mutual aid: when crews of one district may be sent into another."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.policies.base import Policy


class NoAid(Policy):
    """Each district keeps its crews, whatever happens next door."""

    cost: ClassVar[str] = "a case waits although crews stand idle across the border"

    kind: Literal["none"] = "none"

    @property
    def is_standing(self) -> bool:
        """Whether crews go without being asked for."""
        return False

    @property
    def may_be_asked(self) -> bool:
        """Whether aid can be approved."""
        return False


class OnApproval(NoAid):
    """The emergency offices of the district and the city approve aid, case by case."""

    cost: ClassVar[str] = "two signatures while the case waits"

    kind: Literal["on_approval"] = "on_approval"  # type: ignore[assignment]

    @property
    def may_be_asked(self) -> bool:
        return True


class Standing(NoAid):
    """A standing agreement: whoever is free comes."""

    cost: ClassVar[str] = "a district may be empty when its own call comes"

    kind: Literal["standing"] = "standing"  # type: ignore[assignment]

    @property
    def is_standing(self) -> bool:
        return True


MutualAid = Annotated[NoAid | OnApproval | Standing, Field(discriminator="kind")]
