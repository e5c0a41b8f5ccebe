"""Frames of a stored log at any time, forwards and backwards.

A log tells where units set out and arrive, not by which streets: between the two a fast way is drawn. All else is as
it was: what a lens shows of cases, units, closed roads and free bays is what the organisation believed then.
"""

from __future__ import annotations

import pickle
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from sim.city.map import Map
from sim.core.errors import InputError
from sim.core.events import RunStarted, UnitCommissioned
from sim.core.log import Entry
from sim.core.vocabulary import Service
from sim.policies.bundles import Policies
from sim.results.pictures import TrueIncident
from sim.viewer.arcs import RECENT_S, Arcs
from sim.viewer.extents import extent_of
from sim.viewer.frames import Frame, closures, heard, is_at
from sim.viewer.legs import Wayfinder
from sim.viewer.lens import Lens, grouped, own_names
from sim.viewer.marks import CaseMark, ExtentMark, IncidentMark, LoadMark, SightingMark, UnitMark
from sim.viewer.memory import Memory, RememberedCase
from sim.viewer.news import News
from sim.viewer.seating import Seating
from sim.viewer.truth import Truth
from sim.viewer.ways import Track, Tracks

KEEP_EVERY = 20_000
"""Entries between two states that are kept, from which one can go on after a leap back."""


class LoggedFrames:
    """Frames of a log, on the map on which it was made."""

    def __init__(self, entries: Sequence[Entry], town: Map) -> None:
        first = next((entry.event for entry in entries if isinstance(entry.event, RunStarted)), None)
        if first is None:
            raise InputError("the log has no RunStarted: it is not that of a run")
        if first.town != town.name:
            raise InputError(f"the log is of the map {first.town!r}, and this one is {town.name!r}")
        self.town = town
        self.start_s = first.start_s
        self.end_s = entries[-1].t
        self._entries = entries
        self._times = [entry.t for entry in entries]
        seating = Seating(town)
        self._desks = {s.value: owner for owner, served in _organisations(first).items() for s in served}
        self._readers = dict(grouped(self._desks | _others(entries, self._desks)))
        for owner, services in self._readers.items():
            seating.seat_desk(owner, services)
        roads = town.roads
        doors = {one.name: roads.at(roads.at_node(one.node)) for one in town.facilities if one.kind == "hospital"}
        self.tracks = Tracks(entries, Wayfinder(town), doors)
        self._seating = seating
        self._read = 0
        self.news, self.memory, self.truth = News(seating), Memory(self._desks), Truth()
        self._kept = {0: self._state()}

    def owners(self) -> list[str]:
        """Whose pictures there are by the shown time: desks with crews, and all who have had a case."""
        return list(dict.fromkeys([*self._readers, *self.memory.cases]))

    # --- to a time

    def frame(self, lens: Lens, t: float, since_s: float | None = None) -> Frame:
        """What the lens showed at t (what happened in that second included)."""
        self._go(t)
        since_s = t - RECENT_S if since_s is None else since_s
        match lens.sort:
            case "truth":
                return self._truth(t, since_s)
            case "public":
                return self._public(t)
            case "picture":
                return self._picture(lens.owner, t, since_s)

    def _go(self, t: float) -> None:
        """Read on up to t; before it lies behind, from the last state that was kept."""
        until = bisect_right(self._times, t)
        if until < self._read:
            self._read = max(number for number in self._kept if number <= until)
            self.news, self.memory, self.truth = pickle.loads(self._kept[self._read])
            self.news.seating = self._seating
        while self._read < until:
            end = min(until, (self._read // KEEP_EVERY + 1) * KEEP_EVERY)
            new = self._entries[self._read : end]
            for reader in (self.news, self.memory, self.truth):
                reader.read(new)
            self._read = end
            if end % KEEP_EVERY == 0 and end not in self._kept:
                self._kept[end] = self._state()

    def _state(self) -> bytes:
        return pickle.dumps((self.news, self.memory, self.truth))

    # --- truth

    def _truth(self, t: float, since_s: float) -> Frame:
        units = tuple(self._unit(track, t) for track in self.tracks.by_name.values())
        arcs, left_out = Arcs(self.news, {mark.id: (mark.x, mark.y) for mark in units}).all(since_s, t)
        incidents = self.truth.incidents
        return Frame(
            t=t, start_s=self.start_s, lens=Lens("truth"), units=units, incidents=tuple(self._incidents()),
            cases=tuple(self._all_cases()),
            extents=tuple(mark for one in incidents.values() if (mark := self._extent(one)) is not None),
            alerts=tuple(self.news.alerts.values()), rumours=tuple(self.news.rumours.values()),
            closures=closures(self.town.roads, self.news.closed_s), shadows=tuple(self.news.shadows.values()),
            arcs=arcs, arcs_left_out=left_out, has_people=True,
        )  # fmt: skip

    def _unit(self, track: Track, t: float) -> UnitMark:
        number = track.number_at(t)
        stretch, leg = track.stretches[number], self.tracks.leg(track, number)
        x, y = stretch.start if leg is None else leg.at(t)
        return UnitMark(
            id=track.id, service=track.service, station=track.station, district=track.district, status=stretch.status,
            x=round(x, 1), y=round(y, 1), home=track.home, case=stretch.case, is_home=stretch.is_home, leg=leg,
        )  # fmt: skip

    def _incidents(self) -> Iterator[IncidentMark]:
        about = self.news.cases_by_incident()
        for name, one in self.truth.incidents.items():
            born = self.truth.born[name]
            yield IncidentMark(
                id=name, kind=one.kind, x=one.x, y=one.y, since_s=one.started_s, needs=dict(one.needs),
                victims=one.victims, listed=born.listed, district=born.district, subdistrict=born.subdistrict,
                floor=born.floor, extent=one.extent, intensity=one.intensity,
                noticed_s=self.news.noticed_s.get(name), crews=tuple(sorted(self.truth.crews.get(name, ()))),
                cases=about.get(name, ()),
            )  # fmt: skip

    def _extent(self, one: TrueIncident) -> ExtentMark | None:
        extent = extent_of(one.kind, one.extent, one.intensity)
        if extent is None:
            return None
        inside, left, hurt = self.truth.people.get(one.id, (0, 0, 0))
        return ExtentMark(
            id=one.id, kind=one.kind, x=one.x, y=one.y, radius_m=round(extent.radius_m, 1),
            level=round(extent.level, 3), inside=inside, left=left, hurt=hurt,
        )  # fmt: skip

    def _all_cases(self) -> Iterator[CaseMark]:
        for name, origin in self.news.cases.items():
            case = self.memory.of(origin.owner).get(name)
            if case is not None and "kind" in case.beliefs:
                yield remembered(case, is_false=origin.is_false, incident=origin.incident)

    # --- belief

    def _picture(self, owner: str, t: float, since_s: float) -> Frame:
        units = tuple(self._sightings(owner))
        arcs = Arcs(self.news, {mark.id: (mark.x, mark.y) for mark in units})
        drawn, left_out = arcs.of(own_names(owner, self._readers.get(owner, ())), since_s, t)
        return Frame(
            t=t, start_s=self.start_s, lens=Lens("picture", owner), units=units,
            cases=tuple(remembered(case) for case in self.memory.of(owner).values() if "kind" in case.beliefs),
            alerts=heard(self.news.alerts.values()),
            closures=closures(self.town.roads, self.memory.closures_of(owner, t)),
            loads=tuple(self._loads(owner)), arcs=drawn, arcs_left_out=left_out,
        )  # fmt: skip

    def _sightings(self, owner: str) -> Iterator[UnitMark]:
        jobs = {unit: case.id for case in self.memory.of(owner).values() for unit in case.units}
        for name, seen in self.memory.units_of(owner).items():
            track = self.tracks.by_name[name]
            x, y = self.tracks.place(track, seen.at_s)
            yield UnitMark(
                id=name, service=track.service, station=track.station, district=track.district, status=seen.status,
                x=round(x, 1), y=round(y, 1), home=track.home, as_of_s=seen.at_s, case=jobs.get(name),
                is_home=is_at(track.home, (x, y)) and seen.status == "free",
            )  # fmt: skip

    def _loads(self, owner: str) -> Iterator[LoadMark]:
        for name, (free, as_of_s) in self.memory.bays.get(owner, {}).items():
            place = self.news.seating.of(name)
            if place is not None:
                yield LoadMark(id=name, x=place[0], y=place[1], free=free, as_of_s=as_of_s)

    # --- the public

    def _public(self, t: float) -> Frame:
        seen = tuple(
            SightingMark(id=name, kind=one.kind, x=one.x, y=one.y, since_s=self.news.noticed_s[name],
                         witnesses=self.news.witnesses[name])
            for name, one in self.truth.incidents.items() if name in self.news.witnesses
        )  # fmt: skip
        return Frame(
            t=t, start_s=self.start_s, lens=Lens("public"), sightings=seen, alerts=heard(self.news.alerts.values()),
            rumours=tuple(self.news.rumours.values()),
        )  # fmt: skip


def remembered(case: RememberedCase, *, is_false: bool | None = None, incident: str | None = None) -> CaseMark:
    """A case of a folded picture as a mark."""
    held = case.beliefs
    newest = max(held.items(), key=lambda item: (item[1].as_of_s, item[0]))[1]  # of equals always the same
    x, y = held["place"].value
    return CaseMark(
        id=case.id, owner=case.owner, kind=str(held["kind"].value), x=float(x), y=float(y), opened_s=case.opened_s,
        severity=str(held["severity"].value) if "severity" in held else "",
        confidence=min(held["kind"].confidence, held["place"].confidence),
        as_of_s=newest.as_of_s, source=newest.source, needs=dict(held["needs"].value) if "needs" in held else {},
        people=int(held["people"].value) if "people" in held else None, units=tuple(sorted(case.units)),
        is_false=is_false, incident=incident,
    )  # fmt: skip


def _organisations(first: RunStarted) -> dict[str, tuple[Service, ...]]:
    """Call centres and the services that each serves, by the policies of the run."""
    return Policies.model_validate(first.policies).intake.organisations()


def _others(entries: Sequence[Entry], desks: dict[str, str]) -> dict[str, str]:
    """Services with crews whose desk is their own."""
    services = {entry.event.service for entry in entries if isinstance(entry.event, UnitCommissioned)}
    return {service: service for service in sorted(services - set(desks))}
