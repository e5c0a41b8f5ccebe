"""Where local streets meet the main roads, and where they must not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.city.roads import Flags, Floats, Ints
from sim.city.schematic_land import NOWHERE, Areas, Land
from sim.city.schematic_main import TRUNK, MainRoads
from sim.city.schematic_tables import Skeleton
from sim.city.streets import TERTIARY, Lattice, Links
from sim.core.streams import Streams

_SAMPLE_M = 40.0


class Joins:
    """Answers for the main roads of one map: which road is near, which junction, what is crossed."""

    def __init__(self, skeleton: Skeleton, main: MainRoads) -> None:
        from scipy.spatial import cKDTree

        self.main = main
        self.piece_class = np.array([road.road_class for road in skeleton.roads])[main.road]
        self.ground = np.flatnonzero(main.on_ground)
        samples, self._piece = _samples(main, self.ground)
        self._line = cKDTree(samples)
        self.open = np.flatnonzero(main.may_join)
        self._junctions = cKDTree(main.xy[self.open])

    def snap(self, lattice: Lattice) -> Ints:
        """For each crossing: itself (numbered after the main nodes), the junction it becomes, or NOWHERE."""
        count = len(self.main.xy)
        spacing = lattice.spacing[lattice.sub]
        road_m, sample = self._line.query(lattice.xy)
        fast = self.piece_class[self._piece[sample]] <= TRUNK
        junction_m, junction = self._junctions.query(lattice.xy)
        close = road_m < np.maximum(0.35 * spacing, 45.0)
        merge = (junction_m < 0.45 * spacing) | (close & (junction_m < np.where(fast, 0.6, 0.95) * spacing))
        itself = count + np.arange(len(lattice.xy))
        out = np.where(merge, self.open[junction], np.where(close, NOWHERE, itself))
        return out.astype(np.int32)

    def cross(self, links: Links, xy: Floats, streams: Streams) -> Links:
        """Streets that would run over a main road: end at it, meet it at a junction, or bridge it."""
        import shapely

        pieces = shapely.linestrings(xy[np.column_stack([self.main.tail, self.main.head])[self.ground]])
        lines = shapely.linestrings(xy[np.column_stack([links.a, links.b])])
        street, piece = shapely.STRtree(pieces).query(lines, predicate="crosses")
        street, first = np.unique(street, return_index=True)
        piece = self.ground[piece[first]]
        fast = self.piece_class[piece] <= TRUNK
        wide = links.road_class[street] == TERTIARY
        lucky = streams.uniforms("map.street.meets", links.a[street].astype(np.int64) * len(xy) + links.b[street]) < 0.5
        junction = self._nearest_end(piece, street, links, xy)
        meets = ~fast & (wide | lucky) & (junction != NOWHERE)
        over = fast & wide
        links.bridge[street[over]] = True
        stay = np.ones(len(links.a), np.bool_)
        stay[street[~over]] = False
        out = links.keep(stay)
        met = links.keep(street[meets])
        out.add(met.a, junction[meets], met.road_class, met.oneway)
        out.add(junction[meets], met.b, met.road_class, met.oneway)
        return out

    def _nearest_end(self, piece: NDArray[np.intp], street: NDArray[np.intp], links: Links, xy: Floats) -> Ints:
        """The open end of the piece that is nearest to the middle of the street, or NOWHERE."""
        middle = (xy[links.a[street]] + xy[links.b[street]]) / 2.0
        ends = np.column_stack([self.main.tail[piece], self.main.head[piece]])
        far = np.hypot(*(xy[ends] - middle[:, None, :]).transpose(2, 0, 1))
        far[~self.main.may_join[ends]] = np.inf
        best = far.argmin(axis=1)
        rows = np.arange(len(piece))
        return np.where(np.isfinite(far[rows, best]), ends[rows, best], NOWHERE).astype(np.int32)


def allowed(links: Links, xy: Floats, zone: NDArray[np.integer], land: Land) -> Flags:
    """Streets that stay in their zone and off the hills and reservoirs."""
    a, b = xy[links.a], xy[links.b]
    fine = zone[links.a] == zone[links.b]
    for share in (0.25, 0.5, 0.75):
        fine &= ~land.is_hidden(a + share * (b - a))
    return np.asarray(fine & (links.a != links.b))


def zones(areas: Areas, skeleton: Skeleton, sub: Ints) -> NDArray[np.int8]:
    """0 south of the old border line, 1 north of it: no street crosses it, only the roads through the passes."""
    south = np.isin([district.name for district in skeleton.districts], skeleton.sheet["old_zone"]["districts"])
    return np.asarray(~south[areas.district_of_sub[sub]], np.int8)


def _samples(main: MainRoads, ground: NDArray[np.intp]) -> tuple[Floats, NDArray[np.intp]]:
    """Points every 40 m along the pieces, and the piece of each."""
    start, end = main.xy[main.tail[ground]], main.xy[main.head[ground]]
    counts = np.maximum(1, np.ceil(np.hypot(*(end - start).T) / _SAMPLE_M)).astype(int)
    piece = np.repeat(np.arange(len(ground)), counts)
    step = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    share = ((step + 0.5) / counts[piece])[:, None]
    return start[piece] + share * (end - start)[piece], ground[piece]
