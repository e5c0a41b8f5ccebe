"""Where units were, as far as a log tells: places at certain times, and drawn ways between them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.core import events as ev
from sim.core.log import Entry
from sim.viewer.fold import Fold
from sim.viewer.legs import Wayfinder
from sim.viewer.marks import Leg, Place

OUT = "out of action"


class Stretch(NamedTuple):
    """From a time on: a unit's status, its case, and where it stands or whence and whither it drives."""

    from_s: int
    status: str
    case: str | None
    is_home: bool
    start: Place
    end: Place | None = None  # it stands
    arrive_s: int | None = None  # nobody knows: it never came there


@dataclass(slots=True)
class Track:
    """One unit's stretches in the order of time."""

    id: str
    service: str
    station: str
    district: str
    home: Place
    stretches: list[Stretch] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    legs: dict[int, Leg] = field(default_factory=dict)  # by number of the stretch, as they were drawn

    def add(self, stretch: Stretch) -> None:
        """What holds from now on; it takes the place of what was to hold from the same second."""
        if self.times and self.times[-1] == stretch.from_s:
            self.times.pop()
            self.stretches.pop()
            self.legs.pop(len(self.stretches), None)
        self.times.append(stretch.from_s)
        self.stretches.append(stretch)

    def number_at(self, t: float) -> int:
        """Of the stretch that holds at t."""
        return max(0, bisect_right(self.times, t) - 1)


class Tracks(Fold):
    """All units of a log; made in one pass over it, because a way is known only when it has been driven."""

    def __init__(self, entries: Iterable[Entry], wayfinder: Wayfinder, doors: dict[str, Place]) -> None:
        super().__init__()
        self.by_name: dict[str, Track] = {}
        self._wayfinder = wayfinder
        self._doors = doors  # of hospitals
        self._incidents: dict[str, Place] = {}
        self.read(entries)

    # --- questions

    def leg(self, track: Track, number: int) -> Leg | None:
        """The way of a stretch on which the unit drives; drawn once, so that it stays the same."""
        stretch = track.stretches[number]
        if stretch.end is None:
            return None
        if number not in track.legs:
            track.legs[number] = self._wayfinder.leg(stretch.start, stretch.end, stretch.from_s, stretch.arrive_s)
        return track.legs[number]

    def place(self, track: Track, t: float) -> Place:
        """Where the unit was at t, m."""
        number = track.number_at(t)
        leg = self.leg(track, number)
        return track.stretches[number].start if leg is None else leg.at(t)

    # --- the pass over the log

    def UnitCommissioned(self, entry: Entry, event: ev.UnitCommissioned) -> None:
        t = entry.t
        home = event.x, event.y
        track = Track(event.unit, event.service, event.station, event.district, home)
        track.add(Stretch(t, "free", None, True, home))
        self.by_name[event.unit] = track

    def IncidentStarted(self, entry: Entry, event: ev.IncidentStarted) -> None:
        self._incidents[event.incident] = event.x, event.y

    def UnitAlerted(self, entry: Entry, event: ev.UnitAlerted) -> None:
        t = entry.t
        track, now = self._now(event, t)
        self._stop(track, t, "alerted", event.case, now, is_home=track.stretches[-1].is_home)

    def UnitEnRoute(self, entry: Entry, event: ev.UnitEnRoute) -> None:
        t = entry.t
        self._drive(event, t, "en route", (event.x, event.y), (event.to_x, event.to_y))

    def RoadBlocked(self, entry: Entry, event: ev.RoadBlocked) -> None:
        """It goes another way from there, to the same place."""
        t = entry.t
        track, now = self._now(event, t)
        last = track.stretches[-1]
        if last.end is not None:
            track.stretches[-1] = last._replace(end=now, arrive_s=t)
            track.legs.pop(len(track.stretches) - 1, None)
            track.add(Stretch(t, last.status, last.case, False, now, last.end))

    def UnitAtGivenPlace(self, entry: Entry, event: ev.UnitAtGivenPlace) -> None:
        t = entry.t
        self._arrive(event, t, "searching", (event.x, event.y))

    def UnitOnScene(self, entry: Entry, event: ev.UnitOnScene) -> None:
        t = entry.t
        track, now = self._now(event, t)
        last = track.stretches[-1]
        has_searched = last.status == "searching" and last.from_s < t
        place = self._incidents.get(event.found, now) if has_searched else now
        self._stop(track, t, "on scene", event.case, place)

    def CrewHurt(self, entry: Entry, event: ev.CrewHurt) -> None:
        track, now = self._now(event, entry.t)
        self._stop(track, entry.t, OUT, None, now)

    def PatientLoaded(self, entry: Entry, event: ev.PatientLoaded) -> None:
        t = entry.t
        _, now = self._now(event, t)
        self._drive(event, t, "transporting", now, self._doors.get(event.hospital, now))

    def UnitAtHospital(self, entry: Entry, event: ev.UnitAtHospital) -> None:
        t = entry.t
        self._arrive(event, t, "at hospital", self._doors.get(event.hospital))

    def UnitAvailable(self, entry: Entry, event: ev.UnitAvailable) -> None:
        t = entry.t
        track, now = self._now(event, t)
        if track.stretches[-1].is_home:
            self._stop(track, t, "free", None, track.home, is_home=True)
            return
        self._cut(track, t, now)
        track.add(Stretch(t, "free", None, False, now, track.home))

    def UnitHome(self, entry: Entry, event: ev.UnitHome) -> None:
        t = entry.t
        self._arrive(event, t, "free", self.by_name[event.unit].home, is_home=True)

    # --- what these share

    def _now(self, event: Any, t: int) -> tuple[Track, Place]:
        track = self.by_name[event.unit]
        return track, self.place(track, t)

    def _drive(self, event: Any, t: int, status: str, start: Place, end: Place) -> None:
        track = self.by_name[event.unit]
        self._cut(track, t, start)
        track.add(Stretch(t, status, event.case, False, start, end))

    def _arrive(self, event: Any, t: int, status: str, place: Place | None, *, is_home: bool = False) -> None:
        """The way to here is known now: it took until now."""
        track = self.by_name[event.unit]
        last = track.stretches[-1]
        end = place or last.end or last.start
        self._cut(track, t, end)
        case = None if is_home else getattr(event, "case", None)
        track.add(Stretch(t, status, case, is_home, end))

    def _stop(
        self, track: Track, t: int, status: str, case: str | None, place: Place, *, is_home: bool = False
    ) -> None:
        self._cut(track, t, place)
        track.add(Stretch(t, status, case, is_home, place))

    def _cut(self, track: Track, t: int, place: Place) -> None:
        """Whatever it drove ends now, and here."""
        last = track.stretches[-1]
        if last.end is not None and last.from_s < t:
            track.stretches[-1] = last._replace(end=place, arrive_s=t)
            track.legs.pop(len(track.stretches) - 1, None)
