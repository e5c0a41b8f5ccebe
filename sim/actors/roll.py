"""The roll of a service: its units as they last reported, who is free, and how soon each could be somewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.city.index import SpatialIndex
from sim.city.map import Map
from sim.city.roads import Singles, Spot
from sim.city.routing import Router, Standing
from sim.city.traffic import Traffic
from sim.comms.messages import Message
from sim.comms.views import Estimate
from sim.core.vocabulary import Capability

Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class RoadSense:
    """What crews and dispatchers know of the roads: a plan of the city and the usual speeds."""

    router: Router
    traffic: Traffic
    index: SpatialIndex
    town: Map

    def district(self, x: float, y: float) -> str:
        """The district of a place."""
        return self.town.districts[int(self.town.node_district[self.index.nearest_node(x, y)])].name

    def subdistrict(self, x: float, y: float) -> str:
        """The subdistrict of a place."""
        return self.town.subdistricts[int(self.town.node_subdistrict[self.index.nearest_node(x, y)])].name

    def seconds(self, t: float, closures: set[int], *ends: Spot) -> Singles:
        """Expected travel times by edge, s, with the closures that are believed in."""
        expected = self.traffic.expected_s(self.traffic.hour_at(t), siren=True)
        return self.router.without(expected, closures, *ends) if closures else expected


class Crew(Protocol):
    """A unit, as far as its dispatcher deals with it."""

    id: str
    row: int
    district: str
    capabilities: frozenset[Capability]
    spot: Spot

    def hear(self, message: Message, because: int) -> None: ...

    def read_back(self, serial: int) -> None: ...


class Roll:
    """Columns over the units of one service, by row."""

    def __init__(self, crews: list[Crew], places: list[tuple[float, float]]) -> None:
        self.names = [crew.id for crew in crews]
        self.capabilities = frozenset(capability for crew in crews for capability in crew.capabilities)
        self._edges = np.array([crew.spot.edge for crew in crews], np.int32)
        self._offsets = np.array([crew.spot.offset_m for crew in crews])
        self._xy = np.array(places, float).reshape(-1, 2)
        self._districts = np.array([crew.district for crew in crews], np.str_)
        self._is_free = np.ones(len(crews), np.bool_)
        self._can = {one: np.array([one in crew.capabilities for crew in crews]) for one in self.capabilities}

    def report(self, row: int, spot: Spot, place: tuple[float, float]) -> None:
        """A unit says where it is."""
        self._edges[row], self._offsets[row] = spot
        self._xy[row] = place

    def set_free(self, row: int, is_free: bool) -> None:
        """Whether a unit is believed to be free."""
        self._is_free[row] = is_free

    def free(self, capability: Capability) -> Rows:
        """Rows of the free units that can do it."""
        return np.flatnonzero(self._is_free & self._can[capability])

    def by_district(self, rows: Rows) -> Counter[str]:
        """How many of these units belong to each district."""
        return Counter(self._districts[rows].tolist())

    def free_beside(self, crew: Crew) -> int:
        """Free units of the crew's district that can do all that it can, itself included."""
        able = self._is_free & (self._districts == crew.district)
        for capability in crew.capabilities:
            able = able & self._can[capability]
        return int(able.sum())

    def within(self, rows: Rows, district: str) -> Rows:
        """Those of these units that belong to a district."""
        own: Rows = rows[self._districts[rows] == district]
        return own

    def nearest(self, rows: Rows, place: tuple[float, float], k: int, district: str | None) -> tuple[str, ...]:
        """The k nearest of these units by straight line, of a district or of all."""
        if district is not None:
            rows = self.within(rows, district)
        away = np.hypot(self._xy[rows, 0] - place[0], self._xy[rows, 1] - place[1])
        return tuple(self.names[row] for row in rows[np.argsort(away, kind="stable")[:k]])

    def soonest(self, rows: Rows, target: Spot, seconds: Singles, k: int, router: Router) -> tuple[Estimate, ...]:
        """The k of these units that are expected first at a spot."""
        units = Standing(rows.astype(np.int32), self._edges[rows], self._offsets[rows])
        found = router.nearest_at(target, seconds, units, k)
        return tuple(Estimate(self.names[row], str(self._districts[row]), eta_s) for row, eta_s in found)
