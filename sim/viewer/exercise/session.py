"""A session: one thread owns the city; everybody else hands in commands and reads what it has published."""

from __future__ import annotations

import tempfile
import threading
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from sim.build import Ground
from sim.core.errors import InputError
from sim.core.log import Entry
from sim.model import City
from sim.viewer.exercise.branching import LEADER
from sim.viewer.exercise.claim import Claim
from sim.viewer.exercise.commands import Command, command_of, person
from sim.viewer.exercise.course import HEADER, Spec, read_spec
from sim.viewer.exercise.drive import Drive
from sim.viewer.exercise.engine import Exercise
from sim.viewer.exercise.landmarks import Landmark, Landmarks
from sim.viewer.exercise.msel import Outcome
from sim.viewer.exercise.record import COMMANDS, Record, courses, mend, read_records
from sim.viewer.exercise.seats import Chair
from sim.viewer.exercise.state import State, state_of

EVERY_S = 900
"""Simulated seconds between two checkpoints; far back they are thinned."""

PATIENCE_S = 120.0
"""So long somebody waits for an answer."""

T = TypeVar("T")


class Session:
    """An exercise that lives, in the hands of who leads it; participants get a `Chair`."""

    def __init__(self, exercise: Exercise, undo: ExitStack) -> None:
        """Whatever was opened for it is closed when it ends."""
        self.spec, self.folder = exercise.spec, exercise.folder
        self._exercise, self._undo = exercise, undo
        self._drive = Drive(exercise)
        self._landmarks = Landmarks()
        self._is_closing = False
        self._turn = threading.Condition()
        self._asked: deque[tuple[Callable[[], Any], Future[Any]]] = deque()
        self.state: State = state_of(exercise, self._drive.pace, "paused", 0)
        self._thread = threading.Thread(target=self._run, name="exercise", daemon=True)
        self._thread.start()

    @classmethod
    def begin(cls, spec: Spec, folder: Path | None = None, *, every_s: int = EVERY_S) -> Session:
        """An exercise at its first second; without a folder its record is gone when it ends."""
        with ExitStack() as opened:
            if folder is None:
                folder = Path(opened.enter_context(tempfile.TemporaryDirectory(prefix="exercise-")))
            folder.mkdir(parents=True, exist_ok=True)
            opened.callback(Claim(folder).release)
            if (folder / COMMANDS).exists():
                raise InputError(f"{folder} holds an exercise already; open it, or give another folder")
            spec.write(folder)
            exercise = Exercise(spec, folder, every_s)
            opened.callback(exercise.let_files_go)
            return cls(exercise, opened.pop_all())

    @classmethod
    def open(cls, folder: Path, ground: Ground | None = None, *, every_s: int = EVERY_S) -> Session:
        """An exercise that was recorded, at the moment at which its record ends; it goes on from there."""
        if not (folder / HEADER).exists():
            raise InputError(f"{folder} holds no exercise")
        with ExitStack() as opened:
            opened.callback(Claim(folder).release)
            spec, path = read_spec(folder, ground), folder / COMMANDS
            records = read_records(path) if path.exists() else []
            if path.exists():
                mend(path)
            exercise = Exercise(spec, folder, every_s, n=len(records))
            opened.callback(exercise.let_files_go)
            exercise.restore(courses(records), records)
            return cls(exercise, opened.pop_all())

    # --- who leads the exercise

    def do(self, command: Command | str, by: str = LEADER, **given: Any) -> None:
        """Carry out a command, of its own kind or by its word; InputError when it is refused."""
        made = command_of(command, given) if isinstance(command, str) else command
        who = person(by)
        self.act(lambda _: self._drive.carry_out(made, who))

    def take(self, department: str, who: str) -> Chair:
        """Somebody sits down at the desks of a department, or comes back to where he sat."""
        name = person(who)
        self.act(lambda exercise: exercise.take(department, name))
        return Chair(self, department, name)

    def read(self, look: Callable[[City], T]) -> T:
        """What a function sees in the city; it must change nothing, and keep nothing of it."""
        return self.ask(lambda exercise: look(exercise.city))

    def entries(self, branch: str = "") -> list[Entry]:
        """The log of a branch as far as it has come; of the present one if none is named."""
        return self.ask(lambda exercise: exercise.entries_of(branch or exercise.branch.name))

    def outcomes(self) -> list[Outcome]:
        """What became of planned injects on the present branch, until now."""
        return self.ask(lambda exercise: exercise.outcomes())

    def notes(self) -> list[Record]:
        """Judgements, notes and marks, as they were put on record."""
        return self.ask(lambda exercise: list(exercise.notes))

    def landmarks(self) -> tuple[Landmark, ...]:
        """What stands beside the time of the present branch."""
        return self.ask(self._landmarks.of)

    def wait(self, is_so: Callable[[State], bool], timeout_s: float = PATIENCE_S) -> bool:
        """Until the published state is so; False when that takes too long."""
        with self._turn:
            return self._turn.wait_for(lambda: is_so(self.state), timeout_s)

    def close(self) -> None:
        """End the thread; what was recorded stays in the folder."""
        with self._turn:
            self._is_closing = True
            self._turn.notify_all()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # --- the thread

    def ask(self, act: Callable[[Exercise], T]) -> T:
        """Have the thread that owns the city do something between two of its seconds, and wait for it.

        For this package alone: pages have queries and commands, and are never handed what they could change.
        """
        if threading.current_thread() is self._thread:
            return act(self._exercise)
        answer: Future[T] = Future()
        with self._turn:
            if self._is_closing:
                raise InputError("the exercise is closed")
            self._asked.append((lambda: act(self._exercise), answer))
            self._turn.notify_all()
        try:
            return answer.result(PATIENCE_S)
        except TimeoutError:
            if answer.cancel():
                raise InputError("the exercise is busy; what was asked for has not been done") from None
            if answer.done():
                raise
            raise InputError("the exercise is busy with what was asked for, and has not answered yet") from None

    def act(self, act: Callable[[Exercise], None]) -> None:
        """The same for what changes something: who has asked for it sees what came of it as soon as he is answered."""

        def acting(exercise: Exercise) -> None:
            try:
                act(exercise)
            finally:
                self._publish()

        self.ask(acting)

    def _run(self) -> None:
        while not self._is_closing:
            self._serve()
            self._drive.move(lambda: bool(self._asked) or self._is_closing)
            self._publish()
            with self._turn:
                if not (self._asked or self._is_closing):
                    self._turn.wait(self._drive.rest_s())
        while self._asked:
            _, answer = self._asked.popleft()
            if answer.set_running_or_notify_cancel():
                answer.set_exception(InputError("the exercise is closed"))
        self._exercise.close()
        self._undo.close()
        self._publish()

    def _serve(self) -> None:
        for _ in range(len(self._asked)):
            act, answer = self._asked.popleft()
            if not answer.set_running_or_notify_cancel():
                continue  # who asked has given up
            try:
                answer.set_result(act())
            except InputError as wrong:
                answer.set_exception(wrong)
            except Exception as wrong:  # of who asked, not of the city: its errors are caught where it lives
                answer.set_exception(wrong)

    def _publish(self) -> None:
        mode = "closed" if self._is_closing else self._drive.mode
        fresh = state_of(self._exercise, self._drive.pace, mode, self.state.version)
        if fresh != self.state:  # who only looked has changed nothing, and wakes nobody
            with self._turn:
                self.state = fresh._replace(version=fresh.version + 1)
                self._turn.notify_all()

def given_by(page: Mapping[str, Any]) -> Command:
    """A command as a page sends it: {"do": …, …}; nothing in it is trusted."""
    given = dict(page)
    return command_of(str(given.pop("do", "")), given)
