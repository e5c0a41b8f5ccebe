"""What a source of OpenStreetMap data holds that a map needs, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sim.city.osm.tags import Tags, facility_kind, is_drivable, way_tags
from sim.city.osm.turns import Restriction, restriction_of

Point = tuple[float, float]  # longitude, latitude
Member = tuple[str, int, str]  # "n", "w" or "r"; id; role


@dataclass(frozen=True, slots=True)
class Way:
    """A drivable way, with the tags that matter."""

    id: int
    nodes: tuple[int, ...]
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """A facility as OpenStreetMap has it."""

    kind: str
    lon: float
    lat: float
    tags: dict[str, str]
    source: str  # such as "way 123"


@dataclass(slots=True)
class Extract:
    """Gathers ways, turn restrictions and facilities; relations are to be shown to it before nodes and ways."""

    points: dict[int, Point] = field(default_factory=dict)  # of the nodes of drivable ways
    ways: dict[int, Way] = field(default_factory=dict)
    restrictions: list[Restriction] = field(default_factory=list)
    unread_restrictions: int = 0  # conditional, by way of a way, or broken
    cut_ways: int = 0  # ways that lead out of the file
    places: list[Place] = field(default_factory=list)
    outlines: dict[int, list[tuple[int, dict[str, str]]]] = field(default_factory=dict)  # member way → its relations
    _rims: dict[int, list[Point]] = field(default_factory=dict)  # relation → points of its outer ways

    def relation(self, id: int, tags: Tags, members: Sequence[Member]) -> None:
        """Keep a turn restriction, or note the outer ways of a facility."""
        if tags.get("type", "").startswith("restriction"):
            read = restriction_of(id, tags, members)
            if read:
                self.restrictions.append(read)
            else:
                self.unread_restrictions += 1
        elif facility_kind(tags):
            for kind, ref, role in members:
                if kind == "w" and role != "inner":
                    self.outlines.setdefault(ref, []).append((id, dict(tags)))

    def node(self, id: int, tags: Tags, point: Point) -> None:
        """Keep a facility that is a point."""
        kind = facility_kind(tags)
        if kind:
            self.places.append(Place(kind, *point, dict(tags), f"node {id}"))

    def way(self, id: int, tags: Tags, refs: Sequence[int], points: Sequence[Point | None]) -> None:
        """Keep a drivable way (its longest part, where nodes are missing), or a facility that is an outline."""
        known = [point for point in points if point is not None]
        for relation, _ in self.outlines.get(id, ()):
            self._rims.setdefault(relation, []).extend(known)
        kind = facility_kind(tags)
        if kind and known:
            self.places.append(Place(kind, *centre(known), dict(tags), f"way {id}"))
        if is_drivable(tags):
            start, end = _longest_part(points)
            self.cut_ways += end - start < len(points)
            if end - start >= 2:
                self.points.update((ref, p) for ref, p in zip(refs[start:end], points[start:end], strict=True) if p)
                self.ways[id] = Way(id, tuple(refs[start:end]), way_tags(tags))

    def finish(self) -> Extract:
        """Turn the relations whose ways have been seen into facilities."""
        tags_of = {id: tags for uses in self.outlines.values() for id, tags in uses}
        for id, rim in self._rims.items():
            kind = facility_kind(tags_of[id])
            if kind and rim:
                self.places.append(Place(kind, *centre(rim), tags_of[id], f"relation {id}"))
        return self


def centre(points: Sequence[Point]) -> Point:
    """The middle of the box around some points."""
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    return round((min(lons) + max(lons)) / 2, 7), round((min(lats) + max(lats)) / 2, 7)


def _longest_part(points: Sequence[Point | None]) -> tuple[int, int]:
    best, start = (0, 0), 0
    for i, point in enumerate([*points, None]):
        if point is None:
            if i - start > best[1] - best[0]:
                best = start, i
            start = i + 1
    return best
