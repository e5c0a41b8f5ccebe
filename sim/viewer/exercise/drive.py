"""Driving an exercise: it plays, stands, or is under way to a time; and what each command does to it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress

from sim.core.errors import InputError
from sim.core.quantities import clock_text
from sim.viewer.exercise import controls as c
from sim.viewer.exercise.commands import CityCommand, Command
from sim.viewer.exercise.engine import Exercise
from sim.viewer.exercise.injects import LeaveSeat, TakeSeat
from sim.viewer.exercise.pace import Pace

SLICE_S, LEAST_S = 0.05, 0.01
"""Seconds of the wall clock for which the city lives before anybody is served; and while somebody waits."""

NOWHERE = -1
"""No time to which it is under way."""


class Drive:
    """Moves an exercise through time; only the thread that holds the exercise may use it."""

    def __init__(self, exercise: Exercise) -> None:
        self.pace = Pace(c.SLOWEST)
        self._exercise = exercise
        self._is_playing, self._goal = False, NOWHERE

    @property
    def is_moving(self) -> bool:
        """Whether time passes."""
        return self._is_playing or self._goal != NOWHERE

    @property
    def mode(self) -> str:
        """What it does, in a word."""
        if self._exercise.failure:
            return "failed"
        if self._is_playing:
            return "playing"
        if self._goal != NOWHERE:
            return "jumping"
        return "over" if self._exercise.is_over else "paused"

    def stop(self) -> None:
        """Time stands still."""
        self._is_playing, self._goal = False, NOWHERE

    # --- time passes

    def rest_s(self) -> float | None:
        """Seconds of the wall clock for which nothing is to be done; None: until somebody asks for something."""
        if self._goal != NOWHERE:
            return 0.0
        return self.pace.wait_s(self._exercise.t) if self._is_playing else None

    def move(self, is_wanted: Callable[[], bool]) -> None:
        """The city lives for a moment of the wall clock, if it may; for less when somebody waits."""
        if not self.is_moving:
            return
        exercise, is_jump = self._exercise, self._goal != NOWHERE
        goal = self._goal if is_jump else self.pace.allowed(exercise.t)
        began = time.monotonic()

        def may_go_on() -> bool:
            spent_s = time.monotonic() - began
            return spent_s < LEAST_S or (spent_s < SLICE_S and not is_wanted())

        try:
            exercise.live(goal, may_go_on)
        except Exception as wrong:  # a record that does not fit the model any more, or can be written no longer
            exercise.failure = exercise.failure or f"{type(wrong).__name__}: {wrong}"
        self.pace.note(exercise.t)
        if is_jump and exercise.t >= min(goal, exercise.spec.last_s):
            self._goal = NOWHERE
            self.pace.start(exercise.t)
        if exercise.failure or exercise.is_over:
            self.stop()
        with suppress(InputError):  # the disk takes no more: the exercise knows
            exercise.stand(still=not self.is_moving)
        if exercise.failure:
            self.stop()

    # --- commands

    def carry_out(self, command: Command, by: str) -> None:
        """Do what is said, or refuse it with InputError."""
        exercise = self._exercise
        match command:
            case TakeSeat():
                exercise.take(command.department, by)
            case LeaveSeat():
                exercise.leave(command.department, by)
            case CityCommand():
                exercise.give(command, by)
            case c.PlanInject():
                exercise.plan(command, by)
            case c.DropInject():
                exercise.drop(command, by)
            case c.RenameBranch():
                exercise.rename(command, by)
            case c.Judge() | c.Remark():
                exercise.remark(command, by)
            case c.Play() | c.Pause() | c.Step() | c.SetSpeed() | c.Jump() | c.Fork() | c.Visit():
                self._steer(command, by)
            case _:
                raise InputError(f"{command.do} is written by the exercise itself")

    def _steer(self, command: Command, by: str) -> None:
        """To and fro in time."""
        exercise = self._exercise
        if isinstance(command, c.Play | c.Step) and (exercise.failure or exercise.is_over):
            raise InputError("it cannot go on from here; go back in time, or to another branch")
        if isinstance(command, c.Play | c.Pause | c.Step | c.SetSpeed):
            exercise.write(command, by)
        match command:
            case c.Play():
                self._is_playing = True
            case c.Pause():
                self.stop()
            case c.Step():
                self._is_playing, self._goal = False, exercise.t + command.seconds
            case c.SetSpeed():
                self.pace.speed = command.speed
            case c.Jump():
                self._jump(command, by)
            case c.Fork():
                self._check_shown(command.at)
                exercise.fork(command.name)
            case c.Visit():
                exercise.check_known(command.branch)
                exercise.write(command, by)
                exercise.visit(command.branch)
                self.stop()
        exercise.stand()
        self.pace.start(exercise.t)

    def _jump(self, command: c.Jump, by: str) -> None:
        exercise = self._exercise
        if command.to > exercise.spec.last_s:
            raise InputError(f"{self._clock(command.to)} is after the end, {self._clock(exercise.spec.last_s)}")
        exercise.write(command, by)
        if command.to < exercise.t or exercise.failure:
            self.stop()
            exercise.rewind(command.to)
        else:
            self._goal = command.to

    def _check_shown(self, at: int | None) -> None:
        """Who sees another moment than this does not branch off here; while it plays everybody sees an older one."""
        now = self._exercise.t
        if at is not None and at != now and not self._is_playing:
            shown, stands = self._clock(at), self._clock(now)
            raise InputError(f"it stands at {stands}, and {shown} was shown; look, and branch off again")

    def _clock(self, t: int) -> str:
        return clock_text(self._exercise.spec.scenario.start_s + t)
