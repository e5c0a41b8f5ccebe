"""To another moment: a page asks for one at a time, and whoever clicks again before it is reached changes where to."""

from __future__ import annotations

import threading
from collections.abc import Callable

import solara

from sim.core.errors import InputError
from sim.viewer.pages.exercise_parts import refused, trying
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.parts import safely


class Steering:
    """Where a page has asked to go; the clicks that come while the city goes there are one more way, not many."""

    def __init__(self, room: Room, arrived: Callable[[], None] = lambda: None) -> None:
        self.goal: solara.Reactive[int | None] = solara.Reactive(None)  # seconds since the start; none: at rest
        self._room, self._arrived = room, arrived
        self._lock = threading.Lock()
        self._next: int | None = None
        self._is_going = False

    def go(self, to: int) -> None:
        """Go to a time, instead of any that was asked for and is not begun yet; only back takes long."""
        with self._lock:
            if not self._is_going and to >= self._room.session.state.t:
                trying(self._room.session.do)("jump", to=to)
                return
            self._next = to
            is_first, self._is_going = not self._is_going, True
        refused.value = ""
        self.goal.value = to
        if is_first:
            threading.Thread(target=self._run, name="steering", daemon=True).start()

    def back(self, seconds: int) -> None:
        """So much earlier than where it stands, or is going."""
        goal = self.goal.peek()
        self.go(max(0, (self._room.session.state.t if goal is None else goal) - seconds))

    def _run(self) -> None:
        while (to := self._take()) is not None:
            safely(self._jump)(to)
        if not self._is_going:  # nobody has asked for more since
            self._arrived()
            self.goal.value = None

    def _take(self) -> int | None:
        with self._lock:
            to, self._next = self._next, None
            self._is_going = to is not None
            return to

    def _jump(self, to: int) -> None:
        try:
            self._room.session.do("jump", to=to)
        except InputError as wrong:
            refused.value = str(wrong)
