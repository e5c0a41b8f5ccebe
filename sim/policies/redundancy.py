"""Redundancy: what stands in for a channel that is out of order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.core.quantities import Grade
from sim.policies.base import Policy, graded

SHARED = "telephone", "shared platform"
"""Channels by which all departments stand or fall together."""


class Single(Policy):
    """Each channel is there once; when it fails, nothing goes by it until it is mended."""

    cost: ClassVar[str] = "one fault silences all who use it"

    kind: Literal["single"] = "single"

    @property
    def spares(self) -> Mapping[str, float]:
        """Channels that have a spare, with the seconds until it stands in."""
        return {}


class Backup(Single):
    """A spare of the public telephone exchange and of the shared platform stands in after a while."""

    cost: ClassVar[str] = "a second set of each, and an officer who watches it by day and night; it can fail too"

    kind: Literal["backup"] = "backup"  # type: ignore[assignment]
    switch_over_s: float = graded(60, "s", Grade.ASSUMED, "X5: backup 60 s", 1, 3600)

    @property
    def own_staff(self) -> Mapping[str, float]:
        return {"call_takers": len(SHARED)}  # one on watch at each

    @property
    def spares(self) -> Mapping[str, float]:
        return dict.fromkeys(SHARED, self.switch_over_s)


Redundancy = Annotated[Single | Backup, Field(discriminator="kind")]
