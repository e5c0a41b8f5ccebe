"""An exercise that is under way with its keys: several pages, several seats, one city."""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass, field, replace

from sim.actors.seat import departments
from sim.build import Ground
from sim.core.errors import InputError
from sim.model import City
from sim.viewer.citymap.people import people_of
from sim.viewer.exercise.course import Spec
from sim.viewer.exercise.seats import Chair
from sim.viewer.exercise.session import Session
from sim.viewer.frames import Frame
from sim.viewer.lens import Choice, choices, lens_of, readers
from sim.viewer.living import LivingFrames
from sim.viewer.pages.exercise_presence import Presence

MOST_INVITED = 200


@dataclass(frozen=True, slots=True)
class Invitation:
    """A seat's key: who has it sees that department's picture and gives its orders."""

    key: str
    department: str
    who: str = ""  # empty: nobody sits there


@dataclass(eq=False)
class Room:
    """One exercise with its keys; its own `id` is the key of who leads it."""

    session: Session
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    browsers: set[str] = field(default_factory=set)  # those who have led it
    seen_s: float = field(default_factory=time.monotonic)  # of the wall: when a page showed it last
    invitations: dict[str, Invitation] = field(default_factory=dict)
    presence: Presence = field(default_factory=Presence)
    _frames: LivingFrames | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def seen(self) -> None:
        """A page shows it."""
        self.seen_s = time.monotonic()

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
                return self.invitation(known.key)
            if department not in self.departments() or len(self.invitations) >= MOST_INVITED:
                raise InputError(f"there is no seat of {department!r}")
            made = Invitation(secrets.token_urlsafe(18), department)
            self.invitations[made.key] = made
            return self.invitation(made.key)

    def withdraw(self, department: str) -> None:
        """The key is worth nothing any more, and nobody sits there."""
        if department in self.session.state.seats:
            self.session.do("leave_seat", department=department)
        for key in [key for key, one in self.invitations.items() if one.department == department]:
            del self.invitations[key]

    def sit(self, key: str, who: str) -> Chair:
        """Somebody sits down with a key, or comes back: the seat is as he left it, until he leaves it for good."""
        invitation = self.invitation(key)
        return self.session.take(invitation.department, invitation.who or who)

    def invitation(self, key: str) -> Invitation:
        """What a key opens, and who sits there now; it may have been withdrawn."""
        found = self.invitations.get(key)
        if found is None:
            raise InputError("this seat's link is not valid any more; ask who leads the exercise for another")
        return replace(found, who=self.session.state.seats.get(found.department, ""))

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


_packets: dict[int, tuple[Ground, bytes]] = {}


def _people(ground: Ground) -> bytes:
    known = _packets.get(id(ground))
    if known is None or known[0] is not ground:
        if len(_packets) > 3:
            _packets.clear()
        known = _packets[id(ground)] = ground, people_of(ground.population)
    return known[1]
