"""Destination: to which hospital a patient is taken."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import DestinationView, HospitalView
from sim.core.quantities import Grade
from sim.policies.base import Policy, graded


class NearestHospital(Policy):
    """The nearest hospital, whatever its load."""

    cost: ClassVar[str] = "ambulances queue at full doors"

    kind: Literal["nearest"] = "nearest"

    def choose(self, view: DestinationView) -> str:
        """Name of one of the hospitals."""
        return view.hospitals[0].name

    @property
    def report_every_s(self) -> float | None:
        """How often hospitals report their free bays; None: never."""
        return None


class FreeBed(NearestHospital):
    """The nearest hospital that is believed to have a free bay, unless the detour is too long."""

    cost: ClassVar[str] = "every hospital reports its bays; reports age between"

    kind: Literal["free_bed"] = "free_bed"  # type: ignore[assignment]
    every_s: float = graded(900, "s", Grade.ASSUMED, "hospitals report their free bays", 60, 7200)
    detour_s: float = graded(480, "s", Grade.ASSUMED, "longest detour; L8 gives 12 min for a diversion", 0, 3600)

    def choose(self, view: DestinationView) -> str:
        nearest = view.hospitals[0]
        for hospital in view.hospitals:
            if hospital.eta_s - nearest.eta_s <= self.detour_s and _has_room(hospital):
                return hospital.name
        return nearest.name

    @property
    def report_every_s(self) -> float | None:
        return self.every_s


def _has_room(hospital: HospitalView) -> bool:
    return hospital.free_bays is not None and hospital.free_bays > 0


Destination = Annotated[NearestHospital | FreeBed, Field(discriminator="kind")]
