"""Land and the borders of districts, drawn from where the roads are: the map itself has no areas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from sim.city.map import Map

CELLS = 420
"""Cells along the longer side of the map."""

REACH_M = 900.0
"""Ground farther from any road is not drawn as land; on a map of a few wide blocks it is more."""

LEAST_LOOP, LEAST_LINE = 40.0, 6.0
"""Cells; shorter borders are freaks of where the nodes happen to lie."""

Line = NDArray[np.float64]


class Land(NamedTuple):
    """Rings of land (islands; holes are open country: hills, woods, water) and border lines, m."""

    shores: list[Line]
    wilds: list[Line]
    borders: list[Line]


class _Grid(NamedTuple):
    """The district of each cell (-1: sea), and where the cells are, m."""

    district: NDArray[np.int64]  # rows from south to north
    west: float
    south: float
    cell: float


def land_of(town: Map) -> Land:
    """Shores around all ground near roads, and the lines where two districts meet."""
    grid = _grid(town)
    ground = shapely.union_all(_strips(grid))
    ground = ground.buffer(1.5 * grid.cell).buffer(-1.5 * grid.cell).simplify(0.9 * grid.cell)
    shores: list[Line] = []
    wilds: list[Line] = []
    for one in _parts(ground):
        if one.area > 40 * grid.cell**2:
            shores.append(_smooth(np.array(one.exterior.coords), closed=True))
            wilds += [_smooth(np.array(hole.coords), closed=True) for hole in one.interiors
                      if shapely.Polygon(hole).area > 60 * grid.cell**2]  # fmt: skip
    return Land(shores, wilds, _borders(grid))


def _strips(grid: _Grid) -> NDArray[np.object_]:
    """Each row's cells of land, those side by side as one rectangle."""
    is_land = np.pad(grid.district >= 0, ((0, 0), (1, 1))).astype(np.int8)
    row, first = np.nonzero(np.diff(is_land, axis=1) == 1)
    _, last = np.nonzero(np.diff(is_land, axis=1) == -1)
    west, east = grid.west + first * grid.cell, grid.west + last * grid.cell
    south = grid.south + row * grid.cell
    strips: NDArray[np.object_] = shapely.box(west, south, east, south + grid.cell)
    return strips


def _grid(town: Map) -> _Grid:
    x, y = town.roads.x, town.roads.y
    tree = cKDTree(np.column_stack([x, y]))
    apart_m = float(np.quantile(tree.query(np.column_stack([x, y]), k=min(2, len(x)))[0][:, -1], 0.95))
    reach_m = max(REACH_M, 0.85 * apart_m)
    west, south = float(x.min()) - reach_m, float(y.min()) - reach_m
    wide, tall = float(x.max()) + reach_m - west, float(y.max()) + reach_m - south
    cell = max(wide, tall) / CELLS
    columns, rows = int(np.ceil(wide / cell)), int(np.ceil(tall / cell))
    across, up = np.meshgrid(west + (np.arange(columns) + 0.5) * cell, south + (np.arange(rows) + 0.5) * cell)
    away_m, node = tree.query(np.column_stack([across.ravel(), up.ravel()]), distance_upper_bound=reach_m)
    district = np.full(len(node), -1, np.int64)
    district[np.isfinite(away_m)] = town.node_district[node[np.isfinite(away_m)]]
    return _Grid(district.reshape(rows, columns), west, south, cell)


def _borders(grid: _Grid) -> list[Line]:
    """Lines between cells of two districts, joined and made smooth."""
    own = grid.district
    rows, columns = np.nonzero((own[:, 1:] != own[:, :-1]) & (own[:, 1:] >= 0) & (own[:, :-1] >= 0))
    upright = [((c + 1, r), (c + 1, r + 1)) for r, c in zip(rows.tolist(), columns.tolist(), strict=True)]
    rows, columns = np.nonzero((own[1:] != own[:-1]) & (own[1:] >= 0) & (own[:-1] >= 0))
    level = [((c, r + 1), (c + 1, r + 1)) for r, c in zip(rows.tolist(), columns.tolist(), strict=True)]
    if not upright and not level:
        return []
    merged = shapely.line_merge(shapely.MultiLineString([*upright, *level])).simplify(1.2)
    origin = np.array([grid.west, grid.south])
    lines = [line for line in _parts(merged) if line.length > (LEAST_LOOP if line.is_ring else LEAST_LINE)]
    return [_smooth(origin + np.array(line.coords) * grid.cell, closed=False) for line in lines]


def _parts(shape: shapely.Geometry) -> Iterable[shapely.Geometry]:
    parts: Iterable[shapely.Geometry] = getattr(shape, "geoms", [shape])
    return parts


def _smooth(line: Line, *, closed: bool) -> Line:
    """Corners cut twice (Chaikin 1974)."""
    for _ in range(2):
        early, late = 0.75 * line[:-1] + 0.25 * line[1:], 0.25 * line[:-1] + 0.75 * line[1:]
        cut = np.stack([early, late], axis=1).reshape(-1, 2)
        line = np.vstack([cut, cut[:1]]) if closed else np.vstack([line[:1], cut, line[-1:]])
    return line
