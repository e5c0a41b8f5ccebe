"""The ordinary false alarms of a city's sensors, written before the run: the same in all arms of one coverage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.actors.sensor_tables import SensorTable
from sim.city.map import Map
from sim.core.streams import Streams
from sim.hazards.script import Floats, Whole, Window, arrivals


class FalseAlarm(NamedTuple):
    """A sensor will cry for nothing; `number` counts those that would come if every site had one device."""

    t: float
    sensor: str  # type
    number: int
    x: float
    y: float


class Layout(NamedTuple):
    """How many sites there are on a map, what part of them has a sensor, and whether it has two that must agree."""

    share: float  # of the city for which the tables are made
    coverage: float
    fused: bool
    has_ordinary: bool  # false alarms

    def devices(self, table: SensorTable) -> int:
        """Devices in service."""
        return round(table.sites.value * self.share * self.coverage) * (2 if self.fused else 1)

    def cries_per_day(self, table: SensorTable) -> float:
        """Ordinary false alarms a day, of the whole map."""
        sites = table.sites.value * self.share * self.coverage
        return sites * table.cries_per_day(fused=self.fused) if self.has_ordinary else 0.0


def false_alarms(
    name: str, table: SensorTable, layout: Layout, town: Map, streams: Streams, window: Window
) -> list[FalseAlarm]:
    """Poisson; drawn for every site, then kept where there is a sensor and, of two, the second bears it out."""
    if not layout.has_ordinary or layout.coverage == 0.0:
        return []
    rng = streams(f"script.false {name}")
    times = arrivals(rng, table.sites.value * layout.share * table.false_per_day.value, table.hourly, window)
    site_u, agrees_u, place_u = rng.random((3, len(times)))
    kept = site_u < layout.coverage
    if layout.fused:
        kept &= agrees_u < table.agrees.value
    nodes = picked(table, town, place_u)
    x, y = town.roads.x, town.roads.y
    return [
        FalseAlarm(float(times[n]), name, n, float(x[nodes[n]]), float(y[nodes[n]]))
        for n in np.flatnonzero(kept).tolist()
    ]


def weights(table: SensorTable, town: Map) -> Floats:
    """How sites lie over the nodes of a map: as its homes do, or evenly along its roads."""
    if table.sited == "home":
        return town.node_people.astype(np.float64)
    return np.ones(town.roads.node_count)


def picked(table: SensorTable, town: Map, u: Floats) -> Whole:
    """Nodes of sites, by uniforms."""
    total = np.cumsum(weights(table, town))
    nodes: Whole = np.minimum(np.searchsorted(total, u * total[-1], side="right"), len(total) - 1).astype(np.int64)
    return nodes
