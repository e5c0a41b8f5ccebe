"""What is on the map at one moment, for one lens; made in `living.py` of a city, in `replay.py` of a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sim.city.roads import Roads
from sim.viewer.lens import Lens
from sim.viewer.marks import (
    AlertMark,
    ArcMark,
    CaseMark,
    ClosureMark,
    ExtentMark,
    IncidentMark,
    LoadMark,
    Mark,
    Place,
    RumourMark,
    ShadowMark,
    SightingMark,
    UnitMark,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Everything that one lens shows at one moment, t seconds after the start at second start_s of the day."""

    t: float
    start_s: int
    lens: Lens
    units: tuple[UnitMark, ...] = ()
    incidents: tuple[IncidentMark, ...] = ()
    cases: tuple[CaseMark, ...] = ()
    sightings: tuple[SightingMark, ...] = ()
    extents: tuple[ExtentMark, ...] = ()
    alerts: tuple[AlertMark, ...] = ()
    rumours: tuple[RumourMark, ...] = ()
    closures: tuple[ClosureMark, ...] = ()
    loads: tuple[LoadMark, ...] = ()
    shadows: tuple[ShadowMark, ...] = ()
    arcs: tuple[ArcMark, ...] = ()
    arcs_left_out: int = 0  # said too, but there is no room to draw all
    has_people: bool = False  # whether citizens are shown as they move

    def marks(self) -> Iterator[Mark]:
        """All of them but the arcs, which are gone in a moment."""
        for marks in (self.incidents, self.cases, self.sightings, self.extents, self.alerts, self.rumours):
            yield from marks
        for more in (self.closures, self.shadows, self.loads, self.units):
            yield from more

    def find(self, sort: str, name: str) -> Mark | None:
        """One thing by its sort and name."""
        return next((mark for mark in self.marks() if mark.sort == sort and mark.id == name), None)


def heard(alerts: Iterable[AlertMark]) -> tuple[AlertMark, ...]:
    """Words to the public without the count of who has heard them: nobody at a desk or in the street knows that."""
    return tuple(
        AlertMark(id=one.id, says=one.says, kind=one.kind, x=one.x, y=one.y, radius_m=one.radius_m,
                  heard_m=one.heard_m, office=one.office, since_s=one.since_s)
        for one in alerts
    )  # fmt: skip


def closures(roads: Roads, since_s: Mapping[int, float]) -> tuple[ClosureMark, ...]:
    """Closed edges with their times as marks; the two directions of a street are one."""
    found = []
    for edge, t in sorted(since_s.items()):
        twin = int(roads.twin[edge])
        if 0 <= twin < edge and twin in since_s:
            continue
        name = int(roads.name[edge])
        points = tuple((round(float(x), 1), round(float(y), 1)) for x, y in roads.points(edge))
        road = roads.names[name] if name >= 0 else ""
        found.append(ClosureMark(id=f"road {edge}", points=points, road=road, as_of_s=float(t)))
    return tuple(found)


def is_at(one: Place, other: Place) -> bool:
    """Whether two places are the same, as places are reported."""
    return abs(one[0] - other[0]) < 1.0 and abs(one[1] - other[1]) < 1.0
