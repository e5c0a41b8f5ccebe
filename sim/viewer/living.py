"""Frames of a living city."""

from __future__ import annotations

from collections.abc import Iterator

from sim.actors.unit import Unit
from sim.city.traffic import Itinerary
from sim.comms.cases import Case
from sim.comms.pictures import Picture, Sighting
from sim.hazards.incident import Incident
from sim.model import City
from sim.viewer.arcs import RECENT_S, Arcs
from sim.viewer.extents import extent_now
from sim.viewer.frames import Frame, closures, heard, is_at
from sim.viewer.legs import leg_of
from sim.viewer.lens import Lens, own_names, pictures_of, readers
from sim.viewer.marks import CaseMark, ExtentMark, IncidentMark, Leg, LoadMark, Place, SightingMark, UnitMark
from sim.viewer.news import News
from sim.viewer.seating import Seating


class LivingFrames:
    """Frames of a living city; it is asked by whoever lives it, between two seconds."""

    def __init__(self, city: City) -> None:
        self.city = city
        seating = Seating(city.town)
        for owner, services in readers(city).items():
            seating.seat_desk(owner, services)
        self.news = News(seating)
        self._read = 0
        self._legs: dict[str, tuple[Itinerary, Leg]] = {}
        self._standing: dict[str, tuple[object, UnitMark]] = {}  # by unit: what it was made of, and the mark
        self._reported: dict[str, tuple[object, UnitMark]] = {}
        self._pictures = pictures_of(city)
        self._homes: dict[str, Place] = {unit.id: city.town.roads.at(unit.post.spot) for unit in city.units.units}

    def frame(self, lens: Lens, since_s: float | None = None) -> Frame:
        """What the lens shows now; messages since that time, else of the last seconds."""
        self.news.read(self.city.log.since(self._read))
        self._read = len(self.city.log)
        since_s = self.city.t - RECENT_S if since_s is None else since_s
        match lens.sort:
            case "truth":
                return self._truth(since_s)
            case "public":
                return self._public()
            case "picture":
                return self._picture(self._pictures[lens.owner], since_s)

    # --- truth

    def _truth(self, since_s: float) -> Frame:
        city, news = self.city, self.news
        units = tuple(self._unit(unit) for unit in city.units.units)
        arcs = Arcs(news, {mark.id: (mark.x, mark.y) for mark in units})
        drawn, left_out = arcs.all(since_s, city.t)
        return Frame(
            t=city.t, start_s=city.script.start_s, lens=Lens("truth"), units=units,
            incidents=tuple(self._incidents()),
            cases=tuple(self._all_cases()),
            extents=tuple(extent for one in city.incidents.active.values() if (extent := _extent(one)) is not None),
            alerts=tuple(news.alerts.values()), rumours=tuple(news.rumours.values()),
            closures=closures(city.town.roads, {e: news.closed_s.get(e, 0) for e in city.traffic.traffic.closed}),
            loads=tuple(self._loads()), shadows=tuple(news.shadows.values()),
            arcs=drawn, arcs_left_out=left_out, has_people=True,
        )  # fmt: skip

    def _unit(self, unit: Unit) -> UnitMark:
        """Where it is; of who stands still the mark of the last frame, if nothing has changed."""
        itinerary = self.city.traffic.way_of(unit)
        state = unit.status, unit.order, unit.spot, unit.is_home
        known = self._standing.get(unit.id)
        if itinerary is None and known is not None and known[0] == state:
            return known[1]
        x, y = unit.place
        mark = UnitMark(
            id=unit.id, service=unit.service, station=unit.post.station, district=unit.district, status=unit.status,
            x=round(x, 1), y=round(y, 1), home=self._homes[unit.id], case=unit.order.case if unit.order else None,
            is_home=unit.is_home, leg=None if itinerary is None else self._leg(unit.id, itinerary),
        )  # fmt: skip
        if itinerary is None:
            self._standing[unit.id] = state, mark
        else:
            self._standing.pop(unit.id, None)
        return mark

    def _leg(self, name: str, itinerary: Itinerary) -> Leg:
        known = self._legs.get(name)
        if known is None or known[0] is not itinerary:
            known = self._legs[name] = itinerary, leg_of(self.city.town.roads, itinerary)
        return known[1]

    def _incidents(self) -> Iterator[IncidentMark]:
        about = self.news.cases_by_incident()
        for one in self.city.incidents.active.values():
            yield self._incident(one, about.get(one.id, ()))

    def _incident(self, one: Incident, about: tuple[str, ...]) -> IncidentMark:
        town = self.city.town
        sub = town.subdistricts[int(town.node_subdistrict[one.node])]
        return IncidentMark(
            id=one.id, kind=one.kind, x=round(one.x, 1), y=round(one.y, 1), since_s=one.started_t,
            needs={capability.value: count for capability, count in one.needs().items()}, victims=len(one.patients),
            listed=one.listed, district=sub.district, subdistrict=sub.name, floor=one.floor,
            extent=round(one.extent(), 2), intensity=round(one.intensity(), 1),
            noticed_s=self.news.noticed_s.get(one.id), crews=tuple(sorted(one.crews)), cases=about,
        )  # fmt: skip

    def _all_cases(self) -> Iterator[CaseMark]:
        for name, origin in self.news.cases.items():
            case = self._pictures[origin.owner].cases.get(name)
            if case is not None:
                yield believed(case, origin.owner, is_false=origin.is_false, incident=origin.incident)

    def _loads(self) -> Iterator[LoadMark]:
        for one in self.city.hospitals.members:
            x, y = self.news.seating.of(one.name) or one.place
            yield LoadMark(id=one.name, x=round(x, 1), y=round(y, 1), free=one.free_bays, bays=one.bays,
                           waiting=len(one.queue))  # fmt: skip

    # --- belief

    def _picture(self, picture: Picture, since_s: float) -> Frame:
        city = self.city
        services = readers(city).get(picture.owner, ())
        units = tuple(self._sightings(picture))
        arcs = Arcs(self.news, {mark.id: (mark.x, mark.y) for mark in units})
        drawn, left_out = arcs.of(own_names(picture.owner, services), since_s, city.t)
        return Frame(
            t=city.t, start_s=city.script.start_s, lens=Lens("picture", picture.owner), units=units,
            cases=tuple(believed(case, picture.owner) for case in picture.cases.values()),
            alerts=heard(self.news.alerts.values()),
            closures=closures(city.town.roads, picture.closures_since()),
            loads=tuple(self._reported_loads(picture)), arcs=drawn, arcs_left_out=left_out,
        )  # fmt: skip

    def _sightings(self, picture: Picture) -> Iterator[UnitMark]:
        """Units as last reported; the mark of the last frame, if nothing has been heard since."""
        jobs = {unit: case.id for case in picture.cases.values() for unit in case.assigned}
        for name, seen in picture.units.items():
            state = seen.status, seen.x, seen.y, seen.as_of_s, jobs.get(name)
            known = self._reported.get(name)
            if known is None or known[0] != state:
                known = self._reported[name] = state, self._sighting(name, seen, jobs.get(name))
            yield known[1]

    def _sighting(self, name: str, seen: Sighting, case: str | None) -> UnitMark:
        unit, home = self.city.units.by_name[name], self._homes[name]
        return UnitMark(
            id=name, service=unit.service, station=unit.post.station, district=unit.district, status=seen.status,
            x=round(seen.x, 1), y=round(seen.y, 1), home=home, as_of_s=seen.as_of_s, case=case,
            is_home=is_at(home, (seen.x, seen.y)) and seen.status == "free",
        )  # fmt: skip

    def _reported_loads(self, picture: Picture) -> Iterator[LoadMark]:
        for name, (free, as_of_s) in picture.free_bays.items():
            place = self.news.seating.of(name)
            if place is not None:
                yield LoadMark(id=name, x=place[0], y=place[1], free=free, as_of_s=as_of_s)

    # --- the public

    def _public(self) -> Frame:
        news, active = self.news, self.city.incidents.active
        seen = tuple(
            SightingMark(id=one.id, kind=one.kind, x=round(one.x, 1), y=round(one.y, 1),
                         since_s=news.noticed_s[one.id], witnesses=news.witnesses[one.id])
            for one in active.values() if one.id in news.witnesses
        )  # fmt: skip
        return Frame(
            t=self.city.t, start_s=self.city.script.start_s, lens=Lens("public"), sightings=seen,
            alerts=heard(news.alerts.values()), rumours=tuple(news.rumours.values()),
        )  # fmt: skip


def believed(case: Case, owner: str, *, is_false: bool | None = None, incident: str | None = None) -> CaseMark:
    """A case of a living picture as a mark."""
    held = case.beliefs
    newest = max(held.items(), key=lambda item: (item[1].as_of_s, item[0]))[1]  # of equals always the same
    people = held.get("people")
    x, y = case.place
    return CaseMark(
        id=case.id, owner=owner, kind=case.kind, x=x, y=y, opened_s=case.opened_s,
        severity=case.severity if "severity" in held else "",
        confidence=min(held["kind"].confidence, held["place"].confidence),
        as_of_s=newest.as_of_s, source=newest.source, needs=case.needs,
        people=None if people is None else int(people.value), units=tuple(sorted(case.assigned)),
        is_false=is_false, incident=incident,
    )  # fmt: skip


def _extent(one: Incident) -> ExtentMark | None:
    extent = extent_now(one)
    if extent is None:
        return None
    count = one.zone.count(one.t) if one.zone is not None else (0, 0, 0)
    return ExtentMark(
        id=one.id, kind=one.kind, x=round(one.x, 1), y=round(one.y, 1), radius_m=round(extent.radius_m, 1),
        level=round(extent.level, 3), inside=count[0], left=count[1], hurt=count[2],
    )  # fmt: skip
