"""Who looks at a seat now: pages that are open, and since when the last one is closed."""

from __future__ import annotations

import threading
from typing import NamedTuple


class Looking(NamedTuple):
    """How a seat is looked at."""

    pages: int = 0
    browsers: int = 0
    closed_t: int | None = None  # s since the start, when the last page was closed; None: one is open, or none was


class Presence:
    """The pages of the seats of an exercise; `changes` grows whenever one is opened or closed."""

    def __init__(self) -> None:
        self.changes = 0
        self._lock = threading.Lock()
        self._open: dict[str, dict[object, str]] = {}  # by department: which browser, by page
        self._closed: dict[str, int] = {}

    def come(self, department: str, page: object, browser: str) -> None:
        """A page of a seat is open."""
        with self._lock:
            self._open.setdefault(department, {})[page] = browser
            self.changes += 1

    def leave(self, department: str, page: object, t: int) -> None:
        """It is closed, at a time of the exercise."""
        with self._lock:
            if self._open.get(department, {}).pop(page, None) is not None:
                self._closed[department] = t
                self.changes += 1

    def of(self, department: str) -> Looking:
        """Of one seat."""
        with self._lock:
            pages = self._open.get(department, {})
            return Looking(len(pages), len(set(pages.values())), None if pages else self._closed.get(department))
