"""Exercises that are under way in this server: several pages, several seats, one city each."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

from sim.actors.seat import departments
from sim.build import Ground, lay_ground
from sim.city.store import find_map
from sim.core.errors import InputError
from sim.model import City
from sim.policies.bundles import parse_arm
from sim.scenario import Scenario
from sim.viewer import roots
from sim.viewer.citymap.people import people_of
from sim.viewer.exercise.course import HEADER, Spec
from sim.viewer.exercise.seats import Chair
from sim.viewer.exercise.session import Session
from sim.viewer.frames import Frame
from sim.viewer.lens import Choice, choices, lens_of, readers
from sim.viewer.living import LivingFrames

MOST_ROOMS = 8
"""Exercises at once; each keeps a city in memory."""

MOST_INVITED = 200
FOLDER = "exercises"
SCALE, SMALL = 10.0, 300_000
"""Residents for whom one row stands; in a town with fewer than so many each has his own."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A seat's key: who has it sees that department's picture and gives its orders."""

    key: str
    department: str
    who: str = ""  # empty: nobody has come yet


@dataclass(eq=False)
class Room:
    """One exercise with its keys; its own `id` is the key of who leads it."""

    session: Session
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    browsers: set[str] = field(default_factory=set)  # those who have led it
    invitations: dict[str, Invitation] = field(default_factory=dict)
    _frames: LivingFrames | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def spec(self) -> Spec:
        """What it started from."""
        return self.session.spec

    @property
    def people(self) -> bytes:
        """The packet of the citizens."""
        return _people(self.spec.ground)

    def frame(self, lens: str, since_s: float | None = None) -> Frame:
        """What a lens shows now; for who leads the exercise."""
        return self.session.read(lambda city: self._living(city).frame(lens_of(city, lens), since_s))

    def lenses(self) -> list[Choice]:
        """All that there are."""
        return self.session.read(choices)

    def departments(self) -> list[str]:
        """Where somebody can sit."""
        return self.session.read(lambda city: departments(city.offices))

    def _living(self, city: City) -> LivingFrames:
        if self._frames is None or self._frames.city is not city:
            self._frames = LivingFrames(city)
        return self._frames

    # --- seats

    def invite(self, department: str) -> Invitation:
        """The key of a seat; a department has one at a time."""
        with self._lock:
            known = next((one for one in self.invitations.values() if one.department == department), None)
            if known is not None:
                return known
            if department not in self.departments() or len(self.invitations) >= MOST_INVITED:
                raise InputError(f"there is no seat of {department!r}")
            made = Invitation(secrets.token_urlsafe(18), department, self.session.state.seats.get(department, ""))
            self.invitations[made.key] = made
            return made

    def withdraw(self, department: str) -> None:
        """The key is worth nothing any more, and nobody sits there."""
        if department in self.session.state.seats:
            self.session.do("leave_seat", department=department)
        for key in [key for key, one in self.invitations.items() if one.department == department]:
            del self.invitations[key]

    def sit(self, key: str, who: str) -> Chair:
        """Somebody sits down with a key, or comes back: the seat is as he left it."""
        invitation = self.invitation(key)
        name = invitation.who or who.strip()
        chair = self.session.take(invitation.department, name)
        self.invitations[key] = replace(invitation, who=name)
        return chair

    def invitation(self, key: str) -> Invitation:
        """What a key opens; it may have been withdrawn."""
        found = self.invitations.get(key)
        if found is None:
            raise InputError("this seat's link is not valid any more; ask who leads the exercise for another")
        return found

    def own_lenses(self, key: str) -> list[str]:
        """Pictures that a seat may look at: those of its own desks, the first is the main one."""
        department = self.invitation(key).department
        return self.session.read(lambda city: own_lenses(city, department))

    def seat_frame(self, key: str, lens: str, since_s: float | None = None) -> Frame:
        """What a seat sees on its map: one of its own pictures, never anything else."""
        department = self.invitation(key).department

        def look(city: City) -> Frame:
            own = own_lenses(city, department)
            if lens not in own:
                raise InputError(f"the seat of {department} sees its own pictures only")
            return self._living(city).frame(lens_of(city, lens), since_s)

        return self.session.read(look)


def own_lenses(city: City, department: str) -> list[str]:
    """Owners of the pictures that the desks of a department read."""
    desks = [owner for owner, services in readers(city).items() if department in services]
    offices = [one for one in city.offices.by_name.values() if one.department == department]
    offices.sort(key=lambda office: -city.offices.rank(office.tier))
    return [*desks, *(office.name for office in offices)]


# --- all of them

_rooms: dict[str, Room] = {}
_lock = threading.Lock()


def begin(scenario: str, town: str, arm: str, seed: int, browser: str) -> Room:
    """A new exercise, at its first second; it is recorded in the folder of results."""
    script = Scenario.load(scenario) if scenario in _names() else _refused(scenario)
    ground = ground_of(town or script.town)
    spec = Spec(script, parse_arm(arm), seed, ground)
    _check_room()
    return _enter(Room(Session(spec, _new_folder(script.name))), browser)


def reopen(name: str, browser: str) -> Room:
    """One that was recorded, where its record ends."""
    folder = roots.inside(f"{FOLDER}/{name}")
    if any(room.session.folder.resolve() == folder for room in _rooms.values()):
        raise InputError(f"{name} is under way; ask who leads it for the link")
    _check_room()
    return _enter(Room(Session.open(folder)), browser)


def recorded() -> list[str]:
    """Exercises in the folder of results that are not under way, the newest first."""
    top = roots.root() / FOLDER
    busy = {room.session.folder.resolve() for room in list(_rooms.values())}
    found = [one.parent for one in top.glob(f"*/{HEADER}") if one.parent.resolve() not in busy] if top.is_dir() else []
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    return [path.name for path in found[:50]]


def room_of(key: str) -> Room | None:
    """The exercise of which this is the key."""
    return _rooms.get(key)


def room_of_seat(key: str) -> Room | None:
    """The exercise that has a seat with this key."""
    return next((room for room in list(_rooms.values()) if key in room.invitations), None)


def rooms_of(browser: str) -> list[Room]:
    """Those that somebody has led in this browser."""
    return [room for room in list(_rooms.values()) if browser in room.browsers]


def end(room: Room) -> None:
    """It is over; its record stays."""
    with _lock:
        _rooms.pop(room.id, None)
    room.session.close()


def _enter(room: Room, browser: str) -> Room:
    room.browsers.add(browser)
    for department, who in room.session.state.seats.items():
        made = room.invite(department)
        room.invitations[made.key] = replace(made, who=who)
    with _lock:
        _rooms[room.id] = room
    return room


def _check_room() -> None:
    if len(_rooms) >= MOST_ROOMS:
        raise InputError(f"{MOST_ROOMS} exercises are under way; end one first")


@lru_cache(maxsize=2)
def ground_of(name: str) -> Ground:
    """A map with its people; those used last are kept."""
    town = find_map(name)
    return lay_ground(town, SCALE if town.population > SMALL else 1.0)


_packets: dict[int, tuple[Ground, bytes]] = {}


def _people(ground: Ground) -> bytes:
    known = _packets.get(id(ground))
    if known is None or known[0] is not ground:
        if len(_packets) > 3:
            _packets.clear()
        known = _packets[id(ground)] = ground, people_of(ground.population)
    return known[1]


def _names() -> list[str]:
    from sim.scenario import scenario_names

    return scenario_names()


def _refused(name: str) -> Scenario:
    raise InputError(f"there is no scenario {name!r:.80}")


def _new_folder(name: str) -> Path:
    top = roots.root() / FOLDER
    top.mkdir(parents=True, exist_ok=True)
    for number in range(1, 10_000):
        path = top / f"{name}-{number}"
        if not path.exists():
            return path
    raise InputError(f"{top} has ten thousand exercises of that name already")
