"""Which land of a schematic map is built up, and which subdistrict it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.city.roads import Flags, Floats, Ints
from sim.city.schematic_main import MainRoads
from sim.city.schematic_tables import Skeleton
from sim.city.tables_map import is_yes
from sim.core.streams import Streams

NOWHERE = -1


class Areas:
    """Tells the district and the subdistrict of a point from the known points around it."""

    def __init__(self, skeleton: Skeleton) -> None:
        from scipy.spatial import cKDTree

        index = {district.name: row for row, district in enumerate(skeleton.districts)}
        inside = np.array([not is_yes(row.get("outside_city")) for row in skeleton.nodes])
        lon, lat = (np.array([getattr(sub, axis) for sub in skeleton.subdistricts]) for axis in ("lon", "lat"))
        self.centres = np.column_stack(skeleton.projection.to_metres(lon, lat))
        self.district_of_sub = np.array([index[sub.district] for sub in skeleton.subdistricts])
        people = np.array([sub.population for sub in skeleton.subdistricts], float)
        self._reach = people**0.25
        known = np.vstack([skeleton.node_xy[inside], skeleton.facility_xy, self.centres])
        at_facilities = [index[row["district"]] for row in skeleton.facilities]
        self._labels = np.concatenate([skeleton.node_district[inside], at_facilities, self.district_of_sub])
        self._tree = cKDTree(known)
        self._votes = int(skeleton.sheet["land"]["district_votes"])

    def district(self, xy: Floats) -> NDArray[np.intp]:
        """The district of most of the nearest known points, the nearer counting more."""
        far, near = self._tree.query(xy, k=self._votes)
        votes = np.zeros((len(xy), int(self._labels.max()) + 1))
        for rank in range(self._votes):
            np.add.at(votes, (np.arange(len(xy)), self._labels[near[:, rank]]), 1.0 / (far[:, rank] + 100.0))
        return np.asarray(votes.argmax(axis=1))

    def subdistrict(self, xy: Floats, district: NDArray[np.integer]) -> Ints:
        """The subdistrict of the district whose centre is nearest, larger ones reaching further: d / people**¼."""
        best = np.full(len(xy), np.inf)
        out = np.full(len(xy), NOWHERE, np.int32)
        for sub, centre in enumerate(self.centres):
            rows = np.flatnonzero(district == self.district_of_sub[sub])
            cost = np.hypot(*(xy[rows] - centre).T) / self._reach[sub]
            nearer = cost < best[rows]
            best[rows[nearer]] = cost[nearer]
            out[rows[nearer]] = sub
        return out


@dataclass(frozen=True, eq=False)
class Land:
    """Square cells over the city: the subdistrict of each built-up one, NOWHERE elsewhere."""

    corner: Floats  # x, y of the south-west corner of cell (0, 0)
    cell_m: float
    built: Ints  # rows (north), columns (east)
    hidden: Flags  # rows, columns: in a hill or a reservoir
    area_km2: Floats  # built-up land by subdistrict

    def _cells(self, xy: Floats) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        column, row = np.floor((xy - self.corner) / self.cell_m).astype(np.intp).T
        return np.clip(row, 0, self.built.shape[0] - 1), np.clip(column, 0, self.built.shape[1] - 1)

    def owner(self, xy: Floats) -> Ints:
        """The subdistrict of the built-up land at points, or NOWHERE."""
        return self.built[self._cells(xy)]

    def is_hidden(self, xy: Floats) -> Flags:
        """Whether points lie in a hill or a reservoir."""
        return self.hidden[self._cells(xy)]


def settle(skeleton: Skeleton, areas: Areas, main: MainRoads, streams: Streams) -> Land:
    """Fill each subdistrict with as much built-up land as its people need, the easiest land first."""
    from scipy.spatial import cKDTree

    wish = skeleton.sheet["land"]
    cell = float(wish["cell_m"])
    low, high = skeleton.outline.min(axis=0), skeleton.outline.max(axis=0)
    shape = tuple(np.ceil((high - low) / cell).astype(int)[::-1])
    rows, columns = np.indices(shape)
    xy = low + cell * (np.column_stack([columns.ravel(), rows.ravel()]) + 0.5)
    hidden = np.zeros(len(xy), np.bool_)
    for obstacle in skeleton.obstacles:
        hidden |= obstacle.holds(xy, margin_m=cell)
    open_m, _ = cKDTree(main.xy[main.may_join]).query(xy, distance_upper_bound=float(wish["reach_m"]))
    free = np.flatnonzero(np.isfinite(open_m) & ~hidden & _on_land(skeleton, xy))
    owner = areas.subdistrict(xy[free], areas.district(xy[free]))
    centre_m = np.hypot(*(xy[free] - areas.centres[owner]).T)
    effort = (open_m[free] + 0.25 * centre_m) * (1.0 + float(wish["roughness"]) * _unevenness(xy[free], streams))
    built = np.full(len(xy), NOWHERE, np.int32)
    area = np.zeros(len(skeleton.subdistricts))
    for sub, subdistrict in enumerate(skeleton.subdistricts):
        own = np.flatnonzero(owner == sub)
        wanted = _wanted_km2(subdistrict.population, len(own) * cell**2 / 1e6, wish["people_per_km2"])
        chosen = own[np.argsort(effort[own], kind="stable")[: round(wanted * 1e6 / cell**2)]]
        built[free[chosen]] = sub
        area[sub] = len(chosen) * cell**2 / 1e6
    return Land(low, cell, built.reshape(shape), hidden.reshape(shape), area)


def _on_land(skeleton: Skeleton, xy: Floats) -> Flags:
    """Which points lie inside the outline and not right at it."""
    import shapely

    city = shapely.Polygon(skeleton.outline).buffer(-float(skeleton.sheet["land"]["shore_m"]))
    shapely.prepare(city)
    return np.asarray(shapely.contains_xy(city, xy[:, 0], xy[:, 1]))


def _wanted_km2(people: int, free_km2: float, people_per_km2: tuple[float, float]) -> float:
    """Built-up land of a subdistrict: denser where there are more people for the free land."""
    return people / float(np.clip(1.6 * people / max(free_km2, 0.1), *people_per_km2))


def _unevenness(xy: Floats, streams: Streams, waves: int = 8) -> Floats:
    """A smooth field between -1 and 1 with waves of 1 to 5 km."""
    draws = streams.uniforms("map.land.waves", np.arange(3 * waves)).reshape(waves, 3)
    total = np.zeros(len(xy))
    for bearing, longer, phase in draws:
        wave = 2.0 * np.pi / (1_000.0 + 4_000.0 * longer)
        total += np.sin(wave * (xy @ [np.cos(np.pi * bearing), np.sin(np.pi * bearing)]) + 2.0 * np.pi * phase)
    return np.asarray(np.clip(total / np.sqrt(waves), -1.0, 1.0))
