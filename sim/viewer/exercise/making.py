"""The making of a review, in a process of its own: what comes back is what pages show and files hold, in words."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from typing import Any

from sim.core.errors import InputError
from sim.viewer.apart import Apart, carry_through, tell
from sim.viewer.exercise.review import Taken, review
from sim.viewer.exercise.review_page import content, page, tables
from sim.viewer.exercise.together import Watching
from sim.viewer.words import LANGUAGES, Language

MOST_AT_ONCE = 4
"""Reviews under way in one server."""

LIVED = 0.9
"""Share of the time that living takes; the rest is to count and to put into words."""

STEP = 0.01
"""Progress is told in steps of so much."""


@dataclass(frozen=True)
class Told:
    """A review in one language."""

    content: dict[str, Any]
    page: str  # HTML
    tables: dict[str, str]  # CSV, by name of its file


@dataclass(frozen=True)
class Made:
    """A review that has been made."""

    branch: str
    until: int
    told: dict[Language, Told]


@dataclass
class Making(Apart):
    """A review under way; `made` when it is done."""

    taken: Taken
    made: Made | None = None

    def start(self) -> Making:
        """Begin; InputError when too many are under way."""
        with _lock:
            _under_way[:] = [one for one in _under_way if not one.is_over]
            if len(_under_way) >= MOST_AT_ONCE:
                raise InputError(f"{MOST_AT_ONCE} reviews are under way; wait for one to end")
            self.begin("review", _work, self.taken)
            _under_way.append(self)
        return self


_under_way: list[Making] = []
_lock = threading.Lock()


# --- in the other process


def _work(taken: Taken, outlet: Connection) -> None:
    carry_through(partial(_carried_out, taken, outlet), outlet)


def _carried_out(taken: Taken, outlet: Connection) -> dict[str, Any]:
    return {"made": made_of(taken, lambda share: tell(outlet, state="running", share=share))}


def made_of(taken: Taken, told: Callable[[float], None] = lambda share: None) -> Made:
    """Make it here and now; whoever waits is told which share is done."""
    ways = 2 + (len(taken.beside.names) if taken.beside is not None else 0)
    newest = 0.0

    def progress(done: float) -> None:
        nonlocal newest
        share = LIVED * done / ways
        if share >= newest + STEP:
            newest = share
            told(share)

    found = review(taken, Watching(progress))
    told(LIVED)
    each = {one: Told(content(found, one), page(found, one), tables(found, one)) for one in LANGUAGES}
    return Made(taken.branch, taken.until, each)
