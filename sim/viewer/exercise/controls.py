"""What moves an exercise through time, plans it and remarks on it; the city does not know of any of this."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field
from pydantic.dataclasses import dataclass

from sim.viewer.exercise.commands import PLAIN, STRICT, Control, Name, Seconds, Word, Words

SLOWEST, FASTEST = 1.0, 600.0
"""Simulated seconds a second of the wall clock."""


@dataclass(frozen=True, config=STRICT)
class Play(Control):
    """Let time run."""

    do: ClassVar[str] = "play"


@dataclass(frozen=True, config=STRICT)
class Pause(Control):
    """Let time stand still."""

    do: ClassVar[str] = "pause"


@dataclass(frozen=True, config=STRICT)
class Step(Control):
    """Let so many seconds pass, as fast as they can, and stop."""

    do: ClassVar[str] = "step"

    seconds: Annotated[int, Field(ge=1, le=86_400)] = 1


@dataclass(frozen=True, config=STRICT)
class SetSpeed(Control):
    """No more simulated seconds a second than these."""

    do: ClassVar[str] = "set_speed"

    speed: Annotated[float, Field(ge=SLOWEST, le=FASTEST)]


@dataclass(frozen=True, config=STRICT)
class Jump(Control):
    """To a time: forward as fast as the model can, back by a rewind."""

    do: ClassVar[str] = "jump"

    to: Seconds


@dataclass(frozen=True, config=STRICT)
class Fork(Control):
    """From here on things may go another way; what has been stays as it was."""

    do: ClassVar[str] = "fork"

    name: Annotated[str, Field(max_length=80, pattern=PLAIN)] = ""  # empty: the next number
    at: Seconds | None = None  # where who asks believes that it stands


@dataclass(frozen=True, config=STRICT)
class Forked(Control):
    """A new branch has begun, after so many commands of the old one."""

    do: ClassVar[str] = "forked"

    name: Name
    applied: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, config=STRICT)
class RenameBranch(Control):
    """A branch is called something else; in the record it keeps the name with which it began."""

    do: ClassVar[str] = "rename_branch"

    branch: Name
    name: Annotated[str, Field(max_length=80, pattern=PLAIN)]


@dataclass(frozen=True, config=STRICT)
class Visit(Control):
    """To the newest moment of a branch."""

    do: ClassVar[str] = "visit"

    branch: Name


@dataclass(frozen=True, config=STRICT)
class PlanInject(Control):
    """A line of the list of planned injects: what is done when, to whom, and what should follow.

    `what` is a command of plain data ({"do": …}), or nothing where a role-player does it. `expects` is a kind of event
    of a department, such as AlertIssued, that shows that the expected action was taken.
    """

    do: ClassVar[str] = "plan_inject"

    name: Name
    at: Seconds
    to: Word = ""
    title: Word = ""
    what: Annotated[dict[str, Any], Field(max_length=20)] = Field(default_factory=dict)
    expected: Annotated[str, Field(max_length=2000)] = ""
    expects: Word = ""
    expects_of: Word = ""
    within_s: Annotated[int, Field(ge=1, le=86_400)] = 1800


@dataclass(frozen=True, config=STRICT)
class DropInject(Control):
    """A line of the list goes, if it has not been done yet."""

    do: ClassVar[str] = "drop_inject"

    name: Name


@dataclass(frozen=True, config=STRICT)
class InjectDue(Control):
    """A planned inject that a role-player does: now is its time."""

    do: ClassVar[str] = "inject_due"

    name: Name


@dataclass(frozen=True, config=STRICT)
class InjectRefused(Control):
    """A planned inject could not be done."""

    do: ClassVar[str] = "inject_refused"

    name: Name
    reason: Annotated[str, Field(max_length=2000)]


@dataclass(frozen=True, config=STRICT)
class Judge(Control):
    """Whether the expected action was seen, as who watches judges it."""

    do: ClassVar[str] = "judge"

    name: Name
    verdict: Literal["done", "partly", "not done", "open"]
    remark: Annotated[str, Field(max_length=2000)] = ""


@dataclass(frozen=True, config=STRICT)
class Remark(Control):
    """A note or mark for the review, about now or about a moment that has been."""

    do: ClassVar[str] = "remark"

    words: Words
    at: Seconds | None = None


@dataclass(frozen=True, config=STRICT)
class Stands(Control):
    """So far it has come, or gone back: a line a simulated minute while time runs, and wherever it stops."""

    do: ClassVar[str] = "stands"


@dataclass(frozen=True, config=STRICT)
class ModelFailed(Control):
    """The model came to an error; what was recorded before stands."""

    do: ClassVar[str] = "model_failed"

    reason: Annotated[str, Field(max_length=20_000)]
