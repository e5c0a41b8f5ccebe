"""Time: a heap of wake-ups, a one-second grid, and a jump to the next wake-up when every agenda is empty."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable
from typing import Any

DT = 1
"""The step, s. No delay is shorter; longer ones round up to the grid."""

_GRAIN_S = 1e-6  # float dust below this does not round a time up


class Agenda:
    """What one stage has to do now: bound methods with their arguments, first come, first done."""

    __slots__ = ("clock", "name", "tasks")

    def __init__(self, name: str, clock: Clock) -> None:
        self.name = name
        self.clock = clock
        self.tasks: list[tuple[Callable[..., None], tuple[Any, ...]]] = []

    def soon(self, do: Callable[..., None], *arguments: Any) -> None:
        """Do this when the stage has its turn: in this second if its turn is still to come, else in the next."""
        self.tasks.append((do, arguments))

    def at(self, t: float, do: Callable[..., None], *arguments: Any) -> Wakeup | None:
        """Do this at time t (s), rounded up to the grid; None when that is now."""
        return self.clock.plan(t, self, do, arguments)

    def after(self, delay_s: float, do: Callable[..., None], *arguments: Any) -> Wakeup | None:
        """Do this so many seconds from now, rounded up to the grid; at least one step from now."""
        return self.clock.plan(self.clock.t + max(delay_s, DT), self, do, arguments)

    def work(self) -> None:
        """The stage's turn: do everything, also what is added while at it."""
        if not self.tasks:
            return
        self.clock.stage = self.name
        done = 0
        while done < len(self.tasks):
            do, arguments = self.tasks[done]
            done += 1
            do(*arguments)
        self.tasks.clear()
        self.clock.stage = ""


class Wakeup:
    """One entry of the heap; cancelled by forgetting what it was for."""

    __slots__ = ("agenda", "arguments", "do")

    def __init__(self, agenda: Agenda, do: Callable[..., None], arguments: tuple[Any, ...]) -> None:
        self.agenda = agenda
        self.do: Callable[..., None] | None = do
        self.arguments = arguments

    def cancel(self) -> None:
        """Forget it: nothing happens when its time comes."""
        self.do = None
        self.arguments = ()


class Clock:
    """The only keeper of time; t is whole seconds since the start of the run."""

    def __init__(self) -> None:
        self.t = 0
        self.stage = ""  # the stage that has its turn, for whoever must know who is looking
        self._heap: list[tuple[int, int, Wakeup]] = []  # by time, then in the order of planning
        self._serial = 0
        self._agendas: list[Agenda] = []

    def agenda(self, name: str) -> Agenda:
        """A new stage's agenda."""
        self._agendas.append(Agenda(name, self))
        return self._agendas[-1]

    def plan(self, t: float, agenda: Agenda, do: Callable[..., None], arguments: tuple[Any, ...]) -> Wakeup | None:
        """Put a wake-up on the heap, or on the agenda itself if its time is now."""
        due = math.ceil(t - _GRAIN_S)
        if due <= self.t:
            agenda.soon(do, *arguments)
            return None
        self._serial += 1
        wakeup = Wakeup(agenda, do, arguments)
        heapq.heappush(self._heap, (due, self._serial, wakeup))
        return wakeup

    def wake(self) -> None:
        """What was planned for now joins the agenda of its own stage, in the order in which it was planned."""
        heap = self._heap
        while heap and heap[0][0] <= self.t:
            wakeup = heapq.heappop(heap)[2]
            if wakeup.do is not None:
                wakeup.agenda.tasks.append((wakeup.do, wakeup.arguments))

    @property
    def next_t(self) -> int | None:
        """When something happens next, or None when nothing ever will."""
        for agenda in self._agendas:
            if agenda.tasks:
                return self.t + DT
        while self._heap and self._heap[0][2].do is None:
            heapq.heappop(self._heap)
        return max(self.t + DT, self._heap[0][0]) if self._heap else None

    def tick(self, until: int | None = None) -> None:
        """One step on, or to the next wake-up when all are at rest, but never past `until`."""
        due = self.next_t
        if due is None:
            due = self.t + DT if until is None else until
        self.t = due if until is None else max(self.t + DT, min(due, until))
