"""The exogenous script: background incidents and calls, Poisson by hour and place, and a scenario's own incidents."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from zlib import crc32

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from pydantic import BaseModel, ValidationError

from sim.city.map import Map
from sim.city.population import Population
from sim.city.roads import ROAD_CLASSES, Spot
from sim.core.errors import InputError, unknown
from sim.core.streams import Streams
from sim.hazards.evidence import Hourly
from sim.hazards.planned import Planned, PlannedCall, Script
from sim.hazards.tables import CallTable, KindTable, Tables, hazard_tables

HOUR_S = 3600.0
DAY_HOURS = 24

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

CRASH_EXPOSURE = dict(zip(ROAD_CLASSES, (3.0, 3.0, 2.0, 1.2, 0.6, 0.2), strict=True))
"""Crashes per km and lane relative to each other (assumed: in proportion to traffic)."""


class Window(NamedTuple):
    """When the run begins, s of day, and how long it is scripted, s."""

    start_s: float
    duration_s: float


def write_script(
    town: Map,
    population: Population,
    streams: Streams,
    window: Window,
    load: float | Mapping[str, float] = 1.0,
    tables: Tables | None = None,
) -> Script:
    """Background incidents and calls in a window; `load` multiplies the rates (a number, or one for each kind)."""
    tables = tables or hazard_tables()
    names = [*tables.kinds, "enquiry", "hoax"]
    for name in load if isinstance(load, Mapping) else ():
        if name not in names:
            raise unknown("load", name, names)
    places = _Places(town, population)
    script = Script()
    size = town.population / tables.background.people.value
    for name in names:
        factor = size * (load.get(name, 1.0) if isinstance(load, Mapping) else load)
        rng = streams(f"script.{name}")
        if name in tables.kinds:
            kind = tables.kinds[name]
            times = arrivals(rng, kind.per_day.value * factor, kind.hourly, window)
            script.incidents += places.incidents(name, kind, times, window, rng)
        else:
            call: CallTable = getattr(tables.background, name)
            times = arrivals(rng, call.per_day.value * factor, call.hourly, window)
            script.calls += places.calls(name, call, times, window, rng)
    script.incidents.sort(key=lambda plan: (plan.t, plan.id))
    script.calls.sort(key=lambda call: (call.t, call.key))
    return script


def listed(town: Map, name: str, kind: str, t: float, spot: Spot, **given: Any) -> Planned:
    """A scenario's own incident; its draws belong to its name. `given`: floor, access_s, and details of the physics."""
    kinds = hazard_tables().kinds
    if kind not in kinds:
        raise unknown(f"incident {name!r}: kind", kind, kinds)
    return Planned(
        t=float(np.ceil(t)),
        id=name,
        key=(crc32(b"listed"), crc32(name.encode())),
        kind=kind,
        spot=spot,
        node=nearest_node(town, spot),
        listed=True,
        floor=given.pop("floor", None),
        access_s=given.pop("access_s", None),
        details=_details(name, kinds[kind].physics.details, given),
    )


def nearest_node(town: Map, spot: Spot) -> int:
    """The end of the edge that is nearer to the spot."""
    is_far = spot.offset_m > float(town.roads.length_m[spot.edge]) / 2.0
    return int(town.roads.head[spot.edge] if is_far else town.roads.tail[spot.edge])


def arrivals(rng: Generator, per_day: float, hourly: Hourly, window: Window) -> Floats:
    """Times of a Poisson process whose rate changes by hour of day, s since the start, rounded up, in order."""
    start, end = window.start_s, window.start_s + window.duration_s
    marks = np.unique(np.concatenate([[start, end], np.arange(np.ceil(start / HOUR_S), end / HOUR_S) * HOUR_S]))
    rates = per_day / DAY_HOURS / HOUR_S * hourly.weights[(marks[:-1] // HOUR_S).astype(int) % DAY_HOURS]
    counts = rng.poisson(rates * np.diff(marks))
    slot = np.repeat(np.arange(len(counts)), counts)
    times = marks[slot] + rng.random(len(slot)) * np.diff(marks)[slot]
    return np.ceil(np.sort(times) - start)


class _Places:
    """Draws where things happen: by homes, by people present, by traffic."""

    def __init__(self, town: Map, population: Population) -> None:
        self.town, self.population = town, population
        self._by_hour: dict[int, Floats] = {}
        self._homes = np.cumsum(town.node_people, dtype=np.float64)
        self._roads: Floats | None = None

    def incidents(self, name: str, kind: KindTable, times: Floats, window: Window, rng: Generator) -> list[Planned]:
        """Background incidents of one kind at these times."""
        u, along = rng.random((2, len(times)))
        if kind.where == "road":
            edges = _pick(self._traffic(), u)
            spots = [Spot(*pair) for pair in zip(edges.tolist(), self._offsets(edges, along), strict=True)]
            nodes = [nearest_node(self.town, spot) for spot in spots]
        else:
            chosen = _pick(self._homes, u) if kind.where == "home" else self._present(times, window, u)
            spots = self._beside(chosen, along)
            nodes = chosen.tolist()
        code = crc32(name.encode())
        return [
            Planned(t, f"{name}-{n:06d}", (code, n), name, spot, node)
            for n, (t, spot, node) in enumerate(zip(times.tolist(), spots, nodes, strict=True))
        ]

    def calls(self, name: str, call: CallTable, times: Floats, window: Window, rng: Generator) -> list[PlannedCall]:
        """Calls with no incident behind them at these times."""
        u, dial_u, claim_u, caller_u = rng.random((4, len(times)))
        nodes = self._present(times, window, u)
        code, x, y = crc32(name.encode()), self.town.roads.x, self.town.roads.y
        out = []
        for n, node in enumerate(nodes.tolist()):
            number = call.dial.pick(dial_u[n])
            claim = call.claims[number].pick(claim_u[n]) if number in call.claims else ""
            place = float(x[node]), float(y[node])
            out.append(PlannedCall(float(times[n]), (code, n), name, number, claim, node, *place, float(caller_u[n])))
        return out

    def _present(self, times: Floats, window: Window, u: Floats) -> Whole:
        hours = ((window.start_s + times) // HOUR_S).astype(int) % DAY_HOURS
        nodes = np.zeros(len(times), np.int64)
        for hour in np.unique(hours).tolist():
            if hour not in self._by_hour:
                self._by_hour[hour] = np.cumsum(self.population.present_everywhere(hour))
            nodes[hours == hour] = _pick(self._by_hour[hour], u[hours == hour])
        return nodes

    def _traffic(self) -> Floats:
        if self._roads is None:
            roads = self.town.roads
            exposure = np.array([CRASH_EXPOSURE[name] for name in ROAD_CLASSES])[roads.road_class]
            self._roads = np.cumsum(roads.length_m.astype(np.float64) * roads.lanes * exposure)
        return self._roads

    def _offsets(self, edges: Whole, along: Floats) -> list[float]:
        offsets: list[float] = (self.town.roads.length_m[edges].astype(np.float64) * along).tolist()
        return offsets

    def _beside(self, nodes: Whole, along: Floats) -> list[Spot]:
        """Spots on the near half of one of the edges that leave a node; one uniform picks the edge and how far."""
        first = self.town.roads.indptr[nodes].astype(np.int64)
        degree = self.town.roads.indptr[nodes + 1] - first
        which = np.minimum((along * degree).astype(np.int64), np.maximum(degree - 1, 0))
        edges = np.minimum(first + which, self.town.roads.edge_count - 1)
        offsets = self._offsets(edges, (along * degree - which) / 2.0)
        roads = self.town.roads
        return [
            Spot(edge, offset) if count else roads.at_node(node)
            for edge, offset, count, node in zip(edges.tolist(), offsets, degree.tolist(), nodes.tolist(), strict=True)
        ]


def _pick(cumulated: Floats, u: Floats) -> Whole:
    """Indexes drawn in proportion to the increments of a cumulated sum."""
    found = np.searchsorted(cumulated, u * cumulated[-1], side="right")
    chosen: Whole = np.minimum(found, len(cumulated) - 1).astype(np.int64)
    return chosen


def _details(name: str, model: type[BaseModel], given: Mapping[str, Any]) -> BaseModel:
    for key in given:
        if key not in model.model_fields:
            raise unknown(f"incident {name!r}: a key", key, [*model.model_fields, "floor", "access_s"])
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"incident {name!r}: {where}: {first['msg']}; found {first['input']!r}") from None
