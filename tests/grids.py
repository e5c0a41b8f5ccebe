"""Made-up street grids for tests: answers on paper, or random ones with one-way streets and parallel edges."""

from __future__ import annotations

import numpy as np

from sim.city.map import District, Map, Subdistrict, flat_speeds
from sim.city.roads import Projection, Roads


def roads_of(x: np.ndarray, y: np.ndarray, edges: np.ndarray, limit_kmh: float = 36.0) -> Roads:
    """Straight roads from rows (tail, head, length in m)."""
    edges = edges[np.lexsort((edges[:, 1], edges[:, 0]))]
    m = len(edges)
    return Roads(
        projection=Projection(114.0, 22.5),
        x=np.asarray(x, float),
        y=np.asarray(y, float),
        tail=edges[:, 0].astype(np.int32),
        head=edges[:, 1].astype(np.int32),
        length_m=edges[:, 2].astype(np.float32),
        road_class=(np.arange(m) % 6).astype(np.int8),
        limit_kmh=np.full(m, limit_kmh, np.float32),
        lanes=np.ones(m, np.int8),
        tunnel=np.zeros(m, bool),
        bridge=np.zeros(m, bool),
        name=np.full(m, -1, np.int32),
    )


def line(nodes: int = 4, step_m: float = 1000.0) -> Roads:
    """A two-way road with a node every kilometre, west to east; edge 0 runs from node 0 to node 1, edge 1 back."""
    pairs = [(i, i + 1, step_m) for i in range(nodes - 1)] + [(i + 1, i, step_m) for i in range(nodes - 1)]
    return roads_of(np.arange(nodes) * step_m, np.zeros(nodes), np.array(pairs))


def grid(side: int, step_m: float = 200.0, seed: int | None = None) -> Roads:
    """A square grid of two-way streets; with a seed shaken, a fifth one-way, a few parallel edges of another length."""
    node = np.arange(side * side)
    x, y = (node % side) * step_m, (node // side) * step_m
    east, north = node[x < x.max()], node[y < y.max()]
    ways = np.concatenate([np.column_stack([east, east + 1]), np.column_stack([north, north + side])])
    back = ways[:, ::-1]
    factor_there = factor_back = np.ones(len(ways))
    if seed is not None:
        rng = np.random.default_rng(seed)
        x, y = x + rng.uniform(-40, 40, len(x)), y + rng.uniform(-40, 40, len(y))
        kept = rng.random(len(ways)) > 0.2
        factor_there = rng.uniform(1.0, 1.5, len(ways))
        factor_back, back = factor_there[kept], back[kept]
    rows = [_rows(ways, factor_there, x, y), _rows(back, factor_back, x, y)]
    if seed is not None:
        rows.append(_rows(ways[::17], np.full(len(ways[::17]), 1.2), x, y))
    return roads_of(x, y, np.concatenate(rows))


def _rows(ways: np.ndarray, factor: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    length = np.hypot(x[ways[:, 0]] - x[ways[:, 1]], y[ways[:, 0]] - y[ways[:, 1]]) * factor
    return np.column_stack([ways, length])


def town_on(
    roads: Roads,
    *,
    people: int = 100_000,
    has_congestion: bool = False,
    factor: float = 1.0,
    district_speed: float = 1.0,
) -> Map:
    """A town of two districts, west and east; people unevenly spread, more of them in the east by day."""
    n = roads.node_count
    living = 1.0 + np.arange(n) % 7
    working = living * np.where(roads.x > np.median(roads.x), 1.8, 0.3)
    east = (roads.x > np.median(roads.x)).astype(np.int16)
    return Map(
        name="grid",
        title="A grid",
        is_schematic=True,
        attribution="",
        roads=roads,
        districts=(District("West", "西", 114.0, 22.5, 0, 1.0), District("East", "东", 114.0, 22.5, 0, 1.0)),
        subdistricts=(
            Subdistrict("West", "西", "West", 114.0, 22.5, 0),
            Subdistrict("East", "东", "East", 114.0, 22.5, 0),
        ),
        facilities=(),
        node_subdistrict=east,
        node_people=(living / living.sum() * people).astype(np.float32),
        node_day_people=(working / working.sum() * people).astype(np.float32),
        speed_factor=flat_speeds(factor),
        district_speed=np.array([1.0, district_speed], np.float32),
        has_congestion=has_congestion,
    )
