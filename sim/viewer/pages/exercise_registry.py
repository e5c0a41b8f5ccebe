"""The exercises of this server: they are begun, opened again, found by their keys, and ended."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from sim.build import Ground, lay_ground
from sim.city.store import find_map
from sim.core.errors import InputError
from sim.policies.bundles import parse_arm
from sim.scenario import Scenario, scenario_names
from sim.viewer import roots
from sim.viewer.exercise.course import HEADER, Spec
from sim.viewer.exercise.session import Session
from sim.viewer.pages.exercise_rooms import Room

MOST_ROOMS = 8
"""Exercises at once; each keeps a city in memory."""

LEFT_S = 86_400.0
"""Seconds of the wall clock after which an exercise that stands still, and that no page shows, is closed."""

FOLDER = "exercises"
SCALE, SMALL = 10.0, 300_000
"""Residents for whom one row stands; in a town with fewer than so many each has his own."""

_rooms: dict[str, Room] = {}
_opening = 0  # places that are taken by exercises which are still being opened
_lock = threading.Lock()


# --- in and out


def begin(scenario: str, town: str, arm: str, seed: int, browser: str) -> Room:
    """A new exercise, at its first second; it is recorded in the folder of results."""
    if scenario not in scenario_names():
        raise InputError(f"there is no scenario {scenario!r:.80}")
    script = Scenario.load(scenario)
    spec = Spec(script, parse_arm(arm), seed, ground_of(town or script.town))

    def make() -> Session:
        folder = _new_folder(script.name)
        try:
            return Session.begin(spec, folder)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    return _enter(make, browser)


def reopen(name: str, browser: str) -> Room:
    """One that was recorded, where its record ends."""
    folder = roots.inside(f"{FOLDER}/{name}")
    return _enter(lambda: Session.open(folder), browser)


def end(room: Room) -> None:
    """It is over; its record stays."""
    with _lock:
        _rooms.pop(room.id, None)
    room.session.close()


def _enter(make: Callable[[], Session], browser: str) -> Room:
    with _place():
        room = Room(make())
        room.browsers.add(browser)
        for department in room.session.state.seats:
            room.invite(department)
        with _lock:
            _rooms[room.id] = room
    return room


@contextmanager
def _place() -> Iterator[None]:
    """A place is taken before an exercise is opened, for that takes long."""
    global _opening
    _close_left()
    with _lock:
        if len(_rooms) + _opening >= MOST_ROOMS:
            raise InputError(f"{MOST_ROOMS} exercises are under way; end one first")
        _opening += 1
    try:
        yield
    finally:
        with _lock:
            _opening -= 1


def _new_folder(name: str) -> Path:
    top = roots.root() / FOLDER
    top.mkdir(parents=True, exist_ok=True)
    for number in range(1, 10_000):
        path = top / f"{name}-{number}"
        try:
            path.mkdir()
        except FileExistsError:
            continue
        return path
    raise InputError(f"{top} has ten thousand exercises of that name already")


def _close_left() -> None:
    """Who has left without a word does not keep a place for ever."""
    now = time.monotonic()
    for room in list(_rooms.values()):
        if now - room.seen_s > LEFT_S and room.session.state.mode not in ("playing", "jumping"):
            end(room)


# --- found


def recorded() -> list[str]:
    """Exercises in the folder of results that are not under way, the newest first."""
    _close_left()
    top = roots.root() / FOLDER
    busy = {room.session.folder.resolve() for room in list(_rooms.values())}
    found = [one.parent for one in top.glob(f"*/{HEADER}") if one.parent.resolve() not in busy] if top.is_dir() else []
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.name for path in found[:50]]


def room_of(key: str) -> Room | None:
    """The exercise of which this is the key."""
    return _seen(_rooms.get(key))


def room_of_seat(key: str) -> Room | None:
    """The exercise that has a seat with this key."""
    return _seen(next((room for room in list(_rooms.values()) if key in room.invitations), None))


def rooms_of(browser: str) -> list[Room]:
    """Those that somebody has led in this browser."""
    return [room for room in list(_rooms.values()) if browser in room.browsers]


def _seen(room: Room | None) -> Room | None:
    if room is not None:
        room.seen()
    return room


@lru_cache(maxsize=2)
def ground_of(name: str) -> Ground:
    """A map with its people; those used last are kept."""
    town = find_map(name)
    return lay_ground(town, SCALE if town.population > SMALL else 1.0)
