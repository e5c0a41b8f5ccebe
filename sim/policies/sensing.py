"""Sensing: whether sensors watch the city, and what a desk does about an alarm."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from sim.comms.views import AlarmView
from sim.core.quantities import Grade
from sim.policies.base import Policy, graded


class Heed(StrEnum):
    """What a desk does about an alarm."""

    ACT = "act"
    CHECK = "check"
    ASIDE = "aside"


def _switch(value: object, source: str, grade: Grade = Grade.ASSUMED) -> Any:
    """A setting that is no number."""
    about: dict[str, Any] = {"unit": "(switch)", "grade": grade.value, "source": source}
    return Field(default=value, description=f"{source} ({grade.value})", json_schema_extra=about)


def _share(value: float, source: str) -> Any:
    """The share of a type's sites that have a sensor."""
    return graded(value, "of the sites", Grade.ASSUMED, source, 0.0, 1.0)


class CallsOnly(Policy):
    """Only what people see and report is known."""

    cost: ClassVar[str] = "what nobody sees or feels is found late, or never"

    kind: Literal["calls_only"] = "calls_only"

    @property
    def has_sensors(self) -> bool:
        """Whether there are any sensors at all."""
        return False

    @property
    def is_fused(self) -> bool:
        """Whether a site has two devices that must agree."""
        return False

    def coverage(self, sensor: str) -> float:
        """Share of the sites of a type that have a sensor."""
        return 0.0

    @property
    def finds_all(self) -> bool:
        """Whether a desk finds out of every false alarm that it was one."""
        return False

    def heed(self, view: AlarmView) -> Heed:
        """What is done about an alarm."""
        return Heed.ASIDE


_CHECKS = (
    "X2, X3: blind: every alarm is acted on; none: what is not believed is put aside; doubted: it is looked at by "
    "video, 1-2 min; all: every alarm is"
)


class Iot(CallsOnly):
    """Sensors raise alarms at their owners' desks, which heed them as far as they still believe them."""

    cost: ClassVar[str] = "most alarms are false: they take officers' time and crews, and wear out trust in the others"

    kind: Literal["iot"] = "iot"  # type: ignore[assignment]
    smoke: float = _share(0.05, "I1: sensors 0.5-2 min; coverage of dwellings by judgement")
    water_level: float = _share(0.34, "202 stations in 2021 [S20], of 600 sites")
    slope: float = _share(0.2, "281 devices on 200+ slopes [S53], of 1,000")
    gas: float = _share(0.1, "by judgement")
    camera: float = _share(0.1, "by judgement")
    check: Literal["blind", "none", "doubted", "all"] = _switch("none", _CHECKS)
    fused: bool = _switch(False, "X2: two devices must agree (84 to 92 % [S71])")

    @property
    def has_sensors(self) -> bool:
        return True

    @property
    def is_fused(self) -> bool:
        return self.fused

    def coverage(self, sensor: str) -> float:
        return float(getattr(self, sensor, 0.0))

    @property
    def finds_all(self) -> bool:
        return self.check != "none"

    def heed(self, view: AlarmView) -> Heed:
        if view.voices or self.check == "blind":
            return Heed.ACT  # somebody else says so too, or nobody ever asks
        if self.check == "all":
            return Heed.CHECK
        if view.doubt < view.trust:
            return Heed.ACT
        return Heed.CHECK if self.check == "doubted" else Heed.ASIDE


Sensing = Annotated[CallsOnly | Iot, Field(discriminator="kind")]
