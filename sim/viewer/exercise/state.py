"""What everybody may know of an exercise: where in time it stands, how fast it goes, who sits where."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sim.core.quantities import clock_text
from sim.viewer.exercise.pace import Pace

if TYPE_CHECKING:
    from sim.viewer.exercise.engine import Exercise


class BranchState(NamedTuple):
    """One branch."""

    name: str
    parent: str
    forked_t: int
    reached_t: int
    called: str


class State(NamedTuple):
    """The exercise at one moment; a new one is published whenever something has changed."""

    version: int
    t: int  # simulated seconds since the start
    clock: str  # time of day
    end_t: int
    mode: str  # paused, playing, jumping, over, failed, closed
    speed: float  # ceiling
    achieved: float
    branch: str
    branches: tuple[BranchState, ...]
    is_past: bool  # what comes next has been already
    seats: dict[str, str]  # who sits where, by department
    commands: int  # on record
    epoch: int  # grows whenever the city is another one: pages begin anew
    error: str  # what the model said when it failed


def state_of(exercise: Exercise, pace: Pace, mode: str, version: int) -> State:
    """As of now."""
    ways = exercise.branches.values()
    branches = (BranchState(one.name, one.parent, one.forked_t, one.reached_t, one.called) for one in ways)
    return State(
        version=version,
        t=exercise.t,
        clock=clock_text(exercise.spec.scenario.start_s + exercise.t),
        end_t=exercise.spec.last_s,
        mode=mode,
        speed=pace.speed,
        achieved=pace.achieved if mode in ("playing", "jumping") else 0.0,
        branch=exercise.branch.name,
        branches=tuple(branches),
        is_past=exercise.is_past,
        seats=dict(exercise.chairs),
        commands=exercise.journal.n,
        epoch=exercise.epoch,
        error=exercise.failure,
    )
