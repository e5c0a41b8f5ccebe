"""Responsibility: who owns a case that is nobody's by statute."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from sim.comms.views import DutyView
from sim.core.quantities import Grade
from sim.core.vocabulary import Role
from sim.policies.base import Policy, graded


class Verdict(StrEnum):
    """What a duty desk does with a case."""

    ACCEPT = "accept"
    REFUSE = "refuse"
    WAIT = "wait"  # for an instruction


class Ambiguous(Policy):
    """Each department judges for itself: the less clear the list and the fuller the desk, the likelier a refusal."""

    cost: ClassVar[str] = "cases wander, wait for a word from above, or are lost on the way"

    kind: Literal["ambiguous"] = "ambiguous"
    least: float = graded(0.05, "1", Grade.ASSUMED, "S1: p = 0.05 + 0.5 a + 0.2 load", 0, 1)
    by_ambiguity: float = graded(0.5, "1", Grade.ASSUMED, "S1: p = 0.05 + 0.5 a + 0.2 load", 0, 1)
    by_load: float = graded(0.2, "1", Grade.ASSUMED, "S1: p = 0.05 + 0.5 a + 0.2 load", 0, 1)
    waits: float = graded(0.4, "1", Grade.ASSUMED, "S3: waits for instruction before acting", 0, 1)
    most_hands: int = graded(5, "desks", Grade.ASSUMED, "S2: cap 5 hops", 1, 20)

    @property
    def is_listed(self) -> bool:
        """Whether every desk can look up whose a case is: else it guesses, and thinks about it."""
        return False

    @property
    def is_tracked(self) -> bool:
        """Whether a paper that nobody confirms is sent again (S6)."""
        return False

    @property
    def tells_all(self) -> bool:
        """Whether a case goes at once to every department that leads or supports, each for its own part."""
        return False

    @property
    def arbitrates_after(self) -> int | None:
        """Refusals after which the emergency office decides; None: it never does of its own accord."""
        return None

    def decide(self, view: DutyView) -> Verdict:
        """Whose is it?"""
        declines = self.least + self.by_ambiguity * view.ambiguity + self.by_load * min(view.load, 1.0)
        if view.role is Role.NONE or view.reluctance < declines:
            return Verdict.REFUSE
        return Verdict.WAIT if view.hesitance < self.waits else Verdict.ACCEPT


class FirstReceiver(Ambiguous):
    """Whoever is asked first must see it through (首问负责): he keeps it, and asks others for what he lacks."""

    cost: ClassVar[str] = "a desk without the means coordinates what it knows little of"

    kind: Literal["first_receiver"] = "first_receiver"  # type: ignore[assignment]

    @property
    def is_tracked(self) -> bool:
        return True

    def decide(self, view: DutyView) -> Verdict:
        if view.is_first or view.role is Role.LEAD:
            return Verdict.WAIT if view.hesitance < self.waits else Verdict.ACCEPT
        return super().decide(view)


class Matrix(Ambiguous):
    """A published list names one lead for each kind and phase; a dispute is settled by the emergency office."""

    cost: ClassVar[str] = "the list must be kept; what it does not foresee goes to the lead that it names all the same"

    kind: Literal["matrix"] = "matrix"  # type: ignore[assignment]
    least: float = graded(0.02, "1", Grade.ASSUMED, "S1 with a list: p = 0.02 + 0.05 a", 0, 1)
    by_ambiguity: float = graded(0.05, "1", Grade.ASSUMED, "S1 with a list: p = 0.02 + 0.05 a", 0, 1)
    by_load: float = graded(0.0, "1", Grade.ASSUMED, "S1 with a list: p = 0.02 + 0.05 a", 0, 1)
    waits: float = graded(0.05, "1", Grade.ASSUMED, "S3: standing order", 0, 1)

    @property
    def is_listed(self) -> bool:
        return True

    @property
    def is_tracked(self) -> bool:
        return True

    @property
    def arbitrates_after(self) -> int | None:
        return 1


class JointCommand(Matrix):
    """A published list; each department that leads or supports by it is handed the case at once, for its own part."""

    cost: ClassVar[str] = "all are busy with it, also those who are not needed, and several own it"

    kind: Literal["joint_command"] = "joint_command"  # type: ignore[assignment]

    @property
    def tells_all(self) -> bool:
        return True


Responsibility = Annotated[Ambiguous | FirstReceiver | Matrix | JointCommand, Field(discriminator="kind")]
