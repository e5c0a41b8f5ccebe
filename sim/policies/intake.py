"""Intake: who answers which number."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.core.quantities import Grade
from sim.core.vocabulary import Service
from sim.policies.base import Policy, graded

_EACH: dict[str, tuple[Service, ...]] = {
    service.value: (service,) for service in (Service.POLICE, Service.FIRE, Service.EMS, Service.TRAFFIC)
}


class Separate(Policy):
    """110, 119, 120 and 122 each have a centre; who needs another is put through, and tells it all again."""

    cost: ClassVar[str] = "callers repeat themselves; a transfer may be cut off"

    kind: Literal["separate"] = "separate"

    def organisations(self) -> dict[str, tuple[Service, ...]]:
        """Call centres, each with the services that it dispatches and whose number it answers."""
        return dict(_EACH)

    @property
    def asks_s(self) -> float:
        """Seconds that the arrangement adds to every call."""
        return 0.0


class PoliceJoined(Separate):
    """110 and 122 are answered by one centre; 119 and 120 have their own."""

    cost: ClassVar[str] = "fire and medical callers on 110 are still put through"

    kind: Literal["police_joined"] = "police_joined"  # type: ignore[assignment]

    def organisations(self) -> dict[str, tuple[Service, ...]]:
        joined = dict(_EACH)
        joined["police"] = (Service.POLICE, Service.TRAFFIC)
        del joined["traffic"]
        return joined


class Joint(Separate):
    """One centre with all the call-takers answers every number, and one picture serves all dispatchers."""

    cost: ClassVar[str] = "every caller is first asked which services are needed; one centre to fail"

    kind: Literal["joint"] = "joint"  # type: ignore[assignment]
    classify_s: float = graded(5, "s", Grade.ASSUMED, "one more question to every caller", 0, 60)

    def organisations(self) -> dict[str, tuple[Service, ...]]:
        return {"joint": (Service.POLICE, Service.FIRE, Service.EMS, Service.TRAFFIC)}

    @property
    def asks_s(self) -> float:
        return self.classify_s


Intake = Annotated[Separate | PoliceJoined | Joint, Field(discriminator="kind")]
