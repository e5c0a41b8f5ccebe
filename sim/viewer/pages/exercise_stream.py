"""What a page is fed with: a thread that watches the exercise, sends frames to its maps and tells its panels."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import solara

from sim.core.errors import InputError
from sim.viewer.citymap.widget import CityMap, Pace
from sim.viewer.exercise.state import State
from sim.viewer.frames import Frame
from sim.viewer.pages.exercise_rooms import Room
from sim.viewer.pages.parts import closing, safely

FRAME_S, PANEL_S, LOOK_S = 0.25, 0.6, 0.15
"""Seconds between two frames of a map, between two refreshments of panels, between two looks at what is wanted."""

NEAR = 0.25
"""Pixels a metre at which a place is shown that somebody asks for."""

AFTER_ERROR_S = 1.0
"""Seconds for which a page rests when something went wrong with it."""

Take = Callable[[str, float | None], Frame]


@dataclass(eq=False)
class Feed:
    """What panels of one page read; they are drawn anew when it changes."""

    state: solara.Reactive[State]
    frame: solara.Reactive[Frame | None]
    lenses: solara.Reactive[tuple[str, ...]]  # of the maps, from left to right
    presence: solara.Reactive[int] = field(default_factory=lambda: solara.Reactive(0))  # changes of who looks at seats
    selected: solara.Reactive[tuple[str, str]] = field(default_factory=lambda: solara.Reactive(("", "")))
    maps: tuple[CityMap, ...] = ()

    @classmethod
    def of(cls, room: Room, *lenses: str) -> Feed:
        """At the first moment of a page."""
        return cls(solara.Reactive(room.session.state), solara.Reactive(None), solara.Reactive(lenses))

    # --- what is looked at

    def choose(self, sort: str, name: str) -> None:
        """A thing of the map is looked at, or none."""
        self.selected.value = (sort, name) if sort else ("", "")
        for one in self.maps:
            one.selected = f"{sort} {name}" if sort else ""

    def look_at(self, x: float, y: float) -> None:
        """The maps show a place, m."""
        for one in self.maps[:1]:  # the others follow
            one.fly(x, y, NEAR)

    def follow(self, unit: str) -> None:
        """The maps stay with a unit; with none if it is followed already."""
        for one in self.maps[:1]:
            one.followed = "" if one.followed == unit else unit


def use_feed(room: Room, feed: Feed, elements: Sequence[Any], take: Take) -> None:
    """Feed the maps and panels of a page until it closes."""

    def run() -> Callable[[], None]:
        feed.maps = tuple(solara.get_widget(one) for one in elements)
        stop, gone = threading.Event(), closing()
        feeder = Feeder(room, feed, take, feed.maps)
        threading.Thread(target=feeder.run, args=(stop, gone), name="page", daemon=True).start()
        return stop.set

    solara.use_effect(run, [len(elements)])


class Feeder:
    """The loop of one page."""

    def __init__(self, room: Room, feed: Feed, take: Take, maps: tuple[CityMap, ...]) -> None:
        self.room, self.feed, self.take, self.maps = room, feed, take, maps
        self.shown: tuple[Any, ...] = ()
        self.sent_s, self.told_s = 0.0, 0.0
        self.newest_t: dict[str, float] = {}
        self.epoch = -1

    def run(self, stop: threading.Event, gone: threading.Event) -> None:
        """Until the page is another one, or has gone; an error is shown on it, and the next moment is tried."""
        is_open: bool | None = True
        while is_open is not False and not (stop.is_set() or gone.is_set()):
            is_open = safely(self.turn)()
            if is_open is None:
                stop.wait(AFTER_ERROR_S)

    def turn(self) -> bool:
        """One look; False when there is nothing more to come."""
        self.room.seen()
        session = self.room.session
        version = self.shown[0] if self.shown else -1
        session.wait(lambda state: state.version != version, LOOK_S)
        state, lenses = session.state, self.feed.lenses.peek()[: len(self.maps)]
        if self.feed.presence.peek() != self.room.presence.changes:
            self.feed.presence.value = self.room.presence.changes
        if state.mode == "closed":
            self.feed.state.value = state
            return False
        now = (state.version, lenses)
        if now == self.shown:
            return True
        pause_s = self.sent_s + FRAME_S - time.monotonic()
        if pause_s > 0:
            time.sleep(pause_s)
        state = session.state
        try:
            self._send(state, lenses)
        except InputError:  # closed, or its seat was withdrawn
            self.feed.state.value = session.state
            return session.state.mode != "closed"
        self.shown = state.version, lenses
        return True

    def _send(self, state: State, lenses: tuple[str, ...]) -> None:
        rate = max(state.achieved, 1.0) if state.mode == "playing" else 0.0
        first: Frame | None = None
        for one, lens in zip(self.maps, lenses, strict=False):
            frame = self.take(lens, self.newest_t.get(lens))
            leap = abs(frame.t - self.newest_t.get(lens, frame.t))
            is_jump = state.epoch != self.epoch or state.mode == "jumping" or leap > 3 * max(rate, 10.0)
            one.show(frame, Pace(rate, FRAME_S * 1000, is_jump))
            self.newest_t[lens] = frame.t
            first = first or frame
        self.epoch = state.epoch
        self.sent_s = time.monotonic()
        if state.mode != "playing" or self.sent_s - self.told_s > PANEL_S or self.feed.state.peek().mode != state.mode:
            self.told_s = self.sent_s
            self.feed.state.value = state
            self.feed.frame.value = first
