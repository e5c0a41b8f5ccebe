"""A crossing small enough to know by heart, as OSM XML and as an answer of an Overpass server."""

from __future__ import annotations

from typing import Any
from xml.sax.saxutils import quoteattr

Tags = dict[str, str]

# A plus: west (1) – centre (5) – east (3) is Main Street; south (4) – centre – north (2) is North Road.
# Each arm is 0.01 degrees of latitude long, or 0.01 of longitude at the equator: 1,111.95 m.
# A ring joins the four ends, so that the whole is strongly connected whatever the turns.
POINTS: dict[int, tuple[float, float]] = {
    1: (9.99, 0.0),
    2: (10.0, 0.01),
    3: (10.01, 0.0),
    4: (10.0, -0.01),
    5: (10.0, 0.0),
}
WAYS: dict[int, tuple[list[int], Tags]] = {
    11: ([1, 5], {"highway": "primary", "name": "Main Street", "lanes": "4", "maxspeed": "36"}),
    12: ([5, 3], {"highway": "primary", "name": "Main Street", "lanes": "4", "maxspeed": "36"}),
    13: ([4, 5], {"highway": "secondary", "name": "北路", "name:en": "North Road", "maxspeed": "36"}),
    14: ([5, 2], {"highway": "secondary", "name": "北路", "name:en": "North Road", "maxspeed": "36", "tunnel": "yes"}),
    15: ([1, 2], {"highway": "residential", "maxspeed": "18"}),
    16: ([2, 3], {"highway": "residential", "maxspeed": "18"}),
    17: ([3, 4], {"highway": "residential", "maxspeed": "18"}),
    18: ([4, 1], {"highway": "residential", "maxspeed": "18"}),
    19: ([1, 4], {"highway": "footway"}),
}
PLACES: dict[int, tuple[tuple[float, float], Tags]] = {
    21: ((10.001, 0.001), {"amenity": "hospital", "name": "Small Hospital", "beds": "40"}),
    22: ((9.991, 0.001), {"amenity": "fire_station"}),
    23: ((10.009, 0.001), {"amenity": "police", "name": "Police"}),
}
Relation = tuple[int, Tags, list[tuple[str, int, str]]]


def turn(id: int, rule: str, source: int, target: int, **tags: str) -> Relation:
    """A turn restriction at the centre."""
    members = [("way", source, "from"), ("node", 5, "via"), ("way", target, "to")]
    return id, {"type": "restriction", "restriction": rule, **tags}, members


def xml(*relations: Relation, ways: dict[int, tuple[list[int], Tags]] | None = None) -> str:
    """The crossing as OSM XML."""
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', '<osm version="0.6">']
    lines += [f'<node id="{id}" lon="{lon}" lat="{lat}" version="1"/>' for id, (lon, lat) in POINTS.items()]
    for id, ((lon, lat), tags) in PLACES.items():
        lines.append(f'<node id="{id}" lon="{lon}" lat="{lat}" version="1">{_tags(tags)}</node>')
    for id, (nodes, tags) in (ways or WAYS).items():
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        lines.append(f'<way id="{id}" version="1">{refs}{_tags(tags)}</way>')
    for id, tags, members in relations:
        rows = "".join(f'<member type="{kind}" ref="{ref}" role="{role}"/>' for kind, ref, role in members)
        lines.append(f'<relation id="{id}" version="1">{rows}{_tags(tags)}</relation>')
    return "\n".join([*lines, "</osm>"])


def overpass(*relations: Relation) -> dict[str, Any]:
    """The crossing as the answer of an Overpass server, relations first to be contrary."""
    elements: list[dict[str, Any]] = []
    for id, tags, members in relations:
        rows = [{"type": kind, "ref": ref, "role": role} for kind, ref, role in members]
        elements.append({"type": "relation", "id": id, "tags": tags, "members": rows})
    elements += [{"type": "way", "id": id, "nodes": nodes, "tags": tags} for id, (nodes, tags) in WAYS.items()]
    elements += [{"type": "node", "id": id, "lon": lon, "lat": lat} for id, (lon, lat) in POINTS.items()]
    for id, ((lon, lat), tags) in PLACES.items():
        elements.append({"type": "node", "id": id, "lon": lon, "lat": lat, "tags": tags})
    return {"version": 0.6, "elements": elements}


def _tags(tags: Tags) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
