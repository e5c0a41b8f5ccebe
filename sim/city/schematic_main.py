"""The main roads of a schematic map: gentle curves through the named nodes, cut into pieces."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.city.roads import ROAD_CLASSES, Flags, Floats, Ints
from sim.city.schematic_tables import MainRoad, Skeleton

MOTORWAY, TRUNK = ROAD_CLASSES.index("motorway"), ROAD_CLASSES.index("trunk")
BESIDE_M = 160.0
"""How far a second road between the same two nodes swings aside, so that both can be seen."""


@dataclass(frozen=True, eq=False)
class MainRoads:
    """Nodes (the named ones first) and two-way pieces."""

    xy: Floats  # n, 2
    tail: Ints  # pieces
    head: Ints
    road: Ints  # pieces, index into the skeleton's roads
    tunnel: Flags  # pieces
    bridge: Flags  # pieces
    may_join: Flags  # n, streets may meet the road here
    district: Ints  # n; between two districts that of the nearer end of the stretch

    @property
    def on_ground(self) -> Flags:
        """Pieces that streets can meet or must cross: neither tunnel nor viaduct."""
        return ~(self.tunnel | self.bridge)


def draw_main_roads(skeleton: Skeleton, pieces_in: NDArray[np.float64]) -> MainRoads:
    """Curves through the nodes of every road; `pieces_in` is the length of a piece by district, metres."""
    xy = [tuple(point) for point in skeleton.node_xy]
    rows: list[tuple[int, int, int, bool, bool]] = []
    joins: dict[int, bool] = {}
    district = skeleton.node_district.tolist()
    seen: dict[frozenset[int], int] = {}
    gap_m = float(skeleton.sheet["main_roads"]["trunk_junction_m"])
    for index, road in enumerate(skeleton.roads):
        for step in range(len(road.nodes) - 1):
            ends = frozenset(road.nodes[step : step + 2])
            beside = BESIDE_M * seen.get(ends, 0)
            seen[ends] = seen.get(ends, 0) + 1
            tunnel, bridge = ends in skeleton.tunnels, ends in skeleton.viaducts
            piece_m = float(np.mean(pieces_in[skeleton.node_district[list(ends)]]))
            inner = _curve(skeleton.node_xy, road, step, piece_m, beside)
            chain = [road.nodes[step], *range(len(xy), len(xy) + len(inner)), road.nodes[step + 1]]
            xy.extend((round(x, 1), round(y, 1)) for x, y in inner.tolist())
            rows.extend((a, b, index, tunnel, bridge) for a, b in pairwise(chain))
            every = 1 if road.road_class > TRUNK else max(2, round(gap_m / piece_m))
            for place, node in enumerate(chain[1:-1], start=1):
                joins[node] = road.road_class != MOTORWAY and place % every == 0 and not (tunnel or bridge)
                district.append(skeleton.node_district[road.nodes[step + (2 * place >= len(chain))]])
    tail, head, roads, tunnels, bridges = (np.array(column) for column in zip(*rows, strict=True))
    classes = np.array([road.road_class for road in skeleton.roads])[roads]
    may_join = np.array([joins.get(node, False) for node in range(len(xy))])
    may_join[: len(skeleton.nodes)] = _open_nodes(len(skeleton.nodes), tail, head, classes, tunnels | bridges)
    return MainRoads(
        xy=np.array(xy),
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        road=roads.astype(np.int32),
        tunnel=tunnels,
        bridge=bridges,
        may_join=may_join,
        district=np.array(district, np.int32),
    )


def piece_lengths(skeleton: Skeleton, budget: Floats) -> Floats:
    """Metres of a piece by district: longer where the main roads would take half of the district's nodes."""
    road_m = np.zeros(len(budget))
    for road in skeleton.roads:
        for a, b in pairwise(road.nodes):
            half = np.hypot(*(skeleton.node_xy[a] - skeleton.node_xy[b])) / 2.0
            road_m[skeleton.node_district[a]] += half
            road_m[skeleton.node_district[b]] += half
    wish = skeleton.sheet["main_roads"]
    return np.clip(road_m / (0.5 * budget), float(wish["piece_m"]), float(wish["longest_piece_m"]))


def _curve(xy: Floats, road: MainRoad, step: int, piece_m: float, beside_m: float) -> Floats:
    """The inner points of one stretch: a cubic through its ends, tangent to the road before and after."""
    before, start, end, after = (xy[road.nodes[min(max(step + k, 0), len(road.nodes) - 1)]] for k in (-1, 0, 1, 2))
    chord = end - start
    length = float(np.hypot(*chord))
    leave, arrive = _tangent(before, start, end, length), _tangent(start, end, after, length)
    count = max(1, round(length / piece_m))
    t = (np.arange(1, count) / count)[:, None]
    line = (2 * t**3 - 3 * t**2 + 1) * start + (t**3 - 2 * t**2 + t) * leave
    line = line + (3 * t**2 - 2 * t**3) * end + (t**3 - t**2) * arrive
    aside = np.array([-chord[1], chord[0]]) / max(length, 1.0)
    return np.asarray(line + beside_m * np.sin(np.pi * t) * aside)


def _tangent(before: Floats, here: Floats, after: Floats, length: float) -> Floats:
    """The direction of the road at a node; weak where it turns sharply, as roads do at junctions."""
    into, out = here - before, after - here
    mean = into / max(np.hypot(*into), 1.0) + out / max(np.hypot(*out), 1.0)
    strength = float(np.hypot(*mean))
    return np.asarray(mean / max(strength, 1e-9) * length * min(strength / 2.0, 1.0) ** 2)


def _open_nodes(count: int, tail: Ints, head: Ints, classes: Ints, hidden: Flags) -> Flags:
    """Named nodes where streets may join: on a slower road above ground, or a stop on a single motorway."""
    slow, arms, shut = (np.zeros(count, int) for _ in range(3))
    for ends in (tail, head):
        named = ends < count
        np.add.at(slow, ends[named & (classes != MOTORWAY) & ~hidden], 1)
        np.add.at(arms, ends[named], 1)
        np.add.at(shut, ends[named & hidden], 1)
    return np.asarray((slow > 0) | ((arms <= 2) & (shut == 0)))
