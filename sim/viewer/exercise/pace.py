"""The pace: a ceiling on how fast simulated time may run, and how fast it did run."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_S = 2.0
"""The achieved speed is that of so many of the last seconds."""


class Pace:
    """How far the city may have come by now. Nothing is skipped to keep up: who falls behind is not made to hurry."""

    def __init__(self, speed: float, wall: Callable[[], float] = time.monotonic) -> None:
        self.speed = speed
        self._wall = wall
        self._began, self._from_t = wall(), 0.0
        self._seen: deque[tuple[float, int]] = deque()

    def start(self, t: int) -> None:
        """From now on time runs, from there."""
        self._began, self._from_t = self._wall(), float(t)
        self._seen.clear()

    def set(self, speed: float, t: int) -> None:
        """Another ceiling."""
        self.speed = speed
        self.start(t)

    def allowed(self, t: int) -> int:
        """The second up to which it may live now, when it has come to t."""
        now = self._wall()
        due = self._from_t + (now - self._began) * self.speed
        behind = due - t
        if behind > max(self.speed, 1.0):  # by more than a second of the wall clock: begin anew from here
            self._began, self._from_t = now, float(t) + max(self.speed, 1.0)
            due = self._from_t
        return int(due)

    def wait_s(self, t: int) -> float:
        """Seconds of the wall clock until the next second is due."""
        return max(0.0, self._began + (t + 1 - self._from_t) / self.speed - self._wall())

    def note(self, t: int) -> None:
        """It has come to t."""
        now = self._wall()
        self._seen.append((now, t))
        while self._seen and now - self._seen[0][0] > WINDOW_S:
            self._seen.popleft()

    @property
    def achieved(self) -> float:
        """Simulated seconds a second, of late; 0 where nothing has moved."""
        if len(self._seen) < 2:
            return 0.0
        (began, from_t), (ended, to_t) = self._seen[0], self._seen[-1]
        return (to_t - from_t) / (ended - began) if ended > began else 0.0
