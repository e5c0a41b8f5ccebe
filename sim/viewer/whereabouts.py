"""Where a place is, as one would tell a crew: the road, what has a name near by, and the area; no metres."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from sim.city.map import Map

if TYPE_CHECKING:
    from sim.viewer.words_names import Names

NEAR_M, FAR_M = 150.0, 3000.0
"""So near one is beside a thing; what is farther away than that does not help to find a place."""

WAYS = ("e", "ne", "n", "nw", "w", "sw", "s", "se")
"""Directions, from the east on, an eighth of a turn each."""

ON_M = 60.0
"""So near to a road a place is on it."""

_PLACE = re.compile(r"\b(at|to|is|near|of) (-?\d+) (-?\d+)\b")
_EDGE = re.compile(r"\(edge (\d+)\)")


class Whereabouts:
    """The places of a map that have names, and the roads."""

    def __init__(self, town: Map, names: Names) -> None:
        self._town, self._names = town, names
        self._known: dict[tuple[int, int], str] = {}

    def near(self, x: float, y: float) -> str:
        """The road, the nearest thing that has a name, subdistrict and district, as far as there are any."""
        key = round(x), round(y)
        if key not in self._known:
            self._known[key] = self._near(x, y)
        return self._known[key]

    def _near(self, x: float, y: float) -> str:
        area, road, thing = self._names.place(x, y), self._road(x, y), self._thing(x, y)
        parts = [part for part in (road, thing) if part]
        if self._names.language == "zh":
            return area + "，".join(parts)
        return ", ".join([" ".join(parts) if thing.startswith("near ") else ", ".join(parts), area]) if parts else area

    def spoken(self, text: str) -> str:
        """What was said, in English, with names for the metres and the numbers of roads in it."""
        told = _PLACE.sub(lambda found: self._named(found[1], float(found[2]), float(found[3])), text)
        return _EDGE.sub(lambda found: f"({self._names.edge(int(found[1])) or 'a road'})", told)

    def _named(self, before: str, x: float, y: float) -> str:
        place = self.near(x, y)
        if place.startswith("near "):
            return place if before in ("at", "near") else f"{before} a place {place}"
        return f"{before} {place}"

    # --- what has a name

    def _road(self, x: float, y: float) -> str:
        spot = self._town.index.nearest_spot(x, y)
        at_x, at_y = self._town.roads.at(spot)
        return self._names.edge(spot.edge) if np.hypot(at_x - x, at_y - y) <= ON_M else ""

    def _thing(self, x: float, y: float) -> str:
        if not self._things:
            return ""
        away, which = self._tree.query((x, y))
        there_x, there_y, name = self._things[int(which)]
        if away > FAR_M:
            return ""
        if away <= NEAR_M:
            return self._names.say("near_thing", name=name)
        turn = round(float(np.arctan2(y - there_y, x - there_x)) / (np.pi / 4)) % 8
        metres = max(50, round(away / 50) * 50)
        return self._names.say("way_from_thing", name=name, n=metres, way=self._names.say(f"way_{WAYS[turn]}"))

    @cached_property
    def _tree(self) -> cKDTree:
        return cKDTree(np.array([(x, y) for x, y, _ in self._things], float))

    @cached_property
    def _things(self) -> list[tuple[float, float, str]]:
        """Houses and landmarks; on an English page those that have a name in its letters."""
        roads, english = self._town.roads, self._names.language == "en"
        found: list[tuple[float, float, str]] = []
        for one in self._town.facilities:
            x, y = roads.projection.to_metres(one.lon, one.lat)
            found.append((float(x), float(y), self._names.house(one.name)))
        landmarks = [(node, name) for name, node in self._town.landmarks.items() if name.isascii() or not english]
        found += [(float(roads.x[node]), float(roads.y[node]), self._names.of(name)) for node, name in landmarks]
        return found


def spoken_of(text: str) -> tuple[float, float] | None:
    """The first place in what was said, m; None where it names none."""
    found = _PLACE.search(text)
    return None if found is None else (float(found[2]), float(found[3]))
