"""What never changes on the map, as one packet: roads by class, names along roads, land, districts, facilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from sim.city.map import Facility, Map
from sim.city.roads import Roads
from sim.viewer.citymap.land import Line, land_of
from sim.viewer.citymap.protocol import GROUND, STEPS, Box, pack

MARGIN = 0.04
"""Of the width and the height, around all roads."""

TOLERANCE_M = 4.0
"""Bends of a road that are smaller are not drawn."""

CELLS = 48
"""Roads of one class are sent cell by cell of a grid this wide, so that the page finds those in sight quickly."""

TELLS = ("beds", "engines", "ambulances", "patrol_cars", "staff", "capacity", "position")
"""Attributes of a facility that a page is told."""


class Lines(NamedTuple):
    """Polylines end to end: all their points, m, and where each begins; the last number says how many there are."""

    points: Line
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Lines:
        """From one array for each."""
        starts = np.concatenate([[0], np.cumsum([len(line) for line in lines])]).astype(np.int64)
        return cls(np.vstack([*lines, np.zeros((0, 2))]), starts)


def box_of(town: Map) -> Box:
    """The box of all roads with a margin."""
    x, y = town.roads.x, town.roads.y
    west, south, east, north = float(x.min()), float(y.min()), float(x.max()), float(y.max())
    more = max(MARGIN * max(east - west, north - south), 300.0)
    return Box(west - more, south - more, east + more, north + more)


def ground_of(town: Map) -> bytes:
    """The packet of a map; made once for each map."""
    return _ground(_Keyed(town))


class _Keyed:
    """A map that is equal to another of the same contents."""

    def __init__(self, town: Map) -> None:
        self.town = town

    def __hash__(self) -> int:
        return hash(self.town.digest)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Keyed) and self.town.digest == other.town.digest


@lru_cache(maxsize=4)
def _ground(keyed: _Keyed) -> bytes:
    town = keyed.town
    box, land = box_of(town), land_of(town)
    lines, classes = road_lines(town.roads)
    chains, names, chain_classes = road_chains(town.roads)
    arrays: dict[str, NDArray[Any]] = {"rcls": classes}
    for tag, some in (("c", chains), ("s", land.shores), ("k", land.wilds), ("b", land.borders)):
        arrays |= _packed(tag, Lines.of(some), box)
    arrays |= _packed("r", lines, box)
    arrays |= {"cnam": names, "ccls": chain_classes}
    return pack(GROUND, 0.0, 0, _text(town, box), arrays)


def _packed(tag: str, lines: Lines, box: Box) -> dict[str, NDArray[Any]]:
    return {f"{tag}pts": box.shares(lines.points).ravel(), f"{tag}sta": lines.starts.astype(np.uint32)}


def _text(town: Map, box: Box) -> dict[str, Any]:
    roads, centre = town.roads, town.roads.projection
    at = centre.to_metres
    return {
        "name": town.name, "title": town.title, "attribution": town.attribution, "schematic": town.is_schematic,
        "box": list(box), "lon0": centre.lon0, "lat0": centre.lat0, "steps": STEPS,
        "districts": [[one.name, one.name_zh, *_round(at(one.lon, one.lat)), one.population] for one in town.districts],
        "subdistricts": [
            [one.name, one.name_zh, *_round(at(one.lon, one.lat)), one.population, one.district]
            for one in town.subdistricts
        ],
        "facilities": [_facility(one, at(one.lon, one.lat)) for one in town.facilities],
        "landmarks": [[*names, *_round((roads.x[node], roads.y[node]))] for node, names in _landmarks(town).items()],
        "roads": [[name, zh] for name, zh in zip(roads.names, roads.names_zh or roads.names, strict=True)],
    }  # fmt: skip


def _landmarks(town: Map) -> dict[int, tuple[str, str]]:
    """Names of nodes in English and Chinese: a map has both as keys."""
    found: dict[int, tuple[str, str]] = {}
    for name, node in town.landmarks.items():
        english, chinese = found.get(node, ("", ""))
        found[node] = (english or name, chinese) if name.isascii() else (english, chinese or name)
    return found


def _facility(one: Facility, place: tuple[Any, Any]) -> list[Any]:
    told = {name: one.attributes[name] for name in TELLS if name in one.attributes}
    return [one.kind, one.name, one.name_zh, *_round(place), one.district, told]


def _round(place: Iterable[Any]) -> list[float]:
    return [round(float(value), 1) for value in place]


# --- roads


def road_lines(roads: Roads) -> tuple[Lines, NDArray[np.uint8]]:
    """Each street once as a polyline, the smallest first and the fastest last, near ones together; and its class."""
    once = streets(roads)
    x, y = roads.x[roads.tail[once]], roads.y[roads.tail[once]]
    across = np.floor((x - roads.x.min()) / max(np.ptp(roads.x), 1.0) * CELLS).astype(int)
    up = np.floor((y - roads.y.min()) / max(np.ptp(roads.y), 1.0) * CELLS).astype(int)
    edges = once[np.lexsort((across, up, -roads.road_class[once].astype(int)))]
    return _polylines(roads, edges, TOLERANCE_M), roads.road_class[edges].astype(np.uint8)


def streets(roads: Roads) -> NDArray[np.intp]:
    """Edges, of the two directions of a street the first."""
    return np.flatnonzero((roads.twin < 0) | (np.arange(roads.edge_count) < roads.twin))


def _polylines(roads: Roads, edges: NDArray[np.intp], tolerance_m: float) -> Lines:
    """Edges with their bends, but for those that are smaller."""
    tails = np.column_stack([roads.x[roads.tail[edges]], roads.y[roads.tail[edges]]])
    heads = np.column_stack([roads.x[roads.head[edges]], roads.y[roads.head[edges]]])
    if not len(roads.shape_start):
        return Lines(np.stack([tails, heads], axis=1).reshape(-1, 2), np.arange(len(edges) + 1) * 2)
    inner = (roads.shape_start[edges + 1] - roads.shape_start[edges]).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(inner + 2)])
    points = np.empty((int(starts[-1]), 2))
    points[starts[:-1]], points[starts[1:] - 1] = tails, heads
    along = np.arange(int(inner.sum())) - np.repeat(np.cumsum(inner) - inner, inner)
    bends = roads.shape_xy[np.repeat(roads.shape_start[edges], inner) + along]
    points[np.repeat(starts[:-1] + 1, inner) + along] = bends
    shapes = shapely.linestrings(points, indices=np.repeat(np.arange(len(edges)), inner + 2))
    points, which = shapely.get_coordinates(shapely.simplify(shapes, tolerance_m), return_index=True)
    return Lines(points, np.searchsorted(which, np.arange(len(edges) + 1)))


def road_chains(roads: Roads) -> tuple[list[Line], NDArray[Any], NDArray[np.uint8]]:
    """Streets of one name joined end to end, for their names to be written along; which name and class each has."""
    once = streets(roads)
    named = once[roads.name[once] >= 0]
    by_name: defaultdict[int, list[int]] = defaultdict(list)
    for edge, name in zip(named.tolist(), roads.name[named].tolist(), strict=True):
        by_name[name].append(edge)
    chains: list[Line] = []
    names: list[int] = []
    classes: list[int] = []
    for name, edges in by_name.items():
        pieces = shapely.MultiLineString([roads.points(edge) for edge in edges])
        merged = shapely.line_merge(pieces).simplify(3 * TOLERANCE_M)
        usual = int(np.bincount(roads.road_class[edges]).argmax())
        for part in getattr(merged, "geoms", [merged]):
            chains.append(np.array(part.coords))
            names.append(name)
            classes.append(usual)
    kind = np.uint16 if len(roads.names) <= STEPS else np.uint32
    return chains, np.array(names, kind), np.array(classes, np.uint8)
