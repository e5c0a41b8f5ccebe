"""The whole population in arrays: where each lives and spends the day, his age, traits and state."""

from __future__ import annotations

from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.city import inhabitants
from sim.city.inhabitants import AT_DAY_PLACE
from sim.city.map import Map
from sim.city.roads import Floats
from sim.city.spread import share_out
from sim.core.errors import InputError
from sim.core.streams import Streams

if TYPE_CHECKING:
    from shapely import Polygon

DEFAULT_SCALE = 10.0

Rows = NDArray[np.integer[Any]]
Column = NDArray[np.unsignedinteger[Any]]

BUILD_BYTES = 40
"""A row while the population is built; when built it takes 9 to 15 bytes (see the columns)."""


def rows_at(town: Map, scale: float) -> int:
    """How many rows stand for the people of a town, each with weight `scale`."""
    if not scale >= 1.0:
        raise InputError(
            f"scale is {scale:g}; a row stands for 1 or more people, so 1 (everybody) and above are allowed"
        )
    return round(town.population / scale)


def bytes_needed(town: Map, scale: float) -> int:
    """Memory that building the population takes at most."""
    return BUILD_BYTES * rows_at(town, scale) + 100 * town.roads.node_count


def check_memory(town: Map, scale: float) -> None:
    """Refuse a scale for which there is not enough free memory."""
    import psutil

    needed, free = bytes_needed(town, scale), int(psutil.virtual_memory().available)
    if needed > free:
        raise InputError(
            f"scale {scale:g} of {town.name} needs {needed / 1e6:,.0f} MB for {rows_at(town, scale):,} people, "
            f"and {free / 1e6:,.0f} MB are free; a scale of {needed / free * scale * 1.2:.0f} would fit"
        )


class Population:
    """Rows of people, sorted by home node; only `state` changes, all other arrays are shared and read-only."""

    def __init__(self, town: Map, scale: float, streams: Streams) -> None:
        check_memory(town, scale)
        self.town = town
        self.scale = scale  # the weight of a row: so many people does it stand for
        self.index = town.index
        rng = streams.of("population")
        count = rows_at(town, scale)
        homes = share_out(count, town.node_people.astype(np.float64))
        self.home_start = inhabitants.starts(homes)  # n + 1: rows home_start[v]:home_start[v + 1] live at node v
        node_type = np.uint16 if len(homes) <= 1 << 16 else np.uint32
        self.home: Column = np.repeat(np.arange(len(homes), dtype=node_type), homes)
        self.age, self.traits = inhabitants.ages_and_traits(count, rng)
        self.day: Column = inhabitants.day_places(town, self.home, self.age, rng)
        self.day_start = inhabitants.starts(np.bincount(self.day, minlength=len(homes)))
        for array in (self.home_start, self.home, self.age, self.traits, self.day, self.day_start):
            array.flags.writeable = False
        self.state = np.zeros(count, np.uint8)

    def __getstate__(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.__dict__.items() if name not in ("_day_order", "_peopled", "nbytes")
        }

    def __len__(self) -> int:
        return len(self.home)

    def __deepcopy__(self, memo: dict[int, Any]) -> Population:
        """A branch of the run: the same people (shared), their states copied."""
        other = copy(self)
        other.__dict__["_day_order"] = self._day_order  # made once for all of them
        other.state = self.state.copy()
        return other

    @cached_property
    def nbytes(self) -> int:
        """Memory of all columns and indexes."""
        own = (self.home, self.day, self.age, self.traits, self.state, self._day_order, self.home_start, self.day_start)
        return sum(array.nbytes for array in own)

    def at_home(self, node: int) -> range:
        """The rows of those who live at a node."""
        return range(int(self.home_start[node]), int(self.home_start[node + 1]))

    def by_day(self, node: int) -> Rows:
        """The rows of those who spend the day at a node."""
        return self._day_order[self.day_start[node] : self.day_start[node + 1]]

    def inside(self, polygon: Polygon, *, day: bool = False) -> Rows:
        """The rows of those who live (or spend the day) inside a polygon, in metres of the map's projection."""
        nodes = self.index.nodes_inside(polygon)
        start = self.day_start if day else self.home_start
        counts = start[nodes + 1] - start[nodes]
        along = np.arange(int(counts.sum())) - np.repeat(np.cumsum(counts) - counts, counts)
        places = np.repeat(start[nodes], counts) + along
        rows: Rows = self._day_order[places] if day else places
        return rows

    def present(self, node: int, hour: float) -> float:
        """People to be expected at a node at an hour of day: a matter of the map, whatever the scale."""
        away = AT_DAY_PLACE[int(hour) % 24]
        return float((1.0 - away) * self.town.node_people[node] + away * self.town.node_day_people[node])

    def present_everywhere(self, hour: float) -> Floats:
        """`present` of all nodes."""
        away = AT_DAY_PLACE[int(hour) % 24]
        return (1.0 - away) * self.town.node_people.astype(float) + away * self.town.node_day_people.astype(float)

    def people_within(self, x: float, y: float, radius_m: float, hour: float) -> float:
        """People to be expected at the nodes within a radius."""
        nodes = self.index.nodes_within(x, y, radius_m)
        away = AT_DAY_PLACE[int(hour) % 24]
        living, working = self.town.node_people[nodes].astype(float), self.town.node_day_people[nodes].astype(float)
        return float(((1.0 - away) * living + away * working).sum())

    def pick(self, node: int, hour: float, u: float) -> int:
        """The row that the uniform u selects among those present at a node, or at the nearest node that has rows."""
        home, day = self.at_home(node), self.by_day(node)
        if not len(home) and not len(day):
            return self.pick(self._nearest_with_rows(node), hour, u)
        away = AT_DAY_PLACE[int(hour) % 24]
        living = (1.0 - away) * float(self.town.node_people[node])
        working = away * float(self.town.node_day_people[node])
        split = living / (living + working) if living + working > 0.0 else 0.0
        split = 0.0 if not len(home) else 1.0 if not len(day) else split
        if u < split:
            return home[min(int(u / split * len(home)), len(home) - 1)]
        return int(day[min(int((u - split) / (1.0 - split) * len(day)), len(day) - 1)])

    def _nearest_with_rows(self, node: int) -> int:
        from scipy.spatial import cKDTree

        if not len(self):
            raise InputError(f"{self.town.name} at scale {self.scale:g} has no people to pick from")
        if self._peopled is None:
            nodes = np.flatnonzero((np.diff(self.home_start) > 0) | (np.diff(self.day_start) > 0))
            roads = self.town.roads
            self._peopled = nodes, cKDTree(np.column_stack([roads.x[nodes], roads.y[nodes]]))
        nodes, tree = self._peopled
        return int(nodes[tree.query((self.town.roads.x[node], self.town.roads.y[node]))[1]])

    _peopled: tuple[NDArray[np.int64], Any] | None = None

    @cached_property
    def _day_order(self) -> NDArray[np.uint32]:
        """Rows sorted by day node (ties by row)."""
        order = np.argsort(self.day, kind="stable").astype(np.uint32)
        order.flags.writeable = False
        return order
