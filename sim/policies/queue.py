"""Queue: which waiting case a freed unit takes."""

from __future__ import annotations

import math
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import CaseView, QueueView
from sim.core.vocabulary import Severity
from sim.policies.base import Policy

_RANK = {severity: rank for rank, severity in enumerate(reversed(Severity))}


class FirstCome(Policy):
    """The case that has waited longest."""

    cost: ClassVar[str] = "a dying patient waits behind a lost key"

    kind: Literal["first_come"] = "first_come"

    def pick(self, view: QueueView) -> str:
        """Id of one of the waiting cases."""
        return view.waiting[0].id


class MostUrgent(FirstCome):
    """The most severe case; of equals the nearest, then the one that has waited longest."""

    cost: ClassVar[str] = "minor cases may wait for ever under load"

    kind: Literal["most_urgent"] = "most_urgent"  # type: ignore[assignment]

    def pick(self, view: QueueView) -> str:
        def order(case: CaseView) -> tuple[float, ...]:
            return (_RANK[case.severity], math.hypot(case.x - view.unit.x, case.y - view.unit.y), -case.age_s)

        return min(view.waiting, key=order).id


Queue = Annotated[FirstCome | MostUrgent, Field(discriminator="kind")]
