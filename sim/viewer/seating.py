"""Where on the map an organisation is drawn: at its house if the map has one, else around its area's middle."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from sim.city.map import Map
from sim.core.vocabulary import NUMBER_OF
from sim.viewer.marks import Place

HOUSES = {
    "fire": ("fire_hq", "fire_station"),
    "ems": ("ems_centre", "hospital"),
    "police": ("police_hq", "police"),
    "traffic": ("traffic_police",),
    "joint": ("command_centre", "police_hq", "police"),
    "water": ("water_bureau",),
    "meteorology": ("met_bureau",),
    "liaison_hong_kong": ("border_liaison",),
}
"""Kinds of facilities in which an organisation has its desk; the first kind that the map has."""

RING_M = {"province": 9000.0, "city": 1400.0, "district": 900.0, "subdistrict": 500.0, "community": 250.0}
"""Radius of the ring in which offices of a tier are drawn around the middle of their area (a drawing's choice)."""


class Seat(NamedTuple):
    """An office, as far as its place is concerned."""

    department: str
    tier: str
    area: str


class Seating:
    """Places of desks, offices, hospitals and sensors, by the names that messages call them."""

    def __init__(self, town: Map) -> None:
        self._town = town
        self._centre = self._seat_of_government()
        self._districts = {one.name: self._metres(one.lon, one.lat) for one in town.districts}
        self._subdistricts = {one.name: self._metres(one.lon, one.lat) for one in town.subdistricts}
        self._places: dict[str, Place] = {
            one.name: self._metres(one.lon, one.lat) for one in town.facilities if one.kind == "hospital"
        }
        self._departments: list[str] = []

    def of(self, name: str) -> Place | None:
        """The place of a party; None where it has none (the public, all crews)."""
        return self._places.get(name)

    def put(self, name: str, place: Place) -> None:
        """A sensor has a place of its own."""
        self._places[name] = place

    def seat_desk(self, owner: str, services: Iterable[str]) -> None:
        """A desk with crews: all its names are at its house."""
        services = tuple(services)
        place = self._house(owner) or self._house(services[0]) or self._beside(self._centre, owner, RING_M["city"])
        for name in (owner, *services, *(f"{service} dispatcher" for service in services)):
            self._places.setdefault(name, place)
        for service, number in NUMBER_OF.items():
            if service in services:
                self._places[number.value] = place

    def seat_office(self, name: str, seat: Seat) -> None:
        """A duty desk."""
        areas = self._districts if seat.tier == "district" else self._subdistricts
        middle = areas.get(seat.area, self._centre)
        house = self._house(seat.department) if seat.tier == "city" and seat.department in HOUSES else None
        self._places[name] = house or self._beside(middle, seat.department, RING_M.get(seat.tier, 900.0))

    def _house(self, owner: str) -> Place | None:
        """The nearest of its kind to the seat of government."""
        for kind in HOUSES.get(owner, ()):
            places = [self._metres(one.lon, one.lat) for one in self._town.facilities if one.kind == kind]
            if places:
                return min(places, key=lambda place: math.dist(place, self._centre))
        return None

    def _beside(self, middle: Place, department: str, ring_m: float) -> Place:
        """Each department has its own direction, so that desks of one area do not lie on each other."""
        if department not in self._departments:
            self._departments.append(department)
        angle = 2.4 * self._departments.index(department)  # the golden angle: neighbours lie far apart
        ring_m = min(ring_m, 0.12 * self._width_m())
        return round(middle[0] + ring_m * math.cos(angle), 1), round(middle[1] + ring_m * math.sin(angle), 1)

    def _width_m(self) -> float:
        return float(self._town.roads.x.max() - self._town.roads.x.min())

    def _seat_of_government(self) -> Place:
        for one in self._town.facilities:
            if one.kind == "government":
                return self._metres(one.lon, one.lat)
        x, y = self._town.roads.x, self._town.roads.y
        return round(float(x.mean()), 1), round(float(y.mean()), 1)

    def _metres(self, lon: float, lat: float) -> Place:
        x, y = self._town.roads.projection.to_metres(lon, lat)
        return round(float(x), 1), round(float(y), 1)
