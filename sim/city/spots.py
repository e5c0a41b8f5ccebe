"""How a spot on an edge is left and reached: over its ends, in the direction of the edge or back over its twin."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.city.kernels import Exits, Seeds
from sim.city.roads import Floats, Roads, Singles, Spot

NODE_M = 1e-3
"""A spot so near to the end of its edge is at the node."""


def node_of(roads: Roads, spot: Spot) -> int:
    """The node a spot is at, or -1 when it lies between two."""
    if spot.offset_m <= NODE_M:
        return int(roads.tail[spot.edge])
    if spot.offset_m >= roads.length_m[spot.edge] - NODE_M:
        return int(roads.head[spot.edge])
    return -1


def ways(roads: Roads, spot: Spot) -> list[Spot]:
    """The spot itself and, where the road has a way back, the same place on the other side."""
    twin = int(roads.twin[spot.edge])
    if twin < 0:
        return [spot]
    gone = spot.offset_m / max(float(roads.length_m[spot.edge]), 1e-9)
    return [spot, Spot(twin, (1.0 - min(gone, 1.0)) * float(roads.length_m[twin]))]


def part_s(roads: Roads, edge: int, metres: float, seconds: Singles) -> float:
    """Seconds for some metres of an edge."""
    return float(seconds[edge]) * (metres / max(float(roads.length_m[edge]), 1e-9))


def exits(roads: Roads, spot: Spot, seconds: Singles) -> list[tuple[int, float]]:
    """The nodes over which whoever is at the spot can leave, with the seconds until he is there."""
    node = node_of(roads, spot)
    if node >= 0:
        return [(node, 0.0)]
    return [
        (int(roads.head[way.edge]), part_s(roads, way.edge, float(roads.length_m[way.edge]) - way.offset_m, seconds))
        for way in ways(roads, spot)
    ]


def exits_of(roads: Roads, edges: NDArray[Any], offsets_m: Floats, units: NDArray[Any], seconds: Singles) -> Exits:
    """The exits of many units at once, two rows a unit, infinite where there is none; otherwise as `exits`."""
    length = np.maximum(roads.length_m[edges].astype(np.float64), 1e-9)
    twin = roads.twin[edges]
    gone = np.minimum(offsets_m / length, 1.0)
    back_length = np.maximum(roads.length_m[twin].astype(np.float64), 1e-9)
    back_offset = (1.0 - gone) * roads.length_m[twin]
    with np.errstate(invalid="ignore"):  # none of an endless edge: at its end, where it does not count
        ahead = seconds[edges] * ((length - offsets_m) / length)
        back = np.where(twin >= 0, seconds[twin] * ((back_length - back_offset) / back_length), np.inf)
    at_tail = offsets_m <= NODE_M
    at_head = ~at_tail & (offsets_m >= roads.length_m[edges] - NODE_M)
    extra = np.concatenate([
        np.where(at_tail, np.inf, np.where(at_head, 0.0, ahead)),
        np.where(at_tail, 0.0, np.where(at_head, np.inf, back)),
    ])  # fmt: skip
    nodes = np.concatenate([roads.head[edges], roads.tail[edges]]).astype(np.int32)
    return Exits(nodes, extra, np.concatenate([units, units]).astype(np.int32))


def seeds_of(roads: Roads, target: Spot, seconds: Singles) -> Seeds:
    """The nodes from which the target's own edge is entered, with the seconds from there; its node if it is at one."""
    node = node_of(roads, target)
    if node >= 0:
        return Seeds(np.array([node], np.int32), np.zeros(1), np.array([-1], np.int32))
    both = ways(roads, target)
    return Seeds(
        np.array([roads.tail[way.edge] for way in both], np.int32),
        np.array([part_s(roads, way.edge, way.offset_m, seconds) for way in both]),
        np.array([way.edge for way in both], np.int32),
    )


def direct(roads: Roads, origin: Spot, target: Spot, seconds: Singles) -> tuple[float, Spot, Spot] | None:
    """The fastest way that stays on one edge, if there is one: seconds, from, to."""
    if origin.edge not in (target.edge, int(roads.twin[target.edge])):
        return None
    pairs = [(a, b) for a in ways(roads, origin) for b in ways(roads, target)]
    found = [
        (part_s(roads, a.edge, b.offset_m - a.offset_m, seconds), a, b)
        for a, b in pairs
        if a.edge == b.edge and a.offset_m <= b.offset_m and np.isfinite(seconds[a.edge])
    ]
    return min(found, default=None)
