"""Reading a log entry by entry: a method for each kind of event that matters, by the event's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sim.core import events as ev
from sim.core.events import Event
from sim.core.log import Entry


class Fold:
    """Its methods with the name of an event are called with the entry and the event."""

    def __init__(self) -> None:
        self._steps: dict[type[Event], Callable[..., None]] = {
            getattr(ev, name): getattr(self, name) for name in dir(type(self)) if name[0].isupper()
        }

    def read(self, entries: Iterable[Entry]) -> None:
        """Let each event leave its mark."""
        steps = self._steps
        for entry in entries:
            step = steps.get(type(entry.event))
            if step is not None:
                step(entry, entry.event)
