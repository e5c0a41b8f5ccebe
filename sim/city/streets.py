"""Local streets: a bent lattice in each subdistrict, knit to its neighbours and to the main roads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

import numpy as np
from numpy.typing import NDArray

from sim.city.roads import ROAD_CLASSES, Bytes, Flags, Floats, Ints
from sim.city.schematic_land import NOWHERE, Land
from sim.core.streams import Streams

TERTIARY, RESIDENTIAL = ROAD_CLASSES.index("tertiary"), ROAD_CLASSES.index("residential")
_SIDE = 1 << 12
"""More rows and columns than any subdistrict has."""


@dataclass(frozen=True, eq=False)
class Lattice:
    """Crossings of the bent lattices, before they meet the main roads."""

    xy: Floats  # n, 2
    sub: Ints  # n, subdistrict
    key: NDArray[np.int64]  # n, sorted: subdistrict, row, column in one number
    spacing: Floats  # by subdistrict, metres

    def find(self, keys: NDArray[np.int64]) -> Ints:
        """The crossing with each key, or NOWHERE."""
        if not len(self.key):
            return np.full(len(keys), NOWHERE, np.int32)
        place = np.minimum(np.searchsorted(self.key, keys), len(self.key) - 1)
        return np.where(self.key[place] == keys, place, NOWHERE).astype(np.int32)

    @property
    def row(self) -> NDArray[np.int64]:
        return self.key // _SIDE % _SIDE

    @property
    def column(self) -> NDArray[np.int64]:
        return self.key % _SIDE


@dataclass(eq=False)
class Links:
    """Streets between two crossings, as columns that grow together."""

    a: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    b: Ints = field(default_factory=lambda: np.zeros(0, np.int32))
    road_class: Bytes = field(default_factory=lambda: np.zeros(0, np.int8))
    oneway: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))
    bridge: Flags = field(default_factory=lambda: np.zeros(0, np.bool_))

    def add(self, a: Ints, b: Ints, road_class: Bytes, oneway: Flags | None = None) -> None:
        """Add streets on the ground; two-way unless said otherwise."""
        none = np.zeros(len(a), np.bool_)
        self.extend(Links(a, b, road_class, none if oneway is None else oneway, none))

    def extend(self, other: Links) -> None:
        """Add the streets of another list."""
        for column in fields(self):
            joined = np.concatenate([getattr(self, column.name), getattr(other, column.name)])
            setattr(self, column.name, joined.astype(getattr(self, column.name).dtype))

    def lengths(self, xy: Floats) -> Floats:
        """Straight length of each street, metres."""
        return np.asarray(np.hypot(*(xy[self.a] - xy[self.b]).T))

    def local(self, main_count: int) -> Links:
        """Without those between two nodes of main roads, and only the first between the same two nodes."""
        low, high = np.minimum(self.a, self.b).astype(np.int64), np.maximum(self.a, self.b)
        _, first = np.unique(low << 32 | high, return_index=True)
        first = np.sort(first)
        return self.keep(first[(high[first] >= main_count) & (low[first] != high[first])])

    def keep(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Links:
        """Some of them."""
        return Links(self.a[which], self.b[which], self.road_class[which], self.oneway[which], self.bridge[which])


def lay(land: Land, spacing: Floats, turn: Floats, wish: dict[str, float], streams: Streams) -> Lattice:
    """A lattice of `spacing` metres, turned by `turn` radians, on the built-up land of each subdistrict."""
    parts = [_patch(land, sub, spacing[sub], turn[sub], wish, streams) for sub in range(len(spacing))]
    xy = np.vstack([points for points, _ in parts])
    key = np.concatenate([keys for _, keys in parts])
    order = np.argsort(key)
    return Lattice(xy[order], (key[order] // _SIDE**2).astype(np.int32), key[order], spacing)


def _patch(
    land: Land, sub: int, spacing: float, turn: float, wish: dict[str, float], streams: Streams
) -> tuple[Floats, NDArray[np.int64]]:
    rows, columns = np.nonzero(land.built == sub)
    if not len(rows):
        return np.zeros((0, 2)), np.zeros(0, np.int64)
    cells = land.corner + land.cell_m * (np.column_stack([columns, rows]) + 0.5)
    axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    turned = cells @ axes.T
    low = turned.min(axis=0) - land.cell_m
    counts = np.ceil((turned.max(axis=0) + land.cell_m - low) / spacing).astype(int) + 1
    column, row = (grid.ravel() for grid in np.meshgrid(np.arange(counts[0]), np.arange(counts[1])))
    key = (np.int64(sub) * _SIDE + row) * _SIDE + column
    aside = np.column_stack([streams.uniforms("map.street.aside", key, axis) for axis in (0, 1)]) - 0.5
    straight = (low + spacing * (np.column_stack([column, row]) + 0.5)) @ axes
    xy = np.round(straight + 2.0 * wish["jitter"] * spacing * aside + _bend(straight, wish["bend_m"]), 1)
    inside = land.owner(xy) == sub
    return xy[inside], key[inside]


def _bend(xy: Floats, metres: float) -> Floats:
    """A smooth shift, the same for all subdistricts: waves of about 2 and 3 km that bend straight rows."""
    x, y = xy.T / 1_000.0
    east = np.sin(2.1 * y + 0.9 * x) + 0.6 * np.sin(3.3 * y - 1.3 * x + 1.0)
    north = np.sin(2.3 * x - 0.7 * y + 2.0) + 0.6 * np.sin(3.1 * x + 1.7 * y)
    return metres / 1.6 * np.column_stack([east, north])


def weave(lattice: Lattice, wish: dict[str, float], every: Sequence[int], streams: Streams) -> Links:
    """The streets of the lattices: rows and columns, some of them collectors, some one-way, some pieces missing."""
    links = Links()
    for across, (step, line) in enumerate(((1, lattice.row), (_SIDE, lattice.column))):
        there = lattice.find(lattice.key + step)
        a = np.flatnonzero(there != NOWHERE).astype(np.int32)
        collector = line[a] % every[across] == 0
        along = (lattice.column if across == 0 else lattice.row)[a]
        # a run is what lies between two collectors that cross it, so that a one-way street has somewhere to lead to
        run = (lattice.sub[a] * 2 + across) * _SIDE**2 + line[a] * _SIDE + along // every[1 - across]
        oneway = (streams.uniforms("map.street.oneway", run) < wish["oneway_share"]) & ~collector
        gone = (streams.uniforms("map.street.gone", lattice.key[a], across) < wish["missing_share"]) & ~collector
        road_class = np.where(collector, TERTIARY, RESIDENTIAL).astype(np.int8)
        back = line[a] % 2 == 1
        head = there[a]
        start, end = np.where(back, head, a), np.where(back, a, head)
        links.add(*(column[~gone | oneway] for column in (start, end, road_class, oneway)))
    return links


def knit(lattice: Lattice) -> Links:
    """Streets across the seams of two subdistricts: between crossings that are each other's nearest foreign one."""
    from scipy.spatial import cKDTree

    reach = 1.35 * lattice.spacing[lattice.sub]
    a, b = cKDTree(lattice.xy).query_pairs(float(reach.max()), output_type="ndarray").T
    apart = np.hypot(*(lattice.xy[a] - lattice.xy[b]).T)
    seam = (lattice.sub[a] != lattice.sub[b]) & (apart < np.maximum(reach[a], reach[b]))
    a, b, apart = a[seam], b[seam], apart[seam]
    nearest = np.full(len(lattice.xy), np.inf)
    np.minimum.at(nearest, a, apart)
    np.minimum.at(nearest, b, apart)
    mutual = (apart <= nearest[a]) & (apart <= nearest[b])
    a, b = a[mutual], b[mutual]
    order = np.lexsort((b, a))
    links = Links()
    links.add(a[order], b[order], np.full(len(a), RESIDENTIAL, np.int8))
    return links
