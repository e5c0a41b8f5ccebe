"""Dispatch: which units for a case."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import CaseView, DispatchView
from sim.core.quantities import Grade
from sim.core.vocabulary import Severity
from sim.policies.base import Policy, graded


class OwnDistrict(Policy):
    """Send the nearest free unit of the case's own district, by straight line; of others when aid is agreed."""

    cost: ClassVar[str] = "a nearer crew across the border stays where it is"

    kind: Literal["own_district"] = "own_district"

    def choose(self, view: DispatchView) -> tuple[str, ...]:
        """Ids of the units to send, at most as many as are wanted."""
        own = view.by_distance(view.count, view.case.district)
        if len(own) == view.count or not view.case.has_aid:
            return own
        others = [name for name in view.by_distance(view.count + len(own), None) if name not in own]
        return (*own, *others[: view.count - len(own)])

    def may_serve(self, district: str, free: int, case: CaseView) -> bool:
        """Whether a unit that is free again may be sent; `free` are left in its district, itself included."""
        return district == case.district or case.has_aid

    @property
    def retry_s(self) -> float | None:
        """When a case that found nobody is looked at again, if not because a unit became free."""
        return None

    @property
    def asks_aid(self) -> bool:
        """Whether a case may wait although a crew of another district is free."""
        return True


class StraightLine(Policy):
    """Send the free unit that is nearest by straight line, wherever it belongs."""

    cost: ClassVar[str] = "hills, one-way streets and jams are not seen"

    kind: Literal["straight_line"] = "straight_line"

    def choose(self, view: DispatchView) -> tuple[str, ...]:
        """Ids of the units to send, at most as many as are wanted."""
        return view.by_distance(view.count, None)

    def may_serve(self, district: str, free: int, case: CaseView) -> bool:
        """Whether a unit that is free again may be sent; `free` are left in its district, itself included."""
        return True

    @property
    def retry_s(self) -> float | None:
        """When a case that found nobody is looked at again, if not because a unit became free."""
        return None

    @property
    def asks_aid(self) -> bool:
        """Whether a case may wait although a crew of another district is free."""
        return False


class BelievedEta(StraightLine):
    """Send the free unit that is expected there first over the roads as they are believed to be."""

    cost: ClassVar[str] = "needs a road graph, and unit positions no older than their last report"

    kind: Literal["believed_eta"] = "believed_eta"  # type: ignore[assignment]

    def choose(self, view: DispatchView) -> tuple[str, ...]:
        return tuple(estimate.unit for estimate in view.by_eta(view.count))


class KeepReserve(StraightLine):
    """Send who is expected first, but leave each district a reserve unless the case is critical."""

    cost: ClassVar[str] = "minor cases wait longer"

    kind: Literal["keep_reserve"] = "keep_reserve"  # type: ignore[assignment]
    reserve: int = graded(
        1, "units a district", Grade.ASSUMED, "one crew stays for what comes next", 0, 10, plausible=(0, 2)
    )
    again_s: float = graded(300, "s", Grade.ASSUMED, "a case that found nobody is looked at again", 30, 3600)

    def choose(self, view: DispatchView) -> tuple[str, ...]:
        left = dict(view.free_by_district())
        if view.case.severity is Severity.CRITICAL:
            return tuple(estimate.unit for estimate in view.by_eta(view.count))
        chosen: list[str] = []
        for estimate in view.by_eta(sum(left.values())):
            if len(chosen) < view.count and left[estimate.district] > self.reserve:
                left[estimate.district] -= 1
                chosen.append(estimate.unit)
        return tuple(chosen)

    def may_serve(self, district: str, free: int, case: CaseView) -> bool:
        return free > self.reserve or case.severity is Severity.CRITICAL

    @property
    def retry_s(self) -> float | None:
        return self.again_s


Dispatch = Annotated[OwnDistrict | StraightLine | BelievedEta | KeepReserve, Field(discriminator="kind")]
